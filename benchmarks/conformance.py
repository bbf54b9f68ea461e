"""Ask a peer the conformance vectors, in an environment of its own, and write the comparison table of docs/metrics.md.

    python benchmarks/conformance.py --peer cdindex      # pyscisci, pybibx, cdindex, igraph or networkx; repeatable
    python benchmarks/conformance.py                     # the table again, from the answers kept

The answers are kept in benchmarks/conformance.json, so that one peer can be asked at a time.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from vectors import TOLERANCE, answer, differences, read_vectors  # noqa: E402

KEPT = Path(__file__).with_suffix(".json")
PAGE = ROOT / "docs" / "metrics.md"
BEGIN, END = "<!-- comparison: written by benchmarks/conformance.py -->", "<!-- end of comparison -->"
#: What is installed for each peer. pyBibX is installed without its 100 other requirements but for those its metrics use.
PEERS = {
    "networkx": ["networkx==3.6.1", "numpy", "scipy"],
    "igraph": ["igraph==1.0.0"],
    "cdindex": ["cdindex==1.0.20"],
    "pyscisci": ["pyscisci==0.92"],
    "pybibx": ["chardet", "networkx", "numba", "numpy", "pandas", "Pillow", "scikit-learn", "scipy"],
}
BARE = {"pybibx": "pybibx==5.9.5"}


def ask(peer: str, folder: Path) -> dict[str, Any]:
    """The peer's version and answers; its environment is made in `folder` where it is not there."""
    python = folder / peer / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(folder / peer, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, *PEERS[peer]], check=True)
        if peer in BARE:
            subprocess.run([*install, "--no-deps", BARE[peer]], check=True)
    script = Path(__file__).with_name("peer_answers.py")
    done = subprocess.run(
        [str(python), str(script), peer], input=json.dumps(read_vectors()), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{peer} could not be asked: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def verdict(vector: dict[str, Any], given: Any) -> str:
    """How an answer stands to what is expected, as a cell of the table."""
    if given is None or "not offered" in given:
        return "–"
    if "fails" in given:
        return f"fails: {given['fails'][:60]}"
    expected = _asked(vector["expected"], given)
    different = list(differences(expected, given, max(vector.get("tolerance", TOLERANCE), 1e-9)))
    return "✗ `" + different[0].strip().replace("|", "/") + "`" if different else "✓"


def _asked(expected: Any, given: Any) -> Any:
    """The part of what is expected that a peer has a number for."""
    if isinstance(expected, dict) and isinstance(given, dict):
        return {key: _asked(expected[key], given[key]) for key in expected if key in given}
    return expected


def table(kept: dict[str, Any]) -> str:
    """The comparison as Markdown: one row a vector, one column a peer."""
    peers = [peer for peer in PEERS if peer in kept]
    lines = [
        "| vector | kg | " + " | ".join(f"{peer} {kept[peer]['version']}" for peer in peers) + " |",
        "|" + " --- |" * (len(peers) + 2),
    ]
    for vector in read_vectors():
        key = f"{vector['metric']}: {vector['name']}"
        ours = verdict(vector, answer(vector))
        cells = [verdict(vector, kept[peer]["answers"].get(key)) for peer in peers]
        lines.append(f"| {key} | {ours} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Ask the peers named and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", action="append", choices=sorted(PEERS), default=[])
    parser.add_argument(
        "--environments", type=Path, help="Keep the peers' environments here instead of making them anew."
    )
    wanted = parser.parse_args()
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    with tempfile.TemporaryDirectory() as made:
        for peer in wanted.peer:
            kept[peer] = ask(peer, wanted.environments or Path(made))
            print(f"{peer} {kept[peer]['version']}: {len(kept[peer]['answers'])} answers")
    KEPT.write_text(json.dumps(dict(sorted(kept.items())), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table(kept)}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")
    print(f"wrote the comparison to {PAGE.name}")


if __name__ == "__main__":
    main()
