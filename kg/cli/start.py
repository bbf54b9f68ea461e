"""kg start."""

from typing import Annotated

from typer import Argument, Option

from kg.cli import JsonOption, app
from kg.cli.completion import graphs, sources
from kg.cli.printing import print_answer


@app.command(rich_help_panel="Build")
def start(
    input_: Annotated[
        str,
        Argument(
            metavar="INPUT", help="A file (article, bibliography, list of DOIs ...), a DOI, an arXiv id, or a title."
        ),
    ],
    graph: Annotated[
        str | None,
        Option(
            "--graph",
            "-g",
            help="Build this graph or add to it: a name under ./graphs, or a folder (default: named after the input).",
            autocompletion=graphs,
        ),
    ] = None,
    from_: Annotated[
        str, Option("--from", help="Ask these sources, as for `kg ingest`.", autocompletion=sources)
    ] = "auto",
    budget: Annotated[
        float, Option(min=1, metavar="SECONDS", help="Ask each service for so long at most; run again to continue.")
    ] = 120,
    offline: Annotated[
        bool, Option("--offline", help="Ask no service: use the input and the bundled graph alone.")
    ] = False,
    open_: Annotated[bool, Option("--open/--no-open", help="Open map and report in the browser.")] = True,
    json: JsonOption = False,
) -> None:
    """Begin here: from one input to a graph of your own, its map, its report, and what they say.

    Example: kg start my.bib

    Example: kg start 10.1109/icnn.1988.23933

    Map and report (up to 75,000 works) are written into the graph's folder. Run it again to go on where services gave up.
    """
    from kg.cli.crawl_progress import CrawlProgress
    from kg.cli.write_file import open_page
    from kg.library.start import start as run

    with CrawlProgress() as progress:
        story = run(input_, graph=graph, from_=from_, budget=budget, offline=offline, progress=progress)
    print_answer(story, json=json)
    if open_ and not json:
        for page in reversed(story.files):
            open_page(page)
    story.raise_if_incomplete()
