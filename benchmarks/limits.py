"""What this machine can do at most: bytes moved in a second, and how long it takes to read a number somewhere in memory."""

import platform
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

VECTORS = (1 << 18, 1 << 20, 1 << 23, 1 << 26)  # bytes


class Limit(NamedTuple):
    """What a question cannot do without: numbers read at random from a vector of so many bytes, and bytes streamed."""

    gathers: float = 0
    vector: float = 0
    streamed: float = 0
    hops: float = 0  # reads that each wait for the one before, as in a search tree

    def seconds(self, machine: dict[str, Any]) -> float:
        """The least time on a machine."""
        sizes, found = zip(*((float(size), ns) for size, ns in machine["gather_ns"].items()), strict=True)
        each = np.interp(np.log(max(self.vector, 1)), np.log(sizes), found)
        waiting = self.gathers * float(each) + self.hops * machine["hop_ns"]
        return waiting * 1e-9 + self.streamed / (machine["gb_s"] * 1e9)


def machine() -> dict[str, Any]:
    """Measure on one core: the best of several runs."""
    import numba

    @numba.njit
    def gather(vector: Any, at: Any) -> float:  # four sums, so that reads do not wait for each other
        a = b = c = d = 0.0
        for i in range(0, len(at) - 3, 4):
            a += vector[at[i]]
            b += vector[at[i + 1]]
            c += vector[at[i + 2]]
            d += vector[at[i + 3]]
        return a + b + c + d

    @numba.njit
    def follow(after: Any, steps: int) -> int:
        at = 0
        for _ in range(steps):
            at = after[at]
        return at

    rng = np.random.default_rng(1)
    gathers = {}
    for size in VECTORS:
        vector, at = rng.random(size // 8), rng.integers(0, size // 8, 4_000_000, dtype=np.int32)
        gathers[str(size)] = round(_least(lambda vector=vector, at=at: gather(vector, at)) / len(at) * 1e9, 2)
    n = VECTORS[-1] // 8
    order = rng.permutation(n)
    after = np.empty(n, np.int64)
    after[order] = np.roll(order, -1)
    hop = _least(lambda: follow(after, 1_000_000), 3) / 1_000_000
    a, b, c = (np.ones(20_000_000) for _ in range(3))
    adding = _least(lambda: np.add(a, b, out=c))
    memory, kind = Path("/proc/meminfo"), Path("/proc/cpuinfo")
    total = re.search(r"MemTotal:\s+(\d+)", memory.read_text()) if memory.exists() else None
    model = re.search(r"model name\s*:\s*(.+)", kind.read_text()) if kind.exists() else None
    return {
        "cpu": model[1] if model else platform.processor() or platform.machine(),
        "cores": len(_cores()),
        "memory_gib": round(int(total[1]) / 1024**2) if total else None,
        "gather_ns": gathers,
        "hop_ns": round(hop * 1e9, 1),
        "gb_s": round(3 * a.nbytes / adding / 1e9, 1),
    }


def _cores() -> set[int]:
    import os

    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))


def _least(run: Callable[[], object], times: int = 5) -> float:
    run()
    seconds = []
    for _ in range(times):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)
