"""How CPU time and memory of whole-graph answers grow: each `kg` command on simulated graphs of 10^5 citations and more.

    python benchmarks/scaling.py [FOLDER] [--sizes 100000 1000000 10000000] [--only ANSWER ...] [--limit SECONDS]

Prints a table in Markdown: for each answer and size the CPU seconds (user and system) and the greatest resident memory of
the whole process, and for each step in size the ratio of the CPU times per citation above that of an empty command (1 is
linear). The graphs are simulated (see `kg.corpus.simulated`): a fifth of the reference lists is unknown, one work in 200 is
undated, titles are words drawn by Zipf's law. They are kept in FOLDER with what has been measured, and used again; `--again`
measures anew. A command that takes more than the limit of CPU seconds, or of gigabytes, is stopped and shown as such.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kg.columns import CitationTable
from kg.corpus.simulated import generate_arrays
from kg.graph.arrays import UNDATED
from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.model import Batch, Outcome, Retrieval, Work
from kg.pairs import Pairs

SIZES = (100_000, 1_000_000, 10_000_000)
REFERENCES = 10  # mean length of a known list
UNKNOWN, NO_YEAR = 0.2, 0.005
WORDS = 50_000
PAGE = 100_000  # works saved together
KG = Path(sys.executable).with_name("kg")
METRICS = [
    "amnesia",
    "awakening_year",
    "beauty",
    "beauty_cp",
    "beauty_cp_mean",
    "betweenness",
    "burst",
    "change_point",
    "citations_held",
    "citations_rank",
    "citations_reported",
    "citerank",
    "disruption",
    "dormancy",
    "first_use",
    "foresight",
    "gem",
    "hits",
    "impact_sequence",
    "late_z",
    "latency",
    "pagerank",
    "persistence_gap",
    "persistent_influence",
    "prince",
    "rescaled_pagerank",
    "revival_year",
    "standing",
    "uncredited_return",
    "wake",
    "wake_gap",
]
OLD, NEW = "{old}", "{new}"
#: answer -> the words after `kg`
ANSWERS = {
    "search": ["search", "w1500"],
    "show": ["show", OLD],
    "path": ["path", OLD, NEW],
    "path --lines": ["path", OLD, NEW, "--lines"],
    "info": ["info"],
    "info --communities": ["info", "--communities"],
    "forgotten": ["forgotten"],
    "wake --intervals": ["rank", "wake", "--intervals"],
    "pagerank --intervals": ["rank", "pagerank", "--intervals"],
    "beauty --intervals": ["rank", "beauty", "--intervals"],
    "main-path": ["main-path"],
    "rpys": ["rpys"],
    "claims": ["claims", "--earlier", "1980-1990", "--later", "2010-2020"],
    "dossier": ["dossier", OLD],
    "map": ["map", "{out}/map.html"],
    "report": ["report", "{out}/report.html"],
    "export csv": ["export", "csv", "{out}/csv"],
    **{f"rank {name}": ["rank", name] for name in METRICS},
}
#: what does not grow in proportion, and why
WHY = """`wake` searches from every work: 512 searches share a pass over the later citations, so that time grows with the works times
the citations that lead back to them, nearly the square; memory does not. `wake_gap`, `forgotten`, `dossier` and `report` rest on it.
`forgotten` also puts the works in Pareto layers in 20 draws, each row compared with those that can matter, a number that grows
slowly. `main-path` holds the exact count of paths through every citation, a whole number of hundreds of bits: its memory is what
limits it. Communities of up to 500,000 citations are improved to the end, larger ones until an iteration gains less than 0.001."""
STARTER = """import os, resource, subprocess, sys
cpu, memory = int(sys.argv[1]), int(sys.argv[2]) << 30
def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
process = subprocess.Popen(sys.argv[3:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=limits)
told = process.stderr.read().decode()
_, status, used = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
print(told[-300:])
sys.stdout.flush()
os._exit(0)"""


def build(folder: Path, citations: int) -> None:
    """A graph's folder with its store and its index."""
    drawn = generate_arrays(round(citations / REFERENCES), mean_references=REFERENCES / (1 - UNKNOWN), seed=7)
    rng, size = np.random.default_rng(7), len(drawn.years)
    known = rng.random(size) >= UNKNOWN
    keep = known[drawn.citing]
    years = np.where(rng.random(size) < NO_YEAR, UNDATED, drawn.years).tolist()
    share = 1 / np.arange(1, WORDS + 1)
    picked, lengths = rng.choice(WORDS, (size, 8), p=share / share.sum()), rng.integers(4, 9, size)
    ids, pairs = [f"G{n}" for n in range(size)], Pairs()
    pairs.add(drawn.citing[keep], drawn.cited[keep])

    def batches() -> Iterator[Batch]:
        for start in range(0, size, PAGE):
            page = slice(start, start + PAGE)
            rows = zip(ids[page], years[page], picked[page], lengths[page], strict=True)
            works = [
                Work(id=id_, title=" ".join(f"w{k}" for k in words[:length]), year=None if year == UNDATED else year)
                for id_, year, words, length in rows
            ]
            yield Batch(works=works, strict=True)
        for citing, cited, times in pairs.pages():
            yield Batch(
                table=CitationTable(works=ids, citing=citing, cited=cited, times=times, source="simulated"), strict=True
            )
        of = {"list": "references", "outcome": Outcome.COMPLETE, "source": "simulated"}
        listed = np.flatnonzero(known).tolist()
        for start in range(0, len(listed), PAGE):
            yield Batch(retrievals=[Retrieval(work=ids[n], **of) for n in listed[start : start + PAGE]], strict=True)

    with Workspace.writing(str(folder), "simulated") as (_, writer):
        writer.add_all(batches())
    subprocess.run([KG, "info", "--graph", folder], check=True, stdout=subprocess.DEVNULL)


def ends(folder: Path) -> dict[str, str]:
    """The most cited work of 1980 and, of the last works, the one with most references: ends of paths, and the work of a dossier."""
    with Store.open(folder / "graph.sqlite") as store:
        found = store.db.execute(
            "SELECT w.id FROM citation c JOIN work w ON w.n = c.cited WHERE w.year = 1980 GROUP BY w.n ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
        last = store.db.execute(
            """SELECT w.id FROM citation c JOIN work w ON w.n = c.citing WHERE c.citing > (SELECT max(n) FROM work) - 1000
            AND w.year IS NOT NULL GROUP BY w.n ORDER BY count(*) DESC, w.n LIMIT 1"""
        ).fetchone()
        size = store.db.execute("SELECT count(*) FROM citation").fetchone()
    return {"old": found[0], "new": last[0], "citations": size[0]}


def measure(words: list[str], limit: int, memory: int) -> dict[str, float | str]:
    """CPU seconds and greatest resident megabytes of a `kg` command; `failed` says why there is no answer."""
    env = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", STARTER, str(limit), str(memory), str(KG), *words]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout
    first, _, error = told.partition("\n")
    code, cpu, held = first.split()
    row: dict[str, float | str] = {"cpu": float(cpu), "memory": float(held)}
    if int(code) in (0, 5):
        return row
    slow, large = float(cpu) >= limit - 1, "MemoryError" in error or "allocate" in error or "bad_alloc" in error
    return row | {"failed": "time" if slow else "memory" if large else error.strip()}


def cell(row: dict[str, float | str] | None) -> str:
    """What the table says of a measurement."""
    if row is None:
        return ""
    if "failed" in row:
        why = str(row["failed"])
        return f"over {row['cpu']:.0f} s" if why == "time" else "out of memory" if why == "memory" else "fails"
    return f"{row['cpu']:.1f} s, {row['memory']:,.0f} MB"


def ratios(rows: list[dict[str, float | str] | None], citations: list[int], base: float) -> str:
    """For each step in size, how much longer a citation takes."""
    told = []
    for k in range(1, len(rows)):
        a, b = rows[k - 1], rows[k]
        if a and b and "failed" not in a and "failed" not in b:
            before = max(float(a["cpu"]) - base, 0.01) / citations[k - 1]
            told.append(f"{max(float(b['cpu']) - base, 0.01) / citations[k] / before:.2f}")
    return ", ".join(told)


def main() -> None:
    """Build what is missing, measure what has not been measured, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(tempfile.gettempdir()) / "kg-scaling")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--only", nargs="+", choices=list(ANSWERS), metavar="ANSWER", default=list(ANSWERS))
    parser.add_argument("--limit", type=int, default=600, metavar="SECONDS")
    parser.add_argument("--memory", type=int, default=6, metavar="GB")
    parser.add_argument("--again", action="store_true", help="measure again what has been measured")
    given = parser.parse_args()
    table: dict[str, list[dict[str, float | str] | None]] = {name: [] for name in given.only}
    citations = []
    for size in given.sizes:
        folder = given.folder / f"c{size}"
        if not (folder / "index").exists():
            build(folder, size)
        kept = folder / "measured.json"
        known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
        at = ends(folder) | {"out": tempfile.mkdtemp()}
        citations.append(int(at["citations"]))
        for name in given.only:
            if given.again or name not in known:
                words = [word.format(**at) for word in ANSWERS[name]] + ["--graph", str(folder)]
                known[name] = measure(words, given.limit, given.memory)
                print(
                    f"{size:,} {name}: {cell(known[name])} {known[name].get('failed', '')}", file=sys.stderr, flush=True
                )
                kept.write_text(json.dumps(known), encoding="utf-8")
            table[name].append(known[name])
    base = measure(["--version"], given.limit, given.memory)["cpu"]
    print(f"An empty command takes {base:.2f} s of CPU time.\n")
    print(
        f"| `kg ...` | {' | '.join(f'{size:,} citations' for size in citations)} | CPU a citation, each size to the one before |"
    )
    print("|---" * (len(citations) + 2) + "|")
    for name, rows in table.items():
        print(f"| {name} | {' | '.join(map(cell, rows))} | {ratios(rows, citations, float(base))} |")
    print(f"\n{WHY}")


if __name__ == "__main__":
    main()
