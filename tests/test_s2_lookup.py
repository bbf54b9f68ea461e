"""Looking up and searching Semantic Scholar through its official client, on our transport."""

import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from s2_links import KEY
from semanticscholar import AsyncSemanticScholar, SemanticScholar
from semanticscholar.ApiRequester import ApiRequester
from standins.faults import Fault
from standins.s2_server import Corpus, Script, StandIn
from test_s2_api import link

from kg.ingest.sources.http import GaveUp
from kg.ingest.sources.s2.api import Api
from kg.model import Work


def titled(*titles: str) -> Corpus:
    """Works with these titles."""
    return Corpus.from_records([Work(id=f"w{k}", title=t, year=1988 + k) for k, t in enumerate(titles)], [])


def test_titles_are_matched_whole():
    """`&`, `+`, `#`, `%` and other alphabets reach the server as they are; a miss is None."""
    titles = ["Salt & Pepper: A study", "C++ for music #1 = 100%?", "神经网络与音乐生成", "Étude"]
    with StandIn(titled(*titles)) as server:
        api = Api(link(server.url))
        for title in titles:
            assert api.match(title)["title"] == title
            assert server.log[-1].query["query"] == title
        assert api.match("Wholly unheard-of words") is None
        assert api.match("Étude", "title,year")["year"] == 1991
        assert all(request.key == KEY for request in server.log)


def test_search_gives_the_best_hits_and_no_more():
    """One request, hyphens as spaces; nothing found is an empty list, and it ends."""
    with StandIn(titled("End-to-end music", "End to end learning", "Music of the end")) as server:
        api = Api(link(server.url))
        assert len(api.search("end-to-end", 2)) == 2
        assert server.log[0].query["query"] == "end to end"
        assert server.log[0].query["limit"] == "2"
        assert api.search("zzz") == []
        assert len(server.log) == 2


def test_one_paper_or_none():
    """A look-up gives the raw paper; a broken service is no "none"."""
    with StandIn(titled("Alone"), Script([None, None, *["504"] * 9])) as server:
        api = Api(link(server.url))
        assert api.paper("CorpusId:1001")["title"] == "Alone"
        assert api.paper("CorpusId:3") is None
        with pytest.raises(GaveUp):
            api.paper("CorpusId:1001", "title")


def test_an_unreadable_answer_is_an_error():
    """What the official client stumbles over is explained."""
    odd = [Fault("odd", 200, body) for body in (b'{"publicationDate": "tomorrow"}', b'{"total": 1, "data": [null]}')]
    with StandIn(titled("Alone"), Script(odd)) as server:
        api = Api(link(server.url))
        with pytest.raises(GaveUp, match="cannot be read"):
            api.paper("CorpusId:1001")
        with pytest.raises(GaveUp, match="cannot be read"):
            api.search("alone")
        with pytest.raises(GaveUp, match="refused"):
            api.paper("CorpusId:1001", "nonsense")


def test_the_seam_of_the_official_client_is_as_we_know_it():
    """We stand in for a private object: these are the names and signatures we rely on."""
    assert version("semanticscholar").startswith("0.12.")
    assert list(inspect.signature(ApiRequester.get_data_async).parameters) == [
        "self",
        "url",
        "parameters",
        "headers",
        "payload",
    ]
    client = SemanticScholar()
    assert type(client._AsyncSemanticScholar) is AsyncSemanticScholar
    assert type(client._AsyncSemanticScholar._requester) is ApiRequester
    source = Path(inspect.getfile(AsyncSemanticScholar)).parent
    uses = {
        use
        for file in source.glob("*.py")
        for use in re.findall(r"_requester\.(\w+)", file.read_text(encoding="utf-8"))
    }
    assert uses == {"get_data_async", "timeout", "retry"}
