"""Sleeping beauties of a whole catalogue: the beauty coefficient and the year in which a work awoke."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.sleep import ENOUGH
from kg.corpus.measures.blocks import UNDATED, Blocks, Floats, Ints, rows_of
from kg.corpus.measures.measure import HEARD, Measure, Part, Setting, columns

CHUNK = 1 << 22  # cells of histories laid out at once
UNHEARD = "under half of the reference lists are known in most years up to its peak"
NEVER = "it never slept: its history is not below the line to its peak"
CENSORED = "censored: its peak is the last full year, so it may still rise"


class Sleeps(NamedTuple):
    """B of yearly histories, the first year with the highest count, and the awakening, -1 where there is none."""

    beauty: Floats
    peak: Ints
    awakening: Ints


def sleeps(counts: NDArray[np.int64]) -> Sleeps:
    """Beauty coefficients and awakenings of histories, one a row, each from the year of publication.

    Examples
    --------
    >>> [found.tolist() for found in sleeps(np.array([[4, 2, 1, 1, 1, 12], [5, 0, 0, 0, 0, 5]]))]
    [[25.2, 0.0], [5, 0], [4, -1]]
    """
    works, t = np.arange(len(counts)), np.arange(counts.shape[1])
    peak = counts.argmax(axis=1)
    first, most = counts[:, :1], counts[works, peak][:, None]
    below = (most - first) * t + peak[:, None] * (first - counts)  # peak x the height of the line above the history
    below[t > peak[:, None]] = 0
    farthest = below.max(axis=1)
    awoke = (farthest > 0) & (farthest >= -below.min(axis=1))
    value = (below / np.maximum(1, counts)).sum(axis=1) / np.maximum(peak, 1)
    return Sleeps(value, peak, np.where(awoke, below.argmax(axis=1), -1))


def of_year(blocks: Blocks, year: int, setting: Setting) -> Part:
    """Beauty and awakening of the works of one year that have 10 citations.

    B = sum over t = 0..t_m of [((c_tm - c_0)/t_m) t + c_0 - c_t] / max(1, c_t), where c_t is the number of citations made t years
    after publication and t_m the first year with the highest count; the awakening is the first t at which c_t is farthest below
    the line from (0, c_0) to its peak (Ke, Ferrara, Radicchi & Flammini 2015). As kg's `beauty` and `awakening_year`: citing works
    of earlier years, without a year or after the last full year are left out, and there is no value where under half of the
    reference lists are known in more than half of the years up to the peak. The known share of a year is that of all its works.

    Parameters
    ----------
    blocks : Blocks
        The corpus.
    year : int
        The year.
    setting : Setting
        What is known before: known lists by year, the last full year.

    Notes
    -----
    Memory: the citations received by the works of one year, 60 bytes each, and histories in blocks of 4 million cells.
    """
    import pyarrow as pa

    last = setting.last or UNDATED
    received = blocks.cited(year)
    counted = (received.citing_year >= year) & (received.citing_year <= last)
    cited, since = received.cited[counted], received.citing_year[counted] - year
    works, n = np.unique(cited, return_counts=True)
    enough = n >= ENOUGH
    judged = np.repeat(enough, n)
    numbers, n, cited, since, width = works[enough], n[enough], cited[judged], since[judged], last - year + 1
    step = max(CHUNK // max(width, 1), 1)
    found = []
    for a in range(0, len(numbers), step):
        some = numbers[a : a + step]
        mine = slice(*np.searchsorted(cited, [some[0], some[-1] + 1]))
        cell = rows_of(some, cited[mine]) * width + since[mine]
        found.append(sleeps(np.bincount(cell, minlength=len(some) * width).reshape(-1, width)))
    value, peak, awakening = (np.concatenate(part) for part in zip(_NONE, *found, strict=True))
    few, all_ = _unheard(setting, year, max(width, 0))
    unheard = few[peak] > all_[peak] / 2
    censored = ~unheard & (year + peak == last)
    never = ~unheard & (awakening < 0)
    value[unheard] = np.nan
    awoke = np.where(unheard | never, np.nan, year + awakening)
    reason = np.full(len(n), None, object)
    for some, words in ((never, NEVER), (censored, CENSORED), (unheard, UNHEARD)):
        reason[some] = words
    table = columns(
        n=numbers,
        beauty=value,
        awakening_year=awoke,
        peak_year=(year + peak).astype(np.int32),
        citations=n.astype(np.int32),
    )
    table = table.set_column(2, "awakening_year", table["awakening_year"].cast(pa.int32()))
    counts = {
        "works": setting.facts[year].works,
        "judged": len(n),
        "values": int((~unheard).sum()),
        "censored": int(censored.sum()),
    }
    return table.append_column("reason", pa.array(reason, pa.string())), counts


_NONE = Sleeps(np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64))


def _unheard(setting: Setting, year: int, width: int) -> tuple[Ints, Ints]:
    """For each number of years from this one on: how many of them have under half of their lists known, and how many have works."""
    facts = [setting.facts.get(y) for y in range(year, year + width)]
    few = np.cumsum([bool(one and one.known / one.works < HEARD) for one in facts], dtype=np.int64)
    return few, np.cumsum([one is not None for one in facts], dtype=np.int64)


MEASURE = Measure(
    name="beauty",
    column="beauty",
    unit="",
    about="How long a work was hardly cited before its peak, and how high that peak was.",
    rest=f"have fewer than {ENOUGH} citations up to the last full year, or no year",
    of_year=of_year,
    options={"last_year": None},
    shown=("awakening_year", "peak_year", "citations", "reason"),
    by_year=("works", "judged", "values"),
)
