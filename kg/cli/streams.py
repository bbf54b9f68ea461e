"""Standard input, output and errors: always there, always UTF-8; where output fails this is said once, and the rest is dropped."""

import io
import os
import sys
from typing import Any

OUTPUT = "standard output"  # the file name of an error in writing there


class _Stream(io.FileIO):
    """Output or errors: after a first failure all is taken and dropped, so that no second one follows when the program ends."""

    _failed = False

    def write(self, data: Any, /) -> int:
        try:
            if not self._failed:
                return super().write(data)
        except OSError as error:
            self._failed = True
            if self.fileno() == 1:  # what cannot be said to a person is not worth an error
                error.filename = OUTPUT
                raise
        return memoryview(data).nbytes


def settle() -> None:
    """Put `sys.stdout` and `sys.stderr` in order; not where a test or a notebook has put others in their place."""
    if os.name == "nt":
        return
    for number in range(3):  # a file that is opened must not take the number of a stream that is closed
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text(1, line_buffering=os.isatty(1))
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text(2, line_buffering=True)


def _text(number: int, *, line_buffering: bool) -> io.TextIOWrapper:
    raw = io.BufferedWriter(_Stream(number, "wb", closefd=False))
    return io.TextIOWrapper(raw, "utf-8", "backslashreplace", line_buffering=line_buffering)
