"""Each fault that the harnesses plant is found by `kg doctor`, with the command that mends it: run, it leaves all well."""

import errno
import gc
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import tempfile
import webbrowser
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from faults import process
from faults.places import READER

import kg
from kg.errors import StoreError
from kg.graph.writer import Writer
from kg.ingest.sources.http_cache import Cache
from kg.library.health import Finding
from kg.model import Batch, Citation, Work


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a graph "mine" of two works and its index."""
    folder = tmp_path_factory.mktemp("made") / "graphs" / "mine"
    folder.mkdir(parents=True)
    with Writer.open(folder / "graph.sqlite", "test") as writer:
        works = [Work(id=id_, title=f"On {id_}", year=1990) for id_ in ("a", "b")]
        writer.add(Batch(works=works, citations=[Citation(citing="a", cited="b", source="s")]))
    kg.open_graph(folder).info()
    gc.collect()  # closes it
    return folder


@pytest.fixture
def mine(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared_bundled: None) -> Path:
    """The graph "mine" of this folder, on a machine without keys."""
    monkeypatch.chdir(tmp_path)
    for name in ("S2_API_KEY", "SEMANTIC_SCHOLAR_API_KEY", "OPENALEX_API_KEY", "KG_GRAPH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("kg.library.doctor.package_findings", lambda: iter(()))
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("firefox"))
    shutil.copytree(made.parent, tmp_path / "graphs")
    return tmp_path / "graphs" / "mine"


def overwrite(file: Path, at: int | None = None) -> None:
    """Damage four bytes of a file, in its middle if no place is given."""
    data = bytearray(file.read_bytes())
    place = len(data) // 2 if at is None else at
    data[place : place + 4] = bytes(byte ^ 0x55 for byte in data[place : place + 4])
    file.write_bytes(data)


def change(folder: Path, *statements: str) -> None:
    """Change the store as another program would."""
    with closing(sqlite3.connect(folder / "graph.sqlite", isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def state_of(folder: Path, kind: str) -> Path:
    """The folder of the index or of the RDF of the store's state."""
    (state,) = (folder / kind).glob("[0-9]*")
    return state


def rdf_damaged(folder: Path) -> None:
    """Build the RDF, and damage it."""
    kg.open_graph("mine").rdflib()
    overwrite(next(state_of(folder, "rdf").glob("*.sst")))


def cached(folder: Path, body: bytes, fetched_at: str = "2020-01-01T00:00:00+00:00") -> None:
    """Keep an answer."""
    Cache(folder / "s2-cache.sqlite").close()
    with closing(sqlite3.connect(folder / "s2-cache.sqlite")) as db, db:
        db.execute(
            "INSERT INTO answer (method, url, body_hash, status, body, fetched_at) VALUES ('GET', 'u', '', 200, ?, ?)",
            (body, fetched_at),
        )


def left_folder(folder: Path) -> None:
    """What a killed builder left."""
    (folder / "index" / ".building-x").mkdir()
    os.utime(folder / "index" / ".building-x", (1, 1))


def config(folder: Path) -> None:
    """A configuration that is no TOML."""
    place = folder.parents[1] / "config" / "kg"
    place.mkdir(parents=True)
    (place / "config.toml").write_text("[s2", encoding="utf-8")


def no_meta(folder: Path) -> None:
    """A store without the table that says what it is."""
    change(folder, "DROP TABLE meta")
    (folder / "graph.digest").unlink()


def impossible(folder: Path) -> None:
    """Values that an earlier version saved; it made no seals."""
    change(folder, "UPDATE work SET date = '2021-02-31', year = 20210, reported_citations = -4 WHERE id = 'a'")
    (folder / "graph.digest").unlink()
    shutil.rmtree(folder / "index")


def killed_writer(folder: Path) -> None:
    """What a writer leaves that is killed after it has saved a work: a log, and no seal."""
    with Writer.open(folder / "graph.sqlite", "test") as writer:
        writer.add(Batch(works=[Work(id="c", title="On c")]))
        shutil.copytree(folder, folder.with_name("killed"))
    shutil.rmtree(folder)
    folder.with_name("killed").rename(folder)


def older(folder: Path) -> None:
    """A store of a version that is read no more."""
    killed_writer(folder)
    change(folder, "UPDATE meta SET value = 1 WHERE key = 'schema'")


def impossible_under_a_damaged_seal(folder: Path) -> None:
    """Such values, where a seal stands that says nothing."""
    impossible(folder)
    (folder / "graph.digest").write_bytes(b"00000000[]")


def index_of_the_store(folder: Path) -> None:
    """Damage an index of SQLite's, which is made from a table."""
    with closing(sqlite3.connect(folder / "graph.sqlite")) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'work_title'").fetchone()
    overwrite(folder / "graph.sqlite", page * size - 20)


#: what is planted; what doctor says of it; the state; the command that mends it
FAULTS: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    "an array of the index": (lambda f: overwrite(state_of(f, "index") / "years"), "years is damaged", "warning", "kg info --graph mine"),
    "an array cut": (lambda f: (state_of(f, "index") / "years").write_bytes(b""), "years is damaged", "warning", "kg info --graph mine"),
    "an array gone": (lambda f: (state_of(f, "index") / "years").unlink(), "years cannot be read", "warning", "kg info --graph mine"),
    "the RDF": (rdf_damaged, "RDF store is not as it was built", "broken", "rm -rf graphs/mine/rdf"),
    "the store": (lambda f: overwrite(f / "graph.sqlite", 100), "graph.sqlite", "broken", "mkdir graphs/mine/damaged && mv graphs/mine/graph.* graphs/mine/damaged"),
    "no database": (lambda f: (f / "graph.sqlite").write_bytes(b"no database"), "is not as kg last wrote it", "broken", "mkdir graphs/mine/damaged && mv graphs/mine/graph.* graphs/mine/damaged"),
    "no meta": (no_meta, "cannot be read: no such table: meta", "broken", "mkdir graphs/mine/damaged && mv graphs/mine/graph.* graphs/mine/damaged"),
    "another program": (lambda f: change(f, "UPDATE work SET title = 'New' WHERE id = 'a'"), "not as kg last wrote it", "broken", "kg verify --accept --graph mine"),
    "the seal": (lambda f: overwrite(f / "graph.digest"), "graph.digest is damaged", "warning", "kg verify --repair --graph mine"),
    "a killed writer": (killed_writer, r"has no graph.digest \(a writer was killed, ", "warning", "kg verify --repair --graph mine"),
    "an older store": (older, r"another version of kg \(schema 1, expected \d+\)", "broken", "mkdir graphs/mine/damaged && mv graphs/mine/graph.* graphs/mine/damaged"),
    "values under a damaged seal": (impossible_under_a_damaged_seal, "3 values that cannot be", "broken", "kg verify --repair --graph mine"),
    "values that cannot be": (impossible, "3 values that cannot be, such as year 20210 of a", "broken", "kg verify --repair --graph mine"),
    "an index of the store": (index_of_the_store, "is not as kg last wrote it", "broken", "kg verify --repair --graph mine"),
    "what a killed builder left": (left_folder, "1 temporary folder of stopped runs", "warning", "rm -rf graphs/mine/index/.building-x"),
    "an answer": (lambda f: cached(f, b"no zlib"), "the answer of u cannot be read", "warning", "rm -rf graphs/mine/s2-cache.sqlite"),
    "an answer that is no JSON": (lambda f: cached(f, zlib.compress(b"<html>")), "the answer of u cannot be read", "warning", "rm -rf graphs/mine/s2-cache.sqlite"),
    "an answer from the future": (lambda f: cached(f, zlib.compress(b"{}"), "2999-01-01T00:00:00+00:00"), "answered in the future", "warning", "rm -rf graphs/mine/s2-cache.sqlite"),
    "a cache that is no database": (lambda f: (f / "s2-cache.sqlite").write_bytes(b"x" * 5000), "not a database", "warning", "rm -rf graphs/mine/s2-cache.sqlite"),
    "eras.toml": (lambda f: (f / "eras.toml").write_text("early = 3"), "not a list of eras", "broken", "mv graphs/mine/eras.toml graphs/mine/eras.toml.aside"),
    "populations.toml": (lambda f: (f / "populations.toml").write_text("[x]\nyear = 3"), "invalid population", "broken", "mv graphs/mine/populations.toml graphs/mine/populations.toml.aside"),
    "populations.toml, a folder": (lambda f: (f / "populations.toml").mkdir(), "Is a directory", "broken", "mv graphs/mine/populations.toml graphs/mine/populations.toml.aside"),
    "questions.csv": (lambda f: (f / "questions.csv").write_text("who,whom\na,b\n"), "not a list of questions", "broken", "mv graphs/mine/questions.csv graphs/mine/questions.csv.aside"),
    "questions.csv, no text": (lambda f: (f / "questions.csv").write_bytes(b"earlier,later\n\xff,b\n"), "not UTF-8", "broken", "mv graphs/mine/questions.csv graphs/mine/questions.csv.aside"),
    "overrides.csv": (lambda f: (f / "overrides.csv").write_text("x\n"), "overrides.csv begins with", "broken", "mv graphs/mine/overrides.csv graphs/mine/overrides.csv.aside"),
    "a pipe": (lambda f: os.mkfifo(f / "eras.toml"), "a named pipe", "broken", "rm graphs/mine/eras.toml"),
    "the configuration": (config, "config.toml is not valid TOML", "broken", "mv {config} {config}.aside"),
}  # fmt: skip
DAILY = {"another program", "the seal", "an answer", "eras.toml"}  # the others take longer in all


def found(name: str = "mine") -> list[Finding]:
    """What doctor finds that is not well; keys apart, of which none is set here."""
    return [f for f in kg.doctor(name).findings if f.state != "ok" and (f.check != "keys" or f.state == "broken")]


@pytest.mark.parametrize(
    "fault", [pytest.param(name, marks=[pytest.mark.long] * (name not in DAILY)) for name in FAULTS]
)
def test_a_fault_is_found_and_named_with_the_command_that_mends_it(fault: str, mine: Path, kg_here):
    """One line says what it is, and the command leaves nothing to find."""
    assert found() == []
    plant, says, state, command = FAULTS[fault]
    plant(mine)
    command = command.format(config=mine.parents[1] / "config" / "kg" / "config.toml")
    told, *more = found()
    assert (told.state, told.do.partition("  (")[0]) == (state, command), told
    assert re.search(says, told.what)
    assert "\n" not in told.what + told.do
    assert all(other.check == "keys" for other in more)  # whose keys stand in the configuration
    if command.startswith("kg "):
        kg_here(*shlex.split(command)[1:])
    else:
        subprocess.run(command, shell=True, check=True)
    if "damaged" in command:  # what the command set aside stays, and the graph is built again
        Path("again.csv").write_text("citing,cited\na,b\n", encoding="utf-8")
        kg_here("ingest", "again.csv", graph="mine")
    assert found() == []


def test_the_command_for_an_unreadable_store_works_a_second_time(mine: Path):
    """What it set aside the first time stays where it is."""
    for place in ("damaged", "damaged-2"):
        (mine / "graph.sqlite").write_text(f"no database, for {place}")
        (told,) = found()
        subprocess.run(told.do.partition("  (")[0], shell=True, check=True)
    for place in ("damaged", "damaged-2"):
        assert (mine / place / "graph.sqlite").read_text() == f"no database, for {place}"


def test_no_seal_is_promised_where_none_can_be_written(mine: Path, monkeypatch: pytest.MonkeyPatch):
    """Doctor names the folder alone, and the repair refuses; a writer that ends while doctor looks is no killed one."""
    (mine / "graph.digest").unlink()
    with monkeypatch.context() as changed:
        changed.setattr(os, "access", lambda path, mode: Path(path).name != "mine" or mode != os.W_OK)
        (told,) = found()
        assert "is not writable" in told.what
        with pytest.raises(StoreError, match="graphs/mine cannot be written"):
            kg.verify("mine", repair=True)
    assert "something was reading at the end of a write" in found()[0].what
    sealed = iter([False, True])
    monkeypatch.setattr("kg.library.graph_health.is_sealed", lambda _: next(sealed))
    assert found() == []


def test_who_is_writing_is_named(mine: Path):
    """A process that holds the right to write, by its number; what a killed one held is free."""
    with closing(sqlite3.connect(mine / "write.lock", isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        (told,) = found()
        assert (told.state, "is being written by" in told.what) == ("warning", True)
        if Path("/proc/locks").exists():
            assert told.do.startswith(f"kill {os.getpid()}  (")
    assert found() == []


def fails(_: Path) -> str:
    """A disk that does not give what is on it."""
    raise OSError(errno.EIO, "no luck")


def test_what_no_file_shows_is_found_too(mine: Path, monkeypatch: pytest.MonkeyPatch):
    """A full disk, a store of a newer version, one that the disk cannot read, a folder that may not be looked into."""
    with monkeypatch.context() as changed:
        usage = shutil.disk_usage(mine)
        changed.setattr(shutil, "disk_usage", lambda _: usage._replace(free=5_000_000))
        assert {(f.check, f.state) for f in found()} == {("cache", "warning"), ("graph mine", "warning")}
        assert all("5 MB left on the disk of" in f.what for f in found())
    with monkeypatch.context() as changed:
        changed.setattr(os, "access", lambda path, _: Path(path).name != "mine")
        told = [f for f in kg.doctor().findings if f.check == "graph mine"]
        assert (told[0].state, told[0].do) == ("broken", "chmod -R u+rwX graphs/mine")
    with monkeypatch.context() as changed:
        changed.setattr("kg.graph.seal._digests", fails)
        (mine / "graph.checked").unlink()
        (told,) = found()
        assert (told.state, told.what[-45:]) == ("broken", "cannot be compared with graph.digest: no luck")
        with pytest.raises(StoreError, match="no luck"):
            kg.open_graph("mine")
    change(mine, "UPDATE meta SET value = 99 WHERE key = 'schema'")
    (mine / "graph.digest").unlink()
    (told,) = found()
    assert re.search("a newer version of kg", told.what)
    assert told.do.endswith("-m pip install --upgrade kg-citations")


def test_a_user_without_a_home_is_told(mine: Path, monkeypatch: pytest.MonkeyPatch):
    """The bundled graph is built for each command then; the configuration is optional."""

    def no_home(*_, **__):
        raise RuntimeError("Could not determine home directory.")

    built = mine.parent / "kg-temporary-0" / "neural-music-0"
    built.mkdir(parents=True)
    monkeypatch.setattr("kg.ingest.sources.service.user_config_path", no_home)
    monkeypatch.setattr("kg.library.health.folder_to_read", lambda _: built)
    (told,) = found()
    assert (told.check, told.state, told.do) == ("cache", "warning", "set KG_CACHE to a folder that you can write to")


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another user's place")
def test_a_log_that_another_user_cannot_read_is_told(mine: Path):
    """SQLite needs a folder that can be written for it: the command makes a copy, which is read whole."""
    killed_writer(mine)
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(mine, f"{place}/mine", ignore=shutil.ignore_patterns("*-shm"))
        for path in (Path(place), *Path(place).rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        Path(place).chmod(0o777)
        env = {"KG_CACHE": str(mine.parent / "none"), "KG_GRAPH": None, "HOME": place}
        ended = process.kg(
            Path("/"), "doctor", "--json", "--graph", "./mine", before=("env", "-C", place, *READER), env=env
        )
        (told,) = [f for f in json.loads(ended.out)["findings"] if f["check"] == "graph ./mine"]
        assert (ended.code, "newest changes are in graph.sqlite-wal, which needs a folder" in told["what"]) == (6, True)
        subprocess.run([*READER, "sh", "-c", told["do"].partition("  (")[0]], cwd=place, check=True)
        ended = process.kg(Path("/"), "info", "--graph", "./mine-copy", before=("env", "-C", place, *READER), env=env)
        assert (ended.code, b"3 works" in ended.out) == (0, True)


def test_values_that_cannot_be_are_listed_when_they_are_left_out(mine: Path, kg_here):
    """`kg verify` names them; --repair takes them out of the works, builds the index again and keeps what they were."""
    impossible(mine)
    assert "3 values that cannot be, such as year 20210 of a" in kg_here("verify", graph="mine", code=1).out
    assert "left out and listed: 3 values that cannot be" in kg_here("verify", "--repair", graph="mine").out
    graph = kg.open_graph("mine")
    assert (graph.show("a").work.year, graph.show("a").work.date, graph.show("a").work.reported_citations) == (
        None,
    ) * 3
    assert sorted(remark.reason for remark in graph.provenance.store.remarks()) == [
        f"{what}: impossible, and left out" for what in ("date 2021-02-31", "reported citations -4", "year 20210")
    ]
    assert kg.verify("mine").well
