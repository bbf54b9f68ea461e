"""The one polite way to a source on the web: paced, patient, cached, and careful with the key.

What is particular to a source stands in its `Service`. The key goes to the host of `base_url` and nowhere else:
redirects are followed on that host alone, and neither messages, logs, nor the cache ever hold it. An answer is what the source says on
purpose; anything else is a fault, tried again after a wait and never taken for an empty answer.
"""

import hashlib
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Self
from urllib.parse import quote, urlencode

import httpx

from kg import __version__
from kg.errors import InputError, SourceError
from kg.ingest.sources.exchange import Allowance, Answer, Attempt, Received, crowding, parsed
from kg.ingest.sources.http_cache import Cache
from kg.ingest.sources.kinds import whole_number
from kg.ingest.sources.patience import (
    REDIRECTS,
    Fault,
    GaveUp,
    KeyRejected,
    Offline,
    Patience,
    RequestLimit,
    TimeUp,
    Unreachable,
)
from kg.ingest.sources.receiving import Line, Overlong
from kg.ingest.sources.service import Service

__all__ = [
    "Allowance", "Answer", "Attempt", "GaveUp", "KeyRejected", "Offline", "RequestLimit", "TimeUp", "Transport",
    "Unreachable",
]  # fmt: skip
LONGEST_INTERVAL_S = 30.0
SHORTEST_KEY = 8  # characters: a shorter one would be found, and hidden, all over the answers
HOPS = 5  # of redirects that are followed
ERROR_LIFE = timedelta(days=1)  # how long a 400 or 404 is believed


class Transport:
    """Requests to one server of a service, one at a time, at most one each `interval_s` seconds.

    Parameters
    ----------
    service : Service
        The service that is asked.
    base_url : str
        The server, if not the service's own; the key is sent to no other.
    key : str, optional
        See `find_key`.
    agent : str
        Added to the name of kg in the User-Agent header: see `find_agent`.
    cache : Cache, optional
        Where answers are kept and found again.
    offline : bool
        Answer from the cache alone.
    refresh_older_than : timedelta, optional
        Ask again for answers older than this.
    limit_requests : int or Allowance, optional
        Send no more requests than this, repeated ones included.
    interval_s : float, optional
        Seconds between two requests, instead of the service's; a service that asks for more gets it.
    alone : bool
        Whether no other source can be asked instead: see `Patience`.
    tries : int, optional
        How often one request is sent before it is given up (429 does not count).
    budget_s : float, optional
        Seconds without any good answer, over all requests, after which the source is closed: see `Patience`.
    most_s : float, optional
        Seconds in all, waits included, after which the source is asked no more: `TimeUp`.
    clock : callable
        Monotonic seconds.
    sleep : callable
        Waits for seconds.
    now : callable
        The time of day.
    on_request : callable, optional
        Called with every request sent.
    on_answer : callable, optional
        Called with every answer as it came.
    """

    def __init__(
        self,
        service: Service,
        base_url: str = "",
        *,
        key: str | None = None,
        agent: str = "",
        cache: Cache | None = None,
        offline: bool = False,
        refresh_older_than: timedelta | None = None,
        limit_requests: int | Allowance | None = None,
        interval_s: float | None = None,
        alone: bool = True,
        tries: int | None = None,
        budget_s: float | None = None,
        most_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_request: Callable[[Attempt], None] | None = None,
        on_answer: Callable[[Received], None] | None = None,
    ) -> None:
        self.service = service
        self.base_url = (base_url or service.base_url).rstrip("/")
        self.host = _host(self.base_url, service)
        if key is not None and not (
            key.isascii() and key.isprintable() and " " not in key and len(key) >= SHORTEST_KEY
        ):
            message = f"the key for {service.name} is invalid: too short, or with characters that keys do not have"
            raise InputError(message, f"check {service.key_name}")
        self.sent = 0
        self.left: int | None = None  # the credits that may still be spent today, as the source says
        self.spent: int | None = None  # those that it says its answers have cost
        self.now = now
        self._key, self._cache, self._offline = key, cache, offline
        self._refresh_older_than = refresh_older_than
        self._allowed = limit_requests if isinstance(limit_requests, Allowance) else Allowance(limit_requests)
        usual_s = service.keyed_interval_s if key else service.unkeyed_interval_s
        if agent and service.polite_interval_s is not None:
            usual_s = service.polite_interval_s
        self._least_interval_s = interval_s if interval_s is not None else usual_s
        self._search_interval_s = service.search_intervals_s[bool(agent)] if interval_s is None else 0.0
        self._interval_s = self._least_interval_s
        self._clock, self._sleep = clock, sleep
        self.patience = Patience(
            service, self.host, keyed=bool(key), alone=alone, budget_s=budget_s, most_s=most_s, tries=tries, clock=clock
        )
        self._on_request = on_request or (lambda _: None)
        self._on_answer = on_answer or (lambda _: None)
        self._next_at = clock()
        self._lock = threading.Lock()  # the official client asks from a thread of its own inside notebooks
        headers = {"User-Agent": f"kg/{__version__} {agent}".strip()}
        headers |= {service.header: key} if key and service.header else {}
        outside = self.host not in ("localhost", "127.0.0.1", "::1")
        self._line = Line(headers, verify=_tls(), trust_env=outside)  # proxies are for the outside

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and the cache."""
        self._line.close()
        if self._cache:
            self._cache.close()

    @property
    def keyed(self) -> bool:
        """Whether it has a key."""
        return self._key is not None

    def get(self, path: str, params: Mapping[str, str | int], *, again: bool = False, parts: int = 0) -> Answer:
        """The answer to a GET; `path` starts with "/" and is quoted already. Raises a SourceError where none came.

        `again`: one in the cache is not enough. `parts`: the request is for a part of a batch that failed, which is taken
        apart in so many steps; it is sent once, and its failure neither waited for nor held against the source.
        """
        return self._answer("GET", path, params, None, again=again, parts=parts)

    def post(
        self,
        path: str,
        params: Mapping[str, str | int],
        body: Any,
        *,
        tries: int = 0,
        heavy: bool = False,
        parts: int = 0,
    ) -> Answer:
        """The answer to a POST of a JSON body; else as `get`. `tries` other than 0 are instead of the usual number.

        Where the request is `heavy`, the time it takes in vain may be its own fault, not the source's.
        """
        return self._answer("POST", path, params, body, tries, heavy=heavy, parts=parts)

    def _answer(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int],
        body: Any,
        tries: int = 0,
        *,
        heavy: bool = False,
        again: bool = False,
        parts: int = 0,
    ) -> Answer:
        if not path.startswith("/"):
            raise ValueError(path)
        query = urlencode(sorted(params.items()), quote_via=quote, safe=",:")
        url = f"{self.base_url}{path}{'?' if query else ''}{query}"
        text = "" if body is None else json.dumps(body, ensure_ascii=False)
        place = (method, url, hashlib.sha256(text.encode()).hexdigest() if text else "")
        with self._lock:
            held = self._cache.held(place, body, self.service, self.now()) if self._cache else None
            if held and (self._offline or (not again and self._is_fresh(held))):
                return held
            if self._offline:
                raise Offline(f"{method} {path} is not in the cache", "run without --offline, with the same cache")
            return self._fetch(place, path, body, tries, heavy=heavy, parts=parts)

    def _is_fresh(self, held: Answer) -> bool:
        lives = [self._refresh_older_than, None if held.status == 200 else ERROR_LIFE]
        age = self.now() - datetime.fromisoformat(held.fetched_at)
        return all(life is None or age <= life for life in lives)

    def _fetch(
        self, place: tuple[str, str, str], path: str, body: Any, tries: int, *, heavy: bool, parts: int
    ) -> Answer:
        method, url, _ = place
        probing = self.patience.start()
        faults = tried = hops = 0
        while True:
            if over := self.patience.time_up():
                raise over
            if self._allowed.spent:
                message = f"the limit of {self._allowed.most} requests is reached"
                raise RequestLimit(message, "what was fetched is saved; run the same command again to continue")
            began = self._clock()
            if began < self._next_at:
                self._sleep(self._next_at - began)
            searching = path == self.service.searches
            sent_at = self._clock()
            self._next_at = sent_at + max(self._interval_s, self._search_interval_s * searching)
            self.sent += 1
            self._allowed.sent += 1
            result = self._send(method, url, body, searching=searching)
            self.patience.spent_s += self._clock() - began
            if isinstance(result, str):
                hops += 1
                if hops <= HOPS:
                    self._on_request(Attempt(method, path, None, f"leads to {result.removeprefix(self.base_url)}"))
                    url = result
                    continue
                result = Fault(f"it was led on {hops} times", 302, final=True)
            if isinstance(result, Fault):
                faults += 1
                tried += result.status != 429
                if result.status == 429:
                    self._interval_s = min(LONGEST_INTERVAL_S, self._interval_s * 1.1)
                took_s = 0.0 if heavy else self._clock() - (sent_at if parts else began)
                wait = self.patience.failed(result, path, tried, tries, faults, took_s, parts=parts)
                self._tell(method, path, result, wait, probing=probing)
                if isinstance(wait, SourceError):
                    raise wait
                self._sleep(wait)
                continue
            status, text, parsed = result
            self.patience.succeeded()
            # half of what 429 added to the interval is forgiven
            self._interval_s = max(self._least_interval_s, (self._interval_s + self._least_interval_s) / 2)
            self._next_at = sent_at + max(self._interval_s, self._search_interval_s * searching)
            at = self.now().isoformat(timespec="seconds")
            if self._cache:
                self._cache.keep(*place, status=status, body=text, fetched_at=at)
            self._on_request(Attempt(method, path, status))
            return Answer(status, parsed, cached=False, fetched_at=at)

    def _tell(self, method: str, path: str, fault: Fault, wait: float | SourceError, *, probing: bool) -> None:
        closed = self.patience.closed.message if self.patience.closed and not probing else ""
        wait_s = 0.0 if isinstance(wait, SourceError) else wait
        told = Attempt(method, path, fault.status, fault.reason, wait_s, self.patience.waited_s, closed)
        self._on_request(told)

    def _send(self, method: str, url: str, body: Any, *, searching: bool) -> tuple[int, str, Any] | Fault | str:
        """Status, text and parsed body of one request, or what was wrong with it, or where it leads on this server."""
        bytes_s, whole_s = self.patience.limits_s()
        began = self._clock()
        limits: dict[str, Any] = {"within_s": whole_s, "silence_s": bytes_s, "clock": self._clock}
        try:
            response, data = self._line.receive(method, url, json=body, extensions=self._target(url), **limits)
            text = data.decode(errors="strict" if response.status_code == 200 else "replace")
            del data
        except Overlong as error:
            return Fault(str(error), final=True)
        except (httpx.RequestError, UnicodeDecodeError) as error:
            unreached = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError)
            return Fault(self._without_key(_in_words(error)), unreached=unreached)
        told = {name: self._without_key(value) for name, value in response.headers.items()}
        came = (response.status_code, told, self._without_key(text), self._clock() - began)
        self._on_answer(Received(method, url, body, *came))
        if response.status_code in REDIRECTS:
            return self._led(url, response)
        if (left := whole_number(response.headers.get("x-ratelimit-remaining"))) is not None:
            self.left = left
        if (price := whole_number(response.headers.get("x-ratelimit-credits-used"))) is not None:
            self.spent = (self.spent or 0) + price
        asked_s = _interval_s(response.headers)  # of searches, where this is one
        if searching:
            self._search_interval_s = max(self._search_interval_s, asked_s)
        else:
            self._least_interval_s = max(self._least_interval_s, asked_s)
        return self._judged(
            response.status_code, self._without_key(text), body, response.headers.get("retry-after", "")
        )

    def _led(self, url: str, response: httpx.Response) -> str | Fault:
        """Where a redirect leads on this server; to others, which must not see the key, none is followed."""
        status = response.status_code
        try:
            place = httpx.URL(url).join(response.headers["location"]).copy_with(fragment=None)
        except (KeyError, ValueError, httpx.InvalidURL):
            return Fault(f"{status} leads to no address", status, final=True)
        here = httpx.URL(self.base_url)
        if (place.scheme, place.host, place.port) != (here.scheme, here.host, here.port):
            return Fault(f"{status} leads to another server, {place.host}, which is not asked", status, final=True)
        if self.service.parameter:
            place = place.copy_remove_param(self.service.parameter)
        return str(place)

    def _target(self, url: str) -> dict[str, bytes]:
        """What is sent in place of an address where the key belongs into the query: no log of the library shows it."""
        if not (self._key and self.service.parameter):
            return {}
        target = httpx.URL(url).copy_merge_params({self.service.parameter: self._key}).raw_path
        return {"target": target}

    def _judged(self, status: int, text: str, sent: Any, retry_after: str) -> tuple[int, str, Any] | Fault:
        """The parsed answer, or a fault where this is nothing the source would say on purpose."""
        if crowded := crowding(text):
            return Fault(crowded, final=True)
        body = parsed(text)
        reason = self.service.fault_in(status, text, body, sent)
        if not reason:
            return status, "null" if body is None else text, body
        final = status != 200 and status not in self.service.retried
        return Fault(reason[:200], status, _seconds(retry_after), final=final)

    def _without_key(self, text: str) -> str:
        for form in {self._key, quote(self._key, safe="")} if self._key else ():
            text = text.replace(form, "[key]")
        return text


@cache
def _tls() -> ssl.SSLContext:
    """The certificates that are trusted, read once: that takes longer than a request."""
    return httpx.create_ssl_context()


def _in_words(error: Exception) -> str:
    """What went wrong with a request that got no answer."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, socket.gaierror):
        cause = cause.__cause__ or cause.__context__
    return "its name is not found (no network?)" if cause else f"{error or type(error).__name__}"


def _host(base_url: str, service: Service) -> str:
    try:
        url = httpx.URL(base_url)
        host = re.fullmatch(r"[\w.-]+|[0-9a-f:]+", url.host) and url.host.encode("idna")
    except (httpx.InvalidURL, UnicodeError):
        host = None
    if not host or url.scheme not in ("http", "https") or url.userinfo or url.query or (url.port or 0) > 65535:
        shown = "" if "@" in base_url or "?" in base_url else f" {base_url!r}"  # what may hold a key is not shown
        raise InputError(f"invalid address of the {service.name} server{shown}", "expected https://HOST[:PORT]")
    return url.host


def _interval_s(headers: httpx.Headers) -> float:
    """The time between two requests that a server asks for in `x-rate-limit-limit` and `-interval`, 0 where it does not."""
    limit, interval = whole_number(headers.get("x-rate-limit-limit")), headers.get("x-rate-limit-interval", "")
    if not (limit and re.fullmatch(r"\d{1,4}s", interval)):
        return 0.0
    return min(LONGEST_INTERVAL_S, 1.05 * int(interval[:-1]) / limit)


def _seconds(retry_after: str) -> float:
    """The header's seconds, or the time until its date; 0 where it says neither."""
    if retry_after.strip().isdecimal():
        return min(float(retry_after), 1e9)
    try:
        return (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
