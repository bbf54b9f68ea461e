"""A graph as a page, a file or triples: its map, its report, exports, and answers to SPARQL."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, BinaryIO

from kg import plugins
from kg.analysis.paths.query import shortest_paths
from kg.errors import InputError, NothingFound, UnknownName
from kg.library.asked import Asked
from kg.library.certificate import names_of
from kg.library.naming import find_work, several
from kg.model import Work

if TYPE_CHECKING:
    import rdflib

    from kg.graph.citation_graph import CitationGraph
    from kg.library.sparql import Bindings
    from kg.output.map.page import MapPage
    from kg.output.pages.frame import Frame
    from kg.output.protocols import Exporter, View
    from kg.output.rdf.ready import Value
    from kg.page import Document


class Pages(Asked):
    """What draws, writes and answers for other tools: pages, files and triples."""

    def map(
        self,
        *,
        focus: str | Work | None = None,
        hops: int | None = None,
        path: tuple[str | Work, str | Work] | None = None,
        metric: str = "citations_held",
        limit: int | None = None,
        lanes: str | None = None,
        colour: str | None = None,
        main_path: bool | None = None,
        returns: bool | None = None,
        down: bool = False,
        title: str = "",
        only: str | Work | Sequence[str | Work] = (),
        frame: "Frame | None" = None,
    ) -> "MapPage":
        """Draw an interactive citation map: one HTML text, shown in place by notebooks.

        Parameters
        ----------
        focus : str or Work, optional
            Draw the works around this one.
        hops : int, optional
            How many citations away from `focus`; 1 if not given.
        path : tuple of two works, optional
            Draw the shortest influence path from the first work to the second as one strong line.
        metric : str
            Choose and size the works by this metric.
        limit : int, optional
            How many works to draw at first, besides path and seeds; 80 if not given.
        lanes : str, optional
            "concept", "community" or "none".
        colour : str, optional
            "era", "class", "community" or "concept".
        main_path : bool, optional
            Draw the main path as a river; in graphs up to 20,000 works if not given.
        returns : bool, optional
            Draw dashed curves between works on the same topic without a citation path; in small graphs if not given.
        down : bool
            Years from top to bottom instead of left to right.
        title : str
            The page's heading.
        only : work or sequence of works
            Draw these works and no others.
        frame : Frame, optional
            What stands around the map where an app shows it: its bar, and links to the pages of the works.

        Raises
        ------
        NothingFound
            If there is no path to draw.
        InputError
            If an option has no such value, or `hops` comes without `focus`.
        """
        from kg.output.map.page import render_map
        from kg.output.map.view import map_view

        space = self._space
        if hops is not None and not focus:
            raise InputError("hops is given without a focus", "give the work to draw around as well")
        paths: tuple[tuple[int, ...], ...] = ()
        if path:
            old, new = (find_work(space, name) for name in path)
            paths = shortest_paths(space.arrays, space.number(old), space.number(new)).paths
            if not paths:
                hint = f"`kg path {quote(old.id)} {quote(new.id)}{space.provenance.options}` says what was searched"
                first, last = names_of(old, new)
                raise NothingFound(f"no path from {first} to {last} was found, so none can be drawn", hint)
        shown = map_view(
            space.graph,
            focus=find_work(space, focus).id if focus else None,
            hops=hops or 1,
            paths=paths,
            metric=metric,
            limit=limit,
            lanes=lanes,
            colour=colour,
            rivers=main_path,
            returns=returns,
            down=down,
            title=title,
            only=[space.number(find_work(space, name)) for name in several(only)],
            frame=frame,
        )
        return render_map(shown)

    def report(self, title: str = "", *, frame: "Frame | None" = None) -> "Document":
        """Write the report of this graph: one HTML text, shown in place by notebooks.

        Parameters
        ----------
        title : str
            The page's heading.
        frame : Frame, optional
            What stands around the report where an app shows it.
        """
        from kg.output.report.report import write_report

        return write_report(self._space.graph, title=title, frame=frame)

    def view(self, name: str, *, title: str = "") -> "Document":
        """Draw the page of a view by its name: one HTML text, shown in place by notebooks.

        Parameters
        ----------
        name : str
            "map", "report" or a view that another package adds.
        title : str
            The page's heading.

        Raises
        ------
        UnknownName
            If there is no such view.
        """
        draw_view: View = plugins.load("view", name)
        return draw_view(self._space.graph, title=title)

    def export(
        self,
        format: str,  # noqa: A002  (the word of the command)
        path: str | Path | BinaryIO,
        *,
        select: str | Work | Sequence[str | Work] = (),
        **options: str,
    ) -> "CitationGraph":
        """Write the graph, or some of its works and the citations among them, in another form.

        Parameters
        ----------
        format : str
            "ttl", "nt", "nt-parts", "jsonld", "csv", "parquet", "graphml", "gexf", "cytoscape", "pajek", "vosviewer", "vosviewer-map",
            "bibtex", "ris", "csl", "obsidian", "opencitations", "sha256" (the hash of its content) or a format that another package adds; or the name
            of a view, such as "map" or "report", for its page.
        path : str, Path or binary file
            Where to; formats of several files (nt-parts, csv, parquet, pajek, vosviewer-map, obsidian, opencitations) take a folder.
        select : str, Work or sequence of them
            The works meant, all if not given: a work, "era:1988-2008", "search:WORDS", "path:OLD -> NEW", "lineage:WORK",
            "query:SPARQL" or a metric and a number, such as "pagerank:20"; of several, the works that any of them means.
            Reference lists that this cuts are PARTIAL in what is written.
        **options : str
            For ttl, nt and jsonld: `provenance`, "full" (every citation has a node with its sources) or "none", `base`,
            the web address that the IRIs of the graph's nodes begin with, and `scores`, the names of metrics to add, "wake,burst".

        Returns
        -------
        CitationGraph
            What was written: the graph, or that of the works selected.

        Raises
        ------
        UnknownName
            If there is no such format or view.
        InputError
            If the graph was made in Python and the format tells of sources (ttl, nt, jsonld, csv); or a selection has no
            such form.
        NothingFound
            If no work is selected.
        """
        target = Path(path) if isinstance(path, str) else path
        exporters, views = plugins.names("exporter"), plugins.names("view")
        if format in exporters:
            write: Exporter = plugins.load("exporter", format)
            write(graph := self._of(select), target, **options)
        elif format not in views:
            raise UnknownName("format", format, [*exporters, *views])
        else:
            draw: View = plugins.load("view", format)
            page = draw(graph := self._of(select))
            if isinstance(target, Path):
                page.save(target)
            else:
                target.write(page.encode())
        return graph

    def _of(self, select: str | Work | Sequence[str | Work]) -> "CitationGraph":
        """The graph, or that of the works selected."""
        from kg.graph.selection import selected
        from kg.library.selection import chosen

        graph = self._space.graph
        everything = isinstance(select, Sequence) and not select
        return graph if everything else selected(graph, chosen(self._space, select, self.sparql))

    def sparql(
        self, query: str, *, values: "Mapping[str, Value] | None" = None, timeout_s: float = 60.0, endpoint: str = ""
    ) -> "Bindings":
        """Answer a SPARQL 1.1 query, or a ready query by its name; queries only read.

        Parameters
        ----------
        query : str
            The query, a file that holds one, or the name of a ready one such as "citations-per-year".
        values : mapping of str to value, optional
            What variables of the query, named without "?", stand for: a work or what names one, a number, a truth value, or
            an IRI or a text as SPARQL writes them, '<https://...>' or '"Todd"'.
        timeout_s : float
            Seconds after which the query is stopped.
        endpoint : str
            Ask the SPARQL 1.1 endpoint at this address instead of this graph, over the network.

        Raises
        ------
        InputError
            If the query would change anything, or the graph was made in Python and has no RDF.
        SourceError
            If the endpoint gives no answer.
        """
        from kg.library.sparql import answer

        return answer(self._space, query, values or {}, timeout_s=timeout_s, endpoint=endpoint)

    def rdflib(self) -> "rdflib.Graph":
        """The graph for rdflib, read-only, answered by Oxigraph from disk.

        Raises
        ------
        InputError
            If the graph was made in Python and has no folder.
        """
        from kg.output.export.records import source_of
        from kg.output.rdf.open import open_rdflib

        return open_rdflib(source_of(self._space.graph, "RDF"))
