"""Which ingester reads a file: told by its name and by what is in it."""

import re
from pathlib import Path

from kg.errors import InputError, UnknownName
from kg.ids import parse_identifier
from kg.ingest.readers.edges import columns, delimiter
from kg.ingest.readers.html_lines import looks_like_html
from kg.ingest.readers.text_files import read_text
from kg.plugins import INGESTERS

_ARTICLES = frozenset({".md", ".markdown", ".html", ".htm", ".txt", ".text", ".rst", ".org", ".tex", ""})
_SAMPLE = 200_000
#: How files of a kind begin, or what they hold.
_TEXTS = {
    "bibtex": r"(?:\s|%.*\n)*@\w+\s*[{(]",
    "ris": r"\s*TY {1,3}- ?[A-Z]",
    "nbib": r"\s*PMID ?- \d",
    "wos": r"\s*(?:FN .*\s+VR |PT [A-Z]\s)",
    "pajek": r"(?:\s|%.*\n)*\*(?:network|vertices)\b",
    "zotero": r"(?s)\s*(?:<\?xml[^>]*>\s*)?<rdf:RDF(?=.{0,2000}zotero\.org/namespaces/export#)(?!.{0,2000}ontology/bibo)",
    "histcite": r"(?s).{0,5000}opeNod\s*\(",
    "csl": r"(?:---\s+)?(?:references:\s+)?- +(?:id|type): ",
}
_JSON = {
    "zotero": r'(?s)(?=\s*\{).*"itemType"\s*:',
    "openalex": r'(?s).*"(?:referenced_works(?:_count)?|authorships)"\s*:',
    "s2orc": r'(?s).*"(?:outbound_citations|citingcorpusid|corpusid"\s*:\s*\d+\s*,\s*"externalids)"',
    "crossref": r'(?s).*"(?:is-referenced-by-count|references?-count|message-type)"\s*:',
}
#: Header names that make a table of a kind.
_TABLES = {
    "scopus": {"title", "year", "eid"},
    "bibliometrix": {"ti", "py", "ut"},
    "opencitations": {"citing", "cited", "timespan"},
}
#: What kg knows and does not read: how it begins -> what it is, what to do.
_REFUSED = {
    r"(?s)\s*<rdf:RDF.{0,2000}ontology/bibo": ("Bibliontology RDF", "export the library as Zotero RDF"),
    r"\s*@(?:base|prefix)\b|\s*<[^<>\s]+>\s+<[^<>\s]+>\s": ("Turtle or N-Triples", "export works as CSV or JSON"),
    r"\s*(?:strict\s+)?(?:di)?graph\s+\S*\s*\{": ("a drawing in DOT", "save the citations as CSV: citing,cited"),
    r"\s*\\cite\w*\{": ("a list of citation keys", "name the bibliography they stand in"),
    r"\s*(?:---\s+)?http_interactions:": ("a recording of web requests", "save the JSON answers themselves"),
    r'(?s)\s*\{.{0,500}"(?:authorid|alternate_issns|sha)"\s*:': ("a list of no works", "name papers or citations"),
}


def recognise(path: Path, *, as_: str | None = None) -> str:
    """The name of the ingester for a file, `as_` if given.

    Raises InputError for a file that is missing, empty, no text, or of no kind kg reads, and UnknownName for an `as_`
    that is no ingester.
    """
    if as_ is not None and as_ not in INGESTERS:
        raise UnknownName("ingester", as_, INGESTERS)
    text = read_text(path, limit=_SAMPLE)
    if as_ is not None:
        return as_
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix in {".bib", ".bibtex", ".biblatex"}:
        return "bibtex"
    if kind := next((kind for kind, start in _TEXTS.items() if re.match(start, text, re.IGNORECASE)), ""):
        return kind
    for start, (what, hint) in _REFUSED.items():
        if re.match(start, text):
            raise InputError(f"{path} is {what}", hint)
    if suffix in {".json", ".jsonl"} or re.match(r"\s*[\[{]\s*[{\"\]]", text):
        return _json(path, text)
    if looks_like_html(text):
        return "article"
    lines = [line.strip() for line in text.splitlines()[:200] if line.strip()]
    rows = [line.split(delimiter(line)) for line in lines if not line.startswith("#")]
    header = {name.strip(' "').lower() for name in rows[0]} if rows else set()
    if kind := next((kind for kind, names in _TABLES.items() if names <= header), ""):
        return kind
    if rows and columns(rows[0]):
        return "edges"
    names = [line.split(" #")[0].strip() for line in lines if not line.startswith("#")]
    if sum(" " not in name and parse_identifier(name) is not None for name in names) * 2 > len(names):
        return "ids"
    pairs = bool(rows) and all(len(row) == 2 and all(re.search(r"\w", cell) for cell in row) for row in rows)
    if suffix in {".csv", ".tsv"}:
        return _table(path, header, pairs=pairs)
    if pairs and not any(" " in cell.strip() for row in rows for cell in row):
        return "edges"
    if suffix in _ARTICLES:
        return "article"
    raise InputError(f"cannot tell what {path} is", f"if you know, say --as {'|'.join(sorted(INGESTERS))}")


def _json(path: Path, text: str) -> str:
    if kind := next((kind for kind, sign in _JSON.items() if re.match(sign, text)), ""):
        return kind
    if re.search(r'"itemType"\s*:', text):
        raise InputError(f"{path} is Zotero's own JSON", "export the library as CSL-JSON")
    shape = r"\s*\[" if text.lstrip().startswith("[") else r'.*"items"\s*:'
    if re.match(shape, text, re.DOTALL) and re.search(r'"(?:title|DOI)"\s*:', text):
        return "csl"
    raise InputError(f"{path} is JSON, but no CSL-JSON", "kg reads an array of items with id, type and title")


def _table(path: Path, header: set[str], *, pairs: bool) -> str:
    if "id" in header:
        raise InputError(
            f"{path} is a table of works without citations", "name the edge list, and this table with --works"
        )
    if pairs:
        return "edges"
    raise InputError(f"{path} has no columns citing and cited", "an edge list has the header citing,cited")
