"""The bundled graph's works being corrected, and the rules by which a value changes: each names its evidence."""

import re
from collections import Counter
from collections.abc import Iterator

import bundled_tables as tables
from bundled_authors import AUTHOR_PAGES, AUTHORS
from bundled_names import MISREAD, NAMES, PAIRS

WORK_FIELDS = [
    *("key", "title", "authors", "year", "venue", "doi", "arxiv"),
    *("source", "year_basis", "core", "seed", "note"),
]
CORRECTION_FIELDS = ["key", "field", "old", "new", "reason"]
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
