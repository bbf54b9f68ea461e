"""The report of a graph: which chapters it has, and the page made of them."""

from kg import __version__
from kg.graph.citation_graph import CitationGraph
from kg.output.pages.frame import Frame
from kg.output.report import findings, history
from kg.output.report.context import ReportContext
from kg.output.report.page import Report, render_report
from kg.page import Document
from kg.text import counted


def write_report(graph: CitationGraph, *, title: str = "", frame: Frame | None = None) -> Document:
    """Write the report of a graph as a page, in an app inside its frame; see `report_content`."""
    return render_report(report_content(graph, title), frame)


def report_content(graph: CitationGraph, title: str = "") -> Report:
    """Collect the report of a graph: the chapters that it has something to say in.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    title : str
        The page's heading; "The journey of NAME" if not given.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A")], years={"A": 1988, "B": 2016}, titles={"A": "An early work"}, name="two")
    >>> [chapter.title for chapter in report_content(g).chapters][:2]
    ['The field in figures', 'Where the references lead']
    """
    context = ReportContext(graph)
    chapters = [
        findings.answer(context),
        history.in_figures(context),
        history.references(context),
        history.asleep(context),
        history.main_path(context),
        history.concepts(context),
        findings.forgotten(context),
        findings.eras(context),
        findings.claims(context),
        findings.gaps(context),
        findings.method(context),
        findings.cite(context),
    ]
    name = context.graph.name.replace("-", " ") or "this graph"
    first, last = context.years
    until = context.graph.until
    as_of = "" if until is None else f" as of {until}"
    return Report(
        title=title or f"The journey of {name}{as_of}",
        subtitle=f"Who built on whom, what was overlooked and what came back: {counted(context.facts['works'], 'work')}"
        + (f" from {first} to {last}" if last else "")
        + ", as far as the citations in this graph show"
        + (f". Nothing later than {until} is in this report." if as_of else "."),
        warning=context.warning(),
        chapters=[chapter for chapter in chapters if chapter],
        attribution=context.source.attribution if context.source else "",
        made_by=f"Made by kg {__version__} from {name}{as_of}, revision {context.graph.revision}.",
    )
