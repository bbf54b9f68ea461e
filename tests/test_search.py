"""Works found by words that may be mistyped, within limits."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError, NothingFound, UnknownName
from kg.graph.spelling import _nearest, respelt
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Work
from kg.text import title_key


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tood 1989", "todd 1989"),
        ("hierachical latent vectr", "hierarchical latent vector"),
        ("wavnet", "wavenet"),
        ("neurl netw", "neural netw"),  # the start of a word stays one
        ("hierachi", "hierarch"),
        ("improvizat", "improvisat"),  # and is put right as one
        ("wavenet", ""),
        ("todd 1899", ""),  # a year is no misspelt word
        ("xqzzk", ""),
        ("", ""),
    ],
)
def test_mistyped_words_are_put_right(bundled_graph, typed: str, meant: str):
    """By the words that works have; what is right or like nothing stays."""
    assert respelt(bundled_graph._space.store, typed) == meant


def test_an_error_is_likelier_than_a_word_twenty_times_rarer():
    """A misprint in one title does not hide the word that hundreds have; a rare word of its own stays."""
    assert _nearest("connectionst", {"connectionst": 1, "connectionist": 200}) == "connectionist"
    assert _nearest("connectionst", {"connectionst": 20, "connectionist": 200}) == "connectionst"


@pytest.fixture(scope="module")
def few_letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store whose words have the letters that are typed below, so that many of them are near."""
    path = tmp_path_factory.mktemp("letters") / "graph.sqlite"
    words = ["".join(letters) for length in (3, 4) for letters in product("abcdé", repeat=length)]
    with Writer.open(path, "test", name="letters") as writer:
        writer.add(Batch(works=[Work(id=word, title=f"{word} {word[::-1]}ecade {word * 2}") for word in words[::5]]))
    with Store.open(path) as store:
        yield store


@given(st.text(alphabet="abcdeé ", max_size=40))
def test_no_text_breaks_the_spelling(few_letters: Store, text: str):
    """Whatever is typed; a word becomes one word."""
    if made := respelt(few_letters, text):
        assert len(made.split()) == len(title_key(text).split())


def test_a_search_says_what_it_took_a_text_for(bundled_graph):
    """In a note; the works are those of the right words."""
    hits = bundled_graph.search("wavnet")
    assert hits[0].id == "oord2016wavenet"
    assert hits.notes[0] == "no work has all the words of 'wavnet'; these have those of 'wavenet'"
    assert not bundled_graph.search("wavenet", top=1000).notes


def test_limits_keep_only_the_works_that_meet_them(bundled_graph):
    """Era, venue and concept: compared with the tables; as many as without a limit on how many are ranked."""
    works, concepts = bundled_graph.works, bundled_graph.concepts
    found = {w.id for w in bundled_graph.search("music", era="1988-1999", top=100_000)}
    every = {w.id for w in bundled_graph.search("music", top=100_000)}
    years = works["year"].between(1988, 1999).fillna(value=False)
    assert found == every & set(works.index[years])
    label = "long short-term memory"
    listed = {w.id for w in bundled_graph.search(concept=label.upper(), top=100_000)}
    assert listed == set(concepts.loc[concepts["label"] == label, "work"])
    networks = [
        {w.id for w in bundled_graph.search(concept=name, top=100_000)}
        for name in ("cnn", "convolutional neural network")
    ]
    assert networks[0] == networks[1] != set(), "as the source writes it"
    dated = [w.year or 9999 for w in bundled_graph.search(venue="music journal", top=100_000)]
    assert dated == sorted(dated)
    assert dated
    both = bundled_graph.search("todd", era="connectionist", venue="music journal")
    assert "todd1989connectionist" in {w.id for w in both}


def test_limits_that_nothing_can_meet_are_refused(bundled_graph):
    """With what there is."""
    with pytest.raises(UnknownName, match="no concept named 'LSTMs'"):
        bundled_graph.search(concept="LSTMs")
    with pytest.raises(InputError, match="no venue has the words"):
        bundled_graph.search(venue="no such place")
    with pytest.raises(InputError, match="unknown era"):
        bundled_graph.search(era="baroque")


def test_the_command_has_the_limits(kg_run):
    """And says which it had when nothing fits."""
    rows = kg_run("search", "todd", "--era", "connectionist", "--venue", "music journal", "--json").json()["rows"]
    assert "todd1989connectionist" in [row["id"] for row in rows]
    none = kg_run("search", "wavelet", "--era", "1950-1951", code=NothingFound.exit_code)
    assert "no work fits 'wavelet' and era '1950-1951'" in none.err
