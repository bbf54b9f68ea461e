"""What one process removes or replaces while another looks: that finds the old or the new, whole."""

import errno
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kg
from kg import files
from kg.aside import TEMPORARY, built_aside, fcntl, temporary_folder
from kg.cli.write_file import written
from kg.errors import StoreError
from kg.graph import folder as folders
from kg.graph import store_file
from kg.graph.folder import Workspace
from kg.graph.store_file import being_written
from kg.library import sparql
from kg.output.rdf.open import rdf_folder


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """A graph of three works."""
    (tmp_path / "cited.csv").write_text("citing,cited\nb,a\nc,b\n", encoding="utf-8")
    kg.ingest(tmp_path / "cited.csv", graph=f"{tmp_path}/g")
    return tmp_path / "g"


def meanwhile(graph: Path, number: int) -> None:
    """What another process does: it adds a work, and reads the graph, which removes the index and the RDF of the state before."""
    file = graph.parent / "more.csv"
    file.write_text(f"citing,cited\nd{number},a\n", encoding="utf-8")
    kg.ingest(file, graph=str(graph))
    again = Workspace.open(str(graph))
    assert len(again.arrays) == 3 + number
    if (graph / "rdf").exists():
        sparql.answer(again, "SELECT ?a { ?a cito:cites ?b }", {})


def then(real: Callable[..., Any], graph: Path, times: int) -> Callable[..., Any]:
    """A function before whose first calls another process writes."""
    left, others = times, False

    def called(*given: Any, **options: Any) -> Any:
        nonlocal left, others
        if left and not others:
            left, others = left - 1, True
            meanwhile(graph, times - left)
            others = False
        return real(*given, **options)

    return called


def test_an_index_that_is_removed_before_it_is_read_is_that_of_the_new_state(
    graph: Path, monkeypatch: pytest.MonkeyPatch
):
    """Twice in a row another process writes between a reader's look at the state and its reading of the index."""
    space = Workspace.open(str(graph))
    monkeypatch.setattr(folders, "read_arrays", then(folders.read_arrays, graph, times=2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing was damaged
        assert len(space.arrays) == 5
    assert space.store.counts() == (5, 4)
    assert [path.name for path in (graph / "index").iterdir()] == [space.store.state]


def test_rdf_that_is_removed_before_it_is_asked_is_made_again(graph: Path, monkeypatch: pytest.MonkeyPatch):
    """A query answers for the state that its command saw."""
    space = Workspace.open(str(graph))
    monkeypatch.setattr(sparql, "run", then(sparql.run, graph, times=1))
    found = sparql.answer(space, "SELECT ?a { ?a cito:cites ?b }", {})
    assert len(found.rows) == 2


@pytest.mark.parametrize("again", [False, True], ids=["gone", "made again by another"])
def test_rdf_that_is_removed_while_it_is_opened_is_made_again(
    graph: Path, monkeypatch: pytest.MonkeyPatch, *, again: bool
):
    """Some of its files are found and others are not, which Oxigraph takes for damage: twice, by two other processes."""
    space, real, opened = Workspace.open(str(graph)), sparql.run, list[Path]()

    def removed(store: Path, *given: Any, **options: Any) -> Any:
        opened.append(store)
        if len(opened) == 2:
            monkeypatch.setattr(sparql, "run", real)
        for file in store.glob("*.sst"):
            file.unlink()
        try:
            return real(store, *given, **options)
        finally:
            shutil.rmtree(store)
            if again:
                rdf_folder(space.provenance)

    monkeypatch.setattr(sparql, "run", removed)
    assert len(sparql.answer(space, "SELECT ?a { ?a cito:cites ?b }", {}).rows) == 2
    assert len(opened) == 2


def test_the_right_to_write_is_never_that_of_a_removed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One process opens `write.lock`, its holder removes it and ends: a third must not find the way free."""
    path, real = tmp_path / "graph.sqlite", store_file.sqlite3.connect
    first = being_written(path)
    first.__enter__()

    def connect(place: Any, *given: Any, **options: Any) -> Any:
        db = real(place, *given, **options)
        if Path(place).name == "write.lock":
            monkeypatch.setattr(store_file.sqlite3, "connect", real)
            first.__exit__(None, None, None)  # as nothing was saved, it removes the file
            assert not Path(place).exists()
        return db

    monkeypatch.setattr(store_file.sqlite3, "connect", connect)
    with being_written(path):
        with pytest.raises(StoreError, match="being written"), being_written(path):
            pass
        assert (tmp_path / "write.lock").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_the_same_files_is_exchanged_in_one_step(tmp_path: Path):
    """Another one keeps what the export does not write."""
    out = tmp_path / "tables"

    def export(text: str) -> None:
        with written(out, force=True) as made:
            made.mkdir()
            for name in ("a.csv", "b.csv"):
                (made / name).write_text(text, encoding="utf-8")

    export("old")
    out.chmod(0o750)
    before = out.stat()
    export("new")
    after = out.stat()
    assert after.st_mode == before.st_mode
    if os.uname().sysname == "Linux":
        assert after.st_ino != before.st_ino
    (out / "notes.md").write_text("mine", encoding="utf-8")
    export("newer")
    assert out.stat().st_ino == after.st_ino
    assert {file.name: file.read_text(encoding="utf-8") for file in out.iterdir()} == {
        "a.csv": "newer",
        "b.csv": "newer",
        "notes.md": "mine",
    }
    assert list(tmp_path.iterdir()) == [out]


def test_what_a_killed_process_left_among_temporary_files_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What a living one has there stays, and what is not kg's."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"{TEMPORARY}left").mkdir()
    (tmp_path / "kg-notes").mkdir()
    with temporary_folder() as one, temporary_folder() as other:
        assert {path.name for path in tmp_path.iterdir()} == {one.name, other.name, "kg-notes"}
    assert [path.name for path in tmp_path.iterdir()] == ["kg-notes"]


def test_what_vanishes_while_a_folder_is_looked_through_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Another process publishes what it built, after its name was read."""
    for name in ("1-00000000", ".building-x"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "years").touch()

    def found(file: Path) -> str:
        for folder in tmp_path.iterdir():
            if file.name == "years" and folder != file.parent:
                shutil.rmtree(folder)
        return ""

    monkeypatch.setattr(files, "oddity", found)
    files.check_folder(tmp_path, "*/*")


@pytest.mark.skipif(fcntl is None, reason="no such locks")
def test_a_file_system_without_locks_is_built_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nothing is waited for, and nothing of a living process is taken away."""

    def refused(*_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refused)
    with built_aside(tmp_path) as one, built_aside(tmp_path) as other:
        assert one.exists()
        assert other.exists()
    assert list(tmp_path.iterdir()) == []
