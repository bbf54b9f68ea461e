"""The classes of forgotten works against chance: sums of mid-ranks by hand, planted works found, and none where none is."""

import statistics
from fractions import Fraction
from itertools import product
from math import nan
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases
from simulate import SIZE, barely_known, rewired, simulate

from kg.analysis.base.history import histories, last_full_year
from kg.analysis.base.rank_sums import GRID, NAMED, chances, discovery_rates, mid_steps
from kg.analysis.forgotten.criteria import criteria
from kg.analysis.forgotten.nulls import CLASSES, carried_by_chance
from kg.analysis.forgotten.sentences import classes
from kg.analysis.forgotten.table import forgotten
from kg.analysis.metrics.late_z import late_z
from kg.analysis.metrics.wake import wake
from kg.graph.citation_graph import CitationGraph

COUNTS = st.lists(st.integers(0, 4), min_size=1, max_size=4).filter(any)


@given(st.lists(st.tuples(COUNTS, st.integers(1, 2)), min_size=1, max_size=2))
def test_the_law_of_a_sum_is_that_of_all_deals(pools):
    """P of every sum of mid-ranks is the share of all ways to draw from the pools, citation by citation."""
    given_ = [(mid_steps(np.array(counts)), np.array(counts), drawn) for counts, drawn in pools]
    ways = [step for steps, counts, drawn in given_ for step in [np.repeat(steps, counts).tolist()] * drawn]
    sums = [sum(deal) for deal in product(*ways)]
    found = chances(given_)
    for least in {0, *sums}:
        assert found[least] == pytest.approx(sum(s >= least for s in sums) / len(sums), abs=1e-12)


@given(COUNTS)
def test_steps_are_mid_ranks(counts):
    """Each value stands at the middle of its like, (below + equal/2)/n, to the nearest step; half a step either way."""
    exact = [Fraction(2 * sum(counts[:k]) + count, 2 * sum(counts)) for k, count in enumerate(counts)]
    assert all(
        abs(GRID * e - s) <= Fraction(1, 2) for e, s in zip(exact, mid_steps(np.array(counts)).tolist(), strict=True)
    )


@given(st.lists(st.none() | st.floats(0, 1), max_size=12), st.data())
def test_false_discovery_rates_are_those_of_benjamini_and_hochberg(p, data):
    """At every level those with q up to it are the k lowest p, k the last with p_(k) <= level k/m; a missing p counts as 1."""
    tested = [one is not None or data.draw(st.booleans()) for one in p]
    q = discovery_rates(np.array([nan if one is None else one for one in p]), np.array(tested, bool))
    level = data.draw(st.floats(0.01, 0.99))
    ordered = sorted(one for one in p if one is not None)
    k = max((k for k, one in enumerate(ordered, 1) if one * sum(tested) / k <= level), default=0)
    assert int((q <= level).sum()) == k
    assert all(np.isnan(rate) == (one is None) for rate, one in zip(q.tolist(), p, strict=True))


def naive_rank(case: Case, work: str, authors: dict[str, str]) -> tuple[int, float | None]:
    """How many citations count, and the mean mid-rank of their years among those of works at most two years apart."""
    graph = case.graph()
    last = last_full_year(graph)
    first: dict[tuple[str, str], int] = {}
    for citing, cited in set(case.edges):
        made, born = case.year(citing), case.year(cited)
        if (
            citing == cited
            or made is None
            or born is None
            or not born <= made <= last
            or not case.outcomes[citing].known
        ):
            continue
        pair = (cited, authors[citing])
        first[pair] = min(made, first.get(pair, made))
    mine = [year for (cited, _), year in first.items() if cited == work]
    others = [
        year for (cited, _), year in first.items() if cited != work and abs(case.year(cited) - case.year(work)) <= 2
    ]
    if not mine or not others:
        return len(mine), None
    ranks = [(sum(o < y for o in others) + sum(o == y for o in others) / 2 + 0.5) / (len(others) + 1) for y in mine]
    return len(mine), statistics.mean(ranks)


@given(cases(works=12), st.data())
def test_late_z_is_the_mean_mid_rank_counted_one_by_one(case: Case, data):
    """Every citation against every other, of each author the first; thresholds lowered so that small graphs have values."""
    authors = {w: data.draw(st.sampled_from(["Ada", "Bo", "Cy"])) for w in case.works}
    graph = case.graph()
    of = np.array([["Ada", "Bo", "Cy"].index(authors[w]) for w in graph.ids])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.analysis.metrics.late_z.clusters", lambda _, works: (of[works], "first author"))
        patch.setattr("kg.analysis.metrics.late_z.FEW", 1)
        patch.setattr("kg.analysis.metrics.late_z.COHORT", 1)
        table = late_z(graph).table
    for work in case.works:
        if case.year(work) is None:
            assert table.at[work, "reason"] == "no year"
            continue
        n, rank = naive_rank(case, work, authors)
        assert table.at[work, "n"] == n
        assert table.at[work, "mean_rank"] == pytest.approx(nan if rank is None else rank, nan_ok=True)
        if rank is not None:
            assert table.at[work, "value"] == pytest.approx(statistics.NormalDist().inv_cdf(rank))


def test_wakes_are_dealt_within_their_years():
    """Two of four citations of 1990s works in 1995 come from works with a wake; chance deals a work both in 1 of 4 cases."""
    edges = [("a", "o"), ("b", "o"), ("c", "p"), ("d", "p"), ("x", "a"), ("y", "b"), ("z", "p")]
    years = {"o": 1990, "p": 1990} | dict.fromkeys("abcd", 1995) | dict.fromkeys("xy", 2000) | {"z": 1999}
    graph = CitationGraph.from_edges(edges, years=years)
    large = wake(graph).table["value"].to_numpy(float)
    found = carried_by_chance(graph, large, np.array(sorted(map(graph.number, "op"))))
    assert found[graph.number("o")] == pytest.approx(1 / 4)
    assert found[graph.number("p")] == pytest.approx(1)
    assert np.isnan(found).sum() == len(graph) - 2


def test_of_citations_dealt_at_random_few_stand_out():
    """In a rewired graph p is at most .05 for about one work in twenty or fewer, and none is named."""
    graph = rewired(simulate(4, years=30, start=10).graph, seed=1)
    works = np.flatnonzero(histories(graph).total >= 3)
    p = carried_by_chance(graph, wake(graph).table["value"].to_numpy(float), works)
    assert len(works) > 300
    assert (p[works] <= 0.05).mean() <= 0.05
    tested = np.isin(np.arange(len(graph)), works)
    assert not (discovery_rates(p, tested) <= NAMED).any()


def test_a_planted_sleeper_is_found_with_few_lists_known():
    """Of a sleeper's citers and of all lists two in five are known: it is named, though it cannot be ranked; nobody else is."""
    graph = barely_known()
    table = forgotten(graph)
    assert len(table.ranked) == 0
    row = table.insufficient.loc["asleep"]
    assert row["classes"] == ["sleeper"]
    assert row["q"]["sleeper"] <= NAMED
    assert row["reason"].startswith("Cannot be ranked: ")
    assert "later than" in row["reason"]
    assert table.insufficient["class"].notna().sum() == 1
    assert table.insufficient.index[0] == "asleep", "works with a class come first"
    assert "asleep" in forgotten(graph, cls="sleeper").insufficient.index
    assert "asleep" not in forgotten(graph, cls="hidden ancestor").insufficient.index


@pytest.mark.long
@pytest.mark.parametrize("seed", [5, 6])
def test_planted_works_are_named_and_hardly_any_other(seed: int, monkeypatch):
    """Of a field with planted works some sleepers and ancestors are named, no decoy; of one without about none is."""
    field = simulate(seed, **SIZE)
    found = criteria(field.graph)
    named = {name: set(found.q.index[found.q[name] <= NAMED]) for name in CLASSES}
    planted = {name: {w for w, kind in field.planted.items() if kind == name} for name in (*CLASSES, "decoy")}
    assert len(named["sleeper"] & planted["sleeper"]) >= 4
    assert len(named["hidden ancestor"] & planted["hidden ancestor"]) >= 2
    assert named["hidden ancestor"] <= planted["hidden ancestor"]
    assert not planted["decoy"] & set().union(*named.values())
    assert not named["uncredited precursor"]
    monkeypatch.setattr("simulate._plant", lambda *_: {})
    bare = criteria(simulate(seed, **SIZE).graph)
    assert (bare.q <= NAMED).to_numpy().sum() <= 2


def test_the_class_that_chance_explains_least_comes_first():
    """Of two classes the one with the lower p leads; one above the rate is no class."""
    work = SimpleNamespace(
        p={"sleeper": 0.02, "hidden ancestor": 0.001, "uncredited precursor": 0.3},
        q={"sleeper": 0.1, "hidden ancestor": 0.01, "uncredited precursor": nan},
    )
    assert classes(work) == ["hidden ancestor", "sleeper"]
