"""Names for communities: the words that are common in the titles of one and rare in those of the others."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

_TERMS = 3  # terms of a name at most
_ROOM = 44  # characters of a name beyond which no term is added
_PHRASE = 0.4  # share of a word's titles that a longer phrase needs to stand for the word
_DISTINCT = 1.3  # how many times as common as elsewhere a word must be
_LEAST = 3  # titles a word must be in
_LEAST_SHARE = 0.03  # of the community's titles, too
_SHORT = 3  # letters of a word up to which it must be an abbreviation, as GAN is
_SIGNIFICANT = 10.83  # log-likelihood ratio of p = .001
_RUN = re.compile(r"[^\W\d_]{2,}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")  # scripts written without spaces

Title = tuple[list[str], list[str]]  # the words of a title in lower case, and as they are written


def community_names(titles: Sequence[str], members: Iterable[Sequence[int]]) -> list[str]:
    """Name communities after the distinctive words of their titles.

    Words are ranked by Dunning's log-likelihood ratio between the titles of the community and all others; a word is
    replaced by the longest phrase that at least two fifths of its titles share. No list of words of any language is
    needed: words that are common everywhere distinguish no community.

    Parameters
    ----------
    titles : sequence of str
        The titles of all works; "" where there is none.
    members : iterable of sequences of int
        The works of each community to name, by their place in `titles`.

    Returns
    -------
    list of str
        One name for each community, of at most three terms; "" where no word is distinctive or the name is taken.

    References
    ----------
    Dunning (1993), Accurate methods for the statistics of surprise and coincidence.

    Examples
    --------
    >>> chords = ["Chord recognition with HMMs", "Automatic chord recognition", "Deep chord recognition"]
    >>> drums = ["Transcription of drums", "Playing drums", "Drums by neural networks"]
    >>> community_names(chords * 4 + drums * 4, [range(12), range(12, 24)])
    ['Chord recognition', 'Drums']
    """
    common = title_words(titles)
    return unique_names(community_name([titles[i] for i in works], common) for works in members)


def title_words(titles: Iterable[str]) -> tuple[Counter[str], int]:
    """In how many titles each word is, and how many titles there are."""
    total, n = Counter[str](), 0
    for title in titles:
        total.update(set(_words(title)[0]))
        n += bool(title)
    return total, n


def community_name(titles: Iterable[str], common: tuple[Counter[str], int]) -> str:
    """The name of one community after its titles, given the words of all titles; see `community_names`."""
    return _name([_words(title) for title in titles if title], *common)


def unique_names(names: Iterable[str]) -> list[str]:
    """Names of which each is given once: "" where it is taken."""
    found = dict[str, None]()
    return ["" if name in found else found.setdefault(name) or name for name in names]


def _words(title: str) -> Title:
    written = [part for run in _RUN.findall(title) for part in _parts(run)]
    return [word.casefold() for word in written], written


def _parts(run: str) -> list[str]:
    """A word as it is; of a script without spaces every two neighbouring characters."""
    return [run[k : k + 2] for k in range(len(run) - 1)] if _CJK.search(run) else [run]


def _name(group: list[Title], total: Counter[str], n: int) -> str:
    score = _distinctive(group, total, n)
    terms: list[str] = []
    used: set[str] = set()
    for word in sorted(score, key=lambda word: (-score[word], word)):
        if score[word] < _SIGNIFICANT or len(terms) == _TERMS:
            break
        if any(_alike(word, other) for other in used):
            continue
        phrase = _phrase(group, (word,), score)
        if any(_alike(a, b) for a in phrase for b in used):
            phrase = (word,)
        term = " ".join(_written(group, part) for part in phrase)
        if not terms or len(", ".join([*terms, term])) <= _ROOM:
            terms.append(term)
            used |= set(phrase)
    name = ", ".join(terms)
    return name[:1].upper() + name[1:]


def _distinctive(group: list[Title], total: Counter[str], n: int) -> dict[str, float]:
    """How distinctive each word is that is commoner in these titles than in the others."""
    inside, outside, found = len(group), n - len(group), dict[str, float]()
    for word, k in Counter(word for words, _ in group for word in set(words)).items():
        elsewhere = total[word] - k
        if k < max(_LEAST, _LEAST_SHARE * inside) or k * outside < _DISTINCT * elsewhere * inside:
            continue
        if len(word) <= _SHORT and not _CJK.search(word) and _written(group, word) == word:
            continue  # most such words are particles, in any language
        found[word] = _log_likelihood(k, elsewhere, inside, outside)
    return found


def _log_likelihood(a: int, b: int, inside: int, outside: int) -> float:
    """How surprising it is that a of `inside` and b of `outside` titles hold a word, were it as common in both."""
    expected = (a + b) / (inside + outside)

    def part(k: int, of: int) -> float:
        return k * log(k / of / expected) if k else 0.0

    def rest(k: int, of: int) -> float:
        return (of - k) * log((of - k) / of / (1 - expected)) if of > k else 0.0

    return 2 * (part(a, inside) + part(b, outside) + rest(a, inside) + rest(b, outside))


def _phrase(group: list[Title], phrase: tuple[str, ...], score: dict[str, float]) -> tuple[str, ...]:
    """The phrase grown at either end, up to three words, while enough of its titles share the longer one."""
    if len(phrase) == _TERMS or _CJK.search(phrase[0]):
        return phrase
    size, longer, own = len(phrase), Counter[tuple[str, ...]](), 0
    for words, _ in group:
        at = [k for k in range(len(words) - size + 1) if tuple(words[k : k + size]) == phrase]
        own += bool(at)
        grown = {tuple(words[k - 1 : k + size]) for k in at if k} | {tuple(words[k : k + size + 1]) for k in at}
        longer.update(one for one in grown if len(one) > size and one[0] in score and one[-1] in score)
    best = min(longer, key=lambda one: (-longer[one], one), default=())
    return _phrase(group, best, score) if best and longer[best] >= _PHRASE * own else phrase


def _written(group: list[Title], word: str) -> str:
    """A word in small letters, but one that is mostly written with capitals inside, as LSTM is, as it is written."""
    forms = Counter(form for words, written in group for own, form in zip(words, written, strict=True) if own == word)
    form = min(forms, key=lambda one: (-forms[one], one))
    return form if form[1:] != form[1:].lower() else word


def _alike(a: str, b: str) -> bool:
    """Whether two words are one but for their endings, as parsing and parsers."""
    stem = min(len(a), len(b), max(4, min(len(a), len(b)) - 3))
    return a[:stem] == b[:stem]
