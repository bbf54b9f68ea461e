"""Claims that counts of citing lists decide: what is little known, what was kept alive."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from claims_made import claim, claimed, verdict
from hypothesis import given
from hypothesis import strategies as st
from simulate import lose, simulate

from kg import open_graph
from kg.analysis.claims.case import CONTRADICTED, OPEN, SUPPORTED
from kg.analysis.claims.little_known import breakdown_factor
from kg.analysis.claims.verdicts import verdicts
from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Outcome, Retrieval, Work


def test_little_known_is_counted_where_all_lists_are_known():
    """Of twenty works since 2009 none, one or two cite it; one of twenty is too few to tell, for 1 in 100 is none of them."""
    years = {"s": 1990, "x": 1980} | {f"n{k}": 2015 for k in range(20)}
    for k, expected in enumerate((SUPPORTED, OPEN, CONTRADICTED)):
        edges = [(f"n{j}", "x") for j in range(20)] + [(f"n{j}", "s") for j in range(k)]
        (found,) = verdicts(claimed("little known", edges, years, objects=()))
        assert (found.verdict, found.k, found.n) == (expected, k, 20)
        assert "if alike" not in found.numbers  # all lists are known: nothing to infer
    assert verdict(claimed("little known", [("n0", "x")], years, objects=())) == OPEN  # a single list says nothing


@pytest.mark.parametrize(
    ("citing", "rules", "expected"),
    [
        (0, "", "supported in ismir-2018, open elsewhere"),
        (1, "", OPEN),
        (2, "", "contradicted in ismir-2018, open elsewhere"),
        (0, '["half read"]\nvenue = "ISMIR"\ndetection = 0.5\n', OPEN),
    ],
)
def test_a_population_decides_where_all_later_works_cannot(tmp_path: Path, citing: int, rules: str, expected: str):
    """Of thirty works of one meeting none, one or two cite it, of hundreds of others nothing is known; lists half read decide less."""
    works = [Work(id=f"p{i}", title=f"P {i}", year=2018, venue="ISMIR") for i in range(30)]
    works += [Work(id=f"u{i}", title=f"U {i}", year=2017) for i in range(900)]
    works += [Work(id="s", title="S", year=1989), Work(id="x", title="X", year=1980)]
    cited = [(f"p{i}", "s" if i < citing else "x") for i in range(30)]
    read = Outcome.PARTIAL if rules else Outcome.COMPLETE
    batch = Batch(
        works=works,
        claims=[claim("little known")],
        citations=[Citation(citing=a, cited=b, source="made") for a, b in cited],
        retrievals=[Retrieval(work=f"p{i}", list="references", outcome=read, source="made") for i in range(30)],
    )
    with Store.create(tmp_path / "graph.sqlite", name="g") as store, Writer.open(store.path, "test") as writer:
        writer.add(batch)
    (tmp_path / "populations.toml").write_text(rules, encoding="utf-8")
    (found,) = verdicts(open_graph(str(tmp_path))._space.graph)
    assert found.verdict == expected
    (share,) = (s for s in found.numbers["shares"] if s["population"] != "works since 2009")
    assert (share["k"], share["n"], share["works"]) == (citing, 30, 30)


def test_works_without_a_year_may_be_recent():
    """What the share can be, counting works without a year as recent or not."""
    years = {"s": 1990} | {f"n{k}": 2015 for k in range(9)}
    few, many = [("n0", "s")], [(f"n{k}", "s") for k in range(6)]
    undated = [(f"u{k}", "s") for k in range(9)]  # if recent, 10 of 18 cite it, else 1 of 9
    (found,) = verdicts(claimed("little known", few + undated, years, objects=(), closed=True))
    assert (found.numbers["low"], found.numbers["high"]) == (1 / 9, 10 / 18)
    beside = [(f"u{k}", "x") for k in range(9)]  # if recent, 6 of 18 cite it, else 6 of 9
    (found,) = verdicts(claimed("little known", many + beside, years | {"x": 1990}, objects=(), closed=True))
    assert (found.numbers["low"], found.numbers["high"]) == (6 / 18, 6 / 9)


@pytest.mark.parametrize(
    ("k", "n", "works", "share", "factor"),
    [
        (2, 359, 4427, 0.5, (2213.5 - 2) / 4068 * 359 / 2),  # by hand, 97.6
        (0, 100, 200, 0.01, (2 - 0) / 100 / (0.5 / 100)),
        (1, 10, 20, 0.5, 9.0),
        (3, 20, 20, 0.5, None),
        (0, 0, 20, 0.5, None),
    ],
)
def test_the_breakdown_factor_is_its_formula(k, n, works, share, factor):
    """Computed by hand, for none, one and more lists that cite the work; none where no list is unknown, or none is known."""
    assert breakdown_factor(k, n, works, share) == (None if factor is None else pytest.approx(factor))


@given(st.integers(1, 50), st.integers(1, 500), st.integers(1, 5000), st.floats(0.01, 1))
def test_the_breakdown_factor_breaks_even(k: int, more: int, hidden: int, share: float):
    """If the unknown lists cite the work so many times as often as the known ones, the share is reached, no more."""
    n, works = k + more, k + more + hidden
    factor = breakdown_factor(k, n, works, share)
    assert k + factor * (k / n) * hidden == pytest.approx(share * works)


def kept_alive(edges, years, *, concepts=None, subjects="so") -> CitationGraph:
    """A graph whose claim says that the subjects kept something alive."""
    graph = CitationGraph.from_edges(edges, years=years, concepts=concepts, closed=True)
    graph.__dict__["article_claims"] = (claim("dormancy", subjects),)
    return graph


def test_a_subject_kept_alive():
    """A path from first to last and no five silent years support it; ten silent years with all lists known contradict."""
    years = {"s": 1990, "o": 2000, "m": 1993, "p": 1997}
    assert verdict(kept_alive([("m", "s"), ("p", "s"), ("o", "p")], years)) == SUPPORTED
    years = {"s": 1980, "o": 2000, "m": 1990}
    assert verdict(kept_alive([("m", "m")], years)) == CONTRADICTED
    # u, of any year, may have broken the silence
    assert verdict(kept_alive([("m", "m"), ("u", "s")], years)) == OPEN


@given(st.sets(st.integers(1971, 1999), max_size=12), st.booleans())
def test_works_on_the_subject_keep_it_alive(between: set[int], other: bool):
    """Works that share the subjects' concept, never five years apart, support it among these works; others do not count."""
    years = {"s": 1970, "o": 2000} | {f"w{y}": y for y in between}
    concepts = {"s": ["music"], "o": ["music"]} | {f"w{y}": ["speech" if other else "music"] for y in between}
    alive = [1970, *sorted([] if other else between), 2000]
    gap = max(b - a - 1 for a, b in pairwise(alive))
    (found,) = verdicts(kept_alive([("x", "y")], years, concepts=concepts))
    assert found.numbers["longest time without"] == gap
    assert found.numbers["works on the subject"] == len(alive)
    assert found.verdict.startswith("supported in the works that share a concept") == (gap < 5)


def test_the_years_that_a_claim_names_count():
    """A claim about 1990 to 2005 is not settled by works up to 2000."""
    years = {"s": 1990, "o": 1994, "m": 1997}
    graph = kept_alive([("o", "s"), ("m", "s")], years)
    assert verdict(graph) == SUPPORTED
    graph.__dict__["article_claims"] = (claim("dormancy", "so", statement="From 1990 to 2005 it was alive."),)
    (found,) = verdicts(graph)
    assert (found.verdict, found.numbers["longest time without"]) == (OPEN, 7)


def test_years_of_few_lists_say_nothing():
    """Five known lists of 1995 count, four of 1996 do not."""
    years = {"s": 1990, "o": 2000, "x": 1900} | {f"a{k}": 1995 for k in range(5)} | {f"b{k}": 1996 for k in range(4)}
    edges = [(w, "x") for w in years if w[0] in "ab"] + [("a0", "s"), ("b0", "s")]
    graph = CitationGraph.from_edges(edges, years=years)
    graph.__dict__["article_claims"] = (claim("dormancy", "so"),)
    (found,) = verdicts(graph)
    assert (found.k, found.n) == (1, 5)
    assert found.numbers["years that say nothing"] == [y for y in range(1990, 2001) if y != 1995]


@pytest.mark.long
@pytest.mark.parametrize("how", ["random", "age", "venue"])
def test_few_lists_do_not_contradict_what_all_lists_say(how: str):
    """Where nine in ten lists are hidden, at most one in twenty of the claims decided is decided otherwise by all lists."""
    whole = simulate(9004, start=45).graph
    old = [w for w, y in zip(whole.ids, whole.years.tolist(), strict=True) if y < 1985][::4]
    few = lose(whole, 0.9, seed=1, how=how)
    said = {}
    for graph in (whole, few):
        graph.__dict__["article_claims"] = tuple(claim("little known", [w]) for w in old)
        said[graph is few] = [v.verdict for v in verdicts(graph, since=1985)]
    pairs = Counter(zip(said[True], said[False], strict=True))
    decided = sum(n for (before, _), n in pairs.items() if before != OPEN)
    assert decided >= len(old) / 2
    assert pairs[SUPPORTED, CONTRADICTED] + pairs[CONTRADICTED, SUPPORTED] <= decided / 20


def test_another_work_of_the_same_author_is_named():
    """However the name is written; a work of another author with the same family name is not."""
    years = {"s": 1988, "t": 1989, "u": 1989} | {f"n{k}": 2015 for k in range(20)}
    edges = [(f"n{k}", w) for k in range(20) for w in ("t", "u")]
    graph = CitationGraph.from_edges(edges, years=years)
    names = {"s": "Todd, P. M.", "t": "Peter M. Todd", "u": "Todd, Neil"}
    graph._works = graph.works.assign(authors=[names.get(id_, "") for id_ in graph.ids])
    graph.__dict__["article_claims"] = (claim("little known"),)
    (found,) = verdicts(graph)
    assert found.because.endswith(". Todd 1989, by the same author, is another work, which 20 of them cite")
    assert found.because.count("by the same author") == 1
