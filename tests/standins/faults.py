"""What can go wrong on the way to Semantic Scholar, by script: which fault which request meets.

Bodies are those recorded or quoted (`429`, `504`, `403`), the HTML is what a CDN sends in front of a broken service.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from standins.s2_server import Request

_RATE = (
    b'{"message":"Too Many Requests. Please wait and try again or apply for a key for higher rate limits.'
    b' https://www.semanticscholar.org/product/api#api-key-form","code":"429"}'
)
_HTML = b"<html><head><title>%d</title></head><body><center><h1>CloudFront</h1></center></body></html>\n"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing gone wrong.

    With a `status`, that answer is given instead of the true one. Without: the true answer, after `delay_s`, and if `cut`
    is "before" the connection closes without a byte of it, if "midway" after half of it, and if `broken` its JSON ends
    too early while the length fits.
    """

    name: str
    status: int | None = None
    body: bytes = b""
    type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    delay_s: float = 0.0
    cut: str | None = None
    broken: bool = False


def too_many(retry_after: str | None = None) -> Fault:
    """429 as quoted, with a `Retry-After` (seconds or an HTTP date) where one is given."""
    headers = [("x-amzn-ErrorType", "TooManyRequestsException"), ("X-Cache", "Error from cloudfront")]
    headers += [("Retry-After", retry_after)] if retry_after is not None else []
    name = "429" if retry_after is None else f"429 retry-after {retry_after}"
    return Fault(name, 429, _RATE, headers=tuple(headers))


def slow(seconds: float) -> Fault:
    """The true answer, late."""
    return Fault(f"slow {seconds}", delay_s=seconds)


def _html(status: int) -> Fault:
    return Fault(f"{status} html", status, _HTML % status, type="text/html")


#: Faults by name, for scripts.
FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        too_many(),
        Fault("429 2023", 429, b'{"message":"Too Many Requests"}'),
        Fault("500", 500, b'{"message":"Internal Server Error"}'),
        Fault("502", 502, b'{"message":"Internal server error"}'),
        Fault("503", 503, b'{"message":"Service Unavailable"}'),
        Fault("504", 504, b'{"message":"Endpoint request timed out"}'),
        *(_html(status) for status in (200, 500, 502, 503, 504)),
        Fault("401", 401, b'{"message":"Unauthorized"}'),
        Fault("403", 403, b'{"message":"Forbidden"}', headers=(("x-amzn-errortype", "ForbiddenException"),)),
        Fault("cut", cut="before"),
        Fault("cut midway", cut="midway"),
        Fault("malformed", broken=True),
    )
}
#: Those a careful client survives by asking again.
RETRIABLE = ("429", "500", "502", "503", "504", "504 html", "200 html", "cut", "cut midway", "malformed")

Choice = Fault | str | None


class Script:
    """Which fault request number n (from 0) meets: a list by number, or a callable of number and request.

    Faults may be given by their names in `FAULTS`; None, and everything past the end of a list, is no fault.
    """

    def __init__(self, faults: "Sequence[Choice] | Callable[[int, Request], Choice]" = ()) -> None:
        self._faults = faults

    @classmethod
    def random(cls, rate: float, seed: int = 0, among: Sequence[str] = RETRIABLE) -> Self:
        """A fault for this share of requests; which one depends on the request's number and the seed alone."""

        def choose(n: int, _: "Request") -> Choice:
            dice = random.Random(f"{seed}:{n}")  # noqa: S311  (repeatable on purpose)
            return dice.choice(among) if dice.random() < rate else None

        return cls(choose)

    def __call__(self, n: int, request: "Request") -> Fault | None:
        """Give the fault of request n."""
        if callable(self._faults):
            choice = self._faults(n, request)
        else:
            choice = self._faults[n] if n < len(self._faults) else None
        return FAULTS[choice] if isinstance(choice, str) else choice
