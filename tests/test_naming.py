"""Naming a work: the precedence of ids, titles, "Todd 1989" and full text; ambiguity is never guessed away."""

from pathlib import Path

import pytest

from kg.errors import AmbiguousWork, InputError, NothingFound
from kg.graph.search import name_work, named_by, search
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Work

WORKS = [
    Work(id="todd1988", title="A sequential network design", authors=("Todd, Peter M.",), year=1988),
    Work(id="todd1989", title="A connectionist approach", authors=("Peter M. Todd", "Gareth Loy"), year=1989),
    Work(id="bharucha1989", title="Modeling the perception", authors=("Bharucha, J", "Todd, Peter M"), year=1989),
    Work(
        id="w1",
        title="WaveNet: A Generative Model for Raw Audio",
        authors=("Aäron van den Oord",),
        year=2016,
        identifiers=("arxiv:1609.03499",),
    ),
    Work(id="pixel", title="Pixel Recurrent Networks", authors=("van den Oord, Aaron",), year=2016),
    Work(id="ae", title="Neural synthesis with WaveNet autoencoders", authors=("Engel, Jesse",), year=2017),
    Work(id="eck-a", title="Finding temporal structure", authors=("Eck, D.", "Schmidhuber, J."), year=2002),
    Work(id="eck-b", title="A first look at composition", authors=("Eck, D.", "Schmidhuber, J."), year=2002),
    Work(id="schlüter", title="Improved onset detection", authors=("Schlüter, Jan",), year=2014),
    Work(id="oa", title="An entry of OpenAlex", identifiers=("openalex:W2741809807",)),
    Work(id="WAVENET2", title="Untitled", year=2020),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory):
    """Give a store of a few works that are easily confused."""
    path: Path = tmp_path_factory.mktemp("g") / "graph.sqlite"
    with Store.create(path, name="g") as made:
        with Writer.open(made.path, "t") as writer:
            writer.add(Batch(works=WORKS))
        yield made


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("todd1989", "todd1989"),
        ("https://arxiv.org/abs/1609.03499v2", "w1"),
        ("a connectionist APPROACH.", "todd1989"),
        ("WaveNet", "w1"),  # the title before its colon comes before any full-text hit
        ("wavenet: a generative model for raw audio", "w1"),
        ("Todd 1989", "todd1989"),
        ("Todd (1988)", "todd1988"),
        ("Todd & Loy 1989", "todd1989"),
        ("Schluter 2014", "schlüter"),
        ("Engel et al. 2017", "ae"),
        ("oord pixel", "pixel"),
        ("generative raw", "w1"),
        ("w2741809807", "oa"),  # as OpenAlex writes it
    ],
)
def test_a_text_names_its_work(store: Store, text: str, id_: str):
    """Each way people name a work leads to it; where only words in it do, that is told."""
    assert name_work(store, text).id == id_
    told = "the only work with these words" if text in {"oord pixel", "generative raw"} else ""
    assert named_by(store, text)[1] == told


@pytest.mark.parametrize(
    ("text", "id_", "told"),
    [
        ("LSTM", "hochreiter", "which goes by this name"),
        ("lstm ", "hochreiter", "which goes by this name"),
        ("LSTM: A search space odyssey", "greff", ""),
        ("u net", "unet", ""),
    ],
)
def test_a_name_of_its_own_finds_a_work_before_titles_do(tmp_path: Path, text: str, id_: str, told: str):
    """The name LSTM is the work that bears it, not one whose title begins with it; it is no identifier shown."""
    works = [
        Work(id="greff", title="LSTM: A search space odyssey"),
        Work(id="hochreiter", title="Long short-term memory", identifiers=("doi:10.1/x", "name:lstm")),
        Work(id="unet", title="U-Net: Convolutional networks", identifiers=("name:u net",)),
    ]
    with Store.create(tmp_path / "graph.sqlite", name="g") as store:
        with Writer.open(store.path, "t") as writer:
            writer.add(Batch(works=works))
        found, how = named_by(store, text)
        assert (found.id, how) == (id_, told)
        assert not [name for name in found.identifiers if name.startswith("name:")]


@pytest.mark.parametrize("text", ["Eck 2002", "Oord 2016", "todd", "Eck & Schmidhuber 2002"])
def test_what_fits_several_works_is_listed_not_guessed(store: Store, text: str):
    """The error holds every candidate."""
    with pytest.raises(AmbiguousWork) as caught:
        name_work(store, text)
    assert len(caught.value.candidates) >= 2
    assert all(id_ in caught.value.hint for id_, _ in caught.value.candidates)


def test_an_id_wins_over_everything(store: Store):
    """An exact id is taken before a title that would fit too; ids keep their case."""
    assert name_work(store, "WAVENET2").id == "WAVENET2"


def test_nothing_found_and_nothing_asked(store: Store):
    """No hit is exit 5, an empty text exit 2; a quote or a star in the text is only text."""
    with pytest.raises(NothingFound):
        name_work(store, "zzz qqq")
    with pytest.raises(InputError):
        name_work(store, "  ")
    for text in ('"', "*", "NEAR(", "a OR b", "title:x", "-"):
        with pytest.raises((NothingFound, AmbiguousWork)):
            name_work(store, text)


def test_search_puts_the_exact_first_and_ranks_the_rest(store: Store):
    """Scores fall, the exact title stands first, and every word must occur."""
    hits = search(store, "wavenet")
    assert [work.id for work, _ in hits][:2] == ["w1", "ae"]
    scores = [score for _, score in hits]
    assert scores == sorted(scores, reverse=True)
    assert {w.id for w, _ in search(store, "1989 todd")} == {"todd1989", "bharucha1989"}
    assert search(store, "wavenet pigeons") == []
