"""What a citation map shows, in full: the view that `view` makes and `page` draws."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era

if TYPE_CHECKING:
    import pandas as pd

    from kg.output.pages.frame import Frame


COLOURINGS: Final = ("era", "class", "community", "concept")
CITATIONS: Final = "citations in this graph"  # what sizes the marks where no other metric is asked for
LONG_SLEEP: Final = 5  # years without a citation from which they are drawn, or said to be missing data


class Return(NamedTuple):
    """A work whose idea comes back in a newer work with no known citation path between them."""

    old: str
    new: str
    reason: str
    decided: bool = True  # whether no unknown reference list could hide a path
    why: str = ""  # the command that gives the figures again


class Score(NamedTuple):
    """A figure of one work, in words, and the command that gives it again."""

    name: str
    value: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """The lanes of a map, and the communities its works belong to.

    Attributes
    ----------
    of : Mapping[str, str]
        The lane of each work that has one, by id.
    order : tuple[str, ...]
        The lanes in order; empty where the layout is to choose it.
    communities : Mapping[str, str]
        The community of each work that is in one with a name, by id.
    """

    of: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    communities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Annotations:
    """What a map says of its works and citations, each by id; nothing by default.

    Attributes
    ----------
    asleep : Mapping[str, tuple[int, int]]
        Year of publication and year of the first citation of works that were not cited for long.
    awake : Mapping[str, int]
        The awakening years of works whose history shows one.
    classes : Mapping[str, str]
        The classes of forgotten works.
    judged : Collection[str] | None
        The works that could be given a class or none; None where classes were not computed.
    scores : Mapping[str, tuple[Score, ...]]
        Figures of each work.
    returns : tuple[Return, ...]
        Ideas that came back without a known citation path.
    more_returns : int
        How many such pairs among the works drawn are not marked.
    verdicts : Mapping[str, tuple[str, str]]
        What the data says to each claim, by the id of the claim: the verdict, and why.
    evidence : Mapping[tuple[str, str], tuple[str, ...]]
        What says that one work cites another, by (citing, cited).
    """

    asleep: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    awake: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    judged: Collection[str] | None = None
    scores: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)
    returns: tuple[Return, ...] = ()
    more_returns: int = 0
    verdicts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    evidence: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MapView:
    """What to draw, all decided by the caller.

    Attributes
    ----------
    graph : CitationGraph
        The works and citations in the page: those drawn at first and those that can be brought in.
    total_works, total_citations : int
        How many the whole graph has.
    title, subtitle : str
        The heading of the page and the sentence below it.
    drawn : Sequence[str] | None
        The works drawn when the page opens, by id; None for all.
    reserve : int
        How many more works of each lane get a place worked out beforehand.
    citations : Mapping[str, int]
        The citations of each work in the whole graph.
    path : tuple[str, ...]
        An influence path from old to new, drawn as a strong line.
    main : tuple[tuple[str, ...], ...]
        The main paths from old to new, drawn as a broad line.
    weights : Mapping[tuple[str, str], float]
        The width of citations (citing, cited), 0 to 1.
    size, size_label : pd.Series[Any] | None
        What sizes the marks, by id (NaN is drawn hollow), and its name; the citations where it is None.
    focus : str | None
        The work the map is drawn around.
    lanes, about : Lanes
        The lanes, and what is said of works and citations.
    colour : str
        What colours the works at first, one of COLOURINGS.
    down : bool
        Whether years run from top to bottom instead of left to right.
    eras : Mapping[str, Era]
        Named spans of years.
    coverage : Mapping[int, float]
        The share of known reference lists of each year.
    identifiers : Mapping[str, tuple[str, ...]]
        Identifiers in normal form, by work id, which become links.
    finding : Sequence[tuple[str, str]]
        What the graph says, first of all: what about, and the text.
    notes : tuple[str, ...]
        Sentences on coverage and on what is left out.
    attribution : str
        Whose data this is.
    where : str | None
        What a command needs to read the same graph, as " --graph NAME"; None where none can.
    frame : Frame | None
        What stands around the map in an app; None for a page that is a file.
    """

    graph: CitationGraph
    total_works: int
    total_citations: int
    title: str
    subtitle: str = ""
    drawn: Sequence[str] | None = None
    reserve: int = 0
    citations: Mapping[str, int] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    main: tuple[tuple[str, ...], ...] = ()
    weights: Mapping[tuple[str, str], float] = field(default_factory=dict)
    size: "pd.Series[Any] | None" = None
    size_label: str = CITATIONS
    focus: str | None = None
    lanes: Lanes = field(default_factory=Lanes)
    about: Annotations = field(default_factory=Annotations)
    colour: str = "era"
    down: bool = False
    eras: Mapping[str, Era] = field(default_factory=dict)
    coverage: Mapping[int, float] = field(default_factory=dict)
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    finding: Sequence[tuple[str, str]] = ()
    notes: tuple[str, ...] = ()
    attribution: str = ""
    where: str | None = ""
    frame: "Frame | None" = None
