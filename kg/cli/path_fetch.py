"""`--fetch`: fetch the lists that leave a question open, and ask again, until it is answered or a limit comes."""

from collections import Counter
from typing import TYPE_CHECKING, TypedDict, TypeVar

from kg.cli.printing import say
from kg.errors import InputError
from kg.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.graph.folder import Workspace

A = TypeVar("A")


class Fetched(TypedDict):
    """How many requests were sent, what became of the lists, and whether the limit on requests ended it."""

    requests: int
    lists: dict[str, int]
    cut: bool


def check_own(graph: str | None) -> None:
    """Refuse to fetch into the bundled graph."""
    from kg.graph.folder import BUNDLED

    if (graph or BUNDLED) == BUNDLED:
        hint = "`kg demo` makes a copy to add to: --graph neural-music"
        raise InputError("--fetch adds to a graph, but the bundled graph is read-only", hint)


def fetch_missing(
    graph: str,
    answer: A,
    ask: "Callable[[Workspace], A]",
    open_: "Callable[[A], list[str]]",
    named: "Sequence[str]" = (),
    *,
    limit_requests: int,
    url: str | None,
) -> "tuple[A, Fetched]":
    """The answer after fetching, and what was fetched.

    `open_` gives the ids of the works whose lists an answer still needs. `named` are ids of works that fetched lists must be
    seen to name; what is no id of a work is passed over.
    """
    from kg.build.fetch_lists import fetch_lists
    from kg.cli.crawl_progress import CrawlProgress
    from kg.graph.folder import Workspace, folder_of
    from kg.ingest.sources.base import Hops
    from kg.ingest.sources.s2.source import open_source

    hops = Hops(references=1, citations=0)
    heard = CrawlProgress().heard
    source = open_source(folder_of(graph), url=url, hops=hops, limit_requests=limit_requests, tell=heard)
    lists: Counter[str] = Counter()
    tried: set[str] = set()
    cut, why = False, ""
    try:
        while not cut and (missing := [id_ for id_ in open_(answer) if id_ not in tried]):
            say(f"fetching {counted(len(missing), 'reference list')}")
            first = () if tried else named
            tried.update(missing)
            with Workspace.writing(graph, "--fetch") as (space, writer):
                works, known = ([w for id_ in ids if (w := space.store.find_by_id(id_))] for ids in (missing, first))
                fetched = fetch_lists(writer, works, source, known=known)
            lists.update({str(outcome): n for outcome, n in fetched.lists.items()})
            cut, why = fetched.cut, fetched.why or why
            answer = ask(Workspace.open(graph))
    finally:
        source.close()
    outcomes = ", ".join(f"{n:,} {outcome}" for outcome, n in lists.items()) or "none"
    failed = f" ({source.name}: {why.removeprefix(f'{source.name}: ')})" if why else ""
    say(f"{counted(source.sent, 'request')} sent; reference lists: {outcomes}{failed}")
    return answer, {"requests": source.sent, "lists": dict(lists), "cut": cut}


def not_fetched(fetched: Fetched) -> str:
    """What was not fetched completely, in words; "" where all was."""
    from kg.library.ingested import INCOMPLETE

    missed = [f"stopped after {counted(fetched['requests'], 'request')} (--limit-requests)"] if fetched["cut"] else []
    missed += [f"{n:,} {outcome}" for outcome in INCOMPLETE if (n := fetched["lists"].get(str(outcome)))]
    return f"not fetched completely: {', '.join(missed)}" if missed else ""
