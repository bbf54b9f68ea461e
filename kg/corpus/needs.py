"""What a build needs of disk and memory, and what became of it where there was not enough."""

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.corpus.engine import Engine
from kg.corpus.snapshot import Snapshot
from kg.errors import InputError, KgError, StoreError, lacks_memory

#: Bytes on disk for each byte of the snapshot while a build runs: the rows of its shards, the tables, and what is being sorted.
#: Works as OpenAlex' service gives them, with abstracts, take half of their gzipped size on disk; the rest is for sorting.
_RATIO = {".gz": 0.9, ".jsonl": 0.3, ".parquet": 0.9}
#: What NumPy and DuckDB say of a full disk, without a number.
_FULL = r"Not enough free space to write|\d+ requested and \d+ written|No space left|max_temp_directory_size"


@dataclass(frozen=True)
class Needs:
    """What a build needs, as far as that can be told before.

    Attributes
    ----------
    shards, unread : int
        How many files the snapshot has, and how many of them were not read before.
    size : int
        Their bytes.
    disk : int
        The bytes that the corpus and what is made on the way take, a corpus that is replaced included.
    free : int
        The bytes that are free on the disk.
    memory : str
        The memory that the engine may use, "" where it is not known.
    processes : int
        How many processes read, each of which takes up to 0.3 GB more.
    """

    shards: int
    unread: int
    size: int
    disk: int
    free: int
    memory: str
    processes: int


def needs_of(snapshot: Snapshot, unread: int, folder: Path, engine: Engine) -> Needs:
    """What building a corpus of a snapshot in a folder needs."""
    there = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    whole = sum(shard.size * _RATIO.get(Path(shard.path).suffix, 0.3) for shard in snapshot.shards)
    return Needs(
        shards=len(snapshot.shards),
        unread=unread,
        size=snapshot.size,
        disk=max(0, int(whole) - there),
        free=shutil.disk_usage(folder).free,
        memory=engine.memory,
        processes=min(engine.threads, unread),
    )


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Say in one line where disk or memory did not suffice, or a file is damaged; what was done stays, the next run goes on there."""
    again = "run the same command again: it does what is missing"
    try:
        yield
    except Exception as error:
        kind, text = type(error).__module__.partition(".")[0].lstrip("_"), str(error)
        unnumbered = isinstance(error, OSError) and error.errno is None  # as pyarrow raises it of damaged bytes
        if getattr(error, "errno", 0) in (errno.ENOSPC, errno.EDQUOT) or (
            (unnumbered or kind == "duckdb") and re.search(_FULL, text)
        ):
            raise InputError(f"no space left on the disk of {folder}", f"make room there, then {again}") from error
        if lacks_memory(error):
            hint = f"allow more with --memory or `ulimit -v`, or fewer --threads, then {again}"
            raise KgError("the memory did not suffice", hint) from error
        if kind == "pyarrow" or unnumbered:
            raise _damaged(folder, error) from error
        if kind != "duckdb":
            raise
        raise KgError(f"DuckDB gave up: {text.splitlines()[0]}", again) from error


def _damaged(folder: Path, error: Exception) -> StoreError:
    return StoreError(f"a file of {folder} is damaged: {str(error).splitlines()[0]}", "build the corpus again")
