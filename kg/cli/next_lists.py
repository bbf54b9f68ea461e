"""Ask: next."""

from typing import TYPE_CHECKING, Annotated

from typer import Option

from kg.cli import GraphOption, JsonOption, NotesOption, app
from kg.cli.completion import works
from kg.cli.printing import print_answer, print_json
from kg.cli.works import WORK_HELP, ask_work

if TYPE_CHECKING:
    from kg.graph.folder import Workspace
    from kg.library.next_lists import Next


@app.command("next", rich_help_panel="Ask")
def next_(
    top: Annotated[int, Option(min=1, help="How many reference lists to name.")] = 20,
    work: Annotated[
        str | None,
        Option(
            metavar="WORK", help=f"Ask about one work, not those of the first era. {WORK_HELP}", autocompletion=works
        ),
    ] = None,
    population: Annotated[
        str | None,
        Option(metavar="NAME", help="Take the works of this population as the later ones; `kg info` lists them."),
    ] = None,
    era: Annotated[
        str | None,
        Option(
            help="Take the works of this era as the later ones, by name or years (default: the last era; else all works)."
        ),
    ] = None,
    fetch: Annotated[
        bool, Option("--fetch", help="Fetch these lists from Semantic Scholar into the graph, then ask again.")
    ] = False,
    limit_requests: Annotated[
        int,
        Option(min=0, metavar="N", help="--fetch: send at most N requests; run the same command again to continue."),
    ] = 100,
    s2_url: Annotated[
        str | None, Option(envvar="KG_S2_URL", help="--fetch: use another server than api.semanticscholar.org.")
    ] = None,
    graph: GraphOption = None,
    notes: NotesOption = False,
    json: JsonOption = False,
) -> None:
    """Show which of the missing reference lists would change most of what is said about earlier works.

    Of each list: the pairs of an earlier and a later work without a known path that run through it, how many of them it is
    expected to give a path, and by how much the intervals of `kg rank standing` would narrow.

    Example: kg next

    Example: kg next --work "Todd 1989" --top 5
    """
    from kg.cli.path_fetch import check_own, fetch_missing, not_fetched
    from kg.errors import PartialResult
    from kg.graph.folder import Workspace
    from kg.library.next_lists import next_ as find

    if fetch:
        check_own(graph)
    space = Workspace.open(graph)
    meant = ask_work(space, work).id if work else None

    def ask(space: "Workspace") -> "Next":
        return find(space, work=meant, population=population, era=era, top=top)

    answer, fetched = ask(space), None
    if fetch and graph:
        ids = [row.id for row in answer.works]
        answer, fetched = fetch_missing(graph, answer, ask, lambda _: ids, limit_requests=limit_requests, url=s2_url)
    if json and fetched:
        print_json(answer.as_dict() | {"fetched": fetched})
    else:
        print_answer(answer, json=json, notes=notes)
    if fetched and (missed := not_fetched(fetched)):
        raise PartialResult(missed, "run the same command again to continue")
