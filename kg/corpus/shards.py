"""The shards of a snapshot: which files they are, their records line by line whatever is damaged, and what is kept of each."""

import json
import shutil
from collections import Counter
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.files import read_json

if TYPE_CHECKING:
    import pyarrow as pa

READER = 2  # raised whenever the same shard would give other rows, so that it is read again
FLUSHED = 10_000  # rows kept in memory before they are written
TEXT = 500  # characters of a record that is put aside


@dataclass(frozen=True)
class Shard:
    """A file of a snapshot.

    Attributes
    ----------
    kind : str
        What its records are: "works" (OpenAlex), "papers", "citations" or "paper-ids" (Semantic Scholar).
    file : str
        The file.
    path : str
        Where it is in the snapshot.
    size, changed : int
        Its length in bytes, and when it was changed, in nanoseconds.
    """

    kind: str
    file: str
    path: str
    size: int
    changed: int

    @property
    def key(self) -> str:
        """The name of the folder for what it gives; it sorts as the path does."""
        plain = "".join(c if c.isascii() and (c.isalnum() or c in "=-_.") else "-" for c in self.path)
        return f"{plain[:100]}-{sha256(self.path.encode()).hexdigest()[:8]}"

    def as_dict(self) -> dict[str, Any]:
        """What a receipt says of it."""
        return asdict(self) | {"reader": READER}


class ShardWriter:
    """Writes what one shard gives: its rows as Parquet, and the records put aside, in a folder that is whole or not there.

    Attributes
    ----------
    counts : Counter
        How many records there were of each sort.
    """

    def __init__(self, shard: Shard, folder: Path, schemas: "dict[str, pa.Schema]") -> None:
        import pyarrow.parquet as pq

        self.counts: Counter[str] = Counter()
        self._shard, self._folder = shard, folder
        self._new = folder.with_name(f".new-{folder.name}")
        shutil.rmtree(self._new, ignore_errors=True)
        self._new.mkdir(parents=True)
        self._schemas = {name: with_shard(schema) for name, schema in schemas.items()}
        self._writers = {
            name: pq.ParquetWriter(self._new / f"{name}.parquet", schema, compression="zstd")
            for name, schema in self._schemas.items()
        }
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in schemas}
        self._aside = (self._new / "aside.jsonl").open("w", encoding="utf-8")

    def aside(self, line: int | None, reason: str, text: str | bytes, sort: str = "aside") -> None:
        """Note a record, or a piece of the file, that could not be used."""
        self.counts[sort] += 1
        shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        entry = {"file": self._shard.path, "line": line, "reason": reason, "text": shown[:TEXT]}
        self._aside.write(json.dumps(entry | ({"kept": True} if sort == "repaired" else {})) + "\n")

    def flush(self) -> None:
        """Write the rows."""
        import pyarrow as pa

        for name, rows in self.rows.items():
            if rows:
                columns = zip(zip(*rows, strict=True), self._schemas[name], strict=False)
                self.write(name, [pa.array(column, kind.type) for column, kind in columns])
                rows.clear()

    def write(self, name: str, columns: "list[pa.Array]") -> None:
        """Write rows of a table, given by their columns."""
        import pyarrow as pa

        self.counts[name] += len(columns[0])
        place = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), len(columns[0])), [self._shard.key])
        self._writers[name].write_batch(pa.RecordBatch.from_arrays([*columns, place], schema=self._schemas[name]))

    def finish(self) -> dict[str, Any]:
        """Write the rest and the receipt, and give the folder its name."""
        self.flush()
        self.close()
        receipt = self._shard.as_dict() | {"counts": dict(self.counts)}
        (self._new / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._new.rename(self._folder)
        return receipt

    def close(self) -> None:
        """Close its files."""
        self._aside.close()
        for writer in self._writers.values():
            writer.close()


def with_shard(schema: "pa.Schema") -> "pa.Schema":
    """The columns of a table with one that names the shard."""
    import pyarrow as pa

    return schema.append(pa.field("shard", pa.dictionary(pa.int32(), pa.string())))


def receipt_of(shard: Shard, folder: Path) -> dict[str, Any] | None:
    """The receipt of a shard that was read before, None where it was not, or has changed since."""
    try:
        receipt = read_json(folder / "receipt.json")
    except (OSError, ValueError):
        return None
    fits = isinstance(receipt, dict) and all(
        receipt.get(key) == value for key, value in shard.as_dict().items() if key != "file"
    )
    return receipt if fits else None
