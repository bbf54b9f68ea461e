"""Ask: dossier."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import print_json, say, tell
from kg.cli.works import WORK_HELP, ask_work


@app.command(rich_help_panel="Ask")
def dossier(
    work: Annotated[str, Argument(metavar="WORK", help=WORK_HELP)],
    out: Annotated[
        Path | None, Argument(metavar="[OUT]", help="Where to: a file named .html or .md. Without it, stdout, as text.")
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite a file that is there.")] = False,
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
    from kg.output.dossier.content import dossier as collect
    from kg.output.dossier.formats import to_html, to_markdown, to_text

    forms = {".html": to_html, ".htm": to_html, ".md": to_markdown}
    if out and out.suffix.lower() not in forms:
        raise InputError(f"{out} is neither .html nor .md", "name a file that ends so; without a file the page is text")
    space = Workspace.open(graph).as_of(as_of)
    meant = ask_work(space, work)
    if out:
        with written(out, force=force) as target:
            found = collect(space.graph, meant)
            target.write_text(forms[out.suffix.lower()](found), encoding="utf-8")
        say(f"wrote {out}")
    else:
        found = collect(space.graph, meant)
    if json:
        print_json(found.as_dict())
    elif not out:
        tell(to_text(found), end="")
