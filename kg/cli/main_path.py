"""kg main-path."""

from typing import Annotated

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, NotesOption, app
from kg.cli.printing import print_answer


@app.command("main-path", rich_help_panel="Measure")
def main_path(
    weights: Annotated[str, Option(help="Count paths through a citation as spc, splc or spnp.")] = "spc",
    search: Annotated[str, Option(help="Search the path by global, forward, backward or key-route.")] = "global",
    cycles: Annotated[
        str, Option(help="Treat cycles among works of one date by shrink, preprint or drop-same-date.")
    ] = "shrink",
    routes: Annotated[int, Option(min=1, help="Take this many key routes (with --search key-route).")] = 1,
    all_: Annotated[
        bool, Option("--all", help="List every citation with its count, not only those on the paths.")
    ] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    notes: NotesOption = False,
    json: JsonOption = False,
) -> None:
    """Show the chain of citations through which most of this graph's history runs, counted exactly.

    Example: kg main-path --weights splc
    """
    from kg.library.graph import open_graph

    held = open_graph(graph, as_of=as_of)
    found = held.main_path(weights=weights, search=search, cycles=cycles, routes=routes, all_citations=all_)
    print_answer(found, json=json, notes=notes)
