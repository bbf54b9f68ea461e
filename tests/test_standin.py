"""The stand-in for Semantic Scholar is true to its model: caps, texts, and what the real data is like."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from standins.corpus import Link, paper_id
from standins.examples import TODD, serving, small
from standins.s2_server import Corpus, Limits

from kg.graph.folder import Workspace
from kg.model import Work

GRAPH = "/graph/v1"
ROW = "contexts,intents,contextsWithIntent,isInfluential"


@pytest.fixture
def serve() -> Iterator[Any]:
    """Serve a corpus and hand out an HTTP client for it."""
    with serving() as start:
        yield start


# --- limits, caps and texts


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and text of an answer that refuses."""
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (f"/paper/{TODD}?fields=title,unknown,x.y", "Unrecognized or unsupported fields: [unknown, x.y]"),
        (f"/paper/{TODD}/citations?fields=citations", "Unrecognized or unsupported fields: [citations]"),
        ("/paper/search/bulk?fields=references", "Unrecognized or unsupported fields: [references]"),
        (f"/paper/{TODD}/references?limit=1001", "Unacceptable query params: [limit=1001]"),
        (f"/paper/{TODD}/citations?limit=1000&offset=9000", "offset + limit must be < 10000"),
        (
            f"/paper/{TODD}/citations?publicationDateOrYear=May",
            "Unacceptable query params: [publicationDateOrYear=May]",
        ),
        ("/paper/search?query=citer&limit=101", "Unacceptable query params: [limit=101]"),
        ("/paper/search?query=citer&offset=990", "Requested data for this limit and/or offset is not available"),
        ("/paper/search?query=citer&offset=20", "Requested data for this limit and/or offset is not available"),
        ("/paper/search/bulk?sort=title", "Unacceptable query params: [sort=title]"),
        ("/paper/search/bulk?token=x", "Unacceptable query params: [token=x]"),
        ("/paper/search", "Missing required parameter: query"),
    ],
)
def test_bad_requests_are_answered_400_with_the_reason(serve: Any, target: str, text: str):
    """Each text is the one real clients met or the Swagger file gives."""
    _, client = serve(small(citers=12))
    assert error(client.get(GRAPH + target)) == (400, text)


def test_unknown_things_are_answered_404(serve: Any):
    """Papers, their lists, authors and titles; an unknown paper is told before unknown fields."""
    _, client = serve(small())
    for path in ("DOI:10.1/none", "DOI:10.1/none/citations", "ARXIV:8807.00001v2", "0?fields=t,i"):
        id_ = path.removesuffix("/citations").partition("?")[0]
        assert error(client.get(f"{GRAPH}/paper/{path}")) == (404, f"Paper with id {id_} not found")
    assert error(client.get(f"{GRAPH}/author/7")) == (404, "Author with id 7 not found")
    assert error(client.get(f"{GRAPH}/paper/search/match?query=unheard")) == (404, "Title match not found")
    assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    "id_",
    [
        *(paper_id("lewis"), "CorpusId:1002", "corpusid:1002", "CorpusID:1002", "ARXIV:8807.00001", "arxiv:8807.00001"),
        *("URL:https://arxiv.org/abs/8807.00001v1", f"URL:https://www.semanticscholar.org/paper/{paper_id('lewis')}"),
    ],
)
def test_every_spelling_of_an_id_leads_to_the_paper(serve: Any, id_: str):
    """In the path and in a batch alike; the answer carries the paperId."""
    _, client = serve(small())
    assert client.get(f"{GRAPH}/paper/{id_}?fields=year").json()["paperId"] == paper_id("lewis")
    assert client.post(f"{GRAPH}/paper/batch", json={"ids": [id_]}).json()[0]["paperId"] == paper_id("lewis")
    doi = "10.2307/3679551"
    assert client.get(f"{GRAPH}/paper/{doi}").json() == client.get(f"{GRAPH}/paper/DOI:{doi.upper()}").json()


@pytest.mark.parametrize(
    ("identifier", "url"),
    [
        ("acl:p96-1044", "https://www.aclweb.org/anthology/P96-1044.pdf"),
        ("doi:10.1145/301250.301271", "https://dl.acm.org/doi/10.1145/301250.301271"),
        ("doi:10.1101/2020.01.02", "https://www.biorxiv.org/content/10.1101/2020.01.02v3"),
        ("openalex:W77", None),
    ],
)
def test_addresses_and_openalex_numbers_lead_to_papers(serve: Any, identifier: str, url: str | None):
    """Of the sites that the Swagger text names, and of no other; an OpenAlex number is a MAG id."""
    corpus = small()
    corpus.add(Work(id="w", title="W", identifiers=(identifier,)))
    _, client = serve(corpus)
    id_ = f"URL:{url}" if url else "MAG:77"
    assert client.get(f"{GRAPH}/paper/{id_}").json()["paperId"] == paper_id("w")
    assert client.get(f"{GRAPH}/paper/URL:https://example.org/10.1145/301250.301271").status_code == 404


def test_batches_answer_by_position_and_refuse_what_they_must(serve: Any):
    """Null for an unknown id; 400 where none is known, one is empty, there are too many or the body is no list."""
    _, client = serve(small(), limits=Limits(ids=3))
    url = f"{GRAPH}/paper/batch"
    rows = client.post(url, json={"ids": ["MAG:1", TODD, "CorpusId:1003"]}).json()
    assert [row and row["paperId"] for row in rows] == [None, paper_id("todd"), paper_id("gruss")]
    for ids in (["MAG:1"], [TODD, ""], [], "todd"):
        assert error(client.post(url, json={"ids": ids})) == (400, "No valid paper ids given")
    assert client.post(url, json={"ids": [TODD] * 4}).status_code == 400


def test_lists_are_paged_and_the_last_page_has_no_next(serve: Any):
    """Also where every page is shorter than asked for: `next` tells where to go on."""
    for short, sizes in ((None, [5, 5, 2]), (4, [4, 4, 4])):
        _, client = serve(small(citers=12), limits=Limits(short_page=short))
        offset: int | None = 0
        pages = []
        while offset is not None:
            page = client.get(f"{GRAPH}/paper/{TODD}/citations", params={"offset": offset, "limit": 5}).json()
            assert page["offset"] == offset
            pages.append(page["data"])
            offset = page.get("next")
        assert [len(rows) for rows in pages] == sizes
        assert {r["citingPaper"]["paperId"] for rows in pages for r in rows} == {paper_id(f"c{k}") for k in range(12)}


def test_more_citers_than_can_be_reached_come_in_windows_of_years(serve: Any):
    """Beyond the reach is 400 though `next` pointed there; years divide the citers, the undated are in no window."""
    _, client = serve(small(citers=40), limits=Limits(reach=10, page=9))
    url = f"{GRAPH}/paper/{TODD}/citations"
    assert client.get(url, params={"offset": 8, "limit": 1}).json()["next"] == 9
    assert error(client.get(url, params={"offset": 9, "limit": 1})) == (400, "offset + limit must be < 10")
    found = []
    for year in range(1990, 2030):
        page = client.get(url, params={"publicationDateOrYear": f"{year}:{year}", "limit": 9}).json()
        found += [row["citingPaper"]["paperId"] for row in page["data"]]
    assert sorted(found) == sorted(paper_id(f"c{k}") for k in range(40) if k % 10)


@pytest.mark.parametrize(
    ("span", "inside"),
    [("1990", 1), ("1990-05", 1), ("1990-05-01", 1), ("1990-06:", 0), (":1990-05", 1), (":1990-04-30", 0)],
)
def test_date_windows_are_inclusive_prefixes(serve: Any, span: str, inside: int):
    """A window's ends may be a year, a month or a day."""
    corpus = small()
    corpus.cite("gruss", "todd")
    _, client = serve(corpus)
    url = f"{GRAPH}/paper/{TODD}/citations"
    assert len(client.get(url, params={"publicationDateOrYear": span}).json()["data"]) == inside


def test_nested_lists_are_cut_in_silence(serve: Any):
    """GET cuts each list, POST the rows of the whole response, and not from its end."""
    corpus = small(citers=30)
    for k in range(30):
        corpus.cite(f"c{k}", "lewis")
    _, client = serve(corpus, limits=Limits(nested=20, nested_batch=40))
    one = client.get(f"{GRAPH}/paper/{TODD}?fields=citationCount,citations.title").json()
    assert (one["citationCount"], len(one["citations"])) == (30, 20)
    for ids in (["CorpusId:1001", "CorpusId:1002"], ["CorpusId:1002", "CorpusId:1001"]):
        rows = client.post(f"{GRAPH}/paper/batch?fields=citations.paperId", json={"ids": ids}).json()
        assert {row["paperId"]: len(row["citations"]) for row in rows} == {paper_id("todd"): 30, paper_id("lewis"): 10}


def test_answers_that_would_be_too_large_are_refused(serve: Any):
    """The text begins as in the Swagger file; a smaller request is answered."""
    _, client = serve(small(citers=30), limits=Limits(body_bytes=1000))
    status, text = error(client.get(f"{GRAPH}/paper/{TODD}/citations"))
    assert (status, text.startswith("Response would exceed maximum size")) == (400, True)
    assert client.get(f"{GRAPH}/paper/{TODD}/citations?limit=3").status_code == 200


# --- what the real data is like


def test_unresolved_references_have_no_id_and_little_else(serve: Any):
    """A stub is a row with title and null paperId; a repeated reference is two rows; contexts are on rows only."""
    corpus = small()
    corpus.add_unresolved("todd", "ICMC", 1988)
    _, client = serve(corpus)
    rows = client.get(f"{GRAPH}/paper/{TODD}/references?fields={ROW},title,venue,authors,externalIds").json()["data"]
    assert [row["citedPaper"]["paperId"] for row in rows] == [paper_id("lewis"), paper_id("lewis"), None, None]
    assert rows[0]["contextsWithIntent"] == [{"context": "as in [1]", "intents": ["background"]}]
    unresolved = {"paperId": None, "externalIds": None, "title": "ICMC", "venue": "ICMC", "authors": []}
    assert rows[3]["citedPaper"] == unresolved
    assert client.get(f"{GRAPH}/paper/{TODD}?fields=referenceCount").json()["referenceCount"] == 4


def test_elided_lists_are_null_while_the_count_stays(serve: Any):
    """200, `data: null`, a notice in `citingPaperInfo`."""
    corpus = small()
    corpus.elide("todd")
    _, client = serve(corpus)
    answer = client.get(f"{GRAPH}/paper/{TODD}/references").json()
    assert answer["data"] is None
    assert "elided by the publisher: {'references'}" in answer["citingPaperInfo"]["openAccessPdf"]["disclaimer"]
    assert client.get(f"{GRAPH}/paper/{TODD}?fields=referenceCount").json()["referenceCount"] == 3


def test_nested_elided_lists_and_papers_lost_are_null(serve: Any):
    """A nested list that is withheld is null, and so is a row whose paper is gone."""
    corpus = small()
    corpus.elide("gruss")
    corpus["todd"].references.append(Link(corpus["todd"], None))
    _, client = serve(corpus)
    assert client.get(f"{GRAPH}/paper/CorpusId:1003?fields=references").json()["references"] is None
    assert client.get(f"{GRAPH}/paper/{TODD}/references").json()["data"][-1] == {"citedPaper": None}


def test_merged_papers_answer_under_their_new_id(serve: Any):
    """The old sha leads to the primary paper, whose paperId comes back."""
    corpus = small()
    corpus.merge("0" * 40, "todd")
    _, client = serve(corpus)
    assert client.get(f"{GRAPH}/paper/{'0' * 40}").json()["paperId"] == paper_id("todd")
    assert client.post(f"{GRAPH}/paper/batch", json={"ids": ["0" * 40]}).json()[0]["paperId"] == paper_id("todd")


def test_old_oddity_of_long_reference_lists(serve: Any):
    """Where it is asked for, later pages of references are empty and say nothing of it."""
    _, client = serve(small(), limits=Limits(references_reach=2))
    url = f"{GRAPH}/paper/{TODD}/references"
    assert len(client.get(url).json()["data"]) == 3
    later = client.get(url, params={"offset": 1, "limit": 1}).json()
    assert (later["data"], "next" in later) == ([], False)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("A Connectionist Approach to Algorithmic Composition.", "todd"),
        ("connectionist approach to", "todd"),  # part of a title is a hit
        ("A connectionist approach to the algorithmic composition", "todd"),
        ("神经网络与音乐", "gruss"),
        ("A connectionist approach to jazz", None),
        ("Citer", None),
    ],
)
def test_match_gives_the_closest_title(serve: Any, query: str, found: str | None):
    """One paper with a score that is no probability, or 404."""
    _, client = serve(small())
    answer = client.get(f"{GRAPH}/paper/search/match", params={"query": query})
    assert [p["paperId"] for p in answer.json().get("data", [])] == ([paper_id(found)] if found else [])
    if found:
        assert answer.json()["data"][0]["matchScore"] > 1


def test_search_knows_words_and_no_hyphens(serve: Any):
    """Authors and years are searched too; a hyphenated word finds nothing, and nothing found has no `data`."""
    _, client = serve(small(citers=3))
    url = f"{GRAPH}/paper/search"
    assert client.get(url, params={"query": "Todd 1989"}).json()["data"][0]["paperId"] == paper_id("todd")
    assert client.get(url, params={"query": "citer"}).json()["total"] == 3
    assert client.get(url, params={"query": "well-known citer"}).json() == {"total": 0, "offset": 0}


@pytest.mark.long
def test_any_kg_graph_can_be_served(serve: Any):
    """The bundled graph: each work has its sha, each pair of works one row in each direction."""
    with Workspace.open("bundled").store as store:
        corpus, pairs = Corpus.from_store(store), {(c.citing, c.cited) for c in store.citations()}
        ids = [work.id for work in store.works()]
    _, client = serve(corpus)
    assert {(a.sha, link.cited.sha) for a in corpus.papers.values() for link in a.references if link.cited} == {
        (paper_id(a), paper_id(b)) for a, b in pairs
    }
    for id_ in ids[::200]:
        rows = client.get(f"{GRAPH}/paper/{paper_id(id_)}/citations?limit=999").json()["data"]
        assert {row["citingPaper"]["paperId"] for row in rows} == {paper_id(a) for a, b in pairs if b == id_}
