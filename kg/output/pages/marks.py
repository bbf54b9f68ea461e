"""How works are told apart on a page: one colour and one shape for each group, readable without telling colours.

The colours are those of Okabe & Ito (2008), Color Universal Design, darkened or lightened where a background needs it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple


class Style(NamedTuple):
    """How the works of one group are drawn: the page's marks and its legend both come from here."""

    label: str
    shape: str  # in vis-network
    light: str  # colour on light
    dark: str
    icon: str  # outline for the legend and for SVG, in a box of 16


class Colouring(NamedTuple):
    """One way to colour the works: the styles of its groups and the style of each work."""

    name: str
    styles: list[Style]
    of: list[int]


PATH_COLOUR: Final = "#D55E00"
MAIN_COLOUR: Final = "#56B4E9"
#: (shape in vis-network, colour on light, colour on dark, outline), in the order of the groups
MARKS: Final = (
    ("diamond", "#E69F00", "#E69F00", "M8 0 16 8 8 16 0 8Z"),
    ("dot", "#0072B2", "#56B4E9", "M8 2a6 6 0 1 1 0 12a6 6 0 0 1 0-12Z"),
    ("triangle", "#009E73", "#2BC49A", "M8 1 15 14H1Z"),
    ("triangleDown", "#CC79A7", "#CC79A7", "M8 15 15 2H1Z"),
    ("hexagon", "#7A6A00", "#F0E442", "M4 1H12L16 8 12 15H4L0 8Z"),
    ("star", "#222222", "#F2F2F2", "M8 0 10 6H16L11 9.500 13 16 8 12 3 16 5 9.500 0 6H6Z"),
)
REST: Final = ("square", "#7F7F7F", "#9A9A9A", "M3 3H13V13H3Z")
QUIET: Final = ("dot", "#8A8577", "#7F8490", "M8 2a6 6 0 1 1 0 12a6 6 0 0 1 0-12Z")
RINGS: Final = (("#111111", "#FFFFFF"), ("#AA3377", "#FF9AD5"), ("#006644", "#7FE0BE"), ("#7A4B00", "#FFD58A"))


def by_era(years: Iterable[int | None], eras: Mapping[str, tuple[int, int]]) -> Colouring:
    """Works by the first era that holds their year; the last style is that of all others."""
    styles = []
    for k, (name, (first, last)) in enumerate(eras.items()):
        span = f"from {first}" if last >= 9999 else f"{first} to {last}"
        styles.append(Style(f"{name}, {span}", *MARKS[k % len(MARKS)]))
    spans = list(eras.values())
    of = [next((k for k, (a, b) in enumerate(spans) if y is not None and a <= y <= b), len(spans)) for y in years]
    return Colouring("era", [*styles, Style("before the eras, or undated" if styles else "work", *REST)], of)


def by_group(name: str, ids: Sequence[str], groups: Mapping[str, str], rest: str, *, quiet: str = "") -> Colouring:
    """Works by a group of theirs, the largest groups first; smaller ones and works without a group share the last style.

    The group `quiet` says nothing worth a colour, and comes after the others.

    >>> colouring = by_group("class", ["a", "b", "c"], {"a": "sleeper", "c": "sleeper"}, "no class")
    >>> [style.label for style in colouring.styles], colouring.of
    (['sleeper', 'no class'], [0, 1, 0])
    """
    counts = Counter(groups[id_] for id_ in ids if id_ in groups)
    chosen = sorted(counts.keys() - {quiet}, key=lambda label: (-counts[label], label))[: len(MARKS)]
    styles = [Style(label, *MARKS[k]) for k, label in enumerate(chosen)]
    if quiet in counts:
        chosen.append(quiet)
        styles.append(Style(quiet, *QUIET))
    at = {label: k for k, label in enumerate(chosen)}
    of = [at.get(groups.get(id_, ""), len(styles)) for id_ in ids]
    return Colouring(name, [*styles, Style(rest, *REST)], of)
