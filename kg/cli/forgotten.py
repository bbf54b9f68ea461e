"""Measure: forgotten."""

from typing import Annotated

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, NotesOption, app
from kg.cli.printing import print_answer


@app.command(rich_help_panel="Measure")
def forgotten(
    era: Annotated[str | None, Option(help="Limit to works of an era: its name, or years such as 1988-2008.")] = None,
    since: Annotated[int | None, Option(help="Limit to works that awoke in or after this year.")] = None,
    class_: Annotated[
        str | None, Option("--class", help='Limit to "sleeper", "hidden ancestor" or "uncredited precursor".')
    ] = None,
    search: Annotated[
        str | None, Option(metavar="TEXT", help="Limit to works found by words of title, authors and year.")
    ] = None,
    top: Annotated[int, Option(min=0, help="How many works of each part to list.")] = 15,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    notes: NotesOption = False,
    json: JsonOption = False,
) -> None:
    """Which works were forgotten, where this data can tell, and where it cannot. `kg why WORK METRIC` shows each number's inputs.

    Example: kg forgotten --era connectionist
    """
    from kg.graph.folder import Workspace
    from kg.library.forgotten import forgotten as find

    found = find(Workspace.open(graph).as_of(as_of), era=era, since=since, class_=class_, search=search, top=top)
    print_answer(found, json=json, notes=notes)
