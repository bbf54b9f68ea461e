"""Commands at the same time on one graph: writers wait or are refused, no reader sees half a state, nothing is lost or left.

By day a few of them, by night all; the counts are printed.
"""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from faults.process import Ended, kg

by_day_and_night = pytest.mark.parametrize(
    "few",
    [pytest.param(True, marks=pytest.mark.long, id="few"), pytest.param(False, marks=pytest.mark.nightly, id="many")],
)
#: adds 3 works and 2 citations at a time until it is told to stop, at least 50 times; with a pause from 60,000 works on, for
#: what the readers print grows with the graph, and a slow machine gives it longer to grow
WRITER = """
import os, sys, time
from kg.graph.folder import Workspace
from kg.model import Batch, Citation, Work

number = 0
with Workspace.writing("./g", "test") as (_, writer):
    while number < 50 or not os.path.exists("stop"):
        works = [Work(id=f"w{number}-{letter}", title=f"Work {number} {letter}", year=2000) for letter in "abc"]
        pairs = [("b", "a"), ("c", "b")]
        cited = [Citation(citing=f"w{number}-{a}", cited=f"w{number}-{b}", source="s") for a, b in pairs]
        writer.add(Batch(works=works, citations=cited))
        number += 1
        print(number, flush=True)
        time.sleep(float(sys.argv[1]) + 0.2 * (number > 20_000))
"""
COUNTS = "SELECT (COUNT(DISTINCT ?a) AS ?works) (COUNT(?b) AS ?citations) { ?a a fabio:Expression OPTIONAL { ?a cito:cites ?b } }"


def ingest(folder: Path, name: str, pairs: list[tuple[str, str]]) -> Ended:
    """Ingest a list of citations into the graph of a folder."""
    (folder / name).write_text("citing,cited\n" + "".join(f"{a},{b}\n" for a, b in pairs), encoding="utf-8")
    return kg(folder, "ingest", name, "-g", "./g")


def counts(folder: Path) -> tuple[int, int]:
    """How many works and citations `kg info` counts."""
    ended = kg(folder, "info", "-g", "./g", "--json")
    assert not ended.fault(frozenset({0})), ended.err.decode()
    found = json.loads(ended.out)
    return found["works"], found["citations"]


def left(folder: Path) -> list[str]:
    """What is in a graph's folder that should not be: what is being built, older states."""
    graph = folder / "g"
    states = [path for kind in ("index", "rdf") for path in (graph / kind).glob("*-*")]
    building = [str(path) for path in graph.rglob(".building-*")]
    return building + ([] if len({path.name for path in states}) <= 1 else sorted(map(str, states)))


@by_day_and_night
def test_two_writers_at_once_lose_nothing(tmp_path: Path, few: bool):
    """Each of two waits, or is refused in one line and adds nothing; what each said to have added is there."""
    kept = {"base": 2}
    assert ingest(tmp_path, "base.csv", [("base1", "base0")]).code == 0
    codes: dict[int, int] = {}
    for turn in range(1 if few else 25):
        with ThreadPoolExecutor(2) as pool:
            names = [f"t{turn}w{writer}" for writer in range(2)]
            pairs = {name: [(f"{name}n{k}", f"{name}n{k - 1}") for k in range(1, 300)] for name in names}
            running = {name: pool.submit(ingest, tmp_path, f"{name}.csv", pairs[name]) for name in names}
        for name, done in running.items():
            ended = done.result()
            assert not ended.fault(frozenset({0, 6}), seconds=30)
            assert ended.code == 0 or b"is being written by another process" in ended.err, ended.err.decode()
            codes[ended.code] = codes.get(ended.code, 0) + 1
            if ended.code == 0:
                kept[name] = 300
        assert counts(tmp_path)[0] == sum(kept.values())
    assert kg(tmp_path, "verify", "-g", "./g").code == 0
    assert not left(tmp_path)
    print(f"two writers: exits {codes}, {sum(kept.values())} works said and there")  # noqa: T201  (the counts are the result)


@by_day_and_night
def test_many_that_find_no_index_and_no_rdf_answer_alike(tmp_path: Path, few: bool):
    """Twenty that are first to read a graph: the same right answer from all, no half-built folder, no old state."""
    pairs = [(f"w{k}", f"w{k // 3}") for k in range(1, 3000)]
    assert ingest(tmp_path, "base.csv", pairs).code == 0
    asked = {
        "sparql": (("sparql", COUNTS, "-g", "./g", "--json"), 10),
        "rank": (("rank", "pagerank", "-g", "./g", "--json"), 10),
        "path": (("path", "w0", "w2999", "-g", "./g", "--json"), 10),
    }
    right = {name: kg(tmp_path, *words) for name, (words, _) in asked.items()}
    assert b"2999" in right["sparql"].out
    largest, whole, number = 0.0, 0.0, 3 if few else 20
    for kinds in [["sparql"]] if few else [["sparql"], ["rank"], ["sparql", "rank", "path"], ["path"]]:
        for kind in ("index", "rdf"):
            shutil.rmtree(tmp_path / "g" / kind, ignore_errors=True)
        with ThreadPoolExecutor(number) as pool:
            names = [kinds[k % len(kinds)] for k in range(number)]
            running = [(name, pool.submit(kg, tmp_path, *asked[name][0])) for name in names]
        whole = max(whole, sum(done.result().megabytes for _, done in running))
        for name, done in running:
            ended = done.result()
            assert not ended.fault(frozenset({0}), seconds=60), (name, ended.err.decode())
            assert ended.out == right[name].out, name
            largest = max(largest, ended.megabytes)
        assert not left(tmp_path)
    told = f"the largest held {largest:.0f} MB, the sum of the most that each held is {whole:.0f} MB"
    print(f"{number} cold readers: {told}")  # noqa: T201  (the counts are the result)


@contextmanager
def writing(folder: Path, pause_s: float) -> Iterator[None]:
    """Let a process add batches to the graph of a folder while this lasts, with a pause after each as a crawl has it."""
    words = [sys.executable, "-c", WRITER, str(pause_s)]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, text=True, start_new_session=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "1\n"
        emptied = threading.Thread(target=writer.stdout.read)
        emptied.start()
        try:
            yield
        finally:
            (folder / "stop").touch()
            writer.wait(120)
            emptied.join()
    assert writer.returncode == 0


def is_a_state(works: int, citations: int) -> bool:
    """Whether the graph was ever so: batches of 3 works and 2 citations."""
    return works % 3 == 0 and citations == works // 3 * 2


@pytest.mark.parametrize(
    ("rounds", "pause_s"),
    [
        pytest.param(1, 0, marks=pytest.mark.long, id="few"),
        pytest.param(15, 0, marks=pytest.mark.nightly, id="fast"),
        pytest.param(15, 0.2, marks=pytest.mark.nightly, id="slow"),
    ],
)
def test_no_reader_sees_half_of_what_a_writer_adds(tmp_path: Path, rounds: int, pause_s: float):
    """Store, index and RDF answer of one state each, and later answers of no earlier one."""
    answers: dict[str, list[tuple[int, int]]] = {"info": [], "rank": [], "sparql": []}
    with writing(tmp_path, pause_s):
        for _ in range(rounds):
            answers["info"].append(counts(tmp_path))
            ended = kg(tmp_path, "rank", "citations_held", "-g", "./g", "--top", "1000000", "--json")
            assert not ended.fault(frozenset({0}), seconds=60), ended.err.decode()
            rows = json.loads(ended.out)["rows"]
            answers["rank"].append((len(rows), sum(row["value"] for row in rows)))
            ended = kg(tmp_path, "sparql", COUNTS, "-g", "./g", "--json")
            assert not ended.fault(frozenset({0}), seconds=60), ended.err.decode()
            found = json.loads(ended.out)["results"]["bindings"][0]
            answers["sparql"].append((int(found["works"]["value"]), int(found["citations"]["value"])))
    for name, seen in answers.items():
        assert all(is_a_state(*answer) for answer in seen), (name, seen)
        assert seen == sorted(seen), name
    last = counts(tmp_path)
    assert last[0] >= 150
    assert kg(tmp_path, "verify", "-g", "./g").code == 0
    seen = [answer for answers_ in answers.values() for answer in answers_]
    print(f"reading while written: {len(seen)} answers of {len(set(seen))} states, {last[0] // 3} batches added")  # noqa: T201


@by_day_and_night
def test_a_server_answers_while_its_graph_is_written(tmp_path: Path, few: bool):
    """Every page and query of `kg serve` is answered, from one state."""
    with writing(tmp_path, 0.1):
        words = [sys.executable, "-m", "kg", "serve", "--port", "0", "--no-open", "-g", "./g"]
        with subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as server:
            assert server.stderr is not None
            address = re.search(r"http://\S+/", server.stderr.readline())[0]
            seen, answers = [], []
            try:
                with httpx.Client(base_url=address, timeout=90) as client:
                    for _ in range(3 if few else 60):
                        answer = client.get("/sparql/g", params={"query": COUNTS})
                        answers.append(answer.status_code)
                        if answer.status_code == 200:
                            found = answer.json()["results"]["bindings"][0]
                            seen.append((int(found["works"]["value"]), int(found["citations"]["value"])))
                        assert answer.status_code == 200 or "is being prepared" in answer.text, answer.text
                        page = client.get("/home/g")
                        assert page.status_code == 200, page.text
            finally:
                server.terminate()
                said = server.stderr.read()
    assert "Traceback" not in said
    assert all(is_a_state(*answer) for answer in seen), seen
    assert set(answers) <= {200, 503}  # the RDF is being made: "try again in a few seconds"
    print(f"serving while written: {len(answers)} pages, {len(seen)} answers of {len(set(seen))} states")  # noqa: T201  (the counts are the result)
