"""The demo: the whole story on the bundled data, and a one-page summary of what was found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli import JsonOption, app
from kg.cli.printing import print_json, say
from kg.model import Work
from kg.text import cited_as

if TYPE_CHECKING:
    from kg.graph.folder import Workspace

GRAPH = "neural-music"
#: The story's two questions: earlier work, later work.
QUESTIONS = (("Todd 1989", "A Hierarchical Latent Vector Model"), ("Todd 1988", "WaveNet"))
_SUMMARY = """\
# Neural networks for music: what the data says

Made by `kg demo` from the bundled graph: facts compiled from reference lists in public repositories, each citation
with its source. The story and its claims are those of J. Pons, *Neural networks for music: a journey through its
history* (2018).

{told}

## Go on

- Follow an influence: `kg path "Todd 1989" "A Hierarchical Latent Vector Model" -k 3`
- See what is known of a work: `kg show "Todd 1988"`
- List what may have been forgotten: `kg forgotten --era connectionist`
- Ask in SPARQL: `kg sparql citations-per-year`
- Draw around a work: `kg map todd.html --focus "Todd 1989" --hops 2`

`map.html` is the interactive map; `graph.ttl` the whole graph in Turtle.
"""


@app.command(rich_help_panel="Build")
def demo(json: JsonOption = False) -> None:
    """Run the whole story on the bundled data; leave map, Turtle and summary in graphs/neural-music.

    Example: kg demo
    """
    story = run_demo(lambda step: say(f"... {step}"))
    if json:
        print_json({"folder": str(story.folder), "found": story.lines, "files": [str(file) for file in story.files]})
        return
    print("\nWhat the data says", *(f"- {line}" for line in story.lines), sep="\n")
    print("\nWritten", *(f"  {file}" for file in story.files), sep="\n")
    print('\nOpen the map in a browser; then try: kg path "Todd 1989" "A Hierarchical Latent Vector Model" -k 3')


@dataclass(slots=True)
class Story:
    """What the demo found, in the order it is told, and the files it left."""

    folder: Path
    lines: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)


def run_demo(progress: Callable[[str], None]) -> Story:
    """Build `graphs/neural-music` from the bundled facts, resolve the article's reference list, measure, draw, export."""
    from kg.analysis.metrics.pagerank import pagerank
    from kg.build.read_files import take_in
    from kg.graph.bundled import bundled_batch
    from kg.graph.folder import Workspace
    from kg.output.map.page import render_map
    from kg.output.map.view import map_view
    from kg.output.rdf.serialise import write_turtle

    progress("building the graph from the bundled facts and the article's reference list")
    references = resources.files("kg") / "data" / "neural_music" / "references.md"
    with resources.as_file(references) as path, Workspace.writing(GRAPH, "demo") as (_, writer):
        writer.add(bundled_batch())
        report = take_in(writer, [path], kind="article")
    space = Workspace.open(GRAPH)
    story = Story(folder=space.folder)
    found = sum(r.status == "resolved" for r in report.resolutions)
    facts, coverage = space.graph.facts(), space.graph.coverage() or 0.0
    held = f"{facts['works']:,} works and {facts['citations']:,} citations"
    story.lines += [
        f"{held}; {found} of the article's {len(report.resolutions)} references found in it.",
        f"{coverage:.0%} of the reference lists are known, so a missing citation here is no proof of forgetting.",
    ]
    progress("following influence and measuring")
    ways = [_answer(space, story, *question) for question in QUESTIONS]
    _forgotten(space, story)
    first = [_cited(work) for row in pagerank(space.graph).rows(3) if (work := space.store.find_by_id(row["id"]))]
    story.lines.append(f"First by PageRank, in the citations held: {', '.join(first)}.")
    progress("drawing the map and writing Turtle")
    story.files = [space.folder / name for name in ("map.html", "graph.ttl", "summary.md")]
    view = map_view(space.graph, paths=[way for way in ways if way], title="Neural networks for music")
    story.files[0].write_text(render_map(view), encoding="utf-8")
    write_turtle(space.store, story.files[1])
    told = "\n".join(f"- {line}" for line in story.lines)
    story.files[2].write_text(_SUMMARY.format(told=told), encoding="utf-8")
    return story


def _answer(space: "Workspace", story: Story, old: str, new: str) -> tuple[int, ...]:
    from kg.analysis.paths.query import shortest_paths
    from kg.graph.search import name_work

    start, end = name_work(space.store, old), name_work(space.store, new)
    answer = shortest_paths(space.arrays, space.number(start), space.number(end))
    certificate = answer.certificate
    if certificate is None:
        works = [space.store.find_by_id(id_) for id_ in space.ids(answer.paths[0])]
        way = " -> ".join(_cited(work) for work in works if work)
        story.lines.append(f"How {_cited(start)} reached {_cited(end)}: {way}.")
        return answer.paths[0]
    if certificate.status == "unknown":
        story.lines.append(
            f"Whether {_cited(start)} reached {_cited(end)} this data cannot tell: no path is held, but "
            f"{len(certificate.frontier)} of the {certificate.works} works searched have unknown reference lists."
        )
    else:
        story.lines.append(f"{_cited(start)} did not reach {_cited(end)}: every reference list searched is known.")
    return ()


def _forgotten(space: "Workspace", story: Story) -> None:
    from kg.analysis.forgotten.table import forgotten

    table = forgotten(space.graph, era=next(iter(space.provenance.eras.values())), top=3)
    totals = table.totals
    story.lines.append(
        f"Forgotten or not? {totals['ranked']:,} of {totals['works']:,} works of that era can be judged here; for the other "
        f"{totals['insufficient']:,} the data does not suffice, and kg says so instead of ranking them."
    )
    story.lines += [f"{row['title']} ({row['year']}): {row['reason']}" for row in table.rows()["insufficient"][:1]]


def _cited(work: Work) -> str:
    return cited_as(work.authors, work.year, work.id)
