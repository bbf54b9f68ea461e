"""Which works were forgotten, as far as this data can tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kg.analysis.forgotten.table import ForgottenTable
from kg.analysis.forgotten.table import forgotten as find
from kg.graph.eras import era_named
from kg.graph.folder import Workspace
from kg.library.answers import Answer, Block, Table
from kg.library.naming import check_top
from kg.text import counted, number

if TYPE_CHECKING:
    import pandas as pd

_FIGURES = (
    "layer",
    "late_z",
    "beauty",
    "beauty_cp",
    "wake",
    "wake_gap",
    "persistence_gap",
    "foresight",
    "uncredited_return",
)


@dataclass(frozen=True, repr=False)
class Forgotten(Answer):
    """The works that can be ranked, most forgotten first, and those that cannot, with the reason.

    Attributes
    ----------
    found : ForgottenTable
        What was found; `found.criteria` says what the ranking rests on.
    """

    graph: str
    as_of: int | None
    era: str | None
    found: ForgottenTable
    known: int
    notes: tuple[str, ...]

    @property
    def ranked(self) -> "pd.DataFrame":
        """The works that can be ranked, by work id."""
        return self.found.ranked

    @property
    def insufficient(self) -> "pd.DataFrame":
        """The works of which too little is known, by work id."""
        return self.found.insufficient

    @cached_property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Both tables in plain values."""
        return self.found.rows()

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg forgotten --json`."""
        found = self.found
        head = {"graph": self.graph, "options": found.options | {"era": self.era, "as_of": self.as_of}}
        basis = {"criteria": found.criteria, "missing": found.missing, "totals": found.totals}
        return head | basis | self.rows | {"notes": found.notes}

    def blocks(self) -> Iterator[Block]:
        """How many can be ranked, the ranking, then the works that cannot be ranked."""
        totals = self.found.totals
        works = counted(totals["works"], "work")
        these = "this work" if totals["works"] == 1 else f"any of these {works}"
        if not totals["works"]:
            yield "no works to rank"
        elif totals["ranked"]:
            rest = "; too little is known of the others" if totals["insufficient"] else ""
            yield f"{totals['ranked']:,} of {works} can be ranked{rest}"
        elif 2 * self.known < totals["works"]:
            few = f"known for {self.known:,} of {totals['works']:,}"
            yield f"Too few reference lists are known to rank {these} ({few})"
        else:
            yield f"Cannot rank {these}; the table gives the reasons"
        for row in self.rows["ranked"]:
            yield from _ranked(row)
        if self.rows["insufficient"]:
            yield f"\nnot ranked: {counted(totals['insufficient'], 'work')}, the most cited in this graph first"
            heads = [
                "id",
                "year",
                "citations",
                "wake",
                "persistent influence",
                "topic without path",
                "citations by year",
            ]
            yield Table([*heads, "why not"], [_cells(row) for row in self.rows["insufficient"]], right=["citations"])


def forgotten(
    space: Workspace,
    *,
    era: str | None = None,
    since: int | None = None,
    class_: str | None = None,
    top: int | None = 15,
) -> Forgotten:
    """The forgotten works of a graph; see `kg.library.graph.Graph.forgotten` for the parameters."""
    check_top(top)
    span = era_named(era, space.provenance.eras) if era else None
    graph = space.graph
    found = find(graph, era=span, since=since, top=top, cls=class_)
    inside = graph.known_lists if span is None else graph.known_lists[graph.within(span)]
    bounds = (
        "wake is a lower bound; topic without path is the share of later works on the same topic "
        "with no citation path to the work, between these bounds"
    )
    ranked_by = "ranked by: " + "; ".join(f"{name} ({meaning})" for name, meaning in found.criteria.items())
    notes = [*([ranked_by] if len(found.ranked) else []), bounds, "`kg why WORK METRIC` shows what a number is made of"]
    if found.missing:
        reasons = dict.fromkeys(found.missing.values())
        left_out = [(why, ", ".join(n for n, reason in found.missing.items() if reason == why)) for why in reasons]
        notes.append("criteria left out: " + "; ".join(f"{names} ({why})" for why, names in left_out))
    as_of = space.store.until
    return Forgotten(space.store.name, as_of, era, found, int(inside.sum()), (*notes, *found.notes))


def _ranked(row: dict[str, Any]) -> Iterator[Block]:
    rank = f"{row['rank']:g} (5-95 %: {row['rank_low']}-{row['rank_high']})"
    yield f"\n{rank}  {row['title'] or row['id']} ({row['year']})  {', '.join(row['classes']) or 'no class'}"
    figures = [f"{name} {number(row[name], 3)}" for name in _FIGURES if row[name] is not None]
    yield f"   {row['id']}  {', '.join(figures)}\n   {row['reason']}"


def _cells(row: dict[str, Any]) -> list[Any]:
    least = f"≥ {number(row['wake'], 3)}" if row["wake"] else ""
    lasting = number(row["persistent_influence"], 3) if row["persistent_influence"] else ""
    shares = (row["share_low"], row["share_high"])
    share = "" if shares[0] is None else f"{shares[0]:.0%} to {shares[1]:.0%}"
    return [row["id"], row["year"], row["citations_held"], least, lasting, share, _by_year(row), row["reason"]]


def _by_year(row: dict[str, Any]) -> str:
    cited = [f"{year}: {count}" for year, count in row["history"] if count]
    return ", ".join(cited if len(cited) <= 8 else [*cited[:4], "...", *cited[-3:]])
