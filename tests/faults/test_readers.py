"""A graph is read in a loop, by every way that opens its index or its RDF, while it is written to: every reading succeeds."""

import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from faults.warm import copies, said

READERS = (
    ("info", "--json", "-g", "./g"),
    ("rank", "pagerank", "-g", "./g"),
    ("path", "a", "c", "-g", "./g"),
    ("sparql", "SELECT ?a { ?a cito:cites ?b }", "-g", "./g"),
)


@pytest.mark.parametrize(
    ("writes", "readers", "commands"),
    [
        pytest.param(3, 3, READERS, marks=pytest.mark.long, id="some"),
        pytest.param(4, 7, READERS[3:], marks=pytest.mark.long, id="many that build RDF"),
        pytest.param(100, 3, READERS, marks=pytest.mark.nightly, id="all"),
    ],
)
def test_readers_do_not_fail_while_a_graph_is_written_to(
    tmp_path: Path, bundled_graph: Any, writes: int, readers: int, commands: Sequence[Sequence[str]]
):
    """Readers at once, each of which removes the index or the RDF of the state before, and a writer."""
    (tmp_path / "first.csv").write_text("citing,cited\nb,a\nc,b\n", encoding="utf-8")
    done, wrong, written = Counter[str](), list[str](), threading.Event()
    with copies(readers + 1) as pool:

        def run(*words: str) -> None:
            code, text = pool.apply(said, (tmp_path, {}, *words))
            done[words[0]] += 1
            if code or "Traceback" in text or "built again" in text:
                wrong.append(f"{words[0]}: exit {code}: {text[-400:]}")

        def read(number: int) -> None:
            while not written.is_set():
                for k in range(len(commands)):
                    run(*commands[(number + k) % len(commands)])

        run("ingest", "first.csv", "-g", "./g")
        reading = [threading.Thread(target=read, args=(number,), daemon=True) for number in range(readers)]
        for reader in reading:
            reader.start()
        try:
            for n in range(writes):
                (tmp_path / "more.csv").write_text(f"citing,cited\nd{n},a\n", encoding="utf-8")
                run("ingest", "more.csv", "-g", "./g")
                run(*commands[0])
                run(*commands[-1])
        finally:
            written.set()
            for reader in reading:
                reader.join()
    print(f"{dict(done)} of {writes} writes, {len(wrong)} failures")  # noqa: T201  (the counts are the result)
    assert not wrong, "\n".join(wrong)
