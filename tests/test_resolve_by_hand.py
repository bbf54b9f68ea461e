"""What a person decides about references: written down, followed at once, and stronger than anything found."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standins.s2_server import Corpus, StandIn

from kg.errors import InputError
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.ingest.readers.reference_text import parse_reference
from kg.ingest.resolve.overrides import FILE, Overrides, add_override
from kg.model import Batch, Citation, Outcome, Retrieval, Work

JAZZ = "Eck, D., & Schmidhuber, J. (2002). Finding temporal structure in jazz: Blues improvisation with LSTM networks."
LIST = f"""# On music
## References
- Todd, P. M. (1988). A sequential network design for musical applications.
- {JAZZ}
- Somebody, X. (1999). Something nobody knows about tape loops.
"""


@pytest.fixture
def made(tmp_path: Path, kg_here) -> str:
    """A graph with one reference found, one doubtful and one unknown."""
    (tmp_path / "list.md").write_text(LIST, encoding="utf-8")
    kg_here("ingest", "list.md", graph="mine")
    return "mine"


def statuses(kg_here, graph: str) -> dict[str, str]:
    """Reference's first word -> status and work."""
    rows = kg_here("resolve", "--all", "--json", graph=graph).json()["references"]
    return {row["text"].split(",")[0]: f"{row['status']} {row['id']}" for row in rows}


def test_doubtful_references_are_listed_with_scores_and_runner_up(made, kg_here):
    """The likely work, how well it fits and the next best stand in the review."""
    document = kg_here("resolve", "--review", "--json", graph=made).json()
    assert document["counts"] == {"review": 1, "stub": 1, "unresolved": 0, "resolved": 1}
    (row,) = document["references"]
    assert (row["text"], row["likely"], row["runner_up"]) == (JAZZ, "eck2002finding", "eck2002first")
    assert 0.8 < row["score"] < 0.95
    assert row["runner_up_score"] < row["score"]
    out = kg_here("resolve", "--review", graph=made).out
    assert "eck2002finding" in out
    assert "Todd" not in out


@pytest.mark.long
def test_a_decision_is_followed_at_once_and_again(made, kg_here, tmp_path):
    """The stub becomes the work chosen; a later ingest keeps to it; no stub is left over."""
    kg_here("resolve", "temporal structure in jazz", "eck2002finding", graph=made)
    kg_here("resolve", "tape loops", "none", graph=made)
    wanted = {
        "Todd": "resolved todd1988sequential",
        "Eck": "resolved eck2002finding",
        "Somebody": "stub somebody1999-ref",
    }
    assert statuses(kg_here, made) == wanted
    assert kg_here("show", "eck2002-ref", "--json", graph=made).json()["id"] == "eck2002finding"
    facts = kg_here("info", "--json", graph=made).json()
    assert (facts["stubs"], facts["seeds"]) == (1, 3)
    kg_here("ingest", "list.md", graph=made)
    assert statuses(kg_here, made) == wanted
    assert kg_here("info", "--json", graph=made).json()["works"] == facts["works"]


def test_a_file_written_by_hand_wins_over_what_is_found(kg_here, tmp_path):
    """A title, a DOI that is not held, and a refusal of a perfect match."""
    (tmp_path / "list.md").write_text(LIST, encoding="utf-8")
    folder = tmp_path / "graphs" / "mine"
    folder.mkdir(parents=True)
    (folder / FILE).write_text(
        "reference,work\nA sequential network design for musical applications,none\n"
        "Something nobody knows about tape loops,todd1989connectionist\n"
        f'"{JAZZ}",doi:10.9999/nowhere\n',
        encoding="utf-8",
    )
    rows = {r["text"][:4]: r for r in kg_here("ingest", "list.md", "--json", graph="mine").json()["references"]}
    assert {r["method"] for r in rows.values()} == {"override"}
    assert (rows["Todd"]["status"], rows["Some"]["status"], rows["Some"]["id"]) == (
        "stub",
        "resolved",
        "todd1989connectionist",
    )
    assert rows["Eck,"]["status"] == "stub"
    assert "doi:10.9999/nowhere, which is neither in this graph nor in its sources" in rows["Eck,"]["reason"]


@pytest.mark.long
def test_bad_decisions_are_refused_with_a_reason(made, kg_here, tmp_path):
    """No such reference, several, none named, no such work, the stub itself, a broken file."""
    assert "contains the words 'zzz'" in kg_here("resolve", "zzz", "none", graph=made, code=5).err
    (tmp_path / "more.md").write_text(
        "## References\n- Todd, P. M. (1989). A connectionist approach.\n", encoding="utf-8"
    )
    kg_here("ingest", "more.md", graph=made)
    assert "give more of their words" in kg_here("resolve", "Todd", "none", graph=made, code=2).err
    assert "no work was given" in kg_here("resolve", "jazz", graph=made, code=2).err
    kg_here("resolve", "jazz", "Nobody 1066", graph=made, code=5)
    assert (
        "is only the stub that stands for this reference"
        in kg_here("resolve", "tape", "somebody1999-ref", graph=made, code=2).err
    )
    assert not (tmp_path / "graphs" / made / FILE).exists()
    (tmp_path / "graphs" / made / FILE).write_text("title;id\n", encoding="utf-8")
    assert "its first line must be" in kg_here("ingest", "list.md", graph=made, code=2).err


def test_a_graph_without_references_says_so(kg_here):
    """The bundled graph was not made from references."""
    assert "not built from an article or a bibliography" in kg_here("resolve", code=5).err


def test_a_stub_taken_for_a_work_leaves_nothing_behind(tmp_path: Path):
    """Citations, outcomes and ids of the stub become the work's; double ones are held once."""
    works = [
        Work(id=i, title=f"The title of {i} itself", year=2000, stub=i == "s", identifiers=("doi:10.1/s",) * (i == "s"))
        for i in "abs"
    ]
    batch = Batch(
        works=works,
        citations=[
            Citation(citing=c, cited=d, source="x") for c, d in (("a", "s"), ("b", "s"), ("a", "b"), ("s", "a"))
        ],
        retrievals=[Retrieval(work="s", list="citations", outcome=Outcome.COMPLETE, source="x")],
    )
    with Writer.open(tmp_path / "graph.sqlite", "test", name="t") as writer:
        writer.add(batch)
        writer.add(Batch(joins=[("s", "b")]))
        store = writer.store
        assert [w.id for w in store.works()] == ["a", "b"]
        assert sorted((c.citing, c.cited) for c in store.citations()) == [("a", "b"), ("b", "a"), ("b", "b")]
        assert [(r.work, r.outcome) for r in store.retrievals()] == [("b", Outcome.COMPLETE)]
        assert [w.id for name in ("s", "doi:10.1/s") if (w := store.find_by_id(name))] == ["b", "b"]
        writer.add(Batch(joins=[("a", "b")]))  # a double goes the same way
        assert [w.id for w in store.works()] == ["b"]
        assert writer.joined == [("b", "a")]
    assert (
        not Store.open(tmp_path / "graph.sqlite")
        .db.execute("SELECT 1 FROM work_text WHERE title LIKE '%of s itself'")
        .fetchall()
    )


@pytest.mark.long
@given(st.text(min_size=1), st.text(alphabet='abc:,"\n é', min_size=1).filter(str.strip))
def test_a_decision_survives_the_file(tmp_path_factory, title, work):
    """Whatever the text, what was decided is read back for that reference, and the last word stands."""
    folder = tmp_path_factory.mktemp("overrides")
    reference = parse_reference(f"{title} knownword")
    add_override(folder, reference.text, "none")
    add_override(folder, reference.text, work.strip())
    assert Overrides.read(folder).of(reference) == work.strip()


def test_a_broken_line_is_named(tmp_path: Path):
    """A line without a decision is refused by its number."""
    (tmp_path / FILE).write_text("reference,work\na title here,\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        Overrides.read(tmp_path)


def test_decisions_steer_a_crawl(tmp_path: Path, kg_here, monkeypatch):
    """A reference nobody could find is looked up by the identifier given; one refused by hand is never asked for."""
    works = [
        Work(
            id=i,
            title=f"The remarkable case of {i} alone",
            year=2000,
            authors=("Ada Berg",),
            identifiers=(f"doi:10.1000/{i}",),
        )
        for i in "AB"
    ]
    (tmp_path / "list.md").write_text(
        "## References\n- Berg, A. (2000). An unheard-of case entirely.\n- Berg, A. (2000). The remarkable case of B alone.\n",
        encoding="utf-8",
    )
    folder = tmp_path / "graphs" / "mine"
    folder.mkdir(parents=True)
    (folder / FILE).write_text(
        "reference,work\nAn unheard-of case entirely,10.1000/A\nThe remarkable case of B alone,none\n", encoding="utf-8"
    )
    monkeypatch.setenv("S2_API_KEY", "key-of-this-test")
    with StandIn(Corpus.from_records(works, [])) as server:
        run = kg_here("ingest", "list.md", "--from", "s2", "--s2-url", server.url, "--json", graph="mine")
        assert not any("match" in request.path or "search" in request.path for request in server.log)
    first, second = run.json()["references"]
    assert (first["status"], first["id"], first["method"]) == ("resolved", "doi:10.1000/a", "override")
    assert (second["status"], second["method"]) == ("stub", "override")
