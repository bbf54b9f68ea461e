"""The store and its writer: identity, transactions, locks, dumps."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kg.errors import InputError, StoreError
from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.library.verify import verify
from kg.model import Batch, Citation, Claim, Concept, Outcome, Remark, Retrieval, Work


@pytest.fixture
def store(tmp_path: Path):
    """Give a new, empty store."""
    (tmp_path / "g").mkdir()
    with Store.create(tmp_path / "g" / "graph.sqlite", name="g") as made:
        yield made


def put(store: Store, *batches: Batch) -> None:
    """Write batches, one transaction each."""
    with Writer.open(store.path, "test") as writer:
        for batch in batches:
            writer.add(batch)


def cite(citing: str, cited: str, source: str = "s", **more) -> Citation:
    """Make a citation."""
    return Citation(citing=citing, cited=cited, source=source, **more)


def test_a_work_is_found_by_any_spelling_of_its_identifiers(store: Store):
    """A DOI in capitals, an address of arXiv and the id itself all lead to the same work."""
    put(store, Batch(works=[Work(id="w", title="T", identifiers=("doi:10.1109/icnn.1988.23933", "arxiv:1609.03499"))]))
    for text in ("w", "10.1109/ICNN.1988.23933", "https://arxiv.org/abs/1609.03499v2", "arXiv:1609.03499"):
        found = store.find_by_id(text)
        assert found is not None
        assert found.id == "w"
    assert store.find_by_id("1609") is None


@pytest.mark.parametrize(
    "find",
    [
        lambda store: store.find_by_id("doi:10.1000/7"),
        lambda store: store.find_by_title("Title 7: a subtitle"),
        lambda store: store.find_by_title("Title 7"),
        lambda store: store.find_by_author_year("Author7", [1907]),
        lambda store: store.find_by_year([1907]),
    ],
)
def test_a_work_is_found_without_reading_all_works(store: Store, find):
    """Each way to find a work goes by an index: SQLite takes a few steps, not some for every work."""
    works = [
        Work(
            id=f"w{k}",
            title=f"Title {k}: a subtitle",
            authors=(f"Author{k}, A.",),
            year=1900 + k,
            identifiers=(f"doi:10.1000/{k}",),
        )
        for k in range(500)
    ]
    put(store, Batch(works=works))
    steps: list[int] = []
    store.db.set_progress_handler(lambda: steps.append(1), 100)
    found = find(store)
    store.db.set_progress_handler(None, 0)
    assert (found[0] if isinstance(found, list) else found).id == "w7"
    assert len(steps) <= 3


def test_two_records_of_one_identifier_are_one_work_and_both_ids_stay(store: Store):
    """A second source's record fills what was blank, overwrites nothing, and its id becomes an alias."""
    put(
        store,
        Batch(works=[Work(id="a", title="First title", identifiers=("doi:10.1000/x",))]),
        Batch(works=[Work(id="b", title="Other title", year=1988, authors=("A. B",), identifiers=("doi:10.1000/x",))]),
    )
    assert [w.id for w in store.works()] == ["a"]
    work = store.find_by_id("b")
    assert (work.id, work.title, work.year, work.authors) == ("a", "First title", 1988, ("A. B",))


def test_citations_by_an_alias_reach_the_work(store: Store):
    """A citation that names a work by another source's id is held once, at that work."""
    put(
        store,
        Batch(works=[Work(id="a", identifiers=("doi:10.1000/x",)), Work(id="c")], citations=[cite("c", "a")]),
        Batch(works=[Work(id="b", identifiers=("doi:10.1000/x",)), Work(id="c")], citations=[cite("c", "b", "t")]),
    )
    assert store.counts() == (2, 1)
    assert [(c.citing, c.cited, c.source) for c in store.citations()] == [("c", "a", "s"), ("c", "a", "t")]


def test_a_careless_key_of_two_titles_makes_two_works_with_their_own_citations(store: Store):
    """The second work gets a suffix, is listed, keeps its own citations, and a second reading finds it again."""
    batch = Batch(works=[Work(id="k", title="Pigeons"), Work(id="z")], citations=[cite("z", "k")])
    put(store, Batch(works=[Work(id="k", title="Sparrows")]), batch, batch)
    assert sorted(w.id for w in store.works()) == ["k", "k-2", "z"]
    assert [(c.citing, c.cited) for c in store.citations()] == [("z", "k-2")]
    assert "'Pigeons'" in next(store.remarks()).reason


def test_a_node_table_with_contradicting_titles_is_refused_whole(store: Store):
    """Both titles are named and nothing of the batch is kept."""
    batch = Batch(works=[Work(id="1", title="Pigeons"), Work(id="1", title="Sparrows")], strict=True)
    with Writer.open(store.path, "t") as writer, pytest.raises(InputError, match="'Pigeons' and 'Sparrows'"):
        writer.add(batch)
    assert store.counts() == (0, 0)
    assert store.revision == 0


def test_a_stub_gives_way_to_the_full_record(store: Store):
    """What was known only by its cited text takes title, authors and year of the record that has its id."""
    put(
        store,
        Batch(works=[Work(id="r", title="Todd, 1988 ...", stub=True, seed=True, identifiers=("doi:10.1000/x",))]),
        Batch(works=[Work(id="todd", title="A sequential network", year=1988, identifiers=("doi:10.1000/x",))]),
    )
    work = store.find_by_id("todd")
    assert (work.id, work.title, work.year, work.stub, work.seed) == ("r", "A sequential network", 1988, False, True)


def test_an_identifier_stays_with_its_first_work(store: Store):
    """Where two works claim one DOI under ids of their own, the first keeps it and the clash is listed."""
    put(
        store,
        Batch(works=[Work(id="a", title="A"), Work(id="b", title="B", identifiers=("doi:10.1000/x",))]),
        Batch(works=[Work(id="a", title="A", identifiers=("doi:10.1000/x",))]),
    )
    assert store.find_by_id("10.1000/x").id == "b"
    reason = "doi:10.1000/x is already assigned to 'B'; not added to 'A'"
    assert next(store.remarks()).reason == reason


def test_repeated_listings_of_one_source_are_duplicates_and_a_second_reading_adds_none(store: Store):
    """`times` counts listings; reading the same file again changes no count."""
    batch = Batch(works=[Work(id="a"), Work(id="b")], citations=[cite("b", "a", times=3), cite("b", "a", "t")])
    put(store, batch, batch)
    assert (store.counts(), store.duplicates()) == ((2, 1), 2)


def test_everything_comes_back(store: Store):
    """Records of every kind are read back as they were given."""
    work = Work(
        id="w",
        title="Título",
        authors=("Todd, P.", "李"),
        year=1989,
        date="1989-12-01",
        venue="CMJ",
        identifiers=("doi:10.1000/x",),
        seed=True,
        source="s",
        reported_references=3,
        reported_citations=9,
    )
    citation = cite("w", "w", method="pdf", contexts=("as in [1]",), intents=("methodology",), influential=True)
    retrieval = Retrieval(
        work="w", list="references", outcome=Outcome.CAPPED, source="s", reported=3, date="2026-01-01"
    )
    claim = Claim(id="c", statement="S", kind="first", place="p", article="a", roles=(("w", "subject"),))
    concept = Concept(work="w", scheme="task", label="composition", source="s")
    put(
        store,
        Batch(
            works=[work],
            citations=[citation],
            retrievals=[retrieval],
            claims=[claim],
            concepts=[concept],
            remarks=[Remark("line 3", "no id")],
        ),
    )
    assert list(store.works()) == [work]
    assert list(store.citations()) == [citation]
    assert list(store.retrievals()) == [retrieval]
    assert list(store.claims()) == [claim]
    assert list(store.concepts()) == [concept]
    assert list(store.remarks()) == [Remark("line 3", "no id")]


def test_the_best_outcome_of_several_sources_stands(store: Store):
    """A list one source lost and another has whole is COMPLETE."""
    put(
        store,
        Batch(
            works=[Work(id="w"), Work(id="v")],
            retrievals=[
                Retrieval(work="w", list="references", outcome=Outcome.FAILED, source="s"),
                Retrieval(work="w", list="references", outcome=Outcome.COMPLETE, source="t"),
            ],
        ),
    )
    assert store.outcome_counts() == {"COMPLETE": 1, "UNKNOWN": 1}


def test_a_second_writer_is_told_at_once(store: Store):
    """Only one process writes; the other gets a clear error and the first goes on."""
    with Writer.open(store.path, "first") as writer:
        with pytest.raises(StoreError, match="being written"), Writer.open(store.path, "x"):
            pass
        writer.add(Batch(works=[Work(id="a")]))
    assert store.counts() == (1, 0)


def test_a_failing_source_leaves_nothing_of_its_pages(store: Store):
    """add_all keeps every batch or none, and the writer can go on afterwards."""

    def pages():
        yield Batch(works=[Work(id="a")])
        raise InputError("broken on page 2")

    with Writer.open(store.path, "t") as writer:
        with pytest.raises(InputError, match="page 2"):
            writer.add_all(pages())
        assert not writer.has_id("a")
        writer.add(Batch(works=[Work(id="b")]))
    assert [w.id for w in store.works()] == ["b"]


def test_a_kill_at_any_moment_keeps_every_finished_batch(tmp_path: Path):
    """After kill -9 the store opens, holds whole batches only, and can be written again."""
    script = f"""
import sys
from pathlib import Path
from kg.model import Batch, Citation, Work
from kg.graph.writer import Writer
from kg.library.verify import verify
with Writer.open(Path({str(tmp_path)!r}) / "graph.sqlite", "t") as writer:
    for k in range(10**6):
        writer.add(Batch(works=[Work(id=f"{{k}}-{{j}}") for j in range(10)]))
        if k == 20:
            print("going", flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "going\n"
        os.kill(process.pid, signal.SIGKILL)
    with Store.open(tmp_path / "graph.sqlite", write=True) as store:
        works, _ = store.counts()
        assert works >= 210
        assert works == 10 * store.revision
        put(store, Batch(works=[Work(id="after")]))
        assert store.counts()[0] == works + 1


def test_a_file_that_is_no_store_is_named(tmp_path: Path):
    """A broken file and one of another version are told apart from a missing one."""
    (tmp_path / "graph.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="cannot be read"):
        Store.open(tmp_path / "graph.sqlite")
    (tmp_path / "other").mkdir()
    Store.create(tmp_path / "other" / "graph.sqlite", name="g").db.execute(
        "UPDATE meta SET value = 99 WHERE key = 'schema'"
    )
    with pytest.raises(StoreError, match="schema 99"):
        Store.open(tmp_path / "other" / "graph.sqlite")


def test_reading_never_writes(store: Store):
    """A store opened for reading refuses to change."""
    with Store.open(store.path) as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.db.execute("DELETE FROM work")


def test_the_index_follows_the_revision(store: Store):
    """A new batch makes the index stale; it is rebuilt and the old one goes."""
    put(store, Batch(works=[Work(id="a", year=1988), Work(id="b", year=2002)], citations=[cite("b", "a")]))
    folder = store.path.parent
    first = Workspace.open(str(folder)).arrays
    assert (first.meta["citations"], len(first)) == (1, 2)
    put(store, Batch(works=[Work(id="c")], citations=[cite("b", "a", "t")]))
    assert Workspace.open(str(folder)).arrays.meta["works"] == 3
    assert [p.name for p in (folder / "index").iterdir()] == [store.state]


def test_a_restored_store_does_not_read_the_index_of_another(store: Store):
    """A backup put back and written again has the revision of what was lost, but not its state."""
    folder = store.path.parent
    put(store, Batch(works=[Work(id="a"), Work(id="b")], citations=[cite("b", "a")]))
    with closing(sqlite3.connect(folder / "backup")) as backup:
        store.db.backup(backup)
    put(store, Batch(works=[Work(id="lost")]))
    assert len(Workspace.open(str(folder)).arrays) == 3
    store.db.close()
    for file in folder.glob("graph.sqlite*"):
        file.unlink()
    (folder / "backup").rename(folder / "graph.sqlite")
    with pytest.raises(StoreError, match="put another copy there"), Writer.open(folder / "graph.sqlite", "t"):
        pass
    assert verify(folder, accept=True).well
    with Writer.open(folder / "graph.sqlite", "t") as writer:
        writer.add(Batch(works=[Work(id="q"), Work(id="r")]))
    space = Workspace.open(str(folder))
    assert space.store.revision == 2
    assert len(space.arrays) == 4


def test_an_index_is_read_however_fast_another_process_saves(store: Store, monkeypatch: pytest.MonkeyPatch):
    """Something is saved after each building and before its index is read: the answer is of the state that is read then."""
    put(store, Batch(works=[Work(id="a")]))
    build, ids = Workspace._build_index, iter("bcdefghijklmnopqrstuvwxyz")

    def overtaken(space: Workspace, folder: Path) -> None:
        build(space, folder)
        put(store, Batch(works=[Work(id=next(ids))]))

    monkeypatch.setattr(Workspace, "_build_index", overtaken)
    space = Workspace.open(str(store.path.parent))
    assert len(space.arrays) == space.store.counts()[0] > 1


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_an_index_may_be_read_by_whom_the_graph_may(store: Store):
    """The folder of an index gets the permissions of any new folder, not those of a temporary one."""
    put(store, Batch(works=[Work(id="a")]))
    space = Workspace.open(str(store.path.parent))
    assert len(space.arrays) == 1
    made = store.path.parent / "another"
    made.mkdir()
    assert (store.path.parent / "index" / space.store.state).stat().st_mode == made.stat().st_mode


@pytest.mark.long
def test_a_damaged_index_is_rebuilt(store: Store):
    """A file cut short is noticed, whichever it is; nobody is told to delete anything."""
    put(store, Batch(works=[Work(id="a", year=1988), Work(id="b")], citations=[cite("b", "a")]))
    folder = store.path.parent
    for name in ("years", "rows", "reference_works", "meta.json"):
        index = folder / "index" / store.state
        assert len(Workspace.open(str(folder)).arrays) == 2
        (index / name).write_bytes(b"")
        assert list(Workspace.open(str(folder)).arrays.reference_works) == [0]


def test_only_one_of_two_first_writers_makes_the_graph(tmp_path: Path):
    """The loser is told and takes nothing away; folders of the user's own in that place stay."""
    (tmp_path / "g" / "rdf").mkdir(parents=True)
    (tmp_path / "g" / "rdf" / "mine.ttl").write_text("x")
    with Workspace.writing(f"{tmp_path}/g", "first") as (_, writer):
        with pytest.raises(StoreError, match="being written"), Workspace.writing(f"{tmp_path}/g", "second"):
            pass
        writer.add(Batch(works=[Work(id="a")]))
    assert Workspace.open(f"{tmp_path}/g").store.counts() == (1, 0)
    assert (tmp_path / "g" / "rdf" / "mine.ttl").exists()


def test_a_failed_first_ingest_leaves_a_folder_as_it_was(tmp_path: Path):
    """No empty graph stays behind in a folder that was there before."""
    (tmp_path / "g").mkdir()
    with pytest.raises(InputError), Workspace.writing(f"{tmp_path}/g", "t"):
        raise InputError("nothing to read")
    assert list((tmp_path / "g").iterdir()) == []


def test_a_writer_removes_a_graph_it_made_but_could_not_fill(tmp_path: Path):
    """Bad input leaves no empty graph behind; a graph that was there stays."""
    with pytest.raises(InputError), Workspace.writing(f"{tmp_path}/new", "t"):
        raise InputError("nothing to read")
    assert not (tmp_path / "new").exists()
    with Workspace.writing(f"{tmp_path}/kept", "t") as (_, writer):
        writer.add(Batch(works=[Work(id="a")]))
    with pytest.raises(InputError), Workspace.writing(f"{tmp_path}/kept", "t"):
        raise InputError("nothing to read")
    assert (tmp_path / "kept" / "graph.sqlite").exists()


def test_a_day_of_another_year_does_not_move_a_work_in_time(store: Store):
    """Sources give a year and the day of a preprint: the store keeps both, the index goes by the year."""
    put(
        store,
        Batch(
            works=[
                Work(id="a", year=2018, date="2017-11-14"),
                Work(id="b", date="2017-11-14"),
                Work(id="c", date="2017"),
            ]
        ),
    )
    assert [(w.year, w.date) for w in store.works()] == [(2018, "2017-11-14"), (2017, "2017-11-14"), (2017, None)]
    _, years, days, _ = store.dump_works()
    assert years.tolist()[:2] == [2018, 2017]
    assert (days.tolist()[0] < 0, days.tolist()[1] > 0) == (True, True)
