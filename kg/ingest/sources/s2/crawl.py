"""The crawl: which lists to fetch, in how few requests, and what came of each.

Lists are fetched level by level, `references` hops back and `citations` hops forward from the seeds. Whole lists come
nested in batches, small ones first, packed by the counts that the papers report; long ones, and those that came short, page by page. What
is asked depends on the seeds and the answers alone, never on the store, so a crawl replayed from the cache asks the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kg.ids import scheme_of
from kg.ingest.sources.base import Hops
from kg.ingest.sources.http import Offline, RequestLimit
from kg.ingest.sources.kinds import fitting
from kg.ingest.sources.list_page import CITATIONS, REFERENCES, ListPage
from kg.ingest.sources.s2.api import PAGE, REACH, Api, Listing
from kg.ingest.sources.s2.records import (
    FIELDS,
    PAPER,
    PAPER_ID,
    ROW,
    ROW_FIELDS,
    SOURCE,
    is_elided,
    nested_fields,
    stub_of,
    work_of,
)
from kg.model import Batch, Outcome, Remark, Work
from kg.text import name_key, surname, title_key

ROWS_A_PACK = 9_000  # a batch is cut, silently, at 9,999 nested rows in all
IDS_A_PACK = 500
_FIRST = 5  # the first batch of a crawl is so many times smaller, each that follows twice as large as the one before
_FEW = 16  # lists of a batch that is given up are fetched one by one
_YEARS_APART = 3  # between a preprint and its publication
_COUNTS = {REFERENCES: "referenceCount", CITATIONS: "citationCount"}
_ENDS = {REFERENCES: "citedPaper", CITATIONS: "citingPaper"}


@dataclass(slots=True)
class Stage:
    """The lists of one kind of the works one hop further: how they will be fetched. Works are given by paperId."""

    kind: str
    hop: int
    packs: list[list[str]] = field(default_factory=list)
    paged: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    rows: int = 0
    requests: int = 0
    exact: bool = True
    left_out: int = 0

    def __str__(self) -> str:
        works = sum(map(len, self.packs)) + len(self.paged)
        left = f"; {self.left_out:,} lists left out by --limit-works" if self.left_out else ""
        cost = f"{'' if self.exact else 'at least '}{self.requests:,} request{'' if self.requests == 1 else 's'}"
        return f"{self.kind}, hop {self.hop}: {works:,} lists of {self.rows:,} works, {cost}{left}"


class Crawl:
    """One crawl from seed works, which are known by their `s2:` identifiers.

    `prepare` fetches all but the last hop of each kind; then `ahead` holds what is left and its cost, and `finish`
    fetches that. Both yield one batch per answer. `joined` lists preprints taken for the same as a publication.
    """

    def __init__(self, api: Api, seeds: Iterable[Work], hops: Hops) -> None:
        self._api = api
        self._hops = hops
        self._asked: dict[str, set[str]] = {REFERENCES: set(), CITATIONS: set()}
        self._papers: dict[str, Work] = {}  # by paperId
        self._titles: dict[tuple[str, ...], list[Work]] = {}
        self._packs = 0  # planned so far
        self.done: list[Stage] = []
        self.ahead: list[Stage] = []
        self.joined: list[tuple[str, str]] = []
        for work in seeds:
            sha = next(name[3:] for name in work.identifiers if name.startswith("s2:"))
            if sha not in self._papers:
                self._keep(sha, work)
        self._seeds = dict.fromkeys(self._papers)

    @property
    def works(self) -> int:
        """How many works were met, stubs not counted."""
        return len(self._papers)

    def prepare(self) -> Iterator[Batch]:
        """Fetch every hop but the last of each kind, and plan the last."""
        last = []
        for list_, depth in ((REFERENCES, self._hops.references), (CITATIONS, self._hops.citations)):
            level = list(self._seeds)
            for hop in range(1, depth):
                stage = self._stage(list_, hop, level, self._room())
                level = []
                yield from self._fetch(stage, level)
            if depth:
                last.append((list_, depth, level))
        room = self._room()
        for list_, hop, level in last:
            self.ahead.append(self._stage(list_, hop, level, room))
            room = None if room is None else room - self.ahead[-1].rows

    def finish(self) -> Iterator[Batch]:
        """Fetch what `prepare` planned."""
        while self.ahead:
            yield from self._fetch(self.ahead[0], [])
            del self.ahead[0]

    def cost(self, peek: Api) -> int:
        """How many requests `finish` will send, if no list comes short. `peek` sends none: it knows what is cached."""
        cost, peek.size = 0, self._api.size
        for stage in self.ahead:
            for pack in stage.packs:
                try:
                    peek.batch(pack, nested_fields(stage.kind))
                except (RequestLimit, Offline):
                    cost += 1
            for sha in stage.paged:
                try:
                    self._ask(peek, stage.kind, sha)
                except (RequestLimit, Offline):
                    cost += self._pages(stage.kind, sha)
        return cost

    # --- planning

    def _room(self) -> int | None:
        return None if self._hops.limit_works is None else self._hops.limit_works - len(self._papers)

    def _stage(self, list_: str, hop: int, level: Iterable[str], room: int | None) -> Stage:
        """How to fetch the lists of these works that were not asked for yet, in few requests."""
        stage = Stage(list_, hop)
        nested: dict[str, int] = {}
        for sha in level:
            if sha in self._asked[list_]:
                continue
            count = _reported(self._papers[sha], list_)
            if count and room is not None and stage.rows + count > room:
                stage.left_out += 1
                continue
            self._asked[list_].add(sha)
            stage.rows += count or 0
            if count == 0:
                stage.empty.append(sha)
            elif count is None or count > ROWS_A_PACK or (self._hops.contexts and sha in self._seeds):
                stage.paged.append(sha)
                stage.requests += self._pages(list_, sha)
                stage.exact = stage.exact and count is not None and count <= REACH
            else:
                nested[sha] = count
        stage.packs = packed(nested, self._packs)
        self._packs += len(stage.packs)
        stage.requests += len(stage.packs)
        return stage

    def _pages(self, list_: str, sha: str) -> int:
        """How many requests a list takes that is fetched by itself."""
        return max(1, -(-min(_reported(self._papers[sha], list_) or 0, REACH) // PAGE))

    # --- fetching

    def _fetch(self, stage: Stage, found: list[str]) -> Iterator[Batch]:
        """The batches of a stage; the paperIds its lists name are added to `found`."""
        if stage.empty:
            page = ListPage(kind=stage.kind, source=SOURCE)
            for sha in stage.empty:
                page.end(self._papers[sha], Outcome.EMPTY, reported=0)
            yield page
        for pack in stage.packs:
            yield from self._pack(stage.kind, pack, found)
        for sha in stage.paged:
            yield from self._paged(stage.kind, sha, found)
        self.done.append(stage)

    def _pack(self, list_: str, pack: Sequence[str], found: list[str]) -> Iterator[Batch]:
        """Whole lists from one batch; each is compared with its reported count, and fetched alone if it came short or not."""
        papers = self._api.batch(pack, nested_fields(list_), least=_FEW)
        page, short = ListPage(kind=list_, source=SOURCE, fetched_at=self._api.fetched_at), []
        for sha, paper in zip(pack, papers, strict=True):
            known = self._papers[sha]
            if sha in self._api.failed:
                short.append(sha)
                continue
            if paper is None:
                page.end(known, Outcome.NOT_FOUND, reported=_reported(known, list_))
                continue
            known = self._renamed(sha, paper)
            told = fitting(paper, PAPER | {list_: list})
            rows, reported = told.get(list_), told.get(_COUNTS[list_])
            if not rows and list_ == REFERENCES and is_elided(paper):
                page.end(known, Outcome.ELIDED, reported=reported)
            elif rows is None or not (reported or 0) <= len(rows) <= REACH:
                short.append(sha)
            else:
                self._add_rows(page, known, sha, [{_ENDS[list_]: row} for row in rows], found)
                page.end(known, Outcome.COMPLETE if rows else Outcome.EMPTY, reported=reported)
        yield page
        for sha in short:
            yield from self._paged(list_, sha, found)

    def _paged(self, list_: str, sha: str, found: list[str]) -> Iterator[Batch]:
        """One list from its own pages."""
        known = self._papers[sha]
        listing = self._ask(self._api, list_, sha)
        page = ListPage(kind=list_, source=SOURCE, fetched_at=listing.fetched_at)
        self._add_rows(page, known, sha, listing.rows, found)
        page.end(known, listing.outcome, reported=listing.reported, reason=listing.reason)
        yield page

    def _ask(self, api: Api, list_: str, sha: str) -> Listing:
        ask = api.references if list_ == REFERENCES else api.citations
        contexts = self._hops.contexts and sha in self._seeds
        return ask(sha, f"{ROW_FIELDS},{FIELDS}" if contexts else FIELDS, _reported(self._papers[sha], list_))

    def _add_rows(self, page: ListPage, work: Work, sha: str, rows: Iterable[dict[str, Any]], found: list[str]) -> None:
        for place, row in enumerate(rows, start=1):
            faults: list[str] = []
            told = fitting(row, ROW | {_ENDS[page.kind]: {"paperId": PAPER_ID}}, faults)
            paper = told.get(_ENDS[page.kind])
            if paper and "paperId" in paper:
                other: Work | None = self._meet(paper)
                found.append(paper["paperId"])
            else:
                other = stub_of(sha, paper) if paper else None
            page.add(work, place, other, told)
            page.remarks += [Remark(f"{work.id} {page.kind} row {place}", fault) for fault in faults]

    # --- works

    def _meet(self, paper: dict[str, Any]) -> Work:
        """The work of a row's paper, as it was when first met."""
        return self._papers.get(paper["paperId"]) or self._keep(paper["paperId"], work_of(paper))

    def _renamed(self, sha: str, paper: dict[str, Any]) -> Work:
        """The work asked for by an id that may have been merged into another; the asked id stays an alias."""
        known = self._papers[sha]
        if paper["paperId"] != sha:
            names = dict.fromkeys((*known.identifiers, *work_of(paper).identifiers))
            known = self._papers[sha] = replace(known, identifiers=tuple(names))
            self._papers.setdefault(paper["paperId"], known)
        return known

    def _keep(self, sha: str, work: Work) -> Work:
        if not _may_have_two(work):
            self._papers[sha] = work
            return work
        key = (title_key(work.title), *(name_key(surname(author)) for author in work.authors))
        same = self._titles.setdefault(key, [])
        twin = next((other for other in same if _is_preprint_of(work, other) or _is_preprint_of(other, work)), None)
        if twin:
            self.joined.append((twin.id, work.id))
            work = replace(work, id=twin.id)
        same.append(work)
        self._papers[sha] = work
        return work


def _reported(work: Work, list_: str) -> int | None:
    """How long the source says that a list of a work is."""
    return work.reported_references if list_ == REFERENCES else work.reported_citations


def packed(counts: dict[str, int], before: int) -> list[list[str]]:
    """Works in few batches, by the lengths of their lists: the longest first, each into the first batch with room.

    Batches grow with the number of those `before` them, from a fifth of the largest to the largest.

    Examples
    --------
    >>> packed({"a": 8000, "b": 900, "c": 500, "d": 100}, before=5)
    [['a', 'b', 'd'], ['c']]
    >>> packed({"a": 1000, "b": 900, "c": 500, "d": 100}, before=0)
    [['a', 'c', 'd'], ['b']]
    """
    packs: list[list[str]] = []
    rows: list[int] = []
    for sha, count in sorted(counts.items(), key=lambda item: -item[1]):
        shares = (min(1, 2 ** min(before + k, 9) / _FIRST) for k in range(len(packs)))
        room = (
            k
            for k, share in enumerate(shares)
            if rows[k] + count <= ROWS_A_PACK * share and len(packs[k]) < IDS_A_PACK * share
        )
        k = next(room, len(packs))
        if k == len(packs):
            packs.append([])
            rows.append(0)
        packs[k].append(sha)
        rows[k] += count
    return packs


def _may_have_two(work: Work) -> bool:
    """Whether enough is known of a work to tell a preprint of it."""
    return bool(work.authors) and work.year is not None and len(title_key(work.title).split()) >= 4


def _is_preprint_of(first: Work, second: Work) -> bool:
    """Whether two works of one title and the same authors are a preprint on arXiv and its publication."""
    schemes, others = ({scheme_of(name) for name in work.identifiers} for work in (first, second))
    apart = abs((first.year or 0) - (second.year or 0))
    return "arxiv" in schemes - others and "doi" in others - schemes and apart <= _YEARS_APART
