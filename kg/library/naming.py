"""Which works and eras a question names. Standard library only: `kg path` and `kg show` must start at once."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kg.errors import AmbiguousWork, InputError, NothingFound
from kg.graph.eras import Era, era_named, is_era
from kg.graph.folder import Workspace
from kg.graph.search import name_work, named_by
from kg.graph.store import Store
from kg.model import Work


@dataclass(frozen=True)
class EraEnd:
    """An era as an end of a path: its name or years as given, its first and last year, and its works by number."""

    name: str
    first: int
    last: int
    works: Sequence[int]


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
        hint = "give an id, a title, or author and year as a text, or a Work"
        raise InputError(f"invalid name of a work: {named!r}", hint)
    return find_named(space, named.id if isinstance(named, Work) else named)[0]


def find_named(space: Workspace, text: str) -> tuple[Work, str]:
    """The same, and how it was found where the text does not show that: by a name of its own, or by words alone."""
    try:
        work, how = named_by(space.store, text)
    except NothingFound:
        if space.store.until is None or not space.store.path.exists():
            raise
        raise _later(space.store, text) from None
    if space.number(work) < 0:
        raise NothingFound(f"{work.id} is not in this part of the graph", "open the whole graph: kg.open_graph(...)")
    return work, how


def find_end(space: Workspace, named: str | Work) -> Work | EraEnd:
    """An end of a path: an era, whose name or years stand for its works, or a work; a work's own id comes first."""
    if isinstance(named, str) and names_era(space, named):
        era = era_named(named, space.provenance.eras)
        return EraEnd(named, era.first, era.last, works_within(space, era))
    return find_work(space, named)


def works_within(space: Workspace, era: Era) -> list[int]:
    """The numbers of the works of an era; `CitationGraph.within` without its arrays."""
    held: Container[int] = range(len(space.arrays.years))
    if era.members is not None:
        held = {int(space.arrays.numbers[row]) for row in filter(None, map(space.store.row, era.members))}
    return [n for n, year in enumerate(space.arrays.years) if era.first <= year <= era.last and n in held]


def names_era(space: Workspace, text: str) -> bool:
    """Whether a text names an era of this graph, or years such as 1988-2008, and is no work's id."""
    return is_era(text, space.provenance.eras) and space.store.row(text) is None


def several(named: str | Work | Sequence[str | Work]) -> Sequence[str | Work]:
    """Works given one or many."""
    return [named] if isinstance(named, str | Work) else named


def check_top(top: int | None) -> None:
    """Refuse a number of works to list that is below 0."""
    if top is not None and top < 0:
        raise InputError(f"top must be at least 0 (got {top})", "leave it out for the default")


def brief(end: Work | EraEnd) -> dict[str, Any]:
    """A work as every document names one: id, title, year; an era by its name, years and number of works."""
    if isinstance(end, EraEnd):
        return {"era": end.name, "years": [end.first, end.last], "works": len(end.works)}
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
