"""What exporters take from a graph besides its arrays: its records, and the line that names its sources."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.errors import InputError
from kg.facts import facts_of
from kg.graph.citation_graph import CitationGraph
from kg.graph.provenance import Provenance
from kg.model import Work
from kg.text import surname

if TYPE_CHECKING:
    import networkx as nx


def source_of(graph: CitationGraph, what: str) -> Provenance:
    """The folder and the store a graph was read from, showing the graph as it stands.

    Raises
    ------
    InputError
        If the graph was made in Python, so that there is no folder to make `what` of.
    """
    if graph.provenance is None:
        hint = "export graphml, or build a graph from its tables with `kg ingest`"
        raise InputError(f"this graph was made in Python and has no folder: {what} is written from one", hint)
    return graph.provenance


def works_of(graph: CitationGraph) -> Iterator[Work]:
    """The works of a graph, in the order of its numbers; without identifiers where the graph was made in Python."""
    if graph.provenance:
        known = {work.id: work for work in graph.provenance.store.works()}
        yield from map(known.__getitem__, graph.ids)
        return
    rows = graph.works.astype(object).where(graph.works.notna(), None)
    for id_, row in zip(rows.index, rows.to_dict("records"), strict=True):
        yield Work(
            id=str(id_),
            title=row["title"] or "",
            authors=tuple(name for name in (row["authors"] or "").split("; ") if name),
            year=row["year"],
            date=row["date"],
            venue=row["venue"] or "",
            stub=bool(row["stub"]),
            seed=bool(row["seed"]),
            facts=facts_of("", row["type"], retracted=bool(row["retracted"])),
        )


def described(graph: CitationGraph, clean: Callable[[str], str] = str) -> "nx.DiGraph[str]":
    """A graph for other programs: edges citing -> cited; what is known of works and citations as plain values.

    Nodes have the columns of `graph.works`, their `label`, `identifiers` (joined by blanks) and `citations_held`; what is not
    known is absent. Edges have `sources` and `times`, the most often that a source lists them, where a store knows.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    clean : callable
        Makes a text fit for the format.

    Raises
    ------
    InputError
        If that would make two ids one.
    """
    import networkx as nx

    names = {id_: clean(id_) for id_ in graph.ids}
    if len(set(names.values())) != len(names):
        raise InputError(
            "two ids differ only in characters that XML cannot contain", "export csv instead, or rename those works"
        )
    g: nx.DiGraph[str] = nx.DiGraph(name=clean(graph.name))
    given, held = graph.to_networkx(), dict(zip(graph.ids, held_of(graph), strict=True))
    identifiers = {work.id: " ".join(work.identifiers) for work in works_of(graph)} if graph.provenance else {}
    for id_, row in given.nodes(data=True):
        more = {"identifiers": identifiers.get(id_, ""), "label": label_of(row), "citations_held": held[id_]}
        g.add_node(names[id_], **{key: _plain(value, clean) for key, value in {**row, **more}.items() if value != ""})
    g.add_edges_from((names[citing], names[cited]) for citing, cited in given.edges())
    for c in graph.provenance.store.citations() if graph.provenance else ():
        ends = names[c.citing], names[c.cited]
        if g.has_edge(*ends):
            known = g.edges[ends]
            known["sources"] = "; ".join(filter(None, (known.get("sources"), clean(c.source))))
            if c.times > 1:
                known["times"] = max(c.times, known.get("times", 1))
    return g


def held_of(graph: CitationGraph) -> list[int]:
    """How many works cite each work, in the order of the graph's numbers: of works selected, in the graph they are from."""
    chosen = graph._tables.held  # noqa: SLF001
    counts: list[int] = graph.citers.counts().tolist()
    return list(chosen) if chosen else counts


def label_of(row: dict[str, Any]) -> str:
    """The short name of a work for a drawing: its first author's surname and its year, else its title; "" without either."""
    first = str(row.get("authors") or "").partition("; ")[0]
    return (
        " ".join(filter(None, (surname(first), str(row.get("year") or "")))) if first else str(row.get("title") or "")
    )


def _plain(value: Any, clean: Callable[[str], str]) -> bool | int | float | str:
    """A value as one of Python's own types: other programs have no names for those of numpy."""
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, (bool, int, float)) else clean(str(value))


def add_attribution(graph: CitationGraph, out: Path | BinaryIO, comment: str) -> None:
    """Append a comment that names those sources of a graph that ask to be named, at the place of {} in `comment`."""
    if line := graph.provenance.attribution if graph.provenance else "":
        put(out, comment.format(line).encode(), append=True)


def put(out: Path | BinaryIO, content: bytes, *, append: bool = False) -> None:
    """Write to a file, or to an open one."""
    if isinstance(out, Path):
        with out.open("ab" if append else "wb") as file:
            file.write(content)
    else:
        out.write(content)


def folder(out: Path | BinaryIO, format_: str, graph: CitationGraph) -> Path:
    """The folder that a format of several files is written to, made if need be.

    A README.txt in it names those sources of the graph that ask to be named.

    Raises
    ------
    InputError
        If `out` is an open file.
    """
    if not isinstance(out, Path):
        raise InputError(f"{format_} is several files", f"name a folder: kg export {format_} FOLDER")
    out.mkdir(parents=True, exist_ok=True)
    if credit := graph.provenance.attribution if graph.provenance else "":
        put(out / "README.txt", f"{credit}\n".encode())
    return out


def one_line(text: str) -> str:
    """A text without line ends and repeated blanks."""
    return " ".join(text.split())
