"""A build that is killed, stopped or short of disk is continued, and the corpus that was there stays until the new one is whole."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kg.corpus.build import Build, Progress
from kg.corpus.duck import DuckDB
from kg.corpus.layout import TABLES, Corpus, write_manifest
from kg.corpus.needs import explained
from kg.corpus.pool import apart
from kg.errors import InputError, KgError, StoreError
from kg.library.corpus import build, info
from kg.library.corpus_measures import measure
from tests.snapshots import citing_works, openalex_snapshot, plain, write_lines

LITTLE = {"threads": 1, "memory": "300MB"}


class Killed(BaseException):
    """As if the process were killed: nothing catches it."""


class Steps(Progress):
    """Notes what is done, and is killed before one step."""

    def __init__(self, killed_at: str = "") -> None:
        self.read, self.steps, self.killed_at = -1, [], killed_at

    def shards(self, **_: int) -> None:
        """Count files read in this run."""
        self.read += 1
        if self.killed_at == f"file {self.read}":
            raise Killed

    def step(self, what: str, *_: int) -> None:
        """Note the step."""
        self.steps.append(what)
        if self.killed_at == what:
            raise Killed


@pytest.mark.long
def test_a_build_killed_anywhere_is_continued_with_the_same_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Each run does what the ones before it have not done, and nothing again; a corpus is there only when it is whole."""
    snapshot, place = openalex_snapshot(tmp_path / "s"), tmp_path / "c"
    expected = plain(build(snapshot, tmp_path / "whole", **LITTLE).corpus.folder)
    for killed_at, read, steps in (
        ("file 1", 1, []), ("doubles", 2, ["doubles"]), ("cited", 0, ["doubles", "citing", "cited"]),
        ("names", 0, ["cited", "works", "names"]),
    ):  # fmt: skip
        progress = Steps(killed_at)
        with pytest.raises(Killed):
            build(snapshot, place, progress=progress, **LITTLE)
        assert (progress.read, progress.steps) == (read, steps)
        with pytest.raises(InputError, match="its build has not ended"):
            Corpus.open(place)
    real, moved = Path.rename, []

    def killed_while_moving(self: Path, target: Path) -> Path:
        if self.parent.name == "next":
            moved.append(self.name)
            if len(moved) == 3:
                raise Killed
        return real(self, target)

    monkeypatch.setattr(Path, "rename", killed_while_moving)
    with pytest.raises(Killed):
        build(snapshot, place, **LITTLE)
    with pytest.raises(InputError, match="its build has not ended"):
        Corpus.open(place)
    monkeypatch.undo()
    (place / "kg-engine-of-a-killed-run").mkdir()
    progress = Steps()
    assert plain(build(snapshot, place, progress=progress, **LITTLE).corpus.folder) == expected
    assert (progress.read, progress.steps) == (0, [])
    assert {p.name for p in place.iterdir()} == {".lock", "shards", "corpus.json", "aside.jsonl", *TABLES}


@pytest.mark.long
def test_a_later_snapshot_replaces_what_changed_and_nothing_else_is_read(tmp_path: Path):
    """New files are read and those that are gone are dropped; of each work the newest record counts, with its list."""
    works = citing_works(30)
    place, corpus = openalex_snapshot(tmp_path / "s", works), tmp_path / "c"
    build(place, corpus, **LITTLE)
    (corpus / "measures" / "pagerank").mkdir(parents=True)
    progress = Steps()
    before = build(place, corpus, progress=progress, **LITTLE)
    assert (progress.read, progress.steps) == (0, [])
    assert (corpus / "measures").exists()
    ids = [work["id"] for work in works]
    newer = works[29] | {
        "title": "Newer",
        "referenced_works": [ids[1]],
        "referenced_works_count": 1,
        "updated_date": "2026-03-01",
    }
    older = works[28] | {"title": "Older", "updated_date": "2001-01-01"}
    write_lines(place / "data/jsonl/works/updated_date=2026-03-01/part_0000.gz", [newer, older])
    (place / "data/jsonl/works/updated_date=2026-01-01/part_0000.gz").unlink()
    progress = Steps("works")
    with pytest.raises(Killed):
        build(place, corpus, progress=progress, **LITTLE)
    assert info(corpus).corpus.manifest == before.corpus.manifest  # still there
    assert "newer one is being built" in str(info(corpus))
    after = build(place, corpus, progress=(progress := Steps()), **LITTLE)
    assert (progress.read, progress.steps) == (0, ["works", "names", "titles"])
    assert after.corpus.counts["works"] == 20
    assert after.corpus.counts["older_works"] == 2
    assert not (corpus / "measures").exists()
    files = plain(corpus)
    titles = {row["n"]: row["title"] for file, rows in files.items() if file.startswith("works") for row in rows}
    numbers = [int(id_.rpartition("W")[2]) for id_ in ids]
    assert titles[numbers[29]] == "Newer"
    assert titles[numbers[28]] == works[28]["title"]
    citing = [row for file, rows in files.items() if file.startswith("citing") for row in rows]
    assert [row["cited"] for row in citing if row["citing"] == numbers[29]] == [numbers[1]]
    assert len(list((corpus / "shards").iterdir())) == 3


@pytest.mark.long
def test_a_corpus_that_cannot_be_used_is_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One that lost a part, of another version of kg or made by older steps; one that is as it should be gets a new name at most."""
    monkeypatch.chdir(tmp_path)
    place, corpus = openalex_snapshot(tmp_path / "s", citing_works(5), shards=1), Path("c")
    before = build(place, corpus, **LITTLE).corpus.manifest
    named = build(place, corpus, name="new", progress=(progress := Steps()), **LITTLE).corpus.manifest
    assert progress.steps == []
    assert named == before | {"name": "new"}
    assert build(place, corpus, **LITTLE).corpus.manifest == named
    for spoil in (
        lambda: (shutil.rmtree(corpus / "titles"), write_manifest(corpus, named | {"schema": 0})),
        lambda: monkeypatch.setitem(Build.run.__globals__, "_STEPS", 1_000),
    ):
        spoil()
        again = build(place, corpus, name="new", progress=(progress := Steps()), **LITTLE).corpus.manifest
        assert (progress.read, len(progress.steps)) == (0, 6)
        assert again["counts"] == named["counts"]
    write_manifest(corpus, named | {"schema": 0, "source": "s2"})
    with pytest.raises(InputError, match="c is a corpus of Semantic Scholar"):
        build(place, corpus, **LITTLE)


@pytest.mark.long
def test_processes_elsewhere_get_whole_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A worker of a cluster has another working folder: what it is told to write is the same file from anywhere."""
    told: list[Any] = []

    def noted(function: Any, items: list[Any], at_once: int) -> Any:
        told.extend(items)
        return apart(function, items, at_once)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(DuckDB.map.__globals__, "apart", noted)
    build(openalex_snapshot(Path("s"), citing_works(5), shards=1), Path("c"), **LITTLE)
    assert [(Path(shard.file).is_absolute(), Path(to).parent) for shard, to in told] == [(True, tmp_path / "c/shards")]


@pytest.mark.long
def test_what_stops_a_build_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """No disk left, too little memory, another build, files that are no snapshot: and no corpus is left."""
    snapshot, place = openalex_snapshot(tmp_path / "s"), tmp_path / "c"
    with monkeypatch.context() as patch:

        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        patch.setattr("pyarrow.parquet.ParquetWriter.write_batch", full)
        with pytest.raises(KgError, match="no space left on the disk of") as raised:
            build(snapshot, place, **LITTLE)
    assert raised.value.exit_code == 2
    with pytest.raises(KgError, match="memory did not suffice"):
        build(snapshot, place, threads=1, memory="1MB")
    with pytest.raises(InputError, match="invalid memory"):
        build(snapshot, place, memory="much")
    assert not (place / "corpus.json").exists()

    class Second(Progress):
        def step(self, *_: object) -> None:
            with pytest.raises(StoreError, match="another process is building"):
                build(snapshot, place, **LITTLE)

    build(snapshot, place, progress=Second(), **LITTLE)
    write_lines(tmp_path / "n" / "works" / "x.jsonl", [{"id": 1}, {"id": "https://openalex.org/A7"}])
    with pytest.raises(InputError, match=r"no work in .*works/x.jsonl, line 1: no number of a work"):
        build(tmp_path / "n", tmp_path / "d", **LITTLE)
    assert not (tmp_path / "d" / "corpus.json").exists()


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (
            OSError("Out of Memory Error: ArrowBuffer: failed to allocate 524288 bytes"),
            KgError,
            "memory did not suffice",
        ),
        (
            OSError("Unknown error: Failed to launch worker thread: Resource temporarily unavailable"),
            KgError,
            "memory did not suffice",
        ),
        (OSError("Invalid column: 'Out of Memory Error'"), StoreError, "is damaged: Invalid column"),
        (OSError("97 requested and 13 written"), InputError, "no space left"),
        (ImportError("no module"), ImportError, "no module"),
    ],
)
def test_what_is_short_is_not_called_damaged(error: Exception, kind: type[Exception], says: str, tmp_path: Path):
    """Arrow raises both without a number: of memory, as DuckDB says it, and of damaged bytes, which may quote anything."""
    with pytest.raises(kind, match=says), explained(tmp_path):
        raise error


def test_memory_that_lacks_before_the_work_begins_is_said_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """While the snapshot is looked through, or a measure and the corpus are loaded."""

    def short(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("kg.library.corpus.find_snapshot", short)
    monkeypatch.setattr("kg.corpus.layout.Corpus.open", short)
    for command in (lambda: build(tmp_path, tmp_path), lambda: measure("citations", tmp_path)):
        with pytest.raises(KgError, match="memory did not suffice"):
            command()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path):
    """The folder of the snapshot, of another source, a file, or anything that is not a corpus."""
    snapshot = openalex_snapshot(tmp_path / "s", citing_works(3))
    (tmp_path / "f").write_text("x")
    other = tmp_path / "other"
    write_lines(other / "corpus.json", [{"schema": 1, "source": "s2", "counts": {}}])
    for name in ("works", "citing", "cited", "names", "titles"):
        (other / name).mkdir()
    for place, reason in (
        (snapshot, "not a corpus"), (snapshot / "data/jsonl/works/updated_date=2026-01-01", "not a corpus"),
        (tmp_path / "f", "is a file"), (other, "a corpus of Semantic Scholar"),
    ):  # fmt: skip
        before = sorted(place.rglob("*"))
        with pytest.raises(InputError, match=reason):
            build(snapshot, place)
        assert sorted(place.rglob("*")) == before


def test_processes_end_with_the_one_that_began_them():
    """Results come as they are ready; a process that is killed is told, and the death of the parent ends all."""
    assert sorted(apart(abs, [-3, -1, -2], 2)) == [1, 2, 3]
    kept = list(apart(partial(signal.pthread_sigmask, signal.SIG_BLOCK), [(), ()], 2))
    assert all(signal.SIGINT in signals for signals in kept)  # from their beginning: Ctrl-C is this process's
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with pytest.raises(KgError, match="a process was killed"):
        list(apart(os._exit, [1, 1], 2))
    code = "import time; from kg.corpus.pool import apart; rows = apart(time.sleep, [0, 60, 60], 3); print(next(rows), flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent:
        assert parent.stdout.readline() == "None\n"
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.send_signal(signal.SIGKILL)
        assert parent.stdout.read() == ""  # until the last process that holds the pipe has ended
    assert len(children) >= 3
