"""Identifiers and titles as services and files really write them, and which services are asked about them."""

from contextlib import closing
from pathlib import Path
from shutil import rmtree

import pytest
from crawls import source_of
from live_net import Net as Services
from live_net import case
from live_net import net as _net
from standins import second
from standins.faults import Fault
from standins.s2_server import Corpus, StandIn
from test_second_sources import CITATIONS, WORKS, work
from test_second_sources import source_of as second_of

from kg.ingest.sources.base import Hops
from kg.ingest.sources.crossref import Crossref
from kg.ingest.sources.openalex import OpenAlex

net = _net


def test_case_a_preprint_under_the_doi_of_its_publication(shared: Path):
    """An arXiv id that is no DOI of OpenAlex's is found by its page, and stays an identifier of the work; others are not found."""
    (record,) = case(shared, "05")["exchanges"][1]["body"]["results"]
    old = {"id": "https://openalex.org/W4300000001", "title": "An old one", "doi": None, "ids": {}}
    old["locations"] = [{"landing_page_url": None}, {"landing_page_url": "https://arxiv.org/abs/hep-th/9901001"}]
    with StandIn(second.OpenAlex([record, old])) as server:
        openalex = second_of(OpenAlex, server.url)
        openalex.look_up(["arxiv:1901.07031", "arxiv:hep-th/9901001", "arxiv:2001.00001"])
        assert [r.query["filter"].partition(":")[0] for r in server.log] == ["doi", "locations.landing_page_url"]
        found = openalex.find_by_id("arxiv:1901.07031")
        assert found.id == "doi:10.1609/aaai.v33i01.3301590"
        assert "arxiv:1901.07031" in found.identifiers
        assert openalex.find_by_id("arxiv:hep-th/9901001").title == "An old one"
        assert openalex.find_by_id("arxiv:2001.00001") is None
        assert len(server.log) == 2


def test_case_titles_come_without_markup(shared: Path, tmp_path: Path):
    """Entities, written twice even, tags and line ends of the real titles, and of ours, in each source."""
    clean = [
        "Exploring Large Language Models' Responses to Moral Reasoning Dilemmas",
        "Noise and scale behavior of relational descriptions",
        "GenerRNA: A generative pre-trained language model for de novo RNA design",
        "Tag&Tab: Pretraining Data Detection in Large Language Models Using Keyword-Based Membership Inference Attack",
        "Planck2015 results",
        "Integrating ‘ GPT ‐4o’ as an AI Tool Into K‐12 Contexts",
        "If a < b & c > d, then so",
        "H2O in Jupiter & Saturn",
    ]
    dirty = [next(iter(told.values())) for told in case(shared, "07")["records"]]
    dirty += ["If a &lt; b &amp;amp; c &gt; d,\n then so", "<b>H<sub>2</sub>O</b> in Jupiter&#160;&amp; Saturn"]
    works = [work(f"t{k}", title=title) for k, title in enumerate(dirty)]
    names = [f"doi:10.1000/t{k}" for k in range(len(works))]
    for kind, shelf in ((OpenAlex, second.OpenAlex), (Crossref, second.Crossref)):
        with StandIn(shelf.of(works, [])) as server:
            source = second_of(kind, server.url)
            source.look_up(names)
            assert [source.find_by_id(name).title for name in names] == clean
    with StandIn(Corpus.from_records(works, [])) as server, closing(source_of(server.url, tmp_path, Hops())) as s2:
        s2.look_up(names)
        assert [s2.find_by_id(name).title for name in names] == clean


def test_case_all_identifiers_of_a_file_go_in_few_requests(net: Services):
    """`--from openalex`: one request for the works of a list, also of a bibliography; one bad identifier costs only itself."""
    names = "".join(f"10.1000/{w}\n" for w in "SABEFGD")
    done, _ = net.ingest(names, "openalex", references=0, citations=0)
    assert [r.status for r in done.resolutions] == ["resolved"] * 7
    assert len(net.servers["openalex"].log) == 1
    rmtree(net.folder / "g")
    bib = "".join(f"@article{{k{w}, title={{The remarkable case of {w}}}, doi={{10.1000/{w}}}}}\n" for w in "SAB")
    net.ingest(bib, "openalex", name="list.bib", references=0, citations=0)
    assert len(net.servers["openalex"].log) == 2
    rmtree(net.folder / "g")
    refusal = Fault("400", 400, b'{"error": "Invalid query parameters error.", "message": "10.1000/b is no value"}')
    net.faults["openalex"] = lambda _, r: refusal if "10.1000/b" in r.query.get("filter", "") else None
    done, _ = net.ingest(names, "openalex", references=1, citations=0)
    assert [r.status for r in done.resolutions] == ["resolved", "resolved", "stub", *["resolved"] * 4]
    lists = {work: outcome for (work, _, source), outcome in net.outcomes().items() if source == "openalex"}
    assert lists == {
        "s": "COMPLETE",
        "a": "UNKNOWN",
        "b": "FAILED",
        "e": "COMPLETE",
        "f": "COMPLETE",
        "g": "UNKNOWN",
        "d": "COMPLETE",
    }


def test_case_an_identifier_in_the_text_of_a_reference(shared: Path):
    """Crossref's entries that name one in `unstructured` alone have it, whatever else they say; an address is none."""
    entries = case(shared, "09")["records"]
    entries += [
        {"key": "a", "author": "Favero", "year": "2012", "unstructured": "Favero, On groups, arXiv:1212.2609 (2012)."},
        {
            "key": "b",
            "article-title": "An <i>odd</i> &amp; old one",
            "unstructured": "see https://doi.org/10.1144/M55-2018-50",
        },
        {"key": "c", "unstructured": "Nobody, Nothing, https://example.org/10 (1999)."},
    ]
    shelf = second.Crossref.of(WORKS, CITATIONS)
    shelf.items["10.1000/s"] |= {"reference": entries, "reference-count": 5}
    with StandIn(shelf) as server:
        (batch,) = second_of(Crossref, server.url).lists("references", [work("S")])
    cited = [c.cited for c in batch.citations]
    assert cited[:4] == ["arxiv:1212.2608", "doi:10.1144/m55-2018-49", "arxiv:1212.2609", "doi:10.1144/m55-2018-50"]
    assert cited[4].startswith("cited-")
    assert "An odd & old one" in {w.title for w in batch.works}


def test_auto_asks_semantic_scholar_only_with_a_key(net: Services, monkeypatch: pytest.MonkeyPatch):
    """Its pool without one is mostly full; the others bring what they have either way."""
    net.ingest("10.1000/S\n", "auto", references=1, citations=0)
    assert not net.servers["s2"].log
    assert net.outcomes()["s", "references", "openalex"] == "COMPLETE"
    monkeypatch.setenv("S2_API_KEY", "s2-key-1234")
    net.ingest("10.1000/S\n", "auto", references=1, citations=0)
    assert net.servers["s2"].log
    assert net.outcomes()["s", "references", "semantic-scholar"] == "COMPLETE"
