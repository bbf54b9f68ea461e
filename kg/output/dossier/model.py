"""What a dossier holds: everything kg can say of a work, as typed values, and the JSON document they make."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kg.global_figures import GlobalFigures
from kg.model import Claim

#: a value as JSON has it
Plain = str | int | float | None | Sequence["Plain"] | Mapping[str, "Plain"]


@dataclass(frozen=True)
class WorkFacts:
    """The work itself; what is unknown is None or empty."""

    id: str
    title: str | None
    authors: tuple[str, ...]
    year: int | None
    date: str | None
    venue: str | None
    identifiers: tuple[str, ...]
    type: str | None = None
    retracted: bool | None = None


@dataclass(frozen=True)
class ConceptLabel:
    """A task, architecture or representation of the work, and who says so."""

    scheme: str
    label: str
    source: str


@dataclass(frozen=True)
class CitationHistory:
    """The citations by year from `first` on; `years` has the share of reference lists known in each year."""

    first: int
    counts: tuple[int, ...]
    years: tuple[Mapping[str, Any], ...]  # rows of `kg.analysis.explain.by_year`


@dataclass(frozen=True)
class Figure:
    """What one metric gives the work.

    Attributes
    ----------
    result : Mapping[str, Plain]
        The columns of the metric's table: value, low, high, n, coverage, reason, and the metric's own.
    options : str
        The options of the metric as a command takes them.
    means : str
        What the metric measures, in a sentence.
    why : str
        The command that shows what the value is made of; "" where no command reads this graph.
    """

    result: Mapping[str, Plain]
    options: str
    means: str
    why: str

    @property
    def value(self) -> Plain:
        """The value; None where there is not enough data, with the reason in `result`."""
        return self.result["value"]


@dataclass(frozen=True)
class CitedBy:
    """How the works of one population cite the work: k of n and what follows, in words, and the command that shows it."""

    standing: Mapping[str, Plain]
    words: str
    why: str


@dataclass(frozen=True)
class Return:
    """A later work on the same topic, and whether a citation path leads to it."""

    id: str
    year: int | None
    list: str
    path: str  # "credited", "uncredited" or "undecidable"
    likeness: float  # how sure it is that it is on the topic: see `related_pairs`
    title: str | None


@dataclass(frozen=True)
class Returns:
    """The later works on the same topic: how many, how many of each kind, and the first of them."""

    total: int
    of: Mapping[str, int]
    listed: tuple[Return, ...]


@dataclass(frozen=True)
class CheckedClaim:
    """What an article says of the work, and whether the data supports it."""

    claim: Claim
    verdict: str
    because: str


@dataclass(frozen=True)
class Descendants:
    """The later works that can be traced back to the work; see `kg.analysis.paths.lineage.Lineage`."""

    works: int
    generations: int
    latest: int | None
    searched: int
    unknown: int
    extent: str


@dataclass(frozen=True)
class Target:
    """A later work that a path was sought to."""

    id: str
    title: str | None
    year: int | None


@dataclass(frozen=True)
class PathTo:
    """The shortest citation path to a later work, by ids; `status` is "path", "none" or "unknown" (lists are missing)."""

    to: Target
    path: tuple[str, ...] | None
    status: str
    unknown: int
    why: str


@dataclass(frozen=True)
class Gaps:
    """What is not known: in this graph against what the sources report, and the reference lists that are missing."""

    reference_list: str
    held: Mapping[str, int]
    reported: Mapping[str, int | None]
    coverage: float | None
    later_lists: Mapping[str, Any]  # `kg.analysis.explain.missing`


@dataclass(frozen=True, kw_only=True)
class DossierContent:
    """Everything kg can say of a work.

    Attributes
    ----------
    work : WorkFacts
        Title, authors, year and identifiers.
    as_of : int or None
        The year the graph stands as of.
    concepts : tuple[ConceptLabel, ...]
        What it is about.
    cited_by : tuple[CitedBy, ...]
        How later works cite it, and the works of whole populations that could.
    history : CitationHistory or None
        The citations by year; None where the work is undated.
    figures : Mapping[str, Figure]
        Metric -> its value, with the command that shows its inputs.
    returns : Returns
        Later works on the same topic.
    claims : tuple[CheckedClaim, ...]
        What articles say of it.
    descendants : Descendants or None
        The works that can be traced back to it; None where it is undated.
    paths_to : str
        What `paths` lead to: "seeds", the later works the graph starts from, or else the "most cited".
    paths : tuple[PathTo, ...]
        The shortest paths to these.
    gaps : Gaps
        What is not known.
    commands : Mapping[str, str]
        The patterns of the commands that show a figure or a path.
    names : Mapping[str, str]
        How the works that are named by id elsewhere are cited: id -> "Todd 1989".
    global_figures : tuple[GlobalFigures, ...]
        Where it stands among all works of its year and field in a whole catalogue; mostly unknown.
    attribution : str
        The line of the sources that ask to be named.
    """

    work: WorkFacts
    as_of: int | None
    concepts: tuple[ConceptLabel, ...]
    cited_by: tuple[CitedBy, ...]
    history: CitationHistory | None
    figures: Mapping[str, Figure]
    returns: Returns
    claims: tuple[CheckedClaim, ...]
    descendants: Descendants | None
    paths_to: str
    paths: tuple[PathTo, ...]
    gaps: Gaps
    commands: Mapping[str, str]
    names: Mapping[str, str]
    global_figures: tuple[GlobalFigures, ...] = ()
    attribution: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg dossier --json`, in plain values."""
        document = asdict(self)
        for name, figure in document["figures"].items():
            document["figures"][name] = figure.pop("result") | figure
        document["global_figures"] = [found.as_dict() for found in self.global_figures]
        document["claims"] = [claim.pop("claim") | claim for claim in document["claims"]]
        return document
