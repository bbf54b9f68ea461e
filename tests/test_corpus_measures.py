"""Measures of a corpus against kg's own metrics on the same graph, and against plain counting."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import Case, cases
from oracles import disruption as naive_disruption
from small_corpora import Here, by_year, folder, numbers, result, write_corpus

from kg.analysis.base.sleep import sleep
from kg.analysis.metrics.amnesia import amnesia
from kg.analysis.metrics.awakening_year import awakening_year
from kg.analysis.metrics.beauty import beauty
from kg.analysis.metrics.citations_held import citations_held
from kg.analysis.metrics.citations_rank import citations_rank
from kg.analysis.metrics.disruption import disruption
from kg.analysis.metrics.pagerank import pagerank
from kg.corpus.engine import open_engine
from kg.corpus.layout import Corpus
from kg.corpus.measures.beauty import sleeps
from kg.corpus.measures.disruption import Focal, count
from kg.corpus.measures.job import MEASURES, load_measure, measured, run
from kg.errors import InputError, StoreError, UnknownName
from kg.model import Outcome


def measure(corpus: Corpus, name: str, **options) -> dict:
    """Run a measure here."""
    found = load_measure(name)
    return run(corpus, found, Here(), dict(found.options) | options)


def rows(case: Case, name: str, fields: dict[str, str] | None = None, **options) -> dict[str, dict]:
    """The rows that a measure has for the works of a case, by their names."""
    with folder() as place:
        corpus = write_corpus(place, case, fields=fields)
        measure(corpus, name, **options)
        found = result(corpus, name, **options)
    return {w: found[n] for w, n in numbers(case).items() if n in found}


def busy(seed: int, works: int = 80, citations: int = 2000, years: int = 9) -> Case:
    """A graph with as many citations as histories need: years with gaps, undated works, loops, cycles and doubles."""
    dice = np.random.default_rng(seed)
    names = [f"w{k}" for k in range(works)]
    gaps = {2003, 2006}
    dated = {w: year for w in names if dice.random() > 0.05 and (year := 2000 + int(dice.integers(years))) not in gaps}
    edges = [
        (names[a], names[b]) for a, b in dice.integers(works, size=(citations, 2)) if dice.random() < (b + 20) / 100
    ]
    some = [Outcome.COMPLETE] * 8 + [Outcome.PARTIAL]
    citing = {a for a, _ in edges}
    outcomes = {w: some[dice.integers(9)] if w in citing else Outcome.UNKNOWN for w in names}
    return Case(names, edges, dated, {}, outcomes)


@pytest.mark.long
@settings(max_examples=5, deadline=None)  # each example writes files
@given(cases(works=14).map(by_year), st.sampled_from([5, 1]), st.sampled_from([0.0, 0.5, 0.85, 0.99]))
@example(busy(4), 5, 0.85)
def test_figures_are_those_of_the_graph(case: Case, window, alpha):
    """Integers and values are those of kg's metrics, on any graph: undated and backward citations, loops, cycles, doubles."""
    with folder() as place:
        corpus = write_corpus(place, case)
        options = {"citations": {}, "percentile": {}, "disruption": {"window": window}, "pagerank": {"alpha": alpha}}
        told = {name: measure(corpus, name, **some) for name, some in options.items()}
        found = {
            name: {w: rows.get(n) for w, n in numbers(case).items()}
            for name in options
            if (rows := result(corpus, name, **options[name]))
        }
    check_citations(case, found["citations"])
    check_percentile(case, found.get("percentile", {}))
    check_disruption(case, found.get("disruption", {}), window)
    own = pagerank(case.graph(), alpha=alpha)
    shares = {w: row["pagerank"] for w, row in found["pagerank"].items()}
    assert shares == pytest.approx({w: own[w] for w in case.works}, abs=1e-12)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)
    assert told["pagerank"]["counts"]["bound"] <= (1e-12 if alpha < 0.9 else 1e-11)  # rounding counts 100 times at 0.99


def check_citations(case: Case, found: dict[str, dict]) -> None:
    """The total is citations_held; the years are those of the citing works, counted by hand."""
    held = citations_held(case.graph())
    for w, row in found.items():
        years = [case.year(c) for c in case.citers()[w]]
        assert row["citations"] == held[w] == len(years)
        assert row["undated"] == years.count(None)
        assert np.repeat(row["years"], row["counts"]).tolist() == sorted(y for y in years if y is not None)
        assert row["years"] == sorted(set(row["years"]))


def check_percentile(case: Case, found: dict[str, dict]) -> None:
    """Digit by digit that of citations_rank, with cohorts extended over years; undated works have no row."""
    rank = citations_rank(case.graph())
    for w, row in found.items():
        assert (row is None) == (case.year(w) is None)
        if row:
            assert row["percentile"] == row["in_year"] == rank[w]
            assert (row["cohort"], row["years_apart"]) == (rank.table.at[w, "n"], rank.table.at[w, "years_apart"])
            assert row["cohort_field"] is None


def check_disruption(case: Case, found: dict[str, dict], window: int) -> None:
    """The counts are kg's, the value too, and both are those of looking at every pair of works."""
    own = disruption(case.graph(), window=f"{window}y")
    for w, row in found.items():
        assert (row is not None) == bool(case.year(w) is not None and case.known(w) and case.references()[w])
        if row:
            assert {k: row[k] for k in ("n_i", "n_j", "n_k")} == own.table.loc[w, ["n_i", "n_j", "n_k"]].to_dict()
            assert row["disruption"] == _plain(own[w])
            expected = naive_disruption(case, w, window)
            assert row["disruption"] == (None if expected is None else float(expected))


def test_the_percentile_in_a_field_compares_with_that_field():
    """Large fields are compared among themselves, over as many years as 30 works take; small ones with all."""
    case = busy(3, works=150)
    fields = {
        w: "Music" if k < 70 else "Physics" if k < 130 else "Logic" if k < 140 else "" for k, w in enumerate(case.works)
    }
    found, citers = rows(case, "percentile", fields), case.citers()
    for w, row in found.items():
        field = fields[w] if fields[w] in ("Music", "Physics") else None
        among = [v for v in case.works if case.year(v) is not None and field in (None, fields[v])]
        far = sorted(abs(case.year(v) - case.year(w)) for v in among)[29]
        cohort = [len(citers[v]) for v in among if abs(case.year(v) - case.year(w)) <= far]
        mine = len(citers[w])
        assert row["cohort_field"] == field
        assert (row["cohort"], row["years_apart"]) == (len(cohort), far)
        assert row["percentile"] == (sum(c < mine for c in cohort) + cohort.count(mine) / 2) / len(cohort)
    assert len({row["years_apart"] for row in found.values()}) > 1


@pytest.mark.parametrize("seed", range(4))
def test_beauty_and_awakening_are_those_of_the_graph(seed):
    """Values and their absence, with gaps between years, undated, backward and early ends of histories."""
    case = busy(seed)
    last = 2007 if seed % 2 else 2008
    found = rows(case, "beauty", last_year=last)
    one, other = (f(case.graph(), last_year=last) for f in (beauty, awakening_year))
    judged = [w for w in case.works if case.year(w) is not None and one.table.at[w, "n"] >= 10]
    assert judged
    assert set(judged) == set(found)
    for w, row in found.items():
        assert row["beauty"] == pytest.approx(_plain(one[w]), abs=1e-12)
        assert row["awakening_year"] == _plain(other[w])
        if row["beauty"] is not None:
            assert row["peak_year"] == one.table.at[w, "peak_year"]
            assert (row["reason"] or "").startswith("censored") == one.table.at[w, "censored"]


@given(st.lists(st.lists(st.integers(0, 30), min_size=7, max_size=7), min_size=1, max_size=5))
def test_histories_side_by_side_sleep_as_one_by_one(histories):
    """The formula for many works at once is that of one."""
    found = sleeps(np.array(histories))
    for k, counts in enumerate(histories):
        value, peak, awakening = sleep(counts)
        assert found.beauty[k] == pytest.approx(value, abs=1e-12)
        assert (found.peak[k], found.awakening[k]) == (peak, -1 if awakening is None else awakening)


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_disruption_counts_the_same_in_pieces(chunk):
    """However few pairs are laid out at once, and by the compiled loop, the counts are the same."""
    dice = np.random.default_rng(5)
    pairs = np.unique(dice.integers(40, size=(300, 2)), axis=0)
    later = np.unique(np.column_stack((dice.integers(100, 130, 900), dice.integers(60, size=900))), axis=0)
    works, size = np.unique(pairs[:, 0], return_counts=True)
    focal = Focal(works, np.concatenate(([0], np.cumsum(size))), pairs[:, 1])
    whole = count(focal, later[:, 0], later[:, 1], fast=False)
    assert whole.min(axis=1).tolist() != whole.max(axis=1).tolist()
    assert count(focal, later[:, 0], later[:, 1], fast=False, chunk=chunk).tolist() == whole.tolist()


@pytest.mark.long
def test_the_compiled_loop_counts_the_same():
    """kg[fast] changes the time, not the numbers."""
    dice = np.random.default_rng(6)
    pairs = np.unique(dice.integers(400, size=(3000, 2)), axis=0)
    later = np.unique(np.column_stack((dice.integers(1000, 1300, 9000), dice.integers(600, size=9000))), axis=0)
    works, size = np.unique(pairs[:, 0], return_counts=True)
    focal = Focal(works, np.concatenate(([0], np.cumsum(size))), pairs[:, 1])
    assert count(focal, *later.T, fast=True).tolist() == count(focal, *later.T, fast=False).tolist()


@pytest.mark.parametrize("seed", range(3))
def test_reference_ages_are_those_of_amnesia(seed):
    """Difference, mean and shares are kg's; the figures of a year are those of all its references."""
    case = busy(seed)
    own = amnesia(case.graph())
    with folder() as place:
        corpus = write_corpus(place, case)
        told = measure(corpus, "reference_age")
        found = result(corpus, "reference_age")
    for w, n in numbers(case).items():
        ages = [case.year(w) - case.year(v) for v in case.references()[w] if None not in (case.year(v), case.year(w))]
        assert (n in found) == bool(ages)
        if not ages:
            continue
        row = found[n]
        assert row["references"] == len(ages)
        assert row["mean_age"] == (pytest.approx(np.mean(ages), abs=1e-12) if case.known(w) else None)
        assert row["recent"] == (np.mean([age <= 5 for age in ages]) if case.known(w) else None)
        assert row["amnesia"] == pytest.approx(_plain(own[w]), abs=1e-12)
        if row["amnesia"] is not None:
            assert row["older"] == own.table.at[w, "older"]
    dated = [(case.year(a), case.year(b)) for a in case.works for b in case.references()[a]]
    ages = [a - b for a, b in dated if a == 2005 and b is not None]
    year = told["years"]["2005"]
    assert (year["mean_age"], year["median_age"]) == (pytest.approx(np.mean(ages)), np.median(ages))
    assert 2003 not in map(int, told["years"])


@pytest.mark.parametrize("name", MEASURES)
def test_a_job_begun_again_does_only_what_is_missing(name, tmp_path):
    """A year that is there is left alone, and the files are those of a job that was never stopped."""
    corpus = write_corpus(tmp_path, busy(1))
    found, again = load_measure(name), Here()
    told = run(corpus, found, Here(), found.options)
    parts = {p: p.read_bytes() for p in (corpus.measures / name).rglob("*.parquet")}
    assert measured(corpus, found, found.options) == told
    lost = min(parts)
    lost.unlink()
    (corpus.measures / name / "measure.json").unlink()
    assert measured(corpus, found, found.options) is None
    kept = {p: p.stat().st_mtime_ns for p in parts if p != lost}
    second = run(corpus, found, again, found.options)
    assert {p: p.read_bytes() for p in parts} == parts
    assert {p: p.stat().st_mtime_ns for p in kept} == kept
    assert {k: v for k, v in second.items() if k != "seconds"} == {k: v for k, v in told.items() if k != "seconds"}


def test_results_of_other_options_lie_beside_the_usual_ones(tmp_path):
    """They are never mixed, and neither takes the place of the other; those of an older build or an older kg are none."""
    corpus, found = write_corpus(tmp_path, busy(1)), load_measure("disruption")
    usual = run(corpus, found, Here(), {})
    assert measured(corpus, found, {"window": 1}) is None
    run(corpus, found, Here(), {"window": 1})
    one = result(corpus, "disruption", window=1)
    assert one == {numbers(busy(1))[w]: row for w, row in rows(busy(1), "disruption", window=1).items()}
    assert one != result(corpus, "disruption")
    assert measured(corpus, found, {"window": 5}) == usual
    manifest = corpus.measures / "disruption/measure.json"
    older = usual | {"made_with": usual["made_with"] | {"schema": 1}}
    manifest.write_text(json.dumps(older))
    assert measured(corpus, found, {"window": 5}) is None
    rebuilt = json.loads((tmp_path / "corpus.json").read_text()) | {"built": "2032-01-01"}
    (tmp_path / "corpus.json").write_text(json.dumps(rebuilt))
    assert measured(Corpus.open(tmp_path), found, {"window": 1}) is None


def test_only_one_process_measures_the_same(tmp_path):
    """The second is refused and takes nothing away; other options are another result."""
    corpus, found = write_corpus(tmp_path, busy(1)), load_measure("pagerank")

    class Second(Here):
        """Begins the same measure while it is measured."""

        def map(self, function, items):
            with pytest.raises(StoreError, match="another process is measuring"):
                run(corpus, found, Here(), {})
            run(corpus, found, Here(), {"alpha": 0.5})
            return super().map(function, items)

    told = run(corpus, found, Second(), {})
    assert measured(corpus, found, found.options) == told
    assert {place.name for place in corpus.measures.iterdir()} == {"pagerank", "pagerank-alpha-0.5"}


@pytest.mark.parametrize("fast", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_number_as_no_catalogue_has_is_counted_like_any_other(fast: bool):
    """Numbers of works may have 18 digits; the figures are those of small numbers."""
    rng = np.random.default_rng(3)
    offsets, works = np.arange(0, 61, 3), np.arange(100, 120)
    cited, citing = rng.integers(60, size=60), np.sort(rng.integers(200, 240, size=400))
    received = rng.integers(130, size=400)
    expected = count(Focal(works, offsets, cited), citing, received)

    def large(numbers):
        return np.where(numbers % 7 == 3, numbers + 10**18 - 200, numbers)

    own = large(works)
    order = np.argsort(own)
    lists = np.concatenate([large(cited)[offsets[k] : offsets[k + 1]] for k in order])
    found = count(Focal(own[order], offsets, lists), citing, large(received), fast=fast)
    assert found.tolist() == expected[:, order].tolist()
    assert expected.sum() > 0


def test_a_solution_that_was_not_written_to_its_end_is_solved_again(tmp_path):
    """A job that was killed while PageRank was solved can be begun again."""
    corpus = write_corpus(tmp_path, busy(1))

    class Killed(Here):
        """Ends when years are written."""

        def map(self, function, items):
            if "_write_year" in str(function):
                raise KeyboardInterrupt
            return super().map(function, items)

    with pytest.raises(KeyboardInterrupt):
        run(corpus, load_measure("pagerank"), Killed(), {})
    solved = corpus.measures / "pagerank/scratch/solved.json"
    assert json.loads(solved.read_text())["bound"] <= 1e-12
    solved.write_text("")
    assert measure(corpus, "pagerank")["counts"]["bound"] <= 1e-12


def test_the_last_full_year_is_over_when_the_corpus_is_built(tmp_path):
    """Works that a catalogue lists for years to come end no history."""
    corpus = write_corpus(tmp_path, busy(1), built="2005-06-30T00:00:00")
    assert measure(corpus, "beauty")["last_full_year"] == 2004


@pytest.mark.parametrize(
    ("updated", "last"),
    [("2005-06-30T00:00:00", 2004), ("9999-12-31", 2007), ("in 2005", 2007), ("2007-11-30", 2006), (None, 2007)],
)
def test_the_last_full_year_is_over_in_the_snapshot(updated, last, tmp_path):
    """Works misdated to years after the snapshot end no history, however much later the corpus was built of it."""
    corpus = write_corpus(tmp_path, busy(1), built="2008-06-30T00:00:00", updated=updated)
    assert measure(corpus, "beauty")["last_full_year"] == last
    over = {year: one["window_over"] for year, one in measure(corpus, "disruption", window=1)["years"].items()}
    assert over == {year: int(year) + 1 <= last for year in over}


def test_what_cannot_be_measured_is_said(tmp_path):
    """Unknown measures and options without meaning are bad input, and take nothing away of what was measured."""
    corpus = write_corpus(tmp_path, busy(1))
    usual = {name: measure(corpus, name) for name in ("beauty", "disruption", "pagerank")}
    with pytest.raises(UnknownName, match="beuty"):
        load_measure("beuty")
    for name, options in (
        ("pagerank", {"alpha": 1.0}),
        ("pagerank", {"tolerance": 0.0}),
        ("pagerank", {"tolerance": np.inf}),
        ("pagerank", {"alpha": "high"}),
        ("pagerank", {"window": 3}),
        ("beauty", {"last_year": 2300}),
        ("beauty", {"last_year": -5}),
        ("beauty", {"last_year": 2004.0}),
        ("disruption", {"window": 2.5}),
        ("disruption", {"window": True}),
        ("disruption", {"window": 0}),
    ):
        with pytest.raises(InputError):
            measure(corpus, name, **options)
    for name, told in usual.items():
        found = load_measure(name)
        assert measured(corpus, found, found.options) == told
        assert result(corpus, name)


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else value


@pytest.mark.long
def test_both_engines_give_the_same_rows(tmp_path):
    """DuckDB with its processes, one Spark session, and plain calls write the same rows of every measure."""
    corpus = write_corpus(tmp_path, busy(2, years=3))
    expected = {name: (measure(corpus, name), result(corpus, name)) for name in MEASURES}
    some = ("disruption", "pagerank")  # DuckDB's side starts processes for each step, all of which are the same code
    for engine, options, names in (("duckdb", {"threads": 2}, some), ("spark", {"master": "local[1]"}, MEASURES)):
        with open_engine(engine, scratch=tmp_path / "spill", **options) as running:
            for name in names:
                told, rows_here = expected[name]
                found = load_measure(name)
                shutil.rmtree(corpus.measures / name)
                again = run(corpus, found, running, found.options)
                assert result(corpus, name) == rows_here
                assert again["engine"] == engine
                assert again["years"] == told["years"]
