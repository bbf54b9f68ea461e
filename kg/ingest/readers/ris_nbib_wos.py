"""RIS, PubMed .nbib and Web of Science text: records of tagged lines, read by rispy one record at a time.

One at a time, because rispy gives no line numbers and loses a record whose end mark is missing.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, takewhile
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from kg.ingest.readers.cited_strings import listed, parse_cited
from kg.ingest.readers.fields import family_first, names_in, once
from kg.ingest.readers.reader import reader
from kg.ingest.readers.records import batch_from, not_container, record_of
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Outcome, Reference

if TYPE_CHECKING:
    from rispy import RisParser

_RIS = {
    "id": "id", "title": "title|primary_title", "year": "year|publication_year|date", "date": "date|publication_year",
    "venue": "secondary_title|journal_name|alternate_title3|alternate_title2|publisher", "doi": "doi",
    "volume": "volume", "page": "start_page", "citations": "cited_by", "type": "type_of_reference",
}  # fmt: skip
_CONTAINERS = ("CONF", "JFULL", "SER")  # "CONF" is also what many call a paper of a conference, which has authors
_NBIB = {
    "title": "TI|BTI", "year": "DP", "date": "DP", "venue": "JT|TA", "pmid": "PMID", "doi": "DOI", "pmcid": "PMC", "type": "PT",
}  # fmt: skip
_WOS = {
    "id": "accession_number", "title": "document_title", "year": "publication_year|early_access_date", "date": "day",
    "venue": "publication_name", "volume": "volume", "page": "beginning_page|article_number", "doi": "doi",
    "pmid": "pubmed_id", "references": "cited_reference_count", "citations": "wos_core_collection_cited_count", "type": "document_type",
}  # fmt: skip

_CUT = {"TI", "BTI", "PY", "DP"}  # of which one may be the beginning of the other: a title, a year and a day
_LISTS = ["FAU", "AU", "CN", "FED", "AID", "LID", "PT"]


@reader(lambda sample: sample.suffix == ".ris" or sample.begins(r"\s*TY {1,3}- ?[A-Z]"))
def read_ris(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a RIS file, under their ID, else DOI, else a minted id, with the References of Scopus' notes.

    Text before the first record and between records is passed over. Errors are as in `batch_of`.
    """
    from rispy import RisParser
    from rispy.config import LIST_TYPE_TAGS, TAG_KEY_MAPPING

    def record(place: str, fields: dict[str, Any]) -> Reference:
        people = [*fields.get("first_authors", ()), *fields.get("authors", ())]
        own, people = bool(people), people or fields.get("secondary_authors") or fields.get("editors", ())
        notes = fields.get("notes", [])
        cited_by = re.search(r"Cited By:? (\d+)", " ".join(notes), re.IGNORECASE)
        fields["cited_by"] = cited_by and cited_by[1]
        begin = next((at for at, note in enumerate(notes) if note.startswith("References:")), len(notes))
        lines = takewhile(lambda note: not note.startswith("Export Date"), notes[begin:])
        cited = listed(" ".join(lines).removeprefix("References:")) or None
        addresses = fields.get("urls", ())
        made = record_of(place, fields, _RIS, source=source, authors=people, addresses=addresses, cited=cited)
        return not_container(_as_whole(made, fields), fields.get("type_of_reference", ""), _CONTAINERS, authored=own)

    hint = "a record goes from a line `TY  - JOUR` to `ER  - `"
    text = re.sub(r"^([A-Z][A-Z0-9]) {0,3}-(?: |$)", r"\1  - ", _lines(path), flags=re.MULTILINE)  # blanks vary
    tags, lists = TAG_KEY_MAPPING | {"ED": "editors"}, [*LIST_TYPE_TAGS, "ED"]
    parser = RisParser(mapping=tags, list_tags=lists, delimiter_tags_mapping={})
    rows = _fields(text, "TY  -", _RIS, parser)
    yield batch_from(path, rows, record, source=source, strict=strict, hint=hint)


@reader(lambda sample: sample.begins(r"\s*PMID ?- \d"))
def read_nbib(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a PubMed export, under their PMID. Errors are as in `batch_of`."""

    def record(place: str, fields: dict[str, Any]) -> Reference:
        fields["TI"] = fields.get("TI", "").removesuffix(".")
        names = [name for tag in ("AID", "LID") for name in fields.get(tag, ()) if name.endswith("[doi]")]
        fields |= once([("DOI", name.removesuffix("[doi]").strip().lower()) for name in names])
        people = fields.get("FAU") or [family_first(name) for name in fields.get("AU", ())]
        people = [*people, *fields.get("CN", ())] or fields.get("FED", ())
        return _as_whole(record_of(place, fields, _NBIB, source=source, authors=people), fields)

    hint = "a record begins with a line `PMID- 12345`"
    tags = {tag: tag for tag in ("PMID", "PMC", "TI", "BTI", "DP", "JT", "TA", *_LISTS)}
    parser = _medline()(mapping=tags, list_tags=_LISTS, delimiter_tags_mapping={}, skip_unknown_tags=True)
    rows = _fields(_lines(path), "PMID ?-", _NBIB, parser)
    yield batch_from(path, rows, record, source=source, strict=strict, hint=hint)


@reader(lambda sample: sample.begins(r"\s*(?:FN [^\r\n]*+\s++VR |PT [A-Z]\s)"))
def read_wos(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a Web of Science export, under their UT, with their cited references. Errors are as in `batch_of`."""
    from rispy import WokParser

    def record(place: str, fields: dict[str, Any]) -> Reference:
        fields["day"] = f"{fields.get('publication_year')} {fields.get('publication_date')}"
        people = fields.get("author_full_name") or fields.get("authors") or fields.get("group_authors", ())
        cited = [parse_cited(text) for text in fields.get("cited_references", ())]
        return _as_whole(record_of(place, fields, _WOS, source=source, authors=people, cited=cited), fields)

    hint = "a record goes from a line `PT J` to a line `ER`"
    parser = WokParser(skip_unknown_tags=True)
    rows = _fields(_lines(path), "PT ", _WOS, parser)
    yield batch_from(path, rows, record, source=source, strict=strict, hint=hint)


def _medline() -> "type[RisParser]":
    """A parser of lines `TAG - value`, the tag up to four letters wide, with indented lines going on."""
    from rispy import RisParser

    class Medline(RisParser):
        START_TAG = "PMID"

        def parse_line(self, line: str) -> tuple[str, str] | tuple[None, str]:
            return (line[:4].strip(), line[5:].strip()) if line[4:5] == "-" else (None, line.strip())

    return Medline


def _lines(path: Path) -> str:
    return read_text(path).replace("\r\n", "\n").replace("\r", "\n")


def _as_whole(work: Reference, fields: dict[str, Any]) -> Reference:
    """A record, with what is wrong where it has no end, as the file may have been cut there, or two are merged."""
    fault = fields["merged"] or work.fault
    if not fields["cut"]:
        return replace(work, fault=fault)
    fault = fault or "the record has no end (ER): some of it may be missing"
    return replace(work, fault=fault, outcome=Outcome.PARTIAL if work.cited else None)


def _unbroken(text: str, parser: "RisParser") -> str:
    """A record with each value on one line; those of a list stay apart. The parser would copy a value for each of its lines."""
    lines: list[list[str]] = []
    listed = False
    for line in text.split("\n"):
        tag = parser.parse_line(line)[0]
        if tag is None and lines and not listed:
            lines[-1].append(line.strip())
        else:
            listed = listed if tag is None else tag in parser.list_tags
            lines.append([line])
    kept = {parser.START_TAG, parser.END_TAG, None, *parser.list_tags}  # of others an empty one would hide the next
    values = ((line, *parser.parse_line(line)) for line in map(" ".join, lines))
    return "\n".join(line for line, tag, value in values if value or tag in kept)


def _merged(record: str, single: str) -> str:
    """What is wrong with a record in which stands twice what is given once, or behind its end: another has lost its beginning."""
    known, ended = dict[str, str](), re.search(r"^ER\b", record, re.MULTILINE)
    more = []
    for found in re.finditer(rf"^({single})(.*)", record, re.MULTILINE):
        tag, value = found[1].strip(" -").replace("T1", "TI"), found[2].strip().casefold()
        first = known.setdefault(tag, value)
        same = first == value or (tag in _CUT and first.startswith(value)) or (tag in _CUT and value.startswith(first))
        if value and ((ended and found.start() > ended.start()) or not same):
            more.append(repr(found[0].strip()[:80]))
    said = "the line that begins another record may be missing before it"
    return f"not read: {', '.join(more[:20])}; {said}" if more else ""


def _fields(
    text: str, start: str, names: dict[str, str], parser: "RisParser"
) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Place and fields of each record; whether it lacks the mark of its end, and what is in it of another, by tags of which it has one each."""
    tags = [tag for tag, name in parser.mapping.items() if name in names_in(names) and tag not in parser.list_tags]
    single = f"(?:{'|'.join(tags)}){start.lstrip(ascii_uppercase).replace('?', '*')}"
    marks = [match.start() for match in re.finditer(rf"^{start}", text, re.MULTILINE)]
    before = text[: marks[0]] if marks else text
    if fault := _merged("ER\n" + before, single):
        yield "line 1", {}, fault
    line = 1 + before.count("\n") if marks else 1
    ends = len(re.findall(r"^ER\b", text, re.MULTILINE))  # some programs write none at all
    for begin, end in pairwise([*marks, len(text)]):
        cut = (
            start != "PMID ?-" and (ends or end == len(text)) and not re.search(r"^ER\b", text[begin:end], re.MULTILINE)
        )
        record = _unbroken(text[begin:end], parser)
        for fields in parser.parse(f"{record}\nER  - "):
            yield f"line {line}", fields | {"cut": bool(cut), "merged": _merged(record, single)}, ""
        line += text.count("\n", begin, end)
