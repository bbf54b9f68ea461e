"""What a line of the table is, and the graphs of works and citations that its sides prepare; the lines are in the files beside.

A side is a function of the data that gives what to run. Nothing here measures: `table.py` does, each side in a process of its own.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from limits import Limit

from kg.corpus.simulated import generate_arrays
from kg.errors import StoreError
from kg.graph.arrays import OUTCOMES, GraphArrays, read_arrays, write_arrays
from kg.graph.citation_graph import CitationGraph
from kg.graph.tables import Tables
from kg.graph.topology import number_works
from kg.model import Outcome

HEP_TH = Path(__file__).parents[2] / "shared" / "data" / "hep-th"


class Ready(NamedTuple):
    """What a side answers, once it has all it needs."""

    parts: dict[str, Callable[[], Any]]
    answer: Callable[[Any], Any] = np.asarray  # as both sides are compared
    whole_processes: bool = False  # each run starts a process, whose time and memory it gives with its answer
    scale: float = 1  # what a sample's time is multiplied by
    once: bool = False  # run once: the run is long, or cannot be repeated
    limit: Limit | None = None


Side = Callable[[Path, int], Ready]


def unequal(ours: Any, theirs: Any) -> float:
    """How many entries differ."""
    return float("inf") if ours.shape != theirs.shape else float(np.sum(ours != theirs))


def make_graph(folder: Path, works: int) -> None:
    """The arrays of a generated graph, or of hep-th for 0 works, in a folder."""
    try:
        read_arrays(folder)
    except StoreError:  # none, or not as this version of kg writes them
        shutil.rmtree(folder, ignore_errors=True)
    else:
        return
    if works:
        drawn = generate_arrays(works, seed=7)
        first = np.flatnonzero(np.diff(drawn.years, prepend=0))
        of_year = np.diff(np.append(first, works))
        place = (np.arange(works) - np.repeat(first, of_year)) / np.repeat(of_year, of_year)  # within its year
        days = (drawn.years - 1970).astype("datetime64[Y]").astype("datetime64[D]") + (365 * place).astype(int)
        dates = (days - np.datetime64("0001-01-01")).astype(np.int32) + 1  # as date.toordinal counts
        known = np.full(works, OUTCOMES.index(Outcome.COMPLETE), np.uint8)
        write_arrays(folder, number_works(drawn.citing, drawn.cited, drawn.years, dates, known))
    else:
        write_arrays(folder, read_graph(HEP_TH).arrays)


def read_graph(folder: Path) -> CitationGraph:
    """The graph of a folder with edges.csv.gz and nodes.csv.gz."""
    import pandas as pd

    edges = pd.read_csv(folder / "edges.csv.gz", dtype=str, keep_default_na=False)
    nodes = pd.read_csv(folder / "nodes.csv.gz", dtype=str, keep_default_na=False)
    years = {id_: int(year) for id_, year in zip(nodes["id"], nodes["year"], strict=True) if year}
    dates = {}
    if "date" in nodes:
        dates = {id_: day for id_, day in zip(nodes["id"], nodes["date"], strict=True) if len(day) == 10}
    pairs = edges.iloc[:, :2].itertuples(index=False, name=None)
    return CitationGraph.from_edges(pairs, years=years, dates=dates, works=nodes["id"])


@dataclass(frozen=True, kw_only=True)
class Line:
    """A question that kg and its peers answer."""

    name: str
    question: str
    short: str  # for the drawing
    size: int  # works of the generated data; 0 for hep-th
    quick: int | None  # the same in a quick run; None where the line takes too long for one
    kg: dict[str, Side]
    peers: dict[str, Side]
    difference: Callable[[Any, Any], float] = unequal
    tolerance: float = 0
    asked: dict[tuple[str, str], float] = field(default_factory=dict)  # the ratio asked for, by side and peer
    data: str = "graph"
    make: Callable[[Path, int], None] = make_graph
    missing: Callable[[int], str] = lambda size: "" if size or HEP_TH.exists() else f"there is no {HEP_TH.name}"
    why: str = ""  # what stands in the way, or what else is to be known


@cache
def opened(folder: Path) -> CitationGraph:
    """The graph of the arrays in a folder."""
    arrays = read_arrays(folder)
    return in_memory(arrays)


def in_memory(arrays: GraphArrays) -> CitationGraph:
    """A graph without tables; its works are known by their numbers."""

    def none() -> Any:
        raise NotImplementedError

    return CitationGraph(
        arrays, Tables(ids=lambda: list(map(str, range(len(arrays)))), works=none, concepts=none, claims=tuple)
    )


def ends(graph: CitationGraph) -> np.ndarray:
    """Citing and cited, a row each."""
    return np.column_stack((graph.references.owners(), graph.references.works))


def in_igraph(graph: CitationGraph, pairs: np.ndarray) -> Any:
    """The citations in igraph."""
    import igraph

    return igraph.Graph(n=len(graph), edges=pairs, directed=True)


def in_networkx(graph: CitationGraph, pairs: np.ndarray) -> Any:
    """The citations in networkx."""
    import networkx as nx

    g = nx.DiGraph()
    g.add_nodes_from(range(len(graph)))
    g.add_edges_from(zip(*pairs.T.tolist(), strict=True))
    return g
