"""The calls kg makes of Semantic Scholar, each with the truth about what it did not get.

Lists are paged here, to their end: pages may be short, `offset + limit` stays below 10,000, publishers may withhold a
list, and past 9,999 citations the rest is asked for by windows of publication dates.
"""

import json
import re
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from semanticscholar.SemanticScholarException import BadQueryParametersException, ObjectNotFoundException

from kg.ingest.sources.base import outcome_of
from kg.ingest.sources.http import Answer, GaveUp, Transport
from kg.ingest.sources.list_page import MOST_ROWS
from kg.ingest.sources.s2.client import finished, official
from kg.ingest.sources.s2.records import is_paper
from kg.ingest.sources.service import error_in
from kg.model import Outcome
from kg.text import counted

REACH = 9_999  # rows of one list that can be reached
PAGE = 1_000
PAGES, WINDOWS = 200, 500  # asked for one list at most; pages that are full do not count
BATCH = 500
WORK_FIELDS = "title,year,authors,venue,externalIds"
_TOO_LARGE, _NONE_VALID = "exceed maximum size", "No valid paper ids"
_ID = re.compile(
    r"[0-9a-f]{40}|(corpusid|mag|pmid):\d+|pmcid:(pmc)?\d+|(doi:)?10\.\d{4,9}/\S+"
    r"|arxiv:([a-z.-]+/)?[\d.]+(v\d+)?|acl:[\w.-]+|url:https?://\S+",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Listing:
    """The references or citations of one work, or one page of them: rows as the source gives them.

    Attributes
    ----------
    rows : list[dict[str, Any]]
        Each holds `citedPaper` or `citingPaper`, which may be None or lack its `paperId`.
    outcome : Outcome
        How far the rows are the whole list; UNKNOWN until that is seen.
    reported : int or None
        How long the list is, as the source says.
    reason : str
        Why the list is not whole.
    fetched_at : str or None
        When its first page came.
    next : int or None
        Where the page after this one begins; None at the end.
    """

    rows: list[dict[str, Any]]
    outcome: Outcome = Outcome.UNKNOWN
    reported: int | None = None
    reason: str = ""
    fetched_at: str | None = None
    next: int | None = None

    def ended(self, outcome: Outcome, reason: str = "") -> "Listing":
        """End the list with an outcome."""
        self.outcome, self.reason = outcome, reason
        return self


class _TooMuch(GaveUp):
    """A batch that timed out, failed or is too large: fewer ids may be answered."""


class Api:
    """Calls over one transport.

    All raise KeyRejected, Offline, RequestLimit and Unreachable. Where one request alone fails, lists end as FAILED,
    batches note it in `failed` (id -> reason), and the other calls raise GaveUp.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.client = official(transport)
        self.fetched_at: str | None = None  # when the first answer of the last batch came
        self.size = BATCH  # of nested batches: no more is asked for at once, once more did not work
        self._good = 1  # the size of the largest nested batch that was answered
        self.failed: dict[str, str] = {}  # ids for which a batch got no usable answer
        self._calls = self.client._AsyncSemanticScholar  # noqa: SLF001  # without an event loop, which delays Ctrl-C

    def batch(self, ids: Sequence[str], fields: str, *, least: int = 1) -> list[dict[str, Any] | None]:
        """The papers with these ids, each at its id's place; None where the source has none, it is no id, or it `failed`.

        What times out or is too large is asked for in halves, of `least` ids at least; where that is more than one, the
        batch is nested: the size that works is remembered. Nested lists are cut silently where they have more than 9,999
        rows together: compare them with their counts.
        """
        papers: dict[str, dict[str, Any] | None] = {}
        self.fetched_at = None
        left = list(dict.fromkeys(id_ for id_ in ids if _ID.fullmatch(id_)))
        size, parts = self.size if least > 1 else BATCH, 0
        while left:
            chunk = left[:size]
            try:
                found, reason = self._batch(chunk, fields, nested=least > 1, parts=parts), ""
            except _TooMuch as error:
                found, reason = [None] * len(chunk), error.message
                if len(chunk) > least:
                    size = max(least, len(chunk) // 2)
                    parts = parts or (least == 1) * len(chunk).bit_length()
                    continue
            except GaveUp as error:
                found, reason = [None] * len(chunk), error.message
            if reason:  # some list in it is poison, whatever the size
                self.failed |= dict.fromkeys(chunk, reason)
                size = max(size, self._good)
            elif least > 1:
                self._good = max(self._good, len(chunk))
            else:
                size = min(BATCH, 2 * size)
            papers |= zip(chunk, found, strict=True)
            left = left[len(chunk) :]
        if least > 1:
            self.size = size
        return [papers.get(id_) for id_ in ids]

    def _batch(
        self, ids: list[str], fields: str, *, nested: bool, refused: bool = False, parts: int = 0
    ) -> list[dict[str, Any] | None]:
        """The papers of at most 500 ids.

        The source calls no id valid where it knows none of them, but also where it dislikes one: that is believed only
        where it says so of both halves too.
        """
        found = None if refused else self._post(ids, fields, nested=nested, parts=parts)
        if found is not None or len(ids) == 1:
            return found or [None]
        halves = ids[: len(ids) // 2], ids[len(ids) // 2 :]
        answers = [self._post(half, fields, nested=nested, parts=parts) for half in halves]
        if answers == [None, None]:
            return [None] * len(ids)
        both = zip(halves, answers, strict=True)
        return [
            paper
            for half, answer in both
            for paper in answer or self._batch(half, fields, nested=nested, refused=True, parts=parts)
        ]

    def _post(self, ids: list[str], fields: str, *, nested: bool, parts: int) -> list[dict[str, Any] | None] | None:
        """The answer for some ids; None where no id is valid. Raises _TooMuch where fewer ids may be answered."""
        many = len(ids) > 1
        try:
            path, body = "/graph/v1/paper/batch", {"ids": ids}
            answer = self.transport.post(
                path, {"fields": fields}, body, tries=2 * many, heavy=many and nested, parts=parts
            )
        except GaveUp as error:
            raise _TooMuch(error.message) from error
        self.failed = {id_: reason for id_, reason in self.failed.items() if id_ not in ids}
        if answer.status == 200:
            self.fetched_at = self.fetched_at or answer.fetched_at
            return list(answer.body)
        refusal = error_in(answer.body)
        if _NONE_VALID in refusal:
            return None
        kind = _TooMuch if _TOO_LARGE in refusal else GaveUp
        raise kind(f"{self.transport.host} refused a batch of {counted(len(ids), 'id')}: {refusal}")

    def references(self, paper_id: str, fields: str, reported: int | None = None) -> Listing:
        """What a paper cites. `fields` are the row's (`contexts`) and the cited paper's (`title`)."""
        return self._list(_path(paper_id, "references"), {"fields": fields}, reported)

    def citations(self, paper_id: str, fields: str, reported: int | None = None, *, most: int | None = None) -> Listing:
        """What cites a paper: all, or PARTIAL with `most` rows or a few more where that is not all.

        Past 9,999 the list is put together from windows of dates and, for citing papers without a date, from the
        rows that can be reached without; it is CAPPED where these are fewer than reported.
        """
        path, params = _path(paper_id, "citations"), {"fields": fields}
        whole = None
        if most is not None or reported is None or reported <= REACH:
            whole = self._list(path, params, reported, most=most)
            if whole.outcome is not Outcome.CAPPED:
                return whole
        return self._windowed(path, params, reported, whole, most)

    def paper(self, paper_id: str, fields: str = WORK_FIELDS) -> dict[str, Any] | None:
        """One paper, None where there is none."""
        found = self._ask(self._calls.get_paper(quote(paper_id, safe=":/"), fields=fields.split(",")))
        return found.raw_data if found and is_paper(found.raw_data) else None

    def match(self, title: str, fields: str = WORK_FIELDS) -> dict[str, Any] | None:
        """The paper whose title is nearest, however far; `matchScore` is no probability. None where there is none."""
        found = self._ask(self._calls.search_paper(quote(title), match_title=True, fields=fields.split(",")))
        return found.raw_data if found and is_paper(found.raw_data) else None

    def search(self, query: str, limit: int = 5, fields: str = WORK_FIELDS) -> list[dict[str, Any]]:
        """The best hits for some words, at most 100; hyphens, which the source cannot match, become spaces."""
        words = quote(query.replace("-", " "))
        found = self._ask(self._calls.search_paper(words, limit=min(limit, 100), fields=fields.split(",")))
        # iterating it would ask for more
        return [paper.raw_data for paper in found.items if is_paper(paper.raw_data)] if found else []

    def _ask(self, call: Coroutine[Any, Any, Any]) -> Any:
        """What a call of the official client gives, None where there is no such thing."""
        try:
            return finished(call)
        except ObjectNotFoundException:
            return None
        except BadQueryParametersException as error:
            raise GaveUp(f"{self.transport.host} refused a request: {error}") from error
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            raise GaveUp(f"the answer of {self.transport.host} cannot be read: {error}") from error

    def _list(
        self, path: str, params: dict[str, str], reported: int | None, *, most: int | None = None, probe: bool = False
    ) -> Listing:
        """All pages of a list. With `probe`, one too long to be reached whole is given up, CAPPED, after its first."""
        listing = Listing([], reported=reported)
        offset = skipped = 0
        size, short = PAGE, 0
        while offset < REACH:
            try:
                answer = self._page(path, params, offset, min(size, REACH - offset))
                if answer.status == 400 and _TOO_LARGE in error_in(answer.body) and size > 1:
                    size //= 2
                    continue
                page = parse_page(answer)
                too_long = (
                    probe and not offset and page.next and parse_page(self._page(path, params, REACH - 1, 1)).rows
                )
            except GaveUp as error:
                return listing.ended(Outcome.FAILED, error.message)
            listing.fetched_at = listing.fetched_at or answer.fetched_at
            if len(page.rows) > PAGE:
                return listing.ended(Outcome.FAILED, f"a page of {len(page.rows)} rows, more than were asked for")
            listing.rows += page.rows
            if page.outcome is not Outcome.UNKNOWN:
                return listing.ended(page.outcome, page.reason)
            if page.next is None:
                return _weighed(listing, skipped)
            if page.next <= offset:
                return listing.ended(Outcome.FAILED, f"the page at {offset} leads back to {page.next}")
            short += len(page.rows) <= size // 2
            if short >= PAGES or not page.rows:
                return listing.ended(
                    Outcome.FAILED, f"{len(listing.rows)} rows came in {counted(short, 'page')} not half full"
                )
            if most is not None and len(listing.rows) >= most:
                return listing.ended(Outcome.PARTIAL, f"stopped at {len(listing.rows)} rows, the limit that was set")
            if too_long:
                break
            skipped += max(0, page.next - offset - len(page.rows))
            offset = page.next
        return listing.ended(Outcome.CAPPED, f"only {REACH} rows can be reached")

    def _page(self, path: str, params: dict[str, str], offset: int, limit: int) -> Answer:
        return self.transport.get(path, {**params, "offset": offset, "limit": limit})

    def _windowed(
        self, path: str, params: dict[str, str], reported: int | None, whole: Listing | None, most: int | None
    ) -> Listing:
        listing = Listing([], reported=reported)
        keys: set[str] = set()
        spans = _halves(date(1800, 1, 1), date(self.transport.now().year + 5, 12, 31))
        for _ in range(WINDOWS):
            if not spans or len(keys) >= MOST_ROWS:
                break
            first, last = spans.pop()
            part = self._list(path, params | {"publicationDateOrYear": f"{first}:{last}"}, None, probe=first < last)
            _join(listing, keys, part)
            if part.outcome is Outcome.CAPPED and first < last:
                spans += _halves(first, last)
            elif not part.outcome.known and part.outcome is not Outcome.CAPPED:
                return listing.ended(part.outcome, part.reason)
            if most is not None and len(keys) >= most:
                return listing.ended(Outcome.PARTIAL, f"stopped at {len(keys)} rows, the limit that was set")
        if reported is None or len(keys) < reported:
            whole = whole or self._list(path, params, reported)
            _join(listing, keys, whole)
            if whole.outcome is not Outcome.CAPPED:
                return listing.ended(whole.outcome, whole.reason)
        if spans and len(keys) != reported:
            return listing.ended(*outcome_of(len(keys), reported, cut=True))
        if reported is not None and len(keys) >= reported:
            return listing.ended(Outcome.COMPLETE)
        of = f" of {reported}" if reported is not None else ""
        return listing.ended(Outcome.CAPPED, f"{len(keys)}{of} could be reached")


def parse_page(answer: Answer) -> Listing:
    """One page of a list; its outcome is UNKNOWN, unless the list ends here because it is not to be had."""
    body = answer.body
    if answer.status != 200:
        return Listing([], Outcome.NOT_FOUND if answer.status == 404 else Outcome.FAILED, reason=error_in(body))
    rows = body.get("data") if isinstance(body, dict) else None
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return Listing(rows, next=body["next"] if isinstance(body.get("next"), int) else None)
    notice = re.search(r'"disclaimer": "(?:Notice: )?([^"]*\belided\b[^".]*)', json.dumps(body))
    if rows is None and notice:
        return Listing([], Outcome.ELIDED, reason=notice[1])
    return Listing([], Outcome.FAILED, reason="the answer has no list")


def _weighed(listing: Listing, skipped: int) -> Listing:
    """The verdict on a list that was read to its end."""
    held, reported = len(listing.rows), listing.reported
    if reported is not None and held < reported:
        return listing.ended(Outcome.PARTIAL, f"{held} of {reported} reported")
    if reported is None and skipped:
        return listing.ended(Outcome.PARTIAL, f"the source skipped {skipped} rows")
    return listing.ended(Outcome.COMPLETE if held else Outcome.EMPTY)


def _join(listing: Listing, keys: set[str], part: Listing) -> None:
    """Add rows that are not there yet."""
    for row in part.rows:
        paper = row.get("citingPaper")
        key = str(paper["paperId"]) if paper and is_paper(paper) else json.dumps(row, sort_keys=True)
        if key not in keys:
            keys.add(key)
            listing.rows.append(row)
    listing.fetched_at = listing.fetched_at or part.fetched_at


def _halves(first: date, last: date) -> list[tuple[date, date]]:
    """Two windows of about as many papers: most are recent."""
    middle = first + timedelta(days=(last - first).days * 3 // 4)
    return [(first, middle), (middle + timedelta(days=1), last)]


def _path(paper_id: str, list_: str) -> str:
    return f"/graph/v1/paper/{quote(paper_id, safe=':/')}/{list_}"
