"""Where each work of a map stands: time one way, lanes the other, the same for the same input.

x runs from 0 to WIDTH along the years; y counts in rows of ROW. The page stretches both to the window's shape, so only
order and proportion matter here. Within a lane works are packed into rows like trains on tracks: a work keeps its track
free for its label and its bar. Tracks are chosen anew in sweeps, each work going towards the works it is linked
with, and the sweep with the fewest crossings is kept. Works in reserve take the room that is left, below the others.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

WIDTH = 1000.0
ROW = 20.0
HEADER = 30.0  # height of a lane's name
GAP = 8.0  # between lanes
STRIP = 30.0  # least height below the name of a lane that holds more works than are drawn
UNDATED_LANE = "Year unknown"
OTHER_LANE = "Other works"
ONLY_LANE = ""  # where no work has a lane of its own there is one, without a name

_EARLY = 60.0  # width of the strip for the few works long before the others
_LABEL = 165.0  # width kept free for a label
_MARK = 13.0  # width kept free for a mark without a label
MOST_LANES = 6
_SWEEPS = 6
_MOST_COUNTED = 1500  # citations up to which crossings are counted; above, the length of all lines stands for them

Points = NDArray[np.float64]
Spans = list[list[tuple[float, float]]]  # of each row: what is taken


@dataclass(frozen=True)
class Axis:
    """Years to x: linear from `start` to `last`; older years share a narrow strip (`start == first`: no strip)."""

    first: int
    start: int
    last: int

    def x(self, year: float) -> float:
        """Where a year stands, 0 to WIDTH."""
        if year < self.start:
            return _EARLY * 0.8 * (year - self.first) / (self.start - self.first)
        left = _EARLY if self.start > self.first else 0.0
        return left + (WIDTH - left) * (year - self.start) / max(1, self.last - self.start)

    @property
    def year_width(self) -> float:
        """How much x one year takes."""
        return self.x(self.start + 1) - self.x(self.start)


@dataclass(frozen=True)
class Band:
    """A lane as drawn."""

    name: str
    top: float
    bottom: float


@dataclass(frozen=True)
class Layout:
    """The places of all works; `gap` is the smallest distance the page must keep legible within one row.

    `rows` gives lane and row within the lane of each work, those in reserve included; `places` are those of the others.
    """

    axis: Axis
    bands: tuple[Band, ...]
    places: dict[str, tuple[float, float]]
    height: float
    gap: float
    rows: dict[str, tuple[int, float, int]]  # id -> lane, x, row


def lay_out(
    years: Mapping[str, int | None],
    citations: Iterable[tuple[str, str]],
    *,
    ranked: Sequence[str],
    lanes: Mapping[str, str] | None = None,
    labelled: int = 36,
    until: Mapping[str, int] | None = None,
    key: Iterable[str] = (),
    reserve: Sequence[str] = (),
    order: Sequence[str] = (),
    fuller: Iterable[str] = (),
) -> Layout:
    """Lay out the works drawn, and rows for those in reserve.

    Parameters
    ----------
    years : mapping of str to int or None
        The year of every work.
    citations : iterable of pairs of str
        Citations as (citing, cited).
    ranked : sequence of str
        The works drawn, by falling importance.
    lanes : mapping of str to str, optional
        The lane of some works; see `kg.output.map.lanes`.
    labelled : int
        How many of the first works keep room for a label.
    until : mapping of str to int, optional
        The year up to which the row of a work stays free: the end of its bar.
    key : iterable of str
        Works whose years are never squeezed into the strip of early works.
    reserve : sequence of str
        Works that are not drawn but get a row.
    order : sequence of str
        Lanes in a fixed order.
    fuller : iterable of str
        Lanes with works that are not drawn; they are there even if no work of theirs is.
    """
    lanes, until, fuller = lanes or {}, until or {}, set(fuller)
    drawn = set(ranked)
    pairs = [(a, b) for a, b in citations if a in drawn and b in drawn]
    neighbours: dict[str, list[str]] = defaultdict(list)
    for citing, cited in pairs:
        neighbours[citing].append(cited)
        neighbours[cited].append(citing)
    dated = sorted(year for year in years.values() if year is not None)
    keyed = [year for id_ in key if (year := years.get(id_)) is not None]
    axis = _axis(dated, keyed, list(until.values()))
    members: dict[str, list[str]] = {name: [] for name in sorted(fuller)}
    extra: dict[str, list[str]] = defaultdict(list)
    for works, table in ((ranked, members), (reserve, extra)):
        for id_ in works:
            lane = UNDATED_LANE if years[id_] is None else lanes.get(id_, OTHER_LANE)
            table.setdefault(lane, []).append(id_)
            members.setdefault(lane, [])
    if set(members) <= {OTHER_LANE, UNDATED_LANE} and OTHER_LANE in members:
        members = {ONLY_LANE: members.pop(OTHER_LANE), **members}
        extra[ONLY_LANE] = extra.pop(OTHER_LANE, [])
    drawn_years = Counter(year for id_ in ranked if (year := years[id_]) is not None)
    columns = max(1, round(sqrt(max(drawn_years.values(), default=0) / 16)))
    mark = min(_MARK, axis.year_width * 0.9 / columns)
    wide = set(ranked[:labelled])

    names = _order(members, neighbours, order)
    xs: dict[str, float] = {}
    for lane in names:
        for works in (members[lane], extra[lane]):
            if lane == UNDATED_LANE:
                xs |= {id_: round(WIDTH * (k + 0.5) / len(works), 2) for k, id_ in enumerate(works)}
            else:
                xs |= _columns(works, years, axis, columns)
    ends = {id_: xs[id_] + (_LABEL if id_ in wide else mark) for id_ in xs}
    ends |= {id_: max(ends[id_], axis.x(until[id_]) + _MARK) for id_ in until if id_ in xs}
    rows, spans = _sweep(names, members, xs, ends, neighbours, pairs, fuller)

    places: dict[str, tuple[float, float]] = {}
    rows_of: dict[str, tuple[int, float, int]] = {}
    bands = []
    top = 0.0
    for k, lane in enumerate(names):
        first = top + HEADER + ROW / 2
        places |= {id_: (xs[id_], round(first + ROW * rows[id_], 2)) for id_ in members[lane]}
        bottom = top + _tall(len(spans[lane]), lane in fuller)
        later = _pack(extra[lane], xs, {id_: xs[id_] + mark for id_ in extra[lane]}, {}, spans[lane])
        rows_of |= {id_: (k, xs[id_], row) for id_, row in ({id_: rows[id_] for id_ in members[lane]} | later).items()}
        bands.append(Band(lane, round(top, 2), round(bottom, 2)))
        top = bottom + GAP
    return Layout(axis, tuple(bands), places, round(max(top - GAP, ROW), 2), round(mark, 3), rows_of)


def crossings(lines: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> int:
    """How many pairs of straight lines cross within both; lines that share an end do not.

    Examples
    --------
    >>> crossings([((0, 0), (2, 2)), ((0, 2), (2, 0)), ((0, 0), (2, 0))])
    1
    """
    if len(lines) < 2:
        return 0
    p, q = np.array([a for a, _ in lines], float), np.array([b for _, b in lines], float)
    total = 0
    for i in range(len(lines) - 1):
        own = _side(p[i], q[i], p[i + 1 :]) * _side(p[i], q[i], q[i + 1 :])
        other = _side(p[i + 1 :], q[i + 1 :], p[i]) * _side(p[i + 1 :], q[i + 1 :], q[i])
        total += int(((own < -1e-9) & (other < -1e-9)).sum())
    return total


def _side(a: Points, b: Points, c: Points) -> Points:
    """On which side of the line from a to b the point c lies: above 0 left, below 0 right."""
    side: Points = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
    return side


def _axis(dated: list[int], keyed: list[int], ends: list[int]) -> Axis:
    if not dated:
        return Axis(0, 0, 1)
    first, last = dated[0], max(dated[-1], *ends) if ends else dated[-1]
    start = min([dated[min(len(dated) - 1, max(2, len(dated) // 25))], *keyed]) - 1
    if start - first <= (last - first) * 0.2:
        start = first
    return Axis(first, start, max(last, start + 1))


def _order(members: Mapping[str, list[str]], neighbours: Mapping[str, list[str]], fixed: Sequence[str]) -> list[str]:
    """Lanes in the order given, else so that citations span as few of them as possible; other and undated works last."""
    lane_of = {id_: lane for lane, works in members.items() for id_ in works}
    last = [lane for lane in (OTHER_LANE, UNDATED_LANE) if lane in members]
    if fixed:
        return [*(lane for lane in fixed if lane in members), *(lane for lane in last if lane not in fixed)]
    names = sorted(lane for lane in members if lane != UNDATED_LANE)
    weight = Counter(
        (lane_of[a], lane_of[b]) for a, others in neighbours.items() for b in others if lane_of[a] < lane_of[b]
    )

    def span(order: Iterable[str]) -> int:
        at = {lane: k for k, lane in enumerate(order)}
        return sum(n * abs(at[a] - at[b]) for (a, b), n in weight.items() if a in at and b in at)

    if 1 < len(names) <= MOST_LANES:
        names = list(min(permutations(names), key=span))
    return [*names, *([UNDATED_LANE] if UNDATED_LANE in members else [])]


def _columns(works: Sequence[str], years: Mapping[str, int | None], axis: Axis, columns: int) -> dict[str, float]:
    """The x of each work: on its year's line, or side by side within the year where a lane has many of one year."""
    by_year: dict[int, list[str]] = defaultdict(list)
    for id_ in works:
        by_year[years[id_] or 0].append(id_)
    xs = {}
    for year, same in by_year.items():
        n = min(columns, ceil(len(same) / 6)) if year >= axis.start else 1
        for k, id_ in enumerate(same):
            xs[id_] = round(axis.x(year) + ((k % n) - (n - 1) / 2) / n * 0.9 * axis.year_width, 2)
    return xs


def _tall(rows: int, more: bool) -> float:
    return HEADER + max(ROW * max(rows, 1), STRIP if more else 0.0) + 0.5 * GAP


def _sweep(
    names: Sequence[str],
    members: Mapping[str, list[str]],
    xs: Mapping[str, float],
    ends: Mapping[str, float],
    neighbours: Mapping[str, list[str]],
    pairs: Sequence[tuple[str, str]],
    fuller: set[str],
) -> tuple[dict[str, int], dict[str, Spans]]:
    """Rows for all works of all lanes, from the sweep with the fewest crossings; and what is taken of each row."""
    best: tuple[float, dict[str, int], dict[str, Spans]] | None = None
    ys: dict[str, float] = {}
    for _ in range(_SWEEPS):
        rows: dict[str, int] = {}
        spans: dict[str, Spans] = {}
        top, now = 0.0, dict(ys)
        for lane in names:
            spans[lane] = []
            targets = {
                id_: (sum(near) / len(near) - top - HEADER) / ROW - 0.5
                for id_ in members[lane]
                if (near := [now[other] for other in neighbours.get(id_, ()) if other in now])
            }
            rows |= _pack(members[lane], xs, ends, targets, spans[lane])
            now |= {id_: top + HEADER + ROW * (rows[id_] + 0.5) for id_ in members[lane]}
            top += _tall(len(spans[lane]), lane in fuller) + GAP
        ys = {id_: now[id_] for id_ in rows}
        if len(pairs) <= _MOST_COUNTED:
            cost: float = crossings([((xs[a], ys[a]), (xs[b], ys[b])) for a, b in pairs])
        else:
            cost = sum(abs(ys[a] - ys[b]) for a, b in pairs)
        if best is None or (cost + top / ROW) < best[0]:
            best = cost + top / ROW, rows, spans
    return (best[1], best[2]) if best else ({}, {})


def _pack(
    works: Sequence[str], xs: Mapping[str, float], ends: Mapping[str, float], targets: Mapping[str, float], taken: Spans
) -> dict[str, int]:
    """A row for each work, free from its x to its end, as near as may be to its target; `taken` is added to."""
    rows: dict[str, int] = {}
    for id_ in sorted(works, key=lambda id_: xs[id_]):
        start, end, target = xs[id_], ends[id_], targets.get(id_, 0.0)
        free = [k for k, row in enumerate(taken) if all(b <= start or a >= end for a, b in row)]
        row = min(free, key=lambda k: abs(k - target), default=len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append((start, end))
        rows[id_] = row
    return rows
