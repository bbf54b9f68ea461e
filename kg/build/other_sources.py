"""Ask fallback sources for the lists that the first source did not give, and others for the same lists, as a check.

What to ask is read from the store: a list is wanted while no source gave it whole and this one has not answered for it.
Answer and outcome are saved in one transaction, so that a run that was stopped continues where it stopped.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import plugins
from kg.errors import InputError
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.ingest.sources.base import FallbackSource, Hops, ListSource, open_transport
from kg.ingest.sources.http import GaveUp, TimeUp
from kg.ingest.sources.list_page import CITATIONS, REFERENCES
from kg.ingest.sources.s2.records import SOURCE
from kg.model import BEST_FIRST, Batch, Outcome, Reference, Remark, Retrieval, Work
from kg.text import counted

if TYPE_CHECKING:
    from kg.ingest.sources.s2.source import S2Source

_SETTLED = frozenset({Outcome.COMPLETE, Outcome.EMPTY, Outcome.PARTIAL, Outcome.CAPPED})  # no other source is asked


NO_ANSWER = "asked, no usable answer"


class LookedUp:
    """A source that only describes works: their lists are left to `supplement`, page by page.

    What it gives no usable answer to counts as not found here, and `failed` says so; what its time does not reach, too.
    """

    def __init__(self, source: "ListSource | S2Source") -> None:
        self.name, self._source = source.name, source
        self.failed = ""

    def look_up(self, identifiers: Iterable[str]) -> list[str]:
        """Ask for many identifiers at once, where the source can. Gives those that are still unknown."""
        names = list(identifiers)
        if getattr(self._source, "at_once", False):
            with self._noting():
                self._source.look_up(names)
        return [name for name in names if not self.knows(name)]

    def expect(self, references: Iterable[Reference]) -> None:
        """Learn all references that are going to be looked up one by one."""
        if isinstance(self._source, ListSource):
            self._source.expect(references)

    def knows(self, identifier: str) -> bool:
        """Whether it was asked for this identifier, and has the work."""
        return self._source.knows(identifier)

    def find_by_id(self, identifier: str) -> Work | None:
        """The work with this identifier, in normal form."""
        with self._noting():
            return self._source.find_by_id(identifier)
        return None

    def find_by_title(self, title: str) -> list[Work]:
        """The best hits for a title."""
        with self._noting():
            return self._source.find_by_title(title)
        return []

    def find_by_author_year(self, surname: str, years: Iterable[int]) -> list[Work]:
        """Works of these years whose first author has this surname, where the source can be asked so."""
        return self._source.find_by_author_year(surname, years)

    def find_by_year(self, years: Iterable[int]) -> list[Work] | None:
        """Works published in these years, where the source can be asked so."""
        return self._source.find_by_year(years)

    def fetch(self, ids: Iterable[str]) -> Iterator[Batch]:
        """The works alone."""
        yield Batch(works=[work for id_ in ids if (work := self.find_by_id(id_))])

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except TimeUp:
            pass  # it was not asked
        except GaveUp as error:
            self.failed = f"{NO_ANSWER}: {error.message}"


def failures(work: str, reasons: Mapping[str, str], kinds: Iterable[str] = (REFERENCES,)) -> Batch:
    """The lists of a work that failed because their sources, each with its reason, gave no usable answer to look it up."""
    pairs = [(kind, name) for name in reasons for kind in kinds]
    return Batch(
        retrievals=[Retrieval(work=work, list=kind, outcome=Outcome.FAILED, source=name) for kind, name in pairs],
        remarks=[Remark(f"{work} {kind}", f"{name}: {reasons[name]}") for kind, name in pairs],
    )


def open_fallbacks(
    names: Iterable[str], folder: Path, *, urls: Mapping[str, str | None], **asking: Any
) -> list[FallbackSource]:
    """Fallback sources by name; answers are saved in a graph's folder. `asking`: see `open_transport`."""
    sources = []
    for name in names:
        kind: Any = plugins.load("source", name)
        if not hasattr(kind, "service"):
            raise InputError(f"{name} is a local source, not one on the web", f"add it to --from: --from {name}")
        cache, asked = folder / f"{name}-cache.sqlite", asking | {"url": urls.get(name), "keyless_s": kind.keyless_s}
        sources.append(kind(open_transport(kind.service, cache, **asked)))
    return sources


def supplement(
    writer: Writer,
    sources: Sequence[ListSource],
    hops: Hops,
    *,
    checks: Sequence[ListSource] = (),
    last: bool | None = None,
) -> Iterator[Batch]:
    """Ask sources, in this order, for the lists that none gave yet, and `checks` for every list. Yields what was saved.

    Citations of checks are kept beside those of the others, under their own name. `last`: only those of the last hop of each
    kind, or only those before.
    """
    for kind, hop, source in _rounds(sources, hops, checks, last=last):
        works = wanted(writer.store, kind, hop, source, hops, every=source in checks)
        with suppress(TimeUp):  # what it was not asked for stays as it is
            for batch in source.lists(kind, works) if works else ():
                writer.add(batch)
                yield batch


@dataclass(frozen=True, slots=True)
class Ahead:
    """Lists of one hop that a source is going to be asked for, and about what they will cost."""

    kind: str
    hop: int
    source: str
    lists: int
    requests: int
    credits: int
    works: int | None = None  # that the lists name together, where that is known: they are read from disk

    def __str__(self) -> str:
        lists = f"{self.kind}, hop {self.hop}: {counted(self.lists, 'list')}"
        if self.works is not None:
            return f"{lists} of {counted(self.works, 'work')} from {self.source}, read from disk"
        return f"{lists} from {self.source}, about {counted(self.requests, 'request')}"


def cost(
    store: Store,
    sources: Sequence[ListSource],
    hops: Hops,
    *,
    checks: Sequence[ListSource] = (),
    crawling: bool = False,
    last: bool | None = None,
) -> Iterator[Ahead]:
    """About what `supplement` will ask: for lists known to be wanted now. The sources may look their works up for it.

    A list is counted for each source until one is known to give it, and, if it is still `crawling`, only where the crawl
    has failed to get it.
    """
    planned = set[tuple[str, str]]()
    for kind, hop, source in _rounds(sources, hops, checks, last=last):
        if source.closed:  # it is asked no more
            continue
        every = source in checks
        works = wanted(store, kind, hop, source, hops, every=every)
        if not every:
            tried = _outcomes(store, kind)
            works = [w for w in works if (kind, w.id) not in planned and (not crawling or store.row(w.id) in tried)]
        if not works:
            continue
        with suppress(TimeUp):
            requests = source.cost(kind, works)
            price, length = requests * source.credits[0], source.length(kind, works)
            yield Ahead(kind, hop, source.name, len(works), requests, price, length)
            planned |= {(kind, work.id) for work in works if every or source.gives(kind, work)}


def _rounds(
    sources: Sequence[ListSource], hops: Hops, checks: Sequence[ListSource], *, last: bool | None
) -> Iterator[tuple[str, int, ListSource]]:
    """Kind, hop and source in the order of asking: all hops but the last of each kind, then those."""
    for ending in (False, True):
        for kind, depth in ((REFERENCES, hops.references), (CITATIONS, hops.citations)):
            for hop in range(1, depth + 1):
                if (hop == depth) is ending and last in (None, ending):
                    yield from ((kind, hop, source) for source in (*sources, *checks) if kind in source.kinds)


def wanted(store: Store, kind: str, hop: int, source: ListSource, hops: Hops, *, every: bool) -> list[Work]:
    """The works of one hop whose list a source is to be asked for; with `every`, whatever is known of it already.

    What files and the bundled graph say is a part of a list does not settle it; what a source on the web gave in part does.
    Works known by their cited text alone are not asked for.
    """
    room = None if hops.limit_works is None else hops.limit_works - store.counts()[0]
    if room is not None and room <= 0:
        return []
    held, web = _outcomes(store, kind), {SOURCE, *plugins.names("source")}
    since = datetime.now(UTC) - hops.older_than if hops.older_than else None
    found = []
    for n in _level(store, kind, hop):
        tried = held.get(n, {})
        others = [
            outcome
            for name, (outcome, *_) in tried.items()
            if name != source.name and (outcome is not Outcome.PARTIAL or name in web)
        ]
        best = min(others, key=BEST_FIRST.index, default=None)
        mine, day, reported = tried.get(source.name, (None, None, None))
        fresh = since is None or (day is not None and datetime.fromisoformat(day).replace(tzinfo=UTC) >= since)
        if source.doubts_empty and reported == 0:  # perhaps an outage, which another day will not have
            fresh = fresh and day is not None and day >= datetime.now(UTC).date().isoformat()
        if (mine not in (None, Outcome.FAILED) and fresh) or (best in _SETTLED and not every):
            continue
        work = next(store.works("n = ?", (n,)))
        if source.asked_as(work) or (work.seed and not work.stub and not every):
            found.append(work)
    return found if room is None else source.fitting(kind, found, room)


def _level(store: Store, kind: str, hop: int) -> list[int]:
    """The rows of the works whose lists of a kind make a hop, in the order they came."""
    db = store.db
    level = seen = {n for (n,) in db.execute("SELECT n FROM work WHERE seed = 1")}
    end, other = ("citing", "cited") if kind == REFERENCES else ("cited", "citing")
    for _ in range(hop - 1):
        db.execute("CREATE TEMP TABLE IF NOT EXISTS level (n INTEGER PRIMARY KEY)")
        db.execute("DELETE FROM level")
        db.executemany("INSERT INTO level VALUES (?)", ((n,) for n in level))
        ends = db.execute(f"SELECT DISTINCT {other} FROM citation WHERE {end} IN (SELECT n FROM level)")
        level = {n for (n,) in ends} - seen
        seen = seen | level
    return sorted(level)


def _outcomes(store: Store, kind: str) -> dict[int, dict[str, tuple[Outcome, str | None, int | None]]]:
    """By row and source: how a list was retrieved, when, and how long it is said to be."""
    found: dict[int, dict[str, tuple[Outcome, str | None, int | None]]] = {}
    for n, name, outcome, day, reported in store.db.execute(
        """SELECT r.work, s.name, r.outcome, r.date, r.reported FROM retrieval r JOIN source s ON s.n = r.source
        WHERE r.list = ?""",
        (kind,),
    ):
        found.setdefault(n, {})[name] = (Outcome(outcome), day, reported)
    return found


def best_outcomes(store: Store, hops: Hops) -> Counter[Outcome]:
    """How the lists within these hops stand that any source was asked for: by the best of their outcomes."""
    best: Counter[Outcome] = Counter()
    for kind, depth in ((REFERENCES, hops.references), (CITATIONS, hops.citations)):
        tried = _outcomes(store, kind)
        works = {n for hop in range(1, depth + 1) for n in _level(store, kind, hop)} & tried.keys()
        best.update(min((outcome for outcome, *_ in tried[n].values()), key=BEST_FIRST.index) for n in works)
    return best
