"""Who cites a work: which populations are asked, what is said of each, and the counts again without kg."""

import re
from pathlib import Path

import pytest
from bundled import rows
from hypothesis import given
from oracles import Case, cases

import kg
from kg.analysis.forgotten.table import forgotten
from kg.analysis.who_cites import who_cites
from kg.graph.citation_graph import CitationGraph
from kg.graph.folder import Workspace
from kg.model import Batch, Citation, Outcome, Retrieval, Work

#: Citing works of the bundled graph, by a rule of their own: which rows of works.csv.
MET = re.compile("ISMIR|Society (for|on|of) Music(al)? Information Retrieval", re.IGNORECASE)
CITING = {
    "ismir-2018": lambda row: row["year"] == "2018" and MET.search(row["venue"]),
    "deep-learning": lambda row: row["year"].isdecimal() and int(row["year"]) >= 2009,
}


def meeting(*, size: int = 40, unknown: int = 0, **options: object) -> CitationGraph:
    """A meeting of 2018: each paper cites `other`, every tenth `old` too; some lists unknown."""
    papers = [f"p{i}" for i in range(size)]
    edges = [(p, "other") for p in papers[unknown:]] + [(p, "old") for p in papers[unknown::10]]
    years = {"old": 1989, "other": 1990} | dict.fromkeys(papers, 2018)
    known = dict.fromkeys(papers[unknown:], Outcome.COMPLETE)
    return CitationGraph.from_edges(edges, years=years, outcomes=known, **options)


@pytest.mark.long
@pytest.mark.parametrize("population", CITING)
def test_counts_of_the_bundled_graph_are_those_of_its_tables(population: str):
    """k, n and N of every connectionist, counted in the tables without kg."""
    members = {row["key"] for row in rows("works") if CITING[population](row)}
    known = members & {row["work"] for row in rows("lists") if row["outcome"] in ("COMPLETE", "EMPTY")}
    citing: dict[str, set[str]] = {}
    for row in rows("citations"):
        if row["citing_key"] in known:
            citing.setdefault(row["cited_key"], set()).add(row["citing_key"])
    found = kg.open_graph().forgotten(era="connectionist", top=None)
    core = {row["key"] for row in rows("works") if row["core"] == "1" and "1988" <= (row["year"] or "0") <= "2008"}
    counted = {row["id"]: row["standing"] for row in found.as_dict()["insufficient"]}
    assert set(counted) == core
    for id_, standing in counted.items():
        (row,) = (each for each in standing if each["population"] == population)
        assert (row["k"], row["n"], row["N"]) == (len(citing.get(id_, ())), len(known), len(members)), id_


@pytest.mark.long
def test_the_bundled_answer_leads_with_what_can_be_said(kg_run):
    """Who is cited by whom comes first, with denominators; the classes that cannot be decided come last, in one line."""
    said = kg_run("forgotten", "--era", "connectionist", "--top", 8).out.splitlines()
    rows_ = kg_run("forgotten", "--era", "connectionist", "--top", 99, "--json").json()["insufficient"]
    by = {name: [next(s for s in row["standing"] if s["population"] == name) for row in rows_] for name in CITING}
    assert said[0] == "52 works of the connectionist era (1988 to 2008), as far as known reference lists tell:"
    rare = sum(bool(re.search("fewer than 1 in [12]00", s["verdict"])) for s in by["deep-learning"])
    well = sum(s["verdict"] == "well known" for s in by["deep-learning"])
    assert f"347 of 4,520 reference lists known: {rare} cited by fewer than 1 in 100" in said[1]
    assert f"{well} well known (in the most cited tenth of their time): " in said[1]
    assert f"86 of 88 reference lists known: {sum(not s['k'] for s in by['ismir-2018'])} cited by none" in said[2]
    assert max(map(len, said[5:-1])) <= 100
    assert said[-1].startswith("The other classes (hidden ancestor, uncredited precursor) cannot be decided")
    silent = [s for s in by["deep-learning"] if s["verdict"] == "cannot say"]
    assert len(silent) <= 0.1 * len(rows_)
    assert all(s["probability"] is None for s in silent)


def test_the_populations_asked_are_those_that_could_cite(tmp_path: Path):
    """All later works; a whole population, if at least twenty of its works are late enough for half of the works asked about."""
    works = [Work(id=f"p{i}", title=f"Paper {i}", year=2018, venue="ISMIR") for i in range(30)]
    works += [
        Work(id="old", title="Old", year=1989),
        *(Work(id=f"n{i}", title=f"New {i}", year=2020) for i in range(2)),
    ]
    read = [Retrieval(work=w.id, list="references", outcome=Outcome.COMPLETE, source="s") for w in works[:30]]
    with Workspace.writing(str(tmp_path / "g"), "test") as (_, writer):
        cited = [Citation(citing=f"p{i}", cited="old", source="s") for i in range(30)]
        writer.add(Batch(works=works, citations=cited, retrievals=read))
    graph = kg.open_graph(tmp_path / "g")

    def asked(*ids: str) -> list[str]:
        return [each.population.name for each in who_cites(graph, ids)]

    assert asked("old") == asked("old", "p3") == ["1989-", "ismir-2018"]
    assert asked("old", "n0", "n1") == ["1989-"]
    (tmp_path / "g" / "eras.toml").write_text("early = [1980, 1999]\nlate = [2000, 2018]\n")
    graph = kg.open_graph(tmp_path / "g")
    assert asked("old") == ["late"]  # whole itself: a meeting of it says nothing more
    assert asked("n0") == ["1989-"]  # the last era ends before it


def test_what_is_counted_is_said_as_counted():
    """A whole population gives a count of how many, an unknown one an estimate with interval, verdict and probability."""
    whole, few = meeting(), meeting(size=400, unknown=360)
    (found,) = who_cites(whole, ["old"])
    assert found.sentence("old") == "cited by 4 of the 40 later works whose reference lists are known (41 in all)"
    assert found.row("old")["probability"] == 1
    (found,) = who_cites(few, ["old"])
    row = found.row("old")
    assert (row["k"], row["n"], row["N"]) == (4, 40, 401)
    assert found.sentence("old").startswith(
        "cited by 4 of the 40 later works whose reference lists are known; of all 401 "
    )
    assert f"({100 * row['low']:.2g}" in found.sentence("old").replace("90 % interval: ", "")


def test_few_lists_say_how_few_they_are():
    """Under twenty known lists nothing is estimated, and the sentence says so."""
    graph = meeting(size=40, unknown=25)
    (found,) = who_cites(graph, ["old"])
    assert "too few to say more of all 41" in found.sentence("old")
    assert found.row("old")["verdict"] == "cannot say"
    assert "cannot say: 1" in found.summary(graph, ["old"])


def test_works_without_years_are_not_asked_about():
    """No work is later than another where none is dated."""
    graph = CitationGraph.from_edges([("b", "a")])
    assert who_cites(graph, ["a", "b"]) == []
    text = str(kg.Graph.from_edges([("b", "a")]).forgotten())
    assert "None of them has a year" in text


@given(cases(works=12))
def test_nothing_is_said_from_too_few_lists(case: Case):
    """Of twelve works no share is estimated: a count where nearly all lists are known, else no verdict and no probability."""
    graph = case.graph()
    for id_ in graph.ids:
        for found in who_cites(graph, [id_]):
            if row := found.row(id_):
                if row["n"] < 0.95 * row["N"] - 1:
                    assert (row["verdict"], row["probability"], row["value"]) == ("cannot say", None, None)
                assert (row["probability"] is None) == (row["verdict"] == "cannot say")
                assert row["k"] / row["N"] <= row["high"]


def test_the_year_of_a_ranked_work_is_its_own():
    """A metric with a column of the same name, such as the year of a change, does not put it in its place."""
    graph = kg.Graph.from_edges(
        [(f"p{i}", "old") for i in range(30)], years={"old": 1989} | {f"p{i}": 2018 for i in range(30)}
    )
    ranked = graph.rank("change_point").as_dict()
    assert {row["id"]: row["year"] for row in ranked["rows"]}["old"] == 1989
    assert "year" in ranked["own"]["old"]


def test_an_era_without_works_is_empty():
    """Nothing is asked of an era in which no work falls."""
    graph = kg.Graph.from_edges([("b", "a")], years={"a": 1990, "b": 2000})
    assert str(graph.forgotten(era="1700-1710")).startswith("0 works of 1700 to 1710 in this graph")


@given(cases(works=12))
def test_every_work_is_told_in_every_population_that_could_cite_it(case: Case):
    """A summary has its population with n of N; a work's sentence has k of n, or says that nothing could cite it."""
    graph = case.graph()
    ids = list(graph.ids)
    for found in who_cites(graph, ids):
        told = found.summary(graph, ids)
        assert f"{found.population.known:,} of {found.population.size:,} reference lists known" in told
        for id_ in ids:
            row, sentence = found.row(id_), found.sentence(id_)
            assert (row is None) == ("could cite it" in sentence and "none of the" in sentence[:11])
            if row and row["n"]:
                assert f"{row['k'] or 'none'} of the {row['n']} " in sentence


def test_what_cannot_be_decided_follows_what_can():
    """In a notebook as in a terminal: sentences and table first; with the lists unknown no work is in a class."""
    edges = [(f"p{i}", "old") for i in range(30)]
    found = kg.Graph.from_edges(edges, years={"old": 1989} | {p: 2018 for p, _ in edges}).forgotten()
    text, page = str(found), found._repr_html_()
    assert text.index("31 works, as far as known") < text.index("verdict") < text.index("cannot be decided")
    assert page.index("later works") < page.index("<table>") < page.index("cannot be decided")
    assert found.standing.loc["old", "k"] == 30
    assert len(forgotten(meeting(unknown=35)).ranked) == 0
