"""An end to what does not end by itself, in this process."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Hangs(BaseException):
    """Something took longer than it may; no handler of errors takes it for one."""


@contextmanager
def ended_after(seconds: float, *, waiting: bool = False) -> Iterator[None]:
    """Raise Hangs where what follows takes more CPU seconds, or with `waiting` more seconds by the clock."""
    timer, number = (signal.ITIMER_REAL, signal.SIGALRM) if waiting else (signal.ITIMER_PROF, signal.SIGPROF)

    def stop(*_: object) -> None:
        raise Hangs(f"over {seconds} s")

    before = signal.signal(number, stop)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)
