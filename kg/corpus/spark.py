"""Apache Spark as an engine: Ibis expressions become its SQL, executors write the files."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.corpus.engine_base import YEAR, Engine, files_in
from kg.corpus.spark_session import begin_session, reason_of
from kg.errors import KgError

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_NUMBERS = count()  # of tables read


@contextmanager
def spark_engine(master: str | None, memory: str | None, threads: int | None, spill: Path) -> Iterator[Engine]:
    """Spark in a `with` block; a session that the caller has already is used and left open. See `open_engine`."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    if session is not None:
        yield _Spark(session)
        return
    master = master or os.environ.get("SPARK_MASTER") or f"local[{threads or '*'}]"
    session = begin_session(master, _java_memory(memory) if memory else None, spill)
    try:
        yield _Spark(session)
    except (Py4JError, PySparkException) as error:
        hint = "run the same command again: it does what is missing"
        raise KgError(f"Spark gave up: {reason_of(error)}", hint) from error
    finally:
        session.stop()


def _java_memory(memory: str) -> str:
    """A size as Java writes it: "4GB" is "4g"."""
    return memory.strip().lower().replace("ib", "").rstrip("b")


def _uri(file: str | Path) -> str:
    """A path as Hadoop reads it, which takes percent signs as they are."""
    return f"file://{Path(file).resolve()}"


class _Spark(Engine):
    """A Spark session."""

    name = "spark"

    def __init__(self, session: "SparkSession") -> None:
        import ibis

        for key, value in {
            "spark.sql.parquet.compression.codec": "zstd",
            "spark.sql.sources.partitionOverwriteMode": "static",
            "spark.sql.ansi.enabled": "true",
        }.items():
            session.conf.set(key, value)
        self._session = session
        self._db = ibis.pyspark.connect(session)

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Each item is a job of one task, so that results come as they are ready."""
        context = self._session.sparkContext
        items = list(items)
        at_once = min(len(items), max(2 * context.defaultParallelism, 64)) or 1
        with ThreadPoolExecutor(at_once) as threads:
            running: set[Future[Any]] = {
                threads.submit(lambda one: context.parallelize([one], 1).map(function).collect()[0], item)
                for item in items
            }
            try:
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                if running:
                    for future in running:
                        future.cancel()
                    context.cancelAllJobs()

    def read(self, files: str | Path | Sequence[str | Path]) -> "ibis.Table":
        name = f"kg_{next(_NUMBERS)}"
        paths = [_uri(file) for file in files_in(files)]
        self._session.read.option("recursiveFileLookup", "true").parquet(*paths).createOrReplaceTempView(name)
        return self._db.table(name)

    def rows(self, table: "ibis.Table") -> "pa.Table":
        return self._frame(table).toArrow().cast(table.schema().to_pyarrow())

    def _frame(self, table: "ibis.Table") -> "DataFrame":
        return self._session.sql(self._db.compile(table))

    def _write(self, table: "ibis.Table", folder: Path, order: list[str], by_year: str | None) -> None:
        from pyspark.sql import functions

        frame, parts = self._frame(table), folder / ".parts"
        if by_year:
            frame = frame.withColumn(YEAR, functions.coalesce(functions.col(by_year), functions.lit(0)))
            frame = frame.repartition(YEAR)
        else:
            frame = frame.repartition(1)
        frame = frame.sortWithinPartitions(*([YEAR] if by_year else []), *order)
        writer = frame.write.mode("overwrite")
        (writer.partitionBy(YEAR) if by_year else writer).parquet(_uri(parts))
        for part in sorted(parts.rglob("*.parquet")):
            place = folder / part.parent.name.replace(YEAR, "year") if by_year else folder
            place.mkdir(exist_ok=True)
            target = place / "part-0.parquet"
            if target.exists():
                raise RuntimeError(f"Spark wrote two files for {place}")
            part.rename(target)
        shutil.rmtree(parts)
