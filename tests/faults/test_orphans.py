"""A query does not outlive its command."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word that a parent has ended")
def test_the_process_of_a_query_ends_when_its_command_is_killed(bundled_graph: Any):
    """`kill -9` of `kg sparql`: nothing is left that holds the pipe of its answer."""
    words = [
        sys.executable,
        "-m",
        "kg",
        "sparql",
        "SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i}",
        "--timeout",
        "90",
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as command:
        children = Path(f"/proc/{command.pid}/task/{command.pid}/children")
        ends = time.monotonic() + 60
        while command.poll() is None and not children.read_text(encoding="ascii") and time.monotonic() < ends:
            pass
        command.kill()
        before = time.monotonic()
        assert command.stdout.read() == b""
        assert time.monotonic() - before < 30
