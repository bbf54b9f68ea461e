"""kg map, kg report."""

from pathlib import Path
from shlex import quote
from typing import Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import print_json, say
from kg.cli.works import ask_work


@app.command("map", rich_help_panel="Draw")
def map_(
    out: Annotated[Path, Argument(metavar="OUT", help="The HTML file to write: one file, complete, for any browser.")],
    focus: Annotated[str | None, Option(metavar="WORK", help="Draw the works around this one.")] = None,
    hops: Annotated[int | None, Option(min=1, help="How many citations away from --focus; 1 if not given.")] = None,
    path: Annotated[
        tuple[str, str] | None,
        Option("--path", metavar="OLD NEW", help="Draw the shortest influence path as one strong line."),
    ] = None,
    metric: Annotated[str, Option(help="Choose and size the works by this metric.")] = "citations_held",
    limit: Annotated[
        int | None, Option(min=1, help="How many works to draw at first, besides path and seeds; 80 if not given.")
    ] = None,
    lanes: Annotated[str | None, Option(help="Lanes by concept, by community, or none.")] = None,
    colour: Annotated[str | None, Option(help="Colour by era, class, community or concept.")] = None,
    main: Annotated[
        bool | None, Option("--main-path/--no-main-path", help="Draw the main path as a river; in small graphs it is.")
    ] = None,
    returns: Annotated[
        bool | None,
        Option(
            "--returns/--no-returns",
            help="Join works by a dashed curve whose subject came back without a citation path; in small graphs it is.",
        ),
    ] = None,
    down: Annotated[bool, Option("--down", help="Years from top to bottom instead of left to right.")] = False,
    title: Annotated[str, Option(help="The page's heading.")] = "",
    force: Annotated[bool, Option("--force", help="Overwrite a file that is there.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Draw an interactive citation map: years left to right, one offline HTML file.

    More works than are drawn at first are in the file: lanes grow, and search and paths bring works in. A large graph
    opens as communities.

    Example: kg map map.html --path "Todd 1989" "A Hierarchical Latent Vector Model"

    Example: kg map todd.html --focus "Todd 1989" --hops 2
    """
    from kg.analysis.paths.query import shortest_paths
    from kg.cli.write_file import written
    from kg.errors import InputError, NothingFound
    from kg.graph.folder import Workspace
    from kg.output.map.page import render_map
    from kg.output.map.view import map_view

    if hops and not focus:
        raise InputError("--hops goes with --focus", 'for example --focus "Todd 1989" --hops 2')
    space = Workspace.open(graph).as_of(as_of)
    paths: tuple[tuple[int, ...], ...] = ()
    if path:
        old, new = (ask_work(space, text) for text in path)
        paths = shortest_paths(space.arrays, space.number(old), space.number(new)).paths
        if not paths:
            hint = f"`kg path {quote(old.id)} {quote(new.id)}{space.provenance.options}` says what was searched"
            raise NothingFound(f"no path from {old.id} to {new.id} to draw", hint)
    view = map_view(
        space.graph,
        focus=ask_work(space, focus).id if focus else None,
        hops=hops or 1,
        paths=paths,
        metric=metric,
        limit=limit,
        lanes=lanes,
        colour=colour,
        rivers=main,
        returns=returns,
        down=down,
        title=title,
    )
    with written(out, force=force) as target:
        target.write_text(render_map(view), encoding="utf-8")
    drawn = view.graph.subset(view.drawn or ())
    works, citations = len(drawn), drawn.m
    if json:
        said = {"map": str(out), "works": works, "citations": citations, "path": list(view.path)}
        dashed = [{"old": r.old, "new": r.new, "decided": r.decided} for r in view.returns]
        print_json(said | {"returns": dashed, "as_of": as_of})
    else:
        shown = f"{works} of {view.total_works:,} works, {citations} citations"
        say(f"wrote {out}: {shown}; open it in a browser")


@app.command(rich_help_panel="Draw")
def report(
    out: Annotated[Path, Argument(metavar="OUT", help="The HTML file to write: one file, complete, for any browser.")],
    title: Annotated[str, Option(help="The page's heading.")] = "",
    force: Annotated[bool, Option("--force", help="Overwrite a file that is there.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Write the journey report: the story of a graph in figures, tables and words, one offline HTML file.

    Every figure in it leads to the command that gives it again.

    Example: kg report report.html
    """
    from kg.cli.write_file import written
    from kg.graph.folder import Workspace
    from kg.output.report.page import render_report
    from kg.output.report.report import report_content

    space = Workspace.open(graph).as_of(as_of)
    told = report_content(space.graph, title)
    with written(out, force=force) as target:
        target.write_text(render_report(told), encoding="utf-8")
    chapters = [chapter.title for chapter in told.chapters]
    if json:
        print_json({"report": str(out), "chapters": chapters, "lines": told.lines, "as_of": as_of})
    else:
        say(
            f"wrote {out}: {len(chapters)} chapters, {len(told.lines)} commands that give its figures again; open it in a browser"
        )
