"""kg main-path."""

from typing import Annotated

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import print_json, print_table, say, whole


@app.command("main-path", rich_help_panel="Measure")
def main_path(
    weights: Annotated[str, Option(help="spc, splc or spnp.")] = "spc",
    search: Annotated[str, Option(help="global, forward, backward or key-route.")] = "global",
    cycles: Annotated[str, Option(help="What is cyclic at one date: shrink, preprint or drop-same-date.")] = "shrink",
    routes: Annotated[int, Option(min=1, help="How many key routes.")] = 1,
    all_: Annotated[
        bool, Option("--all", help="List every citation with its count, not only those on the paths.")
    ] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """The chain of citations through which most of the history held here runs, counted exactly.

    Example: kg main-path --weights splc
    """
    from kg.analysis.main_path import main_path as find
    from kg.graph.folder import Workspace

    space = Workspace.open(graph)
    held = space.as_of(as_of).graph
    found = find(held, weights=weights, search=search, cycles=cycles, routes=routes)
    listed = found.citations if all_ else found.citations[found.citations["on_path"]]
    if json:
        print_json(vars(found) | {"citations": listed[["citing", "cited", "count"]].to_dict("records")})
        return
    works = held.works
    for path in found.paths[:3]:
        print_table(["year", "id", "title"], [(whole(works.at[w, "year"]), w, works.at[w, "title"]) for w in path])
        print()
    if len(found.paths) > 3:
        print(f"... and {len(found.paths) - 3} more main paths of the same weight (--json lists them)")
    if all_:
        columns = ["cited", "citing", "count"]
        print_table(columns, listed[columns].itertuples(index=False), right=["count"])
    known = f"{held.coverage() or 0:.0%} of the reference lists are known"
    say(*found.notes, f"{known}: the chain is that of the citations held")
    say(f"{found.total:,} paths in all; {len(found.altered)} citations altered (--json lists them)")
