"""kg map, kg report."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, OpenOption, app
from kg.cli.completion import metrics, works
from kg.cli.printing import print_json, say, working
from kg.cli.works import ask_work
from kg.text import counted


@app.command("map", rich_help_panel="Draw")
def map_(
    out: Annotated[Path, Argument(metavar="OUT", help="The HTML file to write: one file, complete, for any browser.")],
    focus: Annotated[
        str | None, Option(metavar="WORK", help="Draw the works around this one.", autocompletion=works)
    ] = None,
    hops: Annotated[
        int | None, Option(min=1, help="Draw works up to this many citations away from --focus (default: 1).")
    ] = None,
    path: Annotated[
        tuple[str, str] | None,
        Option(
            "--path",
            metavar="OLD NEW",
            help="Draw the shortest influence path as one strong line.",
            autocompletion=works,
        ),
    ] = None,
    metric: Annotated[
        str, Option(help="Choose and size the works by this metric.", autocompletion=metrics)
    ] = "citations_held",
    limit: Annotated[
        int | None, Option(min=1, help="Draw at most this many works at first, besides path and seeds (default: 80).")
    ] = None,
    lanes: Annotated[str | None, Option(help="Put works into lanes by concept, by community, or none.")] = None,
    colour: Annotated[str | None, Option(help="Colour works by era, class, community or concept.")] = None,
    main: Annotated[
        bool | None,
        Option("--main-path/--no-main-path", help="Draw the main path as a river (default for small graphs)."),
    ] = None,
    returns: Annotated[
        bool | None,
        Option(
            "--returns/--no-returns",
            help="Draw dashed curves between works on the same topic with no citation path (default for small graphs).",
        ),
    ] = None,
    down: Annotated[bool, Option("--down", help="Draw years from top to bottom instead of left to right.")] = False,
    title: Annotated[str, Option(help="Give the page this heading.")] = "",
    open_: OpenOption = False,
    force: Annotated[bool, Option("--force", help="Overwrite an existing file.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Draw an interactive citation map: years left to right, one offline HTML file.

    More works than are drawn at first are in the file: lanes grow, and search and paths bring works in. A large graph
    opens as communities.

    Example: kg map map.html --path "Todd 1989" "A Hierarchical Latent Vector Model"

    Example: kg map todd-map.html --focus "Todd 1989" --hops 2
    """
    from kg.cli.write_file import check_page, write_page
    from kg.graph.folder import Workspace
    from kg.library.pages import Pages

    check_page(out, force=force)
    space = Workspace.open(graph).as_of(as_of)
    around = ask_work(space, focus) if focus else None
    ends = (ask_work(space, path[0]), ask_work(space, path[1])) if path else None
    with working("drawing the map"):
        page = Pages(space).map(
            focus=around,
            hops=hops,
            path=ends,
            metric=metric,
            limit=limit,
            lanes=lanes,
            colour=colour,
            main_path=main,
            returns=returns,
            down=down,
            title=title,
        )
    write_page(out, page, force=force, open_=open_)
    view = page.view
    drawn = view.graph.subset(view.drawn or ())
    if json:
        said = {"map": str(out), "works": len(drawn), "citations": drawn.m, "path": list(view.path)}
        dashed = [{"old": r.old, "new": r.new, "decided": r.decided} for r in view.about.returns]
        print_json(said | {"returns": dashed, "as_of": as_of})
    else:
        shown = f"{len(drawn):,} of {counted(view.total_works, 'work')}, {counted(drawn.m, 'citation')}"
        say(f"wrote {out}: {shown}")


@app.command(rich_help_panel="Draw")
def report(
    out: Annotated[Path, Argument(metavar="OUT", help="The HTML file to write: one file, complete, for any browser.")],
    title: Annotated[str, Option(help="Give the page this heading.")] = "",
    open_: OpenOption = False,
    force: Annotated[bool, Option("--force", help="Overwrite an existing file.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Write the report: the story of a graph in figures, tables and words, one offline HTML file.

    Every figure in it leads to the command that gives it again.

    Example: kg report report.html
    """
    from kg.cli.write_file import check_page, write_page
    from kg.library.graph import open_graph
    from kg.output.report.page import render_report
    from kg.output.report.report import report_content

    check_page(out, force=force)
    held = open_graph(graph, as_of=as_of)
    with working("measuring the graph and writing the report"):
        content = report_content(held, title)
        page = render_report(content)
    write_page(out, page, force=force, open_=open_)
    chapters = [chapter.title for chapter in content.chapters]
    if json:
        print_json({"report": str(out), "chapters": chapters, "lines": content.lines, "as_of": as_of})
    else:
        commands = f"{counted(len(content.lines), 'command')} to reproduce its figures"
        say(f"wrote {out}: {counted(len(chapters), 'chapter')}, {commands}")
