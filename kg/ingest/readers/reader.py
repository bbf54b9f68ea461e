"""What a reader is: a function that reads a file, with a second one that recognises the files it can read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from kg.ingest.readers.html_lines import looks_like_html
from kg.ingest.readers.text_files import decoded, delimiter, read_bytes
from kg.model import Batch

_SAMPLE = 200_000
#: What may stand before the first element of XML; nothing of it is looked at twice.
XML_PROLOG = r"(?s)\s*+(?:(?><!--.*?-->|<\?.*?\?>|<!\w[^<>\[]*(?:\[.*?\]\s*)?>)\s*+)*+"
_Function = TypeVar("_Function", bound=Callable[..., Iterator[Batch]])


@dataclass(frozen=True)
class Sample:
    """The name of a file and how it begins: what a reader recognises it by.

    Attributes
    ----------
    path : Path
        The file.
    head : bytes
        Its first 200,000 bytes, unpacked where it is gzipped.
    """

    path: Path
    head: bytes

    @classmethod
    def of(cls, path: Path) -> "Sample":
        """The sample of a file; raises InputError for what is missing or no file."""
        return cls(path, read_bytes(path, limit=_SAMPLE))

    @cached_property
    def suffix(self) -> str:
        """The suffix of the name in lower case, ".gz" left out: ".bib" for "x.BIB.gz"."""
        return Path(self.path.name.removesuffix(".gz")).suffix.lower()

    @cached_property
    def text(self) -> str:
        """The beginning as text; raises InputError where it is none."""
        return decoded(self.path, self.head, cut=len(self.head) == _SAMPLE)

    @cached_property
    def is_json(self) -> bool:
        """Whether it looks like JSON or JSON Lines."""
        return self.suffix in {".json", ".jsonl"} or self.begins(r"\s*[\[{]\s*[{\"\]]")

    @cached_property
    def lines(self) -> list[str]:
        """The first lines, up to 200, without blank ones and comments (#); none of JSON and HTML."""
        if self.is_json or looks_like_html(self.text):
            return []
        lines = (line.strip() for line in self.text.splitlines()[:200])
        return [line for line in lines if line and not line.startswith("#")]

    @cached_property
    def rows(self) -> list[list[str]]:
        """The `lines` as the rows of a table, divided by tabs, commas or semicolons."""
        return [line.split(delimiter(line)) for line in self.lines]

    @cached_property
    def header(self) -> set[str]:
        """The names of the columns in lower case, where the first row has such."""
        return {name.strip(' "').lower() for name in self.rows[0]} if self.rows else set()

    def begins(self, pattern: str) -> bool:
        """Whether a regular expression fits at the beginning of the text, in any case."""
        return re.match(pattern, self.text, re.IGNORECASE) is not None


class Reader(Protocol):
    """A file format: recognises its files, and reads them in batches."""

    def __call__(self, path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
        """Read a file.

        Parameters
        ----------
        path : Path
            The file.
        source : str
            What the records name as their source: the name of the file.
        strict : bool
            Raise InputError at the first record that cannot be read, instead of leaving it out with a remark.

        Yields
        ------
        Batch
            `works` described well enough to be kept as they are, with their `citations`; `references` that are named by a
            text or an identifier alone and are looked up; `remarks` on what was left out. The works of a batch marked
            `strict` are a graph of its own, whose ids are never looked up.

        Raises
        ------
        InputError
            If nothing in the file can be read.
        """
        ...

    @property
    def recognises(self) -> Callable[[Sample], bool]:
        """Whether a file is of this format. Readers of other packages are asked first, then kg's own, in their order."""
        ...


def reader(recognises: Callable[[Sample], bool]) -> Callable[[_Function], _Function]:
    """Make a function that reads files a `Reader`.

    Parameters
    ----------
    recognises : callable
        Tells from the beginning of a file whether it is of the format.

    Examples
    --------
    >>> @reader(lambda sample: sample.suffix == ".titles")
    ... def read_titles(path, *, source, strict=False):
    ...     yield Batch(works=[])
    >>> read_titles.recognises(Sample(Path("x.titles"), b""))
    True
    """

    def made(function: _Function) -> _Function:
        function.recognises = recognises  # type: ignore[attr-defined]
        return function

    return made
