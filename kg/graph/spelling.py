"""Words as people mistype them, put right by the words that the works of a graph have."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from kg.graph.store import Store
from kg.text import title_key

_SHORT = 3  # letters below which a word is taken as it is
_LONG = 8  # letters from which a word may have two errors
_MOST = 20  # words of a text that are compared with those of the works
_RARER = 20  # an error is as likely as a word that is so many times rarer
_TERMS: WeakKeyDictionary[Store, tuple[str, dict[str, int]]] = WeakKeyDictionary()


def respelt(store: Store, text: str) -> str:
    """A search text with words that hardly any work has replaced by near ones that many have; "" where that changes nothing.

    Near is one letter added, left out, changed or swapped with its neighbour, two in words of eight letters and more. The
    last word may be the start of one. Numbers and words of two letters stay as they are, and so does a text of over 20 words.

    Parameters
    ----------
    store : Store
        The store.
    text : str
        Words, the last of which may be cut short.
    """
    words = title_key(text).split()
    if len(words) > _MOST:
        return ""
    terms = _terms(store)
    made = [_nearest(word, terms) for word in words[:-1]]
    made += [_nearest(last, _with_starts(terms, len(last))) for last in words[-1:]]
    return " ".join(made) if made != words else ""


def _terms(store: Store) -> dict[str, int]:
    """The words of titles, authors and years, each with the number of works that have it."""
    known = _TERMS.get(store)
    if known is None or known[0] != store.state:
        db = store.db
        db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.term USING fts5vocab('main', 'work_text', 'row')")
        rows = db.execute("SELECT term, doc FROM temp.term")
        known = _TERMS[store] = (store.state, {term: count for term, count in rows if not term.isdecimal()})
    return known[1]


def _with_starts(terms: dict[str, int], letters: int) -> dict[str, float]:
    """The words, and the first letters of longer ones, which count a tenth."""
    found: dict[str, float] = dict.fromkeys((term[:letters] for term in terms if len(term) > letters), 0.0)
    for term, count in terms.items():
        if len(term) > letters:
            found[term[:letters]] += count / 10
    return found | {term: max(count, found.get(term, 0)) for term, count in terms.items()}


def _nearest(word: str, terms: Mapping[str, float]) -> str:
    """The word that was likeliest meant: each error costs what a word loses that is 20 times rarer."""
    if len(word) < _SHORT or word.isdecimal():
        return word
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 1 if len(word) < _LONG else 2
    same = [term for term in terms if abs(len(term) - len(word)) <= most]
    near = process.extract(word, same, scorer=OSA.distance, score_cutoff=most, limit=None)
    return max(near, key=lambda hit: (terms[hit[0]] / _RARER ** hit[1], hit[0]), default=(word, 0, 0))[0]
