"""A view: the works of a graph as a list, by year."""

from html import escape

from kg.graph.citation_graph import CitationGraph
from kg.page import Document


def draw_timeline(graph: CitationGraph, *, title: str = "") -> Document:
    """A page with one line for each dated work, the oldest first. Titles are untrusted, so they are escaped."""
    works = graph.works.dropna(subset=["year"]).sort_values("year", kind="stable")
    lines = [f"<li>{int(work.year)}: {escape(str(work.title))}</li>" for work in works.itertuples()]
    heading = escape(title or f"{graph.name} by year")
    return Document(
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{heading}</title><h1>{heading}</h1><ul>{''.join(lines)}</ul></html>"
    )
