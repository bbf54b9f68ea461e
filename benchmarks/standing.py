"""Masking: how well a few known reference lists tell which works later works cite.

`python benchmarks/standing.py` writes the table of docs/metrics.md; with folders (edges.csv.gz and nodes.csv.gz) it prints
theirs instead. Works are split into earlier and later by year; of the later works all reference lists but 6 or 10 % are
hidden (at random, by first author, by topic), and what `standing` says of the earlier works is held against the truth. Lists
hidden by topic are tried twice: with the topics as clusters, and as if nobody knew them (clusters by author, or none).
"""

import sys
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
from backtest import SHARED, read
from numpy.typing import NDArray
from scipy.stats import rankdata

from kg.analysis.base.citing_shares import CitingShares, citing_shares, enough, near
from kg.analysis.base.known_lists import known_lists
from kg.analysis.communities import communities
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

GRAPHS = ("zewail", "aan", "hep-th", "scientometrics", "som-kohonen", "small-griffith")
SHARES = (0.06, 0.10)
DRAWS = 6
UNNAMED = "topic, unnamed"
PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
BEGIN, END = "<!-- masking: written by benchmarks/standing.py -->", "<!-- end of masking -->"
#: column -> the figures shown in it; the second one in brackets
COLUMNS = {
    "interval": ("interval",),
    "of unseen": ("unseen",),
    "rank interval": ("rank",),
    "AUROC (of k)": ("auroc", "auroc k"),
    "1 in 50": ("0.020", "0.020 wrong"),
    "1 in 100": ("0.010", "0.010 wrong"),
    "not among the best": ("not top", "not top wrong"),
    "well known": ("top", "top wrong"),
}


def missed(row: dict[str, Any], column: str) -> bool:
    """Whether an aim is missed; where nothing was decided, nothing was wrong."""
    first, second = (*(row[key] for key in COLUMNS[column]), 0.0)[:2]
    many = row["graph"] in ("hep-th", "aan")
    met = {
        "interval": first >= 0.80 if "topic" in row["how"] else 0.85 <= first <= 0.95,
        "rank interval": first >= 0.85,
        "AUROC (of k)": first >= second - 0.0005,
        "1 in 50": first >= 0.8 and not second > 0.02,
        "1 in 100": not many or (first >= 0.8 and not second > 0.02),
        "not among the best": first >= 2 / 3 and not second > 0.05,
        "well known": not second > 0.1,
    }
    return not met.get(column, True)


def labels_of(
    graph: CitationGraph, folder: Path, later: NDArray[np.int64], how: str, share: float
) -> NDArray[np.int64]:
    """The cluster of each work: itself, its first author or its topic.

    Topics are communities, as fine as needed for lists of five topics at least to stay known: the five largest hold no more.
    """
    if how in ("topic", UNNAMED):
        resolution = 1.0
        while True:
            table = communities(graph, resolution=resolution, seeds=1).table
            topic = table["community"].reindex(graph.ids).to_numpy(np.int64)
            if np.sort(np.bincount(topic[later]))[-5:].sum() <= share * len(later):
                return topic
            resolution *= 2
    nodes = pd.read_csv(folder / "nodes.csv.gz", dtype=str).set_index("id")
    column = next((c for c in ("first_author", "authors") if c in nodes), None)
    if how == "author" and column is not None:
        first = nodes[column].fillna("").str.partition(";")[0].str.strip().reindex(graph.ids)
        first = first.where(first != "", pd.Series(graph.ids, graph.ids))
        return np.unique(first.to_numpy(str), return_inverse=True)[1]
    return np.arange(len(graph))


def kept(
    later: NDArray[np.int64], cluster: NDArray[np.int64], share: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """The later works whose lists stay known: whole clusters in random order until there are enough, at least 20."""
    names = np.unique(cluster[later])
    rng.shuffle(names)
    order = np.argsort(np.argsort(names)[np.searchsorted(np.sort(names), cluster[later])], kind="stable")
    return later[order[: max(int(share * len(later)), 20)]]


def score(found: CitingShares, truth: NDArray[np.float64], years: NDArray[np.int64]) -> dict[str, float]:
    """How what is said fits the truth, among works seen."""
    seen = found.k > 0
    row: dict[str, float] = {}
    inside = (truth >= found.low - 1e-9) & (truth <= found.high + 1e-9)
    row["interval"] = inside[seen].mean()
    row["unseen"] = inside[~seen].mean() if (~seen).any() else np.nan
    place, tops = true_ranks(truth, years, seen)
    row["rank"] = ((place >= found.rank_low - 1e-9) & (place <= found.rank_high + 1e-9))[seen].mean()
    row["auroc"] = auroc(found.top_tenth[seen] + 1e-6 * found.value[seen], tops[seen])
    row["auroc k"] = auroc(found.k[seen].astype(float), tops[seen])
    for t, p in found.under.items():
        decided = (p >= 0.95) | (p <= 0.05)
        wrong = ((p >= 0.95) & (truth >= t)) | ((p <= 0.05) & (truth < t))
        row[f"{t:.3f}"] = decided[seen].mean()
        row[f"{t:.3f} wrong"] = wrong[seen & decided].mean() if (seen & decided).any() else np.nan
    decided = seen & (found.top_tenth <= 0.1)
    row["not top"] = decided.sum() / seen.sum()
    row["not top wrong"] = tops[decided].mean() if decided.any() else np.nan
    well = seen & (found.top_tenth >= 0.9)
    row["top"] = well.sum()
    row["top wrong"] = (~tops[well]).sum()
    return row


def auroc(value: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """How often a positive stands above another, ties counted half."""
    n = positive.sum()
    if not n or n == len(positive):
        return np.nan
    return float((rankdata(value)[positive].sum() - n * (n + 1) / 2) / (n * (len(positive) - n)))


def true_ranks(
    truth: NDArray[np.float64], years: NDArray[np.int64], seen: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The true rank of each work among the works seen of near years, and whether it is in their top tenth."""
    place, tops = np.zeros(len(truth), np.int64), np.zeros(len(truth), np.bool_)
    for year in np.unique(years):
        among = np.sort(truth[near(seen, years, year)])
        own = years == year
        place[own] = 1 + len(among) - np.searchsorted(among, truth[own], "right")
        tops[own] = place[own] <= max(len(among) // 10, 1)
    return place, tops


def measured(folder: Path) -> pd.DataFrame:
    """A row for each way of hiding and share known."""
    graph = read(folder)
    dated = np.flatnonzero(graph.years != UNDATED)
    split = int(np.quantile(graph.years[dated], 0.5))
    later = np.flatnonzero((graph.years > split) & (graph.references.counts() > 0))
    everything = known_lists(graph, np.arange(len(graph)), len(later), later, np.arange(len(graph)))
    asked = np.flatnonzero((graph.years != UNDATED) & (graph.years <= split) & (everything.citing > 0))
    truth, years = everything.citing[asked] / len(later), graph.years[asked].astype(np.int64)
    lines = []
    authors = labels_of(graph, folder, later, "author", 1)
    for how in ("random", "author", "topic", UNNAMED):
        if how == "author" and len(np.unique(authors)) == len(graph):
            continue  # no authors are known
        for share in SHARES:
            cluster, rows, start = labels_of(graph, folder, later, how, share), [], process_time()
            for draw in range(DRAWS):
                known = kept(later, cluster, share, np.random.default_rng(1000 + draw))
                lists = known_lists(graph, asked, len(later), known, authors if how == UNNAMED else cluster)
                if enough(lists):
                    found = citing_shares(lists, years, topical=how == "topic")
                    rows.append(score(found, truth, years) | {"clusters": len(lists.sizes), "lists": lists.known})
            mean = pd.DataFrame(rows).mean()
            mean["top wrong"] = mean["top wrong"] / mean["top"] if mean["top"] else np.nan
            lines.append({"graph": folder.name, "works": len(asked), "how": how, "share": share} | mean.to_dict())
            print(f"{folder.name} {how} {share:.0%}: {process_time() - start:.0f} s", file=sys.stderr, flush=True)
    return pd.DataFrame(lines)


def table(lines: pd.DataFrame) -> str:
    """The table in Markdown; bold where an aim is missed."""
    heads = ["graph", "lists hidden", "known", *COLUMNS]
    rows = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for row in lines.to_dict("records"):
        cells = [row["graph"], row["how"], f"{row['share']:.0%}: {row['lists']:.0f} of {row['clusters']:.0f} clusters"]
        for name, shown in COLUMNS.items():
            first = f"{row['top']:.1f} works" if name == "well known" else short(row[shown[0]])
            cell = first + (f" ({short(row[shown[1]])})" if len(shown) > 1 else "")
            cells.append(f"**{cell}**" if missed(row, name) else cell)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def short(figure: float) -> str:
    """A share without its zero.

    Examples
    --------
    >>> short(0.923), short(0.0)
    ('.923', '.000')
    """
    return "–" if np.isnan(figure) else f"{figure:.3f}".removeprefix("0")


def main() -> None:
    """Write the table, or print that of some folders."""
    folders = [Path(word) for word in sys.argv[1:]]
    made = table(pd.concat([measured(folder) for folder in folders or [SHARED / name for name in GRAPHS]]))
    if folders:
        print(made)
        return
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
