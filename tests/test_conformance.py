"""Every conformance vector is answered as its source says; those of metrics are in their contract."""

import pytest
from vectors import TOLERANCE, answer, differences, read_vectors

from kg.plugins import RESULTS, names

VECTORS = read_vectors()
OTHERS = [v for v in VECTORS if v["metric"] in RESULTS]


@pytest.mark.parametrize("vector", OTHERS, ids=lambda v: f"{v['metric']}: {v['name']}")
def test_vector(vector):
    """The answer is the expected one, within the tolerance stated."""
    found = list(differences(vector["expected"], answer(vector), vector.get("tolerance", TOLERANCE)))
    assert not found, found


def test_vectors_are_whole():
    """Each has a metric that is known, a source and something expected; names are unique."""
    assert all(v["metric"] in {*names("metric"), *RESULTS} for v in VECTORS)
    assert all(v["source"] and v["expected"] for v in VECTORS)
    assert len({(v["metric"], v["name"]) for v in VECTORS}) == len(VECTORS)


def test_a_wrong_answer_is_found():
    """The comparison can fail: another number, a missing one, a null for a number and a number for a null."""
    expected = {"A": "1/3", "B": None, "rows": [["a", 2]], "n": str(2**70)}
    right = {"A": 1 / 3, "B": float("nan"), "rows": [["a", 2]], "n": 2**70}
    assert list(differences(expected, right, 1e-12)) == []
    for wrong in ({"A": 0.3334}, {"A": None}, {"B": 0.0}, {"rows": [["b", 2]]}, {"rows": []}, {"n": 2**70 + 2**40}):
        assert len(list(differences(expected, right | wrong, 1e-12))) == 1
