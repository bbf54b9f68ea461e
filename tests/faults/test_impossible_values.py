"""A graph into which something else wrote what cannot be: no command ends in a traceback, and what can be made of it is."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import kg
import kg.graph.writer
from kg.errors import StoreError
from kg.graph.store import Store
from kg.graph.topology import arrays_of

WORKS = (
    "id,title,year,date\na,Alpha work,1990,1990-05-01\nb,Beta work,2000,2000-02-03\nc,Gamma work,2010,\nd,Delta,2020,\n"
)
CITATIONS = "citing,cited\nb,a\nc,b\nc,a\nd,c\nd,a\n"
#: name -> what is written into the store, and what the message names
IMPOSSIBLE = {
    "year": ("UPDATE work SET year = 'in press' WHERE n = 1", "year in press of a"),
    "far year": ("UPDATE work SET year = 99999 WHERE n = 1", "year 99999 of a"),
    "day": ("UPDATE work SET year = 2021, date = '2021-02-31' WHERE n = 2", "date 2021-02-31 of b"),
    "first day": ("UPDATE work SET year = 0, date = '0000-01-01' WHERE n = 2", "year 0 of b"),
    "count": (f"UPDATE work SET reported_citations = '{10**30}' WHERE n = 1", "reported citations"),
    "title": ("UPDATE work SET title = x'ff00' WHERE n = 1", "title X'FF00' of a"),
    "id": ("UPDATE work SET id = x'ff00' WHERE n = 1", "id X'FF00' of"),
    "row": ("UPDATE work SET n = 999999999999 WHERE n = 4", "n 999999999999 of d"),
    "row below zero": ("UPDATE work SET n = -5 WHERE n = 4", "n -5 of d"),
    "no such work": ("INSERT INTO citation VALUES (1, 999, 1, 1, NULL, NULL, NULL, NULL)", "cited 999 of a -> row 999"),
    "text for works": ("INSERT INTO citation VALUES ('x', 'y', 1, 1, NULL, NULL, NULL, NULL)", "citing x of row x -> row y"),
    "times": ("UPDATE citation SET times = 'many'", "times many of"),
    "contexts": ("UPDATE citation SET contexts = 'no JSON'", "contexts no JSON of"),
    "intents": ("UPDATE citation SET intents = '[7]'", "intents [7] of"),
    "influential": ("UPDATE citation SET influential = 'maybe'", "influential maybe of"),
    "outcome": ("INSERT OR REPLACE INTO retrieval VALUES (1, 'references', 1, 'MAYBE', NULL, NULL)", "outcome MAYBE of a"),
    "length": ("INSERT OR REPLACE INTO retrieval VALUES (1, 'references', 1, 'COMPLETE', -7, '2021-02-31')", "reported -7 of a"),
    "fact": ("INSERT INTO fact VALUES (1, 'type', 1, x'ff')", "value X'FF' of a"),
    "figures": ("INSERT INTO fact VALUES (1, 'global figures', 1, 'no JSON')", "value no JSON of a"),
    "author": ("INSERT OR REPLACE INTO author VALUES (1, 0, x'ff')", "name X'FF' of a"),
    "concept": ("INSERT INTO concept VALUES (77, 'task', 'x', 'x')", "work 77 of row 77"),
    "claim": ("INSERT INTO claim_work VALUES ('none', 4, 'subject')", "claim none of d"),
    "run": ("UPDATE run SET started = x'ff'", "started X'FF' of the table run"),
    "resolution": ("INSERT INTO resolution VALUES ('t', 1, 'perhaps', 'a', 'm', 'r', 'high', NULL, NULL, NULL)", "status perhaps of"),
    "revision": ("UPDATE meta SET value = 'many' WHERE key = 'revision'", "value many of the table meta"),
    "name": ("UPDATE meta SET value = NULL WHERE key = 'name'", "value NULL of the table meta"),
}  # fmt: skip
#: how many values are left out, where not one
SEVERAL = dict.fromkeys(["contexts", "intents", "influential", "times"], 5)
SEVERAL |= {"length": 2, "first day": 2, "row": 4, "row below zero": 4}
COMMANDS = [
    "info", "show b", "search alpha", "map m.html --force", "rank pagerank", "forgotten", "path a d", "lineage d",
    "report r.html --force", "dossier b d.html --force", "main-path", "rpys", "claims --earlier 1980-2000 --later 2001-",
    "verify", "doctor", "snapshot s.json --force", "sparql SELECT(count(*)AS?n){?a?b?c}",
    *(f"export {form} out.{form} --force" for form in ("csv", "graphml", "gexf", "ttl", "bibtex", "ris", "csl", "parquet", "jsonld")),
]  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of four works."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "works.csv").write_text(WORKS, encoding="utf-8")
    (folder / "citations.csv").write_text(CITATIONS, encoding="utf-8")
    kg.ingest(folder / "citations.csv", works=folder / "works.csv", graph=str(folder / "g"), from_="none")
    return folder / "g"


def spoil(plain: Path, folder: Path, *statements: str) -> Path:
    """A copy of the graph, written to without its seal."""
    shutil.copytree(plain, folder)
    with closing(sqlite3.connect(folder / "graph.sqlite")) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()
    (folder / "graph.digest").unlink()
    return folder


@pytest.mark.parametrize(
    "name",
    [
        name if name in ("year", "day", "contexts") else pytest.param(name, marks=pytest.mark.long)
        for name in IMPOSSIBLE
    ],
)
def test_what_cannot_be_is_named_and_then_left_out(plain: Path, tmp_path: Path, name: str):
    """Opening it says what is wrong and what to do; `kg verify --repair` takes that alone out, lists it, and all can be read."""
    statement, told = IMPOSSIBLE[name]
    folder = spoil(plain, tmp_path / "g", statement)
    for write in (False, True):
        with pytest.raises(StoreError, match="that cannot be") as refused:
            Store.open(folder / "graph.sqlite", write=write)
    assert told in refused.value.message
    assert "kg verify --repair" in refused.value.hint
    assert kg.verify(folder, repair=True).well
    with Store.open(folder / "graph.sqlite") as store:
        works, citations = list(store.works()), list(store.citations())
        assert len(works) == len(arrays_of(store).years) == 4 - name.startswith("row")
        assert len(citations) == 5 - 2 * name.startswith("row")
        assert sum("impossible" in remark.reason for remark in store.remarks()) == SEVERAL.get(name, 1)
        assert list(store.retrievals())
        assert isinstance(store.name, str)
    assert kg.verify(folder).well


def test_a_graph_without_a_seal_is_looked_through_once(plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """And again when it was touched; while kg writes it, never."""
    path = spoil(plain, tmp_path / "g", "UPDATE work SET venue = 'x'") / "graph.sqlite"
    looks: list[Any] = []
    monkeypatch.setattr("kg.graph.store_file.impossible", lambda db: looks.append(db) or [])
    for expected in (1, 1):
        Store.open(path).db.close()
        assert len(looks) == expected
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE work SET venue = 'y'")
        db.commit()
    Store.open(path).db.close()
    assert len(looks) == 2
    with kg.graph.writer.Writer.open(path, "test"):
        Store.open(path).db.close()
    Store.open(path).db.close()
    assert len(looks) == 2


@pytest.mark.nightly
@pytest.mark.parametrize("repaired", [False, True])
def test_every_command_reads_it_or_says_why_not(
    plain: Path, tmp_path: Path, kg_here: Callable[..., Any], *, repaired: bool
):
    """All that cannot be, together: exit 6 and a line from every command (1 from `kg verify`); repaired, each works."""
    rows = ("row", "row below zero", "id", "revision", "name")
    statements = [statement for name, (statement, _) in IMPOSSIBLE.items() if name not in rows]
    folder, wrong = spoil(plain, tmp_path / "g", *statements), list[str]()
    if repaired:
        assert kg.verify(folder, repair=True).well
    for command in COMMANDS:
        done = kg_here(*command.split(" "), *([] if command == "doctor" else ["-g", "./g"]), code=None)
        codes = {0, 5} if repaired else {1} if command == "verify" else {6}
        fine = done.code in codes and (repaired or "cannot be" in done.err)
        wrong += [] if fine or command == "doctor" else [f"{command}: {done.code} {done.err[-300:]}"]
    print(f"{len(COMMANDS)} commands, {len(wrong)} failures")  # noqa: T201  (the counts are the result)
    assert not wrong, "\n".join(wrong)
