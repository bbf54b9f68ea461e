"""Eras that name works, not only years: who belongs to them, as ends of a path, as its limits, and wrong files."""

import re
from pathlib import Path

import pytest

import kg
from kg.analysis.base.names import name_of
from kg.analysis.community_populations import population
from kg.errors import InputError
from kg.graph.eras import Era, eras_of
from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Work

YEARS = {"a": 1990, "b": 1990, "m": 2000, "n": 2000, "z": 2010, "undated": None}
CITATIONS = [("m", "a"), ("n", "b"), ("z", "m"), ("z", "n")]
ERAS = 'old = [1980, 1999]\n[middle]\nyears = [1995, 2010]\nmembers = "middle.txt"\n["the few"]\nyears = [1980, 1999]\nmembers = ["a", "m"]\n'


@pytest.fixture
def graph(tmp_path: Path) -> kg.Graph:
    """Two old works, each with a line of its own to a new one; one middle work is a member of the middle era."""
    with Store.create(tmp_path / "graph.sqlite", name="g") as store, Writer.open(store.path, "test") as writer:
        works = [Work(id=id_, title=f"Work {id_}", year=year) for id_, year in YEARS.items()]
        writer.add(Batch(works=works, citations=[Citation(citing=a, cited=b, source="made") for a, b in CITATIONS]))
    (tmp_path / "eras.toml").write_text(ERAS)
    (tmp_path / "middle.txt").write_text("m\na\n")
    return kg.open_graph(tmp_path)


def ids(answer) -> list[list[str]]:
    """The works of each path."""
    return [[work.id for work in path.works] for path in answer.paths]


def test_members_are_those_of_the_years_among_the_named(graph: kg.Graph):
    """A mask over all works says what each era says of one: `a` is named for the middle era, but older."""
    belong = {
        name: {id_ for id_, inside in zip(graph.ids, graph.within(era), strict=True) if inside}
        for name, era in graph.eras.items()
    }
    assert belong == {"old": {"a", "b"}, "middle": {"m"}, "the few": {"a"}}
    for name, era in graph.eras.items():
        assert {id_ for id_, year in YEARS.items() if era.holds(id_, year)} == belong[name]
    assert graph.within((2000, 2010)).sum() == 3


def test_an_era_stands_for_its_members_at_the_end_of_a_path(graph: kg.Graph):
    """By name, by the name with hyphens, or by years; years stand for all their works."""
    assert graph.path("the few", "z").as_dict()["old"] == {"era": "the few", "years": [1980, 1999], "works": 1}
    assert ids(graph.path("the-few", "z", k=9)) == [["a", "m", "z"]]
    assert sorted(ids(graph.path("old", "z", k=9))) == [["a", "m", "z"], ["b", "n", "z"]]


def test_only_members_lie_between_where_an_era_limits_a_path(graph: kg.Graph):
    """The ends are free, be they works or eras; what lies between is of the era."""
    assert ids(graph.path("a", "z", era="middle")) == [["a", "m", "z"]]
    assert ids(graph.path("b", "z")) == [["b", "n", "z"]]
    assert ids(graph.path("b", "z", era="middle")) == []
    assert ids(graph.path("1980-1999", "z", era="middle", k=9)) == [["a", "m", "z"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("old = 3\n", "is not a list of eras"),
        ("old = [1999, 1980]\n", "old ends before it begins"),
        ('[old]\nyears = [1980, 1999]\nmembers = "nowhere.txt"\n', "nowhere.txt"),
        ("[old]\nyears = [1980, 1999]\ncolour = 1\n", "old has colour"),
        ("[old]\nmembers = []\n", "years"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(tmp_path: Path, text: str, said: str):
    """The error names the file and what is wrong in it."""
    (tmp_path / "eras.toml").write_text(text)
    with pytest.raises(InputError, match=said) as error:
        eras_of(tmp_path)
    assert "eras.toml" in str(error.value)
    assert "\n" not in str(error.value.args[0])


def test_a_folder_without_eras_has_none(tmp_path: Path):
    """No era of another story is taken for its own."""
    assert eras_of(tmp_path) == {}
    assert kg.Graph.from_edges([("b", "a")], years={"a": 1990, "b": 2010}).eras == {}
    assert Era.of((1990, 1999)).holds("x", 1990)
    assert not Era.of((1990, 1999)).holds("x", None)


def test_the_forms_in_the_docs_are_read(tmp_path: Path, graph: kg.Graph):
    """docs/metrics.md shows both files as they are read; its eras and its population hold whom they say."""
    page = (Path(__file__).parents[1] / "docs" / "metrics.md").read_text(encoding="utf-8")
    eras, named = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "core.txt").write_text("a\n")
    (tmp_path / "eras.toml").write_text(eras)
    (tmp_path / "populations.toml").write_text(named)
    assert eras_of(tmp_path) == {
        "romantic": Era("romantic", 1800, 1890),
        "connectionist": Era("connectionist", 1988, 2008, frozenset("a")),
    }
    one = population(graph, "ismir-2018")
    assert (one.size, one.detection, one.source) == (0, 0.84, "the meeting's own archive")


def test_works_of_one_name_that_an_era_lists_have_letters(tmp_path: Path):
    """In the order of their titles, the same letter in every sentence; a namesake that no era lists has none."""
    authors = ("Eck, Douglas", "Schmidhuber, Jürgen")
    works = [
        Work(id=id_, title=title, authors=authors, year=2002)
        for id_, title in (("blues", "Finding structure"), ("idsia", "A first look"), ("other", "Learning structure"))
    ]
    with Workspace.writing(str(tmp_path / "g"), "test") as (_, writer):
        writer.add(Batch(works=[*works, Work(id="alone", title="Alone", authors=("Todd, P.",), year=2002)]))
    (tmp_path / "g" / "eras.toml").write_text('[early]\nyears = [2000, 2005]\nmembers = ["blues", "idsia", "alone"]\n')
    graph = kg.open_graph(tmp_path / "g")
    assert {id_: name_of(graph, graph.number(id_)) for id_ in graph.ids} == {
        "idsia": "Eck & Schmidhuber 2002a",
        "blues": "Eck & Schmidhuber 2002b",
        "other": "Eck & Schmidhuber 2002",
        "alone": "Todd 2002",
    }
