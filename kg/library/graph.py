"""Graph: a CitationGraph that answers questions; what Python users hold, and what the commands ask."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.folder import Workspace
from kg.library.lineage import Lineages
from kg.library.measures import Measures
from kg.library.overviews import Overviews
from kg.library.pages import Pages
from kg.library.paths import InfluencePaths
from kg.library.snapshot import Snapshots
from kg.library.space import space_of
from kg.library.works import FoundWorks
from kg.model import Work
from kg.text import counted

if TYPE_CHECKING:
    from kg.library.claims import Claims
    from kg.library.credit_check import CreditCheck
    from kg.library.dossier import Dossier
    from kg.library.forgotten import Forgotten
    from kg.library.info import Info
    from kg.library.next_lists import Next


class Graph(CitationGraph, FoundWorks, InfluencePaths, Lineages, Measures, Overviews, Pages, Snapshots):
    """A citation graph that answers questions, under the names of the commands.

    Works are given by id, as a `Work`, or as people name them: "Todd 1989", a title or its start, a DOI, an arXiv id.
    Eras are given by name or by years such as "1988-2008". Answers print what the command of the same name prints, show
    as tables in a notebook, and give the command's `--json` document by `as_dict()`.

    Works and paths: `find`, `search`, `show`, `path`, `lines`, `lineage`, `dossier`, `why`, `related`, `credit_check`.
    The whole graph: `info`, `next`, `metrics`, `rank`, `forgotten`, `claims`, `main_path`, `rpys`, `communities`. Pages, files
    and triples: `map`, `report`, `view`, `export`, `sparql`, `rdflib`, `to_networkx`. Another year: `as_of`; another day:
    `snapshot`, `verify`. Tables: `works`, `citations`, `concepts`.

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

    @cached_property
    def _space(self) -> Workspace:  # type: ignore[override]  # made when first read
        """What questions read: the graph's folder, or a store in memory."""
        return space_of(self)

    def dossier(self, work: str | Work) -> "Dossier":
        """One page on a work: history, numbers, returns, claims, paths to later works, and what is not known.

        Parameters
        ----------
        work : str or Work
            The work.
        """
        from kg.library.dossier import dossier

        return dossier(self._space, work)

    def credit_check(
        self,
        bibliography: str | Path | Sequence[str | Work],
        *,
        top: int = 10,
        older_than: int | None = None,
        kind: str | None = None,
    ) -> "CreditCheck":
        """The works that a bibliography builds on without citing them, the likeliest omissions first, each with a path.

        Parameters
        ----------
        bibliography : str, Path or sequence of works
            A file (BibTeX, CSL-JSON, RIS, an article, a list of ids), or works.
        top : int
            How many works to list.
        older_than : int, optional
            Only works dated before this year.
        kind : str, optional
            Read the file as this format: article, bibtex, csl, ids ...

        Raises
        ------
        NothingFound
            If no entry is a work of this graph.
        """
        from kg.library.credit_check import credit_check

        return credit_check(self._space, bibliography, top=top, older_than=older_than, kind=kind)

    def forgotten(
        self,
        *,
        era: str | None = None,
        since: int | None = None,
        class_: str | None = None,
        search: str | None = None,
        top: int | None = 15,
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
        search : str, optional
            Only works found by these words, ranked as they are among all.
        top : int, optional
            How many works of each part; None for all.
        """
        from kg.library.forgotten import forgotten

        return forgotten(self._space, era=era, since=since, class_=class_, search=search, top=top)

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

    def next(
        self, *, work: str | Work | None = None, population: str | None = None, era: str | None = None, top: int = 20
    ) -> "Next":
        """Which of the missing reference lists would change most of what is said about earlier works.

        Parameters
        ----------
        work : str or Work, optional
            Ask about this work; about the works of the first era, else the 100 most cited, if not given.
        population, era : str, optional
            The later works, as for `standing`; those of the last era, else all, if not given.
        top : int
            How many lists to name.
        """
        from kg.library.next_lists import next_

        return next_(self._space, work=work, population=population, era=era, top=top)


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
