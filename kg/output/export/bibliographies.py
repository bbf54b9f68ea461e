"""A selection of works as a bibliography: BibTeX, RIS, CSL-JSON, a folder of Obsidian notes."""

import json
import re
from pathlib import Path
from typing import Any, BinaryIO

from kg.graph.citation_graph import CitationGraph
from kg.ids import iri_of
from kg.model import Outcome, Work
from kg.output.export.bibtex import to_bibtex
from kg.output.export.records import add_attribution, folder, one_line, put, works_of
from kg.text import counted, short_title, surname

#: the types of works -> those of RIS and of CSL
_RIS = {
    "article": "JOUR", "book": "BOOK", "chapter": "CHAP", "dataset": "DATA", "editorial": "JOUR", "letter": "JOUR",
    "patent": "PAT", "preprint": "UNPB", "proceedings": "CONF", "proceedings-article": "CPAPER", "report": "RPRT",
    "review": "JOUR", "software": "COMP", "standard": "STAND", "thesis": "THES", "web-page": "ELEC",
}  # fmt: skip
_CSL = {
    "article": "article-journal", "book": "book", "chapter": "chapter", "dataset": "dataset", "editorial": "article-journal",
    "letter": "article-journal", "patent": "patent", "preprint": "article", "proceedings": "book",
    "proceedings-article": "paper-conference", "report": "report", "review": "review", "software": "software",
    "standard": "standard", "thesis": "thesis", "web-page": "webpage",
}  # fmt: skip
# in names of notes and links to them
_UNFIT = re.compile(r'[\[\]#^|\\/:*?"<>`\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+')
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|$!=~%])")
_NAME_BYTES = 150  # file systems take 255


def write_bibtex(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write the works as BibTeX; see `to_bibtex`."""
    put(out, to_bibtex(works_of(graph)).encode("utf-8", "replace"))
    add_attribution(graph, out, "\n@comment{{{}}}\n")


def write_ris(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write the works as RIS. A line's end in a text becomes a blank; a retracted work says so in a note."""
    import rispy

    entries = [_ris(work) for work in works_of(graph)]
    put(out, rispy.dumps(entries).encode("utf-8", "replace"))


def _ris(work: Work) -> dict[str, Any]:
    ids = _ids(work)
    fields: dict[str, Any] = {
        "type_of_reference": _RIS.get(work.type, "JOUR" if work.venue else "GEN"),
        "id": one_line(work.id),
        "title": one_line(work.title),
        "authors": [one_line(name) for name in work.authors],
        "year": str(work.year or ""),
        "date": (work.date or "").replace("-", "/"),
        "secondary_title": one_line(work.venue),
        "doi": ids.get("doi", ""),
        "urls": [address for address in map(iri_of, work.identifiers) if address],
        "notes": ["Retracted"] if work.retracted else [],
    }
    return {name: value for name, value in fields.items() if value}


def write_csl(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write the works as CSL-JSON, as Zotero and pandoc read it."""
    put(
        out,
        json.dumps([_item(work) for work in works_of(graph)], ensure_ascii=False, indent=1).encode("utf-8", "replace"),
    )


def _item(work: Work) -> dict[str, Any]:
    ids = _ids(work)
    date = [int(part) for part in work.date.split("-")] if work.date else [work.year] if work.year is not None else []
    item = {
        "id": work.id,
        "type": _CSL.get(work.type, "article-journal" if work.venue else "document"),
        "title": work.title,
        "author": [_person(name) for name in work.authors],
        "issued": {"date-parts": [date]} if date else None,
        "container-title": work.venue,
        "DOI": ids.get("doi"),
        "PMID": ids.get("pmid"),
        "PMCID": ids.get("pmcid"),
        "ISBN": ids.get("isbn"),
        "URL": next((iri for name in work.identifiers if not name.startswith("doi:") and (iri := iri_of(name))), None),
        "note": "Retracted" if work.retracted else None,
    }
    return {name: value for name, value in item.items() if value not in (None, "", [])}


def _person(name: str) -> dict[str, str]:
    family, comma, given = name.partition(", ")
    return {"family": family, "given": given} if comma else {"literal": name}


def write_obsidian(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write a note for each work, with its data as properties and a link to each work it cites, into a folder for Obsidian.

    A note is named by author, year and short title, that of a work without author by its year and whole title, and by the
    work's id too where that is not enough; what a name or Markdown cannot hold is left out of names and escaped in texts.
    """
    to, works = folder(out, "obsidian", graph), list(works_of(graph))
    names = _note_names(works)
    for i, work in enumerate(works):
        cited = [names[j] for j in graph.references.of(i).tolist()]
        outcome = Outcome(graph.works["outcome"].iloc[i])
        known = "" if outcome.known else f"\nIts reference list is {outcome.words}.\n"
        links = "".join(f"- [[{name}]]\n" for name in cited)
        text = f"{_properties(work)}# {_markdown(work.title or work.id)}\n\n## Cites {counted(len(cited), 'work')} of this graph\n{known}\n{links}"
        (to / f"{names[i]}.md").write_text(text, encoding="utf-8", errors="replace")


def _properties(work: Work) -> str:
    """The front matter; a JSON text is a YAML text too."""
    values = {
        "id": work.id,
        "title": work.title,
        "aliases": [work.title] if work.title else [],
        "authors": list(work.authors),
        "year": work.year,
        "date": work.date,
        "venue": work.venue,
        "type": work.type,
        "retracted": work.retracted,
        "identifiers": list(work.identifiers),
        "links": [address for address in map(iri_of, work.identifiers) if address],
    }
    lines = (f"{name}: {json.dumps(value)}\n" for name, value in values.items() if value not in (None, "", []))
    return f"---\n{''.join(lines)}---\n"


def _note_names(works: list[Work]) -> list[str]:
    """A name for the note of each work: no two alike, whatever the case of their letters."""
    names, taken = [], set[str]()
    for work in works:
        first = surname(work.authors[0]) if work.authors else ""
        title = short_title(work.title) if first else work.title or work.id
        name = _fit(" ".join(filter(None, (first, str(work.year or ""), title))))
        whole, n = name, 1
        while whole.casefold() in taken:
            whole = _fit(f"{name} ({work.id})" if n == 1 else f"{name} {n}")
            n += 1
        taken.add(whole.casefold())
        names.append(whole)
    return names


def _fit(text: str) -> str:
    cut = " ".join(_UNFIT.sub(" ", text).split()).encode()[:_NAME_BYTES].decode(errors="ignore").strip(" .")
    return cut or "work"


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def _ids(work: Work) -> dict[str, str]:
    ids: dict[str, str] = {}
    for name in work.identifiers:
        scheme, _, value = name.partition(":")
        ids.setdefault(scheme, value)
    return ids
