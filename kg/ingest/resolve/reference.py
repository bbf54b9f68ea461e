"""A reference before it is resolved: what its text tells, and the stub that stands for it where no work is found."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, count

from kg.model import Work
from kg.text import name_key, surname


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One entry of a reference list, or one identifier of a list of identifiers.

    `authors` are surnames as written, in order; `et_al` says that more authors follow. `translated` means that the
    title is a translation and must never be compared with titles; `acronyms` are those in brackets after a venue.
    """

    text: str
    where: str = ""
    authors: tuple[str, ...] = ()
    et_al: bool = False
    year: int | None = None
    title: str = ""
    translated: bool = False
    venue: str = ""
    acronyms: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


def reference_of(work: Work) -> Reference:
    """A work of a bibliography as a reference, so that it can be looked up in other catalogues."""
    names = [re.sub(r"\s+", " ", surname(author)) for author in work.authors]
    others = [name for name in names if name.lower() in _OTHERS]
    return Reference(
        text=f"{', '.join(names)} ({work.year or 'n.d.'}). {work.title}",
        where=work.id,
        authors=tuple(name for name in names if name and name not in others),
        et_al=bool(others),
        year=work.year,
        title=work.title,
        venue=work.venue,
        identifiers=work.identifiers,
    )


def stub_of(reference: Reference, taken: Callable[[str], bool], *, source: str = "") -> Work:
    """A work known only by its cited text.

    Its id is the best identifier it has (DOI, arXiv, CorpusId), else says whom it cites (`todd1988-ref`), not yet `taken`.
    """
    best = [i for scheme in ("doi:", "arxiv:", "corpus:") for i in reference.identifiers if i.startswith(scheme)]
    first = name_key(reference.authors[0]) if reference.authors else ""
    stem = f"{first or 'cited'}{reference.year or ''}-ref"
    names = chain(best[:1], [stem], (f"{stem}-{k}" for k in count(2)))
    id_ = next(name for name in names if not taken(name))
    return Work(
        id=id_,
        title=reference.title or reference.text,
        authors=reference.authors,
        year=reference.year,
        venue=reference.venue,
        identifiers=reference.identifiers,
        stub=True,
        source=source,
    )


_OTHERS = frozenset({"others", "et al", "et al."})
