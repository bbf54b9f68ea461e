"""Back from triples to records: the works and citations of an rdflib graph in the terms of `vocab`."""

from typing import TYPE_CHECKING
from urllib.parse import unquote

from rdflib import RDF, URIRef

from kg.model import Citation, Work
from kg.output.rdf.vocab import term

if TYPE_CHECKING:
    from rdflib import Graph


def read_records(graph: "Graph") -> tuple[list[Work], list[Citation]]:
    """The works and citations of a graph, sorted; works of other makers have their IRI as id.

    What each source says of a citation comes back; the order of identifiers, contexts and intents does not.
    """
    reader = _Reader(graph)
    works = [reader.work(subject) for subject in reader.instances("fabio:Expression")]
    plain = [reader.label(i) for d in reader.instances("void:Dataset") for i in reader.all(d, "kg:plainSource")]
    said: dict[tuple[str, str], list[Citation]] = {}
    for citing, cited in graph.subject_objects(URIRef(term("cito:cites"))):
        a, b = _id(str(citing)), _id(str(cited))
        said[a, b] = [Citation(citing=a, cited=b, source="".join(plain[:1]))]
    for subject in reader.instances("cito:Citation"):
        a, b = (_id(reader.one(subject, f"cito:has{end}Entity")) for end in ("Citing", "Cited"))
        if derivations := reader.all(subject, "prov:qualifiedDerivation"):
            several = [reader.citation(derivation, a, b) for derivation in derivations]
            said[a, b] = sorted(several, key=lambda c: c.source)
    return sorted(works, key=lambda work: work.id), [c for _, several in sorted(said.items()) for c in several]


class _Reader:
    def __init__(self, graph: "Graph") -> None:
        self._graph = graph

    def instances(self, kind: str) -> list[str]:
        return sorted(str(subject) for subject in self._graph.subjects(RDF.type, URIRef(term(kind))))

    def all(self, subject: str, name: str) -> list[str]:
        return sorted(str(value) for value in self._graph.objects(URIRef(subject), URIRef(term(name))))

    def one(self, subject: str, name: str) -> str:
        return next(iter(self.all(subject, name)), "")

    def number(self, subject: str, name: str) -> int | None:
        text = self.one(subject, name)
        return int(text) if text else None

    def label(self, subject: str) -> str:
        return self.one(subject, "rdfs:label") or subject

    def work(self, subject: str) -> Work:
        authors = self.all(subject, "dcterms:creator")
        authors.sort(key=lambda author: self.number(author, "kg:position") or 0)
        return Work(
            id=_id(subject),
            title=self.one(subject, "dcterms:title"),
            authors=tuple(self.one(author, "foaf:name") for author in authors),
            year=self.number(subject, "fabio:hasPublicationYear"),
            date=self.one(subject, "dcterms:date") or None,
            venue=self.one(subject, "prism:publicationName"),
            identifiers=tuple(self.all(subject, "dcterms:identifier")),
            stub=self.one(subject, "kg:stub") == "true",
            seed=self.one(subject, "kg:seed") == "true",
            source=self.label(self.one(subject, "prov:wasDerivedFrom")),
            reported_references=self.number(subject, "kg:reportedReferences"),
            reported_citations=self.number(subject, "kg:reportedCitations"),
        )

    def citation(self, said: str, citing: str, cited: str) -> Citation:
        influential = self.one(said, "kg:influential")
        return Citation(
            citing=citing,
            cited=cited,
            source=self.label(self.one(said, "prov:entity")),
            method=self.one(said, "kg:method"),
            contexts=tuple(self.all(said, "kg:context")),
            intents=tuple(self.all(said, "kg:intent")),
            influential=influential == "true" if influential else None,
            times=self.number(said, "kg:times") or 1,
        )


def _id(iri: str) -> str:
    """The id of the work that an IRI names; the IRI itself where it names none."""
    return id_in(iri) if iri.startswith("urn:x-kg:work:") else iri


def id_in(iri: str) -> str:
    """The last name in the IRI of a node."""
    return unquote(iri.rpartition(":")[2], errors="surrogatepass")
