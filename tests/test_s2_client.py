"""The official client of Semantic Scholar on our transport."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from s2_links import KEY, star
from s2_links import link as unkeyed
from semanticscholar.SemanticScholarException import BadQueryParametersException, ObjectNotFoundException
from standins.s2_server import Script, StandIn

from kg.ingest.sources.http import GaveUp, KeyRejected
from kg.ingest.sources.s2.client import finished, official

link = partial(unkeyed, key=KEY)


def test_the_official_client_runs_on_our_transport():
    """Typed objects, search and lists come keyed, over one transport, and faults are survived."""
    corpus = star(150)
    with StandIn(corpus, Script(["503", None, "429", None, "cut"])) as server:
        transport = link(server.url)
        client = official(transport)
        hub = client.get_paper("CorpusId:1001", fields=["title", "year", "citationCount"])
        assert (hub.title, hub.year, hub.citationCount) == ("The hub of it all", 2000, 150)
        assert [paper.title for paper in client.get_papers(["CorpusId:1002"], fields=["title"])] == ["Spoke 0"]
        citations = client.get_paper_citations("CorpusId:1001", fields=["title"], limit=100)
        assert len({citation.paper.paperId for citation in citations}) == 150
        assert list(client.search_paper("zebra")) == []
        with pytest.raises(ObjectNotFoundException):
            client.get_paper("CorpusId:5")
        with pytest.raises(BadQueryParametersException):
            client.get_paper("CorpusId:1001", fields=["nonsense"])
        assert len(server.log) == transport.sent == 10
        assert all(request.key == KEY for request in server.log)


def test_the_official_client_does_not_take_failure_for_nothing():
    """A withheld list and a broken service are errors, where it would give an empty object or a TypeError."""
    corpus = star(1)
    corpus.elide("c0")
    with StandIn(corpus) as server, pytest.raises(GaveUp, match="withheld"):
        official(link(server.url)).get_paper_references("CorpusId:1002")
    with StandIn(corpus, Script(lambda *_: "401")) as server, pytest.raises(KeyRejected):
        official(link(server.url)).get_paper("CorpusId:1001")


def test_the_official_client_works_inside_an_event_loop():
    """As in a notebook, where it asks from another thread."""
    with StandIn(star(1)) as server:
        client = official(link(server.url))

        async def cell() -> str:
            return client.get_paper("CorpusId:1001", fields=["title"]).title

        with ThreadPoolExecutor(1) as thread:  # in the test's own thread a browser test may have left a loop
            assert thread.submit(asyncio.run, cell()).result() == "The hub of it all"


def test_the_official_client_leaves_logging_alone(caplog: pytest.LogCaptureFixture):
    """It configures the root logger when made; ours does not, and no key is logged."""
    root = logging.getLogger()
    caplog.set_level(logging.DEBUG)
    before = root.handlers[:], root.level
    with StandIn(star(1)) as server:
        official(link(server.url)).get_paper("CorpusId:1001")
        root.handlers[:] = []
        official(link(server.url))
        after, root.handlers[:] = root.handlers[:], before[0]
    assert (after, root.level) == ([], before[1])
    assert KEY not in caplog.text


def test_only_our_transport_may_be_waited_for():
    """A call that wants an event loop is a programming error, not a hang."""
    with pytest.raises(RuntimeError, match="waits"):
        finished(asyncio.sleep(0))
