"""Which works of a corpus people name: by an identifier, a whole title, the title before its colon, or author and year."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from kg.corpus.lookup import Hit, Lookup, Place
from kg.errors import AmbiguousWork, InputError, NothingFound
from kg.ids import parse_identifier
from kg.model import Work
from kg.text import authors_and_year, marked_title, name_key, surname, title_key, work_name

_SHOWN = 8  # candidates listed for an ambiguous name
_LOOKED_AT = 1_000  # works of one first author and year


def find_works(lookup: Lookup, names: Iterable[str]) -> dict[str, Place | InputError | NothingFound]:
    """The work that each text names, or the error that says why none: all are looked up together, in a pass a kind of name.

    Parameters
    ----------
    lookup : Lookup
        The corpus.
    names : iterable of str
        Texts such as "10.1162/neco.1997.9.8.1735", "W2064675550", "Long short-term memory" or "Hochreiter & Schmidhuber 1997".
    """
    texts = list(dict.fromkeys(text.strip() for text in names))
    found: dict[str, Place | InputError | NothingFound] = {}
    for search in (_by_identifier, _by_title, _by_author_and_year):
        left = [text for text in texts if text and text not in found]
        for text, places in search(lookup, left).items() if left else ():
            if places:
                found[text] = places[0] if len(places) == 1 else _ambiguous(lookup, text, places)
    for text in texts:
        if not text:
            found[text] = InputError("the name of a work is empty", "try an id, a title, or author and year")
        hint = "give an identifier (a DOI, W..., CorpusId:...), the whole title, or first author and year"
        found.setdefault(text, NothingFound(f"no work of the corpus fits {text!r}", hint))
    return {text: found[text] for text in texts}


def _by_identifier(lookup: Lookup, texts: Sequence[str]) -> dict[str, list[Place]]:
    numbered = {text: f"openalex:{text}" if re.fullmatch(r"W\d+", text) else text for text in texts}
    ids = {text: parse_identifier(name) or name for text, name in numbered.items()}
    places = lookup.named(ids.values())
    return {text: [places[id_]] for text, id_ in ids.items() if id_ in places}


def _by_title(lookup: Lookup, texts: Sequence[str]) -> dict[str, list[Place]]:
    keys = {text: key for text in texts if (key := title_key(text))}
    hits: dict[str, list[Hit]] = defaultdict(list)
    for hit in lookup.titled(keys.values()) if keys else ():
        hits[hit.key].append(hit)
    return {
        text: _places([hit for hit in hits[key] if hit.whole] or hits[key]) for text, key in keys.items() if key in hits
    }


def _by_author_and_year(lookup: Lookup, texts: Sequence[str]) -> dict[str, list[Place]]:
    asked = {text: said for text in texts if (said := authors_and_year(text))[0]}
    hits: dict[tuple[str, int | None], list[Hit]] = defaultdict(list)
    if asked:
        for hit in lookup.written({(names[0], year) for names, year in asked.values()}):
            hits[hit.author, hit.place.year].append(hit)
    return {text: _of_all(lookup, names, _places(hits[names[0], year])) for text, (names, year) in asked.items()}


def _of_all(lookup: Lookup, names: Sequence[str], places: list[Place]) -> list[Place]:
    """Those of the works that all of these are authors of."""
    if len(names) == 1 or not places:
        return places
    works = lookup.works(places[:_LOOKED_AT])
    return [place for place in places if place.n in works and {*names} <= _authors(works[place.n][0])]


def _authors(work: Work) -> set[str]:
    return {name_key(surname(author)) for author in work.authors}


def _places(hits: Iterable[Hit]) -> list[Place]:
    return list(dict.fromkeys(hit.place for hit in hits))


def _ambiguous(lookup: Lookup, text: str, places: Sequence[Place]) -> AmbiguousWork:
    works = lookup.works(places[:_SHOWN])
    listed = [
        (w.id, work_name(w.authors, w.year, marked_title(w.title, w.retracted), w.id))
        for w, _ in (works[place.n] for place in places[:_SHOWN] if place.n in works)
    ]
    return AmbiguousWork(text, listed, more=len(places) - len(listed))
