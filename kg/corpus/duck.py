"""DuckDB as an engine, in this process."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.corpus.engine_base import PART, Engine, files_in
from kg.corpus.pool import apart
from kg.errors import InputError

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

_LEAST = 1_000_000  # bytes of memory
_ROW_GROUP = 122_880  # rows; what DuckDB reads at once


class DuckDB(Engine):
    """DuckDB in this process, and other processes for `map`."""

    name = "duckdb"

    def __init__(self, memory: str | None, threads: int, spill: Path) -> None:
        import duckdb
        import ibis

        self.threads = threads
        given = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT])i?B\s*", memory, re.IGNORECASE) if memory else None
        if memory and (given is None or float(given[1]) * 1000 ** " KMGT".index(given[2].upper()) < _LEAST):
            raise InputError(f"invalid memory {memory!r}", 'a number and its unit, such as "4GB"')
        try:
            self._db = ibis.duckdb.connect(
                threads=threads, memory_limit=memory or f"{free_memory() * 6 // 10}B", temp_directory=str(spill)
            )
        except duckdb.ProgrammingError as error:
            raise InputError(f"invalid memory {memory!r}", 'a number and its unit, such as "4GB"') from error
        self.memory = str(self._db.raw_sql("SELECT current_setting('memory_limit')").fetchone()[0])
        self._db.raw_sql("SET enable_progress_bar = false; SET preserve_insertion_order = false")

    def close(self) -> None:
        """Close the database."""
        self._db.disconnect()

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Call it in processes of this machine."""
        return apart(function, list(items), self.threads)

    def read(self, files: str | Path | Sequence[str | Path]) -> "ibis.Table":
        """Read them where they are."""
        return self._db.read_parquet([as_path(file) for file in files_in(files)], hive_partitioning=False)

    def rows(self, table: "ibis.Table") -> "pa.Table":
        """Gather them."""
        return self._db.to_pyarrow(table)

    def _write(self, table: "ibis.Table", order: list[str], folder: Path, place_of: Callable[[int], Path]) -> None:
        import ibis
        import pyarrow.parquet as pq

        del folder
        schema = table.drop(PART).schema().to_pyarrow()
        in_order = table.order_by([ibis.asc(key, nulls_first=True) for key in (PART, *order)])
        writer, written = None, -1
        try:
            with self._db.to_pyarrow_batches(in_order, chunk_size=_ROW_GROUP) as batches:
                for batch in batches:
                    for part, rows in _runs(batch):
                        if writer is None or part != written:
                            if writer:
                                writer.close()
                            writer, written = (
                                pq.ParquetWriter(place_of(part), schema, compression="zstd", write_page_checksum=True),
                                part,
                            )
                        writer.write_batch(rows)
        finally:
            if writer:
                writer.close()


def _runs(batch: "pa.RecordBatch") -> Iterator[tuple[int, "pa.RecordBatch"]]:
    """The rows of each file, of rows sorted by file."""
    import pyarrow.compute as pc

    parts, start = batch.column(PART), 0
    batch = batch.drop_columns([PART])
    for run in pc.value_counts(parts).to_pylist():  # in the order of their first row
        yield run["values"], batch.slice(start, run["counts"])
        start += run["counts"]


def as_path(file: str | Path) -> str:
    """A file as DuckDB is asked for it: *, ? and [ in its path stand for themselves, else they were a pattern."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(file))


def free_memory() -> int:
    """The memory that is free on this machine, in bytes; 4 GB where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (OSError, ValueError, AttributeError):
        return 4 * 10**9
