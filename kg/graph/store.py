"""Store: the SQLite file that is a graph's only truth: schema, look-ups, and everything out again.

Writing, and with it identity, is the business of `writer.Writer`.
"""

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kg.errors import StoreError
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.ids import parse_identifier
from kg.model import BEST_FIRST, Citation, Claim, Concept, Outcome, Resolution, Retrieval, Remark, Work
from kg.text import name_key, title_key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCHEMA_VERSION = 2
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE work (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, year INTEGER, date TEXT, venue TEXT NOT NULL,
    stub INTEGER NOT NULL, seed INTEGER NOT NULL, source TEXT NOT NULL, reported_references INTEGER,
    reported_citations INTEGER, title_key TEXT NOT NULL, short_key TEXT NOT NULL, author_key TEXT NOT NULL
);
CREATE INDEX work_title ON work (title_key) WHERE title_key <> '';
CREATE INDEX work_short ON work (short_key) WHERE short_key <> '';
CREATE INDEX work_author ON work (author_key, year) WHERE author_key <> '';
CREATE INDEX work_year ON work (year);
CREATE TABLE author (work INTEGER, position INTEGER, name TEXT NOT NULL, PRIMARY KEY (work, position)) WITHOUT ROWID;
CREATE TABLE identifier (value TEXT PRIMARY KEY, work INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX identifier_work ON identifier (work);
CREATE TABLE source (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE citation (
    citing INTEGER, cited INTEGER, source INTEGER, times INTEGER NOT NULL, method TEXT, contexts TEXT, intents TEXT,
    influential INTEGER, PRIMARY KEY (citing, cited, source)
) WITHOUT ROWID;
CREATE TABLE retrieval (
    work INTEGER, list TEXT, source INTEGER, outcome TEXT NOT NULL, reported INTEGER, date TEXT,
    PRIMARY KEY (work, list, source)
) WITHOUT ROWID;
CREATE TABLE claim (
    id TEXT PRIMARY KEY, statement TEXT NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL, article TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE claim_work (claim TEXT, work INTEGER, role TEXT NOT NULL, PRIMARY KEY (claim, work, role)) WITHOUT ROWID;
CREATE TABLE concept (
    work INTEGER, scheme TEXT, label TEXT, source TEXT NOT NULL, PRIMARY KEY (work, scheme, label, source)
) WITHOUT ROWID;
CREATE TABLE run (n INTEGER PRIMARY KEY, command TEXT NOT NULL, started TEXT NOT NULL);
CREATE TABLE skipped (place TEXT, reason TEXT, run INTEGER NOT NULL, PRIMARY KEY (place, reason));
CREATE TABLE resolution (
    text TEXT PRIMARY KEY, run INTEGER NOT NULL, status TEXT NOT NULL, work TEXT, method TEXT NOT NULL, reason TEXT NOT NULL,
    score REAL, likely TEXT, runner_up TEXT, runner_up_score REAL
);
CREATE VIRTUAL TABLE work_text USING fts5 (title, authors, year, tokenize = "unicode61 remove_diacritics 2");
"""
#: views that stand before the tables of the same name, of what there was at the end of a year
_AS_OF = """
CREATE TEMP VIEW work AS SELECT
    n, id, title, year, date, venue, stub, seed, source, NULL AS reported_references, NULL AS reported_citations,
    title_key, short_key, author_key FROM main.work WHERE year <= {year};
CREATE TEMP VIEW identifier AS SELECT value, work FROM main.identifier WHERE work IN (SELECT n FROM temp.work);
CREATE TEMP VIEW citation AS SELECT c.* FROM main.citation c
    JOIN main.work a ON a.n = c.citing AND a.year <= {year} JOIN main.work b ON b.n = c.cited AND b.year <= {year};
CREATE TEMP VIEW retrieval AS SELECT r.work, r.list, r.source, r.outcome, NULL AS reported, r.date
    FROM main.retrieval r JOIN main.work w ON w.n = r.work AND w.year <= {year} WHERE r.list = 'references'
    AND (r.outcome != 'COMPLETE' OR EXISTS (SELECT 1 FROM temp.citation c WHERE c.citing = r.work));
CREATE TEMP VIEW claim AS SELECT * FROM main.claim
    WHERE id IN (SELECT claim FROM main.claim_work WHERE work IN (SELECT n FROM temp.work));
"""
WORK_FIELDS = "n, id, title, year, date, venue, stub, seed, source, reported_references, reported_citations"


class Store:
    """A graph's SQLite file, open for reading or, through `writing()`, for writing."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.db = connection
        self.until: int | None = None  # see `as_of`

    @classmethod
    def create(cls, path: Path, *, name: str) -> Self:
        """Make a new, empty store."""
        db = sqlite3.connect(path, isolation_level=None)
        db.executescript("PRAGMA journal_mode = WAL; BEGIN;" + SCHEMA)
        db.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [("schema", SCHEMA_VERSION), ("revision", 0), ("stamp", ""), ("name", name)],
        )
        db.execute("COMMIT")
        return cls._set_up(path, db)

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> Self:
        """Open a store; raises StoreError where it is missing, broken or of another version."""
        modes = (
            ["mode=rw"] if write else ["mode=ro", "mode=ro&immutable=1"]
        )  # the last: WAL needs a writable folder otherwise
        problem: Exception | None = None
        for mode in modes:
            try:
                db = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None)
                version = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
                break
            except sqlite3.DatabaseError as error:
                problem = error
        else:
            raise StoreError(f"the store {path} cannot be read: {problem}", "restore it, or build the graph again")
        if version != (SCHEMA_VERSION,):
            raise StoreError(
                f"the store {path} has schema {version and version[0]}, this kg reads {SCHEMA_VERSION}",
                "build the graph again",
            )
        return cls._set_up(path, db)

    def as_of(self, year: int) -> "Store":
        """The same file, opened for reading, showing what it would hold had it been filled at the end of a year.

        Works dated up to it, citations among them, claims and concepts of them; no reported counts, and of what became
        of lists only that of reference lists: of a complete one of which nothing is left nothing is known.
        """
        store = Store.open(self.path)
        store.db.executescript(_AS_OF.format(year=int(year)))
        store.until = year
        store.hold()
        return store

    @classmethod
    def _set_up(cls, path: Path, db: sqlite3.Connection) -> Self:
        db.executescript("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -131072; PRAGMA temp_store = MEMORY")
        return cls(path, db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    @property
    def name(self) -> str:
        """The graph's name."""
        return str(self.get("name"))

    @property
    def revision(self) -> int:
        """Goes up by one with every batch kept."""
        return int(self.get("revision"))

    @property
    def state(self) -> str:
        """Names what the store holds now, and nothing else: what is derived from it is kept under this name."""
        return f"{self.revision}-{self.get('stamp')}"

    def get(self, key: str) -> Any:
        """A value of the table meta, None where there is none."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One consistent view of the store while another process may be writing."""
        if self.db.in_transaction:
            yield
            return
        self.hold()
        try:
            yield
        finally:
            self.db.execute("COMMIT")

    def hold(self) -> None:
        """From now on see the store as it is at this moment, whatever others write."""
        if self.db.in_transaction:
            self.db.execute("COMMIT")
        self.db.execute("BEGIN")
        self.db.execute("SELECT 1 FROM meta").fetchone()

    def counts(self) -> tuple[int, int]:
        """How many works and distinct citations, loops included, are held."""
        works = self.db.execute("SELECT count(*) FROM work").fetchone()[0]
        citations = self.db.execute("SELECT count(*) FROM (SELECT DISTINCT citing, cited FROM citation)").fetchone()[0]
        return int(works), int(citations)

    def row(self, id_: str) -> int | None:
        """The row of the work with this id, alias or identifier in any spelling."""
        keys = [id_, parse_identifier(id_)]
        row = self.db.execute("SELECT n FROM work WHERE id IN (?, ?) ORDER BY id = ? DESC", [*keys, id_]).fetchone()
        if row is None:
            row = self.db.execute("SELECT work FROM identifier WHERE value IN (?, ?)", keys).fetchone()
        return row[0] if row else None

    # what a Catalogue promises

    def find_by_id(self, identifier: str) -> Work | None:
        """The work with this id or identifier."""
        row = self.row(identifier)
        return next(self.works("n = ?", (row,)), None) if row is not None else None

    def find_by_title(self, title: str) -> list[Work]:
        """Works whose whole title equals this one after `title_key`, else whose title before its colon does."""
        key = title_key(title)
        if not key:
            return []
        return list(self.works("title_key = ?", (key,))) or list(self.works("short_key = ?", (key,)))

    def find_by_author_year(self, surname: str, years: Iterable[int]) -> list[Work]:
        """Works of these years whose first author has this surname after `name_key`."""
        found: list[Work] = []
        for year in years:
            found += self.works("author_key = ? AND author_key <> '' AND year = ?", (name_key(surname), year))
        return found

    def find_by_year(self, years: Iterable[int]) -> list[Work]:
        """Works of these years."""
        return [work for year in years for work in self.works("year = ?", (year,))]

    # everything out again

    def works(self, where: str = "", parameters: Iterable[Any] = ()) -> Iterator[Work]:
        """Works in the order they came, or those a condition on the table `work` selects."""
        condition = f"WHERE {where}" if where else ""
        for n, id_, title, year, day, venue, stub, seed, source, references, citations in self.db.execute(
            f"SELECT {WORK_FIELDS} FROM work {condition} ORDER BY n", tuple(parameters)
        ):
            yield Work(
                id=id_,
                title=title,
                authors=tuple(
                    a for (a,) in self.db.execute("SELECT name FROM author WHERE work = ? ORDER BY position", (n,))
                ),
                year=year,
                date=day,
                venue=venue,
                identifiers=tuple(
                    v
                    for (v,) in self.db.execute("SELECT value FROM identifier WHERE work = ? ORDER BY value", (n,))
                    if ":" in v
                ),
                stub=bool(stub),
                seed=bool(seed),
                source=source,
                reported_references=references,
                reported_citations=citations,
            )

    def citations(self, where: str = "", parameters: Iterable[Any] = ()) -> Iterator[Citation]:
        """Every (citing, cited, source), or those a condition on the table `citation` (alias c) selects."""
        condition = f"WHERE {where}" if where else ""
        for citing, cited, source, times, method, contexts, intents, influential in self.db.execute(
            f"""SELECT a.id, b.id, s.name, c.times, c.method, c.contexts, c.intents, c.influential FROM citation c
            JOIN work a ON a.n = c.citing JOIN work b ON b.n = c.cited JOIN source s ON s.n = c.source {condition}
            ORDER BY c.citing, c.cited, c.source""",
            tuple(parameters),
        ):
            yield Citation(
                citing=citing,
                cited=cited,
                source=source,
                method=method or "",
                contexts=tuple(json.loads(contexts)) if contexts else (),
                intents=tuple(json.loads(intents)) if intents else (),
                influential=None if influential is None else bool(influential),
                times=times,
            )

    def retrievals(self, where: str = "", parameters: Iterable[Any] = ()) -> Iterator[Retrieval]:
        """How each list was retrieved, or those a condition on the table `retrieval` (alias r) selects."""
        condition = f"WHERE {where}" if where else ""
        for work, list_, outcome, source, reported, day in self.db.execute(
            f"""SELECT w.id, r.list, r.outcome, s.name, r.reported, r.date FROM retrieval r
            JOIN work w ON w.n = r.work JOIN source s ON s.n = r.source {condition} ORDER BY r.work, r.list, r.source""",
            tuple(parameters),
        ):
            yield Retrieval(work=work, list=list_, outcome=Outcome(outcome), source=source, reported=reported, date=day)

    def claims(self) -> Iterator[Claim]:
        """What articles say, with the works they speak of."""
        for id_, statement, kind, place, article in self.db.execute("SELECT * FROM claim ORDER BY id"):
            roles = self.db.execute(
                "SELECT w.id, c.role FROM claim_work c JOIN work w ON w.n = c.work WHERE c.claim = ? ORDER BY c.role DESC, w.n",
                (id_,),
            )
            yield Claim(id=id_, statement=statement, kind=kind, place=place, article=article, roles=tuple(roles))

    def concepts(self, where: str = "", parameters: Iterable[Any] = ()) -> Iterator[Concept]:
        """Tasks, architectures and representations of works, or those a condition on the table (alias c) selects."""
        condition = f"WHERE {where}" if where else ""
        for work, scheme, label, source in self.db.execute(
            f"""SELECT w.id, c.scheme, c.label, c.source FROM concept c JOIN work w ON w.n = c.work {condition}
            ORDER BY w.n, c.scheme, c.label, c.source""",
            tuple(parameters),
        ):
            yield Concept(work=work, scheme=scheme, label=label, source=source)

    def outcome_counts(self) -> dict[str, int]:
        """Works by the best outcome of their reference list, UNKNOWN where none was tried."""
        codes = self._outcome_codes()
        total = self.db.execute("SELECT count(*) FROM work").fetchone()[0]
        counts = {str(o): sum(code == OUTCOMES.index(o) for code in codes.values()) for o in BEST_FIRST}
        counts[str(Outcome.UNKNOWN)] += total - len(codes)
        return {outcome: count for outcome, count in counts.items() if count}

    def judges(self) -> bool:
        """Whether any source says of a citation more than that it is there: influential or not, intents, contexts."""
        known = "influential IS NOT NULL OR intents IS NOT NULL OR contexts IS NOT NULL"
        return bool(self.db.execute(f"SELECT EXISTS (SELECT 1 FROM citation WHERE {known})").fetchone()[0])

    def remarks(self, run: int | None = None) -> Iterator[Remark]:
        """Every record left out, by any run or by one."""
        rows = self.db.execute(
            "SELECT place, reason FROM skipped WHERE ? IS NULL OR run = ? ORDER BY rowid", (run, run)
        )
        return (Remark(place, reason) for place, reason in rows)

    def resolutions(self, text: str | None = None) -> Iterator[Resolution]:
        """What became of every reference of every run, or of the one with this text."""
        names = ("text", "status", "id", "method", "reason", "score", "likely", "runner_up", "runner_up_score")
        columns = ", ".join("work" if name == "id" else name for name in names)
        where = "WHERE text = ?" if text is not None else ""
        rows = self.db.execute(
            f"SELECT {columns} FROM resolution {where} ORDER BY rowid", (text,) if text is not None else ()
        )
        return (Resolution(**dict(zip(names, row, strict=True))) for row in rows)

    def dump_works(self) -> "tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]":
        """Row, year, date ordinal and outcome code of every work, in row order."""
        import numpy as np

        codes = self._outcome_codes()
        rows, years, days, outcomes = array("q"), array("i"), array("i"), array("B")
        for n, year, day in self.db.execute("SELECT n, year, date FROM work ORDER BY n"):
            rows.append(n)
            years.append(UNDATED if year is None else year)
            within = day and year == int(day[:4])  # where a source's day is of another year, the year stands
            days.append(date.fromisoformat(day).toordinal() if within else UNDATED)
            outcomes.append(codes.get(n, 0))
        return (
            np.array(rows, np.int64),
            np.array(years, np.int32),
            np.array(days, np.int32),
            np.array(outcomes, np.uint8),
        )

    def duplicates(self) -> int:
        """How often sources repeated a citation that they had listed already."""
        found = self.db.execute("SELECT coalesce(sum(times - 1), 0) FROM citation WHERE times > 1").fetchone()[0]
        return int(found)

    def dump_citations(self) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
        """Rows of citing and cited, once per source."""
        import numpy as np

        citing, cited = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for n, count, works in self.db.execute(
            "SELECT citing, count(*), group_concat(cited) FROM citation GROUP BY citing"
        ):
            citing.append(np.full(count, n, np.int64))
            cited.append(np.fromstring(works, np.int64, sep=","))
        return np.concatenate(citing), np.concatenate(cited)

    def _outcome_codes(self) -> dict[int, int]:
        rank = {str(outcome): k for k, outcome in enumerate(BEST_FIRST)}
        best: dict[int, str] = {}
        for work, outcome in self.db.execute("SELECT work, outcome FROM retrieval WHERE list = 'references'"):
            if work not in best or rank[outcome] < rank[best[work]]:
                best[work] = outcome
        return {work: OUTCOMES.index(Outcome(outcome)) for work, outcome in best.items()}
