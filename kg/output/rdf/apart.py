"""Run a checked query in a process of its own: a copy of this one where that is safe, else a new interpreter."""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from kg.children import command, die_with
from kg.output.rdf.query_process import MEMORY, reply


def run_apart(folder: Path, text: str, timeout_s: float | None) -> tuple[bytes, bytes, int]:
    """Run a checked query.

    Parameters
    ----------
    folder : Path
        The RDF store.
    text : str
        The query.
    timeout_s : float or None
        Seconds after which the process is stopped; None for no limit.

    Returns
    -------
    tuple of bytes, bytes and int
        The line of JSON and the data of `query_process`, what the process wrote to stderr, and its exit code.

    Raises
    ------
    TimeoutError
        If it takes longer.
    """
    if _can_be_copied():
        return _in_a_copy(folder, text, timeout_s)
    words = command("kg.output.rdf.query_process", str(folder))
    try:
        done = subprocess.run(words, input=text.encode(), capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return done.stdout, done.stderr, done.returncode


def _can_be_copied() -> bool:
    """Whether this process is on Linux, has one thread, so that no other's lock stays locked in the copy, and is small."""
    try:
        size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
        return len(list(Path("/proc/self/task").iterdir())) == 1 and size < MEMORY // 8
    except OSError:
        return False


def _in_a_copy(folder: Path, text: str, timeout_s: float | None) -> tuple[bytes, bytes, int]:
    """Save the start of an interpreter, half the time of a look-up."""
    (out, out_end), (errors, errors_end) = os.pipe(), os.pipe()
    parent, child = os.getpid(), os.fork()
    if not child:
        code = 1
        try:
            die_with(parent)
            os.dup2(errors_end, 2)
            sys.stderr = sys.__stderr__
            with os.fdopen(out_end, "wb") as file:
                file.write(reply(str(folder), text))
            code = 0
        finally:
            os._exit(code)  # without flushing what is buffered: the parent will write it
    os.close(out_end)
    os.close(errors_end)
    ends = None if timeout_s is None else time.monotonic() + timeout_s
    parts: list[bytes] = []
    answers = select.poll()
    answers.register(out)
    try:
        while not parts or parts[-1]:
            if not answers.poll(ends and max(0.0, ends - time.monotonic()) * 1000):
                raise TimeoutError
            parts.append(os.read(out, 1 << 20))
    finally:
        if not parts or parts[-1]:
            os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = os.read(errors, 1 << 16)
        os.close(out)
        os.close(errors)
    return b"".join(parts), said, code
