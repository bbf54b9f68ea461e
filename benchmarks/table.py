"""kg beside named peers, in one table: `make bench`.

    python benchmarks/table.py [--quick] [--only NAME ...] [--results FILE] [--data FOLDER] [--page]

Each side of each line answers in a process of its own, on one thread, and both sides of a ratio are measured in the same run. A
ratio counts only if both answers agree. Every result is a line of JSON in FILE; single lines can be taken again with --only, and
the newest one of each counts. --page writes docs/performance.md and its drawing from FILE. --quick takes small data.
"""

import argparse
import json
import math
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
PACKAGES = {
    "Oxigraph": "pyoxigraph",
    "DuckDB": "duckdb",
    "Spark": "pyspark",
    "kg[fast]": "numba",
    "networkx, cold": "networkx",
}
RUNS, LEAST_S, LONG_S = 3, 0.3, 8.0


def lines() -> dict[str, Any]:
    """All lines by name."""
    from metric_lines import METRIC_LINES
    from other_lines import OTHER_LINES
    from path_lines import PATH_LINES

    return {line.name: line for line in [*METRIC_LINES, *PATH_LINES, *OTHER_LINES]}


def measure(line: str, side: str, data: Path, size: int, out: Path) -> dict[str, Any]:
    """What a side costs, in this process; its answers go to files."""
    asked = lines()[line]
    ready = {**asked.kg, **asked.peers}[side](data, size)
    seconds, walls, peak = {}, {}, 0.0
    for n, (part, run) in enumerate(ready.parts.items()):
        times: list[tuple[float, float]] = []
        while True:
            start, wall = time.process_time(), time.perf_counter()
            found = run()
            used, passed = time.process_time() - start, time.perf_counter() - wall
            if ready.whole_processes:
                used, memory, found = found
                peak = max(peak, memory)
            times.append((used, passed))
            if len(times) == 1:
                peak = peak if ready.whole_processes else _peak()
                np.save(out / f"{n}.npy", np.asarray(ready.answer(found)))
                if ready.once or used > LONG_S:
                    break
            elif len(times) > RUNS and sum(cpu for cpu, _ in times) > LEAST_S:
                times = times[1:]  # the first one warms up
                break
        seconds[part], walls[part] = (statistics.median(each) * ready.scale for each in zip(*times, strict=True))
    limit = ready.limit._asdict() if ready.limit else None
    return {"cpu_s": seconds, "wall_s": sum(walls.values()), "peak_mb": round(peak), "limit": limit}


def _peak() -> float:
    """The greatest resident megabytes of this program; rusage would count what the process was before it started it."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+)", status.read_text())):
        return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare(
    line: Any, kg: str, peer: str, ours: dict[str, Any], theirs: dict[str, Any], found: list[Any]
) -> dict[str, Any]:
    """One ratio; none where the answers differ.

    `found` are pairs of answers, one of each part.
    """
    difference = max(line.difference(a, b) for a, b in found)
    record = {"line": line.name, "kg": kg, "peer": peer, "ours": ours, "theirs": theirs, "difference": difference}
    if not difference <= line.tolerance:
        return record | {"refused": f"the answers differ by {difference:.2g}"}
    ratios = {part: theirs["cpu_s"][part] / s for part, s in ours["cpu_s"].items()}
    middle = math.exp(statistics.fmean(map(math.log, ratios.values())))
    return record | {"ratio": middle, "least": min(ratios.values()), "parts": ratios}


def run(names: list[str], *, quick: bool, data: Path, results: Path) -> int:
    """Measure the lines, each side alone; the number of lines whose answers differ."""
    known, refused = lines(), 0
    machine = _child(["--machine"])
    head = {"machine": machine, "date": datetime.now(UTC).date().isoformat(), "quick": quick, "versions": versions()}
    for name in names or known:
        line = known[name]
        if (size := line.quick if quick else line.size) is None:
            continue
        folder = data / f"{line.data}-{size}"
        if line.missing(size):
            print(f"{name}: left out: {line.missing(size)}", flush=True)
            continue
        _child(["--make", name, str(folder), str(size)])
        with tempfile.TemporaryDirectory() as kept:
            costs: dict[str, Any] = {}
            for n, side in enumerate([*line.kg, *line.peers]):
                out = Path(kept) / str(n)
                out.mkdir()
                costs[side] = (_child(["--side", name, side, str(folder), str(size), str(out)]), out)
            for kg in line.kg:
                for peer in line.peers:
                    (ours, a), (theirs, b) = costs[kg], costs[peer]
                    if "absent" in theirs or "absent" in ours:
                        print(f"{name}: {kg} and {peer}: {theirs.get('absent') or ours['absent']}", flush=True)
                        continue
                    files = [f"{k}.npy" for k in range(len(ours["cpu_s"]))]
                    found = [(np.load(a / file), np.load(b / file)) for file in files]
                    record = head | {"size": size} | compare(line, kg, peer, ours, theirs, found)
                    refused += "refused" in record
                    with results.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(record) + "\n")
                    print(told(record), flush=True)
    return refused


def told(record: dict[str, Any]) -> str:
    """A result in a line."""
    ours, theirs = (sum(record[side]["cpu_s"].values()) for side in ("ours", "theirs"))
    outcome = record.get("refused") or f"ratio {record['ratio']:.3g}"
    memory = f"{record['ours']['peak_mb']} and {record['theirs']['peak_mb']} MB"
    return f"{record['line']}: {record['kg']} {ours:.4g} s, {record['peer']} {theirs:.4g} s, {memory}: {outcome}"


def versions() -> dict[str, str]:
    """Of all that is measured."""
    names = [
        "numpy",
        "scipy",
        "numba",
        "networkx",
        "igraph",
        "cdindex",
        "rdflib",
        "pyoxigraph",
        "duckdb",
        "ibis-framework",
        "pyspark",
    ]
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _child(words: list[str]) -> dict[str, Any]:
    """What a process of its own answers."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | ONE_THREAD
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[1]), environment.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, __file__, *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(words[:3])}: {done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _answer(words: list[str]) -> dict[str, Any]:
    if words[0] == "--machine":
        from limits import machine

        return machine()
    if words[0] == "--make":
        lines()[words[1]].make(Path(words[2]), int(words[3]))
        return {}
    _, line, side, folder, size, out = words
    try:
        return measure(line, side, Path(folder), int(size), Path(out))
    except ModuleNotFoundError as error:
        return {"absent": f"{error.name} is not installed"}


def main() -> None:
    """Measure and write."""
    if sys.argv[1:2] and sys.argv[1] in {"--machine", "--make", "--side"}:
        print(json.dumps(_answer(sys.argv[1:])))
        return
    temporary = Path(tempfile.gettempdir()) / "kg-bench"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small data, less than a minute")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", choices=list(lines()), help="these lines alone"
    )
    parser.add_argument("--results", type=Path, default=temporary / "results.jsonl", help="where results are added")
    parser.add_argument("--data", type=Path, default=temporary, help="where generated graphs are kept")
    parser.add_argument(
        "--page", action="store_true", help="write docs/performance.md from the results; measure nothing"
    )
    given = parser.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    given.results.parent.mkdir(parents=True, exist_ok=True)
    if given.page:
        from performance_page import write

        write(given.results)
        return
    began = time.perf_counter()
    refused = run(given.only, quick=given.quick, data=given.data, results=given.results)
    print(f"{time.perf_counter() - began:.0f} s; results in {given.results}")
    if refused:
        sys.exit(f"{refused} ratios refused: the answers differ")


if __name__ == "__main__":
    main()
