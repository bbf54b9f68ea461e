"""`--fetch`: fetch the lists that leave a path question open, and ask again, until it is answered or a limit comes."""

from collections import Counter
from typing import TYPE_CHECKING, TypedDict

from kg.cli.printing import say
from kg.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.graph.folder import Workspace
    from kg.library.paths import Lines, Paths


class Fetched(TypedDict):
    """How many requests were sent, what became of the lists, and whether the limit on requests ended it."""

    requests: int
    lists: dict[str, int]
    cut: bool


def fetch_missing(
    graph: str,
    answer: "Paths | Lines",
    ask: "Callable[[Workspace], Paths | Lines]",
    named: "Sequence[str]",
    *,
    limit_requests: int,
    url: str | None,
) -> "tuple[Paths | Lines, Fetched]":
    """The answer after fetching, and what was fetched.

    `named` are ids of works that fetched lists must be seen to name; what is no id of a work is passed over.
    """
    from kg.build.fetch_lists import fetch_lists
    from kg.graph.folder import Workspace, folder_of
    from kg.ingest.sources.base import Hops
    from kg.ingest.sources.s2.source import open_source

    hops = Hops(references=1, citations=0)
    source = open_source(folder_of(graph), url=url, hops=hops, limit_requests=limit_requests)
    lists: Counter[str] = Counter()
    tried: set[str] = set()
    cut = False
    try:
        while answer.certificate and not cut:
            missing = [work.id for work, _ in answer.certificate.missing() if work.id not in tried]
            if not missing:
                break
            say(f"fetching {counted(len(missing), 'reference list')}")
            first = () if tried else named
            tried.update(missing)
            with Workspace.writing(graph, "path --fetch") as (space, writer):
                works, known = ([w for id_ in ids if (w := space.store.find_by_id(id_))] for ids in (missing, first))
                fetched = fetch_lists(writer, works, source, known=known)
            lists.update({str(outcome): n for outcome, n in fetched.lists.items()})
            cut = fetched.cut
            answer = ask(Workspace.open(graph))
    finally:
        source.close()
    outcomes = ", ".join(f"{n:,} {outcome}" for outcome, n in lists.items()) or "none"
    say(f"{counted(source.sent, 'request')} sent; reference lists: {outcomes}")
    return answer, {"requests": source.sent, "lists": dict(lists), "cut": cut}
