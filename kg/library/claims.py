"""What a later era is known to owe to an earlier one, and a verdict on each claim of an article."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kg.analysis.claims.case import NOT_ABOUT
from kg.analysis.claims.verdicts import Verdict, in_groups, tally, verdicts
from kg.analysis.era_report import EraReport, era_report
from kg.errors import InputError
from kg.graph.eras import Era, era_named
from kg.graph.folder import Workspace
from kg.library.answers import Answer, Block, Table
from kg.library.naming import check_top
from kg.text import counted, number, sentence, shortened

if TYPE_CHECKING:
    import pandas as pd

LISTS = (
    ("through", "works on most of these shortest paths", "works"),
    ("reached", "earlier works with a path to most later works", "works"),
    ("not_reached", "earlier works without a known path to a later work, the most cited first", "citations_held"),
)


@dataclass(frozen=True, repr=False)
class Claims(Answer):
    """The report on two eras, and the verdicts.

    Attributes
    ----------
    eras : tuple[str, str]
        The earlier and the later era, as named.
    report : EraReport
        What of the later era leads back to the earlier one, in figures and tables.
    verdicts : tuple[Verdict, ...]
        Each claim with its verdict, the reason and the numbers behind it.
    """

    graph: str
    as_of: int | None
    eras: tuple[str, str]
    report: EraReport
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...]
    top: int

    @property
    def table(self) -> "pd.DataFrame":
        """The verdicts as a table, by the claim's id."""
        import pandas as pd

        rows = [(v.claim.id, v.claim.kind, v.verdict, v.claim.statement, v.because, v.coverage) for v in self.verdicts]
        return pd.DataFrame(rows, columns=["id", "kind", "verdict", "statement", "because", "coverage"]).set_index("id")

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg claims --json`."""
        rows = [
            {"id": v.claim.id, "kind": v.claim.kind, "verdict": v.verdict, "statement": v.claim.statement}
            | {"place": v.claim.place, "article": v.claim.article, "because": v.because, "numbers": v.numbers}
            | {"population": v.population, "k": v.k, "n": v.n, "settle": v.settle}
            | {"coverage": v.coverage, "roles": [list(role) for role in v.claim.roles], "missing": list(v.missing)}
            for v in self.verdicts
        ]
        head = {"graph": self.graph, "as_of": self.as_of, "eras": list(self.eras)}
        return head | {"report": _document(self.report), "claims": rows}

    def blocks(self) -> Iterator[Block]:
        """How many claims get which verdict, the report, then each claim: those answered first, those not about citations last."""
        if self.verdicts:
            yield f"{tally(self.verdicts)}\n"
        yield from self._report()
        for apart, claims in groupby(in_groups(self.verdicts), key=lambda v: v.group == NOT_ABOUT):
            if apart:
                yield f"\n{sentence(NOT_ABOUT)}"
                yield from (f'{v.claim.id}: "{shortened(v.claim.statement, 60)}": {v.because}' for v in claims)
                continue
            for v in claims:
                yield f"\n{v.claim.id} ({v.claim.kind}): {v.verdict}\n   {v.claim.statement}\n   {v.claim.place}"
                yield f"   {sentence(v.because)}."
                if v.settle:
                    yield f"   To settle it: {v.settle}."

    def _report(self) -> Iterator[Block]:
        report, (earlier, later) = self.report, self.eras
        c = report.counts
        which = []
        for name, end in ((earlier, "earlier"), (later, "later")):
            listed = f"the {c[f'{end}_works']:,} listed as such" if end in report.options["listed"] else "all works"
            which.append(f"{name} works are {listed} ({Era.of(tuple(report.options[end])).years})")
        yield ", ".join(which)
        yield f"{counted(c['later_works'], later + ' work')}, {c['known']:,} of them with a known reference list"
        if report.share is not None and report.high is not None:
            yield (
                f"{c['reaching']:,} of these {c['known']:,} ({report.share:.0%}) have a citation path back to {earlier} "
                f"works and {c['not_reaching']:,} have none; for {c['open']:,} it is unknown (reference lists on the way are "
                f"missing), so the share is between {report.share:.0%} and {report.high:.0%}"
            )
            steps = ", ".join(
                f"{counted(length, 'citation')} for {counted(times, 'work')}"
                for length, times in report.distances.items()
            )
            yield f"shortest path back: {steps or 'none'}"
        works = counted(c["earlier_works"], earlier + " work")
        yield (
            f"{c['reached']:,} of the {works} have a citation path to a {later} work; for {c['not_reached']:,} no path is "
            "known in this graph"
        )
        for name, title, last in LISTS:
            table = getattr(report, name).head(self.top)
            if len(table):
                yield f"\n{title}"
                rows = zip(table.index, table.to_dict("records"), strict=True)
                heading = "citations" if last == "citations_held" else last
                cells = [(number(r[last]), str(r["year"]), id_, r["title"]) for id_, r in rows]
                yield Table([heading, "year", "id", "title"], cells, right=[heading])


def claims(space: Workspace, earlier: str | None = None, later: str | None = None, *, top: int = 10) -> Claims:
    """The report and verdicts of a graph; see `kg.library.graph.Graph.claims` for the parameters."""
    check_top(top)
    eras = space.provenance.eras
    spans = sorted(eras.values(), key=lambda era: (era.first, era.last))
    if len(spans) < 2 and not (earlier and later):
        hint = "name both: --earlier 1988-2008 --later 2009-, or write them into eras.toml"
        raise InputError(f"this graph names {'one era' if spans else 'no eras'}, and two are compared", hint)
    first, last = (era_named(named, eras) if named else spans[k] for k, named in ((0, earlier), (-1, later)))
    names = first.name, last.name
    report = era_report(space.graph, first, last)
    found = verdicts(space.graph, since=last.first)
    notes = [*report.notes, "docs/metrics.md gives the rules of the verdicts"]
    if not found:
        notes.insert(0, "this graph contains no claims from an article")
    return Claims(space.store.name, space.store.until, names, report, tuple(found), tuple(notes), top)


def _document(report: EraReport) -> dict[str, Any]:
    lists = {name: _rows(getattr(report, name)) for name, _, _ in LISTS}
    names = ("counts", "share", "low", "high", "coverage", "options", "notes")
    figures = {name: getattr(report, name) for name in names}
    return figures | {"distances": {str(k): v for k, v in report.distances.items()}} | lists


def _rows(table: "pd.DataFrame") -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None)
    records = zip(rows.index, rows.to_dict("records"), strict=True)
    return [{"id": id_} | {str(k): v for k, v in row.items()} for id_, row in records]
