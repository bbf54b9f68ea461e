"""Populations: named sets of citing works whose reference lists are (nearly) all known.

Of a population one can say "cited by 3 of its 86 works", not "by 3 at least". A graph's folder may name populations in
`populations.toml`; every venue and year with enough works of which nearly all lists are known is found by itself.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError
from kg.graph.arrays import KNOWN, OUTCOMES, UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era, listed
from kg.graph.once_per_graph import once_per_graph
from kg.model import Outcome
from kg.text import title_key

SMALLEST = 20  # works that make a population
NEARLY_ALL = 0.9  # share of its reference lists known
_FOUND = "venue and year"
_KEYS = {"members", "venue", "years", "words", "of", "known", "detection", "rule", "source"}


@dataclass(frozen=True, kw_only=True)
class Population:
    """A named set of citing works.

    Attributes
    ----------
    name : str
        What it is called.
    works : ndarray of int
        The numbers of its works in the graph.
    read : ndarray of bool, shape (works,)
        Whether the reference list of each was read: it is known, or known in part where `detection` says how far.
    detection : float
        Share of the citations in the lists read that were found, 1 where all were; counts are lower bounds below 1.
    rule : str
        In words, which works belong to it.
    source : str
        Who says so.
    label : str
        How a sentence names its works, if not "works of" and the name.
    heading : str
        What heads a column about them, if not the name.
    """

    name: str
    works: NDArray[np.int64]
    read: NDArray[np.bool_]
    detection: float = 1.0
    rule: str = ""
    source: str = ""
    label: str = ""
    heading: str = ""

    @property
    def found(self) -> bool:
        """Whether it was found by itself, as a venue and year, not named."""
        return self.source == _FOUND

    @property
    def words(self) -> str:
        """How a sentence names its works: "works of ismir-2018", "later works"."""
        return self.label or f"works of {self.name}"

    @property
    def size(self) -> int:
        """The number of its works, N."""
        return len(self.works)

    @property
    def known(self) -> int:
        """How many of its reference lists were read, n."""
        return int(self.read.sum())

    @property
    def whole(self) -> bool:
        """Whether its lists are nearly all read, so that counts need no estimate."""
        return self.size > 0 and self.known >= 0.95 * self.size


@once_per_graph
def populations(graph: CitationGraph) -> list[Population]:
    """The populations of a graph: those its folder names, then venues and years found by themselves.

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
    named = []
    if graph.provenance is not None:
        named = [*_named(graph, graph.provenance.folder)]
    taken = {p.name for p in named} | {tuple(p.works.tolist()) for p in named}
    found = [p for p in _venue_years(graph) if not {p.name, tuple(p.works.tolist())} & taken]
    return named + sorted(found, key=lambda p: (-p.size, p.name))


def population(graph: CitationGraph, name: str) -> Population:
    """The population of a name; raises InputError that lists the others."""
    every = populations(graph)
    for one in every:
        if one.name == name:
            return one
    known = ", ".join(p.name for p in every[:12]) or "none in this graph"
    raise InputError(f"unknown population {name!r}", f"known: {known}")


def later_works(graph: CitationGraph, era: Era) -> Population:
    """The works of an era as a population, of which only some lists are known."""
    works = np.flatnonzero(graph.within(era))
    which = "all works" if era.members is None else f"the {len(works):,} works named for it"
    rule = f"{which} of this graph ({era.years})"
    name = era.name.replace(" ", "-")
    read = graph.known_lists[works]
    return Population(name=name, works=works, read=read, rule=rule, label=works_of(era), heading=era.years)


def every_later_work(graph: CitationGraph) -> Population:
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


def _named(graph: CitationGraph, folder: Path) -> Iterator[Population]:
    path = folder / "populations.toml"
    if not path.exists():
        return
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path} is not valid TOML: {error}", "see docs/metrics.md for its form") from error
    for name, rule in tables.items():
        if not isinstance(rule, dict) or not rule.keys() <= _KEYS:
            hint = f"a table [{name}] with some of: {', '.join(sorted(_KEYS))}"
            raise InputError(f"{path}: invalid population {name!r}", hint)
        try:
            yield _by_rule(graph, folder, name, rule)
        except (OSError, re.error, TypeError, ValueError) as error:
            raise InputError(
                f"{path}: invalid population {name!r}: {error}", "see docs/metrics.md for its form"
            ) from error


def _by_rule(graph: CitationGraph, folder: Path, name: str, rule: dict[str, Any]) -> Population:
    """The works that meet every condition of a rule."""
    keep = np.ones(len(graph), np.bool_)
    if "members" in rule:
        keep &= np.isin(np.array(graph.ids), np.array([*listed(folder, rule["members"])], dtype=str))
    if "years" in rule:
        first, last = rule["years"]
        keep &= (graph.years != UNDATED) & (graph.years >= first) & (graph.years <= last)
    if "venue" in rule:
        pattern = re.compile(rule["venue"], re.IGNORECASE)
        keep &= np.array([bool(pattern.search(venue)) for venue in graph.works["venue"].fillna("").astype(str)])
    for words in rule.get("words", []):
        pattern = re.compile(words, re.IGNORECASE)
        keep &= np.array([bool(pattern.search(title)) for title in graph.works["title"].fillna("").astype(str)])
    if rule.get("of") == "seeds":
        keep &= graph.works["seed"].to_numpy(bool)
    if rule.get("known"):
        keep &= graph.known_lists
    detection = float(rule.get("detection", 1.0))
    works = np.flatnonzero(keep)
    in_part = detection < 1
    codes = (*KNOWN, OUTCOMES.index(Outcome.PARTIAL)) if in_part else KNOWN
    return Population(
        name=name,
        works=works,
        read=np.isin(graph.outcomes[works], codes),
        detection=detection,
        rule=str(rule.get("rule", "")),
        source=str(rule.get("source", "populations.toml")),
    )


def _venue_years(graph: CitationGraph) -> Iterator[Population]:
    """Venues and years with at least 20 works of which nine in ten lists are known."""
    venue = graph.works["venue"].fillna("").astype(str).map(title_key)
    told = (venue != "").to_numpy() & (graph.years != UNDATED)
    groups: dict[tuple[str, int], list[int]] = {}
    for i in np.flatnonzero(told).tolist():
        groups.setdefault((venue.iloc[i], int(graph.years[i])), []).append(i)
    for (key, year), members in groups.items():
        works = np.array(members)
        known = graph.known_lists[works]
        if len(works) >= SMALLEST and known.mean() >= NEARLY_ALL:
            title = str(graph.works["venue"].iloc[members[0]])
            yield Population(
                name=f"{key.replace(' ', '-')}-{year}",
                works=works,
                read=known,
                rule=f"the works of {title}, {year}",
                source=_FOUND,
            )
