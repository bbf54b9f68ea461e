"""Real answers of Semantic Scholar, OpenAlex and Crossref up to 2026, as eleven projects recorded them, run as a self-check."""

import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from standins import second
from standins.s2_server import StandIn
from test_second_sources import listed
from test_second_sources import source_of as second_of

from kg.ids import parse_identifier
from kg.ingest.readers.fields import sound
from kg.ingest.readers.json_works import crossref_work
from kg.ingest.sources.crossref import CROSSREF, Crossref
from kg.ingest.sources.openalex import OPENALEX, OpenAlex
from kg.ingest.sources.openalex import work_of as openalex_work
from kg.ingest.sources.s2.records import work_of as s2_work
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.ingest.sources.service import Service
from kg.model import Work

Record = dict[str, Any]
SERVICES = {"s2": SEMANTIC_SCHOLAR, "openalex": OPENALEX, "crossref": CROSSREF}
#: What a title may not hold: a tag that a source left, an entity, a line end.
MARKUP = re.compile(
    r"</?(i|b|em|sub|sup|scp|title|p|span|\w+:\w+)\b[^<>]*>|&(amp|lt|gt|quot|nbsp|#\d+);|[\n\t]|  ", re.IGNORECASE
)


@pytest.fixture(scope="module")
def recordings(shared: Path) -> list[tuple[str, Any]]:
    """Service and document of every recording: an exchange, an answer, or a body alone."""
    found: list[tuple[str, Any]] = []
    with tarfile.open(shared / "s2-api/recorded-live.tar.xz") as archive:
        texts = {m.name.removeprefix("./"): archive.extractfile(m) for m in archive.getmembers() if m.isfile()}
        read = {name: file.read().decode() for name, file in texts.items() if file}
    for entry in json.loads(read["index.json"]):
        service = {"semantic_scholar": "s2"}.get(entry["service"], entry["service"])
        text = read[entry["file"]]
        lines = text.rstrip("\n").split("\n") if entry["file"].endswith(".jsonl") else [text]
        found += [(service, json.loads(line)) for line in lines]
    return found


def inside(document: Any) -> Iterator[Record]:
    """Every object of a document, also of those that stand in it as text."""
    if isinstance(document, str) and document[:1] in ("{", "["):
        try:
            document = json.loads(document)
        except ValueError:
            return
    if isinstance(document, dict):
        yield document
        yield from (found for value in document.values() for found in inside(value))
    elif isinstance(document, list):
        yield from (found for value in document for found in inside(value))


def records(recordings: list[tuple[str, Any]], service: str) -> list[Record]:
    """The works among the objects of a service, each once."""
    marks = {
        "s2": lambda r: re.fullmatch(r"[0-9a-f]{40}", str(r.get("paperId"))) and "title" in r,
        "openalex": lambda r: re.search(r"openalex\.org/W\d+$", str(r.get("id"))) and "authorships" in r,
        "crossref": lambda r: isinstance(r.get("DOI"), str) and isinstance(r.get("title"), list),
    }
    found = [r for name, document in recordings if name == service for r in inside(document) if marks[service](r)]
    return list({json.dumps(r, sort_keys=True): r for r in found}.values())


def read(service: str, record: Record) -> Work:
    """A record as kg reads it."""
    if service == "crossref":
        return crossref_work("", sound(record), "crossref")
    return openalex_work(record) if service == "openalex" else s2_work(record)


@pytest.mark.parametrize(("service", "least"), [("s2", 498), ("openalex", 1313), ("crossref", 2000)])
def test_every_work_is_read_with_its_identifiers_and_a_clean_title(recordings, service: str, least: int):
    """No row is lost, no identifier that kg knows the form of, and no markup is left in a title."""
    rows = records(recordings, service)
    assert len(rows) >= least
    for row in rows:
        work = read(service, row)
        assert work.id
        assert not MARKUP.search(work.title), work.title
        dois = [row.get("DOI") or row.get("doi"), (row.get("externalIds") or {}).get("DOI")]
        arxiv = [f"arxiv:{(row.get('externalIds') or {}).get('ArXiv')}"]
        pages = [place.get("landing_page_url") or "" for place in row.get("locations") or ()]
        arxiv += [page for page in pages if "arxiv.org/abs" in page]
        expected = {name for told in (*dois, *arxiv) if told and (name := parse_identifier(str(told)))}
        assert expected <= {work.id, *work.identifiers}, row


def test_every_recorded_answer_is_understood(recordings):
    """200, 400 and 404 are answers, errors of servers and redirects none."""
    judged = {True: 0, False: 0}
    for name, told in recordings:
        if name not in SERVICES or not isinstance(told, dict) or not isinstance(told.get("status"), int):
            continue
        service: Service = SERVICES[name]
        if not re.search("/works|/paper/", told["uri"]) or re.search(
            "/(transform|agency|quality)|select=", told["uri"]
        ):
            continue
        body = told.get("body") or ""
        try:
            parsed = json.loads(body)
        except ValueError:
            parsed = None
        sent = json.loads(told["request_body"]) if str(told.get("request_body") or "").startswith("{") else None
        fault = service.fault_in(told["status"], body, parsed, sent)
        missing = told["status"] == 404 and "cursor" not in told["uri"]  # that one refuses a parameter
        good = told["status"] == 200 or missing or (told["status"] == 400 and parsed is not None)
        assert bool(fault) != good, (told["uri"], fault)
        judged[good] += 1
    assert judged[True] > 200
    assert judged[False] >= 4


@pytest.mark.long
def test_no_list_of_a_real_record_is_falsely_complete(recordings):
    """A list is COMPLETE only where it is as long as its record counts it."""
    rows = {row["DOI"].lower(): row for row in records(recordings, "crossref") if "reference-count" in row}
    works = [Work(id=f"doi:{doi}", identifiers=(f"doi:{doi}",)) for doi in rows if parse_identifier(doi)][:120]
    with StandIn(second.Crossref(rows.values())) as server:
        _, outcomes = listed(list(second_of(Crossref, server.url).lists("references", works)))
    for work in works:
        row = rows[work.id.removeprefix("doi:")]
        if outcomes.get(work.id) == "COMPLETE":
            assert len(row.get("reference", ())) >= row["reference-count"] > 0
    found = {row["id"]: row for row in records(recordings, "openalex") if "referenced_works" in row}
    known = [openalex_work(row) for row in found.values()][:120]
    with StandIn(second.OpenAlex(found.values())) as server:
        _, outcomes = listed(list(second_of(OpenAlex, server.url).lists("references", known)))
    counts = {
        openalex_work(row).id: (len(row["referenced_works"]), row.get("referenced_works_count"))
        for row in found.values()
    }
    whole = [id_ for id_, outcome in outcomes.items() if outcome == "COMPLETE"]
    assert whole
    assert all(counts[id_][0] >= (counts[id_][1] or 0) for id_ in whole)
