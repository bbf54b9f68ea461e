"""How works are told apart on a page: one colour and one shape for each group, readable without telling colours.

Eras, classes and concepts have the colours of Okabe & Ito (2008), Color Universal Design, darkened or lightened where a
background needs it. Communities have a palette of their own, so that none is taken for an era.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from kg.analysis.base.coverage import HEARD
from kg.graph.eras import Era


class Style(NamedTuple):
    """How the works of one group are drawn on the page and in its legend.

    Attributes
    ----------
    label : str
        The name of the group; "" of a mark that no group has yet.
    shape : str
        Its shape, as vis-network names it.
    light, dark : str
        Its colour on a light and on a dark background.
    icon : str
        Its outline in a box of 16, for the legend and for SVG.
    """

    label: str
    shape: str
    light: str
    dark: str
    icon: str


class Colouring(NamedTuple):
    """One way to colour the works: the styles of its groups and the style of each work."""

    name: str
    styles: list[Style]
    of: list[int]


PATH_COLOUR: Final = "#D55E00"
MAIN_COLOUR: Final = "#56B4E9"
_ICONS: Final = {
    "diamond": "M8 0 16 8 8 16 0 8Z",
    "dot": "M8 2a6 6 0 1 1 0 12a6 6 0 0 1 0-12Z",
    "triangle": "M8 1 15 14H1Z",
    "triangleDown": "M8 15 15 2H1Z",
    "hexagon": "M4 1H12L16 8 12 15H4L0 8Z",
    "star": "M8 0 10 6H16L11 9.500 13 16 8 12 3 16 5 9.500 0 6H6Z",
    "square": "M3 3H13V13H3Z",
}


def _mark(shape: str, light: str, dark: str) -> Style:
    return Style("", shape, light, dark, _ICONS[shape])


#: In the order of the groups.
MARKS: Final = (
    _mark("diamond", "#E69F00", "#E69F00"),
    _mark("dot", "#0072B2", "#56B4E9"),
    _mark("triangle", "#009E73", "#2BC49A"),
    _mark("triangleDown", "#CC79A7", "#CC79A7"),
    _mark("hexagon", "#7A6A00", "#F0E442"),
    _mark("star", "#222222", "#F2F2F2"),
)
#: Of communities, the largest first: kept apart for the colour-blind by lightness and shape, and far from the eras' two.
COMMUNITY_MARKS: Final = (
    _mark("triangle", "#0F8A9D", "#7FE9D0"),
    _mark("hexagon", "#6A0065", "#C77FC0"),
    _mark("star", "#857A1F", "#F2E27A"),
    _mark("triangleDown", "#C74A55", "#FFA99A"),
    _mark("diamond", "#3B2A8C", "#8C86F2"),
    _mark("dot", "#135415", "#6FA648"),
    _mark("hexagon", "#8A5A2B", "#C9A27A"),
    _mark("triangle", "#1B3235", "#C6DBFF"),
)
REST: Final = _mark("square", "#7F7F7F", "#9A9A9A")
QUIET: Final = _mark("dot", "#8A8577", "#7F8490")
RINGS: Final = (("#111111", "#FFFFFF"), ("#AA3377", "#FF9AD5"), ("#006644", "#7FE0BE"), ("#7A4B00", "#FFD58A"))


def by_era(works: Iterable[tuple[str, int | None]], eras: Iterable[Era]) -> Colouring:
    """Colour works, given by id and year, by the first era that holds them; the last style is that of all others."""
    eras = list(eras)
    styles = [MARKS[k % len(MARKS)]._replace(label=f"{era.name}, {era.years}") for k, era in enumerate(eras)]
    of = [next((k for k, era in enumerate(eras) if era.holds(*work)), len(eras)) for work in works]
    return Colouring("era", [*styles, REST._replace(label="in no era, or undated" if styles else "work")], of)


def by_group(
    name: str,
    ids: Sequence[str],
    groups: Mapping[str, str],
    rest: str,
    *,
    quiet: str = "",
    marks: Sequence[Style] = MARKS,
) -> Colouring:
    """Colour works by group, the largest groups first.

    Parameters
    ----------
    name : str
        What the works are coloured by.
    ids : sequence of str
        The works.
    groups : mapping of str to str
        The group of each work that has one.
    rest : str
        The label of the last style: works without a group, and those of groups for which no mark is left.
    quiet : str
        The group that comes after the others, in a colour that stands back.
    marks : sequence of Style
        The marks of the groups, in order.

    Examples
    --------
    >>> colouring = by_group("class", ["a", "b", "c"], {"a": "sleeper", "c": "sleeper"}, "no class")
    >>> [style.label for style in colouring.styles], colouring.of
    (['sleeper', 'no class'], [0, 1, 0])
    """
    counts = Counter(groups[id_] for id_ in ids if id_ in groups)
    chosen = sorted(counts.keys() - {quiet}, key=lambda label: (-counts[label], label))[: len(marks)]
    styles = [marks[k]._replace(label=label) for k, label in enumerate(chosen)]
    if quiet in counts:
        chosen.append(quiet)
        styles.append(QUIET._replace(label=quiet))
    at = {label: k for k, label in enumerate(chosen)}
    of = [at.get(groups.get(id_, ""), len(styles)) for id_ in ids]
    return Colouring(name, [*styles, REST._replace(label=rest)], of)


def history_legend(most: int, *, partly: bool, unheard: bool) -> str:
    """What the marks of a citation history mean, over the reference lists known of each year, `most` at the most.

    Examples
    --------
    >>> history_legend(121, partly=False, unheard=True)
    'Pale: known reference lists of each year, up to 121. Hatched: years with fewer than 5; silence there says nothing.'
    """
    parts = ["Outlined: citations by works whose reference list is known only in part."] if partly else []
    parts += [f"Pale: known reference lists of each year, up to {most:,}."] if most else []
    return " ".join(
        [*parts, *([f"Hatched: years with fewer than {HEARD}; silence there says nothing."] if unheard else [])]
    )
