"""Every writing command is killed at the system calls that write, sync, cut, name and remove files: the next one always works.

strace sends the signal. By day a few of the calls of some commands are chosen, by night all of every command; the counts are
printed. Of a command that has several threads or processes, the calls of each are counted by themselves.
"""

import contextlib
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import pytest
from standins.probed import Services
from standins.s2_server import Corpus, StandIn

from faults.process import kg
from faults.warm import copies, said, traced
from kg.model import Citation, Work

TRACE = "pwrite64,write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,rmdir,flock"
G = ("-g", "./g")
MANY = 400  # calls; of those that only write, of a command that makes more, at most half as many are chosen
EXPORTS = (
    *("ttl", "nt", "nt-parts", "jsonld", "csv", "parquet", "sha256", "graphml", "gexf", "cytoscape", "pajek"),
    *("vosviewer", "vosviewer-map", "bibtex", "ris", "csl", "obsidian", "opencitations", "map", "report"),
)
FOLDERS = ("nt-parts", "csv", "parquet", "pajek", "vosviewer-map", "obsidian", "opencitations")
#: what a graph's folder may hold, as docs/security.md lists it; no command makes `damaged/`
DOCUMENTED = re.compile(
    r"graph\.sqlite(-wal|-shm)?|graph\.(digest|checked|damaged)|write\.lock|(s2|openalex|crossref|opencitations)-cache\.sqlite(-wal|-shm|-journal)?"
    r"|index(/\d+-[0-9a-f]{8}(/[a-z_]+(\.json)?)?)?"
    r"|rdf(/current|/model|/\d+-[0-9a-f]{8}(/[A-Za-z0-9.-]+)?)?"
    r"|(overrides|questions)\.csv|(eras|populations)\.toml|(core|nips-1987-1999)\.txt|start\.(bib|txt)|map\.html|report\.html|graph\.ttl|summary\.md"
)
FILES = {
    "first.csv": "citing,cited\nb,a\nc,b\nd,c\n",
    "works.csv": "id,title,year\na,Alpha towns,1989\nb,Beta towns,1995\nc,Gamma towns,2010\nd,Delta towns,2016\n",
    "more.csv": "citing,cited\ne,d\n",
    "essay.md": "# On towns\n\n# References\n\n* Todd, P. (1989). A connectionist approach to algorithmic composition. CMJ.\n",
    "ids.txt": "10.1000/s\n",
    "ends.txt": "10.1000/b\n10.1000/c\n",
}
INGEST = ("ingest", "first.csv", "--works", "works.csv", *G)


@dataclass(frozen=True)
class Case:
    """A command that is killed: its words, what it writes beside the graph, what was done before, in which folder the graph is."""

    words: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    before: tuple[tuple[str, ...], ...] = (INGEST,)
    graph: str = "g"


Held = tuple[str, dict[str, bytes]]  # what `kg info` says, and the files of a folder that was written
ESSAY = ("ingest", "essay.md", *G)
CRAWL = ("ingest", "ids.txt", "--from", "s2", *G)
SPARQL = ("sparql", "SELECT ?a { ?a cito:cites ?b }", *G)
ENDS = ("ingest", "ends.txt", "--from", "s2", "--references", "0", *G)
COMMANDS = {
    "first ingest": Case(INGEST, before=()),
    "add": Case(("ingest", "more.csv", *G)),
    "piped": Case(("ingest", "-", "--name", "more.csv", *G)),
    "article": Case(ESSAY),
    "dry run": Case((*CRAWL, "--dry-run")),
    "crawl": Case(CRAWL),
    "crawl from its cache": Case(CRAWL, before=(INGEST, CRAWL, ("no store",), INGEST)),
    "path that fetches": Case(("path", "10.1000/b", "10.1000/c", "--fetch", *G), before=(ENDS,)),
    "next that fetches": Case(("next", "--work", "10.1000/b", "--fetch", *G), before=(ENDS,)),
    "doctor that records": Case(("doctor", "--live", "--recordings", "answers", *G), ("answers",)),
    "resolve": Case(("resolve", "connectionist approach", "a", *G), before=(INGEST, ESSAY)),
    "start": Case(("start", "essay.md", "--offline", "--no-open", *G), before=()),
    "start with a title": Case(("start", "Music and connectionism", "--offline", "--no-open", *G), before=()),
    "demo": Case(("demo",), before=(), graph="graphs/neural-music"),
    "bundled": Case(("info",), before=(), graph="cache"),
    "index": Case(("info", *G), before=(INGEST, ("no index",))),
    "index in its process": Case(("./g/graph.sqlite", "./g/index"), before=(INGEST, ("no index",))),
    "index over an older": Case(("info", *G), before=(INGEST, ("old index",))),
    "rdf": Case(SPARQL),
    "rdf over an older": Case(SPARQL, before=(INGEST, SPARQL, ("ingest", "more.csv", *G))),
    "rdf as of a year": Case(("sparql", "SELECT ?a { ?a cito:cites ?b }", "--as-of", "2010", *G)),
    "read Turtle": Case(("ingest", "g.ttl", *G), ("g.ttl",), before=(INGEST, ("export", "ttl", "g.ttl", *G))),
    "accept": Case(("verify", "--accept", *G), before=(INGEST, ("another program",))),
    "repair": Case(("verify", "--repair", *G), before=(INGEST, ESSAY, ("ingest", "more.csv", *G), ("damaged",))),
    "repair of values": Case(("verify", "--repair", *G), before=(INGEST, ("impossible",))),
    "repair of what is derived": Case(("verify", "--repair", *G), before=(INGEST, SPARQL, ("derived",))),
    "verify": Case(("verify", *G), before=(INGEST, SPARQL)),
    "map": Case(("map", "map.html", *G, "--force"), ("map.html",)),
    "report": Case(("report", "report.html", *G, "--force"), ("report.html",)),
    "dossier": Case(("dossier", "a", "a.html", *G, "--force"), ("a.html",)),
    "lineage": Case(("lineage", "d", "--map", "d.html", *G, "--force"), ("d.html",)),
    "credit check": Case(("credit-check", "ids.txt", "--bibtex", "c.bib", *G, "--force"), ("c.bib",), before=(CRAWL,)),
    "snapshot": Case(("snapshot", "today.json", *G, "--force"), ("today.json",)),
    **{f"export {name}": Case(("export", name, f"x-{name}", *G, "--force"), (f"x-{name}",)) for name in EXPORTS},
    **{
        f"export {name} again": Case(
            ("export", name, f"x-{name}", *G, "--force"),
            (f"x-{name}",),
            (INGEST, ("export", name, f"x-{name}", *G), ("ingest", "more.csv", *G)),
        )
        for name in (*FOLDERS, "graphml")
    },
}
BY_DAY = ("first ingest", "add", "index", "rdf", "resolve", "export csv again")
pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.fixture(scope="module")
def warm(bundled_graph: Any) -> Iterator[Pool]:
    """What runs each command that is not killed."""
    with copies(2) as pool:  # one waits while the other works
        yield pool


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, dict[str, str]]]:
    """Where stand-ins of the services listen, for a crawl (S cites A and B, C cites S), and for what `kg doctor` asks."""
    works = [
        Work(id=id_, title=f"The case of {id_}", year=2000, identifiers=(f"doi:10.1000/{id_.lower()}",))
        for id_ in "SABC"
    ]
    citations = [Citation(citing=a, cited=b, source="x") for a, b in ("SA", "SB", "CS", "AB")]
    with StandIn(Corpus.from_records(works, citations)) as server, Services() as services:
        yield {"crawl": {"KG_S2_URL": server.url}, "doctor": services.urls}


class Place:
    """A folder in which a command of a case is run."""

    def __init__(self, folder: Path, case: Case, urls: dict[str, dict[str, str]], warm: Pool) -> None:
        self.folder, self.case, self.warm = folder, case, warm
        self.env = {"TMPDIR": str(folder / "tmp")} | urls["doctor" if case.words[0] == "doctor" else "crawl"]
        if case.graph == "cache":
            self.env["KG_CACHE"] = str(folder / "cache")

    def prepare(self) -> None:
        """The files that the command reads, and the graph that it finds."""
        (self.folder / "tmp").mkdir(parents=True)
        for name, text in FILES.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        graph = self.folder / "g"
        for words in self.case.before:
            if words == ("no index",):
                shutil.rmtree(graph / "index")
            elif words == ("no store",):
                for file in graph.glob("*"):
                    shutil.rmtree(file) if file.is_dir() else None if "cache" in file.name else file.unlink()
            elif words == ("old index",):
                (state,) = (graph / "index").iterdir()
                state.rename(state.with_name("0-00000000"))
            elif words == ("damaged",):
                with contextlib.closing(sqlite3.connect(graph / "graph.sqlite")) as db:
                    found = "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_work_1'"
                    (page,) = db.execute(found).fetchone()
                with (graph / "graph.sqlite").open("r+b") as file:
                    file.seek((page - 1) * 4096 + 4000)
                    file.write(b"\xff" * 90)
            elif words == ("another program",):
                with contextlib.closing(sqlite3.connect(graph / "graph.sqlite")) as db:
                    db.execute("UPDATE work SET title = 'Epsilon towns' WHERE id = 'a'")
                    db.commit()
            elif words == ("impossible",):
                with contextlib.closing(sqlite3.connect(graph / "graph.sqlite")) as db:
                    db.execute("UPDATE work SET date = '2021-02-31' WHERE id = 'a'")
                    db.commit()
                (graph / "graph.digest").unlink()
            elif words == ("derived",):
                for file in (*graph.glob("index/*/years"), *graph.glob("rdf/*/*.sst")):
                    file.write_bytes(bytes(file.stat().st_size))
                (graph / "graph.digest").unlink()
            else:
                assert not (ended := kg(self.folder, *words, env={**self.env})).fault(frozenset({0})), ended

    def look(self, *words: str) -> tuple[int, str]:
        """Run a command in a copy of a process in which kg is imported."""
        return self.warm.apply(said, (self.folder, self.env, *words))

    def run(self, calls: str, *options: str) -> tuple[int, str]:
        """Run the command in such a copy under strace."""
        traces = ("-e", f"trace={calls},getppid", *options)
        return self.warm.apply(traced, (self.folder, self.env, traces, *self.case.words))

    def calls(self) -> list[tuple[str, int]]:
        """Each call that the command makes to a file of its own, by name and number in its thread."""
        code, text = self.run(TRACE)
        assert not code, text
        assert "Traceback" not in text, text
        assert "Exception ignored" not in text, text
        numbers: Counter[tuple[str, str]] = Counter()
        found: dict[tuple[str, int], None] = {}
        for line in (self.folder / "trace.log").read_text(errors="replace").splitlines():
            call = re.match(r"(\d+) +(\w+)\(", line)
            if call and call[2] in TRACE.split(","):
                numbers[call[1], call[2]] += 1
                if not re.match(r"\d+ +write\([12],", line):
                    found[call[2], numbers[call[1], call[2]]] = None
        return list(found)

    def holds(self) -> str:
        """What `kg info` says of the graph, but when it was made and how often it was written to."""
        code, text = self.look(
            "info", *(["-g", f"./{self.case.graph}"] if self.case.graph != "cache" else []), "--json"
        )
        return f"{code} " + re.sub(r'"(revision|state|runs|made|started|fetched\w*)": .*', "", text)

    def exported(self) -> dict[str, bytes]:
        """What is in the folder that the command writes."""
        files = {file.name: file.read_bytes() for out in self.case.outputs for file in (self.folder / out).glob("*")}
        return {name: re.sub(rb'"(took_s|date)": .*', b"", content) for name, content in files.items()}

    def strays(self, *, outside: bool = True) -> list[str]:
        """Files in the graph, and where asked beside it, that no page documents."""
        graph = self.folder / self.case.graph
        found = [p.relative_to(graph).as_posix() for p in graph.rglob("*")] if self.case.graph != "cache" else []
        found = [name for name in found if not DOCUMENTED.fullmatch(name)]
        if outside:
            known = {*FILES, "trace.log", "tmp", "g", "graphs", "cache", *self.case.outputs}
            found += [path.name for path in self.folder.iterdir() if path.name not in known]
            tried = re.compile(r"[a-z0-9_]{8}")  # by Python, whether there is a place for temporary files: four bytes
            found += [
                f"tmp/{path.name}"
                for path in (self.folder / "tmp").iterdir()
                if path.is_dir() or path.stat().st_size > 4 or not tried.fullmatch(path.name)
            ]
            found += [f"cache/{path.name}" for path in (self.folder / "cache").glob(".*")]
            found += [str(path) for path in self.folder.rglob(".*") if not path.is_relative_to(graph)]
        return found

    def killed(self, call: str, number: int, before: Held, whole: Held) -> tuple[bool, list[str]]:
        """Kill the command at a call: whether that was met, and what is wrong after looking, and after the same again."""
        self.run(call, "-e", f"inject={call}:signal=KILL:when={number}")
        met = "killed by SIGKILL" in (self.folder / "trace.log").read_text(errors="replace")
        looked = self.holds()
        wrong = [f"then info: {looked}"] if looked[:2] not in {"0 ", before[0][:2]} or "Traceback" in looked else []
        wrong += ["neither the old nor the new folder"] if self.exported() not in (before[1], whole[1]) else []
        if left := self.strays(outside=False):
            wrong.append(f"info left {left}")
        code, text = self.look(*self.case.words)
        if code or "Traceback" in text:
            wrong.append(f"again: exit {code}: {text[-600:]}")
        wrong += [f"{output} not there" for output in self.case.outputs if not (self.folder / output).exists()]
        if (now := self.holds()) != whole[0]:
            wrong.append(f"another graph than without the kill: {now}")
        if self.case.graph != "cache":
            code, text = self.look("verify", "-g", f"./{self.case.graph}")
            wrong += [f"verify: {text}"] if code else []
        return met, wrong + ([f"left {left}"] if (left := self.strays()) else [])


@pytest.mark.parametrize(
    ("name", "share"),
    [
        *[pytest.param(name, 60, marks=pytest.mark.long, id=f"some-{name}") for name in BY_DAY],
        *[pytest.param(name, 1, marks=pytest.mark.nightly, id=f"all-{name}") for name in COMMANDS],
    ],
)
def test_a_command_killed_at_a_write_loses_nothing(
    tmp_path: Path, warm: Pool, urls: dict[str, dict[str, str]], name: str, share: int
):
    """Whatever was half done, the next command works, the same command succeeds, and nothing undocumented is left."""
    case = COMMANDS[name]
    start = Place(tmp_path / "before", case, urls, warm)
    start.prepare()
    shutil.copytree(tmp_path / "before", tmp_path / "right")
    right = Place(tmp_path / "right", case, urls, warm)
    before = right.holds(), start.exported()
    shutil.rmtree(right.folder)
    shutil.copytree(tmp_path / "before", right.folder)
    points = made = right.calls()
    whole = right.holds(), right.exported()
    if len(points) > MANY:  # each page of a large store is two calls
        pages = [point for point in points if point[0] in {"pwrite64", "write"}]
        points = [point for point in points if point not in set(pages)] + pages[:: -(-len(pages) // (MANY // 2))]
    chosen = points[share // 2 :: share] or points[:1]
    kills, wrong = 0, []
    for call, number in chosen:
        folder = tmp_path / f"{call}-{number}"
        shutil.copytree(tmp_path / "before", folder)
        met, faults = Place(folder, case, urls, warm).killed(call, number, before, whole)
        kills += met
        wrong += [f"{call} {number}: {fault}" for fault in faults]
        shutil.rmtree(folder)
    failed = len({fault.partition(":")[0] for fault in wrong})
    print(f"{name}: {len(made)} calls, killed at {kills}, {failed} failures")  # noqa: T201  (the counts are the result)
    assert not wrong, "\n".join(wrong)
    assert kills
