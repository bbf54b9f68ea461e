"""Damage to what kg keeps is seen: never a wrong number, never a traceback; what is derived is built again."""

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

import kg
from kg.aside import BUILDING, built_aside, remove_left
from kg.errors import StoreError
from kg.graph.derived import damage, publish, seal
from kg.graph.store import Store
from kg.graph.store_file import seal_fault
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Work


def flip(file: Path, at: int, bit: int = 4) -> None:
    """Change one bit of a file."""
    content = bytearray(file.read_bytes())
    content[at] ^= bit
    file.write_bytes(content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A graph of three works and its index."""
    made = tmp_path / "g"
    made.mkdir()
    save(made, "A", "B", "C")
    kg.open_graph(made)
    gc.collect()  # closes it
    return made


def save(folder: Path, *ids: str) -> None:
    """Write a chain of citations to a graph."""
    citations = [Citation(citing=b, cited=a, source="test") for a, b in pairwise(ids)]
    with Writer.open(folder / "graph.sqlite", "test") as writer:
        writer.add(Batch(works=[Work(id=id_, year=1990) for id_ in ids], citations=citations))


def test_every_file_of_an_index_is_guarded(folder: Path):
    """One wrong bit anywhere, zeros of the right length, a file cut or gone: the index is built again, and kg says so."""
    (state,) = (folder / "index").iterdir()
    right = {file.name: file.read_bytes() for file in state.iterdir() if file.name != "checked"}
    for name, content in right.items():
        for damaged in (
            content[:-1] + bytes([content[-1] ^ 1]) if content else b"\0",
            bytes(len(content)) or b"\0",
            content[:-1] or b"\0",
            None,
        ):
            if damaged is None:
                (state / name).unlink()
            else:
                (state / name).write_bytes(damaged)
            if damaged == content:
                continue
            with pytest.warns(UserWarning, match="it is built again"):
                assert kg.open_graph(folder).info().facts["citations"] == 2
            assert (state / name).read_bytes() == content


def test_a_file_that_nobody_touched_is_compared_once(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Opening again reads no file of the index or the store, unless it was touched since."""
    (state,) = (folder / "index").iterdir()
    monkeypatch.setattr("kg.graph.derived.crc_of", lambda file: pytest.fail(f"{file} was read"))
    monkeypatch.setattr("kg.graph.store_file.crc_of", lambda file: pytest.fail(f"{file} was read"))
    assert damage(state) == seal_fault(folder / "graph.sqlite") == ""
    os.utime(state / "years")
    with pytest.raises(pytest.fail.Exception, match="was read"):
        damage(state)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_store_with_a_wrong_bit_is_refused_by_name(folder: Path, kg_here, part: float):
    """Reading and writing end with exit 6 and what to do; `kg verify` says what SQLite makes of it."""
    file = folder / "graph.sqlite"
    flip(file, int(file.stat().st_size * part))
    for words in (["info"], ["show", "A"], ["verify"]):
        run = kg_here(*words, graph=str(folder), code=1 if words == ["verify"] else 6)
        assert "is not as kg last wrote it" in run.err + run.out
    with pytest.raises(StoreError, match="not as kg last wrote it"):
        save(folder, "C", "D")
    assert kg.verify(folder).well is False


def test_what_another_program_wrote_can_be_accepted(folder: Path):
    """`kg verify --accept` takes a store that SQLite finds sound as it is."""
    with closing(sqlite3.connect(folder / "graph.sqlite")) as db, db:
        db.execute("UPDATE work SET title = 'Towns' WHERE id = 'A'")
    with pytest.raises(StoreError):
        kg.open_graph(folder)
    assert kg.verify(folder, accept=True).well
    assert kg.open_graph(folder).show("A").work.title == "Towns"


def test_a_damaged_seal_condemns_no_store(folder: Path):
    """The seal is checked itself; without one nothing is compared, and the next writer makes it."""
    flip(folder / "graph.digest", 10)
    assert "graph.digest is damaged" in dict(kg.verify(folder).checks)["store"]
    with Store.open(folder / "graph.sqlite") as store:
        assert store.counts() == (3, 2)
    save(folder, "C", "D")
    assert seal_fault(folder / "graph.sqlite", whole=True) == ""
    flip(folder / "graph.sqlite", 5000)
    assert "not as kg last wrote it" in seal_fault(folder / "graph.sqlite")


def test_a_copy_is_as_good_as_the_graph(folder: Path, tmp_path: Path):
    """Seals hold for the content, wherever it is."""
    shutil.copytree(folder, tmp_path / "copy")
    assert kg.open_graph(tmp_path / "copy").info().facts["citations"] == 2


def test_an_empty_file_is_no_graph_and_can_be_filled(tmp_path: Path):
    """What an earlier version left when it was killed while it made a store is replaced."""
    (tmp_path / "graph.sqlite").touch()
    save(tmp_path, "A", "B")
    assert kg.open_graph(tmp_path).info().facts["works"] == 2


def test_a_first_saving_that_a_reader_watches_is_kept(tmp_path: Path):
    """Where a reader has the file open, what was saved stays in the log: the graph is not taken for an empty one."""
    with Writer.open(tmp_path / "graph.sqlite", "test") as writer:
        reader = Store.open(tmp_path / "graph.sqlite")
        reader.renew_snapshot()
        writer.add(Batch(works=[Work(id="A")]))
    with Store.open(tmp_path / "graph.sqlite") as store:
        assert store.counts() == (1, 0)
    reader.db.close()


def test_changes_that_stand_in_the_log_alone_are_never_missed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Where the folder cannot be written and the log is not empty, SQLite would show the state before: kg refuses."""
    connect = sqlite3.connect

    def read_only(address, *args, **options):
        if "mode=ro" in str(address) and "immutable" not in str(address):
            raise sqlite3.OperationalError("unable to open database file")
        return connect(address, *args, **options)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    assert Store.open(folder / "graph.sqlite").counts() == (3, 2)
    (folder / "graph.sqlite-wal").write_bytes(b"a page")
    with pytest.raises(StoreError, match=r"newest changes are in graph\.sqlite-wal"):
        Store.open(folder / "graph.sqlite")


def test_what_a_killed_builder_left_goes_and_what_a_living_one_has_stays(tmp_path: Path):
    """Whatever its process number was: a living builder holds a lock, a dead one cannot."""
    code = f"""
import os, sys; sys.path.insert(0, {str(Path(kg.__file__).parents[1])!r})
from pathlib import Path; from kg.aside import built_aside
with built_aside(Path({str(tmp_path)!r})) as place:
    (place / "half").write_text("x"); os._exit(9)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    (left,) = tmp_path.glob(f"{BUILDING}*")
    with built_aside(tmp_path) as place:
        assert not left.exists()
        remove_left(tmp_path)
        assert place.exists()
    assert list(tmp_path.iterdir()) == []


def test_the_first_to_publish_wins(tmp_path: Path):
    """A folder that is there stays as it is."""
    for text in ("first", "second"):
        with built_aside(tmp_path) as place:
            (place / "file").write_text(text)
            publish(place, tmp_path / "made")
    assert (tmp_path / "made" / "file").read_text() == "first"
    assert damage(tmp_path / "made", whole=True) == ""
    seal(tmp_path / "made")
    assert damage(tmp_path / "made", whole=True) == ""
