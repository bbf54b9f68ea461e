"""Cohorts: works of about the same year and of one group, wide enough to compare with."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.analysis.base import inputs
from kg.analysis.base.cohort import COHORT, cohort_percentiles, cohorts, gap, percentiles, places
from kg.analysis.base.ties import levelled
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


@given(st.lists(st.tuples(st.integers(1990, 2010), st.integers(0, 2)), min_size=1, max_size=150))
def test_a_cohort_is_the_nearest_years_of_the_own_group(works):
    """Each work is in one cohort; it holds the least years around it with 30 works of its group, or of all if it is small."""
    years, groups = (np.array(x) for x in zip(*works, strict=True))
    found = cohorts(years, groups)
    assert (sum(own.astype(int) for own, _ in found) == 1).all()
    for own, cohort in found:
        for i in np.flatnonzero(own):
            mates = groups == groups[i]
            pool = mates if mates.sum() >= COHORT else np.ones(len(works), bool)
            distance = np.abs(years - years[i])
            width = min(w for w in range(60) if (pool & (distance <= w)).sum() >= min(COHORT, pool.sum()))
            assert (cohort == (pool & (distance <= width))).all()


@given(st.lists(st.tuples(st.integers(1990, 2010), st.integers(0, 3)), max_size=200))
def test_places_are_the_cohorts_as_positions(works):
    """Found group by group, they are those found by looking at all works for each year and group, in the same order."""
    years, groups = (np.array([work[k] for work in works], int) for k in range(2))
    for given_groups in (groups, None):
        found = places(years, given_groups)
        expected = cohorts(years, given_groups)
        assert len(found) == len(expected)
        for place, (own, cohort) in zip(found, expected, strict=True):
            assert place.own.tolist() == np.flatnonzero(own).tolist()
            assert place.cohort.tolist() == np.flatnonzero(cohort).tolist()
            assert place.cohort[place.at].tolist() == place.own.tolist()


def test_without_groups_all_works_are_one():
    """No groups given is the same as one group."""
    years, values = np.repeat([1990, 2000], 20), np.arange(40)
    assert (cohort_percentiles(values, years) == cohort_percentiles(values, years, np.zeros(40, int))).all()


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.integers(0, 2**32 - 1))
def test_rounding_never_breaks_a_tie(thirds, seed):
    """Thirds that their sums leave a few roundings apart have the levels and percentiles of the whole numbers."""
    near = np.array(thirds) / 3 * (1 + np.random.default_rng(seed).integers(-4, 5, len(thirds)) * np.finfo(float).eps)
    assert levelled(near).tolist() == np.unique(thirds, return_inverse=True)[1].tolist()
    assert percentiles(near).tolist() == percentiles(np.array(thirds)).tolist()


def test_levels_of_what_is_no_number():
    """Infinity is above all numbers, and no value above that."""
    assert levelled(np.array([np.nan, np.inf, 1.0, -np.inf, np.nan, np.inf])).tolist() == [3, 2, 1, 0, 3, 2]


def test_ties_are_ranked_by_id():
    """Two works of one value but for rounding stand by id, and one without a value last."""
    graph = CitationGraph.from_edges([], works=["a", "b", "c", "d"])
    value = np.array([{"a": 0.9999999999999999, "b": np.nan, "c": 1.0, "d": 3.0}[w] for w in graph.ids])
    scores = Scores.of(graph, value, n=np.zeros(4), coverage=None)
    assert scores.ranked().index.tolist() == ["d", "a", "c", "b"]


def test_the_cohort_that_is_shown_counts_such_ties():
    """`kg why` counts a work as equal whose value differs by rounding alone, never as above."""
    graph = CitationGraph.from_edges([], years=dict.fromkeys("abcd", 1990))
    value = np.array([{"a": 0.9999999999999999, "b": 0.5, "c": 1.0, "d": 3.0}[w] for w in graph.ids])
    found = inputs.cohort(graph, graph.number("a"), Scores.of(graph, value, n=np.zeros(4), coverage=None))
    assert found is not None
    assert (found["above"], found["equal"], found["works"]) == (1, 2, 4)


def test_a_perfect_fit_leaves_nothing():
    """Where a value follows from the other the gap is 0 and no rounding error, so that all gaps are equal."""
    given_, years = np.repeat(np.arange(10), 4), np.full(40, 1990)
    assert set(gap(given_ / 3, given_, years).tolist()) == {0.0}
