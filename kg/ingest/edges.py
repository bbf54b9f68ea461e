"""Edge lists: a table `citing,cited`, and beside it a table of works. Ids are opaque and stay as they were given."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from kg.errors import InputError
from kg.ingest.files import is_clean, open_text
from kg.model import Batch, Citation, Outcome, Retrieval, Skipped, Work, title_key

#: Header names read as the citing and the cited column; case, spaces and underscores do not matter.
CITING = frozenset({"citing", "citer", "source", "from"})
CITED = frozenset({"cited", "target", "to"})
_SUFFIX = re.compile(r"(?:work|paper|node|document)?(?:id|key|doi)?$")
_PAGE = 100_000
_LOW = 0xFFFFFFFF
_Record = TypeVar("_Record")


def read_edges(
    path: Path, *, works: Path | None = None, source: str, closed: bool = False, strict: bool = False
) -> Iterator[Batch]:
    """Works and citations of an edge list, in pages; a pair listed k times comes once with `times` k.

    `works` is a table with `id` and any of year, date, title, authors, venue. A work with at least one reference has
    a COMPLETE reference list, as given; the others are UNKNOWN, or EMPTY with `closed`. Surrounding blanks are no
    part of an id. Raises InputError, before anything is handed out, for a file of which nothing can be read, for one
    id under two titles and, with `strict`, for the first bad row.
    """
    table = _WorkTable(works, source, strict) if works else None
    edges = _Edges(path, strict)
    if table:
        yield from table.pages()
    held = table.works if table else {}
    for page in _paged(Work(id=id_, source=source) for id_ in edges.numbers if id_ not in held):
        yield Batch(works=page, strict=True)
    ids = list(edges.numbers)
    has_list = bytearray(len(ids))
    pairs = iter(edges.times.items())
    skipped = edges.skipped
    while page_of_pairs := list(islice(pairs, _PAGE)):
        batch = Batch(skipped=skipped, records=len(skipped))
        for pair, times in page_of_pairs:
            citing, cited = pair >> 32, pair & _LOW
            batch.citations.append(Citation(citing=ids[citing], cited=ids[cited], source=source, times=times))
            batch.loops += citing == cited
            batch.records += times
            if not has_list[citing]:
                has_list[citing] = 1
                batch.retrievals.append(_retrieval(ids[citing], Outcome.COMPLETE, source))
        batch.duplicates = batch.records - len(skipped) - len(batch.citations)
        skipped = []
        yield batch
    if closed:
        others = chain(
            (id_ for id_, known in zip(ids, has_list, strict=True) if not known),
            (id_ for id_ in held if id_ not in edges.numbers),
        )
        for empty in _paged(others):
            yield Batch(retrievals=[_retrieval(id_, Outcome.EMPTY, source) for id_ in empty])


def columns(header: list[str]) -> tuple[int, int] | None:
    """Where the citing and the cited column stand in a header, or None where it names neither.

    >>> columns(["Citing ID", "Cited ID"]), columns(["0001001", "9304045"])
    ((0, 1), None)
    """
    names = [_SUFFIX.sub("", re.sub(r"[\W_]", "", name).lower()) for name in header]
    citing = [place for place, name in enumerate(names) if name in CITING]
    cited = [place for place, name in enumerate(names) if name in CITED]
    return (citing[0], cited[0]) if citing and cited else None


def delimiter(line: str) -> str:
    """Tab, comma or semicolon: the first of them that the line holds (comma where it holds none)."""
    return next((mark for mark in "\t,;" if mark in line), ",")


class _Edges:
    """The pairs of a file: ids numbered in order of appearance, pairs packed as citing << 32 | cited."""

    def __init__(self, path: Path, strict: bool) -> None:
        self.numbers: dict[str, int] = {}
        self.times: dict[int, int] = {}
        self.skipped: list[Skipped] = []
        with open_text(path) as lines:
            self._read(path, lines, strict)
        if not self.times:
            first = f"; {self.skipped[0].where}: {self.skipped[0].reason}" if self.skipped else ""
            raise InputError(f"no citation in {path}{first}", "an edge list has two columns: citing,cited")

    def _read(self, path: Path, lines: Iterator[str], strict: bool) -> None:
        numbered = enumerate(lines, start=1)
        at, first = next(((at, line) for at, line in numbered if line.strip() and line[:2] != "# "), (0, ""))
        mark = delimiter(first)
        header = _fields(first, mark) or []
        places = columns(header)
        if places is None and len(header) != 2:
            raise InputError(
                f"{path} is no edge list: its first line names no citing and cited column",
                "an edge list is a CSV file with the header citing,cited",
            )
        width, (citing, cited) = len(header), places or (0, 1)
        number, times = self.numbers.setdefault, self.times
        seen = self.numbers
        for place, line in numbered if places else chain([(at, first)], numbered):
            row = line.split(mark) if '"' not in line else _fields(line, mark)
            if row is None or len(row) != width or not line.isascii():
                if not line.strip():
                    continue
                fault = _fault(row, line, width)
                if row is None or fault:
                    self._skip(path, place, fault, strict)
                    continue
            old, new = row[cited].strip(), row[citing].strip()
            if not old or not new:
                if line.strip():
                    self._skip(path, place, "empty id", strict)
                continue
            pair = number(new, len(seen)) << 32 | number(old, len(seen))
            times[pair] = times.get(pair, 0) + 1

    def _skip(self, path: Path, place: int, reason: str, strict: bool) -> None:
        if strict:
            raise InputError(f"{path} line {place}: {reason}", "mend the line, or leave out --strict")
        self.skipped.append(Skipped(f"{path.name} line {place}", reason))


@dataclass(slots=True)
class _WorkTable:
    """The table of works, read whole: a later contradiction must stop the file before anything is stored."""

    path: Path
    source: str
    strict: bool
    works: dict[str, Work] = field(init=False, default_factory=dict)
    skipped: list[Skipped] = field(init=False, default_factory=list)
    records: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        with open_text(self.path, newline="") as lines:
            first = lines.readline()
            mark = delimiter(first)
            header = [name.strip().lower() for name in _fields(first, mark) or []]
            if "id" not in header:
                raise InputError(
                    f"{self.path} is no table of works: no column id",
                    "its header names id and any of year, date, title, authors, venue",
                )
            reader = csv.reader(lines, delimiter=mark)
            row: list[str] | None = []
            while row is not None:
                line = reader.line_num + 2
                try:
                    row = next(reader, None)
                except csv.Error as error:
                    self._skip(line, str(error))
                    continue
                if row:
                    self._add(line, header, row)
        if not self.works:
            raise InputError(f"no work in {self.path}", "every row below the header is one work")

    def pages(self) -> Iterator[Batch]:
        skipped, records = self.skipped, self.records
        for page in _paged(self.works.values()):
            yield Batch(works=page, skipped=skipped, records=records, strict=True)
            skipped, records = [], 0

    def _add(self, line: int, header: list[str], row: list[str]) -> None:
        self.records += 1
        if len(row) != len(header):
            self._skip(line, f"{len(row)} columns where the header has {len(header)}")
            return
        if not all(is_clean(value) for value in row):
            self._skip(line, "not UTF-8")
            return
        values = dict(zip(header, (value.strip() for value in row), strict=True))
        if not values["id"]:
            self._skip(line, "empty id")
            return
        work = self._work(line, values)
        known = self.works.get(work.id)
        if known is None:
            self.works[work.id] = work
        elif known.title and work.title and title_key(known.title) != title_key(work.title):
            raise InputError(
                f"{self.path} line {line}: id {work.id!r} is both {known.title!r} and {work.title!r}",
                "give each work its own id",
            )
        else:
            self._skip(line, f"id {work.id!r} is there already; the first row is kept")

    def _work(self, line: int, values: dict[str, str]) -> Work:
        day = self._date(line, values.get("date", ""))
        year = self._year(line, values.get("year", "") or values.get("date", "")[:4])
        authors = re.split(r"\s*;\s*", values.get("authors", ""))
        return Work(
            id=values["id"],
            title=values.get("title", ""),
            authors=tuple(author for author in authors if author),
            year=year,
            date=day,
            venue=values.get("venue", ""),
            source=self.source,
        )

    def _year(self, line: int, text: str) -> int | None:
        if not text:
            return None
        match = re.fullmatch(r"(\d{1,4})(?:\.0+)?", text)
        if match and 1000 <= int(match.group(1)) <= 2100:
            return int(match.group(1))
        self._skip(line, f"year {text!r} is no year from 1000 to 2100; the work is kept without")
        return None

    def _date(self, line: int, text: str) -> str | None:
        if not text:
            return None
        if re.fullmatch(r"\d{4}(?:-\d\d)?", text):
            return None  # no more than a year, which stands for itself
        try:
            day = date.fromisoformat(text[:10])
        except ValueError:
            self._skip(line, f"date {text!r} is no day as in 1989-12-31; the work is kept without")
            return None
        return day.isoformat()

    def _skip(self, line: int, reason: str) -> None:
        if self.strict:
            raise InputError(f"{self.path} line {line}: {reason}", "mend the line, or leave out --strict")
        self.skipped.append(Skipped(f"{self.path.name} line {line}", reason))


def _fields(line: str, mark: str) -> list[str] | None:
    """One line as fields, or None where a quotation mark is left open."""
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=mark, strict=True), [])
    except csv.Error:
        return None


def _fault(row: list[str] | None, line: str, width: int) -> str:
    if row is None:
        return "a quotation mark is left open"
    if len(row) != width:
        return f"{len(row)} columns instead of {width}"
    return "" if is_clean(line) else "not UTF-8"


def _retrieval(work: str, outcome: Outcome, source: str) -> Retrieval:
    return Retrieval(work=work, list="references", outcome=outcome, source=source)


def _paged(records: Iterable[_Record]) -> Iterator[list[_Record]]:
    rest = iter(records)
    while page := list(islice(rest, _PAGE)):
        yield page
