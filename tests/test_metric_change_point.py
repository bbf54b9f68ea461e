"""Changes of the rate at which known lists cite a work, against every choice of levels in exact fractions."""

from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import Case, cases

from kg.analysis.base.coverage import HEARD
from kg.analysis.base.rate_history import KINDS, changes
from kg.analysis.explain import why
from kg.analysis.metrics import change_point as module
from kg.analysis.metrics.change_point import change_point
from kg.analysis.populations import Population
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome


def rising(a: Fraction, n: int) -> Fraction:
    """The product a (a + 1) ... (a + n - 1)."""
    product = Fraction(1)
    for k in range(n):
        product *= a + k
    return product


def twice(rate: Fraction, other: Fraction) -> bool:
    """Whether a rate is higher, and at least twice the other."""
    return rate > other and rate >= 2 * other


def kinds_of(levels: list[tuple[Fraction, int]]) -> set[tuple[str, int]]:
    """What a history with these levels (rate, years that count) is called, each with the number of its level."""
    found, rises, falls = set(), [], []
    for i in range(1, len(levels)):
        earlier, later = levels[:i], levels[i:]
        up, low = later[0][0], earlier[-1]
        doubles = twice(up, low[0]) and low[1] >= 5
        if doubles or (all(twice(up, rate) for rate, _ in earlier) and sum(n for _, n in earlier) >= 5):
            rises.append((up - low[0], -i))
        if doubles and len(earlier) > 1 and twice(levels[0][0], low[0]):
            found.add(("revival", i))
        if all(twice(low[0], rate) for rate, _ in later) and sum(n for _, n in later) >= 5:
            falls.append((low[0] - up, -i))
    if rises:
        found.add(("awakening", -max(rises)[1]))
    if falls:
        found.add(("fading", -max(falls)[1]))
    return found


def by_hand(citing: list[int], lists: list[int]) -> tuple[Fraction, dict[tuple[str, int], Fraction]]:
    """The probability that the rate changed, and of each kind of change in each year."""
    m = Fraction(2 * sum(citing) + 1, 2 * (sum(lists) + 1))
    a, b = 1 / (1 - m), 1 / m

    @cache
    def fit(i: int, j: int) -> Fraction:
        r, d = sum(citing[i:j]), sum(lists[i:j])
        return rising(a, r) * rising(b, d - r) / rising(a + b, d)

    size = len(lists)
    weight: dict[tuple[int, ...], Fraction] = {}
    for cuts, prior in ((0, Fraction(1, 2)), (1, Fraction(1, 4)), (2, Fraction(1, 4))):
        ways = [
            (0, *cut, size)
            for cut in combinations(range(1, size), cuts)
            if all(any(lists[i:j]) for i, j in zip((0, *cut), (*cut, size), strict=True))
        ]
        for way in ways:
            weight[way] = prior / len(ways)
            for i, j in pairwise(way):
                weight[way] *= fit(i, j)
    total, found = sum(weight.values()), Counter[tuple[str, int]]()
    for way, w in weight.items():
        spans = list(pairwise(way))
        levels = [(Fraction(sum(citing[i:j]), sum(lists[i:j])), sum(d > 0 for d in lists[i:j])) for i, j in spans]
        for kind, level in kinds_of(levels) if len(levels) > 1 else ():
            found[kind, way[level]] += w / total
    return 1 - weight[0, size] / total, found


@st.composite
def rates(draw):
    """Lists known of each year, the first and last of which count, and how many of them cite a work."""
    lists = draw(st.lists(st.sampled_from([0, 5, 6, 9]), min_size=2, max_size=14))
    lists[0], lists[-1] = lists[0] or 5, lists[-1] or 7
    return [draw(st.integers(0, d)) for d in lists], lists


@settings(max_examples=40, deadline=None)
@given(rates())
def test_probabilities_are_those_of_every_choice_of_levels(history):
    """The share of all prior odds times likelihoods, counted in fractions, for the change, its kind and its year."""
    citing, lists = history
    if not sum(citing):
        return
    changed, found = by_hand(citing, lists)
    given = changes(np.array([citing]), np.array(lists))
    assert given.changed[0] == pytest.approx(float(changed), abs=1e-9)
    expected = [[float(found[kind, t]) for t in range(len(lists))] for kind in KINDS]
    assert given.years[:, 0] == pytest.approx(np.array(expected), abs=1e-9)


def test_many_histories_are_computed_in_parts(monkeypatch: pytest.MonkeyPatch):
    """Histories computed together or one by one are the same."""
    rng = np.random.default_rng(3)
    citing, lists = rng.binomial(9, 0.2, (7, 12)), np.full(12, 9)
    whole = changes(citing, lists)
    monkeypatch.setattr("kg.analysis.base.rate_history._MOST", 1)
    for one, other in zip(whole, changes(citing, lists), strict=True):
        assert one == pytest.approx(other, abs=0)


@given(cases(works=12))
def test_rests_on_the_known_lists_of_years_with_enough(case: Case):
    """The rows of `kg why` are counted from the citations themselves, and add up to k, n and the years of the result."""
    graph = case.graph()
    scores = change_point(graph)
    for w, citers in case.citers().items():
        year = case.year(w)
        if year is None:
            assert scores.table.loc[w, "reason"] == "no year"
            continue
        rows = why(graph, w, scores)["history"]["years"]
        for row in rows:
            known = [v for v in case.works if case.known(v) and case.year(v) == row["year"]]
            assert row == {
                "year": row["year"],
                "k": len(set(known) & set(citers)),
                "known_lists": len(known),
                "counts": len(known) >= HEARD,
            }
        counted = [row for row in rows if row["counts"]]
        result = scores.table.loc[w]
        assert (result["n"], result["years"]) == (sum(row["known_lists"] for row in counted), len(counted))
        assert result["k"] == sum(row["k"] for row in counted)


def planted(citing: list[int], lists: list[int], unknown: int = 0) -> CitationGraph:
    """A work of 1980 and the works of each later year: some cite it, the others another; some more have unknown lists."""
    years, edges, outcomes = {"old": 1980, "other": 1980}, [], {}
    for t, (r, d) in enumerate(zip(citing, lists, strict=True)):
        for n in range(d + unknown):
            years[f"{t}-{n}"] = 1981 + t
            edges.append((f"{t}-{n}", "old" if n < r or n >= d else "other"))
            outcomes[f"{t}-{n}"] = Outcome.COMPLETE if n < d else Outcome.PARTIAL
    return CitationGraph.from_edges(edges, years=years, outcomes=outcomes)


def test_unknown_lists_and_years_of_few_lists_say_nothing():
    """Citations by unknown lists change nothing, nor do citations in a year of four known lists."""
    citing, lists = [0] * 9 + [5] * 5, [9] * 14
    plain = change_point(planted(citing, lists)).table.loc["old"]
    assert plain["verdict"] == "awoke in 1990"
    assert change_point(planted(citing, lists, unknown=4)).table.loc["old", "value"] == plain["value"]
    assert not change_point(planted(citing, lists)).remarks
    assert "different subjects" in change_point(planted(citing, lists, unknown=10)).remarks[0]
    silent, loud = (change_point(planted([*citing, r, 5], [*lists, 4, 9])).table.loc["old"] for r in (0, 4))
    assert silent["value"] == loud["value"]
    assert silent["k"] == loud["k"] == 30


@pytest.mark.parametrize(
    ("citing", "verdict"),
    [
        ([2] * 14, "cannot say"),
        ([0] * 9 + [5] * 5, "awoke in 1990"),
        ([5] * 6 + [0] * 8, "faded in 1987"),
        ([6] * 4 + [0] * 7 + [6] * 5, "revived in 1992"),
        ([0, 0, 6, 6, 6, 6, 6, 6], "rate changed"),  # two years are no sleep
    ],
)
def test_verdicts(citing: list[int], verdict: str):
    """Nothing is said of a steady rate; a sleep needs five years that count."""
    assert change_point(planted(citing, [9] * len(citing))).table.loc["old", "verdict"] == verdict


def test_a_change_may_lie_in_years_that_were_not_heard():
    """Between two years that count, all years between them are possible."""
    row = change_point(planted([0] * 9 + [0] * 6 + [6] * 4, [9] * 9 + [0] * 6 + [9] * 4)).table.loc["old"]
    assert (row["year_low"], row["year_high"]) == (1990, 1996)
    assert row["verdict"] == "awoke between 1990 and 1996"


def test_no_verdict_where_other_collections_are_known_after(monkeypatch: pytest.MonkeyPatch):
    """Lists of one collection up to 1989 and of another from 1990 on: the lists changed, perhaps not the rate."""
    graph = planted([0] * 9 + [5] * 5, [9] * 14)

    def by_time(graph: CitationGraph, works, since: int):
        return (graph.years[works] >= since).astype(np.int64), "owner"

    verdicts = []
    for since in (1990, 1985):
        monkeypatch.setattr(module, "clusters", lambda graph, works, since=since: by_time(graph, works, since))
        verdicts.append(change_point(graph).table.loc["old", "verdict"])
    assert verdicts[0].startswith("cannot say: the lists known before and after")
    assert verdicts[1] == "awoke in 1990"


def test_a_population_counts_alone(monkeypatch: pytest.MonkeyPatch):
    """Lists of others do not count; a population that is not there is refused."""
    graph = planted([0] * 9 + [5] * 5, [9] * 14)
    works = np.array([graph.number(f"{t}-{n}") for t in range(14) for n in range(9) if t < 11 or n >= 5])
    meeting = Population(name="meeting", members=tuple(works.tolist()), lists=tuple(graph.known_lists[works].tolist()))
    monkeypatch.setattr("kg.analysis.community_populations.populations", lambda _: [meeting])
    found = change_point(graph, population="meeting").table.loc["old"]
    assert (found["n"], found["k"], found["years"], found["coverage"]) == (99, 10, 11, 1)
    rows = why(graph, "old", change_point(graph, population="meeting"))["history"]["years"]
    assert [row["known_lists"] for row in rows[-4:]] == [9, 4, 4, 4]
    with pytest.raises(InputError, match="unknown population 'nowhere'"):
        change_point(graph, population="nowhere")


def test_within_one_meeting_the_bundled_graph_shows_changes(bundled_graph):
    """Hopfield 1982 fades at NIPS 1987-1999; over all lists known, which are of others later, nothing is said of a work."""
    graph = bundled_graph
    found = change_point(graph, population="nips-1987-1999").table
    assert found.loc["hopfield1982neural", "verdict"].startswith("faded between 198")
    assert found.loc["hopfield1982neural", "years"] == 13
    verdicts = change_point(graph).table["verdict"]
    assert not verdicts.str.startswith(("awoke", "revived")).any()
    assert verdicts.str.startswith("cannot say: the lists known").any()
