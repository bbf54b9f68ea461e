"""Every hostile file, and files that unpack to a thousand times their size, given to `kg ingest` as a command: what it ends with, and what it takes."""

import gzip
from pathlib import Path

import pytest

from tests.faults.process import kg

ENDS = frozenset({0, 2})  # an answer, or a line that says why there is none
#: head -> what is repeated until it is half a gigabyte, packed
BOMBS = {
    f"{name}.{suffix}.gz": (head, piece)
    for suffix, head in (("bib", b"@book{a, title={Towns}}\n"), ("csv", b"citing,cited\na,b\n"), ("md", b"# References\n\n* Roe, A. (1999). Towns.\n"))
    for name, piece in (("zeros", b"\0"), ("line", b"a"), ("lines", b"\n"), ("spaces", b" "))
}  # fmt: skip


def ingested(file: Path, folder: Path) -> tuple[str, str]:
    """What is wrong with how the commands ended, and a line of what they took."""
    first = kg(folder, "ingest", str(file), "--graph", "./g", "--from", "none")
    wrong = first.fault(ENDS)
    if not wrong and first.code == 0:
        wrong = kg(folder, "info", "--graph", "./g").fault(frozenset({0}))
    return wrong, f"{file.name}: exit {first.code}, {first.seconds:.1f} s, {first.megabytes:.0f} MB"


@pytest.mark.nightly
def test_every_hostile_file_ends_soon_and_leaves_a_graph_that_works(shared: Path, tmp_path: Path):
    """In 10 s of CPU and 1 GB, with exit 0 or 2 and no traceback; `kg info` tells of what was kept."""
    files = [path for path in sorted((shared / "cases" / "hostile").rglob("*")) if path.is_file() and path.suffix != ".sh" and path.name != "README.md"]  # fmt: skip
    assert len(files) > 50
    found = []
    for n, path in enumerate(files):
        (tmp_path / str(n)).mkdir()
        wrong, took = ingested(path, tmp_path / str(n))
        print(took, wrong)  # noqa: T201
        found += [f"{took}: {wrong}"] if wrong else []
    assert not found, "\n".join(found)


@pytest.mark.nightly
@pytest.mark.parametrize("name", BOMBS)
def test_what_unpacks_to_a_thousand_times_its_size_ends_soon(name: str, tmp_path: Path):
    """Half a gigabyte in half a megabyte."""
    head, piece = BOMBS[name]
    with gzip.open(tmp_path / name, "wb", compresslevel=6) as file:
        file.write(head)
        for _ in range(512):
            file.write(piece * (1 << 20))
    wrong, took = ingested(tmp_path / name, tmp_path)
    print(took)  # noqa: T201
    assert not wrong, took
