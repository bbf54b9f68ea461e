"""Every command in places where it cannot do what it wants: it says so in a line, loses nothing, and works when the place is mended.

By day a share of the commands of each place, by night all of them; the counts are printed.
"""

import csv
import os
import re
import shlex
import shutil
import socket
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ports import bind_apart
from typer.main import get_command

import kg as checkout
from faults.places import PLACES, Place, copy, disk, empty, fill
from faults.process import DOCUMENTED, Ended, kg

#: what is run of each command
RUNS = [
    "start works.bib -g ./s --offline --no-open",
    "ingest more.csv -g ./g",
    "ingest essay.md -g ./new",
    "demo",
    "resolve -g ./r",
    "search mémoire -g ./g",
    "search mémoire -g ./g --json",
    "show a -g ./g",
    "path a d -g ./g",
    "lineage d -g ./g",
    "dossier a -g ./g",
    "dossier a page.html -g ./g",
    "why a pagerank -g ./g",
    "next -g ./g",
    "credit-check essay.md",
    "metrics",
    "metrics pagerank",
    "rank pagerank -g ./g",
    "forgotten -g ./g",
    "claims",
    "main-path -g ./g",
    "rpys -g ./g",
    "map page.html -g ./g",
    "report page.html -g ./g",
    "sparql 'SELECT ?a ?b { ?a cito:cites ?b }' -g ./g",
    "sparql 'SELECT ?a ?b { ?a cito:cites ?b }' -g ./g --as-of 2005",
    "export ttl out.ttl -g ./g",
    "export csv out -g ./g",
    "export parquet out -g ./g",
    "export graphml out.graphml -g ./g",
    "export bibtex -g ./g",
    "export nt out.nt -g ./g --as-of 2005",
    "serve --port 0 --no-open -g ./g",
    "info -g ./g",
    "info",
    "snapshot out.json -g ./g",
    "verify -g ./g",
    "diff ./g ./r",
    "doctor",
    "corpus generate out --works 40 --shards 1",
    "corpus build snapshot out --threads 1",
    "corpus info corpus",
    "corpus measure citations corpus --threads 1",
    "corpus cut corpus W4 -g ./cut",
    "--help",
    "nonsense",
]
#: what a command says that does not write over what is there
REFUSALS = ("already exists", "has something in it")
PATIENCE_S = 300
#: where a command is run by day
BY_DAY = ("disk with 65536 bytes left", "folder without permission to write", "output full")
ENDS = DOCUMENTED | {130}  # a server that is interrupted
#: runs a server until it answers, and interrupts it; 1 where its first page says what it lacks, 99 where it fails
STOPPED = """
import re, signal, subprocess, sys, urllib.error, urllib.request
failed = 0
server = subprocess.Popen(sys.argv[2:], preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
while server.poll() is None:
    try:
        urllib.request.urlopen("http://127.0.0.1:" + sys.argv[1]).close()
    except urllib.error.HTTPError as error:
        said = " ".join(re.sub(r"(?s)<head>.*</head>|<footer>.*</footer>|<[^>]*>", " ", error.read().decode()).split())
        failed = 1 if error.code == 503 else 99
        print("the first page:", error, said, file=sys.stderr)
    except OSError:
        signal.sigtimedwait([], 0.1)
        continue
    server.send_signal(signal.SIGINT)
    server.wait()
sys.exit(failed or server.returncode % 256)
"""
EDGES = "citing,cited\nb,a\nc,b\nd,c\nd,a\ne,d\n"
WORKS = "id,title,year\na,Où naît la mémoire,1988\nb,Réseaux récurrents,1995\nc,Third of all,2001\nd,Fourth 音楽,2010\ne,Fifth,2015\n"
ESSAY = "# Où va-t-on\n\n# References\n\n* Todd, P. (1989). A connectionist approach to algorithmic composition. CMJ.\n"
BIB = "@article{x1, title={Réseaux de neurones}, author={Curie, Marie}, year={2001}}\n"
INPUTS = {
    "first.csv": EDGES,
    "works.csv": WORKS,
    "more.csv": "citing,cited\nf,d\nf,e\n",
    "essay.md": ESSAY,
    "works.bib": BIB,
}


@dataclass(frozen=True)
class Right:
    """How a command ends where nothing is wrong, how many works and citations each graph then holds, and what it wrote."""

    code: int
    graphs: dict[str, tuple[int, int]]
    files: dict[str, bytes]


class Ground:
    """A folder that any user may read: `prepared`, what commands find, `cache`, the bundled graph, `here`, where they run."""

    def __init__(self, base: Path) -> None:
        self.base, self.prepared, self.here = base, base / "prepared", base / "here"
        self.usual: dict[str, str | None] = {"KG_CACHE": str(base / "cache"), "PYTHONPATH": str(base / "code")}
        base.chmod(0o755)
        kg_with_less(base / "code" / "kg")
        self.prepared.mkdir()
        self.here.mkdir()
        for name, text in INPUTS.items():
            (self.prepared / name).write_text(text, encoding="utf-8")
        for line in ("ingest first.csv --works works.csv -g ./g", "ingest essay.md -g ./r"):
            self.prepare(line)
        self.right = cache(self.find_right)

    def prepare(self, line: str) -> None:
        """Run a command whose results others need."""
        ended = kg(self.prepared, *shlex.split(line), env=self.usual, timeout=PATIENCE_S)
        assert ended.code == 0, ended.err.decode()

    def run(self, line: str, before: tuple[str, ...] = (), env: dict[str, str | None] | None = None) -> Ended:
        """Run a command."""
        words, here = shlex.split(line), str(self.here)
        usual = self.usual | {"COLUMNS": "100", "HOME": here, "TMPDIR": None}
        if line == "info":  # it builds the bundled graph
            usual["KG_CACHE"] = str(self.here / "cache")
        changed = usual | {name: value and value.replace("{HERE}", here) for name, value in (env or {}).items()}
        if words[0] == "serve":
            with socket.socket() as free:
                words[2] = str(bind_apart(free))
            before = (*before, sys.executable, "-c", STOPPED, words[2])
        return kg(self.base, *words, before=("env", "-C", here, *before), env=changed, timeout=PATIENCE_S)

    @contextmanager
    def filled(self) -> Iterator[None]:
        """What is prepared, on a disk of its own."""
        with disk(self.here, 256 << 20):
            copy(self.prepared, self.here)
            yield
        empty(self.here)

    def find_right(self, line: str) -> Right:
        """How a command ends where nothing is wrong."""
        if line.startswith("corpus") and not (self.prepared / "corpus").exists():
            self.prepare("corpus generate snapshot --works 40 --shards 1")
            self.prepare("corpus build snapshot corpus --threads 1")
        if " -g " not in line:
            self.prepare("info")  # the bundled graph
        with self.filled():
            ended = self.run(line)
            assert not ended.fault(ENDS, seconds=60)
            assert ended.code != 2 or line == "nonsense", ended.err.decode()
            return Right(ended.code, held(self.here), outputs(self.here))

    def fault(self, line: str, name: str) -> tuple[int, str]:
        """Run a command in a place and again where that is mended: its first exit code, and what is wrong.

        In every other place it finds an index of its graph, so that on a full disk it comes to what it does itself.
        """
        place, right = PLACES[name], self.right(line)
        with self.filled():
            if (list(PLACES).index(name) + RUNS.index(line)) % 2:
                shutil.rmtree(self.here / "g" / "index")
            before = held(self.here)
            if place.free is not None:
                fill(self.here, place.free)
            place.spoil(self.here)
            try:
                ended = self.run(line, place.before, place.env)
            finally:
                place.mend(self.here)
                (self.here / "filler").unlink(missing_ok=True)
            return ended.code, self.judged(line, place, ended, before, right)

    def judged(self, line: str, place: Place, ended: Ended, before: dict[str, Any], right: Right) -> str:
        """What is wrong with how a command ended, with what it left, and with the same command once its place is mended."""
        if wrong := ended.fault(ENDS, seconds=60):
            return wrong
        said = ended.err.decode(errors="replace").splitlines()
        heard = any(text.startswith(("kg: ", "╭─ Error")) for text in said)
        if ended.code not in (0, right.code) and not (place.silent or heard):
            return f"exit {ended.code} and says nothing: {said}"
        if ended.code not in (0, right.code) and not re.search(place.says, " ".join(said)):
            return f"exit {ended.code} and does not say what to do here: {said}"
        after = held(self.here)
        for name, counts in after.items():
            if counts not in (before.get(name), right.graphs.get(name), (0, 0)):
                return f"{name} holds {counts}: neither {before.get(name)} nor {right.graphs.get(name)}"
        if lost := before.keys() - after.keys():
            return f"lost {lost}"
        if ended.code == right.code and (other := differing(right.files, outputs(self.here))):
            return f"exit {ended.code}, but {other}"
        if left := [path.name for path in self.here.rglob("*") if path.name.startswith((".building-", "kg-", "tmp"))]:
            return f"left {left[:5]}"
        if ended.code == right.code:
            return ""
        again = self.run(line)
        said = again.err.decode(errors="replace")
        # what the first one wrote, which must be whole
        refused = again.code == 2 and any(text in said for text in REFUSALS)
        if not (again.code == right.code or refused) or again.fault(ENDS, seconds=60):
            return f"mended: exit {again.code}: {said[-400:]}"
        if other := differing(right.files, outputs(self.here)):
            return f"mended: exit {again.code}, but {other}"
        return "" if held(self.here) == right.graphs else f"mended: {held(self.here)}, not {right.graphs}"


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """Where commands run; not in pytest's own folder, which is closed to other users."""
    with tempfile.TemporaryDirectory(prefix="kg-places-", ignore_cleanup_errors=True) as folder:
        yield Ground(Path(folder))


def kg_with_less(target: Path) -> None:
    """A copy of kg whose bundled graph has its core and the works whose reference lists are known alone: an eighth, in less time."""
    shutil.copytree(Path(checkout.__file__).parent, target)
    tables = {}
    for name in ("works", "citations", "lists", "claims", "aliases", "concepts"):
        with (target / "data" / "neural_music" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    kept = {key for row in tables["claims"] for key in f"{row['subjects']};{row['objects']}".split(";")}
    kept |= {row["work"] for name in ("lists", "aliases") for row in tables[name]}
    kept |= {row["key"] for row in tables["works"] if row["core"] == "1"}
    for name, columns in (("works", ["key"]), ("citations", ["citing_key", "cited_key"]), ("concepts", ["work"])):
        with (target / "data" / "neural_music" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, tables[name][0])
            writer.writeheader()
            writer.writerows(row for row in tables[name] if kept.issuperset(row[column] for column in columns))


def held(folder: Path) -> dict[str, tuple[int, int]]:
    """How many works and citations each graph below a folder holds, in which SQLite finds nothing wrong."""
    found = {}
    for store in folder.rglob("graph.sqlite"):
        if "cache" not in str(store.relative_to(folder)):
            with closing(sqlite3.connect(store)) as db:
                assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)
                counts = db.execute("SELECT (SELECT count(*) FROM work), (SELECT count(*) FROM citation)").fetchone()
                found[str(store.parent.relative_to(folder))] = counts
    return found


def outputs(folder: Path) -> dict[str, bytes]:
    """The files that commands wrote where they were told to: what is in them, but for times and where a snapshot stands."""
    files = {}
    for path in (path for name in ("out*", "page*") for top in folder.glob(name) for path in (top, *top.rglob("*"))):
        timed = path.name in {"corpus.json", "receipt.json"}
        data = b"" if timed or path.is_dir() else path.read_bytes()
        files[str(path.relative_to(folder))] = re.sub(rb"\d{4}-\d\d-\d\d(T[\d:+]+)?", b"", data)
    return files


def differing(right: dict[str, bytes], found: dict[str, bytes]) -> str:
    """Which of the right files are missing or hold something else, "" where none does."""
    other = sorted(name for name, data in right.items() if found.get(name) != data)
    return f"without {other[:5]} as they should be" if other else ""


def test_every_command_is_run():
    """A command that is added to kg is added to RUNS."""
    from kg.cli import load

    names = []
    for name, command in get_command(load()).commands.items():  # type: ignore[attr-defined]
        names += [f"{name} {below}" for below in command.commands] if hasattr(command, "commands") else [name]
    assert {name for name in names if not any(f"{line} ".startswith(f"{name} ") for line in RUNS)} == set()


@pytest.mark.parametrize(
    ("name", "share"),
    [
        *(pytest.param(name, 1, marks=pytest.mark.nightly, id=f"{name}, all") for name in PLACES),
        *(pytest.param(name, len(RUNS), marks=pytest.mark.long, id=f"{name}, one") for name in BY_DAY),
    ],
)
def test_a_command_where_it_cannot_do_what_it_wants(ground: Ground, name: str, share: int):
    """The answer or one line with what to do, no traceback; what was held is held, and the mended place gives the rest."""
    place = PLACES[name]
    if place.root and os.geteuid():
        pytest.skip("only root can make this place")
    codes: Counter[int] = Counter()
    wrong = []
    for line in RUNS[list(PLACES).index(name) % share :: share]:
        code, found = ground.fault(line, name)
        codes[code] += 1
        if found:
            wrong.append(f"kg {line}: {found}")
            print(wrong[-1], flush=True)  # noqa: T201
    print(f"{name}: {codes.total()} commands, exits {dict(sorted(codes.items()))}, {len(wrong)} failures")  # noqa: T201
    assert not wrong, "\n".join(wrong)
