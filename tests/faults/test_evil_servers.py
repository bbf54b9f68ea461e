"""Services that do what no service should, against every command that fetches: each ends in time and in bounds, and keeps what came.

The commands run as processes whose patience is shortened (`HASTE`), so that waits of minutes take seconds. A few ways by day, all of
them by night; the counts are printed.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from standins.routes import Api, Limits
from standins.s2_server import StandIn
from test_doctor import KEYS
from test_supplement import elided, shelf

from faults.evil import WAYS, Evil
from faults.process import Ended, kg
from kg.graph.store import Store
from kg.library.verify import verify

KEY = "s3cret-KEY-0123456789"
SERVICES = ("s2", "openalex", "crossref", "opencitations")
#: What a new interpreter does first: waits and limits of time are shorter, nothing else is changed.
HASTE = """
from functools import partial
from kg.ingest.sources import base, patience
patience.LONG_S, patience.SHORT_S, patience.PROBE_LIMIT_S = 6.0, 4.0, 2.0
patience.REQUEST_LIMIT_S, patience.ANSWER_LIMIT_S = 2.0, 3.0
patience.FIRST_WAIT_S, patience.LONGEST_WAIT_S, patience.PROBE_AFTER_S = 0.05, 0.2, 3.0
base.Transport = partial(base.Transport, interval_s=0.0)
"""
IDS = "10.1000/S\n10.1000/E\n"
ARTICLE = """# How S was found

Much was written about S (Berg 2000).

## References

- Berg, A. (2000). The remarkable case of S. https://doi.org/10.1000/S
- Berg, A. (2000). The remarkable case of E. doi:10.1000/E
"""
BIB = """@article{S, title={The remarkable case of S}, author={Berg, Ada}, year={2000}, doi={10.1000/S}}
@article{G, title={The remarkable case of G}, author={Berg, Ada}, year={2000}, doi={10.1000/G}}
"""
_HOPS = ("-g", "./g", "--references", "1", "--citations", "1")
#: name -> the services that are evil, the command, and the exit codes that are right
COMMANDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], frozenset[int]]] = {
    "ingest s2": (("s2",), ("ingest", "ids.txt", "--from", "s2", *_HOPS), frozenset({0, 3, 4})),
    "ingest openalex": (("openalex",), ("ingest", "ids.txt", "--from", "openalex", *_HOPS), frozenset({0, 3, 4})),
    "ingest crossref": (("crossref",), ("ingest", "ids.txt", "--from", "crossref", *_HOPS), frozenset({0, 3, 4})),
    "ingest opencitations": (
        ("opencitations",),
        ("ingest", "ids.txt", "--from", "crossref", "--check", "opencitations", *_HOPS),
        frozenset({0, 3, 4}),
    ),
    "ingest article": (
        ("openalex",),
        ("ingest", "article.md", "--from", "openalex,crossref,s2", *_HOPS),
        frozenset({0, 3}),
    ),
    "start": (SERVICES, ("start", "ids.txt", "--no-open", "-g", "./g"), frozenset({0, 3, 4})),
    "path --fetch": (("s2",), ("path", "10.1000/S", "10.1000/G", "--fetch", "-g", "./g"), frozenset({0, 3, 4, 5})),
    "doctor --live": (SERVICES, ("doctor", "--live", "-g", "./g"), frozenset({0, 4})),
}
#: the way that each command meets by day
BY_DAY = {
    "ingest s2": "gzip bomb in gzip",
    "ingest openalex": "long limits",
    "ingest crossref": "redirect to another server",
    "ingest opencitations": "longer number",
    "ingest article": "endless body",
    "start": "many objects",
    "path --fetch": "gzip bomb twice",
    "doctor --live": "retry after ages",
}


@contextmanager
def services(way: str, evil: tuple[str, ...]) -> Iterator[tuple[dict[str, str | None], dict[str, Evil]]]:
    """The environment for the services, of which some are evil, these, and the others."""
    with ExitStack() as stack:
        content = {name: Api(elided("E"), Limits()) if name == "s2" else shelf(name) for name in SERVICES}
        bad = {name: stack.enter_context(Evil(way, content[name].answer)) for name in evil}
        good = {name: stack.enter_context(StandIn(content[name])) for name in SERVICES if name not in evil}
        env: dict[str, str | None] = {f"KG_{name.upper()}_URL": s.url for name, s in (bad | good).items()}
        keys = dict.fromkeys(name for name in KEYS if name not in ("KG_MAILTO", "KG_CACHE"))
        yield env | dict.fromkeys(keys, KEY) | {"KG_MAILTO": None}, bad


def run(folder: Path, way: str, name: str) -> tuple[Ended, float, str]:
    """Run a command against services of which some are evil: how it ended, after how many seconds, and what is wrong."""
    evil, words, codes = COMMANDS[name]
    (folder / "early").mkdir(parents=True)
    for file, text in (
        ("early/sitecustomize.py", HASTE), ("ids.txt", IDS), ("article.md", ARTICLE), ("my.bib", BIB),
    ):  # fmt: skip
        (folder / file).write_text(text, encoding="utf-8")
    path = os.pathsep.join([str(folder / "early"), os.environ.get("PYTHONPATH", "")])
    if name in ("path --fetch", "doctor --live"):
        assert kg(folder, "ingest", "my.bib", "-g", "./g", "--from", "none").code == 0
    with services(way, evil) as (env, bad):
        began = time.monotonic()
        ended = kg(folder, *words, env=env | {"PYTHONPATH": path})
        took = time.monotonic() - began
        fault = ended.fault(codes, seconds=60, megabytes=500) or _wrong(folder, ended, name, bad)
    return ended, took, fault


def _wrong(folder: Path, ended: Ended, name: str, bad: dict[str, Evil]) -> str:
    """What is wrong with what a command said and left, "" if nothing."""
    said = (ended.out + ended.err).decode(errors="replace")
    if not any(server.heard for server in bad.values()):
        return "the evil service was not asked"
    if any(server.trapped for server in bad.values()):
        return "another server was asked"
    if any(KEY.encode() not in heard for service in bad.keys() - {"crossref"} for heard in bad[service].heard):
        return "the key was not sent"
    files = [file for file in folder.rglob("*") if file.is_file()]
    if KEY in said or any(KEY.encode() in file.read_bytes() for file in files):
        return "the key was told"
    if (ended.code == 4 or " FAILED" in said.replace("the FAILED lists again", "")) and not re.search(
        r"(?i)semantic.scholar|openalex|crossref|opencitations|127\.0\.0\.1", said
    ):
        return f"it is not said which service failed: {said[-500:]}"
    store = folder / "g" / "graph.sqlite"
    if store.exists():
        if not verify(str(folder / "g")).well:
            return "the graph does not verify"
        with Store.open(store) as opened:
            titles = {work.title for work in opened.works()}
        if name == "ingest article" and not {"The remarkable case of S", "The remarkable case of E"} <= titles:
            return f"what the other services gave is not kept: {sorted(titles)}"
    elif ended.code in (0, 3):
        return "no graph"
    return ""


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    "most", [pytest.param(1, marks=pytest.mark.long, id="one"), pytest.param(99, marks=pytest.mark.nightly, id="all")]
)
def test_an_evil_service_costs_little_and_loses_nothing(tmp_path: Path, bundled_graph: Any, name: str, most: int):
    """Exit 0, 3 or 4, under 500 MB, no traceback; what came from others is kept, the graph verifies, the key stays at home."""
    ways = [BY_DAY[name]] if most == 1 else list(WAYS)
    wrong, worst = [], [0.0, 0.0, 0.0]
    for number, way in enumerate(ways):
        ended, took, fault = run(tmp_path / str(number), way, name)
        worst = [max(pair) for pair in zip(worst, (took, ended.seconds, ended.megabytes), strict=True)]
        wrong += [f"{way}: {fault}"] if fault else []
        told = f"{took:.1f} s | {ended.seconds:.1f} s of CPU | {ended.megabytes:.0f} MB | {fault}"
        print(f"{name} | {way} | exit {ended.code} | {told}")  # noqa: T201
    told = f"at most {worst[0]:.0f} s, {worst[1]:.0f} s of CPU, {worst[2]:.0f} MB"
    print(f"{name}: {len(ways)} ways, {len(wrong)} failures; {told}")  # noqa: T201
    assert not wrong, "\n".join(wrong)
