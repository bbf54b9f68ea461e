"""The figures of a report: plain data in, accessible inline SVG out, drawn by matplotlib.

Text stays text, colours are the page's own (so that dark pages stay dark), and the same data gives the same bytes.
Titles from sources are drawn as written: never as formulas.
"""

import re
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from html import escape
from io import StringIO
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import Markup

from kg.analysis.base.coverage import HEARD

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

#: what is drawn in these colours takes the page's instead
_PAGE: Final = {
    "#010101": "var(--text)",
    "#020202": "var(--soft)",
    "#030303": "var(--rule)",
    "#040404": "var(--first)",
    "#050505": "var(--second)",
    "#060606": "var(--path)",
    "#070707": "var(--main)",
    "#080808": "var(--band)",
    "#090909": "var(--sleep)",
    "#0a0a0a": "var(--crowd)",
    "#0b0b0b": "var(--bg)",
}
TEXT, SOFT, RULE, FIRST, SECOND, PATH, MAIN, BAND, SLEEP, LISTS, PAPER = _PAGE
_WIDTH: Final = 8.6  # inches
_DRAWING = threading.Lock()  # matplotlib's settings are those of the whole process
_LOOK: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": TEXT,
    "axes.edgecolor": RULE,
    "axes.labelcolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "axes.axisbelow": True,
}


class Figure(NamedTuple):
    """A drawing with what it says in words, for those who cannot see it."""

    svg: Markup
    title: str


class WorkHistory(NamedTuple):
    """The citations of one work by year from its own, the reference lists known, and the year it was awakened in."""

    name: str
    first: int
    counts: Sequence[int]
    by_known: Sequence[int]  # citations by works whose reference list is known
    lists: Sequence[int]  # known reference lists of each year
    awake: int | None
    second_era: bool


class Use(NamedTuple):
    """The works that used a concept, by year, and its longest time without a use where the data can show one."""

    label: str
    years: Mapping[int, int]
    gap: tuple[int, int] | None


class Stop(NamedTuple):
    """A work on the main path: its year, name, the share of paths that run on from it to the next, and its address if any."""

    year: int
    name: str
    flow: float
    href: str = ""


def stop(year: int, name: str, onward: int | None, most: int, href: str = "") -> Stop:
    """A work on the main path, with the count of paths through the next step and the greatest such count of all.

    Examples
    --------
    >>> stop(1989, "Todd 1989", 7, 63).flow
    0.5
    """
    return Stop(year, name, log(1 + (onward or 0)) / (log(1 + most) or 1), href)


def per_year(works: Mapping[int, int], citations: Mapping[int, int], turn: int | None, title: str) -> Figure:
    """Works by year, and citations by the year of the citing work, one above the other."""

    def draw(canvas: "Canvas") -> None:
        for ax, counts, label in zip(
            canvas.subplots(2, 1, sharex=True), (works, citations), ("works", "citations made"), strict=True
        ):
            years = sorted(counts)
            colours = [FIRST if turn is None or year < turn else SECOND for year in years]
            ax.bar(years, [counts[year] for year in years], width=0.8, color=colours)
            ax.set_ylim(0, None if any(counts.values()) else 1)
            ax.set_ylabel(label)
            _grid(ax)
            _whole(ax)

    return _figure("per-year", title, 3.6, draw, grid=(2, 1, 0, 0.15))


def spectrum(
    years: Sequence[int], counts: Sequence[int], deviation: Sequence[float], peaks: Sequence[int], title: str
) -> Figure:
    """Cited references by year of the cited work, and how far each year stands out from the years around it."""

    def draw(canvas: "Canvas") -> None:
        top, bottom = canvas.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        top.fill_between(years, counts, color=MAIN, alpha=0.35, linewidth=0)
        top.plot(years, counts, color=MAIN, linewidth=1.6)
        top.set_ylabel("references")
        bottom.bar(years, deviation, width=0.8, color=[PATH if year in peaks else SOFT for year in years])
        bottom.axhline(0, color=RULE, linewidth=0.8)
        bottom.set_ylabel("deviation")
        named = [y for y in peaks if not any(abs(y - z) < 4 for z in peaks[: peaks.index(y)])]
        for year in named:
            height = deviation[years.index(year)]
            bottom.annotate(
                str(year), (year, height), (0, 3), textcoords="offset points", ha="center", fontsize=9, color=PATH
            )
        for ax in (top, bottom):
            _grid(ax)
        bottom.margins(y=0.2)
        _whole(top)

    return _figure("spectrum", title, 3.8, draw, grid=(2, 1, 0, 0.15))


def histories(pasts: Sequence[WorkHistory], title: str) -> Figure:
    """Small multiples: the history of each work over the reference lists known, hatched where these are too few."""
    columns = min(3, max(1, len(pasts)))
    rows = -(-len(pasts) // columns)
    last = max((past.first + len(past.counts) for past in pasts), default=1)
    first = min((past.first for past in pasts), default=0)
    most = max((n for past in pasts for n in past.lists), default=0) or 1

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots(rows, columns, sharex=True, squeeze=False).ravel()
        for ax, past in zip(axes, pasts, strict=False):
            years = range(past.first, past.first + len(past.counts))
            top, colour = max([2, *past.counts]) * 1.15, SECOND if past.second_era else FIRST
            ax.bar(years, [top * n / most * (n >= HEARD) for n in past.lists], width=1, color=LISTS)
            for start, end in _runs([year for year, n in zip(years, past.lists, strict=True) if n < HEARD]):
                ax.axvspan(start - 0.5, end + 0.5, facecolor="none", edgecolor=RULE, hatch="////", linewidth=0)
            for counts, fill in ((past.counts, PAPER), (past.by_known, colour)):
                some = [(year, n) for year, n in zip(years, counts, strict=True) if n]
                ax.bar(
                    *zip(*some, strict=True), width=0.86, color=fill, edgecolor=colour, linewidth=0.8
                ) if some else None
            ax.plot([past.first], [0], marker="D", markersize=4, color=TEXT, clip_on=False)
            if past.awake is not None:
                ax.axvline(past.awake, color=PATH, linewidth=1.4)
            ax.set_title(past.name, fontsize=9.5, loc="left", color=TEXT, y=1.0)  # given, it is not looked for
            ax.set_xlim(first - 1.5, last + 0.5)
            ax.set_ylim(0, top)
            _whole(ax, years=5)
        for ax in axes[len(pasts) :]:
            ax.remove()

    return _figure("histories", title, 1.35 * rows + 0.5, draw, grid=(rows, columns, 0.4, 0.35))


def main_path(stops: Sequence[Stop], title: str) -> Figure:
    """The main path, old to new from top to bottom, each step as wide as the share of paths that run through it."""
    middle = (stops[0].year + stops[-1].year) / 2 if stops else 0

    def draw(canvas: "Canvas") -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        ax = canvas.subplots()
        for row, (one, two) in enumerate(pairwise(stops)):
            points = [(one.year, row), (one.year, row + 0.5), (two.year, row + 0.5), (two.year, row + 1)]
            curve = Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
            width = 2 + 11 * one.flow
            ax.add_patch(PathPatch(curve, fill=False, edgecolor=MAIN, alpha=0.55, linewidth=width, capstyle="round"))
        for row, stop in enumerate(stops):
            ax.plot([stop.year], [row], marker="o", markersize=6.5, color=SECOND, markeredgecolor=BAND)
            left = stop.year > middle
            at, side = (-12, "right") if left else (12, "left")
            ax.annotate(
                stop.name,
                (stop.year, row),
                (at, 0),
                textcoords="offset points",
                ha=side,
                va="center",
                color=TEXT,
                fontsize=10,
            ).set_url(stop.href or None)
        ax.set_ylim(len(stops) - 0.4, -0.6)
        ax.margins(x=0.05)
        ax.get_yaxis().set_visible(False)
        ax.spines["left"].set_visible(False)
        ax.grid(axis="x", color=RULE, linewidth=0.6)
        _years(ax)

    return _figure("main-path", title, 0.33 * len(stops) + 0.6, draw)


def concepts(uses: Sequence[Use], title: str) -> Figure:
    """Concepts over time: a ring at the first use, a bar over the longest time without a use, a dot for each year of use."""

    def draw(canvas: "Canvas") -> None:
        ax = canvas.subplots()
        for row, use in enumerate(uses):
            years = sorted(use.years)
            ax.plot([years[0], years[-1]], [row, row], color=RULE, linewidth=1)
            if use.gap and use.gap[1] - use.gap[0] > 5:
                ax.plot(use.gap, [row, row], color=SLEEP, linewidth=3, solid_capstyle="butt")
            ax.scatter(
                years,
                [row] * len(years),
                s=[14 + 16 * use.years[year] for year in years],
                color=SECOND,
                zorder=3,
                linewidth=0,
            )
            ax.scatter([years[0]], [row], s=90, facecolor="none", edgecolor=PATH, linewidth=1.6, zorder=4)
        ax.set_yticks(range(len(uses)), [use.label for use in uses])
        ax.tick_params(axis="y", length=0, labelcolor=TEXT)
        ax.set_ylim(len(uses) - 0.4, -0.6)
        ax.spines["left"].set_visible(False)
        _years(ax)

    return _figure("concepts", title, 0.3 * len(uses) + 0.7, draw)


def _figure(
    name: str,
    title: str,
    height: float,
    draw: "Callable[[Canvas], None]",
    grid: tuple[int, int, float, float] | None = None,
) -> Figure:
    """A drawing. Its parts are placed by their labels, or in a `grid` of rows and columns, so many inches apart.

    Finding out from the labels how far apart many parts may stand takes as long as drawing them.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    with _DRAWING, rc_context(_LOOK | {"svg.hashsalt": name}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # the letters are the page's
        canvas = Canvas(figsize=(_WIDTH, height), layout=None if grid else "constrained")
        draw(canvas)
        if grid:
            _spread(canvas, *grid)
        out = StringIO()
        # not savefig, which draws once more before, only to lay the figure out
        drawing: Any = FigureCanvasSVG(canvas)
        drawing.print_svg(out, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return Figure(Markup(_inline(out.getvalue(), name, title)), title)  # noqa: S704  (matplotlib escapes every text)


def _spread(canvas: "Canvas", rows: int, columns: int, across: float, down: float) -> None:
    """Place the parts of a figure in their grid, so many inches apart."""
    left, right, bottom, top = 0.6, 0.1, 0.3, 0.3
    wide = (_WIDTH - left - right - across * (columns - 1)) / columns
    high = (canvas.get_figheight() - bottom - top - down * (rows - 1)) / rows
    canvas.subplots_adjust(
        left=left / _WIDTH,
        right=1 - right / _WIDTH,
        bottom=bottom / canvas.get_figheight(),
        top=1 - top / canvas.get_figheight(),
        wspace=across / wide,
        hspace=down / high,
    )


def _inline(svg: str, name: str, title: str) -> str:
    """The drawing as a part of a page: ids of its own, the page's colours, a name for those who cannot see it.

    Its looks are attributes, not styles, which a page's policy may forbid.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r" ?font-family: [^;\"]*;?", "", svg)  # the letters are the page's
    for drawn, page in _PAGE.items():
        svg = svg.replace(drawn, page)
    svg = re.sub(r'(<[^<>]*?) style="([^"]*)"', lambda tag: tag[1] + _attributes(tag[2]), svg)
    svg = re.sub(r'(<a xlink:href="[^"<>]*") target="_blank"', r"\1", svg)
    head, _, rest = svg.partition(">")
    head = re.sub(r' (?:width|height)="[^"]*pt"', "", head)
    head += ' stroke-linejoin="round" stroke-linecap="butt"'
    return f'{head} role="img" aria-labelledby="{name}-title"><title id="{name}-title">{escape(title)}</title>{rest}'


def _attributes(style: str) -> str:
    """What a style says, as attributes.

    Examples
    --------
    >>> _attributes("fill: none; stroke: var(--rule)")
    ' fill="none" stroke="var(--rule)"'
    """
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    return "".join(f' {name.strip()}="{value.strip()}"' for name, _, value in pairs)


def _runs(years: Sequence[int]) -> list[tuple[int, int]]:
    """First and last year of each run of years in rising order.

    Examples
    --------
    >>> _runs([1990, 1991, 1995])
    [(1990, 1991), (1995, 1995)]
    """
    runs: list[tuple[int, int]] = []
    for year in years:
        runs[-1:] = [(runs[-1][0], year)] if runs and runs[-1][1] == year - 1 else [*runs[-1:], (year, year)]
    return runs


def _grid(ax: "Axes") -> None:
    ax.grid(axis="y", color=RULE, linewidth=0.6)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def _whole(ax: "Axes", years: int = 8) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=years, integer=True))


def _years(ax: "Axes") -> None:
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
