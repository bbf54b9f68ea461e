"""kg search, kg show."""

from typing import Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, NotesOption, app
from kg.cli.completion import works
from kg.cli.printing import print_answer, print_json
from kg.cli.works import WORK_HELP, ask_work
from kg.errors import NothingFound


@app.command(rich_help_panel="Ask")
def search(
    text: Annotated[
        str,
        Argument(metavar="[TEXT]", help="Words of titles and authors, a year, or an identifier.", show_default=False),
    ] = "",
    type_: Annotated[
        str | None,
        Option("--type", help="Limit to works of a type such as review, book or preprint.", show_default=False),
    ] = None,
    retracted: Annotated[bool, Option("--retracted", help="Limit to works that a source says are retracted.")] = False,
    era: Annotated[
        str | None, Option(help="Limit to works of an era, by name or years (1988-2008).", show_default=False)
    ] = None,
    concept: Annotated[
        str | None, Option(help="Limit to works on a task, architecture or representation.", show_default=False)
    ] = None,
    venue: Annotated[
        str | None, Option(help="Limit to works in venues whose name has these words.", show_default=False)
    ] = None,
    top: Annotated[int, Option(min=1, help="How many works to list.")] = 20,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Find works by title, authors, year or identifier.

    Example: kg search "todd 1989"

    Example: kg search --type review

    Example: kg search wavelet --era 1988-2008 --venue ISMIR
    """
    from kg.graph.folder import Workspace
    from kg.library.works import FoundWorks

    asked = FoundWorks(Workspace.open(graph).as_of(as_of))
    limits = {"era": era, "concept": concept, "venue": venue}
    hits = asked.search(text, type=type_, retracted=retracted, top=top, **limits)
    if json or hits:
        print_answer(hits, json=json)
    if not hits:
        when = f" among works dated up to {as_of}" if as_of is not None else ""
        if type_ or retracted:
            kind = " ".join(filter(None, ("retracted" if retracted else "", type_)))
            hint = "what no source says is unknown: lists fetched from OpenAlex or Crossref bring types and retractions"
            raise NothingFound(f"no work{f' that fits {text!r}' if text else ''} is known as {kind}{when}", hint)
        said = " and ".join(f"{name} {value!r}" for name, value in limits.items() if value)
        wanted = " and ".join(filter(None, (repr(text) if text.strip() or not said else "", said)))
        raise NothingFound(
            f"no work fits {wanted}{when}", "try fewer or other words" + (", or fewer limits" if said else "")
        )


@app.command(rich_help_panel="Ask")
def show(
    work: Annotated[str, Argument(metavar="WORK", help=WORK_HELP, autocompletion=works)],
    related: Annotated[
        str | None,
        Option(
            help="Add works cited together with it (co_citation) or citing the same works (coupling).",
            show_default=False,
        ),
    ] = None,
    top: Annotated[int, Option(min=1, help="How many related works to list.")] = 20,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    notes: NotesOption = False,
    json: JsonOption = False,
) -> None:
    """Show one work: what it is, what it cites, what cites it, and how much of that is known.

    Example: kg show WaveNet

    Example: kg show WaveNet --related co_citation
    """
    from kg.graph.folder import Workspace
    from kg.library.works import FoundWorks

    space = Workspace.open(graph).as_of(as_of)
    meant = ask_work(space, work)
    shown = FoundWorks(space).show(meant)
    if not related:
        print_answer(shown, json=json, notes=notes)
        return
    from kg.library.overviews import Overviews

    found = Overviews(space).related(meant, related, top=top)
    if json:
        print_json(shown.as_dict() | {"related": found.as_dict()})
        return
    print_answer(shown, json=False, notes=notes)
    print()
    print_answer(found, json=False, notes=notes)
