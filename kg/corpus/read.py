"""One shard of a snapshot, read into a folder: what an engine calls, in a process of its own or on another machine."""

import gc
from pathlib import Path
from typing import Any

from kg.corpus import openalex, s2
from kg.corpus.rows import citation_schema, name_schema, work_schema
from kg.corpus.shards import Shard, ShardWriter, with_shard


def read_shard(task: tuple[Shard, str]) -> dict[str, Any]:
    """Read one shard into a folder and give its receipt: called by an engine, in a process of its own."""
    shard, folder = task
    writer = ShardWriter(shard, Path(folder), openalex.schemas() if shard.kind == "works" else s2.schemas(shard.kind))
    collects = gc.isenabled()
    gc.disable()  # records have no cycles, and looking for some takes a sixth of the time
    try:
        (openalex if shard.kind == "works" else s2).read(shard, writer)
        return writer.finish()
    finally:
        writer.close()
        if collects:
            gc.enable()


def write_none(name: str, place: Path) -> None:
    """Write a table of a shard without any rows."""
    import pyarrow.parquet as pq

    schema = {"works": work_schema, "citations": citation_schema, "names": name_schema}[name]()
    pq.write_table(with_shard(schema).empty_table(), place)
