"""What a person sees while a corpus is built or measured: what it needs first, how far it is and how long it still takes."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kg.cli.printing import say
from kg.corpus.build import Progress
from kg.text import counted

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from kg.corpus.needs import Needs

_STEPS = {
    "doubles": "finding records that a newer one replaces",
    "citing": "sorting citations by citing work",
    "cited": "sorting citations by cited work",
    "works": "sorting works",
    "names": "sorting identifiers",
    "titles": "sorting titles",
}


class BuildProgress(Progress):
    """Follows a build while in a `with` block: a bar where stderr is a terminal, else a line for each tenth that is read."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._begun, self._size, self._tenth = time.monotonic(), 0, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def planned(self, needs: "Needs") -> None:
        """Say what is ahead, and whether the disk suffices."""
        say(
            f"plan: read {needs.unread:,} of {counted(needs.shards, 'file')} ({_bytes(needs.size)} in all), then sort the tables"
        )
        say(f"disk: about {_bytes(needs.disk)} more, {_bytes(needs.free)} free")
        if needs.disk > needs.free:
            say(
                "note: the disk will probably be full before the end; the build can be continued when there is more room"
            )
        if needs.memory:
            each = (
                f", and 0.3 GB for each of {counted(needs.processes, 'process', 'processes')} that read"
                if needs.processes
                else ""
            )
            say(f"memory: up to {needs.memory} (--memory){each}")

    def shards(self, *, done: int, of: int, size: int, whole: int) -> None:
        """Move the bar, or say how far it is."""
        if not self._size:
            self._begun, self._size = time.monotonic(), size or 1
            if done < of:
                self._show(whole)
        elif self._bar:
            self._bar.update(self._bar.task_ids[0], completed=size, files=f"{done:,} of {of:,} files")
        elif size * 10 // max(whole, 1) > self._tenth:
            self._tenth = size * 10 // whole
            left = (time.monotonic() - self._begun) / max(size - self._size, 1) * (whole - size)
            say(
                f"read {done:,} of {of:,} files, {self._tenth * 10}%"
                + (f", about {_time(left)} left to read" if size < whole else "")
            )

    def step(self, what: str, number: int, of: int) -> None:
        """Say which step begins."""
        if self._bar:
            self._bar.stop()
            self._bar = None
        say(f"step {number} of {of}: {_STEPS[what]} ({_time(time.monotonic() - self._begun)} so far)")

    def _show(self, whole: int) -> None:
        """Begin the bar, on a terminal."""
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("reading"), BarColumn(), DownloadColumn(), TextColumn("{task.fields[files]},"), TimeRemainingColumn(),
            TextColumn("left to read"), console=Console(stderr=True),
        )  # fmt: skip
        self._bar.start()
        self._bar.add_task("", total=whole, completed=self._size, files="")


@contextmanager
def years_measured() -> Iterator[Callable[[int, int], None]]:
    """Say how many years of a measure are done: in one line on a terminal, else a line for each tenth of them."""
    begun, ready, terminal = time.monotonic(), 0, sys.stderr.isatty()

    def show(done: int, of: int) -> None:
        nonlocal ready
        ready += 1  # in this run; others were there before
        left = f", about {_time((time.monotonic() - begun) / ready * (of - done))} left" if done < of else ""
        line = f"measured {done:,} of {counted(of, 'year')}{left}"
        if terminal:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
        elif done * 10 // of > (done - 1) * 10 // of:
            say(line)

    try:
        yield show
    finally:
        if terminal and ready:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _bytes(size: int) -> str:
    """A size in words, such as "12 GB"."""
    for unit, many in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if size >= many:
            return f"{size / many:.3g} {unit}"
    return "1 MB" if size > 0 else "0 MB"


def _time(seconds: float) -> str:
    """A time in words, such as "12 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
