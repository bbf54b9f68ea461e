"""Graph: a CitationGraph that answers questions; what Python users hold, and what the commands ask."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from kg.graph.arrays import UNDATED
from kg.graph.folder import Workspace
from kg.library.measures import Measures
from kg.library.on_works import WorkQuestions
from kg.library.overviews import Overviews
from kg.model import Work
from kg.text import counted

if TYPE_CHECKING:
    import rdflib

    from kg.library.claims import Claims
    from kg.library.forgotten import Forgotten
    from kg.library.info import Info
    from kg.library.pages import Bindings
    from kg.page import Document


class Graph(WorkQuestions, Measures, Overviews):
    """A citation graph that answers questions, under the names of the commands.

    Works are given by id, as a `Work`, or as people name them: "Todd 1989", a title or its start, a DOI, an arXiv id.
    Eras are given by name or by years such as "1988-2008". Answers print what the command of the same name prints, show
    as tables in a notebook, and give the command's `--json` document by `as_dict()`.

    Works and paths: `find`, `search`, `show`, `path`, `lines`, `lineage`, `dossier`, `why`, `related`, `credit_check`.
    The whole graph: `info`, `metrics`, `rank`, `forgotten`, `claims`, `main_path`, `rpys`, `communities`. Pages, files
    and triples: `map`, `report`, `view`, `export`, `sparql`, `rdflib`, `to_networkx`. Another year: `as_of`. Tables: `works`,
    `citations`, `concepts`.

    Examples
    --------
    >>> edges = [("B", "A"), ("C", "B")]
    >>> graph = Graph.from_edges(edges, years={"A": 1989, "B": 2002, "C": 2016}, titles={"C": "WaveNet"}, name="three")
    >>> graph
    <Graph three: 3 works, 2 citations, 1989-2016>
    >>> graph.find("wavenet").id
    'C'
    """

    @classmethod
    def read(cls, space: Workspace) -> Self:
        """The graph in an open folder."""
        graph = cls(space.arrays, space.tables, name=space.store.name)
        space.graph = graph
        graph.__dict__["_space"] = space
        return graph

    def __repr__(self) -> str:
        """The graph's name, works, citations and years."""
        dated = self.years[self.years != UNDATED]
        years = f", {dated.min()}-{dated.max()}" if len(dated) else ""
        name = f" {self.name}" if self.name else ""
        when = "" if self.until is None else f" as of {self.until}"
        counts = f"{counted(len(self), 'work')}, {counted(self.facts()['citations'], 'citation')}"
        return f"<{type(self).__name__}{name}{when}: {counts}{years}>"

    def forgotten(
        self, *, era: str | None = None, since: int | None = None, class_: str | None = None, top: int | None = 15
    ) -> "Forgotten":
        """Which works were forgotten, where this data can tell, and where it cannot.

        Parameters
        ----------
        era : str, optional
            Works of an era by name or years.
        since : int, optional
            Works that awoke in or after this year.
        class_ : str, optional
            Only "sleeper", "hidden ancestor" or "uncredited precursor".
        top : int, optional
            How many works of each part; None for all.
        """
        from kg.library.forgotten import forgotten

        return forgotten(self._space, era=era, since=since, class_=class_, top=top)

    def claims(self, earlier: str | None = None, later: str | None = None, *, top: int = 10) -> "Claims":
        """What the later era is known to owe to the earlier one, and a verdict on each claim of the article.

        Parameters
        ----------
        earlier, later : str, optional
            Eras by name or years; the first and the last era if not given.
        top : int
            How many works of each list to print.
        """
        from kg.library.claims import claims

        return claims(self._space, earlier, later, top=top)

    def info(self) -> "Info":
        """What the graph holds, how much of it is known, and where it comes from."""
        from kg.library.info import info

        return info(self._space)

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
    ) -> "Document":
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

        Raises
        ------
        NothingFound
            If there is no path to draw.
        InputError
            If an option has no such value, or `hops` comes without `focus`.
        """
        from kg.library.pages import draw
        from kg.output.map.page import render_map

        view = draw(
            self._space,
            focus=focus,
            hops=hops,
            path=path,
            metric=metric,
            limit=limit,
            lanes=lanes,
            colour=colour,
            main_path=main_path,
            returns=returns,
            down=down,
            title=title,
            only=only,
        )
        return render_map(view)

    def report(self, title: str = "") -> "Document":
        """Write the report of this graph: one HTML text, shown in place by notebooks.

        Parameters
        ----------
        title : str
            The page's heading.
        """
        from kg.output.report.report import write_report

        return write_report(self, title=title)

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
        from kg.library.pages import view

        return view(self, name, title=title)

    def export(self, format: str, path: str | Path | BinaryIO) -> None:  # noqa: A002  (the word of the command)
        """Write the graph in another form.

        Parameters
        ----------
        format : str
            "ttl", "nt", "jsonld", "graphml", "csv" or a format that another package adds; or the name of a view, such as
            "map" or "report", for its page.
        path : str, Path or binary file
            Where to; csv takes a folder.

        Raises
        ------
        UnknownName
            If there is no such format or view.
        InputError
            If the graph was made in Python: of kg's own formats only graphml can be written then.
        """
        from kg.library.pages import export

        export(self, format, Path(path) if isinstance(path, str) else path)

    def sparql(self, query: str, *, timeout_s: float = 60.0) -> "Bindings":
        """Answer a SPARQL 1.1 query, or a ready query by its name; queries only read.

        Parameters
        ----------
        query : str
            The query, a file that holds one, or the name of a ready one such as "citations-per-year".
        timeout_s : float
            Seconds after which the query is stopped.

        Raises
        ------
        InputError
            If the query would change anything, or the graph was made in Python and has no RDF.
        """
        from kg.library.pages import sparql

        return sparql(self._space, query, timeout_s=timeout_s)

    def rdflib(self) -> "rdflib.Graph":
        """The graph for rdflib, read-only, answered by Oxigraph from disk.

        Raises
        ------
        InputError
            If the graph was made in Python and has no folder.
        """
        from kg.output.export.records import source_of
        from kg.output.rdf.open import open_rdflib

        return open_rdflib(source_of(self, "RDF"))


def open_graph(graph: str | Path | None = None, *, as_of: int | None = None) -> Graph:
    """Open a graph.

    Parameters
    ----------
    graph : str or Path, optional
        A name under `./graphs`, or a folder; else what KG_GRAPH names, else the bundled graph. A Path is a folder.
    as_of : int, optional
        Open the graph as it stood at the end of this year.

    Raises
    ------
    InputError
        If there is no such graph.
    NothingFound
        If it held nothing then.
    """
    named = str(graph.absolute()) if isinstance(graph, Path) else graph
    return Graph.read(Workspace.open(named).as_of(as_of))
