"""Works and other nodes at their IRIs: the same triples as an export under the server's address, or a page."""

from urllib.parse import quote

import pytest
import rdflib
from serving import Served, served, small_graph

import kg
from kg.serve.pool import Limits

TURTLE = {"Accept": "text/turtle"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    """The folder of a small graph."""
    return small_graph(tmp_path_factory.mktemp("nodes"))


@pytest.fixture(scope="module")
def server(home):
    """A server with the graph."""
    with served(home, limits=Limits(workers=2, patience_s=30)) as running:
        yield running


@pytest.fixture(scope="module")
def exported(server: Served, home, tmp_path_factory: pytest.TempPathFactory):
    """The graph as `kg export nt --base` writes it for this server."""
    out = tmp_path_factory.mktemp("export") / "all.nt"
    kg.open_graph(home).export("nt", out, base=server.address)
    return rdflib.Graph().parse(out)


def test_every_node_is_described_as_in_an_export(server: Served, exported: rdflib.Graph):
    """All that is said of it and with it, under the address that answers; nothing that the export does not say."""
    own = {node for node in exported.subjects() if str(node).startswith(server.address)}
    kinds = {str(node).removeprefix(f"{server.address}/").split("/")[0] for node in own}
    assert kinds >= {"work", "claim", "concept", "scheme", "record", "person", "identifier", "citation", "graph", "run"}
    for node in own:
        answer = server.client.get(str(node), headers=TURTLE)
        assert answer.status_code == 200, node
        found = rdflib.Graph().parse(data=answer.text, format="turtle")
        said = set(exported.triples((node, None, None))) | set(exported.triples((None, None, node)))
        assert said <= set(found), node
        assert set(found) <= set(exported), node


def test_a_work_brings_its_citations_and_the_titles_around_it(server: Served):
    """The node of each citation in full, and the name of each work, person and concept that it is linked with."""
    found = rdflib.Graph().parse(data=server.client.get("/work/small/mid", headers=TURTLE).text, format="turtle")
    base = rdflib.Namespace(f"{server.address}/")
    cito = rdflib.Namespace("http://purl.org/spar/cito/")
    assert (base["citation/small/mid/old"], cito.hasCitationTimeSpan, None) in found
    assert found.value(base["work/small/old"], rdflib.DCTERMS.title) == rdflib.Literal("Todd <i>one</i>")


@pytest.mark.parametrize(
    ("asked", "media"),
    [
        ({"headers": {"Accept": "application/ld+json"}}, "application/ld+json"),
        ({"headers": {"Accept": "text/html;q=0.5, application/rdf+xml"}}, "application/rdf+xml"),
        ({"params": {"format": "nt"}}, "application/n-triples"),
        ({"params": {"format": "ttl"}, "headers": {"Accept": "text/html"}}, "text/turtle; charset=utf-8"),
        ({"headers": {"Accept": "text/html, text/turtle;q=0.9"}}, "text/html; charset=utf-8"),
        ({"params": {"format": "html"}, "headers": TURTLE}, "text/html; charset=utf-8"),
        ({}, "text/html; charset=utf-8"),
    ],
)
def test_the_form_is_chosen_by_what_is_asked_for(server: Served, asked: dict, media: str):
    """A page for browsers, RDF for programs; caches are told that it depends."""
    answer = server.client.get("/work/small/old", **asked)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert "Accept" in [name.strip() for name in answer.headers["vary"].split(",")]


def test_ids_with_slashes_and_dots_answer(server: Served):
    """As they are written in IRIs, and as people type them."""
    for written in (quote("d/1.", safe="").replace(".", "%2E"), "d/1."):
        answer = server.client.get(f"/work/small/{written}", headers=TURTLE)
        assert "Fourth" in answer.text, written


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/work/small/nobody", 404, "no work of the graph 'small' has this address"),
        ("/work/other/old", 404, "no graph named 'other'"),
        ("/citation/small/mid", 404, "the address of a citation has 2 names"),
        ("/work/small/%FF", 400, "invalid address"),
        ("/work/small/old?as_of=1990", 400, "RDF describes the graph as it is now"),
        ("/work/small/old?format=png", 400, "no format named 'png'"),
        ("/work/small/old?format=csv", 406, "none of the formats"),
        ("/work/small/%3E%20%7D%20UNION%20%7B%20%3Fs", 404, "no work of the graph"),
    ],
)
def test_what_is_not_there_is_said_in_a_line(server: Served, address: str, status: int, said: str):
    """In text, for programs."""
    answer = server.client.get(address, headers=TURTLE)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert said in answer.text


def test_nodes_are_only_read(server: Served):
    """By pages and by programs."""
    for address in ("/work/small/old", "/claim/small/c"):
        for headers in (TURTLE, {"Accept": "text/html"}):
            for method in ("POST", "PUT", "DELETE"):
                assert server.client.request(method, address, headers=headers).status_code == 405
    assert server.client.options("/work/small/old", headers=TURTLE).headers["access-control-allow-origin"] == "*"


def test_a_node_without_a_page_of_its_own_has_one_of_its_triples(server: Served):
    """With links both ways and markup as text; what is not there is a page, too."""
    claim = server.client.get("/claim/small/c")
    assert (claim.status_code, claim.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "S &amp; T." in claim.text
    assert "Todd &lt;i&gt;one&lt;/i&gt;" in claim.text
    assert f'href="{server.address}/work/small/old"' in claim.text
    missing = server.client.get("/claim/small/d")
    assert missing.status_code == 404
    assert "<h1" in missing.text
