"""Processes of kg's own: they end with the one that began them, whatever ends it, and run no code of the folder they are in."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def command(module: str, *words: str) -> list[str]:
    """Give the words that run a module in a new process, which is killed when the thread that begins it ends (Linux).

    Parameters
    ----------
    module : str
        The module: "kg" for a command.
    *words : str
        Its arguments.
    """
    return [sys.executable, "-P", "-m", "kg.children", str(os.getpid()), module, *words]


def die_with(parent: int) -> None:
    """Have this process killed when that of its parent ends, whatever ends it, even in the middle of a computation (Linux)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before
            os._exit(1)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep Ctrl-C from processes that are begun meanwhile by `multiprocessing`, before they `follow`; here it waits as long."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # else that is begun by the first of them, and lets Ctrl-C through
    heard = list[int]()  # by any thread; a handler is of the main one, and what is blocked is inherited
    first = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number)) if first else None
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if first:
            signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)


def follow() -> None:
    """Leave Ctrl-C to the process that began this one by `multiprocessing`, in whatever thread, and end with it."""
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent:
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    import runpy

    die_with(int(sys.argv[1]))
    sys.argv[:] = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
