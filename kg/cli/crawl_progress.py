"""What a person sees of a crawl: its plan and cost first, a bar while it runs on a terminal, and what it did not get."""

import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kg.cli.printing import print_json, say
from kg.errors import InputError, PartialResult
from kg.model import Batch, Outcome

if TYPE_CHECKING:
    from kg.build.other_sources import Hops
    from kg.build.read_files import Report
    from kg.graph.store import Store
    from kg.graph.writer import Writer
    from kg.ingest.sources.http import Allowance
    from kg.ingest.sources.s2.crawl import Crawl
    from kg.ingest.sources.s2.source import S2Source

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
NOT_WHOLE = (Outcome.PARTIAL, Outcome.ELIDED, Outcome.CAPPED, Outcome.FAILED)


def parse_age(text: str) -> timedelta:
    """How long ago, from "12h", "30d" or "2w"."""
    match = re.fullmatch(r"(\d{1,6})([hdw])", text.strip())
    if not match:
        raise InputError(f"{text!r} is no age", "write it as 12h, 30d or 2w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


class CrawlWatch:
    """Follows a crawl of a source while in a `with` block; `cost` is what it had left to send when it was planned."""

    def __init__(self, source: "S2Source") -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.cost: int | None = None
        self.exact = True
        self.stages: list[str] = []
        self._citations = 0
        self.source = source
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("requests, {task.fields[rate]:.1f}/s,"),
            TimeRemainingColumn(),
            TextColumn("left; {task.fields[works]:,} works, {task.fields[citations]:,} citations"),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task("crawling", total=None, rate=0.0, works=0, citations=0)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        self.source.close()

    def found(self, named: int, asked: int) -> None:
        """Say what looking up the works will cost."""
        batches = -(-named // 500)
        requests = f"{batches} request{'' if batches == 1 else 's'} for the {named} with identifiers"
        rest = "1 to 3 for each that has none or is not found by it; then their lists"
        self._say(f"plan: look up {asked} works: {requests}, {rest}")

    def planned(self, crawl: "Crawl") -> None:
        """Say what was fetched, what is ahead and what that costs."""
        self.cost = crawl.cost(self.source.peek)
        self.exact = all(stage.exact for stage in crawl.ahead)
        self.stages = [*(f"{stage} (fetched)" for stage in crawl.done), *map(str, crawl.ahead)]
        for stage in self.stages:
            self._say(f"  {stage}")
        self._say(f"cost: {self.summary}")
        self._bar.update(self._task, total=self.source.sent + self.cost)

    @property
    def summary(self) -> str:
        """The cost in words."""
        sent, cost = self.source.sent, self.cost or 0
        least = "" if self.exact else "at least "
        return f"{least}{sent + cost:,} requests: {sent:,} sent for the plan, {cost:,} to send"

    def document(self) -> dict[str, Any]:
        """The plan as a JSON document."""
        sent, ahead = self.source.sent, self.cost or 0
        requests = {"sent": sent, "ahead": ahead, "total": sent + ahead, "exact": self.exact}
        return {"dry_run": True, "requests": requests, "stages": self.stages}

    def kept(self, crawl: "Crawl", batch: Batch) -> None:
        """Move the bar."""
        self._citations += len(batch.citations)
        task, sent = self._bar.tasks[self._task], self.source.sent
        rate = sent / task.elapsed if task.elapsed else 0.0
        total = None if self.cost is None else max(sent, task.total or 0)
        self._bar.update(
            self._task, completed=sent, total=total, rate=rate, works=crawl.works, citations=self._citations
        )

    def _say(self, text: str) -> None:
        say(text) if self._bar.disable else self._bar.console.print(text, highlight=False, markup=False)


class FallbackSources:
    """The second sources and checks of one run, while in a `with` block."""

    def __init__(
        self,
        names: Sequence[str],
        checks: Sequence[str],
        folder: Path,
        *,
        hops: "Hops",
        offline: bool,
        allowed: "Allowance",
    ) -> None:
        from kg.build.other_sources import open_fallbacks

        self.hops = hops
        opened = open_fallbacks([*names, *checks], folder, offline=offline, older_than=hops.older_than, allowed=allowed)
        self.sources, self.checks = opened[: len(names)], opened[len(names) :]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for source in (*self.sources, *self.checks):
            source.close()

    @property
    def names(self) -> list[str]:
        """The sources asked, checks included."""
        return [source.name for source in (*self.sources, *self.checks)]

    @property
    def sent(self) -> dict[str, int]:
        """Requests sent so far, by source."""
        return {source.name: source.sent for source in (*self.sources, *self.checks)}

    def run(self, writer: "Writer", report: "Report") -> None:
        """Ask for what is wanted, keep every page, and tell the report how the lists stand then."""
        from rich.console import Console
        from rich.progress import Progress, TextColumn

        from kg.build.other_sources import best_outcomes, supplement

        console, lists = Console(stderr=True), 0
        with Progress(
            TextColumn("{task.description}"), console=console, transient=True, disable=not sys.stderr.isatty()
        ) as bar:
            task = bar.add_task("second sources")
            for batch in supplement(writer, self.sources, self.hops, checks=self.checks):
                lists += len(batch.retrievals)
                sent = sum(self.sent.values())
                bar.update(task, description=f"second sources: {lists:,} lists, {sent:,} requests")
        report.lists = best_outcomes(writer.store, self.hops)

    def plan(self, store: "Store", *, ahead: bool) -> dict[str, Any]:
        """The requests sent, and those to send at least, as a JSON document; `ahead` says that a crawl comes before."""
        from kg.build.other_sources import cost

        least = cost(store, self.sources, self.hops, checks=self.checks, ahead=ahead)
        sent = sum(self.sent.values())
        return {"sent": sent, "ahead": least, "total": sent + least, "exact": False}


def print_plan(watch: CrawlWatch | None, second: dict[str, Any] | None, *, json: bool) -> None:
    """Print what a dry run found: of the crawl, of the second sources, or of both together."""
    document = watch.document() if watch else {"dry_run": True, "requests": second, "stages": []}
    if watch and second:
        numbers = {key: document["requests"][key] + second[key] for key in ("sent", "ahead", "total")}
        document["requests"] = numbers | {"exact": False}
    requests = document["requests"]
    if json:
        print_json(document)
    elif watch and not second:
        print(watch.summary)
    else:
        told = f"{requests['sent']:,} sent for the plan, at least {requests['ahead']:,} to send"
        print(f"at least {requests['total']:,} requests: {told}")


@contextmanager
def scratch(graph: Path) -> "Iterator[Writer]":
    """The right to write a copy of a graph's store that is thrown away: what a dry run fills."""
    from kg.graph.writer import Writer

    with TemporaryDirectory() as folder:
        copy = Path(folder) / "graph.sqlite"
        if (graph / "graph.sqlite").exists():
            with closing(sqlite3.connect(graph / "graph.sqlite")) as held, closing(sqlite3.connect(copy)) as made:
                held.backup(made)
        with Writer.open(copy, "plan") as writer:
            yield writer


def check_whole(lists: Mapping[Outcome, int]) -> None:
    """Raise PartialResult where lists of a crawl are not whole."""
    missed = {outcome: lists[outcome] for outcome in NOT_WHOLE if lists.get(outcome)}
    if missed:
        told = ", ".join(f"{count:,} {outcome}" for outcome, count in missed.items())
        hint = "kg info says why; FAILED ones are asked for again by the same command"
        raise PartialResult(f"some lists are not whole: {told}", hint)
