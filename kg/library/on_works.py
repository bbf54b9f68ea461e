"""What can be asked of a graph about its works: found by name, shown, joined by paths, and measured one by one."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.graph.citation_graph import CitationGraph
from kg.graph.folder import Workspace
from kg.library.naming import find_work
from kg.library.space import space_of
from kg.model import Work

if TYPE_CHECKING:
    from kg.analysis.metric import Metric
    from kg.library.credit_check import CreditCheck
    from kg.library.dossier import Dossier
    from kg.library.lineage import Lineage
    from kg.library.measures import Inputs, Option
    from kg.library.overviews import Related
    from kg.library.paths import Lines, Paths
    from kg.library.works import Hits, Shown


class WorkQuestions(CitationGraph):
    """A citation graph that answers questions about works; see `kg.library.graph.Graph`."""

    @cached_property
    def _space(self) -> Workspace:
        """What questions read: the graph's folder, or a store in memory."""
        return space_of(self)

    def find(self, name: str | Work) -> Work:
        """The work that a text names: an id, a DOI, a title or its start, "Todd 1989", or words only it has.

        Parameters
        ----------
        name : str or Work
            The work as people name it.

        Raises
        ------
        NothingFound
            If nothing fits.
        AmbiguousWork
            If several works fit; the error lists them.
        """
        return find_work(self._space, name)

    def search(self, text: str, *, top: int = 20) -> "Hits":
        """The works that have all words of a text in title, authors and year, best first.

        Parameters
        ----------
        text : str
            Words, a year, or an identifier; the last word may be cut short.
        top : int
            How many works to list.
        """
        from kg.library.works import search

        return search(self._space, text, top=top)

    def show(self, work: str | Work) -> "Shown":
        """One work: what it is, what it cites, what cites it, and how much of that is known.

        Parameters
        ----------
        work : str or Work
            The work.
        """
        from kg.library.works import show

        return show(self._space, work)

    def path(
        self,
        old: str | Work,
        new: str | Work,
        *,
        k: int = 1,
        by: str = "shortest",
        via: str | Work | Sequence[str | Work] = (),
        avoid: str | Work | Sequence[str | Work] = (),
        max_hops: int | None = None,
        era: str | None = None,
        as_of: int | None = None,
        ignore_time: bool = False,
    ) -> "Paths":
        """How did OLD reach NEW? Influence paths along citations, or what is missing to say that there is none.

        A path runs from the older to the newer work, each cited by the next and never backwards in time.

        Parameters
        ----------
        old, new : str or Work
            The earlier and the later work, or an era by name or years.
        k : int
            How many paths.
        by : str
            "shortest"; "influential", the strongest by what is known of their citations; "diverse", with as few works
            in common as possible.
        via, avoid : work or sequence of works
            Works that every path must pass, and works that no path may pass.
        max_hops : int, optional
            The most citations a path may have.
        era : str, optional
            The works between are of this era.
        as_of : int, optional
            Use the graph as it stood at the end of this year.
        ignore_time : bool
            Follow citations whatever the years say.

        Returns
        -------
        Paths
            The paths, best first. If there is none, its `certificate` says what was searched and what is missing:
            status "none" only if every reference list on the way is known, else "unknown".

        Raises
        ------
        NothingFound, AmbiguousWork
            If an end is not in the graph, or several works fit it.
        InputError
            If a work is named twice or an option has no such value.

        Examples
        --------
        >>> from kg import Graph
        >>> edges = [("B", "A"), ("C", "B")]
        >>> graph = Graph.from_edges(edges, years={"A": 1989, "B": 2002, "C": 2016}, titles={"B": "LSTM"})
        >>> [work.id for work in graph.path("A", "C")[0].works]
        ['A', 'B', 'C']
        >>> graph.path("A", "C", avoid=["LSTM"])
        no path from A to C without B: searched 1 work, and its reference list is known
        """
        from kg.library.paths import path

        return path(
            self._space,
            old,
            new,
            k=k,
            by=by,
            via=via,
            avoid=avoid,
            max_hops=max_hops,
            era=era,
            as_of=as_of,
            ignore_time=ignore_time,
        )

    def lines(
        self,
        old: str | Work,
        new: str | Work,
        *,
        avoid: str | Work | Sequence[str | Work] = (),
        era: str | None = None,
        as_of: int | None = None,
        ignore_time: bool = False,
    ) -> "Lines":
        """All paths at once: vertex-disjoint paths, the works that every path passes, and how many paths there are.

        Parameters
        ----------
        old, new : str or Work
            The earlier and the later work, or an era by name or years.
        avoid : work or sequence of works
            Works that no path may pass.
        era : str, optional
            The works between are of this era.
        as_of : int, optional
            Use the graph as it stood at the end of this year.
        ignore_time : bool
            Follow citations whatever the years say.

        Raises
        ------
        NothingFound, AmbiguousWork
            If an end is not in the graph, or several works fit it.
        InputError
            If a work is named twice.

        Examples
        --------
        >>> from kg import Graph
        >>> graph = Graph.from_edges([("D", "B"), ("D", "C"), ("B", "A"), ("C", "A")], years=dict(zip("ABCD", range(4))))
        >>> len(graph.lines("A", "D").lines), graph.lines("A", "D").count
        (2, 2)
        """
        from kg.library.paths import lines

        return lines(self._space, old, new, avoid=avoid, era=era, as_of=as_of, ignore_time=ignore_time)

    def lineage(
        self,
        work: str | Work,
        *,
        forward: bool = False,
        to: str | Work | None = None,
        hops: int | None = None,
        top: int = 10,
    ) -> "Lineage":
        """What a work descends from, or what descends from it, by generation; the works on most paths first.

        Parameters
        ----------
        work : str or Work
            The work.
        forward : bool
            Descendants instead of ancestors.
        to : str or Work, optional
            Only the works between the two, whichever came first.
        hops : int, optional
            How many generations; all if not given.
        top : int
            How many works of each generation to print; `.generations` has all.
        """
        from kg.library.lineage import lineage

        return lineage(self._space, work, forward=forward, to=to, hops=hops, top=top)

    def dossier(self, work: str | Work) -> "Dossier":
        """One page on a work: history, numbers, returns, claims, paths to later works, and what is not known.

        Parameters
        ----------
        work : str or Work
            The work.
        """
        from kg.library.dossier import dossier

        return dossier(self._space, work)

    def why(self, work: str | Work, metric: "str | Metric[Any]", **options: "Option") -> "Inputs":
        """What the figure that a metric gives a work is made of.

        Parameters
        ----------
        work : str or Work
            The work.
        metric : str or Metric
            The metric's name, which `metrics()` lists, or a function with the decorator `kg.analysis.metric.metric`.
        **options : str, int, float, bool or None
            The metric's own options.
        """
        from kg.library.measures import why

        return why(self._space, work, metric, options=options)

    def related(self, work: str | Work, by: str = "co_citation", *, top: int = 20) -> "Related":
        """The works most often cited together with a work, or sharing most references with it.

        Parameters
        ----------
        work : str or Work
            The work.
        by : str
            "co_citation" or "coupling" (bibliographic coupling).
        top : int
            How many works to list.
        """
        from kg.library.overviews import related

        return related(self._space, work, by, top=top)

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
