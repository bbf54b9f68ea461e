"""The rows that every catalogue's works and citations become, whatever they are called there."""

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from kg.ingest.readers.fields import sound
from kg.model import Outcome, Work
from kg.text import name_key, short_title, surname, title_key

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST = 2**31 - 1


class Cited(NamedTuple):
    """How many works a list names, loops left out; how often it names its own work, and others again."""

    listed: int
    loops: int
    duplicates: int


NONE = Cited(0, 0, 0)


def work_schema() -> "pa.Schema":
    """The columns of the works of a shard."""
    import pyarrow as pa

    text, whole = pa.string(), pa.int32()
    return pa.schema(
        [
            ("n", pa.int64()), ("id", text), ("identifiers", pa.list_(text)), ("title", text), ("authors", pa.list_(text)),
            ("year", whole), ("date", text), ("venue", text), ("type", text), ("field", text), ("retracted", pa.bool_()),
            ("reported_references", whole), ("reported_citations", whole), ("listed", whole), ("loops", whole),
            ("duplicates", whole), ("outcome", text), ("updated", text), ("key", text), ("short_key", text), ("author_key", text),
            ("line", pa.int64()),
        ]
    )  # fmt: skip


def citation_schema() -> "pa.Schema":
    """The columns of the citations of a shard; the cited work is null where only its text is known."""
    import pyarrow as pa

    numbers = [("citing", pa.int64()), ("cited", pa.int64()), ("citing_year", pa.int32())]
    told = [
        ("influential", pa.bool_()),
        ("intents", pa.list_(pa.string())),
        ("updated", pa.string()),
        ("line", pa.int64()),
    ]
    return pa.schema([*numbers, *told])


def name_schema() -> "pa.Schema":
    """The columns of further identifiers of works."""
    import pyarrow as pa

    return pa.schema([("name", pa.string()), ("n", pa.int64())])


def work_row(
    n: int, work: Work, *, field: str, cited: Cited, outcome: Outcome, updated: str, line: int
) -> tuple[Any, ...]:
    """A work as a row of `work_schema`."""
    title = work.title
    key, short = title_key(title), title_key(short_title(title))
    return (
        n, work.id, work.identifiers, title, work.authors, year_of(work.year), work.date, work.venue, work.type, field, work.retracted,
        _count(work.reported_references), _count(work.reported_citations), *cited,
        str(outcome), updated, key, short if short != key else "", name_key(surname(work.authors[0])) if work.authors else "", line,
    )  # fmt: skip


def year_of(year: int | None) -> int | None:
    """A year of four digits at most, None for anything else: 0 stands for "unknown" in the names of folders."""
    return year if year is not None and 0 < year <= 9999 else None


def _count(count: int | None) -> int | None:
    return count if count is not None and 0 <= count <= _LONGEST else None


def loads(line: bytes) -> Any:
    """The document of a line of JSON; lone surrogates, which no store keeps, become U+FFFD.

    Raises
    ------
    ValueError
        If it is not JSON.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return sound(json.loads(line.decode("utf-8", "replace")))
