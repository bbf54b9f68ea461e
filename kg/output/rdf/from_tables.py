"""Ready queries over whole graphs, answered from the arrays and the store: the rows that their SPARQL gives, in their order.

In SPARQL each of them looks at every citation, many times where paths are long. `READY` is the list; all others, and queries
as people write them, go to Oxigraph.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode

from kg.errors import NothingFound
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store
from kg.graph.tables import Rows
from kg.output.rdf.query_process import ANSWER, too_long
from kg.output.rdf.ready import Query
from kg.output.rdf.vocab import node, prefixes

Ints = NDArray[np.int64]
Row = tuple[str | int | None, ...]
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
_KNOWN = """SELECT id FROM work WHERE n IN
    (SELECT work FROM retrieval WHERE list = 'references' AND outcome IN ('COMPLETE', 'EMPTY'))"""


def answer_from_tables(
    query: Query, values: Mapping[str, NamedNode | Literal], graph: CitationGraph, store: Store
) -> bytes | None:
    """Answer a ready query that is in `READY`.

    Parameters
    ----------
    query : Query
        The query.
    values : mapping of str to NamedNode or Literal
        The values of its variables.
    graph : CitationGraph
        The graph.
    store : Store
        The store that it was read from, in the same state.

    Returns
    -------
    bytes or None
        SPARQL 1.1 Query Results JSON; None where SPARQL must answer: a value is no work of the graph and no whole number, or
        for a variable that the query does not ask about.

    Raises
    ------
    InputError
        If the answer is too long.
    """
    columns, find = READY[query.name]
    asked = [_number(kind, values[name], graph) for name, (kind, _) in query.asks.items()]
    numbers = [number for number in asked if number is not None]
    if len(numbers) < len(values):
        return None
    names = columns.split()
    rows = [
        {name: _term(cell) for name, cell in zip(names, row, strict=True) if cell is not None}
        for row in find(_Found(graph, store), *numbers)
    ]
    data = json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}, ensure_ascii=False).encode()
    if len(data) > ANSWER:
        raise too_long()
    return data


def _number(kind: str, term: NamedNode | Literal, graph: CitationGraph) -> int | None:
    """The whole number that a term is, or the number of the work."""
    if isinstance(term, Literal):
        whole = kind == "number" and term.datatype.value == _INTEGER and abs(int(term.value)) < 1 << 31
        return int(term.value) if whole else None
    id_ = unquote(term.value.removeprefix(prefixes(graph.name)["work"]), errors="surrogatepass")
    try:
        return graph.number(id_) if kind == "work" and node("work", graph.name, id_) == term.value else None
    except NothingFound:
        return None


def _term(cell: str | int) -> dict[str, str]:
    if isinstance(cell, str):
        return {"type": "literal", "value": cell}
    return {"type": "literal", "value": str(cell), "datatype": _INTEGER}


class _Found:
    """A graph with the citations of works by themselves among the others, as SPARQL sees them, and its store."""

    def __init__(self, graph: CitationGraph, store: Store) -> None:
        self.graph, self.store, self.ids, self.years = graph, store, graph.ids, graph.years
        self.dated: NDArray[np.bool_] = graph.years != UNDATED
        self.citing: Ints = np.concatenate((graph.citers.works, graph.loops))
        self.cited: Ints = np.concatenate((graph.citers.owners(), graph.loops))
        self.received = np.bincount(self.cited, minlength=len(graph))

    def known(self) -> NDArray[np.bool_]:
        """Whose reference list a source is known to give whole."""
        known = np.zeros(len(self.graph), np.bool_)
        known[[self.graph.number(id_) for (id_,) in self.store.db.execute(_KNOWN)]] = True
        return known

    def led_to(self, starts: NDArray[Any]) -> NDArray[Any]:
        """For each work, the bits of all works from which one citation or more leads to it."""
        return self._spread(self.graph.citers, starts, self.graph.generations[::-1])

    def leading_to(self, starts: NDArray[Any]) -> NDArray[Any]:
        """For each work, the bits of all works to which one citation or more leads from it."""
        return self._spread(self.graph.references, starts, self.graph.generations)

    def _spread(self, rows: Rows, starts: NDArray[Any], ends: Ints) -> NDArray[Any]:
        """Join the bits of a work's row to its own, generation by generation: a row leads to those before, or round a cycle."""
        came = np.zeros_like(starts)
        for a, b in map(sorted, pairwise(ends)):
            offsets = rows.offsets[a : b + 1]
            of = rows.works[offsets[0] : offsets[-1]]
            filled = np.flatnonzero(np.diff(offsets))
            if not len(filled):
                continue
            cyclic = bool(((of >= a) & (of < b)).any())
            while True:
                joined = np.bitwise_or.reduceat(starts[of] | came[of], offsets[filled] - offsets[0])
                same = not cyclic or np.array_equal(joined, came[a + filled])
                came[a + filled] = joined
                if same:
                    break
        came[self.graph.loops] |= starts[self.graph.loops]
        return came

    def years_of_citers(self, which: np.ufunc, unless: int) -> tuple[Ints, Ints]:
        """Of the dated works that cite each work, the first or last year (`unless` where there are none), and how many there are."""
        dated = self.dated[self.citing]
        years = np.full(len(self.graph), unless, np.int64)
        which.at(years, self.cited[dated], self.years[self.citing[dated]])
        return years, np.bincount(self.cited[dated], minlength=len(years))

    def only(self, work: int) -> NDArray[np.bool_]:
        """Which work is this one."""
        alone: NDArray[np.bool_] = np.arange(len(self.graph)) == work
        return alone

    def rows(self, works: Sequence[int], *more: Ints) -> list[Row]:
        """Id, year and title of works, and more numbers of them."""
        where, ids = "WHERE id IN (SELECT value FROM json_each(?))", json.dumps([self.ids[i] for i in works])
        titles = dict(self.store.db.execute(f"SELECT id, title FROM work {where}", (ids,)))
        return [
            (id_ := self.ids[i], self.year(i), titles[id_] or None, *(int(numbers[i]) for numbers in more))
            for i in works
        ]

    def year(self, i: int) -> int | None:
        return int(self.years[i]) if self.dated[i] else None

    def oldest_first(self, works: NDArray[np.bool_]) -> list[int]:
        """Works by year and id, those without a year last."""
        return sorted(np.flatnonzero(works).tolist(), key=lambda i: (not self.dated[i], self.years[i], self.ids[i]))

    def most(self, number: Ints, works: NDArray[np.bool_], limit: int, *, by_year: bool = False) -> list[int]:
        """The works with the highest numbers, then by year where asked for (those without one first), then by id."""
        found = np.flatnonzero(works)
        if len(found) > limit:
            found = found[number[found] >= np.partition(number[found], -limit)[-limit]]
        return sorted(found.tolist(), key=lambda i: (-number[i], self.years[i] if by_year else 0, self.ids[i]))[:limit]


def _ancestors(found: _Found, of: int) -> list[Row]:
    return found.rows(found.oldest_first(found.led_to(found.only(of)) & ~found.only(of)))


def _descendants(found: _Found, of: int) -> list[Row]:
    works = np.flatnonzero(found.leading_to(found.only(of)) & ~found.only(of)).tolist()
    return found.rows(sorted(works, key=lambda i: (-int(found.years[i]), found.ids[i])))


def _between(found: _Found, old: int, new: int) -> list[Row]:
    works = found.led_to(found.only(new)) & found.leading_to(found.only(old))
    return found.rows(found.oldest_first(works & ~found.only(old) & ~found.only(new)))


def _builds_on(found: _Found) -> list[Row]:
    seeds = [found.graph.number(id_) for (id_,) in found.store.db.execute("SELECT id FROM work WHERE seed")]
    count = np.zeros(len(found.graph), np.int64)
    for k in range(0, len(seeds), 64):
        starts = np.zeros(len(found.graph), np.uint64)
        starts[seeds[k : k + 64]] = np.uint64(1) << np.arange(len(seeds[k : k + 64]), dtype=np.uint64)
        bits = found.led_to(starts) & ~starts
        count += np.unpackbits(bits.view(np.uint8).reshape(-1, 8), axis=1).sum(axis=1, dtype=np.int64)
    return found.rows(found.most(count, count > 0, 50, by_year=True), count)


def _citation_ages(found: _Found) -> Iterable[Row]:
    dated = found.dated[found.citing] & found.dated[found.cited]
    years = found.years.astype(np.int64)
    ages, counts = np.unique(years[found.citing[dated]] - years[found.cited[dated]], return_counts=True)
    return zip(ages.tolist(), counts.tolist(), strict=True)


def _citations_per_year(found: _Found) -> list[Row]:
    gave = np.bincount(found.citing, minlength=len(found.graph))
    years, at = np.unique(found.years[found.dated], return_inverse=True)
    works, lists, given, received = (
        np.bincount(at, weights=numbers[found.dated], minlength=len(years)).astype(np.int64).tolist()
        for numbers in (found.dated, found.known(), gave, found.received)
    )
    return [
        (year, n, whole, count if whole + count else "", got)
        for year, n, whole, count, got in zip(years.tolist(), works, lists, given, received, strict=True)
    ]


def _late_first_citations(found: _Found) -> list[Row]:
    first, count = found.years_of_citers(np.minimum, 1 << 31)
    late = found.dated & (count > 0) & (first - found.years >= 10)
    return found.rows(found.most(count, late, 50), first, count)


def _most_cited(found: _Found) -> list[Row]:
    return found.rows(found.most(found.received, found.received > 0, 20, by_year=True), found.received)


def _no_longer_cited(found: _Found, since: int) -> list[Row]:
    last, count = found.years_of_citers(np.maximum, UNDATED)
    return found.rows(found.most(count, (count >= 3) & (last < since), 50), last, count)


def _no_path_back(found: _Found, before: int, since: int) -> list[Row]:
    lost = found.dated & (found.years < before) & ~found.led_to(found.dated & (found.years >= since))
    return found.rows(found.most(found.received, lost, 100), found.received)


def _returns(found: _Found, of: int) -> list[Row]:
    of_works: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for concept in found.store.concepts("c.label <> ''"):  # without one, a concept has no skos:prefLabel
        of_works[concept.work].add((concept.scheme, concept.label))
    own = of_works[found.ids[of]]
    shared = np.array([len(own & of_works[id_]) if id_ in of_works else 0 for id_ in found.ids])
    later = found.dated & found.dated[of] & (found.years >= found.years[of] + 10)
    works = later & (shared >= 2) & ~found.leading_to(found.only(of))
    return found.rows(found.most(shared, works, 50, by_year=True), shared)


def _unknown_lists(found: _Found) -> list[Row]:
    return found.rows(found.most(found.received, ~found.known(), 50), found.received)


def _wide_wake(found: _Found) -> list[Row]:
    citers, n = found.graph.citers, len(found.graph)
    direct, owners = citers.counts(), citers.owners()
    few = (direct >= 1) & (direct <= 5)
    of, by = owners[few[owners]], citers.works[few[owners]].astype(np.int64)
    steps = direct[by]
    second = np.arange(steps.sum()) + np.repeat(citers.offsets[by] - np.cumsum(steps) + steps, steps)
    pairs = np.unique(np.concatenate((of * n + by, np.repeat(of, steps) * n + citers.works[second])))
    within = np.bincount(pairs[pairs // n != pairs % n] // n, minlength=n)
    return found.rows(found.most(within, few, 50), direct, within)


#: query -> the variables that it selects, and the function that finds the rows, given the values that it asks for in their order
READY: Final[dict[str, tuple[str, Callable[..., Iterable[Row]]]]] = {
    "ancestors": ("id year title", _ancestors),
    "between": ("id year title", _between),
    "builds-on": ("id year title seeds", _builds_on),
    "citation-ages": ("years citations", _citation_ages),
    "citations-per-year": ("year works lists given received", _citations_per_year),
    "descendants": ("id year title", _descendants),
    "late-first-citations": ("id year title first citations", _late_first_citations),
    "most-cited": ("id year title citations", _most_cited),
    "no-longer-cited": ("id year title last citations", _no_longer_cited),
    "no-path-back": ("id year title citations", _no_path_back),
    "returns": ("id year title shared", _returns),
    "unknown-lists": ("id year title citations", _unknown_lists),
    "wide-wake": ("id year title citations within2", _wide_wake),
}
