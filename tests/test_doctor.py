"""kg doctor without a network: each thing that can be broken is found, alone, with what to do about it."""

import gc
import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tomllib
import webbrowser
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.ingest.sources.http_cache import Cache
from kg.library.doctor import Diagnosis
from kg.library.health import FEATURES, Finding, package_findings, python_findings
from kg.model import Batch, Citation, Work

KEYS = (
    "S2_API_KEY", "SEMANTIC_SCHOLAR_API_KEY", "OPENALEX_API_KEY", "OPENCITATIONS_ACCESS_TOKEN", "KG_MAILTO", "KG_CACHE",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a graph, its index and RDF built."""
    folder = tmp_path_factory.mktemp("made") / "mine"
    write(folder, "b", "a")
    graph = kg.open_graph(folder)
    graph.info()
    graph.rdflib()
    del graph
    gc.collect()  # closes it
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled_graph: kg.Graph, made: Path) -> Path:
    """A folder with one graph, "mine", its index and RDF built, on a machine with a browser and without keys."""
    monkeypatch.chdir(tmp_path)
    for name in KEYS[:-1]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(
        "kg.library.doctor.package_findings", lambda: iter(())
    )  # tested by themselves: they take seconds
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("firefox"))
    return Path(shutil.copytree(made, tmp_path / "graphs" / "mine"))


def write(folder: Path, *ids: str) -> None:
    """Write works to a graph, each citing the next."""
    folder.mkdir(parents=True, exist_ok=True)
    with Writer.open(folder / "graph.sqlite", "test") as writer:
        citations = [Citation(citing=a, cited=b, source="s") for a, b in pairwise(ids)]
        writer.add(Batch(works=[Work(id=id_, title=f"On {id_}") for id_ in ids], citations=citations))


def unwell(diagnosis: Diagnosis, check: str = "") -> list[tuple[str, str]]:
    """What is not well, keys apart: its check and state."""
    return [
        (f.check, f.state) for f in diagnosis.findings if f.state != "ok" and f.check != "keys" and check in f.check
    ]


def said(diagnosis: Diagnosis, pattern: str) -> Finding:
    """The one finding that says something."""
    (found,) = [f for f in diagnosis.findings if re.search(pattern, f.what)]
    return found


def test_where_all_is_well_it_says_so(here: Path, kg_here):
    """Exit 0, one document, each graph with its numbers; without keys there are warnings, which are not broken."""
    document = kg_here("doctor", "--json").json()
    diagnosis = kg.doctor()
    assert document == json.loads(diagnosis.to_json())
    assert document["well"]
    assert unwell(diagnosis) == []
    assert {f["check"] for f in document["findings"] if f["state"] == "warning"} == {"keys"}
    assert "2 works, 1 citation, revision 1-" in said(diagnosis, re.escape(str(Path("graphs/mine")))).what
    states = [f["what"] for f in document["findings"] if f["check"] == "graph mine"]
    assert states[1:] == ["index: of the store's state", "RDF: of the store's state"]
    assert "nothing is broken, 2 warnings" in repr(diagnosis)
    assert {f["check"] for f in kg_here("doctor", "--json", graph="mine").json()["findings"]} >= {"graph mine"}
    assert all(f.check != "graph bundled" for f in kg.doctor("mine").findings)


def damage(path: Path) -> None:
    """Overwrite the second half of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + b"\x5a" * (len(data) - len(data) // 2))


def of_another_version(folder: Path) -> None:
    """Mark a store as written by another version."""
    with closing(sqlite3.connect(folder / "graph.sqlite", isolation_level=None)) as db:
        db.execute("UPDATE meta SET value = 99 WHERE key = 'schema'")
    (folder / "graph.digest").unlink()


def without_database(folder: Path) -> None:
    """Write something else over a store."""
    (folder / "graph.sqlite").write_bytes(b"no database")


def rdf_damaged(folder: Path) -> None:
    """Take the files of an RDF store away."""
    (state,) = (folder / "rdf").glob("[0-9]*")
    shutil.rmtree(state)
    state.mkdir()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: damage(folder / "graph.sqlite"), "not as kg last wrote it"),
        (without_database, "not as kg last wrote it"),
        (of_another_version, "a newer version of kg"),
        (rdf_damaged, "RDF store"),
    ],
)
def test_a_broken_graph_is_named_and_ends_with_exit_6(here: Path, kg_here, spoil: Callable[[Path], None], told: str):
    """The graph that is broken is, and no other; the report comes all the same."""
    spoil(here)
    run = kg_here("doctor", code=6)
    assert re.search(f"graph mine +broken +.*({told})", run.out)
    assert unwell(kg.doctor()) == [("graph mine", "broken")]
    assert run.err.splitlines()[-2].startswith("kg: 1 thing broken: ")
    kg_here("doctor", code=0, graph="bundled")


def test_what_it_says_to_do_repairs(here: Path):
    """The command beside a damaged index, RDF store, cache or a left-over folder makes it well."""
    rdf_damaged(here)
    (state,) = (here / "index").glob("[0-9]*")
    damage(state / "years")
    (state / "meta.json").write_text("{}", encoding="utf-8")
    Cache(here / "s2-cache.sqlite").close()
    damage(here / "s2-cache.sqlite")
    left, fresh = here / "index" / ".building-7", here / "index" / ".building-8"
    for folder in (left, fresh):
        folder.mkdir()
    os.utime(left, (1, 1))
    (here / ".git").mkdir()  # a folder of the user's own
    os.utime(here / ".git", (1, 1))
    diagnosis = kg.doctor("mine")
    assert unwell(diagnosis) == [("graph mine", state) for state in ("warning", "broken", "warning", "warning")]
    for finding in diagnosis.findings:
        if finding.check == "graph mine" and finding.do and finding.state != "ok":
            command = re.sub("^kg ", f"{shlex.quote(sys.executable)} -m kg ", finding.do.partition("  (")[0])
            subprocess.run(command, shell=True, check=True, capture_output=True)
    assert unwell(kg.doctor("mine")) == []
    assert not left.exists()


def test_what_is_of_an_earlier_state_is_no_fault(here: Path):
    """Index and RDF are built again by themselves."""
    write(here, "c", "a")
    diagnosis = kg.doctor("mine")
    assert unwell(diagnosis) == []
    assert [f.what for f in diagnosis.findings if "earlier state" in f.what] == [
        "index: of an earlier state; the next command builds it",
        "RDF: of an earlier state; the next query builds it",
    ]


def test_a_graph_that_was_never_filled_and_one_that_is_not_there(here: Path, kg_here):
    """The first is a warning with its command, the second an error in the value."""
    (here.parent / "new").mkdir()
    Store.create(here.parent / "new" / "graph.sqlite", name="new").db.close()
    assert unwell(kg.doctor(), "new") == [("graph new", "warning")]
    assert "no graph 'nowhere'" in kg_here("doctor", graph="nowhere", code=2).out


def test_many_copies_of_the_bundled_graph_are_removed_by_a_short_command(here: Path, tmp_path: Path, monkeypatch):
    """Those of other versions of kg, and not the present one."""
    copies = [tmp_path / "cache of kg" / f"neural-music-{n:016x}" for n in range(9)]
    for copy in copies:
        copy.mkdir(parents=True)
    monkeypatch.setattr("kg.library.health.folder_to_read", lambda _: copies[4])
    told = said(kg.doctor("mine"), "8 older copies")
    assert (told.state, len(told.do) < 200 + len(str(tmp_path))) == ("ok", True)
    subprocess.run(told.do.partition("  (")[0], shell=True, check=True)
    assert list(copies[4].parent.iterdir()) == [copies[4]]


def test_a_folder_that_cannot_be_written(here: Path, monkeypatch: pytest.MonkeyPatch):
    """That is a warning where the index is there, and broken where it is not."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or Path(path).name != "mine")
    assert unwell(kg.doctor()) == [("graph mine", "warning")]
    shutil.rmtree(here / "index")
    assert unwell(kg.doctor()) == [("graph mine", "broken")]


def test_a_cache_that_cannot_be_made(here: Path, monkeypatch: pytest.MonkeyPatch, kg_here):
    """The bundled graph has no place then; the hint names the variable."""
    (here / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("KG_CACHE", str(here / "file" / "below"))
    run = kg_here("doctor", code=6)
    assert "set KG_CACHE to a folder that you can write to" in run.out
    assert [check for check, state in unwell(kg.doctor()) if state == "broken"] == ["cache", "graph bundled"]


def test_keys_are_named_and_never_shown(here: Path, monkeypatch: pytest.MonkeyPatch, kg_here):
    """Each by the place it is taken from; a key with impossible characters is an error that does not show it either."""
    monkeypatch.setenv("SEMANTIC_SCHOLAR_API_KEY", "s3cret-KEY-0123456789")
    (here.parents[1] / "config" / "kg").mkdir(parents=True)
    settings = here.parents[1] / "config" / "kg" / "config.toml"
    settings.write_text('[openalex]\nkey = "other-KEY-98765"\n', encoding="utf-8")
    run = kg_here("doctor")
    assert "Semantic Scholar: key from SEMANTIC_SCHOLAR_API_KEY" in run.out
    assert f"OpenAlex: key from [openalex] in {settings}" in run.out
    assert not unwell(kg.doctor(), "keys")
    monkeypatch.setenv("SEMANTIC_SCHOLAR_API_KEY", "s3cret KEY-0123456789")
    refused = kg_here("doctor", "--json", code=2)
    for text in (run.out, run.err, refused.out, refused.err, repr(kg.doctor())):
        assert "KEY-" not in text
    settings.write_text("[openalex\n", encoding="utf-8")
    assert "config.toml is not valid TOML" in kg_here("doctor", code=2).out


@pytest.mark.parametrize(("name", "state"), [("firefox", "ok"), ("/usr/bin/lynx", "warning"), (None, "warning")])
def test_a_browser_that_shows_maps(here: Path, monkeypatch: pytest.MonkeyPatch, name: str | None, state: str):
    """None, or one of text alone, is a warning: pages are written all the same."""

    def get() -> webbrowser.BaseBrowser:
        if name is None:
            raise webbrowser.Error("could not locate runnable browser")
        return webbrowser.GenericBrowser(name)

    monkeypatch.setattr(webbrowser, "get", get)
    assert [f.state for f in kg.doctor().findings if f.check == "browser"] == [state]


class Installed:
    """What the metadata of an installed kg would say."""

    def __init__(self, *requires: str, python: str = ">=3.11") -> None:
        self.requires = list(requires)
        self.python = python

    @property
    def metadata(self) -> Any:
        """Python's version, and the extras."""
        python = self.python

        class Metadata(dict):
            def get_all(self, name: str) -> list[str]:
                return ["fast"] if name == "Provides-Extra" else []

        return Metadata({"Requires-Python": python})


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        (["httpx>=0.1"], [("ok", "1 required package, all there in versions that fit")]),
        (["httpx>=99"], [("broken", r"httpx is [\d.]+, kg needs >=99")]),
        (["no-such-package>=1"], [("broken", "no-such-package is not installed")]),
        (["httpx>=0.1", "no-such-package; python_version < '3'"], [("ok", "1 required package")]),
        (
            ["httpx>=0.1", "no-such-package>=1; extra == 'fast'"],
            [("ok", "1 req"), ("ok", "extra fast, for disruption and between.*: no-such-package missing")],
        ),
    ],
)
def test_packages_are_held_against_what_kg_requires(monkeypatch: pytest.MonkeyPatch, requires, expected):
    """A package that is missing or of a wrong version is broken, with the command that installs it; an extra is optional."""
    monkeypatch.setattr("kg.library.health.distribution", lambda _: Installed(*requires))
    found = list(package_findings())
    for (state, pattern), finding in zip(expected, found, strict=False):
        assert (finding.state, bool(re.match(pattern, finding.what))) == (state, True), finding
        assert finding.state == "ok" or re.search(r"-m pip install '[\w-]+>=\d+'$", finding.do)
        assert not finding.what.startswith("extra") or finding.do.endswith("-m pip install 'kg-citations[fast]'")
    assert [f for f in found if f.state == "broken"] == [f for f in found[:1] if f.state == "broken"]


@pytest.mark.parametrize(
    ("code", "told"), [("1 / 0", "ZeroDivisionError"), ("import os; os.abort()", "Python crashed")]
)
def test_a_package_that_cannot_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, told: str):
    """Also where importing it ends Python itself."""
    (tmp_path / "rispy.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr("kg.library.health.distribution", lambda _: Installed("httpx>=0.1", "rispy>=0.1"))
    (broken,) = [f for f in package_findings() if f.state == "broken"]
    assert broken.what.startswith(f"rispy cannot be imported: {told}")


def test_what_every_extra_is_for_is_said():
    """An extra that is added to kg is added there."""
    about = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert about["project"]["optional-dependencies"].keys() == FEATURES.keys()


def test_an_old_python_is_broken(monkeypatch: pytest.MonkeyPatch):
    """By what kg's own metadata asks for."""
    monkeypatch.setattr("kg.library.health.distribution", lambda _: Installed(python=">=9.9"))
    assert [(f.state, f.what.endswith("kg needs >=9.9")) for f in python_findings()] == [("broken", True)]


@pytest.mark.long
def test_this_very_installation_is_well(kg_run):
    """The installed command, with the real packages."""
    document = kg_run("doctor", "--json").json()
    assert [f for f in document["findings"] if f["state"] == "broken"] == []
    assert any(re.match(r"\d\d required packages, all there", f["what"]) for f in document["findings"])
