"""What every engine does for a job, and how its files are named."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

YEAR = "_year"  # a column of ours while years become folders


class Engine(ABC):
    """Something that answers Ibis expressions over Parquet files and writes their rows; see `open_engine`.

    Attributes
    ----------
    name : str
        "duckdb" or "spark".
    """

    name: str

    @abstractmethod
    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """Call a function of a module with each item, where the engine runs; results come as they are ready, in any order."""

    @abstractmethod
    def read(self, files: str | Path | Sequence[str | Path]) -> "ibis.Table":
        """A table of the Parquet files named, or of all in a folder and the folders in it."""

    @abstractmethod
    def rows(self, table: "ibis.Table") -> "pa.Table":
        """The rows of a table, in memory."""

    @abstractmethod
    def _write(self, table: "ibis.Table", folder: Path, order: list[str], by_year: str | None) -> None:
        """Write the rows into a new folder."""

    def write(
        self, table: "ibis.Table", folder: str | Path, *, order: Sequence[str], by_year: str | None = None
    ) -> None:
        """Write the rows of a table as Parquet, into a folder that appears when all of it is there, in place of an older one.

        Parameters
        ----------
        table : ibis.Table
            The rows.
        folder : str or Path
            Where to: `part-0.parquet` in it, or in its folders `year=YYYY`, `year=0` for those without a year.
        order : sequence of str
            The columns by which rows are sorted in each file; together they should name a row, so that its place is certain.
        by_year : str, optional
            The column whose years become folders.
        """
        folder = Path(folder)
        new, old = (folder.with_name(f".{word}-{folder.name}") for word in ("new", "old"))
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        self._write(table, new, list(order), by_year)
        if not any(new.iterdir()):  # no rows: the columns are told all the same
            import pyarrow.parquet as pq

            place = new / "year=0" if by_year else new
            place.mkdir(exist_ok=True)
            pq.write_table(table.schema().to_pyarrow().empty_table(), place / "part-0.parquet")
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def files_in(files: str | Path | Sequence[str | Path]) -> list[Path]:
    """The Parquet files named, or those of a folder and the folders in it, sorted by path."""
    if not isinstance(files, str | Path):
        return [Path(file) for file in files]
    place = Path(files)
    return sorted(place.rglob("*.parquet")) if place.is_dir() else [place]
