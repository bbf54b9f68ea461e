"""Where each work of a map stands: time from left to right, lanes from top to bottom, the same for the same input.

x runs from 0 to WIDTH along the years; y counts in rows of ROW. The page stretches both to the window's shape, so only
order and proportion matter here. Within a lane works are packed into rows like trains on tracks: a work takes the
track nearest to what it cites, and keeps it free for its label and its years asleep.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import ceil, sqrt

WIDTH = 1000.0
ROW = 20.0
UNDATED_LANE = "No year held"
OTHER_LANE = "Other works"
ONLY_LANE = ""  # where no work has a lane of its own there is one, without a name

_EARLY = 60.0  # width of the strip for the few works long before the others
_LABEL = 150.0  # width kept free for a label
_MARK = 13.0  # width kept free for a mark without a label
_HEADER = 30.0  # height of a lane's name
_GAP = 8.0  # between lanes
_MAX_LANES = 6


@dataclass(frozen=True)
class Axis:
    """Years to x: linear from `start` to `last`; what is older shares a narrow strip (`start == first`: no strip)."""

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
    """The places of all works; `gap` is the smallest distance the page must keep legible within one row."""

    axis: Axis
    bands: tuple[Band, ...]
    places: dict[str, tuple[float, float]]
    height: float
    gap: float


def lay_out(
    years: Mapping[str, int | None],
    citations: Iterable[tuple[str, str]],
    *,
    ranked: Sequence[str],
    lanes: Mapping[str, str] | None = None,
    labelled: int = 45,
    until: Mapping[str, int] | None = None,
    key: Iterable[str] = (),
) -> Layout:
    """Places for the works in `years`.

    `ranked` names them by falling importance: the first `labelled` keep room for a label. `lanes` names a lane for
    some works (see `choose_lanes`), `until` the year up to which a work's row stays free (its years asleep); the years
    of `key` works are never squeezed into the strip of early works.
    """
    lanes, until = lanes or {}, until or {}
    neighbours: dict[str, list[str]] = defaultdict(list)
    for citing, cited in citations:
        neighbours[citing].append(cited)
        neighbours[cited].append(citing)
    dated = sorted(year for year in years.values() if year is not None)
    keyed = [year for id_ in key if (year := years.get(id_)) is not None]
    axis = _axis(dated, keyed, list(until.values()))
    members: dict[str, list[str]] = defaultdict(list)
    for id_ in ranked:
        members[UNDATED_LANE if years[id_] is None else lanes.get(id_, OTHER_LANE)].append(id_)
    if set(members) <= {OTHER_LANE, UNDATED_LANE} and OTHER_LANE in members:
        members = {ONLY_LANE: members.pop(OTHER_LANE), **members}
    columns = max(1, round(sqrt(max(Counter(dated).values(), default=0) / 16)))
    mark = min(_MARK, axis.year_width * 0.9 / columns)
    wide = set(ranked[:labelled])

    xs: dict[str, float] = {}
    packed: dict[str, dict[str, int]] = {}
    for lane in _order(members, neighbours):
        works = members[lane]
        if lane == UNDATED_LANE:
            xs |= {id_: WIDTH * (k + 0.5) / len(works) for k, id_ in enumerate(works)}
        else:
            xs |= _columns(works, years, axis, columns)
        ends = {id_: xs[id_] + (_LABEL if id_ in wide else mark) for id_ in works}
        ends |= {id_: max(ends[id_], axis.x(until[id_]) + _MARK) for id_ in works if id_ in until}
        packed[lane] = _pack(works, xs, ends, neighbours)

    tall = {lane: ROW * (max(rows.values()) + 1) + 1.5 * _GAP for lane, rows in packed.items()}
    header = max(_HEADER, sum(tall.values()) / 34) if any(packed) else 0.0
    places: dict[str, tuple[float, float]] = {}
    bands = []
    top = 0.0
    for lane, rows in packed.items():
        first = top + header + ROW / 2
        places |= {id_: (round(xs[id_], 2), round(first + ROW * row, 2)) for id_, row in rows.items()}
        bands.append(Band(lane, round(top, 2), round(top + header + tall[lane] - _GAP, 2)))
        top += header + tall[lane]
    return Layout(axis, tuple(bands), places, round(max(top - _GAP, ROW), 2), round(mark, 3))


def choose_lanes(labels: Iterable[tuple[str, str]], *, most: int = _MAX_LANES - 1) -> dict[str, str]:
    """A lane for each work that has one of the `most` commonest labels, from (work, label); the rest get none.

    A label of a single work makes no lane; a work with several labels stands in the commonest.

    >>> choose_lanes([("a", "tags"), ("b", "tags"), ("b", "chords"), ("c", "beats")])
    {'a': 'tags', 'b': 'tags'}
    """
    pairs = sorted(set(labels))
    counts = Counter(label for _, label in pairs)
    chosen = [label for label, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if n > 1][:most]
    lanes: dict[str, str] = {}
    for label in chosen:
        for work, own in pairs:
            if own == label:
                lanes.setdefault(work, label)
    return dict(sorted(lanes.items()))


def _axis(dated: list[int], keyed: list[int], ends: list[int]) -> Axis:
    if not dated:
        return Axis(0, 0, 1)
    first, last = dated[0], max(dated[-1], *ends) if ends else dated[-1]
    start = min([dated[min(len(dated) - 1, max(2, len(dated) // 25))], *keyed]) - 1
    if start - first <= (last - first) * 0.2:
        start = first
    return Axis(first, start, max(last, start + 1))


def _order(members: Mapping[str, list[str]], neighbours: Mapping[str, list[str]]) -> list[str]:
    """Lanes so that citations span as few of them as possible; undated works last."""
    lane_of = {id_: lane for lane, works in members.items() for id_ in works}
    names = sorted(lane for lane in members if lane != UNDATED_LANE)
    weight = Counter(
        (lane_of[a], lane_of[b]) for a, others in neighbours.items() for b in others if lane_of[a] < lane_of[b]
    )

    def span(order: list[str]) -> int:
        at = {lane: k for k, lane in enumerate(order)}
        return sum(n * abs(at[a] - at[b]) for (a, b), n in weight.items() if a in at and b in at)

    if 1 < len(names) <= _MAX_LANES:
        names = min((list(order) for order in permutations(names)), key=span)
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
            xs[id_] = axis.x(year) + ((k % n) - (n - 1) / 2) / n * 0.9 * axis.year_width
    return xs


def _pack(
    works: Sequence[str], xs: Mapping[str, float], ends: Mapping[str, float], neighbours: Mapping[str, list[str]]
) -> dict[str, int]:
    """A row for each work: free from its x on, and as near as may be to the works of the lane it is linked with."""
    rows: dict[str, int] = {}
    free: list[float] = []  # per row: from which x on it is free
    for id_ in sorted(works, key=lambda id_: xs[id_]):
        near = [rows[other] for other in neighbours.get(id_, ()) if other in rows]
        target = sum(near) / len(near) if near else 0.0
        open_rows = [row for row, end in enumerate(free) if end <= xs[id_]]
        row = min(open_rows, key=lambda row: abs(row - target), default=len(free))
        if row == len(free):
            free.append(0.0)
        free[row] = ends[id_]
        rows[id_] = row
    return rows
