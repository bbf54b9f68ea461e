"""What kg begins does not outlive it, and is kg's own code."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from faults.process import KG, kg

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word that a parent has ended")
BIB = "@article{%s, title={The remarkable case of %s}, author={Berg, Ada}, year={2000}}\n"
#: a word of the child's command, and how its parent begins it
CHILDREN = {
    "a page": ("map.html", "from kg.library import start; start._LARGE = 0", ("start", "my.bib", "--offline")),
    "an index": ("kg.graph.topology", "", ("path", "S", "G")),
}
MAKER = """
import time
from kg.serve.maker import Maker
class Slow:
    def __reduce__(self):
        return exec, ("import time; print('at work', flush=True); time.sleep(60)",)
if __name__ == "__main__":
    Maker()._running().send(Slow())
    time.sleep(60)
"""


def read(*place: object) -> str:
    """A file of /proc; "" where its process is gone."""
    try:
        return Path("/proc", *map(str, place)).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


@linux
def test_a_child_ends_with_its_parent_and_runs_nothing_of_its_folder(tmp_path: Path):
    """It waits for more on stdin, which stays open."""
    (tmp_path / "fileinput.py").write_text("print('not of Python', flush=True)", encoding="utf-8")
    begin = "import subprocess; from kg.children import command; subprocess.run(command('fileinput'))"
    with subprocess.Popen(
        [sys.executable, "-P", "-c", begin],
        cwd=tmp_path,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdin
        assert parent.stdout
        parent.stdin.write(b"at work\n")
        parent.stdin.flush()
        assert parent.stdout.readline() == b"1: <stdin>[1]* at work\n"
        parent.kill()
        assert parent.stdout.read() == b""


@linux
@pytest.mark.long
@pytest.mark.parametrize("name", CHILDREN)
def test_what_a_command_begins_is_killed_with_it(tmp_path: Path, bundled_graph: Any, name: str):
    """Also where it is at work, or stopped, as here, so that it cannot end by itself."""
    word, first, words = CHILDREN[name]
    (tmp_path / "my.bib").write_text(BIB % ("S", "S") + BIB % ("G", "G"), encoding="utf-8")
    assert kg(tmp_path, "ingest", "my.bib", "-g", "./g", "--from", "none").code == 0
    shutil.rmtree(tmp_path / "g" / "index", ignore_errors=True)
    begin = f"{first}\nfrom kg.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", begin, *words, "-g", "./g"], cwd=tmp_path, stdout=subprocess.DEVNULL
    ) as parent:
        child = ""
        while not child and parent.poll() is None:
            for pid in read(parent.pid, "task", parent.pid, "children").split():
                if word in read(pid, "cmdline") and "numpy" in read(pid, "maps"):
                    os.kill(int(pid), signal.SIGSTOP)
                    child = pid
        assert child, "it was not begun"
        parent.kill()
    ends = time.monotonic() + 10
    while read(child, "stat").rpartition(")")[2].split()[:1] not in ([], ["Z"]):
        assert time.monotonic() < ends


@linux
@pytest.mark.long
@pytest.mark.parametrize("words", [
    (*KG, "sparql", "SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i}", "--timeout", "90"),
    (sys.executable, "-c", MAKER),
], ids=["a query", "pages of the app"])  # fmt: skip
def test_what_was_begun_without_a_command_is_killed_too(bundled_graph: Any, words: tuple[str, ...]):
    """Nothing is left that holds the pipe of its answer."""
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout
        if "sparql" in words:
            while parent.poll() is None and not read(parent.pid, "task", parent.pid, "children"):
                pass
        else:
            assert parent.stdout.readline() == b"at work\n"
        parent.kill()
        before = time.monotonic()
        assert parent.stdout.read() == b""
        assert time.monotonic() - before < 30


@pytest.mark.long
def test_processes_that_python_begins_run_nothing_of_the_folder(tmp_path: Path):
    """`multiprocessing` begins them with `-c`, for which Python looks into the folder first."""
    begin, place = tmp_path / "begin.py", tmp_path / "folder"
    place.mkdir()
    (place / "multiprocessing.py").write_text("print('not of Python')", encoding="utf-8")
    begin.write_text(
        "from contextlib import suppress\nfrom kg.cli import main\nfrom kg.corpus.pool import apart\n"
        "with suppress(SystemExit):\n    main()\nprint(list(apart(abs, [-1, -1], 2)))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, begin, "--version"], cwd=place, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("\n[1, 1]\n"), done.stderr


@pytest.mark.long
def test_what_a_visitor_began_ends_with_the_server(tmp_path: Path):
    """The process that ingests waits for a service that does not answer."""
    (tmp_path / "ids.txt").write_text("10.1000/S\n", encoding="utf-8")
    values = {"files": [str(tmp_path / "ids.txt")], "graph": str(tmp_path / "g"), "from_": "s2"}
    with socket.create_server(("127.0.0.1", 0)) as service:
        service.settimeout(60)
        with subprocess.Popen(
            [sys.executable, "-P", "-m", "kg.serve.ingest_process"],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"KG_S2_URL": f"http://127.0.0.1:{service.getsockname()[1]}"},
            text=True,
        ) as process:
            assert process.stdin
            process.stdin.write(json.dumps(values) + "\n")
            process.stdin.flush()
            service.accept()
            assert process.poll() is None
            process.stdin.close()
            assert process.wait(10) == 1
