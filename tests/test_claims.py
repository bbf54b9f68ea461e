"""The era report and the verdicts on claims: what follows from the data, and what cannot be told."""

import math
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import NormalDist

import bundled
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases
from simulate import lose, simulate

from kg import open_graph
from kg.analysis.claims.case import CONTRADICTED, NOT_ABOUT, OPEN, SUPPORTED, only_in
from kg.analysis.claims.first import RECORDED
from kg.analysis.claims.little_known import breakdown_factor
from kg.analysis.claims.verdicts import verdicts
from kg.analysis.era_report import era_report
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Claim, Outcome, Retrieval, Work


def claim(kind: str, subjects="s", objects="", statement="It is so.") -> Claim:
    """A claim of this kind on works of one letter, or on a list of works."""
    roles = (*((s, "subject") for s in subjects), *((o, "object") for o in objects))
    return Claim(id="c", statement=statement, kind=kind, place="par. 1", article="An article", roles=roles)


def claimed(kind: str, edges, years, *, concepts=None, objects="o", closed=False) -> CitationGraph:
    """A graph with one claim of this kind."""
    graph = CitationGraph.from_edges(edges, years=years, concepts=concepts, closed=closed)
    graph.__dict__["article_claims"] = (claim(kind, "s", objects),)
    return graph


def verdict(graph: CitationGraph) -> str:
    """The one verdict."""
    (found,) = verdicts(graph)
    return found.verdict


@pytest.mark.parametrize(
    ("kind", "edges", "closed", "expected"),
    [
        ("builds on", [("m", "o"), ("s", "m")], False, SUPPORTED),
        ("builds on", [("s", "m")], False, OPEN),
        ("builds on", [("m", "x"), ("s", "m")], True, CONTRADICTED),
        ("enables", [("m", "s"), ("o", "m")], False, CONTRADICTED),
        ("obstacle", [("s", "o")], True, NOT_ABOUT),
        ("improves", [("s", "o")], True, NOT_ABOUT),
    ],
)
def test_descent_is_decided_by_paths(kind, edges, closed, expected):
    """A path supports, its certain absence contradicts, a missing list leaves open; performance is never decided."""
    years = {"x": 1980, "o": 1990, "m": 2000, "s": 2010}
    assert verdict(claimed(kind, edges, years, closed=closed)) == expected


def test_what_is_said_to_be_surpassed_must_be_earlier():
    """A work cannot improve on a later one, nor be anticipated by it."""
    years = {"s": 1990, "o": 2000}
    assert verdict(claimed("improves", [], years)) == CONTRADICTED
    assert verdict(claimed("anticipates", [], {"s": 2000, "o": 1990})) == CONTRADICTED


def test_kinship_needs_a_shared_label():
    """Later and of one label: supported; without the label the order alone leaves it open."""
    years = {"s": 1990, "o": 2000}
    assert verdict(claimed("anticipates", [], years, concepts={"s": ["dream"], "o": ["dream"]})) == SUPPORTED
    assert verdict(claimed("same principle", [], years)) == OPEN


@pytest.mark.parametrize("years", [{"s": 1990, "o": 1990}, {"s": 1990}, {"o": 1990}])
def test_an_order_in_time_that_is_not_known_decides_nothing(years):
    """Of two works of one year, or where one is undated, nobody can say which anticipated which."""
    graph = claimed("anticipates", [("s", "x"), ("o", "x")], years, concepts={"s": ["dream"], "o": ["dream"]})
    (found,) = verdicts(graph)
    assert found.verdict == OPEN
    assert "do not show whether o came later" in found.because


def test_days_decide_an_order_within_a_year():
    """Of two works of one year the one of the later day is later."""
    graph = CitationGraph.from_edges(
        [], dates={"s": "1990-03-01", "o": "1990-05-01"}, concepts={"s": ["dream"], "o": ["dream"]}
    )
    graph.__dict__["article_claims"] = (claim("anticipates", "s", "o"),)
    assert verdict(graph) == SUPPORTED


@pytest.mark.parametrize("rival", [{"e": 1999, "r": 2002}, {"e": 1999}])
def test_first_is_open_while_a_rival_may_be_earlier(rival):
    """An equally labelled work of the same year, or an undated one, may have been the first."""
    graph = claimed("first", [("r", "e")], {"s": 2002} | rival, objects=())
    labels = [(w, *label, "x") for w in "sr" for label in (("task", "music"), ("architecture", "lstm"))]
    graph.__dict__["_concepts"] = type(graph.concepts)(
        [*labels, ("e", "task", "music", "x")], columns=graph.concepts.columns
    )
    assert verdict(graph) == OPEN


def test_labels_of_the_article_itself_prove_nothing():
    """That both works carry a label the article gave them is no evidence for what the article says."""
    graph = claimed("same principle", [], {"s": 1990, "o": 2000}, concepts={"s": ["dream"], "o": ["dream"]})
    graph.__dict__["_concepts"] = graph.concepts.assign(source="article: References")
    assert verdict(graph) == OPEN


def test_first_is_contradicted_by_an_earlier_work_with_the_same_labels():
    """Two labels of two schemes on an earlier work contradict; unlabelled earlier works leave it open."""
    graph = claimed("first", [], {"s": 2002, "e": 1999}, objects=())
    labels = [("s", "task", "music", "x"), ("s", "architecture", "lstm", "x")]
    table = graph.concepts
    with_them = [*labels, ("e", "task", "music", "x"), ("e", "architecture", "lstm", "x")]
    graph.__dict__["_concepts"] = type(table)(with_them, columns=table.columns)
    assert verdict(graph) == CONTRADICTED
    graph.__dict__["_concepts"] = type(table)(labels, columns=table.columns)
    assert verdict(graph) == OPEN
    graph.__dict__["_concepts"] = type(table)([*labels, ("e", "task", "music", "x")], columns=table.columns)
    assert verdict(graph) == SUPPORTED


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


LABELS = [("task", "onset detection"), ("task", "music tagging"), ("net", "lstm"), ("net", "mlp"), ("form", "waveform")]


@given(st.randoms(use_true_random=False), st.sampled_from(["It is so.", "The first LSTM.", "LSTMs for music tagging."]))
def test_first_is_decided_by_the_concepts_of_earlier_works(dice, statement: str):
    """What a plain search through the works and their concepts says."""
    years = {"s": 2000} | {f"w{k}": dice.choice([1990, 1995, 1999, 2000, 2005, None]) for k in range(dice.randrange(9))}
    concepts = {w: dice.sample(LABELS, dice.randrange(4)) for w in years}
    concepts["s"] = dice.sample(LABELS, 3)
    graph = CitationGraph.from_edges([], years=years)
    rows = [(w, *label, "x") for w, own in concepts.items() for label in own]
    graph.__dict__["_concepts"] = type(graph.concepts)(rows, columns=graph.concepts.columns)
    graph.__dict__["article_claims"] = (claim("first", "s", statement=statement),)
    (found,) = verdicts(graph)
    own = set(concepts["s"])
    named = {label for label in own if label[1] in {"music tagging", "lstm"} and label[1] in statement.lower()}

    def kinds(labels: set[tuple[str, str]]) -> int:
        return len({scheme for scheme, _ in labels})

    def alike(w: str) -> bool:
        return named <= set(concepts[w]) if named else kinds(own & set(concepts[w])) > 1

    earlier = [w for w, y in years.items() if y is not None and y < 2000]
    recorded = [w for w in earlier if concepts[w]]
    beaten = [w for w in recorded if own <= set(concepts[w]) or (kinds(named) > 1 and named <= set(concepts[w]))]
    unsure = [w for w, y in years.items() if w != "s" and y in (None, 2000) and (not concepts[w] or alike(w))]
    assert (found.k, found.n) == (sum(map(alike, recorded)), len(recorded))
    if beaten and kinds(own) > 1:
        assert found.verdict == CONTRADICTED
    elif not earlier or any(map(alike, recorded)) or (kinds(own) < 2 and not named):
        assert found.verdict == OPEN
    elif len(recorded) == len(earlier) and not unsure:
        assert found.verdict == SUPPORTED
    else:
        assert found.verdict == (only_in(RECORDED) if len(recorded) >= 5 else OPEN)


def test_what_a_work_proposes_is_recorded_by_others():
    """Another source that records what the statement names supports it; the article itself does not."""
    graph = claimed("proposes", [], {"s": 2012}, concepts={"s": ["chord recognition"]}, objects=())
    assert verdict(graph) == OPEN  # the statement names no concept
    graph.__dict__["article_claims"] = (claim("proposes", statement="It proposed networks for chord recognition."),)
    assert verdict(graph) == "supported in the concepts that other sources record, open elsewhere"
    graph.__dict__["_concepts"] = graph.concepts.assign(source="article: References")
    assert verdict(graph) == OPEN


@given(cases(partial=False), st.randoms(use_true_random=False))
def test_no_verdict_on_descent_is_undone_by_lists_found_later(case: Case, dice):
    """What known lists support or contradict stays so when the lists that were hidden are known."""
    case = case._replace(outcomes=dict.fromkeys(case.works, Outcome.COMPLETE))
    hidden = {w for w in case.works if dice.random() < 0.4}
    outcomes = {w: Outcome.UNKNOWN if w in hidden else Outcome.COMPLETE for w in case.works}
    known = case._replace(edges=[(a, b) for a, b in case.edges if a not in hidden], outcomes=outcomes)
    old, new = dice.choice(case.works), dice.choice(case.works)
    first, last = known.graph(), case.graph()
    for graph in (first, last):
        graph.__dict__["article_claims"] = (claim("builds on", [new], [old]),)
    (before,), (after,) = verdicts(first), verdicts(last)
    assert before.verdict in {OPEN, after.verdict}
    if old != new and (case.years or case.dates):  # without any date citations are followed whatever their order
        path = new in levels(case, old)
        assert after.verdict != (CONTRADICTED if path else SUPPORTED)
    assert before.settle is None or before.verdict == OPEN


@given(cases(), st.integers(2001, 2007))
def test_the_works_that_lead_back_are_those_a_search_finds(case: Case, since: int):
    """Of the known lists since a year, those from which usable citations lead back to what is said to enable others."""
    old = case.works[0]
    graph = case.graph()
    graph.__dict__["article_claims"] = (claim("enables", [old], [case.works[-1]]),)
    (found,) = verdicts(graph, since=since)
    if len(case.works) > 1 and (year := case.year(old)) is not None:
        able = {w for w in case.works if w != old and case.known(w) and (case.year(w) or 0) >= max(since, year)}
        assert found.numbers["lead back"][old] == [len(able & levels(case, old).keys()), len(able)]


@given(cases(), st.randoms(use_true_random=False))
def test_lists_that_cite_both_are_counted(case: Case, dice):
    """Of the known lists that cite the later work, how many cite the earlier one, by a count over plain sets."""
    old, new = dice.choice(case.works), dice.choice(case.works)
    graph = case.graph()
    graph.__dict__["article_claims"] = (claim("anticipates", [old], [new]),)
    (found,) = verdicts(graph)
    if old != new:
        later = {w for w in case.citers()[new] if case.known(w)}
        assert (found.k, found.n) == (len(later & case.citers()[old]), len(later))
        if case.later(old, new):
            assert found.verdict == CONTRADICTED
        else:
            assert found.verdict == OPEN


def test_the_lists_that_would_settle_it_are_named():
    """Of a path that may be hidden, the works whose reference lists are missing, nearest first."""
    years = {"s": 2010, "m": 2000, "n": 1995, "o": 1990}
    (found,) = verdicts(claimed("builds on", [("s", "m"), ("s", "n")], years))
    assert found.settle == "the reference lists of 2 works, nearest first n and m"
    (found,) = verdicts(claimed("builds on", [("m", "n")], years))
    assert found.settle.startswith("the reference list of s; ")


def test_works_not_held_are_named():
    """A claim about a work the graph has not is open, and says which."""
    (found,) = verdicts(claimed("builds on", [("s", "x")], {"s": 2000, "x": 1990}))
    assert (found.verdict, found.missing) == (OPEN, ("o",))


def test_every_claim_of_the_article_is_answered():
    """All 19 claims get a verdict, a sentence and their numbers."""
    graph = open_graph()
    claims = graph.claims(top=2)
    answer, text = claims.as_dict(), str(claims)
    assert len(answer["claims"]) == len(graph.article_claims) == 19
    for row in answer["claims"]:
        assert row["verdict"].split(" in ")[0] in {SUPPORTED, CONTRADICTED, OPEN, NOT_ABOUT}
        assert row["because"]
        assert row["statement"]
        assert row["numbers"]["subjects"]
    known = {row["id"]: row for row in answer["claims"]}["unknown"]["numbers"]
    assert (known["known lists"], known["known lists citing"]) == (369, 2)
    z, n, p = NormalDist().inv_cdf(0.95), 369, 2 / 369  # Wilson (1927)
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert known["if alike"] == pytest.approx([(middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)])
    counts = answer["report"]["counts"]
    assert counts["known"] == counts["reaching"] + counts["open"] + counts["not_reaching"] == 369
    assert sum(answer["report"]["distances"].values()) == counts["reaching"]
    assert "187 of these 369 (51%) have a citation path back" in text
    assert "19 claims: 1 supported, 7 supported in part, 4 open; 7 are not about citations" in text
    assert "Todd and Lewis opened the field in 1988" in text


@pytest.mark.long
def test_the_counts_of_the_bundled_claims_are_those_of_its_tables():
    """K and n of little known, first, kinship and dormancy, recounted from the raw tables without kg."""
    found = {v.claim.id: v for v in verdicts(open_graph()._space.graph)}
    year = {row["key"]: int(row["year"]) for row in bundled.rows("works") if row["year"]}
    core = {row["key"] for row in bundled.rows("works") if row["core"] == "1"}
    outcome = {row["work"]: row["outcome"] for row in bundled.rows("lists")}
    cites = {(row["citing_key"], row["cited_key"]) for row in bundled.rows("citations")}
    labels: dict[str, set[str]] = {}
    for row in bundled.rows("concepts"):
        labels.setdefault(row["work"], set()).add(row["label"])
    known = {w for w, o in outcome.items() if o in {"COMPLETE", "EMPTY"}}

    todays = {w for w in known if year.get(w, 0) >= 2009}
    nips = {w for w in (bundled.DATA / "nips-1987-1999.txt").read_text().split() if year[w] >= 1988}
    read = {w for w in nips if outcome.get(w) in {"COMPLETE", "EMPTY", "PARTIAL"}}
    shares = {(row["work"], row["population"]): row for row in found["unknown"].numbers["shares"]}
    for work in ("todd1988sequential", "lewis1988creation"):
        for name, lists in (("works since 2009", todays), ("nips-1987-1999", read)):
            row = shares[work, name]
            assert (row["k"], row["n"]) == (sum((w, work) in cites for w in lists), len(lists))
        assert shares[work, "nips-1987-1999"]["works"] == len(nips)
    both = {w for w in todays if {(w, "todd1988sequential"), (w, "lewis1988creation")} & cites}
    assert (found["unknown"].k, found["unknown"].n) == (len(both), len(todays))

    for id_, first, named in (
        ("blues", "eck2002finding", {"long short-term memory"}),
        ("spectrograms", "marolt2002neural", {"spectrogram"}),
        ("end-to-end", "dieleman2014end", {"music tagging", "waveform"}),
    ):
        earlier = [w for w in labels if year.get(w, 9999) < year[first]]
        assert (found[id_].k, found[id_].n) == (sum(named <= labels[w] for w in earlier), len(earlier))
        assert found[id_].verdict == only_in(RECORDED)

    lists = {w for w in known if (w, "mordvintsev2015inceptionism") in cites}
    assert (found["deepdream"].k, found["deepdream"].n) == (sum((w, "lewis1988creation") in cites for w in lists), 4)
    assert len(lists) == 4

    subjects = {"todd1988sequential", "lewis1988creation", "eck2002finding"}
    heard = [w for w in known | nips if 1988 <= year.get(w, 0) <= 2009 and (w in known or w in read)]
    per_year = Counter(year[w] for w in heard)
    heard = [w for w in heard if per_year[year[w]] >= 5]
    citing = sum(any((w, s) in cites for s in subjects) for w in heard)
    assert (found["winter"].k, found["winter"].n) == (citing, len(heard))
    assert found["winter"].numbers["works on the subject"] == sum(1988 <= year.get(w, 0) <= 2009 for w in core)


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


@pytest.mark.long
@given(cases(undated=True))
def test_the_report_equals_a_search_from_every_old_work(case: Case):
    """Who reaches whom, and by how many citations, is what one search along usable citations from each old work finds."""
    graph = case.graph()
    report = era_report(graph, (2000, 2003), (2004, 2008))
    old = [w for w in case.works if (y := case.year(w)) is not None and y <= 2003]
    known = {w for w in case.works if (y := case.year(w)) is not None and y >= 2004 and case.known(w)}
    best: dict[str, int] = {}
    for w in old:
        for v, hops in levels(case, w).items():
            best[v] = min(hops, best.get(v, hops))
        heirs = known & levels(case, w).keys()
        assert (w in report.reached.index) == bool(heirs)
        if heirs:
            assert report.reached.at[w, "works"] == len(heirs)
            assert report.reached.at[w, "distance"] == min(levels(case, w)[h] for h in heirs)
    reaching = {w: hops for w, hops in best.items() if w in known}
    assert report.counts["reaching"] == len(reaching)
    assert report.distances == {d: list(reaching.values()).count(d) for d in sorted(set(reaching.values()))}
    assert report.counts["known"] == len(known)


def levels(case: Case, start: str) -> dict[str, int]:
    """How many usable citations lead from each later work back to one."""
    found, front, hops = {}, {start}, 0
    while front:
        hops += 1
        met = set()
        for v in front:
            for u in case.citers()[v]:
                both = case.year(u) is not None and case.year(v) is not None
                if both and not case.later(v, u) and u != start and u not in found:
                    met.add(u)
        found |= dict.fromkeys(met, hops)
        front = met
    return found


def test_eras_must_follow_each_other():
    """Overlapping eras are refused."""
    with pytest.raises(InputError):
        era_report(CitationGraph.from_edges([("B", "A")]), (1990, 2000), (2000, 2010))


@pytest.mark.parametrize(
    ("kind", "edges", "because"),
    [
        ("builds on", [("s", "o")], "s cites o"),
        ("builds on", [("s", "n"), ("n", "o")], "a citation path leads from s back to o, by way of n"),
        ("builds on", [], "no citation path from s back to o is known; missing reference lists may hide one"),
        ("obstacle", [("n", "s")], "this is a claim about machines and means; citations cannot confirm or refute it"),
    ],
)
def test_the_reason_is_a_whole_sentence(kind, edges, because):
    """One pair and one citation are said as such."""
    (found,) = verdicts(claimed(kind, edges, {"s": 2000, "o": 1990, "n": 1995}))
    assert because in found.because
