"""Next lists: whether the lists that `kg next` names first tell more than others, where the whole truth is known.

`python benchmarks/next_lists.py [FOLDER ...]` takes folders with edges.csv.gz and nodes.csv.gz (default: zewail and aan beside
the checkout). Works are split into earlier and later by year; of the later works all reference lists but 10 % are hidden. Then
20 lists are revealed: those named first, those of the most cited works, or some at random. Printed, as means over draws: how
many pairs of an asked work (the 100 earlier works cited most by the known lists) and a later work got a path, by what share
the intervals of `standing` became narrower (the ratio of upper to lower end, its logarithm), and how many of them then hold the
truth.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from backtest import SHARED, read
from numpy.typing import NDArray

from kg.analysis.base.reachability import followers
from kg.analysis.metrics.standing import standing
from kg.analysis.next_lists import next_lists
from kg.analysis.populations import later_works
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era
from kg.model import Outcome

KNOWN, REVEALED, ASKED, DRAWS = 0.10, 20, 100, 6

Ints = NDArray[np.int64]


class Hidden:
    """A graph of which some lists are hidden."""

    def __init__(self, folder: Path) -> None:
        self.whole = read(folder)
        nodes = pd.read_csv(folder / "nodes.csv.gz", dtype=str).set_index("id")
        column = next(c for c in ("first_author", "authors") if c in nodes)
        self.authors = nodes[column].fillna("")
        self.edges = self.whole.citations
        years = self.whole.years
        self.split = int(np.quantile(years[years != UNDATED], 0.5))
        listed = self.whole.references.counts() > 0
        self.later = {self.whole.ids[i] for i in np.flatnonzero((years > self.split) & listed)}
        self.truth = standing(self.whole, era=f"{self.split + 1}-").table["k"]

    def showing(self, known: set[str]) -> CitationGraph:
        """The graph in which of the later works only these have known lists."""
        listed = set(self.edges["citing"])
        outcomes = {id_: Outcome.COMPLETE for id_ in listed if id_ not in self.later or id_ in known}
        kept = self.edges[self.edges["citing"].isin(outcomes)]
        years = dict(zip(self.whole.ids, (int(y) for y in self.whole.years), strict=True))
        return CitationGraph.from_edges(
            kept.itertuples(index=False, name=None),
            years={
                id_: year
                for id_, year in years.items()
                if year != UNDATED and (id_ in self.later or year <= self.split)
            },
            titles=self.whole.works["title"].dropna().to_dict(),
            outcomes=outcomes,
        )


def told(graph: CitationGraph, asked: list[str], era: Era) -> tuple[int, pd.DataFrame]:
    """How many pairs have a path, and what `standing` says."""
    numbers = np.sort(np.array([graph.number(id_) for id_ in asked]))
    later = later_works(graph, era).works
    pairs = sum(
        int(np.unpackbits(bits[later].astype("<u8").view(np.uint8), axis=1)[:, :].sum())
        for _, bits in followers(graph, numbers)
    )
    return pairs, standing(graph, era=era.name).table.loc[asked]


def measured(folder: Path) -> pd.DataFrame:
    """What each way of choosing lists gives, a row each."""
    hidden, rows = Hidden(folder), []
    era = Era(f"{hidden.split + 1}-", hidden.split + 1, 9999)
    for draw in range(DRAWS):
        rng = np.random.default_rng(draw)
        later = sorted(hidden.later)
        known = set(rng.choice(later, int(KNOWN * len(later)), replace=False).tolist())
        graph = hidden.showing(known)
        early = np.flatnonzero((graph.years <= hidden.split) & (graph.years != UNDATED))
        cited = standing(graph, era=era.name).table["k"].to_numpy()[early]
        works = early[np.argsort(-cited, kind="stable")[:ASKED]]
        asked = [graph.ids[i] for i in works]
        found = next_lists(graph, works.tolist(), later_works(graph, era), top=REVEALED + 20).table.index
        citations = pd.Series(graph.citers.counts(), graph.ids)
        unknown = sorted(id_ for id_ in hidden.later - known if id_ in citations.index)
        ways = {
            "kg next": [id_ for id_ in found if id_ in hidden.later][:REVEALED],
            "most cited": citations.loc[unknown].sort_values(ascending=False, kind="stable").index[:REVEALED].tolist(),
            "random": rng.choice(unknown, REVEALED, replace=False).tolist(),
        }
        paths, before = told(graph, asked, era)
        for way, lists in ways.items():
            more, after = told(hidden.showing(known | set(lists)), asked, era)
            some = (before["low"] > 0) & (after["low"] > 0)
            width = [np.log(table.loc[some, "high"] / table.loc[some, "low"]) for table in (before, after)]
            true = hidden.truth[asked] / len(hidden.later)
            inside = (true >= after["low"] - 1e-9) & (true <= after["high"] + 1e-9)
            rows.append(
                {
                    "graph": folder.name,
                    "lists": way,
                    "paths": more - paths,
                    "narrower": 1 - width[1].mean() / width[0].mean(),
                    "hold": inside.mean(),
                }
            )
    return pd.DataFrame(rows)


def main() -> None:
    """Print a line for each graph and way."""
    folders = [Path(word) for word in sys.argv[1:]] or [SHARED / name for name in ("zewail", "aan")]
    made = pd.concat([measured(folder) for folder in folders])
    print(made.groupby(["graph", "lists"], sort=False).mean().round(3).to_string())


if __name__ == "__main__":
    main()
