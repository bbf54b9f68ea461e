"""Which of the missing reference lists would change most: by enumeration on small graphs, by revealing lists on larger ones."""

import math
import re
import shlex
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import Case, cases

import kg
from kg.analysis.metrics.standing import standing
from kg.analysis.next_lists import NextLists, next_lists
from kg.analysis.populations import later_works
from kg.cli import load
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Outcome, Retrieval, Work


def era(first: int) -> Era:
    """All works from a year on."""
    return Era(f"{first}-", first, 9999)


class Naive:
    """The same questions, answered with sets and loops: pairs by a search from each work, rates by counting one by one."""

    def __init__(self, case: Case, asked: list[str], first: int) -> None:
        self.case, self.cites = case, case.references()
        usable = {
            w: {c for c in cited if case.year(w) and case.year(c) and not case.later(c, w)}
            for w, cited in self.cites.items()
        }
        back = nx.DiGraph(usable)
        back.add_nodes_from(case.works)
        self.back = {w: {w} | nx.descendants(back, w) for w in case.works}
        self.asked = [x for x in asked if case.year(x) is not None]
        start = min((case.year(x) or 0 for x in self.asked), default=9999)
        dated = [w for w in case.works if (case.year(w) or 0) >= start]
        self.dated = dated
        self.later = [w for w in dated if (case.year(w) or 0) >= first]
        self.read = [w for w in self.later if case.known(w)]
        self.missing = [w for w in dated if not case.known(w)]
        through = {(x, y): self.through(x, y) for x in self.asked for y in self.later}
        self.open = {pair: lists for pair, lists in through.items() if lists}

    def could(self, w: str, x: str) -> bool:
        """Whether w is another work, not earlier than x."""
        return w != x and not self.case.later(x, w)

    def through(self, x: str, y: str) -> set[str]:
        """The missing lists that may hide a path from x to y."""
        if not self.could(y, x) or x in self.back[y]:
            return set()
        return {w for w in self.missing if w in self.back[y] and self.could(w, x)}

    def near(self, w: str, x: str) -> int:
        """Uncited, cited by works that cite nothing else that leads to x, by works that do, or by works that cite x itself."""
        citing = [cited for v, cited in self.cites.items() if w in cited and v != w]
        if any(x in cited for cited in citing):
            return 3
        if any(x in self.back[v] for cited in citing for v in cited - {w}):
            return 2
        return 1 if citing else 0

    def rates(self, leads: bool, later: bool = True) -> tuple[dict[tuple[str, str], float], dict[str, float], float]:
        """How likely each missing list cites (or leads to) each asked work, the information on each, and the shape.

        By the read lists of later works, or by the known ones of the others.
        """
        lists = self.read if later else [w for w in self.dated if self.case.known(w) and w not in self.later]
        able = {x: [w for w in lists if self.could(w, x)] for x in self.asked}
        did = {(w, x): x in (self.back[w] if leads else self.cites[w]) for x in self.asked for w in able[x]}
        mean = (sum(did.values()) + 1) / (len(did) + 1)
        share = {x: (sum(did[w, x] for w in able[x]) + 1) / (len(able[x]) + 1 / mean) for x in self.asked}
        ratio = {}
        for kind in range(4):
            alike = [(w, x) for w, x in did if self.near(w, x) == kind]
            ratio[kind] = (sum(did[pair] for pair in alike) + 1) / (sum(share[x] for _, x in alike) + 1)
        expected = {
            (w, x): share[x] * ratio[self.near(w, x)] for w, x in did
        }  # without authors each list is its own cluster
        excess = sum((did[pair] - e) ** 2 - e for pair, e in expected.items())
        shape = min(max(sum(e**2 for e in expected.values()) / max(excess, 1e-9), 0.05), 50)
        held = {x: 1 + sum(expected[w, x] / (1 + expected[w, x] / shape) for w in able[x]) for x in self.asked}
        likely = {
            (w, x): min(share[x] * ratio[self.near(w, x)], 1)
            for w in self.missing
            for x in self.asked
            if self.could(w, x)
        }
        return likely, held, shape

    def gains(self, above: list[str]) -> dict[str, tuple[int, float, float]]:
        """Of each missing list the pairs, the paths and the narrowing, where those above it are taken as known."""
        cites, held, shape = self.rates(leads=False)
        leads = {
            pair: p
            for later in (True, False)
            for pair, p in self.rates(True, later)[0].items()
            if (pair[0] in self.later) is later
        }
        unread = [w for w in self.later if w in self.missing]

        def more(w: str, x: str) -> float:
            e = cites.get((w, x), 0) * (w in unread)
            return e / (1 + e / shape)

        figures = {}
        for w in self.missing:
            pairs, paths = 0, 0.0
            for (x, _), lists in self.open.items():
                if w in lists:
                    pairs += 1
                    paths += leads[w, x] * math.prod(1 - leads[v, x] for v in above if v in lists)
            lost = [
                1 - math.sqrt(h / (h + more(w, x)))
                for x in self.asked
                for h in [held[x] + sum(more(v, x) for v in above)]
            ]
            figures[w] = (pairs, paths, sum(lost) / max(len(lost), 1))
        return figures


@given(case=cases(works=9), first=st.integers(2000, 2006), size=st.integers(1, 4))
def test_figures_and_order_are_those_of_an_enumeration(case: Case, first: int, size: int):
    """Open pairs, those through each list, paths, narrowing and the order, list after list, by sets and loops."""
    asked = case.works[:size]
    graph, naive = case.graph(), Naive(case, asked, first)
    found = next_lists(graph, [graph.number(x) for x in asked], later_works(graph, era(first)), top=9)
    assert (found.open_pairs, found.asked, found.later, found.known) == (
        len(naive.open), len(naive.asked), len(naive.later), len(naive.read)
    )  # fmt: skip
    above: list[str] = []
    for id_, row in found.table.iterrows():
        figures = naive.gains(above)
        assert (row["pairs"], row["outcome"]) == (figures[id_][0], str(case.outcomes[id_]))
        assert (row["paths"], row["narrowing"]) == pytest.approx(figures[id_][1:], rel=1e-4, abs=1e-7)
        best = max(paths + narrower for w, (_, paths, narrower) in figures.items() if w not in above)
        assert row["paths"] + row["narrowing"] == pytest.approx(best, rel=1e-4, abs=1e-7)
        above.append(str(id_))
    rest = [w for w, (pairs, _, narrower) in naive.gains([]).items() if pairs or narrower > 1e-12]
    assert sorted(above) == sorted(rest)
    assert found.missing == len(rest)


def field(seed: int) -> tuple[CitationGraph, list[str]]:
    """A generated field, all lists known, made up: 60 early works on two subjects, 60 works between and 400 later ones on eight."""
    rng = np.random.default_rng(seed)
    years = {f"old{i}": 1980 + i % 10 for i in range(60)} | {f"mid{i}": 1995 for i in range(64)}
    years |= {f"new{i}": 2010 + i % 7 for i in range(400)}
    rate = rng.lognormal(-3.5, 1, 60)
    edges = []
    for citing in years:
        of = int(citing[3:]) % 8
        if not citing.startswith("old"):
            edges += [(citing, f"old{i}") for i in range(60) if rng.random() < rate[i] * (4 if of == i % 2 else 0.1)]
        if citing.startswith("new"):
            edges += [(citing, f"mid{i}") for i in rng.choice(np.arange(of, 64, 8), 3, replace=False)]
            earlier = [w for w in (f"new{k}" for k in range(of, 400, 8)) if years[w] < years[citing]]
            edges += [(citing, str(w)) for w in rng.choice(earlier, min(2, len(earlier)), replace=False)]
    return CitationGraph.from_edges(edges, years=years), [f"old{i}" for i in range(60)]


def showing(whole: CitationGraph, unknown: set[str]) -> CitationGraph:
    """The field without some of its lists; early works are known to cite nothing."""
    edges = [(a, b) for a, b in whole.citations.itertuples(index=False, name=None) if a not in unknown]
    years = dict(zip(whole.ids, map(int, whole.years), strict=True))
    outcomes = {w: Outcome.EMPTY if w.startswith("old") else Outcome.COMPLETE for w in years if w not in unknown}
    return CitationGraph.from_edges(edges, years=years, outcomes=outcomes)


def told(graph: CitationGraph, asked: list[str]) -> tuple[int, np.ndarray]:
    """How many pairs have a path in a graph, and the logarithm of upper to lower end of each work's interval."""
    g = nx.DiGraph(list(graph.citations.itertuples(index=False, name=None)))
    pairs = sum(w.startswith("new") for x in asked if x in g for w in nx.ancestors(g, x))
    table = standing(graph, era="2010-").table.loc[asked]
    return pairs, np.log(table["high"] / table["low"]).where(table["low"] > 0).to_numpy()


@pytest.mark.parametrize(
    "fields", [pytest.param(2, marks=pytest.mark.long), pytest.param(4, marks=pytest.mark.nightly)]
)
def test_lists_named_first_tell_more_than_others(fields: int):
    """Fifteen lists revealed in generated fields: more paths than by any at random, and by `narrowing`, narrower intervals."""
    paths, narrower = Counter[str](), Counter[str]()
    for seed in range(fields):
        whole, asked = field(seed)
        rng = np.random.default_rng(seed)
        hidden = {f"new{i}" for i in rng.choice(400, 350, replace=False)} | {
            f"mid{i}" for i in rng.choice(64, 50, replace=False)
        }
        graph = showing(whole, hidden)
        works = [graph.number(x) for x in asked]
        table = next_lists(graph, works, later_works(graph, era(2010)), top=600).table
        before = told(graph, asked)
        unread = sorted(w for w in hidden if w.startswith("new"))
        for name, lists in (
            ("first", [*table.index[:15]]),
            ("narrowest", [*table.sort_values("narrowing", ascending=False, kind="stable").index[:15]]),
            ("random", rng.choice(sorted(hidden), 15, replace=False).tolist()),
            ("random later", rng.choice(unread, 15, replace=False).tolist()),
        ):
            after = told(showing(whole, hidden - set(lists)), asked)
            paths[name] += after[0] - before[0]
            narrower[name] += float(np.nanmean(before[1] - after[1]))
    assert paths["first"] > 1.5 * paths["random"] > 0
    assert narrower["narrowest"] > 1.2 * narrower["random later"] > 0


def stored(folder: Path, **also: str) -> kg.Graph:
    """A graph in a folder: twenty known lists of one author on an old work, and unknown ones of that author and of others."""
    works = [
        Work(id="old", title="Early thoughts on tides", year=1950, authors=("Ash, A.",)),
        Work(id="base", title="Moons", year=1960),
    ]
    works += [Work(id=f"k{i}", title=f"Known {i}", year=2000, authors=("Birch, B.",)) for i in range(20)]
    works += [Work(id=id_, title=f"On {id_}", year=2001, authors=(author,)) for id_, author in also.items()]
    known = [f"k{i}" for i in range(20)]
    citations = [Citation(citing=k, cited="old" if n % 2 else "base", source="made") for n, k in enumerate(known)]
    lists = [
        Retrieval(work=k, list="references", outcome=Outcome.COMPLETE, source="made") for k in [*known, "old", "base"]
    ]
    folder.mkdir(parents=True)
    with Store.create(folder / "graph.sqlite", name="tides") as store, Writer.open(store.path, "test") as writer:
        writer.add(Batch(works=works, citations=citations, retrievals=lists))
    return kg.open_graph(folder)


def named(graph: kg.Graph, **options: str) -> NextLists:
    """What is found."""
    return graph.next(work="old", **options).found


def test_a_list_of_a_new_author_tells_more_than_one_of_many(tmp_path: Path):
    """Twenty lists of one author count together: the next one of theirs narrows less than the first of somebody else."""
    table = named(stored(tmp_path / "g", same="Birch, B.", other="Cedar, C.")).table
    assert list(table.index) == ["other", "same"]
    # theirs cite it as often as those of others are expected to, so both are as likely to cite it
    assert table.loc["other", "narrowing"] > 1.3 * table.loc["same", "narrowing"] > 0


def test_likely_citers_tell_more():
    """An interval narrows most by a list cited together with the work asked about, or of a like title."""
    known = [f"k{i}" for i in range(30)]
    edges = (
        [(k, "old") for k in known[:6]] + [(k, "together") for k in known[:4]] + [(k, "apart") for k in known[20:24]]
    )
    edges += [(f"k{i}", f"k{i + 1}") for i in range(0, 6, 2)]
    years = dict.fromkeys([*known, "together", "apart"], 2000) | {"old": 1950}
    graph = CitationGraph.from_edges(edges, years=years, outcomes=dict.fromkeys(known, Outcome.COMPLETE))
    table = next_lists(graph, [graph.number("old")], later_works(graph, era(2000))).table
    assert table.loc["together", "narrowing"] > table.loc["apart", "narrowing"]
    titles = {k: f"tides and moons {k}" if i < 6 else f"rocks {k}" for i, k in enumerate(known)}
    titles |= {"old": "tides and moons", "like": "moons and tides again", "unlike": "rocks again"} | {
        f"x{i}": "bare stones" for i in range(400)
    }
    more = CitationGraph.from_edges(
        edges[:6],
        years=dict.fromkeys([*titles], 2000) | {"old": 1950},
        titles=titles,
        outcomes=dict.fromkeys(known, Outcome.COMPLETE),
    )
    found = next_lists(more, [more.number("old")], later_works(more, era(2000)), top=500).table
    assert found.loc["like", "narrowing"] > found.loc["unlike", "narrowing"]


def parses(command: str) -> bool:
    """Whether every command of a line is one of kg that its own parser reads."""
    import typer

    for part in command.split("; "):
        program, name, *words = shlex.split(part)
        assert program == "kg"
        group = typer.main.get_command(load([name]))
        with group.make_context("kg", [name, *words]) as context:
            _, one, rest = group.resolve_command(context, [name, *words])
            one.make_context(name, rest, parent=context)
    return True


def test_the_command_that_fetches_them_is_one_that_kg_reads(
    bundled_graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """With the same options, for a graph under ./graphs, one elsewhere and the bundled one; none for a graph made in Python."""
    monkeypatch.chdir(tmp_path)
    graph = stored(tmp_path / "graphs" / "my tides", other="Cedar, C.")
    answer = graph.next(work="old", era="2000-", top=3)
    assert answer.command == "kg next --fetch --work old --era 2000- --top 3 --graph 'my tides'"
    elsewhere = stored(tmp_path / "g", other="Cedar, C.").next().command
    bundled = bundled_graph.next(work="Todd 1989", population="ismir-2018", top=2).command
    assert (
        bundled
        == "kg demo; kg next --fetch --work todd1989connectionist --population ismir-2018 --top 2 --graph neural-music"
    )
    assert all(parses(command) for command in (answer.command, elsewhere, bundled))
    made = kg.Graph.from_edges(
        [("b", "a"), ("c", "b")], years={"a": 1990, "b": 2000, "c": 2001}, outcomes={"c": Outcome.COMPLETE}
    )
    assert made.next(work="a").command is None
    assert graph.as_of(2001).next(work="old").command is None


def test_the_command_line_says_what_python_says(tmp_path: Path, kg_here):
    """One JSON document with identifiers and figures; the text has the numbers, and a title where no identifier is known."""
    graph = stored(tmp_path / "graphs" / "g", same="Birch, B.", other="Cedar, C.")
    document = kg_here("next", "--work", "old", "--json", graph="g").json()
    assert document == graph.next(work="old").as_dict()
    assert [(row["id"], row["identifiers"], row["outcome"]) for row in document["rows"]] == [
        ("other", [], "UNKNOWN"), ("same", [], "UNKNOWN")
    ]  # fmt: skip
    assert (document["known"], document["later_works"], document["open_pairs"], document["missing"]) == (22, 24, 2, 2)
    out = kg_here("next", "--work", "old", graph="g").out
    assert "2 pairs of an asked and a later work have no known path between them" in out
    assert re.search(r"unknown +none: by title +2001 +other +On other", out)
    assert f"to fetch these lists from Semantic Scholar: {document['command']}" in out


def test_where_nothing_is_missing_or_dated_it_says_so():
    """No open question, no list: the answer says so; options that contradict each other are refused."""
    graph = kg.Graph.from_edges([("b", "a")], years={"a": 1990, "b": 2000}, closed=True)
    assert "no missing reference list of this graph bears on them" in str(graph.next(work="a"))
    assert kg.Graph.from_edges([("b", "a")]).next().as_dict()["rows"] == []
    assert "no work asked about has a year" in str(kg.Graph.from_edges([("b", "a")]).next())
    with pytest.raises(InputError, match="cannot be combined"):
        graph.next(population="x", era="1990-")
    with pytest.raises(InputError, match="unknown population"):
        graph.next(population="x")


def test_the_bundled_graph_names_lists_that_can_be_fetched(bundled_graph):
    """Twenty works, each cited by later ones, most of them with an identifier; the figures fall from list to list."""
    answer = bundled_graph.next()
    assert len(answer.works) == 20
    gain = answer.found.table["paths"] + answer.found.table["narrowing"]
    assert gain.is_monotonic_decreasing
    assert sum(bool(work.identifiers) for work in answer.works) >= 10
    assert answer.asked == "52 connectionist works"
