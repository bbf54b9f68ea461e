"""A way to a stand-in of Semantic Scholar on which no time passes: what tests of calls, transport and cache share."""

from datetime import UTC, datetime, timedelta

from standins.s2_server import Corpus

from kg.ingest.sources.http import Transport
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.model import Citation, Work

KEY = "s3cret-KEY-0123456789"
BATCH = "/graph/v1/paper/batch"


class Clock:
    """A time that passes only by sleeping."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Monotonic seconds."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        assert seconds > 0
        self.slept.append(seconds)
        self.time += seconds

    def now(self) -> datetime:
        """Give the time of day."""
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.time)


def link(url: str, clock: Clock | None = None, **options) -> Transport:
    """A transport that never really sleeps."""
    clock = clock or Clock()
    timed = {"clock": clock, "sleep": clock.sleep, "now": clock.now}
    return Transport(SEMANTIC_SCHOLAR, url, **(timed | options))


def corpus(n: int = 9) -> Corpus:
    """Works 0..n-1 with CorpusIds 1001.., each citing the one before."""
    works = [Work(id=f"w{k}", title=f"On the number {k}", year=1990 + k) for k in range(n)]
    return Corpus.from_records(works, [Citation(citing=f"w{k}", cited=f"w{k - 1}", source="t") for k in range(1, n)])


def paper(transport: Transport, k: int = 0):
    """Ask for one paper."""
    return transport.get(f"/graph/v1/paper/CorpusId:{1001 + k}", {"fields": "title"})


def star(citing: int, *, undated: int = 0, per_year: int = 1000) -> Corpus:
    """A work "hub" cited by so many works, of 2010 and later, the first few without a year."""
    years = [None] * undated + [2010 + k // per_year for k in range(citing - undated)]
    works = [Work(id="hub", title="The hub of it all", year=2000)]
    works += [Work(id=f"c{k}", title=f"Spoke {k}", year=year) for k, year in enumerate(years)]
    return Corpus.from_records(works, [Citation(citing=f"c{k}", cited="hub", source="t") for k in range(citing)])
