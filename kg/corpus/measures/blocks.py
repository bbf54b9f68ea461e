"""The Parquet files of a corpus as arrays, a year at a time: what every measure reads, on any engine."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg import files
from kg.errors import StoreError
from kg.model import Outcome

if TYPE_CHECKING:
    import pyarrow as pa

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
UNDATED: Final = 0  # the partition of works without a year, and their year in these arrays
KNOWN: Final = frozenset(outcome.value for outcome in Outcome if outcome.known)


class Citations(NamedTuple):
    """Citations of one partition, row by row; the year of an undated work is 0."""

    citing: Ints
    cited: Ints
    citing_year: Ints
    cited_year: Ints


class YearFacts(NamedTuple):
    """What the works of one year are: how many, how many of their reference lists are known, works by field, last date."""

    year: int
    works: int
    known: int
    fields: dict[str, int]
    latest: str


@dataclass(frozen=True)
class Blocks:
    """A corpus folder, read a partition at a time; it holds no data, so that it can be sent to where an engine runs.

    Attributes
    ----------
    root : str
        The folder.
    """

    root: str

    @cached_property
    def years(self) -> list[int]:
        """The years that have works, in order; 0 first where there are undated works."""
        found = (p.name.partition("=")[2] for p in Path(self.root, "works").glob("year=*"))
        return sorted(int(year) for year in found if year.isdigit())

    def table(self, kind: str, year: int, columns: Iterable[str]) -> "pa.Table | None":
        """Some columns of one partition (`works`, `citing` or `cited`); None where the corpus has none of that year."""
        import pyarrow.parquet as pq

        path = self._part(kind, year)
        if not path.exists():
            return None
        # not read_table: it would add a column from the folder's name
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read(wanted := list(columns), use_threads=False)  # the engine runs a year on each core
        if lost := {*wanted} - {*table.column_names}:
            raise StoreError(f"{path} is damaged: it lacks {', '.join(sorted(lost))}", "build the corpus again")
        return table

    def size(self, kind: str, year: int) -> int:
        """How many rows a partition has."""
        import pyarrow.parquet as pq

        path = self._part(kind, year)
        return int(pq.read_metadata(path).num_rows) if path.exists() else 0

    def _part(self, kind: str, year: int) -> Path:
        return Path(self.root, kind, f"year={year}", "part-0.parquet")

    def numbers(self, year: int) -> Ints:
        """The numbers of the works of a year, rising."""
        return self.works(year, "n")["n"]

    def works(self, year: int, *columns: str) -> dict[str, NDArray[Any]]:
        """Some columns of the works of a year, by number; empty text where a text is unknown, 0 where a number is."""
        table = self.table("works", year, columns)
        return {name: _array(table, name) for name in columns}

    def citing(self, year: int) -> Citations:
        """The citations made by works of a year, by (citing, cited)."""
        return self._citations("citing", year)

    def cited(self, year: int) -> Citations:
        """The citations received by works of a year, by (cited, citing)."""
        return self._citations("cited", year)

    def _citations(self, kind: str, year: int) -> Citations:
        table = self.table(kind, year, Citations._fields)
        return Citations(*(_array(table, name) for name in Citations._fields))

    def facts(self, year: int) -> YearFacts:
        """What the works of a year are."""
        works = self.works(year, "outcome", "field", "date")
        fields, size = np.unique(works["field"], return_counts=True)
        known = int(np.isin(works["outcome"], list(KNOWN)).sum())
        by_field = dict(zip(fields.tolist(), size.tolist(), strict=True))
        return YearFacts(year, len(works["outcome"]), known, by_field, max(works["date"].tolist(), default=""))


def _array(table: "pa.Table | None", name: str) -> NDArray[Any]:
    """A column as an array: numbers as int64, 0 for null; texts as objects, "" for null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if table is None:
        return np.empty(0, np.int64)
    column = table[name]
    if pa.types.is_integer(column.type):
        return np.asarray(pc.fill_null(column, 0).to_numpy()).astype(np.int64, copy=False)
    return np.asarray(pc.fill_null(column.cast(pa.string()), "").to_numpy(zero_copy_only=False))


def rows_of(numbers: Ints, of: Ints) -> Ints:
    """The row of each work of `of` among the rising `numbers`, all of which must be there."""
    return np.searchsorted(numbers, of)


def write_part(folder: Path, table: "pa.Table", counts: dict[str, Any]) -> None:
    """Write one part of a result with its counts, under another name first, so that no part is ever half there."""
    import os

    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "part-0.parquet"
    made = folder / f".part-0.{os.getpid()}.tmp"
    table = table.replace_schema_metadata({b"kg": json.dumps(counts).encode()})
    pq.write_table(table, made, compression="zstd", write_page_checksum=True)
    made.replace(path)


def write_json(path: Path, document: Any) -> None:
    """Write a document, under another name first, so that it is never half there."""
    made = path.with_name(f".{path.name}.tmp")
    made.write_text(json.dumps(document, indent=1, allow_nan=False), encoding="utf-8")
    made.replace(path)


def read_json(path: Path) -> Any:
    """The document in a file; None where there is none, or none that can be read."""
    try:
        return files.read_json(path)
    except (FileNotFoundError, ValueError):
        return None


def counts_of(path: Path) -> dict[str, Any]:
    """The counts that `write_part` put beside a part."""
    import pyarrow.parquet as pq

    found: dict[str, Any] = json.loads(pq.read_schema(path).metadata[b"kg"])
    return found
