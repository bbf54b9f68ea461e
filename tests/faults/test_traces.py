"""What the system calls of a command show: no network where none was asked for, and nothing acknowledged before it is on the disk."""

import re
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from faults.process import kg

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("strace") is None, reason="strace is not installed"
)
BIB = "@article{a, title={On Towns}, author={Berg, Ada}, year={2000}, doi={10.1000/a}}\n"
#: commands that have no source on the web
QUIET = {
    "ingest": ("ingest", "my.bib", "-g", "./g"),
    "bundled": ("ingest", "my.bib", "-g", "./g", "--from", "bundled"),
    "none": ("ingest", "my.bib", "-g", "./g", "--from", "none"),
    "edges": ("ingest", "more.csv", "-g", "./e"),
    "info": ("info", "-g", "./g"),
    "map": ("map", "map.html", "-g", "./g"),
    "report": ("report", "report.html", "-g", "./g"),
    "sparql": ("sparql", "SELECT ?a { ?a kg:id ?b }", "-g", "./g"),
    "export": ("export", "graphml", "g.graphml", "-g", "./g"),
    "verify": ("verify", "-g", "./g"),
}
BY_DAY = ("ingest", "sparql")


def traced(folder: Path, calls: str, *words: str) -> list[str]:
    """Run a command under strace: its calls of these kinds, in order, those of its children too."""
    before = ("strace", "-f", "-qq", "-y", "-s", "60", "-o", "trace.log", "-e", f"trace={calls}")
    ended = kg(folder, *words, before=before)
    assert ended.code == 0, ended.err
    return (folder / "trace.log").read_text(errors="replace").splitlines()


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(BY_DAY, marks=pytest.mark.long, id="some"),
        pytest.param(tuple(QUIET), marks=pytest.mark.nightly, id="all"),
    ],
)
def test_no_command_without_a_source_on_the_web_opens_a_network_socket(
    tmp_path: Path, bundled_graph: Any, names: tuple[str, ...]
):
    """No socket or connection of the internet's families is made, nor anything sent to one."""
    (tmp_path / "my.bib").write_text(BIB, encoding="utf-8")
    (tmp_path / "more.csv").write_text("citing,cited\nb,a\n", encoding="utf-8")
    seen = 0
    for name in names:
        calls = traced(tmp_path, "%network,execve", *QUIET[name])
        assert any("execve(" in call for call in calls), "the trace is not that of a command"
        assert not [call for call in calls if "AF_INET" in call], name
        seen += 1
    print(f"{seen} commands, no call of AF_INET or AF_INET6")  # noqa: T201


def unsynced(calls: list[str]) -> list[str]:
    """What was told, or that the command ended, while a write to the store or its log was not yet synced."""
    dirty: set[str] = set()
    found, synced = [], 0
    for call in calls:
        match = re.match(r"\d+ +(\w+)\((\d+)<(.*?)>", call)
        name, descriptor, file = match.groups() if match else ("", "", "")
        if name.startswith("pwrite") and file.endswith(("graph.sqlite", "graph.sqlite-wal")):
            dirty.add(file)
        elif name in ("fsync", "fdatasync"):
            synced += file in dirty
            dirty.discard(file)
        elif dirty and ((name == "write" and descriptor in ("1", "2")) or "exit_group(" in call):
            found.append(call)
    assert synced, "the trace shows no sync of the store"
    return found


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(True, marks=pytest.mark.long, id="while a reader is open"),
        pytest.param(False, marks=pytest.mark.nightly, id="alone"),
    ],
)
def test_what_is_acknowledged_is_synced(tmp_path: Path, bundled_graph: Any, reading: bool):
    """The log is synced after its last write, before the command says what it added and before it ends."""
    (tmp_path / "first.csv").write_text("citing,cited\nb,a\n", encoding="utf-8")
    (tmp_path / "more.csv").write_text("citing,cited\nc,a\n", encoding="utf-8")
    assert kg(tmp_path, "ingest", "first.csv", "-g", "./g").code == 0
    with closing(sqlite3.connect(tmp_path / "g" / "graph.sqlite", isolation_level=None)) as reader:
        if reading:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM citation").fetchone() == (1,)
        syncs = "write,pwrite64,pwritev,fsync,fdatasync,exit_group"
        calls = traced(tmp_path, syncs, "ingest", "more.csv", "-g", "./g")
    assert any(" pwrite64(" in call and "graph.sqlite-wal>" in call for call in calls)
    assert any(re.search(r" write\(1<.*added", call) for call in calls), "it said what it added"
    assert not unsynced(calls)
