"""The records of kg: works, citations, claims and what else readers and sources yield and the store saves."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kg.columns import CitationTable, WorkIds
from kg.facts import Fact, most_particular

if TYPE_CHECKING:
    from collections.abc import Sequence


class Outcome(StrEnum):
    """How a list of references or citations was retrieved.

    COMPLETE and EMPTY lists are known. Of a PARTIAL one something is known to be missing; an ELIDED one is withheld by its
    publisher; a CAPPED one was cut at a limit of the source; NOT_FOUND, the source does not know the work; FAILED, it gave no
    answer; UNKNOWN, nobody asked.
    """

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
        """Whether the whole list is known."""
        return self in (Outcome.COMPLETE, Outcome.EMPTY)

    @property
    def words(self) -> str:
        """How a sentence says it: "its reference list is ..." unknown, cut at a limit of the source, and so on."""
        return _IN_WORDS.get(self, self.lower())


_IN_WORDS = {
    Outcome.EMPTY: "known to be empty",
    Outcome.PARTIAL: "incomplete",
    Outcome.ELIDED: "withheld by the publisher",
    Outcome.CAPPED: "cut at a limit of the source",
    Outcome.NOT_FOUND: "unknown to the source",
    Outcome.FAILED: "missing, as fetching it failed",
}

#: Of the outcomes that several sources have for one list, the first in this order counts.
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

    Attributes
    ----------
    id : str
        Its id in the user's file, else its best identifier.
    title : str
        The title.
    authors : tuple of str
        The authors, as printed.
    year : int or None
        The year of publication.
    date : str or None
        The ISO date, if the source knows more than the year.
    venue : str
        The journal, conference or publisher.
    identifiers : tuple of str
        DOI, arXiv id and others, in the normal form of `kg.ids`.
    stub : bool
        Known only by the text of a reference to it.
    seed : bool
        Named by the article or list from which the graph was built.
    source : str
        Who describes it.
    reported_references, reported_citations : int or None
        The counts that the source reports, whatever is in this graph.
    facts : tuple of Fact
        What sources say beyond that: its type, a retraction, remarks.
    faults : tuple of str
        What its source says that cannot be and is left out, a sentence each; they are listed when it is saved.
    """

    id: str
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    date: str | None = None
    venue: str = ""
    identifiers: tuple[str, ...] = ()
    stub: bool = False
    seed: bool = False
    source: str = ""
    reported_references: int | None = None
    reported_citations: int | None = None
    facts: tuple[Fact, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """Its type, one of `kg.facts.TYPES`: the most particular that a source says, "" where none does."""
        return most_particular(fact.value for fact in self.facts if fact.name == "type")

    @property
    def retracted(self) -> bool | None:
        """True where a source says that it is retracted; None, unknown, where none does."""
        return any(fact.name == "retracted" for fact in self.facts) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Work):
    """A work as one entry of a bibliography, an export or a reference list describes it.

    Attributes
    ----------
    id : str
        The key of the entry in the file; "" where it has none.
    text : str
        The entry as it is written; "" for an identifier alone.
    where : str
        The line, row or item of the file.
    et_al : bool
        Whether there are more authors than are named.
    translated : bool
        Whether the title is a translation, which must not be compared with titles.
    acronyms, links : tuple of str
        Acronyms of the venue; web addresses in the entry.
    volume, page : str
        Where the work was printed.
    contexts, intents, influential : tuple[str, ...]
        What the file says about the citation that the entry is; see `Citation`.
    cited : sequence of Reference or None
        The entries of its own reference list; None where the file has none.
    citing : sequence of Reference
        Works that cite it.
    outcome : Outcome or None
        How complete its reference list is, if the format says so.
    fault : str
        What is wrong with the entry; without title and identifiers it cannot be used.
    """

    id: str = ""
    text: str = ""
    where: str = ""
    et_al: bool = False
    translated: bool = False
    acronyms: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    volume: str = ""
    page: str = ""
    contexts: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    influential: bool | None = None
    cited: "Sequence[Reference] | None" = None
    citing: "Sequence[Reference]" = ()
    outcome: Outcome | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A citation, citing -> cited, as one source reports it.

    Attributes
    ----------
    citing, cited : str
        The ids of the two works.
    source, method : str
        Who reports it, and how it was found.
    contexts : tuple of str
        The sentences of the citing work in which it stands.
    intents : tuple of str
        What it is for, such as "methodology".
    influential : bool or None
        Whether the source calls it influential.
    times : int
        How often the source lists it.
    """

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
    """How one list of a work was retrieved from one source.

    Attributes
    ----------
    work : str
        The id of the work.
    list : str
        "references" or "citations".
    outcome : Outcome
        How it was retrieved.
    source : str
        From whom.
    reported : int or None
        The length of the list, as the source reports it.
    date : str or None
        The ISO date of the retrieval.
    """

    work: str
    list: str
    outcome: Outcome
    source: str
    reported: int | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement of an article about works, in the words of kg.

    Attributes
    ----------
    id : str
        Its id.
    statement : str
        What the article says.
    kind : str
        The kind of statement, which decides how it is checked.
    place : str
        Where in the article it stands.
    article : str
        The article.
    roles : tuple of tuple of str
        Pairs of a work's id and its role: "subject" (what the claim is about) or "object".
    """

    id: str
    statement: str
    kind: str
    place: str
    article: str
    roles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A task, architecture or representation of a work: `scheme` says which of the three, `source` who says so.

    `label_in_source` is what the source itself writes, such as "RNN-LSTM"; "" where that is not known.
    """

    work: str
    scheme: str
    label: str
    source: str
    label_in_source: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A note on a record that was left out, or added with a change: where it stands, and why."""

    where: str
    reason: str


STATUSES = ("resolved", "review", "stub", "unresolved")  # of a reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How one reference of an article or list was matched to a work.

    Attributes
    ----------
    text : str
        The reference.
    status : str
        "resolved" (matched to a work), "review" (a likely work, to be confirmed by a person), "stub" (in the graph as its
        cited text alone) or "unresolved" (not in the graph).
    id : str or None
        The id of the work, or of the stub.
    method : str
        How the work was found.
    reason : str
        Why this status.
    score : float or None
        The similarity of the titles, or the share of the facts that agree where titles cannot be compared, in [0, 1]; None
        where an identifier or a person decided.
    likely : str or None
        The id of the work that a "review" is about.
    runner_up : str or None
        The id of the second best work.
    runner_up_score : float or None
        Its score.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What a source no longer says of a work's reference list, and of the work if it described it.

    Attributes
    ----------
    work, source : str
        The id of the work, and whose list it was. Unless its batch describes it anew, the work goes too.
    dropped : tuple of str
        Works that the list no longer names. Stubs among them, and the work, go where nothing else names them.
    """

    work: str
    source: str
    dropped: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Batch:
    """The records of one page of a source, saved together in one transaction.

    Attributes
    ----------
    works, citations, retrievals, claims, concepts, resolutions : list
        The records.
    ids, table : WorkIds and CitationTable, or None
        More works and citations, by the million.
    references : list of Reference
        Works known only by a text or an identifier: they are looked up, and become stubs where they are not found.
    article : Reference or None
        The article whose list `references` are; its `fault` says why it is no work of its own, its `reported_references`
        counts entries that could not be read too.
    withdrawals : list of Withdrawal
        Lists taken back before the batch is saved.
    remarks, joins : list
        Records that were left out or changed, and why; the id of a stub or of a double, with that of the work it is.
    loops, duplicates, records : int
        Citations of a work by itself, citations that were listed before, and all records read, also those left out.
    strict : bool
        Refuse an id that is used with another title, as in a table of works; else the second work gets a suffix.
    """

    works: list[Work] = field(default_factory=list)
    ids: WorkIds | None = None
    references: list[Reference] = field(default_factory=list)
    article: Reference | None = None
    withdrawals: list[Withdrawal] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    table: CitationTable | None = None
    retrievals: list[Retrieval] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    resolutions: list[Resolution] = field(default_factory=list)
    joins: list[tuple[str, str]] = field(default_factory=list)
    loops: int = 0
    duplicates: int = 0
    records: int = 0
    strict: bool = False
