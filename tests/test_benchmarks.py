"""The table of benchmarks: every peer agrees with kg before its time counts."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch):
    """The benchmarks can be imported, as where one of them is run."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


def judge(ours: dict[str, float], theirs: dict[str, float], found: list[tuple[list[int], list[int]]]) -> dict[str, Any]:
    """What becomes of a sum that each side gives in parts, in these seconds."""
    from lines import Line
    from table import compare

    line = Line(name="sum", question="a sum", short="sum", size=1, quick=1, kg={}, peers={})
    cost = {"wall_s": 1.0, "peak_mb": 1, "limit": None}
    answers = [(np.array(a), np.array(b)) for a, b in found]
    return compare(line, "kg", "peer", {"cpu_s": ours, **cost}, {"cpu_s": theirs, **cost}, answers)


def test_a_ratio_of_answers_that_differ_is_refused():
    """One entry of one part differs, or there is one more: no ratio, and it says so."""
    record = judge({"a": 1, "b": 1}, {"a": 4, "b": 9}, [([1, 2], [1, 2]), ([1, 2], [1, 3])])
    assert "ratio" not in record
    assert record["refused"] == "the answers differ by 1"
    assert judge({"a": 1}, {"a": 4}, [([1], [1, 1])])["refused"] == "the answers differ by inf"


def test_the_ratio_of_several_parts_is_their_geometric_mean():
    """4 and 9: 6, and at least 4."""
    record = judge({"a": 1, "b": 1}, {"a": 4, "b": 9}, [([1, 2], [1, 2]), ([3], [3])])
    assert record["ratio"] == pytest.approx(6)
    assert record["least"] == 4


def test_the_limit_adds_what_waits_and_what_streams():
    """A million reads of 3 ns (between two sizes measured), and 10 MB at 10 GB/s."""
    from limits import Limit

    machine = {"gather_ns": {"1024": 2.0, "1048576": 4.0}, "hop_ns": 50.0, "gb_s": 10.0}
    assert Limit(gathers=1e6, vector=2**15, streamed=1e7).seconds(machine) == pytest.approx(3e-3 + 1e-3)


@pytest.mark.nightly
def test_the_table_is_made_and_every_peer_agrees(tmp_path: Path):
    """A quick run has a line of JSON for each side and peer, none refused, and becomes a page with a drawing."""
    from performance_page import told, write

    results = tmp_path / "results.jsonl"
    command = [
        sys.executable,
        ROOT / "benchmarks" / "table.py",
        "--quick",
        "--data",
        tmp_path / "data",
        "--results",
        results,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    records = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    asked = {
        "pagerank",
        "path-counts",
        "path",
        "paths",
        "loading",
        "ingest",
        "betweenness",
        "co-citation",
        "rdf-load",
        "sparql-look-ups",
        "sparql-paths",
    }
    assert asked <= {record["line"] for record in records}
    assert all(record["ratio"] > 0 and record["ours"]["peak_mb"] > 0 for record in records)
    shutil.copy(ROOT / "docs" / "performance.md", tmp_path)
    write(results, tmp_path, quick=True)
    assert told(records).count("\n| ") == len(records) + 2  # head and rule
    assert (tmp_path / "performance.md").read_text(encoding="utf-8").count("2,000 works, generated") > 5
    assert "<svg" in (tmp_path / "performance.svg").read_text(encoding="utf-8")
