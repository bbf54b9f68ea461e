"""`kg corpus build` and `kg corpus info` say what they do, and how a build that was stopped is continued."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kg
from tests.snapshots import openalex_snapshot

WORDS = [sys.executable, "-m", "kg", "corpus"]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    return subprocess.run([*WORDS, *map(str, words)], capture_output=True, text=True, check=False)


@pytest.mark.long
def test_a_build_that_is_interrupted_says_how_to_continue_and_is_continued(tmp_path: Path):
    """Ctrl-C ends it and its processes with 130; the same command again ends with 0 and tells what there is."""
    snapshot, corpus = openalex_snapshot(tmp_path / "s"), tmp_path / "c"
    signal.signal(signal.SIGINT, signal.default_int_handler)  # else what is begun here ignores it where these tests do
    begun = subprocess.Popen(
        [*WORDS, "build", str(snapshot), str(corpus), "--threads", "2"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert begun.stderr is not None
    with begun:
        assert begun.stderr.readline() == "plan: read 3 of 3 files (1 MB in all), then sort the tables\n"
        os.killpg(begun.pid, signal.SIGINT)
        told = begun.stderr.read()
    assert begun.returncode == 130
    assert "Traceback" not in told
    assert told.endswith("run the same command again to continue\n")
    assert run("info", corpus).returncode == 2
    done = run("build", snapshot, corpus, "--threads", "1", "--memory", "300MB", "--json")
    assert done.returncode == 0, done.stderr
    assert "step 6 of 6" in done.stderr
    document = json.loads(done.stdout)
    assert document == kg.corpus.info(corpus).as_dict()
    assert (document["source"], document["shards"], document["counts"]["works"]) == ("openalex", 3, 60)
    assert f"{document['counts']['citations']:,} citations" in run("info", corpus).stdout


def test_what_cannot_be_built_is_said_in_one_line(tmp_path: Path, kg_here: Callable[..., Any]):
    """Usage errors end with 2 and leave nothing."""
    snapshot = openalex_snapshot(tmp_path / "s")
    for words, reason in (
        (("build", tmp_path / "none", tmp_path / "c"), "no snapshot"),
        (("build", snapshot, tmp_path / "c", "--engine", "hadoop"), "no engine named 'hadoop'"),
        (("build", snapshot, tmp_path / "c", "--master", "local"), "needs --engine spark"),
        (("info", snapshot), "is not a corpus"),
    ):
        told = kg_here("corpus", *words, code=2).err.splitlines()
        assert reason in told[0]
        assert len(told) == 2
    assert not (tmp_path / "c" / "corpus.json").exists()


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The extra that has them, before anything is read or written."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name in {"duckdb", "pyspark"} else name)
    for engine, extra in (("duckdb", "corpus"), ("spark", "spark")):
        with pytest.raises(kg.KgError, match=rf"this needs kg\[{extra}\]: pip install 'kg-citations\[{extra}\]'"):
            kg.corpus.build(tmp_path / "s", tmp_path / "c", engine=engine)
    assert not (tmp_path / "c").exists()


def test_python_has_the_commands_by_their_names():
    """Also where a module of the package has that name."""
    import kg.corpus.build
    from kg.library import corpus

    assert (kg.corpus.build, kg.corpus.info) == (corpus.build, corpus.info)
    assert callable(kg.corpus.generate)
