"""What a citation costs to take in: `kg ingest` of edge lists of 10^5 citations and more, beside programs that only read or store them.

    python benchmarks/ingest.py [--sizes 100000 1000000 10000000] [--references 10] [--once]

Prints a table in Markdown: microseconds of CPU time (user and system) a citation and the greatest resident megabytes, each side in
a process of its own, and how many times kg's time the others take. kg checks every line, numbers works, counts repeated citations
and loops, and saves works, citations, outcomes and the full-text search in one transaction; its index is a line of its own.
sqlite3 saves the same pairs of ids, as they come, into a table with a primary key; DuckDB reads them into a table; networkx into a
graph in memory. All must find the same number of distinct citations. The edge lists are simulated (`kg.corpus.simulated`) and
shuffled; of three runs the median counts, with `--once` the only one.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kg.corpus.simulated import generate_arrays

SIZES = (100_000, 1_000_000, 10_000_000)
REPEATED = 0.01  # of the citations: listed again


def make(path: Path, citations: int, references: float) -> None:
    """Write an edge list in random order, with opaque ids."""
    drawn = generate_arrays(round(citations / references), mean_references=references, seed=3)
    rng = np.random.default_rng(3)
    ids = rng.permutation(len(drawn.years)) + 10_000_000
    pairs = np.stack((ids[drawn.citing], ids[drawn.cited]), axis=1)
    pairs = rng.permutation(np.concatenate((pairs, pairs[: round(REPEATED * len(pairs))])))
    with path.open("w", encoding="utf-8") as file:
        file.write("citing,cited\n")
        for at in range(0, len(pairs), 1_000_000):
            file.writelines(f"W{citing},W{cited}\n" for citing, cited in pairs[at : at + 1_000_000].tolist())


def with_kg(path: Path, folder: Path) -> int:
    """`kg ingest`."""
    from kg.library.ingest import ingest
    from kg.library.ingested import Ingested

    done = ingest(path, graph=str(folder / "graph"), from_="none")
    assert isinstance(done, Ingested)
    return done.added["citations"]


def with_index(_: Path, folder: Path) -> int:
    """The index of the graph that `kg ingest` made."""
    from kg.graph.arrays import read_arrays
    from kg.graph.topology import build_index

    (folder / "index").mkdir(exist_ok=True)
    build_index(folder / "graph" / "graph.sqlite", folder / "index")
    [made] = (folder / "index").iterdir()
    return int(read_arrays(made).meta["citations"])


def with_sqlite(path: Path, folder: Path) -> int:
    """Python's sqlite3: executemany of the split lines."""
    import sqlite3

    db = sqlite3.connect(folder / "pairs.sqlite", isolation_level=None)
    db.execute("CREATE TABLE citation (citing TEXT, cited TEXT, PRIMARY KEY (citing, cited)) WITHOUT ROWID")
    with path.open(encoding="utf-8") as lines:
        next(lines)
        db.execute("BEGIN")
        db.executemany("INSERT OR IGNORE INTO citation VALUES (?, ?)", (line.rstrip().split(",") for line in lines))
        db.execute("COMMIT")
    return int(db.execute("SELECT count(*) FROM citation").fetchone()[0])


def with_duckdb(path: Path, folder: Path) -> int:
    """DuckDB: read_csv into a table without repeated rows, on one thread."""
    import duckdb

    db = duckdb.connect(folder / "pairs.duckdb", config={"threads": 1})
    db.execute("CREATE TABLE citation AS SELECT DISTINCT * FROM read_csv(?)", [str(path)])
    return int(db.execute("SELECT count(*) FROM citation").fetchall()[0][0])


def with_networkx(path: Path, _: Path) -> int:
    """networkx: read_edgelist."""
    import networkx as nx

    with path.open("rb") as lines:
        next(lines)
        return nx.read_edgelist(lines, delimiter=",", create_using=nx.DiGraph, data=False).number_of_edges()


SIDES: dict[str, Callable[[Path, Path], int]] = {
    "kg ingest": with_kg,
    "index of kg": with_index,
    "sqlite3": with_sqlite,
    "DuckDB": with_duckdb,
    "networkx": with_networkx,
}
MOST = {"networkx": 1_000_000, "sqlite3": 1_000_000}  # citations: beyond, minutes and gigabytes


def measure(side: str, path: Path, folder: Path) -> tuple[float, float, int]:
    """CPU seconds, megabytes and the distinct citations found, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--side", side, str(path), str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    told = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{side} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, json.loads(told)


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    arguments.add_argument("--references", type=float, default=10)
    arguments.add_argument("--once", action="store_true")
    arguments.add_argument("--side", nargs=3, help=argparse.SUPPRESS)
    arguments.add_argument("--make", nargs=3, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.make:
        make(Path(given.make[0]), int(given.make[1]), float(given.make[2]))
        return
    if given.side:
        side, path, folder = given.side
        print(json.dumps(SIDES[side](Path(path), Path(folder))))
        return
    print("| citations | side | microseconds a citation | of kg ingest | MB |\n| --- | --- | --- | --- | --- |")
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "edges.csv"
            list_ = ["--make", str(path), str(size), str(given.references)]  # apart: its memory is none of the sides'
            subprocess.run([sys.executable, __file__, *list_], check=True)
            ours, distinct = 0.0, set[int]()
            runs: dict[str, list[tuple[float, float, int]]] = {side: [] for side in SIDES}
            for n in range(1 if given.once else 3):
                folder = Path(place) / str(n)
                folder.mkdir()
                for side in SIDES:
                    if size <= MOST.get(side, size):
                        runs[side].append(measure(side, path, folder))
            for side, found in runs.items():
                if not found:
                    print(f"| {size:,} | {side} | not run | | |")
                    continue
                cost = statistics.median(cpu for cpu, _, _ in found) / size * 1e6
                ours = ours or cost
                distinct.update(count for *_, count in found)
                print(
                    f"| {size:,} | {side} | {cost:.2f} | {cost / ours:.2f} | {max(mb for _, mb, _ in found):,.0f} |",
                    flush=True,
                )
            if len(distinct) != 1:
                raise SystemExit(f"the sides find different numbers of citations: {sorted(distinct)}")


if __name__ == "__main__":
    main()
