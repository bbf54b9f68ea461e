"""Calibration: how often 90 % intervals hold the figure of the whole graph when reference lists are lost.

`python benchmarks/calibration.py [--fields 50] [FOLDER ...]` prints what stands in docs/metrics.md: simulated fields
(tests/simulate.py) with seeds from 1000 on, then the real graphs of the folders (edges.csv.gz and nodes.csv.gz), every
list of which is taken as known. `--fit` tries several inflations on seeds from 9000 on instead; tests use other seeds.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from backtest import read
from simulate import LOSSES as WAYS
from simulate import SIZE, lose, simulate

from kg.analysis.base.coverage import citing_coverage, known_citations
from kg.analysis.base.intervals import INFLATION, count_interval, sampled, spreads
from kg.analysis.forgotten.ranking import SIGNED, measures
from kg.analysis.scores import Floats
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome

LOSSES = (0.1, 0.3, 0.5)
TRIED = 400


def covered(truth: CitationGraph, graph: CitationGraph, seed: int, inflations: tuple[float, ...]) -> pd.DataFrame:
    """For works of a graph with losses whether 90 % intervals hold the whole graph's figure, and their width (in logs)."""
    works = sampled(graph, TRIED, seed)
    whole, held = measures(truth, works), measures(graph, works)
    citations, kappa, years = graph.citers.counts(), citing_coverage(graph), graph.years.astype(np.int64)
    low, high = count_interval(citations[works], kappa[works], known=known_citations(graph)[works])
    about = pd.DataFrame({"kappa": kappa, "citations": citations, "year": years})
    real = truth.citers.counts()[works].astype(np.float64)
    rows = [held_in(about.loc[works], "citations_held", 1.0, real, low, high)]
    spread = spreads(graph, lambda g: measures(g, works), signed=SIGNED, seed=seed)
    for name, value in held.items():
        some = works[~np.isnan(value[works]) & ~np.isnan(whole[name][works])]
        if not len(spread[name].loss):
            continue  # nothing left to compare with: no interval
        for factor in inflations:
            low, high = spread[name].interval(value[some], citations[some], years[some], inflation=factor)
            rows.append(held_in(about.loc[some], name, factor, whole[name][some], low, high))
    return pd.concat(rows)


def held_in(about: pd.DataFrame, name: str, inflation: float, real: Floats, low: Floats, high: Floats) -> pd.DataFrame:
    """One line for each work."""
    eps = 1e-9
    columns = {
        "measure": name,
        "inflation": inflation,
        "covered": (low <= real + eps) & (real <= high + eps),
        "width": high - low if name in SIGNED else np.log1p(high) - np.log1p(low),
    }
    return about.assign(**columns)


def told(held: pd.DataFrame, by: list[str]) -> str:
    """Coverage (mean over fields, its standard error), works a field, and median width, by these columns."""
    field = held.groupby([*by, "seed"], observed=True)["covered"].agg(["mean", "size"]).groupby(by, observed=True)
    table = pd.DataFrame({"covered": field["mean"].mean(), "se": field["mean"].sem(), "works": field["size"].mean()})
    table["width"] = held.groupby(by, observed=True)["width"].median()
    return table.round({"covered": 3, "se": 3, "works": 0, "width": 2}).to_string()


def whole(folder: Path) -> CitationGraph:
    """A real graph, every list taken as known and as long as it is."""
    graph = read(folder)
    count = dict(zip(graph.ids, graph.references.counts().tolist(), strict=True))
    return CitationGraph.from_edges(
        graph.citations.itertuples(index=False, name=None),
        years=graph.works["year"].dropna().astype(int).to_dict(),
        outcomes={w: Outcome.COMPLETE if n else Outcome.EMPTY for w, n in count.items()},
        reported_references=count,
        works=graph.ids,
    )


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fields", type=int, default=50, help="simulated fields to try")
    parser.add_argument("--fit", action="store_true", help="try several inflations")
    parser.add_argument("folders", nargs="*", type=Path)
    asked = parser.parse_args()
    first, inflations = (9000, (1.0, 1.25, 1.5, 1.75)) if asked.fit else (1000, (INFLATION,))
    lines, start = [], time.perf_counter()

    def try_losses(graph: CitationGraph, seed: int, name: str) -> None:
        for how in WAYS:
            if how == "venue" and name != "simulated":
                continue  # made of the subjects of simulated works
            for loss in LOSSES:
                here = {"loss": loss, "how": how, "seed": seed, "graph": name}
                lines.append(covered(graph, lose(graph, loss, seed=seed, how=how), seed, inflations).assign(**here))
        print(f"  {name} {seed}: {time.perf_counter() - start:.0f} s", flush=True)

    for seed in range(first, first + asked.fields):
        try_losses(simulate(seed, **SIZE).graph, seed, "simulated")
    for folder in asked.folders:
        try_losses(whole(folder), first, folder.name)
    held = pd.concat(lines, ignore_index=True)
    print(told(held, ["graph", "measure", "inflation"]))
    print(told(held, ["graph", "measure", "how", "loss", "inflation"]))
    if asked.fit:
        return
    held = held[held["graph"] == "simulated"]
    held["by kappa"] = pd.cut(held["kappa"], [0, 0.3, 0.5, 0.7, 0.9, 1], include_lowest=True)
    held["by citations"] = pd.cut(held["citations"], [0, 2, 5, 10, 20, 50, np.inf], include_lowest=True)
    held["by year"] = 10 * (held["year"] // 10)
    for stratum in ("by kappa", "by citations", "by year"):
        print(told(held, ["measure", stratum]))


if __name__ == "__main__":
    main()
