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
from zlib import crc32

import pytest

import kg
from kg.aside import BUILDING, built_aside, remove_left
from kg.errors import StoreError
from kg.graph.derived import damage, publish, seal
from kg.graph.pages import Pages
from kg.graph.seal import BLOCK, damaged_blocks, seal_fault
from kg.graph.store import Store
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
    monkeypatch.setattr("kg.graph.seal._crcs", lambda file: pytest.fail(f"{file} was read"))
    assert damage(state) == seal_fault(folder / "graph.sqlite") == ""
    os.utime(state / "years")
    with pytest.raises(pytest.fail.Exception, match="was read"):
        damage(state)


def page_of(file: Path, name: str) -> int:
    """The first page of a table or an index, from 1."""
    with closing(sqlite3.connect(file)) as db:
        return int(db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0])


def rows_of(file: Path) -> dict[str, list[str]]:
    """Every row of every table of a store."""
    with closing(sqlite3.connect(file)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        names = [name for name in names if not name.startswith("work_text_")]
        return {name: sorted(map(repr, db.execute(f"SELECT * FROM {name}"))) for name in names}


@pytest.mark.parametrize("name", ["identifier_work", "sqlite_autoindex_work_1", "work_text_data"])
def test_what_is_made_from_the_tables_is_made_again(folder: Path, name: str):
    """A damaged index of SQLite, or the text that the search reads, costs no row: `kg verify --repair` writes the store anew."""
    file = folder / "graph.sqlite"
    right, page = rows_of(file), page_of(file, name)
    flip(file, page * BLOCK - 1)
    assert damaged_blocks(file) == {page - 1}
    assert (dict(kg.verify(folder).checks)["indexes and search"]) == f"{name}: made again from the tables"
    done = kg.verify(folder, repair=True)
    assert done.well
    assert name in done.repaired[0]
    assert rows_of(file) == right
    assert kg.open_graph(folder).search("A").as_dict()


def test_a_store_written_anew_fits_its_seal_at_every_step(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Until the new one is there the damaged one is refused, and a kill after that leaves nothing to repair."""
    file, name = folder / "graph.sqlite", "sqlite_autoindex_work_1"
    save(folder, "E", "D")  # the new file has other pages than the one that was sealed
    sealed, put, seen = file.read_bytes(), Path.replace, []

    def replace(self: Path, target: Path) -> None:
        put(self, target)
        seen.extend([(target.name, not seal_fault(file, whole=True))] * (target.parent == folder))

    flip(file, page_of(file, name) * BLOCK - 1)
    monkeypatch.setattr(Path, "replace", replace)
    assert kg.verify(folder, repair=True).well
    assert seen == [("graph.digest", False), ("graph.sqlite", True), ("graph.digest", True)]
    assert file.read_bytes() != sealed


@pytest.mark.parametrize("name", ["work", "citation"])
def test_a_damaged_table_is_named_with_its_works_and_the_run_that_brought_them(folder: Path, name: str):
    """It is not mended: what is lost is told, and what filled the graph."""
    file = folder / "graph.sqlite"
    flip(file, page_of(file, name) * BLOCK - 1)
    held = file.read_bytes()
    found = kg.verify(folder, repair=True)
    checks = dict(found.checks)
    assert not found.repaired
    assert "works in rows 1 to the last (A, B, C), which run 1 (test; 20" in checks[f"table {name}"]
    assert "restore a copy of the folder or ingest again what filled it: run 1 (test; 20" in checks["store"]
    assert file.read_bytes() == held


def test_every_page_is_told_by_what_it_holds_as_sqlite_tells_it(tmp_path: Path):
    """Leaves, pages above them and long values, of tables of both kinds and of indexes; pages that are free belong to none."""
    with closing(sqlite3.connect(tmp_path / "t", isolation_level=None)) as db:
        if not db.execute("SELECT sqlite_compileoption_used('ENABLE_DBSTAT_VTAB')").fetchone()[0]:
            pytest.skip("this SQLite does not tell it")
        db.executescript(
            """PRAGMA page_size = 512; CREATE TABLE a (n INTEGER PRIMARY KEY, t); CREATE INDEX i ON a (t);
            CREATE TABLE w (x, y, t, PRIMARY KEY (x, y)) WITHOUT ROWID; CREATE TABLE gone (t);
            WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < 60)
            INSERT INTO a SELECT n, n || substr(hex(zeroblob(700)), 1, iif(n % 9, 9, 1400)) FROM k;
            INSERT INTO w SELECT n / 3, t, t FROM a; INSERT INTO gone SELECT t FROM a; DROP TABLE gone"""
        )
        roots = dict(db.execute("SELECT name, rootpage FROM sqlite_master"))
        right = dict(db.execute("SELECT pageno, name FROM dbstat"))
    data = (tmp_path / "t").read_bytes()
    for page in range(2, len(data) // 512 + 1):
        part = Pages(data, 512, {page}).parts(roots).get(page)
        assert (part and part.name) == right.get(page)


def test_a_graph_without_a_seal_says_so(folder: Path):
    """After a writer was killed damage may be unseen: that is said, and `kg verify --repair` seals what it finds sound."""
    (folder / "graph.digest").unlink()
    found = kg.verify(folder)
    assert found.well
    assert "graph.digest is not there" in found.notes[0]
    assert "sealed" in kg.verify(folder, repair=True).repaired[0]
    assert kg.verify(folder).notes == ()


def test_a_damaged_index_is_named_and_built_again_on_request(folder: Path):
    """`kg verify` alone changes nothing."""
    (state,) = (folder / "index").iterdir()
    flip(state / "years", 0)
    for _ in range(2):
        assert "years is damaged" in dict(kg.verify(folder).checks)["index"]
    done = kg.verify(folder, repair=True)
    assert done.well
    assert "built again: the index" in done.repaired[0]


def test_a_store_that_is_gone_is_named(folder: Path, kg_here):
    """Not taken for a name that nobody knows."""
    (folder / "graph.sqlite").unlink()
    for words in (["info"], ["verify"]):
        assert "graph.sqlite is gone" in kg_here(*words, graph=str(folder), code=6).err
    with pytest.raises(StoreError, match=r"graph\.sqlite is gone"):
        save(folder, "D")


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


def test_an_index_that_cannot_be_read_is_not_needed(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Where what was just written cannot be read, the arrays are those of the store."""

    def unreadable(_: Path) -> None:
        raise StoreError("the index cannot be read")

    monkeypatch.setattr("kg.graph.folder.read_arrays", unreadable)
    with pytest.warns(UserWarning, match="it is built again"):
        assert [work.id for work in kg.open_graph(folder).path("A", "C").paths[0].works] == ["A", "B", "C"]


def test_a_damaged_seal_condemns_no_store(folder: Path):
    """The seal is checked itself; without one nothing is compared, and the next writer makes it."""
    flip(folder / "graph.digest", 10)
    assert "graph.digest is damaged or cannot be read" in dict(kg.verify(folder).checks)["store"]
    with Store.open(folder / "graph.sqlite") as store:
        assert store.counts() == (3, 2)
    save(folder, "C", "D")
    assert seal_fault(folder / "graph.sqlite", whole=True) == ""
    for forged in (b"5", b"[null, null]", b"[" * 100_000, b"{}", b"[]", b"no JSON"):
        (folder / "graph.digest").write_bytes(f"{crc32(forged):08x}".encode() + forged)
        assert "cannot be compared" in seal_fault(folder / "graph.sqlite", whole=True)
        assert kg.open_graph(folder).info().facts["works"] == 4
    assert kg.verify(folder, repair=True).well
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
    (folder / "graph.digest").unlink()  # as while a writer is at work, and after it was killed
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
