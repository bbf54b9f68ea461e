"""BibTeX and BibLaTeX: one work per entry, its citation key as id."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.ingest.readers.fields import day_in, identifiers_of, year_in
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import batch_of
from kg.ingest.readers.tex import from_tex
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Reference

if TYPE_CHECKING:
    from bibtexparser.model import Block, Entry

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())  # its warnings come back as remarks

_VENUES = ("journal", "journaltitle", "booktitle", "school", "institution", "howpublished", "publisher")
_USED = {*_VENUES, "title", "subtitle", "author", "editor", "year", "date", "doi", "eprint", "url", "pmid"}


def _is_bibtex(sample: Sample) -> bool:
    return sample.suffix in {".bib", ".bibtex", ".biblatex"} or sample.begins(r"(?:\s|%.*\n)*@\w+\s*[{(]")


@reader(_is_bibtex)
def read_bibtex(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a bibliography; broken entries are left out and listed with their line.

    Keys used twice and errors are as in `batch_of`.
    """
    hint = "an entry looks like @article{key, title = {...}, ...}"
    yield batch_of(path, _records(path, source), source=source, strict=strict, hint=hint)


def _records(path: Path, source: str) -> Iterator[Reference]:
    from bibtexparser.entrypoint import parse_string

    for block in parse_string(read_text(path)).blocks:
        entry, fault = _entry(block)
        if entry and not entry.key.strip():
            entry, fault = None, "no citation key"
        where = f"line {(block.start_line or 0) + 1}"
        if entry:
            yield _record(where, entry, fault, source)
        elif fault:
            yield Reference(where=where, fault=fault)


def _entry(block: "Block") -> "tuple[Entry | None, str]":
    """The entry of a block and what is wrong with it; (None, "") for comments, strings and preambles."""
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock

    if isinstance(block, Entry):
        return block, ""
    if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock) and isinstance(
        block.ignore_error_block, Entry
    ):
        entry = block.ignore_error_block
        first: dict[str, str] = {}
        for field in entry.fields:
            value = str(field.value)
            if field.key.lower() in _USED and first.setdefault(field.key.lower(), value) != value:
                return entry, f"field {field.key!r} is given twice; the first is kept"
        return entry, ""
    if isinstance(block, ParsingFailedBlock):
        reason = getattr(block.error, "abort_reason", None) or str(block.error)
        return None, " ".join(reason.split()) or "cannot be parsed"
    return None, ""


def _record(where: str, entry: "Entry", fault: str, source: str) -> Reference:
    from bibtexparser.middlewares.names import split_multiple_persons_names

    values: dict[str, str] = {}
    for field in entry.fields:
        values.setdefault(field.key.lower(), str(field.value))
    people = values.get("author") or values.get("editor") or ""
    dated = values.get("date", "")
    return Reference(
        id=entry.key.strip(),
        where=where,
        fault=fault,
        title=": ".join(from_tex(values[name]) for name in ("title", "subtitle") if values.get(name)),
        authors=tuple(name for name in map(_name, split_multiple_persons_names(people)) if name),
        year=year_in(values.get("year")) or year_in(dated),
        date=day_in(dated),
        venue=from_tex(next((values[name] for name in _VENUES if values.get(name)), "")),
        identifiers=_identifiers(values),
        source=source,
    )


def _identifiers(values: dict[str, str]) -> tuple[str, ...]:
    kind = (values.get("eprinttype") or values.get("archiveprefix") or "arxiv").lower()
    texts = {name: re.sub(r"[{}\\]", "", values.get(name, "")).strip() for name in ("doi", "eprint", "pmid", "url")}
    arxiv = texts["eprint"] if kind == "arxiv" else ""
    return identifiers_of(texts["url"], doi=texts["doi"], arxiv=arxiv, pmid=texts["pmid"])


def _name(text: str) -> str:
    """One name, "Family, Given" wherever the entry shows which is which."""
    parts = [from_tex(part).replace("–", "-") for part in text.split(",")]
    named = dict(part.split("=", 1) for part in parts if re.match(r"(family|given|prefix)=", part))
    if named:
        family = " ".join(filter(None, (named.get("prefix", ""), named.get("family", ""))))
        return ", ".join(filter(None, (family, named.get("given", ""))))
    if len(parts) == 3:  # von Last, Jr, First
        del parts[1]
    return ", ".join(filter(None, parts))
