"""Records of generated works, in the shape of OpenAlex and of Semantic Scholar; each says that it is generated."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

FIELDS: Final = (
    "Computer Science", "Medicine", "Physics", "Biology", "Psychology", "Chemistry", "Engineering", "Mathematics",
    "Economics", "Sociology", "History", "Philosophy", "Art", "Geology", "Political Science", "Linguistics",
)  # fmt: skip
_KINDS: Final = ("article", "article", "article", "preprint", "book-chapter", "review", "dissertation", "book")
_S2_KINDS: Final = ("JournalArticle", "JournalArticle", "Conference", "Review", "Book")
_GIVEN: Final = ("Ada", "José", "Mária", "Wei", "Olga", "Tōru", "Anne", "Kwame", "Ingrid", "Noah", "Lale", "Søren")
_SYLLABLES: Final = (
    "ba", "ker", "lin", "mo", "ñe", "ra", "sen", "tö", "vic", "zu", "dal", "hof", "ri", "yam", "el", "go",
)  # fmt: skip
_TOPICS: Final = ("rhythm", "melody", "memory", "signal", "lattice", "language", "growth", "motion", "tissue", "market")
_METHODS: Final = ("networks", "archives", "automata", "fields", "trees", "waves", "letters", "codes", "models", "maps")
#: Numbers of generated works start here, far above those that the catalogues have given out.
NUMBERS: Final = 90_000_000_000
_ODD: Final = 0x9E3779B1


def numbers(works: Any, size: int) -> Any:
    """The catalogue's numbers of works: distinct, and in no order."""
    mask = (1 << max(size - 1, 1).bit_length()) - 1
    return NUMBERS + ((np.asarray(works, np.int64) * _ODD) & mask)


def nowhere(work: int, size: int) -> int:
    """A number that no work has."""
    return NUMBERS + (1 << max(size - 1, 1).bit_length()) + work


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn for one work besides its citations."""

    work: int
    number: int
    year: int | None
    day: int  # of the year
    dice: int  # 63 random bits: what kind, where, by whom
    field: int
    cited_by: int
    references: int  # reported


def title_of(work: Drawn) -> str:
    """Its title: says that it is generated, differs from all others; every fourth has a subtitle."""
    words = f"{_TOPICS[work.dice % 10]} and {_METHODS[work.dice // 10 % 10]}"
    return f"Generated work {work.work}{': ' if work.dice % 4 == 0 else ' on '}{words}"


def _name(person: int) -> str:
    syllables = [_SYLLABLES[person >> shift & 15] for shift in (0, 4, 8)]
    return f"{_GIVEN[person % 12]} {''.join(syllables).capitalize()}"


def _people(work: Drawn) -> list[int]:
    return [work.dice >> (7 * k) & 0xFFFFF for k in range(1 + (work.dice >> 40) % 4)]


def _date(work: Drawn) -> str | None:
    if work.year is None:
        return None
    return f"{work.year:04}-{1 + work.day // 31:02}-{1 + work.day % 28:02}"


def openalex_record(work: Drawn, references: Sequence[int], updated: str, *, old: bool = False) -> dict[str, Any]:
    """A work as the OpenAlex snapshot has it (the fields that kg reads, and a few more); `old`: an earlier version.

    None has an arXiv identifier: every well-formed one may be that of a real work.
    """
    dice = work.dice
    doi = f"https://doi.org/10.5555/generated.{work.work}" if dice >> 44 & 3 else None
    id_, title = f"https://openalex.org/W{work.number}", title_of(work) + (" (first version)" if old else "")
    place = dice >> 46 & 0xFF
    journal = {"id": f"https://openalex.org/S{place}", "display_name": f"Generated Journal {place}", "type": "journal"}
    where = {"landing_page_url": doi, "source": journal if place < 230 else None}
    field = {"id": f"https://openalex.org/fields/{work.field}", "display_name": FIELDS[work.field]}
    return {
        "id": id_,
        "doi": doi,
        "title": title,
        "display_name": title,
        "publication_year": work.year,
        "publication_date": _date(work),
        "ids": {"openalex": id_, "doi": doi} if doi else {"openalex": id_},
        "type": _KINDS[dice >> 54 & 7],
        "authorships": [
            {"author": {"id": f"https://openalex.org/A{NUMBERS + p}", "display_name": _name(p)}, "raw_author_name": _name(p)}
            for p in _people(work)
        ],
        "primary_location": where,
        "locations": [where],
        "primary_topic": {"display_name": f"{FIELDS[work.field]} of {_TOPICS[dice % 10]}", "field": field},
        "is_retracted": dice >> 50 & 0x3FF == 0,
        "referenced_works_count": len(references),
        "referenced_works": [f"https://openalex.org/W{number}" for number in references],
        "cited_by_count": work.cited_by,
        "updated_date": f"{updated}T00:00:00",
        "is_generated": True,
    }  # fmt: skip


def s2_record(work: Drawn, updated: str, *, old: bool = False) -> dict[str, Any]:
    """A work as the dataset `papers` of Semantic Scholar has it; `old`: an earlier version."""
    dice = work.dice
    externals = dict.fromkeys(("ACL", "DBLP", "ArXiv", "MAG", "PubMed", "PubMedCentral"))
    place = dice >> 46 & 0xFF
    return {
        "corpusid": work.number,
        "externalids": {
            **externals,
            "CorpusId": str(work.number),
            "DOI": f"10.5555/generated.{work.work}" if dice >> 44 & 3 else None,
        },
        "url": f"https://www.semanticscholar.org/paper/{sha(work.work)}",
        "title": title_of(work) + (" (first version)" if old else ""),
        "authors": [{"authorId": str(NUMBERS + p), "name": _name(p)} for p in _people(work)],
        "venue": f"Generated Journal {place}" if place < 230 else "",
        "publicationvenueid": None,
        "year": work.year,
        "referencecount": work.references,
        "citationcount": work.cited_by,
        "influentialcitationcount": work.cited_by // 10,
        "isopenaccess": bool(dice & 1),
        "s2fieldsofstudy": [{"category": FIELDS[work.field], "source": "s2-fos-model"}],
        "publicationtypes": [_S2_KINDS[dice % 5]] if dice >> 54 & 1 else None,
        "publicationdate": _date(work),
        "journal": {"name": f"Generated Journal {place}", "pages": None, "volume": None} if place < 230 else None,
        "updated": f"{updated}T00:00:00.000Z",
        "is_generated": True,
    }


def sha(work: int, copy: int = 0) -> str:
    """The hash of a generated work in `paper-ids`; some works have a second one."""
    return hashlib.sha1(f"generated work {work} copy {copy}".encode(), usedforsecurity=False).hexdigest()


def odd_openalex(record: dict[str, Any]) -> dict[str, Any]:
    """The record with fields of the wrong type that it can do without."""
    return record | {"authorships": None, "primary_location": "somewhere", "publication_date": 7, "type": ["article"]}


def odd_s2(record: dict[str, Any]) -> dict[str, Any]:
    """The record with fields of the wrong type that it can do without."""
    return record | {"authors": None, "venue": 3, "publicationdate": 7, "s2fieldsofstudy": "History"}


def bad_line(work: int) -> bytes:
    """A line that is no record, of one of five kinds."""
    return (
        b'{"id": "https://openalex.org/W9000000000',
        b"<Error><Code>SlowDown</Code></Error>",
        b'{"title": "Generated \xff\xfe bytes"}',
        b"[17, null]",
        b"null",
    )[work % 5]


def nameless(work: int) -> dict[str, Any]:
    """A record without an identifier that could be one, in the fields of either source."""
    wrong = (None, ["W1"], "no identifier")[work % 3]
    return {
        "id": wrong,
        "corpusid": wrong,
        "title": f"Generated work {work} without an identifier",
        "is_generated": True,
    }
