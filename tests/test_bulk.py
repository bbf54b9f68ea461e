"""Bulk loads: works and citations saved by the million are those that one at a time would be."""

import errno
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.build.read_files import Report, counted
from kg.columns import CitationTable
from kg.errors import InputError, KgError, StoreError
from kg.facts import Fact
from kg.graph import insert
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.ingest.readers import edges, kg_tables
from kg.ingest.readers.text_files import open_text
from kg.model import Batch, Citation, Outcome, Retrieval, Work
from kg.pairs import Pairs


class OneByOne(Writer):
    """A writer that saves every work by itself."""

    def _add_works(self, works: Iterable[Work], at: dict[str, int], *, strict: bool) -> None:
        for work in works:
            self._add_work(work, at, strict=strict)


def one_by_one(path: Path, *, works: Path | None, source: str, closed: bool, strict: bool) -> Iterator[Batch]:
    """What `read_edges` yields, read row by row into one batch of records after another."""
    table = edges._WorkTable(works, source, strict) if works else None
    times: Counter[tuple[str, str]] = Counter()
    with open_text(path) as lines:
        rows = edges._Rows(path, lines, strict)
        header = rows.header
        named = edges.columns(header)
        if named is None:
            rows.with_first()
            named = edges.columns(rows.comment) if len(rows.comment) == len(header) else None
        if named is None and len(header) != 2:
            raise InputError(f"{path} is not an edge list: its first line does not name a citing and a cited column")
        new, old = named or (0, 1)
        for row in rows:
            if row[new].strip() and row[old].strip():
                times[row[new].strip(), row[old].strip()] += 1
            else:
                rows.skip("empty id")
    if not times:
        first = "".join(f"; {fault.where}: {fault.reason}" for fault in rows.remarks[:1])
        raise InputError(f"no citation in {path}{first}")
    known = edges._Edges(path, strict)  # refuses names of columns that are none of ours
    assert dict(known.numbers) == {id_: n for n, id_ in enumerate(dict.fromkeys(end for pair in times for end in pair))}
    held = table.works if table else {}
    if table:
        yield Batch(works=list(held.values()), remarks=table.rows.remarks, records=table.rows.records, strict=True)
    ends = dict.fromkeys(end for pair in times for end in pair)
    yield Batch(works=[Work(id=end, source=source) for end in ends if end not in held], strict=True)
    citing = {pair[0] for pair in times}
    lists = dict.fromkeys(citing, Outcome.COMPLETE)
    if closed:
        lists |= {end: Outcome.EMPTY for end in [*ends, *held] if end not in citing}
    yield Batch(
        citations=[Citation(citing=a, cited=b, source=source, times=k) for (a, b), k in times.items()],
        retrievals=[Retrieval(work=w, list="references", outcome=o, source=source) for w, o in lists.items()],
        remarks=rows.remarks,
        loops=sum(a == b for a, b in times),
        duplicates=sum(times.values()) - len(times),
        records=sum(times.values()) + len(rows.remarks),
        strict=True,
    )


def contents(path: Path) -> dict[str, list[tuple]]:
    """All rows of a store but the times of its runs, its indexes, and whether the search has the words of all works."""
    with Store.open(path, write=True) as store:
        store.db.execute("INSERT INTO work_text (work_text, rank) VALUES ('integrity-check', 1)")
        assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = [name for (name,) in store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {
            name: store.db.execute(f"SELECT * FROM {name}").fetchall()
            for name in tables
            if not name.startswith(("work_text_", "run", "meta"))
        }
        rows["indexes"] = store.db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY 1"
        ).fetchall()
        rows["text"] = store.db.execute("SELECT rowid, * FROM work_text").fetchall()
        rows["revision"] = [(store.revision,)]
        return rows


HELD = Batch(
    works=[
        Work(id="a", title="Cited text", stub=True, source="old"),
        Work(id="b", title="Held", authors=("Ada Lovelace",), year=1990, date="1989-12-31", source="old"),
        Work(id="h", title="Named otherwise", identifiers=("c", "doi:10.1/d"), year=1991, source="old"),
    ],
    citations=[
        Citation(citing="b", cited="a", source="edges.csv", times=2, method="by hand", influential=True),
        Citation(citing="h", cited="a", source="old", contexts=("As (a) says.",), intents=("background",)),
    ],
    retrievals=[Retrieval(work="b", list="references", outcome=Outcome.FAILED, source="edges.csv", reported=3)],
)

IDS = st.sampled_from(["a", "b", "c", "d", "e", "é", " a", "b ", "doi:10.1/d", '"a"', '"d, e"', "0001", "1", ""])
SPOILT = st.sampled_from(["a", "a,b,c", "", "  ", "# a", '"a,b', 'a"b,c', '"a"b,c', "\udcff,a", "\0,a", '"a\nb",c'])
LINES = st.lists(st.one_of(*[st.tuples(IDS, IDS).map(",".join)] * 4, SPOILT), max_size=25)
TABLE = st.lists(
    st.tuples(IDS, st.sampled_from(["1990", "0", "", "1990-13-01"]), st.sampled_from(["One", "", "Two", "one."])).map(
        ",".join
    ),
    max_size=8,
)
OPTIONS = st.fixed_dictionaries({"closed": st.booleans(), "strict": st.sampled_from([False, False, False, True])})


@pytest.mark.long
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.sampled_from(["citing,cited", "cited,citing", "# citing,cited", "a,b", "x,y", "work,note"]),
    lines=LINES,
    table=st.none() | TABLE,
    options=OPTIONS,
    held=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_a_bulk_load_gives_what_one_by_one_gives(
    tmp_path_factory, monkeypatch, header, lines, table, options, held, end
):
    """Every table, count and message is the same, whatever was in the graph before."""
    for module, name, value in ((insert, "_MANY", 2), (insert, "_PAGE", 3), (edges, "_BLOCK", 3), (edges, "_PAGE", 4)):
        monkeypatch.setattr(module, name, value)
    folder = tmp_path_factory.mktemp("both")
    path, works = folder / "edges.csv", folder / "works.csv" if table is not None else None
    path.write_bytes(end.join([header, *lines, ""]).encode("utf-8", "surrogateescape"))
    if works:
        works.write_text("\n".join(["id,date,title" if options["closed"] else "id,year,title", *table]), "utf-8")
    found = []
    for kind in (Writer, OneByOne):
        report, error = Report(), ""
        store = folder / kind.__name__ / "graph.sqlite"
        store.parent.mkdir()
        with kind.open(store, "test", name="g") as writer:
            writer.add(HELD if held else Batch(works=[Work(id="other")]))
            try:
                read = edges.read_edges if kind is Writer else one_by_one
                writer.add_all(counted(read(path, works=works, source=path.name, **options), report))
            except KgError as caught:
                error = str(caught)
            known = {name: writer.has_id(name) for name in ("a", "c", "é", "doi:10.1/d", "0001")}
        found.append(
            (error, known, (report.records, report.duplicates, report.loops) if not error else (), contents(store))
        )
    assert found[0] == found[1]


@given(
    pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2**31 - 1)), max_size=60),
    run=st.integers(1, 20),
    size=st.integers(1, 30),
)
def test_pairs_come_back_sorted_and_counted(pairs, run, size):
    """Whatever the length of runs and pages: every distinct pair once, in order, with how often it was added."""
    heap = Pairs(run)
    for k in range(0, len(pairs), 7):
        heap.add([a for a, _ in pairs[k : k + 7]], [b for _, b in pairs[k : k + 7]])
    for _ in range(2):  # they can be read again
        back = [row for page in heap.pages(size) for row in zip(*(column.tolist() for column in page), strict=True)]
        assert back == [(*pair, times) for pair, times in sorted(Counter(pairs).items())]


def test_no_space_for_temporary_files_is_one_line(tmp_path, monkeypatch):
    """Runs that cannot be kept stop the load with what to do, and nothing is saved."""

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("kg.pairs.tempfile.TemporaryFile", full)
    monkeypatch.setattr(edges, "_PAGE", 1)
    monkeypatch.setattr("kg.pairs.Pairs.__init__.__defaults__", (1,))
    (tmp_path / "edges.csv").write_text("citing,cited\nb,a\nc,a\n", "utf-8")
    with pytest.raises(StoreError, match="No space left") as caught:
        list(edges.read_edges(tmp_path / "edges.csv", source="x"))
    assert "TMPDIR" in caught.value.hint


@pytest.mark.parametrize("held", [False, True])
def test_columns_are_saved_as_records_are(tmp_path, held):
    """Works saved together and citations as columns are in the store as a batch of records is, in a new graph and in an old one."""
    works = [
        Work(id="doi:10.1/d", title="Named otherwise", authors=("Ada Lovelace", "B"), year=1991, source="x"),
        Work(id="new", title="New", identifiers=("arxiv:1",), facts=(Fact("type", "book", "x"),), source="x"),
        Work(id="b", title="Held", reported_citations=7, source="x"),
    ]
    times = {(0, 1): 2, (0, 2): 1, (1, 1): 1, (2, 1): 1}
    lists = [Retrieval(work="new", list="references", outcome=Outcome.PARTIAL, source="x", reported=4)]
    found = []
    for kind in (Writer, OneByOne):
        store = tmp_path / kind.__name__ / "graph.sqlite"
        store.parent.mkdir()
        with kind.open(store, "test", name="g") as writer:
            if held:
                writer.add(HELD)
            if kind is Writer:
                citing, cited = (np.array(column) for column in zip(*times, strict=True))
                ids, count = [work.id for work in works], np.array([*times.values()])
                table = CitationTable(works=ids, citing=citing, cited=cited, times=count, source="x")
                parts = ({"works": works}, {"table": table}, {"retrievals": lists})
                writer.add_all(Batch(**part, strict=True) for part in parts)
            else:
                records = [
                    Citation(citing=works[a].id, cited=works[b].id, source="x", times=n) for (a, b), n in times.items()
                ]
                writer.add(Batch(works=works, citations=records, retrievals=lists, strict=True))
        found.append(contents(store))
    assert found[0] == found[1]


def test_a_kill_in_mid_load_leaves_the_graph_as_it_was(tmp_path):
    """Works, citations and indexes are as before when the process dies between two pages."""
    store = tmp_path / "graph.sqlite"
    with Writer.open(store, "test", name="g") as writer:
        writer.add(HELD)
    before = contents(store)
    code = f"""
import os
from pathlib import Path
from kg.columns import CitationTable
from kg.graph import insert
from kg.graph.writer import Writer
from kg.model import Batch, Work

def batches():
    yield Batch(works=[Work(id=str(n), title=str(n)) for n in range(9)], strict=True)
    yield Batch(table=CitationTable(works=[*"012"], citing=[0, 1], cited=[1, 0], times=[1, 1], source="x"), strict=True)
    os.kill(os.getpid(), {int(signal.SIGKILL)})

insert._MANY = 2
with Writer.open(Path({str(store)!r}), "test") as writer:
    writer.add_all(batches())
"""
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    assert contents(store) == before


ROW = st.tuples(
    st.sampled_from(["a", "b", "'=c", "old-c", "none"]),
    st.sampled_from(["a", "b", "'=c"]),
    st.sampled_from(["s", "s", "s", "t"]),
    st.sampled_from(["", "", "", "by hand"]),
    st.sampled_from(["1", "1", "3", "0", "-1", "", "x", "99999999999999999999"]),
    st.sampled_from(["", "", "[]", '"[""As (a) says.""]"']),
).map(",".join)


@pytest.mark.long
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=8), held=st.booleans(), page=st.integers(1, 4))
def test_tables_of_kg_give_the_same_as_columns_and_as_records(tmp_path_factory, monkeypatch, rows, held, page):
    """Citations of which nothing else is said are saved as columns, in the same rows and counts, or with the same error."""
    monkeypatch.setattr(kg_tables, "_PAGE", page)
    folder = tmp_path_factory.mktemp("tables")
    tables = folder / "out"
    tables.mkdir()
    header = (
        "id,title,authors,year,date,venue,identifiers,stub,seed,source,outcome,reported_references,reported_citations"
    )
    works = [f"{id_},T {id_},,1990,,,{names},0,0,s,,," for id_, names in (("a", ""), ("b", ""), ("'=c", "old-c"))]
    (tables / "works.csv").write_text("\n".join([header, *works, ""]), "utf-8")
    (tables / "lists.csv").write_text("work,list,outcome,source,reported,date\na,references,EMPTY,s,,\n", "utf-8")
    (tables / "citations.csv").write_text("\n".join(["citing,cited,source,method,times,contexts", *rows, ""]), "utf-8")
    found = []
    for as_columns in (True, False):
        if not as_columns:
            monkeypatch.setattr(kg_tables, "_columns", lambda *_: None)
        report, error = Report(), ""
        store = folder / str(as_columns) / "graph.sqlite"
        store.parent.mkdir()
        with Writer.open(store, "test", name="g") as writer:
            writer.add(HELD if held else Batch(works=[Work(id="other")]))
            try:
                writer.add_all(counted(kg_tables.read_tables(tables, source="x"), report))
            except (KgError, KeyError, OverflowError) as caught:
                error = str(caught)
        found.append((error, (report.records, report.duplicates, report.loops) if not error else (), contents(store)))
    monkeypatch.undo()
    assert found[0] == found[1]
