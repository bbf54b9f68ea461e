"""Records to triples and back."""

from collections import Counter
from dataclasses import dataclass, field, replace

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdf_reading import read_records

from kg.model import Citation, Claim, Concept, Outcome, Retrieval, Work
from kg.output.rdf.triples import ntriples
from kg.output.rdf.vocab import PREFIXES, node


@dataclass
class Memory:
    """Records held in lists."""

    held: list = field(default_factory=list)
    name: str = "g"
    revision: int = 1
    state: str = "1-abcdef01"

    def _of(self, kind):
        return (record for record in self.held if isinstance(record, kind))

    def works(self):
        """Works."""
        return self._of(Work)

    def citations(self):
        """Citations."""
        return self._of(Citation)

    def retrievals(self):
        """Retrievals."""
        return self._of(Retrieval)

    def claims(self):
        """Claims."""
        return self._of(Claim)

    def concepts(self):
        """Concepts."""
        return self._of(Concept)


def triples(*held):
    """The projection as a set of pyoxigraph triples, parsed strictly."""
    text = "".join(ntriples(Memory(list(held))))
    return [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES)]


def objects(found, name, subject=None):
    """The values of a property."""
    prefix, local = name.split(":")
    iri = PREFIXES[prefix] + local
    return [t.object.value for t in found if t.predicate.value == iri and subject in (None, t.subject.value)]


def as_graph(*held):
    """The projection in rdflib's own store, through rdflib's own parser."""
    return rdflib.Graph().parse(data="".join(ntriples(Memory(list(held)))), format="nt")


# half a surrogate pair is no character and cannot be in RDF text
TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12)
SOME = TEXT.filter(bool)
IDS = st.lists(SOME, min_size=1, max_size=4, unique=True)


@st.composite
def graphs(draw):
    """Works, and citations grouped by pair, with everything a source may say."""
    works = [
        Work(
            id=id_,
            title=draw(TEXT),
            authors=tuple(draw(st.lists(SOME, max_size=11))),
            year=draw(st.none() | st.integers(-50, 2100)),
            date=draw(st.none() | st.dates().map(str) | st.just("1989-05") | st.just("1989-02-30")),
            venue=draw(TEXT),
            identifiers=tuple(sorted(draw(st.sets(st.sampled_from(["doi:10.1/a<b", "arxiv:1609.03499", "url:x y"]))))),
            stub=draw(st.booleans()),
            seed=draw(st.booleans()),
            source=draw(TEXT),
            reported_references=draw(st.none() | st.integers(0, 9)),
            reported_citations=draw(st.none() | st.integers(0, 9)),
        )
        for id_ in sorted(draw(IDS))
    ]
    ids = st.sampled_from([work.id for work in works])
    keys = draw(st.sets(st.tuples(ids, ids, st.sampled_from(["s1", "s2", "源 3"])), max_size=6))
    citations = [
        Citation(
            citing=citing,
            cited=cited,
            source=source,
            method=draw(st.just("") | TEXT),
            contexts=tuple(sorted(draw(st.sets(SOME, max_size=2)))),
            intents=tuple(sorted(draw(st.sets(SOME, max_size=2)))),
            influential=draw(st.none() | st.booleans()),
            times=draw(st.sampled_from([1, 1, 3])),
        )
        for citing, cited, source in sorted(keys)
    ]
    return works, citations


@pytest.mark.long
@given(graphs())
def test_works_and_citations_come_back_as_they_were(graph):
    """Every field of works and citations survives the way through N-Triples and rdflib."""
    works, citations = graph
    found = read_records(as_graph(*works, *citations))
    assert found == (sorted(works, key=lambda w: w.id), citations)
    assert len(objects(triples(*works, *citations), "cito:cites")) == len({(c.citing, c.cited) for c in citations})


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_title_is_one_literal(title):
    """A title of any characters stays one literal; lone surrogates become U+FFFD."""
    clean = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in title)
    assert objects(triples(Work(id="a", title=title)), "dcterms:title") == ["g"] + [clean] * bool(title)


def test_a_plain_citation_is_one_triple_and_its_source_is_named_once():
    """Citations of one source of which nothing more is known cost one triple each."""
    works = [Work(id=id_) for id_ in "abc"]
    plain = [Citation(citing="a", cited="b", source="list.csv"), Citation(citing="a", cited="a", source="list.csv")]
    before = len(triples(*works, plain[0]))
    found = triples(*works, *plain)
    assert len(found) == before + 1
    assert objects(found, "kg:plainSource") == [node("source", "g", "list.csv")]
    assert "Citation" not in str(objects(found, "rdf:type"))


def test_a_citation_of_two_sources_is_one_triple_and_a_node_with_both():
    """A pair that two sources list is cited once, by a node derived from both."""
    pair = Citation(citing="a", cited="b", source="s1")
    found = triples(Work(id="a"), Work(id="b"), pair, replace(pair, source="s2", method="by hand"))
    assert len(objects(found, "cito:cites")) == 1
    citation = node("citation", "g", "a", "b")
    assert objects(found, "prov:wasDerivedFrom", citation) == [node("source", "g", s) for s in ("s1", "s2")]
    assert objects(found, "cito:hasCitingEntity", citation) == [node("work", "g", "a")]
    assert objects(found, "kg:method", node("derivation", "g", "a", "b", "s2")) == ["by hand"]


def test_identifiers_lead_to_the_web_only_where_there_is_an_address():
    """DOIs are the work itself, pages are about it, and a script is no address at all."""
    identifiers = ("doi:10.1/a#b<c>", "url:https://example.org/x y?q=1#f", "url:javascript:alert(1)", "mag:7")
    found = triples(Work(id="a", identifiers=identifiers))
    assert objects(found, "owl:sameAs") == ["https://doi.org/10.1/a%23b%3Cc%3E"]
    assert objects(found, "rdfs:seeAlso") == ["https://example.org/x%20y?q=1#f"]
    assert objects(found, "dcterms:identifier") == list(identifiers)


def test_claims_and_concepts_point_at_their_works():
    """A claim is about each of its works once and names their parts; a concept is one node with one label."""
    claim = Claim(
        id="c1",
        statement="The first.",
        kind="first",
        place="§2",
        article="Pons (2018)",
        roles=(("a", "subject"), ("b", "object"), ("a", "object")),
    )
    concepts = [Concept(work=w, scheme="task", label="raw audio", source="Pons (2018)") for w in "ab"]
    found = triples(Work(id="a"), Work(id="b"), claim, *concepts)
    a, b, subject = node("work", "g", "a"), node("work", "g", "b"), node("claim", "g", "c1")
    assert sorted(objects(found, "dcterms:subject", subject)) == [a, b]
    assert objects(found, "kg:subject", subject) == [a]
    assert sorted(objects(found, "kg:object", subject)) == [a, b]
    assert objects(found, "dcterms:description", subject) == ["The first."]
    concept = node("concept", "g", "task", "raw audio")
    assert objects(found, "dcterms:subject", a) == [concept] == objects(found, "dcterms:subject", b)
    assert objects(found, "skos:prefLabel") == ["raw audio"]
    assert objects(found, "skos:inScheme", concept) == [node("scheme", "g", "task")]
    assert sorted(objects(found, "rdf:subject")) == [a, b]


def test_outcomes_stand_at_the_work_and_reported_counts_at_nodes_of_c4o():
    """A list's outcome is one triple; a count of citations is a GlobalCitationCount with source and date."""
    retrievals = [
        Retrieval(work="a", list="references", outcome=Outcome.COMPLETE, source="s"),
        Retrieval(work="a", list="citations", outcome=Outcome.PARTIAL, source="s", reported=40, date="2026-01-02"),
    ]
    found = triples(Work(id="a", source="s", reported_citations=0), *retrievals)
    assert objects(found, "kg:referencesOutcome") == ["COMPLETE"]
    assert objects(found, "kg:citationsOutcome") == ["PARTIAL"]
    assert len(objects(found, "c4o:hasGlobalCitationFrequency", node("work", "g", "a"))) == 2
    assert sorted(objects(found, "c4o:hasGlobalCountValue")) == ["0", "40"]
    assert objects(found, "c4o:hasGlobalCountDate") == ["2026-01-02"]
    assert set(objects(found, "c4o:hasGlobalCountSource")) == {node("source", "g", "s")}


def test_only_a_real_day_is_a_date():
    """The 30th of February is kept as text, so that no reader stumbles over it."""
    kinds = {
        t.object.value: t.object.datatype.value.rpartition("#")[2]
        for id_, day in (("a", "1989-02-28"), ("b", "1989-02-30"), ("c", "1989-05"))
        for t in triples(Work(id=id_, date=day))
        if t.predicate.value == PREFIXES["dcterms"] + "date"
    }
    assert kinds == {"1989-02-28": "date", "1989-02-30": "string", "1989-05": "string"}


def test_works_of_other_makers_keep_their_iri_as_id():
    """A graph in SPAR terms that kg did not write is read too."""
    data = """@prefix cito: <http://purl.org/spar/cito/> . @prefix fabio: <http://purl.org/spar/fabio/> .
    <https://e.org/b> a fabio:Expression ; fabio:hasPublicationYear "2016" ; cito:cites <https://e.org/a> .
    <https://e.org/a> a fabio:Expression ."""
    works, citations = read_records(rdflib.Graph().parse(data=data, format="turtle"))
    assert [(w.id, w.year) for w in works] == [("https://e.org/a", None), ("https://e.org/b", 2016)]
    assert citations == [Citation(citing="https://e.org/b", cited="https://e.org/a", source="")]


def test_no_line_is_written_twice():
    """Sources, schemes and concepts are described once, however often they are named."""
    works = [Work(id=id_, source="s") for id_ in "ab"]
    concepts = [Concept(work=id_, scheme="task", label="x", source="s") for id_ in "ab"]
    lines = Counter(ntriples(Memory([*works, *concepts])))
    assert max(lines.values()) == 1
