"""Pairs of numbers by the million, sorted and counted in bounded memory: citations before they are saved.

Pairs are packed into one integer each, sorted a run at a time, and written to a temporary file once there are several runs;
pages of the whole are then merged from all runs.
"""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.errors import StoreError

Longs = NDArray[np.int64]
_LOW = 0xFFFFFFFF
_SAMPLE = 4096  # of so many keys of a run, one helps to divide all runs into pages


class Page(NamedTuple):
    """Distinct pairs in rising order, and how often each was added."""

    first: Longs
    second: Longs
    times: Longs


class Pairs:
    """A heap of pairs of numbers from 0 to 2**31 - 1, which comes back sorted.

    Parameters
    ----------
    run : int
        How many pairs are sorted at a time, and held in memory.

    Examples
    --------
    >>> pairs = Pairs()
    >>> pairs.add([7, 2, 7], [1, 5, 1])
    >>> [(page.first.tolist(), page.second.tolist(), page.times.tolist()) for page in pairs.pages()]
    [([2, 7], [5, 1], [1, 2])]
    """

    def __init__(self, run: int = 1 << 22) -> None:
        self._run, self._waiting = run, 0
        self._blocks: list[Longs] = []
        self._runs: list[tuple[Longs, Longs]] = []

    def add(self, first: Sequence[int] | Longs, second: Sequence[int] | Longs) -> None:
        """Add pairs, given by their first and their second numbers."""
        self._blocks.append(np.asarray(first, np.int64) << 32 | np.asarray(second, np.int64))
        self._waiting += len(self._blocks[-1])
        if self._waiting >= self._run:
            self._end_run(last=False)

    def pages(self, size: int = 1 << 18) -> Iterator[Page]:
        """All pairs in rising order, in pages of about `size`; what was added with the same two numbers is in one page."""
        if self._waiting:
            self._end_run(last=True)
        samples = np.sort(np.concatenate([np.empty(0, np.int64), *(keys[::_SAMPLE] for keys, _ in self._runs)]))
        cuts = np.unique(samples[:: max(1, size // _SAMPLE)])
        places = [[0, *np.searchsorted(keys, cuts[1:]), len(keys)] for keys, _ in self._runs]
        for bounds in zip(*map(pairwise, places), strict=True):
            parts = [(keys[a:b], times[a:b]) for (keys, times), (a, b) in zip(self._runs, bounds, strict=True)]
            keys, times = parts[0]
            if len(parts) > 1:
                keys, times = _counted(*map(np.concatenate, zip(*parts, strict=True)))
            yield Page(keys >> 32, keys & _LOW, np.asarray(times, np.int64))

    def _end_run(self, *, last: bool) -> None:
        keys = np.concatenate(self._blocks)
        self._blocks.clear()
        self._waiting = 0
        keys.sort()
        keys, times = _counted(keys, None)
        self._runs.append((keys, times) if last else (_kept(keys), _kept(times)))


def _counted(keys: Longs, times: Longs | None) -> tuple[Longs, Longs]:
    """The distinct keys in rising order and how often each is there; keys without `times` are sorted and count once."""
    if times is not None:
        order = np.argsort(keys, kind="stable")
        keys, times = keys[order], times[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    if times is None:
        return keys[starts], np.diff(starts, append=len(keys))
    return keys[starts], np.add.reduceat(times, starts)


def _kept(numbers: Longs) -> Longs:
    """The same numbers in a temporary file without a name, which ends with the process."""
    try:
        with tempfile.TemporaryFile() as file:
            numbers.tofile(file)
            file.flush()
            return np.memmap(file, np.int64, mode="r", shape=numbers.shape)
    except OSError as error:
        raise StoreError(
            f"temporary files cannot be written to {tempfile.gettempdir()}: {error.strerror or error}",
            "free space there, or set TMPDIR to a folder with more",
        ) from error
