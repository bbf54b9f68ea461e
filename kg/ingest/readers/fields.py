"""What bibliographies and exports share: ids, identifiers, names and dates as people write them."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.ids import parse_identifier, scheme_of
from kg.ingest.readers.text_files import unclean
from kg.model import Work
from kg.text import name_key, surname, title_key, unescaped

#: Under this name `once` has what to say where fields were given twice, and behind it their names.
TWICE = "given twice"
_SAID = "a field is given twice, perhaps as two records ran together; not kept: "


def id_of(work: Work) -> str:
    """The id of a work that its file gives none: its first identifier, else first author, year and a digest.

    The digest is of the title or cited text as `title_key` has it, so that another file mints the same id.
    """
    if work.identifiers:
        return work.identifiers[0]
    first = name_key(surname(work.authors[0])) if work.authors else ""
    return f"{first or 'cited'}{work.year or ''}-{blake2b(title_key(work.title).encode(), digest_size=4).hexdigest()}"


def identifiers_of(*addresses: str, **values: str) -> tuple[str, ...]:
    """Identifiers in normal form, once each, from values by scheme and from web addresses; mere addresses are left out.

    Examples
    --------
    >>> identifiers_of("https://doi.org/10.1000/X", doi="10.1000/x", pmid="7", arxiv="")
    ('doi:10.1000/x', 'pmid:7')
    """
    texts = [
        value if re.match(r"\s*[a-z]+:", value, re.IGNORECASE) else f"{key}:{value}" for key, value in values.items()
    ]
    found = [parse_identifier(unescaped(text)) for text in (*texts, *addresses) if text]
    return tuple(dict.fromkeys(name for name in found if name and scheme_of(name) != "url"))


def family_first(name: str) -> str:
    """A name whose last word is the given name or its initials, with the comma that says so.

    Examples
    --------
    >>> family_first("VAN RAAN AFJ"), family_first("Zhu W."), family_first("Zhu, Weijie"), family_first("OECD")
    ('VAN RAAN, AFJ', 'Zhu, W.', 'Zhu, Weijie', 'OECD')
    """
    family, _, given = " ".join(name.split()).rpartition(" ")
    return f"{family}, {given}" if family and "," not in name else f"{family} {given}".strip()


def sound(document: Any) -> Any:
    """A JSON document with U+FFFD for the lone surrogates that JSON can escape and no store can keep."""
    text = json.dumps(document, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")) if unclean(text) else document


def once(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    """The mapping of a document's pairs: of two values of one name, as in merged records, the first that is not empty.

    `twice_in` says what the others were, but for empty ones.

    Examples
    --------
    >>> once([("id", ""), ("id", 1), ("id", 1)])
    {'id': 1}
    >>> once([("id", 1), ("id", 2)])
    {'id': 1, 'given twice': ['a field is given twice, perhaps as two records ran together; not kept: id 2', 'id']}
    """
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    given = [pair for pair in pairs if pair[1] not in ("", None, [], {})]
    made |= reversed(given)
    plain = [(name, value.casefold() if isinstance(value, str) else value) for name, value in given]
    first = dict(reversed(plain))
    if more := [pair for pair, (name, value) in zip(given, plain, strict=True) if first[name] != value]:
        others = (f"{name} {value!r:.80}" if isinstance(value, str | int) else str(name) for name, value in more[:20])
        made[TWICE] = [_SAID + ", ".join(others), *(name for name, _ in more)]
    return made


def names_in(table: Mapping[str, str]) -> set[str]:
    """All names of fields in the table of a format, which has several between |."""
    return {name for names in table.values() for name in names.split("|")}


def twice_in(document: Any) -> str:
    """What is given twice anywhere in a document of mappings made by `once` and lists, "" where nothing is."""
    parts, found = [document], list[str]()
    for part in parts:
        if isinstance(part, dict):
            if isinstance(said := part.get(TWICE), list) and said:
                found.append(str(said[0]).removeprefix(_SAID))
            parts += part.values()
        elif isinstance(part, list):
            parts += part
    return _SAID + ", ".join(found[:20]) if found else ""


def within(path: Path, document: Any, names: Iterable[str]) -> Any:
    """What a file's document holds under the first of these names that it has, and in that likewise; none of these is given twice."""
    while isinstance(document, dict) and (name := next((name for name in names if name in document), "")):
        if isinstance(said := document.get(TWICE), list) and name in said[1:]:
            raise InputError(f"{path}: {twice_in(document)}", "correct the file, or export it again")
        document = document[name]
    return document


def count_in(text: Any) -> int | None:
    """A count as exports write it ("18", "18.0"), or None."""
    match = re.fullmatch(r"(\d{1,15})(?:\.0+)?", str("" if text is None else text).strip())
    return int(match.group(1)) if match else None


def miscounted(values: Iterable[Any]) -> str:
    """What is wrong with values that should be counts: the first that is none; "" where all are, or are missing."""
    wrong = (value for value in values if value not in (None, "") and count_in(value) is None)
    return next((f"not a count: {value!r:.60}" for value in wrong), "")


def year_in(text: Any) -> int | None:
    """The first year from 1000 to 2100 in a text or number, or None."""
    match = re.search(r"(?<!\d)(1\d{3}|20\d\d|2100)(?!\d)", str(text or ""))
    return int(match.group()) if match else None


def day_in(text: str) -> str | None:
    """The text as an ISO day, where it is one: "1989-12-31" with or without a time, "1989/12/31", "1989-2-1", "1989 Dec 31"."""
    match = re.match(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?=$|T|\s)", text)
    if match:
        return match.group()
    for form in ("%Y/%m/%d", "%Y-%m-%d", "%Y %b %d"):
        try:
            return datetime.strptime(text.strip(" /"), form).date().isoformat()  # noqa: DTZ007
        except ValueError:
            continue
    return None
