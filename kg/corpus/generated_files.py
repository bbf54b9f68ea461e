"""The files of generated snapshots: gzipped JSON Lines, Parquet and manifests; the same records give the same bytes."""

import gzip
import json
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Final

_ROWS: Final = 10_000  # held in memory


class LinesFile:
    """A file of JSON Lines, gzipped; the same lines give the same bytes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.records = path, 0
        self._file = path.open("wb")
        self._member = gzip.GzipFile("", "wb", 5, self._file, 0)

    def write(self, *lines: bytes) -> None:
        """Add lines."""
        self.records += len(lines)
        self._member.write(b"\n".join((*lines, b"")))

    def close(self, cut: Sequence[bytes] = ()) -> None:
        """Close it; with `cut`, begin another gzip member of these lines and stop in the middle of it."""
        self._member.close()
        if cut:
            held = BytesIO()
            with gzip.GzipFile("", "wb", 5, held, 0) as member:
                member.write(b"\n".join((*cut, b"")))
            self._file.write(held.getvalue()[: len(held.getvalue()) // 2])
        self._file.close()


class RowsFile:
    """A Parquet file of OpenAlex works."""

    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.records = path, 0
        self._held: list[dict[str, Any]] = []
        self._writer = pq.ParquetWriter(path, _schema(), compression="snappy")

    def write(self, *rows: dict[str, Any]) -> None:
        """Add records as `as_row` gives them."""
        self.records += len(rows)
        self._held += rows
        if len(self._held) >= _ROWS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_pylist(self._held, schema=_schema()))
        self._held = []

    def close(self) -> None:
        """Write the rest and close it."""
        self._flush()
        self._writer.close()


def _schema() -> Any:
    """The fields that kg reads, typed as in OpenAlex' own Parquet files, where `ids` is a map."""
    import pyarrow as pa

    text, source = pa.string(), pa.struct([("id", pa.string()), ("display_name", pa.string()), ("type", pa.string())])
    place = pa.struct([("landing_page_url", text), ("source", source)])
    author = pa.struct([("id", text), ("display_name", text)])
    named = pa.struct([("id", text), ("display_name", text)])
    columns = {
        "id": text, "doi": text, "title": text, "display_name": text, "publication_year": pa.int32(),
        "publication_date": pa.date32(), "ids": pa.map_(text, text), "type": text,
        "authorships": pa.list_(pa.struct([("author", author), ("raw_author_name", text)])),
        "primary_location": place, "locations": pa.list_(place),
        "primary_topic": pa.struct([("display_name", text), ("field", named)]), "is_retracted": pa.bool_(),
        "referenced_works_count": pa.int32(), "referenced_works": pa.list_(text), "cited_by_count": pa.int32(),
        "updated_date": text, "is_generated": pa.bool_(),
    }  # fmt: skip
    return pa.schema(list(columns.items()))


def as_row(record: dict[str, Any]) -> dict[str, Any]:
    """A record of OpenAlex as a row: its identifiers a map, its day a day, an identifier that is no text null."""
    day = record.get("publication_date")
    ids = list((record.get("ids") or {}).items())
    name = record["id"] if isinstance(record["id"], str) else None
    return record | {"id": name, "ids": ids, "publication_date": date.fromisoformat(day) if day else None}


def cut_rows(path: Path, rows: Sequence[dict[str, Any]]) -> RowsFile:
    """Write a file and cut it in half, so that its index, which is at its end, is lost."""
    file = RowsFile(path)
    file.write(*rows)
    file.close()
    with path.open("r+b") as held:
        held.truncate(path.stat().st_size // 2)
    return file


def write_manifests(root: Path, files: Sequence[Any], kind: str) -> None:
    """The manifest of the works and that of all there is, as OpenAlex writes them since 2026."""
    listed: list[dict[str, Any]] = [
        {
            "url": f"s3://openalex/data/{file.path.relative_to(root.parent).as_posix()}",
            "meta": {"content_length": file.path.stat().st_size, "record_count": file.records},
        }
        for file in sorted(files, key=lambda file: file.path)
    ]
    entity = {
        "entity": "works",
        "record_count": sum(file.records for file in files),
        "content_length": sum(file["meta"]["content_length"] for file in listed),
        "files": listed,
    }
    head = {"date": "2026-06-26", "format": "parquet" if kind == "openalex-parquet" else "jsonl", "is_generated": True}
    write_json(root / "works" / "manifest.json", head | entity)
    write_json(root / "manifest.json", head | {"entities": [entity]})


def write_json(path: Path, said: dict[str, Any]) -> None:
    """Write a JSON document."""
    path.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
