"""Whatever is damaged in a graph's folder, an answer is right, or the damage is named; `kg verify` tells it, --repair mends what it can.

Flipped bits, pages of zeros, cut, doubled and exchanged files, in `index/`, `rdf/` and `graph.sqlite` of three graphs. Most
questions are asked in this process; of some damages the commands are processes of their own, whose memory is measured.
"""

import gc
import json
import os
import random
import shutil
import sqlite3
import stat
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED

import kg
from faults.process import kg as run
from kg.errors import StoreError
from kg.library.graph import Graph

PAGE = 4096
Right = dict[tuple[str, bool], str]  # a question, and whether a process was asked -> the answer
QUERY = "SELECT (COUNT(*) AS ?n) (MAX(STR(?a)) AS ?last) { ?a cito:cites ?b }"
#: what is asked, as a function and as a command; {new} and {old} are two works that a path leads between
QUESTIONS: dict[str, tuple[Callable[[Graph, str, str], Any], list[str]]] = {
    "info": (lambda g, _n, _o: g.info(), ["info", "--json"]),
    "show": (lambda g, new, _o: g.show(new), ["show", "{new}", "--json"]),
    "rank": (lambda g, _n, _o: g.rank("pagerank", top=20), ["rank", "pagerank", "--top", "20", "--json"]),
    "path": (lambda g, new, old: g.path(old, new), ["path", "{old}", "{new}", "--json"]),
    "sparql": (lambda g, _n, _o: g.sparql(QUERY), ["sparql", QUERY, "--json"]),
}
#: of 20 damages of a kind, how many are of which graph: RDF of a large one takes long to make
OF = {
    "store": ["bundled"] * 4 + ["real"] * 6 + ["small"] * 10,
    "index": ["bundled"] * 4 + ["real"] * 6 + ["small"] * 10,
    "rdf": ["bundled"] + ["real"] * 2 + ["small"] * 17,
}

#: what was made for the tests of this file
GRAPHS: dict[tuple[Path, str], tuple[Path, str, str]] = {}


def made(place: Path, name: str) -> tuple[Path, str, str]:
    """A graph with index and RDF in a new folder, and two works that a path leads between."""
    if name == "bundled":
        shutil.copytree(kg.open_graph()._space.folder, place / name)
    files = {
        "bundled": [],
        "small": ["small.csv", "more.csv"],
        "real": [str(SHARED / "data" / "cora" / "edges.csv.gz")],
    }[name]
    if name == "small":
        rows = "".join(f"w{n},w{n // 2}\nw{n},w{n // 3}\n" for n in range(1, 120))
        (place / "small.csv").write_text(f"citing,cited\n{rows}", encoding="utf-8")
        (place / "more.csv").write_text("citing,cited\nz,w119\n", encoding="utf-8")
    elif name == "real" and not Path(files[0]).exists():
        print("no real data: its graph is a generated one of 3,000 works")  # noqa: T201
        drawn = random.Random(5)  # noqa: S311
        cited = (f"{n},{drawn.randrange(max(n - 200, 0), n)}" for n in range(1, 3000) for _ in range(3))
        (place / "generated.csv").write_text("\n".join(["citing,cited", *cited]), encoding="utf-8")
        files = ["generated.csv"]
    for file in files:
        assert run(place, "ingest", file, "--graph", f"./{name}").code == 0
    graph = kg.open_graph(place / name)
    graph.sparql(QUERY)
    return place / name, *_linked(graph)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where graphs are made."""
    return tmp_path_factory.mktemp("damages")


def _linked(graph: Graph) -> tuple[str, str]:
    """A work that is cited, and one that cites a work that cites it."""
    cites = dict(zip(graph.citations["citing"], graph.citations["cited"], strict=True))
    return min((cites[cited], citing) for citing, cited in cites.items() if cites.get(cited, citing) != citing)


def damage(drawn: random.Random, file: Path, others: list[Path]) -> tuple[str, Callable[[], object]]:
    """A way to damage a file: its name, and what does it, which may be called again."""
    right = file.read_bytes()
    while True:
        how = drawn.choice(["bits", "page", "cut", "doubled", "swapped", "another", "random", "gone", "locked"])
        made: bytes | None = right
        if how == "bits":
            content = bytearray(right or b"\0")
            for _ in range(drawn.randint(1, 3)):
                content[drawn.randrange(len(content))] ^= 1 << drawn.randrange(8)
            made = bytes(content)
        elif how == "page":
            at = drawn.randrange(len(right) // PAGE + 1) * PAGE
            made = right[:at] + bytes(len(right[at : at + PAGE])) + right[at + PAGE :]
        elif how == "cut":
            made = right[: drawn.randrange(len(right) + 1)]
        elif how == "doubled":
            made = right * 2
        elif how == "swapped":
            size = min(PAGE, len(right) // 2) or 1
            a, b = sorted(drawn.randrange(len(right) // size + 1) * size for _ in range(2))
            if a + size <= b and b + size <= len(right):
                made = right[:a] + right[b : b + size] + right[a + size : b] + right[a : a + size] + right[b + size :]
        elif how == "another" and others:
            other = drawn.choice(others).read_bytes() or b"\0"
            made = (other * (len(right) // len(other) + 1))[: len(right)]
        elif how == "random":
            made = drawn.randbytes(len(right))
        elif how == "gone":
            made = None
        elif how == "locked" and os.geteuid():
            return how, partial(file.chmod, 0)
        if made is None:
            return how, file.unlink
        if made != right:
            return how, partial(file.write_bytes, made)


def files_of(folder: Path, kind: str) -> list[Path]:
    """What can be damaged: files that only keep note of a check, or of the newest state, are not asked for."""
    if kind == "store":
        return [folder / "graph.sqlite"]
    return sorted(
        file
        for file in (folder / kind).rglob("*")
        if file.is_file() and file.name not in {"checked", "current", "model"}
    )


def rows_of(file: Path) -> list[Any]:
    """Every row of a store."""
    with closing(sqlite3.connect(file)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return [sorted(map(repr, db.execute(f"SELECT * FROM {name}"))) for name in names if "work_text_" not in name]


def asked(folder: Path, new: str, old: str, question: str, *, process: bool) -> tuple[str, str, str]:
    """Ask a question: the answer, what was said beside it, and what is wrong with how it ended."""
    call, words = QUESTIONS[question]
    if process:
        done = run(
            folder.parent,
            *(word.format(new=new, old=old) if "?" not in word else word for word in words),
            "--graph",
            str(folder),
        )
        wrong = done.fault(frozenset({0, 6}), seconds=30)
        return (json.dumps(json.loads(done.out)) if done.code == 0 else "", done.err.decode(), wrong)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            answer = json.dumps(json.loads(call(kg.open_graph(folder), new, old).to_json()))
        except StoreError as error:
            return "", error.message, ""
        except Exception as error:  # noqa: BLE001  (anything else is what is looked for)
            return "", "", f"{type(error).__name__}: {error}"
        return answer, " ".join(str(warning.message) for warning in said), ""


class Case:
    """One damage of a graph."""

    def __init__(self, kind: str, graph: tuple[Path, str, str], others: list[Path], seed: int, right: Right) -> None:
        self.drawn = random.Random(f"{kind} {graph[0].name} {seed}")  # noqa: S311
        (self.source, self.old, self.new), self.kind, self.right = graph, kind, right
        self.process = seed % 10 == 3
        self.folder = self.source.with_name("damaged")
        self.target = self.drawn.choice(files_of(self.folder, kind))
        how, self.damage = damage(self.drawn, self.target, others)
        self.what = f"{self.source.name} {self.target.name} {how} ({seed})"

    def faults(self) -> Iterator[str]:
        """Everything that is not as it should be after the damage."""
        check = {"index": "index", "rdf": "RDF", "store": "store"}[self.kind]
        self.damage()
        if not (named := self._named(check)):
            yield "kg verify does not name it"
        questions = list(QUESTIONS)
        if self.kind == "index" and not (self.process and self.source.name == "small"):
            questions.remove("sparql")  # which reads no index, and would take long to make the RDF
        self.drawn.shuffle(questions)
        said = ""
        slow = self.kind == "rdf" and self.source.name == "bundled"
        for question in ["sparql"] if slow else questions:
            answer, told, wrong = asked(self.folder, self.new, self.old, question, process=self.process)
            said += told
            if wrong:
                yield f"{question}: {wrong}"
            elif answer and answer != self.right[question, self.process]:
                yield f"{question}: a wrong answer"
            elif not answer and not (self.kind == "store" and "graph.sqlite" in told):
                yield f"{question}: no answer: {told}"
            elif answer and self.kind == "store":
                yield f"{question}: an answer from a damaged store"
        if self.kind != "store":
            if "built again" not in said:
                yield f"it is not said that it was built again: {said}"
            self.damage()  # what was built again, so that --repair has something to mend
        if not (slow and self.drawn.random() < 0.5):
            yield from self._repaired(named)

    def _named(self, check: str) -> bool:
        try:
            return bool(dict(kg.verify(self.folder).checks)[check])
        except StoreError as error:
            return "graph.sqlite" in error.message

    def _repaired(self, named: bool) -> Iterator[str]:
        before = self.target.read_bytes() if self.kind == "store" and os.access(self.target, os.R_OK) else None
        try:
            done = kg.verify(self.folder, repair=True)
        except StoreError as error:
            if self.kind != "store":
                yield f"--repair: {error.message}"
            return
        self.what += ", mended" if done.well else ", told"
        if not done.well:
            if self.kind != "store":
                yield f"--repair does not mend it: {done.checks}"
            elif self.target.read_bytes() != before:
                yield "--repair changed what it cannot mend"
        elif not done.repaired and named:
            yield "--repair does not say what it did"
        elif self.kind == "store" and rows_of(self.target) != rows_of(self.source / "graph.sqlite"):
            yield "--repair lost rows"
        elif self.kind == "store":
            answer, told, wrong = asked(self.folder, self.new, self.old, "show", process=False)
            if wrong or answer != self.right["show", False]:
                yield f"after --repair: {wrong or told or 'a wrong answer'}"


@contextmanager
def copied(graph: tuple[Path, str, str], kind: str) -> Iterator[None]:
    """A copy of a graph beside it, with the part that is to be damaged."""
    copy = graph[0].with_name("damaged")
    without = {"index": ["rdf"], "rdf": [], "store": ["index", "rdf"]}[kind]  # what is not asked for costs no time
    shutil.copytree(graph[0], copy, ignore=shutil.ignore_patterns(*without))
    try:
        yield
    finally:
        gc.collect()  # closes the files of the graphs that were asked
        for file in copy.rglob("*"):
            file.chmod(file.stat().st_mode | stat.S_IRUSR | stat.S_IWUSR)
        shutil.rmtree(copy)


@pytest.mark.parametrize("kind", ["store", "index", "rdf"])
@pytest.mark.parametrize(
    "count",
    [pytest.param(5, marks=pytest.mark.long, id="some"), pytest.param(200, marks=pytest.mark.nightly, id="all")],
)
def test_no_damage_passes_for_facts(place: Path, kind: str, count: int):
    """Answers are right, or refused by name; verify names what is damaged; --repair mends what is derived and nothing else."""
    of = OF[kind] if count >= 20 else ["small"]
    rights: dict[str, Right] = {}
    graphs = {
        name: GRAPHS.get((place, name)) or GRAPHS.setdefault((place, name), made(place, name))
        for name in dict.fromkeys(of)
    }
    wrong, ends = [], Counter[str]()
    for seed in range(count):
        name = of[seed % len(of)]
        graph = graphs[name]
        folder, old, new = graph
        if name not in rights:
            with copied(graph, "rdf"):  # answers name the folder
                copy, ways = (folder.with_name("damaged"), list(product(QUESTIONS, (False, True))))
                rights[name] = {(q, process): asked(copy, new, old, q, process=process)[0] for q, process in ways}
            assert all(rights[name].values())
        others = [file for other in graphs if other != name for file in files_of(graphs[other][0], kind)]
        with copied(graph, kind):
            case = Case(kind, graph, others, seed, rights[name])
            found = list(case.faults())
        ends[case.what.rpartition(", ")[2] if ", " in case.what else "refused"] += 1
        wrong += [f"{case.what}: {fault}" for fault in found]
    print(f"{kind}: {count} damages, {dict(ends)} by --repair, {len(wrong)} failures")  # noqa: T201  (the counts are the result)
    assert not wrong, "\n".join(wrong)
