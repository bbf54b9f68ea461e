"""Streams that are closed, full or cut, a user without a home, no memory: one line or none, never a traceback."""

import errno
import os
import resource
import subprocess
import tempfile
from pathlib import Path

import pytest
from conftest import KG

from kg.cli.foreign_errors import explained
from kg.corpus.layout import Corpus
from kg.corpus.lookup import Lookup
from kg.errors import KgError, StoreError, need_memory
from kg.graph.bundled import _for_this_process, _state, bundled_folder, cache_folder, is_bundled
from kg.model import Batch, Work

FULL = "kg: standard output: No space left on device\n    free space on that disk, then run the same command again\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    ("streams", "code", "said"),
    [(">/dev/full", 2, FULL), ("<&- >&-", 0, ""), (">/dev/null 2>&-", 0, "")],
    ids=["full", "closed", "errors closed"],
)
def test_a_stream_that_takes_nothing_is_said_once_or_not_at_all(streams: str, code: int, said: str):
    """A full output is an error; one that is closed is nobody who listens."""
    words = ["sh", "-c", f"exec {KG} metrics disruption {streams}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, said)


def test_a_pipe_that_nobody_reads_ends_quietly():
    """As with `| head`: exit 1, nothing said, and nothing at the end of the interpreter."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([KG, "metrics", "disruption"], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch):
    """A process number without a name, as in a container, and no HOME: KG_CACHE is named."""
    for name in ("KG_CACHE", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    with pytest.raises(KgError, match="home") as told:
        cache_folder()
    assert "KG_CACHE" in told.value.hint
    assert told.value.exit_code == 2


@pytest.mark.parametrize(
    ("home", "says"),
    [("closed", "cache/.building-"), ("none", "home directory"), ("no index", "no index and cannot be written")],
)
def test_without_a_home_that_can_be_written_the_bundled_graph_is_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str, says: str
):
    """It is built among the temporary files, once for a process, and a note says what to set; KG_CACHE is never passed over."""
    cache, mkdir = tmp_path / "cache", Path.mkdir
    (cache / f"neural-music-{_state()}").mkdir(parents=True)
    if home == "no index":
        (cache / f"neural-music-{_state()}" / "graph.sqlite").touch()

    def user_cache_path(*_: object, **__: object) -> Path:
        if home == "none":
            raise RuntimeError("Could not determine home directory.")
        return cache

    def closed(path: Path, *args: int, **options: bool) -> None:
        if path.parent == cache:  # of another name each time
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        mkdir(path, *args, **options)

    monkeypatch.setattr("kg.graph.bundled.bundled_batch", lambda: Batch(works=[Work(id="a", title="A")]))
    monkeypatch.setattr("platformdirs.user_cache_path", user_cache_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(Path, "mkdir", closed)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).parent != cache)
    monkeypatch.delenv("KG_CACHE", raising=False)
    with pytest.warns(UserWarning, match=rf"command alone .*{says}.*: set KG_CACHE") as notes:
        folder, again = bundled_folder(), bundled_folder()
    assert (folder.parent.parent, again, is_bundled(folder), len(notes)) == (tmp_path, folder, True, 1)
    _for_this_process.cache_clear()
    monkeypatch.setenv("KG_CACHE", "/proc/none")
    with pytest.raises(StoreError, match=r"cache cannot be written.*/proc/none"):
        bundled_folder()


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ImportError("/x/_agg.so: failed to map segment from shared object"),
        type("OutOfMemoryException", (Exception,), {})("Out of Memory Error: failed to allocate block"),
    ],
    ids=["Python", "the loader", "DuckDB"],
)
def test_memory_that_does_not_suffice_is_said_in_a_line(error: Exception):
    """Whoever ran short of it; another error of these kinds is none of memory."""
    with pytest.raises(KgError, match="not enough memory"), explained():
        raise error
    with pytest.raises(ImportError), explained():
        raise ImportError("no module named x")


def test_a_limit_on_memory_is_looked_at_before_a_library_dies_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Oxigraph and DuckDB would abort the process."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (200_000_000_000, 0))
    need_memory("this", 100)
    with pytest.raises(KgError, match=r"this needs 300000 MB of addresses, and the limit leaves 19\d{4}"):
        need_memory("this", 300_000)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, 0))
    need_memory("this", 300_000)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1, 0))
    with pytest.raises(KgError, match="reading a corpus needs 200 MB"):
        Lookup(Corpus(tmp_path, {}), "c")
