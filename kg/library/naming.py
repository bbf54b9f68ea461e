"""Which works and eras a question names. Standard library only: `kg path` and `kg show` must start at once."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kg.errors import AmbiguousWork, InputError, NothingFound
from kg.graph.folder import Workspace
from kg.graph.search import name_work, named_by
from kg.graph.store import Store
from kg.model import Work

_YEARS = re.compile(r"(\d{4})-(\d{4})?")


@dataclass(frozen=True)
class Era:
    """An era that stands for its works: its name or years as given, its first and last year, and how many works it has."""

    name: str
    years: tuple[int, int]
    works: int


def find_work(space: Workspace, named: str | Work) -> Work:
    """The work that a text names, or a work given as such, if it is in this graph.

    Raises
    ------
    NothingFound
        If nothing fits, or what fits is not in the graph as it stands.
    AmbiguousWork
        If several works fit; the error lists them.
    """
    if not isinstance(named, str | Work):
        raise InputError(f"invalid name of a work: {named!r}", 'give a text such as "Todd 1989", or a Work')
    return find_named(space, named.id if isinstance(named, Work) else named)[0]


def find_named(space: Workspace, text: str) -> tuple[Work, bool]:
    """The same, and whether words alone name it: neither id, title or its start, nor author and year."""
    try:
        work, by_words = named_by(space.store, text)
    except NothingFound:
        if space.store.until is None or not space.store.path.exists():
            raise
        raise _later(space.store, text) from None
    if space.number(work) < 0:
        raise NothingFound(f"{work.id} is not in this part of the graph", "open the whole graph: kg.open_graph(...)")
    return work, by_words


def find_end(space: Workspace, named: str | Work) -> Work | Era:
    """An end of a path: an era, whose name or years stand for its works, or a work; a work's own id comes first."""
    if isinstance(named, str) and is_era(space, named):
        first, last = years = era_years(named, space.provenance.eras)
        return Era(named, years, sum(first <= year <= last for year in space.arrays.years))
    return find_work(space, named)


def is_era(space: Workspace, text: str) -> bool:
    """Whether a text names an era of this graph, or years such as 1988-2008, and is no work's id."""
    return bool((text in space.provenance.eras or _YEARS.fullmatch(text)) and space.store.row(text) is None)


def era_years(era: str, eras: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """First and last year of an era given by name, or by years.

    Raises
    ------
    InputError
        If there is no such era, or it ends before it begins.

    Examples
    --------
    >>> era_years("2009-", {}), era_years("classical", {"classical": (1750, 1820)})
    ((2009, 9999), (1750, 1820))
    """
    if match := _YEARS.fullmatch(era):
        first, last = int(match.group(1)), int(match.group(2) or 9999)
        if first > last:
            raise InputError(f"the era {era} ends before it begins", f"did you mean {last}-{first}?")
        return first, last
    if era not in eras:
        raise InputError(f"unknown era {era!r}", f"known: {', '.join(eras)}; or give years: 1988-2008, 2009-")
    return eras[era]


def several(named: str | Work | Sequence[str | Work]) -> Sequence[str | Work]:
    """Works given one or many."""
    return [named] if isinstance(named, str | Work) else named


def check_top(top: int | None) -> None:
    """Refuse a number of works to list that is below 0."""
    if top is not None and top < 0:
        raise InputError(f"top must be at least 0 (got {top})", "leave it out for the default")


def brief(end: Work | Era) -> dict[str, Any]:
    """A work as every document names one: id, title, year; an era by its name, years and number of works."""
    if isinstance(end, Era):
        return {"era": end.name, "years": list(end.years), "works": end.works}
    return {"id": end.id, "title": end.title or None, "year": end.year}


def works_of(space: Workspace, numbers: Iterable[int]) -> list[Work]:
    """The works with these numbers."""
    return [next(space.store.works("n = ?", (int(space.arrays.rows[i]),))) for i in numbers]


def not_yet(id_: str, year: int | None, as_of: int | None) -> NothingFound:
    """The error for a work that is not in the graph as of a year."""
    why = "has no year" if year is None else f"was published in {year}"
    return NothingFound(f"{id_} {why}, so it is not in the graph as of {as_of}", "choose a later year")


def _later(store: Store, text: str) -> NothingFound:
    """The error for a text that names nothing as of a year: what it would name in the whole graph, or that nothing fits."""
    with Store.open(store.path) as whole:
        try:
            work = name_work(whole, text)
        except AmbiguousWork:
            year = store.until
            gone = f"the works that fit {text!r} were published after {year}, so they are not in the graph as of {year}"
            return NothingFound(gone, "choose a later year")
        except NothingFound as error:
            return error
    return not_yet(work.id, work.year, store.until)
