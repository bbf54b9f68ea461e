"""Two corpora compared, file by file and row by row."""

from pathlib import Path
from typing import Any

import numpy as np

TABLES = ("works", "citing", "cited", "names", "titles", "measures")
EXACT = 1e-12


def files_of(folder: Path) -> dict[str, Path]:
    """The Parquet files of the tables and measures of a corpus, by their path in it."""
    found = (file for table in TABLES for file in sorted((folder / table).rglob("*.parquet")))
    return {file.relative_to(folder).as_posix(): file for file in found}


def differences(one: Path, other: Path) -> list[str]:
    """What is not the same in two corpora: files, columns, rows; floats may differ by 1e-12 of their size."""
    ours, theirs = files_of(one), files_of(other)
    found = [f"only in one of them: {name}" for name in sorted(ours.keys() ^ theirs.keys())]
    for name in sorted(ours.keys() & theirs.keys()):
        found += [f"{name}: {said}" for said in _differences(ours[name], theirs[name])]
    return found


def _differences(one: Path, other: Path) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    ours, theirs = pq.ParquetFile(one).read(), pq.ParquetFile(other).read()
    columns, others = ([(field.name, str(field.type)) for field in table.schema] for table in (ours, theirs))
    if columns != others:  # whether a column is said to be without nulls is left to the engine
        return [f"columns {columns} and {others}"]
    if len(ours) != len(theirs):
        return [f"{len(ours)} and {len(theirs)} rows"]
    found = []
    for name in ours.column_names:
        a, b = ours.column(name), theirs.column(name)
        same = _close(a, b) if pa.types.is_floating(a.type) else a.equals(b)
        if not same:
            row = next((k for k, (x, y) in enumerate(zip(a.to_pylist(), b.to_pylist(), strict=True)) if x != y), None)
            found.append(f"{name} differs, first in row {row}: {_at(a, row)} and {_at(b, row)}")
    return found


def _close(one: Any, other: Any) -> bool:
    nulls = one.is_null().equals(other.is_null())
    a, b = (column.fill_null(0).to_numpy() for column in (one, other))
    return bool(nulls and np.allclose(a, b, rtol=EXACT, atol=0, equal_nan=True))


def _at(column: Any, row: int | None) -> Any:
    return None if row is None else column[row].as_py()
