"""Every writing command is killed at the system calls that write, sync, cut, name and remove files: the next one always works.

strace sends the signal. By day a few of the calls of each command are chosen, by night all of them; the counts are printed.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TRACE = "pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,rmdir,flock"
KG = [sys.executable, "-m", "kg"]
FIRST = "citing,cited\nb,a\nc,b\nd,c\n"
#: what a graph's folder may hold, as docs/security.md lists it
DOCUMENTED = re.compile(
    r"graph\.sqlite(-wal|-shm)?|graph\.(digest|checked)|write\.lock|(s2|openalex|crossref|opencitations)-cache\.sqlite(-wal|-shm)?"
    r"|index(/\d+-[0-9a-f]{8}(/[a-z_]+(\.json)?)?)?"
    r"|rdf(/current|/model|/\d+-[0-9a-f]{8}(/[A-Za-z0-9.-]+)?)?"
)
#: name -> the command that is killed, and what it writes beside the graph
COMMANDS: dict[str, tuple[list[str], list[str]]] = {
    "first ingest": (["ingest", "first.csv", "-g", "./g"], []),
    "add": (["ingest", "more.csv", "-g", "./g"], []),
    "article": (["ingest", "essay.md", "-g", "./g"], []),
    "index": (["info", "-g", "./g"], []),
    "rdf": (["sparql", "SELECT ?a { ?a cito:cites ?b }", "-g", "./g"], []),
    "map": (["map", "map.html", "-g", "./g", "--force"], ["map.html"]),
    "dossier": (["dossier", "a", "a.html", "-g", "./g", "--force"], ["a.html"]),
    "snapshot": (["snapshot", "today.json", "-g", "./g", "--force"], ["today.json"]),
    "csv": (["export", "csv", "tables", "-g", "./g", "--force"], ["tables"]),
    "graphml": (["export", "graphml", "g.graphml", "-g", "./g", "--force"], ["g.graphml"]),
}
pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def run(folder: Path, *words: str, trace: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run kg in a folder, under strace if told what it shall do."""
    before = [] if trace is None else ["strace", "-f", "-qq", "-o", "trace.log", "-e", f"trace={TRACE}"]
    before += ["-e", trace] if trace else []
    return subprocess.run([*before, *KG, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def prepare(folder: Path, name: str) -> None:
    """The files that a command reads, and the graph that it finds."""
    folder.mkdir()
    (folder / "first.csv").write_text(FIRST, encoding="utf-8")
    (folder / "more.csv").write_text("citing,cited\ne,d\n", encoding="utf-8")
    (folder / "essay.md").write_text(
        "# On towns\n\n# References\n\n* Todd, P. (1989). A connectionist approach to algorithmic composition. CMJ.\n",
        encoding="utf-8",
    )
    if name != "first ingest":
        assert run(folder, "ingest", "first.csv", "-g", "./g").returncode == 0
    if name == "index":
        shutil.rmtree(folder / "g" / "index")


def calls(folder: Path, name: str) -> list[tuple[str, int]]:
    """Each call that a command makes to a file of its own, by name and number."""
    assert run(folder, *COMMANDS[name][0], trace="").returncode == 0
    numbers: dict[str, int] = {}
    found = []
    for line in (folder / "trace.log").read_text(errors="replace").splitlines():
        call = re.match(r"\d+ +(\w+)\(", line)
        if call and call[1] in TRACE.split(","):
            numbers[call[1]] = numbers.get(call[1], 0) + 1
            if not re.match(r"\d+ +write\([12],", line):
                found.append((call[1], numbers[call[1]]))
    return found


def held(folder: Path) -> str:
    """What `kg info` says of the graph."""
    done = run(folder, "info", "-g", "./g", "--json")
    assert done.returncode == 0, done.stderr
    return re.sub(r'"(revision|state|runs|made|started)": .*', "", done.stdout)


def strays(folder: Path, outputs: list[str]) -> list[str]:
    """Files in the folder and in the graph that no page documents."""
    inputs = {"first.csv", "more.csv", "essay.md", "trace.log", "g", *outputs}
    found = [path.name for path in folder.iterdir() if path.name not in inputs]
    graph = folder / "g"
    return found + [
        name for path in graph.rglob("*") if not DOCUMENTED.fullmatch(name := path.relative_to(graph).as_posix())
    ]


def killed(folder: Path, name: str, call: str, number: int) -> tuple[bool, str]:
    """Kill a command at one call and run it again: whether it was killed, and what is wrong after that."""
    words, outputs = COMMANDS[name]
    first = run(folder, *words, trace=f"inject={call}:signal=KILL:when={number}").returncode
    again = run(folder, *words)
    if again.returncode or "Traceback" in again.stderr:
        return first < 0, f"then exit {again.returncode}: {again.stderr[-300:]}"
    if missing := [output for output in outputs if not (folder / output).exists()]:
        return first < 0, f"{missing} not there"
    verified = run(folder, "verify", "-g", "./g")
    if verified.returncode:
        return first < 0, verified.stdout + verified.stderr
    left = strays(folder, outputs)
    return first < 0, f"left {left}" if left else ""


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    "share", [pytest.param(60, marks=pytest.mark.long, id="some"), pytest.param(1, marks=pytest.mark.nightly, id="all")]
)
def test_a_command_killed_at_a_write_loses_nothing(tmp_path: Path, bundled_graph: Any, name: str, share: int):
    """Whatever was half done, the same command then succeeds, the graph verifies, and nothing undocumented is left."""
    prepare(tmp_path / "before", name)
    shutil.copytree(tmp_path / "before", tmp_path / "right")
    points = calls(tmp_path / "right", name)
    whole = held(tmp_path / "right")
    chosen = points[share // 2 :: share] or points[:1]
    kills, wrong = 0, []
    for call, number in chosen:
        folder = tmp_path / f"{call}-{number}"
        shutil.copytree(tmp_path / "before", folder)
        was_killed, fault = killed(folder, name, call, number)
        fault = fault or ("" if held(folder) == whole else "another graph than without the kill")
        kills += was_killed
        wrong += [f"{call} {number}: {fault}"] if fault else []
        shutil.rmtree(folder)
    print(f"{name}: killed at {kills} of {len(points)} calls, {len(wrong)} failures")  # noqa: T201  (the counts are the result)
    assert not wrong, "\n".join(wrong)
    assert kills or share > 1  # a call of another process of the command may have had that number
