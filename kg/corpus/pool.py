"""Functions called in processes of their own, which end with this one."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from kg.children import follow, undisturbed
from kg.errors import KgError


def apart(function: Callable[[Any], Any], items: Sequence[Any], processes: int) -> Iterator[Any]:
    """Call a function of a module with each item, in so many processes; results come as they are ready.

    With one process, or one item, it is called here. The processes end where the caller stops iterating or is killed.

    Raises
    ------
    KgError
        If a process was killed.
    """
    processes = min(processes, len(items))
    if processes <= 1:
        yield from map(function, items)
        return
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"), initializer=follow)
    todo, running = iter(items), set[Future[Any]]()
    try:
        while True:
            for item in todo:
                with undisturbed(), _without_main():
                    running.add(pool.submit(function, item))
                if len(running) >= 2 * processes:
                    break
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    except BrokenProcessPool:
        raise KgError(
            "a process was killed, perhaps for lack of memory",
            "run the same command again to continue; fewer --threads need less memory",
        ) from None
    finally:
        for child in set(multiprocessing.active_children()) - before if running else ():
            child.terminate()
        pool.shutdown(cancel_futures=True)


@contextmanager
def _without_main() -> Iterator[None]:
    """Start processes that do not run the user's script again, as they otherwise would."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
