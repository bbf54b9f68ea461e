"""What a person sees of an ingest from the web: its plan and cost first, then, on a terminal, how far it is."""

import sys
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kg.cli.printing import say
from kg.library.ingested import Credits, Plan, Progress
from kg.text import counted, harmless

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class CrawlProgress(Progress):
    """Follows an ingest while in a `with` block: lines on stderr, and a bar where that is a terminal."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}
        self._plan: Plan | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def step(self, text: str) -> None:
        """Say it."""
        self._say(f"... {text}")

    def looking_up(self, works: int, identified: int) -> None:
        """Say what looking up the works will cost."""
        batches = counted(-(-identified // 500), "request")
        rest = "1 to 3 for each work without one or not found by it; then fetch their lists"
        self._say(f"plan: look up {counted(works, 'work')}: {batches} for the {identified} with identifiers, {rest}")

    def searching(
        self, sources: Sequence[str], works: int, identified: int, titles: int, costs: Mapping[str, Credits]
    ) -> None:
        """Say what looking up the works will cost."""
        told = [
            f"; up to {cost.ahead:,} credits of {name}{cost.daily and f' ({cost.daily})'}"
            for name, cost in costs.items()
            if titles
        ]
        ways = [
            f"{identified:,} by identifier (at least {counted(-(-identified // 100), 'request')})"
            if identified
            else "",
            f"{titles:,} by title (1 request to each until found{''.join(told)})" if titles else "",
        ]
        how = " and ".join(filter(None, ways))
        self._say(
            f"plan: {counted(works, 'work is', 'works are')} not at hand: look up {how} in {', '.join(sources)}; then fetch their lists"
        )

    def waiting(self, source: str, reason: str, wait_s: float, waited_s: float) -> None:
        """Say why, how long, and how long in all."""
        self._say(f"{source}: waiting {wait_s:.0f} s ({waited_s:.0f} s in all): {reason}")

    def gave_up(self, source: str, reason: str) -> None:
        """Say it as it happens."""
        self._say(f"{source} is asked no more in this run: {reason}")

    def planned(self, plan: Plan) -> None:
        """Say what was fetched, what is ahead and what that costs."""
        self._plan = plan
        if not (plan.exact or plan.stages or plan.ahead):  # such as when no source answers
            return
        for stage in plan.stages:
            self._say(f"  {stage}")
        self._say(f"cost: {plan.cost}")

    def fetched(self, *, requests: int, works: int, citations: int) -> None:
        """Move the bar."""
        total = max(requests, self._plan.sent + self._plan.ahead) if self._plan else None
        self._show("crawling", f"{counted(works, 'work')}, {counted(citations, 'citation')}", requests, total)

    def supplemented(self, *, requests: int, lists: int) -> None:
        """Say how many lists the other sources gave."""
        self._show("other sources", counted(lists, "list"), requests, None)

    def _show(self, phase: str, text: str, requests: int, total: int | None) -> None:
        """Move the bar of a phase, on a terminal; the first call of a phase adds it."""
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("requests,"),
                TimeRemainingColumn(),
                TextColumn("left; {task.fields[text]}"),
                console=Console(stderr=True),
            )
            self._bar.start()
        if phase not in self._tasks:
            self._tasks[phase] = self._bar.add_task(phase, total=total, text=text)
        self._bar.update(self._tasks[phase], completed=requests, total=total, text=text)

    def _say(self, text: str) -> None:
        if self._bar:
            self._bar.console.print(harmless(text), highlight=False, markup=False)
        else:
            say(text)
