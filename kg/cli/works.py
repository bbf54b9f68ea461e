"""Which works a person means: asked for on a terminal where a text fits several, listed where nobody can answer."""

import sys
from typing import TYPE_CHECKING

from kg.cli.printing import say
from kg.errors import AmbiguousWork

if TYPE_CHECKING:
    from kg.graph.folder import Workspace
    from kg.model import Work

WORK_HELP = 'A work as people name it: "Todd 1989", a title or its start, an id, a DOI, an arXiv id, an address.'


def ask_work(space: "Workspace", text: str) -> "Work":
    """The work a text names; of several, the one a person at a terminal picks. Raises as `find_work`."""
    from kg.graph.search import describe
    from kg.library.naming import find_named

    try:
        work, how = find_named(space, text)
    except AmbiguousWork as error:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        say(
            error.message, *(f"  {k}. {id_}  {description}" for k, (id_, description) in enumerate(error.candidates, 1))
        )
        print("which one? Type its number, or press Enter to stop: ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip()
        if not (answer.isdecimal() and 1 <= int(answer) <= len(error.candidates)):
            raise
        return find_named(space, error.candidates[int(answer) - 1][0])[0]
    if how:
        say(f"{text!r} is taken to mean {work.id}, {how}: {describe(work)}")
    return work


def ask_end(space: "Workspace", text: str) -> "Work | str":
    """The work a text names, or the text itself where it is an era."""
    from kg.library.naming import names_era

    return text if names_era(space, text) else ask_work(space, text)
