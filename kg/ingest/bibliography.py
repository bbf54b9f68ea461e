"""What all bibliographies share: careless keys, broken records among good ones, and dates as people write them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.model import Batch, Skipped, Work, title_key

_PAGE = 1000


def batches_of(
    path: Path, records: Iterable[tuple[str, Work | None, str]], *, strict: bool, hint: str
) -> Iterator[Batch]:
    """Works in pages, from records of (place in the file, work, fault).

    A key used twice with one title is a duplicate, counted; with two titles it is two works, the later one under the
    key with a suffix, and listed. Raises InputError where no record is a work and, with `strict`, for the first fault.
    """
    batch, titles = Batch(), dict[str, str]()
    for place, read, found in records:
        empty = read is not None and not read.title and not read.identifiers
        work, fault = (None, "neither title nor identifier") if empty else (read, found)
        where = f"{path.name} {place}"
        batch.records += 1
        if work:
            id_ = _free(work.id, title_key(work.title), titles)
            if id_ is None:
                batch.duplicates += 1
            else:
                batch.works.append(replace(work, id=id_))
                titles[id_] = title_key(work.title)
                if id_ != work.id:
                    fault = fault or f"key {work.id!r} is taken by another title; this work is kept as {id_!r}"
        if fault:
            if strict:
                raise InputError(f"{where}: {fault}", "mend the record, or leave out --strict")
            batch.skipped.append(Skipped(where, fault))
            hint = hint if titles else f"{where}: {fault}"
        if batch.records == _PAGE:
            yield batch
            batch = Batch()
    if not titles:
        raise InputError(f"no record in {path} can be read", hint)
    yield batch


def year_in(text: Any) -> int | None:
    """The first year from 1000 to 2100 in a text or number, or None."""
    match = re.search(r"(?<!\d)(1\d{3}|20\d\d|2100)(?!\d)", str(text or ""))
    return int(match.group()) if match else None


def day_in(text: str) -> str | None:
    """The text as an ISO day, where it is one ("1989-12-31", with or without a time)."""
    match = re.match(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?=$|T|\s)", text)
    return match.group() if match else None


def _free(key: str, title: str, titles: dict[str, str]) -> str | None:
    """The key, or the key with the first free suffix; None where it stands for the same title already."""
    id_, count = key, 1
    while (known := titles.get(id_)) is not None:
        if known == title or not title:
            return None
        count += 1
        id_ = f"{key}-{count}"
    return id_
