"""Works as BibTeX entries, under their ids."""

import re
from collections.abc import Iterable

from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from bibtexparser.writer import BibtexFormat, write

from kg.model import Work

_SPECIAL = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"} | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\^{}"}
)


def to_bibtex(works: Iterable[Work]) -> str:
    """The entries of a bibliography, in Unicode; keys that BibTeX cannot take have their odd characters replaced.

    >>> print(to_bibtex([Work(id="todd1989", title="Tones & nets", year=1989)]).replace(chr(92), "|").strip())
    @misc{todd1989,
      title = {{Tones |& nets}},
      year = {1989}
    }
    """
    form = BibtexFormat()  # type: ignore[no-untyped-call]
    form.indent, form.block_separator = "  ", "\n"
    return write(Library([_entry(work) for work in works]), form)


def _entry(work: Work) -> Entry:
    ids: dict[str, str] = {}
    for name in work.identifiers:
        scheme, _, value = name.partition(":")
        ids.setdefault(scheme, value)
    values = {
        "title": f"{{{_text(work.title)}}}" if work.title else "",
        "author": " and ".join(map(_text, work.authors)),
        "year": str(work.year or ""),
        "journal": _text(work.venue),
        "doi": ids.get("doi", ""),
        "eprint": ids.get("arxiv", ""),
        "archiveprefix": "arXiv" if "arxiv" in ids else "",
        "url": ids.get("url", ""),
    }
    fields = [Field(key, f"{{{value}}}") for key, value in values.items() if value]
    return Entry("article" if work.venue else "misc", re.sub(r"[^\w:./+-]", "-", work.id), fields)


def _text(text: str) -> str:
    return " ".join(text.translate(_SPECIAL).split())
