"""Works as BibTeX entries."""

import re
from collections.abc import Iterable

from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from bibtexparser.writer import BibtexFormat, write
from pylatexenc.latexencode import unicode_to_latex

from kg.model import Work

_SPECIAL = re.compile(r"[&%$#_{}\\~^]")  # other characters, accents among them, stay as they are

#: the entries of BibLaTeX for the types of works
_ENTRY = {
    **{name: name for name in ("article", "book", "thesis", "proceedings", "report", "dataset", "software", "patent")},
    **dict.fromkeys(("review", "editorial", "letter"), "article"),
    "chapter": "incollection",
    "proceedings-article": "inproceedings",
    "web-page": "online",
}


def to_bibtex(works: Iterable[Work]) -> str:
    """Write works as a bibliography.

    Letters stay Unicode. The key of an entry is the work's id; characters that BibTeX keys cannot have become "-".

    Parameters
    ----------
    works : iterable of Work
        The works, in the order of the entries.

    Examples
    --------
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
        "note": "Retracted" if work.retracted else "",
    }
    fields = [Field(key, f"{{{value}}}") for key, value in values.items() if value]
    return Entry(
        _ENTRY.get(work.type) or ("article" if work.venue else "misc"), re.sub(r"[^\w:./+-]", "-", work.id), fields
    )


def _text(text: str) -> str:
    return _SPECIAL.sub(lambda sign: str(unicode_to_latex(sign[0])), " ".join(text.split()))  # type: ignore[no-untyped-call]
