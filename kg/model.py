"""The records of kg: what ingesters yield and the store keeps, and how names and titles are compared.

Nothing here reads files or talks to anything; every other part of kg may use it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

#: The eras of the first graph: name -> first and last year. A graph's folder may name its own in `eras.toml`.
ERAS: dict[str, tuple[int, int]] = {"connectionist": (1988, 2008), "deep learning": (2009, 9999)}

#: Sources that ask to be named wherever their data is shown, and how.
CREDITS = {"semantic-scholar": "Data: Semantic Scholar, https://www.semanticscholar.org/?utm_source=api"}


#: The columns of the two tables that `kg export csv` writes and `kg ingest` reads back; texts in them are `guarded`.
WORK_CELLS = (
    *("id", "title", "authors", "year", "date", "venue", "identifiers", "stub", "seed", "source", "outcome"),
    *("reported_references", "reported_citations"),
)
CITATION_CELLS = ("citing", "cited", "source", "method", "times")


class Outcome(StrEnum):
    """How a list of references or citations was retrieved. Only COMPLETE and EMPTY lists are known."""

    UNKNOWN = "UNKNOWN"
    COMPLETE = "COMPLETE"
    EMPTY = "EMPTY"
    PARTIAL = "PARTIAL"
    ELIDED = "ELIDED"
    CAPPED = "CAPPED"
    NOT_FOUND = "NOT_FOUND"
    FAILED = "FAILED"

    @property
    def known(self) -> bool:
        """Whether the whole list is held."""
        return self in (Outcome.COMPLETE, Outcome.EMPTY)


#: Where sources disagree about one list, the best outcome stands.
BEST_FIRST = (
    Outcome.COMPLETE,
    Outcome.EMPTY,
    Outcome.PARTIAL,
    Outcome.CAPPED,
    Outcome.ELIDED,
    Outcome.FAILED,
    Outcome.UNKNOWN,
    Outcome.NOT_FOUND,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A publication as one source describes it.

    `id` is what the user's file calls it, else its best identifier; `identifiers` are in the normal form of `ids`.
    `reported_references` and `reported_citations` are the source's own counts, never ours.
    """

    id: str
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    date: str | None = None  # ISO, where the source knows more than the year
    venue: str = ""
    identifiers: tuple[str, ...] = ()
    stub: bool = False  # known only by its cited text
    seed: bool = False  # named by the article or list the graph starts from
    source: str = ""
    reported_references: int | None = None
    reported_citations: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One directed link citing -> cited as one source gives it; `times` counts how often the source lists it."""

    citing: str
    cited: str
    source: str
    method: str = ""
    contexts: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    influential: bool | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """How one list of one work was retrieved from one source. `list` is "references" or "citations"."""

    work: str
    list: str
    outcome: Outcome
    source: str
    reported: int | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement of an article about works, in our words, with its place in the article.

    `roles` maps each work to its part in the statement: "subject" (what the claim speaks of) or "object".
    """

    id: str
    statement: str
    kind: str
    place: str
    article: str
    roles: tuple[tuple[str, str], ...] = ()  # (work id, role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A task, architecture or representation (`scheme`) of a work, and who says so."""

    work: str
    scheme: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader or source has to say about a record: it was left out, or kept with a change, and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What became of one reference of an article or list.

    `status` is resolved (a work is named), review (a likely work, not taken until a person agrees), stub (kept by its
    cited text) or unresolved (not kept). `id` is the work's, or the stub's that stands for it. `score` says how like the
    titles are, or what share of the facts agrees where titles cannot be compared, 0 to 1; None where an identifier or a
    person decided. `likely` is the work a `review` is about; `runner_up` the next best that was looked at.
    """

    text: str
    status: str
    id: str | None = None
    method: str = ""
    reason: str = ""
    score: float | None = None
    likely: str | None = None
    runner_up: str | None = None
    runner_up_score: float | None = None


@dataclass(slots=True, kw_only=True)
class Batch:
    """What one page of a source holds: stored in one transaction or not at all.

    `joins` are (stub, id): stubs that turned out to be a work of the batch or of the store, which takes them in.
    `strict` batches refuse a known id under a contradicting title (node tables); else the later one gets a suffix.
    """

    works: list[Work] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    retrievals: list[Retrieval] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    resolutions: list[Resolution] = field(default_factory=list)
    joins: list[tuple[str, str]] = field(default_factory=list)
    loops: int = 0
    duplicates: int = 0
    records: int = 0  # records of the source read for this batch, those left out included
    strict: bool = False


class Catalogue(Protocol):
    """What an ingester may ask of works already known; the store fulfils it."""

    def find_by_id(self, identifier: str) -> Work | None:
        """The work with this id or identifier in normal form."""
        ...

    def find_by_title(self, title: str) -> list[Work]:
        """Works whose whole title, or title before its colon, equals this one after `title_key`."""
        ...

    def find_by_author_year(self, surname: str, years: Iterable[int]) -> list[Work]:
        """Works whose first author has this surname (after `name_key`) and whose year is one of `years`."""
        ...

    def find_by_year(self, years: Iterable[int]) -> list[Work]:
        """Works of these years."""
        ...


class Source(Catalogue, Protocol):
    """A catalogue that can also hand out works with their citations: the bundled graph, Semantic Scholar, ..."""

    name: str

    def fetch(self, ids: Iterable[str]) -> Iterator[Batch]:
        """The works with these ids, the citations they take part in, and the works at the other end."""
        ...


def credits_of(sources: Iterable[str]) -> str:
    """The line that names those of the sources that ask for it; "" where none does."""
    return ". ".join(CREDITS[name] for name in dict.fromkeys(sources) if name in CREDITS)
