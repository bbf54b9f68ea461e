"""Whether two records with a common id or identifier describe one work: their titles, first authors and years decide.

Nothing is compared fuzzily here; that is done where references are matched to works, in `kg.ingest.resolve`.
"""

import sqlite3

from kg.errors import InputError
from kg.model import Work
from kg.text import name_key, surname, title_key


def id_taken(db: sqlite3.Connection, row: int, work: Work, *, strict: bool) -> bool:
    """Whether the stored work that has the id of a record is a different work.

    It is if neither title begins with the other, or if one does but first authors or years differ.

    Parameters
    ----------
    db : sqlite3.Connection
        The store's connection.
    row : int
        The row of the stored work.
    work : Work
        The record.
    strict : bool
        Refuse any other title, as in a table of works whose ids must be unique.

    Raises
    ------
    InputError
        If `strict` and the titles differ.
    """
    stored, title = _titles(db, row, work)
    if not stored or stored == title:
        return False
    if strict:
        (first,) = db.execute("SELECT title FROM work WHERE n = ?", (row,)).fetchone()
        both = f"the id {work.id!r} is used by two works, {first!r} and {work.title!r}"
        raise InputError(both, "give each work its own id")
    return not _begins(stored, title) or False in _agreement(db, row, work)


def identifier_mistaken(db: sqlite3.Connection, row: int, work: Work) -> bool:
    """Whether the stored work that shares an identifier with a record is a different work: sources mistype them.

    Titles change between versions, so the first author, or the year where no author is known, must differ too.
    """
    stored, title = _titles(db, row, work)
    author, year = _agreement(db, row, work)
    return bool(stored) and not _begins(stored, title) and (author is False or (author is None and year is False))


def shown_to_be_one(db: sqlite3.Connection, rows: tuple[int, int], work: Work) -> bool:
    """Whether a record with identifiers of two stored works shows that they are one work.

    It does if the titles of all three agree, and neither first authors nor years contradict.
    """
    keys = [key for row in rows for key in _titles(db, row, work)]
    if work.stub or any(a and b and not _begins(a, b) for a in keys for b in keys):
        return False
    return not any(False in _agreement(db, row, work) for row in rows)


def _titles(db: sqlite3.Connection, row: int, work: Work) -> tuple[str, str]:
    """Both titles in comparable form, empty where they cannot be compared: the title of a stub is cited text."""
    key, stub = db.execute("SELECT title_key, stub FROM work WHERE n = ?", (row,)).fetchone()
    title = title_key(work.title)
    return (key, title) if key and title and not stub and not work.stub else ("", "")


def _agreement(db: sqlite3.Connection, row: int, work: Work) -> tuple[bool | None, bool | None]:
    """Whether first authors agree, and years within one; None where one is unknown."""
    author, year = db.execute("SELECT author_key, year FROM work WHERE n = ?", (row,)).fetchone()
    given = name_key(surname(work.authors[0])) if work.authors else ""
    return (
        author == given if author and given else None,
        abs(year - work.year) <= 1 if year is not None and work.year is not None else None,
    )


def _begins(a: str, b: str) -> bool:
    """Whether one title is the first words of the other."""
    return f"{a} ".startswith(f"{b} ") or f"{b} ".startswith(f"{a} ")
