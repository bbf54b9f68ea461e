"""The services of one test, each with its faults, and a way to ingest from them on which no time passes."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Self

import pytest
from s2_links import Clock
from standins.faults import Fault
from standins.s2_server import Request, Script, StandIn
from test_supplement import elided, shelf

from kg.graph.store import Store
from kg.ingest.sources.http import Transport
from kg.library.ingest import ingest
from kg.library.ingested import Ingested, Progress

Choose = Callable[[int, Request], Any]


class Heard(Progress):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.waits: list[tuple[str, str, float, float]] = []
        self.ends: list[tuple[str, str]] = []

    def waiting(self, source: str, reason: str, wait_s: float, waited_s: float) -> None:
        """Remember a wait."""
        self.waits.append((source, reason, wait_s, waited_s))

    def gave_up(self, source: str, reason: str) -> None:
        """Remember an end."""
        self.ends.append((source, reason))


class Net:
    """The services, each with its faults, and a way to ingest from them on which no time passes."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
        self.folder, self.clock = folder, clock
        self.faults: dict[str, Choose] = {}
        self.servers = {
            name: StandIn(content, Script(partial(self._fault, name)))
            for name, content in (
                ("s2", elided("E")),
                ("openalex", shelf("openalex")),
                ("crossref", shelf("crossref")),
                ("opencitations", shelf("opencitations")),
            )
        }
        self._monkeypatch = monkeypatch
        self.timeless()

    def _fault(self, name: str, n: int, request: Request) -> Any:
        return self.faults[name](n, request) if name in self.faults else None

    def timeless(self) -> None:
        """Let time pass by sleeping alone."""
        timed = partial(Transport, clock=self.clock, sleep=self.clock.sleep)
        self._monkeypatch.setattr("kg.ingest.sources.base.Transport", timed)

    def __enter__(self) -> Self:
        for name, server in self.servers.items():
            self._monkeypatch.setenv(f"KG_{name.upper()}_URL", server.__enter__().url)
        return self

    def __exit__(self, *error: object) -> None:
        for server in self.servers.values():
            server.__exit__(*error)

    def ingest(self, text: str, from_: str | None, *, name: str = "ids.txt", **options: Any) -> tuple[Ingested, Heard]:
        """Ingest a file of this text."""
        path, heard = self.folder / name, Heard()
        path.write_text(text, encoding="utf-8")
        options = {"references": 2, "citations": 1} | options
        done = ingest(path, graph=str(self.folder / "g"), from_=from_, progress=heard, **options)
        assert isinstance(done, Ingested)
        return done, heard

    def outcomes(self) -> dict[tuple[str, str, str], str]:
        """The outcome of each list by the last letter of its work, kind and source."""
        with Store.open(self.folder / "g" / "graph.sqlite") as store:
            return {(r.work[-1], r.list, r.source): str(r.outcome) for r in store.retrievals()}


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Net]:
    """All services, healthy; each wait is as long as it is on average."""
    monkeypatch.setattr("kg.ingest.sources.patience.random.uniform", lambda low, high: (low + high) / 2)
    for key in ("S2_API_KEY", "SEMANTIC_SCHOLAR_API_KEY", "OPENALEX_API_KEY"):
        monkeypatch.delenv(key, raising=False)
    with Net(tmp_path, monkeypatch, clock) as services:
        yield services


def case(shared: Path, name: str) -> dict[str, Any]:
    """A case handed over."""
    (path,) = (shared / "cases/live").glob(f"{name}*.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def answered(exchange: dict[str, Any]) -> Fault:
    """The answer of an exchange as it was recorded."""
    body, headers = exchange["body"], tuple(exchange.get("headers", {}).items())
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Fault("as recorded", exchange["status"], data, headers=headers)


def always(fault: Fault | str) -> Choose:
    """Each request meets this fault."""
    return lambda *_: fault
