"""The report of a graph: which chapters it has, and the page made of them."""

from kg import __version__
from kg.graph.citation_graph import CitationGraph
from kg.output.report import finding_chapters, history_chapters
from kg.output.report.context import Journey
from kg.output.report.page import Report, render_report
from kg.page import Document


def tell_journey(graph: CitationGraph, *, title: str = "") -> Document:
    """The page of a graph's report."""
    return render_report(journey(graph, title))


def journey(graph: CitationGraph, title: str = "") -> Report:
    """The report of a graph.

    >>> g = CitationGraph.from_edges([("B", "A")], years={"A": 1988, "B": 2016}, titles={"A": "An early work"}, name="two")
    >>> [chapter.title for chapter in journey(g).chapters][:2]
    ['The field in figures', 'Where the references lead']
    """
    return _report(Journey(graph), title)


def _report(j: Journey, title: str) -> Report:
    """All chapters that this graph has something to say in."""
    told = [
        history_chapters.in_figures(j),
        history_chapters.references(j),
        history_chapters.asleep(j),
        history_chapters.river(j),
        history_chapters.concepts(j),
        finding_chapters.forgotten(j),
        finding_chapters.eras(j),
        finding_chapters.claims(j),
        finding_chapters.gaps(j),
        finding_chapters.method(j),
        finding_chapters.cite(j),
    ]
    name = j.graph.name.replace("-", " ") or "this graph"
    first, last = j.years
    until = j.graph.until
    as_of = "" if until is None else f" as of {until}"
    return Report(
        title=title or f"The journey of {name}{as_of}",
        subtitle=f"Who built on whom, what slept and what came back: {j.facts['works']:,} works"
        + (f" of {first} to {last}" if last else "")
        + ", as far as the citations held can tell"
        + (f". Nothing later than {until} is in this report." if as_of else "."),
        warning=j.warning(),
        chapters=[chapter for chapter in told if chapter],
        attribution=j.source.attribution if j.source else "",
        made_by=f"Made by kg {__version__} from {name}{as_of}, revision {j.graph.revision}.",
    )
