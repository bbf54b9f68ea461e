"""IRIs of works: valid whatever the id, and back."""

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode
from rdf_reading import id_in

from kg.output.rdf.vocab import node, prefixes

ANY = st.text(alphabet=st.characters(exclude_categories=()))
NASTY = ["a b", '"', "<x>", "100%", "%41", "训练", "a:b:c", "..", "/", "#?", "\\", "\x00", "\ud800", "{}|^`"]


@given(ANY, ANY)
def test_every_id_gives_a_valid_iri_and_comes_back(graph, id_):
    """An id of any characters, lone surrogates included, survives the way into an IRI and back."""
    iri = node("work", graph, id_)
    assert NamedNode(iri).value == iri
    assert id_in(iri) == id_


def test_ids_that_look_alike_have_different_iris():
    """No two ids share an IRI, not even those that differ only in percent signs or colons."""
    assert len({node("work", "g", id_) for id_ in NASTY}) == len(NASTY)
    assert node("work", "a:b", "c") != node("work", "a", "b:c")


def test_the_prefix_of_a_graph_begins_the_iris_of_its_works():
    """`work:` with the escaped id after it is the work's IRI."""
    assert prefixes("my graph")["work"] + "a%20b" == node("work", "my graph", "a b")
