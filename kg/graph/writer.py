"""Writer: the one process that may write a store; decides identity and keeps batches.

A work is the one that already has its id or any of its identifiers; every id ever seen stays an alias. A record that
has identifiers of two works makes them one, if their titles allow it. Nothing is compared fuzzily, nothing known is
overwritten. One batch is one transaction and one revision.
"""

import json
import sqlite3
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from kg.errors import InputError, StoreError
from kg.graph.merge import join
from kg.graph.store import WORK_FIELDS, Store
from kg.model import Batch, Citation, Work
from kg.text import name_key, short_title, surname, title_key


class Writer:
    """The right to write a store, held from `Writer.open` until it closes; `run` numbers this session of writing.

    `joined` holds each pair of ids, kept and given up, of works that turned out to be one; stubs are not told of.
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
        """Take the right to write the store at `path`; where there is none it is made, and removed if nothing is kept.

        A second writer gets a StoreError at once. Killing the process gives the right back.
        """
        lock = sqlite3.connect(path.with_name("write.lock"), timeout=0, isolation_level=None)
        try:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise _locked_out(path.parent, error) from error
            new, kept = not path.exists(), False
            try:
                with (
                    Store.create(path, name=name or path.parent.name) if new else Store.open(path, write=True) as store
                ):
                    started = datetime.now(UTC).isoformat(timespec="seconds")
                    run = store.db.execute("INSERT INTO run (command, started) VALUES (?, ?)", (command, started))
                    try:
                        yield cls(store, run.lastrowid or 0)
                    finally:
                        kept = store.revision > 0
            finally:
                if new and not kept:
                    for file in (*path.parent.glob(f"{path.name}*"), path.with_name("write.lock")):
                        file.unlink(missing_ok=True)
        finally:
            lock.close()

    def add(self, *batches: Batch) -> None:
        """Keep batches whole, in one transaction, or nothing of them."""
        self.add_all(batches)

    def add_all(self, batches: Iterable[Batch]) -> None:
        """Keep every batch of a source that may fail on the way, in one transaction, or nothing of it."""
        with self._transaction():
            for batch in batches:
                self._add(batch)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All that is done inside, as one revision, or nothing of it."""
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
                    f"{self.store.path} could not be written: {error}", "what was kept before is whole"
                ) from error
            raise

    def kept(self, id_: str) -> str:
        """The id under which a work of the last batch is kept."""
        row = self.store.db.execute("SELECT id FROM work WHERE n = ?", (self._named[id_],)).fetchone()
        return str(row[0])

    def holds(self, id_: str) -> bool:
        """Whether a work has this id or alias."""
        return id_ in self._rows

    def _load(self) -> None:
        db = self.store.db
        self._rows: dict[str, int] = dict(
            db.execute("SELECT id, n FROM work UNION ALL SELECT value, work FROM identifier").fetchall()
        )
        self._sources: dict[str, int] = dict(db.execute("SELECT name, n FROM source").fetchall())

    def _add(self, batch: Batch) -> None:
        named = self._named = {}  # what the ids mean in this batch: a key may be taken by another work
        for work in batch.works:
            self._add_work(work, named, strict=batch.strict)
        for stub, id_ in batch.joins:
            into, n = named.get(id_) or self._rows[id_], self._rows[stub]
            if n != into and next(self.store.works("n = ?", (n,))).stub:
                self._join(into, n, named)
        at = ChainMap(named, self._rows)
        self._add_citations(batch.citations, at)
        self._add_lists(batch, at)
        self._add_claims(batch, named)
        for remark in batch.remarks:
            self._remark(remark.where, remark.reason)
        self.store.db.executemany(
            "INSERT OR REPLACE INTO resolution VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    r.text,
                    self.run,
                    r.status,
                    r.id,
                    r.method,
                    r.reason,
                    r.score,
                    r.likely,
                    r.runner_up,
                    r.runner_up_score,
                )
                for r in batch.resolutions
            ],
        )

    def _remark(self, place: str, reason: str) -> None:
        self.store.db.execute("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?)", (place, reason, self.run))

    def _add_work(self, work: Work, at: dict[str, int], *, strict: bool) -> None:
        if not work.id:
            raise InputError(f"a work without an id: {work.title!r}", "give it one")
        rows, id_, n = self._rows, work.id, self._rows.get(work.id)
        if n is None or self._other_title(n, work, strict=strict):
            other = next((m for v in work.identifiers if (m := rows.get(v)) and not self._other_work(m, work)), None)
            if n is not None and other is None:
                id_, other = self._suffixed(work)
            n = other
        day = work.date if work.date and len(work.date) == 10 else None
        year = work.year if work.year is not None else int(work.date[:4]) if work.date else None
        if n is None:
            n = self._insert(id_, work, year, day)
        else:
            self._fill(n, work, year, day)
        rows.setdefault(id_, n)
        at[work.id] = n
        for value in dict.fromkeys((work.id, *work.identifiers)):
            if value == work.id != id_:
                continue
            if (other := rows.get(value, n)) != n and not strict and self._one_work(n, other, work):
                n = at[work.id] = self._join(min(n, other), max(n, other), at)
            if rows.setdefault(value, n) == n:
                self.store.db.execute(
                    "INSERT OR IGNORE INTO identifier SELECT ?, n FROM work WHERE n = ? AND id <> ?", (value, n, value)
                )
            elif value != work.id:
                self._remark(id_, f"{value} already belongs to another work and stays there")

    def _one_work(self, n: int, m: int, work: Work) -> bool:
        """Whether a record that has identifiers of two held works shows them to be one.

        It does if it describes the work and all their titles agree, and neither first authors nor years contradict.
        """
        keys = [key for row in (n, m) for key in self._titles(row, work)]
        if work.stub or any(a and b and not _begins(a, b) for a in keys for b in keys):
            return False
        return not any(False in self._agreement(row, work) for row in (n, m))

    def _join(self, n: int, m: int, at: dict[str, int]) -> int:
        """Make row m part of row n; the ids of both lead to it."""
        lost = next(self.store.works("n = ?", (m,)))
        gone = [lost.id, *(v for (v,) in self.store.db.execute("SELECT value FROM identifier WHERE work = ?", (m,)))]
        join(self.store.db, n, m)
        self._fill(n, lost, lost.year, lost.date)
        self._rows.update(dict.fromkeys(gone, n))
        at.update({name: n for name, row in at.items() if row == m})
        if not lost.stub:
            self.joined.append((next(self.store.works("n = ?", (n,))).id, lost.id))
        return n

    def _suffixed(self, work: Work) -> tuple[str, int | None]:
        """The id of a work whose own id is taken by another title, and its row if it came before."""
        for k in range(2, 10**9):
            id_ = f"{work.id}-{k}"
            n = self._rows.get(id_)
            if n is None:
                self._remark(work.id, f"this key names two works; the later one, {work.title!r}, is kept as {id_}")
                return id_, None
            if not self._other_title(n, work, strict=False):
                return id_, n
        raise AssertionError

    def _insert(self, id_: str, work: Work, year: int | None, day: str | None) -> int:
        values = (
            id_,
            work.title,
            year,
            day,
            work.venue,
            work.stub,
            work.seed,
            work.source,
            work.reported_references,
            work.reported_citations,
            *_keys(work.title, work.authors),
        )
        marks = ", ".join("?" * len(values))
        n = self.store.db.execute(
            f"INSERT INTO work ({WORK_FIELDS}, title_key, short_key, author_key) VALUES (NULL, {marks})", values
        ).lastrowid
        self._set_text(n or 0, work.title, work.authors, year)
        return n or 0

    def _fill(self, n: int, work: Work, year: int | None, day: str | None) -> None:
        """Fill what is blank; nothing known is overwritten, but a stub gives way to a full record."""
        old = next(self.store.works("n = ?", (n,)))
        first, second = (work, old) if old.stub and not work.stub else (old, work)
        title = first.title or second.title
        authors = first.authors or second.authors
        year = next((y for y in ((year, old.year) if first is work else (old.year, year)) if y is not None), None)
        day = (
            next((d for d in (old.date, day) if d and d.startswith(f"{year:04d}")), None) if year is not None else None
        )
        self.store.db.execute(
            """UPDATE work SET title = ?, year = ?, date = ?, venue = ?, stub = ?, seed = ?,
            reported_references = ?, reported_citations = ?,
            title_key = ?, short_key = ?, author_key = ? WHERE n = ?""",
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
                *_keys(title, authors),
                n,
            ),
        )
        if (title, authors, year) != (old.title, old.authors, old.year):
            self._set_text(n, title, authors, year)

    def _count(self, n: int, list_: str, old: int | None, new: int | None, source: str, first: str) -> int | None:
        """A reported number: the one held, unless the source that gave it, or first described the work, has a newer one."""
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
        db.execute("DELETE FROM author WHERE work = ?", (n,))
        db.executemany("INSERT INTO author VALUES (?, ?, ?)", [(n, k, name) for k, name in enumerate(authors)])
        db.execute(
            "INSERT OR REPLACE INTO work_text (rowid, title, authors, year) VALUES (?, ?, ?, ?)",
            (n, title, "; ".join(authors), year),
        )

    def _other_title(self, n: int, work: Work, *, strict: bool) -> bool:
        """Whether the held work of this id is another one by its title.

        One that begins with the other's words is the same, unless year or first author differ; if `strict`, never.
        """
        old, title = self._titles(n, work)
        if not old or old == title:
            return False
        if strict:
            held = self.store.db.execute("SELECT title FROM work WHERE n = ?", (n,)).fetchone()[0]
            raise InputError(
                f"the id {work.id!r} names two works: {held!r} and {work.title!r}", "give each work its own id"
            )
        return not _begins(old, title) or False in self._agreement(n, work)

    def _other_work(self, n: int, work: Work) -> bool:
        """Whether the held work with one of this work's identifiers is another one: sources do mistype identifiers.

        Titles change between versions, so first author or, where none is known, year must differ too.
        """
        old, title = self._titles(n, work)
        author, year = self._agreement(n, work)
        return bool(old) and not _begins(old, title) and (author is False or (author is None and year is False))

    def _titles(self, n: int, work: Work) -> tuple[str, str]:
        """Both titles' keys, empty where they cannot be compared: a stub's title is cited text."""
        key, stub = self.store.db.execute("SELECT title_key, stub FROM work WHERE n = ?", (n,)).fetchone()
        title = title_key(work.title)
        return (key, title) if key and title and not stub and not work.stub else ("", "")

    def _agreement(self, n: int, work: Work) -> tuple[bool | None, bool | None]:
        """Whether first authors and years (within one) agree; None where one is unknown."""
        author, year = self.store.db.execute("SELECT author_key, year FROM work WHERE n = ?", (n,)).fetchone()
        given = name_key(surname(work.authors[0])) if work.authors else ""
        return (
            author == given if author and given else None,
            abs(year - work.year) <= 1 if year is not None and work.year is not None else None,
        )

    def _source(self, name: str) -> int:
        if name not in self._sources:
            self._sources[name] = self.store.db.execute("INSERT INTO source (name) VALUES (?)", (name,)).lastrowid or 0
        return self._sources[name]

    def _add_citations(self, citations: list[Citation], rows: Mapping[str, int]) -> None:
        self.store.db.executemany(
            """INSERT INTO citation VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
            times = max(times, excluded.times), method = coalesce(method, excluded.method),
            contexts = coalesce(excluded.contexts, contexts), intents = coalesce(excluded.intents, intents),
            influential = coalesce(excluded.influential, influential)""",
            (
                (
                    rows[c.citing],
                    rows[c.cited],
                    self._source(c.source),
                    c.times,
                    c.method or None,
                    json.dumps(c.contexts, ensure_ascii=False) if c.contexts else None,
                    json.dumps(c.intents) if c.intents else None,
                    c.influential,
                )
                for c in citations
            ),
        )

    def _add_lists(self, batch: Batch, rows: Mapping[str, int]) -> None:
        db = self.store.db
        db.executemany(
            """INSERT INTO retrieval VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET outcome = excluded.outcome,
            reported = coalesce(excluded.reported, reported), date = coalesce(excluded.date, date)
            WHERE NOT (outcome = 'COMPLETE' AND excluded.outcome = 'EMPTY')""",
            [
                (rows[r.work], r.list, self._source(r.source), str(r.outcome), r.reported, r.date)
                for r in batch.retrievals
            ],
        )
        db.executemany(
            "INSERT OR IGNORE INTO concept VALUES (?, ?, ?, ?)",
            [(rows[c.work], c.scheme, c.label, c.source) for c in batch.concepts],
        )

    def _add_claims(self, batch: Batch, named: Mapping[str, int]) -> None:
        """Claims with those of their works that are in the batch: elsewhere the same key may mean another work."""
        db = self.store.db
        db.executemany(
            "INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?, ?)",
            [(c.id, c.statement, c.kind, c.place, c.article) for c in batch.claims],
        )
        db.executemany(
            "INSERT OR IGNORE INTO claim_work VALUES (?, ?, ?)",
            [(c.id, named[work], role) for c in batch.claims for work, role in c.roles if work in named],
        )


def _begins(a: str, b: str) -> bool:
    """Whether one title is the first words of the other."""
    return f"{a} ".startswith(f"{b} ") or f"{b} ".startswith(f"{a} ")


def _locked_out(folder: Path, error: sqlite3.OperationalError) -> StoreError:
    if error.sqlite_errorname == "SQLITE_BUSY":
        return StoreError(f"{folder} is being written by another process", "wait for it, then try again")
    return StoreError(f"{folder} cannot be written: {error}", "name a folder you may write to")


def _keys(title: str, authors: tuple[str, ...]) -> tuple[str, str, str]:
    author = name_key(surname(authors[0])) if authors else ""
    return title_key(title), title_key(short_title(title)), author
