"""What the chapters of a report share: the graph, the results more than one of them needs, and how figures and works are shown."""

import shlex
from functools import cached_property

from kg.analysis.base.names import lettered_year
from kg.analysis.forgotten.table import ForgottenTable, forgotten
from kg.analysis.main_path import MainPath, main_path
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era
from kg.ids import iri_of
from kg.output.commands import reading_options
from kg.output.report.page import Named, Number, Part, Sentence
from kg.text import cited_as, marked_title, number, short_title, shortened, work_name

MOST_ROWS = 15
_NEARLY_ALL = 0.9  # share of reference lists


class ReportContext:
    """A graph and its results, each computed when first asked for; figures come with the command that prints them."""

    def __init__(self, graph: CitationGraph) -> None:
        self.graph = graph
        self.source = graph.provenance
        self.facts = graph.facts()
        self.eras = graph.eras
        self._options = reading_options(graph)

    @cached_property
    def main(self) -> MainPath:
        """The main path of the graph."""
        return main_path(self.graph)

    @cached_property
    def table(self) -> ForgottenTable:
        """The forgotten works."""
        return forgotten(self.graph, era=self.span, top=MOST_ROWS)

    @cached_property
    def span(self) -> Era | None:
        """The first era, where it tells works apart."""
        spans = [era for era in self.eras.values() if self.graph.within(era).any()]
        return spans[0] if len(spans) > 1 else None

    @property
    def later(self) -> Era | None:
        """The last era, where it is not the first."""
        spans = sorted(self.eras.values(), key=lambda era: (era.first, era.last))
        return spans[-1] if self.span and spans[-1] != self.span else None

    @property
    def era(self) -> str:
        """Its name."""
        return self.span.name if self.span else ""

    # -- words --

    @property
    def years(self) -> tuple[int, int]:
        """First and last year of the works; zeros where none is dated."""
        dated = self.graph.years[self.graph.years != UNDATED]
        return (int(dated.min()), int(dated.max())) if len(dated) else (0, 0)

    def number(self, value: float | None, command: str) -> Part:
        """A figure with the command that gives it; a dash where there is none."""
        if value is None or value != value:  # noqa: PLR0124  (NaN)
            return "–"
        return self.shown(number(value) or "", command)

    def shown(self, text: str, command: str) -> Part:
        """A figure as text, with its command where there is one."""
        return text if self._options is None else Number(text, f"kg {command}{self._options}")

    def share(self, value: float | None, command: str) -> Part:
        """A share as a percentage, with the command that gives it."""
        return "–" if value is None else self.shown(f"{value:.0%}", command)

    def why(self, id_: str, metric: str, value: float | None) -> Part:
        """A figure of one work."""
        return self.number(value, f"why {shlex.quote(id_)} {metric}")

    def work(self, id_: str, *, short: int = 0) -> Named:
        """A work by author, year and title, with its address where one is held; or in `short` characters at most."""
        row = self.graph.works.loc[id_]
        authors, title = str(row["authors"] or "").split("; "), str(row["title"] or "")
        year = lettered_year(self.graph, self.graph.number(id_))
        retracted = row["retracted"] is True
        if short:
            who = cited_as(authors[:1], year, otherwise=str(year or ""))
            return Named(marked_title(shortened(f"{who} {short_title(title) or title}", short) or id_, retracted))
        found = self.source.store.find_by_id(id_) if self.source else None
        web = [iri for i in (found.identifiers if found else ()) if (iri := iri_of(i)) and iri.startswith("http")]
        return Named(work_name(authors, year, marked_title(title, retracted), id_), web[0] if web else "")

    @property
    def all_known(self) -> bool:
        """Whether so many lists are known that what is missing changes little."""
        return (self.graph.coverage() or 0.0) >= _NEARLY_ALL

    def warning(self) -> Sentence:
        """How far to trust all that follows."""
        known = self.graph.coverage()
        if known is None:
            return ("This graph has no works.",)
        share = self.share(known, "info --json")
        if self.all_known:
            return (share, " of the reference lists in this graph are known: what is missing changes little.")
        return (
            "Only ",
            share,
            (
                " of the reference lists in this graph are known. A citation missing from this page may exist: that a work "
                "seems uncited or uncredited here is no proof that it was."
            ),
        )
