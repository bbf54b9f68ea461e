"""A kg command as a process of its own: what it said, how it ended, what it took."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

KG = (sys.executable, "-m", "kg")
#: runs a command and writes what it took: the memory of a child that this process starts itself counts as at least its own
MEASURE = """import json, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    json.dump([code, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024], file)
"""
#: what a command ends with after bad input: an answer, a usage error, nothing usable, a source that failed, nothing found, a store
DOCUMENTED = frozenset({0, 1, 2, 3, 4, 5, 6})


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes
    ----------
    code : int
        Its exit code; below 0 the signal that ended it.
    out, err : bytes
        What it printed.
    seconds : float
        The CPU time it took, its children's included.
    megabytes : float
        The most memory that its largest process held.
    late : bool
        Whether it was killed because it did not end in time.
    """

    code: int
    out: bytes
    err: bytes
    seconds: float
    megabytes: float
    late: bool

    def fault(self, codes: frozenset[int] = DOCUMENTED, *, seconds: float = 10, megabytes: float = 1000) -> str:
        """What is wrong with how it ended, "" where nothing is: another exit code, a traceback, too long, too large."""
        said = self.err.decode(errors="replace")
        if self.late:
            return f"did not end: {said[-300:]}"
        if "Traceback (most recent call last)" in said or "Exception ignored" in said:
            return f"traceback: {said[-600:]}"
        if self.code not in codes:
            return f"exit {self.code}: {said[-300:]}"
        if self.seconds > seconds:
            return f"{self.seconds:.1f} s of CPU"
        return f"{self.megabytes:.0f} MB" if self.megabytes > megabytes else ""


def kg(
    folder: Path,
    *words: str,
    program: tuple[str, ...] = KG,
    before: tuple[str, ...] = (),
    stdin: bytes | None = None,
    env: dict[str, str | None] | None = None,
    timeout: float = 300,
) -> Ended:
    """Run kg in a folder.

    Parameters
    ----------
    folder : Path
        Where it runs.
    *words : str
        The command.
    program : tuple of str
        Another program than kg.
    before : tuple of str
        What runs it, such as strace with its options.
    stdin : bytes, optional
        What stands on its standard input; nothing by default.
    env : dict, optional
        Changes to the environment; None takes a variable away.
    timeout : float
        Seconds after which it is killed.
    """
    changed = os.environ | (env or {})
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        tempfile.TemporaryFile() as given,
        tempfile.NamedTemporaryFile("r") as took,
    ):
        given.write(stdin or b"")
        given.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", MEASURE, took.name, *before, *program, *words],
            cwd=folder,
            env={name: value for name, value in changed.items() if value is not None},
            stdin=given,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        late = threading.Event()

        def stop() -> None:
            late.set()
            os.killpg(process.pid, 9)

        timer = threading.Timer(timeout, stop)
        timer.start()
        try:
            process.wait()
        finally:
            timer.cancel()
        code, seconds, megabytes = json.loads(took.read() or "[-9, 0, 0]")
        out.seek(0)
        err.seek(0)
        return Ended(code, out.read(), err.read(), seconds, megabytes, late.is_set())
