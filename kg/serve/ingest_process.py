"""The process that ingests what a visitor brought: what `kg.ingest` is to be given on a line of stdin, how far it is on stderr.

Every line of stderr is one JSON document: `{"at": ...}` replaces the last of its kind, `{"said": ...}` stays. The document of
`kg ingest --json` comes on stdout. An interrupt ends it with what was kept.
"""

import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from kg.errors import KgError
from kg.library.ingest import ingest
from kg.library.ingested import Credits, Plan, Progress
from kg.text import counted


def main() -> int:
    """Ingest; gives the exit code of `kg ingest`."""
    try:
        values = json.loads(sys.stdin.readline())
        threading.Thread(target=_follow, daemon=True).start()
        answer = ingest(**values, progress=_Lines())
        sys.stdout.write(answer.to_json())
        if not isinstance(answer, Plan):
            answer.raise_if_incomplete()
    except KgError as error:
        _tell(said=error.message, hint=error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


def _follow() -> None:
    """End when the server is gone, whatever ended it."""
    os.read(0, 1)
    os._exit(1)


class _Lines(Progress):
    """Tells each step in a line."""

    def looking_up(self, works: int, identified: int) -> None:
        """Tell how many works are looked up."""
        _tell(said=f"looking up {counted(works, 'work')}, {identified:,} of them by identifier")

    def searching(
        self, sources: Sequence[str], works: int, identified: int, titles: int, costs: Mapping[str, Credits]
    ) -> None:
        """Tell what the sources are asked for."""
        del costs, works  # the plan told them
        _tell(said=f"looking up {identified:,} works by identifier and {titles:,} by title in {', '.join(sources)}")

    def waiting(self, source: str, reason: str, wait_s: float, waited_s: float) -> None:
        """Tell that a source makes us wait, and why."""
        del waited_s
        _tell(said=f"{source}: waiting {wait_s:.0f} s: {reason}")

    def gave_up(self, source: str, reason: str) -> None:
        """Tell it as it happens."""
        _tell(said=f"{source} is asked no more in this run: {reason}")

    def planned(self, plan: Plan) -> None:
        """Tell what is ahead and what it costs."""
        for stage in plan.stages:
            _tell(said=stage)
        _tell(said=plan.cost)

    def fetched(self, *, requests: int, works: int, citations: int) -> None:
        """Tell how far the crawl is."""
        sent = counted(requests, "request")
        _tell(at=f"{sent} sent; {counted(works, 'work')}, {counted(citations, 'citation')} so far")

    def supplemented(self, *, requests: int, lists: int) -> None:
        """Tell how many lists came."""
        _tell(at=f"{counted(requests, 'request')} sent; {counted(lists, 'list')} so far")


def _tell(**line: Any) -> None:
    sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
