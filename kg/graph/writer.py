"""The writer: the one process that may write a store; it saves batches and decides which work a record describes.

A record describes the work that already has its id or one of its identifiers; every id ever seen stays an alias. A record
with identifiers of two works makes them one, if `identity` allows it. What is known is never overwritten. One batch is one
transaction and one revision.
"""

import sqlite3
from array import array
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import chain, count
from pathlib import Path
from typing import Self

from kg.columns import CitationTable, WorkIds
from kg.errors import InputError, StoreError, remedy
from kg.graph.checked import checked, checked_list, fault_of_resolution
from kg.graph.identity import id_taken, identifier_mistaken, shown_to_be_one
from kg.graph.insert import dated, insert_citations, insert_ids, insert_new, insert_table, insert_works, keys, next_row
from kg.graph.merge import merge_works
from kg.graph.store import Store
from kg.graph.store_file import being_written
from kg.graph.withdraw import delete_unnamed, withdraw_list
from kg.model import Batch, Withdrawal, Work
from kg.text import title_key

_NUMBERED = 20  # works of one id that are told apart by a number


class Writer:
    """The right to write a store, from `Writer.open` until it closes.

    Attributes
    ----------
    store : Store
        The store.
    run : int
        The number of this session of writing.
    joined : list of tuple of str
        Works that turned out to be one, as pairs of the id that stays and the id that became an alias; without stubs.
    """

    def __init__(self, store: Store, run: int) -> None:
        self.store = store
        self.run = run
        self.joined: list[tuple[str, str]] = []
        self._named: dict[str, int] = {}
        self._load()

    @classmethod
    @contextmanager
    def open(cls, path: Path, command: str, *, name: str = "") -> Iterator[Self]:
        """Open the store at `path` for writing; a new one is made if needed, and removed if nothing is saved in it.

        Parameters
        ----------
        path : Path
            The SQLite file.
        command : str
            What is doing the writing, for the list of runs.
        name : str
            The name of a new graph; by default that of its folder.

        Raises
        ------
        StoreError
            If another process is writing, or the folder cannot be written. The right ends with the process.
        """
        with (
            being_written(path) as new,
            Store.create(path, name=name or path.parent.name) if new else Store.open(path, write=True) as store,
        ):
            started = datetime.now(UTC).isoformat(timespec="seconds")
            insert = "INSERT INTO run (command, started) VALUES (?, ?)"
            run = store.db.execute(insert, (command, started)).lastrowid or 0
            store.db.execute("INSERT INTO run_work VALUES (?, ?)", (run, next_row(store.db)))
            yield cls(store, run)

    def add(self, *batches: Batch) -> None:
        """Save batches in one transaction: all of them, or nothing."""
        self.add_all(batches)

    def add_all(self, batches: Iterable[Batch]) -> None:
        """Save the batches of a source in one transaction: all of them, or nothing if it fails on the way."""
        with self._transaction():
            for batch in batches:
                self._add(batch)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Make everything done inside one revision, or nothing of it."""
        db = self.store.db
        try:
            db.execute("BEGIN IMMEDIATE")
            yield
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
            db.execute("UPDATE meta SET value = lower(hex(randomblob(4))) WHERE key = 'stamp'")
            db.execute("COMMIT")
        except BaseException as error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            self._load()
            if isinstance(error, sqlite3.DatabaseError):
                raise StoreError(
                    f"{self.store.path} cannot be written: {error}; everything saved before is still there",
                    remedy(error, "run the same command again"),
                ) from error
            raise

    def stored_id(self, id_: str) -> str:
        """The id under which a work of the last batch was stored."""
        row = self.store.db.execute("SELECT id FROM work WHERE n = ?", (self._named[id_],)).fetchone()
        return str(row[0])

    def has_id(self, id_: str) -> bool:
        """Whether a work of the store has this id, alias or identifier."""
        return id_ in self._rows

    def _load(self) -> None:
        db = self.store.db
        self._table: tuple[Sequence[str], array[int]] | None = None  # works of the last table, and their rows
        self._rows: dict[str, int] = dict(
            db.execute("SELECT id, n FROM work UNION ALL SELECT value, work FROM identifier").fetchall()
        )
        self._sources: dict[str, int] = dict(db.execute("SELECT name, n FROM source").fetchall())

    def _add(self, batch: Batch) -> None:
        named = self._named = {}  # id -> row in this batch: the store may use the same key for another work
        described = {work.id for work in batch.works}
        for gone in batch.withdrawals:
            withdraw_list(self.store.db, self._rows[gone.work], gone.source, redescribed=gone.work in described)
        self._add_works(batch.works, named, strict=batch.strict)
        if batch.ids:
            self._add_ids(batch.ids, named)
        for stub, id_ in batch.joins:
            into, n = named.get(id_) or self._rows[id_], self._rows[stub]
            if n != into:
                self._join(into, n, named)
        at = ChainMap(named, self._rows)
        insert_citations(
            self.store.db, ((at[c.citing], at[c.cited], self._source(c.source), c) for c in batch.citations)
        )
        if batch.table is not None:
            self._add_table(batch.table, named)
        else:
            self._table = None
        self._add_lists(batch, at)
        self._add_claims(batch, named)
        for remark in batch.remarks:
            self._remark(remark.where, remark.reason)
        possible = []
        for resolution in batch.resolutions:
            if fault := fault_of_resolution(resolution):
                self._remark(resolution.text, fault)
            else:
                possible.append(astuple(resolution))
        self.store.db.executemany(
            "INSERT OR REPLACE INTO resolution VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(text, self.run, *rest) for text, *rest in possible],
        )
        for gone in batch.withdrawals:
            self._delete_unnamed(gone, () if gone.work in described else (gone.work,))

    def _delete_unnamed(self, withdrawal: Withdrawal, works: Iterable[str]) -> None:
        db, source, rows = self.store.db, withdrawal.source, self._rows
        stubs = [row for name in withdrawal.dropped if (row := rows.get(name))]
        gone = {
            *delete_unnamed(db, stubs, source, self.run, stubs=True),
            *delete_unnamed(db, [rows[name] for name in works], source, self.run, stubs=False),
        }
        if gone:
            self._rows = {name: row for name, row in rows.items() if row not in gone}

    def _remark(self, place: str, reason: str) -> None:
        self.store.db.execute("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?)", (place, reason, self.run))

    def _add_works(self, works: Iterable[Work], at: dict[str, int], *, strict: bool) -> None:
        """Save works one after the other, those of which nothing is known yet together."""
        db, rows, new = self.store.db, self._rows, list[tuple[int, str, Work]]()
        for work in works:
            names = dict.fromkeys((work.id, *work.identifiers))
            if work.id and rows.keys().isdisjoint(names):
                record, faults = checked(work)
                for fault in faults:
                    self._remark(work.id, fault)
                n = at[work.id] = new[-1][0] + 1 if new else next_row(db)
                rows.update(dict.fromkeys(names, n))
                new.append((n, work.id, record))
                continue
            insert_new(db, new, self._source)
            new = []
            self._add_work(work, at, strict=strict)
        insert_new(db, new, self._source)

    def _add_ids(self, works: WorkIds, at: dict[str, int]) -> None:
        """Save works of which nothing but the id is known: of those in the graph, only stubs and dates can change."""
        rows, db, first = self._rows, self.store.db, next_row(self.store.db)
        new = [id_ for id_ in works.ids if id_ not in rows]
        if len(new) < len(works.ids):
            open_ = {n for (n,) in db.execute("SELECT n FROM work WHERE stub OR date IS NOT NULL")}
            for id_ in works.ids:
                if rows.get(id_) in open_:
                    self._add_work(Work(id=id_, source=works.source), at, strict=True)
        insert_ids(db, new, first, works.source)
        rows.update(zip(new, range(first, first + len(new)), strict=True))

    def _add_work(self, work: Work, at: dict[str, int], *, strict: bool) -> None:
        if not work.id:
            raise InputError(f"the work {work.title!r} has no id", "give it one")
        work, faults = checked(work)
        for fault in faults:
            self._remark(work.id, fault)
        rows, id_, n = self._rows, work.id, self._rows.get(work.id)
        if n is None or id_taken(self.store.db, n, work, strict=strict):
            known = (row for value in work.identifiers if (row := rows.get(value)))
            other = next((row for row in known if not identifier_mistaken(self.store.db, row, work)), None)
            if n is not None and other is None:
                id_, other = self._suffixed(work)
            n = other
        if n is None:
            n = next_row(self.store.db)
            insert_works(self.store.db, [(n, id_, work)])
        else:
            self._fill(n, work, *dated(work))
        rows.setdefault(id_, n)
        at[work.id] = n
        self._add_facts(n, work)
        for value in dict.fromkeys((work.id, *work.identifiers)):
            if value == work.id != id_:
                continue
            other = rows.get(value, n)
            if other != n and not strict and shown_to_be_one(self.store.db, (n, other), work):
                n = at[work.id] = self._join(min(n, other), max(n, other), at)
            if rows.setdefault(value, n) == n:
                self.store.db.execute(
                    "INSERT OR IGNORE INTO identifier SELECT ?, n FROM work WHERE n = ? AND id <> ?", (value, n, value)
                )
            elif value != work.id:
                owner = next(self.store.works("n = ?", (other,), bare=True))
                reason = (
                    f"{value} is already assigned to {owner.title or owner.id!r}; not added to {work.title or id_!r}"
                )
                self._remark(id_, reason)

    def _join(self, n: int, m: int, at: dict[str, int]) -> int:
        """Merge row m into row n; the ids of both lead to it."""
        lost = next(self.store.works("n = ?", (m,)))
        gone = [lost.id, *(v for (v,) in self.store.db.execute("SELECT value FROM identifier WHERE work = ?", (m,)))]
        merge_works(self.store.db, n, m)
        self._fill(n, lost, lost.year, lost.date)
        self._rows.update(dict.fromkeys(gone, n))
        at.update({name: n for name, row in at.items() if row == m})
        if not lost.stub:
            self.joined.append((next(self.store.works("n = ?", (n,), bare=True)).id, lost.id))
        return n

    def _suffixed(self, work: Work) -> tuple[str, int | None]:
        """A free id for a work whose own id is used by another work, and its row if it has been stored before.

        Twenty of one id are numbered; others have a digest of their title instead, and need not be compared with all.
        """
        digest = blake2b(title_key(work.title).encode(), digest_size=8).hexdigest()
        suffixes = chain(range(2, _NUMBERED + 2), [digest], (f"{digest}-{more}" for more in count(2)))
        while True:
            id_ = f"{work.id}-{next(suffixes)}"
            n = self._rows.get(id_)
            if n is None:
                reason = (
                    f"key {work.id!r} is used by two different works; the second, {work.title!r}, was added as {id_!r}"
                )
                self._remark(work.id, reason)
                return id_, None
            if not id_taken(self.store.db, n, work, strict=False):
                return id_, n

    def _fill(self, n: int, work: Work, year: int | None, day: str | None) -> None:
        """Add what was unknown; what is known stays, but a full record replaces a stub."""
        db, old = self.store.db, next(self.store.works("n = ?", (n,), bare=True))
        first, second = (work, old) if old.stub and not work.stub else (old, work)
        title = first.title or second.title
        year = next((y for y in ((year, old.year) if first is work else (old.year, year)) if y is not None), None)
        day = (
            next((d for d in (old.date, day) if d and d.startswith(f"{year:04d}")), None) if year is not None else None
        )
        db.execute(
            """UPDATE work SET title = ?, year = ?, date = ?, venue = ?, stub = ?, seed = ?,
            reported_references = ?, reported_citations = ? WHERE n = ?""",
            (
                title,
                year,
                day,
                first.venue or second.venue,
                old.stub and work.stub,
                old.seed or work.seed,
                self._count(
                    n, "references", old.reported_references, work.reported_references, work.source, old.source
                ),
                self._count(n, "citations", old.reported_citations, work.reported_citations, work.source, old.source),
                n,
            ),
        )
        held = db.execute("SELECT 1 FROM author WHERE work = ?", (n,)).fetchone()
        new = work.authors if first is work or not held else ()
        if new or (title, year) != (old.title, old.year):
            self._set_text(n, title, new or next(self.store.works("n = ?", (n,))).authors, year)

    def _count(self, n: int, list_: str, old: int | None, new: int | None, source: str, first: str) -> int | None:
        """A reported count: the stored one, unless its own source, or the first source of the work, has a newer one."""
        if old is None or new is None or old == new or source == first:
            return old if new is None else new
        theirs = self.store.db.execute(
            """SELECT 1 FROM retrieval r JOIN source s ON s.n = r.source
            WHERE r.work = ? AND r.list = ? AND s.name = ? AND r.reported = ?""",
            (n, list_, source, old),
        ).fetchone()
        return new if theirs else old

    def _set_text(self, n: int, title: str, authors: tuple[str, ...], year: int | None) -> None:
        db = self.store.db
        change = "UPDATE work SET title_key = ?, short_key = ?, author_key = ? WHERE n = ?"
        db.execute(change, (*keys(title, authors), n))
        db.execute("DELETE FROM author WHERE work = ?", (n,))
        db.executemany("INSERT INTO author VALUES (?, ?, ?)", [(n, k, name) for k, name in enumerate(authors)])
        db.execute(
            "INSERT OR REPLACE INTO work_text (rowid, title, authors, year) VALUES (?, ?, ?, ?)",
            (n, title, "; ".join(authors), year),
        )

    def _add_facts(self, n: int, work: Work) -> None:
        """Save what sources say of a work; what one of them now says of a name replaces what it said of it before."""
        rows = [(n, fact.name, self._source(fact.source), fact.value) for fact in work.facts]
        db = self.store.db
        db.executemany("DELETE FROM fact WHERE work = ? AND name = ? AND source = ?", [row[:3] for row in rows])
        db.executemany("INSERT OR IGNORE INTO fact VALUES (?, ?, ?, ?)", rows)

    def _source(self, name: str) -> int:
        if name not in self._sources:
            self._sources[name] = self.store.db.execute("INSERT INTO source (name) VALUES (?)", (name,)).lastrowid or 0
        return self._sources[name]

    def _add_table(self, table: CitationTable, named: Mapping[str, int]) -> None:
        if self._table is None or self._table[0] is not table.works or named:
            rows = self._rows
            self._table = table.works, array("q", (named.get(id_) or rows[id_] for id_ in table.works))
        insert_table(self.store.db, table, self._table[1], self._source(table.source))

    def _add_lists(self, batch: Batch, rows: Mapping[str, int]) -> None:
        db = self.store.db
        lists = []
        for told in batch.retrievals:
            kept, fault = checked_list(told)
            lists += [kept] if kept else []
            if fault:
                self._remark(told.work, fault)
        db.executemany(
            """INSERT INTO retrieval VALUES (?, ?, ?, ?, nullif(?, -1), nullif(?, '')) ON CONFLICT DO UPDATE SET outcome = excluded.outcome,
            reported = coalesce(excluded.reported, reported), date = coalesce(excluded.date, date)
            WHERE NOT (outcome = 'COMPLETE' AND excluded.outcome = 'EMPTY')
            AND (excluded.outcome != 'FAILED' OR outcome IN ('FAILED', 'NOT_FOUND', 'UNKNOWN'))""",  # what came is kept
            [
                (
                    rows[r.work],
                    r.list,
                    self._source(r.source),
                    str(r.outcome),
                    -1 if r.reported is None else r.reported,
                    r.date or "",
                )
                for r in lists
            ],
        )
        db.executemany(
            "INSERT OR IGNORE INTO concept VALUES (?, ?, ?, ?)",
            [(rows[c.work], c.scheme, c.label, c.source) for c in batch.concepts],
        )
        said = [
            (rows[c.work], c.scheme, c.label, c.source, c.label_in_source) for c in batch.concepts if c.label_in_source
        ]
        db.executemany("INSERT OR IGNORE INTO concept_in_source VALUES (?, ?, ?, ?, ?)", said)

    def _add_claims(self, batch: Batch, named: Mapping[str, int]) -> None:
        """Save claims with their works, as far as these are in the batch: elsewhere a key may mean another work."""
        db = self.store.db
        db.executemany(
            "INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?, ?)",
            [(c.id, c.statement, c.kind, c.place, c.article) for c in batch.claims],
        )
        db.executemany(
            "INSERT OR IGNORE INTO claim_work VALUES (?, ?, ?)",
            [(c.id, named[work], role) for c in batch.claims for work, role in c.roles if work in named],
        )
