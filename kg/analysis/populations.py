"""Populations: named sets of citing works whose reference lists are (nearly) all known.

Of a population one can say "cited by 3 of its 86 works", not "by 3 at least". A graph's folder may name populations in
`populations.toml`; every venue and year with enough works of which nearly all lists are known is found by itself, and every
community and year where it is asked for (`kg.analysis.community_populations`). Standard library only: `kg info` must start
at once.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import InputError
from kg.files import read_toml
from kg.graph.arrays import KNOWN, OUTCOMES, UNDATED
from kg.graph.eras import Era, listed
from kg.graph.folder import Workspace
from kg.graph.provenance import IN_MEMORY
from kg.model import Outcome
from kg.text import title_key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.graph.citation_graph import CitationGraph

SMALLEST = 20  # works that make a population
NEARLY_ALL = 0.9  # share of its reference lists known
_FOUND = "venue and year"
DETECTED = "community and year"
_COSTLY = re.compile(r"\)[*+{]|(?:[*+{].*){3}", re.DOTALL)  # in a pattern, what could take for ever on a title
_KEYS = {"members", "venue", "years", "words", "of", "known", "detection", "rule", "source", "label", "searched"}


@dataclass(frozen=True, kw_only=True)
class Population:
    """A named set of citing works.

    Attributes
    ----------
    name : str
        What it is called.
    members : tuple of int
        The numbers of its works in the graph.
    lists : tuple of bool
        Whether the reference list of each was read: it is known, or known in part where `detection` says how far.
    detection : float
        Share of the citations in the lists read that were found, 1 where all were; counts are lower bounds below 1.
    rule : str
        In words, which works belong to it.
    source : str
        Who says so.
    searched : frozenset of str
        Ids of works for which every text of the population was searched: their counts are exact, whatever `detection`.
    label : str
        How a sentence names its works, if not "works of" and the name.
    heading : str
        What heads a column about them, if not the name.
    community : int, optional
        The community that its works belong to, where it was found as one.
    """

    name: str
    members: tuple[int, ...]
    lists: tuple[bool, ...]
    detection: float = 1.0
    rule: str = ""
    source: str = ""
    label: str = ""
    searched: frozenset[str] = frozenset()
    heading: str = ""
    community: int | None = None

    @property
    def found(self) -> bool:
        """Whether it was found by itself, as a venue or community and a year, not named."""
        return self.source in (_FOUND, DETECTED)

    @property
    def words(self) -> str:
        """How a sentence names its works: "works of ismir-2018", "later works"."""
        return self.label or f"works of {self.name}"

    @cached_property
    def works(self) -> "NDArray[np.int64]":
        """Its `members` as an array."""
        import numpy as np

        return np.array(self.members, np.int64)

    @cached_property
    def read(self) -> "NDArray[np.bool_]":
        """Its `lists` as an array."""
        import numpy as np

        return np.array(self.lists, np.bool_)

    @property
    def size(self) -> int:
        """The number of its works, N."""
        return len(self.members)

    @property
    def known(self) -> int:
        """How many of its reference lists were read, n."""
        return sum(self.lists)

    @property
    def read_as(self) -> str:
        """What its lists are: "known", or "read" where some citations in them were missed, as `kg info` counts none as known."""
        return "known" if self.detection == 1 else "read"

    @property
    def whole(self) -> bool:
        """Whether its lists are nearly all read, so that counts need no estimate."""
        return self.size > 0 and self.known >= 0.95 * self.size


class _Facts(NamedTuple):
    """What rules ask of the works of a graph, in the order of their numbers, and the folder with its `populations.toml`."""

    ids: Sequence[str]
    years: Sequence[int]
    outcomes: Sequence[int]
    venues: Sequence[str]
    titles: Sequence[str]
    seeds: Sequence[bool]
    folder: Path


def populations(graph: "CitationGraph") -> list[Population]:
    """The populations of a graph: those its folder names, then venues and years found by themselves.

    Communities and years take longer to find; see `kg.analysis.community_populations`.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    list of Population
        Named ones in the order of the file, then the others by falling size.

    Raises
    ------
    InputError
        If `populations.toml` cannot be read.
    """
    venues, titles = (graph.works[name].fillna("").astype(str).tolist() for name in ("venue", "title"))
    seeds, folder = graph.works["seed"].tolist(), graph.provenance.folder if graph.provenance else IN_MEMORY
    return _found(_Facts(graph.ids, graph.years.tolist(), graph.outcomes.tolist(), venues, titles, seeds, folder))


def populations_in(space: Workspace) -> list[Population]:
    """The populations of the graph in a folder, without loading it."""
    arrays, rows = (
        space.arrays,
        {row[0]: row for row in space.store.db.execute("SELECT n, id, venue, title, seed FROM work")},
    )
    ids, venues, titles, seeds = ([rows[n][column] for n in arrays.rows] for column in (1, 2, 3, 4))
    return _found(_Facts(ids, [*arrays.years], [*arrays.outcomes], venues, titles, seeds, space.folder))


def check_rules(folder: Path) -> None:
    """Raise InputError where `populations.toml` in a graph's folder has other rules than kg reads."""
    _ = [*_named(_Facts([], [], [], [], [], [], folder))]


def nearly_all(known: Sequence[bool], others: int = 0) -> bool:
    """Whether these are enough works, and nearly all of their lists are known, even if so many others belong to them."""
    return len(known) >= SMALLEST and sum(known) >= NEARLY_ALL * (len(known) + others)


def _found(facts: _Facts) -> list[Population]:
    named = [*_named(facts)]
    taken = {p.name for p in named} | {p.members for p in named}
    found = [p for p in _venue_years(facts) if not {p.name, p.members} & taken]
    return named + sorted(found, key=lambda p: (-p.size, p.name))


def later_works(graph: "CitationGraph", era: Era) -> Population:
    """The works of an era as a population, of which only some lists are known."""
    works = graph.within(era).nonzero()[0]
    which = "all works" if era.members is None else f"the {len(works):,} works named for it"
    rule = f"{which} of this graph ({era.years})"
    name = era.name.replace(" ", "-")
    read = tuple(graph.known_lists[works].tolist())
    return Population(
        name=name, members=tuple(works.tolist()), lists=read, rule=rule, label=works_of(era), heading=era.years
    )


def every_later_work(graph: "CitationGraph") -> Population:
    """All works with a year as a population; of them the later ones could cite a work."""
    first = int(graph.years[graph.years != UNDATED].min(initial=9999))
    name = "later" if first == 9999 else f"{first}-"
    return replace(later_works(graph, Era(name, first, 9999)), label="later works", heading="later works")


def works_of(era: Era) -> str:
    """How a sentence names the works of an era.

    Examples
    --------
    >>> works_of(Era("deep learning", 2009, 9999)), works_of(Era("1988-2008", 1988, 2008)), works_of(Era("2009-", 2009, 9999))
    ('works of the deep learning era (from 2009)', 'works of 1988 to 2008', 'works from 2009')
    """
    if not era.name[:4].isdecimal():
        return f"works of the {era.name} era ({era.years})"
    return f"works {era.years}" if era.last == 9999 else f"works of {era.years}"


def _named(facts: _Facts) -> Iterator[Population]:
    path = facts.folder / "populations.toml"
    for name, rule in read_toml(path, "see docs/metrics.md for its form").items():
        if not isinstance(rule, dict) or not rule.keys() <= _KEYS:
            hint = f"a table [{name}] with some of: {', '.join(sorted(_KEYS))}"
            raise InputError(f"{path}: invalid population {name!r}", hint)
        try:
            yield _by_rule(facts, name, rule)
        except (OSError, re.error, TypeError, ValueError) as error:
            raise InputError(
                f"{path}: invalid population {name!r}: {error}", "see docs/metrics.md for its form"
            ) from error


def _by_rule(facts: _Facts, name: str, rule: dict[str, Any]) -> Population:
    """The works that meet every condition of a rule."""
    keep: Sequence[int] = range(len(facts.ids))
    if "members" in rule:
        named = listed(facts.folder, rule["members"])
        keep = [i for i in keep if facts.ids[i] in named]
    if "years" in rule:
        first, last = rule["years"]
        keep = [i for i in keep if facts.years[i] != UNDATED and first <= facts.years[i] <= last]
    patterns = [(words, facts.titles) for words in rule.get("words", [])]
    for words, texts in [(rule["venue"], facts.venues), *patterns] if "venue" in rule else patterns:
        if _COSTLY.search(words):
            raise ValueError(f"the pattern {words[:80]!r} repeats a group, or more than two things")
        pattern = re.compile(words, re.IGNORECASE)
        keep = [i for i in keep if pattern.search(texts[i])]
    if rule.get("of") == "seeds":
        keep = [i for i in keep if facts.seeds[i]]
    if rule.get("known"):
        keep = [i for i in keep if facts.outcomes[i] in KNOWN]
    detection = float(rule.get("detection", 1.0))
    codes = {*KNOWN, OUTCOMES.index(Outcome.PARTIAL)} if detection < 1 else KNOWN
    return Population(
        name=name,
        members=tuple(keep),
        lists=tuple(facts.outcomes[i] in codes for i in keep),
        detection=detection,
        rule=str(rule.get("rule", "")),
        label=str(rule.get("label", "")),
        searched=frozenset(map(str, rule.get("searched", ()))),
        source=str(rule.get("source", "populations.toml")),
    )


def _venue_years(facts: _Facts) -> Iterator[Population]:
    """Venues and years with at least 20 works of which nine in ten lists are known."""
    keys = {venue: title_key(venue) for venue in set(facts.venues)}
    groups: dict[tuple[str, int], list[int]] = {}
    for i, (venue, year) in enumerate(zip(facts.venues, facts.years, strict=True)):
        if keys[venue] and year != UNDATED:
            groups.setdefault((keys[venue], year), []).append(i)
    for (key, year), members in groups.items():
        known = [facts.outcomes[i] in KNOWN for i in members]
        if nearly_all(known):
            yield Population(
                name=f"{key.replace(' ', '-')}-{year}",
                members=tuple(members),
                lists=tuple(known),
                rule=f"the works of {facts.venues[members[0]]}, {year}",
                source=_FOUND,
            )
