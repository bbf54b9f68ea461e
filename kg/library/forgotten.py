"""Which works were forgotten, as far as this data can tell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kg.analysis.base.citing_words import CANNOT_SAY, brief, how_sure
from kg.analysis.forgotten.sentences import undecided
from kg.analysis.forgotten.table import ForgottenTable
from kg.analysis.forgotten.table import forgotten as find
from kg.analysis.populations import works_of
from kg.analysis.who_cites import WhoCites, who_cites
from kg.global_figures import CITATIONS, GlobalFigures
from kg.graph.eras import era_named
from kg.graph.folder import Workspace
from kg.library.answers import Answer, Block, Table
from kg.library.global_figures import figures_of, first_in_brief
from kg.library.naming import check_top
from kg.library.works import FoundWorks
from kg.text import counted, number

if TYPE_CHECKING:
    import pandas as pd

EVERYWHERE = "cited less (year, field)"  # heads the column of the standing in a whole catalogue
FIGURES = (
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
    """Who cites the works asked about; those that can be ranked, most forgotten first, and those that cannot, with the reason.

    Attributes
    ----------
    found : ForgottenTable
        What was found; `found.criteria` says what the ranking rests on.
    cited : tuple[WhoCites, ...]
        How later works cite them, and how whole populations do: the `standing` in each.
    said : tuple[str, ...]
        The same in sentences, then what cannot be decided and what would settle it.
    figures : Mapping[str, tuple[GlobalFigures, ...]]
        Where works stand in whole catalogues, for those listed of which this is known.
    """

    graph: str
    as_of: int | None
    era: str | None
    search: str | None
    found: ForgottenTable
    cited: tuple[WhoCites, ...]
    said: tuple[str, ...]
    notes: tuple[str, ...]
    figures: Mapping[str, tuple[GlobalFigures, ...]] = field(default_factory=dict)

    @property
    def ranked(self) -> "pd.DataFrame":
        """The works that can be ranked, by work id."""
        return self.found.ranked

    @property
    def insufficient(self) -> "pd.DataFrame":
        """The works of which too little is known, by work id."""
        return self.found.insufficient

    @property
    def standing(self) -> "pd.DataFrame":
        """Who cites each work asked about: a row for a work and a population that could cite it."""
        import pandas as pd

        rows = [{"id": id_} | row for id_ in self.found.ids for row in self._standing(id_)]
        return pd.DataFrame(rows).set_index("id") if rows else pd.DataFrame()

    @cached_property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Both tables in plain values, each row with the work's standing."""
        return {
            part: [
                row | {"standing": self._standing(row["id"]), "global_figures": self._figures(row["id"])}
                for row in rows
            ]
            for part, rows in self.found.rows().items()
        }

    def _figures(self, id_: str) -> list[dict[str, Any]]:
        return [found.as_dict() for found in self.figures.get(id_, ())]

    def globally(self, id_: str) -> tuple[str, float | None] | None:
        """How many of the works of its year and field in a whole catalogue are cited less: in words, and the percentile."""
        found = first_in_brief(self.figures.get(id_, ()))
        cited = found[1].figure(CITATIONS) if found else None
        return (found[0], cited.percentile) if found and cited else None

    def _standing(self, id_: str) -> list[dict[str, Any]]:
        return [row for each in self.cited if (row := each.row(id_))]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg forgotten --json`."""
        found = self.found
        options = found.options | {"era": self.era, "as_of": self.as_of}
        head = {"graph": self.graph, "options": options | ({"search": self.search} if self.search else {})}
        basis = {"criteria": found.criteria, "missing": found.missing, "totals": found.totals}
        populations = [
            {"name": p.name, "rule": p.rule, "works": p.size, "known": p.known, "detection": p.detection}
            for p in (each.population for each in self.cited)
        ]
        return head | {"said": list(self.said), "populations": populations} | basis | self.rows | {"notes": found.notes}

    def blocks(self) -> Iterator[Block]:
        """Who cites the works, in sentences and work by work; then those that can be ranked, and what cannot be decided."""
        *said, open_ = self.said
        yield "\n".join(said)
        rows = [row for part in self.rows.values() for row in part]
        if rows and self.cited:
            names = [each.population.name for each in self.cited[1::-1]]
            counts = [each.population.heading or each.population.name for each in self.cited[1::-1]]
            yield ""
            heads, cells = (
                ["id", "year", *counts, "share, 90 %", "sure", "verdict"],
                [_cells(row, names) for row in rows],
            )
            if self.figures:
                heads.append(EVERYWHERE)
                cells = [[*cell, (self.globally(cell[0]) or (None,))[0]] for cell in cells]
            yield Table(heads, cells, right=[*counts, "sure"])
        for row in self.rows["ranked"]:
            yield from _ranked(row)
        for row in self.rows["insufficient"]:
            if row["classes"]:
                yield f"\n{row['title'] or row['id']} ({row['year']})  {', '.join(row['classes'])}\n   {row['reason']}"
        if open_:
            yield f"\n{open_}"


def forgotten(
    space: Workspace,
    *,
    era: str | None = None,
    since: int | None = None,
    class_: str | None = None,
    top: int | None = 15,
    search: str | None = None,
) -> Forgotten:
    """The forgotten works of a graph; see `kg.library.graph.Graph.forgotten` for the parameters."""
    check_top(top)
    span = era_named(era, space.provenance.eras) if era else None
    graph = space.graph
    only = None if search is None else [hit.id for hit in FoundWorks(space).search(search, top=len(graph))]
    found = find(graph, era=span, since=since, top=top, cls=class_, only=only)
    cited = who_cites(graph, found.ids)
    notes = []
    if len(found.ranked):
        notes.append("ranked by: " + "; ".join(f"{name} ({meaning})" for name, meaning in found.criteria.items()))
    if cited:
        names = " and ".join(each.population.heading or each.population.name for each in cited[1::-1])
        notes.append(
            f"{names}: how many of its known reference lists cite the work; share, 90 %: the interval of the share of all "
            f"{cited[0].population.words} that cite it; sure: the probability of the verdict"
        )
    figures = figures_of(space, (*found.ranked.index, *found.insufficient.index))
    if figures:
        catalogues = dict.fromkeys(each.there for of in figures.values() for each in of)
        notes.append(f"{EVERYWHERE}: how many of all works of its year and field in {' or '.join(catalogues)} are")
    notes.append("`kg dossier WORK` shows all that is known of a work, `kg why WORK METRIC` what a number is made of")
    if found.missing:
        reasons = dict.fromkeys(found.missing.values())
        left_out = [(why, ", ".join(n for n, reason in found.missing.items() if reason == why)) for why in reasons]
        notes.append("criteria left out: " + "; ".join(f"{names} ({why})" for why, names in left_out))
    asked = counted(len(found.ids), "work") + ("" if span is None else works_of(span).removeprefix("works"))
    asked += f" found by {search!r}" if search else ""
    said = [f"{asked}{', as far as known reference lists tell:' if cited else '' if found.ids else ' in this graph'}"]
    said += [f"- {each.summary(graph, found.ids)}" for each in cited]
    if not cited and found.ids:
        said.append("None of them has a year, so no work is known to be later than another.")
    if ranked := found.totals["ranked"]:
        said.append(
            f"{ranked:,} of {counted(len(found.ids), 'work')} can be ranked by how far they were forgotten, as below"
        )
    if found.totals["tested"]:
        tested, late = counted(found.totals["tested"], "work"), found.totals["sleepers"]
        named = f"{late:,} {'was' if late == 1 else 'were'}" if late else "none was"
        said.append(
            f"Sleepers: of {tested} that could be tested, {named} cited later by known lists than chance explains"
        )
    elif found.ids:
        said.append(
            "Sleepers: none could be tested, for too few reference lists are known before or after the middle of their citations"
        )
    said.append(undecided(graph, found.ids[ranked:]))
    head = (space.store.name, space.store.until, era, search)
    return Forgotten(*head, found, tuple(cited), tuple(said), (*notes, *found.notes), figures)


def _ranked(row: dict[str, Any]) -> Iterator[Block]:
    rank = f"{row['rank']:g} (5-95 %: {row['rank_low']}-{row['rank_high']})"
    yield f"\n{rank}  {row['title'] or row['id']} ({row['year']})  {', '.join(row['classes']) or 'no class'}"
    figures = [f"{name} {number(row[name], 3)}" for name in FIGURES if row[name] is not None]
    yield f"   {row['id']}  {', '.join(figures)}\n   {row['reason']}"


def _cells(row: dict[str, Any], populations: list[str]) -> list[Any]:
    """A row of the table, with what is known of these populations; the last one is that of later works."""
    by = {each["population"]: each for each in row["standing"]}
    counts = [f"{by[name]['k']:,} of {by[name]['n']:,}" if name in by else None for name in populations]
    found = by.get(populations[-1])
    if found is None or found["value"] is None:
        return [row["id"], row["year"], *counts, None, None, found and CANNOT_SAY]
    low, high = ends_in_words(found)
    span = f"{low} %" if low == high else f"{low} to {high} %"
    return [row["id"], row["year"], *counts, span, how_sure(found), brief(found)]


def ends_in_words(found: dict[str, Any]) -> tuple[str, str]:
    """The ends of the interval of a share, per cent, with the digits that mean something.

    Examples
    --------
    >>> ends_in_words({"low": 0.00123, "high": 0.0416})
    ('0.1', '4.2')
    >>> ends_in_words({"low": 0.5, "high": 1.0})
    ('50', '100')
    """
    low, high = (
        f"{figure:.0f}" if figure >= 10 else f"{figure:.{2 if figure >= 1 else 1}g}"
        for figure in (100 * found["low"], 100 * found["high"])
    )
    return low, high
