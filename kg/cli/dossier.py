"""Ask: dossier."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import print_answer, say
from kg.cli.works import WORK_HELP, ask_work


@app.command(rich_help_panel="Ask")
def dossier(
    work: Annotated[str, Argument(metavar="WORK", help=WORK_HELP)],
    out: Annotated[
        Path | None, Argument(metavar="[OUT]", help="Write to this file, named .html or .md (default: print as text).")
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite an existing file.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """One page on a work: history, numbers, returns, claims, paths to later works, and what is not known.

    Example: kg dossier "Todd 1989"

    Example: kg dossier "Todd 1989" todd.html

    Beside every number stands the command that shows what it is made of.
    """
    from kg.cli.write_file import written
    from kg.errors import InputError
    from kg.graph.folder import Workspace
    from kg.library.dossier import Dossier
    from kg.library.dossier import dossier as find

    forms = {".html": Dossier.to_html, ".htm": Dossier.to_html, ".md": Dossier.to_markdown}
    if out and out.suffix.lower() not in forms:
        raise InputError(f"{out} is neither .html nor .md", "name a file that ends so, or none to print text")
    space = Workspace.open(graph).as_of(as_of)
    meant = ask_work(space, work)
    if out:
        with written(out, force=force) as target:
            found = find(space, meant)
            target.write_text(forms[out.suffix.lower()](found), encoding="utf-8")
        say(f"wrote {out}")
    else:
        found = find(space, meant)
    if json or not out:
        print_answer(found, json=json)
