"""Laws of the measures of forgetting: straight histories, lost citations and lists, thinning."""

import numpy as np
import pytest
from contract import with_words
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases
from simulate import KINDS, lose, simulate

from kg.analysis.base.coverage import citing_coverage, coverage_since, held_shares, known_citations
from kg.analysis.base.intervals import Spread, count_interval, doubts, metric_intervals, spreads, thinned, too_few_known
from kg.analysis.base.sleep import sleep
from kg.analysis.metrics.uncredited_return import uncredited_return
from kg.analysis.metrics.wake import values_of, wake
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome
from kg.plugins import load


@given(st.integers(0, 50), st.integers(0, 9), st.integers(1, 40))
def test_straight_histories_have_no_beauty(start: int, step: int, years: int):
    """A constant or evenly rising history gives B = 0."""
    assert sleep([start + step * t for t in range(years)]).beauty == pytest.approx(0)


@pytest.mark.long
@given(cases(), st.data())
def test_deleting_a_citation_never_raises_the_wake(case: Case, data):
    """W of a graph without one citation is at most W, for every work."""
    if case.edges:
        lost = data.draw(st.sampled_from(case.edges))
        poorer = case._replace(edges=[edge for edge in case.edges if edge != lost])
        before, after = wake(case.graph()).table["low"], wake(poorer.graph()).table["low"]
        assert (after <= before.loc[after.index] + 1e-12).all()


@pytest.mark.long
@given(cases(works=7), st.data())
def test_losing_a_list_never_sharpens_returns(case: Case, data):
    """Without one reference list the bounds on untraced returns are as wide or wider, on the same ground."""
    lost = data.draw(st.sampled_from(case.works))
    graph = with_words(case, list(range(len(case.works))), {w: w for w in case.works})
    mark = np.array([w == lost for w in graph.ids])
    before, after = (uncredited_return(g, years=1).table for g in (graph, graph.without_lists(mark)))
    some = before["share_low"].notna()
    assert (after["share_low"].notna() == some).all()
    assert (after["share_low"] <= before["share_low"])[some].all()
    assert (after["share_high"] >= before["share_high"])[some].all()


@pytest.mark.long
@given(cases(), st.data())
def test_a_graph_without_some_citations_is_the_graph_of_the_rest(case: Case, data):
    """Taking citations out equals building the graph without them; known lists that lost some are held in part."""
    graph = case.graph()
    held = list(zip(graph.references.owners().tolist(), graph.references.works.tolist(), strict=True))
    gone = np.array([data.draw(st.booleans()) for _ in held], np.bool_)
    lost = {(graph.ids[a], graph.ids[b]) for (a, b), is_gone in zip(held, gone, strict=True) if is_gone}
    cut = {a for a, _ in lost}
    rest = case._replace(
        edges=[edge for edge in case.edges if edge not in lost],
        outcomes={w: Outcome.PARTIAL if w in cut and o.known else o for w, o in case.outcomes.items()},
    ).graph()
    left = graph.without_citations(gone)
    assert set(left.citations.itertuples(index=False)) == set(rest.citations.itertuples(index=False))
    assert left.works["outcome"].loc[case.works].tolist() == rest.works["outcome"].loc[case.works].tolist()
    for metric in ("wake", "persistent_influence", "pagerank"):
        one, other = (load("metric", metric)(g).table["value"].loc[case.works].to_numpy(float) for g in (left, rest))
        assert one == pytest.approx(other, nan_ok=True, abs=1e-12)


@pytest.mark.long
@given(cases(), st.data())
def test_a_graph_without_some_lists_is_the_graph_of_the_rest(case: Case, data):
    """Marking lists as lost equals building the graph without them."""
    gone = data.draw(st.sets(st.sampled_from(case.works)))
    graph = case.graph()
    left = graph.without_lists(np.array([w in gone for w in graph.ids]))
    rest = case._replace(
        edges=[(a, b) for a, b in case.edges if a not in gone],
        outcomes={w: Outcome.UNKNOWN if w in gone else o for w, o in case.outcomes.items()},
    ).graph()
    assert set(left.citations.itertuples(index=False)) == set(rest.citations.itertuples(index=False))
    assert left.works["outcome"].loc[case.works].tolist() == rest.works["outcome"].loc[case.works].tolist()
    for metric in ("wake", "persistent_influence", "pagerank", "uncredited_return"):
        one, other = (load("metric", metric)(g).table["value"].loc[case.works].to_numpy(float) for g in (left, rest))
        assert one == pytest.approx(other, nan_ok=True, abs=1e-12)


def test_counts_are_bounded_by_what_can_be_missing():
    """With every list known nothing is added; with none there is no upper end; with half the interval holds 2n."""
    low, high = count_interval(np.array([0, 7, 40]), np.array([1.0, 0.0, 0.5]))
    assert (low[0], high[0], low[1], high[1]) == (0, 0, 7, np.inf)
    assert low[2] < 80 < high[2]
    with pytest.raises(InputError):
        count_interval(np.array([1]), np.array([0.5]), level=1)


def test_nothing_is_thinned_where_all_lists_are_known():
    """Thinning at full coverage loses nothing, at half about half, be it of lists or of the references in them."""
    graph = simulate(7, years=30, start=6).graph
    assert thinned(graph, np.random.default_rng(0)).m == graph.m
    half = lose(graph, 0.5, seed=1)
    assert half.coverage() == pytest.approx(0.5, abs=0.05)
    assert thinned(half, np.random.default_rng(0)).m / half.m == pytest.approx(0.5, abs=0.1)
    singly = lose(graph, 0.5, seed=1, how="single")
    assert thinned(singly, np.random.default_rng(0)).m / singly.m == pytest.approx(0.5, abs=0.1)
    with pytest.raises(InputError):
        spreads(half, lambda _: {}, draws=0)


def test_an_interval_puts_back_what_thinning_took():
    """Where thinning always halves a measure, a work seen at 10 stood at 20."""
    left, years = np.repeat(np.arange(1.0, 50), 3), np.full(147, 1990)
    loss = np.log1p(2 * left) - np.log1p(left)
    spread = Spread(left=left, citations=left, years=years, loss=loss, signed=False)
    low, high = spread.interval(np.array([10.0, np.nan]), np.array([10, 10]), np.array([1990, UNDATED]))
    assert low[0] <= 20.5
    assert high[0] >= 19.5
    assert high[0] - low[0] < 5
    assert np.isnan(low[1])


def test_intervals_of_a_metric_hold_its_value_where_all_is_known():
    """With every list known both ends are the value; with some lost a lower bound lies at or below the upper end."""
    graph = simulate(7, years=30, start=6).graph
    for metric in ("citations_held", "wake", "beauty_cp"):
        measure = load("metric", metric)
        scores = measure(graph)
        low, high = metric_intervals(graph, scores, measure)
        assert low == pytest.approx(scores.table["value"].to_numpy(), nan_ok=True)
        assert high == pytest.approx(low, nan_ok=True)
        poorer = lose(graph, 0.3, seed=2)
        scores = measure(poorer)
        low, high = metric_intervals(poorer, scores, measure, draws=3)
        some = scores.table["value"].notna().to_numpy() & ~too_few_known(poorer)
        assert some.sum() > 0.9 * scores.table["value"].notna().sum()
        assert (low[some] <= high[some]).all()
        assert np.isnan(high[~some]).all()
        if metric == "citations_held":
            truth = graph.citers.counts()
            assert ((low <= truth) & (truth <= high))[some].mean() > 0.85


@pytest.mark.parametrize("metric", ["wake", "beauty_cp"])
def test_intervals_from_a_sample_of_works_are_close_to_those_from_all(metric: str, monkeypatch: pytest.MonkeyPatch):
    """In a large graph only some works are thinned, and only works asked about get an interval: nearly the same one."""
    measure = load("metric", metric)
    graph = lose(simulate(7, years=30, start=10).graph, 0.3, seed=2)
    scores = measure(graph)
    whole = metric_intervals(graph, scores, measure, draws=8)
    monkeypatch.setattr("kg.analysis.base.intervals.MANY", 10)
    monkeypatch.setattr("kg.analysis.base.intervals.SAMPLE", len(graph) // 3)
    monkeypatch.setattr("kg.analysis.base.intervals.BLOCK", 50)
    asked = np.flatnonzero(~np.isnan(whole[0]))[::2]
    low, high = metric_intervals(graph, scores, measure, of=measure.of, asked=asked.tolist(), draws=8)
    assert np.array_equal(np.flatnonzero(~np.isnan(low)), asked)
    assert (low <= high)[asked].all()
    scale = np.log1p if metric == "wake" else np.asarray
    every, some = (np.array([scale(end[asked]) for end in ends]) for ends in (whole, (low, high)))
    assert np.abs(every - some).mean() < 0.2 * (every[1] - every[0]).mean()


def test_wakes_of_some_works_are_those_of_all():
    """What the sample of a large graph is thinned with is the metric itself."""
    graph = simulate(7, years=30, start=6).graph
    works = np.array([3, 1, 50, 200, 7])
    for robust in (False, True):
        every = wake(graph, a=0.9, robust=robust).table["value"].to_numpy()
        assert np.array_equal(values_of(graph, works, a=0.9, robust=robust), every[works], equal_nan=True)


@pytest.mark.parametrize("metric", ["citations_held", "wake", "pagerank"])
def test_no_interval_where_few_lists_are_known(metric: str):
    """Below the coverage where intervals were shown to hold there is none, with the reason; above it there is one."""
    measure = load("metric", metric)
    for loss, none in ((0.9, True), (0.2, False)):
        graph = lose(simulate(7, years=30, start=6).graph, loss, seed=2)
        scores = measure(graph)
        low, high = metric_intervals(graph, scores, measure, draws=2)
        few, some = too_few_known(graph), scores.table["value"].notna().to_numpy()
        assert few.mean() > 0.9 if none else few.mean() < 0.1
        assert np.isnan(low[few]).all()
        assert np.isnan(high[few]).all()
        assert not np.isnan(low[some & ~few]).any()


def test_simulated_fields_hold_what_was_planted():
    """Twenty of each kind and sixty decoys, the same for the same seed; uncredited works have no heirs in their subject."""
    field = simulate(3, years=30, start=8)
    kinds = list(field.planted.values())
    assert [kinds.count(kind) for kind in KINDS] == [20, 20, 20, 60]
    again = simulate(3, years=30, start=8)
    assert again.graph.citations.equals(field.graph.citations)
    assert field.graph.facts()["backward"] == 0
    table = uncredited_return(field.graph).table
    lost = [w for w, kind in field.planted.items() if kind == "uncredited precursor"]
    assert (table.loc[lost, "share"] == 1).all()
    with pytest.raises(InputError):
        simulate(1, years=5)


def test_lists_are_lost_at_the_rate_asked_for():
    """At random, by age, by venue, or citation by citation; what was touched is no longer known."""
    graph = simulate(5, years=30, start=6).graph
    aged = lose(graph, 0.3, seed=1, how="age")
    years = np.sort(graph.years)[len(graph) // 2]
    old, young = aged.known_lists[graph.years < years].mean(), aged.known_lists[graph.years >= years].mean()
    assert old < young
    single = lose(graph, 0.3, seed=1, how="single")
    assert single.m == pytest.approx(0.7 * graph.m, rel=0.05)
    assert single.coverage() < 0.2
    assert len(single.concepts) == len(graph.concepts)
    for how in ("random", "age", "venue"):
        assert lose(graph, 0.5, seed=2, how=how).coverage() == pytest.approx(0.5, abs=0.06)
    with pytest.raises(InputError):
        lose(graph, 0.5, seed=2, how="sadly")


def test_citations_in_lists_that_miss_some_are_not_scaled_up():
    """Held 40, of which 3 in known lists, a tenth of which are known: about 30, never below the 40; all known: as before."""
    low, high = count_interval(np.array([40]), np.array([0.1]), known=np.array([3]))
    assert low[0] == 40
    assert 60 < high[0] < 90
    graph = lose(simulate(5, years=30, start=6).graph, 0.3, seed=1)
    assert known_citations(graph).tolist() == graph.citers.counts().tolist()
    assert doubts(graph) == []
    edges, cut = [("b", "a"), ("c", "a")], {"b": Outcome.PARTIAL, "c": Outcome.COMPLETE}
    assert (
        "1 citation comes from incomplete reference lists of unknown length"
        in doubts(CitationGraph.from_edges(edges, outcomes=cut))[0]
    )


def test_lists_of_known_length_are_scaled_up():
    """Where single references are lost and the lengths of the lists are told, counts hold the truth."""
    truth = simulate(5, years=30, start=6).graph
    poorer = lose(truth, 0.4, seed=1, how="single")
    assert doubts(poorer) == []
    assert known_citations(poorer).tolist() == poorer.citers.counts().tolist()
    assert np.nanmean(held_shares(poorer)) == pytest.approx(0.6, abs=0.03)
    low, high = count_interval(poorer.citers.counts(), citing_coverage(poorer))
    real = truth.citers.counts()
    assert ((low <= real) & (real <= high)).mean() > 0.85


def test_old_and_young_works_are_told_apart():
    """What is put back is what works of about the same years lost."""
    left, years = np.full(200, 5.0), np.repeat([1970, 2000], 100)
    loss = np.where(years == 1970, 1.0, 0.1)
    spread = Spread(left=left, citations=left, years=years, loss=loss, signed=False)
    _, high = spread.interval(np.full(2, 5.0), np.full(2, 5), np.array([1971, 1999]))
    assert high == pytest.approx(np.expm1(np.log1p(5) + np.array([1.0, 0.1])))


def test_lists_of_the_years_that_cite_a_work_count_most():
    """Where old lists are lost more often, the share of an old work's citations held is that of the lists that would cite it."""
    truth = simulate(5, start=10).graph
    poorer = lose(truth, 0.5, seed=3, how="age")
    old = truth.years < np.sort(truth.years)[len(truth) // 4]
    cited = truth.citers.counts()[old]
    kept = poorer.citers.counts()[old].sum() / cited.sum()
    shares = [float(np.average(f(poorer)[old], weights=cited)) for f in (coverage_since, citing_coverage)]
    assert shares[1] == pytest.approx(kept, abs=0.04)
    assert abs(shares[0] - kept) > 2 * abs(shares[1] - kept)
    assert citing_coverage(truth).tolist() == pytest.approx([1.0] * len(truth))
