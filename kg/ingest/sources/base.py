"""Sources of lists: what OpenAlex, Crossref, OpenCitations and a corpus on disk have in common.

They propose works to the resolver, which decides. They give the lists of works that are known already, and what they
know of these works fills blanks, once the resolver agrees that it is the same work.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from kg.errors import SourceError
from kg.ingest.resolve.reference import reference_of
from kg.ingest.resolve.resolver import resolve
from kg.ingest.sources.exchange import Allowance, Attempt, Received
from kg.ingest.sources.http import Offline, Transport
from kg.ingest.sources.http_cache import Cache
from kg.ingest.sources.list_page import CITATIONS, REFERENCES, ListPage
from kg.ingest.sources.probe import Probe
from kg.ingest.sources.service import Service, find_agent, find_key, find_url
from kg.model import Batch, Outcome, Reference, Resolution, Work
from kg.text import counted, short_title, title_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Hops:
    """How far lists are asked for: hops back along references and forward along citations from the seeds."""

    references: int = 1
    citations: int = 1
    contexts: bool = False  # Semantic Scholar: the lists of the seeds with the sentences around each citation
    limit_works: int | None = None  # ask for no list that could bring more works than this
    older_than: timedelta | None = None  # ask again for what was answered longer ago


def open_transport(
    service: Service,
    cache: Path | None,
    *,
    url: str | None = None,
    offline: bool = False,
    older_than: timedelta | None = None,
    allowed: int | Allowance | None = None,
    alone: bool = True,
    most_s: float | None = None,
    keyless_s: float | None = None,
    tries: int | None = None,
    tell: Callable[[str, Attempt], None] = lambda *_: None,
    on_answer: Callable[[Received], None] | None = None,
) -> Transport:
    """A transport with the key and address of the user's settings, which keeps answers in a file.

    Parameters
    ----------
    service : Service
        The service that is asked.
    cache : Path or None
        The file of answers; without one, everything is asked.
    url : str, optional
        The server, instead of the one in the settings.
    offline : bool
        Answer from the file alone.
    older_than : timedelta, optional
        Ask again for answers older than this.
    allowed : int or Allowance, optional
        Send no more requests than this.
    alone : bool
        Whether no other source can be asked instead: see `Transport`.
    most_s : float, optional
        Ask for so many seconds in all.
    keyless_s : float, optional
        The same where there is no key.
    tries : int, optional
        How often one request is sent before it is given up.
    tell : callable
        Hears of every request, after the name of the service.
    on_answer : callable, optional
        Hears of every answer as it came.

    Raises
    ------
    Offline
        If there is no such file and no request may be sent.
    InputError
        If the settings or the address are invalid.
    """
    if offline and cache and not cache.exists():
        raise Offline(f"no cached answers at {cache}", "run once without --offline")
    key = find_key(service)
    return Transport(
        service,
        url or find_url(service),
        key=key,
        agent=find_agent(service),
        cache=Cache(cache) if cache else None,
        offline=offline,
        refresh_older_than=older_than,
        limit_requests=allowed,
        alone=alone,
        most_s=min((s for s in (most_s, None if key else keyless_s) if s), default=None),
        tries=tries,
        on_request=partial(tell, service.name),
        on_answer=on_answer,
    )


class NoYears:
    """What sources on the web have in common: no look-up by author or year alone."""

    def find_by_author_year(self, surname: str, years: Iterable[int]) -> list[Work]:
        """Nothing: there is no such look-up."""
        del surname, years
        return []

    def find_by_year(self, years: Iterable[int]) -> list[Work] | None:
        """Nothing: there is no such look-up."""
        del years
        return []


class ListSource(NoYears, ABC):
    """A source of works and their lists, which is asked for what is missing; what was looked up once is remembered.

    Attributes
    ----------
    name
        Its name as the source of its records.
    kinds : tuple[str, ...]
        The lists it has: "references", "citations" or both.
    at_once : bool
        Whether it is asked for many identifiers in one request.
    doubts_empty : bool
        Whether its empty lists may be an outage: they are asked for again another day.
    """

    name = ""
    kinds: tuple[str, ...] = (REFERENCES, CITATIONS)  # the lists it has
    at_once = False
    doubts_empty = False

    def __init__(self) -> None:
        self._works: dict[str, Work | None] = {}  # by identifier
        self._hits: dict[str, list[Work]] = {}  # by the key of a title, or of its part before a colon

    # --- what each source implements

    @abstractmethod
    def look_up(self, identifiers: Iterable[str]) -> None:
        """Ask for many identifiers, so that `find_by_id` knows them."""

    @abstractmethod
    def search(self, title: str) -> list[Work]:
        """The best hits for a title."""

    @abstractmethod
    def asked_as(self, work: Work) -> str | None:
        """The identifier of a work by which it is asked for, None where it has none that this source knows."""

    @abstractmethod
    def lists(self, kind: str, works: Sequence[Work]) -> Iterator[Batch]:
        """The lists of works: a batch for each few of them, and in it an outcome for each. Works keep their ids."""

    @abstractmethod
    def cost(self, kind: str, works: Sequence[Work]) -> int:
        """How many requests `lists` is still going to send at least. It may look the works up, as `lists` would first."""

    # --- what a source on disk can do, and those on the web cannot

    def expect(self, references: Iterable[Reference]) -> None:
        """Learn all references that are going to be looked up one by one, to find what they need together."""
        del references

    def length(self, kind: str, works: Sequence[Work]) -> int | None:
        """How many works the lists of some works name together, where that is known beforehand."""
        del kind, works
        return None

    def fitting(self, kind: str, works: Sequence[Work], room: int) -> list[Work]:
        """Those of some works whose lists name no more works than there is room for, as far as that is known beforehand."""
        del kind, room
        return list(works)

    # --- what follows from it

    def gives(self, kind: str, work: Work) -> bool:
        """Whether it is going to give a list of a work, by what it knows so far; where it does not know, False."""
        del kind, work
        return False

    def knows(self, identifier: str) -> bool:
        """Whether it was asked for this identifier, and has the work."""
        return self._works.get(identifier) is not None

    def find_by_id(self, identifier: str) -> Work | None:
        """The work with this identifier, in normal form."""
        if identifier not in self._works:
            self.look_up([identifier])
        return self._works.get(identifier)

    def find_by_title(self, title: str) -> list[Work]:
        """The best hits for a title; the caller must judge. The part before a colon, asked after the whole, gives the same."""
        key = title_key(title)
        if key not in self._hits:
            self._hits[key] = hits = self.search(title) if key else []
            self._hits.setdefault(title_key(short_title(title)), hits)
        return self._hits[key]

    def resolve(self, reference: Reference) -> tuple[Resolution, Work | None]:
        """Resolve a reference by what this source knows."""
        return resolve(reference, [self])

    def fetch(self, ids: Iterable[str]) -> Iterator[Batch]:
        """The works with these identifiers and their lists of every kind."""
        works = [work for id_ in ids if (work := self.find_by_id(id_))]
        for kind in self.kinds:
            yield from self.lists(kind, works)

    def close(self) -> None:
        """Close what it holds open."""

    # --- what asking it costs

    @property
    def credits(self) -> tuple[int, int]:
        """What a list and a search cost, where it counts credits."""
        return 0, 0

    @property
    def sent(self) -> int:
        """Requests sent so far."""
        return 0

    @property
    def spent(self) -> int | None:
        """Credits spent so far, where it says so."""
        return None

    @property
    def left(self) -> int | None:
        """Credits left today, where it says so."""
        return None

    @property
    def daily(self) -> str:
        """What it may be asked in a day without a key, where it is asked without."""
        return ""

    @property
    def closed(self) -> SourceError | None:
        """Why it is asked no more."""
        return None

    @property
    def ended(self) -> SourceError | None:
        """Why it is asked no more, or never answered."""
        return self.closed

    # --- for the sources themselves

    def _same(self, work: Work) -> Work | None:
        """The record of a known work, if the resolver agrees; a seed without a known identifier is asked for by title."""
        name = self.asked_as(work)
        if name is None and not work.seed:
            return None
        known = replace(work, identifiers=(name,) if name else (), title="" if work.stub else work.title)
        _, found = resolve(reference_of(known), [self] if name is None else [ByIdentifier(self)])
        return found

    def _page(self, kind: str, fetched_at: str | None = None) -> ListPage:
        return ListPage(kind=kind, source=self.name, fetched_at=fetched_at)

    def _failed(self, kind: str, works: Iterable[Work], reason: str) -> Batch:
        page = self._page(kind)
        for work in works:
            page.end(work, Outcome.FAILED, reported=None, reason=reason)
        return page


class FallbackSource(ListSource):
    """A source on the web, over one transport.

    A plug-in derives from it and implements the five abstract methods; it is made of a transport to its `service`.

    Attributes
    ----------
    name
        Its name after --from and --check, and as the source of its records.
    service : Service
        How it is reached: server, key, pace, and which answers it means.
    keyless_s : float or None
        How many seconds in all a run asks it without a key; None is no limit.
    probes : tuple[Probe, ...]
        What `kg doctor --live` asks it.
    """

    service: Service
    keyless_s: float | None = None
    probes: tuple[Probe, ...] = ()

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self.transport = transport

    @property
    def credits(self) -> tuple[int, int]:
        """What a list and a search cost, where it counts credits."""
        return self.service.credits

    @property
    def sent(self) -> int:
        """Requests sent so far."""
        return self.transport.sent

    @property
    def spent(self) -> int | None:
        """Credits spent so far, as it says."""
        return self.transport.spent

    @property
    def left(self) -> int | None:
        """Credits left today, as it says."""
        return self.transport.left

    @property
    def daily(self) -> str:
        """What it may be asked in a day without a key, where it is asked without."""
        return "" if self.transport.keyed else self.service.keyless

    @property
    def closed(self) -> SourceError | None:
        """Why it is asked no more."""
        return self.transport.patience.closed

    @property
    def ended(self) -> SourceError | None:
        """Why it is asked no more, or never answered."""
        return self.closed or self.transport.patience.silent

    def close(self) -> None:
        """Close connection and cache."""
        self.transport.close()


class ByIdentifier:
    """A source that finds nothing by title."""

    def __init__(self, source: ListSource) -> None:
        self.find_by_id = source.find_by_id
        self.find_by_author_year = source.find_by_author_year
        self.find_by_year = source.find_by_year

    def find_by_title(self, title: str) -> list[Work]:
        """Nothing."""
        del title
        return []


def filled(work: Work, record: Work) -> Work:
    """A known work with what a fallback source's record of it adds: identifiers, counts, and what was blank."""
    first, second = (record, work) if work.stub else (work, record)
    return replace(
        first,
        id=work.id,
        title=first.title or second.title,
        authors=first.authors or second.authors,
        year=first.year if first.year is not None else second.year,
        date=first.date or (second.date if first.year in (None, second.year) else None),
        venue=first.venue or second.venue,
        identifiers=tuple(dict.fromkeys((*work.identifiers, *record.identifiers))),
        source=record.source,
        stub=record.stub,
        seed=work.seed,
        reported_references=record.reported_references,
        reported_citations=record.reported_citations,
        facts=tuple(dict.fromkeys((*work.facts, *record.facts))),
        faults=tuple(dict.fromkeys((*work.faults, *record.faults))),
    )


def outcome_of(held: int, *reported: int | None, cut: bool = False) -> tuple[Outcome, str]:
    """The outcome of a list by the largest number of works reported for it, and why it is not whole.

    One that was `cut` because kg reads no more of a list is PARTIAL, whatever is reported.
    """
    most = max((count for count in reported if count is not None), default=0)
    if cut:
        of = f" of {most:,}" if held < most else ""
        return Outcome.PARTIAL, f"cut after {counted(held, 'row')}{of}: no more of a list is read"
    if held < most:
        return Outcome.PARTIAL, f"{held} of {most} reported"
    return (Outcome.COMPLETE if held else Outcome.EMPTY), ""
