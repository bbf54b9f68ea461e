"""Edge lists: a table `citing,cited`, and beside it a table of works. Ids are opaque and stay as they were given."""

import csv
import re
from array import array
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import date
from itertools import chain, islice, repeat
from pathlib import Path
from typing import TypeVar

from kg.cells import WORK_CELLS, columns_of
from kg.columns import CitationTable, WorkIds
from kg.errors import InputError
from kg.ingest.readers.fields import once, twice_in
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.text_files import delimiter, open_text, unclean
from kg.model import Batch, Citation, Outcome, Remark, Retrieval, Work
from kg.text import title_key, unguarded

_CITING, _CITED = frozenset({"citing", "citer", "citedby"}), frozenset({"cited", "ref", "reference", "referenced"})
_FROM, _TO = frozenset({"source", "from"}), frozenset({"target", "to"})
_WORK = frozenset({"work", "paper", "node", "document", "article"})
#: Header names read as the citing and the cited column, the surest pair first. "paper" takes the part that its partner
#: leaves. Case, spaces, underscores and what `_SUFFIX` cuts do not matter.
_HEADERS = ((_CITING, _CITED), (_FROM, _TO), (_WORK, _CITED), (_CITING, _WORK), (_CITING | _FROM | _WORK, _CITED | _TO))
_SUFFIX = re.compile(r"(?<=.)(?:work|paper|node|document|article)?(?:id|key|doi)?$")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d]|[ -])*")
_PAGE = 100_000
_SPAN = 100  # lines that one quoted field may run over
_BLOCK = 10_000  # lines that are looked at together
_COLUMNS = frozenset({"id", "year", "date", "title", "authors", "venue"})  # of a table of works
_OURS = 5  # columns at least of a table that kg wrote
_Record = TypeVar("_Record")


def _is_edge_list(sample: Sample) -> bool:
    rows = sample.rows
    if rows and columns(rows[0]):
        return True
    pairs = bool(rows) and all(len(row) == 2 and all(re.search(r"\w", cell) for cell in row) for row in rows)
    if sample.suffix in {".csv", ".tsv"}:
        return pairs and "id" not in sample.header
    return pairs and not any(" " in cell.strip() for row in rows for cell in row)


@reader(_is_edge_list)
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
    held = table.works if table else {}
    if table:
        remarks, records = table.rows.remarks, table.rows.records
        yield Batch(works=list(held.values()), remarks=remarks, records=records, strict=True)
    yield Batch(ids=WorkIds(ids=[id_ for id_ in edges.numbers if id_ not in held], source=source), strict=True)
    ids = list(edges.numbers)
    has_list = bytearray(len(ids))
    remarks = edges.rows.remarks
    for citing, cited, times in edges.pairs.pages():
        rows = int(times.sum())
        yield Batch(
            table=CitationTable(works=ids, citing=citing, cited=cited, times=times, source=source, complete=True),
            remarks=remarks,
            loops=int((citing == cited).sum()),
            duplicates=rows - len(times),
            records=rows + len(remarks),
            strict=True,
        )
        remarks = []
        for n in set(citing.tolist()) if closed else ():
            has_list[n] = 1
    if closed:
        others = chain(
            (id_ for id_, known in zip(ids, has_list, strict=True) if not known),
            (id_ for id_ in held if id_ not in edges.numbers),
        )
        for empty in _paged(others):
            lists = [Retrieval(work=id_, list="references", outcome=Outcome.EMPTY, source=source) for id_ in empty]
            yield Batch(retrievals=lists, strict=True)


def columns(header: list[str]) -> tuple[int, int] | None:
    """Where the citing and the cited column stand in a header, or None where it does not name both.

    Examples
    --------
    >>> columns(["Citing ID", "Cited ID"]), columns(["paper", "cited_by"]), columns(["0001001", "9304045"])
    ((0, 1), (1, 0), None)
    """
    names = [_SUFFIX.sub("", re.sub(r"[\W_]", "", name).lower()) for name in header]
    for pair in _HEADERS:
        i, j = (next((n for n, name in enumerate(names) if name in wanted), None) for wanted in pair)
        if i is not None and j is not None:
            return i, j
    return None


class _Rows:
    """The rows of a table below its header; those that cannot be read are listed or, with `strict`, refused.

    Blank lines and, above the header, lines that begin with # are passed over. A quoted field may run over several
    lines; where a quotation mark is left open, its own line is lost and no other.
    """

    def __init__(self, path: Path, lines: Iterator[str], strict: bool) -> None:
        self.remarks: list[Remark] = []
        self.records, self.at, self._span = 0, 1, 1
        self._path, self._strict, self._lines, self._ahead = path, strict, lines, deque[str]()
        comment = ""
        while (first := next(lines, "")) and (first.isspace() or first.startswith("#")):
            comment = first.strip() or comment
            self.at += 1
        self._first, self._mark = first, delimiter(first)
        self.header: list[str] = []
        self.comment = comment.split(self._mark)
        with suppress(csv.Error):
            self.header = next(csv.reader([first], delimiter=self._mark, strict=True), [])
        tables = (list(WORK_CELLS), columns_of(Citation))  # as `kg export csv` writes them, now or before
        width = len(self.header)
        self._ours = width >= _OURS and any(self.header == names[:width] for names in tables)

    def __iter__(self) -> Iterator[list[str]]:
        while True:
            yield from self._rows_ahead()
            if not self._read_ahead():
                return

    def ends(self, citing: int, cited: int) -> Iterator[list[str]]:
        """The cells of two columns, the citing and the cited id of one row after the other; rows that lack one are skipped.

        They come in lists: of thousands of rows where nothing is wrong with any of them, else of one row.
        """
        while True:
            for row in self._rows_ahead():
                ends = [row[citing].strip(), row[cited].strip()]
                if "" in ends:
                    self.skip("empty id")
                else:
                    yield ends
            if not self._read_ahead():
                return
            cells, width, rows = self._sound(self._ahead), len(self.header), len(self._ahead)
            ends = [""] * (2 * rows if cells else 0)
            ends[::2], ends[1::2] = cells[citing::width], cells[cited::width]
            ends = [end.strip() for end in (map(unguarded, ends) if self._ours else ends)]
            if ends and "" not in ends:
                self.at, self._span = self.at + self._span + rows - 1, 1
                self.records += rows
                self._ahead.clear()
                yield ends

    def _read_ahead(self) -> bool:
        while block := list(islice(self._lines, _BLOCK)):
            if not (block[0].isspace() and "".join(block).isspace()):
                self._ahead.extend(block)
                return True
            self.at, self._span = self.at + self._span + len(block) - 1, 1  # blank lines without end
        return False

    def _sound(self, lines: Collection[str]) -> list[str]:
        """All cells of lines of which each is a row as it should be; empty where one of them is not."""
        text, mark, width = "".join(lines), self._mark, len(self.header)
        if unclean(text):
            return []
        if '"' not in text:
            even = set(map(str.count, lines, repeat(mark))) == {width - 1}
            return text.removesuffix("\n").replace("\n", mark).split(mark) if even else []
        try:
            rows = list(csv.reader(lines, delimiter=mark, strict=True))
        except csv.Error:
            return []
        return list(chain.from_iterable(rows)) if len(rows) == len(lines) and set(map(len, rows)) == {width} else []

    def _rows_ahead(self) -> Iterator[list[str]]:
        """The rows in the lines that are ahead, and in those that a quoted field adds to them."""
        ahead, mark, width = self._ahead, self._mark, len(self.header)
        while ahead:
            line = ahead.popleft()
            self.at, self._span = self.at + self._span, 1
            if line.isspace():
                continue
            self.records += 1
            try:
                row = self._quoted(line) if '"' in line else line.split(mark)
                row = [unguarded(cell) for cell in row] if self._ours else row
            except csv.Error as error:
                self.skip(str(error))
                continue
            if len(row) != width:
                self.skip(f"expected {width} columns, got {len(row)}")
            elif fault := unclean("".join(row)):
                self.skip(fault)
            else:
                yield row

    def skip(self, reason: str) -> None:
        """List what is wrong with the row that was read last."""
        if self._strict:
            raise InputError(f"{self._path} line {self.at}: {reason}", "correct the line, or leave out --strict")
        self.remarks.append(Remark(f"{self._path.name} line {self.at}", reason))

    def with_first(self) -> None:
        """Take the first line for a row: it is no header."""
        self._ahead.append(self._first)
        self._span = 0

    def _quoted(self, line: str) -> list[str]:
        """The fields of the row that begins on this line; raises csv.Error with what is wrong with the line."""
        reader = csv.reader(chain([line], self._following()), delimiter=self._mark, strict=True)
        try:
            row = next(reader)
        except csv.Error as error:
            if reader.line_num == 1 and "unexpected end" not in str(error):
                raise
            row = []
        if not row or (reader.line_num > 1 and len(row) != len(self.header)):
            raise csv.Error("a quotation mark is left open")
        self._span = reader.line_num
        for _ in range(1, self._span):
            self._ahead.popleft()
        return row

    def _following(self) -> Iterator[str]:
        """The next lines, which stay ahead."""
        for place in range(_SPAN):
            if place == len(self._ahead):
                self._ahead.extend(islice(self._lines, 1))
            if place == len(self._ahead):
                return
            yield self._ahead[place]


class _Edges:
    """The pairs of a file, with its ids numbered in order of appearance."""

    def __init__(self, path: Path, strict: bool) -> None:
        from kg.pairs import Pairs

        self.numbers = _Numbers()
        self.pairs = Pairs()
        with open_text(path) as lines:
            self.rows = _Rows(path, lines, strict)
            header = self.rows.header
            named = columns(header)
            if named is None:
                self.rows.with_first()
                named = columns(self.rows.comment) if len(self.rows.comment) == len(header) else None
            if named is None and len(header) != 2:
                raise InputError(
                    f"{path} is not an edge list: its first line does not name a citing and a cited column",
                    "an edge list is a CSV file with the header citing,cited",
                )
            if twice := next((header[at] for at in named or () if header.count(header[at]) > 1), ""):
                raise InputError(f"{path} has several columns {twice}", "keep one citing and one cited column")
            self._read(*named or (0, 1))
        if not self.numbers:
            first = "".join(f"; {fault.where}: {fault.reason}" for fault in self.rows.remarks[:1])
            raise InputError(f"no citation in {path}{first}", "an edge list has two columns: citing,cited")
        if named is None and self._is_header([cell.strip() for cell in header], path):
            raise InputError(f"{path}: {header} look like names of columns", "name the columns citing,cited")

    def _read(self, citing: int, cited: int) -> None:
        number, waiting = self.numbers.__getitem__, array("q")
        for ends in self.rows.ends(citing, cited):
            waiting.extend(map(number, ends))
            if len(waiting) > _PAGE:
                self.pairs.add(waiting[::2], waiting[1::2])
                waiting = array("q")
        self.pairs.add(waiting[::2], waiting[1::2])

    def _is_header(self, cells: list[str], path: Path) -> bool:
        """Whether the first row looks like names, unlike the other rows or in a CSV file, and nothing in it recurs."""
        places = {self.numbers.get(cell) for cell in cells}
        others = [id_ for id_ in self.numbers if id_ not in cells]
        if others and all(map(str.isdecimal, others)):
            odd = not any(map(str.isdecimal, cells))
        else:
            table = re.search(r"\.[ct]sv(?:\.gz)?$", path.name, re.IGNORECASE) and min(map(len, cells)) > 1
            odd = all(map(_NAME.fullmatch, cells)) and bool(table or (others and not any(map(_NAME.fullmatch, others))))
        return (
            odd
            and sum(
                times
                for page in self.pairs.pages()
                for citing, cited, times in zip(*map(list, page), strict=True)
                if citing in places or cited in places
            )
            == 1
        )


class _Numbers(dict[str, int]):
    """Ids numbered in the order in which they are looked up first."""

    def __missing__(self, id_: str) -> int:
        number = self[id_] = len(self)
        return number


class _WorkTable:
    """The table of works, read whole: a later contradiction must stop the file before anything is stored."""

    def __init__(self, path: Path, source: str, strict: bool) -> None:
        self.works: dict[str, Work] = {}
        with open_text(path) as lines:
            self.rows = _Rows(path, lines, strict)
            header = [name.strip().lower() for name in self.rows.header]
            if "id" not in header:
                raise InputError(
                    f"{path} is not a table of works: it has no column id",
                    "its header names id and any of year, date, title, authors, venue",
                )
            for row in self.rows:
                cells = zip(header, map(str.strip, row), strict=True)
                values = once([(name, cell) for name, cell in cells if name in _COLUMNS])
                if values["id"]:
                    self._add(self._work(values, source), path)
                    if fault := twice_in(values):
                        self.rows.skip(fault)
                else:
                    self.rows.skip("empty id")
        if not self.works:
            raise InputError(f"no work in {path}", "every row below the header is one work")

    def _add(self, work: Work, path: Path) -> None:
        known = self.works.setdefault(work.id, work)
        if known.title and work.title and title_key(known.title) != title_key(work.title):
            raise InputError(
                f"{path} line {self.rows.at}: id {work.id!r} is both {known.title!r} and {work.title!r}",
                "give each work its own id",
            )
        if known is not work:
            self.rows.skip(f"id {work.id!r} is used by an earlier row, which is kept")

    def _work(self, values: dict[str, str], source: str) -> Work:
        day = self._date(values.get("date", ""))
        year = self._year(values.get("year", "") or values.get("date", "")[:4])
        authors = re.split(r"\s*;\s*", values.get("authors", ""))
        return Work(
            id=values["id"],
            title=values.get("title", ""),
            authors=tuple(author for author in authors if author),
            year=year,
            date=day,
            venue=values.get("venue", ""),
            source=source,
        )

    def _year(self, text: str) -> int | None:
        if not text:
            return None
        match = re.fullmatch(r"(\d{1,4})(?:\.0+)?", text)
        if match and 1000 <= int(match.group(1)) <= 2100:
            return int(match.group(1))
        self.rows.skip(f"invalid year {text!r} (expected 1000 to 2100); the work is kept without a year")
        return None

    def _date(self, text: str) -> str | None:
        if not text or re.fullmatch(r"\d{4}(?:-\d\d)?", text):
            return None  # no more than a year, which stands for itself
        try:
            return date.fromisoformat(text[:10]).isoformat()
        except ValueError:
            self.rows.skip(
                f"invalid date {text!r} (expected a day such as 1989-12-31); the work is kept without a date"
            )
            return None


def _paged(records: Iterable[_Record]) -> Iterator[list[_Record]]:
    rest = iter(records)
    while page := list(islice(rest, _PAGE)):
        yield page
