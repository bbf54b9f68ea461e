"""The lines of a file, plain or gzipped, in bounded memory; a damaged part of it is passed over and told."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

_CHUNK = 1 << 20  # bytes read at once
_MOST = 1 << 22  # bytes unpacked at once
_STEP = 256  # bytes unpacked at once near a fault, so that what stands before it is not lost
_TRIED = 1 << 14  # bytes that must unpack where a member is thought to begin
LONGEST = 1 << 26  # bytes of a line: 64 MB
_MAGIC = b"\x1f\x8b\x08"


class Damage(NamedTuple):
    """A part of a file that could not be read, and why."""

    reason: str


def lines_of(file: str | Path) -> Iterator[tuple[int, bytes | Damage]]:
    """The lines of a file that are not blank, each with its number; in their place, what is wrong with a damaged part.

    Behind a damaged part of a gzipped file the numbers count what could be read.
    """
    rest, number = b"", 0
    for piece in _pieces(Path(file)):
        if isinstance(piece, Damage):
            number += bool(rest)
            cut = f"; the line before it is cut: {rest[:100].decode('utf-8', 'replace')}" if rest else ""
            yield number, Damage(piece.reason + cut)
            rest = b""
            continue
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        for line in lines:
            number += 1
            if line and not line.isspace():
                yield number, line
        if len(rest) > LONGEST:
            yield number + 1, Damage(f"a line of more than {LONGEST >> 20} MB")
            rest = b""
    if rest and not rest.isspace():
        yield number + 1, rest


def _pieces(file: Path) -> Iterator[bytes | Damage]:
    """What is in a file, unpacked, piece by piece."""
    with file.open("rb") as stream:
        data = stream.read(_CHUNK)
        if data.startswith(_MAGIC[:2]):
            yield from _unpacked(stream, data)
            return
        while data:
            yield data
            data = stream.read(_CHUNK)


def _unpacked(stream: BinaryIO, data: bytes) -> Iterator[bytes | Damage]:
    """What is in the members of a gzipped stream of which `data` was read, piece by piece."""
    member, tail = zlib.decompressobj(31), b""  # of what went before data in this member
    while True:
        if not data and not (data := stream.read(_CHUNK)):
            yield Damage("the gzip stream ends too early")
            return
        before = member.copy()
        try:
            piece = member.decompress(data, _MOST)
        except zlib.error as error:
            place = stream.tell()
            rest = _next_member(stream, tail + data)
            own = len(data) - len(rest) + stream.tell() - place  # bytes before the next member: what follows is not its
            yield from _until_fault(before, data[: max(own, 0)])
            yield Damage(f"damaged gzip stream before byte {place:,}: {error}")
            if not (data := rest):
                return
            member, tail = zlib.decompressobj(31), b""
            continue
        if piece:
            yield piece
        if member.eof:
            data = member.unused_data.lstrip(b"\0")  # some writers pad with zeros
            while not data:
                if not (data := stream.read(_CHUNK)):
                    return
                data = data.lstrip(b"\0")
            member, tail = zlib.decompressobj(31), b""
        else:
            left = member.unconsumed_tail
            tail = (tail + data[: len(data) - len(left)])[-_TRIED:]
            data = left


def _until_fault(member: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    """What a member still gives before its fault."""
    for step in (_STEP, 1):
        try:
            while data:
                before = member.copy()
                if piece := member.decompress(data[:step]):
                    yield piece
                data = data[step:]
        except zlib.error:
            member = before


def _next_member(stream: BinaryIO, data: bytes) -> bytes:
    """The stream from where its next member begins, as far as it was read; nothing where none begins."""
    start = 1  # where the damaged one begins
    while True:
        start = data.find(_MAGIC, start)
        if start < 0 or len(data) - start < _TRIED:
            more = stream.read(_CHUNK)
            if start < 0:
                if not more:
                    return b""
                data, start = data[-len(_MAGIC) + 1 :] + more, 0
                continue
            data += more
        try:
            if zlib.decompressobj(31).decompress(data[start : start + _TRIED]):
                return data[start:]
        except zlib.error:
            pass
        start += 1
