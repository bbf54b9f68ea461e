"""The demo: the whole story on the bundled data, and a one-page summary of what was found. `kg.demo()` calls `demo`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from kg.analysis.metrics.pagerank import pagerank
from kg.aside import replaced
from kg.build.read_files import take_in
from kg.graph.bundled import bundled_batch, write_rules
from kg.graph.folder import Workspace
from kg.library.answers import Answer, Block
from kg.output.finding import finding
from kg.output.map.page import render_map
from kg.output.map.view import map_view
from kg.output.rdf.serialise import write_turtle
from kg.text import cited_as, counted

GRAPH = "neural-music"
_SUMMARY = """\
# Neural networks for music: what the data says

Made by `kg demo` from the bundled graph: facts compiled from reference lists in public repositories, each citation
with its source. The story and its claims are those of J. Pons, *Neural networks for music: a journey through its
history* (2018).

{answers}

## Go on

- Follow an influence: `kg path "Todd 1989" MusicVAE -k 3`
- See what is known of a work: `kg show "Todd 1988"`
- See who is cited by whom: `kg rank standing --population ismir-2018`
- Ask in SPARQL: `kg sparql citations-per-year`
- Draw around a work: `kg map todd-map.html --focus "Todd 1989" --hops 2`

`map.html` is the interactive map; `graph.ttl` the whole graph in Turtle.
"""


@dataclass(frozen=True, repr=False)
class Story(Answer):
    """What the demo found, and the files it wrote.

    Attributes
    ----------
    folder
        The folder of the graph it built.
    lines
        What was found, one sentence each.
    files
        The map, the graph in Turtle and the summary.
    """

    folder: Path
    lines: tuple[str, ...]
    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg demo --json`."""
        return {"folder": str(self.folder), "found": list(self.lines), "files": [str(file) for file in self.files]}

    def blocks(self) -> Iterator[Block]:
        """What the data says, then the files."""
        yield "\n".join(["", "What the data says", *(f"- {line}" for line in self.lines)])
        yield "\n".join(["", "Written", *(f"  {file}" for file in self.files)])


def demo(progress: Callable[[str], None] | None = None) -> Story:
    """Build ./graphs/neural-music from the bundled facts, resolve an article's reference list, measure, draw and export.

    Parameters
    ----------
    progress : callable, optional
        Called with each step, in words, before it begins.
    """
    tell = progress or (lambda _: None)
    tell("building the graph from the bundled facts and the article's reference list")
    references = resources.files("kg") / "data" / "neural_music" / "references.md"
    with resources.as_file(references) as path, Workspace.writing(GRAPH, "demo") as (_, writer):
        writer.add(bundled_batch())
        report = take_in(writer, [path], kind="article")
    space = Workspace.open(GRAPH)
    write_rules(space.folder)
    found = sum(r.status == "resolved" for r in report.resolutions)
    facts = space.graph.facts()
    resolved = f"{found} of the article's {counted(len(report.resolutions), 'reference')} found among them"
    tell("following influence and measuring")
    lines = [
        *(f"{label}. {''.join(parts)}" for label, parts in finding(space.graph)),
        f"{counted(facts['works'], 'work')} and {counted(facts['citations'], 'citation')}; {resolved}.",
        f"{space.graph.coverage() or 0:.0%} of the reference lists are known, so a citation missing here may exist.",
    ]
    found_first = filter(None, (space.store.find_by_id(row["id"]) for row in pagerank(space.graph).rows(3)))
    first = ", ".join(cited_as(work.authors, work.year, work.id) for work in found_first)
    lines.append(f"First by PageRank, among the citations in this graph: {first}.")
    tell("drawing the map and writing Turtle")
    drawn, turtle, summary = (space.folder / name for name in ("map.html", "graph.ttl", "summary.md"))
    view = map_view(space.graph, title="Neural networks for music")
    with replaced(drawn, turtle, summary) as made:
        made[0].write_text(render_map(view), encoding="utf-8")
        write_turtle(space.graph, made[1])
        made[2].write_text(_SUMMARY.format(answers="\n".join(f"- {line}" for line in lines)), encoding="utf-8")
    return Story(space.folder, tuple(lines), (drawn, turtle, summary))
