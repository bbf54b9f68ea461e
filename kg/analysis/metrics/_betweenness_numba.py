"""Brandes' two passes compiled by numba (the extra `fast`): the same sums in a third of igraph's time."""

import numba
import numpy as np
from numpy.typing import NDArray

from kg.analysis.scores import Floats, Ints


# the number of threads is an argument: numba cannot cache a kernel that asks for it
@numba.njit(cache=True, parallel=True)
def dependencies(offsets: Ints, works: NDArray[np.int32], starts: Ints, threads: int) -> Floats:
    """For every work v the sum over starts s and works t of sigma_st(v) / sigma_st, citing -> cited."""
    n = len(offsets) - 1
    total = np.zeros((threads, n))
    for part in numba.prange(threads):
        distance, order = np.full(n, -1, np.int32), np.empty(n, np.int32)
        paths, share = np.zeros(n), np.zeros(n)
        for at in range(part, len(starts), threads):
            start = starts[at]
            distance[start], paths[start], order[0] = 0, 1.0, start
            head, tail = 0, 1
            while head < tail:
                v = order[head]
                head += 1
                for e in range(offsets[v], offsets[v + 1]):
                    w = works[e]
                    if distance[w] < 0:
                        distance[w] = distance[v] + 1
                        order[tail] = w
                        tail += 1
                    if distance[w] == distance[v] + 1:
                        paths[w] += paths[v]
            for k in range(tail - 1, 0, -1):
                v = order[k]
                for e in range(offsets[v], offsets[v + 1]):
                    w = works[e]
                    if distance[w] == distance[v] + 1:
                        share[v] += paths[v] / paths[w] * (1 + share[w])
                total[part, v] += share[v]
            for k in range(tail):
                v = order[k]
                distance[v], paths[v], share[v] = -1, 0.0, 0.0
    return total.sum(axis=0)  # type: ignore[no-any-return]
