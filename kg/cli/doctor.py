"""kg doctor."""

from pathlib import Path
from typing import Annotated

from typer import Option

from kg.cli import JsonOption, app
from kg.cli.completion import graphs
from kg.cli.printing import print_answer, say


@app.command(rich_help_panel="Keep")
def doctor(
    graph: Annotated[
        str | None,
        Option(
            "--graph",
            "-g",
            envvar="KG_GRAPH",
            help="Check this graph alone: a name under ./graphs, or a folder (default: all under ./graphs, and the bundled one).",
            show_default=False,
            autocompletion=graphs,
        ),
    ] = None,
    live: Annotated[
        bool,
        Option(
            "--live",
            help="Also ask the services, one request for each thing that kg relies on there; the cost is told first.",
        ),
    ] = False,
    recordings: Annotated[
        Path | None,
        Option(
            metavar="FOLDER",
            help="With --live: write the answers, without keys and addresses, to this new folder (default: kg-doctor-TIME).",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check what kg needs: Python, packages, folders, keys, graphs and a browser.

    No graph of yours is changed; the bundled graph is built if it is missing.

    Exit code 0 unless something is broken; warnings do not count.

    Example: kg doctor

    Example: kg doctor --graph my-field

    Example: kg doctor --live
    """
    from kg.library.doctor import doctor as check

    found = check(graph, live=live, recordings=recordings, progress=lambda step: say(f"... {step}"))
    print_answer(found, json=json)
    found.raise_if_broken()
