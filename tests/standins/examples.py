"""A corpus small enough to know by heart, and how tests serve one."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx

from kg.model import Citation, Work
from standins.corpus import Corpus
from standins.s2_server import StandIn

CONTEXT = ssl.create_default_context()  # made once: it takes longer than a request

TODD = "DOI:10.2307/3679551"


def small(citers: int = 0) -> Corpus:
    """Todd (doi, two references, one of them a stub), Lewis (arXiv), a paper without year, and citers of Todd."""
    works = [
        Work(
            id="todd",
            title="A connectionist approach to algorithmic composition",
            authors=("Todd, Peter M.",),
            year=1989,
            venue="Computer Music Journal",
            identifiers=("doi:10.2307/3679551", "mag:2114420961"),
        ),
        Work(id="lewis", title="Creation by refinement", authors=("Lewis, J. P.",), identifiers=("arxiv:8807.00001",)),
        Work(id="gruss", title="神经网络与音乐", year=1990, date="1990-05-01", authors=("Grüß, A.",)),
        Work(id="stub", title="Proc. of something", stub=True),
        *(Work(id=f"c{k}", title=f"Citer {k}", year=1990 + k % 30 if k % 10 else None) for k in range(citers)),
    ]
    citations = [
        Citation(citing="todd", cited="lewis", source="x", contexts=("as in [1]",), intents=("background",), times=2),
        Citation(citing="todd", cited="stub", source="x"),
        *(Citation(citing=f"c{k}", cited="todd", source="x", influential=k == 0) for k in range(citers)),
    ]
    return Corpus.from_records(works, citations)


@contextmanager
def serving() -> Iterator[Callable[..., tuple[StandIn, httpx.Client]]]:
    """Serve any number of corpora, each with a client; all end with the block."""
    with ExitStack() as stack:

        def start(corpus: Corpus, *args: Any, **options: Any) -> tuple[StandIn, httpx.Client]:
            server = stack.enter_context(StandIn(corpus, *args, **options))
            return server, stack.enter_context(httpx.Client(base_url=server.url, verify=CONTEXT))

        yield start
