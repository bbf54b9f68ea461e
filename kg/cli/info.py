"""kg info."""

from collections import Counter
from dataclasses import asdict
from typing import Annotated, Any

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import print_json, print_table, tell
from kg.model import Outcome

_FAILED = """SELECT w.id, r.list, coalesce((SELECT s.reason FROM skipped s WHERE s.place IN (
    SELECT w.id || ' ' || r.list UNION SELECT i.value || ' ' || r.list FROM identifier i WHERE i.work = w.n)
    ORDER BY s.rowid DESC LIMIT 1), '') FROM retrieval r JOIN work w ON w.n = r.work WHERE r.outcome = ? ORDER BY w.n"""
_REFERENCES = "SELECT status, count(*) FROM resolution GROUP BY status"
_SOURCES = "SELECT s.name, count(*) FROM citation c JOIN source s ON s.n = c.source GROUP BY s.n ORDER BY s.name"


@app.command(rich_help_panel="Keep")
def info(
    communities: Annotated[
        bool, Option("--communities", help="Also divide the works into communities, and tell how firm these are.")
    ] = False,
    seed: Annotated[int, Option(help="The seed of the communities.")] = 0,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """What a graph holds, how much of it is known, and where it comes from.

    Example: kg info --graph my-field

    Example: kg info --communities
    """
    from kg.graph.folder import Workspace

    space = Workspace.open(graph).as_of(as_of)
    facts = _facts(space)
    if communities:
        facts["communities"] = _communities(space.graph, seed)
    if json:
        print_json(facts)
        return
    first, last = facts["years"] or ("?", "?")
    when = "" if as_of is None else f" as of the end of {as_of}"
    print(f"{facts['graph']}, revision {facts['revision']}{when}")
    print(f"{facts['works']:,} works of {first} to {last}, {facts['stubs']} of them stubs, {facts['seeds']} seeds")
    print(f"{facts['citations']:,} citations, {facts['duplicates']:,} more listed twice by their source")
    print(f"{facts['loops']} loops, {facts['cyclic_parts']} cyclic parts, {facts['backward']} citations of later works")
    if facts["coverage"] is not None:
        known = f"{facts['coverage']:.1%} of the reference lists are known"
        print(f"coverage: {known}; a work not cited here may be cited elsewhere")
    print_table(["reference lists", "works"], facts["outcomes"].items(), right=["works"])
    sources = sorted(facts["sources"].items(), key=lambda item: (-item[1], item[0]))
    shown = sources if len(sources) <= 8 else sources[:6]
    print_table(["source of citations", "citations"], shown, right=["citations"])
    if len(sources) > len(shown):
        print(f"... and {len(sources) - len(shown)} more sources (--json lists all)")
    if facts["agreement"]:
        columns = [
            "sources",
            "compared",
            "lists of both",
            "citations of both",
            "first only",
            "second only",
            "whole in both",
        ]
        print_table(columns, (pair.values() for pair in facts["agreement"][:6]), right=columns[2:])
    for failed in facts["failed"][:10]:
        tell(f"FAILED: {failed['list']} of {failed['work']}: {failed['reason']}")
    if len(facts["failed"]) > 10:
        print(f"... {len(facts['failed'])} lists failed in all (--json lists them)")
    if facts["credits"]:
        print(facts["credits"])
    if communities:
        found = facts["communities"]
        cells = [
            (g["works"], "-".join(map(str, g["years"] or [])), f"{g['stability']:.2f}", "; ".join(g["most_cited"]))
            for g in found["largest"]
        ]
        print_table(["works", "years", "stability", "most cited"], cells, right=["works"])
        print(
            f"{found['count']:,} communities in all, {found['single']:,} of one work; modularity {found['modularity']:.3f}"
        )
        print(f"agreement of {found['seeds']} seeds (adjusted Rand index): {found['stability']:.2f}")


def _communities(graph: Any, seed: int) -> dict[str, Any]:
    from kg.analysis.communities import communities as divide
    from kg.analysis.scores import plain
    from kg.graph.arrays import UNDATED

    found = divide(graph, seed=seed)
    table = found.table.assign(citations=graph.citers.counts(), year=graph.years)
    largest = []
    for _, part in list(table.groupby("community"))[:10]:
        dated = part["year"][part["year"] != UNDATED]
        first = part.sort_index().sort_values("citations", ascending=False, kind="stable")
        largest.append(
            {
                "works": len(part),
                "years": [int(dated.min()), int(dated.max())] if len(dated) else None,
                "stability": float(part["stability"].mean()),
                "most_cited": first.index[:3].tolist(),
            }
        )
    sizes = table["community"].value_counts()
    return {
        "count": len(sizes),
        "single": int((sizes == 1).sum()),
        "modularity": plain(found.modularity),
        "stability": plain(found.stability),
        "seeds": found.options["seeds"],
        "largest": largest,
        "members": {id_: int(c) for id_, c in found.table["community"].items()},
        "notes": found.notes,
    }


def _facts(space: Any) -> dict[str, Any]:
    from kg.graph.arrays import KNOWN, UNDATED
    from kg.graph.source_agreement import agreements

    store, index = space.store, space.arrays
    years = [y for y in index.years if y != UNDATED]
    works, lists = Counter(years), sum(code in KNOWN for code in index.outcomes)
    known = Counter(y for y, code in zip(index.years, index.outcomes, strict=True) if y != UNDATED and code in KNOWN)
    stubs, seeds = store.db.execute("SELECT coalesce(sum(stub), 0), coalesce(sum(seed), 0) FROM work").fetchone()
    undatable = store.until is not None  # lines left out and references looked up have no year
    return {
        "graph": store.name,
        "revision": store.revision,
        "as_of": store.until,
        "works": index.meta["works"],
        "citations": index.meta["citations"],
        "duplicates": index.meta["duplicates"],
        "stubs": stubs,
        "seeds": seeds,
        "years": [min(years), max(years)] if years else None,
        "undated": len(index) - len(years),
        "coverage": lists / len(index) if len(index) else None,
        "coverage_by_year": {str(year): known[year] / works[year] for year in sorted(works)},
        "outcomes": store.outcome_counts(),
        "sources": dict(store.db.execute(_SOURCES)),
        "agreement": [asdict(pair) for pair in agreements(store)],
        "failed": [
            {"work": work, "list": list_, "reason": reason}
            for work, list_, reason in store.db.execute(_FAILED, (str(Outcome.FAILED),))
        ],
        "credits": space.provenance.attribution,
        "loops": index.meta["loops"],
        "cyclic_parts": index.meta["cyclic_parts"],
        "backward": index.meta["backward"],
        "skipped": None if undatable else store.db.execute("SELECT count(*) FROM skipped").fetchone()[0],
        "references": None if undatable else dict(store.db.execute(_REFERENCES)),
    }
