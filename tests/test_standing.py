"""What share of later works cites a work: exact for whole populations, an interval that holds elsewhere."""

import math
import re
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases

import kg
from kg.analysis.base.citing_shares import (
    COHORT_ROUNDS,
    NO_LAW_HOLDS,
    RATES,
    ROUNDS,
    SHAPES,
    citing_shares,
    enough,
    most_missed,
)
from kg.analysis.base.citing_words import CANNOT_SAY
from kg.analysis.base.known_lists import KnownLists
from kg.analysis.metrics.standing import standing
from kg.analysis.populations import population, populations
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Outcome, Retrieval, Work


def able(case: Case, work: str, year: int) -> list[str]:
    """The works dated in or after a year that could cite a work."""
    own = case.year(work)
    if own is None:
        return []
    return [w for w in case.works if w != work and (y := case.year(w)) is not None and y >= max(year, own)]


@given(case=cases(), year=st.integers(2001, 2006))
def test_a_whole_population_is_counted(case: Case, year: int):
    """Where every reference list is known, k, n and the share are those of a count over the members."""
    graph = case._replace(outcomes=dict.fromkeys(case.works, Outcome.COMPLETE)).graph()
    table = standing(graph, era=f"{year}-").table
    for work in case.works:
        members = able(case, work, year)
        citing = [w for w in members if work in case.references()[w]]
        row = table.loc[work]
        if not members:
            assert np.isnan(row["value"])
        else:
            assert (row["k"], row["n"], row["population"]) == (len(citing), len(members), len(members))
            assert row["value"] == pytest.approx(len(citing) / len(members))
            assert row["least"] == row["low"] == row["value"] == row["high"] == row["most"]


@given(case=cases(works=10), year=st.integers(2000, 2004))
def test_works_that_lead_back_are_those_a_search_finds(case: Case, year: int):
    """A known list leads back to a work if it cites it or a usable path runs between them: k of n, by a search from each."""
    graph = case.graph()
    found, direct = standing(graph, era=f"{year}-", reach=True).table, standing(graph, era=f"{year}-").table
    usable = {
        w: {c for c in cited if case.year(w) and case.year(c) and not case.later(c, w)}
        for w, cited in case.references().items()
    }
    if not any(case.year(w) for w in case.works):
        return
    for work in case.works:
        known = [w for w in able(case, work, year) if case.known(w)]
        back = [w for w in known if work in case.references()[w] or work in nx.descendants(digraph(usable), w)]
        row = found.loc[work]
        assert (row["k"], row["n"]) == (len(back), len(known))
        assert row["k"] >= direct.loc[work, "k"]
        # what the unknown lists hide, at most: those of the population, and those that known ones may lead through
        may = [w for w in known if any(hides(case, v, work) for v in {w} | nx.descendants(digraph(usable), w))]
        if of := len(able(case, work, year)):
            assert row["most"] == pytest.approx(min(1, (len(back) + len(may) + of - len(known)) / of))


def digraph(references: dict[str, set[str]]) -> "nx.DiGraph[str]":
    """As a networkx graph from citing to cited."""
    return nx.DiGraph(references)


def hides(case: Case, w: str, work: str) -> bool:
    """Whether a work may cite another without the graph knowing: its list is unknown, or it cites an undated work."""
    dated, own = case.year(w), case.year(work)
    open_ = not case.known(w) or any(
        case.year(c) is None for c in case.references()[w] | ({w} & {b for a, b in case.edges if a == w})
    )
    return open_ and dated is not None and own is not None and dated >= own


@given(case=cases(works=10), year=st.integers(2000, 2004), reach=st.booleans())
def test_no_interval_leaves_the_hard_bounds(case: Case, year: int, reach: bool):
    """What is said lies between the shares that no and that every unknown list would give."""
    table = standing(case.graph(), era=f"{year}-", reach=reach).table
    some = table[table["value"].notna()]
    for less, more in pairwise(["least", "low", "value", "high", "most"]):
        assert (some[less] <= some[more] + 1e-12).all()
    assert (table.loc[table["population"] > 0, "most"] <= 1).all()


def drawn(rng: np.random.Generator, clusters: int, size: int, works: int, shape: float) -> np.ndarray:
    """How many lists of each cluster cite each work, works x clusters: generated, gamma within works, Poisson within lists."""
    rate = rng.lognormal(np.log(0.004), 1.0, works)
    near = rng.gamma(shape, 1 / shape, (works, clusters))
    return np.minimum(rng.poisson(size * rate[:, None] * near), size)


@pytest.mark.parametrize("shape", [0.5, 50.0])
def test_the_interval_holds_what_a_tenth_of_the_lists_tells(shape: float):
    """In generated fields, clustered and not, the 90 % interval holds the true share of the works seen."""
    inside: list[bool] = []
    wrong = decided = 0
    for seed in range(4):
        counts = drawn(np.random.default_rng(seed), clusters=600, size=5, works=500, shape=shape)
        truth = counts.sum(axis=1) / 3000
        known = counts[:, :60]
        work, cluster = np.nonzero(known)
        sizes = np.full(60, 5)
        lists = KnownLists(
            population=3000,
            sizes=sizes,
            works=500,
            work=work,
            size=sizes[cluster],
            count=known[work, cluster],
            times=np.ones(len(work), np.int64),
        )
        assert enough(lists)
        found = citing_shares(lists, np.full(500, 2000))
        seen = found.k > 0
        inside += ((truth >= found.low - 1e-9) & (truth <= found.high + 1e-9))[seen].tolist()
        sure = seen & (found.under[1 / 50] >= 0.95)
        decided += int(sure.sum())
        wrong += int((truth >= 1 / 50)[sure].sum())
        assert (found.low <= found.value).all()
        assert (found.value <= found.high).all()
    assert 0.85 <= np.mean(inside) <= 0.97
    assert decided > 400
    assert wrong <= 0.02 * decided


def test_what_is_said_does_not_depend_on_the_order_of_works():
    """Shares, intervals and probabilities are exact: works in another order get the same to the last digit."""
    counts = drawn(np.random.default_rng(7), clusters=40, size=3, works=80, shape=1.0)
    years, order = np.arange(80) % 7 + 1990, np.random.default_rng(1).permutation(80)

    def ask(of: np.ndarray):
        work, cluster = np.nonzero(counts[of])
        ones = np.ones(len(work), np.int64)
        lists = KnownLists(
            population=900,
            sizes=np.full(40, 3),
            works=80,
            work=work,
            size=3 * ones,
            count=counts[of][work, cluster],
            times=ones,
        )
        return citing_shares(lists, years[of])

    plain, turned = ask(np.arange(80)), ask(order)
    for name in ("k", "low", "high"):
        assert getattr(plain, name)[order].tolist() == getattr(turned, name).tolist()
    assert np.allclose(plain.value[order], turned.value, rtol=1e-9)


def test_works_of_one_year_with_the_same_counts_have_the_same_posterior():
    """The posterior is that of a second computation: the gamma mixture integrated by the trapezium rule, EM in plain Python."""
    sizes, population = [1, 1, 1, 2, 3, 2], 40
    counts = {"a": [1, 0, 0, 0, 0, 0], "b": [1, 1, 0, 2, 1, 0], "c": [0, 0, 0, 0, 3, 1], "d": [0] * 6}
    lists = KnownLists.of(
        population,
        np.array(sizes),
        4,
        *np.array([(w, c) for w, row in enumerate(counts.values()) for c, y in enumerate(row) for _ in range(y)]).T,
    )
    found = citing_shares(lists, np.full(4, 1990))
    rates = [0.5 / population * (0.9 * population / 0.5) ** (k / (RATES - 1)) for k in range(RATES)]
    grid = [(pi, alpha) for pi in rates for alpha in SHAPES.tolist()]

    def probability(y: int, mean: float, alpha: float) -> float:
        """Of y citations: a Poisson number whose rate is a gamma variate, integrated over its logarithm."""
        u = np.linspace(-60 / alpha, 5, 40_001)
        log = y * (np.log(mean) + u) - mean * np.exp(u) - math.lgamma(y + 1)
        log += alpha * np.log(alpha) - math.lgamma(alpha) + alpha * u - alpha * np.exp(u)
        height = np.exp(log)
        return float(((height[1:] + height[:-1]) / 2).sum() * (u[1] - u[0]))

    of_count = {
        (m, y): [probability(y, m * pi, alpha) for pi, alpha in grid]
        for m, y in {(m, y) for row in counts.values() for m, y in zip(sizes, row, strict=True)}
        | {(m, 0) for m in sizes}
    }

    def likelihood(row: list[int]) -> list[float]:
        return [math.prod(of_count[m, y][cell] for m, y in zip(sizes, row, strict=True)) for cell in range(len(grid))]

    none = likelihood([0] * 6)
    seen = [[p / (1 - q) for p, q in zip(likelihood(row), none, strict=True)] for row in counts.values() if any(row)]
    law = [1 / len(grid)] * len(grid)
    for _ in range(ROUNDS + COHORT_ROUNDS):
        shares = [[w * p for w, p in zip(law, row, strict=True)] for row in seen]
        law = [sum(row[cell] / sum(row) for row in shares) / len(seen) for cell in range(len(grid))]
    law = [(1 - NO_LAW_HOLDS) * w + NO_LAW_HOLDS / len(grid) for w in law]
    for place, row in enumerate(counts.values()):
        weight = [w * p / (1 - q) for w, p, q in zip(law, likelihood(row), none, strict=True)]
        mean = sum(w * pi for w, (pi, _) in zip(weight, grid, strict=True)) / sum(weight)
        expected = (sum(row) + (population - sum(sizes)) * mean) / population
        assert found.value[place] == pytest.approx(expected, rel=1e-3)


def test_the_probability_of_a_verdict_is_that_of_its_own_posterior():
    """P(under t), P(top tenth) and P(under t and not in it) are those of counts drawn from a posterior computed apart."""
    sizes, population, t = np.array([1, 1, 1, 2, 3, 2, 4, 2]), 60, 1 / 12
    counts = np.array([[1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 2, 1, 0, 3, 1], [0, 0, 0, 0, 3, 1, 0, 0], [0] * 8])
    work, cluster = np.nonzero(counts)
    ones = np.ones(len(work), np.int64)
    lists = KnownLists(
        population=population,
        sizes=sizes,
        works=4,
        work=work,
        size=sizes[cluster],
        count=counts[work, cluster],
        times=ones,
    )
    found = citing_shares(lists, np.full(4, 1990), thresholds=(t,))
    pi, alpha = (a.ravel() for a in np.meshgrid(np.geomspace(0.5 / population, 0.9, RATES), SHAPES, indexing="ij"))
    # of y citations by m lists: negative binomial, from its generating ratio
    fits = np.ones((4, len(pi)))
    for row, ys in enumerate(counts.tolist()):
        for m, y in zip(sizes.tolist(), ys, strict=True):
            fits[row] *= (alpha / (alpha + m * pi)) ** alpha * (m * pi / (alpha + m * pi)) ** y
            fits[row] *= np.prod([(alpha + j) / (j + 1) for j in range(y)], axis=0)
    fits /= 1 - fits[3]
    law = np.full(len(pi), 1 / len(pi))
    for _ in range(ROUNDS + COHORT_ROUNDS):
        law = np.mean([law * fit / (law @ fit) for fit in fits[:3]], axis=0)
    law = (1 - NO_LAW_HOLDS) * law + NO_LAW_HOLDS / len(pi)
    rng, draws, unknown = np.random.default_rng(3), 40_000, population - int(sizes.sum())
    groups = unknown * sizes.sum() / (sizes**2).sum()
    drawn = np.empty((4, draws))
    for row, fit in enumerate(fits):
        cell = rng.choice(len(pi), draws, p=law * fit / (law @ fit))
        near = rng.gamma(alpha[cell] * groups, 1 / (alpha[cell] * groups))
        drawn[row] = counts[row].sum() + np.minimum(rng.poisson(unknown * pi[cell] * near), unknown)
    best = drawn[:3].max(axis=0)  # the top tenth of three works seen is one
    rare = drawn < t * population
    rng.shuffle(best)  # whom a work is held against are other draws than its own
    assert found.under[t] == pytest.approx(rare.mean(axis=1), abs=0.01)
    assert found.top_tenth == pytest.approx((drawn >= best).mean(axis=1), abs=0.04)
    assert found.neither[t] == pytest.approx((rare & (drawn < best)).mean(axis=1), abs=0.04)
    assert (found.neither[t] <= np.minimum(found.under[t], 1 - found.top_tenth) + 1e-12).all()


@given(case=cases(works=12), year=st.integers(2000, 2004))
def test_each_verdict_has_its_probability(case: Case, year: int):
    """What is counted is certain, what is said with 95 % has no less than 85 (two statements at once), the rest has none."""
    table = standing(case.graph(), era=f"{year}-").table
    silent = table["verdict"] == CANNOT_SAY
    assert table.loc[silent, "probability"].isna().all()
    assert table.loc[~silent, "probability"].between(0.85, 1).all()
    assert (table.loc[table["verdict"].str.contains(" of the "), "probability"] == 1).all()


def test_missed_citations_are_bounded():
    """With every citation found none is missed; the bound rises as fewer are found."""
    assert most_missed(np.array([0, 3, 10]), 0.999999).tolist() == [0, 0, 0]
    assert (most_missed(np.array([3]), 0.5) > most_missed(np.array([3]), 0.8)).all()


def field(folder: Path, rules: str = "", *, year: int = 2018, unknown: int = 0) -> kg.Graph:
    """A graph in a folder: thirty works of one meeting, of which some lists are unknown, citing one old work or another."""
    works = [Work(id=f"p{i}", title=f"Music {i}", year=year, venue="ISMIR") for i in range(30)]
    works += [Work(id="old", title="An early work", year=1989), Work(id="other", title="Other", year=1990)]
    listed = range(unknown, 30)
    batch = Batch(
        works=works,
        citations=[
            Citation(citing=f"p{i}", cited="old" if i % 10 == 5 else "other", source="made/up@1:x") for i in listed
        ],
        retrievals=[
            Retrieval(work=f"p{i}", list="references", outcome=Outcome.COMPLETE, source="made") for i in listed
        ],
    )
    folder.mkdir()
    with Store.create(folder / "graph.sqlite", name="field") as store, Writer.open(store.path, "test") as writer:
        writer.add(batch)
    (folder / "populations.toml").write_text(rules, encoding="utf-8")
    return kg.open_graph(str(folder))


def test_venues_and_years_are_found_by_themselves(tmp_path: Path):
    """Twenty works of one venue and year with known lists are a population, without anybody naming it."""
    graph = field(tmp_path / "g")
    (found,) = populations(graph)
    assert (found.name, found.size, found.known, found.whole) == ("ismir-2018", 30, 30, True)
    row = standing(graph, population="ismir-2018").table.loc["old"]
    assert (row["k"], row["n"], row["value"], row["verdict"]) == (3, 30, 0.1, "cited by 3 of the 30")
    assert not populations(field(tmp_path / "h", unknown=4))


def test_a_folder_names_its_own(tmp_path: Path):
    """Rules by venue, years and words of titles; a detection rate makes counts lower bounds, with an upper end above them."""
    rules = '["half found"]\nvenue = "ismir"\nyears = [2018, 2018]\nwords = ["music"]\ndetection = 0.8\nrule = "all of it"\n'
    graph = field(tmp_path / "g", rules)
    assert population(graph, "half found").detection == 0.8
    scores = standing(graph, population="half found")
    row = scores.table.loc["old"]
    assert row["low"] == row["value"] == 0.1 < row["high"]
    assert row["verdict"] == "cited by at least 3 of the 30"
    assert any("lower bound" in remark for remark in scores.remarks)


def test_a_work_for_which_every_text_was_searched_is_counted_exactly(tmp_path: Path):
    """Nothing was missed of it, whatever share of the other citations was found; among unknown lists too, and by name alone."""
    rules = '[half]\nvenue = "ismir"\nyears = [2018, 2018]\ndetection = 0.8\nsearched = ["old", "not here"]\nlabel = "ISMIR papers"\n'
    graph = field(tmp_path / "g", rules, unknown=1)
    scores = standing(graph, population="half")
    row = scores.table.loc["old"]
    assert row["k"] == 3
    assert row["n"] == row["population"] == 30
    assert row["value"] == row["low"] == row["high"] == row["least"] == row["most"] == 0.1
    assert (row["verdict"], row["probability"]) == ("cited by 3 of the 30", 1)
    assert str(graph.why("old", "standing", population="half")).splitlines()[1].strip() == (
        "cited by 3 of the 30 ISMIR papers, each of which was searched for it"
    )
    others = scores.table.drop(index="old")
    assert (others["high"] > others["low"])[others["k"] > 0].all()
    assert any("lower bound" in remark for remark in scores.remarks)


def test_a_named_population_is_not_found_again(tmp_path: Path):
    """A venue and year that the folder names keeps the works that the folder means, here those with a 1 in their title."""
    graph = field(tmp_path / "g", '[ismir-2018]\nvenue = "ismir"\nwords = ["1"]\n')
    assert [(one.name, one.size) for one in populations(graph)] == [("ismir-2018", 12)]


def test_info_tells_of_populations(tmp_path: Path):
    """What `kg info` reads from the store alone are the populations that the graph finds; those without works are left out."""
    rules = '[half]\nvenue = "ismir"\nwords = ["music", "1"]\ndetection = 0.8\nrule = "half of it"\n[none]\nyears = [1900, 1910]\n'
    graph = field(tmp_path / "g", rules)
    told = graph.info()
    found = [(p.name, p.known, p.size, p.detection, p.rule, p.source) for p in populations(graph) if p.size]
    assert [
        tuple(p[key] for key in ("name", "known", "works", "detection", "rule", "source"))
        for p in told.facts["populations"]
    ] == found
    assert [name for name, *_ in found] == ["half", "ismir-2018"]
    assert re.search(
        r"half +12 of 12 \(80% of their entries found\) +half of it\nismir-2018 +30 of 30 +the works of ISMIR, 2018",
        str(told),
    )
    assert kg.Graph.from_edges([("b", "a")]).info().facts["populations"] == []


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("[x]\ncolour = 1\n", "invalid population 'x'"),
        ("[x\n", "not valid TOML"),
        ("x = 1\n", "invalid"),
        ('[x]\nmembers = "nowhere.txt"\n', "invalid population 'x': .*nowhere.txt"),
        ('[x]\nvenue = "(ismir"\n', "invalid population 'x'"),
        ("[x]\nyears = 2018\n", "invalid population 'x'"),
    ],
)
def test_bad_rules_are_refused(tmp_path: Path, rules: str, said: str):
    """One clear line names the file and what is wrong in it."""
    graph = field(tmp_path / "g", rules)
    with pytest.raises(InputError, match=said):
        populations(graph)


def test_unknown_names_are_refused():
    """An unknown population or era names those there are; both at once are refused."""
    graph = CitationGraph.from_edges([("b", "a")], years={"a": 1990, "b": 2000})
    for options in ({"population": "nowhere"}, {"era": "nowhen"}, {"population": "x", "era": "1990-"}):
        with pytest.raises(InputError):
            standing(graph, **options)


ROW = (
    "k",
    "n",
    "value",
    "low",
    "high",
    "least",
    "most",
    "rank_low",
    "rank_high",
    "verdict",
    "probability",
    "population",
)


@pytest.mark.parametrize("options", [{"population": "ismir-2018"}, {"era": "2009-"}, {"era": "2009-", "reach": True}])
def test_each_row_is_reproduced_by_why(tmp_path: Path, options: dict[str, str | bool]):
    """The ranking and `why` tell the same of every work of a small graph."""
    graph = field(tmp_path / "g")
    ranked = graph.rank("standing", **options).as_dict()
    assert {row["id"] for row in ranked["rows"]} == {f"p{i}" for i in range(30)} | {"old", "other"}
    for row in ranked["rows"]:
        result = graph.why(row["id"], "standing", **options).as_dict()["result"]
        assert {name: row[name] for name in ROW} == {name: result[name] for name in ROW}


@pytest.mark.long
@pytest.mark.parametrize("options", [["--era", "2009-"], ["--population", "ismir-2018", "--reach"]])
def test_rows_of_the_bundled_graph_are_reproduced(kg_run, options: list[str]):
    """The commands, on the bundled graph: the works cited most and least."""
    ranked = kg_run("rank", "standing", *options, "--all", "--json").json()
    valued = [row for row in ranked["rows"] if row["value"] is not None]
    for row in (valued[0], valued[-1]):
        result = kg_run("why", row["id"], "standing", *options, "--json").json()["result"]
        assert {name: row[name] for name in ROW} == {name: result[name] for name in ROW}


def test_whole_populations_of_the_bundled_graph_are_counted(bundled_graph: kg.Graph):
    """k, n and the share of works in the populations whose lists are all known, by a count over the members."""
    held = bundled_graph._space.graph
    year_of = {id_: None if pd.isna(year) else int(year) for id_, year in held.works["year"].items()}
    cites: dict[str, set[str]] = {}
    for citing, cited in held.citations.itertuples(index=False, name=None):
        cites.setdefault(citing, set()).add(cited)
    whole = [p for p in populations(held) if p.whole]
    assert whole
    for each in whole:
        members = [(held.ids[i], bool(read)) for i, read in zip(each.works, each.read, strict=True)]
        table = standing(held, population=each.name).table
        for id_ in [*table.index[table["k"] > 0][:200], *table.index[:50]]:
            if (year := year_of[id_]) is None:
                continue
            able_ = [(m, read) for m, read in members if m != id_ and (year_of[m] or 0) >= year]
            k = sum(read and id_ in cites.get(m, set()) for m, read in able_)
            row = table.loc[id_]
            assert (row["k"], row["n"], row["population"]) == (k, sum(read for _, read in able_), len(able_))
            if able_:
                assert row["value"] == pytest.approx(k / len(able_))


def test_a_ranking_begins_with_what_is_known(tmp_path: Path, bundled_graph: kg.Graph):
    """The population, how many lists are known of how many, how many works are decided; then k of n in each row."""
    text = str(field(tmp_path / "g").rank("standing", population="ismir-2018"))
    assert text.splitlines()[0] == (
        "ismir-2018: the reference lists of 30 of 30 works are known, so those that cite a work are counted, not estimated, "
        "for each of 32 works they could cite"
    )
    assert "3 of 30 (10 %)   cited by 3 of the 30     counted" in text
    estimated = str(bundled_graph.rank("standing", era="2009-", top=3)).splitlines()
    assert "something can be said of" in estimated[0]
    assert "%, 90 %: " in estimated[2]


def test_a_graph_without_years_says_so():
    """No work is later than another: one sentence, and a reason for each work."""
    scores = standing(CitationGraph.from_edges([("b", "a")]))
    assert scores.headline.startswith("later: no work with a year belongs to it here")
    assert set(scores.table["reason"]) == {"undated"}


def test_an_interval_that_was_not_shown_to_hold_is_not_printed(tmp_path: Path):
    """With a third of the lists known a count has no interval but a reason; with most of them known it has one."""
    few, most = field(tmp_path / "few", unknown=20), field(tmp_path / "most", unknown=4)
    found = few.rank("citations_held", intervals=True).as_dict()
    row = next(row for row in found["rows"] if row["id"] == "other")
    assert row["interval"] is None
    assert "less than half of the reference lists that could cite it are known" in row["interval_reason"]
    assert "`kg rank standing`" in found["notes"][0]
    assert "unknown" in str(few.rank("citations_held", intervals=True, top=1))
    row = next(row for row in most.rank("citations_held", intervals=True).as_dict()["rows"] if row["id"] == "other")
    assert row["interval"][0] <= 30 <= row["interval"][1]
    assert row["interval_reason"] is None
    own = few.rank("standing", era="2009-", intervals=True).as_dict()["rows"]
    assert all(row["interval"] in (None, [row["low"], row["high"]]) for row in own)
