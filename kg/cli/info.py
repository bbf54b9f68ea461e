"""kg info."""

from typing import Annotated

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import print_answer, print_json


@app.command(rich_help_panel="Keep")
def info(
    communities: Annotated[
        bool,
        Option(
            "--communities",
            help="Detect communities, report how stable they are, and which works of one year are a population.",
        ),
    ] = False,
    seed: Annotated[int, Option(help="Start the detection of communities from this random seed.")] = 0,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Show what is in a graph, how much of it is known, and where it comes from.

    Example: kg info --graph my-field

    Example: kg info --communities
    """
    from kg.graph.folder import Workspace
    from kg.library.info import info as ask

    space = Workspace.open(graph).as_of(as_of)
    facts = ask(space)
    if not communities:
        print_answer(facts, json=json)
        return
    from kg.library.overviews import Overviews

    division = Overviews(space).communities(seed=seed)
    if json:
        print_json(facts.as_dict() | {"communities": division.as_dict()})
    else:
        print_answer(facts, json=False)
        print_answer(division, json=False, notes=True)
