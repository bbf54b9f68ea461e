"""Answers about a graph as a whole: its main path, the years of its references, its communities; and related works."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from kg.analysis.co_citation import co_citation, coupling
from kg.analysis.communities import communities as divide
from kg.analysis.community_populations import community_populations
from kg.analysis.main_path import MainPath, beginning
from kg.analysis.main_path import main_path as search_main_path
from kg.analysis.rpys import Spectrum
from kg.analysis.rpys import rpys as spectrum_of
from kg.analysis.scores import plain
from kg.errors import UnknownName
from kg.graph.arrays import UNDATED
from kg.library.answers import Answer, Block, Table
from kg.library.asked import Asked
from kg.library.info import population_facts, shown_populations
from kg.library.naming import check_top, find_work
from kg.model import Work
from kg.text import counted, number

if TYPE_CHECKING:
    import pandas as pd

_PEAKS = 5  # years that stand out which the first sentence names
_CHAINS = 3  # key routes that are printed
_PLACES = 3  # works printed that may stand in one place of paths of the same weight


@dataclass(frozen=True, repr=False)
class Chains(Answer):
    """The main path of a graph; of several paths with the same weight all.

    Attributes
    ----------
    found : MainPath
        What was counted: weights, paths by work id, the citations with their counts, and the total of paths.
    works : pd.DataFrame
        Title and year of the works on the paths, by work id.
    all_citations : bool
        Whether every citation is listed with its count, not only those on the paths.
    routes : int
        How many key routes were asked for; with 1 all paths have the same weight.
    """

    found: MainPath
    works: "pd.DataFrame"
    all_citations: bool
    notes: tuple[str, ...]
    routes: int = 1

    @property
    def citations(self) -> "pd.DataFrame":
        """The citations listed: columns citing, cited, count."""
        table = self.found.citations
        return (table if self.all_citations else table[table["on_path"]])[["citing", "cited", "count"]]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg main-path --json`."""
        return vars(self.found) | {"citations": self.citations.to_dict("records")}

    @property
    def shown(self) -> int:
        """How many of the paths are printed: of paths of the same weight the first, of key routes some."""
        return min(len(self.found.paths), _CHAINS if self.routes > 1 else 1)

    def blocks(self) -> Iterator[Block]:
        """The first path, where others of the same weight differ from it, and the citations where all were asked for."""
        paths = self.found.paths
        shown = paths[: self.shown]
        for path in shown:
            works = self.works.loc[path, ["year", "title"]].itertuples()
            yield Table(["year", "id", "title"], [(plain(year), id_, title) for id_, year, title in works])
            yield ""
        if self.routes > 1:
            if more := len(paths) - len(shown):
                yield f"... and {counted(more, 'more path')} on these routes"
        elif paths[1:]:
            yield _alternatives(paths)
        if self.all_citations:
            columns = ["cited", "citing", "count"]
            yield Table(columns, self.citations[columns].to_numpy().tolist(), right=["count"])


def _alternatives(paths: list[list[str]]) -> str:
    """Where other paths of the same weight differ from the first.

    Examples
    --------
    >>> _alternatives([["a", "b", "d"], ["a", "c", "d"]])
    '1 more path has the same weight, with c instead of b'
    """
    first, *others = paths
    instead: dict[tuple[int, int], dict[str, None]] = {}
    for other in others:
        for tag, a, b, c, d in SequenceMatcher(None, first, other, autojunk=False).get_opcodes():
            if tag != "equal":
                instead.setdefault((a, b), {})[" + ".join(other[c:d]) or "nothing"] = None
    places = []
    for (a, b), names in sorted(instead.items()):
        more = f" or {len(names) - _PLACES} others" if len(names) > _PLACES else ""
        places.append(f"{' or '.join([*names][:_PLACES])}{more} instead of {' + '.join(first[a:b]) or 'nothing'}")
    have = "has" if len(others) == 1 else "have"
    return f"{counted(len(others), 'more path')} {have} the same weight, with {'; '.join(places)}"


@dataclass(frozen=True, repr=False)
class CitedYears(Answer):
    """Which years the cited works come from, and which stand out (reference publication year spectroscopy).

    Attributes
    ----------
    spectrum : Spectrum
        The figures: `spectrum.table`, by year.
    """

    graph: str
    as_of: int | None
    spectrum: Spectrum
    notes: tuple[str, ...]

    @property
    def table(self) -> "pd.DataFrame":
        """The figures by year."""
        return self.spectrum.table

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg rpys --json`."""
        rows = self.table[["ncr", "median", "deviation"]].reset_index().to_dict("records")
        whole = {"year", "ncr"}
        return {
            "graph": self.graph,
            "options": self.spectrum.options,
            "as_of": self.as_of,
            "rows": [{str(k): int(v) if k in whole else float(v) for k, v in row.items()} for row in rows],
            "flagged": self.table.index[self.table["flagged"]].tolist(),
            "per_known_list": {str(year): plain(share) for year, share in self.table["per_list"].items()},
            "notes": list(self.spectrum.notes),
        }

    def blocks(self) -> Iterator[Block]:
        """From when the cited works are and which years stand out, then the years with cited works."""
        above = self.table["deviation"].to_dict()
        if not len(self.table):
            yield "no work with a year is cited in this graph"
            return
        found = f"{counted(int(self.table['ncr'].sum()), 'reference')} to works of {self.table.index[0]} to {self.table.index[-1]}"
        out = ", ".join(f"{year} (+{number(above[year])})" for year in sorted(self.spectrum.peaks(_PEAKS)))
        yield f"{found}; the years that stand out most from those around them: {out or 'none'}"
        rows = [row for row in self.as_dict()["rows"] if row["ncr"]]
        cells = [(r["year"], r["ncr"], number(r["median"]), number(r["deviation"])) for r in rows]
        columns = ["year", "references", "median", "deviation"]
        yield Table(columns, cells, right=columns[1:])


@dataclass(frozen=True, repr=False)
class Division(Answer):
    """The works divided into communities.

    Attributes
    ----------
    table : pd.DataFrame
        Community and stability of every work, by work id.
    facts : dict[str, Any]
        How many there are, how stable they are, the largest ones, and the populations of a community (of seed 0) and a year.
    """

    table: "pd.DataFrame"
    facts: dict[str, Any]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The part `communities` of the document of `kg info --communities --json`."""
        return self.facts

    def blocks(self) -> Iterator[Block]:
        """The largest communities, and how stable the division is."""
        cells = [
            (g["works"], "-".join(map(str, g["years"] or [])), f"{g['stability']:.2f}", "; ".join(g["most_cited"]))
            for g in self.facts["largest"]
        ]
        yield Table(["works", "years", "stability", "most cited"], cells, right=["works"])
        yield (
            f"{counted(self.facts['count'], 'community', 'communities')} in all, {self.facts['single']:,} of them a single work; "
            f"modularity {self.facts['modularity'] or 0:.3f}"
        )
        if self.facts["stability"] is not None:
            yield f"agreement of {self.facts['seeds']} runs with different random seeds (adjusted Rand index): {self.facts['stability']:.2f}"
        yield from shown_populations(self.facts["populations"])


@dataclass(frozen=True, repr=False)
class Related(Answer):
    """Works related to one: those cited together with it, or those that cite the same works.

    Attributes
    ----------
    work : Work
        The work.
    by : str
        "co_citation" or "coupling".
    rows : tuple[dict[str, Any], ...]
        The related works, the most related first: id, title, year, `count`, and `both`, how many works cite (or are
        cited by) either of the two.
    """

    work: Work
    by: str
    rows: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The part `related` of the document of `kg show --related --json`."""
        return {"by": self.by, "rows": list(self.rows), "notes": list(self.notes)}

    def blocks(self) -> Iterator[Block]:
        """The related works as a table."""
        yield f"works related to {self.work.id} by {self.by.replace('_', '-')}"
        rows = [(r["count"], r["year"], r["id"], r["title"]) for r in self.rows]
        yield Table(["count", "year", "id", "title"], rows, right=["count"])


class Overviews(Asked):
    """What can be asked about a graph as a whole, and about the works related to one."""

    def main_path(
        self,
        *,
        weights: str = "spc",
        search: str = "global",
        cycles: str = "shrink",
        routes: int = 1,
        all_citations: bool = False,
    ) -> Chains:
        """The chain of citations through which most of the history in this graph runs, counted exactly.

        Parameters
        ----------
        weights : str
            "spc", "splc" or "spnp".
        search : str
            "global", "forward", "backward" or "key-route".
        cycles : str
            What to do with cycles among works of one date: "shrink", "preprint" or "drop-same-date".
        routes : int
            How many key routes.
        all_citations : bool
            List every citation with its count, not only those on the paths.
        """
        graph = self._space.graph
        found = search_main_path(graph, weights=weights, search=search, cycles=cycles, routes=routes)
        listed = list(dict.fromkeys(w for path in found.paths for w in path))
        works = graph.works.loc[listed, ["title", "year"]]
        known = f"{graph.coverage() or 0:.0%} of the reference lists are known; the path is made of the citations in this graph alone"
        altered = counted(len(found.altered), "citation")
        total = f"{counted(found.total, 'path')} in all; {altered} altered"
        first = filter(None, [beginning(graph, found)])
        return Chains(found, works, all_citations, (known, *first, *found.notes, total), routes)

    def rpys(self, *, edge: str = "zero") -> CitedYears:
        """The years the cited works come from, and which stand out (reference publication year spectroscopy).

        Parameters
        ----------
        edge : str
            What the median takes beyond the range of cited years: "zero", or "truncate" its window there.
        """
        found = spectrum_of(self._space.graph, edge=edge)
        notes = ("years without a cited work are not listed; they count as 0", *found.notes)
        return CitedYears(self._space.store.name, self._space.store.until, found, notes)

    def communities(self, *, resolution: float = 1.0, seed: int = 0, seeds: int = 5) -> Division:
        """Which works belong together by whom they cite and are cited by; `.table` gives every work's community.

        Parameters
        ----------
        resolution : float
            Above 0; higher values give smaller communities.
        seed : int
            The seed of the division.
        seeds : int
            How many seeds are compared to say how stable the division is.
        """
        graph = self._space.graph
        found = divide(graph, resolution=resolution, seed=seed, seeds=seeds)
        table = found.table.assign(citations=graph.citers.counts(), year=graph.years)
        largest = []
        for _, part in list(table.groupby("community"))[:10]:
            dated = part["year"][part["year"] != UNDATED]
            first = part.sort_index().sort_values("citations", ascending=False, kind="stable")
            years = [int(dated.min()), int(dated.max())] if len(dated) else None
            head = {"works": len(part), "years": years, "stability": float(part["stability"].mean())}
            largest.append(head | {"most_cited": first.index[:3].tolist()})
        sizes = table["community"].value_counts()
        facts = {
            "count": len(sizes),
            "single": int((sizes == 1).sum()),
            "modularity": plain(found.modularity),
            "stability": plain(found.stability),
            "seeds": found.options["seeds"],
            "largest": largest,
            "members": {id_: int(c) for id_, c in found.table["community"].items()},
            "populations": population_facts(community_populations(graph)),
            "notes": found.notes,
        }
        return Division(found.table, facts, tuple(found.notes))

    def related(self, work: str | Work, by: str = "co_citation", *, top: int = 20) -> Related:
        """The works most often cited together with a work, or sharing most references with it.

        Parameters
        ----------
        work : str or Work
            The work.
        by : str
            "co_citation" or "coupling" (bibliographic coupling).
        top : int
            How many works to list.
        """
        check_top(top)
        measures = {"co_citation": co_citation, "coupling": coupling}
        name = by.replace("-", "_")
        if name not in measures:
            raise UnknownName("relation", by, measures)
        meant, graph = find_work(self._space, work), self._space.graph
        found = measures[name](graph, works=[meant.id], top=top)
        titles, years = graph.works["title"], graph.works["year"]
        rows = [
            {"id": id_, "title": titles[id_] or None, "year": plain(years[id_]), "count": int(count), "both": int(both)}
            for _, id_, count, both in found.table.itertuples(index=False)
        ]
        return Related(meant, name, tuple(rows), tuple(found.notes))
