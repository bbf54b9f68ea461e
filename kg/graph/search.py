"""Find the work that a person names, by id, title or "Todd 1989", and search works by words.

The order of precedence is fixed; a text that fits several works is an error that lists them.
"""

import re
from collections.abc import Container, Iterable
from difflib import get_close_matches

from kg.errors import AmbiguousWork, InputError, NothingFound
from kg.graph.store import Store
from kg.model import Work
from kg.text import authors_and_year, marked_title, name_key, surname, title_key, work_name

_OPENALEX = re.compile(r"[Ww]\d{4,}")  # how OpenAlex itself writes its ids
_LIMIT = 2000  # full-text hits that are ranked, so that one common word stays fast among a million works
_NEAR = 0.85  # how much two titles have in common where one may be the other, misspelt
_LONGEST = 2_000  # characters of a text that is searched for
_SHOWN = 8  # candidates listed for an ambiguous name


def name_work(store: Store, text: str) -> Work:
    """The one work that a text names.

    Tried in this order: an id or identifier; a name of its own, such as "LSTM"; a whole title; a title before its colon;
    the first author's surname and the year; the only full-text hit.

    Raises
    ------
    InputError
        If the text is empty or too long.
    NothingFound
        If it names no work.
    AmbiguousWork
        If it fits several; they are listed.
    """
    return named_by(store, text)[0]


def named_by(store: Store, text: str) -> tuple[Work, str]:
    """The same work, and how it was found where the text does not show that: by a name of its own, or by words alone."""
    text = text.strip()
    if not text:
        raise InputError("the name of a work is empty", "try an id, a title, or author and year")
    _check_length(text)
    work = store.find_by_id(text) or (
        store.find_by_id(f"openalex:{text.upper()}") if _OPENALEX.fullmatch(text) else None
    )
    if work:
        return work, ""
    if work := store.find_by_name(text):
        return work, "" if title_key(work.title).startswith(title_key(text)) else "which goes by this name"
    for found in (store.find_by_title(text), _by_author_year(store, text)):
        if len(found) == 1:
            return found[0], ""
        if found:
            raise _ambiguous(text, found)
    hits = search(store, text, limit=_SHOWN + 1)
    if len(hits) == 1:
        work = hits[0][0]
        return work, "" if title_key(work.title).startswith(title_key(text)) else "the only work with these words"
    if hits:
        raise _ambiguous(text, [work for work, _ in hits])
    raise NothingFound(f"no work fits {text!r}", "try fewer words with `kg search`")


def search(
    store: Store, text: str, *, limit: int = 20, within: Container[int] | None = None
) -> list[tuple[Work, float]]:
    """Works in whose title, authors and year every word of a text occurs, best first, each with its score.

    Parameters
    ----------
    store : Store
        The store.
    text : str
        Words, or an id, an identifier or a title.
    limit : int
        The greatest number of works.
    within : container of int, optional
        Only works in these rows of the store.

    Returns
    -------
    list of tuple
        Pairs of a work and a score in (0, 1]: 1 for an id, identifier or whole title, else the bm25 weight of SQLite's
        full-text search, scaled to stay below 1.

    Raises
    ------
    InputError
        If the text is too long.
    """
    _check_length(text)
    first = store.find_by_id(text.strip())
    exact = [first] if first else store.find_by_title(text)
    rows = _full_text(store, title_key(text).split(), -1 if within is not None else _LIMIT)
    if within is not None:
        exact = [work for work in exact if store.row(work.id) in within]
        rows = [hit for hit in rows if hit[0] in within]
    if rows and store.until is not None:  # the full-text index covers all years
        there = {row for (row,) in store.db.execute("SELECT n FROM work")}
        rows = [hit for hit in rows if hit[0] in there]
    best = max((weight for _, weight in rows), default=1.0) or 1.0
    found = {work.id: (work, 1.0) for work in exact}
    for row, weight in rows[: limit + len(exact)]:
        for work in store.works("n = ?", (row,)):
            found.setdefault(work.id, (work, round(0.99 * weight / best, 4)))
    return list(found.values())[:limit]


def near_titles(store: Store, text: str) -> list[Work]:
    """At most three works whose title is nearly a text, as one misspells it, the nearest first."""
    keys = {key for (key,) in store.db.execute("SELECT title_key FROM work WHERE length(title_key) > 7")}
    near = get_close_matches(title_key(text), keys, n=3, cutoff=_NEAR)
    return [work for key in near for work in store.works("title_key = ?", (key,))][:3]


def describe(work: Work) -> str:
    """A work in one line: authors, year, title."""
    return work_name(work.authors, work.year, marked_title(work.title, work.retracted), work.id)


def _check_length(text: str) -> None:
    if len(text) > _LONGEST:
        message = f"a text of {len(text):,} characters names no work (at most {_LONGEST:,} are searched for)"
        raise InputError(message, "try its id, its title, or a few words")


def _by_author_year(store: Store, text: str) -> list[Work]:
    keys, year = authors_and_year(text)
    if not keys:
        return []
    found = store.works("author_key = ? AND author_key <> '' AND year = ?", (keys[0], year))
    return [w for w in found if {*keys} <= {name_key(surname(a)) for a in w.authors}]


def _full_text(store: Store, words: list[str], most: int) -> list[tuple[int, float]]:
    if not words:
        return []
    query = " ".join(f'"{word}"' for word in dict.fromkeys(words[:-1])) + f' "{words[-1]}"*'
    hits = store.db.execute(
        "SELECT rowid, -bm25(work_text, 10, 5, 5) FROM work_text WHERE work_text MATCH ? LIMIT ?", (query, most)
    ).fetchall()
    return sorted(((row, max(weight, 1e-9)) for row, weight in hits), key=lambda hit: (-hit[1], hit[0]))


def _ambiguous(text: str, works: Iterable[Work]) -> AmbiguousWork:
    works = list(works)
    return AmbiguousWork(text, [(w.id, describe(w)) for w in works[:_SHOWN]], more=max(0, len(works) - _SHOWN))
