"""What an ingest gives: what was read, found, kept and left out; or, of a dry run, what it would cost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from kg.build.articles import Article
from kg.errors import PartialResult, SourceError
from kg.library.answers import Answer, Block, Table
from kg.model import Outcome, Remark, Resolution
from kg.text import counted, title_key, work_name

if TYPE_CHECKING:
    from kg.ingest.sources.http import Attempt

INCOMPLETE = (Outcome.PARTIAL, Outcome.ELIDED, Outcome.CAPPED, Outcome.FAILED)
_FOUND = {"resolved": "found", "review": "uncertain", "stub": "not found", "unresolved": "not found"}
_SHOWN = 10  # records left out that are printed


@dataclass(frozen=True, repr=False, kw_only=True)
class Ingested(Answer):
    """What an ingest read, found, kept and left out.

    Attributes
    ----------
    graph, revision : str
        The graph's name and its revision now.
    files : Mapping[str, str]
        The format each file was read as, by file name.
    records : int
        How many records the files have.
    added : Mapping[str, int]
        How many works and citations the graph has more than before: keys "works" and "citations".
    fewer : Mapping[str, int]
        How many less, by the same keys: works that turned out to be one, entries that a list no longer has.
    total : Mapping[str, int]
        How many the graph has now, by the same keys.
    duplicates, loops : int
        Citations listed twice by their source, and works listed in their own references.
    resolutions : tuple[Resolution, ...]
        What became of every reference that was looked up.
    remarks : tuple[Remark, ...]
        Records that were left out or changed: where they stand, and why.
    requests : Mapping[str, int] or None
        Requests sent, by source on the web; None if no source on the web was asked.
    lists : Mapping[Outcome, int]
        Lists asked of those sources, by outcome.
    articles : tuple[Article, ...]
        The files that have a reference list, and the work that each became, or why none.
    joined : tuple[tuple[str, str], ...]
        Works of the graph that turned out to be one: the id kept, and the other.
    spent, left : Mapping[str, int]
        Credits that this run cost, and that are left for today, by source, as the sources say.
    gave_up : Mapping[str, str]
        Sources on the web that were asked no more after a while, or never answered, and why. The others were asked in
        their place.
    all_gave_up : bool
        Whether none was left.
    strict : bool
        Whether every reference had to be found.
    next_steps : tuple[str, ...]
        What would raise the coverage of the graph; empty where it is high.
    """

    graph: str
    revision: int
    files: Mapping[str, str]
    records: int
    added: Mapping[str, int]
    fewer: Mapping[str, int]
    total: Mapping[str, int]
    duplicates: int
    loops: int
    resolutions: tuple[Resolution, ...] = ()
    remarks: tuple[Remark, ...] = ()
    requests: Mapping[str, int] | None = None
    lists: Mapping[Outcome, int]
    articles: tuple[Article, ...] = ()
    joined: tuple[tuple[str, str], ...] = ()
    spent: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    gave_up: Mapping[str, str] = field(default_factory=dict)
    all_gave_up: bool = False
    strict: bool = False
    next_steps: tuple[str, ...] = ()

    @property
    def found(self) -> int:
        """How many references were found."""
        return sum(r.status == "resolved" for r in self.resolutions)

    @property
    def notes(self) -> tuple[str, ...]:  # type: ignore[override]
        """Sources that gave up, works that were joined, and records left out or changed."""
        ended = tuple(f"{name} gave up: {reason}" for name, reason in self.gave_up.items())
        joined = tuple(f"{other} is the same work as {kept} and was joined to it" for kept, other in self.joined)
        return ended + joined + told(self.remarks)

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg ingest --json`."""
        document = {
            "graph": self.graph,
            "revision": self.revision,
            "read": {"files": dict(self.files), "records": self.records},
            "added": dict(self.added),
            "fewer": dict(self.fewer),
            "duplicates": self.duplicates,
            "loops": self.loops,
            "skipped": [asdict(remark) for remark in self.remarks],
            "references": [asdict(resolution) for resolution in self.resolutions],
            "articles": [asdict(article) | {"authors": list(article.authors)} for article in self.articles],
            "next_steps": list(self.next_steps),
        }
        if self.requests is None:
            return document
        sent = {"requests": sum(self.requests.values()), "requests_by_source": dict(self.requests)}
        lists = {"lists": dict(self.lists), "joined": [list(pair) for pair in self.joined]}
        budget = {"credits_spent": dict(self.spent), "credits_left": dict(self.left)}
        return document | sent | lists | budget | {"gave_up": dict(self.gave_up)}

    def blocks(self) -> Iterator[Block]:
        """What became of each reference, and what the graph gained."""
        if self.resolutions:
            rows = [(_FOUND[r.status], r.id, r.method, r.reason) for r in self.resolutions]
            yield Table(["", "work", "found by", "reason"], rows)
            yield f"{self.found} of {counted(len(rows), 'reference')} found"
        yield from map(_of_article, self.articles)
        yield f"{_counts(self.added)} added to {self.graph} (revision {self.revision})"
        if any(self.fewer.values()):
            yield f"{_counts(self.fewer)} fewer than before: joined with others, or no longer in a list"
        repeated = (
            f"{counted(self.duplicates, 'repeated citation')}, {counted(self.loops, 'loop')} (a work citing itself)"
        )
        yield f"{_counts(self.total)} in all; {repeated}"
        if self.requests is not None:
            by = ", ".join(f"{n:,} {source}" for source, n in self.requests.items())
            lists = ", ".join(f"{n:,} {outcome}" for outcome, n in self.lists.items()) or "none"
            sent = counted(sum(self.requests.values()), "request")
            left = "".join(
                f"; {counted(self.spent.get(source, 0), 'credit')} of {source} spent, {n:,} left today"
                for source, n in self.left.items()
            )
            yield f"{sent} sent{f' ({by})' if len(self.requests) > 1 else ''}; lists requested: {lists}{left}"
        yield from (f"next: {step}" for step in self.next_steps)

    def raise_if_incomplete(self) -> None:
        """Raise unless everything that was asked for came.

        Raises
        ------
        PartialResult
            If `strict` and a reference was not found, or a list of a source is incomplete, or a source gave up.
        SourceError
            If all sources on the web gave up, whatever the bundled graph knew.
        """
        if self.all_gave_up:
            ended = "; ".join(f"{name}: {reason}" for name, reason in self.gave_up.items())
            hint = "what came before is kept; run it again later"
            raise SourceError(f"no source on the web answers any more: {ended}", hint)
        left = len(self.resolutions) - self.found
        if self.strict and left:
            message = f"{left} of {counted(len(self.resolutions), 'reference')} not found"
            raise PartialResult(message, "the graph keeps them as stubs: works known only by the text of the reference")
        at_hand = all(name.startswith("corpus:") for name in self.requests or ("",))  # there is no more to be had
        missed = [
            f"{n:,} {outcome}"
            for outcome in ((Outcome.FAILED,) if at_hand else INCOMPLETE)
            if (n := self.lists.get(outcome))
        ]
        if missed:
            hint = "`kg info` gives the reasons; run the same command again to request the FAILED lists again"
            raise PartialResult(f"some lists are incomplete: {', '.join(missed)}", hint)
        if self.gave_up:
            hint = "run the same command later for works that only it has"
            raise PartialResult("; ".join(f"{name} gave up: {why}" for name, why in self.gave_up.items()), hint)


def told(remarks: Sequence[Remark]) -> tuple[str, ...]:
    """The first of some remarks on records left out or changed, in words, and how many more there are."""
    first = tuple(f"left out or changed: {remark.where}: {remark.reason}" for remark in remarks[:_SHOWN])
    more = counted(len(remarks[_SHOWN:]), "more record")
    return first + ((f"... and {more} left out or changed",) if remarks[_SHOWN:] else ())


def _of_article(article: Article) -> str:
    """What became of a file with a reference list, and how that is changed."""
    if article.id is None:
        was = f"; the work {article.earlier!r}, made of this file before, was removed" if article.earlier else ""
        return f'{article.file} is no work of its own: {article.reason}{was} (--title "..." makes it a work that cites its list)'
    name = work_name(article.authors, article.year, article.title)
    whole = (
        "its reference list is complete" if article.outcome is Outcome.COMPLETE else "its reference list is incomplete"
    )
    parts = [
        (article.found, "found"),
        (article.stubs, "kept as cited"),
        (article.uncertain, "uncertain"),
        (article.unread, "not readable"),
    ]
    told = ", ".join(f"{n:,} {what}" for n, what in parts if n)
    lines = [
        f"{article.file} is the work {article.id}, {name}; {whole}: {counted(article.entries, 'entry', 'entries')}, {told}"
    ]
    if article.earlier:
        renamed = f" as {article.earlier!r}" if title_key(article.earlier) != title_key(article.title) else ""
        changed = f"{article.gained:,} new, {article.dropped:,} no longer in it"
        same = "its list is the same" if not (article.gained or article.dropped) else f"its list is replaced: {changed}"
        lines.append(f"  read before{renamed}: {same}")
    if article.reason:
        lines.append(f"  {article.reason}")
    if article.year is None:
        lines.append("  it states no year, and undated works are on no path: add --year")
    return "\n".join([*lines, "  (--not-a-work leaves it out; --title and --year correct it)"])


def _counts(counts: Mapping[str, int]) -> str:
    return f"{counted(counts['works'], 'work')} and {counted(counts['citations'], 'citation')}"


@dataclass(frozen=True)
class Credits:
    """What a plan costs a source that counts credits: spent for the plan, about what is still to spend, and left for today.

    `left` is None where nothing was asked yet; `daily` then says how many there are.
    """

    spent: int
    ahead: int
    left: int | None = None
    daily: str = ""


@dataclass(frozen=True, repr=False)
class Plan(Answer):
    """What an ingest would ask of sources on the web.

    Attributes
    ----------
    sent : int
        Requests sent to make the plan.
    ahead : int
        Requests still to send.
    exact : bool
        Whether `ahead` is exact.
    estimate : bool
        Where it is not: whether it is about so many; else at least so many.
    stages : tuple[str, ...]
        The steps ahead, and those of a crawl that are done, each in one line.
    credits : Mapping[str, Credits]
        The same in credits, by source, where a source counts them.
    """

    sent: int
    ahead: int
    exact: bool
    stages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    credits: Mapping[str, Credits] = field(default_factory=dict)
    estimate: bool = False

    def __add__(self, other: "Plan") -> "Plan":
        exact, costs = self.exact and other.exact, {**self.credits, **other.credits}
        stages = self.stages + other.stages
        return Plan(
            self.sent + other.sent,
            self.ahead + other.ahead,
            exact,
            stages,
            credits=costs,
            estimate=self.estimate or other.estimate,
        )

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg ingest --dry-run --json`."""
        requests = {"sent": self.sent, "ahead": self.ahead, "total": self.sent + self.ahead, "exact": self.exact}
        costs = {
            name: {"spent": c.spent, "ahead": c.ahead, "total": c.spent + c.ahead, "left": c.left}
            for name, c in self.credits.items()
        }
        return {"dry_run": True, "requests": requests, "credits": costs, "stages": list(self.stages)}

    def blocks(self) -> Iterator[Block]:
        """The cost in one line."""
        yield self.cost

    @property
    def cost(self) -> str:
        """The cost in words."""
        least, total = self._roughly, counted(self.sent + self.ahead, "request")
        requests = f"{least}{total}: {self.sent:,} sent for the plan, {least}{self.ahead:,} to send"
        return "; ".join([requests, *(self._in_credits(*item) for item in self.credits.items())])

    @property
    def _roughly(self) -> str:
        return "" if self.exact else "about " if self.estimate else "at least "

    def _in_credits(self, name: str, cost: Credits) -> str:
        least, total = self._roughly, counted(cost.spent + cost.ahead, "credit")
        left = cost.daily if cost.left is None else f"{cost.left:,} left today"
        return f"{least}{total} of {name}: {cost.spent:,} spent, {least}{cost.ahead:,} to spend{left and f', {left}'}"


class Progress:
    """Follows an ingest from sources on the web: subclass it, and say more of what interests you. By itself it is silent."""

    def step(self, text: str) -> None:
        """Before each step of `start`, in words."""

    def looking_up(self, works: int, identified: int) -> None:
        """Before anything is asked: how many works are looked up, and how many of them have identifiers."""

    def searching(
        self, sources: Sequence[str], works: int, identified: int, titles: int, costs: Mapping[str, Credits]
    ) -> None:
        """Before sources that are not crawled are asked: how many works they look up, by identifier and by title.

        `costs` are those of searching for all titles, by source, where one counts credits.
        """

    def heard(self, source: str, attempt: "Attempt") -> None:
        """After every request: tells of the waits and ends that follow from it."""
        if attempt.closed:
            self.gave_up(source, attempt.closed)
        elif attempt.wait_s:
            self.waiting(source, attempt.reason, attempt.wait_s, attempt.waited_s)

    def waiting(self, source: str, reason: str, wait_s: float, waited_s: float) -> None:
        """As a wait begins: for which source, why, how many seconds, and how many for it in all so far, these included."""

    def gave_up(self, source: str, reason: str) -> None:
        """When a source is asked no more in this run, and why."""

    def planned(self, plan: Plan) -> None:
        """When all but the last hops of a crawl are fetched, and the rest is planned."""

    def fetched(self, *, requests: int, works: int, citations: int) -> None:
        """After every page of a crawl: requests sent, works and citations met so far."""

    def supplemented(self, *, requests: int, lists: int) -> None:
        """After every answer of a source that is asked for missing lists or compared: requests and lists so far."""
