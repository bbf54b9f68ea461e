"""Which reader reads a file: each is asked whether it recognises it by its name and beginning."""

import re
import warnings
from pathlib import Path

from kg import plugins
from kg.errors import InputError, KgError, UnknownName
from kg.ingest.readers.kg_tables import is_tables
from kg.ingest.readers.reader import XML_PROLOG, Reader, Sample

#: What kg knows and does not read: how it begins -> what it is, what to do.
_REFUSED = {
    r"(?s)\s*<rdf:RDF.{0,2000}ontology/bibo": ("Bibliontology RDF", "export the library as Zotero RDF"),
    r"\s*(?:strict\s+)?(?:di)?graph\s++[^\s{]*+\s*+\{": ("a drawing in DOT", "save the citations as CSV: citing,cited"),
    XML_PROLOG + r"<(?:mods|modsCollection|refworks)[\s>]": (
        "XML that kg does not read",
        "export the works as RIS or BibTeX, or as XML of EndNote, PubMed, JATS or TEI",
    ),
    r"\s*\\cite\w*\{": ("a list of citation keys", "name the bibliography they stand in"),
    r"\s*(?:---\s+)?http_interactions:": ("a recording of web requests", "save the JSON answers themselves"),
    r'(?s)\s*\{.{0,500}"(?:authorid|alternate_issns|sha)"\s*:': (
        "not a list of works",
        "name a file of papers or citations",
    ),
}


def recognise(path: Path, *, as_: str | None = None) -> str:
    """The name of the reader for a file.

    Readers that other packages add are asked first, in alphabetical order; then kg's own, the more particular ones first.

    Parameters
    ----------
    path : Path
        The file; gzipped or not.
    as_ : str, optional
        The name of a reader that is to read it, whatever it looks like.

    Raises
    ------
    InputError
        If the file is missing, empty, not text, or of no format that kg reads.
    UnknownName
        If `as_` names no reader.
    """
    added, known = plugins.added("reader"), plugins.names("reader")
    if as_ is not None and as_ not in known:
        raise UnknownName("format", as_, known)
    if path.is_dir() and is_tables(path) and as_ in (None, "tables"):
        return "tables"
    sample = Sample.of(path)
    if as_ is not None:
        _ = as_ in added or sample.text  # kg's own formats are all text: raises for what is not
        return as_
    for name in added:
        try:
            if _reader(name).recognises(sample):
                return name
        except (KgError, AttributeError) as error:  # it must not stop kg's own readers
            warnings.warn(f"the reader {name!r} is left out: {error}", stacklevel=2)
    for start, (what, hint) in _REFUSED.items():
        if re.match(start, sample.text):
            raise InputError(f"{path} is {what}", hint)
    for name in plugins.READERS:
        if _reader(name).recognises(sample):
            return name
    raise _unrecognised(sample, known)


def _reader(name: str) -> Reader:
    return plugins.load("reader", name)  # type: ignore[no-any-return]


def _unrecognised(sample: Sample, known: list[str]) -> InputError:
    path = sample.path
    if sample.is_json and re.search(r'"itemType"\s*:', sample.text):
        return InputError(f"{path} is Zotero's own JSON", "export the library as CSL-JSON")
    if sample.is_json:
        return InputError(f"{path} is not CSL-JSON", "kg expects an array of items with id, type and title")
    if sample.suffix in {".csv", ".tsv"} and "id" in sample.header:
        hint = "name the edge list, and this table with --works"
        return InputError(f"{path} is a table of works without citations", hint)
    if sample.suffix in {".csv", ".tsv"}:
        return InputError(f"{path} has no columns citing and cited", "an edge list has the header citing,cited")
    return InputError(f"cannot recognise the format of {path}", f"if you know it, add --as {'|'.join(known)}")
