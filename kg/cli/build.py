"""Build: ingest, demo."""

from pathlib import Path
from typing import Annotated

import typer

from kg.cli import JsonOption, app
from kg.cli.output import print_json, print_table, say

_MARKS = {"resolved": "found", "review": "look", "stub": "stub", "unresolved": "kept"}


@app.command(rich_help_panel="Build")
def ingest(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="INPUT...", help="Articles (Markdown, HTML, text), BibTeX, CSL-JSON, lists of ids, edge lists."
        ),
    ],
    graph: Annotated[
        str,
        typer.Option(
            "--graph", "-g", envvar="KG_GRAPH", help="The graph to build or add to: a name under ./graphs, or a folder."
        ),
    ],
    kind: Annotated[
        str | None, typer.Option("--as", help="Read the files as article, bibtex, csl, ids or edges.")
    ] = None,
    works: Annotated[
        Path | None, typer.Option("--works", help="Works of an edge list: CSV with id and year, date, title.")
    ] = None,
    from_: Annotated[
        str,
        typer.Option("--from", help="Where works that are named are looked up, separated by commas: bundled, or none."),
    ] = "bundled",
    closed: Annotated[
        bool, typer.Option("--closed", help="A work without references in the edge list is known to have none.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse files with bad records; exit 3 if a reference stays unresolved.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Read articles, bibliographies or citation lists into a graph. All of it is kept, or nothing.

    Example: kg ingest article.md --graph my-field

    Example: kg ingest edges.csv.gz --works nodes.csv.gz --graph my-field
    """
    from kg.errors import PartialResult
    from kg.intake import take_in
    from kg.workspace import Workspace, sources_named

    sources = sources_named(from_.split(","))
    with Workspace.writing(graph, "ingest " + " ".join(map(str, inputs))) as (space, writer):
        before = space.store.counts()
        report = take_in(writer, inputs, sources=sources, kind=kind, works=works, closed=closed, strict=strict)
        after = space.store.counts()
        skipped = list(space.store.skipped(writer.run))
        revision, name = space.store.revision, space.store.name
    _ = Workspace.open(graph).index  # built now, so that the first question is answered at once
    if json:
        print_json(
            {
                "graph": name,
                "revision": revision,
                "read": {"files": report.files, "records": report.records},
                "added": {"works": after[0] - before[0], "citations": after[1] - before[1]},
                "duplicates": report.duplicates,
                "loops": report.loops,
                "skipped": [{"where": s.where, "reason": s.reason} for s in skipped],
                "references": [
                    {"text": r.text, "status": r.status, "id": r.id, "method": r.method, "reason": r.reason}
                    for r in report.resolutions
                ],
            }
        )
    else:
        if report.resolutions:
            rows = [(_MARKS[r.status], r.id, r.method, r.reason) for r in report.resolutions]
            print_table(["", "work", "by", "why"], rows)
        named = sum(r.status == "resolved" for r in report.resolutions)
        if report.resolutions:
            print(f"{named} of {len(report.resolutions)} references found")
        print(
            f"{name}, revision {revision}: {after[0] - before[0]:,} works and {after[1] - before[1]:,} citations added"
        )
        print(
            f"{after[0]:,} works and {after[1]:,} citations in all; {report.duplicates:,} duplicates, {report.loops} loops"
        )
        for s in skipped[:10]:
            say(f"left out: {s.where}: {s.reason}")
        if len(skipped) > 10:
            say(f"... {len(skipped)} records left out in all (--json lists them)")
        print(f"next: kg info --graph {graph}")
    left = [r for r in report.resolutions if r.status != "resolved"]
    if strict and left:
        raise PartialResult(
            f"{len(left)} of {len(report.resolutions)} references are unresolved", "the graph keeps them as stubs"
        )


@app.command(rich_help_panel="Build")
def demo(json: JsonOption = False) -> None:
    """Run the whole story on the bundled data; leave map, Turtle and summary in graphs/neural-music.

    Example: kg demo
    """
    from kg.demo import run_demo

    story = run_demo(lambda step: say(f"... {step}"))
    if json:
        print_json({"folder": str(story.folder), "found": story.lines, "files": [str(file) for file in story.files]})
        return
    print("\nWhat the data says")
    for line in story.lines:
        print(f"- {line}")
    print("\nWritten")
    for file in story.files:
        print(f"  {file}")
    print('\nOpen the map in a browser; then try: kg path "Todd 1989" "A Hierarchical Latent Vector Model" -k 3')
