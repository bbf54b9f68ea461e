"""Measure: claims."""

from typing import Annotated

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, NotesOption, app
from kg.cli.printing import print_answer


@app.command(rich_help_panel="Measure")
def claims(
    earlier: Annotated[str | None, Option(help="The earlier era, by name or years (default: the first).")] = None,
    later: Annotated[str | None, Option(help="The later era, by name or years (default: the last).")] = None,
    top: Annotated[int, Option(min=0, help="How many works of each list to print.")] = 10,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    notes: NotesOption = False,
    json: JsonOption = False,
) -> None:
    """What the later era is known to owe to the earlier one, then a verdict on each claim of the article, with its numbers.

    Example: kg claims

    Example: kg claims --earlier 1988-1999 --later 2015-
    """
    from kg.graph.folder import Workspace
    from kg.library.claims import claims as find

    found = find(Workspace.open(graph).as_of(as_of), earlier, later, top=top)
    print_answer(found, json=json, notes=notes)
