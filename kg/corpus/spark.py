"""Apache Spark as an engine: Ibis expressions become its SQL, executors write the files."""

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.corpus.engine_base import PART, Engine, files_in
from kg.corpus.spark_session import begin_session, reason_of
from kg.errors import KgError

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_GLOB = r"[\\{}\[\]*?]"  # what Hadoop takes for a pattern in a path
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
        context = session.sparkContext
        if context.master.startswith("local") and not context.getConf().contains("spark.sql.shuffle.partitions"):
            session.conf.set("spark.sql.shuffle.partitions", str(max(8, 4 * context.defaultParallelism)))  # not 200
        self._session, self.threads = session, context.defaultParallelism
        self.memory = context.getConf().get("spark.executor.memory", "") or ""
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
        paths = [re.sub(_GLOB, r"\\\g<0>", _uri(file)) for file in files_in(files)]
        self._session.read.option("recursiveFileLookup", "true").parquet(*paths).createOrReplaceTempView(name)
        return self._db.table(name)

    def rows(self, table: "ibis.Table") -> "pa.Table":
        return self._frame(table).toArrow().cast(table.schema().to_pyarrow())

    def _frame(self, table: "ibis.Table") -> "DataFrame":
        return self._session.sql(self._db.compile(table))

    def _write(self, table: "ibis.Table", order: list[str], folder: Path, place_of: Callable[[int], Path]) -> None:
        parts = folder / ".parts"
        frame = self._frame(table).repartition(PART).sortWithinPartitions(PART, *order)  # nulls first
        frame.write.mode("overwrite").partitionBy(PART).parquet(_uri(parts))
        for file in sorted(parts.rglob("*.parquet")):
            place = place_of(int(file.parent.name.partition("=")[2]))
            if place.exists():
                raise RuntimeError(f"Spark wrote two files for {place}")
            file.rename(place)
        shutil.rmtree(parts)
