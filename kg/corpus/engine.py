"""The engines that jobs over a whole catalogue run on: DuckDB in this process, or Apache Spark; the same rows from both.

A job is written once, as Ibis expressions over Parquet files, and as functions over pieces that `Engine.map` calls where the
engine runs. Neither the engines nor Ibis are imported before `open_engine`.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.aside import TEMPORARY, built_aside
from kg.corpus.engine_base import Engine
from kg.errors import InputError, UnknownName

__all__ = ["ENGINES", "Engine", "open_engine", "require"]
ENGINES = ("duckdb", "spark")
_EXTRAS = {
    "corpus": ("duckdb", "ibis", "orjson", "pyarrow"),
    "spark": ("duckdb", "ibis", "orjson", "pyarrow", "pyspark"),
}


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
    with built_aside(parent, TEMPORARY) as spill:
        if name == "spark":
            from kg.corpus.spark import spark_engine

            with spark_engine(master, memory, threads, spill) as engine:
                yield engine
        else:
            from kg.corpus.duck import DuckDB

            duck = DuckDB(memory, threads or os.cpu_count() or 1, spill)
            try:
                yield duck
            finally:
                duck.close()


def require(extra: str) -> None:
    """Raise InputError where the packages of kg[corpus] or kg[spark] are not installed."""
    from importlib.util import find_spec

    if not all(find_spec(package) for package in _EXTRAS[extra]):
        raise InputError(f"this needs kg[{extra}]: pip install 'kg-citations[{extra}]'")
