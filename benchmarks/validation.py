"""Planted truth: how well forgotten works are found, and how often intervals hold, when reference lists are lost.

`python benchmarks/validation.py [--seeds N] [--minutes M] [--calibrate]` prints what stands in docs/metrics.md. Fields are simulated
(kg/analysis/simulate.py) with seeds from 1000 on; tests use others. `--calibrate` fits the inflation on seeds from 9000 on.
"""

import argparse
import time

import numpy as np
import pandas as pd

from kg.analysis.coverage import citing_coverage, known_citations
from kg.analysis.criteria import criteria
from kg.analysis.intervals import INFLATION, count_interval, sampled, spreads
from kg.analysis.ranking import SIGNED, measures
from kg.analysis.scores import Floats
from kg.analysis.simulate import KINDS, Field, lose, simulate
from kg.analysis.simulate import LOSSES as WAYS
from kg.analysis.uncredited_return import untraced_excess
from kg.graph import CitationGraph

LOSSES = (0.1, 0.3, 0.5)
ASKED = {KINDS[0]: "late", KINDS[1]: "wake_gap", KINDS[2]: "uncredited_return"}
TRIED = 400
SIZE = {"start": 18, "references": 12}


def scores(field: Field, graph: CitationGraph) -> list[dict[str, object]]:
    """For each kind: precision of its first 20, how many of 20 have its own criterion, and AUROC among works that have it."""
    found = criteria(graph)
    kind = pd.Series(field.planted).reindex(found.table.index).fillna("")
    rows = []
    found.percent["paths held"] = untraced_excess(graph)
    found.table["paths held"] = found.percent["paths held"]
    for planted, criterion in [*ASKED.items(), (KINDS[2], "paths held")]:
        score = found.percent[criterion] if criterion in found.percent else pd.Series(np.nan, found.table.index)
        value = found.table["beauty_cp"] if criterion == "late" else found.table[criterion]
        score = score + 1e-6 * value.rank(pct=True).fillna(0)  # within a percentile by the value itself
        for among, part in (("planted and decoys", kind != ""), ("the whole field", kind.notna())):
            s = score[part & score.notna()]
            is_it = kind[s.index] == planted
            top = s.sort_values(ascending=False, kind="stable").index[:20]
            hits = int(is_it.sum())
            pairs = hits * (len(s) - hits)
            above = s.rank()[is_it].sum() - hits * (hits + 1) / 2
            rows.append(
                {
                    "kind": planted + (" (tried: paths held)" if criterion == "paths held" else ""),
                    "among": among,
                    "p20": int(is_it[top].sum()) / 20,
                    "measured": hits,
                    "auroc": above / pairs if pairs else float("nan"),
                }
            )
    return rows


def covered(truth: CitationGraph, graph: CitationGraph, seed: int, inflations: tuple[float, ...]) -> pd.DataFrame:
    """For works of a graph with losses whether 90 % intervals hold the whole graph's figure, and their width (in logs)."""
    works = sampled(graph, TRIED, seed)
    whole, held = measures(truth, works), measures(graph, works)
    citations, kappa = graph.citers.counts(), citing_coverage(graph)
    low, high = count_interval(citations[works], kappa[works], known=known_citations(graph)[works])
    about = pd.DataFrame({"kappa": kappa, "citations": citations, "year": graph.years})
    real = truth.citers.counts()[works]
    rows = [held_in(about.loc[works], "citations_held", 1.0, real, low, high, signed=False)]
    spread = spreads(graph, lambda g: measures(g, works), signed=SIGNED, seed=seed)
    for name, value in held.items():
        some = works[~np.isnan(value[works]) & ~np.isnan(whole[name][works])]
        if not len(spread[name].loss):
            continue  # nothing left to compare with: no interval
        for factor in inflations:
            low, high = spread[name].interval(value[some], citations[some], inflation=factor)
            rows.append(held_in(about.loc[some], name, factor, whole[name][some], low, high, signed=name in SIGNED))
    return pd.concat(rows)


def held_in(
    about: pd.DataFrame, name: str, inflation: float, real: Floats, low: Floats, high: Floats, *, signed: bool
) -> pd.DataFrame:
    """One line for each work."""
    eps = 1e-9
    width = high - low if signed else np.log1p(high) - np.log1p(low)
    told = {
        "measure": name,
        "inflation": inflation,
        "covered": (low <= real + eps) & (real <= high + eps),
        "width": width,
    }
    return about.assign(**told)


def told(held: pd.DataFrame, by: list[str]) -> str:
    """Coverage (mean over fields, its standard error), works a field, and median width, by these columns."""
    field = held.groupby([*by, "seed"], observed=True)["covered"].agg(["mean", "size"]).groupby(by, observed=True)
    table = pd.DataFrame({"covered": field["mean"].mean(), "se": field["mean"].sem(), "works": field["size"].mean()})
    table["width"] = held.groupby(by, observed=True)["width"].median()
    return table.round({"covered": 3, "se": 3, "works": 0, "width": 2}).to_string()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=4, help="fields to try")
    parser.add_argument("--minutes", type=float, default=np.inf, help="begin no field after these")
    parser.add_argument("--calibrate", action="store_true")
    asked = parser.parse_args()
    first, inflations = (9000, (1.0, 1.2, 1.4, 1.6, 2.0)) if asked.calibrate else (1000, (1.0, INFLATION))
    found, lines = [], []
    start, fields = time.perf_counter(), 0
    for seed in range(first, first + asked.seeds):
        if time.perf_counter() - start > 60 * asked.minutes:
            break
        field, fields = simulate(seed, **SIZE), fields + 1
        for how, loss in [("random", 0.0), *((how, loss) for how in WAYS for loss in LOSSES)]:
            graph = lose(field.graph, loss, seed=seed, how=how) if loss else field.graph
            here = {"loss": loss, "how": how, "seed": seed}
            if not asked.calibrate:
                found += [here | r for r in scores(field, graph)]
            if loss:
                lines.append(covered(field.graph, graph, seed, inflations).assign(**here))
        print(f"  seed {seed}: {time.perf_counter() - start:.0f} s", flush=True)
    print(f"{fields} fields, the last of {len(field.graph):,} works, {field.graph.m:,} citations")
    if found:
        table = pd.DataFrame(found).groupby(["among", "kind", "how", "loss"])[["p20", "measured", "auroc"]]
        print(table.mean().round(2).join(table.sem()["auroc"].rename("se").round(3)).to_string())
    held = pd.concat(lines, ignore_index=True)
    held["by kappa"] = pd.cut(held["kappa"], [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1], include_lowest=True)
    held["by citations"] = pd.cut(held["citations"], [0, 2, 5, 10, 20, 50, np.inf], include_lowest=True)
    held["by year"] = 10 * (held["year"] // 10)
    print(told(held, ["measure", "inflation"]))
    if asked.calibrate:
        return
    held = held[(held["measure"] == "citations_held") | (held["inflation"] == INFLATION)]
    print(told(held, ["measure", "how", "loss"]))
    whole_lists = held[held["how"] != "single"]
    for stratum in ("by kappa", "by citations", "by year"):
        print(told(whole_lists, ["measure", stratum]))


if __name__ == "__main__":
    main()
