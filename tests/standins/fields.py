"""The `fields` of a request, and papers, authors and rows written with them, in the order of the recordings."""

from collections.abc import Callable, Mapping
from typing import Any

from standins.corpus import Author, Link, Paper

Fields = dict[str, "Fields"]

_PAPER = (
    *("paperId", "externalIds", "corpusId", "publicationVenue", "url", "title", "abstract", "venue", "year"),
    *("referenceCount", "citationCount", "influentialCitationCount", "isOpenAccess", "openAccessPdf"),
    *("fieldsOfStudy", "s2FieldsOfStudy", "tldr", "publicationTypes", "publicationDate", "journal", "citationStyles"),
    *("embedding", "textAvailability", "authors", "citations", "references"),
)
_AUTHOR = (
    "authorId",
    "externalIds",
    "url",
    "name",
    "affiliations",
    "homepage",
    "paperCount",
    "citationCount",
    "hIndex",
)
_ROW = ("contexts", "intents", "contextsWithIntent", "isInfluential")
_ONLY_FULL = {"tldr", "embedding", "textAvailability", "citations", "references"}


def _known(*names: str) -> dict[str, Fields]:
    return {name: {} for name in names}


BASE: Fields = _known(*(n for n in _PAPER if n not in _ONLY_FULL)) | {"authors": _known("authorId", "name")}
FULL: Fields = (
    _known(*_PAPER)
    | {"authors": _known(*_AUTHOR), "citations": BASE, "references": BASE}
    | {"embedding": _known("specter_v1", "specter_v2"), "tldr": _known("model", "text")}
)
AUTHOR_PAPER: Fields = BASE | {"citations": BASE, "references": BASE}
AUTHOR: Fields = _known(*_AUTHOR, "papers") | {"papers": BASE}
ROW: Fields = BASE | _known(*_ROW)

PAPER_DEFAULT: Fields = _known("paperId", "title")
AUTHOR_DEFAULT: Fields = _known("authorId", "name")


def parse_fields(text: str | None, known: Fields, default: Fields) -> tuple[Fields, list[str]]:
    """The fields asked for as a tree, and those not known."""
    if not text:
        return default, []
    tree: dict[str, Any] = {}
    bad = []
    for name in text.split(","):
        at, there = tree, known
        for part in name.strip().split("."):
            if part not in there:
                bad.append(name.strip())
                break
            at, there = at.setdefault(part, {}), there[part]
    return tree, bad


def write_paper(paper: Paper, fields: Fields, rows: Mapping[str, int]) -> dict[str, Any]:
    """A paper as JSON; `rows` says how many rows each nested list may have."""
    written: dict[str, Any] = {}
    for name in _PAPER:
        if name == "paperId":
            written[name] = paper.sha
        elif name not in fields:
            continue
        elif name == "authors":
            written[name] = [write_author(author, fields[name]) for author in paper.authors]
        elif name == "references" and paper.elided:
            written[name] = None
        elif name in {"citations", "references"}:
            links = getattr(paper, name)[: rows[name]]
            ends = [link.citing if name == "citations" else link.cited for link in links]
            written[name] = [end and write_paper(end, fields[name] or PAPER_DEFAULT, {}) for end in ends]
        else:
            written[name] = _value(paper, name)
    return written


def write_row(link: Link, end: str, fields: Fields) -> dict[str, Any]:
    """A row of a citation list (`end` is citingPaper) or a reference list (citedPaper)."""
    values = {
        "contexts": list(link.contexts),
        "intents": list(link.intents),
        "contextsWithIntent": [{"context": text, "intents": list(link.intents)} for text in link.contexts],
        "isInfluential": link.influential,
    }
    row: dict[str, Any] = {name: value for name, value in values.items() if name in fields}
    paper = link.citing if end == "citingPaper" else link.cited
    row[end] = paper and write_paper(paper, fields, {})
    return row


def write_author(author: Author, fields: Fields) -> dict[str, Any]:
    """An author as JSON."""
    fields = fields or AUTHOR_DEFAULT
    written = {name: value(author) for name, value in _PERSON.items() if name in fields or name == "authorId"}
    if "papers" in fields:
        written["papers"] = [write_paper(paper, fields["papers"] or PAPER_DEFAULT, {}) for paper in author.papers]
    return written


def open_access(paper: Paper) -> dict[str, Any] | None:
    """The `openAccessPdf` of a paper: often null, or with an empty url and a notice."""
    arxiv, doi = paper.ids.get("ArXiv"), paper.ids.get("DOI")
    if paper.sha is None or not (arxiv or doi or paper.elided):
        return None
    place = f"https://arxiv.org/abs/{arxiv}" if arxiv else f"https://doi.org/{doi or paper.sha}"
    elided = "The following paper fields have been elided by the publisher: {'references'}. " if paper.elided else ""
    return {
        "url": f"https://arxiv.org/pdf/{arxiv}" if arxiv else "",
        "status": "GREEN" if arxiv else None,
        "license": None,
        "disclaimer": f"Notice: {elided}Paper or abstract available at {place}, which is subject to the license by the"
        " author or copyright owner provided with this content. Please go to the source to verify the license and"
        " copyright information for your use.",
    }


def publication_types(paper: Paper) -> list[str] | None:
    """A paper's types, by its venue; null without one."""
    if not paper.venue or paper.sha is None:
        return None
    return ["JournalArticle", "Conference"] if "onference" in paper.venue else ["JournalArticle"]


def _citations(author: Author) -> list[int]:
    return sorted((paper.citation_count for paper in author.papers), reverse=True)


_PERSON: dict[str, Callable[[Author], Any]] = {
    "authorId": lambda author: author.id,
    "externalIds": lambda author: {"DBLP": [author.name]},
    "url": lambda author: author.id and f"https://www.semanticscholar.org/author/{author.id}",
    "name": lambda author: author.name,
    "affiliations": lambda _: [],
    "homepage": lambda _: None,
    "paperCount": lambda author: len(author.papers),
    "citationCount": lambda author: sum(_citations(author)),
    "hIndex": lambda author: sum(count > rank for rank, count in enumerate(_citations(author))),
}


def _bibtex(paper: Paper) -> dict[str, str]:
    key = next((author.name.split()[-1] for author in paper.authors), None)
    year = f",\n year = {{{paper.year}}}" if paper.year else ""
    return {"bibtex": f"@Misc{{{key}{paper.year or ''},\n title = {{{paper.title}}}{year}\n}}\n"}


#: What an unresolved paper has too; of the others it has null.
_CITED: dict[str, Callable[[Paper], Any]] = {
    "title": lambda paper: paper.title,
    "venue": lambda paper: paper.venue,
    "year": lambda paper: paper.year,
}
_RESOLVED: dict[str, Callable[[Paper], Any]] = {
    "externalIds": lambda paper: paper.ids | {"CorpusId": paper.number},
    "corpusId": lambda paper: paper.number,
    "publicationVenue": lambda _: None,
    "url": lambda paper: f"https://www.semanticscholar.org/paper/{paper.sha}",
    "abstract": lambda _: None,
    "referenceCount": lambda paper: paper.reference_count,
    "citationCount": lambda paper: paper.citation_count,
    "influentialCitationCount": lambda paper: sum(link.influential for link in paper.citations),
    "isOpenAccess": lambda paper: "ArXiv" in paper.ids,
    "openAccessPdf": open_access,
    "fieldsOfStudy": lambda paper: ["Computer Science"] if "ArXiv" in paper.ids else None,
    "s2FieldsOfStudy": lambda _: [{"category": "Computer Science", "source": "s2-fos-model"}],
    "tldr": lambda _: None,
    "publicationTypes": publication_types,
    "publicationDate": lambda paper: paper.date,
    "journal": lambda paper: {"name": paper.venue} if paper.venue else None,
    "citationStyles": _bibtex,
    "embedding": lambda _: None,
    "textAvailability": lambda _: "none",
}


def _value(paper: Paper, name: str) -> Any:
    if name in _CITED:
        return _CITED[name](paper)
    return None if paper.sha is None else _RESOLVED[name](paper)
