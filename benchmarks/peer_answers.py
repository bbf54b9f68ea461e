"""Answers of one peer to the conformance vectors; run by conformance.py in the peer's own environment, without kg.

`python peer_answers.py PEER < vectors.json` prints {"version": ..., "answers": {"metric: name": answer}}. An answer has the
form of the vector's `expected`; {"not offered": why} where the peer has no such thing, {"fails": error} where it raises.
"""

import json
import sys
from collections.abc import Callable
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

Vector = dict[str, Any]
WINDOWS = {"5y": 1826, "1826d": 1826, "731d": 731, "1095d": 1095, "1096d": 1096, "1460d": 1460}


class NotOffered(Exception):
    """The peer has no such metric, or not with these options."""


def networkx(vector: Vector) -> Any:
    """Networkx on a DiGraph with edges citing -> cited."""
    import networkx as nx

    metric, options, expected = vector["metric"], vector["options"], vector["expected"]
    g = nx.DiGraph(map(tuple, _citations(vector)))
    if metric == "pagerank":
        return _some(nx.pagerank(g, alpha=options["alpha"], tol=1e-16, max_iter=10_000), expected)
    if metric == "hits":
        hubs, authorities = nx.hits(g, tol=1e-15, max_iter=10_000)
        return {w: {"value": authorities[w], "hub": hubs[w]} for w in expected}
    if metric == "betweenness":
        return _some(nx.betweenness_centrality(g, normalized=False), expected)
    if metric == "citations_held":
        return _some(dict(g.in_degree()), expected)
    if metric == "disruption":
        _plain_disruption(vector)
        for work, day in _days(vector).items():
            if work in g:
                g.nodes[work]["time"] = date.fromordinal(day)
        span = timedelta(days=WINDOWS[options["window"]])
        return _columns(vector, lambda work: {"value": nx.cd_index(g, work, time_delta=span)})
    if metric == "dominators":
        flow, old, new = g.reverse(), options["old"], options["new"]
        chain, at = [], nx.immediate_dominators(flow, old)
        step = at[new]
        while step != old:
            chain.insert(0, step)
            step = at[step]
        return {"dominators": chain, "independent": len(list(nx.node_disjoint_paths(flow, old, new)))}
    raise NotOffered


def igraph(vector: Vector) -> Any:
    """Igraph on a directed Graph with edges citing -> cited."""
    import igraph as ig

    metric, options, expected = vector["metric"], vector["options"], vector["expected"]
    g = ig.Graph.TupleList(map(tuple, _citations(vector)), directed=True)
    names = g.vs["name"]

    def named(values: list[float]) -> dict[str, float]:
        return dict(zip(names, values, strict=True))

    if metric == "pagerank":
        return _some(named(g.pagerank(damping=options["alpha"])), expected)
    if metric == "hits":
        both = [named([x / sum(score) for x in score]) for score in (g.authority_score(), g.hub_score())]
        return {w: {"value": both[0][w], "hub": both[1][w]} for w in expected}
    if metric == "betweenness":
        return _some(named(g.betweenness()), expected)
    if metric == "citations_held":
        return _some(named(g.indegree()), expected)
    if metric in {"co_citation", "coupling"}:
        rows = []
        for work in options["works"]:
            counts = (g.cocitation if metric == "co_citation" else g.bibcoupling)(vertices=[work])[0]
            related = sorted((-int(n), other) for other, n in zip(names, counts, strict=True) if n)
            rows += [[work, other, -n] for n, other in related]
        return {"rows": rows}
    if metric == "dominators":
        at, old, new = g.dominator(options["old"], mode="in"), names.index(options["old"]), names.index(options["new"])
        chain, step = [], at[new]
        while step != old:
            chain.insert(0, names[step])
            step = at[step]
        return {"dominators": chain, "independent": g.vertex_disjoint_paths(new, old)}
    raise NotOffered


def cdindex(vector: Vector) -> Any:
    """cdindex, which takes times as whole numbers: here days."""
    import cdindex as peer

    _plain_disruption(vector)
    days, span = _days(vector), WINDOWS[vector["options"]["window"]]
    graph = peer.Graph()
    for work, day in days.items():
        graph.add_vertex(work, day)
    for citing, cited in _citations(vector):
        graph.add_edge(citing, cited)
    return _columns(vector, lambda work: {"value": graph.cdindex(work, span), "mcd": graph.mcdindex(work, span)})


def pyscisci(vector: Vector) -> Any:
    """pyscisci: disruption by years, beauty of a history, PageRank of a matrix."""
    import pandas as pd

    metric, expected = vector["metric"], vector["expected"]
    if metric == "beauty" and "history" in vector["input"]:
        from pyscisci.methods.sleepingbeauty import beauty_coefficient

        found = beauty_coefficient(pd.Series(vector["input"]["history"]["counts"], dtype=float))
        told = {"value": float(found["BeautyCoefficient"]), "awakening_year": 2000 + float(found["Awakening"])}
        return {key: told[key] for key in expected if key in told}
    if metric == "pagerank":
        import numpy as np
        from pyscisci.sparsenetworkutils import sparse_pagerank_scipy
        from scipy.sparse import csr_matrix

        names = sorted({work for pair in _citations(vector) for work in pair})
        rows = [[names.index(work) for work in pair] for pair in _citations(vector)]
        matrix = csr_matrix((np.ones(len(rows)), tuple(zip(*rows, strict=True))), shape=(len(names), len(names)))
        scores = sparse_pagerank_scipy(matrix, alpha=vector["options"]["alpha"], max_iter=10_000, tol=1e-14)
        return _some(dict(zip(names, map(float, scores), strict=True)), expected)
    if metric != "disruption":
        raise NotOffered
    from pyscisci.methods.disruption import disruption_index

    _plain_disruption(vector)
    if not vector["options"]["window"].endswith("y"):
        raise NotOffered("windows in years only")
    years = {work: date.fromordinal(day).year for work, day in _days(vector).items()}
    table = pd.DataFrame(
        [(a, b, years[a], years[b]) for a, b in _citations(vector)],
        columns=["CitingPublicationId", "CitedPublicationId", "CitingYear", "CitedYear"],
    )
    found = disruption_index(table, cite_window=[1, int(vector["options"]["window"][:-1])])
    scores = dict(zip(found["PublicationId"], found["DisruptionIndex"], strict=True))
    return _columns(vector, lambda work: {"value": scores.get(work)})


def pybibx(vector: Vector) -> Any:
    """pyBibX, handed its parsed network (whose reading is not what is compared)."""
    import pandas as pd
    from pybibx.base.pbx import pbx_probe

    metric, expected = vector["metric"], vector["expected"]
    peer = object.__new__(pbx_probe)
    if metric == "beauty" and "history" in vector["input"]:
        counts = vector["input"]["history"]["counts"]
        peer.dy = [2000, *(2000 + t for t, n in enumerate(counts) for _ in range(n)), 2000 + len(counts) - 1]
        peer.ref_id = [[], *([0] for n in counts for _ in range(n)), []]
        peer.u_ref_id = [0]
        found = peer.detect_sleeping_beauties(min_count=0)
        if not len(found):
            raise NotOffered("only works with B above 0")
        told = {"value": float(found.iloc[0]["B"]), "awakening_year": 2000 + float(found.iloc[0]["t_a"])}
        return {key: told[key] for key in expected if key in told}
    if metric not in {"disruption", "main_path"}:
        raise NotOffered
    names = sorted({work for pair in _citations(vector) for work in pair})
    years = {work: date.fromordinal(day).year for work, day in _days(vector).items()}
    if not years:  # it drops citations that do not go back in time: let time follow the citations
        years = _generations(vector)
    peer.data = pd.DataFrame({"year": [years[work] for work in names]})
    lists = [[names.index(b) for a, b in _citations(vector) if a == work] for work in names]
    peer._internal_reference_doc_ids = lambda: lists
    if metric == "main_path":
        if {"search", "cycles"} & set(vector["options"]) - {"weights"} and vector["options"].get("search") != "global":
            raise NotOffered
        found = peer.main_path_analysis(method=vector["options"].get("weights", "spc"))
        held = {(a, b): n for a, b, n in found["edge_weights"].itertuples(index=False)}
        told = {"paths": [[names[int(w)] for w in found["path"]]]}
        counted = [
            [a, b, held.get((str(names.index(a)), str(names.index(b))))] for a, b, _ in expected.get("counts", [])
        ]
        return {key: (told | {"counts": counted})[key] for key in expected if key in {"paths", "counts"}}
    _plain_disruption(vector)
    if vector["options"]["window"] != "5y":
        raise NotOffered("no windows")
    found = peer.disruption_index(min_future_citers=0).set_index("Paper ID")
    return _columns(
        vector,
        lambda work: {
            ours: float(found.loc[str(names.index(work)), theirs])
            for ours, theirs in (("value", "Disruption Index"), ("n_i", "N_i"), ("n_j", "N_j"), ("n_k", "N_k"))
        },
    )


def _citations(vector: Vector) -> list[list[str]]:
    if "citations" not in vector["input"]:
        raise NotOffered
    return vector["input"]["citations"]


def _days(vector: Vector) -> dict[str, int]:
    """The day of each dated work; a year stands for its first day."""
    given = vector["input"]
    days = {work: date.fromisoformat(day).toordinal() for work, day in given.get("dates", {}).items()}
    return days | {work: date(year, 1, 1).toordinal() for work, year in given.get("years", {}).items()}


def _generations(vector: Vector) -> dict[str, int]:
    import networkx as nx

    flow = nx.DiGraph((b, a) for a, b in _citations(vector))
    if not nx.is_directed_acyclic_graph(flow):
        return dict.fromkeys(flow, 2000)
    return {work: 2000 + k for k, works in enumerate(nx.topological_generations(flow)) for work in works}


def _plain_disruption(vector: Vector) -> None:
    if vector["metric"] != "disruption" or vector["options"].get("variant") or vector["options"].get("min_shared"):
        raise NotOffered


def _some(values: dict[str, float], expected: dict[str, Any]) -> dict[str, float]:
    return {work: values[work] for work in expected}


def _columns(vector: Vector, of: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """The columns a vector asks for that the peer has; "value" alone where it asks for a bare number."""
    answer: dict[str, Any] = {}
    for work, wanted in vector["expected"].items():
        told = of(work)
        answer[work] = {key: told[key] for key in wanted if key in told} if isinstance(wanted, dict) else told["value"]
    return answer


def main() -> None:
    """Answer every vector on standard input."""
    peer = {"networkx": networkx, "igraph": igraph, "cdindex": cdindex, "pyscisci": pyscisci, "pybibx": pybibx}[
        sys.argv[1]
    ]
    answers: dict[str, Any] = {}
    for vector in json.load(sys.stdin):
        key = f"{vector['metric']}: {vector['name']}"
        try:
            answers[key] = peer(vector)
        except NotOffered as reason:
            answers[key] = {"not offered": str(reason)}
        except Exception as error:  # noqa: BLE001  (whatever a peer raises is its answer)
            answers[key] = {"fails": f"{type(error).__name__}: {error}"}
    print(json.dumps({"version": version(sys.argv[1]), "answers": answers}, default=float))


if __name__ == "__main__":
    main()
