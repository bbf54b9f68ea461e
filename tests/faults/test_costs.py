"""Whatever is repeated in a text, twice the text costs twice the time: searched for by machine, in every place that parses what strangers wrote.

First each short piece of the real files of a format, one to three of their words and signs, is repeated alone and within a
frame. Then pieces are put together from these words, repeated within a random frame, and measured at two lengths; those that
cost more than their length are changed and measured again. Whatever costs too much is printed when it is found, as the `Case`
that repeats it and its costs; what was found is kept in `tests/test_hostile.py` and `tests/test_linear.py`.
"""

import gc
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

import kg
from kg import text
from kg.errors import KgError
from kg.graph.eras import eras_of
from kg.ids import find_identifiers, parse_identifier
from kg.ingest.readers import reference_text
from kg.ingest.readers.cited_strings import MOST, listed, parse_cited
from kg.ingest.readers.reference_text import parse_reference
from kg.ingest.readers.tex import from_tex
from kg.ingest.resolve.overrides import Overrides
from kg.ingest.resolve.resolver import resolve
from kg.model import Reference, Work
from kg.output.rdf.guard import check
from tests.faults.alarm import Hangs, ended_after
from tests.test_hostile import REPEATED, RISING, read, repeated

Target = Callable[[str], object]
CASES = Path(__file__).parent.parent / "cases"
SMALL = 12_000  # characters that a piece is first measured at
SLOWEST = 40e-6  # seconds for a character: half a megabyte in twenty seconds
HANG_S = 12
#: what stands in texts of any kind
MARKS = [*"()[]{}<>\"'`,;:.-–—_/\\|#*&%$@!?=+~^ \n\t0aAé音", "\n\n", "\r", "  ", "1999", "(1999)", " and ", "A. ", "Roe, A., ", "10.1/", "http://a", "&amp;", "<b>", "</b>", "<!--", "<!>", "<?a?>", "graph ", "FN ", "\0", "\u2028"]  # fmt: skip


class Case(NamedTuple):
    """What is repeated, and what stands around it."""

    head: str
    piece: str
    tail: str

    def text(self, size: int) -> str:
        """As much of it as makes a size."""
        return self.head + repeated(self.piece, max(1, size // len(self.piece))) + self.tail


def cost(target: Target, given: str) -> float:
    """The CPU seconds that a text takes, which nothing remembers from the last time; a refusal is an answer too."""
    for known in (text.title_key, text.surname, text.name_key):
        known.cache_clear()
    gc.collect()
    gc.disable()
    start = time.process_time()
    try:
        with ended_after(HANG_S):
            target(given)
    except KgError:
        pass
    except Hangs:
        return float("inf")
    finally:
        gc.enable()
    return time.process_time() - start


def excess(target: Target, case: Case, size: int = SMALL) -> float:
    """How much more a text eight times as long costs, 1 where it is eight times as much; a hundred for what hangs."""
    small, large = cost(target, case.text(size)), cost(target, case.text(8 * size))
    if large == float("inf") or large > SLOWEST * 8 * size:
        return 100
    return large / (8 * small + 0.02)


def fault(target: Target, case: Case) -> str:
    """What is wrong with the cost of a text, "" where two doublings in turn cost no more than 2.3 times each."""
    size = SMALL // 2
    while (once := cost(target, case.text(size * 2))) < 0.05 and size < 4_000_000:
        size *= 2
    if once > SLOWEST * size * 2 + 1:
        least = [cost(target, case.text(size * times // 2)) for times in (1, 2)]
        return _said([*least, once], size // 2)
    least = [float("inf")] * 3
    for _ in range(5):  # the least of some: what else runs on the machine only adds
        for place, times in enumerate((1, 2, 4)):
            least[place] = min(least[place], cost(target, case.text(size * times)))
        if least[1] <= 2.3 * least[0] or least[2] <= 2.3 * least[1] or least[1] < 0.05:
            return ""
    return _said(least, size)


def _said(costs: Sequence[float], size: int) -> str:
    """The costs of a size, of twice and of four times as much."""
    return ", ".join(f"{seconds:.3f} s for {size << k:,} characters" for k, seconds in enumerate(costs))


def real_texts(name: str) -> list[str]:
    """The beginnings of real files of that kind; of articles, for what is no file."""
    suffix = Path(name).suffix or ".md"
    files = [path for path in sorted(CASES.iterdir()) if path.suffix == suffix]
    return [path.read_text(encoding="utf-8", errors="replace")[:20_000] for path in files]


def units(name: str) -> list[str]:
    """What may be repeated: signs of any text; one to three words and signs that follow each other; lines, each time another.

    Of each shape there is one, the most frequent.
    """
    texts = [re.findall(r"<[^<>]{1,60}>|\w+|\s+|[^\w\s]", each) for each in real_texts(name)]
    counts = Counter(
        "".join(words[at : at + size]) for words in texts for size in (1, 2, 3) for at in range(len(words) - size + 1)
    )
    shapes: dict[str, str] = {}
    for unit, _ in counts.most_common():
        if len(unit) <= 40:
            shapes.setdefault(re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", unit)), unit)
    lines = {re.sub(r"\w+", "a", line): line.split(" ") for each in real_texts(name) for line in each.splitlines()}
    longer = [
        " ".join([*words[:at], RISING, *words[at:]]) + "\n\n"
        for words in lines.values()
        if 4 < len(" ".join(words)) <= 200
        for at in (len(words) // 2, len(words))
    ]
    return [*dict.fromkeys([*MARKS, *shapes.values(), *longer])]


def tokens_of(name: str, rng: random.Random) -> list[str]:
    """The words of a format: those of the texts by hand, and of the real files of that kind."""
    head, pieces = REPEATED.get(name, ("", ()))
    texts = [head.replace("{}", ""), *pieces, *real_texts(name)]
    words = [word for each in texts for word in re.findall(r"\w+|\s+|<[^<>]{1,60}>|[^\w\s]", each)]
    spans = [
        each[at : at + rng.randrange(2, 80)]
        for each in texts
        for at in (rng.randrange(len(each) or 1) for _ in range(20))
    ]
    return [*dict.fromkeys([*words, *spans, *pieces])]


def changed(piece: str, tokens: list[str], rng: random.Random) -> str:
    """A piece with a token put in, taken out or doubled."""
    at, to = sorted(rng.randrange(len(piece) + 1) for _ in range(2))
    word = rng.choice(rng.choice((tokens, MARKS, [RISING])))
    return rng.choice((piece[:at] + word + piece[at:], piece[:at] + word + piece[to:], piece[:at] + piece[to:], piece + word, word + piece, piece[at:to])) or word or "a"  # fmt: skip


def hunt(name: str, target: Target, frame: str, rounds: int, most: int = 0) -> Iterator[tuple[Case, str]]:
    """The pieces that cost too much: of `most` units, and in each round of the best of some, changed as long as it becomes worse."""
    rng = random.Random(f"{name} 19")  # noqa: S311
    tokens = tokens_of(name, rng) or MARKS
    head, _, tail = frame.format("\x02").partition("\x02")
    found = units(name)
    for unit in rng.sample(found, min(most, len(found))):
        alone = () if RISING in unit else (Case("", unit, ""), Case(head, unit, ""))
        for case in dict.fromkeys((Case(head, unit, tail), *alone)):
            if excess(target, case, 4 * SMALL if RISING in unit else SMALL) > 1.4 and (wrong := fault(target, case)):
                yield case, wrong
    for _ in range(rounds):
        cut = rng.choice((head, head, head, head[: rng.randrange(len(head) + 1)], ""))
        end = rng.choice((tail, "", rng.choice(MARKS)))
        first = (
            "".join(rng.choice(rng.choice((tokens, MARKS))) for _ in range(rng.choice((1, 1, 2, 3, 5, 8)))) or "a"
            for _ in range(4)
        )
        score, case = max((excess(target, case), case) for piece in first if (case := Case(cut, piece, end)))
        for _ in range(6):
            if score >= 100:
                break
            other = case._replace(piece=changed(case.piece, tokens, rng))
            worse = excess(target, other)
            if worse > score:
                score, case = worse, other
        if score > 1.4 and (wrong := fault(target, case)):
            yield case, wrong


def searched(name: str, target: Target, frame: str, rounds: int, most: int = 0) -> list[str]:
    """What `hunt` finds: each piece with its costs in a line, which is printed at once."""
    found = []
    for case, wrong in hunt(name, target, frame, rounds, most):
        found.append(f"{name}: {case!r}: {wrong}")
        print(found[-1], flush=True)  # noqa: T201
    return found


def frames() -> dict[str, tuple[str, Callable[[Path], Target]]]:
    """Name -> a frame for what is repeated, and what takes the text: every reader, and the other places that parse texts."""

    def file(name: str, reads: Callable[[Path], object]) -> Callable[[Path], Target]:
        def made(folder: Path) -> Target:
            def target(given: str) -> object:
                (folder / name).write_text(given, encoding="utf-8")
                return reads(folder / name)

            return target

        return made

    def whole(path: Path) -> None:
        with TemporaryDirectory() as folder:
            kg.ingest([path], graph=f"{folder}/g", from_="none")

    def plain(function: Target) -> Callable[[Path], Target]:
        return lambda _: function

    def entries(function: Target, head: str = "") -> Callable[[Path], Target]:
        """As many texts of 2,000 characters, of which no more is looked at."""
        size = MOST - len(head)
        return plain(lambda given: [function(head + given[at : at + size]) for at in range(0, len(given), size)])

    def compared(given: str) -> object:
        """A title with one that is nearly the same."""
        known = [Work(id="a", title=f"{given[:-1]}x", authors=("Roe, A.",), year=1999)]
        found: Any = SimpleNamespace(
            find_by_id=lambda _: None, find_by_title=lambda _: known, find_by_author_year=lambda *_: known
        )
        return resolve(Reference(text=given, title=given, authors=("Roe, A.",), year=1999), [found])

    every = {name: (frame, file(name, read)) for name, (frame, _) in REPEATED.items()}
    return every | {
        "whole.md": ("# References\n\n* Roe, A. (1999). Towns.\n{}", file("whole.md", whole)),
        "whole.bib": ("@book{{a, title={{Towns}}, author={{Roe, A}}, year=1999}}\n{}", file("whole.bib", whole)),
        "a title": ("A title {}", plain(text.title_key)),
        "a title of a source": ("<i>A title {}", plain(text.clean_title)),
        "a name": ("Roe, A. {}", plain(text.surname)),
        "authors and year": ("Roe {} 1999", plain(text.authors_and_year)),
        "an identifier": ("{}", entries(parse_identifier, "https://doi.org/10.1000/")),
        "identifiers": ("doi:10.1000/{}", plain(find_identifiers)),
        "a reference": ("Roe, A. (1999). {}", plain(parse_reference)),
        "a list of cited works": ("Roe A., Towns, J, (1999); {}", plain(listed)),
        "a query": ("SELECT ?a WHERE {{ ?a ?b {} }}", plain(lambda given: check(given, {"a": "http://a/"}))),
        "overrides.csv": ("reference,work\n{}", file("overrides.csv", lambda path: Overrides.read(path.parent))),
        "an address": ("{}", entries(parse_identifier, "https://arxiv.org/")),
        "entries": ("Roe, A. (1999). {}", entries(parse_reference)),
        "cited entries": ("Roe A., Towns, {}", entries(parse_cited)),
        "a name behind a comma": ("Roe, {}", plain(text.surname)),
        "a text of TeX": ("{}", plain(from_tex)),
        "a text of Markdown": ("{}", plain(reference_text.plain)),
        "a match": ("A title {}", plain(compared)),
        "eras.toml": ("a = [1988, 2008]\n{}", file("eras.toml", lambda path: eras_of(path.parent))),
    }


def chosen() -> Iterator[object]:
    """A round for every eighth of the targets by day, eight and 150 units for all of them by night."""
    for n, name in enumerate(frames()):
        if n % 8 == 4:
            yield pytest.param(name, 1, 0, marks=pytest.mark.long, id=f"{name}-some")
        yield pytest.param(name, 8, 150, marks=pytest.mark.nightly, id=f"{name}-all")


@pytest.mark.parametrize(("name", "rounds", "most"), [*chosen()])
def test_no_piece_that_is_repeated_costs_more_than_its_length(name: str, rounds: int, most: int, tmp_path: Path):
    """At most 2.3 times for twice the text, and 40 millionths of a second for a character."""
    frame, made = frames()[name]
    gc.freeze()  # what was there before is not looked at again each time
    start = time.process_time()
    found = searched(name, made(tmp_path), frame, rounds, most)
    took = f"{most} units and {rounds} rounds in {time.process_time() - start:.0f} s"
    print(f"{name}: {took}, {len(found)} pieces cost too much")  # noqa: T201
    gc.unfreeze()
    assert not found, "\n".join(found)


def test_what_is_found_is_printed_with_its_costs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """The line holds the case, which makes the same text again, and what three sizes of it cost."""
    monkeypatch.setitem(globals(), "cost", lambda _, given: given.count("))") ** 2 / 1e9)
    monkeypatch.setitem(globals(), "units", lambda _: [")a", "))"])
    found = searched("list.md", len, "a {}", 0, 2)
    assert capsys.readouterr().out.splitlines() == found
    costs = "0.036 s for 12,000 characters, 0.144 s for 24,000 characters, 0.576 s for 48,000 characters"
    assert f"list.md: {Case('a ', '))', '')!r}: {costs}" in found
    assert not [line for line in found if ")a" in line]
    assert Case("a ", "))", "").text(6) == "a ))))))"


@pytest.mark.nightly
def test_a_reader_that_looks_back_is_found():
    """One that goes back to the beginning at each closing bracket behind another one."""

    def looks_back(given: str) -> None:
        at = given.find("))")
        while at >= 0:
            given[:at].split("\0")
            at = given.find("))", at + 2)

    assert next(hunt("list.md", looks_back, "a {}", 50))
