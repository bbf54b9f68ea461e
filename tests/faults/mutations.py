"""Files damaged as disks, programs and strangers damage them: the same seed gives the same damage."""

import gzip
import random
import re

#: What no text expects: bytes that are no UTF-8, controls, marks of order, line ends of other systems, letters that turn the text round.
_ANYWHERE = tuple(
    piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogatepass")
    for piece in (
        "\n", "\r", "\r\n", "\t", " ", '"', "'", "{", "}", "[", "]", "<", ">", "&", "#", "%", ",", ";", "\\", "$",
        "\ufeff", "\u2028", "\u0085", "\u202e", "\u200b", "\x1b[2J", "\x9b", "\x1a", "\f", "\v", "\ud800", "e\u0301",
        b"\xff", b"\xc3", b"\xe9", b"\xf4\x90\x80\x80", b"\xed\xa0\x80", b"\xff\xfe", "&#x110000;", "&#0;", "&#xD800;",
        "=CMD()", "<script>alert(1)</script>", "http://[x", "9" * 5000, "x" * 9000, " " * 3000, "((" * 500, "İ", "ﬀ", "😀",
    )
)  # fmt: skip
_NUMBERS = (
    b"0",
    b"-1",
    b"13",
    b"32",
    b"99",
    b"1e30",
    b"10" * 15,
    b"1.5",
    b"NaN",
    b"in press",
    b"2021-02-31",
    b"9" * 5000,
    b"0000",
    b"",
    "१९८९".encode(),
)
_VALUES = (
    b"",
    b"null",
    b"true",
    "\u202eabc".encode(),
    "\u2028".encode(),
    "\u0085".encode(),
    b"x" * 9000,
    b"=CMD()",
    b"\x1b[2J",
    b"a b",
    "İﬀ".encode(),
    b"http://[x",
    b"10.1/x",
)
_MARKS = re.compile(rb"[{}\[\]<>\"',:;=%*#@&/()-]")


def mutated(
    data: bytes,
    chance: random.Random,
    others: list[bytes],
    foreign: list[bytes],
    words: tuple[str, ...],
    records: list[bytes],
) -> bytes:
    """A file damaged in one to four ways; half of the times in its records and values alone, which leaves it well formed.

    Parameters
    ----------
    data : bytes
        The file.
    chance : random.Random
        What decides.
    others, foreign : list of bytes
        Files of the same format and of others.
    words : tuple of str
        Pieces of the format's grammar.
    records : list of bytes
        Its records, of which some may be left out, doubled or put elsewhere.
    """
    if chance.random() < 0.5:
        for _ in range(chance.choice((1, 1, 2, 3))):
            data = _in_records(data, chance, records)
        return data
    pieces = (*_ANYWHERE, *(word.encode("utf-8", "surrogatepass") for word in words for _ in range(4)))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        data = _once(data, chance, others, foreign, pieces) or data
    return _as_another(data, chance) if chance.random() < 0.1 else data


def _once(
    data: bytes, chance: random.Random, others: list[bytes], foreign: list[bytes], pieces: tuple[bytes, ...]
) -> bytes:
    at, other = chance.randrange(len(data) + 1), chance.choice(others)
    to = min(len(data), at + chance.choice((1, 1, 2, 5, 20, 60, 300, 2000)))
    match chance.choice(
        (
            "flip",
            "cut",
            "tail",
            "out",
            "double",
            "swap",
            "splice",
            "line",
            "lines",
            "word",
            "word",
            "line word",
            "number",
            "number",
            "mark",
            "mark",
            "join",
            "foreign",
            "nest",
        )
    ):
        case "flip":
            whole = bytearray(data)
            for _ in range(chance.choice((1, 1, 2, 8)) if whole else 0):
                whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            return bytes(whole)
        case "cut":
            return data[:at]
        case "tail":
            return data[at:]
        case "out":
            return data[:at] + data[to:]
        case "double":
            return data[:to] + data[at:]
        case "swap":
            end = min(len(data), to + to - at)
            return data[:at] + data[to:end] + data[at:to] + data[end:]
        case "splice":
            start = chance.randrange(len(other) + 1)
            return data[:at] + other[start : start + chance.choice((5, 60, 300, 2000))] + data[at:]
        case "line" | "lines" | "line word" as what:
            return _lines(data, what, chance, pieces)
        case "word":
            return data[:at] + chance.choice(pieces) + data[at:]
        case "number":
            number = re.compile(rb"\d+").search(data, at)
            return data[: number.start()] + chance.choice(_NUMBERS) + data[number.end() :] if number else data
        case "mark":
            mark = _MARKS.search(data, at)
            return data[: mark.start()] + chance.choice((b"", mark[0] * 2, b" ")) + data[mark.end() :] if mark else data
        case "join":
            return data + other
        case "foreign":
            return (
                data + chance.choice(foreign)
                if chance.random() < 0.5
                else data[:at] + chance.choice(foreign)[:300] + data[at:]
            )
        case _:
            return data[:at] + other + data[at:]


def _in_records(data: bytes, chance: random.Random, records: list[bytes]) -> bytes:
    one, other = chance.choice(records), chance.choice(records)
    value = chance.choice(list(re.finditer(rb"(?<=[>\" ({,])[^\W\d]\w*(?=[<\" ,.)}])|\d+", data)) or [None])
    match chance.choice(("out", "double", "swap", "value", "value", "number", "number")):
        case "out":
            return data.replace(one, b"", 1)
        case "double":
            return data.replace(one, one * 2, 1)
        case "swap":
            return data.replace(one, b"\0\0", 1).replace(other, one, 1).replace(b"\0\0", other, 1)
        case what if value:
            new = chance.choice(_NUMBERS if what == "number" else _VALUES)
            return data[: value.start()] + new + data[value.end() :]
    return data


def _lines(data: bytes, what: str, chance: random.Random, pieces: tuple[bytes, ...]) -> bytes:
    lines = data.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    if what == "line word":
        lines.insert(one, chance.choice(pieces).rstrip(b"\n"))
    elif what == "lines":
        lines[one], lines[two] = lines[two], lines[one]
    elif chance.random() < 0.7:
        del lines[one]
    else:
        lines.insert(two, lines[one])
    return b"\n".join(lines)


def _as_another(data: bytes, chance: random.Random) -> bytes:
    """A file in another encoding, with other line ends, packed, or packed and cut."""
    text = data.decode("utf-8", "replace")
    match chance.randrange(8):
        case 0:
            return text.encode("utf-16")
        case 1:
            return text.encode("utf-16-be")
        case 2:
            return text.encode("cp1252", "replace")
        case 3:
            return b"\xef\xbb\xbf" + data
        case 4:
            return data.replace(b"\n", b"\r\n")
        case 5:
            return data.replace(b"\n", b"\r")
        case 6:
            return gzip.compress(data, 1)
        case _:
            packed = gzip.compress(data, 1)
            return packed[: chance.randrange(len(packed))]
