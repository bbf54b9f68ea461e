"""What share of later works cites a work: exact for whole populations, an interval that holds elsewhere."""

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases
from test_populations import field

import kg
from kg.analysis.base.citing_words import CANNOT_SAY
from kg.analysis.metrics.standing import standing
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome


def able(case: Case, work: str, year: int) -> list[str]:
    """The works dated in or after a year that could cite a work."""
    own = case.year(work)
    if own is None:
        return []
    return [w for w in case.works if w != work and (y := case.year(w)) is not None and y >= max(year, own)]


@given(case=cases(), year=st.integers(2001, 2006))
def test_a_whole_population_is_counted(case: Case, year: int):
    """Where every reference list is known, k, n and the share are those of a count over the members."""
    graph = case._replace(outcomes=dict.fromkeys(case.works, Outcome.COMPLETE)).graph()
    table = standing(graph, era=f"{year}-").table
    for work in case.works:
        members = able(case, work, year)
        citing = [w for w in members if work in case.references()[w]]
        row = table.loc[work]
        if not members:
            assert np.isnan(row["value"])
        else:
            assert (row["k"], row["n"], row["population"]) == (len(citing), len(members), len(members))
            assert row["value"] == pytest.approx(len(citing) / len(members))
            assert row["least"] == row["low"] == row["value"] == row["high"] == row["most"]


@given(case=cases(works=10), year=st.integers(2000, 2004))
def test_works_that_lead_back_are_those_a_search_finds(case: Case, year: int):
    """A known list leads back to a work if it cites it or a usable path runs between them: k of n, by a search from each."""
    graph = case.graph()
    found, direct = standing(graph, era=f"{year}-", reach=True).table, standing(graph, era=f"{year}-").table
    usable = {
        w: {c for c in cited if case.year(w) and case.year(c) and not case.later(c, w)}
        for w, cited in case.references().items()
    }
    if not any(case.year(w) for w in case.works):
        return
    for work in case.works:
        known = [w for w in able(case, work, year) if case.known(w)]
        back = [w for w in known if work in case.references()[w] or work in nx.descendants(digraph(usable), w)]
        row = found.loc[work]
        assert (row["k"], row["n"]) == (len(back), len(known))
        assert row["k"] >= direct.loc[work, "k"]
        # what the unknown lists hide, at most: those of the population, and those that known ones may lead through
        may = [w for w in known if any(hides(case, v, work) for v in {w} | nx.descendants(digraph(usable), w))]
        if of := len(able(case, work, year)):
            assert row["most"] == pytest.approx(min(1, (len(back) + len(may) + of - len(known)) / of))


def digraph(references: dict[str, set[str]]) -> "nx.DiGraph[str]":
    """As a networkx graph from citing to cited."""
    return nx.DiGraph(references)


def hides(case: Case, w: str, work: str) -> bool:
    """Whether a work may cite another without the graph knowing: its list is unknown, or it cites an undated work."""
    dated, own = case.year(w), case.year(work)
    open_ = not case.known(w) or any(
        case.year(c) is None for c in case.references()[w] | ({w} & {b for a, b in case.edges if a == w})
    )
    return open_ and dated is not None and own is not None and dated >= own


@given(case=cases(works=10), year=st.integers(2000, 2004), reach=st.booleans())
def test_no_interval_leaves_the_hard_bounds(case: Case, year: int, reach: bool):
    """What is said lies between the shares that no and that every unknown list would give."""
    table = standing(case.graph(), era=f"{year}-", reach=reach).table
    some = table[table["value"].notna()]
    for less, more in pairwise(["least", "low", "value", "high", "most"]):
        assert (some[less] <= some[more] + 1e-12).all()
    assert (table.loc[table["population"] > 0, "most"] <= 1).all()


@given(case=cases(works=12), year=st.integers(2000, 2004))
def test_each_verdict_has_its_probability(case: Case, year: int):
    """What is counted is certain, what is said with 95 % has no less than 85 (two statements at once), the rest has none."""
    table = standing(case.graph(), era=f"{year}-").table
    silent = table["verdict"] == CANNOT_SAY
    assert table.loc[silent, "probability"].isna().all()
    assert table.loc[~silent, "probability"].between(0.85, 1).all()
    assert (table.loc[table["verdict"].str.contains(" of the "), "probability"] == 1).all()


def test_unknown_names_are_refused():
    """An unknown population or era names those there are; both at once are refused."""
    graph = CitationGraph.from_edges([("b", "a")], years={"a": 1990, "b": 2000})
    for options in ({"population": "nowhere"}, {"era": "nowhen"}, {"population": "x", "era": "1990-"}):
        with pytest.raises(InputError):
            standing(graph, **options)


ROW = (
    "k",
    "n",
    "value",
    "low",
    "high",
    "least",
    "most",
    "rank_low",
    "rank_high",
    "verdict",
    "probability",
    "population",
)


@pytest.mark.parametrize("options", [{"population": "ismir-2018"}, {"era": "2009-"}, {"era": "2009-", "reach": True}])
def test_each_row_is_reproduced_by_why(tmp_path: Path, options: dict[str, str | bool]):
    """The ranking and `why` tell the same of every work of a small graph."""
    graph = field(tmp_path / "g")
    ranked = graph.rank("standing", **options).as_dict()
    assert {row["id"] for row in ranked["rows"]} == {f"p{i}" for i in range(30)} | {"old", "other"}
    for row in ranked["rows"]:
        result = graph.why(row["id"], "standing", **options).as_dict()["result"]
        assert {name: row[name] for name in ROW} == {name: result[name] for name in ROW}


@pytest.mark.long
@pytest.mark.parametrize("options", [["--era", "2009-"], ["--population", "ismir-2018", "--reach"]])
def test_rows_of_the_bundled_graph_are_reproduced(kg_run, options: list[str]):
    """The commands, on the bundled graph: the works cited most and least."""
    ranked = kg_run("rank", "standing", *options, "--all", "--json").json()
    valued = [row for row in ranked["rows"] if row["value"] is not None]
    for row in (valued[0], valued[-1]):
        result = kg_run("why", row["id"], "standing", *options, "--json").json()["result"]
        assert {name: row[name] for name in ROW} == {name: result[name] for name in ROW}


def test_a_ranking_begins_with_what_is_known(tmp_path: Path, bundled_graph: kg.Graph):
    """The population, how many lists are known of how many, how many works are decided; then k of n in each row."""
    text = str(field(tmp_path / "g").rank("standing", population="ismir-2018"))
    assert text.splitlines()[0] == (
        "ismir-2018: the reference lists of 30 of 30 works are known, so those that cite a work are counted, not estimated, "
        "for each of 32 works they could cite"
    )
    assert "3 of 30 (10 %)   cited by 3 of the 30     counted" in text
    estimated = str(bundled_graph.rank("standing", era="2009-", top=3)).splitlines()
    assert "something can be said of" in estimated[0]
    assert "%, 90 %: " in estimated[2]


def test_a_graph_without_years_says_so():
    """No work is later than another: one sentence, and a reason for each work."""
    scores = standing(CitationGraph.from_edges([("b", "a")]))
    assert scores.headline.startswith("later: no work with a year belongs to it here")
    assert set(scores.table["reason"]) == {"undated"}


def test_an_interval_that_was_not_shown_to_hold_is_not_printed(tmp_path: Path):
    """With a third of the lists known a count has no interval but a reason; with most of them known it has one."""
    few, most = field(tmp_path / "few", unknown=20), field(tmp_path / "most", unknown=4)
    found = few.rank("citations_held", intervals=True).as_dict()
    row = next(row for row in found["rows"] if row["id"] == "other")
    assert row["interval"] is None
    assert "less than half of the reference lists that could cite it are known" in row["interval_reason"]
    assert "`kg rank standing`" in found["notes"][0]
    assert "unknown" in str(few.rank("citations_held", intervals=True, top=1))
    row = next(row for row in most.rank("citations_held", intervals=True).as_dict()["rows"] if row["id"] == "other")
    assert row["interval"][0] <= 30 <= row["interval"][1]
    assert row["interval_reason"] is None
    own = few.rank("standing", era="2009-", intervals=True).as_dict()["rows"]
    assert all(row["interval"] in (None, [row["low"], row["high"]]) for row in own)
