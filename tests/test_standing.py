"""What share of later works cites a work: exact for whole populations, an interval that holds elsewhere."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases

import kg
from kg.analysis.base.citing_shares import KnownLists, citing_shares, enough, most_missed
from kg.analysis.metrics.standing import standing
from kg.analysis.populations import population, populations
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Outcome, Retrieval, Work


@given(case=cases(), year=st.integers(2001, 2006))
def test_a_whole_population_is_counted(case: Case, year: int):
    """Where every reference list is known, k, n and the share are those of a count over the members."""
    graph = case._replace(outcomes=dict.fromkeys(case.works, Outcome.COMPLETE)).graph()
    table = standing(graph, era=f"{year}-").table
    for work in case.works:
        own = case.year(work)
        members = [w for w in case.works if (y := case.year(w)) is not None and own is not None and y >= max(year, own)]
        citing = [w for w in members if work in case.references()[w]]
        row = table.loc[work]
        if own is None or not members:
            assert np.isnan(row["value"])
        else:
            assert (row["k"], row["n"], row["population"]) == (len(citing), len(members), len(members))
            assert row["value"] == row["low"] == row["high"] == len(citing) / len(members)


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
            population=3000, sizes=sizes, works=500, work=work, cluster=cluster, count=known[work, cluster]
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
        lists = KnownLists(
            population=900, sizes=np.full(40, 3), works=80, work=work, cluster=cluster, count=counts[of][work, cluster]
        )
        return citing_shares(lists, years[of])

    plain, turned = ask(np.arange(80)), ask(order)
    for name in ("k", "low", "high"):
        assert getattr(plain, name)[order].tolist() == getattr(turned, name).tolist()
    assert np.allclose(plain.value[order], turned.value, rtol=1e-9)


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
    assert any("lower bound" in remark for remark in scores.remarks)


@pytest.mark.parametrize(
    ("rules", "said"),
    [("[x]\ncolour = 1\n", "invalid population 'x'"), ("[x\n", "not valid TOML"), ("x = 1\n", "invalid")],
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
