"""The breadth-first searches behind the wake, compiled by numba (the extra `fast`): four times as fast, same counts."""

import numba
import numpy as np

from kg.analysis.base.bit_width import WORDS
from kg.analysis.scores import Ints


@numba.njit(cache=True, nogil=True)
def levels(offsets: Ints, citing: Ints, starts: Ints, without: Ints) -> Ints:
    """Count the works that each search first meets at distance 1, 2, ...

    Parameters
    ----------
    offsets, citing : Ints
        The usable citations: work v is cited by `citing[offsets[v]:offsets[v + 1]]`.
    starts : Ints
        The works to search from, at most `64 * WORDS`.
    without : Ints
        For each search, a work to leave out of the graph; -1 for none.

    Returns
    -------
    Ints
        A row for each distance, a column for each search.
    """
    n, one = len(offsets) - 1, np.uint64(1)
    seen = np.zeros((n, WORDS), np.uint64)
    front, fresh = np.zeros_like(seen), np.zeros_like(seen)
    active, met = np.empty(n, np.int64), np.empty(n, np.int64)
    is_met = np.zeros(n, np.bool_)
    width = 0
    for k in range(len(starts)):
        v, word, bit = starts[k], k // 64, one << np.uint64(k % 64)
        if not is_met[v]:
            is_met[v] = True
            active[width] = v
            width += 1
        front[v, word] |= bit
        seen[v, word] |= bit
        if without[k] >= 0:
            seen[without[k], word] |= bit
    for k in range(width):
        is_met[active[k]] = False
    count, distance = np.zeros((64, 64 * WORDS), np.int64), 0
    while width:
        if distance == len(count):
            count = np.concatenate((count, np.zeros_like(count)))
        found = 0
        for k in range(width):
            v = active[k]
            for e in range(offsets[v], offsets[v + 1]):
                u = citing[e]
                if not is_met[u]:
                    is_met[u] = True
                    met[found] = u
                    found += 1
                for word in range(WORDS):
                    fresh[u, word] |= front[v, word]
            for word in range(WORDS):
                front[v, word] = 0  # of v: read no more in this round
        row = np.zeros(64 * WORDS, np.int64)
        width = 0
        for k in range(found):
            u = met[k]
            is_met[u] = some = False
            for word in range(WORDS):
                new = fresh[u, word] & ~seen[u, word]
                fresh[u, word] = 0
                front[u, word] = new
                if new:
                    some = True
                    seen[u, word] |= new
                    at = np.uint64(64 * word)
                    for shift in range(np.uint64(64)):
                        row[at + shift] += np.int64((new >> shift) & one)
            if some:
                active[width] = u
                width += 1
        count[distance] = row
        distance += 1
    return count[: max(distance - 1, 0), : len(starts)]
