"""PageRank by sweeps from the newest works to the oldest, over rows of citations that may lie on disk.

Works stand in the order in which a sweep comes to them: newest year first, and within a year every work after those of the
year that cite it (`levels`). Most of what a work receives is then known when its turn comes, and one sweep nearly solves the
equations. What comes from behind, from works whose turn is later, is taken from the sweep before; only these values are
unknowns, and they are found by Anderson's acceleration of the sweep.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
PIECE = 1 << 18  # citations multiplied at once: few enough that what they need stays near the processor
MEMORY = 8  # sweeps that the acceleration looks back on
ROUNDING = 1.001 * float(np.finfo(np.float64).eps) / 2  # the largest error of an operation, a little enlarged
_MOST = 1000  # sweeps, where rounding keeps the bound above the tolerance


class Levels(NamedTuple):
    """The works of one year in the order of a sweep.

    Attributes
    ----------
    place : array of int
        The place of each work in the order.
    bounds : array of int
        Where each level begins, and the end: works of a level do not cite each other, and are cited by lower levels of their
        year only. The last level holds what is left: works on cycles within the year, and works that these lead to.
    """

    place: Ints
    bounds: Ints


class Rows(NamedTuple):
    """The citations received by works that stand next to each other in the order of the sweep.

    Work k of these is cited by the works at the places `citing[offsets[k]:offsets[k + 1]]`, in rising order.
    """

    first: int
    bounds: Ints
    offsets: NDArray[Any]
    citing: NDArray[Any]


class Solution(NamedTuple):
    """The PageRank of each work by its place, a proven bound on the sum of all errors, and how many sweeps it took."""

    share: Floats
    bound: float
    sweeps: int


class _Piece(NamedTuple):
    """Some works that can be solved together: what they receive from others, and from each other where they are on cycles."""

    first: int
    last: int
    received: "csr_array[Any]"
    among: "csr_array[Any] | None"


def levels(citing: Ints, cited: Ints, works: int) -> Levels:
    """Order the works of one year so that each stands after those that cite it, as far as there are no cycles.

    Parameters
    ----------
    citing, cited : arrays of int
        The citations among them, by the numbers 0 .. `works` - 1, sorted by `citing`.
    works : int
        How many works there are.

    Examples
    --------
    >>> order = levels(np.array([0, 2]), np.array([1, 0]), 4)  # 2 cites 0, 0 cites 1
    >>> order.place.tolist(), order.bounds.tolist()
    ([2, 3, 0, 1], [0, 2, 3, 4, 4])
    """
    waiting = np.bincount(cited, minlength=works)
    offsets = np.searchsorted(citing, np.arange(works + 1))
    level = np.full(works, -1, np.int64)
    free, reached = np.flatnonzero(waiting == 0), 0
    while len(free):
        level[free] = reached
        targets = cited[runs(offsets[free], offsets[free + 1])]
        np.subtract.at(waiting, targets, 1)
        free = np.unique(targets[waiting[targets] == 0])
        reached += 1
    level[level < 0] = reached
    place = np.empty(works, np.int64)
    place[np.argsort(level, kind="stable")] = np.arange(works)
    bounds = np.concatenate(([0], np.cumsum(np.bincount(level, minlength=reached + 1))))
    return Levels(place, bounds)


def runs(first: Ints, end: Ints) -> Ints:
    """The numbers first[0] .. end[0] - 1, first[1] .. end[1] - 1, and so on, one after another."""
    size = end - first
    return np.repeat(first - np.concatenate(([0], np.cumsum(size)[:-1])), size) + np.arange(size.sum())


def rows_of(first: int, bounds: Ints, cited: Ints, citing: Ints) -> Rows:
    """Sort the citations received by the works of a year, given by places in the order of the sweep.

    Parameters
    ----------
    first : int
        The place of the year's first work.
    bounds : array of int
        The levels of the year, as `levels` gives them.
    cited, citing : arrays of int
        The places of the ends of each citation.
    """
    shift = max(int(citing.max(initial=0)).bit_length(), 1)
    key = np.sort(((cited - first) << shift) | citing)
    offsets = np.searchsorted(key >> shift, np.arange(bounds[-1] + 1))
    return Rows(
        first, bounds, offsets.astype(np.int32 if len(key) < 2**31 else np.int64), _short(key & (1 << shift) - 1)
    )


def _short(places: Ints) -> NDArray[Any]:
    return places.astype(np.int32) if places.max(initial=0) < 2**31 else places


class Sweeps:
    """The equations of PageRank, ready to be solved for any alpha.

    Parameters
    ----------
    rows : iterable of Rows
        The rows of all works in the order of the sweep, years without gaps; their arrays may be mapped from files.
    references : array of int
        How many works each work cites, by its place.
    """

    def __init__(self, rows: Iterable[Rows], references: NDArray[Any]) -> None:
        self.references = references
        behind: list[tuple[Ints, Ints]] = []
        self._ones = np.ones(PIECE)
        self._received = np.zeros(len(references), np.int32)
        self._pieces = [piece for part in rows for piece in self._cut(part, behind)]
        cited, citing = (np.concatenate(ends) for ends in zip((np.empty(0, np.int64),) * 2, *behind, strict=True))
        self._tips, self._tip = np.unique(citing, return_inverse=True)
        _, self._target = np.unique(cited, return_inverse=True)
        self.behind = len(citing)

    def _cut(self, rows: Rows, behind: list[tuple[Ints, Ints]]) -> Iterator[_Piece]:
        """The rows in pieces; citations from works whose turn is later are put aside, too."""
        offsets = rows.offsets
        self._received[rows.first : rows.first + len(offsets) - 1] = np.diff(offsets)
        *above, (rest, end) = zip(rows.bounds[:-1].tolist(), rows.bounds[1:].tolist(), strict=True)
        for start, stop in above:
            a = start
            while a < stop:
                cut = min(stop, max(a + 1, int(np.searchsorted(offsets, offsets[a] + PIECE, side="right")) - 1))
                citing, steps = rows.citing[offsets[a] : offsets[cut]], offsets[a : cut + 1] - offsets[a]
                yield _Piece(rows.first + a, rows.first + cut, self._matrix(citing, steps), None)
                _keep_later(citing, steps, rows.first + a, rows.first + stop, behind)
                a = cut
        if rest < end:
            a, b = rows.first + rest, rows.first + end
            citing = np.asarray(rows.citing[offsets[rest] : offsets[end]])
            row = np.repeat(np.arange(end - rest), np.diff(offsets[rest : end + 1]))
            among = (citing >= a) & (citing < b)
            steps = [
                np.concatenate(([0], np.cumsum(np.bincount(row[some], minlength=end - rest))))
                for some in (~among, among)
            ]
            yield _Piece(
                a, b, self._matrix(citing[~among], steps[0]), self._matrix(citing[among] - a, steps[1], end - rest)
            )
            _keep_later(citing[~among], steps[0], a, b, behind)

    def _matrix(self, citing: NDArray[Any], offsets: NDArray[Any], works: int | None = None) -> "csr_array[Any]":
        from scipy.sparse import csr_array

        if len(citing) > len(self._ones):
            self._ones = np.ones(len(citing))
        shape = (len(offsets) - 1, len(self.references) if works is None else works)
        return csr_array((self._ones[: len(citing)], citing, offsets.astype(citing.dtype)), shape=shape)

    def solve(self, alpha: float = 0.85, tolerance: float = 1e-12) -> Solution:
        """Solve the equations until the sum of all errors is proven to be below the tolerance.

        Parameters
        ----------
        alpha : float, default 0.85
            Probability of following a reference.
        tolerance : float, default 1e-12
            The bound on the sum of all errors; where it is below what rounding allows, the bound reached is told.
        """
        n = len(self.references)
        follow = np.divide(alpha, self.references, out=np.zeros(n), where=self.references > 0)
        visited, passed = np.zeros(n), np.zeros(n)
        enough = tolerance * (1 - alpha) / 4
        known = np.zeros(len(self._tips))  # what each work that comes later, but cites earlier, passes on
        past, sweeps, least = _Past(), 0, np.inf
        while True:
            passed[self._tips] = known
            inner = self._sweep(visited, passed, follow, enough)
            sweeps += 1
            change = passed[self._tips] - known
            left = float(np.abs(np.bincount(self._target, weights=change[self._tip])).sum())
            if left <= enough * visited.sum() or sweeps >= _MOST:
                break
            if left > 2 * least:  # the acceleration went astray: a plain sweep never does
                past = _Past()
            least = min(least, left)
            known = past.better(known, change)
        total = visited.sum()
        share = visited / total
        # rounding: a sum of d positive terms is wrong by at most d units in the last place, each term and the share by some more
        rounded = ROUNDING * (float((self._received * share).sum()) + 8)
        bound = ((left + inner) / total + rounded) / (1 - alpha)
        if bound > tolerance:  # too coarse a proof: all citations are read once more
            passed /= total
            jumps = (alpha * share[self.references == 0].sum() + 1 - alpha) / n
            bound = self._residual(share, passed, jumps) / (1 - alpha)
        return Solution(share, float(bound), sweeps)

    def _sweep(self, visited: Floats, passed: Floats, follow: Floats, enough: float) -> float:
        """Give every work what it receives, newest first; the result bounds what works on cycles are still wrong by."""
        n, inner = len(visited), 0.0
        for first, last, received, among in self._pieces:
            here = received @ passed
            here += 1 / n
            if among is not None:
                here, step = _solve_cyclic(
                    among, here, visited[first:last], follow[first:last], enough * (last - first) / n
                )
                inner += step
            visited[first:last] = here
            np.multiply(here, follow[first:last], out=passed[first:last])
        return inner

    def _residual(self, share: Floats, passed: Floats, jumps: float) -> float:
        """The sum of what the equations are still wrong by, computed anew from all citations."""
        wrong = 0.0
        for first, last, received, among in self._pieces:
            here = received @ passed
            here += jumps
            if among is not None:
                here += among @ passed[first:last]
            here -= share[first:last]
            wrong += float(np.abs(here).sum())
        return wrong


def _solve_cyclic(
    among: "csr_array[Any]", given: Floats, start: Floats, follow: Floats, enough: float
) -> tuple[Floats, float]:
    """The visits of works that cite each other in cycles, given what they receive from others, and the size of the last step."""
    here, error = given + among @ (start * follow), np.inf
    while True:
        better = given + among @ (here * follow)
        step = float(np.abs(better - here).sum())
        if step <= enough or not step < error:
            return better, step
        here, error = better, step


def _keep_later(
    citing: NDArray[Any], offsets: NDArray[Any], first: int, last: int, behind: list[tuple[Ints, Ints]]
) -> None:
    """Put aside the citations made by works from the place `last` on; those received by the work `first` come first."""
    later = np.flatnonzero(citing >= last)
    if len(later):
        behind.append((first + np.searchsorted(offsets, later, side="right") - 1, citing[later].astype(np.int64)))


class _Past:
    """Anderson's acceleration of a linear fixed point: the best combination of the last steps."""

    def __init__(self) -> None:
        self._steps: list[tuple[Floats, Floats]] = []

    def better(self, known: Floats, change: Floats) -> Floats:
        """Where to go from `known`, which one step changes by `change`."""
        self._steps = [*self._steps[-MEMORY:], (known, change)]
        found: Floats = known + change
        if len(self._steps) > 1:
            before = self._steps[:-1]
            turns = np.stack([change - c for _, c in before], axis=1)
            moves = np.stack([known - k for k, _ in before], axis=1)
            weights, *_ = np.linalg.lstsq(turns.T @ turns, turns.T @ change, rcond=1e-15)
            found -= (moves + turns) @ weights
        return found
