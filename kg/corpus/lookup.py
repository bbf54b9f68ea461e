"""Look-ups in a corpus: many works at once by identifier, title, author and year, and their lists. Nothing is written there.

DuckDB reads the files by the bounds of their row groups: tables are sorted by what is looked up in them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.aside import temporary_folder
from kg.corpus.duck import as_path, free_memory
from kg.corpus.engine import require
from kg.errors import InputError, KgError, lacks_memory, need_memory
from kg.facts import facts_of
from kg.ingest.sources.list_page import REFERENCES
from kg.model import Outcome, Work

if TYPE_CHECKING:
    from pathlib import Path

    from kg.corpus.layout import Corpus

_MANY = 2_000  # rows that are fetched, and values that are compared with the bounds of row groups, at once
COLUMNS = (
    "n, id, identifiers, title, authors, year, date, venue, type, retracted, reported_references, reported_citations, "
    "references_held, citations_held, outcome"
)
READ = "read_parquet(?, hive_partitioning = false)"


class Place(NamedTuple):
    """Where a work is: its number, and the year of its partition."""

    n: int
    year: int | None


class Hit(NamedTuple):
    """A title that was found: its key, whether it is the whole title, the key of the first author, and the work's place."""

    key: str
    whole: bool
    author: str
    place: Place


@dataclass(frozen=True, slots=True)
class Lists:
    """What a corpus knows of the lists of a work: where the work is, how many works they name here, and how many are reported."""

    place: Place
    references: int
    citations: int
    outcome: Outcome
    reported_references: int | None
    reported_citations: int | None

    def held(self, kind: str) -> int:
        """How many works a list names."""
        return self.references if kind == REFERENCES else self.citations


class Row(NamedTuple):
    """A row of a list: whose it is, the other work, and what is said of the citation."""

    n: int
    other: tuple[Work, Lists] | None
    influential: bool | None
    intents: Sequence[str] | None


class Lookup:
    """Look-ups in one corpus, whose works get `name` as their source.

    Raises InputError where DuckDB is not installed, and where a file cannot be read.
    """

    def __init__(self, corpus: "Corpus", name: str) -> None:
        require("corpus")
        need_memory("reading a corpus", 200)
        import duckdb

        self._corpus, self._name = corpus, name
        self._scratch = ExitStack()
        settings: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,  # nothing is asked of the network
            "autoload_known_extensions": False,
            "memory_limit": f"{free_memory() // 2}B",
            "temp_directory": str(self._scratch.enter_context(temporary_folder())),
        }
        self._error = duckdb.Error
        self._db = duckdb.connect(config=settings)
        for setting in (f"dynamic_or_filter_threshold = {_MANY}", "enable_progress_bar = false"):
            self._db.execute(f"SET {setting}")

    def close(self) -> None:
        """Close the database and delete its files."""
        self._db.close()
        self._scratch.close()

    def named(self, names: Iterable[str]) -> dict[str, Place]:
        """Where the works with these identifiers are; of two works with one identifier the first counts."""
        self._ask_for(names, "VARCHAR")
        found: dict[str, Place] = {}
        asked = f"SELECT name, n, year FROM {READ} WHERE name IN (SELECT value FROM asked) ORDER BY name, n"
        for name, *place in self._rows(asked, [self._files("names")]):
            found.setdefault(name, Place(*place))
        return found

    def titled(self, keys: Iterable[str]) -> Iterator[Hit]:
        """The titles with these keys, whole ones or the part before a colon."""
        self._ask_for(keys, "VARCHAR")
        asked = f"""SELECT key, whole, author_key, n, year FROM {READ} WHERE key IN (SELECT value FROM asked)
            ORDER BY key, n, whole"""
        return self._hits(asked, [self._files("titles")])

    def written(self, pairs: Iterable[tuple[str, int]]) -> Iterator[Hit]:
        """The whole titles of works by the keys of their first authors and their years: one pass over all titles."""
        self._do(
            "CREATE OR REPLACE TEMP TABLE pair AS SELECT unnest(?::VARCHAR[]) AS author, unnest(?::INTEGER[]) AS year",
            [list(ends) for ends in zip(*pairs, strict=True)],
        )
        asked = f"""SELECT key, whole, author_key, n, year FROM {READ}
            WHERE whole AND (author_key, year) IN (SELECT author, year FROM pair) ORDER BY key, n"""
        return self._hits(asked, [self._files("titles")])

    def works(self, places: Iterable[Place]) -> dict[int, tuple[Work, Lists]]:
        """The works at these places, by their numbers."""
        places = set(places)
        files = self._parts("works", (place.year for place in places))
        if not files:
            return {}
        self._ask_for((place.n for place in places), "BIGINT")
        asked = f"SELECT {COLUMNS} FROM {READ} WHERE n IN (SELECT value FROM asked) ORDER BY n"
        return {row[0]: self._described(row) for row in self._rows(asked, [files])}

    def rows(self, kind: str, places: Iterable[Place]) -> Iterator[Row]:
        """The lists of the works at these places, those of one work together, in the order of the numbers of both works.

        All of the works that they name are described in one pass over the years that these are of.
        """
        places = set(places)
        own, other = ("citing", "cited") if kind == REFERENCES else ("cited", "citing")
        files = self._parts(own, (place.year for place in places))
        if not files:
            return
        self._ask_for((place.n for place in places), "BIGINT")
        self._do(
            f"""CREATE OR REPLACE TEMP TABLE row AS SELECT {own} AS own, {other} AS other, {other}_year AS year, influential,
            intents FROM {READ} WHERE {own} IN (SELECT value FROM asked)""",
            [files],
        )
        years = [year for (year,) in self._rows("SELECT DISTINCT year FROM row", [])]
        files = self._parts("works", years)
        empty = "" if files else "LIMIT 0"
        self._do(
            f"""CREATE OR REPLACE TEMP TABLE met AS SELECT {COLUMNS} FROM {READ}
            WHERE n IN (SELECT other FROM row) {empty}""",
            [files or self._files("works")[:1]],
        )
        self._corpus.check()  # else a newer corpus may lack works that are named here
        columns = ", ".join(f"met.{column}" for column in COLUMNS.split(", "))
        for row in self._rows(
            f"SELECT own, influential, intents, {columns} FROM row LEFT JOIN met ON n = other ORDER BY own, other", []
        ):
            n, influential, intents, *described = row
            yield Row(n, None if described[0] is None else self._described(described), influential, intents)

    def _described(self, row: Sequence[Any]) -> tuple[Work, Lists]:
        n, id_, names, title, authors, year, day, venue, called, retracted, references, citations, *held, outcome = row
        work = Work(
            id=id_,
            identifiers=tuple(names or ()),
            title=title or "",
            authors=tuple(authors or ()),
            year=year,
            date=day,
            venue=venue or "",
            source=self._name,
            reported_references=references,
            reported_citations=citations,
            facts=facts_of(self._name, called, retracted=retracted is True),
        )
        return work, Lists(Place(n, year), held[0], held[1], Outcome(outcome), references, citations)

    def _hits(self, asked: str, values: list[Any]) -> Iterator[Hit]:
        for key, whole, author, n, year in self._rows(asked, values):
            yield Hit(key, whole, author or "", Place(n, year))

    def _files(self, table: str) -> list[str]:
        return [as_path(file) for file in sorted((self._corpus.folder / table).rglob("*.parquet"))]

    def _parts(self, table: str, years: Iterable[int | None]) -> list[str]:
        files: Iterable[Path] = (self._corpus.part(table, year) for year in sorted({year or 0 for year in years}))
        return [as_path(file) for file in files if file.exists()]

    # --- DuckDB

    def _ask_for(self, values: Iterable[Any], kind: str) -> None:
        """Fill the table `asked` with values, each once."""
        self._do(
            f"CREATE OR REPLACE TEMP TABLE asked AS SELECT unnest(?::{kind}[]) AS value", [list(dict.fromkeys(values))]
        )

    def _do(self, asked: str, values: list[Any]) -> None:
        with self._told():
            self._db.execute(asked, values)

    def _rows(self, asked: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
        """Rows as they come; nothing else can be asked until the last of them."""
        with self._told():
            self._db.execute(asked, values)
            while rows := self._db.fetchmany(_MANY):
                yield from rows
        self._corpus.check()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except self._error as error:
            self._corpus.check()
            if lacks_memory(error):  # which says nothing of the files
                raise KgError("not enough memory", "end other programs, or raise the limit on memory") from error
            what = f"{self._corpus.folder} cannot be read: {str(error).partition(chr(10))[0]}"
            raise InputError(what, "build it again: kg corpus build") from error
