"""Records to triples and back."""

from collections import Counter
from dataclasses import dataclass, field, replace

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdf_reading import read_batches, read_records

from kg.facts import Fact
from kg.model import Citation, Claim, Concept, Outcome, Remark, Resolution, Retrieval, Work
from kg.output.rdf.triples import ntriples
from kg.output.rdf.vocab import node
from kg.terms import PREFIXES


@dataclass
class Memory:
    """Records held in lists."""

    held: list = field(default_factory=list)
    name: str = "g"
    revision: int = 1
    state: str = "1-abcdef01"
    until: int | None = None

    def _of(self, kind):
        return (record for record in self.held if isinstance(record, kind))

    def counts(self):
        """The number of works and citations."""
        return sum(1 for _ in self.works()), sum(1 for _ in self.citations())

    def works(self, *, by_id=False):
        """Works."""
        return iter(sorted(self._of(Work), key=lambda w: w.id)) if by_id else self._of(Work)

    def aliases(self):
        """No other names."""
        return iter(())

    def runs(self):
        """One session of writing."""
        return iter([(1, "test", "2026-01-02T03:04:05+00:00")])

    def citations(self, *, by_id=False):
        """Citations."""
        return (
            iter(sorted(self._of(Citation), key=lambda c: (c.citing, c.cited, c.source)))
            if by_id
            else self._of(Citation)
        )

    def pairs(self, *, by_id=False):
        """Distinct citations."""
        return iter(dict.fromkeys((c.citing, c.cited) for c in self.citations(by_id=by_id)))

    def retrievals(self, *, by_id=False):
        """Retrievals."""
        del by_id
        return self._of(Retrieval)

    def resolutions(self):
        """How references were matched."""
        return self._of(Resolution)

    def remarks(self):
        """What was left out."""
        return self._of(Remark)

    def claims(self):
        """Claims."""
        return self._of(Claim)

    def concepts(self, *, by_id=False):
        """Concepts."""
        del by_id
        return self._of(Concept)


def triples(*held, **options):
    """The projection as a set of pyoxigraph triples, parsed strictly."""
    text = "".join(ntriples(Memory(list(held)), **options))
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
TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12)
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
            date=draw(st.none() | st.dates().map(str)),
            venue=draw(TEXT),
            identifiers=tuple(sorted(draw(st.sets(st.sampled_from(["doi:10.1/a<b", "arxiv:1609.03499", "url:x y"]))))),
            stub=draw(st.booleans()),
            seed=draw(st.booleans()),
            source=draw(TEXT),
            reported_references=draw(st.none() | st.integers(0, 9)),
            reported_citations=draw(st.none() | st.integers(0, 9)),
            facts=tuple(
                sorted(
                    draw(
                        st.sets(
                            st.builds(
                                Fact,
                                st.just("type"),
                                st.sampled_from(["review", "article"]),
                                st.sampled_from(["s", "源"]),
                            )
                            | st.builds(Fact, st.just("note"), SOME, st.just("s"))
                            | st.just(Fact("retracted", "2010-02-06", "s"))
                        )
                    ),
                    key=lambda fact: (fact.name, fact.source, fact.value),
                )
            ),
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
    assert objects(triples(Work(id="a", title=title)), "dcterms:title", node("work", "g", "a")) == [clean] * bool(title)


@pytest.mark.parametrize("provenance", ["full", "none"])
def test_every_citation_has_a_node_with_its_sources_or_none_has(provenance):
    """Plain ones too, and whatever order they come in; a pair that two sources list is one node of both."""
    works = [Work(id="a", year=2001, date="2001-05-06"), Work(id="b", year=1999), Work(id="c")]
    plain = Citation(citing="a", cited="b", source="list.csv")
    said = [
        plain,
        replace(plain, cited="c", source="s"),
        replace(plain, cited="c", source="t", method="by hand", times=2),
    ]
    found = triples(*works, *said, full=provenance == "full")
    assert set(found) == set(triples(*works, *said[1:], plain, full=provenance == "full"))
    assert len(objects(found, "cito:cites")) == 2
    nodes = {t.subject.value for t in found if t.object == ox.NamedNode(PREFIXES["cito"] + "Citation")}
    if provenance == "none":
        assert not nodes
        return
    one, both = (node("citation", "g", "a", cited) for cited in "bc")
    assert nodes == {one, both}
    assert objects(found, "prov:wasDerivedFrom", one) == [node("source", "g", "list.csv")]
    assert objects(found, "prov:wasDerivedFrom", both) == [node("source", "g", source) for source in "st"]
    assert objects(found, "kg:method", node("derivation", "g", "a", "c", "t")) == ["by hand"]
    assert objects(found, "cito:hasCitationCreationDate", one) == ["2001-05-06"]
    assert objects(found, "cito:hasCitationTimeSpan", one) == ["P2Y"]
    assert objects(found, "cito:hasCitationTimeSpan", both) == []


def test_the_article_is_not_its_record():
    """Source, seed, stub, outcome and remarks stand at records, one a source; nothing of them at the work, which is its DOI."""
    facts = (Fact("type", "review", "openalex"), Fact("note", "seen", "s"), Fact("retracted", "2010-02-06", "openalex"))
    work = Work(id="a", identifiers=("doi:10.1/a",), source="s", seed=True, stub=True, facts=facts)
    listed = Retrieval(work="a", list="references", outcome=Outcome.PARTIAL, source="t", reported=3, date="2026-01-02")
    found = triples(work, listed)
    subject = node("work", "g", "a")
    assert objects(found, "owl:sameAs", subject) == ["https://doi.org/10.1/a"]
    own = {
        t.predicate.value.rpartition(":")[2]
        for t in found
        if t.subject.value == subject and "terms:" in t.predicate.value
    }
    assert own == {"id", "type", "retracted", "describedBy"}
    assert not objects(found, "prov:wasDerivedFrom", subject)
    records = {source: node("record", "g", "a", source) for source in ("s", "t", "openalex")}
    assert objects(found, "kg:describedBy", subject) == [records["s"]]
    assert {t.subject.value for t in found if t.predicate.value == PREFIXES["prov"] + "specializationOf"} == {
        *records.values()
    }
    assert objects(found, "kg:seed", records["s"]) == objects(found, "kg:stub", records["s"]) == ["true"]
    assert objects(found, "skos:note", records["s"]) == ["seen"]
    assert objects(found, "kg:referencesOutcome", records["t"]) == ["PARTIAL"]
    assert objects(found, "kg:retractedOn", records["openalex"]) == ["2010-02-06"]
    assert PREFIXES["fabio"] + "ReviewArticle" in objects(found, "rdf:type", subject)


def test_a_preprint_and_its_publication_are_not_equated():
    """The work is the same as one DOI: its own, or the only one; of several, and of other identifiers, none."""
    both = ("arxiv:1609.03499", "doi:10.1/a")
    assert objects(triples(Work(id="x", identifiers=both)), "owl:sameAs") == ["https://doi.org/10.1/a"]
    assert objects(triples(Work(id="x", identifiers=both)), "rdfs:seeAlso") == ["https://arxiv.org/abs/1609.03499"]
    two = ("doi:10.1/a", "doi:10.1/b")
    assert objects(triples(Work(id="x", identifiers=two)), "owl:sameAs") == []
    assert objects(triples(Work(id="doi:10.1/b", identifiers=two)), "owl:sameAs") == ["https://doi.org/10.1/b"]


def test_people_and_venues_are_nodes():
    """One person for each name of a source, one venue for its spellings; "et al." is nobody, but the byline has it."""
    works = [
        Work(id="a", authors=("Todd, Peter M.", "Loy, Gareth", "et al."), venue="Computer Music Journal", source="s"),
        Work(id="b", authors=("Todd, Peter M.",), venue="Computer music journal", source="s"),
        Work(id="c", authors=("Todd, Peter M.",), source="t"),
    ]
    found = triples(*works)
    todd, loy, other = (
        node("person", "g", *key) for key in (("s", "Todd, Peter M."), ("s", "Loy, Gareth"), ("t", "Todd, Peter M."))
    )
    assert objects(found, "dcterms:creator", node("work", "g", "a")) == [todd, loy]
    assert objects(found, "kg:firstAuthor", node("work", "g", "a")) == [todd]
    assert {t.subject.value for t in found if t.predicate.value == PREFIXES["foaf"] + "name"} == {todd, loy, other}
    (venue,) = set(objects(found, "kg:venue"))
    assert objects(found, "rdfs:label", venue) == ["Computer Music Journal", "Computer music journal"]
    assert read_records(as_graph(*works))[0] == works


def test_identifiers_lead_to_the_web_only_where_there_is_an_address():
    """A DOI is the work itself, pages are about it, and a script is no address at all."""
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


def test_a_reported_count_is_a_global_citation_count_with_its_source():
    """In the terms of C4O; 0 is a count, and unknown is none."""
    found = triples(Work(id="a", source="s", reported_citations=0), Work(id="b", source="s"))
    assert objects(found, "c4o:hasGlobalCountValue") == ["0"]
    assert objects(found, "c4o:hasGlobalCountSource") == [node("source", "g", "s")]
    assert objects(found, "kg:reportedCitations", node("record", "g", "a", "s")) == ["0"]


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


def test_claims_concepts_outcomes_and_what_was_left_out_come_back():
    """All that a store holds besides works and citations."""
    held = [
        Work(id="a", source="s"),
        Retrieval(work="a", list="references", outcome=Outcome.PARTIAL, source="t", reported=3, date="2026-01-02"),
        Claim(
            id="c",
            statement="The first.",
            kind="first",
            place="§2",
            article="Pons",
            roles=(("a", "object"), ("a", "subject")),
        ),
        Concept(work="a", scheme="task", label="raw audio", source="Pons"),
        Concept(work="a", scheme="task", label="raw audio", source="Roe"),
        Resolution(
            text="Todd", status="review", id="a", method="title", reason="near", score=0.5, likely="x", runner_up="y"
        ),
        Remark("x.bib line 3", "no title"),
    ]
    batch = read_batches(as_graph(*held))[0]
    found = [*batch.works, *batch.retrievals, *batch.claims, *batch.concepts, *batch.resolutions, *batch.remarks]
    assert found == held


def test_the_content_does_not_name_the_graph_or_its_revision():
    """Two graphs of the same records have the same content, and no line of it names a run."""
    held = [Work(id="a", source="s")]
    one, two = (set(ntriples(Memory(held, name, revision), content=True)) for name, revision in (("g", 1), ("h", 7)))
    assert one == two
    assert not any("run" in line or "revision" in line for line in one)


def test_a_base_makes_web_addresses():
    """Every node of the graph is under it; the terms are not."""
    found = triples(Work(id="a.", authors=("Roe",), source="s"), base="https://example.org/kg/")
    assert objects(found, "kg:describedBy") == ["https://example.org/kg/record/g/a%2E/s"]
    assert not [t for t in found if t.subject.value.startswith("urn:")]


def test_no_line_is_written_twice():
    """Sources, schemes and concepts are described once, however often they are named."""
    works = [Work(id=id_, source="s") for id_ in "ab"]
    concepts = [Concept(work=id_, scheme="task", label="x", source="s") for id_ in "ab"]
    lines = Counter(ntriples(Memory([*works, *concepts])))
    assert max(lines.values()) == 1
