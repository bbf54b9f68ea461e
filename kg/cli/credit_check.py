"""Ask: credit-check."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, NotesOption, app
from kg.cli.printing import print_answer, print_notes, say, tell
from kg.text import counted


@app.command("credit-check", rich_help_panel="Ask")
def credit_check(
    bibliography: Annotated[
        Path, Argument(metavar="FILE", help="Your bibliography: BibTeX, CSL-JSON, RIS, an article, a list of ids.")
    ],
    top: Annotated[int, Option(min=1, help="How many works to list.")] = 10,
    older_than: Annotated[
        int | None, Option(metavar="YEAR", help="Limit to works dated before this year, such as 2009.")
    ] = None,
    kind: Annotated[str | None, Option("--as", help="Read the file as article, bibtex, csl, ids ...")] = None,
    bibtex: Annotated[
        Path | None,
        Option(metavar="OUT", help="Write the works listed to this file as BibTeX; - prints it instead of the table."),
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite an existing file.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    notes: NotesOption = False,
    json: JsonOption = False,
) -> None:
    """Which works does a bibliography build on without citing them? The likeliest omissions first, each with a path.

    Example: kg credit-check my.bib --older-than 2009 --bibtex missing.bib

    These works are ancestors, by citations, of the works it cites. Where enough is known, kg says which were forgotten.
    """
    from kg.cli.write_file import written
    from kg.graph.folder import Workspace
    from kg.library.credit_check import credit_check as find

    space = Workspace.open(graph).as_of(as_of)
    found = find(space, bibliography, top=top, older_than=older_than, kind=kind)
    if bibtex == Path("-") and not json:
        tell(found.bibtex, end="")
        print_notes(found.notes, all_=notes)
        return
    if bibtex and bibtex != Path("-"):
        with written(bibtex, force=force) as target:
            target.write_text(found.bibtex, encoding="utf-8")
        say(f"wrote {bibtex}: {counted(len(found.omissions), 'entry', 'entries')}")
    print_answer(found, json=json, notes=notes)
