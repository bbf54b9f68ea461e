"""The same corpus and the same measures on every engine, whatever is killed on the way."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from kg.corpus.build import Progress, build
from kg.corpus.engine import Engine, open_engine
from kg.corpus.generate import Generated, generate
from kg.corpus.layout import Corpus
from kg.corpus.measures.job import MEASURES, load_measure, run
from kg.corpus.snapshot import find_snapshot
from tests.same_corpora import differences
from tests.spark_cluster import cluster

SMALL = {"works": 2_500, "mean_references": 10.0, "first_year": 2014, "last_year": 2025, "shards": 4, "dirt": 0.02}
LARGE = {"works": 630_000, "mean_references": 10.0, "shards": 8, "dirt": 0.002}  # 5 million citations
_WAIT_S = 1800


@pytest.fixture(autouse=True)
def _light_java(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Java compiles quickly rather than well, which halves the time of short jobs, and asks no name server."""
    if request.node.get_closest_marker("long"):
        monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)


class Watched(Progress):
    """Calls a function once two shards are read, in the middle of the job."""

    def __init__(self, then: Callable[[], None] | None = None) -> None:
        self.then = then

    def shards(self, *, done: int, of: int, **_: int) -> None:
        """Two of them are read."""
        if self.then and 2 <= done < of:
            self.then()
            self.then = None


def whole_job(
    snapshot: Path, folder: Path, engine: Engine, names: Iterable[str], then: Callable[[], None] | None = None
) -> Corpus:
    """Build a corpus and run measures of it; says how long each took (`pytest -s`)."""
    began, watched = time.monotonic(), Watched(then)
    corpus = build(find_snapshot(snapshot), folder, engine, progress=watched)
    assert watched.then is None, "the job was over before anything was done to it"
    sys.stdout.write(f"\n{folder.name:10} build {time.monotonic() - began:8.1f} s\n")
    for name in names:
        measure, began = load_measure(name), time.monotonic()
        run(corpus, measure, engine, dict(measure.options))
        sys.stdout.write(f"{folder.name:10} {name} {time.monotonic() - began:8.1f} s\n")
    return corpus


def expected(made: Generated) -> dict[str, int]:
    """What the generator says should be found, in the words of the manifest."""
    return {name: made.counts[name] for name in ("works", "citations", "duplicates", "loops", "undated")}


@pytest.mark.parametrize(
    "options", [pytest.param(SMALL, marks=pytest.mark.long), pytest.param(LARGE, marks=pytest.mark.nightly)]
)
def test_every_engine_gives_the_same_rows(options: dict[str, Any], tmp_path: Path):
    """DuckDB, Spark here, and a master with two workers of which one is killed in the middle of the job."""
    made = generate(tmp_path / "snapshot", truncated=2, **options)
    # by day all measures are compared on local[1], in test_corpus_measures, and one that shuffles on the cluster
    names = MEASURES if options is LARGE else ("disruption",)
    with open_engine(threads=2, memory="2GB") as engine:
        corpus = whole_job(made.folder, tmp_path / "duckdb", engine, names)
    counts = corpus.counts
    assert {name: counts[name] for name in expected(made)} == expected(made)
    assert counts["damaged"] == made.counts["truncated"]
    assert {folder.name for folder in corpus.measures.iterdir()} == set(names)
    if options is LARGE:
        with open_engine("spark", master="local[2]") as engine:
            whole_job(made.folder, tmp_path / "local", engine, names)
        assert not differences(tmp_path / "duckdb", tmp_path / "local")
    with cluster(tmp_path / "spark") as workers, open_engine("spark", master=workers.master) as engine:
        whole_job(made.folder, tmp_path / "cluster", engine, names, then=workers.kill_worker)
        assert [worker.poll() is None for worker in workers.workers] == [False, True]
    assert not differences(tmp_path / "duckdb", tmp_path / "cluster")


_KILLED_AT = """
import os, signal, sys, threading
from kg.library import corpus, corpus_measures

def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

class Killed(corpus.Progress):
    def shards(self, *, done, **_):
        if sys.argv[1] == "shards" and done:
            killed()

    def step(self, what, *_):
        if sys.argv[1] == what:
            threading.Timer(float(sys.argv[4]), killed).start()

engine = dict(zip(("engine", "master"), sys.argv[5:]))
if sys.argv[1] == "measure":
    corpus_measures.measure("disruption", sys.argv[2], progress=killed, **engine)
corpus.build(sys.argv[3], sys.argv[2], progress=Killed(), **engine)
"""


def killed_at(what: str, folder: Path, snapshot: Path, engine: list[str], *, seconds: int = 0) -> None:
    """Begin a job that kills itself, with SIGKILL, once it is as far as that, or so many seconds later within a step."""
    ended = run_python("-c", _KILLED_AT, what, str(folder), str(snapshot), str(seconds), *engine)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def run_python(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run Python to its end."""
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=_WAIT_S, check=False)


def finish(command: str, *words: str | Path, engine: list[str] | None = None) -> None:
    """Run a command of `kg corpus` to its end, as a user starts it."""
    options = [word for pair in zip(("--engine", "--master"), engine or (), strict=False) for word in pair]
    ended = run_python("-m", "kg", "corpus", command, *map(str, words), *options)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("options", "engine"),
    [
        pytest.param(SMALL, [], marks=pytest.mark.long, id="duckdb"),
        pytest.param(LARGE, [], marks=pytest.mark.nightly, id="duckdb-large"),
        pytest.param(LARGE, ["spark", "local[2]"], marks=pytest.mark.nightly, id="spark-large"),
    ],
)
def test_a_killed_driver_is_run_again(options: dict[str, Any], engine: list[str], tmp_path: Path):
    """Killed while it reads shards, while it sorts and while it measures, it ends in the files of a job left alone."""
    snapshot = generate(tmp_path / "snapshot", truncated=2, **options).folder
    folder, alone = tmp_path / "killed", tmp_path / "alone"
    killed_at("shards", folder, snapshot, engine)
    read = {place: place.stat().st_mtime_ns for place in folder.glob("shards/[!.]*/receipt.json")}
    assert read
    assert not (folder / "corpus.json").exists()
    killed_at("cited", folder, snapshot, engine, seconds=int(options is LARGE))  # by day it would be over by then
    assert not (folder / "corpus.json").exists()
    finish("build", snapshot, folder, engine=engine)
    assert {place: place.stat().st_mtime_ns for place in read} == read  # not read again
    killed_at("measure", folder, snapshot, engine)
    assert any(folder.glob("measures/disruption/year=*/*.parquet"))
    assert not (folder / "measures/disruption/measure.json").exists()
    finish("measure", "disruption", folder, engine=engine)
    assert json.loads((folder / "measures/disruption/measure.json").read_text())["measure"] == "disruption"
    finish("build", snapshot, alone)
    finish("measure", "disruption", alone)
    assert not differences(alone, folder)
