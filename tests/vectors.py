"""The conformance vectors of tests/conformance: read them, build their graphs, answer them with kg.

A vector has `name`, `metric`, `input`, `options`, `expected`, `source` and, where not 1e-12, `tolerance`. The input is a
graph (`citations` as [citing, cited] pairs, and where given `years`, `dates`, `reported_references`,
`reported_citations`, `outcomes`, `titles`, `concepts`, `works`, `closed`) or a `history` (`counts`: citations of one work by year; `made`: all
references made by year). Numbers may be written as text, as fractions or beyond 64 bits; null is no value.
"""

import inspect
import json
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome
from kg.plugins import RESULTS, imported, load

FOLDER = Path(__file__).with_name("conformance")
TOLERANCE = 1e-12
FIRST = 2000  # the first year of a history


def read_vectors() -> list[dict[str, Any]]:
    """Every vector of every file."""
    return [vector for path in sorted(FOLDER.glob("*.json")) for vector in json.loads(path.read_text(encoding="utf-8"))]


def vectors_of(metric: str) -> list[dict[str, Any]]:
    """The vectors of a metric; those of another package's metric are in `vectors/NAME.json` beside its module."""
    beside = Path(inspect.getfile(inspect.unwrap(load("metric", metric)))).parent / "vectors" / f"{metric}.json"
    theirs = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else []
    return [vector for vector in [*read_vectors(), *theirs] if vector["metric"] == metric]


def graph_of(given: dict[str, Any]) -> CitationGraph:
    """The graph of a vector's input; a history becomes the citations of a work "F", other references go to "O"."""
    if "history" in given:
        counts, made = given["history"]["counts"], given["history"].get("made") or given["history"]["counts"]
        citations, years = [], {"F": FIRST, "O": FIRST}
        for t, (count, all_) in enumerate(zip(counts, made, strict=True)):
            citing = [f"x{t}-{k}" for k in range(all_)]
            citations += [(work, "F" if k < count else "O") for k, work in enumerate(citing)]
            years |= dict.fromkeys(citing, FIRST + t)
        return CitationGraph.from_edges(citations, years=years | {"last": FIRST + len(counts) - 1})
    outcomes = {work: Outcome(code) for work, code in given.get("outcomes", {}).items()}
    rest = {key: value for key, value in given.items() if key not in {"citations", "outcomes"}}
    return CitationGraph.from_edges(map(tuple, given["citations"]), outcomes=outcomes or None, **rest)


def answer(vector: dict[str, Any]) -> dict[str, Any]:
    """What kg gives for a vector, in the form of its `expected`."""
    graph, metric, options = graph_of(vector["input"]), vector["metric"], vector["options"]
    expected = vector["expected"]
    if metric == "dominators":
        from kg.analysis.paths.independent import independent_paths

        found = independent_paths(graph.arrays, *(graph.number(options[end]) for end in ("old", "new")))
        return {"dominators": [graph.ids[w] for w in found.dominators], "independent": len(found.paths)}
    result = (imported(RESULTS[metric][1]) if metric in RESULTS else load("metric", metric))(graph, **options)
    if metric == "rpys":
        return {column: result.table[column].tolist() for column in expected}
    if metric == "main_path":
        held = {(b, a): n for a, b, n in result.citations.iloc[:, :3].itertuples(index=False)}
        given = {"paths": result.paths, "total": result.total}
        return given | {"counts": [[a, b, held[a, b]] for a, b, _ in expected.get("counts", [])]}
    if metric in {"co_citation", "coupling"}:
        return {"rows": result.table[["work", "other", "count"]].to_numpy().tolist()}
    if "history" in vector["input"]:
        return result.table.loc["F"].to_dict()
    columns = {id_: wanted if isinstance(wanted, dict) else {"value": wanted} for id_, wanted in expected.items()}
    return {
        id_: {column: result.table.at[id_, column] for column in wanted}
        if isinstance(expected[id_], dict)
        else result[id_]
        for id_, wanted in columns.items()
    }


def differences(expected: Any, given: Any, tolerance: float, where: str = "") -> Iterator[str]:
    """Where an answer is not the one expected, in words; nothing where it is."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            yield from differences(
                value, given.get(key) if isinstance(given, dict) else None, tolerance, f"{where} {key}"
            )
    elif isinstance(expected, list):
        if not isinstance(given, list | tuple) or len(given) != len(expected):
            yield f"{where}: {given} for {expected}"
        else:
            for k, (one, other) in enumerate(zip(expected, given, strict=True)):
                yield from differences(one, other, tolerance, f"{where}[{k}]")
    elif not _same(expected, given, tolerance):
        yield f"{where}: {given} for {expected}"


def _same(expected: Any, given: Any, tolerance: float) -> bool:
    given = given.item() if hasattr(given, "item") else given  # numpy's numbers are no Python ones
    none = given is None or (isinstance(given, float) and math.isnan(given))
    if expected is None or none:
        return expected is None and none
    try:
        number = Fraction(expected) if isinstance(expected, str | int) else Fraction(float(expected))
        return (
            abs(Fraction(given) - number) <= Fraction(tolerance) * max(1, abs(number))
            if number
            else abs(given) <= tolerance
        )
    except (ValueError, TypeError):
        return bool(expected == given)
