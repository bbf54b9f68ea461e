"""Small snapshots for tests, written as the two catalogues write theirs."""

import gzip
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

INPUTS = Path(__file__).parents[2] / "shared" / "data" / "inputs"


def api_works() -> list[dict[str, Any]]:
    """410 works as the service of OpenAlex gave them."""
    with gzip.open(INPUTS / "openalex" / "works-tu9-410.json.gz") as file:
        return json.load(file)


def citing_works(count: int = 60, seed: int = 1) -> list[dict[str, Any]]:
    """Works that cite earlier ones among them, some of them again, their own and unknown ones too."""
    draw, works = random.Random(seed), api_works()[:count]  # noqa: S311
    ids = [work["id"] for work in works]
    for place, work in enumerate(works):
        cited = draw.sample(ids[:place], min(place, draw.randrange(6)))
        extra = [
            (ids[place], "https://openalex.org/W999999999999", *cited[:1])[k]
            for k in range(place % 4)
            if k < 2 + len(cited[:1])
        ]
        work["referenced_works"] = cited + extra
        work["referenced_works_count"] = len(cited + extra)
    return works


def write_lines(file: Path, records: Iterable[Any]) -> Path:
    """Write records a line, gzipped where the name says so."""
    text = "".join(f"{json.dumps(record)}\n" for record in records)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(text.encode(), 1) if file.name.endswith(".gz") else text.encode())
    return file


def openalex_snapshot(folder: Path, works: list[dict[str, Any]] | None = None, shards: int = 3) -> Path:
    """A snapshot of OpenAlex in so many shards."""
    works = citing_works() if works is None else works
    for k in range(shards):
        write_lines(folder / f"data/jsonl/works/updated_date=2026-01-0{k + 1}/part_0000.gz", works[k::shards])
    return folder


def plain(corpus: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of every file of a corpus, by the file."""
    import pyarrow.parquet as pq

    files = [
        file for name in ("works", "citing", "cited", "names", "titles") for file in (corpus / name).rglob("*.parquet")
    ]
    return {file.relative_to(corpus).as_posix(): pq.ParquetFile(file).read().to_pylist() for file in sorted(files)}
