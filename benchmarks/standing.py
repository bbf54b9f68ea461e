"""Masking: how well a few known reference lists tell which works later works cite.

`python benchmarks/standing.py [FOLDER ...]` takes folders with edges.csv.gz and nodes.csv.gz (default: zewail, aan and
hep-th beside the checkout). Works are split into earlier and later by year; of the later works all reference
lists but 6 or 10 % are hidden (at random, by first author, by topic), and what `standing` says is held against the truth.
"""

import sys
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
from backtest import SHARED, read
from numpy.typing import NDArray

from kg.analysis.base.citing_shares import CitingShares, citing_shares, enough
from kg.analysis.base.known_lists import KnownLists
from kg.analysis.communities import communities
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

SHARES = (0.06, 0.10)
DRAWS = 6


def labels_of(graph: CitationGraph, folder: Path, how: str) -> NDArray[np.int64]:
    """The cluster of each work: itself, its first author or its community."""
    if how == "topic":
        return communities(graph, seeds=1).table["community"].reindex(graph.ids).to_numpy(np.int64)
    if how == "author":
        nodes = pd.read_csv(folder / "nodes.csv.gz", dtype=str).set_index("id")
        column = next((c for c in ("first_author", "authors") if c in nodes), None)
        if column is not None:
            first = nodes[column].fillna("").str.partition(";")[0].str.strip().reindex(graph.ids)
            first = first.where(first != "", pd.Series(graph.ids, graph.ids))
            return np.unique(first.to_numpy(str), return_inverse=True)[1]
    return np.arange(len(graph))


def known_lists(
    later: NDArray[np.int64], cluster: NDArray[np.int64], share: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """The later works whose lists stay known: whole clusters in random order until there are enough."""
    names = np.unique(cluster[later])
    rng.shuffle(names)
    kept: list[int] = []
    for name in names:
        kept += later[cluster[later] == name].tolist()
        if len(kept) >= share * len(later):
            break
    return np.array(kept[: max(int(share * len(later)), 20)])


def observed(
    graph: CitationGraph,
    later: NDArray[np.int64],
    known: NDArray[np.int64],
    asked: NDArray[np.int64],
    cluster: NDArray[np.int64],
) -> KnownLists:
    """What the known lists say of the works asked about."""
    names, of = np.unique(cluster[known], return_inverse=True)
    place = np.full(len(graph), -1)
    place[asked] = np.arange(len(asked))
    at = np.full(len(graph), -1)
    at[known] = of
    citing, cited = graph.references.owners(), graph.references.works
    some = (at[citing] >= 0) & (place[cited] >= 0)
    sizes = np.bincount(of, minlength=len(names))
    return KnownLists.of(len(later), sizes, len(asked), place[cited[some]], at[citing[some]])


def score(found: CitingShares, truth: NDArray[np.float64], tops: NDArray[np.bool_]) -> dict[str, float]:
    """How what is said fits the truth, among works seen."""
    seen = found.k > 0
    row: dict[str, float] = {}
    inside = (truth >= found.low - 1e-9) & (truth <= found.high + 1e-9)
    row["interval"] = inside[seen].mean()
    row["unseen"] = inside[~seen].mean() if (~seen).any() else np.nan
    for t, p in found.under.items():
        decided = (p >= 0.95) | (p <= 0.05)
        wrong = ((p >= 0.95) & (truth >= t)) | ((p <= 0.05) & (truth < t))
        row[f"{t:.3f}"] = decided[seen].mean()
        row[f"{t:.3f} wrong"] = wrong[seen & decided].mean()
    decided = seen & (found.top_tenth <= 0.1)
    row["not top"] = decided.sum() / seen.sum()
    row["not top wrong"] = tops[decided].mean() if decided.any() else np.nan
    well = seen & (found.top_tenth >= 0.9)
    row["top"] = well.sum()
    row["top wrong"] = (~tops[well]).mean() if well.any() else np.nan
    return row


def top_tenth(truth: NDArray[np.float64], years: NDArray[np.int64], k: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a work is truly in the top tenth of the works seen of near years."""
    tops, seen = np.zeros(len(truth), np.bool_), np.flatnonzero(k > 0)
    for year in np.unique(years):
        near = seen[np.argsort(np.abs(years[seen] - year), kind="stable")[:200]]
        near = np.union1d(near, seen[years[seen] == year])
        own = years == year
        tops[own] = truth[own] >= np.sort(truth[near])[-max(len(near) // 10, 1)]
    return tops


def main(folders: list[Path]) -> None:
    """Print a row for each graph, way of hiding and share known."""
    for folder in folders:
        graph = read(folder)
        dated = np.flatnonzero(graph.years != UNDATED)
        split = int(np.quantile(graph.years[dated], 0.5))
        listed = graph.references.counts() > 0
        later = np.flatnonzero((graph.years > split) & listed)
        citing = graph.references.owners()
        is_later = np.zeros(len(graph), np.bool_)
        is_later[later] = True
        cited = np.bincount(graph.references.works[is_later[citing]], minlength=len(graph))
        asked = np.flatnonzero((graph.years != UNDATED) & (graph.years <= split) & (cited > 0))
        truth = cited[asked] / len(later)
        years = graph.years[asked].astype(np.int64)
        print(f"{folder.name}: {len(later):,} later works, {len(asked):,} earlier ones they cite, split after {split}")
        for how in ("random", "author", "topic"):
            cluster = labels_of(graph, folder, how)
            for share in SHARES:
                rows, start = [], process_time()
                for draw in range(DRAWS):
                    known = known_lists(later, cluster, share, np.random.default_rng(1000 + draw))
                    lists = observed(graph, later, known, asked, cluster)
                    if enough(lists):
                        found = citing_shares(lists, years, topical=how == "topic")
                        rows.append(score(found, truth, top_tenth(truth, years, found.k)))
                mean = pd.DataFrame(rows).mean()
                print(
                    f"  {how:7}{share:.0%}  " + "  ".join(f"{n} {v:.3f}" for n, v in mean.items()),
                    f"{process_time() - start:.1f} s",
                    flush=True,
                )


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]] or [SHARED / name for name in ("zewail", "aan", "hep-th")])
