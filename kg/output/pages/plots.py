"""Drawings beside tables, as coordinates that a template puts into SVG: works along an axis, and how values are spread.

Nothing is told by colour alone: each group has its shape, each bar its number.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor, isfinite, log10, sqrt
from typing import Final, NamedTuple

from kg.output.pages.marks import MARKS, REST, Style
from kg.text import number, shortened

WIDTH: Final = 1000
_LEFT, _RIGHT, _ROW, _TOP, _BELOW = 380, 30, 22, 8, 30  # of works along an axis
_HEIGHT, _FOOT, _HEAD, _BARS = 240, 44, 26, 12  # of a distribution
_LABEL = 42  # characters that fit left of the axis
_WIDE = 10  # values whose greatest is so many times the middle one are drawn by powers
_STEPS = (1, 2, 5)


class Tick(NamedTuple):
    """A place on the axis, and what it is called."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A work, or another thing, along the axis.

    Attributes
    ----------
    label : str
        What it is called.
    href : str
        Its address; "" if it has none.
    low, high : float
        Where it begins and ends; the same for a single place.
    value : float, optional
        The place marked between them.
    group : str
        The group whose mark it has.
    said : str
        What it says, for those who point at it or hear the page.
    """

    label: str
    low: float
    high: float
    value: float | None = None
    href: str = ""
    group: str = ""
    said: str = ""


class Placed(NamedTuple):
    """A line in its place."""

    line: Line
    y: float
    x1: float
    x2: float
    x: float | None
    mark: int


@dataclass(frozen=True)
class Along:
    """Works along an axis.

    Attributes
    ----------
    lines : list of Placed
        The works, from top to bottom.
    ticks : list of Tick
        The places of the axis.
    styles : list of Style
        The groups, in the order of `Placed.mark`.
    axis : str
        What the axis shows.
    height : float
        Of the drawing.
    """

    lines: list[Placed]
    ticks: list[Tick]
    styles: list[Style]
    axis: str
    height: float
    width: int = WIDTH
    left: int = _LEFT
    right: int = WIDTH - _RIGHT


class Bar(NamedTuple):
    """The works of some values."""

    x: float
    y: float
    width: float
    height: float
    works: int
    label: str
    marked: bool


@dataclass(frozen=True)
class Spread:
    """How many works have which value.

    Attributes
    ----------
    bars : list of Bar
        The works by value, each with their number.
    marked : str
        What the marked bar holds; "" where none is marked.
    axis : str
        What is counted along the axis.
    """

    bars: list[Bar]
    axis: str
    marked: str = ""
    width: int = WIDTH
    height: int = _HEIGHT
    base: int = _HEIGHT - _FOOT


def along(lines: Sequence[Line], *, axis: str, groups: Sequence[str] = (), percent: bool = False) -> Along:
    """Place works along an axis, in their order from top to bottom.

    Parameters
    ----------
    lines : sequence of Line
        The works.
    axis : str
        What the axis shows.
    groups : sequence of str
        The groups in the order of their marks; those without one share the last mark.
    percent : bool
        Whether values are shares: the axis starts at 0, counts per cent, and gives small shares more room (square roots).

    Examples
    --------
    >>> drawn = along([Line(label="a", low=0.0, high=0.04, value=0.01, group="little known")], axis="share", percent=True)
    >>> [tick.label for tick in drawn.ticks], drawn.lines[0].x2 - drawn.lines[0].x1 > drawn.right / 2
    (['0', '0.1', '0.5', '1', '2', '4 %'], True)
    """
    ends = [end for line in lines for end in (line.low, line.high)]
    if percent:
        most = max([*ends, 0.001])
        marks = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1]
        places: list[float] = [mark for mark in marks if mark < 0.8 * most]
        places.append(most)
        names = [f"{100 * mark:.2g}" for mark in places]
        names[-1] += " %"
    else:
        places = ticks(min(ends, default=0), max(ends, default=1))
        names = [f"{mark:.4g}" for mark in places]
    first, last = min([places[0], *ends]), max([places[-1], *ends])

    def at(value: float) -> float:
        share = (value - first) / ((last - first) or 1)
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (sqrt(max(share, 0)) if percent else share), 1)

    named = list(groups)[: len(MARKS)]
    used = [group for group in named if any(line.group == group for line in lines)]
    rest = any(line.group not in used for line in lines)
    styles = [MARKS[named.index(group)]._replace(label=group) for group in used]
    styles += [REST._replace(label="other" if used else "")] if rest else []
    placed = [
        Placed(
            replace(line, label=shortened(line.label, _LABEL)),
            _TOP + _ROW * (k + 0.5),
            at(line.low),
            at(line.high),
            None if line.value is None else at(line.value),
            used.index(line.group) if line.group in used else len(used),
        )
        for k, line in enumerate(lines)
    ]
    shown = [Tick(at(mark), name) for mark, name in zip(places, names, strict=True)]
    return Along(placed, shown, styles, axis, _TOP + _ROW * len(lines) + _BELOW)


def spread(
    values: Iterable[float], *, axis: str, whole: bool = False, marked: float | None = None, name: str = ""
) -> Spread:
    """How values are spread: a bar for each range of them; where few are far greater than most, ranges grow with them.

    Parameters
    ----------
    values : iterable of float
        The values of the works that have one.
    axis : str
        What the values are.
    whole : bool
        Whether they are whole numbers.
    marked : float, optional
        The value of a work whose bar is marked.
    name : str
        What that work is called.

    Examples
    --------
    >>> [(bar.label, bar.works) for bar in spread([0, 0, 1, 1, 2, 3, 90], axis="citations", whole=True).bars]
    [('0', 2), ('1', 2), ('2-4', 2), ('5-9', 0), ('10-19', 0), ('20-49', 0), ('50-90', 1)]
    """
    known = sorted(value for value in values if isfinite(value))
    if not known:
        return Spread([], axis)
    starts = _starts(known, whole=whole)
    counts = [0] * len(starts)
    for value in known:
        counts[max(bisect_right(starts, value) - 1, 0)] += 1
    ends = [*starts[1:], known[-1] + whole]
    labels = [_range(low, high, whole=whole) for low, high in zip(starts, ends, strict=True)]
    at = None if marked is None else max(bisect_right(starts, marked) - 1, 0)
    return bars(list(zip(labels, counts, strict=True)), axis=axis, marked=at, name=name)


def bars(counts: Sequence[tuple[str, int]], *, axis: str, marked: int | None = None, name: str = "") -> Spread:
    """A bar with its number for each label, from left to right.

    Examples
    --------
    >>> [round(bar.height) for bar in bars([("1", 51), ("2", 102)], axis="citations back").bars]
    [85, 170]
    """
    room = WIDTH / max(len(counts), 1)
    most, base = max((count for _, count in counts), default=0) or 1, _HEIGHT - _FOOT
    made = []
    for k, (label, count) in enumerate(counts):
        height = round((base - _HEAD) * count / most, 1)
        made.append(Bar(round(k * room + 4, 1), base - height, round(room - 8, 1), height, count, label, k == marked))
    return Spread(made, axis, name if marked is not None else "")


def ticks(low: float, high: float) -> list[float]:
    """Round numbers from at most the least to at least the greatest value.

    Examples
    --------
    >>> ticks(1988, 2024), ticks(-0.4, 0.3)
    ([1980.0, 1990.0, 2000.0, 2010.0, 2020.0, 2030.0], [-0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3])
    """
    span = (high - low) or 1.0
    power = 10.0 ** floor(log10(span / 4))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= span / 7)
    first = floor(low / step + 1e-9)
    last = first
    while last * step < max(high, low + step) - 1e-9 * step:
        last += 1
    return [round(k * step, 12) + 0.0 for k in range(first, last + 1)]


def _starts(known: Sequence[float], *, whole: bool) -> list[float]:
    """Where the range of each bar begins."""
    least, most = known[0], known[-1]
    positive = [value for value in known if value > 0]
    if least >= 0 and positive and most > _WIDE * positive[len(positive) // 2]:
        power = floor(log10(max(positive[0], most / 1e6)))
        grown = [k * 10.0**p for p in range(power, floor(log10(most)) + 1) for k in _STEPS]
        grown = [edge for edge in grown if edge <= most]
        while len(grown) > 1 and grown[1] <= positive[0]:
            grown.pop(0)
        return [0.0, *grown] if least < grown[0] else grown
    if whole and most - least < _BARS:
        return [least + k for k in range(int(most - least) + 1)]
    edges = ticks(least, most)
    step = edges[1] - edges[0]
    finer = [edges[0] + k * step / 2 for k in range(2 * (len(edges) - 1))]
    starts = edges[:-1] if (whole and step < 2) or len(finer) > 2 * _BARS else finer
    return [edge for edge in starts if edge <= most and edge + (step / (1 if starts is not finer else 2)) > least]


def _range(low: float, high: float, *, whole: bool) -> str:
    if whole:
        return f"{low:.0f}" if high - low <= 1 else f"{low:.0f}-{high - 1:.0f}"
    return f"{number(low, 3)} to {number(high, 3)}" if high > low else str(number(low, 3))
