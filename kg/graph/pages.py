"""The pages of a file of SQLite: which table or index each belongs to, and between which keys, read so that no damage stops it.

SQLite itself reads a damaged file only as far as it happens to. Here pages that are known to be damaged are not read, so that
all that is said of the others holds. The form is that of sqlite.org/fileformat2.html.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mmap import mmap

Key = int | str | None


class Part(NamedTuple):
    """What stands on a page: part of a table or an index, from after one key to another; None where it has no bound."""

    name: str
    low: Key
    high: Key


class Pages:
    """A file of SQLite as pages.

    Parameters
    ----------
    data : bytes or mmap
        The file.
    size : int
        The length of a page.
    damaged : set of int
        The pages, from 1, that are not to be read.
    """

    def __init__(self, data: "bytes | mmap", size: int, damaged: set[int]) -> None:
        self._data, self._size, self._damaged = data, size, damaged
        self._last = len(data) // size

    def parts(self, roots: Mapping[str, int]) -> dict[int, Part]:
        """What stands on each damaged page that a sound one leads to.

        Parameters
        ----------
        roots : mapping
            The first page of each table and index, by its name.
        """
        found: dict[int, Part] = {}
        leaves: list[tuple[int, Part]] = []
        for name, root in roots.items():
            for page, part in self._tree(name, root):
                if page in self._damaged:
                    found[page] = part
                else:
                    leaves.append((page, part))
        # it may be a long value, which has its own pages
        for page, part in leaves if self._damaged - found.keys() else ():
            for first in self._long_values(page):
                chain = first
                while chain and chain not in self._damaged and chain <= self._last:
                    chain = self._number((chain - 1) * self._size, 4)
                if chain in self._damaged:
                    found[chain] = part
        return found

    def _tree(self, name: str, root: int) -> Iterator[tuple[int, Part]]:
        stack = [(root, Part(name, None, None))]
        while stack:
            page, part = stack.pop()
            yield page, part
            if page in self._damaged or self._kind(page) not in (2, 5):
                continue
            start, kind, cells = self._cells(page)
            low = part.low
            for cell in cells:
                key = self._varint(cell + 4)[0] if kind == 5 else self._first_column(cell + 4)
                stack.append((self._number(cell, 4), Part(name, low, key)))
                low = key
            stack.append((self._number(start + 8, 4), Part(name, low, part.high)))

    def _kind(self, page: int) -> int:
        """2 and 5 are pages above others, of an index and of a table; 10 and 13 their leaves."""
        return self._data[(page - 1) * self._size + (100 if page == 1 else 0)]

    def _cells(self, page: int) -> tuple[int, int, list[int]]:
        """Where the header of a page begins, what kind of page it is, and where its cells are."""
        at = (page - 1) * self._size
        start, kind = at + 100 if page == 1 else at, self._kind(page)
        array = start + (12 if kind in (2, 5) else 8)
        return start, kind, [at + self._number(array + 2 * k, 2) for k in range(self._number(start + 3, 2))]

    def _long_values(self, page: int) -> Iterator[int]:
        """The first pages of the values that do not fit into a page."""
        _, kind, cells = self._cells(page)
        if kind == 5:
            return
        usable = self._size - self._data[20]
        most = usable - 35 if kind == 13 else (usable - 12) * 64 // 255 - 23
        least = (usable - 12) * 32 // 255 - 23
        for cell in cells:
            length, at = self._varint(cell + 4 if kind == 2 else cell)
            if length > most:
                at = self._varint(at)[1] if kind == 13 else at
                local = least + (length - least) % (usable - 4)
                yield self._number(at + (local if local <= most else least), 4)

    def _first_column(self, at: int) -> Key:
        """The first column of the record of an index; None where it is neither a whole number nor text."""
        _, start = self._varint(at)
        length, at = self._varint(start)
        kind, _ = self._varint(at)
        at = start + length
        if kind in (8, 9):
            return kind - 8
        if kind in range(1, 7):
            return int.from_bytes(self._data[at : at + (1, 2, 3, 4, 6, 8)[kind - 1]], "big", signed=True)
        return str(self._data[at : at + (kind - 13) // 2], "utf-8", "replace") if kind > 12 and kind % 2 else None

    def _number(self, at: int, length: int) -> int:
        return int.from_bytes(self._data[at : at + length], "big")

    def _varint(self, at: int) -> tuple[int, int]:
        """A number of up to nine bytes, and where what follows it begins."""
        value = 0
        for k in range(8):
            byte = self._data[at + k]
            value = value << 7 | byte & 127
            if byte < 128:
                return value, at + k + 1
        return value << 8 | self._data[at + 8], at + 9
