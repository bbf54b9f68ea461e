"""Which works a person means: asked for on a terminal where a text fits several, listed where nobody can answer."""

import re
import sys
from typing import TYPE_CHECKING, Any

from kg.cli.printing import brief, say
from kg.errors import AmbiguousWork, InputError, NothingFound

if TYPE_CHECKING:
    from kg.graph.folder import Workspace
    from kg.graph.store import Store
    from kg.model import Work

WORK_HELP = 'A work as people name it: "Todd 1989", a title or its start, an id, a DOI, an arXiv id, an address.'


def ask_work(space: "Workspace", text: str) -> "Work":
    """The work a text names; of several, the one a person at a terminal picks. Raises as `naming.name_work`."""
    from kg.graph.search import describe, named_by

    try:
        work, by_words = named_by(space.store, text)
    except NothingFound:
        if space.store.until is None:
            raise
        raise _not_there(space.store, text) from None
    except AmbiguousWork as error:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        say(error.message, *(f"  {k}. {id_}  {told}" for k, (id_, told) in enumerate(error.candidates, 1)))
        print("which one? its number, or nothing to stop: ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip()
        if not (answer.isdecimal() and 1 <= int(answer) <= len(error.candidates)):
            raise
        chosen = space.store.find_by_id(error.candidates[int(answer) - 1][0])
        if chosen is None:
            raise
        return chosen
    if by_words:
        say(f"{text} is taken for {work.id}, the only work with these words: {describe(work)}")
    return work


def _not_there(store: "Store", text: str) -> NothingFound:
    """The error for a text that names nothing as of a year: what it would name in the whole graph, or that nothing fits."""
    from kg.graph.search import name_work

    with type(store).open(store.path) as whole:
        try:
            work = name_work(whole, text)
        except AmbiguousWork:
            return NothingFound(f"what {text!r} fits is not there as of {store.until}", "ask as of a later year")
        except NothingFound as error:
            return error
    return not_there(work.id, work.year, store.until)


def not_there(id_: str, year: int | None, as_of: int | None) -> NothingFound:
    """The error for a work that is not there as of a year."""
    told = f"{id_} ({year or 'undated'}) is not there as of {as_of}: it is later or undated"
    return NothingFound(told, "ask as of a later year")


def works_of(space: "Workspace", numbers: Any) -> list[Any]:
    """The works with these numbers."""
    return [next(space.store.works("n = ?", (space.arrays.rows[i],))) for i in numbers]


class End:
    """An end of a path: a work, or an era, whose name or years stand for its works."""

    numbers: int | list[int]
    document: dict[str, Any]

    def __init__(self, space: "Workspace", text: str) -> None:
        eras = space.provenance.eras
        if (text in eras or _YEARS.fullmatch(text)) and space.store.row(text) is None:  # a work's own id comes first
            first, last = years_of(text, eras)
            self.name = text
            self.numbers = [w for w, year in enumerate(space.arrays.years) if first <= year <= last]
            self.document = {"era": text, "years": [first, last], "works": len(self.numbers)}
        else:
            work = ask_work(space, text)
            self.name, self.numbers, self.document = work.id, space.number(work), brief(work)


def years_of(era: str, eras: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """First and last year of an era given by name, or by years such as "1988-2008" or "2009-"."""
    if match := _YEARS.fullmatch(era):
        first, last = int(match.group(1)), int(match.group(2) or 9999)
        if first > last:
            raise InputError(f"the era {era} ends before it begins", f"did you mean {last}-{first}?")
        return first, last
    if era not in eras:
        raise InputError(f"no era named {era!r}", f"known: {', '.join(eras)}; or give years: 1988-2008, 2009-")
    return eras[era]


_YEARS = re.compile(r"(\d{4})-(\d{4})?")
