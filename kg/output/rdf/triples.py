"""Records as triples: N-Triples lines streamed from a store, all in the default graph.

Each distinct citation is one triple `cito:cites`, loops included. Most citations come from one
source (`kg:plainSource` of the dataset) that says nothing else of them; every other one is a node `cito:Citation` too, with
its sources (`prov:wasDerivedFrom`) and what each of them says (`prov:qualifiedDerivation`). What is unknown has no triple.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import groupby
from typing import Protocol
from urllib.parse import quote

from pyoxigraph import NamedNode

from kg.facts import attribution
from kg.ids import iri_of, scheme_of
from kg.model import Citation, Claim, Concept, Retrieval, Work
from kg.output.rdf.vocab import FABIO, node, term


class Records(Protocol):
    """What RDF and the exporters need of a store."""

    @property
    def name(self) -> str:
        """The graph's name."""

    @property
    def revision(self) -> int:
        """The store's revision."""

    @property
    def state(self) -> str:
        """A name for the present content of the store, which no other content has."""

    def works(self) -> Iterator[Work]:
        """Every work."""

    def citations(self) -> Iterator[Citation]:
        """Every (citing, cited, source), those of one pair one after the other."""

    def retrievals(self) -> Iterator[Retrieval]:
        """How each list was retrieved."""

    def claims(self) -> Iterator[Claim]:
        """Claims that articles make about works."""

    def concepts(self) -> Iterator[Concept]:
        """Tasks, architectures and representations of works."""


def ntriples(records: Records) -> Iterator[str]:
    """Give the whole graph as N-Triples lines, in the order of the records."""
    lines = _Lines(records.name)
    yield from lines.graph(records.revision)
    for work in records.works():
        yield from lines.work(work)
    for _, group in groupby(records.citations(), key=lambda c: (c.citing, c.cited)):
        yield from lines.citation(list(group))
    for retrieval in records.retrievals():
        yield from lines.retrieval(retrieval)
    for claim in records.claims():
        yield from lines.claim(claim)
    for concept in records.concepts():
        yield from lines.concept(concept)


class _Term(str):
    """An object ready to be written: an IRI or a typed literal. Any other str is text."""

    __slots__ = ()


_Value = _Term | str | int | None


class _Lines:
    """The lines of one graph. The source of the first citation without further facts becomes the graph's plain source."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._works: dict[str, _Term] = {}
        self._described: set[str] = set()
        self._plain: str | None = None

    def graph(self, revision: int) -> Iterator[str]:
        title = ("dcterms:title", self._name)
        yield from _instance(self._node("graph"), "void:Dataset", title, ("kg:revision", revision))

    def work(self, work: Work) -> Iterator[str]:
        authors = [self._node("author", work.id, str(k)) for k in range(1, len(work.authors) + 1)]
        source = self._source(work.source)
        count = None if work.reported_citations is None else self._node("count", work.id)
        yield from _instance(
            self._work(work.id),
            "fabio:Expression",
            ("rdf:type", _named(FABIO[work.type]) if work.type in FABIO else None),
            ("kg:type", work.type),
            ("kg:retracted", work.retracted),
            ("kg:id", work.id),
            ("dcterms:title", work.title),
            *(("dcterms:creator", author) for author in authors),
            ("kg:year", work.year),
            ("fabio:hasPublicationYear", _year(work.year)),
            ("dcterms:date", _date(work.date)),
            ("prism:publicationName", work.venue),
            *(("dcterms:identifier", identifier) for identifier in work.identifiers),
            *(link for identifier in work.identifiers for link in _links(identifier)),
            ("kg:stub", work.stub),
            ("kg:seed", work.seed),
            ("prov:wasDerivedFrom", source),
            ("kg:reportedReferences", work.reported_references),
            ("kg:reportedCitations", work.reported_citations),
            ("c4o:hasGlobalCitationFrequency", count),
        )
        for position, (author, name) in enumerate(zip(authors, work.authors, strict=True), start=1):
            yield from _instance(author, "foaf:Agent", ("foaf:name", name), ("kg:position", position))
        if count:
            yield from _count(count, work.reported_citations, None, source)
        yield from self._describe(work.source)

    def citation(self, said: list[Citation]) -> Iterator[str]:
        """One distinct citation and all that its sources say."""
        first = said[0]
        citing, cited = self._work(first.citing), self._work(first.cited)
        yield f"{citing} {_CITES} {cited} .\n"
        if len(said) == 1 and _is_plain(first):
            if self._plain is None:
                self._plain = first.source
                yield from _block(self._node("graph"), ("kg:plainSource", self._source(first.source)))
                yield from self._describe(first.source)
            if first.source == self._plain:
                return
        ends = (first.citing, first.cited)
        derivations = [self._node("derivation", *ends, c.source) for c in said]
        yield from _instance(
            self._node("citation", *ends),
            "cito:Citation",
            ("cito:hasCitingEntity", citing),
            ("cito:hasCitedEntity", cited),
            *(("prov:wasDerivedFrom", self._source(c.source)) for c in said),
            *(("prov:qualifiedDerivation", derivation) for derivation in derivations),
        )
        for derivation, c in zip(derivations, said, strict=True):
            yield from _instance(
                derivation,
                "prov:Derivation",
                ("prov:entity", self._source(c.source)),
                ("kg:method", c.method),
                *(("kg:context", context) for context in c.contexts),
                *(("kg:intent", intent) for intent in c.intents),
                ("kg:influential", None if c.influential is None else _boolean(c.influential)),
                ("kg:times", c.times if c.times != 1 else None),
            )
            yield from self._describe(c.source)

    def retrieval(self, retrieval: Retrieval) -> Iterator[str]:
        """The outcome at the work; a node where the source also gave a count or a date."""
        work, outcome, reported = self._work(retrieval.work), str(retrieval.outcome), retrieval.reported
        yield from _block(work, (f"kg:{quote(retrieval.list, safe='')}Outcome", outcome))
        if reported is None and retrieval.date is None:
            return
        subject = self._node("retrieval", retrieval.work, retrieval.list, retrieval.source)
        source = self._source(retrieval.source)
        yield from _instance(
            subject,
            "prov:Activity",
            ("prov:used", source),
            ("dcterms:subject", work),
            ("kg:list", retrieval.list),
            ("kg:outcome", outcome),
            ("kg:reported", reported),
            ("dcterms:date", _date(retrieval.date)),
        )
        if retrieval.list == "citations" and reported is not None:
            yield from _block(work, ("c4o:hasGlobalCitationFrequency", subject))
            yield from _count(subject, reported, retrieval.date, source)
        yield from self._describe(retrieval.source)

    def claim(self, claim: Claim) -> Iterator[str]:
        yield from _instance(
            self._node("claim", claim.id),
            "kg:Claim",
            ("dcterms:description", claim.statement),
            ("kg:kind", claim.kind),
            ("kg:place", claim.place),
            ("prov:wasDerivedFrom", self._source(claim.article)),
            *(("dcterms:subject", self._work(work)) for work in dict(claim.roles)),
            *((f"kg:{quote(role, safe='')}", self._work(work)) for work, role in claim.roles),
        )
        yield from self._describe(claim.article)

    def concept(self, concept: Concept) -> Iterator[str]:
        """The concept at the work; who says so is a statement about that triple."""
        work, subject = self._work(concept.work), self._node("concept", concept.scheme, concept.label)
        yield from _block(work, ("dcterms:subject", subject))
        if subject not in self._described:
            self._described.add(subject)
            scheme = self._node("scheme", concept.scheme)
            yield from _instance(subject, "skos:Concept", ("skos:prefLabel", concept.label), ("skos:inScheme", scheme))
            yield from _instance(scheme, "skos:ConceptScheme", ("rdfs:label", concept.scheme))
        if concept.source:
            yield from _instance(
                self._node("statement", concept.work, concept.scheme, concept.label, concept.source),
                "rdf:Statement",
                ("rdf:subject", work),
                ("rdf:predicate", _named("dcterms:subject")),
                ("rdf:object", subject),
                ("prov:wasDerivedFrom", self._source(concept.source)),
            )
            yield from self._describe(concept.source)

    def _node(self, kind: str, *names: str) -> _Term:
        return _Term(f"<{node(kind, self._name, *names)}>")

    def _work(self, id_: str) -> _Term:
        if id_ not in self._works:
            self._works[id_] = self._node("work", id_)
        return self._works[id_]

    def _source(self, name: str) -> _Term | None:
        return self._node("source", name) if name else None

    def _describe(self, name: str) -> Iterator[str]:
        """The lines about a source, the first time it is named."""
        source = self._source(name)
        if source and source not in self._described:
            self._described.add(source)
            credit = ("dcterms:rights", attribution([name]))
            yield from _instance(source, "prov:Entity", ("rdfs:label", name), credit)


def _is_plain(c: Citation) -> bool:
    return not (c.method or c.contexts or c.intents) and c.influential is None and c.times == 1


def _instance(subject: str, of: str, *pairs: tuple[str, _Value]) -> Iterator[str]:
    """Triples of one subject, its type first."""
    return _block(subject, ("rdf:type", _named(of)), *pairs)


def _block(subject: str, *pairs: tuple[str, _Value]) -> Iterator[str]:
    """Triples of one subject. None, "" and False say nothing and are left out."""
    for name, value in pairs:
        if isinstance(value, _Term):
            object_: str = value
        elif value is None or value is False or value == "":
            continue
        elif isinstance(value, str):
            object_ = f'"{value.translate(_ESCAPES)}"'
        else:
            object_ = _boolean(value) if isinstance(value, bool) else _typed(str(value), "integer")
        yield f"{subject} {_named(name)} {object_} .\n"


def _count(subject: str, value: int | None, day: str | None, source: _Term | None) -> Iterator[str]:
    return _instance(
        subject,
        "c4o:GlobalCitationCount",
        ("c4o:hasGlobalCountValue", _typed(str(value), "nonNegativeInteger")),
        ("c4o:hasGlobalCountDate", _date(day)),
        ("c4o:hasGlobalCountSource", source),
    )


def _links(identifier: str) -> Iterator[tuple[str, _Value]]:
    """The web address of an identifier: the work itself for DOI, arXiv and OpenAlex, else a page about it."""
    scheme = scheme_of(identifier)
    safe = "!$&'()*+,/:;=@" + ("#%?" if scheme == "url" else "")
    value = quote(identifier.removeprefix(f"{scheme}:"), safe, errors="surrogatepass")
    iri = iri_of(f"{scheme}:{value}") or ""
    try:
        NamedNode(iri)
    except ValueError:
        return  # no address at all; the identifier itself is kept as text
    if re.match("https?://", iri, re.IGNORECASE):  # not javascript: and the like
        yield "owl:sameAs" if scheme in {"doi", "arxiv", "openalex"} else "rdfs:seeAlso", _Term(f"<{iri}>")


@cache
def _named(name: str) -> _Term:
    return _Term(f"<{term(name)}>")


def _typed(text: str, datatype: str) -> _Term:
    return _Term(f'"{text}"^^{_named(f"xsd:{datatype}")}')


def _boolean(value: bool) -> _Term:
    return _typed("true" if value else "false", "boolean")


def _year(year: int | None) -> _Value:
    return None if year is None else _typed(f"{'-' if year < 0 else ''}{abs(year):04d}", "gYear")


def _date(text: str | None) -> _Value:
    """A full day as xsd:date; anything else is kept as text."""
    if text and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return text
        return _typed(text, "date")
    return text


#: Control characters, quotes and backslashes are escaped; half a surrogate pair is no character and becomes U+FFFD.
_ESCAPES: dict[int, str] = {code: f"\\u{code:04X}" for code in (*range(32), 127)}
_ESCAPES |= {ord(c): f"\\{letter}" for c, letter in zip('\t\n\r"\\', 'tnr"\\', strict=True)}
_ESCAPES |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_CITES = _named("cito:cites")
