"""The papers and links the stand-in serves: any works and citations of kg as Semantic Scholar would hold them.

A work becomes a paper with `paper_id(work.id)` (the sha1 of the id, or the work's own `s2:` identifier) and a running
CorpusId. A stub becomes a row without `paperId` in the lists it stands in. What Semantic Scholar is known to do to its data
is done by hand: `elide`, `merge`, `add_unresolved`, `cite(times=2)`, `Paper.reported_...`.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from kg.graph.store import Store
from kg.model import Citation, Outcome, Work

_EXTERNAL = {
    "mag": "MAG",
    "dblp": "DBLP",
    "arxiv": "ArXiv",
    "acl": "ACL",
    "pmid": "PubMed",
    "pmcid": "PubMedCentral",
    "doi": "DOI",
}


def paper_id(id_: str) -> str:
    """The paperId of the kg work with this id.

    >>> paper_id("todd1989")
    '5042548a5d472e7eae2250aed22e659ec24be13a'
    """
    return hashlib.sha1(id_.encode(), usedforsecurity=False).hexdigest()


@dataclass(eq=False, slots=True)
class Author:
    """A person, told from others by the name alone."""

    id: str | None
    name: str
    papers: "list[Paper]" = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Link:
    """One row of a reference or citation list; an end may be None, which is served as a null paper."""

    citing: "Paper | None"
    cited: "Paper | None"
    contexts: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    influential: bool = False


@dataclass(eq=False, slots=True)
class Paper:
    """A paper; without `sha` an unresolved one, known by its cited text alone."""

    sha: str | None
    number: int | None
    title: str
    authors: list[Author] = field(default_factory=list)
    year: int | None = None
    date: str | None = None
    venue: str = ""
    ids: dict[str, str] = field(default_factory=dict)  # externalIds without CorpusId
    references: list[Link] = field(default_factory=list)
    citations: list[Link] = field(default_factory=list)
    elided: bool = False  # the publisher withholds the references
    reported_references: int | None = None
    reported_citations: int | None = None

    @property
    def reference_count(self) -> int:
        """What the paper says of itself; the rows served, where nothing else was set."""
        return len(self.references) if self.reported_references is None else self.reported_references

    @property
    def citation_count(self) -> int:
        """What the paper says of itself; the rows served, where nothing else was set."""
        return len(self.citations) if self.reported_citations is None else self.reported_citations


class Corpus:
    """Papers by every id they answer to."""

    def __init__(self) -> None:
        self.papers: dict[str, Paper] = {}  # by paperId, in order of CorpusId
        self.people: dict[str, Author] = {}  # by name
        self._works: dict[str, Paper] = {}  # by kg id
        self._ids: dict[str, Paper] = {}  # by "doi:10...", "corpus:12", ... lower case
        self._moved: dict[str, str] = {}  # an old paperId to the one it became

    @classmethod
    def from_records(cls, works: Iterable[Work], citations: Iterable[Citation]) -> Self:
        """Serve works and citations of kg; a pair given by several sources is one row, or as many as its `times`."""
        corpus = cls()
        for work in works:
            corpus.add(work)
        pairs: dict[tuple[str, str], Citation] = {}
        for citation in citations:
            known = pairs.setdefault((citation.citing, citation.cited), citation)
            if citation.times > known.times:
                pairs[citation.citing, citation.cited] = citation
        for c in pairs.values():
            corpus.cite(c.citing, c.cited, c.contexts, c.intents, influential=bool(c.influential), times=c.times)
        return corpus

    @classmethod
    def from_store(cls, store: Store) -> Self:
        """Serve a kg store; reference lists it holds as elided are elided here too."""
        corpus = cls.from_records(store.works(), store.citations())
        for retrieval in store.retrievals():
            if retrieval.list == "references" and retrieval.outcome is Outcome.ELIDED:
                corpus.elide(retrieval.work)
        return corpus

    # --- building

    def add(self, work: Work) -> Paper:
        """Add a work as a paper, or, if it is a stub, as an unresolved one."""
        ids = dict(value.split(":", 1) for value in work.identifiers if ":" in value)
        sha = None if work.stub else ids.get("s2") or paper_id(work.id)
        number = None if work.stub else int(ids.get("corpus", len(self.papers) + 1001))
        if "openalex" in ids:
            ids.setdefault("mag", ids["openalex"].lstrip("W"))
        paper = Paper(
            sha=sha,
            number=number,
            title=work.title,
            year=work.year,
            date=work.date if work.date and len(work.date) == 10 else None,
            venue=work.venue,
            ids={} if work.stub else {name: ids[scheme] for scheme, name in _EXTERNAL.items() if scheme in ids},
            reported_references=work.reported_references,
            reported_citations=work.reported_citations,
        )
        self._works[work.id] = paper
        if sha is None or number is None:
            return paper
        if sha in self.papers or f"corpus:{number}" in self._ids:
            raise ValueError(f"{work.id!r} is served already, as {sha} or CorpusId {number}")
        if "DOI" in paper.ids and number % 2:
            paper.ids["DOI"] = paper.ids["DOI"].upper()  # the case of DOIs is not stable in real answers
        self.papers[sha] = self._ids[f"corpus:{number}"] = paper
        for scheme, name in _EXTERNAL.items():
            if name in paper.ids:
                self._ids.setdefault(f"{scheme}:{paper.ids[name]}".lower(), paper)
        for name in work.authors:
            family, comma, given = name.partition(",")
            self._write(paper, f"{given.strip()} {family.strip()}".strip() if comma else name)
        return paper

    def cite(
        self,
        citing: str,
        cited: str,
        contexts: tuple[str, ...] = (),
        intents: tuple[str, ...] = (),
        *,
        influential: bool = False,
        times: int = 1,
    ) -> None:
        """Make one paper cite another, both by kg id; `times` rows in the reference list, one in the citation list."""
        link = Link(self._works[citing], self._works[cited], contexts, intents, influential)
        self._works[citing].references += [link] * times
        self._works[cited].citations.append(link)

    def add_unresolved(self, citing: str, title: str, year: int | None = None) -> None:
        """Add a reference that Semantic Scholar could not resolve: its title stands for the venue too."""
        citing_paper = self._works[citing]
        citing_paper.references.append(Link(citing_paper, Paper(None, None, title, year=year, venue=title)))

    def elide(self, *ids: str) -> None:
        """Withhold the reference lists of these works as their publishers would; the counts stay."""
        for id_ in ids:
            self._works[id_].elided = True

    def merge(self, old_sha: str, id_: str) -> None:
        """Let a paperId that was given out before lead to the work it was merged into."""
        sha = self._works[id_].sha
        if sha is None:
            raise ValueError(f"{id_!r} is a stub")
        self._moved[old_sha] = sha

    def _write(self, paper: Paper, name: str) -> None:
        number = len(self.people) + 2001
        author = self.people.setdefault(name, Author(str(number) if number % 500 else None, name))
        if author not in paper.authors:
            paper.authors.append(author)
            author.papers.append(paper)

    # --- asking

    def __getitem__(self, id_: str) -> Paper:
        """Give the paper of the kg work with this id."""
        return self._works[id_]

    def find(self, text: str) -> Paper | None:
        """The paper with this id in one of the spellings of the Swagger text.

        An arXiv id with a version is not found, as prefixes are case-blind and versions are only cut from URLs.
        """
        text = text.strip()
        if re.fullmatch(r"[0-9a-f]{40}", text):
            return self.papers.get(self._moved.get(text, text))
        prefix, colon, value = text.partition(":")
        scheme = prefix.lower()
        if text.startswith("10."):
            scheme, value = "doi", text
        elif not colon:
            return None
        elif scheme == "corpusid":
            scheme = "corpus"
        elif scheme == "url":
            return self._find_url(value)
        return self._ids.get(f"{scheme}:{value}".lower())

    def find_author(self, id_: str) -> Author | None:
        """The author with this id."""
        return next((author for author in self.people.values() if author.id == id_), None)

    def _find_url(self, url: str) -> Paper | None:
        parts = urlsplit(url)
        host, path = (parts.hostname or "").removeprefix("www."), parts.path.strip("/")
        name = path.rpartition("/")[2]
        if host.endswith("semanticscholar.org"):
            return self.find(name)
        if host == "arxiv.org":
            bare = re.sub(r"(v\d+)?(\.pdf)?$", "", path.partition("/")[2])
            return self._ids.get(f"arxiv:{bare}".lower())
        if host in {"aclweb.org", "aclanthology.org"}:
            return self._ids.get(f"acl:{name.removesuffix('.pdf')}".lower())
        if host in {"dl.acm.org", "acm.org", "biorxiv.org"} and (doi := re.search(r"10\.\d+/[^/]+", path)):
            return self._ids.get(f"doi:{re.sub(r'v[0-9]+$', '', doi.group())}".lower())
        return None
