"""A field with a second value, in real files of every format: the second value is kept, or a remark or a refusal names it.

Files are those of `marked_files`. What is doubled is found by the tags, names and columns of the formats, without the readers' code.
"""

import csv
import io
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.marked_files import FORMATS, Marked, marked_files
from kg.errors import InputError
from kg.ingest.detect import recognise
from kg.ingest.readers.text_files import delimiter
from kg.plugins import load
from tests.faults.test_mutated_files import exports, write

__all__ = ["exports"]
#: What a second value is, by what the field holds.
WORDS, YEAR, DOI, NUMBER, ID = "Zqqx and other towns", "1777", "10.5555/zqqx", "7077", "zqqx"


def _lines(before: str, after: str = "") -> str:
    return rf"(?m)^{before}(?P<value>\S.*?){after}\n"


def _keys(names: str) -> str:
    return rf'"(?:{names})": ?\[?"?(?P<value>(?<=")(?:[^"\\]|\\.)+|(?<!")\d+)"?\]?(?P<between>)'


def _element(names: str) -> str:
    return rf"<(?P<name>{names})(?: [^<>]*)?>(?P<value>[^<>]+)</(?P=name)>"


_TITLES, _YEARS, _DOIS, _NUMBERS = "title", "year|publication_year", "DOI|doi", "volume|page"
_JSON = [
    (_keys(_TITLES + "|article-title|unstructured|publicationTitle"), WORDS),
    (_keys(_YEARS), YEAR),
    (_keys(_DOIS), DOI),
]
#: Reader -> how each of its fields looks, with its value, and a second value.
FIELDS = {
    "bibtex": [
        (_lines(r"[ \t]*(?:title|journal|booktitle)\s*=\s*[{\"]", r"[}\"],?[ \t]*"), WORDS),
        (_lines(r"[ \t]*(?:year|date)\s*=\s*[{\"]?", r"[}\"]?,[ \t]*"), YEAR), (_lines(r"[ \t]*doi\s*=\s*[{\"]", r"[}\"],[ \t]*"), DOI),
        (_lines(r"[ \t]*(?:volume|pages)\s*=\s*[{\"]", r"[}\"],[ \t]*"), NUMBER),
    ],
    "ris": [(_lines("(?:TI|T1|T2|JO|JF) {1,2}- "), WORDS), (_lines("(?:PY|Y1) {1,2}- "), YEAR), (_lines("DO {1,2}- "), DOI), (_lines("(?:VL|SP) {1,2}- "), NUMBER)],
    "nbib": [(_lines("(?:TI|JT|TA) *- "), WORDS), (_lines("DP *- "), YEAR), (_lines("(?:AID|LID) - ", r" \[doi\]"), DOI)],
    "wos": [(_lines("(?:TI|SO) "), WORDS), (_lines("PY "), YEAR), (_lines("DI "), DOI), (_lines("(?:VL|BP|NR|TC) "), NUMBER), (_lines("UT "), ID)],
    "enw": [(_lines("%[TJ] "), WORDS), (_lines("%D "), YEAR), (_lines("%P "), NUMBER)],
    "pajek": [(r'(?m)^\d+ "(?P<value>[^"]+)"\n', ID)],
    "zotero": [(_element("dc:title"), WORDS), (_element("dc:date"), YEAR), *_JSON],
    "endnote": [(_element("title|full-title|secondary-title"), WORDS), (_element("year"), YEAR), (_element("volume|pages"), NUMBER)],
    "pubmed": [(_element("ArticleTitle|Title"), WORDS), (_element("Year"), YEAR), (_element("PMID"), NUMBER)],
    "jats": [(_element("article-title|journal-title|source"), WORDS), (_element("year"), YEAR), (r"<(?:pub|article)-id pub-id-type=\"doi\">(?P<value>[^<>]+)</(?:pub|article)-id>", DOI), (_element("volume|fpage"), NUMBER)],
    "tei": [
        (_element("title"), WORDS), (r"<idno type=\"DOI\">(?P<value>[^<>]+)</idno>", DOI), (r"<biblScope [^<>]*from=\"(?P<value>\d+)\"[^<>]*/>", NUMBER),
        (r"<date [^<>]*when=\"(?P<value>[\d-]+)\"[^<>]*/>", YEAR), (r"<date>(?P<value>[^<>]+)</date>", YEAR),
    ],
    "graphml": [(r"<data key=\"d[1-9]\">(?P<value>[^<>]+)</data>", WORDS)],
    "gexf": [(r"<attvalue for=\"[0-9]\" value=\"(?P<value>[^\"<>]+)\" ?/>", WORDS)],
    "rdf": [(r'dcterms:title (?P<value>"(?:[^"\\]|\\.)+") ;', f'"{WORDS}"')],
    "histcite": [(r"<a [^<>]*TITLE=\"(?P<value>[^\"]+)\" OnClick=\"opeNod\([^<>]*>[^<>]*</a>(?= \d{4})", ID), (r"(?<=</I>)<TD align=right>(?P<value>\d+)(?=<TD)", NUMBER)],
    "csl": [*_JSON, (_lines(r"  title: [\"']?(?!>)", r"[\"']?"), WORDS)],
    **dict.fromkeys(("cytoscape", "openalex", "s2", "s2orc", "crossref"), _JSON),
}  # fmt: skip

#: Behind what stands no work of the file, or no field that is read: a review, the date of an archive, a file beside a work, a graph.
NO_WORK = re.compile(
    r"<sub-article(?:[^/]|/(?!sub-article))*\Z|pmc-release\">\Z|<z:Attachment(?:[^/]|/(?!z:Attachment))*\Z|void:Dataset ;\s*\Z"
)
COLUMNS = {
    "Title", "Document Title", "title", "Item Title", "TI", "Year", "PY", "Publication Year", "DOI", "DI", "doi", "Authors", "AU", "author", "Source title",
    "Publication Title", "SO", "citing", "cited", "id", "EID", "UT", "pub_date", "venue",
}  # fmt: skip


def doubled(reader: str, text: str) -> Iterator[tuple[str, str]]:
    """A text with a second value behind a value, and that value: for each value of each field."""
    for pattern, second in FIELDS.get(reader, []):
        for found in re.finditer(pattern, text):
            if NO_WORK.search(text, max(0, found.start() - 2_000), found.start()):
                continue
            at, to = found.start("value") - found.start(), found.end("value") - found.start()
            between = ", " if "between" in found.groupdict() else ""
            again = f"{between}{found[0][:at]}{second}{found[0][to:]}"
            if reader == "rdf":
                again = again.replace("dcterms:title ", " dcterms:title ")
            yield text[: found.end()] + again + text[found.end() :], second.strip('"')
    if reader not in FIELDS:
        mark = delimiter(text.partition("\n")[0])
        head, *rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if row]
        for name in [name for name in head if name.strip("\ufeff ") in COLUMNS]:
            out = io.StringIO()
            csv.writer(out, delimiter=mark, lineterminator="\n").writerows(
                [[*head, name], *([*row, ID] for row in rows)]
            )
            yield out.getvalue(), ID


@pytest.mark.parametrize(
    "most",
    [pytest.param(3, marks=pytest.mark.long, id="some"), pytest.param(100_000, marks=pytest.mark.nightly, id="all")],
)
@pytest.mark.parametrize("reader", sorted(set(FORMATS) - {"article", "ids"}))  # which have no fields
def test_no_second_value_is_lost(reader: str, most: int, exports: Path, tmp_path: Path):
    """In the works and references that were read, in a remark or in a refusal."""
    chance, tried, refused, lost = random.Random(reader), 0, 0, list[str]()  # noqa: S311
    for base in marked_files(reader, exports):
        cases = list(doubled(reader, base.text))
        for n in sorted(chance.sample(range(len(cases)), min(most, len(cases)))):
            text, second = cases[n]
            tried += 1
            told = read(reader, write(tmp_path, Marked(base.name, base.text, base.beside), text.encode(), tried))
            refused += not told
            if told and second.lower() not in told.lower():
                at = next((at for at, (one, other) in enumerate(zip(text, base.text, strict=False)) if one != other), 0)
                lost.append(f"{base.name} {n}: {text[max(0, at - 100) : at + 60]!r}")
    print(f"{reader}: {tried} second values, {refused} files refused, {len(lost)} lost")  # noqa: T201
    assert tried
    assert refused < tried or reader in {"edges", "tables"}, "nothing is read of these files"
    assert not lost, "\n".join(lost)


def read(reader: str, path: Path) -> str:
    """All that comes of a file; "" where it is refused."""
    try:
        assert recognise(path) == reader
        return repr(list(load("reader", reader)(path, source=path.name)))
    except InputError:
        return ""
