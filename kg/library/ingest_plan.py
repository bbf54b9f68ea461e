"""What a plan of an ingest is made with: a crawl that is followed, and a copy of the graph that is thrown away."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.aside import temporary_folder
from kg.graph.writer import Writer
from kg.library.ingested import Plan, Progress
from kg.model import Batch

if TYPE_CHECKING:
    from kg.ingest.sources.s2.crawl import Crawl
    from kg.ingest.sources.s2.source import S2Source


class Watch:
    """Turns the steps of a crawl into a plan and figures for whoever follows it."""

    def __init__(self, source: "S2Source", progress: Progress) -> None:
        self.plan = Plan(0, 0, exact=False)
        self._source, self._progress, self._citations = source, progress, 0

    def found(self, named: int, asked: int) -> None:
        """Tell how many works are looked up."""
        self._progress.looking_up(asked, named)

    def planned(self, crawl: "Crawl") -> None:
        """Keep the plan of what is left of a crawl, and tell it."""
        stages = (*(f"{stage} (fetched)" for stage in crawl.done), *map(str, crawl.ahead))
        exact = all(stage.exact for stage in crawl.ahead)
        ahead = crawl.cost(self._source.peek)
        self.plan = Plan(self._source.sent, ahead, exact, stages)
        self._progress.planned(self.plan)

    def kept(self, crawl: "Crawl", batch: Batch) -> None:
        """Tell how far the crawl is."""
        self._citations += len(batch.citations)
        self._progress.fetched(requests=self._source.sent, works=crawl.works, citations=self._citations)


@contextmanager
def scratch(graph: Path) -> Iterator[Writer]:
    """The right to write a copy of a graph's store that is thrown away: what a dry run fills."""
    with temporary_folder() as folder:
        copy = folder / "graph.sqlite"
        if (graph / "graph.sqlite").exists():
            with closing(sqlite3.connect(graph / "graph.sqlite")) as kept, closing(sqlite3.connect(copy)) as made:
                kept.backup(made)
        with Writer.open(copy, "plan") as writer:
            yield writer
