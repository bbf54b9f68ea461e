"""The stand-in for Semantic Scholar answers as the real one was recorded to, and as its Swagger files say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from conftest import SHARED
from standins.examples import TODD, small
from standins.faults import FAULTS
from standins.recordings import Exchange, first_page, recorded, world
from standins.s2_server import StandIn

S2_API = SHARED / "s2-api"
EXCHANGES = list(recorded(S2_API)) if S2_API.exists() else []
ROW = "contexts,intents,contextsWithIntent,isInfluential"


# --- the recordings

FREE = {"externalIds", "journal", "openAccessPdf", "publicationVenue", "citationStyles"}  # their keys differ by paper


def assert_same_shape(ours: Any, theirs: Any, *, whole: bool, where: str = "answer") -> None:
    """Keys and their order and the types of values agree; null agrees with everything, unnamed keys of FREE are free."""
    if ours is None or theirs is None:
        return
    assert type(ours) is type(theirs), where
    if isinstance(theirs, dict) and where.rpartition(".")[2] not in FREE:
        shared = [key for key in ours if key in theirs]
        assert set(theirs) <= set(ours), where
        if whole:
            assert list(theirs) == shared, where
            assert set(ours) - set(theirs) <= {"citingPaperInfo"}, where
        for key in shared:
            assert_same_shape(ours[key], theirs[key], whole=whole, where=f"{where}.{key}")
    elif isinstance(theirs, list):
        assert bool(ours) or not theirs, where
        for row in theirs:
            like = next((r for r in ours if (r is None) == (row is None)), None)
            assert_same_shape(like, row, whole=whole, where=f"{where}[]")


@pytest.fixture(scope="module")
def replay() -> Iterator[httpx.Client]:
    """The world of the recordings, served."""
    with StandIn(world(), keys={"good"}) as server, httpx.Client(base_url=server.url) as client:
        yield client


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda e: e.name)
def test_recorded_exchanges_are_reproduced(exchange: Exchange, replay: httpx.Client):
    """The same request gets the same status, the same shape, errors word for word, and pages that end where they ended."""
    target = exchange.target
    if "token=" in target:  # tokens are opaque: walk to the page that the recording stands for
        target = start = first_page(target)
        for _ in range(int(exchange.name.rpartition("__")[2])):
            target = f"{start}&token={replay.get(target).json()['token']}"
    key = {"x-api-key": "expired"} if exchange.status == 403 else {}
    answer = replay.request(exchange.method, target, json=exchange.body, headers=key)
    assert answer.status_code == exchange.status
    assert answer.headers["content-type"] == "application/json"
    theirs, ours = exchange.answer, answer.json()
    if exchange.status != 200:
        assert ours == theirs
        assert exchange.length in {None, len(answer.content)}
        return
    if "/release/20" in target or "/diffs/" in target:
        assert set(ours) == set(theirs)
        return
    assert_same_shape(ours, theirs, whole=exchange.whole and "snippet" not in target)
    if isinstance(theirs, dict) and "offset" in theirs:
        assert {k: ours.get(k) for k in ("offset", "next")} == {k: theirs.get(k) for k in ("offset", "next")}
        if exchange.whole and "next" not in theirs:
            assert len(ours.get("data", [])) == len(theirs.get("data", []))
    if isinstance(theirs, list) and exchange.method == "POST":
        assert [row is None for row in ours] == [row is None for row in theirs]


def test_answers_have_the_bytes_of_the_recordings(shared: Path, replay: httpx.Client):
    """Spaces after commas, ASCII, and a newline at the end of answers that are well, as recorded lengths tell."""
    exchange = next(e for e in EXCHANGES if e.name == "test_empty_paginated_results")
    answer = replay.get(exchange.target)
    assert answer.content == b'{"total": 0, "offset": 0}\n'
    assert len(answer.content) == exchange.length


@pytest.mark.parametrize(("file", "fault"), [("error_429", "429"), ("error_504", "504")])
def test_quoted_errors_are_the_faults(shared: Path, file: str, fault: str):
    """The bodies quoted in issue threads are those the faults send."""
    quoted = json.loads((S2_API / "recorded-2026-09" / f"{file}.json").read_text())
    assert json.loads(FAULTS[fault].body) == quoted["body"]
    assert FAULTS[fault].status == quoted["status"]


# --- the Swagger files


def specification(name: str) -> dict[str, Any]:
    """A Swagger file with what the README beside it lists as wrong put right, and closed to unknown keys."""
    spec = json.loads((S2_API / "swagger" / f"s2-{name}-api.json").read_text())
    types = spec["definitions"]
    if name == "graph":
        for batch in ("PaperRelevanceSearchBatch", "AuthorSearchBatch", "PaperBulkSearchBatch"):
            types[batch]["properties"]["total"] = {"type": "integer"}
        types["Title Match Paper"]["properties"]["matchScore"] = {"type": "number"}
        for author in ("Author", "AuthorWithPapers"):
            for count in ("paperCount", "citationCount", "hIndex"):
                types[author]["properties"][count] = {"type": "integer"}
        types["ReferenceBatch"]["properties"]["citingPaperInfo"] = {"type": "object"}
        paths = spec["paths"]
        for path, type_ in (("/paper/batch", "FullPaper"), ("/author/batch", "AuthorWithPapers")):
            rows = {"type": "array", "items": {"$ref": f"#/definitions/{type_}"}}
            paths[path]["post"]["responses"]["200"]["schema"] = rows
    for schema in types.values():
        schema["additionalProperties"] = False
    return spec


def without_nulls(value: Any) -> Any:
    """A JSON value without null members."""
    if isinstance(value, dict):
        return {key: without_nulls(v) for key, v in value.items() if v is not None}
    return [without_nulls(v) for v in value if v is not None] if isinstance(value, list) else value


EVERY_BASE = (
    "paperId,corpusId,externalIds,url,title,abstract,venue,publicationVenue,year,referenceCount,citationCount,"
    "influentialCitationCount,isOpenAccess,openAccessPdf,fieldsOfStudy,s2FieldsOfStudy,publicationTypes,"
    "publicationDate,journal,citationStyles,authors"
)
EVERY = f"{EVERY_BASE},embedding,tldr,textAvailability,authors.hIndex,authors.url,citations.year,references.authors"
EVERY_AUTHOR = "authorId,externalIds,url,name,affiliations,homepage,paperCount,citationCount,hIndex,papers.title"
CALLS = [
    ("graph", "get", "/paper/{paper_id}", f"/paper/{TODD}?fields={EVERY}"),
    ("graph", "get", "/paper/{paper_id}/citations", f"/paper/{TODD}/citations?fields={ROW},{EVERY_BASE}"),
    ("graph", "get", "/paper/{paper_id}/references", f"/paper/{TODD}/references?fields={ROW},{EVERY_BASE}"),
    ("graph", "get", "/paper/{paper_id}/authors", f"/paper/{TODD}/authors?fields={EVERY_AUTHOR}"),
    ("graph", "post", "/paper/batch", f"/paper/batch?fields={EVERY}"),
    ("graph", "get", "/paper/search", f"/paper/search?query=connectionist&fields={EVERY}"),
    ("graph", "get", "/paper/search/bulk", f"/paper/search/bulk?query=citer&fields={EVERY_BASE}"),
    ("graph", "get", "/paper/search/match", f"/paper/search/match?query=creation by refinement&fields={EVERY}"),
    ("graph", "get", "/paper/autocomplete", "/paper/autocomplete?query=connection"),
    ("graph", "get", "/snippet/search", "/snippet/search?query=connectionist"),
    ("graph", "get", "/author/{author_id}", f"/author/2001?fields={EVERY_AUTHOR}"),
    ("graph", "get", "/author/{author_id}/papers", f"/author/2001/papers?fields={EVERY_BASE},references"),
    ("graph", "post", "/author/batch", f"/author/batch?fields={EVERY_AUTHOR}"),
    ("graph", "get", "/author/search", f"/author/search?query=todd&fields={EVERY_AUTHOR}"),
    ("recommendations", "get", "/papers/forpaper/{paper_id}", f"/papers/forpaper/{TODD}?fields={EVERY_BASE}"),
    ("datasets", "get", "/release/", "/release/"),
    ("datasets", "get", "/release/{release_id}", "/release/latest"),
    ("datasets", "get", "/release/{release_id}/dataset/{dataset_name}", "/release/latest/dataset/papers"),
    (
        "datasets",
        "get",
        "/diffs/{start_release_id}/to/{end_release_id}/{dataset_name}",
        "/diffs/2025-08-05/to/latest/papers",
    ),
]


@pytest.fixture(scope="module")
def example() -> Iterator[httpx.Client]:
    """The small corpus, served."""
    with StandIn(small(citers=12)) as server, httpx.Client(base_url=server.url) as client:
        yield client


@pytest.mark.parametrize(("service", "method", "path", "target"), CALLS, ids=[f"{c[1]} {c[2]}" for c in CALLS])
def test_answers_are_what_the_swagger_files_say(shared: Path, example: httpx.Client, service, method, path, target):
    """Every field asked for is there, and no other; types are the specification's."""
    spec = specification(service)
    ids = ["2001", "0"] if path.startswith("/author") else [TODD, "CorpusId:1002", "DOI:10.1/none"]
    json_ = {"json": {"ids": ids}} if method == "post" else {}
    answer = example.request(method, f"/{service}/v1{target}", **json_)
    assert answer.status_code == 200
    schema = spec["paths"][path][method]["responses"]["200"]["schema"] | {"definitions": spec["definitions"]}
    jsonschema.validate(json.loads(json.dumps(without_nulls(answer.json()))), schema)
    assert without_nulls(answer.json())
