"""What is said where no path was found: what was searched, and which reference lists would have to be known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kg.analysis.paths.certificate import Certificate
from kg.graph.arrays import KNOWN, OUTCOMES
from kg.graph.folder import Workspace
from kg.library.answers import Block
from kg.library.naming import EraEnd, brief, works_of
from kg.model import Outcome, Work
from kg.text import cited_as, counted

_SHOWN = 5  # works with unknown reference lists that are named


@dataclass(frozen=True)
class NoPath:
    """The certificate of an answer without a path.

    Attributes
    ----------
    status : str
        "none": there is no path, for every reference list on the way is known. "unknown": none was found, but a
        reference list that is not known, or a limit on the search, may hide one.
    hops : int
        How many citations back from NEW the search went.
    searched : int
        How many works it met, NEW included.
    unknown : int
        How many of them have no known reference list.
    via, avoid : tuple[Work, ...]
        The works that a path had to pass, and those it had to avoid.
    """

    status: str
    hops: int
    searched: int
    unknown: int
    space: Workspace = field(repr=False, compare=False)
    numbers: tuple[int, ...] = field(repr=False)
    via: tuple[Work, ...] = ()
    avoid: tuple[Work, ...] = ()

    @classmethod
    def of(
        cls, space: Workspace, found: Certificate, *, via: Iterable[Work] = (), avoid: Iterable[Work] = ()
    ) -> "NoPath":
        """What a search found."""
        reach = found.reach
        return cls(
            found.status, reach.hops, reach.works, reach.unknown, space, reach.frontier, tuple(via), tuple(avoid)
        )

    def missing(self, most: int | None = None) -> list[tuple[Work, Outcome]]:
        """The works without a known reference list, nearest to NEW first, and what became of their lists."""
        numbers = self.numbers[:most]
        outcomes = [OUTCOMES[self.space.arrays.outcomes[w]] for w in numbers]
        return list(zip(works_of(self.space, numbers), outcomes, strict=True))

    def as_dict(self) -> dict[str, Any]:
        """The part `certificate` of the documents of `kg path --json` and `kg lineage --json`."""
        return {
            "status": self.status,
            "searched": {"hops": self.hops, "works": self.searched},
            "frontier": self.unknown,
            "unknown": [brief(work) | {"outcome": str(outcome)} for work, outcome in self.missing()],
        }

    def verdict(self, old: Work | EraEnd, new: Work | EraEnd) -> str:
        """The answer in one sentence."""
        first, last = names_of(old, new)
        if self.status == "none" and _is_later(old, new):
            return f"no path from {first} to {last}: {first} is the later one, and influence runs from earlier to later works"
        path = f"path from {first} to {last}{self._limits()}"
        reach = f" up to {counted(self.hops, 'citation')} back from {last}" if self.hops else ""
        if self.status == "none":
            them = "its reference list is" if self.searched == 1 else "all their reference lists are"
            return f"no {path}: searched {counted(self.searched, 'work')}{reach}, and {them} known"
        start = f"unknown: no {path} was found, but there may be one"
        if not self.unknown:
            return f"{start}: only works{reach} were searched"
        if self.searched == 1 and isinstance(new, Work):
            return f"{start}: {last} has {self._lack()} in this graph"
        return f"{start}: {without_list(self.unknown, self.searched, reach)} {self._lack()} in this graph"

    def _lack(self) -> str:
        """What those works lack that may hide a path."""
        known = [self.space.arrays.outcomes[w] in KNOWN for w in self.numbers]
        return "no year" if all(known) else "no known reference list" + (" or no year" if any(known) else "")

    def _limits(self) -> str:
        """Which works a path had to pass or to avoid."""
        through = f" through {' and '.join(names_of(*self.via))}" if self.via else ""
        return through + (f" without {' or '.join(names_of(*self.avoid))}" if self.avoid else "")

    def hint(self) -> str:
        """The first works whose reference lists would have to be known, one a line; "" where none is missing."""
        if self.status == "none" or not self.unknown:
            return ""
        lines = [
            f"  {w.year or 'undated'}  {w.id}  {w.title}  ({outcome.words})" for w, outcome in self.missing(_SHOWN)
        ]
        more = [f"  ... and {self.unknown - _SHOWN:,} more"] if self.unknown > _SHOWN else []
        lack = self._lack()
        what = "reference lists that are missing" if lack == "no known reference list" else f"works with {lack}"
        return "\n".join([f"{what}, nearest first:", *lines, *more])

    def blocks(self, old: Work | EraEnd, new: Work | EraEnd) -> Iterator[Block]:
        """The sentence and the missing lists."""
        yield self.verdict(old, new)
        if hint := self.hint():
            yield hint


def without_list(unknown: int, searched: int, reach: str = "") -> str:
    """The works searched that lack a known reference list, as a subject with its verb.

    Examples
    --------
    >>> without_list(2, 3), without_list(1, 3), without_list(1, 1)
    ('2 of the 3 works searched have', '1 of the 3 works searched has', 'the only work searched has')
    """
    if searched == 1:
        return f"the only work searched{reach} has"
    return f"{unknown:,} of the {searched:,} works searched{reach} {'has' if unknown == 1 else 'have'}"


def names_of(*ends: Work | EraEnd) -> list[str]:
    """Works as a text cites them, eras as they were named; ids where works cannot be told apart so."""
    names = [cited_as(end.authors, end.year, end.id) if isinstance(end, Work) else end.name for end in ends]
    return names if len(set(names)) == len(names) else [end.id if isinstance(end, Work) else end.name for end in ends]


def _is_later(old: Work | EraEnd, new: Work | EraEnd) -> bool:
    """Whether all of OLD is later than all of NEW, by day where both have one, else by year."""
    if isinstance(old, Work) and isinstance(new, Work) and old.date and new.date:
        return old.date > new.date
    first = old.first if isinstance(old, EraEnd) else old.year
    last = new.last if isinstance(new, EraEnd) else new.year
    return first is not None and last is not None and first > last
