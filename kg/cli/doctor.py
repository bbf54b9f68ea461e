"""kg doctor."""

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
    json: JsonOption = False,
) -> None:
    """Check what kg needs: Python, packages, folders, keys, graphs and a browser; nothing is changed.

    Exits with 0 where nothing is broken; warnings are not.

    Example: kg doctor

    Example: kg doctor --graph my-field
    """
    from kg.library.doctor import doctor as check

    found = check(graph, progress=lambda step: say(f"... {step}"))
    print_answer(found, json=json)
    found.raise_if_broken()
