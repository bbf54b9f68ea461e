"""`--fetch`: fetch the lists that leave a path question open, and ask again, until it is answered or a limit comes."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from kg.cli.printing import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.graph.folder import Workspace


def fetch_missing(
    graph: str,
    document: dict[str, Any],
    answer: "Callable[[Workspace], dict[str, Any]]",
    named: "Sequence[str]",
    *,
    limit_requests: int,
    url: str | None,
) -> dict[str, Any]:
    """The answer after fetching; its `fetched` says how many requests were sent and what became of the lists.

    `named` are ids of works that fetched lists must be seen to name; what is no id of a work is passed over.
    """
    from kg.build.fetch_lists import fetch_lists
    from kg.graph.folder import Workspace, folder_of
    from kg.ingest.sources.s2.crawl import Reach
    from kg.ingest.sources.s2.source import open_source

    reach = Reach(references=1, citations=0)
    source = open_source(folder_of(graph), url=url, reach=reach, limit_requests=limit_requests)
    lists: Counter[str] = Counter()
    tried: set[str] = set()
    cut = False
    try:
        while document["certificate"] and not cut:
            missing = [work["id"] for work in document["certificate"]["unknown"] if work["id"] not in tried]
            if not missing:
                break
            say(
                f"fetching the reference list{'s' if len(missing) > 1 else ''} of {len(missing):,} work{'s' if len(missing) > 1 else ''}"
            )
            first = () if tried else named
            tried.update(missing)
            with Workspace.writing(graph, "path --fetch") as (space, writer):
                works, known = ([w for id_ in ids if (w := space.store.find_by_id(id_))] for ids in (missing, first))
                fetched = fetch_lists(writer, works, source, known=known)
            lists.update({str(outcome): n for outcome, n in fetched.lists.items()})
            cut = fetched.cut
            document = answer(Workspace.open(graph))
    finally:
        source.close()
    document["fetched"] = {"requests": source.sent, "lists": dict(lists), "cut": cut}
    told = ", ".join(f"{n:,} {outcome}" for outcome, n in lists.items()) or "none"
    say(f"{source.sent:,} requests sent; lists: {told}")
    return document
