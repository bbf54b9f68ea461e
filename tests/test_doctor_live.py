"""kg doctor --live: each probe is turned red by what it declares and by no other; a dead service is red, and no hang."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from s2_links import KEY, Clock
from standins.faults import FAULTS, Fault, too_many
from standins.probed import Change, Services, places
from test_doctor import KEYS
from test_live_recordings import recordings  # noqa: F401  (a fixture)

from kg.ingest.sources.http import Transport
from kg.ingest.sources.probe import Probe, problem_at
from kg.library.health import Tested, web_services
from kg.library.live import Live, ask_all

TESTED = {
    service.table: (service, probes)
    for service, probes in web_services()
    if service.table in ("s2", "openalex", "crossref", "opencitations")
}
PROBES = {probe.name: (table, probe) for table, (_, probes) in TESTED.items() for probe in probes}


@pytest.fixture(scope="module")
def standing() -> Iterator[Services]:
    """All services, healthy."""
    with Services() as services:
        yield services


@pytest.fixture
def services(standing: Services, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Services]:
    """All services, healthy again, on which time passes by sleeping alone."""
    for name in KEYS[:-1]:
        monkeypatch.delenv(name, raising=False)
    for name, url in standing.urls.items():
        monkeypatch.setenv(name, url)
    monkeypatch.setattr("kg.ingest.sources.base.Transport", partial(Transport, clock=clock, sleep=clock.sleep))
    yield standing
    for name in TESTED:
        standing.change(name, None, None)
    standing.faults = lambda *_: None


class Asking:
    """Asks, each time into a new folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.told: list[str] = []

    def __call__(self, *tables: str) -> Live:
        """Ask these services, or all."""
        self.count += 1
        tested: list[Tested] = [TESTED[name] for name in tables or TESTED]
        return ask_all(tested, self.folder / str(self.count), self.told.append)


@pytest.fixture
def ask(tmp_path: Path) -> Asking:
    """A way to ask."""
    return Asking(tmp_path / "recordings")


def red(live: Live) -> list[str]:
    """The probes that are not well."""
    return [probed.probe for probed in live.probes if probed.state != "ok"]


# --- mutations, made of what the probes declare


def dropped(path: str) -> Change:
    """Leave out what a path leads to, at the first place; of a list of which each item counts, all items."""

    def change(status: int, document: Any) -> tuple[int, Any]:
        holder, key = places(document, path)
        if re.search(r"\[\D*\]$", path):
            holder[key].clear()
        else:
            del holder[key]
        return status, document

    return change


def replaced(path: str, value: Any) -> Change:
    """Put something else at the first place a path leads to."""

    def change(status: int, document: Any) -> tuple[int, Any]:
        holder, key = places(document, path)
        holder[key] = value
        return status, document

    return change


def restated(status: int) -> Change:
    """Give the same answer another status."""
    return lambda _, document: (status, document)


def wrong(kind: Any) -> list[Any]:
    """Three values that a kind does not allow: null, where it may not be that, and others."""
    if isinstance(kind, re.Pattern):
        return [None, "no such thing", 7]
    if isinstance(kind, list | dict):
        return ["text", 7, True]
    allowed = get_args(kind) or (kind,)
    return [value for value in (None, "text", 7, True, ["a"]) if type(value) not in allowed][:3]


def parents(path: str) -> list[str]:
    """The names on the way to the end of a path.

    >>> parents("meta.count"), parents("data[].citingPaper?.title")
    (['meta'], ['data', 'data[].citingPaper'])
    """
    ends = [match.end() for match in re.finditer(r"\w[\w-]*", re.sub(r"\[\w*\]", lambda m: "#" * len(m[0]), path))]
    return [path[:end] for end in ends[:-1]]


def mutations(probe: Probe) -> Iterator[tuple[str, Change]]:
    """Every required key left out, every type changed, every other status."""
    for path, kind in probe.requires.items():
        yield f"without {path}", dropped(path)
        yield from ((f"{path} = {value!r}", replaced(path, value)) for value in wrong(kind))
    for parent in dict.fromkeys(parent for path in probe.requires for parent in parents(path)):
        yield f"without {parent}", dropped(parent)
        yield f"{parent} = 7", replaced(parent, 7)
    for status in (200, 400, 401, 403, 404, 418, 429, 500, 503):
        if status != probe.status:
            yield f"status {status}", restated(status)


def test_healthy_services_are_green(services: Services, ask: Asking):
    """With as many requests as the plan says, and a recording of each."""
    live = ask()
    assert [(p.probe, p.what) for p in live.probes if p.state != "ok"] == []
    assert len(live.probes) == len(PROBES) == 15
    for table, (service, probes) in TESTED.items():
        assert live.sent[service.name] == sum(probe.requests for probe in probes), table
    assert live.left == {"OpenAlex": 1000}
    assert {file.stem for file in live.recordings.iterdir()} == set(PROBES)


@pytest.mark.parametrize("name", PROBES)
def test_a_mutation_turns_its_own_probe_red(services: Services, ask: Asking, name: str):
    """One of each kind, against the other probes of the same service."""
    table, probe = PROBES[name]
    (path, kind), *_ = reversed(probe.requires.items())
    for change in (dropped(path), replaced(path, wrong(kind)[0]), restated(500), restated(403)):
        services.change(table, probe, change)
        assert red(ask(table)) == [name]


@pytest.mark.long
@pytest.mark.parametrize("name", PROBES)
def test_every_mutation_turns_exactly_its_probe_red(services: Services, ask: Asking, name: str):
    """Each required key dropped, each type changed, each status changed, against the other probes of the same service."""
    table, probe = PROBES[name]
    tried = 0
    for label, change in mutations(probe):
        services.change(table, probe, change)
        assert red(ask(table)) == [name], label
        tried += 1
    assert tried >= 3 * len(probe.requires) + 8


@pytest.mark.parametrize("table", TESTED)
@pytest.mark.parametrize(
    "fault",
    [too_many(), too_many("86400"), *(FAULTS[name] for name in ("503", "504", "403", "cut", "200 html", "malformed"))],
    ids=lambda fault: fault.name,
)
def test_a_dead_service_is_red_alone_and_soon(services: Services, ask: Asking, clock: Clock, table: str, fault: Fault):
    """None of its probes is green, the others' all are, and the wait is told and short."""
    services.faults = lambda name, _: fault if name == table else None
    began = clock.time
    live = ask()
    assert red(live) == [probe.name for probe in TESTED[table][1]]
    assert clock.time - began < 120
    assert all(probed.what for probed in live.probes if probed.state != "ok")


def test_a_service_that_was_dead_twice_is_asked_no_more(services: Services, ask: Asking):
    """What was not asked says so, and is not called broken."""
    services.faults = lambda name, _: "403" if name == "s2" else None
    states = [probed.state for probed in ask("s2").probes]
    assert states == ["broken", "broken", *["not asked"] * 5]
    assert len(services.servers["s2"].log[-2:]) == 2


def test_a_setting_that_is_invalid_leaves_a_service_unasked(
    services: Services, ask: Asking, monkeypatch: pytest.MonkeyPatch
):
    """The others are asked."""
    monkeypatch.setenv("OPENALEX_API_KEY", "short")
    live = ask()
    assert {p.service for p in live.probes if p.state == "not asked"} == {"OpenAlex"}
    assert "OpenAlex" not in live.sent


def test_recordings_hold_no_key_mail_address_cookie_or_machine(
    services: Services, ask: Asking, monkeypatch: pytest.MonkeyPatch
):
    """Also where a service gives them back, in a page of an error, in a header or in the address it leads to."""
    for name in ("S2_API_KEY", "OPENALEX_API_KEY", "OPENCITATIONS_ACCESS_TOKEN"):
        monkeypatch.setenv(name, KEY)
    monkeypatch.setenv("KG_MAILTO", "me@example.org")
    page = f"<html>{KEY} me@example.org from 203.0.113.77 and 2001:db8:0:0:0:0:0:7</html>".encode()
    headers = (
        ("Set-Cookie", "session=abc"),
        ("X-Client", "203.0.113.77"),
        ("Retry-After", "7"),
        ("X-RateLimit-Remaining", "12"),
    )
    told = Fault("told", 500, page, headers=headers)
    services.faults = lambda _, request: told if "works" in request.path or "paper" in request.path else None
    live = ask()
    texts = {file.stem: file.read_text(encoding="utf-8") for file in live.recordings.iterdir()}
    assert len(texts) > 4
    for text in texts.values():
        for secret in (KEY, "example.org", "203.0.113.77", "2001:db8", "session=abc"):
            assert secret not in text
    recorded = json.loads(texts["openalex-work"])
    assert recorded["state"] == "broken"
    (first, *_) = recorded["exchanges"]
    assert first["response"]["headers"].keys() >= {"retry-after", "x-ratelimit-remaining"}
    assert first["response"]["body"] == "<html>[key] [mail] from [address] and [address]</html>"
    assert all(request.key == KEY for request in services.servers["s2"].log[-2:])


def test_the_command_tells_the_cost_first_and_ends_with_exit_4(
    services: Services, kg_here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Exit 0 where all is well; a red probe is a source that failed; a folder that is there is not written into."""
    for checked in ("package_findings", "folder_findings", "graphs_found"):  # tested by themselves
        monkeypatch.setattr(f"kg.library.doctor.{checked}", list)
    run = kg_here("doctor", "--live", "--recordings", "r1")
    said = run.err.splitlines()
    plan = next(k for k, line in enumerate(said) if "asking 16 requests: " in line)
    assert "4 of OpenAlex (without a key, 12 credits); " in said[plan]
    assert said[plan].endswith("7 of Semantic Scholar (without a key)")
    assert "crossref-doi" in said[plan + 1]
    assert re.search(r"s2-nested-200 +ok +200 +\d", run.out)
    assert "OpenAlex leaves 1,000 credits for today" in run.out
    table, probe = PROBES["crossref-doi"]
    services.change(table, probe, dropped("message.reference"))
    document = kg_here("doctor", "--live", "--json", "--recordings", "r2", code=4).json()
    assert not document["well"]
    broken = [p for p in document["live"]["probes"] if p["state"] == "broken"]
    assert [(p["probe"], p["what"]) for p in broken] == [("crossref-doi", "message has no reference")]
    assert json.loads((tmp_path / "r2" / "crossref-doi.json").read_text())["problems"] == ["message has no reference"]
    assert "exists already" in kg_here("doctor", "--live", "--recordings", "r2", code=2).err


def test_a_folder_that_is_taken_meanwhile_loses_no_answer(services: Services, tmp_path: Path):
    """The answers stand beside it."""

    def take(_: str) -> None:
        (tmp_path / "r" / "mine").mkdir(parents=True, exist_ok=True)

    live = ask_all([TESTED["opencitations"]], tmp_path / "r", take)
    assert live.recordings == tmp_path / "r-2"
    assert [file.name for file in live.recordings.iterdir()] == ["opencitations-list.json"]


def test_an_answer_of_another_shape_is_a_fault_and_no_crash():
    """Found by the mutations: `meta` that is no object ended a run of OpenAlex."""
    service, _ = TESTED["openalex"]
    assert service.fault_in(200, "...", {"meta": 7, "results": []}, None)
    assert not service.fault_in(200, "...", {"meta": None, "results": []}, None)


# --- real answers


def answered(recordings: list[tuple[str, Any]], service: str, pattern: str, status: int) -> list[tuple[str, Any]]:  # noqa: F811
    """Address and parsed body of the recorded answers to requests of one kind."""
    found = [d for name, d in recordings if name == service and isinstance(d, dict) and d.get("status") == status]
    found = [d for d in found if re.search(pattern, str(d.get("uri"))) and d.get("body")]
    return [(d["uri"], json.loads(d["body"]) if isinstance(d["body"], str) else d["body"]) for d in found]


@pytest.mark.parametrize(
    ("name", "pattern", "status", "least"),
    [
        ("s2-match", "/search/match", 200, 90),
        ("s2-no-match", "/search/match", 404, 4),
        ("openalex-work", r"/works/https://doi.org/[^?]*$", 200, 30),
        ("openalex-filter", r"/works\?filter=", 200, 10),
        ("crossref-doi", r"/works/10(?!.*/(transform|agency|quality))[^?]*$", 200, 35),
        ("crossref-title", r"/works\?.*query\.title", 200, 15),
    ],
)
def test_what_is_required_is_in_real_answers(recordings, name: str, pattern: str, status: int, least: int):  # noqa: F811
    """What is missing was not asked for there, or is what Crossref leaves out where it knows none; no type is another."""
    table, probe = PROBES[name]
    answers = answered(recordings, table, pattern, status)
    assert len(answers) >= least
    for uri, body in answers:
        fields = re.findall(r"\w+", uri.partition("fields=")[2])
        for path, kind in probe.requires.items():
            problem, last = problem_at(body, path, kind), re.findall(r"[\w-]+", path)[-1]
            left_out = (fields and last not in fields) or name == "crossref-doi"
            empty = problem.startswith("nothing at message.items[]")  # a search without hits
            assert not problem or empty or (left_out and "has no" in problem), (uri, problem)


@pytest.mark.parametrize(
    ("name", "file", "paths"),
    [
        ("s2-batch", "recorded-2026-09/batch_null_entry.json", {"[0].paperId": "[0].paperId", "[1]": "[2]"}),
        ("s2-withheld", "recorded-2026-09/references_elided.json", None),
        (
            "s2-citations",
            "recorded-2026-09/citations_offset_9998_200.json",
            {"next": "next", "data[].citingPaper?.paperId": "data[].citingPaper?.paperId"},
        ),
    ],
)
def test_what_is_required_was_recorded_in_2026(shared: Path, name: str, file: str, paths: dict[str, str] | None):
    """The shapes that only Semantic Scholar has, as far as those who recorded them asked for the same."""
    body = json.loads((shared / "s2-api" / file).read_text(encoding="utf-8"))["body"]
    _, probe = PROBES[name]
    for declared, recorded in (paths or {path: path for path in probe.requires}).items():
        assert problem_at(body, recorded, probe.requires[declared]) == ""


def test_the_alias_was_recorded_too(shared: Path):
    """The DOI that is asked led there to the work that is expected."""
    case = json.loads((shared / "cases/live/01-crossref-alias-doi-301.json").read_text(encoding="utf-8"))
    asked, led = case["exchanges"]
    _, probe = PROBES["crossref-alias"]
    assert asked["request"] == f"GET {probe.path}"
    assert [problem_at(led["body"], path, kind) for path, kind in probe.requires.items()] == ["", ""]
