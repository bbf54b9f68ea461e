"""Paths three-valued, related works, uncredited returns, first uses, foresight: oracles and naive twins."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases

from kg.analysis.base.reachability import CREDITED, UNCREDITED, UNDECIDABLE, credit
from kg.analysis.base.related import related_pairs
from kg.analysis.first_uses import first_uses
from kg.analysis.metrics.amnesia import amnesia
from kg.analysis.metrics.first_use import first_use
from kg.analysis.metrics.foresight import foresight
from kg.analysis.metrics.prince import prince
from kg.analysis.metrics.uncredited_return import control_rates, excess, uncredited_return
from kg.analysis.paths.query import shortest_paths
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph

YEARS = {"o": 1990, "x": 2000, "n": 2010}
MUSIC = {"o": ["music"], "n": ["music"]}


def naive_credit(case: Case, old: str, new: str) -> int:
    """Follow usable citations from `old`; then look at every work on the way back from `new`."""
    dated = any(case.year(w) is not None for w in case.works)
    back, front = {new}, [new]
    while front:
        w = front.pop()
        for v in case.references()[w] - back:
            both = case.year(w) is not None and case.year(v) is not None
            if not dated or (both and not case.later(v, w)):
                back.add(v)
                front.append(v)
    if old != new and old in back and (not dated or case.year(old) is not None):
        return CREDITED
    if dated and (case.year(old) is None or case.year(new) is None):
        return UNDECIDABLE
    for w in back:
        shady = dated and any(case.year(v) is None for v in case.references()[w])
        if (not dated or case.year(w) >= case.year(old)) and (not case.known(w) or shady):
            return UNDECIDABLE
    return UNCREDITED


@pytest.mark.long
@given(cases())
def test_credit_equals_a_search_for_every_pair(case: Case):
    """The passes over generations decide as one search per pair does, and as the certificate of `kg path` where it can."""
    graph = case.graph()
    pairs = [(a, b) for a, b in product(range(len(graph)), repeat=2) if a != b]
    state = credit(graph, *np.array(pairs, np.int64).reshape(-1, 2).T)
    for (a, b), found in zip(pairs, state.tolist(), strict=True):
        assert found == naive_credit(case, graph.ids[a], graph.ids[b])
        answer = shortest_paths(graph.arrays, a, b)
        assert (found == CREDITED) == bool(answer.paths)
        if found == UNCREDITED:
            assert answer.certificate.status == "none"


def test_three_of_four_uncredited():
    """At no-path rates of .5 .5 .8 .2 two are expected, the excess is 1/4, and three or more happen 29 times in 100."""
    found = excess(3, np.array([0.5, 0.5, 0.8, 0.2]))
    assert (found.expected, found.excess, found.p) == (2, 0.25, pytest.approx(0.29))


@given(st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), min_size=1, max_size=7), st.integers(0, 7))
def test_p_equals_adding_up_all_outcomes(rates, lost):
    """P(U or more) is the sum over all outcomes of the pairs."""
    lost = min(lost, len(rates))
    total = sum(
        math.prod(q if hit else 1 - q for q, hit in zip(rates, outcome, strict=True))
        for outcome in product([0, 1], repeat=len(rates))
        if sum(outcome) >= lost
    )
    assert excess(lost, np.array(rates)).p == pytest.approx(total, abs=1e-9)


def field(*, forgotten: bool) -> CitationGraph:
    """A concept of 8 old works; 40 works twenty years on cite works that cite them, but for one old work if `forgotten`."""
    edges, years, concepts = [], {}, {}
    for k in range(8):
        years |= {f"o{k}": 1980, f"m{k}": 1990}
        edges.append((f"m{k}", f"o{k}"))
        concepts[f"o{k}"] = ["music"]
    for j in range(40):
        years[f"n{j}"] = 2005
        concepts[f"n{j}"] = ["music"]
        edges += [(f"n{j}", "x" if k == 3 and forgotten else f"m{k}") for k in range(8)]
    return CitationGraph.from_edges(edges, years=years | {"x": 1990}, concepts=concepts, closed=True)


def test_a_forgotten_work_exceeds_its_controls():
    """Where 40 returns reach seven of eight equal works, the eighth has excess 1; where they reach all, nobody has any."""
    found = uncredited_return(field(forgotten=True)).table
    row = found.loc["o3"]
    assert (row["uncredited"], row["credited"], row["value"], row["p_pairs"]) == (40, 0, 1.0, 0)
    assert (row["p"], found.loc["o1", "p"]) == (1 / 8, 1), "a rank among the eight"
    assert found.loc["o1", "value"] == pytest.approx(-1 / 7)
    whole = uncredited_return(field(forgotten=False)).table
    assert whole.loc[[f"o{k}" for k in range(8)], "value"].tolist() == [0] * 8


def test_what_cannot_be_compared_has_a_reason():
    """Never cited, too few decided, no controls, no returns: each says which."""
    graph = field(forgotten=True)
    table = uncredited_return(graph).table
    assert table.at["n0", "reason"] == "no work published 10 or more years later is known to be on its topic"
    few = CitationGraph.from_edges([("x", "o"), ("n", "x")], years=YEARS, concepts=MUSIC)
    assert "fewer than 5 later works on its topic can be checked" in uncredited_return(few).table.at["o", "reason"]
    lone = {"o": 1990, "q": 1990} | {f"n{k}": 2010 for k in range(6)}
    concepts = {work: ["music"] for work in lone}
    alone = CitationGraph.from_edges([("q", "o"), *((f"n{k}", "q") for k in range(6))], years=lone, concepts=concepts)
    reasons = uncredited_return(alone).table["reason"]
    assert "fewer than 5 later works on its topic have 30 similar pairs of works to compare with" in reasons["o"]
    uncited = CitationGraph.from_edges([(f"n{k}", "z") for k in range(6)], years=lone, concepts=concepts)
    assert "never cited in this graph" in uncredited_return(uncited).table.at["o", "reason"]


def test_control_rates_leave_the_work_out():
    """The rate of a pair is that of the pairs of other works of its stratum, all of them, once there are thirty."""
    graph = field(forgotten=True)
    old, new, _ = related_pairs(graph)
    state = credit(graph, old, new)
    rate = control_rates(graph, old, new, state == UNCREDITED)
    number = graph.number("o3")
    assert rate[old == number].tolist() == [0.0] * 40
    assert rate[old != number] == pytest.approx([1 / 7] * 280)


def test_first_users_and_their_heirs():
    """A concept's first work, its sleep, and which later users lead back to it."""
    years = {"a": 1988, "b": 1990, "c": 2010, "d": 2012, "z": 1970}
    concepts = {work: ["lstm"] for work in "abcd"}
    graph = CitationGraph.from_edges([("b", "a"), ("c", "b")], years=years, concepts=concepts, closed=True)
    row = first_uses(graph).table.loc[("concept", "lstm")]
    assert (row["first_users"], row["later_users"], row["dormancy"]) == (["a"], 3, 19)
    assert (row["credited"], row["uncredited"], row["undecidable"], row["censored"]) == (2, 1, 0, False)
    assert first_use(graph)["a"] == pytest.approx(1 / 3)
    assert math.isnan(first_use(graph)["b"])
    open_ = CitationGraph.from_edges([("b", "a"), ("c", "b")], years=years, concepts=concepts)
    found = first_use(open_).table.loc["a"]
    assert (found["value"], found["low"], found["high"]) == (0, 0, pytest.approx(1 / 3))
    assert len(first_uses(CitationGraph.from_edges([("b", "a")])).table) == 0


def naive_foresight(titles: dict[str, str], years: dict[str, int], work: str, back: int, ahead: int):
    """Mean similarities to later and earlier titles, one pair at a time."""

    def similarity(a: str, b: str) -> float:
        base = min(years[a], years[b])
        earlier = [w for w in titles if years[w] < base]
        rare = {
            word: max(math.log(max(len(earlier), 1) / (1 + sum(word in titles[w].split() for w in earlier))), 0)
            for word in {*titles[a].split(), *titles[b].split()}
        }
        x, y = ({word: t.split().count(word) * rare[word] for word in set(t.split())} for t in (titles[a], titles[b]))
        norm = math.sqrt(sum(v * v for v in x.values()) * sum(v * v for v in y.values()))
        return sum(x[word] * y.get(word, 0) for word in x) / norm if norm else 0.0

    later = [similarity(work, w) for w in titles if 0 < years[w] - years[work] <= ahead]
    earlier = [similarity(work, w) for w in titles if 0 < years[work] - years[w] <= back]
    return later, earlier


@pytest.mark.long
@given(
    st.lists(
        st.tuples(st.integers(2000, 2006), st.lists(st.sampled_from("abcdef"), max_size=4)), min_size=30, max_size=45
    )
)
def test_foresight_equals_pair_by_pair(rows):
    """Sums over whole years give the means of all pairs."""
    years = {f"w{k}": year for k, (year, _) in enumerate(rows)}
    titles = {f"w{k}": " ".join(words) for k, (_, words) in enumerate(rows) if words}
    scores = foresight(CitationGraph.from_edges([], years=years, titles=titles), back=3, ahead=2)
    for work in titles:
        later, earlier = naive_foresight(titles, years, work, 3, 2)
        if min(len(later), len(earlier)) < 10:
            assert math.isnan(scores[work])
            continue
        assert scores.table.at[work, "ahead"] == pytest.approx(np.mean(later))
        assert scores.table.at[work, "behind"] == pytest.approx(np.mean(earlier))
    assert scores.table.loc[scores.table["value"].isna(), "reason"].notna().all()


def naive_related(graph: CitationGraph, years: int) -> dict[tuple[str, str], float]:
    """The definition of `related_pairs` by titles, word by word and list by list."""
    titles = {w: set(t.split()) for w, t in graph.works["title"].items() if t}
    year = dict(zip(graph.ids, graph.years.tolist(), strict=True))
    lists = {w: [graph.ids[j] for j in graph.references.of(i).tolist()] for i, w in enumerate(graph.ids)}
    lists = {w: [x for x in held if x in titles] for w, held in lists.items()}
    lists = {w: held for w, held in lists.items() if len(held) > 1}

    def weight(word: str) -> float:
        df = sum(word in title for title in titles.values())
        together = sum(c * (c - 1) / (len(h) - 1) for h in lists.values() if (c := sum(word in titles[x] for x in h)))
        chance = sum(map(len, lists.values())) * df * (df - 1) / (len(titles) * (len(titles) - 1))
        lift = (together + 0.1) / (chance + 0.1)
        return math.log(min(lift, 12)) if lift >= 3 else 0.0

    weights = {word: weight(word) for word in sorted(set().union(*titles.values()))}

    def total(vectors):
        return {word: sum(v.get(word, 0) for v in vectors) for word in weights}

    def unit(vector):
        length = math.sqrt(sum(x * x for x in vector.values()))
        return {word: x / length for word, x in vector.items()} if length else {}

    def dot(a, b):
        return sum(x * b.get(word, 0) for word, x in a.items())

    def mean(numbers):
        return sum(numbers) / len(numbers)

    title = {w: unit({word: weights[word] for word in words}) for w, words in titles.items()}
    profile = {w: p for w, held in lists.items() if (p := unit(total([title[x] for x in held])))}
    citing = {w: [c for c in profile if w in lists[c]] for w in titles}
    found = {}
    for old, new in product(titles, repeat=2):
        shared = sum(weights[word] for word in titles[old] & titles[new])
        pairs = [(a, b) for a, b in product(citing[old], citing[new]) if a != b]
        if year[new] - year[old] < years or shared < math.log(12) * (1 - 1e-12) or not pairs:
            continue
        fit = mean([dot(title[new], profile[a]) for a in citing[old]])
        back = mean([dot(title[old], profile[b]) for b in citing[new]])
        unity = [
            math.sqrt(mean([dot(profile[a], profile[b]) for a, b in product(citing[w], repeat=2)])) for w in (old, new)
        ]
        company = mean([dot(profile[a], profile[b]) for a, b in pairs]) / math.prod(unity)
        if (likeness := shared * min(fit, back) * company) > 1.1:
            found[old, new] = likeness
    return found


@pytest.mark.parametrize("seed", range(8))
def test_related_titles_equal_pair_by_pair(seed):
    """The passes over blocks of sparse rows give the pairs and the likeness of the definition, in a field of four topics."""
    draw = np.random.default_rng(seed)
    words = [f"{topic}{k}" for topic in "abcd" for k in range(3)] + ["of", "the"]
    titles, years, edges = {}, {}, []
    for k in range(60):
        topic = int(draw.integers(4))
        titles[f"w{k}"] = " ".join(draw.choice([*words[3 * topic : 3 * topic + 3], *words[12:], "x" + str(k)], 3))
        years[f"w{k}"] = int(draw.integers(1980, 2010))
        topics = draw.permutation(4)[:2] if draw.random() < 0.2 else [topic]
        near = [w for w in list(titles)[:-1] if any(f"{'abcd'[t]}{j}" in titles[w] for t in topics for j in range(3))]
        edges += [(f"w{k}", str(w)) for w in draw.choice(near, min(len(near), 4), replace=False)] if near else []
    graph = CitationGraph.from_edges(edges, titles=titles, years=years)
    old, new, likeness = related_pairs(graph, years=5)
    found = {(graph.ids[a], graph.ids[b]): x for a, b, x in zip(old.tolist(), new.tolist(), likeness, strict=True)}
    assert found == pytest.approx(naive_related(graph, 5))
    assert found, "a field in which nothing is on one topic tests nothing"
    asked = old[len(old) // 2]
    alone = related_pairs(graph, years=5, of=np.array([asked]))
    assert (alone.new.tolist(), alone.likeness.tolist()) == (
        new[old == asked].tolist(),
        likeness[old == asked].tolist(),
    )


def test_each_shared_concept_makes_it_surer():
    """Works that share a concept are on one topic; two of them count two."""
    years = {"o": 1980, "n": 2000, "m": 2000}
    concepts = {"o": ["science", "music"], "n": ["science", "music"], "m": ["music"]}
    found = related_pairs(CitationGraph.from_edges([], years=years, concepts=concepts))
    assert found.likeness.tolist() == [2, 1]


def test_amnesia_needs_eight_dated_references():
    """With seven dated references a work is null; a work is set against the mean of its year."""
    edges = (
        [(w, f"r{k}") for w in ("a", "b", "d") for k in range(8)] + [("c", f"r{k}") for k in range(7)] + [("c", "u")]
    )
    years = {"a": 2010, "b": 2012, "c": 2012, "d": 2012} | {f"r{k}": 2000 + k % 2 for k in range(8)}
    scores = amnesia(CitationGraph.from_edges(edges, years=years))
    assert scores["d"] == scores["b"] == 0
    assert scores.table.at["b", "older"] == 1
    assert scores.table.at["c", "reason"] == "fewer than 8 dated references in this graph"


def test_a_work_alone_in_its_year_is_not_set_against_itself():
    """Where no other work of the year can be judged there is nothing to compare with: null with that reason, not 0."""
    edges = [(w, f"r{k}") for w in ("a", "b") for k in range(8)]
    years = {"a": 2010, "b": 2012} | {f"r{k}": 2000 for k in range(8)}
    row = amnesia(CitationGraph.from_edges(edges, years=years)).table.loc["a"]
    assert math.isnan(row["value"])
    assert row["mean_age"] == 10
    assert row["reason"] == "no other work of its year has a known reference list with 8 dated references"


def test_a_prince_is_sought_around_the_awakening():
    """A span of years below 0 is refused, not answered with no princes."""
    with pytest.raises(InputError, match="must not be negative"):
        prince(CitationGraph.from_edges([("b", "a")], years={"a": 1990, "b": 1991}), around=-1)


def test_a_prince_wakes_and_others_do_not():
    """A much cited citer of the awakening year, cited together with the sleeper, is its prince; a little cited one is not."""
    years = {"old": 1980, "king": 2000, "page": 2000, "far": 1990}
    years |= {f"c{k}": 2001 for k in range(30)} | {f"x{k}": 2002 for k in range(90)}
    edges = [("king", "old"), ("page", "old"), ("far", "old")]
    edges += [(f"c{k}", w) for k in range(30) for w in ("old", "king")]
    edges += [(f"x{k}", "king" if k < 20 else f"c{k % 30}") for k in range(90)]
    scores = prince(CitationGraph.from_edges(edges, years=years))
    (king,) = scores.table.at["old", "princes"]
    assert (scores["old"], king.id, king.co_citations) == (1, "king", 30)
    assert king.p < 1e-9
    assert king.lift == pytest.approx(30 * 119 / (30 * 50), rel=0.05)
    assert math.isnan(scores["king"])


@pytest.mark.parametrize("options", [{"back": 0}, {"ahead": 0}])
def test_windows_without_meaning_are_refused(options):
    """Years before and after are one or more."""
    with pytest.raises(InputError):
        foresight(CitationGraph.from_edges([("B", "A")]), **options)


def test_a_return_takes_a_year_at_least():
    """A work of the same year or before is no return."""
    with pytest.raises(InputError, match="years must be at least 1"):
        uncredited_return(CitationGraph.from_edges([("n", "o")], years=YEARS), years=0)


def test_a_concept_that_too_many_works_share_tells_no_topic(monkeypatch: pytest.MonkeyPatch):
    """A concept of more works than the limit joins none of them, and the notes say so; a rarer one still does."""
    years = {f"w{k}": 1980 + 12 * (k % 3) for k in range(9)}
    concepts = {w: ["science", "music"] if w in {"w0", "w1"} else ["science"] for w in years}
    graph = CitationGraph.from_edges([("w1", "w0")], years=years, concepts=concepts)
    assert len(related_pairs(graph).old) == 27
    monkeypatch.setattr("kg.analysis.base.related.LARGEST", 8)
    monkeypatch.setattr("kg.analysis.metrics.uncredited_return.LARGEST", 8)
    old, new, _ = related_pairs(graph)
    assert [(graph.ids[a], graph.ids[b]) for a, b in zip(old, new, strict=True)] == [("w0", "w1")]
    assert any(note.startswith("1 concept of over 8 works") for note in uncredited_return(graph).notes)
