"""The engines that jobs over a whole catalogue run on: DuckDB in this process, or Apache Spark; the same rows from both.

A job is written once, as Ibis expressions over Parquet files, and as functions over pieces that `Engine.map` calls where the
engine runs. Neither the engines nor Ibis are imported before `open_engine`.
"""

import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.corpus.pool import apart
from kg.errors import InputError, UnknownName

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

ENGINES = ("duckdb", "spark")
_EXTRAS = {
    "corpus": ("duckdb", "ibis", "orjson", "pyarrow"),
    "spark": ("duckdb", "ibis", "orjson", "pyarrow", "pyspark"),
}
ROW_GROUP = 122_880  # rows; what DuckDB reads at once
_YEAR = "_year"  # a column of ours while years become folders


class Engine(ABC):
    """Something that answers Ibis expressions over Parquet files and writes their rows; see `open_engine`.

    Attributes
    ----------
    name : str
        "duckdb" or "spark".
    """

    name: str

    @abstractmethod
    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Call a function of a module with each item, where the engine runs; results come as they are ready, in any order."""

    @abstractmethod
    def read(self, files: str | Path | Sequence[str | Path]) -> "ibis.Table":
        """A table of the Parquet files named, or of all in a folder and the folders in it."""

    @abstractmethod
    def rows(self, table: "ibis.Table") -> "pa.Table":
        """The rows of a table, in memory."""

    @abstractmethod
    def _write(self, table: "ibis.Table", folder: Path, order: list[str], by_year: str | None) -> None:
        """Write the rows into a new folder."""

    def write(
        self, table: "ibis.Table", folder: str | Path, *, order: Sequence[str], by_year: str | None = None
    ) -> None:
        """Write the rows of a table as Parquet, into a folder that appears when all of it is there, in place of an older one.

        Parameters
        ----------
        table : ibis.Table
            The rows.
        folder : str or Path
            Where to: `part-0.parquet` in it, or in its folders `year=YYYY`, `year=0` for those without a year.
        order : sequence of str
            The columns by which rows are sorted in each file; together they should name a row, so that its place is certain.
        by_year : str, optional
            The column whose years become folders.
        """
        folder = Path(folder)
        new, old = (folder.with_name(f".{word}-{folder.name}") for word in ("new", "old"))
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        self._write(table, new, list(order), by_year)
        if not any(new.iterdir()):  # no rows: the columns are told all the same
            import pyarrow.parquet as pq

            place = new / "year=0" if by_year else new
            place.mkdir(exist_ok=True)
            pq.write_table(table.schema().to_pyarrow().empty_table(), place / "part-0.parquet")
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def open_engine(
    name: str = "duckdb",
    *,
    master: str | None = None,
    memory: str | None = None,
    threads: int | None = None,
    scratch: str | Path | None = None,
) -> Iterator[Engine]:
    """Open an engine for the jobs in a `with` block.

    Parameters
    ----------
    name : str
        "duckdb" (in this process) or "spark".
    master : str, optional
        The Spark master, such as "spark://host:7077", "yarn", "k8s://https://host:443" or "local[4]", the default being
        "local[*]".
    memory : str, optional
        The memory it may use, such as "4GB": by default 60% of the memory that this machine has free. On Spark, the memory
        of the driver and of each executor; by default as Spark is configured.
    threads : int, optional
        How many threads and processes it may use, by default as many as there are cores. On Spark, only for "local".
    scratch : str or Path, optional
        A folder for what does not fit into memory, by default the system's for temporary files.

    Raises
    ------
    InputError
        If there is no such engine, or what it needs is not installed or not reachable.
    """
    if name not in ENGINES:
        raise UnknownName("engine", name, ENGINES)
    require("spark" if name == "spark" else "corpus")
    if master and name != "spark":
        raise InputError(f"--master {master} needs --engine spark", "DuckDB runs in this process and has no master")
    if threads is not None and threads < 1:
        raise InputError(f"threads must be at least 1 (got {threads})")
    parent = Path(scratch) if scratch else Path(tempfile.gettempdir())
    parent.mkdir(parents=True, exist_ok=True)
    spill = Path(tempfile.mkdtemp(prefix="kg-engine-", dir=parent))
    try:
        if name == "spark":
            from kg.corpus.spark import spark_engine

            with spark_engine(master, memory, threads, spill) as engine:
                yield engine
        else:
            duck = _DuckDB(memory, threads or os.cpu_count() or 1, spill)
            try:
                yield duck
            finally:
                duck.close()
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def require(extra: str) -> None:
    """Raise InputError where the packages of kg[corpus] or kg[spark] are not installed."""
    from importlib.util import find_spec

    if not all(find_spec(package) for package in _EXTRAS[extra]):
        raise InputError(f"this needs kg[{extra}]: pip install 'kg-citations[{extra}]'")


class _DuckDB(Engine):
    """DuckDB in this process, and other processes for `map`."""

    name = "duckdb"

    def __init__(self, memory: str | None, threads: int, spill: Path) -> None:
        import duckdb
        import ibis

        self._threads = threads
        try:
            self._db = ibis.duckdb.connect(
                threads=threads, memory_limit=memory or f"{free_memory() * 6 // 10}B", temp_directory=str(spill)
            )
        except duckdb.Error as error:
            raise InputError(f"invalid memory {memory!r}", 'a number and its unit, such as "4GB"') from error
        self._db.raw_sql("SET enable_progress_bar = false; SET preserve_insertion_order = false")

    def close(self) -> None:
        """Close the database."""
        self._db.disconnect()

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        return apart(function, list(items), self._threads)

    def read(self, files: str | Path | Sequence[str | Path]) -> "ibis.Table":
        return self._db.read_parquet([str(file) for file in files_in(files)], hive_partitioning=False)

    def rows(self, table: "ibis.Table") -> "pa.Table":
        return self._db.to_pyarrow(table)

    def _write(self, table: "ibis.Table", folder: Path, order: list[str], by_year: str | None) -> None:
        import ibis
        import pyarrow.parquet as pq

        schema = table.schema().to_pyarrow()
        if by_year:
            table = table.mutate(table[by_year].fill_null(0).name(_YEAR))
        keys = ([_YEAR] if by_year else []) + order
        in_order = table.order_by([ibis.asc(key, nulls_first=True) for key in keys])
        writer, year = None, None
        with self._db.to_pyarrow_batches(in_order, chunk_size=ROW_GROUP) as batches:
            for batch in batches:
                for part, rows in _by_year(batch) if by_year else [(0, batch)]:
                    if writer is None or part != year:
                        if writer:
                            writer.close()
                        place = folder / f"year={part}" if by_year else folder
                        place.mkdir(exist_ok=True)
                        writer, year = pq.ParquetWriter(place / "part-0.parquet", schema, compression="zstd"), part
                    writer.write_batch(rows)
        if writer:
            writer.close()


def _by_year(batch: "pa.RecordBatch") -> Iterator[tuple[int, "pa.RecordBatch"]]:
    """The runs of rows of one year each, of rows sorted by year."""
    import pyarrow.compute as pc

    years = batch.column(_YEAR)
    batch = batch.drop_columns([_YEAR])
    start = 0
    for run in pc.value_counts(years).to_pylist():  # in the order of their first row
        yield run["values"], batch.slice(start, run["counts"])
        start += run["counts"]


def files_in(files: str | Path | Sequence[str | Path]) -> list[Path]:
    """The Parquet files named, or those of a folder and the folders in it, sorted by path."""
    if not isinstance(files, str | Path):
        return [Path(file) for file in files]
    place = Path(files)
    return sorted(place.rglob("*.parquet")) if place.is_dir() else [place]


def free_memory() -> int:
    """The memory that is free on this machine, in bytes; 4 GB where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (OSError, ValueError, AttributeError):
        return 4 * 10**9
