"""What `kg.doctor(live=True)` asks of the services, and the recordings of their answers.

Each probe is asked by itself: what one fails of does not count against the next. A service that is dead twice in a row is asked no
more.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kg import __version__
from kg.aside import built_aside
from kg.errors import InputError, SourceError
from kg.ingest.sources.base import open_transport
from kg.ingest.sources.exchange import Attempt, Received
from kg.ingest.sources.http import Transport
from kg.ingest.sources.probe import Probe
from kg.ingest.sources.service import Service, find_key, key_place
from kg.library.health import BROKEN, OK, Tested
from kg.text import counted

NOT_ASKED = "not asked"
_TRIES, _DEAD = 2, 2  # of a request; probes in a row after which a dead service is asked no more
_LONGEST = 12_000_000  # characters of an answer that is recorded whole
_SHOWN = 3  # problems of an answer that are told
#: Headers that a recording keeps; cookies and what names a machine are none of them.
_HEADERS = re.compile(
    r"content-type|date|location|retry-after|x-amzn-errortype|x-api-pool|x-rate-?limit-[\w-]+", re.IGNORECASE
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(\.[\w-]+)+")
_MACHINE = re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b|\b(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}\b", re.IGNORECASE)


@dataclass(frozen=True)
class Probed:
    """What came of a probe.

    Attributes
    ----------
    probe : str
        Its name.
    service : str
        The service that was asked.
    purpose : str
        What kg relies on.
    state : str
        "ok", "broken" or "not asked".
    what : str
        What is not as it should be, "" where all is.
    status : int or None
        The status of the last answer, None where none came.
    seconds : float or None
        How long the last answer took.
    """

    probe: str
    service: str
    purpose: str
    state: str
    what: str = ""
    status: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Live:
    """What the services answered.

    Attributes
    ----------
    probes : tuple[Probed, ...]
        What came of each probe.
    sent : dict[str, int]
        How many requests each service was sent.
    left : dict[str, int]
        What a service says may still be asked today, where it says so.
    recordings : Path
        The folder of the recorded answers.
    """

    probes: tuple[Probed, ...]
    sent: dict[str, int]
    left: dict[str, int]
    recordings: Path


def plan(tested: Sequence[Tested]) -> str:
    """What will be asked, and what it costs.

    Examples
    --------
    >>> from kg.ingest.sources.crossref import Crossref
    >>> plan([(Crossref.service, Crossref.probes)])
    'asking 4 requests: 4 of Crossref (without a key)'
    """
    parts = []
    for service, probes in tested:
        requests, spent = sum(probe.requests for probe in probes), sum(probe.credits for probe in probes)
        price = f", {counted(spent, 'credit')}" if spent else ""
        key = f"with the key from {key_place(service)}" if key_place(service) else "without a key"
        parts.append(f"{requests} of {service.name} ({key}{price})")
    total = sum(probe.requests for _, probes in tested for probe in probes)
    return f"asking {counted(total, 'request')}: {'; '.join(parts)}"


def ask_all(tested: Sequence[Tested], folder: Path | None, tell: Callable[[str], None]) -> Live:
    """Ask every probe of each service, and record the answers in a new folder, by default one named by the time.

    Where something takes this name meanwhile, -2 is added to it.

    Raises
    ------
    InputError
        If the folder is there already, or a setting is invalid.
    """
    folder = folder or Path(f"kg-doctor-{datetime.now().astimezone():%Y%m%d-%H%M%S}")
    if folder.exists():
        raise InputError(f"{folder} exists already", "name a new folder for the recordings")
    with built_aside(folder.parent) as aside:
        live = _ask_each(tested, aside, tell)
        while folder.exists():
            folder = folder.with_name(f"{folder.name}-2")
        aside.rename(folder)
    return replace(live, recordings=folder)


def _ask_each(tested: Sequence[Tested], folder: Path, tell: Callable[[str], None]) -> Live:
    keys = [key for service, _ in tested if (key := find_key(service))]
    probes: list[Probed] = []
    sent: dict[str, int] = {}
    left: dict[str, int] = {}
    for service, own in tested:
        came: list[Received] = []

        def told(name: str, attempt: Attempt) -> None:
            if attempt.wait_s:
                tell(f"{name}: waiting {attempt.wait_s:.0f} s: {attempt.reason}")

        # of one larger than any that is meant, the beginning
        def keep(answer: Received, came: list[Received] = came) -> None:
            came.append(answer if len(answer.text) <= _LONGEST else replace(answer, text=answer.text[:100_000]))

        try:
            transport = open_transport(service, None, alone=False, tries=_TRIES, tell=told, on_answer=keep)
        except InputError as error:
            probes += [_not_asked(probe, service, error.message) for probe in own]
            continue
        with transport:
            for probe, problems in _ask(transport, own, tell):
                probes.append(_probed(probe, service, problems, came))
                _record(folder, probes[-1], problems or (), came, keys)
                came.clear()
            sent[service.name] = transport.sent
            if transport.left is not None:
                left[service.name] = transport.left
    return Live(tuple(probes), sent, left, folder)


def _ask(
    transport: Transport, probes: Sequence[Probe], tell: Callable[[str], None]
) -> Iterator[tuple[Probe, list[str] | None]]:
    """Ask the probes of one service: each with its problems, None where it was not asked."""
    dead = 0
    for probe in probes:
        if dead >= _DEAD:
            yield probe, None
            continue
        tell(f"{probe.name}: {probe.purpose}")
        transport.patience.closed = None  # each is asked by itself
        try:
            problems = probe.problems(probe.ask(transport))
        except SourceError as error:
            problems = [error.message]
        dead = dead + 1 if transport.patience.closed else 0
        yield probe, problems


def _not_asked(probe: Probe, service: Service, reason: str) -> Probed:
    return Probed(probe.name, service.name, probe.purpose, NOT_ASKED, reason)


def _probed(probe: Probe, service: Service, problems: Sequence[str] | None, came: Sequence[Received]) -> Probed:
    if problems is None:
        return _not_asked(probe, service, f"{service.name} gave no answer {_DEAD} times")
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    return Probed(
        probe=probe.name,
        service=service.name,
        purpose=probe.purpose,
        state=BROKEN if problems else OK,
        what="; ".join(problems[:_SHOWN]) + more,
        status=came[-1].status if came else None,
        seconds=round(came[-1].took_s, 2) if came else None,
    )


def _record(
    folder: Path, probed: Probed, problems: Sequence[str], came: Sequence[Received], keys: Sequence[str]
) -> None:
    """Write what was asked and answered, without keys, mail addresses, cookies, and names of machines."""
    document = {
        "kg": __version__,
        "probe": probed.probe,
        "service": probed.service,
        "purpose": probed.purpose,
        "state": probed.state,
        "problems": list(problems),
        "exchanges": [
            {
                "request": {"method": answer.method, "uri": answer.url, "body": answer.sent},
                "response": {
                    "status": answer.status,
                    "headers": {name: text for name, text in answer.headers.items() if _HEADERS.fullmatch(name)},
                    "body": _body(answer.text),
                },
                "took_s": round(answer.took_s, 3),
            }
            for answer in came
        ],
    }
    text = json.dumps(_scrubbed(document, keys), ensure_ascii=False, indent=1)
    (folder / f"{probed.probe}.json").write_text(text, encoding="utf-8")


def _body(text: str) -> Any:
    """An answer as JSON, else its text without addresses of machines: pages of errors show that of who asked."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _MACHINE.sub("[address]", text)


def _scrubbed(value: Any, keys: Sequence[str]) -> Any:
    """A document without keys and mail addresses in any of its texts.

    Examples
    --------
    >>> _scrubbed({"a": ["key-12345, write to me@example.org", 7]}, ["key-12345"])
    {'a': ['[key], write to [mail]', 7]}
    """
    if isinstance(value, Mapping):
        return {_scrubbed(name, keys): _scrubbed(item, keys) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(item, keys) for item in value]
    if not isinstance(value, str):
        return value
    for key in keys:
        value = value.replace(key, "[key]")
    return _MAIL.sub("[mail]", value)


def lines(live: Live) -> Iterator[str]:
    """What was asked, what is left, and where the recordings are."""
    asked = ", ".join(f"{counted(n, 'request')} to {name}" for name, n in live.sent.items())
    left = "".join(f"; {name} leaves {n:,} credits for today" for name, n in live.left.items())
    yield f"{asked}{left}"
    yield f"recordings, without keys and addresses, to send in where a probe is broken: {live.recordings}"
