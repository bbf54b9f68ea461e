"""What once cost the square of its length, though twice the text is twice the time; each was found by reading or by machine."""

import gc
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kg import text
from kg.errors import KgError
from kg.ids import find_identifiers, parse_identifier
from kg.ingest.readers.reference_text import plain
from kg.ingest.resolve.resolver import resolve
from kg.model import Reference, Work
from kg.output.rdf.guard import check
from tests.test_hostile import read

ENTRY = "# References\n\n* Todd, P. (1989). A connectionist approach to composition. CMJ.\n"
TEX = "\n\\begin{thebibliography}{9}\\bibitem{a} Roe, A. (1999). Towns."


def matched(title: str, other: str, text: str = "", authors: Sequence[str] = (), works: int = 1) -> object:
    """A reference looked up among works of another title, by the same author and from the same year."""
    who: Any = {"authors": ("Roe, A.", *authors), "year": 1999}
    known = [Work(id=f"a{n}", title=other, **who) for n in range(works)]
    found: Any = SimpleNamespace(
        find_by_id=lambda _: None, find_by_title=lambda _: known, find_by_author_year=lambda *_: known
    )
    return resolve(Reference(title=title, text=text, **who), [found])


#: what it is -> what takes a text, the text of a size, and the size of the smaller one
ONCE: dict[str, tuple[Callable[[str], object], Callable[[int], str], int]] = {
    "particles before a name": (text.surname, lambda n: "Roe " + "von " * n, 2_000),
    "particles behind a name": (text.surname, lambda n: "Roe, " + "von " * n, 10_000),
    "particles and a long name": (text.surname, lambda n: "A" * 4 * n + " B" + " Van" * n + " Roe", 1_000),
    "brackets behind an identifier": (find_identifiers, lambda n: "10.1000/" + ")" * n, 4_000),
    "many identifiers": (find_identifiers, lambda n: " ".join(f"10.1000/{k}" for k in range(n)), 500),
    "an address of arXiv": (parse_identifier, lambda n: "https://arxiv.org/" + "a" * n, 1_000),
    "an address of bioRxiv": (parse_identifier, lambda n: "https://biorxiv.org/" + "v1." * n + "%20x", 500),
    "words and dots in a query": (lambda given: check(given, {"a": "http://a/"}), lambda n: "ASK " + ".org" * n, 400),
    "blanks in a link": (plain, lambda n: "[a](" + " " * n + "x", 500),
    "parts of a title": (lambda given: matched(given, f"{given}x"), lambda n: "a bc: " * n, 200),
    "words of a title": (lambda given: matched(given, given.replace("x", "y")), lambda n: "".join(f"abcdefgx{k} " for k in range(n)), 400),
    "a title in an entry": (lambda given: matched("Towns", given, "a. " * len(given)), lambda n: "a " * n + "b", 500),
    "authors of many works": (lambda given: matched("Towns", "Cities", "", given.split(), len(given) // 50), lambda n: "".join(f"Poe{k} " for k in range(n)), 100),
}  # fmt: skip
#: the same for files: name, text of a size, the size of the smaller one
FILES: list[tuple[str, Callable[[int], str], int]] = [
    ("a.md", lambda n: f"{ENTRY}\n1999 a{':' * n}a\n", 2_000),
    ("a.tex", lambda n: f"\\title{' ' * n}x{TEX}", 2_000),
    ("b.tex", lambda n: "\\title{" * n + TEX, 100),
    ("a.ris", lambda n: "".join(f"TY  - JOUR\nTI  - Towns {k or ''}\nDO  - 10.1000/a\n" for k in range(n)), 100),
]


def cost(function: Callable[[str], object], given: str) -> float:
    """The CPU seconds that a text takes, the least of three; a refusal is an answer too."""
    least = float("inf")
    for _ in range(3):
        for known in (text.title_key, text.surname, text.name_key):
            known.cache_clear()
        gc.collect()
        start = time.process_time()
        with suppress(KgError):
            function(given)
        least = min(least, time.process_time() - start)
    return least


@pytest.mark.parametrize("name", ONCE)
def test_eight_times_the_text_costs_eight_times_the_time(name: str):
    """Where it was the square, it cost sixty-four times as much."""
    function, made, size = ONCE[name]
    assert cost(function, made(8 * size)) <= 16 * cost(function, made(size)) + 0.02


@pytest.mark.parametrize(("name", "made", "size"), FILES, ids=[name for name, *_ in FILES])
def test_eight_times_a_file_costs_eight_times_the_time(
    name: str, made: Callable[[int], str], size: int, tmp_path: Path
):
    """The same of files."""

    def function(given: str) -> object:
        (tmp_path / name).write_text(given, encoding="utf-8")
        return read(tmp_path / name)

    assert cost(function, made(8 * size)) <= 16 * cost(function, made(size)) + 0.02
