"""PageRank of every work of a catalogue, with a proven bound on its error."""

from functools import partial
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.corpus.engine_base import Engine
from kg.corpus.measures.blocks import UNDATED, Blocks, Floats, Ints, read_json, rows_of, write_json
from kg.corpus.measures.measure import Measure, Options, Part, Setting, columns, scratch_file
from kg.corpus.measures.sweeps import Rows, Sweeps, levels
from kg.corpus.measures.sweeps import rows_of as sweep_rows
from kg.errors import InputError

_SHARES = "shares.npy"


def check(options: Options) -> None:
    """Refuse values of options that have no meaning."""
    alpha, tolerance = options["alpha"], options["tolerance"]
    if not 0 <= alpha < 1:
        raise InputError(f"alpha must be in [0, 1) (got {alpha:g})", "0.85 is usual, 0.5 is advised for citations")
    if not 0 < tolerance < inf:
        raise InputError(f"tolerance must be above 0 (got {tolerance:g})", "1e-12 is the default")


def before(blocks: Blocks, engine: Engine, setting: Setting) -> dict[str, Any]:
    """Compute the PageRank of all works, before it is written year by year.

    p_v = (1 - alpha)/N + alpha (sum over u citing v of p_u / references(u) + D/N), D the sum of p over works without references in the
    catalogue: kg's `pagerank`. Undated, backward and cyclic citations count. The sum of all errors is at most `bound`.

    Parameters
    ----------
    blocks : Blocks
        The corpus.
    engine : Engine
        Where the years are put in order.
    setting : Setting
        The options `alpha` and `tolerance`, and the scratch folder.

    Notes
    -----
    Each year is put in order where the engine runs: its works by levels, its citations as places in the order of the sweep, written
    to the scratch folder (4 bytes a citation) and mapped from there. The sweeps run in this process. Memory: 40 bytes a work, and
    while years are put in order, the citations of one year, 60 bytes each.
    """
    alpha, tolerance = setting.options["alpha"], setting.options["tolerance"]
    years, found = _order(blocks), scratch_file(setting, "solved.json")
    solved: dict[str, Any] | None = read_json(found)
    if solved:
        return solved
    if not years:
        return {}
    for step, name in ((put_in_order, "order"), (put_rows, "rows")):
        todo = [year for year in years if not _file(setting, year, f"{name}.done").exists()]
        for _ in engine.map(partial(step, blocks, setting), todo):
            pass
    starts = _starts(setting, years)
    rows = [
        Rows(
            starts[k],
            np.load(_file(setting, year, "bounds.npy")),
            *(np.load(_file(setting, year, name), mmap_mode="r") for name in ("offsets.npy", "citing.npy")),
        )
        for k, year in enumerate(years)
    ]
    references = np.concatenate(
        [np.empty(0, np.int32), *(np.load(_file(setting, year, "references.npy")) for year in years)]
    )
    sweeps = Sweeps(rows, references)
    solution = sweeps.solve(alpha, tolerance)
    np.save(scratch_file(setting, _SHARES), solution.share)
    dangling = float(solution.share[references == 0].sum())
    told = {
        "bound": solution.bound,
        "sweeps": solution.sweeps,
        "from_later_turns": sweeps.behind,
        "without_references": dangling,
    }
    write_json(found, told)
    return told


def put_in_order(blocks: Blocks, setting: Setting, year: int) -> int:
    """Put the works of one year in the order of the sweep, and count their references; the result is the year."""
    n, made = blocks.numbers(year), blocks.citing(year)
    inside = made.cited_year == year
    citing = rows_of(n, made.citing)
    found = levels(citing[inside], rows_of(n, made.cited[inside]), len(n))
    references = np.empty(len(n), np.int32)
    references[found.place] = np.bincount(citing, minlength=len(n))
    parts: dict[str, NDArray[Any]] = {
        "n": n,
        "place": found.place.astype(np.int32),
        "bounds": found.bounds,
        "references": references,
    }
    return _save(setting, year, "order", parts)


def put_rows(blocks: Blocks, setting: Setting, year: int) -> int:
    """Write the citations received by the works of one year as places in the order of the sweep; the result is the year."""
    years, received = _order(blocks), blocks.cited(year)
    starts = dict(zip(years, _starts(setting, years), strict=True))
    place: dict[str, Ints] = {}
    for end, numbers, of in (
        ("citing", received.citing, received.citing_year),
        ("cited", received.cited, np.full(len(received.cited), year)),
    ):
        place[end] = np.empty(len(numbers), np.int64)
        order = np.argsort(of.astype(np.int16), kind="stable")  # by year, in linear time
        edges = [*np.flatnonzero(np.diff(of[order], prepend=-1)), len(order)]
        for a, b in pairwise(edges):
            some = order[a:b]
            some = some[np.argsort(numbers[some])]  # so that the search below goes through memory once
            one = int(of[some[0]])
            n, places = (np.load(_file(setting, one, name), mmap_mode="r") for name in ("n.npy", "place.npy"))
            place[end][some] = starts[one] + places[rows_of(n, numbers[some])]
    bounds = np.load(_file(setting, year, "bounds.npy"))
    rows = sweep_rows(starts[year], bounds, place["cited"], place["citing"])
    return _save(setting, year, "rows", {"offsets": rows.offsets, "citing": rows.citing})


def of_year(blocks: Blocks, year: int, setting: Setting) -> Part:
    """The PageRank of the works of one year, from what `before` has left."""
    years = _order(blocks)
    start = dict(zip(years, _starts(setting, years), strict=True))[year]
    n, place = (np.load(_file(setting, year, name)) for name in ("n.npy", "place.npy"))
    share: Floats = np.load(scratch_file(setting, _SHARES), mmap_mode="r")[start : start + len(n)][place]
    return columns(n=n, pagerank=share), {"works": len(n), "share": float(share.sum())}


def _order(blocks: Blocks) -> list[int]:
    """The years in the order of the sweep: newest first, and works without a year where fewer citations go backwards."""
    dated = [year for year in reversed(blocks.years) if year != UNDATED]
    if UNDATED not in blocks.years:
        return dated
    made, received = blocks.size("citing", UNDATED), blocks.size("cited", UNDATED)
    return [UNDATED, *dated] if made > received else [*dated, UNDATED]


def _starts(setting: Setting, years: list[int]) -> list[int]:
    """The place of the first work of each year."""
    sizes = [setting.facts[year].works for year in years]
    return [0, *np.cumsum(sizes)[:-1].tolist()] if sizes else []


def _file(setting: Setting, year: int, name: str) -> Path:
    return scratch_file(setting, f"{year}-{name}")


def _save(setting: Setting, year: int, step: str, arrays: dict[str, NDArray[Any]]) -> int:
    """Write the arrays of one step, and then that it is done."""
    for name, values in arrays.items():
        np.save(_file(setting, year, f"{name}.npy"), values)
    _file(setting, year, f"{step}.done").touch()
    return year


MEASURE = Measure(
    name="pagerank",
    column="pagerank",
    unit="share of visits",
    about="How often a reader who keeps following references ends at a work.",
    rest="",
    of_year=of_year,
    undated=True,
    options={"alpha": 0.85, "tolerance": 1e-12},
    check=check,
    before=before,
    by_year=("works", "share"),
)
