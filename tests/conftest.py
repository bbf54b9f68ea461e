"""What tests share: the real data beside the checkout, and the installed `kg` run as its users run it."""

import gc
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path
from typing import Any

import pytest
from hypothesis import is_hypothesis_test, settings
from hypothesis.internal.conjecture import providers

SHARED = Path(os.environ.get("KG_SHARED", Path(__file__).parents[2] / "shared"))
KG = Path(sys.executable).with_name("kg")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the checkout; tests that need it skip where it is absent."""
    if not (SHARED / "data").exists():
        pytest.skip(f"no real data at {SHARED}")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of this session's own, which its processes share, so that the code under test builds the bundled graph once."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "cache"
    os.environ["KG_CACHE"] = str(folder)
    os.environ.pop("KG_GRAPH", None)
    return folder


@pytest.fixture(scope="session", autouse=True)
def elsewhere(tmp_path_factory: pytest.TempPathFactory):
    """Another folder than the checkout, where `make demo` may have left a graph."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    yield
    os.chdir(before)


@pytest.fixture(autouse=True)
def left_as_found():
    """The environment and the working folder as they were, whatever a test made of them: the next must not depend on it."""
    before, place = dict(os.environ), Path.cwd()
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)
    os.chdir(place)


@pytest.fixture(scope="session")
def bundled_graph(cache: Path):
    """The bundled graph, opened once a process; what is computed of it stays with it."""
    import kg

    return kg.open_graph()


def keep_open(held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands find a graph open that does not change: what was computed of it before is what they would compute."""
    from kg.graph.folder import BUNDLED, Workspace, folder_to_read
    from kg.library.graph import Graph

    space, open_, read = held._space, Workspace.open, Graph.read

    def opened(graph: str | None = None) -> Workspace:
        found = folder_to_read(graph or os.environ.get("KG_GRAPH") or BUNDLED)
        return space if found.absolute() == space.folder.absolute() else open_(graph)

    monkeypatch.setattr(Workspace, "open", opened)
    monkeypatch.setattr(Graph, "read", lambda other: held if other is space else read(other))


@pytest.fixture
def shared_bundled(bundled_graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the bundled graph open."""
    keep_open(bundled_graph, monkeypatch)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end, modules and tests, and let it look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_configure(config: pytest.Config) -> None:
    """Let laws meet the same cases in every run but the nightly, which prints how to repeat what it finds.

    Beside its seed hypothesis draws numbers and words from whatever modules of kg other tests have loaded by then.
    """
    if config.option.markexpr != "nightly":
        settings.register_profile("by day", derandomize=True, deadline=None)
        settings.load_profile("by day")
        pytest.MonkeyPatch().setattr(providers, "_get_local_constants", lambda: providers._local_constants)
    else:
        settings.register_profile("nightly", print_blob=True, deadline=None)
        settings.load_profile("nightly")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run every law over 100 cases, and `-m nightly` over 10,000; a law of many metrics shares them, 15 each at least."""
    nightly = config.option.markexpr == "nightly"
    laws = [item for item in items if is_hypothesis_test(getattr(item, "obj", None))]
    shares = Counter(item.obj for item in laws)
    for item in laws:
        cases = max(15, -(-(10_000 if nightly else 100) // shares[item.obj]))
        by_day = item.obj._hypothesis_internal_use_settings
        item.obj._hypothesis_internal_use_settings = settings(by_day, max_examples=cases, deadline=None)
        if nightly:
            item.add_marker(pytest.mark.nightly)


@dataclass(frozen=True)
class Run:
    """What a run of the program gave back."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Give the one JSON document that stdout must be."""
        return json.loads(self.out)


@pytest.fixture
def kg_run(tmp_path: Path):
    """Run the installed `kg` as a user would, in a folder of the test's own."""

    def run(*args: object, graph: str | None = None, code: int | None = 0) -> Run:
        words = [str(KG), *map(str, args), *(["--graph", graph] if graph else [])]
        env = os.environ | {"COLUMNS": "200", "NO_COLOR": "1"}
        done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        result = Run(done.returncode, done.stdout, done.stderr)
        assert code in (None, result.code), f"exit {result.code}\n{result.out}\n{result.err}"
        assert "Traceback" not in result.err, result.err
        return result

    return run


@pytest.fixture(scope="session")
def commands_made():
    """What typer makes of an app, made once for the commands it has: a process of its own makes it once, too."""
    from typer.main import get_command

    return once(lambda app, commands, groups: get_command(app))  # noqa: ARG005


@pytest.fixture
def kg_here(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    shared_bundled: None,
    commands_made: Callable[..., Any],
):
    """Run the command line in this process, in a folder of the test's own: as `kg_run`, without a new interpreter each time."""
    from kg.cli import main

    def made(app: Any) -> Any:
        return commands_made(app, len(app.registered_commands), len(app.registered_groups))

    monkeypatch.setattr("typer.main.get_command", made)

    def run(*args: object, graph: str | None = None, code: int | None = 0) -> Run:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, args), *(["--graph", graph] if graph else [])])
        stopped: Any = 0
        try:
            main()
        except SystemExit as stop:
            stopped = stop.code or 0
        out, err = capsys.readouterr()
        assert code in (None, stopped), f"exit {stopped}\n{out}\n{err}"
        return Run(stopped, out, err)

    return run


@pytest.fixture
def clock():
    """Time for one test, which passes only by sleeping."""
    from s2_links import Clock

    return Clock()


@pytest.fixture
def serving():
    """A stand-in of Semantic Scholar without faults."""
    from s2_links import corpus
    from standins.s2_server import StandIn

    with StandIn(corpus()) as server:
        yield server


@pytest.fixture
def ids(tmp_path: Path) -> Path:
    """A list that names one work, S of the stand-ins."""
    path = tmp_path / "ids.txt"
    path.write_text("10.1000/S\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the graph goes."""
    return tmp_path / "graph"
