"""kg rpys."""

from typing import Annotated

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, NotesOption, app
from kg.cli.printing import print_answer


@app.command(rich_help_panel="Measure")
def rpys(
    edge: Annotated[
        str, Option(help="Count years beyond the range of cited years as zero, or truncate the median's window there.")
    ] = "zero",
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    notes: NotesOption = False,
    json: JsonOption = False,
) -> None:
    """Show the years the cited works come from, and which stand out from the years around them.

    Example: kg rpys --edge truncate
    """
    from kg.library.graph import open_graph

    print_answer(open_graph(graph, as_of=as_of).rpys(edge=edge), json=json, notes=notes)
