"""Ask: lineage."""

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import brief, number, print_json, print_table, say, tell
from kg.cli.works import WORK_HELP, ask_work

if TYPE_CHECKING:
    from kg.analysis.paths.lineage import Lineage
    from kg.graph.folder import Workspace
    from kg.model import Work

_MOST_DRAWN = 400


@app.command(rich_help_panel="Ask")
def lineage(
    work: Annotated[str, Argument(metavar="WORK", help=WORK_HELP)],
    forward: Annotated[bool, Option("--forward/--back", help="Descendants, or ancestors.")] = False,
    to: Annotated[
        str | None, Option(metavar="OTHER", help="Only what lies between WORK and this one, whichever came first.")
    ] = None,
    hops: Annotated[int | None, Option(min=1, help="How many generations; all if not given.")] = None,
    top: Annotated[int, Option(min=1, help="How many works of each generation to list.")] = 10,
    draw: Annotated[
        Path | None, Option("--map", metavar="OUT", help="Draw the works listed as a citation map: one HTML file.")
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite a map that is there.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """What a work descends from, or what descends from it, by generation; the works on most paths first.

    Example: kg lineage WaveNet

    Example: kg lineage "Todd 1989" --to "A Hierarchical Latent Vector Model" --map todd.html

    Paths are counted exactly. --json lists every work, and numbers of paths to the last digit. With --to, generations are
    counted back from the later of the two.
    """
    from kg.analysis.paths.lineage import lineage as find
    from kg.analysis.paths.lineage import lineage_between
    from kg.cli.path import refuse, show_certificate
    from kg.errors import InputError
    from kg.graph.folder import Workspace

    if to and hops:
        raise InputError("--hops does not go with --to", "paths between two works are shown whole")
    space = Workspace.open(graph).as_of(as_of)
    start = ask_work(space, work)
    at = space.number(start)
    document: dict[str, Any] = {"work": brief(start), "direction": "forward" if forward else "back"}
    if to:
        other = ask_work(space, to)
        first, last = (other, start) if not forward else (start, other)
        old, new = (last, first) if _is_earlier(last, first) else (first, last)
        found = lineage_between(space.arrays, space.number(old), space.number(new))
        document |= {"old": brief(old), "new": brief(new), "paths": found.count}
    else:
        found = find(space.arrays, at, back=not forward, hops=hops)
    document |= {
        "generations": _generations(space, found),
        "works": len(found.relatives),
        "searched": found.searched,
        "unknown": found.unknown,
        "complete": found.complete,
        "extent": found.extent,
        "certificate": found.certificate and show_certificate(space, found.certificate),
        "notes": list(found.notes),
        "as_of": as_of,
    }
    if draw and not found.certificate:
        listed = [r.work for _, group in groupby(found.relatives, lambda r: r.generation) for r in list(group)[:top]]
        _draw(
            space, [space.number(ask_work(space, document["new"]["id"])) if to else at, *listed], draw, force=force
        )
    if json:
        print_json(document)
    elif not found.certificate:
        _print(document, top)
    if found.certificate:
        say(*document["notes"])
        refuse(document)
    if not json:
        say(*document["notes"], found.extent)


def _is_earlier(a: "Work", b: "Work") -> bool:
    """Whether one work is earlier than another, by day where both hold one, else by year."""
    if a.date and b.date:
        return a.date < b.date
    return a.year is not None and b.year is not None and a.year < b.year


def _generations(space: "Workspace", found: "Lineage") -> list[dict[str, Any]]:
    from kg.cli.works import works_of

    works = dict(
        zip((r.work for r in found.relatives), works_of(space, [r.work for r in found.relatives]), strict=True)
    )
    return [
        {"generation": generation, "works": [brief(works[r.work]) | {"paths": r.paths} for r in group]}
        for generation, group in groupby(found.relatives, lambda r: r.generation)
    ]


def _print(document: dict[str, Any], top: int) -> None:
    if "old" in document:
        count = document["paths"]
        told = "too many paths to count" if count is None else f"{count:,} path{'' if count == 1 else 's'}"
        tell(f"{told} from {document['old']['id']} to {document['new']['id']}, along {document['works'] + 1:,} works")
    for generation in document["generations"]:
        works = generation["works"]
        more = f", the first {top}" if len(works) > top else ""
        print(f"generation {generation['generation']}: {len(works):,} work{'' if len(works) == 1 else 's'}{more}")
        rows = [("", number(w["paths"]), w["year"], w["id"], w["title"]) for w in works[:top]]
        print_table(["  ", "paths", "year", "id", "title"], rows, right=["paths"])
    if not document["generations"]:
        tell(
            f"{document['work']['id']} has no {'descendants' if document['direction'] == 'forward' else 'ancestors'} here"
        )


def _draw(space: "Workspace", works: list[int], out: Path, *, force: bool) -> None:
    from kg.cli.write_file import written
    from kg.output.map.page import render_map
    from kg.output.map.view import map_view

    drawn = list(dict.fromkeys(works))[:_MOST_DRAWN]
    with written(out, force=force) as target:
        target.write_text(render_map(map_view(space.graph, only=drawn)), encoding="utf-8")
    cut = f", the first {_MOST_DRAWN} of {len(works)}" if len(drawn) < len(works) else ""
    say(f"wrote {out}: {len(drawn)} works{cut}; open it in a browser")
