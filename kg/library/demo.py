"""The demo: the whole story on the bundled data, and a one-page summary of what was found. `kg.demo()` calls `demo`."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from kg.analysis.base.citing_words import CANNOT_SAY
from kg.analysis.metrics.pagerank import pagerank
from kg.analysis.metrics.standing import standing
from kg.analysis.paths.query import shortest_paths
from kg.analysis.populations import SMALLEST, later_works, populations
from kg.build.read_files import take_in
from kg.graph.bundled import bundled_batch, write_rules
from kg.graph.folder import Workspace
from kg.graph.search import name_work
from kg.library.answers import Answer, Block
from kg.library.certificate import without_list
from kg.library.naming import works_of
from kg.model import Work
from kg.output.map.page import render_map
from kg.output.map.view import map_view
from kg.output.rdf.serialise import write_turtle
from kg.text import cited_as, counted

GRAPH = "neural-music"
#: The story's questions: earlier work, later work.
QUESTIONS = (("Todd 1989", "MusicVAE"), ("Todd 1989", "hochreiter1996lstm"), ("Todd 1988", "WaveNet"))
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
    known = f"{space.graph.coverage() or 0:.0%} of the reference lists are known"
    lines = [
        f"{counted(facts['works'], 'work')} and {counted(facts['citations'], 'citation')}; {resolved}.",
        f"{known}, so a missing citation does not show that a work was forgotten.",
    ]
    tell("following influence and measuring")
    answers = [_answer(space, *question) for question in QUESTIONS]
    lines = [*_remembered(space), *(line for line, _ in answers), *lines]
    first = [_cited(work) for row in pagerank(space.graph).rows(3) if (work := space.store.find_by_id(row["id"]))]
    lines.append(f"First by PageRank, among the citations in this graph: {', '.join(first)}.")
    tell("drawing the map and writing Turtle")
    drawn, turtle, summary = (space.folder / name for name in ("map.html", "graph.ttl", "summary.md"))
    view = map_view(space.graph, paths=[path for _, path in answers if path], title="Neural networks for music")
    drawn.write_text(render_map(view), encoding="utf-8")
    write_turtle(space.graph, turtle)
    summary.write_text(_SUMMARY.format(answers="\n".join(f"- {line}" for line in lines)), encoding="utf-8")
    return Story(space.folder, tuple(lines), (drawn, turtle, summary))


def _answer(space: Workspace, old: str, new: str) -> tuple[str, tuple[int, ...]]:
    """How one work reached another, in a sentence, and the path where there is one."""
    start, end = name_work(space.store, old), name_work(space.store, new)
    answer = shortest_paths(space.arrays, space.number(start), space.number(end))
    certificate = answer.certificate
    if certificate is None:
        path = " -> ".join(map(_cited, works_of(space, answer.paths[0])))
        return f"How {_cited(start)} reached {_cited(end)}: {path}.", answer.paths[0]
    if certificate.status == "unknown":
        missing = without_list(certificate.reach.unknown, certificate.reach.works)
        known = f"no citation path is known, but {missing} no known reference list"
        return f"Whether {_cited(start)} reached {_cited(end)} is unknown: {known}.", ()
    return f"{_cited(start)} did not reach {_cited(end)}: every reference list searched is known.", ()


def _remembered(space: Workspace) -> list[str]:
    """What is known of how the works of the first era are cited: in a whole population, and in the last era."""
    graph = space.graph
    first, *_, last = sorted(graph.eras.values(), key=lambda era: (era.first, era.last))
    meant = graph.within(first)
    told = []
    whole = next((p for p in populations(graph) if p.whole and p.detection == 1 and p.size >= SMALLEST), None)
    if whole:
        k = standing(graph, population=whole.name).table["k"][meant]
        named = Counter(_cited(work) for id_ in k.index[k == k.max()] if (work := space.store.find_by_id(id_)))
        most = [name if n == 1 else f"{name} ({counted(n, 'work')})" for name, n in named.items()]
        told.append(
            f"Of the {meant.sum():,} works of the {first.name} era, {(k == 0).sum():,} are cited in none of the {whole.known:,} known "
            f"reference lists of {whole.name} ({counted(whole.size, 'work')}); most often, in {k.max():,} each: {', '.join(most)}."
        )
    later = later_works(graph, last)
    said = Counter(standing(graph, era=last.name).table["verdict"][meant])
    open_ = said.pop(CANNOT_SAY, 0)
    verdicts = "; ".join(f"{count:,} {verdict}" for verdict, count in said.most_common())
    told.append(
        f"Of the {later.size:,} works of the {last.name} era {later.known:,} reference lists are known. As far as these tell, at 95 %, "
        f"the same {meant.sum():,} works are: {verdicts}; of {open_:,} nothing can be said."
    )
    return told


def _cited(work: Work) -> str:
    return cited_as(work.authors, work.year, work.id)
