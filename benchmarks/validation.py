"""Planted truth: how well forgotten works are found, and how often intervals hold, when reference lists are lost.

`python benchmarks/validation.py [--seeds N] [--calibrate]` prints what stands in docs/metrics.md. Fields are simulated
(kg/analysis/simulate.py) with seeds from 1000 on; tests use others. `--calibrate` fits the inflation on seeds from 9000 on.
"""

import argparse
import time

import numpy as np
import pandas as pd

from kg.analysis.coverage import coverage_since
from kg.analysis.criteria import criteria
from kg.analysis.intervals import INFLATION, count_interval, sampled, spreads
from kg.analysis.ranking import SIGNED, measures
from kg.analysis.scores import Floats
from kg.analysis.simulate import KINDS, Field, lose, simulate
from kg.analysis.uncredited_return import untraced_excess
from kg.graph import CitationGraph

LOSSES = (0.0, 0.1, 0.3, 0.5)
ASKED = {KINDS[0]: "late", KINDS[1]: "wake_gap", KINDS[2]: "uncredited_return"}
TRIED = 400
SIZE = {"start": 18, "references": 12}


def scores(field: Field, graph: CitationGraph) -> list[dict[str, object]]:
    """For each kind: precision of its first 20 and AUROC by its own criterion, nulls last."""
    found = criteria(graph)
    kind = pd.Series(field.planted).reindex(found.table.index).fillna("")
    rows = []
    found.percent["paths held"] = untraced_excess(graph)
    found.table["paths held"] = found.percent["paths held"]
    for planted, criterion in [*ASKED.items(), (KINDS[2], "paths held")]:
        score = found.percent[criterion] if criterion in found.percent else pd.Series(np.nan, found.table.index)
        value = found.table["beauty_cp"] if criterion == "late" else found.table[criterion]
        score = score.fillna(-1) + 1e-6 * value.rank(pct=True).fillna(0)  # within a percentile by the value itself
        for among, part in (("planted and decoys", kind != ""), ("the whole field", kind.notna())):
            is_it, s = (kind == planted)[part], score[part]
            top = s.sort_values(ascending=False, kind="stable").index[:20]
            ranks = s.rank()
            hits = int(is_it.sum())
            auroc = (ranks[is_it].sum() - hits * (hits + 1) / 2) / (hits * (len(s) - hits))
            rows.append(
                {
                    "kind": planted + (" (tried: paths held)" if criterion == "paths held" else ""),
                    "among": among,
                    "p20": float(is_it[top].mean()),
                    "auroc": float(auroc),
                    "measured": int((found.percent[criterion].notna() & (kind == planted)).sum())
                    if criterion in found.percent
                    else 0,
                }
            )
    return rows


def covered(
    truth: CitationGraph, graph: CitationGraph, seed: int, inflations: tuple[float, ...]
) -> list[dict[str, object]]:
    """How often 90 % intervals hold the whole graph's figure, by measure and inflation; and their median width (in logs)."""
    works = sampled(graph, TRIED, seed)
    whole, held = measures(truth, works), measures(graph, works)
    citations, kappa = graph.citers.counts(), coverage_since(graph)
    low, high = count_interval(citations[works], kappa[works])
    real = truth.citers.counts()[works]
    rows = [row("citations_held", 1.0, real, low, high, signed=False)]
    spread = spreads(graph, lambda g: measures(g, works), signed=SIGNED, seed=seed)
    for name, value in held.items():
        some = works[~np.isnan(value[works]) & ~np.isnan(whole[name][works])]
        for factor in inflations:
            low, high = spread[name].interval(value[some], citations[some], inflation=factor)
            rows.append(row(name, factor, whole[name][some], low, high, signed=name in SIGNED))
    return rows


def row(name: str, inflation: float, real: Floats, low: Floats, high: Floats, *, signed: bool) -> dict[str, object]:
    """One line of coverage."""
    eps = 1e-9
    width = high - low if signed else np.log1p(high) - np.log1p(low)
    return {
        "measure": name,
        "inflation": inflation,
        "works": len(real),
        "covered": float(((low <= real + eps) & (real <= high + eps)).mean()),
        "width": float(np.median(width)),
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--calibrate", action="store_true")
    asked = parser.parse_args()
    first, inflations = (9000, (1.0, 1.2, 1.4, 1.6, 2.0)) if asked.calibrate else (1000, (1.0, INFLATION))
    found, held = [], []
    start = time.perf_counter()
    for seed in range(first, first + asked.seeds):
        field = simulate(seed, **SIZE)
        for how in ("random", "age"):
            for loss in LOSSES:
                if loss == 0 and how == "age":
                    continue
                graph = field.graph if loss == 0 else lose(field.graph, loss, seed=seed, by_age=how == "age")
                if not asked.calibrate:
                    found += [{"loss": loss, "how": how, "seed": seed} | r for r in scores(field, graph)]
                if loss:
                    held += [
                        {"loss": loss, "how": how, "seed": seed} | r
                        for r in covered(field.graph, graph, seed, inflations)
                    ]
                print(f"  seed {seed}, {loss:.0%} lost ({how}): {time.perf_counter() - start:.0f} s", flush=True)
    print(f"{asked.seeds} fields of about {len(field.graph):,} works, {field.graph.m:,} citations")
    if found:
        table = pd.DataFrame(found).groupby(["among", "kind", "how", "loss"])[["p20", "auroc", "measured"]]
        print(table.mean().round(2).join(table.sem()["auroc"].rename("se").round(3)).to_string())
    table = pd.DataFrame(held).groupby(["measure", "inflation", "how", "loss"])
    print(table[["covered", "width"]].mean().round(3).join(table["covered"].sem().rename("se").round(3)).to_string())
    print(pd.DataFrame(held).groupby(["measure", "inflation"])[["covered", "width"]].mean().round(3).to_string())


if __name__ == "__main__":
    main()
