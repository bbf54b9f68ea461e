"""New rows by the million: in rising order, and with the indexes on them made once, afterwards."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat

from kg.columns import CitationTable
from kg.model import Citation, Work
from kg.text import name_key, short_title, surname, title_key

_MANY = 10_000  # works from which on indexes are made anew
_PAGE = 100_000  # rows handed to SQLite at a time, as JSON: half of the time that rows one by one take

# nullif, here and below: Python's sqlite3 takes as long for a None as for three texts
_WORK = """INSERT INTO work VALUES (
    ?, ?, ?, nullif(?, 0), nullif(?, ''), ?, ?, ?, ?, nullif(?, -1), nullif(?, -1), ?, ?, ?
)"""


def insert_works(db: sqlite3.Connection, works: Sequence[tuple[int, str, Work]]) -> None:
    """Insert works with their authors and their text for the search.

    Parameters
    ----------
    db : sqlite3.Connection
        The store's connection, within a transaction.
    works : sequence of tuple
        For each work its row, which is free and above that of the work before it, its id, and its record.
    """
    with _indexes_later(db, len(works), works[0][0]):
        db.executemany(_WORK, (_row(n, id_, work) for n, id_, work in works))
    db.executemany(
        "INSERT INTO author VALUES (?, ?, ?)",
        ((n, k, name) for n, _, work in works for k, name in enumerate(work.authors)),
    )
    db.executemany(
        "INSERT INTO work_text (rowid, title, authors, year) VALUES (?, ?, ?, nullif(?, 0))",
        ((n, work.title, "; ".join(work.authors), dated(work)[0] or 0) for n, _, work in works),
    )


def insert_new(
    db: sqlite3.Connection, works: Sequence[tuple[int, str, Work]], source_row: Callable[[str], int]
) -> None:
    """Insert works, as `insert_works` does, of which nothing was known, with their identifiers and their facts.

    Parameters
    ----------
    db : sqlite3.Connection
        The store's connection, within a transaction.
    works : sequence of tuple
        For each work its row, its id, and its record.
    source_row : callable
        Gives the row of a source.
    """
    if not works:
        return
    insert_works(db, works)
    names = ((name, n) for n, id_, work in works for name in dict.fromkeys(work.identifiers) if name != id_)
    db.executemany("INSERT INTO identifier VALUES (?, ?)", sorted(names))
    facts = [(n, fact.name, source_row(fact.source), fact.value) for n, _, work in works for fact in work.facts]
    db.executemany("INSERT OR IGNORE INTO fact VALUES (?, ?, ?, ?)", facts)


def insert_ids(db: sqlite3.Connection, ids: Sequence[str], first: int, source: str) -> None:
    """Insert works of which nothing but the id is known.

    Parameters
    ----------
    db : sqlite3.Connection
        The store's connection, within a transaction.
    ids : sequence of str
        Their ids.
    first : int
        The row of the first of them; those of the others follow, and all are free.
    source : str
        Who names them.
    """
    with _indexes_later(db, len(ids), first):
        for place in range(0, len(ids), _PAGE):
            page = json.dumps(ids[place : place + _PAGE], ensure_ascii=False)
            db.execute(
                """INSERT INTO work SELECT ? + key, value, '', NULL, NULL, '', 0, 0, ?, NULL, NULL, '', '', ''
                FROM json_each(?)""",
                (first + place, source, page),
            )
    insert = "INSERT INTO work_text (rowid, title, authors, year) SELECT n, '', '', NULL FROM work WHERE n >= ?"
    db.execute(insert, (first,))


def insert_citations(db: sqlite3.Connection, citations: Iterable[tuple[int, int, int, Citation]]) -> None:
    """Insert citations, each after the rows of its works and of its source; what is said anew of one replaces the old.

    Parameters
    ----------
    db : sqlite3.Connection
        The store's connection, within a transaction.
    citations : iterable of tuple
        For each citation the rows of the citing and the cited work and of the source, and its record.
    """
    db.executemany(
        """INSERT INTO citation VALUES (?, ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, -1))
        ON CONFLICT DO UPDATE SET
        times = max(times, excluded.times), method = coalesce(method, excluded.method),
        contexts = coalesce(excluded.contexts, contexts), intents = coalesce(excluded.intents, intents),
        influential = coalesce(excluded.influential, influential)""",
        (
            (
                citing,
                cited,
                source,
                c.times,
                c.method,
                json.dumps(c.contexts, ensure_ascii=False) if c.contexts else "",
                json.dumps(c.intents) if c.intents else "",
                -1 if c.influential is None else int(c.influential),
            )
            for citing, cited, source, c in citations
        ),
    )


def insert_table(db: sqlite3.Connection, table: CitationTable, rows: Sequence[int], source: int) -> None:
    """Insert a table of citations, and where it says so the outcomes of reference lists.

    Of a citation that this source has already reported, the larger count is kept.

    Parameters
    ----------
    db : sqlite3.Connection
        The store's connection, within a transaction.
    table : CitationTable
        The citations.
    rows : sequence of int
        The rows of `table.works`.
    source : int
        The row of the source.
    """
    import numpy as np

    citing, cited = (np.asarray(rows)[np.asarray(places)] for places in (table.citing, table.cited))
    times = np.asarray(table.times)
    keys = np.sort(citing << 32 | cited)
    db.execute(
        """INSERT INTO citation SELECT value >> 32, value & 4294967295, ?, 1, NULL, NULL, NULL, NULL
        FROM json_each(?) WHERE true ON CONFLICT DO NOTHING""",
        (source, json.dumps(keys.tolist())),
    )
    several = np.flatnonzero(times > 1)
    db.executemany(
        "UPDATE citation SET times = max(times, ?) WHERE citing = ? AND cited = ? AND source = ?",
        zip(times[several].tolist(), citing[several].tolist(), cited[several].tolist(), repeat(source)),
    )
    if table.complete:
        db.execute(
            """INSERT INTO retrieval SELECT value, 'references', ?, 'COMPLETE', NULL, NULL FROM json_each(?) WHERE true
            ON CONFLICT DO UPDATE SET outcome = excluded.outcome""",
            (source, json.dumps(np.unique(citing).tolist())),
        )


def next_row(db: sqlite3.Connection) -> int:
    """The row of the next new work."""
    return int(db.execute("SELECT coalesce(max(n), 0) + 1 FROM work").fetchone()[0])


def dated(work: Work) -> tuple[int | None, str | None]:
    """The year and the day of a work, as far as its record has them."""
    day = work.date if work.date and len(work.date) == 10 else None
    return work.year if work.year is not None else int(work.date[:4]) if work.date else None, day


def keys(title: str, authors: tuple[str, ...]) -> tuple[str, str, str]:
    """What a work is found by: its title, its short title and its first author, in comparable form."""
    author = name_key(surname(authors[0])) if authors else ""
    return title_key(title), title_key(short_title(title)), author


@contextmanager
def _indexes_later(db: sqlite3.Connection, works: int, first: int) -> Iterator[None]:
    """Leave the indexes on works to the end of the block where it adds most of them."""
    dropped: list[tuple[str, str]] = []
    if works >= _MANY and first <= works:
        dropped = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'work' AND sql <> ''"
        ).fetchall()
    for name, _ in dropped:
        db.execute(f"DROP INDEX {name}")
    yield
    for _, statement in dropped:
        db.execute(statement)


def _row(n: int, id_: str, work: Work) -> tuple[int | str, ...]:
    year, day = dated(work)
    references, citations = work.reported_references, work.reported_citations
    return (
        n,
        id_,
        work.title,
        year or 0,
        day or "",
        work.venue,
        int(work.stub),
        int(work.seed),
        work.source,
        -1 if references is None else references,
        -1 if citations is None else citations,
        *keys(work.title, work.authors),
    )
