"""Disruption of every work of a catalogue, CD_5, in blocks: works of one year against the citations that one later year makes."""

from importlib.util import find_spec
from typing import NamedTuple

import numpy as np

from kg.analysis.metrics.disruption import FAST
from kg.corpus.measures.blocks import KNOWN, Blocks, Ints, rows_of
from kg.corpus.measures.measure import Measure, Options, Part, Setting, columns, share
from kg.corpus.measures.sweeps import runs
from kg.errors import InputError

CHUNK = 1 << 23  # pairs of a work and a citing work of its references laid out at once
_BITS = 62  # of a number that holds a cited work and a citing one


class Focal(NamedTuple):
    """Works whose lists are known: work k is `works[k]` and cites `cited[offsets[k]:offsets[k + 1]]`."""

    works: Ints
    offsets: Ints
    cited: Ints


def count(focal: Focal, citing: Ints, cited: Ints, *, fast: bool | None = None, chunk: int = CHUNK) -> Ints:
    """How many of the citing works cite a focal work alone (n_i), together with its references (n_j), or only these (n_k).

    Parameters
    ----------
    focal : Focal
        The focal works.
    citing, cited : arrays of int
        Citations made by works that are none of the focal works, sorted by `citing`.
    fast : bool, optional
        Use the compiled loop of kg[fast]; by default where numba is installed and there are over 20,000 focal works.
    chunk : int
        Pairs laid out at once by the loop that is not compiled.

    Returns
    -------
    array of int
        Rows n_i, n_j and n_k.

    Examples
    --------
    >>> focal = Focal(np.array([2]), np.array([0, 1]), np.array([1]))  # 2 cites 1
    >>> count(focal, np.array([3, 4, 4, 5]), np.array([2, 1, 2, 1])).ravel().tolist()
    [1, 1, 1]
    """
    citer = np.cumsum(np.diff(citing, prepend=citing[:1]) != 0)  # numbered from 0
    citers = int(citer.max(initial=-1)) + 1
    wanted, at = np.unique(focal.cited, return_inverse=True)
    works, shift = focal.works, citers.bit_length()
    if max(int(numbers.max(initial=0)) for numbers in (cited, wanted, works)).bit_length() + shift > _BITS:
        # a number as no catalogue has: ranks take its place, which take longer to find
        every = np.union1d(wanted, works)
        asked = np.isin(cited, every)
        citer, cited, wanted, works = citer[asked], *(np.searchsorted(every, n) for n in (cited[asked], wanted, works))
    by_cited = np.sort((cited << shift) | citer)  # sorts five times as fast as an order of the pairs is found
    citer = by_cited & (1 << shift) - 1
    near_from, near_to = (np.searchsorted(by_cited, (wanted + more) << shift)[at] for more in (0, 1))
    own_from, own_to = (np.searchsorted(by_cited, (works + more) << shift) for more in (0, 1))
    if fast is None:
        fast = len(focal.works) > FAST and find_spec("numba") is not None
    if fast:
        from kg.analysis.metrics._disruption_numba import count as compiled

        table = np.zeros((7, len(focal.works)), np.int64)
        everyone, spans = np.arange(len(focal.works)), (near_from, near_to, own_from, own_to)
        compiled(everyone, focal.offsets, *spans, citer, np.zeros(citers, np.bool_), 1, 1, table)
        return table[:3]
    result = np.zeros((3, len(focal.works)), np.int64)
    upto = np.concatenate(([0], np.cumsum(near_to - near_from)))[focal.offsets]
    a = 0
    while a < len(focal.works):
        b = max(a + 1, int(np.searchsorted(upto, upto[a] + chunk, side="right")) - 1)
        refs = slice(focal.offsets[a], focal.offsets[b])
        near = np.repeat(np.arange(b - a) * citers, np.diff(upto[a : b + 1]))
        near += citer[runs(near_from[refs], near_to[refs])]
        near.sort()
        near = near[np.diff(near, prepend=-1) > 0]
        size = own_to[a:b] - own_from[a:b]
        own = np.repeat(np.arange(b - a) * citers, size) + citer[runs(own_from[a:b], own_to[a:b])]
        place = np.searchsorted(near, own)
        both = near[place.clip(max=len(near) - 1)] == own if len(near) else np.zeros(len(own), np.bool_)
        owner = np.repeat(np.arange(b - a), size)
        n_j = np.bincount(owner[both], minlength=b - a)
        edge = np.searchsorted(near, np.arange(b - a + 1) * citers)
        result[:, a:b] = size - n_j, n_j, np.diff(edge) - n_j
        a = b
    return result


def check(options: Options) -> None:
    """Refuse a window without years."""
    if options["window"] < 1:
        raise InputError(f"--window must be at least 1 year (got {options['window']})", "5 is usual")


def of_year(blocks: Blocks, year: int, setting: Setting) -> Part:
    """Disruption of the works of one year whose reference list is known and not empty.

    CD = (n_i - n_j)/(n_i + n_j + n_k) over the works of the five years after the work's own (`window`): n_i cite it and none of its
    references, n_j cite it and at least one of them, n_k at least one of them and not it (Funk & Owen-Smith 2017; Wu, Wang & Evans 2019).
    As kg's `disruption` where only years are known: works are dated by year, citing works of the same year or without a year do not count.
    Null where no work of the window cites it or its references. There are no bounds: in a catalogue where millions of lists
    are unknown they reach from -1 to 1; the counts of the year have the share of lists of the window that are known.

    Parameters
    ----------
    blocks : Blocks
        The corpus.
    year : int
        The year.
    setting : Setting
        What is known before.

    Notes
    -----
    Each year of the window is counted for itself and the counts are added, as a citing work is of one year. Memory: the references of
    the works of one year and the citations made in one other, 60 bytes each, and pairs in blocks of 8 million.
    """
    works, made, window = blocks.works(year, "n", "outcome"), blocks.citing(year), setting.options["window"]
    known = np.isin(works["outcome"], list(KNOWN))
    row = rows_of(works["n"], made.citing)
    references = np.bincount(row, minlength=len(known))
    judged = known & (references > 0)
    focal = Focal(works["n"][judged], np.concatenate(([0], np.cumsum(references[judged]))), made.cited[judged[row]])
    table = np.zeros((3, len(focal.works)), np.int64)
    for later in range(year + 1, year + window + 1):
        if later in setting.facts:
            citations = blocks.citing(later)
            table += count(focal, citations.citing, citations.cited)
    n_i, n_j, n_k = table
    n = n_i + n_j + n_k
    return columns(
        n=focal.works,
        disruption=share(n_i - n_j, n),
        n_i=n_i.astype(np.int32),
        n_j=n_j.astype(np.int32),
        n_k=n_k.astype(np.int32),
    ), {
        "works": len(known),
        "judged": len(n),
        "values": int((n > 0).sum()),
        "coverage": setting.known(year + 1, year + window),
        "window_over": setting.last is not None and year + window <= setting.last,
    }


MEASURE = Measure(
    name="disruption",
    column="disruption",
    unit="",
    about="Whether the works that build on a work stop citing what it built on (+1) or cite both (-1).",
    rest="have a reference list that is unknown or empty, or no year",
    of_year=of_year,
    check=check,
    options={"window": 5},
    shown=("n_i", "n_j", "n_k"),
    by_year=("works", "judged", "values", "coverage", "window_over"),
)
