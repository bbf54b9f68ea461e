"""Planted truth: how well forgotten works are found when reference lists are lost.

`python benchmarks/validation.py [--fields N]` prints what stands in docs/metrics.md. Fields are simulated
(tests/simulate.py) with seeds from 1000 on; tests use others.
"""

import argparse
import time

import numpy as np
import pandas as pd
from simulate import KINDS, SIZE, Field, lose, simulate
from simulate import LOSSES as WAYS

from kg.analysis.base.reachability import CREDITED, credit
from kg.analysis.base.related import related_pairs
from kg.analysis.forgotten.criteria import criteria
from kg.analysis.metrics.uncredited_return import ENOUGH, control_rates
from kg.analysis.scores import Floats
from kg.graph.citation_graph import CitationGraph

LOSSES = (0.1, 0.3, 0.5)
ASKED = {KINDS[0]: "late", KINDS[1]: "wake_gap", KINDS[2]: "uncredited_return"}


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


def untraced_excess(graph: CitationGraph) -> Floats:
    """The excess of pairs without a *held* path over their controls, undecidable pairs counted as without one.

    It says nothing of any one pair, but where lists are lost evenly, pairs and controls lose paths alike, so it can still
    tell works apart where nothing is decidable.
    """
    old, new, _ = related_pairs(graph, years=10)
    without = credit(graph, old, new) != CREDITED
    rate = control_rates(graph, old, new, without)
    some = ~np.isnan(rate)
    pairs, lost, expected = (np.bincount(old[some], weight, len(graph)) for weight in (None, without[some], rate[some]))
    with np.errstate(invalid="ignore"):
        return np.where(pairs >= ENOUGH, (lost - expected) / pairs, np.nan)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fields", type=int, default=4, help="fields to try")
    found, start = [], time.perf_counter()
    for seed in range(1000, 1000 + parser.parse_args().fields):
        field = simulate(seed, **SIZE)
        for how, loss in [("random", 0.0), *((how, loss) for how in WAYS for loss in LOSSES)]:
            graph = lose(field.graph, loss, seed=seed, how=how) if loss else field.graph
            found += [{"loss": loss, "how": how} | r for r in scores(field, graph)]
        size = f"{len(field.graph):,} works, {field.graph.m:,} citations"
        print(f"  seed {seed}, {size}: {time.perf_counter() - start:.0f} s", flush=True)
    table = pd.DataFrame(found).groupby(["among", "kind", "how", "loss"])[["p20", "measured", "auroc"]]
    errors = table.sem()[["p20", "auroc"]].add_suffix(" se").round(3)
    print(table.mean().round(2).join(errors).to_string())


if __name__ == "__main__":
    main()
