"""Verdicts on claims that citation paths decide, the claims of the bundled article, and the era report."""

import math
from collections import Counter
from statistics import NormalDist

import bundled
import pytest
from claims_made import claim, claimed, verdict
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases

from kg import open_graph
from kg.analysis.claims.case import CONTRADICTED, NOT_ABOUT, OPEN, SUPPORTED, only_in
from kg.analysis.claims.first import RECORDED
from kg.analysis.claims.verdicts import verdicts
from kg.analysis.era_report import era_report
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome


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


def test_every_claim_of_the_article_is_answered(bundled_graph):
    """All 19 claims get a verdict, a sentence and their numbers."""
    graph = bundled_graph
    claims = graph.claims(top=2)
    answer, text = claims.as_dict(), str(claims)
    assert len(answer["claims"]) == len(graph.article_claims) == 19
    for row in answer["claims"]:
        assert row["verdict"].split(" in ")[0] in {SUPPORTED, CONTRADICTED, OPEN, NOT_ABOUT}
        assert row["because"]
        assert row["statement"]
        assert row["numbers"]["subjects"]
    known = {row["id"]: row for row in answer["claims"]}["unknown"]["numbers"]
    assert (known["known lists"], known["known lists citing"]) == (347, 1)
    z, n, p = NormalDist().inv_cdf(0.95), 347, 1 / 347  # Wilson (1927)
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert known["if alike"] == pytest.approx([(middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)])
    counts = answer["report"]["counts"]
    assert counts["known"] == counts["reaching"] + counts["open"] + counts["not_reaching"] == 347
    assert sum(answer["report"]["distances"].values()) == counts["reaching"]
    assert "177 of these 347 (51%) have a citation path back" in text
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
