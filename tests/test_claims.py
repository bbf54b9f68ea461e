"""The era report and the verdicts on claims: what follows from the data, and what cannot be told."""

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from oracles import Case, cases

from kg import open_graph
from kg.analysis.claims import CONTRADICTED, OPEN, SUPPORTED, verdicts
from kg.analysis.era_report import era_report
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.model import Claim


def claimed(kind: str, edges, years, *, concepts=None, subject="s", objects=("o",), closed=False) -> CitationGraph:
    """A graph with one claim of this kind."""
    graph = CitationGraph.from_edges(edges, years=years, concepts=concepts, closed=closed)
    roles = ((subject, "subject"), *((o, "object") for o in objects))
    said = Claim(id="c", statement="It is so.", kind=kind, place="par. 1", article="An article", roles=roles)
    graph.__dict__["article_claims"] = (said,)
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
        ("obstacle", [("s", "o")], True, OPEN),
        ("improves", [("s", "o")], True, OPEN),
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
    roles = (("s", "subject"), ("o", "object"))
    said = Claim(id="c", statement="It is so.", kind="anticipates", place="", article="", roles=roles)
    graph.__dict__["article_claims"] = (said,)
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


def test_little_known_is_decided_by_bounds_alone():
    """With all lists known the share decides; with most missing nothing does."""
    years = {"s": 1990} | {f"n{k}": 2015 for k in range(9)}
    few, many = [("n0", "s")], [(f"n{k}", "s") for k in range(6)]
    assert verdict(claimed("little known", few, years, objects=(), closed=True)) == SUPPORTED
    assert verdict(claimed("little known", many, years, objects=(), closed=True)) == CONTRADICTED
    (found,) = verdicts(claimed("little known", few, years, objects=(), closed=True))
    assert "if alike" not in found.numbers  # all lists are known: nothing to infer
    assert verdict(claimed("little known", few, years, objects=())) == OPEN
    undated = [(f"u{k}", "s") for k in range(9)]  # if recent, 10 of 18 cite it, else 1 of 9
    (found,) = verdicts(claimed("little known", few + undated, years, objects=(), closed=True))
    assert (found.verdict, found.numbers["low"], found.numbers["high"]) == (OPEN, 1 / 9, 10 / 18)
    beside = [(f"u{k}", "x") for k in range(9)]  # if recent, 6 of 18 cite it, else 6 of 9
    (found,) = verdicts(claimed("little known", many + beside, years | {"x": 1990}, objects=(), closed=True))
    assert (found.verdict, found.numbers["low"], found.numbers["high"]) == (OPEN, 6 / 18, 6 / 9)


def test_a_subject_kept_alive():
    """A path from first to last and no five silent years support it; ten silent years with all lists known contradict."""
    years = {"s": 1990, "o": 2000, "m": 1993, "p": 1997}
    edges = [("m", "s"), ("p", "s"), ("o", "p")]
    graph = claimed("dormancy", edges, years, closed=True)
    said = graph.article_claims[0]
    roles = (("s", "subject"), ("o", "subject"))
    graph.__dict__["article_claims"] = (
        Claim(id="c", statement=said.statement, kind="dormancy", place="", article="", roles=roles),
    )
    assert verdict(graph) == SUPPORTED
    silent = CitationGraph.from_edges([("m", "m")], years={"s": 1980, "o": 2000, "m": 1990}, closed=True)
    silent.__dict__["article_claims"] = graph.article_claims
    assert verdict(silent) == CONTRADICTED
    edges, years = [("m", "m"), ("u", "s")], {"s": 1980, "o": 2000, "m": 1990}
    heard = CitationGraph.from_edges(edges, years=years, closed=True)  # u, of any year, may have broken the silence
    heard.__dict__["article_claims"] = graph.article_claims
    assert verdict(heard) == OPEN


def test_works_not_held_are_named():
    """A claim about a work the graph has not is open, and says which."""
    (found,) = verdicts(claimed("builds on", [("s", "x")], {"s": 2000, "x": 1990}))
    assert (found.verdict, found.missing) == (OPEN, ("o",))


def test_every_claim_of_the_article_is_answered(kg_run):
    """All 19 claims get a verdict, a sentence and their numbers; at 6 % of the lists none is decided by its absence."""
    answer = kg_run("claims", "--json").json()
    assert len(answer["claims"]) == len(open_graph().article_claims) == 19
    for row in answer["claims"]:
        assert row["verdict"] in {SUPPORTED, CONTRADICTED, OPEN}
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
    text = kg_run("claims", "--top", "2").out
    assert "187 of these 369 (51%) have a citation path back" in text
    assert "19 claims: 0 supported, 0 contradicted, 19 not decidable here" in text
    assert "Todd and Lewis opened the field in 1988" in text


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
        ("builds on", [("s", "o")], "a citation path joins the two works (a direct citation)"),
        ("builds on", [], "no citation path between the two works is known; missing reference lists may hide one"),
        ("proposes", [("n", "s")], "citations cannot confirm or refute this kind of claim; the work is cited once"),
    ],
)
def test_the_reason_is_a_whole_sentence(kind, edges, because):
    """One pair and one citation are said as such."""
    (found,) = verdicts(claimed(kind, edges, {"s": 2000, "o": 1990, "n": 2010}))
    assert because in found.because
