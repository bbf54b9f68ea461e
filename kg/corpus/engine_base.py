"""What every engine does for a job, and how its files are named."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

PART = "_part"  # a column of ours that says in which file a row is written
_HEAD = 14  # characters of a text that decide in which file its row is


class Engine(ABC):
    """Something that answers Ibis expressions over Parquet files and writes their rows; see `open_engine`.

    Attributes
    ----------
    name : str
        "duckdb" or "spark".
    threads : int
        How many shards `map` reads at once.
    memory : str
        The memory it may use, "" where it is not known.
    part_rows : int
        The most rows of a file that is not of one year.
    """

    name: str
    threads: int = 1
    memory: str = ""
    part_rows: int = 50_000_000

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
    def _write(self, table: "ibis.Table", order: list[str], folder: Path, place_of: Callable[[int], Path]) -> None:
        """Write the rows into one file for each number in the column `PART`, sorted, without that column.

        `folder` is that of all the files, and `place_of` gives each its place.
        """

    def write(
        self,
        table: "ibis.Table",
        folder: str | Path,
        *,
        order: Sequence[str],
        by_year: str | None = None,
        by_text: str | None = None,
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
        by_text : str, optional
            The first column of `order`, which is text: beyond `part_rows` rows there are several files, `part-1.parquet` and so
            on, each with texts that come after those of the file before it.
        """
        import ibis

        folder = Path(folder)
        new, old = (folder.with_name(f".{word}-{folder.name}") for word in ("new", "old"))
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        if by_year:
            part = table[by_year].fill_null(0).cast("int32")
        else:
            part = self._parts(table, by_text) if by_text else ibis.literal(0, "int32")

        def place_of(part: int) -> Path:
            place = new / f"year={part}" if by_year else new
            place.mkdir(exist_ok=True)
            return place / f"part-{0 if by_year else part}.parquet"

        self._write(table.mutate(part.name(PART)), list(order), new, place_of)
        if not any(new.iterdir()):  # no rows: the columns are told all the same
            import pyarrow.parquet as pq

            pq.write_table(table.schema().to_pyarrow().empty_table(), place_of(0))
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)

    def _parts(self, table: "ibis.Table", column: str) -> "ibis.Value":
        """The number of the file of each row, of so many that each has about `part_rows` rows."""
        import ibis

        head = table[column].left(_HEAD)
        if self.count(table) <= self.part_rows:
            return ibis.literal(0, "int32")
        found = self.rows(table.group_by(head=head).aggregate(times=table.count())).to_pydict()
        part, rows, number = ibis.literal(0, "int32"), 0, 0
        for text, times in sorted(zip(found["head"], found["times"], strict=True), key=lambda row: row[0].encode()):
            if rows and rows + times > self.part_rows:
                number += 1
                part = ibis.ifelse(head >= text, ibis.literal(number, "int32"), part)
                rows = 0
            rows += times
        return part

    def count(self, table: "ibis.Table") -> int:
        """How many rows a table has."""
        return int(self.rows(table.count().name("rows").as_table()).column(0)[0].as_py())


def files_in(files: str | Path | Sequence[str | Path]) -> list[Path]:
    """The Parquet files named, or those of a folder and the folders in it, sorted by path."""
    if not isinstance(files, str | Path):
        return [Path(file) for file in files]
    place = Path(files)
    return sorted(place.rglob("*.parquet")) if place.is_dir() else [place]
