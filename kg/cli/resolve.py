"""kg resolve."""

from typing import Annotated

from typer import Argument, Option

from kg.cli import GraphOption, JsonOption, app
from kg.cli.printing import print_answer


@app.command(rich_help_panel="Build")
def resolve(
    reference: Annotated[
        str | None,
        Argument(metavar="[REFERENCE", help="Words of the one reference to decide about.", show_default=False),
    ] = None,
    work: Annotated[
        str | None,
        Argument(
            metavar="WORK]",
            help='The work it means: a work of the graph, an identifier, or "none".',
            show_default=False,
        ),
    ] = None,
    review: Annotated[bool, Option("--review", help="Show only uncertain matches.")] = False,
    all_: Annotated[bool, Option("--all", help="Include resolved references.")] = False,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Show how references were matched, and correct the doubtful ones.

    A decision is written to overrides.csv in the graph's folder and takes precedence, now and in later ingests.

    Example: kg resolve --review --graph my-field

    Example: kg resolve "sequential network design" "Todd 1988" --graph my-field
    """
    from kg.errors import InputError
    from kg.library.resolve import resolve as ask

    if reference is None:
        print_answer(ask(graph=graph, review=review, all_references=all_), json=json)
    elif work is None:
        raise InputError(f"no work was given for {reference!r}", 'name a work, an identifier, or "none"')
    else:
        print_answer(ask(reference, work, graph=graph), json=json)
