"""Which ingester reads a file: told by its name and by what is in it."""

import re
from pathlib import Path

from kg.errors import InputError, UnknownName
from kg.ids import parse_identifier
from kg.ingest.edges import columns, delimiter
from kg.ingest.files import read_text
from kg.ingest.markup import looks_like_html
from kg.registry import INGESTERS

_ARTICLES = frozenset({".md", ".markdown", ".html", ".htm", ".txt", ".text", ".rst", ".org", ".tex", ""})
_SAMPLE = 200_000


def recognise(path: Path, *, as_: str | None = None) -> str:
    """The name of the ingester for a file, `as_` if given: article, bibtex, csl, ids or edges.

    Raises InputError for a file that is missing, empty, no text, or of no kind kg reads, and UnknownName for an `as_`
    that is no ingester.
    """
    if as_ is not None and as_ not in INGESTERS:
        raise UnknownName("ingester", as_, INGESTERS)
    text = read_text(path, limit=_SAMPLE)
    if as_ is not None:
        return as_
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    lines = [line.strip() for line in text.splitlines()[:200] if line.strip()]
    if suffix in {".bib", ".bibtex", ".biblatex"} or re.match(r"(?:\s|%.*\n)*@\w+\s*[{(]", text):
        return "bibtex"
    if suffix == ".json" or re.match(r"\s*[\[{]\s*[{\"\]]", text):
        return _json(path, text)
    if looks_like_html(text):
        return "article"
    rows = [line.split(delimiter(line)) for line in lines if not line.startswith("#")]
    if rows and columns(rows[0]):
        return "edges"
    names = [line.split(" #")[0].strip() for line in lines if not line.startswith("#")]
    if sum(" " not in name and parse_identifier(name) is not None for name in names) * 2 > len(names):
        return "ids"
    if suffix in {".csv", ".tsv"}:
        return _table(path, [name.strip().lower() for name in rows[0]] if rows else [])
    if rows and all(len(row) == 2 for row in rows) and not any(" " in cell.strip() for row in rows for cell in row):
        return "edges"
    if suffix in _ARTICLES:
        return "article"
    raise InputError(f"cannot tell what {path} is", f"if you know, say --as {'|'.join(sorted(INGESTERS))}")


def _json(path: Path, text: str) -> str:
    if re.search(r'"itemType"\s*:', text):
        raise InputError(f"{path} is Zotero's own JSON", "export the library as CSL-JSON")
    shape = r"\s*\[" if text.lstrip().startswith("[") else r'.*"items"\s*:'
    if (
        re.match(shape, text, re.DOTALL)
        and re.search(r'"(?:title|DOI)"\s*:', text)
        and '"referenced_works"' not in text
    ):
        return "csl"
    raise InputError(f"{path} is JSON, but no CSL-JSON", "kg reads an array of items with id, type and title")


def _table(path: Path, header: list[str]) -> str:
    if "id" in header:
        raise InputError(
            f"{path} is a table of works without citations", "name the edge list, and this table with --works"
        )
    if len(header) == 2:
        return "edges"
    raise InputError(f"{path} has no columns citing and cited", "an edge list has the header citing,cited")
