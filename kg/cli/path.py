"""Ask: path."""

from typing import TYPE_CHECKING, Annotated, NoReturn

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, NotesOption, app
from kg.cli.completion import works
from kg.cli.printing import print_answer, print_json
from kg.cli.works import WORK_HELP, ask_end, ask_work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.cli.path_fetch import Fetched
    from kg.graph.folder import Workspace
    from kg.library.certificate import NoPath
    from kg.library.naming import EraEnd
    from kg.library.paths import Lines, Paths
    from kg.model import Work


@app.command(rich_help_panel="Ask")
def path(
    old: Annotated[
        str,
        Argument(
            metavar="OLD",
            help=f"The earlier work, or an era such as connectionist or 1988-2008. {WORK_HELP}",
            autocompletion=works,
        ),
    ],
    new: Annotated[str, Argument(metavar="NEW", help="The later work, or an era.", autocompletion=works)],
    k: Annotated[int, Option("-k", min=1, help="How many paths to show.")] = 1,
    by: Annotated[
        str,
        Option(
            metavar="ORDER",
            help="shortest; influential: strongest first, by how influential their citations are; "
            "diverse: with as few works in common as possible.",
        ),
    ] = "shortest",
    lines: Annotated[
        bool,
        Option(
            "--lines",
            help="Show all paths at once: vertex-disjoint paths, the works that every known path passes, and the exact "
            "number of paths.",
        ),
    ] = False,
    via: Annotated[
        list[str] | None,
        Option(metavar="WORK", help="A work every path must pass; can be given more than once.", autocompletion=works),
    ] = None,
    avoid: Annotated[
        list[str] | None,
        Option(metavar="WORK", help="A work no path may pass; can be given more than once.", autocompletion=works),
    ] = None,
    max_hops: Annotated[int | None, Option(min=1, help="Limit a path to this many citations.")] = None,
    era: Annotated[
        str | None, Option(help="Limit the works between to an era: its name, or years such as 1988-2008.")
    ] = None,
    as_of: AsOfOption = None,
    ignore_time: Annotated[bool, Option("--ignore-time", help="Follow citations whatever the years say.")] = False,
    fetch: Annotated[
        bool,
        Option(
            "--fetch", help="Fetch missing reference lists from Semantic Scholar into the graph, then search again."
        ),
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
    """How did OLD reach NEW? Influence paths along citations, or what is missing to say that there is none.

    Example: kg path "Todd 1989" "A Hierarchical Latent Vector Model" -k 3 --by diverse

    Example: kg path connectionist WaveNet --lines

    Every citation comes with its evidence: where it was read and how, and its sentence and intent where a source gives
    them. "No path" is said only if every reference list on the way is known.
    """
    from kg.errors import InputError
    from kg.graph.folder import Workspace
    from kg.library.paths import InfluencePaths

    if lines and (k != 1 or by != "shortest"):
        raise InputError("--lines covers all paths", "leave out -k and --by")
    if lines and (via or max_hops):
        raise InputError("--lines cannot be combined with --via or --max-hops", "leave them out")
    if fetch:
        from kg.cli.path_fetch import check_own

        check_own(graph)
    space = Workspace.open(graph)
    ends = [ask_end(space, text) for text in (old, new)]
    passed, avoided = ([ask_work(space, text).id for text in names or ()] for names in (via, avoid))
    named = [end if isinstance(end, str) else end.id for end in ends]

    def ask(space: "Workspace") -> "Paths | Lines":
        """Ask a graph, in which works may have other numbers than before."""
        questions = InfluencePaths(space)
        if lines:
            return questions.lines(*named, avoid=avoided, era=era, as_of=as_of, ignore_time=ignore_time)
        return questions.path(
            *named,
            k=k,
            by=by,
            via=passed,
            avoid=avoided,
            max_hops=max_hops,
            era=era,
            as_of=as_of,
            ignore_time=ignore_time,
        )

    answer, fetched = ask(space), None
    if fetch and graph and answer.certificate:
        from kg.cli.path_fetch import fetch_missing

        names = [*named, *passed, *avoided]
        answer, fetched = fetch_missing(graph, answer, ask, _missing, names, limit_requests=limit_requests, url=s2_url)
    if json and fetched:
        print_json(answer.as_dict() | {"fetched": fetched})
    elif json or not answer.certificate:
        print_answer(answer, json=json, notes=notes)
    if answer.certificate:
        refuse((answer.old, answer.new), answer.certificate, answer.notes, fetched)


def _missing(answer: "Paths | Lines") -> list[str]:
    return [work.id for work, _ in answer.certificate.missing()] if answer.certificate else []


def refuse(
    ends: "tuple[Work | EraEnd, Work | EraEnd]",
    certificate: "NoPath",
    notes: "Sequence[str]",
    fetched: "Fetched | None" = None,
) -> NoReturn:
    """Raise NothingFound with what a certificate says, or PartialResult where lists were not fetched whole."""
    from kg.errors import NothingFound, PartialResult

    verdict, hint = certificate.verdict(*ends), "\n".join(filter(None, (certificate.hint(), *notes)))
    if fetched:
        from kg.cli.path_fetch import not_fetched

        if missed := not_fetched(fetched):
            raise PartialResult(f"{verdict}; {missed}", hint)
    raise NothingFound(verdict, hint)
