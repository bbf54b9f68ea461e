"""Real references as printed, each with the work it means, put together from the exports in the shared folder.

References are the entries of the reference lists of four exports, each printing once, with their identifiers taken out.
What an entry means is told by year, volume, first page and the first author's surname, of which the resolver sees only
author and year:

- Catalogue: the records of the exports that hold volume and page, and, for each work that the lists print in more than
  one way, its most frequent printing, read by a pattern of this file's own. The bundled graph is added by the test as
  distractors.
- An entry means the work with its year, volume, page and surname. The printing in the catalogue is no question itself.
- An entry means none where its work is printed in one way only and no record has it.
- Left out, and counted: entries that print no title (`untitled`), that hold two references run together (`glued`), and those that share three of year, surname, volume and
  page, but not the fourth, with another work: that is as a rule the same work with a misprint (`misprints`).
"""

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kg.model import Work
from kg.text import name_key, surname

_RECORDS = ("scopus/cre-scopus-with-references.csv.gz", "scopus/scopus-truss2.csv", "bibliometrix/management.csv.gz")
_LISTS = (*_RECORDS[:2], "bibliometrix/scopusCollection.csv.gz", "bibliometrix/garfield.csv.gz")
_IDENTIFIERS = re.compile(r"(?:[.,\s]*\bdoi:?)?\s*\b10\.\d{4,9}/\S+|\b2-s2\.0-\d+|\bhttps?://\S+", re.IGNORECASE)
_NAMES = (
    r"(?P<who>(?:[^,()\d]+,(?: ?[^\W\d_]\.(?:-|(?=[ ,\w])))+,? )+|(?:[^,()\d]+(?: [^\W\d_]\.(?:-?[^\W\d_]\.)*),? )+)"
)
_PLACES = (
    re.compile(
        rf"{_NAMES}(?P<title>.*)\((?P<year>\d{{4}})\) (?P<venue>[^,]+), (?P<volume>\d+)(?: ?\([^)]*\))?, PP?\. (?P<page>\w+)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_NAMES}(?P<title>.+?), (?P<venue>[^,]+), (?P<volume>\d+)(?:, [^,]+)?, pp\. (?P<page>\w+)-[\w-]+, \((?P<year>\d{{4}})\)$"
    ),
)
Place = tuple[int, str, str, str]  # year, volume, first page, surname


class Labelled(NamedTuple):
    """A reference as printed and the id of the work it means, None where the catalogue has none."""

    text: str
    year: int
    work: str | None


class Assembled(NamedTuple):
    """The catalogue, the labelled references and how many entries were left out, by why."""

    works: list[Work]
    references: list[Labelled]
    left_out: Counter[str]


def assemble(shared: Path) -> Assembled:
    """All of it, always the same; see above."""
    works: dict[Place, Work] = {}
    for place, work in _records(shared):
        works.setdefault(place, work)
    printed: dict[Place, dict[str, re.Match[str]]] = defaultdict(dict)
    times: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for text in _entries(shared):
        match = next((match for pattern in _PLACES if (match := pattern.match(text))), None)
        if match is None:
            continue
        place = (int(match["year"]), match["volume"], match["page"].lower(), name_key(re.split(r",| [A-Z]\.", text)[0]))
        if len(match["title"].split()) < 3:
            left_out["untitled"] += 1
        elif len(re.findall(r"\(\d{4}[a-z]?\)", text)) > 1:
            left_out["glued"] += 1
        else:
            way = re.sub(r"\W+", " ", text.casefold())
            times[way] += 1
            printed[place].setdefault(way, match)
    shown = {place: ways[max(ways, key=times.__getitem__)] for place, ways in printed.items() if len(ways) > 1}
    for place in shown.keys() - works.keys():
        works[place] = _work(f"c{'-'.join(map(str, place))}", shown[place])
    partly: dict[tuple[Any, ...], Place] = {}
    for place in sorted(works, key=lambda p: (works[p].id.startswith("c"), -len(printed[p]), p)):
        if any(part in partly for part in _parts(place)):
            del works[place]  # another printing of a work that is there
        else:
            partly |= dict.fromkeys(_parts(place), place)
    references = []
    for place, ways in sorted(printed.items()):
        if place not in works and any(part in partly for part in _parts(place)):
            left_out["misprints"] += len(ways)
            continue
        for match in ways.values():
            work = works.get(place)
            if work is None or not (work.id.startswith("c") and match is shown[place]):
                references.append(Labelled(match.string, place[0], work and work.id))
    return Assembled(list({work.id: work for work in works.values()}.values()), references, left_out)


def _parts(place: Place) -> list[tuple[Any, ...]]:
    year, volume, page, who = place
    return [(year, who, "volume", volume), (year, who, "page", page), (year, volume, page), (who, volume, page)]


def _work(id_: str, match: re.Match[str]) -> Work:
    split = re.findall(r"[^,]+, ?[^,]+(?=,)", match["who"]) if match.re is _PLACES[0] else match["who"].split(",")
    names = [name.strip() for name in split if name.strip()]
    inverted = tuple(name if "," in name else re.sub(r" (?=(?:[^\W\d_]\.-?)+$)", ", ", name) for name in names)
    title = match["title"].strip(" ,")
    return Work(
        id=id_, title=title, authors=inverted, year=int(match["year"]), venue=match["venue"].strip(), source="lists"
    )


def _records(shared: Path) -> Iterator[tuple[Place, Work]]:
    rows = [row for name in _RECORDS for row in _rows(shared / "data/inputs" / name)]
    for n, row in enumerate([*rows, *_wos(shared / "data/inputs/wos/savedrecs_JOI1.txt")]):

        def first(*keys: str, row: dict[str, str] = row) -> str:
            return next((row[key].strip() for key in keys if row.get(key)), "")

        title, year = first("Title", "TI"), first("Year", "PY").partition(".")[0]
        volume, page, venue = first("Volume", "VL"), first("Page start", "BP").lower(), first("Source title", "SO")
        people = first("Authors", "AU")
        split = (
            re.split(r"\s*;\s*", people) if ";" in people else re.findall(r"[^,]+, (?:[^\W\d_]\.-?\s?)+|[^,]+", people)
        )
        authors = tuple(
            re.sub(r"(?<=\S)(?<!,) (?=[^\W\d_](?:\.?[- ]?[^\W\d_]){0,2}\.?$)", ", ", name.strip(" ,")) for name in split
        )
        if title and volume and page and year.isdecimal() and authors[0]:
            work = Work(id=f"r{n}", title=title, authors=authors, year=int(year), venue=venue, source="exports")
            yield (int(year), volume, page, name_key(surname(authors[0]))), work


def _entries(shared: Path) -> Iterator[str]:
    for name in _LISTS:
        for row in _rows(shared / "data/inputs" / name):
            for entry in (row.get("References") or row.get("CR") or "").split(";"):
                yield " ".join(_IDENTIFIERS.sub(" ", entry).split()).rstrip(" ,.")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10**9)
    read = gzip.open if path.suffix == ".gz" else open
    with read(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _wos(path: Path) -> Iterator[dict[str, str]]:
    record: dict[str, str] = {}
    key = ""
    for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        if line.startswith("ER"):
            yield record
            record, key = {}, ""
        elif line[:2].strip():
            key = line[:2]
            record[key] = line[3:]
        elif key:
            record[key] += ("; " if key == "AU" else " ") + line[3:].strip()
