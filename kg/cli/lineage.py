"""Ask: lineage."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, NotesOption, app
from kg.cli.completion import works
from kg.cli.printing import print_answer, say
from kg.cli.works import WORK_HELP, ask_work

if TYPE_CHECKING:
    from kg.graph.folder import Workspace

_MOST_DRAWN = 400


@app.command(rich_help_panel="Ask")
def lineage(
    work: Annotated[str, Argument(metavar="WORK", help=WORK_HELP, autocompletion=works)],
    forward: Annotated[bool, Option("--forward/--back", help="Show descendants, or ancestors (default).")] = False,
    to: Annotated[
        str | None,
        Option(
            metavar="OTHER",
            help="Limit to works between WORK and this one, whichever came first.",
            autocompletion=works,
        ),
    ] = None,
    hops: Annotated[int | None, Option(min=1, help="How many generations to show (default: all).")] = None,
    top: Annotated[int, Option(min=1, help="How many works of each generation to list.")] = 10,
    draw: Annotated[
        Path | None, Option("--map", metavar="OUT", help="Draw the works listed as a citation map: one HTML file.")
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite an existing map.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    notes: NotesOption = False,
    json: JsonOption = False,
) -> None:
    """What a work descends from, or what descends from it, by generation; the works on most paths first.

    Example: kg lineage WaveNet

    Example: kg lineage "Todd 1989" --to "A Hierarchical Latent Vector Model" --map todd.html

    Paths are counted exactly. --json lists every work, and numbers of paths to the last digit. With --to, generations are
    counted back from the later of the two.
    """
    from kg.cli.path import refuse
    from kg.graph.folder import Workspace
    from kg.library.lineage import Lineages

    space = Workspace.open(graph).as_of(as_of)
    start, other = ask_work(space, work), ask_work(space, to) if to else None
    found = Lineages(space).lineage(start, forward=forward, to=other, hops=hops, top=top)
    if draw and not found.certificate:
        _draw(space, [space.number(w) for w in found.listed()], draw, force=force)
    if json or not found.certificate:
        print_answer(found, json=json, notes=notes)
    if found.certificate and found.between:
        refuse(found.between, found.certificate, found.notes)


def _draw(space: "Workspace", works: list[int], out: Path, *, force: bool) -> None:
    from kg.cli.write_file import written
    from kg.output.map.page import render_map
    from kg.output.map.view import map_view

    drawn = list(dict.fromkeys(works))[:_MOST_DRAWN]
    with written(out, force=force) as target:
        target.write_text(render_map(map_view(space.graph, only=drawn)), encoding="utf-8")
    cut = f", the first {_MOST_DRAWN} of {len(works)}" if len(drawn) < len(works) else ""
    say(f"wrote {out}: {len(drawn)} works{cut}")
