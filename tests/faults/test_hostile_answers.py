"""Real answers of four services, spoiled in every field: no traceback, no hang, no brick, and nothing lost in silence."""

import shutil
import traceback
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from s2_links import Clock
from standins.s2_server import StandIn
from test_doctor import KEYS
from test_live_recordings import recordings  # noqa: F401  (a fixture)

from faults.hostile import BLANK, Case, Hostile, chosen, world
from kg.errors import KgError
from kg.graph.checked import checked
from kg.graph.store import Store
from kg.graph.topology import arrays_of
from kg.ingest.sources.http import Transport
from kg.library.faults import file_fault
from kg.library.ingest import ingest
from tests.faults.alarm import Hangs, ended_after

SERVICES = ("s2", "openalex", "crossref", "opencitations")
MOST_REQUESTS, MOST_S = 300, 20
FIELDS = ("title", "authors", "year", "date", "venue", "reported_references", "reported_citations", "facts")


class Held:
    """What a graph holds after a run: works by id, citations, lists, remarks, references that were not found."""

    def __init__(self, folder: Path) -> None:
        with Store.open(folder / "graph.sqlite") as store:
            assert not file_fault(store.db, whole=True)
            self.works = {w.id: w for w in store.works()}
            self.pairs = {(c.citing, c.cited) for c in store.citations()}
            self.lists = {(r.work, r.list, r.source): (str(r.outcome), r.reported) for r in store.retrievals()}
            self.remarks = {f"{r.where}: {r.reason}" for r in store.remarks()}
            self.found = {(r.text, r.status, r.id) for r in store.resolutions()}
            assert len(arrays_of(store).years) == len(self.works)
        for work in self.works.values():
            assert checked(work) == (work, []), work

    def silent(self, right: "Held", case: Case) -> str:
        """What the right graph holds and this one neither holds nor tells of, "" where there is no such thing."""
        told = self.remarks - right.remarks
        lists = {place for place, said in self.lists.items() if right.lists.get(place) != said}
        if case.how in {*BLANK, "of another"} or told or lists or self.found != right.found:
            return ""
        lost = [f"{a} cites {b}" for a, b in right.pairs - self.pairs] + [
            f"{id_}" for id_ in right.works if id_ not in self.works
        ]
        for id_, was in right.works.items():
            now = self.works.get(id_, was)
            values = {name: (getattr(was, name), getattr(now, name)) for name in FIELDS}
            if was.year != now.year:  # a day of another year does not count
                del values["date"]
            lost += [f"{name} of {id_}" for name, (had, has) in values.items() if had and has in (None, "", ())]
            lost += (
                [f"names of {id_}"]
                if not {*was.identifiers} <= {*now.identifiers} and len(now.identifiers) < len(was.identifiers)
                else []
            )
        return "; ".join(lost)


def run(name: str, service: Hostile, folder: Path, asked: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ingest by one service alone, without any waiting; gives what ended the run, "" where nothing did."""
    clock = Clock()
    monkeypatch.setattr("kg.ingest.sources.base.Transport", partial(Transport, clock=clock, sleep=clock.sleep))
    folder.mkdir()
    (folder / "a.bib").write_text(asked, encoding="utf-8")
    options: dict[str, Any] = (
        {"check": "opencitations", "from_": "none"} if name == "opencitations" else {"from_": name}
    )
    options |= {"references": 1, "citations": 1, "contexts": name == "s2", "limit_requests": MOST_REQUESTS}
    with StandIn(service) as server:
        monkeypatch.setenv(f"KG_{name.upper()}_URL", server.url)
        try:
            ingest(folder / "a.bib", graph=str(folder / "g"), **options)
        except KgError as error:
            return f"{type(error).__name__}: {error}"
    return ""


def fault(name: str, service: Hostile, folder: Path, asked: str, monkeypatch: pytest.MonkeyPatch, right: Held) -> str:
    """What is wrong with a run over spoiled answers, "" where nothing is."""
    try:
        with ended_after(MOST_S, waiting=True):
            ended = run(name, service, folder, asked, monkeypatch)
            if service.asked >= MOST_REQUESTS:
                return f"asks for ever: {service.asked} requests"
            if not (folder / "g" / "graph.sqlite").exists():
                return "" if ended else "no graph, and no reason"
            held = Held(folder / "g")
    except Hangs as error:
        return f"hangs: {error}"
    except Exception as error:  # noqa: BLE001  (any of them is what is looked for)
        last = next(frame for frame in reversed(traceback.extract_tb(error.__traceback__)) if "/kg/" in frame.filename)
        return f"traceback: {type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {str(error)[:80]}"
    assert service.case
    lost = "" if ended else held.silent(right, service.case)
    return f"lost in silence: {lost}" if lost else ""


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No keys, and no chance."""
    for key in KEYS[:-1]:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setattr("kg.ingest.sources.patience.random.uniform", lambda low, high: (low + high) / 2)
    return monkeypatch


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize(
    "most",
    [pytest.param(10, marks=pytest.mark.long, id="some"), pytest.param(400, marks=pytest.mark.nightly, id="all")],
)
def test_a_spoiled_answer_ends_in_a_whole_graph_or_a_reason(
    tmp_path: Path,
    settled: pytest.MonkeyPatch,
    recordings: list[tuple[str, Any]],  # noqa: F811  (the fixture)
    name: str,
    most: int,
):
    """No traceback, no hang, no endless list, no value that cannot be; the rest is kept, and what is not is told."""
    service, asked = world(name, recordings)
    plain = Hostile(service)
    assert not run(name, plain, tmp_path / "right", asked, settled)
    right, wrong = Held(tmp_path / "right" / "g"), []
    found = chosen(plain.told, most, seed=19)
    for n, case in enumerate(found):
        if said := fault(name, Hostile(service, case), tmp_path / str(n), asked, settled, right):
            wrong.append(f"{case}: {said}")
        shutil.rmtree(tmp_path / str(n))
    print(f"{name}: {len(found)} hostile answers, {len(wrong)} failures")  # noqa: T201  (the counts are the result)
    assert not wrong, "\n".join(wrong)
