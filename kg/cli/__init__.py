"""The command line: the app, its options and the one place where errors become a line and an exit code.

A command is one thin function in the file of its group; heavy packages are imported inside it.
"""

import atexit
import gc
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
import typer.core
from typer import Option

from kg import __version__
from kg.cli.completion import graphs
from kg.cli.foreign_errors import INTERRUPTED, explained
from kg.cli.streams import settle
from kg.errors import KgError
from kg.text import harmless


class _Group(typer.core.TyperGroup):
    """Turns what the interpreter, the system and SQLite raise into errors of our own, before typer makes something of it."""

    def invoke(self, ctx: Any) -> Any:
        with explained():
            return super().invoke(ctx)


app = typer.Typer(
    name="kg",
    cls=_Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A knowledge graph of works and citations: who influenced whom, what was forgotten, and how far the data can tell.",
    epilog="Without --graph, reading commands use the bundled graph: the history of neural networks for music.",
)

GraphOption = Annotated[
    str | None,
    Option(
        "--graph",
        "-g",
        envvar="KG_GRAPH",
        help="Use this graph: a name under ./graphs, or a folder (default: the bundled graph).",
        show_default=False,
        autocompletion=graphs,
    ),
]
AsOfOption = Annotated[
    int | None, Option("--as-of", metavar="YEAR", help="Use the graph as it stood at the end of this year.")
]
NotesOption = Annotated[bool, Option("--notes", help="Show all notes on how the answer was computed.")]
OpenOption = Annotated[bool, Option("--open", help="Open the page in the browser.")]
JsonOption = Annotated[bool, Option("--json", help="Print the whole answer as one JSON document.")]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"kg {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    del version, debug  # handled before any command runs


#: The commands of each module, in the order of --help; a module registers them on `app` when it is imported.
MODULES = {
    "start": ("start",),
    "ingest": ("ingest",),
    "demo": ("demo",),
    "resolve": ("resolve",),
    "search_show": ("search", "show"),
    "path": ("path",),
    "lineage": ("lineage",),
    "dossier": ("dossier",),
    "why": ("why",),
    "next_lists": ("next",),
    "credit_check": ("credit-check",),
    "metrics": ("metrics",),
    "rank": ("rank",),
    "forgotten": ("forgotten",),
    "claims": ("claims",),
    "main_path": ("main-path",),
    "rpys": ("rpys",),
    "map_report": ("map", "report"),
    "sparql_export": ("sparql", "export"),
    "serve": ("serve",),
    "corpus": ("corpus",),
    "info": ("info",),
    "snapshot": ("snapshot", "verify", "diff"),
    "doctor": ("doctor",),
}


def load(words: Sequence[str] = ()) -> typer.Typer:
    """The app with the command that the first of some words of a command line names, so that it starts at once.

    With all commands where they name none.
    """
    named = next((word for word in words if not word.startswith("-")), "")
    for module in [module for module, names in MODULES.items() if named in names] or MODULES:
        import_module(f"kg.cli.{module}")
    return app


def main() -> None:
    """Run the command line; every KgError ends as one line, a hint and its exit code."""
    gc.set_threshold(100_000, 50, 100)  # imports make many objects and no garbage: an eighth of the start of a command
    atexit.register(gc.freeze)  # nor is it worth while to look for garbage at the end
    warnings.formatwarning = lambda message, *_, **__: f"kg: {harmless(str(message))}\n"
    os.environ["PYTHONSAFEPATH"] = "1"  # what Python begins loads nothing from the folder it is in
    settle()
    # as Python was told; arguments and names of files are more than that
    if sys.getfilesystemencoding() == "ascii" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606  (the same command)
    try:
        with explained():
            try:
                load(sys.argv[1:])(prog_name="kg")
            finally:
                sys.stdout.flush()
    except BrokenPipeError:
        sys.exit(1)
    except KgError as error:
        if "--debug" in sys.argv:
            raise
        from kg.cli.printing import say

        say(f"kg: {error.message}")
        if error.hint:
            say(error.hint if "\n" in error.hint else f"    {error.hint}")
        if error.exit_code == INTERRUPTED:  # Python can crash at its end where threads still work, as `kg serve` has
            atexit._run_exitfuncs()  # noqa: SLF001  (os._exit does not)
            os._exit(INTERRUPTED)
        sys.exit(error.exit_code)
