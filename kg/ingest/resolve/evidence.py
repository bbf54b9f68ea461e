"""Evidence beside the title that a reference means a work: each fact agrees, disagrees, or is not known."""

import re
from dataclasses import dataclass

from kg.ids import scheme_of
from kg.ingest.resolve.glossary import has_term, terms_in
from kg.ingest.resolve.links import words_in
from kg.ingest.resolve.reference import MANY, cited_surnames, has_more_authors
from kg.model import Reference, Work
from kg.text import name_key, surname, title_key

_PUBLISHERS = {
    "ieee": "10.1109",
    "acm": "10.1145",
    "springer": "10.1007",
    "elsevier": "10.1016",
    "mit press": "10.1162",
}
_PREPRINT = re.compile(r"\b(?:arxiv|corr|preprint)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts for and against one work being the one referred to, each in a word or two."""

    work: Work
    agree: tuple[str, ...]
    against: tuple[str, ...]


def facts(reference: Reference, work: Work) -> Facts:
    """Weigh a reference against a work without comparing titles as texts.

    Looked at: first author, co-authors and their number, year, venue or publisher, terms and Latin words of the
    title, names and words in the links, identifiers. Only names in Latin script are compared.
    """
    found = {
        "author": _first_author(reference, work),
        "co-author": _coauthors(reference, work),
        "number of authors": _number(reference, work),
        "year": None if None in (reference.year, work.year) else reference.year == work.year,
        "venue": _venue(reference, work),
        "title terms": _terms(reference, work),
        "link": _link(reference, work) or None,
        "identifier": _identifier(reference, work),
    }
    # That a work has as many authors as "et al." asks for proves nothing; too few of them disprove.
    agree = tuple(name for name, verdict in found.items() if verdict and name != "number of authors")
    return Facts(work, agree, tuple(name for name, verdict in found.items() if verdict is False))


def readable(reference: Reference) -> tuple[str, ...]:
    """The surnames of a reference that can be compared with a catalogue, in key form: those in Latin script."""
    keys = [name_key(name) for name in cited_surnames(reference)]
    return tuple(key for key in keys if key.isascii() and key)


def surnames(work: Work) -> tuple[str, ...]:
    """The surnames of the first hundred authors of a work in key form, in order."""
    return tuple(name_key(surname(author)) for author in work.authors[:MANY])


def _first_author(reference: Reference, work: Work) -> bool | None:
    names, known = readable(reference), surnames(work)
    return names[0] == known[0] if names and known else None


def _coauthors(reference: Reference, work: Work) -> bool | None:
    names, known = readable(reference)[1:], surnames(work)
    return set(names) <= set(known) if names and known else None


def _number(reference: Reference, work: Work) -> bool | None:
    named, known = len(cited_surnames(reference)), len(work.authors[:MANY])
    if not named or not known:
        return None
    return known > max(named, 2) if has_more_authors(reference) else known == named


def _venue(reference: Reference, work: Work) -> bool | None:
    """Whether an acronym, the publisher or the terms of the venue fit; None where either side names none."""
    doi = next((name.partition(":")[2] for name in work.identifiers if scheme_of(name) == "doi"), "")
    venue, code = title_key(work.venue), (re.findall(r"/([a-z]+)", doi) or [""])[0]
    if not (venue or doi) or _PREPRINT.search(work.venue):
        return None
    capitals = "".join(re.findall(r"\b[A-Z]", work.venue)).lower()
    text, acronyms = title_key(reference.venue), {name.lower() for name in reference.acronyms}
    publishers = {name for name in _PUBLISHERS if re.search(rf"\b{name}", text)}
    wanted = acronyms - publishers
    if wanted:
        # An acronym says more than a publisher: IEEE has many conferences.
        return bool(wanted & {*venue.split(), code}) or any(len(name) > 2 and name in capitals for name in wanted)
    if any(name in venue or doi.startswith(_PUBLISHERS[name]) for name in publishers):
        return True
    if any(_abbreviates(word, venue) for word in _codes(reference)):
        return True
    terms = terms_in(reference.venue)
    hits = sum(has_term(venue, term) for term in terms)
    if hits >= 2 and hits * 2 >= len(terms):
        return True
    return False if publishers or (len(terms) >= 3 and len(venue.split()) >= 3) else None


def _codes(reference: Reference) -> list[str]:
    """The letters a journal's DOIs begin with (10.1162/neco.2006... -> neco)."""
    return [code for name in reference.identifiers for code in re.findall(r"^doi:10\.\d+/([a-z]{3,})\.", name)]


def _abbreviates(code: str, venue: str) -> bool:
    """Whether a code is made of the beginnings of a venue's words, as `neco` is of Neural Computation."""
    ends = {0}  # where in the code the words so far may have come to
    for word in venue.split():
        ends |= {end + n for end in ends for n in range(1, 5) if len(word) >= n and code.startswith(word[:n], end)}
    return bool(venue) and len(code) in ends


def _terms(reference: Reference, work: Work) -> bool | None:
    """Whether a translated title speaks of what the work's title does: terms of the glossary and words left in Latin."""
    if not reference.translated or not work.title:
        return None
    terms = terms_in(reference.title)
    hits = sum(has_term(work.title, term) for term in terms)
    solid = title_key(work.title).replace(" ", "")
    words = re.findall(r"[a-z]{3,}", title_key(reference.title))
    hits += (kept := sum(word in solid for word in words))
    known = len(terms) + kept
    if known < 3:
        return None
    return True if hits >= 3 and hits * 4 >= known * 3 else False if hits * 2 < known else None


def _link(reference: Reference, work: Work) -> bool:
    """Whether the links name a co-author or spell the beginning of a word of the title."""
    words = frozenset().union(*(words_in(link) for link in reference.links))
    others = set(surnames(work)) - set(readable(reference))
    title = [word for word in title_key(work.title).split() if len(word) >= 6]
    return bool(words & others) or any(long.startswith(word) for word in words for long in title)


def _identifier(reference: Reference, work: Work) -> bool | None:
    """False where both have an arXiv id and they differ; DOIs may differ between preprint, archive and publisher."""
    ours, theirs = (
        {name for name in names if scheme_of(name) == "arxiv"} for names in (reference.identifiers, work.identifiers)
    )
    return False if ours and theirs and not ours & theirs else None
