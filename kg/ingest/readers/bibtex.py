"""BibTeX and BibLaTeX: one work per entry, its citation key as id."""

import logging
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.facts import facts_of
from kg.ids import find_identifiers
from kg.ingest.readers.cited_strings import listed
from kg.ingest.readers.fields import count_in, day_in, identifiers_of, once, twice_in, year_in
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import batch_of, not_container
from kg.ingest.readers.tex import from_tex
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Reference

if TYPE_CHECKING:
    from bibtexparser.model import Block, Entry

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())  # its warnings come back as remarks

_VENUES = ("journal", "journaltitle", "booktitle", "school", "institution", "howpublished", "publisher")
_USED = {
    *_VENUES, "title", "subtitle", "author", "editor", "year", "date", "doi", "eprint", "url", "pmid", "volume", "pages",
    "references", "crossref", "xdata",
}  # fmt: skip
#: What an entry never takes from the one its `crossref` names: what names that one, and its editors, who are no authors.
_OWN = {"title", "subtitle", "editor", "doi", "eprint", "url", "pmid", "crossref", "xdata", "key", "note", "references"}
_KEYLESS = re.compile(r"(@(?!string\b|comment\b|preamble\b)\w+\s*[{(])(?=\s*\w+\s*=)", re.IGNORECASE)
_CONTAINERS = ("proceedings", "mvproceedings", "periodical")
_BOOKS = ("collection", "mvcollection")  # of several authors: containers where another entry is in them
_PIECES = re.compile(
    r'\s*(?:"((?:[^"{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)"|\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}|([^\s#"{}]+))\s*(#|$)'
)
_Values = dict[str, str]
#: How long a value may be that an entry takes from another one, how many values, and of how many entries.
_INHERITED, _FIELDS, _PARENTS = 2_000, 100, 20
_STRINGS = 10  # how many times the length of a file what its @string names stand for may have


def _is_bibtex(sample: Sample) -> bool:
    return sample.suffix in {".bib", ".bibtex", ".biblatex"} or sample.begins(r"(?:\s|%.*\n)*@\w+\s*[{(]")


@reader(_is_bibtex)
def read_bibtex(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a bibliography, with the reference lists of Scopus exports; broken entries are left out and listed with their line.

    Keys used twice and errors are as in `batch_of`; an entry without a key gets an id.
    """
    hint = "an entry looks like @article{key, title = {...}, ...}"
    yield batch_of(path, _records(path, source), source=source, strict=strict, hint=hint)


def _records(path: Path, source: str) -> Iterator[Reference]:
    from bibtexparser.model import String
    from bibtexparser.splitter import Splitter

    text = read_text(path)
    blocks = Splitter(_KEYLESS.sub(r"\1,", text)).split().blocks
    strings = _Strings(path, len(text))
    for block in blocks:
        if isinstance(block, String):
            strings.setdefault(block.key.lower(), _joined(str(block.value), strings))
    entries: dict[str, _Values] = {}
    found: list[tuple[str, str, _Values | None, str]] = []
    for block in blocks:
        entry, fault = _entry(block)
        values: _Values | None = None
        if entry:
            values = {}
            for field in entry.fields:
                name = field.key.lower()
                values[name] = values.get(name) or _joined(str(field.value), strings)
            if key := entry.key.strip().lower():
                entries.setdefault(key, values)
            if entry.entry_type.lower() == "xdata":
                continue  # fields for others, no work
            values["entry type"] = entry.entry_type.lower()
        if entry or fault:
            found.append((f"line {(block.start_line or 0) + 1}", entry.key.strip() if entry else "", values, fault))
    known: dict[tuple[str, int], _Values] = {}
    parents = {values.get("crossref", "").strip().lower() for _, _, values, _ in found if values}
    for where, key, values, fault in found:
        if values is None:
            yield Reference(where=where, fault=fault)
            continue
        whole = _whole(values, entries, known)
        kinds = (*_CONTAINERS, *_BOOKS) if key.lower() in parents else _CONTAINERS
        record = _record(where, key, whole, fault, source)
        yield not_container(record, whole.get("entry type", ""), kinds, authored=bool(whole.get("author")))


def _entry(block: "Block") -> "tuple[Entry | None, str]":
    """The entry of a block and what is wrong with it; (None, "") for comments, strings and preambles."""
    from bibtexparser import model

    if isinstance(block, model.Entry):
        odd = next((field.key for field in block.fields if re.search(r"[\s@{}\"]", field.key.strip())), "")
        return block, f"not read, as it is no name of a field: {odd[:80]!r}" if odd else ""
    if isinstance(block, model.DuplicateBlockKeyBlock | model.DuplicateFieldKeyBlock) and isinstance(
        block.ignore_error_block, model.Entry
    ):
        entry = block.ignore_error_block
        used = [(field.key.lower(), str(field.value)) for field in entry.fields if field.key.lower() in _USED]
        return entry, twice_in(once([(key, value) for key, value in used if value.strip('{}" ')]))
    if isinstance(block, model.ParsingFailedBlock):
        reason = getattr(block.error, "abort_reason", None) or str(block.error)
        return None, " ".join(reason.split()) or "cannot be parsed"
    if isinstance(block, model.ImplicitComment) and re.search(r"\btitle\s*=\s*[{\"]", block.comment, re.IGNORECASE):
        return None, "fields that stand in no entry: the line that begins it may be missing"
    return None, ""


class _Strings(_Values):
    """What the names of @string stand for: names in them too, so that a short file could stand for any amount of text."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__()
        self._path, self._left = path, (1 << 20) + _STRINGS * size

    def of(self, word: str) -> str:
        """The value of a name, or the name itself where it has none."""
        value = self.get(word.lower(), word)
        self._left -= len(value)
        if self._left < 0:
            raise InputError(
                f"the names of @string in {self._path} stand for over {_STRINGS} times its text: not read",
                "export it without @string",
            )
        return value


def _joined(value: str, strings: _Strings) -> str:
    """A value as written, its enclosing marks taken off, its pieces joined (`#`) and names of @string put in."""
    pieces, at = [], 0
    while match := _PIECES.match(value, at):
        quoted, braced, word, more = match.groups()
        pieces.append(strings.of(word) if word else quoted if quoted is not None else braced)
        at = match.end()
        if not more:
            return "".join(pieces)
    return value.strip().removeprefix("{").removesuffix("}") if value.strip()[:1] == "{" else value.strip('" ')


def _whole(
    values: _Values, entries: dict[str, _Values], known: dict[tuple[str, int], _Values], depth: int = 3
) -> _Values:
    """The fields of an entry with those it takes from the entries that its `xdata` and `crossref` name; `known` keeps these."""

    def taken(name: str) -> _Values:
        if (name, depth) not in known:
            fields = _whole(entries[name], entries, known, depth - 1).items()
            known[name, depth] = dict(islice(((k, v) for k, v in fields if len(v) <= _INHERITED), _FIELDS))
        return known[name, depth]

    for name in map(str.strip, values.get("xdata", "").lower().split(",")[:_PARENTS]):
        if depth and name in entries:
            values = taken(name) | values
    name = values.get("crossref", "").strip().lower()
    if depth and name in entries and entries[name] is not values:
        parent = taken(name)
        book = {"booktitle": parent["title"]} if "title" in parent and "booktitle" not in values else {}
        own = _OWN if values.get("entry type") in {"inbook", "bookinbook", "suppbook"} else {*_OWN, "author"}
        values = {name: value for name, value in parent.items() if name not in own} | book | values
    return values


def _record(where: str, key: str, values: _Values, fault: str, source: str) -> Reference:
    dated, venue = values.get("date", ""), _venue(values)
    cited_by = re.search(r"Cited By:? (\d+)", values.get("note", ""), re.IGNORECASE)
    return Reference(
        id=key,
        where=where,
        fault=fault,
        title=": ".join(from_tex(values[name]) for name in ("title", "subtitle") if values.get(name)),
        authors=tuple(filter(None, map(_name, _people(values.get("author") or values.get("editor") or "")))),
        year=year_in(values.get("year")) or year_in(dated),
        date=day_in(dated),
        venue=venue,
        volume=from_tex(values.get("volume", "")),
        page=re.split(r"[-–]", from_tex(values.get("pages", "")))[0],
        identifiers=_identifiers(values),
        source=source,
        facts=facts_of(source, _type(values, venue)),
        reported_citations=count_in(cited_by and cited_by[1]),
        cited=listed(from_tex(values["references"])) if values.get("references") else None,
    )


def _type(values: _Values, venue: str) -> str:
    """What the entry is by its kind; an article of arXiv is a preprint, and @misc says nothing."""
    kind = values.get("entry type", "")
    return "preprint" if kind in {"article", "misc"} and re.match("arxiv|corr$", venue, re.IGNORECASE) else kind


def _venue(values: _Values) -> str:
    named = next((values[name] for name in _VENUES if values.get(name)), "")
    venue = from_tex(named) or named.strip("\\{} ")  # a macro such as \\apj says more than nothing
    return "arXiv" if re.fullmatch(r"\S*arxiv\.org/\S*", venue) else venue


def _identifiers(values: _Values) -> tuple[str, ...]:
    kind = (values.get("eprinttype") or values.get("archiveprefix") or "arxiv").lower()
    texts = {name: re.sub(r"[{}\\]", "", values.get(name, "")).strip() for name in ("doi", "eprint", "pmid", "url")}
    arxiv = texts["eprint"] if kind == "arxiv" else ""
    pmid = texts["pmid"] or (texts["eprint"] if kind in {"pubmed", "pmid"} else "")
    named = identifiers_of(texts["url"], doi=texts["doi"], arxiv=arxiv, pmid=pmid)
    if any(name.startswith("arxiv:") for name in named):
        return named
    elsewhere = re.sub(
        r"\\url|[{}]", " ", " ".join(values.get(name, "") for name in ("journal", "note", "howpublished"))
    )
    return (*named, *(name for name in find_identifiers(elsewhere) if name.startswith("arxiv:")))


def _people(text: str) -> list[str]:
    """The names of a field: divided by "and" as they should be, or by semicolons or commas as careless programs write them."""
    from bibtexparser.middlewares.names import split_multiple_persons_names

    people = split_multiple_persons_names(re.sub(r"\s(?:AND|And)\s", " and ", text))
    if len(people) == 1 and "{" not in text:
        commas = [name.strip() for name in text.split(",")]
        if ";" in text:
            people = text.split(";")
        elif len(commas) > 2 and all(re.search(r"\S\s+\S", name) for name in commas):  # given names first
            people = commas
    return [name.strip() for name in people if name.strip().lower() not in {"others", "et al.", "et al"}]


def _name(text: str) -> str:
    """One name, "Family, Given" wherever the entry shows which is which; a group's in braces stays whole."""
    if re.fullmatch(r"\{(?:[^{}]|\{[^{}]*\})*\}", text):
        return from_tex(text)
    parts = [from_tex(part).replace("–", "-") for part in text.split(",")]
    named = dict(part.split("=", 1) for part in parts if re.match(r"(family|given|prefix)=", part))
    if named:
        family = " ".join(filter(None, (named.get("prefix", ""), named.get("family", ""))))
        return ", ".join(filter(None, (family, named.get("given", ""))))
    if len(parts) == 3:  # von Last, Jr, First
        del parts[1]
    return ", ".join(filter(None, parts))
