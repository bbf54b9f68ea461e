"""CSL as JSON or YAML, as Zotero and Crossref write it: one work per item, its id kept."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.facts import facts_of
from kg.ingest.readers.fields import day_in, identifiers_of, once, sound, within, year_in
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.records import batch_from, not_container
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Reference
from kg.text import clean_title

_DEEPEST = 10_000  # brackets opened in one item
_NESTED = 200  # lists and mappings in one another: far more of them crash the parser
_RETRACTS = re.compile("retraction|withdrawal|removal")
_CONTAINERS = (
    *("collection", "periodical", "proceedings", "proceedings-series", "book-series", "book-set", "report-series"),
    *("journal", "journal-issue", "journal-volume"),
)
_DATES = ("issued", "published", "published-print", "published-online")


def _is_csl(sample: Sample) -> bool:
    if sample.begins(r"(?:---\s+)?(?:references:\s+)?- +(?:id|type): "):
        return True
    shape = r"\s*\[" if sample.text.lstrip().startswith("[") else r'(?s).*"items"\s*:'
    if not sample.is_json or not sample.begins(shape) or re.search(r'"itemType"\s*:', sample.text):
        return False
    return re.search(r'"(?:title|DOI)"\s*:', sample.text) is not None


@reader(_is_csl)
def read_csl(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works of a CSL array, or of {"items": [...]} or {"references": [...]}; items that are none are left out and listed.

    Ids used twice and errors are as in `batch_of`.
    """
    hint = 'an item looks like {"id": ..., "type": ..., "title": ...}'
    rows = ((f"item {n}", item, _fault(item)) for n, item in enumerate(_items(path), start=1))

    def record(where: str, item: dict[str, Any]) -> Reference:
        return no_container(record_of_item(where, item, source), item)

    yield batch_from(path, rows, record, source=source, strict=strict, hint=hint)


def no_container(record: Reference, item: dict[str, Any]) -> Reference:
    """The record of an item; what says that it is left out where it is a journal, an issue, proceedings or a series."""
    return not_container(record, _text(item.get("type")), _CONTAINERS, authored=bool(item.get("author")))


def _items(path: Path) -> list[Any]:
    text = read_text(path)
    try:
        document = json.loads(text, object_pairs_hook=once) if text.lstrip()[0] in "[{" else _yaml(text)
    except (ValueError, RecursionError) as error:
        said = " ".join(str(error).split())
        raise InputError(f"{path} is not valid JSON or YAML: {said}", "export it again") from error
    document = within(path, sound(document), ("items", "references"))
    if not isinstance(document, list):
        raise InputError(f"{path} is not CSL-JSON", "kg expects an array of items with id, type and title")
    return document


def _yaml(text: str) -> Any:
    """Texts, lists and mappings: no objects, no guessed types, nothing that stands for any amount of text or is too deep."""
    import yaml

    texts = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    first = re.search(r"^ *- ", text, re.MULTILINE)  # every item begins as the first one does
    for item in text.split(f"\n{first[0]}") if first else [text]:
        if item.count("[") + item.count("{") > _DEEPEST:
            raise ValueError("it has too many brackets in one item")
    try:
        depth = 0
        for kind in (type(token).__name__ for token in yaml.scan(text, Loader=texts)):
            if kind == "AliasToken":
                raise ValueError("it has aliases (*name), which can stand for any amount of text")
            if kind.startswith(("Block", "Flow")):
                depth += kind.endswith("StartToken") - kind.endswith("EndToken")
            if depth > _NESTED:
                raise ValueError(f"it has more than {_NESTED} lists and mappings in one another")

        class Once(texts):  # type: ignore[misc, valid-type]
            def construct_mapping(self, node: Any, deep: bool = True) -> dict[Any, Any]:
                made = self.construct_object
                return once([(str(made(name, deep)), made(value, deep)) for name, value in node.value])

        return yaml.load(text, Loader=Once)  # noqa: S506
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _fault(item: Any) -> str:
    if not isinstance(item, dict):
        return "not an object"
    if "itemType" in item:
        return "an item of Zotero's own format; export as CSL-JSON"
    return "" if _id(item) else "no id"


def _id(item: dict[str, Any]) -> str:
    """The id, which may be a number such as 0, or the DOI."""
    ids = (str(item[field]).strip() for field in ("id", "DOI") if isinstance(item.get(field), str | int | float))
    return next(filter(None, ids), "")


def record_of_item(where: str, item: dict[str, Any], source: str) -> Reference:
    """The record of a CSL item, or of a work as Crossref writes it."""
    people = item.get("author") or item.get("editor")
    names = [_name(person) for person in people] if isinstance(people, list) else []
    dates = (_issued(item.get(name)) for name in _DATES)
    year, day = next((found for found in dates if found[0]), (None, None))
    return Reference(
        id=_id(item),
        where=where,
        title=clean_title(": ".join(filter(None, (_text(item.get("title")), _text(item.get("subtitle")))))),
        authors=tuple(name for name in names if name),
        year=year,
        date=day,
        venue=_text(item.get("container-title")) or _text(item.get("publisher")),
        identifiers=_identifiers(item),
        source=source,
        facts=facts_of(source, [item.get("type"), item.get("subtype")], **_retractions(item)),
    )


def _retractions(item: dict[str, Any]) -> dict[str, Any]:
    """The retraction of a work, and the works it retracts, as Crossref writes them."""
    by, of = (
        [entry for entry in item.get(key) or () if isinstance(entry, dict) and _RETRACTS.match(str(entry.get("type")))]
        for key in ("updated-by", "update-to")
    )
    days = [day for entry in by if (day := _issued(entry.get("updated"))[1])]
    names = (name for entry in of for name in identifiers_of(doi=str(entry.get("DOI") or "")))
    return {"retracted": bool(by), "day": min(days, default=None), "retracts": names}


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
    return ", ".join(filter(None, (family, given))) or _text(person.get("literal")) or _text(person.get("name"))


def _issued(value: Any) -> tuple[int | None, str | None]:
    """Year, and ISO day where the item gives one."""
    if isinstance(value, list) and value and isinstance(value[0], dict):  # as in YAML
        value = value[0]
    if not isinstance(value, dict):
        return year_in(value), day_in(str(value or ""))
    parts = value.get("date-parts") or [[value.get(part, "") for part in ("year", "month", "day")]]
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    numbers = [int(part) for part in map(str, first) if part.isdecimal() and len(part) < 10]
    year = year_in(numbers[0]) if numbers else year_in(value.get("raw") or value.get("literal"))
    if year is None or len(numbers) < 3 or not (1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31):
        return year, None
    return year, f"{year:04}-{numbers[1]:02}-{numbers[2]:02}"


def _identifiers(item: dict[str, Any]) -> tuple[str, ...]:
    addresses = [str(item[field]) for field in ("URL", "number", "archive_location") if item.get(field)]
    return identifiers_of(
        *addresses, **{scheme: str(item.get(scheme.upper()) or "") for scheme in ("doi", "pmid", "pmcid")}
    )
