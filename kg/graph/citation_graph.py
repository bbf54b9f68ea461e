"""CitationGraph: the frozen graph every analysis is a pure function of: arrays both ways, tables, networkx view.

A citation goes citing -> cited. Works are numbered by generation (see `topology`); `ids[i]` is the id of work i.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError, NothingFound
from kg.graph.arrays import KNOWN, OUTCOMES, UNDATED, GraphArrays
from kg.graph.eras import Era, within
from kg.graph.tables import CONCEPT_COLUMNS, REPORTED, WORK_COLUMNS, Rows, Tables
from kg.graph.topology import FACTS, Ints, as_of, facts, in_numpy, is_later, number_works, select, without_references
from kg.model import Claim, Outcome

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

_PLURAL = {"year": "years", "date": "dates", "title": "titles", "outcome": "outcomes"}
_UNKNOWN = OUTCOMES.index(Outcome.UNKNOWN)


class CitationGraph:
    """A citation graph as arrays and tables; it never changes, and the tables it gives may be changed freely.

    Attributes
    ----------
    references : Rows
        Citing -> cited, distinct pairs without citations of a work by itself.
    citers : Rows
        Cited -> citing, the same pairs.
    years : array of int32
        The year of each work, `UNDATED` where unknown.
    dates : array of int32
        `date.toordinal()` of each work whose full date is known, else `UNDATED`.
    outcomes : array of uint8
        How each work's reference list was retrieved, as a position in `kg.graph.arrays.OUTCOMES`.
    generations : array of int64
        Offsets of the generations; a citation outside a cycle goes to an earlier generation.
    component : array of int32
        The strongly connected component of each work; works of one component are neighbours.
    loops : array of int32
        Works that cite themselves.
    duplicates : int
        How often a source listed a citation again that it had listed before.
    until : int or None
        The year of `as_of`, where it made this graph.
    provenance : Provenance or None
        Where the graph was read from; None for one that was made in Python.
    results : dict
        What `once_per_graph` saves.
    """

    def __init__(self, arrays: GraphArrays, tables: Tables, *, name: str = "", duplicates: int | None = None) -> None:
        self.name = name
        self.revision = int(arrays.meta.get("revision", 0))
        self.duplicates = int(arrays.meta.get("duplicates", 0)) if duplicates is None else duplicates
        self.arrays = arrays = in_numpy(arrays)
        self.references = Rows(arrays.reference_offsets, arrays.reference_works)
        self.citers = Rows(arrays.citer_offsets, arrays.citer_works)
        self.years, self.dates, self.outcomes = arrays.years, arrays.dates, arrays.outcomes
        self.generations, self.component = arrays.generations, arrays.components
        self.loops = arrays.loops
        self.provenance, self.until = tables.provenance, tables.until
        self._tables = tables
        self.results: dict[Hashable, Any] = {}

    @classmethod
    def from_edges(
        cls,
        edges: Iterable[tuple[str, str]],
        *,
        years: Mapping[str, int | None] | None = None,
        dates: Mapping[str, str] | None = None,
        titles: Mapping[str, str] | None = None,
        outcomes: Mapping[str, Outcome] | None = None,
        reported_references: Mapping[str, int] | None = None,
        reported_citations: Mapping[str, int] | None = None,
        concepts: Mapping[str, Iterable[str]] | None = None,
        works: Iterable[str] = (),
        closed: bool = False,
        name: str = "",
    ) -> Self:
        """Make a graph from pairs (citing, cited); pairs may repeat, and works may cite themselves.

        Parameters
        ----------
        edges : iterable of tuple of str
            The citations.
        years, dates, titles : mapping, optional
            The year, ISO date and title of works, by id.
        outcomes : mapping, optional
            How the reference lists were retrieved, by id; by default, those of works with references are COMPLETE.
        reported_references, reported_citations : mapping, optional
            The counts that a source reports, by id.
        concepts : mapping, optional
            Labels of works, by id.
        works : iterable of str
            Works without citations.
        closed : bool
            Without `outcomes`: works without references have an EMPTY list, not an UNKNOWN one.
        name : str
            The name of the graph.

        Examples
        --------
        >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A")], years={"A": 1988, "B": 2002, "C": 2016})
        >>> len(g), g.m, [g.ids[i] for i in g.citers.of(g.number("A"))]
        (3, 2, ['B', 'C'])
        """
        import pandas as pd

        pairs = [(str(a), str(b)) for a, b in edges]
        years, dates, titles = dict(years or {}), dict(dates or {}), dict(titles or {})
        reported = dict(zip(REPORTED, (dict(reported_references or {}), dict(reported_citations or {})), strict=True))
        ids = list(dict.fromkeys([*map(str, works), *years, *dates, *titles, *(id_ for pair in pairs for id_ in pair)]))
        row = {id_: k for k, id_ in enumerate(ids)}
        day = [date.fromisoformat(dates[id_]) if id_ in dates else None for id_ in ids]
        year = [d.year if d else years.get(id_) for id_, d in zip(ids, day, strict=True)]
        if outcomes is None:
            listed = {citing for citing, _ in pairs}
            other = Outcome.EMPTY if closed else Outcome.UNKNOWN
            outcomes = {id_: Outcome.COMPLETE if id_ in listed else other for id_ in ids}
        outcome = [outcomes.get(id_, Outcome.UNKNOWN) for id_ in ids]
        arrays = number_works(
            np.fromiter((row[a] for a, _ in pairs), np.int64, len(pairs)),
            np.fromiter((row[b] for _, b in pairs), np.int64, len(pairs)),
            np.array([UNDATED if y is None else y for y in year], np.int32),
            np.array([d.toordinal() if d else UNDATED for d in day], np.int32),
            np.array([OUTCOMES.index(o) for o in outcome], np.uint8),
        )
        rows = arrays.rows.tolist()

        def table() -> "pd.DataFrame":
            columns: dict[str, Any] = {
                "title": pd.array([titles.get(id_, "") for id_ in ids], dtype="str"),
                "year": pd.array(year, dtype="Int64"),
                "date": pd.array([dates.get(id_) for id_ in ids], dtype="str"),
                **dict.fromkeys(("authors", "venue", "type"), ""),
                "retracted": pd.array([None] * len(ids), dtype="object"),
                **dict.fromkeys(("stub", "seed"), False),
                "outcome": [str(o) for o in outcome],
            }
            for column, counts in reported.items():
                columns[column] = pd.array([counts.get(id_) for id_ in ids], dtype="Int64")
            made: pd.DataFrame = pd.DataFrame(columns, index=pd.Index(ids, name="id", dtype="str")).iloc[rows]
            return made[WORK_COLUMNS]

        labels = concepts or {}
        labelled = [(work, "concept", label, "") for work, of in labels.items() if work in row for label in of]
        tables = Tables(
            ids=lambda: [ids[k] for k in rows],
            works=table,
            concepts=lambda: pd.DataFrame(labelled, columns=CONCEPT_COLUMNS, dtype="str"),
            claims=tuple,
        )
        return cls(arrays, tables, name=name, duplicates=len(pairs) - len(set(pairs)))

    @classmethod
    def from_pandas(cls, citations: "pd.DataFrame", works: "pd.DataFrame | None" = None, *, name: str = "") -> Self:
        """Make a graph from tables; missing values are unknown.

        Parameters
        ----------
        citations : DataFrame
            A citation in each row, with the columns `citing` and `cited`.
        works : DataFrame, optional
            A work in each row, indexed by id, with any of the columns of `CitationGraph.works`.
        name : str
            The name of the graph.

        Examples
        --------
        >>> import pandas as pd
        >>> citations = pd.DataFrame({"citing": ["B"], "cited": ["A"]})
        >>> CitationGraph.from_pandas(citations, pd.DataFrame({"year": [1988, 2002]}, index=["A", "B"])).facts()["works"]
        2
        """
        read: dict[str, Callable[[Any], Any]] = {"title": str, "outcome": Outcome, "date": lambda day: str(day)[:10]}
        read |= dict.fromkeys(("year", "reported_references", "reported_citations"), int)
        facts: dict[str, Any] = {
            column: {str(id_): of(value) for id_, value in works[column].dropna().items() if value != ""}
            for column, of in read.items()
            if works is not None and column in works
        }
        known: dict[str, Any] = {_PLURAL.get(column, column): values or None for column, values in facts.items()}
        pairs = zip(citations["citing"].astype(str), citations["cited"].astype(str), strict=True)
        return cls.from_edges(pairs, works=() if works is None else works.index.astype(str), name=name, **known)

    @classmethod
    def from_networkx(cls, g: "nx.DiGraph[Hashable]", *, name: str = "") -> Self:
        """Make a graph from a directed networkx graph.

        Parameters
        ----------
        g : DiGraph
            Its edges go citing -> cited; nodes may have the attributes `year`, `date`, `title`.
        name : str
            The name of the graph.

        Raises
        ------
        InputError
            If the graph is undirected, or two nodes are the same as text.
        """
        if not g.is_directed():
            raise InputError("a citation graph is directed", "give an nx.DiGraph with edges citing -> cited")
        attributes = {str(node): data for node, data in g.nodes(data=True)}
        if len(attributes) != len(g):
            raise InputError("two nodes have the same name as text", "rename nodes so that str(node) is unique")
        import pandas as pd

        citations = pd.DataFrame([(str(a), str(b)) for a, b in g.edges()], columns=["citing", "cited"])
        works = pd.DataFrame(list(attributes.values()), index=list(attributes))
        return cls.from_pandas(citations, works, name=name)

    def __len__(self) -> int:
        """The number of works."""
        return len(self.years)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as arrays and tables, with the place of its folder, which is opened again."""
        tables = replace(self._tables, works=lambda: self._works)
        return partial(type(self), name=self.name, duplicates=self.duplicates), (self.arrays, tables)

    @property
    def m(self) -> int:
        """The number of distinct citations, loops left out."""
        return len(self.references.works)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The id of each work, by number."""
        return tuple(self._tables.ids())

    def number(self, id_: str) -> int:
        """The number of the work with this id.

        Raises
        ------
        NothingFound
            If there is no such work.
        """
        try:
            return self._numbers[id_]
        except KeyError:
            raise NothingFound(f"no work {id_!r} in this graph") from None

    _numbers = cached_property["dict[str, int]"](lambda self: {id_: i for i, id_ in enumerate(self.ids)})
    _works = cached_property["pd.DataFrame"](lambda self: self._tables.works())
    _concepts = cached_property["pd.DataFrame"](lambda self: self._tables.concepts())

    @property
    def works(self) -> "pd.DataFrame":
        """One row per work, index `id`; columns as in WORK_COLUMNS, authors joined by "; "."""
        return self._works.copy(deep=False)

    @property
    def citations(self) -> "pd.DataFrame":
        """One row per distinct citation, loops included: ids in columns `citing` and `cited`."""
        import pandas as pd

        ids = np.array(self.ids, dtype=object)
        citing = np.concatenate((self.references.owners(), self.loops))
        cited = np.concatenate((self.references.works, self.loops))
        return pd.DataFrame({"citing": ids[citing], "cited": ids[cited]}, dtype="str")

    @property
    def concepts(self) -> "pd.DataFrame":
        """Tasks, architectures and representations: columns work, scheme, label, source."""
        return self._concepts.copy(deep=False)

    @cached_property
    def article_claims(self) -> tuple[Claim, ...]:
        """What articles say about these works."""
        return self._tables.claims()

    @cached_property
    def known_lists(self) -> NDArray[np.bool_]:
        """Whether each work's reference list is known (COMPLETE or EMPTY)."""
        known = np.isin(self.outcomes, KNOWN)
        known.flags.writeable = False
        return known

    def facts(self) -> dict[str, int]:
        """Counts: works, citations (distinct, with loops), loops, cyclic_parts, backward."""
        return dict(self._facts)

    @cached_property
    def _facts(self) -> dict[str, int]:
        known = self.arrays.meta
        return {name: known[name] for name in FACTS} if set(FACTS) <= known.keys() else facts(self.arrays)

    @property
    def eras(self) -> dict[str, Era]:
        """The eras that the graph's folder names, by name."""
        return self.provenance.eras if self.provenance else {}

    def within(self, era: Era | tuple[int, int]) -> NDArray[np.bool_]:
        """Whether each work belongs to an era, or to the years from a first to a last one."""
        return within(self.years, self.ids, Era.of(era))

    def coverage(self) -> float | None:
        """The share of works whose reference list is known; None without works."""
        return float(self.known_lists.mean()) if len(self) else None

    def coverage_by_year(self) -> "pd.Series[float]":
        """The share of known reference lists among the works of each year that has works."""
        import pandas as pd

        dated = self.years != UNDATED
        years, at, works = np.unique(self.years[dated], return_inverse=True, return_counts=True)
        known = np.bincount(at, weights=self.known_lists[dated], minlength=len(years))
        return pd.Series(known / works, index=pd.Index(years, name="year"), name="coverage")

    def is_later(self, a: Ints, b: Ints) -> NDArray[np.bool_]:
        """Whether work a[i] is later than b[i], by date where both have one, else by year; False where one is undated.

        Parameters
        ----------
        a, b : array of int
            Works, by number.
        """
        return is_later(self.arrays, a, b)

    def subset(self, ids: Iterable[str]) -> Self:
        """The graph of some works, given by id, and the citations among them; outcomes and reported counts stay."""
        keep = np.zeros(len(self), np.bool_)
        keep[[self.number(id_) for id_ in ids]] = True
        return self._chosen(select(self.arrays, keep, self.outcomes), self.until)

    def as_of(self, year: int) -> Self:
        """The graph as it stood at the end of a year: works dated up to it, the citations among them, no reported counts.

        Reported counts are of today and are gone. A reference list of which nothing is left is UNKNOWN.
        """
        until = year if self.until is None else min(year, self.until)
        graph = self._chosen(as_of(self.arrays, year), until)
        works = graph._works  # noqa: SLF001
        works[REPORTED] = None
        works["outcome"] = [str(OUTCOMES[code]) for code in graph.outcomes]
        return graph

    def without_lists(self, lost: NDArray[np.bool_]) -> Self:
        """The same works with the same numbers, without the reference lists of the works marked, which become UNKNOWN."""
        return self._without(lost[self.references.owners()], lost, np.where(lost, _UNKNOWN, self.outcomes))

    def without_citations(self, gone: NDArray[np.bool_]) -> Self:
        """The same without the citations marked (in the order of `references`); known lists that lose some become PARTIAL."""
        cut = np.bincount(self.references.owners()[gone], minlength=len(self)) > 0
        outcomes = np.where(cut & self.known_lists, OUTCOMES.index(Outcome.PARTIAL), self.outcomes)
        return self._without(gone, np.zeros(len(self), np.bool_), outcomes)

    def _without(self, gone: NDArray[np.bool_], lost: NDArray[np.bool_], outcomes: NDArray[Any]) -> Self:
        arrays = without_references(self.arrays, gone, lost, outcomes.astype(np.uint8))
        names = [str(OUTCOMES[code]) for code in arrays.outcomes]
        tables = replace(self._tables, works=lambda: self.works.assign(outcome=names))
        return type(self)(arrays, tables, name=self.name, duplicates=self.duplicates)

    def to_networkx(self, *scores: "pd.Series[Any]") -> "nx.DiGraph[str]":
        """The graph for networkx: edges citing -> cited; nodes have the columns of `works` as attributes.

        Parameters
        ----------
        *scores : Series
            Values by work id, such as `Scores.series`; each becomes an attribute under its name.
        """
        import networkx as nx

        g: nx.DiGraph[str] = nx.DiGraph(name=self.name)
        records = self.works.astype(object).where(self.works.notna(), None).to_dict("index")
        g.add_nodes_from((id_, {str(k): v for k, v in row.items() if v is not None}) for id_, row in records.items())
        g.add_edges_from(self.citations.itertuples(index=False, name=None))
        for series in scores:
            nx.set_node_attributes(g, series.dropna().to_dict(), str(series.name))
        return g

    def _chosen(self, arrays: GraphArrays, until: int | None) -> Self:
        """The graph of some of these works, laid out in `arrays`."""
        works = self.works.iloc[self.arrays.numbers[arrays.rows]]
        held = set(works.index)
        provenance = self.provenance
        provenance = provenance.as_of(until) if provenance and until is not None else provenance
        tables = Tables(
            ids=works.index.tolist,
            works=works.copy,
            concepts=lambda: self.concepts[self.concepts["work"].isin(held)],
            claims=lambda: tuple(c for c in self.article_claims if any(w in held for w, _ in c.roles)),
            provenance=provenance,
            until=until,
        )
        return type(self)(arrays, tables, name=self.name, duplicates=0)
