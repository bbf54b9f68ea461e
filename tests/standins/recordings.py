"""The recorded exchanges with the real service, and a corpus in which their requests mean something.

`world` holds what the recordings ask for: the same ids, the same numbers of citers, authors' papers and hits, where they
fit in a test; their titles and people are made up.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from kg.model import Citation, Work
from standins.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded request and its answer; `whole` where nothing was left out of the answer by hand."""

    name: str
    method: str
    target: str
    body: Any
    status: int
    answer: Any
    length: int | None
    whole: bool


def recorded(folder: Path) -> Iterator[Exchange]:
    """Every exchange in the folder `s2-api`, in order of name; quoted bodies without a request are no exchange."""
    for file in sorted((folder / "recorded").glob("*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        url = urlsplit(record["request"]["uri"])
        reply = record["response"]
        length = reply["headers"].get("content-length")
        yield Exchange(
            name=file.stem,
            method=record["request"]["method"],
            target=f"{url.path}?{url.query}",
            body=record["request"]["body"],
            status=reply["status"],
            answer=reply["body"],
            length=int(length) if length else None,
            whole=True,
        )
    for file in sorted((folder / "recorded-2026-09").glob("*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        if request := record.get("request"):
            fields = {"fields": "externalIds,title,year,authors"} if file.stem == "match_hit" else {}  # left out there
            yield Exchange(
                name=file.stem,
                method=request["method"],
                target=f"{request['path']}?{urlencode(request.get('params', {}) | fields)}",
                body=request.get("json"),
                status=record["status"],
                answer=record["body"],
                length=None,
                whole=False,
            )


def first_page(target: str) -> str:
    """The target without its continuation token: what the first page of a bulk search was asked with."""
    path, _, query = target.partition("?")
    return f"{path}?{urlencode([pair for pair in parse_qsl(query) if pair[0] != 'token'])}"


def world() -> Corpus:
    """A corpus that answers the requests of the recordings as they were answered."""
    works: list[Work] = [
        _work("turing", "Computing Machinery and Intelligence", "doi:10.1093/mind/lix.236.433", authors="A. Turing"),
        _work("micro", "Microfinance", "corpus:14514057"),
        _work(
            "ssrn",
            "The Miracle of Microfinance",
            "doi:10.2139/ssrn.2250500",
            authors="E. Duflo;A. Banerjee;R. Glennerster;Cynthia Kinnan",
        ),
        _work("bertrand", "How Much Should We Trust Estimates?", "corpus:470667", authors="M. Bertrand;E. Duflo"),
        _work("audit", "Truth-telling by Auditors", "s2:0f40b1f08821e22e859c6050916cec3667778613", authors="N. Ryan"),
        _work("mining", "Mining association rules between sets of items in large databases", "doi:10.1145/170035.1"),
        _work("acm1", "One paper of the ACM", "doi:10.1145/3544585.3544600"),
        _work("acm2", "Another paper of the ACM", "doi:10.1145/301250.301271"),
        _work("long", "Long COVID and hypermobility", "doi:10.3389/fneur.2024.1455498", year=2024),
        _work("heat", "Beyond heat exposure", "doi:10.1080/23328940.2022.2149024", year=2022),
        _work("kidney", "Acute Kidney Injury Biomarker Responses", "doi:10.1152/ajprenal.00414.2025", year=2025),
        _work("joss", "A paper of very many citers", "doi:10.21105/joss.01686", year=2019),
        _work("jappl", "Body temperature", "doi:10.1152/jappl.1964.19.3.531", year=1964),
        _work("edge", "Empowering Edge Intelligence: A Comprehensive Survey on On-Device AI Models", year=2025),
        _work(
            "oxygen",
            "A means of assessing maximal oxygen intake. Correlation between field and treadmill testing.",
            "doi:10.1001/jama.1968.03140030033008",
            "mag:1982185822",
            year=1968,
            authors="K. H. Cooper",
        ),
        *(_work(f"kube{k}", f"Kubernetes report {k}", reported_citations=k % 50) for k in range(3027)),
        *(_work(f"edit{k}", f"Sublinear near optimal edit distance {k}") for k in range(89)),
        *(_work(f"cell{k}", f"Cell metabolism {k}", authors="L. Cantley") for k in range(875)),
        *(_work(f"person{k}", f"Letters {k}", authors=f"P{k} Turing") for k in range(57)),
        *(_work(f"reader{k}", f"Reading {k}") for k in range(10_050)),
        *(Work(id=f"junk{k}", title=f"Working paper {k}", year=2010, stub=True) for k in range(23)),
        *_about_turing(),
    ]
    pairs = [
        *((f"reader{k}", "micro") for k in range(1881)),
        *((f"reader{k}", "joss") for k in range(10_050)),
        *(("ssrn", f"edit{k}") for k in range(44)),
        *(("ssrn", f"junk{k}") for k in range(23)),
        *(("long", f"edit{k}") for k in range(3)),
        ("long", "junk0"),
        *((citing, "edit0") for citing in ("acm1", "acm2", "heat", "jappl", "kube0", "kube1")),
    ]
    corpus = Corpus.from_records(works, (Citation(citing=a, cited=b, source="test") for a, b in pairs))
    corpus.elide("heat")
    for name, id_ in {"A. Turing": "2262347", "L. Cantley": "1723755", "E. Duflo": "3234559"}.items():
        corpus.people[name].id = id_
    corpus.people["A. Banerjee"].id, corpus.people["N. Ryan"].id = "1726629", "1711844"
    return corpus


def _work(id_: str, title: str, *identifiers: str, authors: str = "", **more: Any) -> Work:
    names = tuple(filter(None, authors.split(";")))
    return Work(id=id_, title=title, identifiers=identifiers, authors=names, **({"year": 2020} | more))


def _about_turing() -> Iterator[Work]:
    """Hits for "turing": by year, date, venue, type and citations as many as were recorded, or more than a page."""
    dates: list[tuple[int, str | None]] = [(year, None) for year in [1936] * 20 + [1937] * 26]
    dates += [(2024, "2024-01-01")] * 77 + [(2024, "2024-01-15")] * 2 + [(2024, "2024-06-01")] * 40
    dates += [(2000, None)] * 120
    for k, (year, date) in enumerate(dates):
        count = 1000 if k < 70 else 0
        yield _work(f"on{k}", f"On Turing {k}", authors="Alan Turing", year=year, date=date, reported_citations=count)
    for k in range(120):
        yield Work(
            id=f"preprint{k}", title=f"Turing {k}", year=2001, identifiers=(f"arxiv:2301.{k:05}",), venue="arXiv.org"
        )
        yield Work(id=f"talk{k}", title=f"A talk on Turing {k}", year=2001, venue="Conference on Computing")
    yield _work("on1936", "Turing of 1936", year=1936)
