"""Pipes, devices and sockets where files are expected, files nested without end, and signs that would steer a terminal."""

import gc
import io
import json
import os
import shutil
import signal
import socket
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.aside import TEMPORARY, built_aside
from kg.corpus.layout import LOCK, MANIFEST, Corpus, locked
from kg.errors import InputError, KgError
from kg.files import read_json
from kg.graph.eras import eras_of
from kg.ids import iri_of
from kg.ingest.resolve.links import words_in

ENTRY = "@article{a1, title={A title of things}, author={Ann Other}, year=2001}\n"


@pytest.fixture(autouse=True)
def ends():
    """Nothing here waits: a test that hangs fails after ten seconds."""

    def stop(*_):
        pytest.fail("it hangs")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(10)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a graph of one work, and the file it was read from."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "a.bib").write_text(ENTRY, encoding="utf-8")
    kg.ingest(folder / "a.bib", graph=str(folder / "g"), from_="none")
    gc.collect()  # closes it
    return folder


@pytest.fixture
def graph(made: Path, tmp_path: Path) -> Path:
    """A graph of one work."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "g"


def piped(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a text on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def put_socket(place: Path) -> None:
    """Put a socket in a place."""
    here = Path.cwd()
    os.chdir(place.parent)  # its address may not be long
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(place.name)
    os.chdir(here)


ODD: list[tuple[str, Callable[[Path], None]]] = [
    ("a named pipe", os.mkfifo),
    ("a socket", put_socket),
    ("a device", lambda place: place.symlink_to("/dev/zero")),
]


@pytest.mark.parametrize(
    ("kind", "put"),
    [ODD[0], *(pytest.param(*odd, marks=pytest.mark.long) for odd in ODD[1:])],
    ids=[kind for kind, _ in ODD],
)
@pytest.mark.parametrize(
    "words",
    [
        ["ingest", "odd", "--graph", "new"],
        ["ingest", "a.csv", "--works", "odd", "--graph", "new"],
        ["sparql", "odd", "--graph", "./g"],
        ["verify", "odd", "--graph", "./g"],
        ["export", "bibtex", "odd", "--graph", "./g"],
        ["export", "bibtex", "odd", "--force", "--graph", "./g"],
    ],
    ids=" ".join,
)
def test_what_is_no_file_is_named_and_not_opened(kind, put, words, graph: Path, tmp_path: Path, kg_here):
    """As input, table, query, snapshot or output: exit 2, and what it is."""
    put(tmp_path / "odd")
    (tmp_path / "a.csv").write_text("citing,cited\na,b\n", encoding="utf-8")
    assert f"odd is {kind}, not a file" in kg_here(*words, code=2).err
    assert not (tmp_path / "graphs" / "new").exists()


@pytest.mark.parametrize(
    "name", ["eras.toml", "write.lock", "rdf/current", *(pytest.param(name, marks=pytest.mark.long) for name in ("populations.toml", "questions.csv", "overrides.csv", "graph.digest", "graph.sqlite-wal", "s2-cache.sqlite", "index/pipe"))],
)  # fmt: skip
def test_a_pipe_among_the_files_of_a_graph_is_named(name: str, graph: Path, kg_here):
    """Reading, writing and doctor say so, with the command that removes it."""
    (graph / name).unlink(missing_ok=True)
    (graph / name).parent.mkdir(exist_ok=True)
    os.mkfifo(graph / name)
    for words in (["info"], ["ingest", graph.parent / "a.bib"]):
        assert f"rm {graph / name}" in kg_here(*words, graph=str(graph), code=6).err
    with pytest.raises(KgError, match="a named pipe"):
        kg.verify(graph)


def test_a_pipe_in_the_folder_of_a_corpus_is_named(tmp_path: Path):
    """The manifest and the lock are files."""
    os.mkfifo(tmp_path / MANIFEST)
    with pytest.raises(InputError, match="a named pipe"):
        Corpus.open(tmp_path)
    os.mkfifo(tmp_path / LOCK)
    with pytest.raises(InputError, match="a named pipe"), locked(tmp_path, "building"):
        pass


def test_what_is_piped_in_is_read(kg_here, monkeypatch: pytest.MonkeyPatch):
    """Standard input by its content or by --as, under a name of its own or a given one; the answer names it as the person did."""
    piped("10.1234/abc\n", monkeypatch)
    found = kg_here("ingest", "-", "--as", "ids", "--from", "none", "--json", graph="g").json()
    assert found["read"]["files"] == {"-": "ids"}
    piped("citing,cited\nx,y\n", monkeypatch)
    kg_here("ingest", "-", "--name", "mine.csv", "--from", "none", graph="named")
    assert [c.source for c in kg.open_graph("named").provenance.store.citations()] == ["mine.csv"]


def test_the_pipe_of_a_shell_is_read(tmp_path: Path):
    """<(...) is /dev/fd/N: with two of them, both."""
    files, ends = [], []
    for text in (ENTRY, ENTRY.replace("a1", "b2").replace("things", "birds")):
        out, into = os.pipe()
        os.write(into, text.encode())
        os.close(into)
        files.append(f"/dev/fd/{out}")
        ends.append(out)
    done = kg.ingest(files, graph=str(tmp_path / "g"), from_="none")
    assert dict(done.files) == dict.fromkeys(files, "bibtex")
    assert done.added["works"] == 2
    for end in ends:
        os.close(end)


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("", ["-"], "standard-input is empty"),
        ("\x00\x01", ["-"], "standard-input is not a text file"),
        (ENTRY, ["-", "--name", "a/b"], "--name a/b does not fit"),
        (ENTRY, ["a.bib", "--name", "b.bib"], "--name b.bib does not fit"),
    ],
)
def test_what_is_piped_in_and_cannot_be_read_is_said(text, words, said, graph, kg_here, monkeypatch):
    """By the name that it has for the person, not that of a temporary file."""
    piped(text, monkeypatch)
    run = kg_here("ingest", *words, graph="new", code=2)
    assert run.err.startswith(f"kg: {said}")


def test_what_never_ends_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kg_here):
    """More than a limit comes from a pipe."""
    monkeypatch.setattr("kg.files._MOST_PIPED", 1 << 16)
    piped("x" * (1 << 18), monkeypatch)
    assert "comes from -" in kg_here("ingest", "-", graph="new", code=2).err
    piped("x" * (17 << 20), monkeypatch)
    assert "longer than 16 MB" in kg_here("sparql", "-", code=2).err


def test_a_short_file_takes_little_memory(tmp_path: Path):
    """Not that of the longest one that is read as a whole."""
    (tmp_path / "a.json").write_text("[1]")
    tracemalloc.start()
    try:
        assert read_json(tmp_path / "a.json") == [1]
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_file_that_is_nested_without_end_is_named(tmp_path: Path):
    """Thousands of brackets end in a line."""
    (tmp_path / "eras.toml").write_text("x = " + "[" * 3000 + "]" * 3000, encoding="utf-8")
    with pytest.raises(InputError, match=r"eras.toml is nested too deeply"):
        eras_of(tmp_path)
    (tmp_path / "corpus.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(InputError, match=r"corpus.json cannot be read: nested too deeply"):
        Corpus.open(tmp_path)


STEERING = "A \x1b[31mred\x7f \u202etitle\x9b31m \u2028of\u2066 things"


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of one work, whose title would steer a terminal."""
    folder = tmp_path_factory.mktemp("steered")
    item = {"id": "a1", "type": "book", "title": STEERING}
    (folder / "a.csl.json").write_text(json.dumps([item]), encoding="utf-8")
    kg.ingest(folder / "a.csl.json", graph=str(folder / "g"), from_="none")
    return folder / "g"


QUERY = "SELECT ?t { ?w dcterms:title ?t }"


@pytest.mark.parametrize(
    "words",
    [
        ["show", "a1"],
        ["show", "a1", "--json"],
        ["export", "bibtex"],
        ["export", "csl"],
        *(pytest.param(["sparql", *form, QUERY], marks=pytest.mark.long) for form in (["--csv"], ["--tsv"], ["--json"], [])),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_title_steers_a_terminal(words, steered: Path, kg_here, monkeypatch: pytest.MonkeyPatch):
    """Escapes, C1, DEL and signs of direction never come raw to a terminal, and to a file in other programs' formats alone."""
    for terminal in (True, False):
        monkeypatch.setattr(sys.stdout, "isatty", lambda shown=terminal: shown, raising=False)
        run = kg_here(*words, graph=str(steered))
        assert "red" in run.out
        raw = not terminal and (words[0] == "export" or words[1] in {"--csv", "--tsv"})
        assert raw == bool(set(run.out) & set("\x7f\x9b\u202e\u2028\u2066"))
        assert "--json" not in words or "\x9b31m" in json.dumps(run.json(), ensure_ascii=False)


def test_an_address_that_is_none_has_no_link():
    """Whoever reads an address asks `parts_of`; a graph made elsewhere may hold what kg would not have saved."""
    assert [iri_of(f"url:http://{host}/x") for host in ("[x", "[::1", "\u2100.com", "a]")] == [None] * 4
    assert words_in("http://[x/another-paper.pdf") == frozenset()
    assert iri_of("url:http://[::1]/x") == "http://[::1]/x"


def test_a_pipe_named_like_a_folder_of_a_killed_builder_is_not_opened(tmp_path: Path):
    """Among the system's temporary files anybody may put one."""
    os.mkfifo(tmp_path / f"{TEMPORARY}x")
    with built_aside(tmp_path, TEMPORARY) as folder:
        assert folder.is_dir()
