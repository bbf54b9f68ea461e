"""Build the bundled graph's tables from the collected facts: `python scripts/build_bundled.py DATA_DIR`.

DATA_DIR holds three collections, each with works, citations and (but for the first) lists: `neural-music`,
`neural-music-2` and `nips-1987-1999`. Written, always to the same bytes: `works.csv`, `citations.csv`, `lists.csv`,
`concepts.csv`, `corrections.csv` and `aliases.csv` in kg/data/neural_music. Records of one publication are joined where
title, first author, year and venue agree, or by a line of `bundled_copies.py`. A value changes only by a rule of
`bundled_works.py`, a line of such a table or a list that was read again, and every change is listed in `corrections.csv`
with its old value and its evidence. `claims.csv` is written by hand and only checked.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import bundled_tables as tables
from bundled_copies import ALIASES, COPIES
from bundled_lists import WAVENET, WAVENET_SOURCE
from bundled_works import (
    CORRECTION_FIELDS,
    WORK_FIELDS,
    Row,
    Works,
    correct_arxiv,
    correct_by_hand,
    correct_dois,
    correct_ends,
    correct_names,
    correct_owners,
    correct_words,
)

from kg.ids import parse_identifier
from kg.text import name_key, surname, title_key

OUT = Path(__file__).resolve().parent.parent / "kg" / "data" / "neural_music"
CITATION_FIELDS = ["citing_key", "cited_key", "source", "method"]
LIST_FIELDS = ["work", "outcome", "references", "extracted", "source", "note"]
CONCEPT_FIELDS = ["work", "scheme", "label", "source", "label_in_source"]
ALIAS_FIELDS = ["alias", "work", "reason"]


def check_identifiers(works: Works) -> None:
    """Every identifier is in normal form, belongs to one work and is not younger than it without a reason."""
    owners: dict[str, str] = {}
    for key, row in works.rows.items():
        if row["key"] != key:  # joined to another
            continue
        for scheme in ("doi", "arxiv"):
            if value := row[scheme]:
                if parse_identifier(value) != f"{scheme}:{value}":
                    raise ValueError(f"{key}: {scheme} {value!r} is not in normal form")
                if owners.setdefault(f"{scheme}:{value}", key) != key:
                    raise ValueError(f"{value} belongs to {key} and {owners[f'{scheme}:{value}']}")
        if row["arxiv"] and 2000 + int(row["arxiv"][:2]) > int(row["year"]) + 1 and key not in tables.LATE_ON_ARXIV:
            raise ValueError(f"{key} of {row['year']} cannot be arXiv {row['arxiv']}")


def concepts(works: Works) -> list[Row]:
    """Tasks, architectures and representations as the collection and the article give them."""
    rows = []
    for key, row in works.original.items():
        for scheme in ("task", "architecture", "representation"):
            for part in filter(None, row.get(scheme, "").split(" & ")):
                label = tables.LABELS.get(part, part if part[1:2].isupper() else part[0].lower() + part[1:])
                rows.append((key, scheme, label, row["source"], part))
    for key, scheme, label, place in tables.lines(tables.ARTICLE_CONCEPTS):
        rows.append((key, scheme, label, f"article: {tables.PLACES[place[0]]}, {place[1:]}", ""))
    return [dict(zip(CONCEPT_FIELDS, row, strict=True)) for row in sorted(set(rows))]


def aliases(joined: dict[str, str]) -> list[Row]:
    """Names by which works go, each with where it is given to the work."""
    return [
        {"alias": name, "work": joined.get(work, work), "reason": reason}
        for name, work, reason in tables.lines(ALIASES)
    ]


def check_claims(works: Works, path: Path) -> None:
    """Every work a hand-written claim names is held."""
    for row in _read(path):
        for key in filter(None, (row["subjects"] + ";" + row["objects"]).split(";")):
            if key not in works.rows:
                raise ValueError(f"claim {row['id']} names {key}, which is not held")


def drop_later_editions(works: Works, citations: dict[tuple[str, str], Row]) -> None:
    """A list read twice may cite two editions of a text: the one over a year younger than the citing work is not what it cites."""
    title = {key: title_key(row["title"]) for key, row in works.rows.items()}
    for citing, cited in list(citations):
        years = [works.rows[key]["year"] for key in (citing, cited)]
        if all(years) and int(years[1]) > int(years[0]) + 1:
            if not any(a == citing and b != cited and title[b] == title[cited] for a, b in citations):
                raise ValueError(f"{citing} cites {cited}, which is younger")
            del citations[citing, cited]


def read_again(works: Works) -> list[Row]:
    """WaveNet's reference list, which the PDF gave with gaps: values as its text has them, works it lacked, its citations."""
    values = ("authors", "year", "title", "venue", "arxiv")
    entries = list(tables.lines(WAVENET))
    for key, *entry in entries:
        given = dict(zip(values, entry, strict=True)) if entry else {}
        if key not in works.rows:
            works.add({"key": key, **given, "source": WAVENET_SOURCE, "year_basis": "bibliography", "core": "0"})
        for field, value in given.items():
            if works.rows[key][field] != value:
                place = WAVENET_SOURCE.partition(" (")[0]
                works.change(key, field, value, f"as WaveNet's reference list has it, read again in {place}")
    citation = {"citing_key": "oord2016wavenet", "source": WAVENET_SOURCE, "method": "reference entry, read"}
    return [{**citation, "cited_key": key} for key, *_ in entries]


def join_copies(works: Works) -> dict[str, str]:
    """Records of one publication -> the record that stays: by hand, or by title, first author, year and venue.

    The record that stays is the one of the older collection; of two of the same, the first. What it lacks it takes over.
    """
    joined = {copy: stays for copy, stays, _ in tables.lines(COPIES)}
    reasons = {copy: why for copy, _, why in tables.lines(COPIES)}
    same: dict[tuple[str, str], list[str]] = {}
    for key, row in works.rows.items():
        first = name_key(surname(row["authors"].partition(";")[0]))
        if row["year"] and first and key not in works.broken and key not in joined:
            same.setdefault((title_key(row["title"]), first), []).append(key)
    for keys in same.values():
        for copy in keys[1:]:
            stays = next(
                (k for k in keys if k not in joined and k != copy and _one(works.rows[k], works.rows[copy])), None
            )
            if stays and keys.index(stays) < keys.index(copy):
                joined[copy] = stays
                reasons[copy] = "same title and first author, years at most one apart, venues that do not contradict"
    for copy, stays in joined.items():
        kept, gone = works.rows[stays], works.rows[copy]
        for field in ("authors", "venue", "doi", "arxiv"):
            if gone[field] and not kept[field]:
                works.change(stays, field, gone[field], f"from {copy}, a record of the same publication")
        works.reasons.setdefault((copy, "key"), []).append(f"joined to {stays}: {reasons[copy]}")
        works.rows[copy]["key"] = stays
    return joined


def _one(a: Row, b: Row) -> bool:
    """Whether two records with one title and first author can be one publication."""
    venues = [title_key(row["venue"]) for row in (a, b) if row["venue"] and row["venue"] != "Technical report"]
    same_venue = len(venues) < 2 or venues[0] in venues[1] or venues[1] in venues[0]
    reports = sum(row["venue"] == "Technical report" for row in (a, b))
    return abs(int(a["year"]) - int(b["year"])) <= 1 and same_venue and reports != 1


def lists(source: Path, citations: list[Row], joined: dict[str, str]) -> list[Row]:
    """How whole each reference list is: what the later collections count, and of the first what its methods say."""
    found: dict[str, Row] = {}
    methods: dict[str, Counter[str]] = {}
    places: dict[str, str] = {}
    for row in citations:
        methods.setdefault(row["citing_key"], Counter())[row["method"]] += 1
        places.setdefault(row["citing_key"], row["source"])
    for work, how in methods.items():
        # a list found by searching known titles in it, all or most of it, holds what was searched for, not all there is
        searched = how["title match in reference list"]
        outcome = "PARTIAL" if 2 * searched > how.total() else "COMPLETE"
        found[work] = {"work": work, "outcome": outcome, "source": places[work]}
    for row in _read(source / "nips-1987-1999" / "lists.csv"):
        work = joined.get(row["key"], row["key"])
        counts = {"references": row["entries"], "extracted": row["extracted"]}
        found[work] = {"work": work, "outcome": row["outcome"], "source": places.get(work, ""), **counts}
    for row in _read(source / "neural-music-2" / "lists.csv"):
        work = joined.get(row["document"], row["document"])
        whole = row["complete"] == "1" and int(row["extracted"]) >= int(row["references"])
        outcome = "COMPLETE" if whole else "PARTIAL"
        counts = {"references": row["references"], "extracted": row["extracted"], "note": row["note"]}
        found[work] = {"work": work, "outcome": outcome, "source": row["source"], **counts}
    whole = str(len(list(tables.lines(WAVENET))))
    found["oord2016wavenet"].update(references=whole, extracted=whole, source=WAVENET_SOURCE)
    return [{field: row.get(field, "") for field in LIST_FIELDS} for _, row in sorted(found.items())]


def build(source: Path, out: Path) -> dict[str, int]:
    """Write the tables; returns the number of rows of each."""
    collections = [("neural-music", ""), ("neural-music-2", "_new"), ("nips-1987-1999", "")]
    works = Works([row for name, end in collections for row in _read(source / name / f"works{end}.csv")])
    correct_dois(works)
    correct_owners(works)
    again = read_again(works)
    correct_by_hand(works)
    correct_names(works)
    correct_arxiv(works)
    correct_words(works)
    correct_ends(works)
    joined = join_copies(works)
    check_identifiers(works)
    check_claims(works, OUT / "claims.csv")
    citations: dict[tuple[str, str], Row] = {}
    read = [row for name, end in collections for row in _read(source / name / f"citations{end}.csv")]
    for row in (*read, *again):
        ends = {field: joined.get(row[field], row[field]) for field in ("citing_key", "cited_key")}
        if len(set(ends.values())) == 2:
            citations.setdefault((ends["citing_key"], ends["cited_key"]), {**row, **ends})
    drop_later_editions(works, citations)
    written = {
        "works": (WORK_FIELDS, [row for key, row in works.rows.items() if key not in joined]),
        "citations": (CITATION_FIELDS, list(citations.values())),
        "lists": (LIST_FIELDS, lists(source, list(citations.values()), joined)),
        "concepts": (CONCEPT_FIELDS, concepts(works)),
        "corrections": (CORRECTION_FIELDS, list(works.corrections())),
        "aliases": (ALIAS_FIELDS, aliases(joined)),
    }
    for name, (fields, rows) in written.items():
        _write(out / f"{name}.csv", fields, rows)
    nips = {joined.get(row["key"], row["key"]) for row in _read(source / "nips-1987-1999" / "lists.csv")}
    core = {key for key, row in works.rows.items() if row["core"] == "1" and key not in joined}
    for name, keys in (("nips-1987-1999", nips), ("core", core)):
        (out / f"{name}.txt").write_text("".join(f"{key}\n" for key in sorted(keys)), encoding="utf-8")
    return {name: len(rows) for name, (_, rows) in written.items()}


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, fields: list[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(arguments: list[str]) -> int:
    if len(arguments) not in (1, 2):
        print("usage: build_bundled.py DATA_DIR [OUT_DIR]", file=sys.stderr)
        return 2
    out = Path(arguments[1]) if arguments[1:] else OUT
    for name, count in build(Path(arguments[0]), out).items():
        print(f"{name}.csv: {count} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
