"""kg commands in copies of a process in which kg is imported: a third of the cost of new ones."""

import contextlib
import ctypes
import io
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path

MODULES = (
    *("matplotlib.pyplot", "pandas", "rdflib", "scipy.sparse.csgraph", "kg.analysis.claims.verdicts", "kg.cli.ingest"),
    *("kg.graph.topology", "kg.ingest.readers.article", "kg.ingest.readers.bibtex", "kg.ingest.readers.edges"),
    *("kg.library.info", "kg.library.ingest", "kg.library.verify", "kg.output.export.csv", "kg.output.map.page"),
    *("kg.output.rdf.open", "kg.output.rdf.serialise", "kg.output.report.report"),
    "pytest",  # which each copy imports as the program that it belongs to
)


@contextlib.contextmanager
def copies(at_once: int = 1) -> Iterator[Pool]:
    """Processes that come ready, one for each call, so many at once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(MODULES))
    with context.Pool(at_once, maxtasksperchild=1) as pool:
        yield pool


def said(folder: Path, env: dict[str, str], *words: str) -> tuple[int, str]:
    """Run a command in this process, or build an index of a store where that is named: the exit code, and what was printed."""
    from kg.cli import main
    from kg.graph.topology import build_index
    from kg.ingest.sources import base

    base.Transport = partial(base.Transport, interval_s=0.0)
    os.chdir(folder)
    sys.stdin = (folder / "more.csv").open() if "-" in words else sys.stdin  # what is piped in
    os.environ.update(env)
    tempfile.tempdir = None  # else as it was where this process was copied
    sys.argv[1:] = words
    run: Callable[[], None] = (lambda: build_index(*map(Path, words))) if words[0].endswith(".sqlite") else main
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            run()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return code, out.buffer.getvalue().decode()


def traced(folder: Path, env: dict[str, str], options: tuple[str, ...], *words: str) -> tuple[int, str]:
    """Run a command in a copy of this process under strace, which writes `trace.log`: how it ended, below 0 by which signal.

    All of its calls are traced: until the first is seen, the copy does nothing but ask for its parent.
    """
    log = folder / "trace.log"
    log.unlink(missing_ok=True)
    go, start = os.pipe()
    with tempfile.TemporaryFile() as out:
        if not (child := os.fork()):
            code, text = 1, ""
            try:
                os.setsid()
                # PR_SET_PTRACER: else only a parent may trace it
                ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
                os.dup2(out.fileno(), 1)
                while not select.select([go], [], [], 0.002)[0]:
                    os.getppid()
                code, text = said(folder, env, *words)
            except BaseException:  # noqa: BLE001  (nothing may go on as a second worker)
                text = traceback.format_exc()
            finally:
                os.write(1, text.encode())
                os._exit(code)
        strace = subprocess.Popen(["strace", "-f", "-qq", "-o", str(log), *options, "-p", str(child)])
        try:
            ends = time.monotonic() + 120
            while strace.poll() is None and "getppid" not in (log.read_text(errors="replace") if log.exists() else ""):
                assert time.monotonic() < ends, "the trace never began"
                time.sleep(0.002)
            os.write(start, b"\n")
            strace.wait(timeout=120)
        finally:
            os.close(start)
            os.close(go)
            strace.kill()
            strace.wait()
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)  # where it has ended it is there, as nobody has waited for it
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        return code, out.read().decode()
