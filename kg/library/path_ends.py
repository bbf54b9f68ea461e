"""The ends of a path question, and what may lie between them. Standard library only."""

from collections.abc import Sequence

from kg.analysis.paths.query import Limits
from kg.errors import InputError
from kg.graph.eras import era_named
from kg.graph.folder import Workspace
from kg.library.naming import EraEnd, find_end, find_work, not_yet, several, works_within
from kg.model import Work


class Ends:
    """The two ends of a question and the works that a path is to pass or avoid, by their numbers."""

    def __init__(self, space: Workspace, old: str | Work, new: str | Work, as_of: int | None) -> None:
        self.space, self.as_of = space, as_of
        self.via: list[Work] = []
        self.avoid: list[Work] = []
        self.old, self.new = find_end(space, old), find_end(space, new)
        self.numbers = self._numbers(self.old), self._numbers(self.new)

    def _numbers(self, end: Work | EraEnd) -> int | list[int]:
        if isinstance(end, EraEnd):
            return list(end.works)
        if self.as_of is not None and (end.year is None or end.year > self.as_of):
            raise not_yet(end.id, end.year, self.as_of)
        return self.space.number(end)

    def limits(
        self,
        via: str | Work | Sequence[str | Work],
        avoid: str | Work | Sequence[str | Work],
        max_hops: int | None,
        era: str | None,
        *,
        ignore_time: bool,
    ) -> Limits:
        """What may lie between the ends."""
        space = self.space
        passed, avoided = ([find_work(space, name) for name in several(names)] for names in (via, avoid))
        ends = (self.old, self.new, *passed, *avoided)
        named = [end.name if isinstance(end, EraEnd) else end.id for end in ends]
        self.via, self.avoid = passed, avoided
        if twice := next((name for name in named if named.count(name) > 1), None):
            what = f"{twice} is given twice (as an end of the path, or as a work to pass or avoid)"
            raise InputError(what, "give it once")
        between = era_named(era, space.provenance.eras) if era else None
        numbers = {space.number(work) for work in avoided}
        if between and between.members is not None:
            exempt = {space.number(work) for work in passed}
            for end in self.numbers:
                exempt |= {end} if isinstance(end, int) else {*end}
            numbers |= {*range(len(space.arrays.years))} - {*works_within(space, between)} - exempt
        return Limits(
            via=tuple(space.number(work) for work in passed),
            avoid=frozenset(numbers),
            max_hops=max_hops,
            era=(between.first, between.last) if between else None,
            as_of=self.as_of,
            ignore_time=ignore_time,
        )
