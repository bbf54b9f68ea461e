"""Cohorts: works of about the same year and of one group, wide enough to compare with."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.analysis.base.cohort import COHORT, cohort_percentiles, cohorts


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


def test_without_groups_all_works_are_one():
    """No groups given is the same as one group."""
    years, values = np.repeat([1990, 2000], 20), np.arange(40)
    assert (cohort_percentiles(values, years) == cohort_percentiles(values, years, np.zeros(40, int))).all()
