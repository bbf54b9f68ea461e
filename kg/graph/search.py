"""Which work a text names: id or alias, title, "Todd 1989", else full text; and the ranked search behind `kg search`.

The order of precedence is fixed; where a step fits several works the text is refused and they are listed.
"""

import re
from collections.abc import Iterable

from kg.errors import AmbiguousWork, InputError, NothingFound
from kg.graph.store import Store
from kg.model import Work
from kg.text import name_key, surname, title_key, work_name

_LIMIT = 2000  # full-text hits looked at; a single common word must stay fast on a million works
_SHOWN = 8


def name_work(store: Store, text: str) -> Work:
    """The one work `text` names; raises NothingFound or AmbiguousWork.

    In order: an id or identifier; a whole title; a title before its colon; first author's surname and year; the only
    full-text hit.
    """
    return named_by(store, text)[0]


def named_by(store: Store, text: str) -> tuple[Work, bool]:
    """The same, and whether it is named by words alone: neither id, title or its beginning, nor author and year."""
    text = text.strip()
    if not text:
        raise InputError("an empty text names no work", 'try an id, a title or "Todd 1989"')
    work = store.find_by_id(text)
    if work:
        return work, False
    for found in (store.find_by_title(text), _by_author_year(store, text)):
        if len(found) == 1:
            return found[0], False
        if found:
            raise _ambiguous(text, found)
    hits = search(store, text, limit=_SHOWN + 1)
    if len(hits) == 1:
        work = hits[0][0]
        return work, not title_key(work.title).startswith(title_key(text))
    if hits:
        raise _ambiguous(text, [work for work, _ in hits])
    raise NothingFound(f"no work fits {text!r}", "try fewer words with `kg search`")


def search(store: Store, text: str, *, limit: int = 20) -> list[tuple[Work, float]]:
    """Works whose title, authors and year hold every word of `text`, best first, with a score above 0.

    An id, identifier or whole title stands first with the score 1; the others have the FTS5 bm25 weight scaled below 1.
    """
    first = store.find_by_id(text.strip())
    exact = [first] if first else store.find_by_title(text)
    rows = _full_text(store, title_key(text).split())
    if rows and store.until is not None:  # the index of words is that of all years
        there = {row for (row,) in store.db.execute("SELECT n FROM work")}
        rows = [hit for hit in rows if hit[0] in there]
    best = max((weight for _, weight in rows), default=1.0) or 1.0
    found = {work.id: (work, 1.0) for work in exact}
    for row, weight in rows[: limit + len(exact)]:
        for work in store.works("n = ?", (row,)):
            found.setdefault(work.id, (work, round(0.99 * weight / best, 4)))
    return list(found.values())[:limit]


def describe(work: Work) -> str:
    """A work in one line: authors, year, title."""
    return work_name(work.authors, work.year, work.title, work.id)


def _by_author_year(store: Store, text: str) -> list[Work]:
    match = re.fullmatch(r"(.+?)[\s,(]+(\d{4})\)?", text)
    if not match:
        return []
    names = re.split(r"\s*(?:&|,|;|\band\b)\s*|\s+et\s+al\.?", match.group(1))
    keys = [name_key(surname(name)) for name in names if name.strip()]
    if not keys:
        return []
    found = store.find_by_author_year(keys[0], [int(match.group(2))])
    return [w for w in found if {*keys} <= {name_key(surname(a)) for a in w.authors}]


def _full_text(store: Store, words: list[str]) -> list[tuple[int, float]]:
    if not words:
        return []
    query = " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*'
    hits = store.db.execute(
        "SELECT rowid, -bm25(work_text, 10, 5, 5) FROM work_text WHERE work_text MATCH ? LIMIT ?", (query, _LIMIT)
    ).fetchall()
    return sorted(((row, max(weight, 1e-9)) for row, weight in hits), key=lambda hit: (-hit[1], hit[0]))


def _ambiguous(text: str, works: Iterable[Work]) -> AmbiguousWork:
    works = list(works)
    return AmbiguousWork(text, [(w.id, describe(w)) for w in works[:_SHOWN]], more=max(0, len(works) - _SHOWN))
