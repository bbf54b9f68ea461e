"""Populations: which works a rule, or the graph by itself, puts together; and what is counted of them."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from oracles import Case, cases

import kg
from kg.analysis.communities import communities
from kg.analysis.community_populations import community_populations, population
from kg.analysis.metrics.standing import standing
from kg.analysis.populations import populations
from kg.analysis.who_cites import who_cites
from kg.errors import InputError
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Outcome, Retrieval, Work


def field(folder: Path, rules: str = "", *, year: int = 2018, unknown: int = 0) -> kg.Graph:
    """A graph in a folder: thirty works of one meeting, of which some lists are unknown, citing one old work or another."""
    works = [Work(id=f"p{i}", title=f"Music {i}", year=year, venue="ISMIR") for i in range(30)]
    works += [Work(id="old", title="An early work", year=1989), Work(id="other", title="Other", year=1990)]
    listed = range(unknown, 30)
    batch = Batch(
        works=works,
        citations=[
            Citation(citing=f"p{i}", cited="old" if i % 10 == 5 else "other", source="made/up@1:x") for i in listed
        ],
        retrievals=[
            Retrieval(work=f"p{i}", list="references", outcome=Outcome.COMPLETE, source="made") for i in listed
        ],
    )
    folder.mkdir()
    with Store.create(folder / "graph.sqlite", name="field") as store, Writer.open(store.path, "test") as writer:
        writer.add(batch)
    (folder / "populations.toml").write_text(rules, encoding="utf-8")
    return kg.open_graph(str(folder))


def test_venues_and_years_are_found_by_themselves(tmp_path: Path):
    """Twenty works of one venue and year with known lists are a population, without anybody naming it."""
    graph = field(tmp_path / "g")
    (found,) = populations(graph)
    assert (found.name, found.size, found.known, found.whole) == ("ismir-2018", 30, 30, True)
    row = standing(graph, population="ismir-2018").table.loc["old"]
    assert (row["k"], row["n"], row["value"], row["verdict"]) == (3, 30, 0.1, "cited by 3 of the 30")
    assert not populations(field(tmp_path / "h", unknown=4))


def fields(unknown: int = 0, lost: int = 0) -> kg.Graph:
    """Two fields of thirty works a year, each citing all of its own the year before; no venue is known.

    Of the last year so many lists are unknown, and so many works more neither cite nor are cited.
    """
    edges, outcomes, titles, when = [], {}, {}, dict.fromkeys([f"lost{i}" for i in range(lost)], 2002)
    for subject in ("chord recognition", "drum transcription"):
        for year in (2000, 2001, 2002):
            for i in range(30):
                work = f"{subject[:5]}{year}-{i}"
                when[work], titles[work] = year, f"On {subject}, part {i}"
                if year > 2000:
                    edges += [(work, f"{subject[:5]}{year - 1}-{j}") for j in range(30)]
                hidden = year == 2002 and i < unknown
                outcomes[work] = Outcome.PARTIAL if hidden else Outcome.COMPLETE
    return kg.Graph.from_edges(edges, years=when, titles=titles, outcomes=outcomes, works=when)


def test_communities_and_years_are_found_where_they_are_asked_for():
    """Planted fields of thirty works a year, named after their titles; k of n by a count over plain sets."""
    graph = fields()
    assert populations(graph) == []
    found = {p.name: p for p in community_populations(graph)}
    assert [line.split()[:4] for line in str(graph.communities()).splitlines()[-6:]] == [
        [name, "30", "of", "30"] for name in found
    ]
    assert {*found} == {
        f"{name}-{year}" for name in ("chord-recognition", "drum-transcription") for year in (2000, 2001, 2002)
    }
    one = population(graph, "drum-transcription-2002")
    assert {graph.ids[i] for i in one.members} == {f"drum 2002-{i}" for i in range(30)}
    assert (one.whole, one.found) == (True, True)
    assert (
        one.rule == 'the works of 2002 in the community "Drum transcription", detected from the citations of this graph'
    )
    cites = {(a, b) for a, b in graph.citations.itertuples(index=False, name=None)}
    table = standing(graph, population=one.name).table
    for id_ in graph.ids:
        citing = sum((graph.ids[m], id_) in cites for m in one.members)
        assert tuple(table.loc[id_, ["k", "population"]]) == (citing, 30 - (graph.number(id_) in one.members))


@pytest.mark.parametrize(
    ("unknown", "lost", "last"), [(3, 0, True), (4, 0, False), (0, 3, True), (0, 4, False), (2, 2, False)]
)
def test_lists_and_works_that_are_missing_count_against_a_community(unknown: int, lost: int, last: bool):
    """Nine in ten lists must be known, even if the works that cannot be placed in a community all belonged to it."""
    names = {p.name for p in community_populations(fields(unknown, lost))}
    assert ("chord-recognition-2002" in names) == last
    assert "chord-recognition-2001" in names


@given(case=cases(works=12))
def test_communities_and_years_are_those_of_the_definition(case: Case):
    """By a search over plain sets, with two works for twenty."""
    graph = case.graph()
    with pytest.MonkeyPatch.context() as patch:
        for module in ("populations", "community_populations"):
            patch.setattr(f"kg.analysis.{module}.SMALLEST", 2)
        found = {frozenset(graph.ids[i] for i in p.members) for p in community_populations(graph)}
    of = communities(graph, seeds=1).table["community"]
    sizes = of.value_counts()
    alone = {w for w in case.works if not case.known(w) and sizes[of[w]] == 1}
    expected = set()
    for c in set(of):
        for y in {case.year(w) for w in case.works} - {None}:
            own = {w for w in case.works if of[w] == c and case.year(w) == y} - alone
            lost = sum(case.year(w) == y for w in alone)
            if len(own) >= 2 and 10 * sum(map(case.known, own)) >= 9 * (len(own) + lost):
                expected.add(frozenset(own))
    assert found == expected


def test_communities_are_not_detected_where_nothing_asks_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A population of the folder or of a venue is found without them; so is what a whole population of later works says."""
    graph = field(tmp_path / "g")._space.graph
    monkeypatch.setattr("kg.analysis.community_populations.community_numbers", lambda _: pytest.fail("detected"))
    assert population(graph, "ismir-2018").size == 30
    assert [each.population.name for each in who_cites(fields(), ["chord2000-1"])] == ["2000-"]


def test_a_work_is_told_of_its_own_community():
    """Where many later lists are unknown and no venue is known, the whole communities of the work itself speak, not others."""
    graph = fields(unknown=20)
    assert [each.population.name for each in who_cites(graph, ["drum 2000-1"])] == [
        "2000-",
        "drum-transcription-2000",
        "drum-transcription-2001",
    ]


def test_a_folder_names_its_own(tmp_path: Path):
    """Rules by venue, years and words of titles; a detection rate makes counts lower bounds, with an upper end above them."""
    rules = '["half found"]\nvenue = "ismir"\nyears = [2018, 2018]\nwords = ["music"]\ndetection = 0.8\nrule = "all of it"\n'
    graph = field(tmp_path / "g", rules)
    assert population(graph, "half found").detection == 0.8
    scores = standing(graph, population="half found")
    row = scores.table.loc["old"]
    assert row["low"] == row["value"] == 0.1 < row["high"]
    assert row["verdict"] == "cited by at least 3 of the 30"
    assert any("lower bound" in remark for remark in scores.remarks)


def test_a_work_for_which_every_text_was_searched_is_counted_exactly(tmp_path: Path):
    """Nothing was missed of it, whatever share of the other citations was found; among unknown lists too, and by name alone."""
    rules = '[half]\nvenue = "ismir"\nyears = [2018, 2018]\ndetection = 0.8\nsearched = ["old", "not here"]\nlabel = "ISMIR papers"\n'
    graph = field(tmp_path / "g", rules, unknown=1)
    scores = standing(graph, population="half")
    row = scores.table.loc["old"]
    assert row["k"] == 3
    assert row["n"] == row["population"] == 30
    assert row["value"] == row["low"] == row["high"] == row["least"] == row["most"] == 0.1
    assert (row["verdict"], row["probability"]) == ("cited by 3 of the 30", 1)
    assert str(graph.why("old", "standing", population="half")).splitlines()[1].strip() == (
        "cited by 3 of the 30 ISMIR papers, each of which was searched for it"
    )
    others = scores.table.drop(index="old")
    assert (others["high"] > others["low"])[others["k"] > 0].all()
    assert any("lower bound" in remark for remark in scores.remarks)


def test_a_named_population_is_not_found_again(tmp_path: Path):
    """A venue and year that the folder names keeps the works that the folder means, here those with a 1 in their title."""
    graph = field(tmp_path / "g", '[ismir-2018]\nvenue = "ismir"\nwords = ["1"]\n')
    assert [(one.name, one.size) for one in populations(graph)] == [("ismir-2018", 12)]


def test_info_tells_of_populations(tmp_path: Path):
    """What `kg info` reads from the store alone are the populations that the graph finds; those without works are left out."""
    rules = '[half]\nvenue = "ismir"\nwords = ["music", "1"]\ndetection = 0.8\nrule = "half of it"\n[none]\nyears = [1900, 1910]\n'
    graph = field(tmp_path / "g", rules)
    told = graph.info()
    found = [(p.name, p.known, p.size, p.detection, p.rule, p.source) for p in populations(graph) if p.size]
    assert [
        tuple(p[key] for key in ("name", "known", "works", "detection", "rule", "source"))
        for p in told.facts["populations"]
    ] == found
    assert [name for name, *_ in found] == ["half", "ismir-2018"]
    assert re.search(
        r"half +12 of 12 read \(80% of their entries found\) +half of it\nismir-2018 +30 of 30 +the works of ISMIR, 2018",
        str(told),
    )
    assert kg.Graph.from_edges([("b", "a")]).info().facts["populations"] == []


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("[x]\ncolour = 1\n", "invalid population 'x'"),
        ("[x\n", "not valid TOML"),
        ("x = 1\n", "invalid"),
        ('[x]\nmembers = "nowhere.txt"\n', "invalid population 'x': .*nowhere.txt"),
        ('[x]\nvenue = "(ismir"\n', "invalid population 'x'"),
        ("[x]\nyears = 2018\n", "invalid population 'x'"),
        ('[x]\nwords = ["(a+)+$"]\n', "repeats a group, or more than two things"),
    ],
)
def test_bad_rules_are_refused(tmp_path: Path, rules: str, said: str):
    """One clear line names the file and what is wrong in it."""
    graph = field(tmp_path / "g", rules)
    with pytest.raises(InputError, match=said):
        populations(graph)


def test_whole_populations_of_the_bundled_graph_are_counted(bundled_graph: kg.Graph):
    """k, n and the share of works in the populations whose lists are all known, by a count over the members."""
    held = bundled_graph._space.graph
    year_of = {id_: None if pd.isna(year) else int(year) for id_, year in held.works["year"].items()}
    cites: dict[str, set[str]] = {}
    for citing, cited in held.citations.itertuples(index=False, name=None):
        cites.setdefault(citing, set()).add(cited)
    whole = [p for p in populations(held) if p.whole]
    assert whole
    for each in whole:
        members = [(held.ids[i], bool(read)) for i, read in zip(each.works, each.read, strict=True)]
        table = standing(held, population=each.name).table
        for id_ in [*table.index[table["k"] > 0][:200], *table.index[:50]]:
            if (year := year_of[id_]) is None:
                continue
            able_ = [(m, read) for m, read in members if m != id_ and (year_of[m] or 0) >= year]
            k = sum(read and id_ in cites.get(m, set()) for m, read in able_)
            row = table.loc[id_]
            assert (row["k"], row["n"], row["population"]) == (k, sum(read for _, read in able_), len(able_))
            if able_:
                assert row["value"] == pytest.approx(k / len(able_))
