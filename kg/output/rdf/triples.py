"""Records as triples: N-Triples lines streamed from a store, all in the default graph; `docs/model.md` draws the model.

A work is described by itself; who says so, and how its lists were retrieved, stands at its records (`kg:Record`), one for
each source. Each distinct citation is one triple `cito:cites`, loops included, and with `full` also a node `cito:Citation`
with its sources and what each of them says: every citation or none. What is unknown has no triple.
"""

import json
import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import groupby
from urllib.parse import quote

from pyoxigraph import NamedNode

from kg.facts import Fact, attribution, publisher
from kg.global_figures import FACT
from kg.ids import iri_of, scheme_of
from kg.model import Citation, Claim, Concept, Remark, Resolution, Retrieval, Work
from kg.output.rdf.lines import Term, Value, block, boolean, day, instance, named, text, typed, year
from kg.output.rdf.records import Records
from kg.output.rdf.vocab import encoded, node
from kg.terms import BASE, FABIO, LICENCES, SCHEMES
from kg.text import title_key

_NOBODY = re.compile(r"(?:and )?(?:others|et al\.?)", re.IGNORECASE)


def ntriples(
    records: Records, *, full: bool = True, by_id: bool = False, content: bool = False, base: str = BASE
) -> Iterator[str]:
    """Give the whole graph as N-Triples lines.

    Parameters
    ----------
    records : Records
        The graph.
    full : bool
        Give every citation a node with its sources; else none has one.
    by_id : bool
        In the order of the works' ids, whatever the order in which they were added.
    content : bool
        Leave out what names this graph and this revision of it: what is left is the same for the same content.
    base : str
        What the IRIs of its nodes begin with.
    """
    lines = _Lines("-" if content else records.name, full=full, base=base)
    if not content:
        yield from lines.graph(records)
    for work in records.works(by_id=by_id):
        yield from lines.work(work)
    for work_id, name in sorted(records.aliases()):
        yield from lines.alias(work_id, name)
    if full:
        for (citing, cited), said in groupby(records.citations(by_id=by_id), key=lambda c: (c.citing, c.cited)):
            yield from lines.citation(citing, cited, said)
    else:
        yield from lines.pairs(records.pairs(by_id=by_id))
    for retrieval in records.retrievals(by_id=by_id):
        yield from lines.retrieval(retrieval)
    for claim in records.claims():
        yield from lines.claim(claim)
    for concept in records.concepts(by_id=by_id):
        yield from lines.concept(concept)
    if records.until is None:  # what ingest left out, and the references it looked up, have no year
        for resolution in sorted(records.resolutions(), key=lambda r: r.text):
            yield from lines.resolution(resolution)
        for remark in sorted(records.remarks(), key=lambda r: (r.where, r.reason)):
            yield from lines.remark(remark)


class _Lines:
    """The lines of one graph; nodes that several records share are described when they are first named."""

    def __init__(self, name: str, *, full: bool, base: str) -> None:
        self._name, self._full, self._base = name, full, base
        self._mark = ":" if base.endswith(":") else "/"
        self._stems: dict[str, str] = {}
        self._works: dict[str, tuple[Term, str, int | None, str | None]] = {}  # node, part of other IRIs, year, date
        self._described: set[str] = set()

    def graph(self, records: Records) -> Iterator[str]:
        yield from instance(
            self._node("graph"),
            "void:Dataset",
            ("dcterms:title", records.name),
            ("kg:revision", records.revision),
            ("kg:provenance", "full" if self._full else "none"),
        )
        for number, command, started in records.runs():
            run = self._node("run", str(number))
            began = ("prov:startedAtTime", typed(started, "dateTime"))
            yield from instance(run, "prov:Activity", ("kg:command", command), began)

    def work(self, work: Work) -> Iterator[str]:
        subject, record = self._node("work", work.id), self._record(work.id, work.source)
        self._works[work.id] = (subject, encoded(work.id), work.year, work.date)
        named_people = [name for name in dict.fromkeys(work.authors) if not _NOBODY.fullmatch(name)]
        people = {self._node("person", work.source, name): name for name in named_people}
        dois = [name for name in work.identifiers if scheme_of(name) == "doi"]
        same = work.id if work.id in dois else dois[0] if len(dois) == 1 else ""
        venue = self._node("venue", key) if (key := title_key(work.venue)) else None
        count = None if work.reported_citations is None else self._node("count", work.id)
        yield from instance(
            subject,
            "fabio:Expression",
            ("rdf:type", named(FABIO[work.type]) if work.type in FABIO else None),
            ("kg:id", work.id),
            ("dcterms:title", work.title),
            *(("dcterms:creator", person) for person in people),
            ("kg:firstAuthor", next(iter(people), None)),
            (
                "kg:byline",
                Term(f"{text(json.dumps(work.authors, ensure_ascii=False))}^^{_JSON}") if work.authors else None,
            ),
            ("kg:year", work.year),
            ("fabio:hasPublicationYear", year(work.year)),
            ("dcterms:date", day(work.date)),
            ("prism:publicationName", work.venue),
            ("kg:venue", venue),
            *(("dcterms:identifier", identifier) for identifier in work.identifiers),
            *(("datacite:hasIdentifier", self._node("identifier", identifier)) for identifier in work.identifiers),
            *(("rdfs:seeAlso", _address(identifier)) for identifier in work.identifiers if identifier != same),
            ("owl:sameAs", _address(same)),
            ("kg:type", work.type),
            ("kg:retracted", work.retracted),
            *(("cito:retracts", _address(fact.value)) for fact in work.facts if fact.name == "retracts"),
            ("kg:describedBy", record),
            ("c4o:hasGlobalCitationFrequency", count),
        )
        for person, name in people.items():
            if self._first(person):
                yield from instance(person, "foaf:Agent", ("foaf:name", name))
        for identifier in work.identifiers:
            scheme, _, value = identifier.partition(":")
            if self._first(at := self._node("identifier", identifier)):
                kind = named(f"datacite:{scheme}") if scheme in SCHEMES else Term(f"<{BASE}terms:{encoded(scheme)}>")
                yield from instance(
                    at, "datacite:Identifier", ("datacite:usesIdentifierScheme", kind), ("litre:hasLiteralValue", value)
                )
        if venue:
            if self._first(venue):
                yield from instance(venue, "kg:Venue")
            if self._first(f"{venue} {work.venue}"):
                yield from block(venue, ("rdfs:label", work.venue))
        yield from self._describe_record(work.id, work.source)
        yield from block(
            record,
            ("kg:stub", work.stub),
            ("kg:seed", work.seed),
            ("kg:reportedReferences", work.reported_references),
            ("kg:reportedCitations", work.reported_citations),
        )
        for source, facts in groupby(sorted(work.facts, key=lambda f: f.source), key=lambda f: f.source):
            yield from self._describe_record(work.id, source)
            yield from block(self._record(work.id, source), *_said(facts))
        if count:
            yield from instance(
                count,
                "c4o:GlobalCitationCount",
                ("c4o:hasGlobalCountValue", typed(str(work.reported_citations), "nonNegativeInteger")),
                ("c4o:hasGlobalCountSource", self._source(work.source)),
            )

    def alias(self, work: str, name: str) -> Iterator[str]:
        """A name of its own, such as LSTM, or an id that it once had."""
        scheme, _, value = name.partition(":")
        yield from block(self._work(work), ("skos:altLabel", value) if scheme == "name" else ("kg:alias", name))

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
        """Distinct citations, without their sources."""
        works = {id_: work for id_, (work, *_) in self._works.items()}
        return (f"{works[citing]} {_CITES} {works[cited]} .\n" for citing, cited in pairs)

    def citation(self, citing: str, cited: str, said: Iterable[Citation]) -> Iterator[str]:
        """One distinct citation and all that its sources say."""
        (a, first, year_a, date_a), (b, second, year_b, _) = self._works[citing], self._works[cited]
        yield f"{a} {_CITES} {b} .\n"
        pair = f"{self._stem('citation')}{first}{self._mark}{second}>"
        span = None if year_a is None or year_b is None else year_a - year_b
        yield from instance(
            pair,
            "cito:Citation",
            ("cito:hasCitingEntity", a),
            ("cito:hasCitedEntity", b),
            ("cito:hasCitationCreationDate", day(date_a) or year(year_a)),
            (
                "cito:hasCitationTimeSpan",
                None if span is None else typed(f"{'-' * (span < 0)}P{abs(span)}Y", "duration"),
            ),
        )
        for c in said:
            source = self._source(c.source)
            yield from self._describe(c.source)
            yield from block(pair, ("prov:wasDerivedFrom", source))
            known = c.method or c.contexts or c.intents or c.influential is not None or c.times != 1
            if known:
                derived = Term(f"{self._stem('derivation')}{first}{self._mark}{second}{self._mark}{encoded(c.source)}>")
                yield from block(pair, ("prov:qualifiedDerivation", derived))
                yield from block(
                    derived,
                    ("prov:entity", source),
                    ("kg:method", c.method),
                    *(("kg:context", context) for context in dict.fromkeys(c.contexts)),
                    *(("kg:intent", intent) for intent in dict.fromkeys(c.intents)),
                    ("kg:influential", None if c.influential is None else boolean(c.influential)),
                    ("kg:times", c.times if c.times != 1 else None),
                )

    def retrieval(self, retrieval: Retrieval) -> Iterator[str]:
        """The outcome at the record, with the length that the source reports and the day."""
        list_ = f"kg:{quote(retrieval.list, safe='')}"
        yield from self._describe_record(retrieval.work, retrieval.source)
        yield from block(
            self._record(retrieval.work, retrieval.source),
            (f"{list_}Outcome", str(retrieval.outcome)),
            (f"{list_}Reported", retrieval.reported),
            (f"{list_}Retrieved", day(retrieval.date)),
        )

    def claim(self, claim: Claim) -> Iterator[str]:
        yield from instance(
            self._node("claim", claim.id),
            "kg:Claim",
            ("dcterms:identifier", claim.id),
            ("dcterms:description", claim.statement),
            ("kg:kind", claim.kind),
            ("kg:place", claim.place),
            ("prov:wasDerivedFrom", self._source(claim.article)),
            *(("dcterms:subject", self._work(work)) for work in dict(claim.roles)),
            *((f"kg:{quote(role, safe='')}", self._work(work)) for work, role in claim.roles),
        )
        yield from self._describe(claim.article)

    def concept(self, concept: Concept) -> Iterator[str]:
        """The concept at the work, with its labels; who says so, and in what words, is a statement about that triple."""
        work, subject = self._work(concept.work), self._node("concept", concept.scheme, concept.label)
        if self._first(f"{work} {subject}"):
            yield from block(work, ("dcterms:subject", subject))
        if self._first(subject):
            scheme = self._node("scheme", concept.scheme)
            yield from instance(subject, "skos:Concept", ("skos:prefLabel", concept.label), ("skos:inScheme", scheme))
            if self._first(scheme):
                yield from instance(scheme, "skos:ConceptScheme", ("rdfs:label", concept.scheme))
        said = concept.label_in_source
        if title_key(said) not in {"", title_key(concept.label)} and self._first(f"{subject} {said}"):
            yield from block(subject, ("skos:altLabel", said))
        if concept.source or said:
            yield from instance(
                self._node("statement", concept.work, concept.scheme, concept.label, concept.source),
                "rdf:Statement",
                ("rdf:subject", work),
                ("rdf:predicate", named("dcterms:subject")),
                ("rdf:object", subject),
                ("prov:wasDerivedFrom", self._source(concept.source)),
                ("kg:labelInSource", said),
            )
            yield from self._describe(concept.source)

    def resolution(self, found: Resolution) -> Iterator[str]:
        """How a reference was matched; works are named by their ids, as some are not in the graph."""
        yield from instance(
            self._node("resolution", _digest(found.text)),
            "kg:Resolution",
            ("kg:text", found.text),
            ("kg:status", found.status),
            ("kg:matched", found.id),
            ("kg:method", found.method),
            ("kg:reason", found.reason),
            ("kg:score", found.score if found.score is None else float(found.score)),
            ("kg:likely", found.likely),
            ("kg:runnerUp", found.runner_up),
            (
                "kg:runnerUpScore",
                found.runner_up_score if found.runner_up_score is None else float(found.runner_up_score),
            ),
        )

    def remark(self, remark: Remark) -> Iterator[str]:
        subject = self._node("remark", _digest(f"{remark.where}\0{remark.reason}"))
        yield from instance(subject, "kg:Remark", ("kg:place", remark.where), ("kg:reason", remark.reason))

    def _node(self, kind: str, *names: str) -> Term:
        if not names:
            return Term(f"<{node(kind, self._name, base=self._base)}>")
        return Term(f"{self._stem(kind)}{self._mark.join(map(encoded, names))}>")

    def _stem(self, kind: str) -> str:
        """How the IRIs of a kind of nodes begin."""
        if kind not in self._stems:
            self._stems[kind] = f"<{node(kind, self._name, base=self._base)}{self._mark}"
        return self._stems[kind]

    def _work(self, id_: str) -> Term:
        return self._works[id_][0] if id_ in self._works else self._node("work", id_)

    def _source(self, name: str) -> Term | None:
        return self._node("source", name) if name else None

    def _record(self, work: str, source: str) -> Term:
        return self._node("record", work, source)

    def _first(self, node_: str) -> bool:
        """Whether this is the first time that something is named."""
        if node_ in self._described:
            return False
        self._described.add(node_)
        return True

    def _describe(self, name: str) -> Iterator[str]:
        """The lines about a source, the first time it is named."""
        source = self._source(name)
        if source and self._first(source):
            licence = Term(f"<{LICENCES[whose]}>") if (whose := publisher(name)) in LICENCES else None
            credit = (("dcterms:rights", attribution([name])), ("dcterms:license", licence))
            yield from instance(source, "prov:Entity", ("rdfs:label", name), *credit)

    def _describe_record(self, work: str, source: str) -> Iterator[str]:
        """What a record is of and from, the first time it is named."""
        if self._first(record := self._record(work, source)):
            yield from instance(
                record,
                "kg:Record",
                ("prov:specializationOf", self._work(work)),
                ("prov:wasDerivedFrom", self._source(source)),
            )
            yield from self._describe(source)


def _said(facts: Iterable[Fact]) -> Iterator[tuple[str, Value]]:
    """What the record of one source says of the work."""
    retracted: list[str] = []
    for fact in facts:
        if fact.name == "retracted":
            retracted.append(fact.value)
        else:
            yield _TERMS.get(fact.name, "kg:yearBasis"), fact.value
    if retracted:
        yield "kg:retracted", True
        yield "kg:retractedOn", day(max(retracted))


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _address(identifier: str) -> Term | None:
    """The web address of an identifier, or None."""
    scheme = scheme_of(identifier)
    safe = "!$&'()*+,/:;=@" + ("#%?" if scheme == "url" else "")
    value = quote(identifier.removeprefix(f"{scheme}:"), safe, errors="surrogatepass")
    iri = iri_of(f"{scheme}:{value}") or ""
    try:
        NamedNode(iri)
    except ValueError:
        return None  # no address at all; the identifier itself is kept as text
    return Term(f"<{iri}>") if re.match("https?://", iri, re.IGNORECASE) else None  # not javascript: and the like


_CITES, _JSON = named("cito:cites"), named("rdf:JSON")
# readers of JSON-LD may write JSON anew, so that figures are kept as a text
_TERMS = {"type": "kg:type", "retracts": "kg:retracts", "note": "skos:note", FACT: "kg:globalFigures"}
