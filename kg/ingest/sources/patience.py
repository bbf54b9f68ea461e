"""How long a source is waited for, and when it is asked no more: its circuit breaker in one run.

One request without a usable answer is given up; the source is closed for the run where it refuses the key, wants a
longer wait than the budget, cannot be reached, or gave no good answer in all of the budget. A closed source gets one
more request later, a probe, and is open again if that is answered.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from kg.errors import SourceError
from kg.ingest.sources.service import Service

FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 60.0
LONG_S, SHORT_S = 600.0, 40.0  # without any good answer: of the only source, and of one beside others
TRIES, FEW_TRIES = 6, 3  # of one request
UNREACHED = (2, 3)  # tries of a server that was never reached: beside others, and alone
PROBE_AFTER_S, PROBE_LIMIT_S = 30.0, 10.0
REQUEST_LIMIT_S, ANSWER_LIMIT_S = 60.0, 180.0  # for the next bytes, and for a whole body, however steadily it trickles
REDIRECTS = frozenset({301, 302, 303, 307, 308})
STRANGE = 3  # final faults of a source that gave no good answer yet, after which it is taken for another server
_KEPT = "what was fetched is saved: run the same command again later"


class KeyRejected(SourceError):
    """401 or 403: the key is wrong or expired, or access without one is refused."""


class GaveUp(SourceError):
    """One request got no usable answer; others may."""


class TimeUp(SourceError):
    """The source was asked for as long as it may be in one run."""


class Unreachable(SourceError):
    """The source as a whole gives nothing: no connection, or no good answer in all of `budget_s`."""


class Offline(SourceError):
    """Asked offline for what is not in the cache."""


class RequestLimit(SourceError):
    """As many requests as allowed were sent; what was fetched is saved."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """What was wrong with an answer, or that none came."""

    reason: str
    status: int | None = None
    retry_after_s: float = 0.0
    unreached: bool = False  # no connection at all
    final: bool = False  # trying again is no use


class Patience:
    """The circuit breaker of one source.

    Parameters
    ----------
    service : Service
        The source.
    host : str
        Its server, for messages.
    keyed : bool
        Whether it is asked with a key.
    alone : bool
        Whether no other source can be asked instead: then it is waited for longer, and its end raises what ended it,
        not GaveUp.
    budget_s : float, optional
        Seconds without any good answer after which it is closed.
    most_s : float, optional
        Seconds in all after which it is closed.
    tries : int, optional
        How often one request is sent before it is given up (429 does not count).
    clock : callable
        Monotonic seconds.

    Attributes
    ----------
    closed : SourceError or None
        Why the source is asked no more.
    silent : SourceError or None
        Why it gave no good answer at all, though it was asked.
    waited_s : float
        Seconds waited after faults so far.
    spent_s : float
        Seconds spent on it so far, these and those between requests included.
    """

    def __init__(
        self,
        service: Service,
        host: str,
        *,
        keyed: bool,
        alone: bool,
        budget_s: float | None,
        most_s: float | None,
        tries: int | None,
        clock: Callable[[], float],
    ) -> None:
        self.closed: SourceError | None = None
        self.silent: SourceError | None = None
        self.waited_s = self.spent_s = 0.0
        self._most_s = most_s
        self._service, self._host, self._keyed, self._alone = service, host, keyed, alone
        self._budget_s = budget_s if budget_s is not None else LONG_S if alone else SHORT_S
        self._tries = tries or (TRIES if alone else FEW_TRIES)
        self._clock = clock
        self._trouble_s = 0.0  # spent since the last good answer
        self._parts = 0  # of a batch taken apart that failed since then
        self._reached = False
        self._strange = 0  # final faults so far
        self._probe_at: float | None = None  # None: no probe is left

    def start(self) -> bool:
        """Begin a request: whether it is the probe of a closed source. Raises where that is asked no more."""
        if self.closed is None:
            return False
        if self._probe_at is None or self._clock() < self._probe_at:
            raise self._ended(self.closed)
        self._probe_at = None
        return True

    def time_up(self, wait_s: float = 0.0, why: str = "") -> TimeUp | None:
        """Close the source where the time it has in all is used up, or would be after a wait; gives that error then."""
        if self._most_s is None or self.spent_s + wait_s < self._most_s:
            return None
        name = "" if self._keyed else self._service.key_name
        time = f"the {self._most_s:.0f} s for {self._host}{f' without {name}' if name else ''} are used up"
        hint = f"run the same command again to continue{f', or set {name}' if name else ''}"
        self.closed = end = TimeUp(f"{time}{f': {why}' if why else ''}", hint)
        return end

    def limits_s(self) -> tuple[float, float]:
        """How long the next bytes, and the whole answer, are waited for: no longer than the budget that is left."""
        left = PROBE_LIMIT_S if self.closed else self._budget_s - self._trouble_s
        left = max(PROBE_LIMIT_S, left if self._most_s is None else min(left, self._most_s - self.spent_s))
        return min(REQUEST_LIMIT_S, left), min(ANSWER_LIMIT_S, left)

    def succeeded(self) -> None:
        """A good answer came: it renews the patience, and opens what was closed."""
        self._trouble_s, self._parts, self._reached, self.closed, self.silent = 0.0, 0, True, None, None

    def failed(
        self, fault: Fault, path: str, tried: int, tries: int, faults: int, took_s: float, *, parts: int = 0
    ) -> float | SourceError:
        """How long to wait after a fault; an error where there is no use in trying again.

        `tried` are the tries of this request that count, of `tries`; `faults` all its faults; `took_s` the time it took.
        So many `parts` of a batch may fail in a row as the halves of it that hold one bad item: they are no trouble of the
        source.
        """
        if self.closed:
            return self._ended(self.closed)
        self._strange += fault.final
        apart = self._parts < parts and fault.status != 429 and not (fault.retry_after_s or fault.unreached)
        self._parts += apart
        wait_s = 0.0 if apart else max(self._jittered(faults), fault.retry_after_s)
        left_s = self._budget_s - self._trouble_s
        self._trouble_s += took_s + wait_s
        if end := self._end(fault, path, tried, left_s):
            self.closed = self.silent = end
            if not isinstance(end, KeyRejected):
                self._probe_at = self._clock() + max(PROBE_AFTER_S, fault.retry_after_s)
            return self._ended(end)
        if fault.final or apart or (tried >= (tries or self._tries) and not fault.unreached):
            given_up = GaveUp(f"{self._host} gave no usable answer to {path} in {tried} tries: {fault.reason}", _KEPT)
            self.silent = None if self._reached else given_up
            return given_up
        if over := self.time_up(wait_s, fault.reason):
            return over
        self.waited_s += wait_s
        self.spent_s += wait_s
        return wait_s

    def _jittered(self, faults: int) -> float:
        """Full jitter over twice as long a span each time."""
        return random.uniform(FIRST_WAIT_S, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(faults, 10)))  # noqa: S311

    def _ended(self, end: SourceError) -> SourceError:
        return end if self._alone or isinstance(end, TimeUp) else GaveUp(end.message, end.hint)

    def _end(self, fault: Fault, path: str, tried: int, left_s: float) -> SourceError | None:
        """Why the source as a whole is asked no more, if so."""
        name, host = self._service.key_name, self._host
        if fault.status in self._service.refusals:
            if self._keyed:
                return KeyRejected(f"{host} rejected the key ({fault.status})", f"correct {name}, or unset it")
            hint = f"set {name}" if name else "ask again later, from another network"
            return KeyRejected(f"{host} refused a request without a key ({fault.status})", hint)
        passing = fault.status is None or fault.status in REDIRECTS  # of one request, perhaps
        if fault.final and not self._reached and not (passing and self._strange < STRANGE):
            return Unreachable(
                f"{host} does not answer like {self._service.name}: {path} gave {fault.reason}", "check its address"
            )
        if fault.unreached and tried >= (self._tries if self._reached else UNREACHED[self._alone]):
            return Unreachable(f"no connection to {host}: {fault.reason}", f"check the network; {_KEPT}")
        keyless = fault.status == 429 and name and not self._keyed
        hint = f"set {name}; {_KEPT}" if keyless else _KEPT
        if fault.retry_after_s > max(left_s, 0):
            return Unreachable(f"{host} asks to wait {_span(fault.retry_after_s)}: {fault.reason}", hint)
        if self._trouble_s > self._budget_s:
            return Unreachable(f"{host} gave no answer in {self._budget_s:.0f} s: {fault.reason}", hint)
        return None


def _span(seconds: float) -> str:
    """Seconds as people say them.

    Examples
    --------
    >>> _span(45), _span(41231)
    ('45 s', '11 h 27 min')
    """
    hours, minutes = int(seconds // 3600), int(seconds % 3600 // 60)
    return (
        f"{hours} h {minutes} min"
        if hours
        else f"{minutes} min {seconds % 60:.0f} s"
        if minutes
        else f"{seconds:.0f} s"
    )
