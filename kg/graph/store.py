"""The store: the SQLite file that is a graph's only truth, opened and read.

`writer` writes it, `identity` decides which records describe one work, `schema` has its tables.
"""

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kg.facts import Fact
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.graph.schema import AS_OF, FACTS_OF, WORK_FIELDS
from kg.graph.store_file import make_file, make_tables, open_file, set_up
from kg.ids import parse_identifier, scheme_of
from kg.model import BEST_FIRST, Citation, Claim, Concept, Outcome, Remark, Resolution, Retrieval, Work
from kg.text import name_key, title_key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CROWD = 100  # works of one first author and year that are told apart by these
_YEAR = 1_000  # works of one year that a reference is compared with one by one


class Store:
    """A graph's SQLite file, open for reading, or for a `Writer`.

    Attributes
    ----------
    path : Path
        The file.
    db : sqlite3.Connection
        The connection to it.
    until : int or None
        The last year that `as_of` shows; None where everything is shown.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.db = connection
        self.until: int | None = None

    @classmethod
    def create(cls, path: Path, *, name: str) -> Self:
        """Make a new, empty store for the graph of this name."""
        if str(path) == ":memory:":
            db = make_tables(path, name)
            set_up(db)
            return cls(path, db)
        make_file(path, name)
        return cls.open(path, write=True)

    @classmethod
    def open(cls, path: Path, *, write: bool = False, sealed: bool = True) -> Self:
        """Open a store.

        Parameters
        ----------
        path : Path
            The file.
        write : bool
            For writing too.
        sealed : bool
            Refuse a file that is not as kg last wrote it.

        Raises
        ------
        StoreError
            If the file is missing, damaged, or of another version of kg.
        """
        return cls(path, open_file(path, write=write, sealed=sealed))

    def as_of(self, year: int) -> "Store":
        """Open the same file for reading as if it had been filled at the end of a year.

        It shows works dated up to that year, the citations among them, and their claims and concepts. Reported counts
        are of today and are gone. A complete reference list stays known only if one of its citations is left.
        """
        store = Store.open(self.path)
        store.db.executescript(AS_OF.format(year=int(year)))
        store.until = year
        store.renew_snapshot()
        return store

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as the place of the file, which is opened again."""
        return _reopened, (self.path, self.until)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    @property
    def name(self) -> str:
        """The graph's name."""
        return str(self._meta("name"))

    @property
    def revision(self) -> int:
        """The number of transactions that wrote to it."""
        return int(self._meta("revision"))

    @property
    def state(self) -> str:
        """A name of the present contents: what is derived from them is saved under it, and stale under another."""
        return f"{self.revision}-{self._meta('stamp')}"

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one consistent state of the store inside a `with`, even if another process writes meanwhile."""
        if self.db.in_transaction:
            yield
            return
        self.renew_snapshot()
        try:
            yield
        finally:
            self.db.execute("COMMIT")

    def renew_snapshot(self) -> None:
        """Read the store as it is now, from here on, whatever other processes write later."""
        if self.db.in_transaction:
            self.db.execute("COMMIT")
        self.db.execute("BEGIN")
        self.db.execute("SELECT 1 FROM meta").fetchone()

    def counts(self) -> tuple[int, int]:
        """The number of works, and of distinct citations (self-citations of a work included)."""
        works = self.db.execute("SELECT count(*) FROM work").fetchone()[0]
        citations = self.db.execute("SELECT count(*) FROM (SELECT DISTINCT citing, cited FROM citation)").fetchone()[0]
        return int(works), int(citations)

    def row(self, id_: str) -> int | None:
        """The row of the work with this id, alias or identifier (in any spelling), or None."""
        keys = [id_, parse_identifier(id_)]
        row = self.db.execute("SELECT n FROM work WHERE id IN (?, ?) ORDER BY id = ? DESC", [*keys, id_]).fetchone()
        if row is None:
            row = self.db.execute("SELECT work FROM identifier WHERE value IN (?, ?)", keys).fetchone()
        return row[0] if row else None

    # the methods of `kg.catalogue.Catalogue`

    def find_by_id(self, identifier: str) -> Work | None:
        """The work with this id, alias or identifier, or None."""
        row = self.row(identifier)
        return next(self.works("n = ?", (row,)), None) if row is not None else None

    def find_by_name(self, name: str) -> Work | None:
        """The work that goes by a name of its own, such as "LSTM", or None; case and punctuation do not count."""
        return next(self.works("n = (SELECT work FROM identifier WHERE value = ?)", (f"name:{title_key(name)}",)), None)

    def find_by_title(self, title: str) -> list[Work]:
        """The first hundred works of this title, else whose title before its colon is this; case and punctuation do not count."""
        key = title_key(title)
        if not key:
            return []
        # the indexes leave out empty keys, so they serve only a condition that does, too
        named = f"n IN (SELECT n FROM work WHERE {{0}} = ? AND {{0}} <> '' ORDER BY n LIMIT {_CROWD})".format
        return list(self.works(named("title_key"), (key,))) or list(self.works(named("short_key"), (key,)))

    def find_by_author_year(self, surname: str, years: Iterable[int]) -> list[Work]:
        """Works of these years whose first author has this surname; case and accents do not count.

        None of a year that has over 100 of them: author and year do not tell them apart, and each reference would be compared with all.
        """
        found: list[Work] = []
        for year in years:
            named = "author_key = ? AND author_key <> '' AND year = ?", (name_key(surname), year)
            (there,) = self.db.execute(f"SELECT count(*) FROM work WHERE {named[0]}", named[1]).fetchone()
            found += self.works(*named) if there <= _CROWD else ()
        return found

    def find_by_year(self, years: Iterable[int]) -> list[Work] | None:
        """Works published in these years, None where one of these has over 1,000."""
        found: list[Work] = []
        for year in years:
            among = f"SELECT count(*) FROM (SELECT 1 FROM work WHERE year = ? LIMIT {_YEAR + 1})"
            if self.db.execute(among, (year,)).fetchone()[0] > _YEAR:
                return None
            found += self.works("year = ?", (year,))
        return found

    # the records

    def works(
        self, where: str = "", parameters: Iterable[Any] = (), *, by_id: bool = False, bare: bool = False
    ) -> Iterator[Work]:
        """The works, in the order in which they were added.

        Parameters
        ----------
        where : str
            An SQL condition on the table `work`; without one, all works.
        parameters : iterable
            The values of its question marks.
        by_id : bool
            In the order of their ids, whatever the order in which they were added; `citations` and the others likewise.
        bare : bool
            Without authors, identifiers and facts, of which there may be thousands.
        """
        condition = f"WHERE {where}" if where else ""
        (described,) = self.db.execute("SELECT EXISTS (SELECT 1 FROM fact WHERE NOT ?)", (bare,)).fetchone()
        for n, id_, title, year, day, venue, stub, seed, source, references, citations in self.db.execute(
            f"SELECT {WORK_FIELDS} FROM work {condition} ORDER BY {'id' if by_id else 'n'}", tuple(parameters)
        ):
            yield Work(
                id=id_,
                title=title,
                authors=()
                if bare
                else tuple(
                    a for (a,) in self.db.execute("SELECT name FROM author WHERE work = ? ORDER BY position", (n,))
                ),
                year=year,
                date=day,
                venue=venue,
                identifiers=()
                if bare
                else tuple(
                    v
                    for (v,) in self.db.execute("SELECT value FROM identifier WHERE work = ? ORDER BY value", (n,))
                    if ":" in v and scheme_of(v) != "name"
                ),
                stub=bool(stub),
                seed=bool(seed),
                source=source,
                reported_references=references,
                reported_citations=citations,
                facts=tuple(map(Fact._make, self.db.execute(FACTS_OF, {"n": n}))) if described else (),
            )

    def described(self, type_: str | None = None, *, retracted: bool = False) -> Iterator[Work]:
        """The works of which a source says a type or a retraction: all, those of a type, or those known to be retracted."""
        said = """n IN (SELECT work FROM fact WHERE name IN ('type', 'retracted'))
            OR id IN (SELECT value FROM fact WHERE name = 'retracts')
            OR n IN (SELECT work FROM identifier WHERE value IN (SELECT value FROM fact WHERE name = 'retracts'))"""
        for work in self.works(said):
            if type_ in (None, work.type) and (work.retracted or not retracted):
                yield work

    def aliases(self) -> Iterator[tuple[str, str]]:
        """The ids of works with other names they go by: ids that they had before, and "name:lstm"."""
        rows = self.db.execute("SELECT w.id, i.value FROM identifier i JOIN work w ON w.n = i.work ORDER BY 1, 2")
        return ((id_, value) for id_, value in rows if ":" not in value or scheme_of(value) == "name")

    def citations(self, where: str = "", parameters: Iterable[Any] = (), *, by_id: bool = False) -> Iterator[Citation]:
        """The citations, one record for each source that reports one; `where` is an SQL condition on `citation c`."""
        condition = f"WHERE {where}" if where else ""
        for citing, cited, source, times, method, contexts, intents, influential in self.db.execute(
            f"""SELECT a.id, b.id, s.name, c.times, c.method, c.contexts, c.intents, c.influential FROM citation c
            JOIN work a ON a.n = c.citing JOIN work b ON b.n = c.cited JOIN source s ON s.n = c.source {condition}
            ORDER BY {"a.id, b.id, s.name" if by_id else "c.citing, c.cited, c.source"}""",
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

    def pairs(self, *, by_id: bool = False) -> Iterator[tuple[str, str]]:
        """Every distinct citation: the ids of the citing and the cited work."""
        ids: dict[int, str] = dict(self.db.execute("SELECT n, id FROM work"))
        distinct = self.db.execute("SELECT DISTINCT citing, cited FROM citation ORDER BY 1, 2")
        rows = ((ids[a], ids[b]) for a, b in distinct)
        return iter(sorted(rows)) if by_id else rows

    def retrievals(
        self, where: str = "", parameters: Iterable[Any] = (), *, by_id: bool = False
    ) -> Iterator[Retrieval]:
        """How each list was retrieved from each source; `where` is an SQL condition on `retrieval r`."""
        condition = f"WHERE {where}" if where else ""
        for work, list_, outcome, source, reported, day in self.db.execute(
            f"""SELECT w.id, r.list, r.outcome, s.name, r.reported, r.date FROM retrieval r
            JOIN work w ON w.n = r.work JOIN source s ON s.n = r.source {condition}
            ORDER BY {"w.id, r.list, s.name" if by_id else "r.work, r.list, r.source"}""",
            tuple(parameters),
        ):
            yield Retrieval(work=work, list=list_, outcome=Outcome(outcome), source=source, reported=reported, date=day)

    def claims(self) -> Iterator[Claim]:
        """The claims of articles, each with the works it is about."""
        for id_, statement, kind, place, article in self.db.execute("SELECT * FROM claim ORDER BY id"):
            roles = self.db.execute(
                "SELECT w.id, c.role FROM claim_work c JOIN work w ON w.n = c.work WHERE c.claim = ? ORDER BY c.role DESC, w.id",
                (id_,),
            )
            yield Claim(id=id_, statement=statement, kind=kind, place=place, article=article, roles=tuple(roles))

    def concepts(self, where: str = "", parameters: Iterable[Any] = (), *, by_id: bool = False) -> Iterator[Concept]:
        """Tasks, architectures and representations of works; `where` is an SQL condition on `concept c`."""
        condition = f"WHERE {where}" if where else ""
        for work, scheme, label, source, said in self.db.execute(
            f"""SELECT w.id, c.scheme, c.label, c.source, coalesce(s.label_in_source, '')
            FROM concept c JOIN work w ON w.n = c.work LEFT JOIN concept_in_source s
            ON s.work = c.work AND s.scheme = c.scheme AND s.label = c.label AND s.source = c.source {condition}
            ORDER BY {"w.id" if by_id else "w.n"}, c.scheme, c.label, c.source""",
            tuple(parameters),
        ):
            yield Concept(work=work, scheme=scheme, label=label, source=source, label_in_source=said)

    def outcome_counts(self) -> dict[str, int]:
        """The number of works by the outcome of their reference list: the best of all sources, UNKNOWN without any."""
        codes = self._outcome_codes()
        total = self.db.execute("SELECT count(*) FROM work").fetchone()[0]
        counts = {str(o): sum(code == OUTCOMES.index(o) for code in codes.values()) for o in BEST_FIRST}
        counts[str(Outcome.UNKNOWN)] += total - len(codes)
        return {outcome: count for outcome, count in counts.items() if count}

    def has_citation_evidence(self) -> bool:
        """Whether any source describes a citation: as influential or not, by its intent, or by the sentence around it."""
        known = "influential IS NOT NULL OR intents IS NOT NULL OR contexts IS NOT NULL"
        return bool(self.db.execute(f"SELECT EXISTS (SELECT 1 FROM citation WHERE {known})").fetchone()[0])

    def remarks(self, run: int | None = None) -> Iterator[Remark]:
        """The records that were left out or doubtful, of all runs or of one."""
        query = "SELECT place, reason FROM skipped WHERE ? IS NULL OR run = ? ORDER BY rowid"
        rows = self.db.execute(query, (run, run))
        return (Remark(place, reason) for place, reason in rows)

    def runs(self) -> Iterator[tuple[int, str, str]]:
        """Number, command and start of each session of writing."""
        return iter(self.db.execute("SELECT n, command, started FROM run ORDER BY n").fetchall())

    def resolutions(self, text: str | None = None) -> Iterator[Resolution]:
        """How references were matched to works: all, or the one with this text."""
        names = ("text", "status", "id", "method", "reason", "score", "likely", "runner_up", "runner_up_score")
        columns = ", ".join("work" if name == "id" else name for name in names)
        where, values = ("WHERE text = ?", (text,)) if text is not None else ("", ())
        rows = self.db.execute(f"SELECT {columns} FROM resolution {where} ORDER BY rowid", values)
        return (Resolution(**dict(zip(names, row, strict=True))) for row in rows)

    def dump_works(self) -> "tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]":
        """Arrays of the row, year, date (as an ordinal) and outcome (a position in `OUTCOMES`) of all works, by row."""
        import numpy as np

        codes = self._outcome_codes()
        rows, years, days, outcomes = array("q"), array("i"), array("i"), array("B")
        for n, year, day in self.db.execute("SELECT n, year, date FROM work ORDER BY n"):
            rows.append(n)
            years.append(UNDATED if year is None else year)
            within = day and year == int(day[:4])  # a date in another year, as of a preprint, does not count
            days.append(date.fromisoformat(day).toordinal() if within else UNDATED)
            outcomes.append(codes.get(n, 0))
        return (
            np.array(rows, np.int64),
            np.array(years, np.int32),
            np.array(days, np.int32),
            np.array(outcomes, np.uint8),
        )

    def duplicates(self) -> int:
        """How often a source listed a citation again that it had listed before."""
        return int(self.db.execute("SELECT coalesce(sum(times - 1), 0) FROM citation WHERE times > 1").fetchone()[0])

    def dump_citations(self) -> "tuple[NDArray[np.int32], NDArray[np.int32]]":
        """Arrays of the rows of the citing and the cited work, a pair for each citation and source."""
        import numpy as np

        citing, cited = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        lists = self.db.execute("SELECT citing, count(*), group_concat(cited) FROM citation GROUP BY citing")
        while page := lists.fetchmany(20_000):
            rows, counts, works = zip(*page, strict=True)
            citing.append(np.repeat(np.array(rows, np.int32), counts))
            cited.append(np.fromstring(",".join(works), np.int32, sep=","))
        return np.concatenate(citing), np.concatenate(cited)

    def _outcome_codes(self) -> dict[int, int]:
        rank = {str(outcome): k for k, outcome in enumerate(BEST_FIRST)}
        best: dict[int, int] = {}
        for work, outcome in self.db.execute("SELECT work, outcome FROM retrieval WHERE list = 'references'"):
            best[work] = min(rank[outcome], best.get(work, len(rank)))
        codes = [OUTCOMES.index(outcome) for outcome in BEST_FIRST]
        return {work: codes[k] for work, k in best.items()}

    def _meta(self, key: str) -> Any:
        return self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0]


def _reopened(path: Path, until: int | None) -> Store:
    store = Store.open(path) if until is None else Store.open(path).as_of(until)
    store.renew_snapshot()
    return store
