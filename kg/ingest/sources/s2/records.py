"""Semantic Scholar's papers and rows -> records of kg, and kg's identifiers -> the ids its API understands."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kg.facts import facts_of
from kg.ids import parse_identifier
from kg.ingest.sources.kinds import fits, fitting, left_out
from kg.model import Work
from kg.text import clean_title, title_key

SOURCE = "semantic-scholar"
#: externalIds -> our schemes, the best id of a work first.
EXTERNAL = {
    "DOI": "doi", "ArXiv": "arxiv", "CorpusId": "corpus", "MAG": "mag", "PubMed": "pmid", "PubMedCentral": "pmcid",
    "ACL": "acl", "DBLP": "dblp",
}  # fmt: skip
#: Fields of a paper, or of the paper in a row of a list, and what they may be; `paperId` is always given.
PAPER: dict[str, Any] = {
    "title": str | None,
    "year": int | None,
    "authors": [{"name": str | None}],
    "venue": str | None,
    "publicationDate": str | None,
    "externalIds": dict.fromkeys(EXTERNAL, str | int | None),
    "referenceCount": int,
    "citationCount": int,
    "publicationTypes": [str],
}
FIELDS = ",".join(PAPER)
#: Fields of a row of a list that only the lists themselves have, never a batch.
ROW: dict[str, Any] = {"contexts": [str], "intents": [str], "isInfluential": bool | None}
PAPER_ID = re.compile(r"\A[0-9a-f]{40}\Z")
ROW_FIELDS = ",".join(ROW)
#: What the API calls a scheme; the others it does not look up.
_ASKED = {
    "doi": "DOI:", "arxiv": "ARXIV:", "corpus": "CorpusId:", "s2": "", "mag": "MAG:", "pmid": "PMID:",
    "pmcid": "PMCID:", "acl": "ACL:",
}  # fmt: skip


def is_paper(thing: Any) -> bool:
    """Whether it is a paper with an id."""
    return isinstance(thing, dict) and fits(thing.get("paperId"), PAPER_ID)


def nested_fields(list_: str) -> str:
    """The fields of a batch that brings the papers' whole lists along ("references" or "citations")."""
    return ",".join((*PAPER, "openAccessPdf", *(f"{list_}.{name}" for name in PAPER)))


def asked_as(identifier: str) -> str | None:
    """What to ask the API for an identifier in normal form, None where it has no such ids.

    Examples
    --------
    >>> asked_as("arxiv:1609.03499"), asked_as("s2:df0402517a7338ae28bc54acaac400de6b456a46"), asked_as("isbn:1")
    ('ARXIV:1609.03499', 'df0402517a7338ae28bc54acaac400de6b456a46', None)
    """
    scheme, _, value = identifier.partition(":")
    if scheme not in _ASKED or not value or (scheme == "s2" and len(value) != 40):
        return None
    return f"{_ASKED[scheme]}{value.removeprefix('PMC') if scheme == 'pmcid' else value}"


def work_of(paper: dict[str, Any], *, asked: Iterable[str] = ()) -> Work:
    """A paper as a work. Its id is its DOI, else arXiv id, else CorpusId; `asked` are other ids that led to it.

    Examples
    --------
    >>> work = work_of({"paperId": "a" * 40, "title": "T", "externalIds": {"CorpusId": 7, "DOI": "10.1000/A"}})
    >>> work.id, work.identifiers[1:]
    ('doi:10.1000/a', ('corpus:7', 's2:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'))
    """
    faults: list[str] = []
    paper = fitting(paper, PAPER, faults)
    external = {
        name: told
        for name, told in (paper.get("externalIds") or {}).items()
        if name in EXTERNAL and told not in (None, "")
    }
    named = {
        name: parse_identifier(f"{scheme}:{external[name]}") for name, scheme in EXTERNAL.items() if name in external
    }
    faults += [left_out(f"externalIds.{name}", external[name]) for name, known in named.items() if not known]
    identifiers = tuple(dict.fromkeys(name for name in (*named.values(), f"s2:{paper['paperId']}", *asked) if name))
    return Work(
        id=identifiers[0],
        identifiers=identifiers,
        source=SOURCE,
        reported_references=paper.get("referenceCount"),
        reported_citations=paper.get("citationCount"),
        faults=tuple(faults),
        **_described(paper),
    )


def is_elided(paper: dict[str, Any]) -> bool:
    """Whether a paper of a batch says that its publisher withholds the reference list."""
    notice = fitting(paper, {"openAccessPdf": {"disclaimer": str}}).get("openAccessPdf", {}).get("disclaimer", "")
    return "elided by the publisher" in notice and "'references'" in notice.partition("Paper or abstract")[0]


def stub_of(other: str, paper: dict[str, Any]) -> Work | None:
    """A row's paper that Semantic Scholar could not resolve, by its cited text; None where there is no text at all.

    `other` is the paperId of the work whose list it stands in: equal texts in two lists may mean two works.
    """
    faults: list[str] = []
    described = _described(fitting(paper, PAPER, faults))
    work = Work(id="-", source=SOURCE, stub=True, faults=tuple(faults), **described)
    if not title_key(work.title):
        return None
    text = "\0".join((other, work.title, str(work.year), *work.authors))
    return replace(work, id=f"cited-{hashlib.sha256(text.encode()).hexdigest()[:16]}")


def _described(paper: dict[str, Any]) -> dict[str, Any]:
    """What a paper is by words: lower keys of Work. Any of it may be null or missing."""
    return {
        "title": clean_title(paper.get("title") or paper.get("venue") or ""),
        "authors": tuple(author["name"] for author in paper.get("authors") or () if author.get("name")),
        "year": paper.get("year"),
        "date": paper.get("publicationDate") or None,
        "venue": paper.get("venue") or "",
        "facts": facts_of(SOURCE, paper.get("publicationTypes")),
    }
