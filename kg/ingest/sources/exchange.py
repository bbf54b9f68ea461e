"""What goes between kg and a source on the web: how many requests may, what came of each, and how an answer looked."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.ingest.readers.fields import sound

MOST = 32_000_000  # bytes of an answer, unpacked
OBJECTS, VALUES = 300_000, 1_000_000  # in an answer of JSON: they take many times the memory of their text


@dataclass(slots=True)
class Allowance:
    """How many requests may be sent, by all who share it; `most` None is no limit."""

    most: int | None = None
    sent: int = field(default=0, init=False)

    @property
    def spent(self) -> bool:
        """Whether none is left."""
        return self.most is not None and self.sent >= self.most


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a source: its status, the parsed body (None if it is not JSON), and when it came (ISO, UTC)."""

    status: int
    body: Any
    cached: bool
    fetched_at: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that was sent: what was wrong with its answer ("" if nothing), and the wait that begins after it.

    `waited_s` are all such waits for the source so far, this one included; `closed` says why it is asked no more.
    """

    method: str
    path: str
    status: int | None
    reason: str = ""
    wait_s: float = 0.0
    waited_s: float = 0.0
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came, usable or not, with the key blotted out: what a recording is made of.

    `took_s` are the seconds from the request to the last byte.
    """

    method: str
    url: str
    sent: Any
    status: int
    headers: Mapping[str, str]
    text: str
    took_s: float


def crowding(text: str) -> str:
    """What is wrong with a text of JSON that would take too much memory, "" if nothing."""
    if text.count("{") > OBJECTS or text.count(",") + text.count("[") > VALUES:
        return f"an answer of more than {OBJECTS:,} objects or {VALUES:,} values, the most that is read"
    return ""


def parsed(text: str) -> Any:
    """The JSON document that a text is, None where it is none or too crowded; lone surrogates in it, which nothing can keep, are U+FFFD."""
    if crowding(text):
        return None
    try:
        document = json.loads(text)
        return sound(document) if re.search(r"\\u[dD][89a-fA-F]", text) else document
    except (ValueError, RecursionError):
        return None
