"""The queries that come with kg: the same rows in Oxigraph and rdflib, and the numbers of a naive count in Python."""

import random
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, parse_query_results

from kg.facts import Fact
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Claim, Concept, Outcome, Retrieval, Work
from kg.output.rdf.guard import check
from kg.output.rdf.query_process import run
from kg.output.rdf.ready import ready_queries
from kg.output.rdf.store import build, open_readonly
from kg.output.rdf.triples import ntriples
from kg.output.rdf.vocab import node

READY = ready_queries()
#: What the queries are asked about: works by their ids, and texts and numbers.
ASKED = {
    "author": "ann", "venue": "journal", "concept": "melo.", "since": 2005, "before": 2000, "cited": "w03", "citing": "w20", "first": "w26",
    "from": "w25", "new": "w25", "of": "w12", "old": "w03", "second": "w27", "to": "w03", "with": "w05", "work": "w04",
}  # fmt: skip
#: Two journals whose long names differ in their last letter: some stores sort by the beginning of a text.
VENUES = [f"Journal of Notes on Sounds, Networks, Melodies and Machines, Series {letter}" for letter in "AB"]


class Field:
    """A field of works that cite each other, with loops, cycles, works without years and unknown lists, and its two engines."""

    def __init__(self, home: Path, works: int, seed: int) -> None:
        draw = random.Random(seed)  # noqa: S311
        names = ["Ann A", "Bo B", "Cy C", "Di D"]
        self.works = {
            f"w{k:02}": Work(
                id=f"w{k:02}",
                title=f'The "{k}"' if k % 7 else "",
                year=None if k % 11 == 10 else 1980 + k * 36 // works,
                authors=tuple(draw.sample(names, k % 3)),
                venue=["", *VENUES][k % 3],
                facts=(
                    Fact("type", ["article", "review"][k % 2], "s"),
                    *((Fact("retracted", "2001-01-01", "t"),) if k == 5 else ()),
                    *((Fact("retracted", day, "s") for day in ("", "2003")) if k == 5 else ()),
                    *((Fact("retracted", "", "s"),) if k == 8 else ()),
                ),
                seed=k % 10 == 0,
                identifiers=(f"doi:10.1/{k}",) if k % 2 else (),
                source="st"[k % 2],
            )
            for k in range(works)
        }
        ids = sorted(self.works)
        pairs = {(a, b) for k, a in enumerate(ids) for b in draw.sample(ids[: k + 1], min(k, draw.randrange(4)))}
        self.pairs = sorted(
            pairs
            | {(ids[5], ids[5]), (ids[3], ids[8]), (ids[8], ids[3]), (ids[25], ids[13]), *list(pairwise(ids[12:16]))}
        )
        self.whole = {id_ for k, id_ in enumerate(ids) if k % 4 == 0}
        self.concepts = {id_: draw.sample(["melody", "rhythm", "harmony"], 2) for id_ in ids[::2]}
        batch = Batch(
            works=list(self.works.values()),
            citations=[Citation(citing=a, cited=b, source="s") for a, b in self.pairs],
            retrievals=[
                Retrieval(
                    work=id_,
                    list="references",
                    outcome=Outcome.COMPLETE if id_ in self.whole else Outcome.PARTIAL,
                    source=s,
                )
                for id_ in ids[::2]
                for s in "st"
            ],
            concepts=[
                Concept(work=w, scheme="task", label=c, source="s", label_in_source=f"{c[:4]}." if w < "w10" else c)
                for w, labels in self.concepts.items()
                for c in labels
            ],
            claims=[Claim(id="c", statement="S.", kind="first", place="1", article="A", roles=(("w01", "subject"),))],
        )
        with Store.create(home / "graph.sqlite", name="g") as store:
            with Writer.open(store.path, "test") as writer:
                writer.add(batch)
            self.oxigraph = open_readonly(build(store, home / "rdf").parent)
            self.rdflib = rdflib.Graph().parse(data="".join(ntriples(store)), format="nt")

    def text(self, name: str) -> str:
        """A ready query with its values in it."""
        terms = {
            asked: Literal(ASKED[asked]) if kind != "work" else NamedNode(node("work", "g", str(ASKED[asked])))
            for asked, (kind, _) in READY[name].asks.items()
        }
        return check(READY[name].text, {}, terms).text

    def rows(self, name: str) -> list[tuple[str | None, ...]]:
        """What Oxigraph gives."""
        found = parse_query_results(run(self.oxigraph, self.text(name))[1], QueryResultsFormat.JSON)
        return [tuple(None if term is None else term.value for term in row) for row in found]

    def year(self, id_: str) -> int | None:
        """The year of a work."""
        return self.works[id_].year

    def reached(self, id_: str) -> set[str]:
        """What a work leads back to."""
        found, todo = set(), [id_]
        while todo:
            here = todo.pop()
            new = {b for a, b in self.pairs if a == here} - found
            found |= new
            todo += new
        return found


@pytest.fixture(scope="module")
def field(tmp_path_factory) -> Field:
    """A field of 28 works."""
    return Field(tmp_path_factory.mktemp("field"), 28, seed=4)


@pytest.mark.parametrize("name", READY)
def test_both_engines_give_the_same_rows(field: Field, name: str):
    """Each ready query says what it answers, declares its own prefixes, finds something, and gives rdflib the same rows in the same order."""
    assert READY[name].about.endswith((".", ":"))
    assert all(f", the first {n}" in READY[name].about for n in re.findall(r"LIMIT (\d+)", READY[name].text))
    rows = field.rows(name)
    assert rows or name == "claims"
    assert [
        tuple(None if cell is None else str(cell) for cell in row) for row in field.rdflib.query(field.text(name))
    ] == rows


@pytest.mark.long
@pytest.mark.parametrize("name", READY)
def test_both_engines_agree_on_a_larger_field(large: Field, name: str):
    """The same of 150 works."""
    assert [
        tuple(None if cell is None else str(cell) for cell in row) for row in large.rdflib.query(large.text(name))
    ] == large.rows(name)


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Field:
    """A field of 150 works; the ids asked about are in it."""
    return Field(tmp_path_factory.mktemp("large"), 99, seed=5)


def first(rows) -> list[str]:
    """The first cell of each row."""
    return [row[0] for row in rows]


def test_lists_of_works_are_those_of_a_naive_search(field: Field):
    """Citing works, references, ancestors, descendants, works between: by following the pairs one by one."""
    pairs, reached = field.pairs, field.reached
    assert set(first(field.rows("citing"))) == {a for a, b in pairs if b == "w03"}
    assert set(first(field.rows("references"))) == {b for a, b in pairs if a == "w20"}
    assert set(first(field.rows("ancestors"))) == reached("w25") - {"w25"}
    descendants = {id_ for id_ in field.works if "w03" in reached(id_)} - {"w03"}
    assert set(first(field.rows("descendants"))) == descendants
    assert set(first(field.rows("between"))) == (reached("w25") & descendants) - {"w25", "w03"}
    assert set(first(field.rows("works-on"))) == {id_ for id_, labels in field.concepts.items() if "melody" in labels}
    assert set(first(field.rows("both-cite"))) == {b for a, b in pairs if a == "w26" and ("w27", b) in pairs}
    later = [id_ for id_ in field.works if (field.year(id_) or 0) >= 2005]
    lost = {i for i in field.works if (field.year(i) or 3000) < 2000} - set().union(*map(reached, later))
    assert set(first(field.rows("no-path-back"))) == lost
    assert lost


def test_counts_are_those_of_a_naive_count(field: Field):
    """Co-citation, coupling, citations received, years, authors, venues, wakes: counted from the pairs."""
    pairs, works = field.pairs, field.works
    got = Counter(b for _, b in pairs)
    assert {row[0]: int(row[3]) for row in field.rows("most-cited")} == dict(
        sorted(got.items(), key=lambda p: (-p[1], field.year(p[0]) or 0, p[0]))[:20]
    )
    together = Counter(b for a, b in pairs if (a, "w05") in pairs and b != "w05")
    assert {row[0]: int(row[3]) for row in field.rows("co-cited")} == together
    shared = Counter(a for a, b in pairs if ("w05", b) in pairs and a != "w05")
    assert {row[0]: int(row[3]) for row in field.rows("coupled")} == shared
    citing = Counter((field.year(a), a in field.whole) for a, b in pairs if b == "w03")
    assert sum(n for (_, known), n in citing.items() if known)
    assert sum(n for (_, known), n in citing.items() if not known)
    lists = Counter(field.year(id_) for id_ in field.whole)
    all_ = Counter(work.year for work in works.values() if work.year)
    assert field.rows("cited-each-year") == [
        (str(y), str(citing[y, True]), str(lists[y]), str(citing[y, False]), str(all_[y])) for y in sorted(all_)
    ]
    given, known = Counter(field.year(a) for a, _ in pairs), Counter(field.year(b) for _, b in pairs)
    assert field.rows("citations-per-year") == [
        (str(y), str(all_[y]), str(lists[y]), str(given[y]) if given[y] or lists[y] else "", str(known[y]))
        for y in sorted(all_)
    ]
    written = {name: {w.id for w in works.values() if name in w.authors} for name in ("Ann A", "Bo B", "Cy C", "Di D")}
    assert {(n, int(w), int(c)) for n, w, c in field.rows("authors")} == {
        (name, len(ids), sum(got[id_] for id_ in ids)) for name, ids in written.items()
    }
    assert {(v, int(n), int(c)) for v, n, c in field.rows("venues")} == {
        (v, sum(w.venue == v for w in works.values()), sum(got[w.id] for w in works.values() if w.venue == v))
        for v in VENUES
    }
    ages = Counter(field.year(a) - field.year(b) for a, b in pairs if field.year(a) and field.year(b))
    assert field.rows("citation-ages") == [(str(age), str(ages[age])) for age in sorted(ages)]
    ann = written["Ann A"]
    years = Counter(works[id_].year for id_ in ann)
    citers = Counter(field.year(a) for a in {a for a, b in pairs if b in ann})
    assert {(int(y), int(n), int(c)) for y, n, c in field.rows("author-each-year")} == {
        (y, years[y], citers[y]) for y in (years | citers) if y
    }
    beside = {
        name: {a for a, b in pairs if b in ann and any(x == a and y in ids for x, y in pairs)}
        for name, ids in written.items()
        if name != "Ann A"
    }
    assert {n: int(c) for n, c in field.rows("authors-co-cited")} == {n: len(found) for n, found in beside.items()}
    near = {i: {a for a, b in pairs if b == i and a != i} for i in works}
    wide = {
        i: {a for a, b in pairs if b in near[i] | ({i} if (i, i) in pairs else set()) and a != i} | near[i]
        for i in works
    }
    assert {row[0]: (int(row[3]), int(row[4])) for row in field.rows("wide-wake")} == {
        i: (len(near[i]), len(wide[i])) for i in works if near[i] and len(near[i]) <= 5
    }


def test_forgetting_by_sparql_alone_is_that_of_a_naive_count(field: Field):
    """Late first citations, works no longer cited and returns of a topic: from years, pairs and labels."""
    cited = {i: [field.year(a) for a, b in field.pairs if b == i and field.year(a)] for i in field.works}
    late = {i for i, years in cited.items() if years and (y := field.year(i)) and min(years) - y >= 10}
    assert set(first(field.rows("late-first-citations"))) == late
    over = {i for i, years in cited.items() if len(years) >= 3 and max(years) < 2005}
    assert set(first(field.rows("no-longer-cited"))) == over
    topic, then = set(field.concepts["w12"]), field.year("w12")
    back = {
        i
        for i, labels in field.concepts.items()
        if len(topic & set(labels)) >= 2 and (field.year(i) or 0) >= then + 10 and "w12" not in field.reached(i)
    }
    assert set(first(field.rows("returns"))) == back
    assert late
    assert "w13" not in late, "cited in 1995, a year before it appeared, and in 2012"
    assert cited["w13"] == [1995, 2012]
    assert back


@pytest.mark.parametrize("name", ["ancestors", "between", "citing", "works-in-venue", "works-on"])
def test_the_oldest_first_and_the_undated_last(field: Field, name: str):
    """No work without a year stands before one with a year; no query lists works by a year alone that may be missing."""
    years = [row[1] for row in field.rows(name)]
    dated = [year for year in years if year]
    assert years == sorted(dated) + [None] * (len(years) - len(dated))
    assert 0 < len(dated) < len(years)
    assert [n for n, q in READY.items() if "OPTIONAL { ?work kg:year ?year }" in q.text and "BY ?year" in q.text] == []


def test_retractions_have_the_day_and_the_year_of_the_work(field: Field):
    """The earliest day that a source gives, none where none is given; each work that cites it, or one row without."""
    for id_, day in (("w05", "2001-01-01"), ("w08", None)):
        rows = [row for row in field.rows("retracted") if row[0] == id_]
        assert {row[1:3] for row in rows} == {(str(field.year(id_)), day)}
        assert sorted(row[3] for row in rows) == sorted(a for a, b in field.pairs if b == id_)


def test_every_query_is_in_the_documentation():
    """docs/sparql.md names each with what it answers, and `kg sparql` has 25 and more."""
    page = (Path(__file__).parents[1] / "docs" / "sparql.md").read_text(encoding="utf-8")
    assert len(READY) >= 25
    assert [
        name for name in READY if not re.search(rf"\| `{name}` \|.*\| {re.escape(READY[name].about)} \|", page)
    ] == []
