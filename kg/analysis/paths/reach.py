"""How far a search went, and where unknown reference lists may hide more than it found."""

from typing import NamedTuple


class Reach(NamedTuple):
    """What a search along citations covered; every answer about paths carries one.

    Attributes
    ----------
    works : int
        How many works were searched: those whose reference lists could hold more.
    hops : int
        How many citations the farthest of them lies from where the search began.
    frontier : tuple[int, ...]
        Those of them whose unknown reference lists (or missing dates) may hide more, nearest first.
    complete : bool
        Whether the search ended for want of citations, not at a limit on their number.
    """

    works: int = 0
    hops: int = 0
    frontier: tuple[int, ...] = ()
    complete: bool = True

    @property
    def unknown(self) -> int:
        """How many works may hide more."""
        return len(self.frontier)
