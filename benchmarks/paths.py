"""`kg path` as a whole process on 1 million works and 10 million citations, against an empty typer command and networkx.

    python benchmarks/paths.py [FOLDER] [--works N] [--kinds N] [--networkx]

The graph is generated (recency, preferential attachment, copied references), kept in FOLDER and used again. CPU time is
that of whole processes, user and system; the empty command is measured in between, in the same run.
"""

import argparse
import compileall
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import kg
from kg.graph.arrays import GraphArrays, read_arrays
from kg.graph.store import Store
from kg.graph.topology import build_index

KG = Path(sys.executable).with_name("kg")
EMPTY = "import typer\napp = typer.Typer()\n@app.command()\ndef main() -> None:\n    pass\napp()\n"
STARTER = """import json, os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
output = process.stdout.read().decode()
_, status, used = os.wait4(process.pid, 0)
code, cpu = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
print(json.dumps([code, cpu, used.ru_maxrss / 1024, output]), flush=True)
os._exit(0)"""
RUNS = 15
KINDS = (["--by", "influential"], ["--by", "diverse", "-k", "3"], ["--lines"])


def generate(works: int, mean: float = 10.0, seed: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Citing, cited and years: a third of the references are recent, a third drawn by citations, a third copied."""
    rng = np.random.default_rng(seed)
    lengths = np.minimum(rng.lognormal(np.log(mean) - 0.32, 0.8, works).astype(np.int64) + 1, 150)
    lengths = np.minimum(lengths, np.arange(works))
    starts = np.concatenate(([0], np.cumsum(lengths)))
    citing, cited = np.repeat(np.arange(works), lengths), np.zeros(starts[-1], np.int64)
    block = max(100, works // 2000)
    for first in range(1, works, block):
        a, b = starts[first], starts[min(first + block, works)]
        n = b - a
        recent = first - 1 - (rng.exponential(0.12 * first, n)).astype(np.int64)
        recent = np.where(recent >= 0, recent, rng.integers(0, first, n))
        liked = cited[rng.integers(0, a, n)] if a else recent
        copied = cited[
            (starts[recent] + rng.integers(0, 150, n) % np.maximum(lengths[recent], 1)).clip(0, max(a - 1, 0))
        ]
        cited[a:b] = np.choose(rng.integers(0, 3, n), [recent, liked, copied])
    backwards = cited < citing
    years = (1970 + np.log1p(np.arange(works) / works * np.expm1(0.06 * 55)) / 0.06).astype(int)
    return citing[backwards], cited[backwards], years


def build(folder: Path, works: int) -> None:
    """A graph's folder with store and index, written in bulk."""
    citing, cited, years = generate(works)
    folder.mkdir(parents=True, exist_ok=True)
    with Store.create(folder / "graph.sqlite", name=folder.name) as store:
        db = store.db
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        db.execute("INSERT INTO source VALUES (1, 'generated')")
        told = [(n + 1, f"w{n}", f"Generated work number {n}", int(year)) for n, year in enumerate(years)]
        db.executemany(
            """INSERT INTO work (n, id, title, year, venue, stub, seed, source, title_key, short_key, author_key)
            VALUES (?, ?, ?, ?, '', 0, 0, '', lower(?3), '', '')""",
            told,
        )
        db.executemany("INSERT INTO work_text (rowid, title, authors, year) VALUES (?1, ?3, '', ?4)", told)
        pairs = np.unique(citing * works + cited)
        rows = ((int(p // works) + 1, int(p % works) + 1) for p in pairs)
        db.executemany("INSERT INTO citation (citing, cited, source, times) VALUES (?, ?, 1, 1)", rows)
        listed = ((int(n) + 1,) for n in np.unique(citing))
        db.executemany("INSERT INTO retrieval VALUES (?, 'references', 1, 'COMPLETE', NULL, NULL)", listed)
        db.execute("UPDATE meta SET value = 1 WHERE key = 'revision'")
        db.execute("UPDATE meta SET value = '00000000' WHERE key = 'stamp'")
        db.execute("COMMIT")
    (folder / "index").mkdir(exist_ok=True)
    build_index(folder / "graph.sqlite", folder / "index")


def answer_of(words: list[str], *, codes: tuple[int, ...] = (0,)) -> tuple[float, float, str]:
    """CPU seconds, greatest resident megabytes and output of a process.

    It is started by a small one: memory is inherited at first.
    """
    told = subprocess.run([sys.executable, "-c", STARTER, *words], capture_output=True, text=True, check=True).stdout
    code, cpu, memory, output = json.loads(told)
    assert code in codes, words
    return cpu, memory, output


def cpu_and_memory(words: list[str], *, codes: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """CPU seconds and greatest resident megabytes of a process."""
    return answer_of(words, codes=codes)[:2]


def pairs_of(index: GraphArrays, pairs: int) -> list[tuple[int, int]]:
    """Pairs of an early cited work and a late work, of which most have a path."""
    rng = random.Random(5)  # noqa: S311
    n = len(index)
    by_year = sorted(range(n), key=index.years.__getitem__)
    found = []
    while len(found) < pairs:
        old, new = rng.choice(by_year[: n // 3]), rng.choice(by_year[-n // 3 :])
        if index.citer_offsets[old + 1] - index.citer_offsets[old] >= 3:
            found.append((old, new))
    return found


def asked(index: GraphArrays, store: Store, pairs: int) -> list[tuple[str, str]]:
    """The ids of such pairs."""

    def id_of(work: int) -> str:
        (found,) = store.db.execute("SELECT id FROM work WHERE n = ?", (index.rows[work],)).fetchone()
        return str(found)

    return [(id_of(old), id_of(new)) for old, new in pairs_of(index, pairs)]


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(tempfile.gettempdir()) / "kg-bench" / "million")
    parser.add_argument("--works", type=int, default=1_000_000)
    parser.add_argument("--kinds", type=int, default=0, metavar="N", help="the other kinds of paths too, of N pairs")
    parser.add_argument("--networkx", action="store_true", help="load the graph into networkx too: minutes, 4 GB")
    given = parser.parse_args()
    if not (given.folder / "index").exists():
        start = time.perf_counter()
        build(given.folder, given.works)
        print(f"generated in {time.perf_counter() - start:.0f} s")
    with Store.open(given.folder / "graph.sqlite") as store:
        index = read_arrays(given.folder / "index" / store.state)
        pairs = asked(index, store, RUNS)
    print(f"{len(index):,} works, {index.meta['citations']:,} citations")
    compileall.compile_dir(Path(kg.__file__).parent, quiet=1)  # as an installed package is
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(EMPTY)
        script.flush()
        empty, ours = [], {1: [], 10: []}
        for old, new in pairs:
            empty.append(cpu_and_memory([sys.executable, script.name]))
            for k, runs in ours.items():
                words = [str(KG), "path", old, new, "-k", str(k), "--graph", str(given.folder)]
                runs.append(cpu_and_memory(words, codes=(0, 5)))
    base = statistics.median(cpu for cpu, _ in empty)
    print(f"empty typer command: {base:.3f} s CPU, {max(m for _, m in empty):.0f} MB")
    for k, runs in ours.items():
        cpu = sorted(c for c, _ in runs)
        middle = statistics.median(cpu)
        print(
            f"kg path -k {k}: median {middle:.3f} s CPU = {middle / base:.2f} x empty (least {cpu[0] / base:.2f}, "
            f"most {cpu[-1] / base:.2f}), at most {max(m for _, m in runs):.0f} MB"
        )
    for kind in KINDS if given.kinds else ():
        words = [[str(KG), "path", *pair, *kind, "--graph", str(given.folder)] for pair in pairs[: given.kinds]]
        runs = sorted(cpu_and_memory(each, codes=(0, 5)) for each in words)
        told = f"{runs[0][0]:.1f} to {runs[-1][0]:.1f} s CPU, median {statistics.median(c for c, _ in runs):.1f}"
        print(f"kg path {' '.join(kind)}: {told}, at most {max(m for _, m in runs):.0f} MB", flush=True)
    if given.networkx:
        compare(index, store_ids(given.folder, pairs), statistics.median(c for c, _ in ours[1]))


def store_ids(folder: Path, pairs: list[tuple[str, str]]) -> list[tuple[int, int]]:
    """The numbers of works in the index."""
    with Store.open(folder / "graph.sqlite") as store:
        index = read_arrays(folder / "index" / store.state)
        return [(index.numbers[store.row(a) or 0], index.numbers[store.row(b) or 0]) for a, b in pairs]


def compare(index: GraphArrays, pairs: list[tuple[int, int]], whole: float) -> None:
    """Ours in this process against networkx's bidirectional search on the citations that time allows."""
    import networkx as nx

    from kg.analysis.paths.query import shortest_paths

    start = time.process_time()
    offsets = np.asarray(index.reference_offsets)
    citing, cited = np.repeat(np.arange(len(index)), np.diff(offsets)), np.asarray(index.reference_works)
    years = np.asarray(index.years)
    allowed = years[citing] >= years[cited]
    g = nx.DiGraph()
    g.add_edges_from(zip(citing[allowed].tolist(), cited[allowed].tolist(), strict=True))
    loading = time.process_time() - start
    ours, theirs = [], []
    for old, new in pairs:
        start = time.process_time()
        answer = shortest_paths(index, old, new)
        ours.append(time.process_time() - start)
        start = time.process_time()
        try:
            length = nx.bidirectional_shortest_path(g, new, old)
        except nx.NetworkXNoPath:
            length = []
        theirs.append(time.process_time() - start)
        assert len(answer.paths[0] if answer.paths else ()) == len(length)
    a, b = statistics.median(ours), statistics.median(theirs)
    print(f"search alone: ours {1000 * a:.1f} ms, networkx {1000 * b:.1f} ms, ratio {b / a:.1f}; equal lengths")
    print(f"one question with loading: networkx {loading + b:.0f} s CPU, ratio {(loading + b) / whole:.0f} to kg path")
    print(f"memory: this process with networkx {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
