"""Simulated citations between simulated works, at any size: for tests, benchmarks and generated snapshots. Nothing in them is real."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError

_FAME: Final = 0.45  # of the references: the cited end of an earlier citation
_LISTED: Final = 0.25  # of the references: out of the list of a work that is cited, too
_AGE: Final = 6.0  # years: the mean age of what is cited for being recent
_SPREAD: Final = 0.6  # standard deviation of the logarithm of a list's length
_ROUNDS: Final = 6  # of drawing again what is in the list already


@dataclass(frozen=True)
class Citations:
    """Works 0, 1, 2 ... by year, and what each of them cites: all earlier in this order, so that there are no cycles.

    Attributes
    ----------
    years : NDArray[np.int32]
        The year of each work, rising.
    starts : NDArray[np.int64]
        Work w cites `cited[starts[w]:starts[w + 1]]`.
    cited : NDArray[np.int32]
        Cited works, rising within each list, none twice.
    """

    years: NDArray[np.int32]
    starts: NDArray[np.int64]
    cited: NDArray[np.int32]

    @property
    def citing(self) -> NDArray[np.int32]:
        """The citing work of each citation."""
        return np.repeat(np.arange(len(self.years), dtype=np.int32), np.diff(self.starts))


def generate_arrays(
    works: int,
    *,
    mean_references: float = 10.0,
    seed: int = 1,
    first_year: int = 1950,
    last_year: int = 2025,
    growth: float = 0.05,
) -> Citations:
    """Citations between simulated works, drawn in memory: 10 million in a few seconds.

    Parameters
    ----------
    works : int
        How many works.
    mean_references : float, default=10.0
        Mean length of a reference list.
    seed : int, default=1
        The same seed gives the same citations.
    first_year : int, default=1950
        The year of the first works.
    last_year : int, default=2025
        The year of the last works.
    growth : float, default=0.05
        By how much more works appear each year than in the year before.

    Returns
    -------
    Citations
        The works by year, and what each cites.

    Raises
    ------
    InputError
        If there is no work, no year, or a negative length.

    Notes
    -----
    Years are drawn one after the other. The number of works grows by `growth` a year. The length of a list is lognormal
    (sigma 0.6), but no longer than there are earlier works. A reference is drawn in one of three ways, and again where
    it is in the list already:

    - 30 %: a recent work: its age in years is exponential (mean 6), works of a year are alike.
    - 45 %: the cited end of a citation made in an earlier year, all alike. So works gather citations in proportion to
      those they have (preferential attachment), and the numbers of citations have a power-law tail; pure copying of a
      share p gives the density an exponent of 1 + 1/p; with the copied lists added it is 2.3 to 2.8 here (measured).
    - 25 %: out of the reference list of the first work in the own list (reference copying, which closes triangles).

    References
    ----------
    Price (1976), A general theory of bibliometric and other cumulative advantage processes. Krapivsky and Redner (2005),
    Network growth by copying.

    Examples
    --------
    >>> drawn = generate_arrays(1000, mean_references=5, seed=7)
    >>> len(drawn.years), int(drawn.years[0]), bool((drawn.cited < drawn.citing).all())
    (1000, 1950, True)
    """
    if works < 1 or works >= 2**31 or last_year < first_year or mean_references < 0:
        raise InputError(
            f"cannot generate {works} works of {first_year} to {last_year} with {mean_references} references each",
            "expected 1 to 2,147,483,647 works, a last year not before the first, and 0 references or more",
        )
    rng = np.random.default_rng(seed)
    span = last_year - first_year + 1
    size = np.expm1(np.log1p(growth) * np.arange(span + 1)) if growth else np.arange(span + 1.0)
    bounds = np.rint(works * size / size[-1]).astype(np.int64)
    years = np.repeat(np.arange(first_year, last_year + 1, dtype=np.int32), np.diff(bounds))
    mu = np.log(max(mean_references, 1e-9)) - _SPREAD**2 / 2
    lengths = np.floor(rng.lognormal(mu, _SPREAD, works) + rng.random(works)).astype(np.int64)
    np.minimum(lengths, np.arange(works), out=lengths)
    draft = _Draft(rng, bounds, np.zeros(works + 1, np.int64), np.empty(int(lengths.sum()), np.int32))
    for year in range(span):
        draft.add_year(year, lengths[bounds[year] : bounds[year + 1]])
    return Citations(years, draft.starts, draft.cited[: draft.starts[-1]].copy())


@dataclass
class _Draft:
    rng: np.random.Generator
    bounds: NDArray[np.int64]  # the first work of each year
    starts: NDArray[np.int64]
    cited: NDArray[np.int32]

    def add_year(self, year: int, lengths: NDArray[np.int64]) -> None:
        """Draw the lists of the works of a year."""
        first, end, works = self.bounds[year], self.bounds[year + 1], np.int64(len(self.starts))
        citing = np.repeat(np.arange(first, end), lengths)
        begins = np.concatenate(([0], np.cumsum(lengths)))[:-1]
        drawn = self._drawn(year, citing, np.repeat(begins, lengths))
        keys = np.unique(citing * works + drawn)
        for _ in range(_ROUNDS):
            lacking = lengths - np.bincount(keys // works - first, minlength=len(lengths))
            if not lacking.any():
                break
            again = np.repeat(np.arange(first, end), lacking)
            keys = np.unique(np.concatenate((keys, again * works + self._drawn(year, again, None))))
        owners = keys // works
        at = self.starts[first]
        self.cited[at : at + len(keys)] = keys - owners * works
        self.starts[first + 1 : end + 1] = at + np.cumsum(np.bincount(owners - first, minlength=len(lengths)))

    def _drawn(self, year: int, citing: NDArray[np.int64], begins: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """One cited work for each of these; `begins`: where the list of each begins among them."""
        found = self._recent(year, citing)
        ends = self.starts[self.bounds[year]]  # citations of earlier years
        if not ends:
            return found
        way = self.rng.random(len(citing))
        if begins is not None:
            way[begins] = 1.0  # the first of each list is a recent work
        famous = np.flatnonzero(way < _FAME)
        found[famous] = self.cited[self.rng.integers(ends, size=len(famous))]
        listed = np.flatnonzero((way >= _FAME) & (way < _FAME + _LISTED))
        read = found[listed if begins is None else begins[listed]]
        lists = np.where(read < self.bounds[year], self.starts[read + 1] - self.starts[read], 0)
        listed, read, lists = listed[lists > 0], read[lists > 0], lists[lists > 0]
        found[listed] = self.cited[self.starts[read] + (self.rng.random(len(listed)) * lists).astype(np.int64)]
        return found

    def _recent(self, year: int, citing: NDArray[np.int64]) -> NDArray[np.int64]:
        then = year - self.rng.exponential(_AGE, len(citing)).astype(np.int64)
        low = np.where(then < 0, 0, self.bounds[np.maximum(then, 0)])
        high = np.where(then < 0, citing, np.minimum(self.bounds[np.maximum(then, 0) + 1], citing))
        low = np.where(high > low, low, 0)
        high = np.where(high > low, high, citing)
        found: NDArray[np.int64] = low + (self.rng.random(len(citing)) * (high - low)).astype(np.int64)
        return found
