"""How many works `kg forgotten` gives a class: by percentiles alone, as it once did, and by tests against chance.

`python benchmarks/classes.py` (some ten minutes) asks shared graphs, the same with their citations dealt anew within years of
citing and cited works (tests/simulate.py), and simulated fields with and without planted works; it writes the table of
docs/metrics.md. In a rewired graph no work carries more later work than chance gives it.
"""

import argparse
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from backtest import read
from simulate import SIZE, rewired, simulate

from kg.analysis.base.cohort import cohort_percentiles
from kg.analysis.base.rank_sums import NAMED
from kg.analysis.forgotten.criteria import Criteria, criteria
from kg.analysis.forgotten.nulls import CLASSES
from kg.analysis.metrics.beauty_cp import beauty_cp
from kg.analysis.metrics.uncredited_return import uncredited_return
from kg.graph.citation_graph import CitationGraph

GRAPHS = ("zewail", "aan", "hep-th", "scientometrics", "som-kohonen", "small-griffith", "statisticians-jijin")
SEEDS = (5, 6)
PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
BEGIN, END = "<!-- classes: written by benchmarks/classes.py -->", "<!-- end of classes -->"


def by_percentiles(graph: CitationGraph, found: Criteria) -> pd.DataFrame:
    """Which works were of each class when a place in the top tenth made one, with a p of single citations or returns."""
    at, by = found.table, found.percent.reindex(columns=["late", "wake_gap", "uncredited_return"])
    some = (at["wake"].notna() & (graph.years > 0)).to_numpy()
    citations = pd.Series(np.nan, at.index)
    if some.any():
        citations[some] = cohort_percentiles(
            graph.citers.counts()[some], graph.years[some].astype(np.int64), found.group[some]
        )
    little = at["beauty"].isna() & (at["beauty_cp"] > 0) & (beauty_cp(graph).table["p"] <= 0.05)
    late = ((at["awakening_year"] - at["year"]) >= 5) | little
    returned = (at["uncredited_return"] > 0) & (uncredited_return(graph).table["p_pairs"] <= 0.05)
    rules = (
        (by["late"] >= 0.9) & late,
        (by["wake_gap"] >= 0.9) & (citations <= 0.5),
        (by["uncredited_return"] >= 0.9) & returned,
    )
    return pd.DataFrame({name: rule & found.enters for name, rule in zip(CLASSES, rules, strict=True)})


def row(name: str, graph: CitationGraph, planted: dict[str, str] | None = None) -> str:
    """A line of the table; of a field with planted works also how many of those named are."""
    found = criteria(graph)
    before, now = by_percentiles(graph, found), found.q <= NAMED
    kind = pd.Series(planted or {}, dtype=object).reindex(found.table.index)
    cells = [name, f"{int(found.enters.sum()):,}", f"{int(found.table['p_late'].notna().sum()):,}"]
    cells += [" → ".join(_count(which[of], kind == of, bool(planted)) for which in (before, now)) for of in CLASSES]
    print(cells, flush=True)
    return "| " + " | ".join(cells) + " |"


def _count(which: "pd.Series[bool]", planted: "pd.Series[bool]", some: bool) -> str:
    return f"{int(which.sum())}" + (f" ({int((which & planted).sum())})" if some and which.any() else "")


def main() -> None:
    """Ask every graph and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    data = parser.parse_args().data
    lines = ["| graph | ranked | tested | sleepers | hidden ancestors | uncredited precursors |", "|" + " --- |" * 6]
    for name in GRAPHS:
        graph = read(data / name)
        lines += [row(name, graph)] + ([row(f"{name}, rewired", rewired(graph, seed=1))] if name != "hep-th" else [])
    for seed in SEEDS:
        field = simulate(seed, **SIZE)
        lines.append(row(f"simulated field {seed}, of 20 planted each", field.graph, dict(field.planted)))
        with patch("simulate._plant", lambda *_: {}):
            lines.append(row(f"simulated field {seed}, nothing planted", simulate(seed, **SIZE).graph))
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    table = "\n".join(lines)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
