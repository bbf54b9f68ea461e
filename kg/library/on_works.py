"""What can be asked of a graph about its works: found by name, shown, joined by paths, and measured one by one."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.graph.citation_graph import CitationGraph
from kg.graph.folder import Workspace
from kg.library.lineage import Lineages
from kg.library.naming import find_work
from kg.library.paths import InfluencePaths
from kg.library.space import space_of
from kg.library.works import FoundWorks
from kg.model import Work

if TYPE_CHECKING:
    from kg.library.credit_check import CreditCheck
    from kg.library.dossier import Dossier


class WorkQuestions(CitationGraph, FoundWorks, InfluencePaths, Lineages):
    """A citation graph that answers questions about works; see `kg.library.graph.Graph`."""

    @cached_property
    def _space(self) -> Workspace:  # type: ignore[override]  # made when first read
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
