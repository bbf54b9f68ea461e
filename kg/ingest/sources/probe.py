"""Probes: one request each for a thing that kg relies on at a service, and what its answer must hold, declared as data.

Each source declares its own, beside what it reads: `kg doctor --live` asks them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, get_args

from kg.ingest.sources.exchange import Answer
from kg.ingest.sources.http import Transport
from kg.ingest.sources.kinds import fits

_STEP = re.compile(r"(\w[\w-]*)(\?)?|\[(\w*)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One request and what kg relies on in its answer.

    Attributes
    ----------
    name : str
        Its name, which is that of its recording.
    purpose : str
        What kg relies on, in words.
    path : str
        The path that is asked, quoted.
    params : Mapping[str, str | int]
        The query.
    ids : Sequence[str]
        What is sent, where it is a batch.
    status : int
        The status that is expected.
    requires : Mapping[str, Any]
        Path in the answer -> the type, types (`str | None`) or pattern of every value there; see `problem_at`.
    requests : int
        How many requests it takes, redirects included.
    credits : int
        What it costs where the service counts.
    heavy : bool
        Whether a long time without an answer may be its own fault, not the service's.
    """

    name: str
    purpose: str
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    ids: Sequence[str] = ()
    status: int = 200
    requires: Mapping[str, Any]
    requests: int = 1
    credits: int = 0
    heavy: bool = False

    def ask(self, transport: Transport) -> Answer:
        """Ask the service. Raises a SourceError where it gives no usable answer."""
        if self.ids:
            return transport.post(self.path, self.params, {"ids": list(self.ids)}, heavy=self.heavy)
        return transport.get(self.path, self.params)

    def problems(self, answer: Answer) -> list[str]:
        """Where an answer is not what kg relies on."""
        if answer.status != self.status:
            return [f"status {answer.status}, expected {self.status}"]
        told = (problem_at(answer.body, path, kind) for path, kind in self.requires.items())
        return [problem for problem in dict.fromkeys(told) if problem]


def within(place: str, kinds: Mapping[str, Any]) -> dict[str, Any]:
    """The requirements of a table of fields at a place in an answer."""
    return {f"{place}.{name}".lstrip("."): kind for name, kind in kinds.items()}


def problem_at(document: Any, path: str, kind: Any) -> str:
    """What is wrong at a path of a document, "" if nothing.

    A path is of names; `name?` may be null, and is not followed then. After a name that holds a list stand `[2]` for one of its items,
    `[]` for each that is not null, or `[id]` for each that has an `id`. At least one value must be there in all.

    Examples
    --------
    >>> answer = {"data": [{"id": 1, "title": "A"}, None, {"id": None, "title": None}]}
    >>> problem_at(answer, "data[id].title", str), problem_at(answer, "data[].title", str)
    ('', 'data[2].title is null, expected str')
    >>> problem_at(answer, "data[].year", int), problem_at(answer, "data[7]", dict)
    ('data[0] has no year', 'data has no item 7')
    """
    here = [("", document)]
    for name, nullable, key in _STEP.findall(path):
        there: list[tuple[str, Any]] = []
        for place, value in here:
            if not isinstance(value, dict if name else list):
                return f"{place or 'the answer'} is {_named(value)}, expected {'dict' if name else 'list'}"
            if not name:
                for k, item in enumerate(value):
                    if key.isdecimal() and int(key) != k:
                        continue
                    if key.isdecimal() or (item is not None and (not key or _has(item, key))):
                        there.append((f"{place}[{k}]", item))
                if key.isdecimal() and len(value) <= int(key):
                    return f"{place or 'the answer'} has no item {key}"
            elif name not in value:
                return f"{place or 'the answer'} has no {name}"
            elif not (nullable and value[name] is None):
                there.append((f"{place}.{name}".lstrip("."), value[name]))
        here = there
    wrong = next(((place, value) for place, value in here if not fits(value, kind)), None)
    if wrong:
        return f"{wrong[0]} is {_named(wrong[1])}, expected {_expected(kind)}"
    return "" if here else f"nothing at {path}"


def _has(item: Any, key: str) -> bool:
    return not isinstance(item, dict) or item.get(key) is not None


def _named(value: Any) -> str:
    if isinstance(value, str):
        return repr(value[:60])
    return "null" if value is None else type(value).__name__


def _expected(kind: Any) -> str:
    if isinstance(kind, re.Pattern):
        return f"text like {kind.pattern!r}"
    if isinstance(kind, list | dict):
        return f"{type(kind).__name__} or null"
    return " or ".join("null" if k is NoneType else k.__name__ for k in get_args(kind) or (kind,))
