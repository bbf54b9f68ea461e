"""A reader: shelf files, one work a line as "Family, Given | year | title"."""

from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError
from kg.ingest.readers.reader import reader
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Remark, Work


@reader(lambda sample: sample.suffix == ".shelf")
def read_shelf(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """One work a line; a line of another form is left out with a remark."""
    batch = Batch()
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        author, year, title = (cell.strip() for cell in [*line.split("|"), "", ""][:3])
        batch.records += 1
        if title and year.isdecimal():
            id_ = f"{author.split(',')[0].lower()}{year}"
            batch.works.append(Work(id=id_, title=title, authors=(author,), year=int(year), source=source))
        elif strict:
            raise InputError(f"{path.name} line {number}: expected author | year | title", "correct the line")
        else:
            batch.remarks.append(Remark(f"{path.name} line {number}", "expected author | year | title"))
    yield batch
