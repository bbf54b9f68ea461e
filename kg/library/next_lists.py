"""Which of the missing reference lists would change most, and the command that fetches them."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from kg.analysis.community_populations import population as population_named
from kg.analysis.next_lists import NextLists, next_lists
from kg.analysis.populations import later_works
from kg.errors import InputError
from kg.graph.bundled import is_bundled
from kg.graph.eras import Era, era_named
from kg.graph.folder import Workspace
from kg.graph.provenance import IN_MEMORY
from kg.ids import parse_identifier
from kg.library.answers import Answer, Block, Table
from kg.library.certificate import names_of
from kg.library.naming import check_top, find_work, works_of
from kg.model import Outcome, Work
from kg.text import counted

MOST_CITED = 100  # works asked about where the graph names no eras
_ORDER = (
    "the first list is expected to give most pairs a path, and each further one adds most to those above it; the figures of "
    "each are those it adds"
)
_CHOSEN = "these lists are chosen, not drawn at random, so the shares that `standing` estimates from them will be somewhat too high"


@dataclass(frozen=True, repr=False)
class Next(Answer):
    """The missing reference lists that would change most.

    Attributes
    ----------
    graph : str
        The graph's name.
    asked, later : str
        Which works are asked about, and which later works.
    found : NextLists
        The figures, and `found.table` by work id.
    works : tuple of Work
        The works of the table.
    command : str or None
        The command that fetches their lists; None where no command can add to this graph.
    """

    graph: str
    asked: str
    later: str
    found: NextLists
    works: tuple[Work, ...]
    command: str | None
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg next --json`."""
        found = self.found
        head = {"graph": self.graph, "asked": self.asked, "later": self.later, "works": found.asked}
        head |= {"later_works": found.later, "known": found.known, "open_pairs": found.open_pairs}
        head |= {"missing": found.missing, "command": self.command}
        figures = found.table.reset_index().to_dict("records")
        rows = [
            {"id": work.id, "title": work.title or None, "year": work.year, "identifiers": _identifiers(work)} | row
            for work, row in zip(self.works, figures, strict=True)
        ]
        return head | {"rows": rows, "notes": list(self.notes)}

    def blocks(self) -> Iterator[Block]:
        """How much is open, the lists, and how to fetch them."""
        found = self.found
        lists = f"the reference lists of {found.known:,} of these {counted(found.later, 'work')} are known"
        yield f"asked about: {self.asked}; later works: {self.later}; {lists}"
        if not len(found.table):
            yield (
                "no missing reference list of this graph bears on them"
                if found.asked
                else "no work asked about has a year"
            )
            return
        pairs = f"{counted(found.open_pairs, 'pair')} of an asked and a later work {'has' if found.open_pairs == 1 else 'have'}"
        hide = (
            f"any of {found.missing:,} missing reference lists"
            if found.missing > 1
            else "the one missing reference list"
        )
        yield f"{pairs} no known path between them; {hide} may hide one or add to what is counted"
        rows = [
            (
                row.pairs,
                f"{row.paths:,.1f}",
                f"{row.narrowing:.2%}",
                Outcome(row.outcome).words,
                next(iter(_identifiers(work)), "none: by title" if work.title else "none"),
                work.year,
                work.id,
                work.title,
            )
            for work, row in zip(self.works, found.table.to_records(), strict=True)
        ]
        figures = ["open pairs", "paths expected", "intervals narrower by"]
        yield Table([*figures, "list", "identifier", "year", "id", "title"], rows, right=figures)
        if self.command:
            yield f"to fetch {'this list' if len(rows) == 1 else 'these lists'} from Semantic Scholar: {self.command}"


def next_(
    space: Workspace,
    *,
    work: str | Work | None = None,
    population: str | None = None,
    era: str | None = None,
    top: int = 20,
) -> Next:
    """The missing lists that would change most; see `kg.library.graph.Graph.next` for the parameters."""
    check_top(top)
    if population and era:
        raise InputError("population and era cannot be combined", "leave one out")
    graph, eras = space.graph, sorted(space.provenance.eras.values(), key=lambda e: (e.first, e.last))
    if population:
        later = population_named(graph, population)
    elif era or len(eras) > 1:
        later = later_works(graph, era_named(era, space.provenance.eras) if era else eras[-1])
    else:
        later = replace(later_works(graph, Era("later", 0, 9999)), rule="all works of this graph")
    meant = find_work(space, work) if work else None
    if meant:
        works, asked = [space.number(meant)], names_of(meant)[0]
    elif eras:
        works = graph.within(eras[0]).nonzero()[0].tolist()
        asked = counted(len(works), f"{eras[0].name} work")
    else:
        works = (-graph.citers.counts()).argsort(kind="stable")[:MOST_CITED].tolist()
        asked = f"the {counted(len(works), 'most cited work')}"
    found = next_lists(graph, works, later, top=top)
    options = (
        ("--work ", meant and meant.id),
        ("--population ", population),
        ("--era ", era),
        ("--top ", top != 20 and str(top)),
    )
    words = "".join(f" {option}{shlex.quote(value)}" for option, value in options if value)
    command: str | None = f"kg next --fetch{words}{space.provenance.options}"
    if is_bundled(space.folder):
        command = f"kg demo; {command} --graph {space.store.name}"
    elif space.folder == IN_MEMORY or space.store.until is not None:
        command = None
    named = works_of(space, [graph.number(id_) for id_ in found.table.index])
    return Next(space.store.name, asked, later.rule or later.name, found, tuple(named), command, (_CHOSEN, _ORDER))


def _identifiers(work: Work) -> list[str]:
    """What a source can be asked for: the work's identifiers, its id among them where that is one."""
    own = parse_identifier(work.id)
    return list(dict.fromkeys([*([own] if own else []), *work.identifiers]))
