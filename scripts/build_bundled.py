"""Build the bundled graph's tables from the collected facts: `python scripts/build_bundled.py DATA_DIR`.

DATA_DIR holds three collections, each with works, citations and (but for the first) lists: `neural-music`,
`neural-music-2` and `nips-1987-1999`. Written, always to the same bytes: `works.csv`, `citations.csv`, `lists.csv`,
`concepts.csv`, `corrections.csv` and `aliases.csv` in kg/data/neural_music. Records of one publication are joined where title, first
author, year and venue agree, or by a line of `bundled_copies.py`. A value changes only by a rule below or a line of such a table, and
every change is listed in `corrections.csv` with its old value and its evidence. `claims.csv` is written by hand and only
checked.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import bundled_tables as tables
from bundled_authors import AUTHOR_PAGES, AUTHORS
from bundled_copies import ALIASES, COPIES
from bundled_lists import WAVENET, WAVENET_SOURCE
from bundled_names import MISREAD, NAMES, PAIRS

from kg.ids import parse_identifier
from kg.text import name_key, surname, title_key

OUT = Path(__file__).resolve().parent.parent / "kg" / "data" / "neural_music"
WORK_FIELDS = [
    *("key", "title", "authors", "year", "venue", "doi", "arxiv"),
    *("source", "year_basis", "core", "seed", "note"),
]
CITATION_FIELDS = ["citing_key", "cited_key", "source", "method"]
LIST_FIELDS = ["work", "outcome", "references", "extracted", "source", "note"]
CONCEPT_FIELDS = ["work", "scheme", "label", "source", "label_in_source"]
CORRECTION_FIELDS = ["key", "field", "old", "new", "reason"]
ALIAS_FIELDS = ["alias", "work", "reason"]
MONTH = "(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*"

Row = dict[str, str]


class Works:
    """The works being corrected; remembers the evidence of every change."""

    def __init__(self, rows: list[Row]) -> None:
        self.original = {row["key"]: {**row, "note": row.get("note", "")} for row in rows}
        self.rows = {key: dict(row) for key, row in self.original.items()}
        self.reasons: dict[tuple[str, str], list[str]] = {}
        self.broken = set(tables.BROKEN_TITLES)

    def add(self, row: Row) -> None:
        """A work that no collection holds; its values are no corrections."""
        self.original[row["key"]] = dict.fromkeys(WORK_FIELDS, "") | row
        self.rows[row["key"]] = dict(self.original[row["key"]])

    def change(self, key: str, field: str, new: str, reason: str) -> None:
        """Set one value; a change that changes nothing is a stale rule and refused."""
        if self.rows[key][field] == new:
            raise ValueError(f"{key} {field} is already {new!r}")
        self.rows[key][field] = new
        self.reasons.setdefault((key, field), []).append(reason)

    def corrections(self) -> Iterator[Row]:
        """One row per changed value, in the order of the works."""
        for key, row in self.rows.items():
            for field in WORK_FIELDS:
                if field != "note" and (key, field) in self.reasons:
                    values = (key, field, self.original[key][field], row[field])
                    yield dict(zip(CORRECTION_FIELDS, (*values, "; ".join(self.reasons[key, field])), strict=True))


def correct_dois(works: Works) -> None:
    """DOIs with TeX, white space or a web address stuck to them, DOIs that only repeat the arXiv id, cut DOIs."""
    for key, row in works.rows.items():
        doi = row["doi"]
        if re.fullmatch(r"10\.(5281/zenodo|1162/lmj)", doi):
            works.change(key, "doi", "", "cut off after the registrant's prefix: names no work")
        elif doi.startswith("10.48550/arxiv.") and doi.endswith(row["arxiv"]) and row["arxiv"]:
            works.change(key, "doi", "", "the arXiv id of the same record in DOI form, kept under arxiv")
        else:
            clean = re.sub(r"https?://.*", "", doi.replace("\\_", "_")).strip()
            if clean != doi:
                works.change(key, "doi", clean, "TeX escape, white space or web address removed from the DOI's end")


def correct_arxiv(works: Works) -> None:
    """Ids of arXiv that stand in the venue but not in their column."""
    held = {row["arxiv"] for row in works.rows.values()}
    for key, row in works.rows.items():
        match = re.match(r"(?:arxiv preprint )?arxiv[: ]\s*(\d{4}\.\d{4,5})", row["venue"], re.IGNORECASE)
        if match and not row["arxiv"] and match[1] not in held:
            works.change(key, "arxiv", match[1], "stands in the record's own venue")
            held.add(match[1])


def correct_owners(works: Works) -> None:
    """An identifier shared by several works stays with the one it belongs to."""
    for field in ("doi", "arxiv"):
        shared = Counter(row[field] for row in works.rows.values() if row[field])
        for identifier in sorted(value for value, count in shared.items() if count > 1):
            owner, why = tables.OWNERS[identifier]
            for key, row in works.rows.items():
                if row[field] == identifier and key != owner:
                    works.change(key, field, "", f"shared with {owner}, to which it belongs: {why}")


def correct_words(works: Works) -> None:
    """Ligatures, hyphens and spaces that PDF extraction lost inside the words of titles."""
    spelt = [(key, row["title"].casefold()) for key, row in works.rows.items()]
    joined = {re.sub("[-_]", "", form): form for form in tables.REJOINED.split()}
    found = set()
    for key, row in works.rows.items():
        if key in tables.BROKEN_TITLES or not row["source"].endswith(".pdf"):
            continue
        for word in re.findall(r"[^\W\d_]+", row["title"]):
            if word.casefold() in joined:
                found.add(word.casefold())
                first, mark, _ = re.split("([-_])", joined[word.casefold()])
                right = word[: len(first)] + mark.replace("_", " ") + word[len(first) :]
                lost, evidence = "line-break hyphen" if mark == "-" else "space", _evidence(key, right, spelt)
            elif word in tables.LIGATURES:
                right = tables.LIGATURES[word]
                count = sum(right.casefold() in title for other, title in spelt if other != key)
                lost, evidence = "ligature", f"{right!r} stands in {count} other titles"
            else:
                continue
            new = row["title"].replace(word, right)
            works.change(key, "title", new, f"{lost} lost in {word!r}; {evidence}")
    if stale := set(joined) - found:
        raise ValueError(f"no title holds {sorted(stale)}")


def correct_ends(works: Works) -> None:
    """Dates and marks before and after a title that are no part of it."""
    for key, row in works.rows.items():
        if key in tables.BROKEN_TITLES:
            continue
        tail = re.search(rf"(?:, (?:{MONTH} )?{row['year']}| \({row['year']}\))$", row["title"])
        if row["year"] and tail:
            new = row["title"][: tail.start()]
            works.change(key, "title", new, "the date at the end is the record's year")
        if head := re.match(rf"{MONTH}\)?\. (?=[A-Z])", row["title"]):
            works.change(key, "title", row["title"][head.end() :], "the month of the date before the title")
        bare = row["title"].rstrip(":⋆ ").replace("ı̈", "ï")
        if bare != row["title"]:
            works.change(key, "title", bare, "stray mark of the layout removed")


def correct_names(works: Works) -> None:
    """Author lists cut at every comma, lists that end in "et" or "others", and names in which letters were misread."""
    for key, names in tables.lines(PAIRS):
        if _words(works.rows[key]["authors"]) != _words(names):
            raise ValueError(f"{key}: the pairs have other words than {works.rows[key]['authors']!r}")
        works.change(
            key, "authors", names, "family and given names stood as separate authors: the same words, in pairs"
        )
    misread = dict(tables.lines(MISREAD))
    count = Counter(word for row in works.rows.values() for word in _words(row["authors"]))
    for key, row in works.rows.items():
        names = re.sub(r"(?:; others| et| and)$", "; et al.", row["authors"])
        if names != row["authors"]:
            works.change(key, "authors", names, "further authors, of whom only 'et', 'and' or 'others' was read")
        names = re.sub(r"(?<![^ ;])yon (?=[A-Zd])", "von ", row["authors"])
        names = re.sub(r"\b([AE])1-(?=[A-Z])", r"\1l-", names)
        if names != row["authors"]:
            works.change(key, "authors", names, "misread in a scan: 'yon' for 'von', the figure 1 for the letter l")
        for wrong in sorted(set(_words(row["authors"])) & misread.keys()):
            right = misread[wrong]
            reason = f"letters misread in {wrong!r}; {right!r} stands in {count[right]} other lists of authors"
            works.change(key, "authors", row["authors"].replace(wrong, right), reason)
    if stale := [right for right in misread.values() if not count[right]]:
        raise ValueError(f"no list of authors holds {stale}")


def _words(names: str) -> list[str]:
    return re.sub("[,;]", " ", names).split()


def _evidence(key: str, repaired: str, spelt: list[tuple[str, str]]) -> str:
    """How often other titles hold the repaired word, else its halves; none at all is an error."""
    others = [title for other, title in spelt if other != key]
    first, second = re.split("[- ]", repaired.casefold())
    whole = sum(bool(re.search(rf"\b{first}[- ]{second}\b", title)) for title in others)
    if whole:
        return f"{repaired!r} stands in {whole} other titles"
    counts = [sum(bool(re.search(rf"\b{half}\b", title)) for title in others) for half in (first, second)]
    if min(counts) == 0:
        raise ValueError(f"no evidence for {repaired!r} in {key}")
    return f"its halves {first!r} and {second!r} stand in {counts[0]} and {counts[1]} other titles"


def correct_by_hand(works: Works) -> None:
    """The lines of the hand-written tables, and the notes on what is left."""
    for key, field, new, reason in (*tables.lines(tables.BY_HAND), *tables.lines(NAMES)):
        works.change(key, field, new, reason)
    for key, names, place in tables.lines(AUTHORS):
        page = f"stored {place}" if place.startswith("file ") else AUTHOR_PAGES.get(place, place)
        works.change(key, "authors", names, f"not in the collection; as {page} has them")
    for key, row in works.rows.items():
        if "ukasz" in row["authors"] and "Lukasz" not in row["authors"]:
            works.change(key, "authors", re.sub(r"\bukasz", "Łukasz", row["authors"]), "initial lost from TeX \\L")
    for key, why in tables.BROKEN_TITLES.items():
        works.rows[key]["note"] = why
    for key, note in tables.lines(tables.NOTES):
        works.rows[key]["note"] = "; ".join(filter(None, (works.rows[key]["note"], note)))


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
