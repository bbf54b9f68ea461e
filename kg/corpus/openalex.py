"""Shards of works of OpenAlex, JSON Lines or Parquet, as rows of a corpus."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, get_args

import orjson

from kg.corpus.lines import Damage, lines_of
from kg.corpus.rows import Cited, citation_schema, loads, work_row, work_schema
from kg.corpus.shards import FLUSHED, Shard, ShardWriter
from kg.ids import parse_identifier
from kg.ingest.sources.base import outcome_of
from kg.ingest.sources.openalex import RECORD, work_of
from kg.model import Outcome

if TYPE_CHECKING:
    import pyarrow as pa

_PREFIX = "https://openalex.org/W"
_KINDS = [
    (name, (type(kind), type(None)) if isinstance(kind, list | dict) else get_args(kind) or (kind,))
    for name, kind in RECORD.items()
]
_COLUMNS = (
    *RECORD,
    "display_name",
    "host_venue",
    "updated_date",
    "primary_topic",
    "topics",
    "concepts",
    "is_generated",
)
_NEEDED = ("id", "title", "publication_year", "referenced_works")
#: Columns of a citation -> those of its citing work.
_OF_WORK = {"citing": "n", "citing_year": "year", "updated": "updated", "line": "line"}
_ROWS = 2_000  # of a Parquet file, read at once


def schemas() -> "dict[str, pa.Schema]":
    """The tables that a shard gives."""
    return {"works": work_schema(), "citations": citation_schema()}


_FAULTS = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
#: Fields that are made of parts: without one of them a work may still be read.
_PARTED = (
    "authorships",
    "locations",
    "primary_location",
    "host_venue",
    "ids",
    "primary_topic",
    "topics",
    "concepts",
    "referenced_works",
)


def read(shard: Shard, writer: ShardWriter) -> None:
    """Read a shard of works."""
    works = writer.rows["works"]
    lists: list[list[int]] = []  # of the works not yet written
    day = next((part.partition("=")[2] for part in shard.path.split("/") if part.startswith("updated_date=")), "")
    for line, text, record in _records(shard, writer):
        if not isinstance(record, dict):
            writer.aside(line, "not an object", text)
            continue
        n = _number(record.get("id"))
        if n is None:
            writer.aside(line, f"no number of a work of OpenAlex: id is {record.get('id')!r:.60}", text)
            continue
        try:
            for name in [name for name, kinds in _KINDS if name in record and type(record[name]) not in kinds]:
                writer.aside(line, f"{name}: unexpected value {record.pop(name)!r:.60}", text, "repaired")
            row, cited, unread = _row(n, record, line, day)
        except _FAULTS as error:
            if (mended := _without_a_field(n, record, line, day)) is None:
                writer.aside(line, f"not a work of OpenAlex: {error}", text)
                continue
            name, (row, cited, unread) = mended
            writer.aside(line, f"{name}: left out, as a part of it is of another kind", text, "repaired")
        if unread:
            writer.aside(line, f"referenced_works: {unread} not the number of a work", text, "repaired")
        writer.counts["generated"] += record.get("is_generated") is True
        works.append(row)
        lists.append(cited)
        if len(works) >= FLUSHED:
            _write(writer, lists)
    _write(writer, lists)


def _write(writer: ShardWriter, lists: list[list[int]]) -> None:
    """Write the works read so far, and the citations that their lists are."""
    import numpy as np
    import pyarrow as pa

    works = writer.rows["works"]
    if works:
        ends = np.repeat(np.arange(len(works)), [len(cited) for cited in lists])
        at, columns = work_schema().names.index, {"cited": pa.array([n for cited in lists for n in cited], pa.int64())}
        for kind in citation_schema():
            if of := _OF_WORK.get(kind.name):
                columns[kind.name] = pa.array([row[at(of)] for row in works], kind.type).take(pa.array(ends))
            elif kind.name != "cited":
                columns[kind.name] = pa.nulls(len(ends), kind.type)
        writer.write("citations", [columns[name] for name in citation_schema().names])
    writer.flush()
    lists.clear()


def _without_a_field(n: int, record: dict[str, Any], line: int, day: str) -> tuple[str, Any] | None:
    """The first field without which a record can be read, and what `_row` makes of the others; None where there is none."""
    for name in _PARTED:
        with suppress(*_FAULTS):
            if name in record:
                return name, _row(n, {key: value for key, value in record.items() if key != name}, line, day)
    return None


def _row(n: int, record: dict[str, Any], line: int, day: str) -> tuple[tuple[Any, ...], list[int], int]:
    """The row of a work, the numbers of the works that it cites, and how many of its list cannot be read."""
    listed = [
        int(name[22:]) if isinstance(name, str) and name[:22] == _PREFIX else _number(name)
        for name in record.get("referenced_works") or ()
    ]
    cited = {number: True for number in listed if number is not None}
    work = work_of(record)
    unread = listed.count(None)
    outcome, _ = outcome_of(len(listed) - unread, work.reported_references)  # it counts those listed twice, too
    if not cited and not work.reported_references:
        outcome = Outcome.UNKNOWN
    loops = listed.count(n) if n in cited else 0
    cited.pop(n, None)
    updated = record.get("updated_date") or day
    row = work_row(
        n, work, field=_field(record), cited=Cited(len(cited), loops, len(listed) - unread - len(cited) - loops),
        outcome=outcome, updated=updated if isinstance(updated, str) else day, line=line,
    )  # fmt: skip
    return row, list(cited), unread


def _number(name: Any) -> int | None:
    """The number of a work: W7 in "https://openalex.org/W7" is 7."""
    found = parse_identifier(str(name or "")) or ""
    digits = found.removeprefix("openalex:W")
    return int(digits) if found != digits and digits.isdecimal() and len(digits) < 19 else None


def _field(record: dict[str, Any]) -> str:
    """The field of its main topic; in older snapshots its most likely concept of the highest level; "" where none is given."""
    for topic in (record.get("primary_topic"), *(record.get("topics") or ())[:1]):
        if isinstance(topic, dict) and isinstance(topic.get("field"), dict):
            return str(topic["field"].get("display_name") or "")
    concepts = [c for c in record.get("concepts") or () if isinstance(c, dict) and c.get("level") == 0]
    best = max(concepts, key=lambda c: float(c.get("score") or 0), default={})
    return str(best.get("display_name") or "")


def _records(shard: Shard, writer: ShardWriter) -> Iterator[tuple[int, Any, Any]]:
    """The records of a shard, each with its line and its text; those that cannot be read are put aside."""
    if shard.path.endswith(".parquet"):
        yield from _rows_of(shard, writer)
        return
    for line, text in lines_of(shard.file):
        if isinstance(text, Damage):
            writer.aside(line, text.reason, "", "damaged")
            continue
        writer.counts["records"] += 1
        try:
            record = loads(text)
        except (ValueError, RecursionError) as error:
            writer.aside(line, f"invalid JSON: {error}", text)
            continue
        yield line, text, record


def _rows_of(shard: Shard, writer: ShardWriter) -> Iterator[tuple[int, Any, Any]]:
    """The rows of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    line = 0
    try:
        with pq.ParquetFile(shard.file) as file:
            there = set(file.schema_arrow.names)
            for name in _NEEDED:
                if name not in there:
                    writer.aside(None, f"no column {name}", "", "damaged")
            columns = [name for name in _COLUMNS if name in there]
            maps = [name for name in columns if pa.types.is_map(file.schema_arrow.field(name).type)]
            for batch in file.iter_batches(_ROWS, columns=columns):
                for row in _rows_in(batch):
                    line += 1
                    writer.counts["records"] += 1
                    if isinstance(row, Exception):
                        writer.aside(line, f"a value cannot be read: {row}", "")
                        continue
                    row |= {name: dict(row[name] or ()) for name in maps}
                    record = {
                        name: _nested(value) for name, value in row.items() if value is not None or name == "title"
                    }
                    yield line, orjson.dumps(row, default=str), record
    except (pa.ArrowException, OSError) as error:
        writer.aside(line + 1, f"damaged Parquet file: {error}", "", "damaged")


def _rows_in(batch: "pa.RecordBatch") -> "list[dict[str, Any] | Exception]":
    """The rows of a batch; of one with a value that cannot be read, such as text that is not UTF-8, the error."""
    try:
        return list(batch.to_pylist())
    except (OverflowError, ValueError) as error:
        if len(batch) == 1:
            return [error]
        return [row for k in range(len(batch)) for row in _rows_in(batch.slice(k, 1))]


def _nested(value: Any) -> Any:
    """A value of a column; days become text, and JSON in a text what it says."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value.isoformat() if hasattr(value, "isoformat") else value
