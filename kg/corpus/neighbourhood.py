"""The works within some hops of others in a corpus, with the citations among them: found by queries over sets, on DuckDB."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from kg.analysis.base.cohort import COHORT
from kg.columns import CitationTable
from kg.corpus.duck import as_path
from kg.corpus.lookup import COLUMNS, READ, Lists, Lookup, Place
from kg.corpus.measures.blocks import KNOWN
from kg.corpus.measures.percentile import ALL, years_apart
from kg.ingest.sources.list_page import CITATIONS, REFERENCES
from kg.model import Work

#: The measures whose figures are carried along, and the columns that are, `reason` being that of the first; citations are
#: ranked by `Neighbourhood` itself.
CARRIED = {
    "beauty": ("beauty", "awakening_year", "reason"),
    "disruption": ("disruption",),
    "pagerank": ("pagerank",),
    "reference_age": ("mean_age",),
}
_PAGE = 100_000  # citations given at once


class Hop(NamedTuple):
    """One hop: whether along "references" (back) or "citations" (forward), and which of that kind.

    `found` works are reached by it and by no hop before; `new` of them were not in the cut, and `kept` of those are now.
    """

    way: str
    hop: int
    found: int
    new: int
    kept: int


class Cohort(NamedTuple):
    """Which works another one is compared with: those of a field, "" for all, of some years; see `cohorts`."""

    field: str
    first: int
    last: int


class Rank(NamedTuple):
    """How many works a cohort has, and how many of them are cited less than the work, and as often, itself included."""

    works: int
    lower: int
    equal: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A work that is taken out of a corpus.

    Attributes
    ----------
    work : Work
        The work.
    lists : Lists
        What the corpus knows of its lists.
    references, citations : int or None
        How many hops back or forward it was reached.
    held : dict of str
        How many works its lists of references and of citations name in the cut.
    field : str
        Its field; "" where it has none.
    cohort : Cohort or None
        The works that it is compared with; None where it has no year.
    rank : Rank or None
        Its citations among theirs.
    figures : dict of str
        What measures of the corpus give it: for each column its value, None where there is none, and the reason.
    """

    work: Work
    lists: Lists
    references: int | None
    citations: int | None
    held: dict[str, int]
    field: str
    cohort: Cohort | None
    rank: Rank | None
    figures: dict[str, tuple[float | None, str]]


class Neighbourhood(Lookup):
    """The works around others in a corpus: `grow`, `hold`, then `taken` and `citations`.

    Frontiers are tables of the database; lists are read of the years alone that works of a frontier are of.
    """

    def grow(
        self, places: Iterable[Place], *, references: int, citations: int, limit: int | None = None
    ) -> Iterator[Hop]:
        """Take works, and all that is within some hops: back along references, and forward along citations.

        Both ways start from the works named: what cites one of their references is not reached. Hops come in turn, the first
        back, the first forward, the second back, and so on. Where a hop would pass the limit, the most cited of its works
        are kept, and it is the last.
        """
        places = list(dict.fromkeys(places))
        numbers, years = [place.n for place in places], [place.year for place in places]
        self._do(
            """CREATE OR REPLACE TEMP TABLE kept AS SELECT unnest(?::BIGINT[]) AS n, unnest(?::INTEGER[]) AS year,
            0 AS back, 0 AS forth""",
            [numbers, years],
        )
        size = len(places)
        for hop in range(1, max(references, citations) + 1):
            for way in [way for way, most in ((REFERENCES, references), (CITATIONS, citations)) if hop <= most]:
                step = self._step(way, hop, None if limit is None else limit - size)
                size += step.kept
                yield step
                if step.kept < step.new:
                    return

    def _step(self, way: str, hop: int, room: int | None) -> Hop:
        own, other, way_there = ("citing", "cited", "back") if way == REFERENCES else ("cited", "citing", "forth")
        files = self._parts(own, self._years("kept", f"{way_there} = {hop - 1}"))
        self._do(
            f"""CREATE OR REPLACE TEMP TABLE reached AS SELECT DISTINCT {other} AS n, {other}_year AS year FROM {READ}
            WHERE {own} IN (SELECT n FROM kept WHERE {way_there} = {hop - 1})
            AND {other} NOT IN (SELECT n FROM kept WHERE {way_there} IS NOT NULL)""",
            [files or self._nothing(own)],
        )
        self._do("CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM reached WHERE n NOT IN (SELECT n FROM kept)", [])
        found, new = self._count("reached"), self._count("fresh")
        if room is not None and room < new:
            self._do(
                f"""CREATE OR REPLACE TEMP TABLE fresh AS SELECT n, year FROM {READ} WHERE n IN (SELECT n FROM fresh)
                ORDER BY citations_held DESC, n LIMIT {max(room, 0)}""",
                [self._parts("works", self._years("fresh"))],
            )
        self._do(f"UPDATE kept SET {way_there} = {hop} WHERE n IN (SELECT n FROM reached)", [])
        self._do(f"INSERT INTO kept (n, year, {way_there}) SELECT n, year, {hop} FROM fresh", [])
        return Hop(way, hop, found, new, self._count("fresh"))

    def hold(self) -> tuple[int, int]:
        """Gather the citations among the works taken; how many works and how many citations there are."""
        self._do(
            f"""CREATE OR REPLACE TEMP TABLE inside AS SELECT citing, cited, influential, intents FROM {READ}
            WHERE citing IN (SELECT n FROM kept) AND cited IN (SELECT n FROM kept)""",
            [self._parts("citing", self._years("kept")) or self._nothing("citing")],
        )
        return self._count("kept"), self._count("inside")

    def taken(self, measures: Sequence[str] = ()) -> Iterator[Taken]:
        """The works taken, in the order of their numbers, each with its cohort and with what measures give it.

        Parameters
        ----------
        measures : sequence of str
            Measures of the corpus whose columns `CARRIED` are added.
        """
        files = self._parts("works", self._years("kept"))
        columns = ", ".join(f"w.{column.strip()}" for column in COLUMNS.split(","))
        self._do(
            f"""CREATE OR REPLACE TEMP TABLE taken AS SELECT {columns}, coalesce(w.field, '') AS field, k.back, k.forth
            FROM {READ} w JOIN kept k USING (n)""",
            [files],
        )
        self._compare()
        for measure in measures:
            self._measure(measure)
        self._corpus.check()  # what follows is gathered: nothing more is read of the corpus
        figures = [(m, column) for m in measures for column in CARRIED[m]]
        asked = f"""SELECT t.* EXCLUDE (field, back, forth), row_number() OVER (PARTITION BY t.id ORDER BY t.n) AS same,
            back, forth, t.field, coalesce(a.held, 0), coalesce(b.held, 0), c.compared, c.first, c.last,
            r.works::BIGINT, r.lower::BIGINT, r.equal::BIGINT{"".join(f", of_{m}.{column}" for m, column in figures)}
            FROM taken t LEFT JOIN (SELECT citing AS n, count(*) AS held FROM inside GROUP BY citing) a USING (n)
            LEFT JOIN (SELECT cited AS n, count(*) AS held FROM inside GROUP BY cited) b USING (n)
            LEFT JOIN cohort c ON c.year = t.year AND c.field = t.field
            LEFT JOIN rank r ON r.year = c.year AND r.compared = c.compared AND r.value = t.citations_held
            {"".join(f"LEFT JOIN of_{measure} USING (n) " for measure in measures)} ORDER BY t.n"""
        size = len(COLUMNS.split(","))
        for row in self._rows(asked, []):
            work, lists = self._described(row[:size])
            same, back, forth, field, citing, cited, compared, first, last, *rank = row[size : size + 12]
            yield Taken(
                work=work if same == 1 else _renamed(work, lists.place.n),
                lists=lists,
                references=back,
                citations=forth,
                held={REFERENCES: citing, CITATIONS: cited},
                field=field,
                cohort=None if first is None else Cohort(compared, first, last),
                rank=None if first is None else Rank(*rank),
                figures=_with_reasons(figures, row[size + 12 :]),
            )

    def _compare(self) -> None:
        """Find out which works each work taken is compared with, and how its citations rank among theirs."""
        self._do(
            f"""CREATE OR REPLACE TEMP TABLE tally AS SELECT year, coalesce(field, '') AS field, citations_held AS value,
            count(*) AS works FROM {READ} WHERE year IS NOT NULL GROUP BY ALL""",
            [self._files("works")],
        )
        sizes: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for year, field, works in self._rows("SELECT year, field, sum(works)::BIGINT FROM tally GROUP BY ALL", []):
            sizes[field][year] += works
            if field != ALL:
                sizes[ALL][year] += works
        asked = "SELECT DISTINCT year, field FROM taken WHERE year IS NOT NULL"
        found = [(year, field, *cohort(sizes, year, field)) for year, field in self._rows(asked, [])]
        columns = (
            ("year", "INTEGER"),
            ("field", "VARCHAR"),
            ("compared", "VARCHAR"),
            ("first", "INTEGER"),
            ("last", "INTEGER"),
        )
        self._do(
            "CREATE OR REPLACE TEMP TABLE cohort AS SELECT "
            + ", ".join(f"unnest(?::{kind}[]) AS {name}" for name, kind in columns),
            [[row[k] for row in found] for k in range(len(columns))],
        )
        self._do(
            """CREATE OR REPLACE TEMP TABLE rank AS WITH size AS (SELECT c.year, c.compared, t.value, sum(t.works) AS equal
                FROM (SELECT DISTINCT year, compared, first, last FROM cohort) c
                JOIN tally t ON t.year BETWEEN c.first AND c.last AND (c.compared = '' OR c.compared = t.field) GROUP BY ALL)
            SELECT year, compared, value, equal, sum(equal) OVER (PARTITION BY year, compared) AS works,
                sum(equal) OVER (PARTITION BY year, compared ORDER BY value) - equal AS lower FROM size""",
            [],
        )

    def _measure(self, measure: str) -> None:
        """Gather what a measure gives the works taken."""
        folder, columns = self._corpus.measures / measure, CARRIED[measure]
        files = [folder / f"year={year or 0}" / "part-0.parquet" for year in self._years("taken")]
        there = [as_path(file) for file in files if file.exists()]
        empty = ", ".join(f"NULL::DOUBLE AS {column}" for column in columns)
        self._do(
            f"CREATE OR REPLACE TEMP TABLE of_{measure} AS "
            + (
                f"SELECT n, {', '.join(columns)} FROM {READ} WHERE n IN (SELECT n FROM taken)"
                if there
                else f"SELECT 0::BIGINT AS n, {empty} LIMIT 0"
            ),
            [there] if there else [],
        )

    def citations(self, ids: Sequence[str], numbers: Sequence[int]) -> Iterator[CitationTable]:
        """The citations among the works taken, in tables that name works by their place among these ids.

        Parameters
        ----------
        ids : sequence of str
            The ids of the works.
        numbers : sequence of int
            Their numbers in the catalogue, rising.
        """
        import numpy as np

        order = np.array(numbers, np.int64)
        with self._told():
            done = self._db.execute("SELECT citing, cited FROM inside ORDER BY citing, cited")
            read = getattr(done, "to_arrow_reader", None) or done.fetch_record_batch  # its name before DuckDB 1.5
            for batch in read(_PAGE):
                citing, cited = (np.searchsorted(order, batch.column(k).to_numpy()) for k in (0, 1))
                times = np.ones(len(citing), np.int64)
                yield CitationTable(works=ids, citing=citing, cited=cited, times=times, source=self._name)

    def described_citations(self) -> Iterator[tuple[int, int, bool | None, Sequence[str] | None]]:
        """The same with what the corpus says of each: whether it is influential, and its intents."""
        asked = "SELECT citing, cited, influential, intents FROM inside ORDER BY citing, cited"
        return self._rows(asked, [])

    def has_descriptions(self) -> bool:
        """Whether the corpus says more of a citation than who cites whom."""
        asked = "SELECT EXISTS (SELECT 1 FROM inside WHERE influential IS NOT NULL OR len(intents) > 0)"
        return bool(next(self._rows(asked, []))[0])

    def whole(self) -> tuple[int, float]:
        """How many works the corpus has, and the share whose reference list is known."""
        asked = f"SELECT count(*), avg(list_contains(?::VARCHAR[], outcome)::INTEGER) FROM {READ}"
        works, known = next(self._rows(asked, [sorted(KNOWN), self._files("works")]))
        return int(works), float(known or 0)

    def _years(self, table: str, condition: str = "true") -> list[int | None]:
        return [year for (year,) in self._rows(f"SELECT DISTINCT year FROM {table} WHERE {condition}", [])]

    def _count(self, table: str) -> int:
        return int(next(self._rows(f"SELECT count(*) FROM {table}", []))[0])

    def _nothing(self, table: str) -> list[str]:
        """A file of a table to ask where there is none of the years asked about: none of the works is in it."""
        return self._files(table)[:1]


def cohort(sizes: Mapping[str, Mapping[int, int]], year: int, field: str) -> Cohort:
    """The works that one of this year and field is compared with, by the rule of the measure `percentile` of corpora.

    Those of its year and field; years on both sides are added until there are 30. Works of all fields, where it has no field or
    fewer than 30 works of its field have a year.

    Parameters
    ----------
    sizes : mapping
        How many works each field has in each year, all works under "".
    year : int
        Its year.
    field : str
        Its field.

    Examples
    --------
    >>> sizes = {"": {1988: 50, 1989: 60, 1990: 40}, "Music": {1988: 20, 1989: 15, 1990: 5}, "Art": {1989: 9}}
    >>> cohort(sizes, 1989, "Music"), cohort(sizes, 1989, "Art")
    (Cohort(field='Music', first=1988, last=1990), Cohort(field='', first=1989, last=1989))
    """
    compared = ALL if sum(sizes[field].values()) < COHORT else field
    apart = years_apart(sizes[compared], year)
    return Cohort(compared, year - apart, year + apart)


def _with_reasons(columns: Sequence[tuple[str, str]], values: Sequence[Any]) -> dict[str, tuple[float | None, str]]:
    """The figures of some columns of measures by name, each with the reason that the measure gives for its main one."""
    given = dict(zip(columns, values, strict=True))
    return {
        column: (value, given.get((measure, "reason")) or "" if column == CARRIED[measure][0] else "")
        for (measure, column), value in given.items()
        if column != "reason"
    }


def _renamed(work: Work, n: int) -> Work:
    """A work whose id is that of another record too, under its number in the catalogue."""
    own = next((name for name in work.identifiers if name.startswith(("openalex:W", "corpus:"))), f"{work.id}-{n}")
    return replace(work, id=own, identifiers=tuple(dict.fromkeys((work.id, *work.identifiers))))
