"""Credit check: who is missing, in which order and along which path; BibTeX that can be read again; the command."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_graphs import links_of, make, random_case, seeded

from kg.analysis.paths.credit_check import credit_check
from kg.build.lookup import works_listed
from kg.graph.folder import Workspace
from kg.ingest.readers.bibtex import read_bibtex
from kg.model import Work
from kg.output.export.bibtex import to_bibtex


def scored(edges, stamps, named):
    """The ancestors not named, with the score in the words of its definition."""
    links = links_of(edges, stamps)
    back = {w: {b for b, citing in links.items() if w in citing} for w in stamps}
    met, queue = set(named), list(named)
    for v in queue:
        queue += back[v] - met
        met |= back[v]
    rows = {w: {b for a, b in edges if a == w != b} for w in stamps}
    cited = {w: sum(w in row for row in rows.values()) for w in stamps}
    return {
        w: sum(
            (sum(cited[x] ** -0.5 for x in rows[c] & named) + (c in named)) / (len(rows[c]) + 1) ** 0.5
            for c in stamps
            if w in rows[c] and (rows[c] & named or c in named)
        )
        for w in met - named
    }


def test_ancestors_not_named_by_falling_score():
    """On random graphs: exactly the ancestors, scored as defined, each with a shortest usable path to a work named."""
    rng = seeded(61)
    seen = 0
    for _ in range(300):
        edges, stamps, _, first, second = random_case(rng)
        graph = make(edges, stamps)
        named = {first, second}
        found = credit_check(graph.arrays, [graph.number(w) for w in named])
        expected = scored(edges, stamps, named)
        assert {graph.ids[c.work]: round(c.score, 9) for c in found} == {w: round(s, 9) for w, s in expected.items()}
        assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
        links = links_of(edges, stamps)
        for c in found:
            path = [graph.ids[w] for w in c.path]
            assert (path[0], len(path) - 1) == (graph.ids[c.work], c.generation)
            assert path[-1] in named
            assert all(b in links[a] for a, b in itertools.pairwise(path))
            assert c.cited_by == sum((w, path[0]) in edges for w in named)
        seen += len(found)
    assert seen > 200


def test_a_work_left_out_tells_nothing():
    """Without a work, its list neither leads anywhere nor counts as a list like the bibliography."""
    graph = make([("n", "o"), ("n", "p"), ("m", "p")], {"o": "1990", "p": "1991", "m": "1999", "n": "2000"})
    o, p, m, n = map(graph.number, "opmn")
    assert [c.work for c in credit_check(graph.arrays, [n, m])] == [p, o]
    assert [c.work for c in credit_check(graph.arrays, [p, m], without=[n])] == []
    assert [c.work for c in credit_check(graph.arrays, [n], older_than=1991)] == [o]


@given(
    title=st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=30).filter(lambda t: t.strip()),
    author=st.text(st.characters(categories=("L",)), min_size=1, max_size=12),
)
def test_bibtex_comes_back_as_it_was(tmp_path_factory, title: str, author: str):
    """Titles of any letters and signs are read again as they were, under the same key."""
    work = Work(id="key1", title=title, authors=(f"{author}, X.",), year=1999, identifiers=("doi:10.1000/a_b",))
    path = tmp_path_factory.mktemp("bib") / "x.bib"
    path.write_text(to_bibtex([work]), encoding="utf-8")
    ((back,),) = [batch.works for batch in read_bibtex(path, source="x")]
    assert (back.id, back.year, back.identifiers) == ("key1", 1999, ("doi:10.1000/a_b",))


BIB = """
@misc{mv, title={A Hierarchical Latent Vector Model for Learning Long-Term Structure in Music}, author={Roberts, A.}, year=2018}
@misc{bb, title={BachBot: Automatic composition in the style of Bach chorales}, author={Liang, Feynman}, year=2016}
@misc{no, title={A treatise that no data set holds}, author={Nobody, B.}, year=2000}
"""


@pytest.mark.long
def test_the_command_lists_ancestors_with_paths_and_bibtex(kg_here, tmp_path: Path):
    """From a bibliography of the field: Todd and Eck, long before, with the way to them; what was not found is listed."""
    (tmp_path / "my.bib").write_text(BIB)
    run = kg_here("credit-check", "my.bib", "--older-than", 2009, "--top", 8, "--bibtex", "out.bib", "--json")
    answer = run.json()
    assert (answer["entries"], answer["found"], len(answer["not_found"])) == (3, 2, 1)
    assert "todd1989connectionist" in {row["id"] for row in answer["rows"]}
    for row in answer["rows"]:
        assert row["year"] < 2009
        assert (row["path"][0]["id"], len(row["path"])) == (row["id"], row["generation"] + 1)
        assert row["forgotten"]["judged"] or row["forgotten"]["reason"]
    assert (tmp_path / "out.bib").read_text() == answer["bibtex"]
    found = [work.id for _, work in works_listed(tmp_path / "out.bib", [Workspace.open().store]) if work]
    assert found == [row["id"] for row in answer["rows"]], "the BibTeX names the works it was written for"


def test_bibtex_is_printed_only_when_asked_for(kg_here, tmp_path: Path):
    """The table stands alone; `--bibtex -` prints the entries instead of it."""
    works = "id,year,title\na,1990,First\nb,2000,Second\nc,2016,A generative model for raw audio\n"
    (tmp_path / "edges.csv").write_text("citing,cited\nc,b\nb,a\n")
    (tmp_path / "works.csv").write_text(works)
    (tmp_path / "mine.bib").write_text("@misc{x, title={A Generative Model for Raw Audio}, year=2016}")
    kg_here("ingest", "edges.csv", "--works", "works.csv", graph="g")
    table = kg_here("credit-check", "mine.bib", "--top", 1, graph="g")
    assert "@" not in table.out
    assert "1 of 1 entry found in this graph" in table.err
    assert kg_here("credit-check", "mine.bib", "--top", 1, "--bibtex", "-", graph="g").out.startswith("@misc{b,")


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("@misc{x, title={Nothing any graph holds}, year=1999}", 5, "my.bib: its only entry is not in this graph"),
        ("a,b\nc,d\n", 2, "is a list of citations"),
    ],
)
def test_what_is_no_bibliography_of_this_graph_is_refused(kg_here, tmp_path: Path, text: str, code: int, told: str):
    """No entry found is exit 5; an edge list is exit 2."""
    name = "my.bib" if code == 5 else "edges.csv"
    (tmp_path / name).write_text(text)
    assert told in kg_here("credit-check", name, code=code).err
