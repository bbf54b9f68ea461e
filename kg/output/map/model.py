"""What a citation map shows, in full: the view that `view` makes and `page` draws."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg.graph.citation_graph import CitationGraph
from kg.model import ERAS

if TYPE_CHECKING:
    import pandas as pd


COLOURINGS: Final = ("era", "class", "community", "concept")


class Return(NamedTuple):
    """A work's idea found again in a newer one, with no citation path between them held."""

    old: str
    new: str
    reason: str
    decided: bool = True  # no list that is missing could hold a path; else this data cannot tell
    why: str = ""  # the command that gives it again


class Score(NamedTuple):
    """A figure of one work, in words, and the command that gives it again."""

    name: str
    value: str
    why: str


@dataclass(frozen=True, kw_only=True)
class MapView:
    """What to draw, all decided by the caller."""

    graph: CitationGraph  # the works and citations in the page: those drawn at first and those it can bring in
    total_works: int  # of the whole graph, so that the page can say how many it leaves out
    total_citations: int
    title: str
    subtitle: str = ""
    drawn: Sequence[str] | None = None  # ids of the works drawn when the page opens; None: all
    reserve: int = 0  # how many more works of each lane get a place worked out here
    held: Mapping[str, int] = field(default_factory=dict)  # id -> citations held in the whole graph
    path: tuple[str, ...] = ()  # an influence path old -> new, drawn as a river
    main: tuple[tuple[str, ...], ...] = ()  # the main paths old -> new, drawn as a broader river
    weights: Mapping[tuple[str, str], float] = field(default_factory=dict)  # (citing, cited) -> width, 0 to 1
    weights_label: str = ""
    size: "pd.Series[Any] | None" = None  # id -> what sizes the marks, NaN drawn hollow; else `held`
    size_label: str = "citations held"
    focus: str | None = None  # the work the reader asked about
    notes: tuple[str, ...] = ()  # sentences on coverage and on what is left out, shown beside the map
    classes: Mapping[str, str] = field(default_factory=dict)  # id -> class label, drawn as a ring
    judged: Collection[str] | None = None  # the works that could be given a class or none; None: nobody asked
    eras: Mapping[str, tuple[int, int]] = field(default_factory=lambda: ERAS)
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # in normal form; become links
    communities: Mapping[str, str] = field(default_factory=dict)  # id -> label of its community
    lanes: Mapping[str, str] | None = None  # id -> lane; else the commonest task concepts make the lanes
    lane_order: tuple[str, ...] = ()
    colour: str = "era"  # one of COLOURINGS
    down: bool = False  # years from top to bottom instead of left to right
    asleep: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # id -> first and last year asleep
    awake: Mapping[str, int] = field(default_factory=dict)  # id -> awakening year from its history
    returns: tuple[Return, ...] = ()
    more_returns: int = 0  # pairs like these that are not drawn
    where: str | None = ""  # what a command needs to see the same graph, " --graph NAME --as-of YEAR"; None: none can
    verdicts: Mapping[str, tuple[str, str]] = field(
        default_factory=dict
    )  # id of a claim -> verdict, and because of what
    scores: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)
    evidence: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # (citing, cited) -> what says so
    coverage: Mapping[int, float] = field(default_factory=dict)  # year -> share of reference lists known
    attribution: str = ""  # whose data this is
