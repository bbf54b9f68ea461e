"""What a graph's store holds, table by table: its rows as texts under keys, and hashes of them in blocks."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from kg.graph.store import Store

_BLOCKS = 256  # of a table


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a table, in the order of their keys.

    Attributes
    ----------
    first, last : str
        The keys of the first and the last row.
    rows : int
        How many rows.
    sha256 : str
        The SHA-256 of the rows.
    """

    first: str
    last: str
    rows: int
    sha256: str


#: table -> how the store gives its records, and what names a record
TABLES: dict[str, tuple[Callable[[Store], Iterable[Any]], Callable[[Any], str]]] = {
    "works": (Store.works, lambda w: w.id),
    "citations": (Store.citations, lambda c: f"{c.citing} -> {c.cited} ({c.source})"),
    "lists": (Store.retrievals, lambda r: f"{r.work} {r.list} ({r.source})"),
    "claims": (Store.claims, lambda c: c.id),
    "concepts": (Store.concepts, lambda c: f"{c.work} {c.scheme}: {c.label} ({c.source})"),
    "other names": (Store.aliases, lambda alias: f"{alias[1]} of {alias[0]}"),
    "resolutions": (Store.resolutions, lambda r: r.text),
    "left out": (Store.remarks, lambda r: f"{r.where}: {r.reason}"),
}


def rows(store: Store, table: str) -> dict[str, dict[str, Any]]:
    """The records of a table, as plain values by key, in the order of the keys; sets of names are sorted."""
    records, key = TABLES[table]
    return dict(sorted((key(record), _plain(record)) for record in records(store)))


def _plain(record: Any) -> dict[str, Any]:
    if isinstance(record, tuple):  # an alias
        return {"work": record[0], "name": record[1]}
    values = {field.name: getattr(record, field.name) for field in fields(record) if field.name != "faults"}
    for name in ("identifiers", "facts", "roles"):  # which have no order
        if name in values:
            values[name] = sorted(values[name])
    return values


def blocks(table: dict[str, dict[str, Any]]) -> list[Block]:
    """The hashes of a table's rows, in at most 256 blocks."""
    keys = list(table)
    size = max(1, -(-len(keys) // _BLOCKS))
    return [_block(keys[at : at + size], table) for at in range(0, len(keys), size)]


def _block(keys: list[str], table: dict[str, dict[str, Any]]) -> Block:
    digest = hashlib.sha256()
    for line in _lines(keys, table):
        digest.update(line.encode("utf-8", "surrogatepass"))
    return Block(keys[0], keys[-1], len(keys), digest.hexdigest())


def _lines(keys: list[str], table: dict[str, dict[str, Any]]) -> Iterator[str]:
    return (f"{json.dumps([key, table[key]], ensure_ascii=False, sort_keys=True)}\n" for key in keys)
