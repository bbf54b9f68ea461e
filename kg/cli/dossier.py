"""Ask: dossier."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, OpenOption, app
from kg.cli.completion import works
from kg.cli.printing import print_answer, say, working
from kg.cli.works import WORK_HELP, ask_work


@app.command(rich_help_panel="Ask")
def dossier(
    work: Annotated[str, Argument(metavar="WORK", help=WORK_HELP, autocompletion=works)],
    out: Annotated[
        Path | None, Argument(metavar="[OUT]", help="Write to this file, named .html or .md (default: print as text).")
    ] = None,
    open_: OpenOption = False,
    force: Annotated[bool, Option("--force", help="Overwrite an existing file.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """One page on a work: who cites it, history, numbers, returns, claims, paths to later works, and what is not known.

    Example: kg dossier "Todd 1989"

    Example: kg dossier "Todd 1989" todd.html

    Beside every number stands the command that shows what it is made of.
    """
    from kg.cli.write_file import check_page, write_page
    from kg.errors import InputError
    from kg.graph.folder import Workspace
    from kg.library.dossier import Dossier
    from kg.library.dossier import dossier as find

    forms = {".html": Dossier.to_html, ".htm": Dossier.to_html, ".md": Dossier.to_markdown}
    if out:
        check_page(out, force=force, endings=tuple(forms))
    elif open_:
        raise InputError("--open needs a file to write", "for example: kg dossier WORK page.html --open")
    space = Workspace.open(graph).as_of(as_of)
    meant = ask_work(space, work)
    with working("collecting what is known of the work"):
        found = find(space, meant)
    if out:
        write_page(out, forms[out.suffix.lower()](found), force=force, open_=open_)
        say(f"wrote {out}")
    if json or not out:
        print_answer(found, json=json)
