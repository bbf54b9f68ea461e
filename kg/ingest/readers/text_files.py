"""Opening what the user names: plain or gzipped text, and one clear error for what cannot be read."""

import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO

from kg.errors import InputError
from kg.files import check_file

_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_RATIO, _UNSUSPECTED = 30, 1 << 26  # how many times its size a gzip file may unpack to, and what it always may: 64 MB
#: Bytes, unpacked, of a file that is read as a whole, and of a line of one that is read by lines: 1,024 MB and 64 MB.
LARGEST, LONGEST = 1 << 30, 1 << 26
_PIECE = 1 << 20  # read at once: as much as is asked for takes its memory at once, whatever there is


class _Unpacked(gzip.GzipFile):
    """A gzip file that stops where it unpacks to so much more than text ever does."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._path, self._most = path, max(_UNSUSPECTED, _RATIO * path.stat().st_size)

    def read1(self, size: int = -1) -> bytes:
        """As in GzipFile."""
        if self.tell() > self._most:
            raise InputError(
                f"{self._path} unpacks to over {self._most >> 20:,} MB, {_RATIO} times its size: not read",
                "if it really holds that much text, unpack it and name the unpacked file",
            )
        return super().read1(size)

    def read(self, size: int | None = -1) -> bytes:
        """As in GzipFile."""
        pieces, wanted = [], sys.maxsize if size is None or size < 0 else size
        while wanted > 0 and (piece := self.read1(min(wanted, 1 << 20))):
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)


class _Lines(io.BufferedIOBase):
    """A binary file that stops where a line becomes too long to be held."""

    def __init__(self, binary: io.BufferedIOBase, path: Path) -> None:
        self._binary, self._path, self._line = binary, path, 0

    def readable(self) -> bool:
        """As files say it."""
        return True

    def read1(self, size: int = -1) -> bytes:
        """As in BufferedReader."""
        piece = self._binary.read1(size)
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        self._line = len(piece) - end if end >= 0 else self._line + len(piece)
        if self._line > LONGEST:
            raise InputError(f"{self._path} has a line of over {LONGEST >> 20} MB", "check that it is a text file")
        return piece


@contextmanager
def open_text(path: Path) -> Iterator[IO[str]]:
    """The file as text, unpacked where it is gzipped (recognised by content, not by name): UTF-8, or UTF-16 by its mark.

    What cannot be decoded comes through as lone surrogates, so that one bad line does not spoil the others; ask
    `unclean` of a line. Raises InputError for what is missing, no file, or damaged.
    """
    with _explained(path):
        packed = _head(path).startswith(_GZIP)
        with _Unpacked(path) if packed else path.open("rb") as binary:
            wide = binary.read(2) in _UTF16
            binary.seek(0)
            coding, errors = ("utf-16", "surrogatepass") if wide else ("utf-8-sig", "surrogateescape")
            with io.TextIOWrapper(_Lines(binary, path), encoding=coding, errors=errors) as text:  # type: ignore[type-var]
                yield text


def read_text(path: Path) -> str:
    """The whole text: UTF-8, U+FFFD in the place of what is damaged, else UTF-16 by its mark, else Windows-1252.

    Raises InputError for what is missing, no file, damaged, empty or no text.
    """
    return decoded(path, read_bytes(path))


def read_bytes(path: Path, *, limit: int = -1) -> bytes:
    """The bytes of a file, or the first `limit` of them, unpacked where it is gzipped.

    Raises InputError for what is missing, no file or damaged.
    """
    with _explained(path):
        packed = _head(path).startswith(_GZIP)
        with _Unpacked(path) if packed else path.open("rb") as binary:
            if limit >= 0:
                return binary.read(limit)
            data = b"".join(islice(iter(partial(binary.read, _PIECE), b""), LARGEST // _PIECE + 1))
            if len(data) > LARGEST:
                raise InputError(
                    f"{path} is larger than {LARGEST >> 20:,} MB: not read", "divide it into files that are smaller"
                )
            return data


def decoded(path: Path, data: bytes, *, cut: bool = False) -> str:
    """The text of a file's bytes, as `read_text` has it; `cut` where they are only its beginning."""
    if not data.strip():
        raise InputError(f"{path} is empty", "name a file with references, a bibliography or citations")
    if data.startswith(b"%PDF"):
        raise InputError(f"{path} is a PDF", "save it as text, Markdown or HTML first")
    if data.startswith(b"PK\x03\x04"):
        raise InputError(f"{path} is a spreadsheet or an archive", "save the table as CSV, or unpack it first")
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data[:65536]:
        raise InputError(f"{path} is not a text file", "kg reads text, Markdown, HTML, BibTeX, CSL-JSON and CSV")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if cut and error.start >= len(data) - 4:  # a character cut at the limit
            return data[: error.start].decode("utf-8-sig")
    text = data.decode("utf-8-sig", errors="replace")
    if len(re.findall("[^\0-\x7f\ufffd]", text)) > 4 * text.count("\ufffd"):  # it is UTF-8 but for some damage
        return text
    return data.decode("cp1252", errors="replace")


def delimiter(line: str) -> str:
    """Tab, comma or semicolon: the first of them that the line holds (comma where it holds none)."""
    return next((mark for mark in "\t,;" if mark in line), ",")


def unclean(text: str) -> str:
    """What is wrong with text from `open_text`: bytes that could not be decoded, a NUL, or "" where it is sound."""
    if "\0" in text:
        return "a NUL character"
    return "" if text.isascii() or not re.search("[\ud800-\udfff]", text) else "not UTF-8"


def _head(path: Path) -> bytes:
    check_file(path)
    with path.open("rb") as file:
        return file.read(2)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"file not found: {path}", "check the name and the folder") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder", "name a file in it") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{path} is a damaged gzip file: {error}", "download or compress it again") from error
    except UnicodeError as error:
        raise InputError(f"{path} is damaged UTF-16 text", "save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}", "check its permissions") from error
