"""A reference before it is resolved: how a work is looked up, and the stub that stands for it where no work is found."""

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import fields

from kg.model import Reference, Work
from kg.text import name_key, surname, title_key

MANY = 100  # authors of a work that are compared with those of another
_ET_AL = frozenset({"others", "et al", "et al."})


def reference_of(work: Work) -> Reference:
    """A work as a reference, so that it can be looked up in other catalogues; a reference itself stays as it is."""
    if isinstance(work, Reference) and work.text:
        return work
    return Reference(**{field.name: getattr(work, field.name) for field in fields(Work)}, text=described(work))


def described(work: Work) -> str:
    """A work in one line, as the text of an entry that has none: surnames, year and title.

    Examples
    --------
    >>> described(Work(id="t", authors=("Todd, Peter M.", "Loy, Gareth"), year=1991, title="Music and connectionism"))
    'Todd, Loy (1991). Music and connectionism'
    """
    names = (re.sub(r"\s+", " ", surname(author)) for author in work.authors)
    return f"{', '.join(names)} ({work.year or 'n.d.'}). {work.title}"


def cited_surnames(reference: Reference) -> list[str]:
    """The surnames of a reference, of its first hundred authors, "et al." and "others" left out.

    Examples
    --------
    >>> cited_surnames(Reference(authors=("Todd, Peter M.", "van den Oord", "others")))
    ['Todd', 'van den Oord']
    """
    return [name for name in map(surname, reference.authors[:MANY]) if name and name.lower() not in _ET_AL]


def has_more_authors(reference: Reference) -> bool:
    """Whether a reference says that there are more authors than it names."""
    return reference.et_al or any(surname(name).lower() in _ET_AL for name in reference.authors[: MANY + 1])


def minted_id(reference: Reference, taken: Callable[[str], bool], kind: str) -> str:
    """An id for a work that has none yet: its best identifier, else made of author (or title), year and `kind`; not `taken`."""
    best = [i for scheme in ("doi:", "arxiv:", "corpus:") for i in reference.identifiers if i.startswith(scheme)]
    words = [word for word in title_key(reference.title).split() if len(word) > 3] if kind == "article" else []
    first = name_key(surname(reference.authors[0])) if reference.authors else "".join(words[:1])
    stem = f"{first or 'cited'}{reference.year or ''}-{kind}"
    for name in (*best[:1], stem):
        if not taken(name):
            return name
    free = 2
    while taken(f"{stem}-{free}"):  # thousands may have one author and year
        free *= 2
    numbers = range(free // 2 + 1, free)
    return f"{stem}-{numbers.start + bisect_left(numbers, x=True, key=lambda k: not taken(f'{stem}-{k}'))}"


def stub_of(reference: Reference, taken: Callable[[str], bool], *, source: str = "") -> Work:
    """A work known only by its cited text.

    Its id is its best identifier (DOI, arXiv, CorpusId), else made of author and year (`todd1988-ref`), and not `taken`.
    """
    return Work(
        id=minted_id(reference, taken, "ref"),
        title=reference.title or reference.text,
        authors=reference.authors,
        year=reference.year,
        venue=reference.venue,
        identifiers=reference.identifiers,
        facts=reference.facts,
        stub=True,
        source=source,
    )
