"""Backtest: how many forgotten works flagged years ago awoke later.

`python benchmarks/backtest.py [FOLDER ...]` takes folders with edges.csv.gz and nodes.csv.gz (default: aan and hep-th beside
the checkout). As of 1995, 2000, 2005 and 2010, works at least 3 years old and cited once or more are ranked by `kg forgotten`,
by citations held and by PageRank, all from the graph as it stood then. A hit is a work whose awakening, in the whole graph,
comes after that year and whose beauty is in the top tenth of its cohort. Printed: the share of hits among the first 100 and
its lift over the base rate, then the lift of kg over each peer with a 90 % bootstrap interval. An interval that holds 1 is a
null result and is printed as such.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kg.analysis.base.cohort import cohort_percentiles
from kg.analysis.forgotten.criteria import criteria
from kg.analysis.forgotten.ranking import rank_forgotten
from kg.analysis.metrics.beauty import beauty
from kg.analysis.metrics.pagerank import pagerank
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

SHARED = Path(__file__).parents[2] / "shared" / "data"
YEARS = (1995, 2000, 2005, 2010)
FIRST = 100
AGE = 3
DRAWS = 2000


def read(folder: Path) -> CitationGraph:
    """The graph of a folder."""
    edges = pd.read_csv(folder / "edges.csv.gz", dtype=str)
    nodes = pd.read_csv(folder / "nodes.csv.gz", dtype=str).set_index("id")
    years = {id_: int(year) for id_, year in nodes["year"].dropna().items() if int(year)}
    titles = nodes["title"].dropna().to_dict() if "title" in nodes else None
    dates = nodes["date"].dropna().to_dict() if "date" in nodes else None
    pairs = edges.iloc[:, :2].itertuples(index=False, name=None)
    return CitationGraph.from_edges(pairs, years=years, dates=dates, titles=titles, works=nodes.index, name=folder.name)


def awoke(graph: CitationGraph) -> "pd.Series[float]":
    """The awakening year of the works whose beauty is in the top tenth of their cohort, NaN for the others."""
    table = beauty(graph).table
    some = table["value"].notna()
    years = graph.years[some.to_numpy()].astype(np.int64)
    top = pd.Series(np.nan, table.index)
    top[some] = cohort_percentiles(table.loc[some, "value"].to_numpy(), years)
    return table["awakening_year"].where(top >= 0.9)


def rankings(then: CitationGraph, candidates: "pd.Index[str]") -> dict[str, list[str]]:
    """The candidates by each method, best first; those a method cannot judge come last, by id."""
    found = criteria(then)
    asked = np.isin(np.array(then.ids), candidates)
    ranked = list(rank_forgotten(then, found, asked).index)
    held = pd.Series(then.citers.counts(), then.ids).loc[candidates]
    score = pagerank(then).table["value"].loc[candidates]
    rest = sorted(set(candidates) - set(ranked))
    peers = {
        name: list(s.sort_index().sort_values(ascending=False, kind="stable").index)
        for name, s in (("citations", held), ("pagerank", score))
    }
    return {"kg forgotten": ranked + rest, **peers}


def ratio(
    a: NDArray[np.bool_], b: NDArray[np.bool_], hit: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[float, float, float]:
    """Hits among the first by a over those by b, one added to each, and its 90 % bootstrap interval over works."""
    n = len(hit)

    def lift(w: NDArray[np.int64]) -> float:
        return float(((hit & a) @ w + 1) / ((hit & b) @ w + 1))

    drawn = [lift(rng.multinomial(n, np.full(n, 1 / n))) for _ in range(DRAWS)]
    return lift(np.ones(n, np.int64)), *(float(q) for q in np.quantile(drawn, [0.05, 0.95]))


def main() -> None:
    """Run and print."""
    folders = [Path(name) for name in sys.argv[1:]] or [SHARED / "aan", SHARED / "hep-th"]
    rng = np.random.default_rng(0)
    for folder in folders:
        if not folder.exists():
            sys.exit(f"no graph at {folder}: name a folder with edges.csv.gz and nodes.csv.gz")
        graph = read(folder)
        year = awoke(graph)
        last = int(graph.years[graph.years != UNDATED].max())
        print(f"{folder.name}: {len(graph):,} works to {last}, {int(year.notna().sum()):,} awoke", flush=True)
        for at in YEARS:
            if at >= last:
                print(f"  {at}: the graph ends with {last}, nothing later to measure")
                continue
            then = graph.as_of(at)
            some = (then.years <= at - AGE) & (then.citers.counts() > 0)
            candidates = pd.Index(np.array(then.ids)[some])
            hit = (year.loc[candidates] > at).to_numpy()
            if not hit.any():
                print(f"  {at}: none of {len(candidates):,} works awoke later: nothing to find")
                continue
            ranked = rankings(then, candidates)
            first = {name: np.isin(candidates, order[:FIRST]) for name, order in ranked.items()}
            base = hit.mean()
            shares = ", ".join(
                f"{name} {hit[m].mean():.0%} (lift {hit[m].mean() / base:.1f})" for name, m in first.items()
            )
            print(
                f"  {at}: {len(candidates):,} works, {int(hit.sum())} awoke later ({base:.1%}); of the first {FIRST}: {shares}"
            )
            for peer in ("citations", "pagerank"):
                value, low, high = ratio(first["kg forgotten"], first[peer], hit, rng)
                verdict = "better" if low > 1 else "worse" if high < 1 else "null result: no difference shown"
                print(f"    kg over {peer}: {value:.2f} ({low:.2f} to {high:.2f}): {verdict}", flush=True)


if __name__ == "__main__":
    main()
