"""Influence paths drawn along time: where each work stands, and the lines between them.

Each work has a row of its own, rows in order of time, with its name at its right: a line leaves a work downwards and
comes to the next one from the left, so that no line runs through a name. On a wide page x is the year; on a narrow one
each path has a column, and the year stands in words.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.graph.eras import Era
from kg.library.paths import Path
from kg.model import Work
from kg.output.pages.marks import Style, by_era
from kg.text import cited_as, shortened, width

ROW = 44
STYLES = 6  # ways to draw a path; what comes after them looks like the last
_HEAD = 46  # height of the years and eras
_YEARS = 600  # width of the axis
_WIDE = 1072
_NARROW = 358
_ASIDE = 13  # between works of the same year, where the year is wide enough
_APART = 5  # between the lines of different paths
_CORNER = 9
_LETTER = 7.6  # width of a letter, at most, on average


@dataclass(frozen=True)
class Place:
    """A work where it stands: its era by number, its name and title as there is room for, and the paths it is on, from 1."""

    work: Work
    x: float
    y: float
    label: float
    name: str
    title: str
    era: int
    paths: tuple[int, ...]
    passed: bool


@dataclass(frozen=True)
class Drawing:
    """Paths as drawn: works, lines as (path, SVG path), ticks as (year, x), and eras as (name, x, width, number)."""

    width: int
    height: int
    places: tuple[Place, ...]
    lines: tuple[tuple[int, str], ...]
    ticks: tuple[tuple[int, float], ...]
    bands: tuple[tuple[str, float, float, int], ...]
    styles: tuple[Style, ...]


def draw(paths: Sequence[Path], eras: Iterable[Era], *, marked: Iterable[Work] = (), narrow: bool = False) -> Drawing:
    """Draw paths.

    Parameters
    ----------
    paths : sequence of Path
        The paths, best first.
    eras : iterable of Era
        The eras of the graph.
    marked : iterable of Work
        Works that are marked, such as those on every path.
    narrow : bool
        For a narrow page.
    """
    eras, marks = list(eras), {work.id for work in marked}
    works = _in_time([path.works for path in paths])
    on = {w.id: tuple(k for k, path in enumerate(paths, 1) if any(w.id == one.id for one in path.works)) for w in works}
    style = by_era([(w.id, w.year) for w in works], eras)
    axis = _Axis.of(works)
    if narrow:
        columns = min(len(paths), STYLES)
        xs = {w.id: 12.0 + 14.0 * (min(on[w.id][0], columns) - 1) for w in works}
        head, size, label = 8, _NARROW, dict.fromkeys(xs, 14.0 * columns + 12.0)
    else:
        xs = axis.spread(works)
        head, size, label = _HEAD, _WIDE, {id_: x + 14 for id_, x in xs.items()}
    ys = {w.id: head + ROW * (k + 0.5) for k, w in enumerate(works)}
    places = tuple(
        Place(
            w,
            round(xs[w.id], 1),
            ys[w.id],
            round(label[w.id], 1),
            _fitted(
                f"{cited_as(w.authors, None, '')} {'' if w.year is None else w.year}".strip() or w.id,
                size - label[w.id],
            ),
            _fitted(w.title, size - label[w.id]),
            era,
            on[w.id],
            w.id in marks,
        )
        for w, era in zip(works, style.of, strict=True)
    )
    lines = []
    for k, path in enumerate(paths, 1):
        for old, new in pairwise(path.works):
            start, end = (xs[old.id], ys[old.id]), (xs[new.id], ys[new.id])
            if narrow:
                line = _column(start, end, 12 + 14 * (min(k, STYLES) - 1))
            else:
                line = _elbow(start, end, _aside(k, on[old.id]), _aside(k, on[new.id]))
            lines.append((k, line))
    return Drawing(
        size,
        int(head + ROW * len(works) + 8),
        places,
        tuple(lines),
        () if narrow else axis.ticks(),
        () if narrow else axis.bands(eras),
        tuple(style.styles),
    )


@dataclass(frozen=True)
class _Axis:
    """The years from left to right; without any, nothing."""

    first: int
    last: int

    @classmethod
    def of(cls, works: Sequence[Work]) -> "_Axis":
        years = [w.year for w in works if w.year is not None]
        return cls(min(years), max(*years, min(years) + 1)) if years else cls(0, 1)

    def x(self, year: float) -> float:
        return 24 + (_YEARS - 48) * (year - self.first) / (self.last - self.first)

    def spread(self, works: Sequence[Work]) -> dict[str, float]:
        """The x of each work: its year, those of one year side by side; without a year, where the work before it stands."""
        xs: dict[str, float] = {}
        counts, met = Counter(w.year for w in works), Counter[int | None]()
        year, at = self.x(self.first + 1) - self.x(self.first), self.x(self.first)
        for w in works:
            at = at if w.year is None else self.x(w.year)
            xs[w.id] = at + min(_ASIDE, 0.8 * year / counts[w.year]) * met[w.year]
            met[w.year] += 1
        return xs

    def ticks(self) -> tuple[tuple[int, float], ...]:
        """Round years with room for their figures, besides the first and the last."""
        if not self.first:
            return ()
        step = next(
            n
            for n in (1, 2, 5, 10, 20, 50, 100, 1000)
            if self.x(self.first + n) - self.x(self.first) >= 44 or n == 1000
        )
        years = [year for year in range(self.first, self.last + 1) if year % step == 0]
        return tuple((year, round(self.x(year), 1)) for year in years)

    def bands(self, eras: Sequence[Era]) -> tuple[tuple[str, float, float, int], ...]:
        """The eras that the years touch."""
        found = []
        half = (self.x(self.first + 1) - self.x(self.first)) / 2
        for k, era in enumerate(eras):
            if self.first and era.first <= self.last and era.last >= self.first:
                start = max(0.0, self.x(max(era.first, self.first)) - half)
                end = min(float(_YEARS), self.x(min(era.last, self.last)) + half)
                found.append((era.name, round(start, 1), round(end - start, 1), k))
        return tuple(found)


def _in_time(paths: Sequence[Sequence[Work]]) -> list[Work]:
    """All works of some paths, each once, in order of time; what is cited comes first within a year and where years lack."""
    works = {w.id: w for path in paths for w in path}
    before: dict[str, set[str]] = {id_: set() for id_ in works}
    after: dict[str, set[str]] = {id_: set() for id_ in works}
    for path in paths:
        for old, new in pairwise(path):
            before[new.id].add(old.id)
            after[old.id].add(new.id)

    def key(id_: str) -> tuple[int, str, str]:
        w = works[id_]
        return (w.year or 0, w.date or "", id_)

    ready = [key(id_) for id_, cited in before.items() if not cited]
    heapq.heapify(ready)
    order: dict[str, None] = {}
    while len(order) < len(works):
        if not ready:  # citations in a circle, which are followed only where time is ignored
            heapq.heappush(ready, min(key(id_) for id_ in works if id_ not in order))
        id_ = heapq.heappop(ready)[-1]
        if id_ in order:
            continue
        order[id_] = None
        for citing in sorted(after[id_]):
            before[citing].discard(id_)
            if not before[citing] and citing not in order:
                heapq.heappush(ready, key(citing))
    return [works[id_] for id_ in order]


def _aside(path: int, all_: tuple[int, ...]) -> float:
    """How far from the middle of a work the line of a path runs, beside those of the other paths through it."""
    return min(_APART, 20 / len(all_)) * (all_.index(path) - (len(all_) - 1) / 2)


def _elbow(start: tuple[float, float], end: tuple[float, float], right: float, down: float) -> str:
    """Down from a work, then across to the next; lines of other paths run beside it."""
    (x1, y1), (x2, y2) = start, end
    x, y = x1 + right, y2 + down
    way = 1 if x2 >= x else -1
    bend = min(_CORNER, abs(x2 - x), abs(y - y1))
    return f"M{x:.1f} {y1:.1f}V{y - bend:.1f}Q{x:.1f} {y:.1f} {x + way * bend:.1f} {y:.1f}H{x2:.1f}"


def _column(start: tuple[float, float], end: tuple[float, float], x: float) -> str:
    """Down in the column of a path."""
    (x1, y1), (x2, y2) = start, end
    half = ROW / 2
    return f"M{x1:.1f} {y1:.1f}C{x1:.1f} {y1 + half:.1f} {x:.1f} {y1:.1f} {x:.1f} {y1 + half:.1f}V{y2 - half:.1f}C{x:.1f} {y2:.1f} {x2:.1f} {y2 - half:.1f} {x2:.1f} {y2:.1f}"


def _fitted(text: str, room: float) -> str:
    """A text in so many pixels."""
    most = max(8, int(room / _LETTER))
    return shortened(text, most if width(text) == len(text) else most // 2)
