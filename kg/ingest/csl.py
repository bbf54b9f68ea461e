"""CSL-JSON, as Zotero and Crossref write it: one work per item, its id kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.ids import parse_identifier, scheme_of
from kg.ingest.files import read_text
from kg.ingest.reference import Keys, year_in
from kg.model import Batch, Skipped, Work

_PAGE = 1000


def read_csl(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a CSL-JSON array, or of {"items": [...]}; items that are none are left out and listed.

    Ids used twice are settled as in BibTeX. Raises InputError for a file that is no CSL-JSON or holds no readable
    item and, with `strict`, for the first fault.
    """
    items = _items(path)
    batch, keys, kept = Batch(), Keys(), 0
    hint = 'an item looks like {"id": ..., "type": ..., "title": ...}'
    for number, item in enumerate(items, start=1):
        where = f"{path.name} item {number}"
        batch.records += 1
        reason = _fault(item)
        if not reason:
            work = _work(item, source)
            id_, listed = keys.settle(work.id, work.title, where)
            if id_ is None:
                batch.duplicates += 1
            else:
                batch.works.append(replace(work, id=id_))
                kept += 1
            reason = listed.reason if listed else ""
        if reason:
            if strict:
                raise InputError(f"{where}: {reason}", "mend the item, or leave out --strict")
            batch.skipped.append(Skipped(where, reason))
            hint = hint if kept else f"{where}: {reason}"
        if batch.records == _PAGE:
            yield batch
            batch = Batch()
    if not kept:
        raise InputError(f"no CSL-JSON item in {path} can be read", hint)
    yield batch


def _items(path: Path) -> list[Any]:
    try:
        document = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no JSON: {error}", "export the library as CSL-JSON again") from error
    if isinstance(document, dict):
        document = document.get("items")
    if not isinstance(document, list):
        raise InputError(f"{path} is no CSL-JSON", "it is an array of items with id, type and title")
    return document


def _fault(item: Any) -> str:
    if not isinstance(item, dict):
        return "no object"
    if "itemType" in item:
        return "an item of Zotero's own format; export as CSL-JSON"
    if not str(item.get("id") or item.get("DOI") or "").strip():
        return "no id"
    if not _text(item.get("title")) and not _identifiers(item):
        return "neither title nor identifier"
    return ""


def _work(item: dict[str, Any], source: str) -> Work:
    people = item.get("author") or item.get("editor")
    names = [_name(person) for person in people] if isinstance(people, list) else []
    year, day = _issued(item.get("issued") or item.get("published"))
    return Work(
        id=str(item.get("id") or item.get("DOI")).strip(),
        title=_text(item.get("title")),
        authors=tuple(name for name in names if name),
        year=year,
        date=day,
        venue=_text(item.get("container-title")) or _text(item.get("publisher")),
        identifiers=_identifiers(item),
        source=source,
    )


def _text(value: Any) -> str:
    """A text, or the first of a list of texts (as Crossref writes titles)."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _name(person: Any) -> str:
    if not isinstance(person, dict):
        return ""
    family = " ".join(filter(None, (_text(person.get("non-dropping-particle")), _text(person.get("family")))))
    given = " ".join(filter(None, (_text(person.get("given")), _text(person.get("dropping-particle")))))
    return (
        ", ".join(filter(None, (family, given))) or _text(person.get("literal")) or _text(person.get("name"))
    )


def _issued(value: Any) -> tuple[int | None, str | None]:
    """Year, and ISO day where the item gives one."""
    if not isinstance(value, dict):
        return year_in(value), None
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    numbers = [int(part) for part in first if str(part).isdecimal()]
    year = year_in(numbers[0]) if numbers else year_in(value.get("raw") or value.get("literal"))
    if year is None or len(numbers) < 3 or not (1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31):
        return year, None
    return year, f"{year:04}-{numbers[1]:02}-{numbers[2]:02}"


def _identifiers(item: dict[str, Any]) -> tuple[str, ...]:
    texts = [
        f"{scheme}:{item[field]}"
        for field, scheme in (("DOI", "doi"), ("PMID", "pmid"), ("PMCID", "pmcid"))
        if item.get(field)
    ]
    texts += [str(item[field]) for field in ("URL", "number", "archive_location") if item.get(field)]
    found = [parse_identifier(text) for text in texts]
    return tuple(dict.fromkeys(name for name in found if name and scheme_of(name) != "url"))
