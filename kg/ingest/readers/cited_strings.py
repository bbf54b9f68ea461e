"""Entries of reference lists: the strings of Web of Science, Scopus and bibliometrix, and mere identifiers."""

import re

from kg.ingest.readers.fields import family_first, identifiers_of, year_in
from kg.model import Reference

_WOS = re.compile(
    r"(?:(?P<who>[^,]*(?:, [A-ZÀ-Þ](?:[A-ZÀ-Þ.-]| (?=[A-ZÀ-Þ])){0,5})?), )?(?P<year>1\d{3}|20\d\d)(?:-\d+)?(?:, (?P<venue>[^,]+))?(?:,|$)"
)
#: As much of an entry is looked at: what is longer than this is no reference, and every pattern stays cheap.
MOST = 2_000
_WOS_PLACE = re.compile(r", (V|P|ARTN P?)(\w*\d\w*)(?=,|$)", re.IGNORECASE)
_INITIALS = re.compile(r"(?<=\S)(?:\s+(?:[A-ZÀ-Þ]\.?-?){1,3})+$")
#: Scopus' two ways: "Todd, P.M., Title (1989) Venue, 13 (4), pp. 27-43" and "Todd P.M., Title, Venue, 13, 4, pp. 27-43, (1989)".
_LISTED = r"(?P<who>(?:[^,;()\d]+ (?:[^\W\d_]\.[ -]?)+,\s+)++)(?P<title>.{8,}"
_SCOPUS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            r"(?P<who>(?:[^,;()\d]+, (?:[^\W\d_]\.[ -]?)+(?:, JR\.)?,\s+)++)(?P<title>.{8,}[^,\s]) "
            r"\((?P<year>\d{4})\) (?P<venue>[^,]+)"
        ),
        _LISTED + r"), (?!pp?\.)(?P<venue>(?=[^,]*[^\W\d_])[^,]++)"
        r"(?:, (?:no\. ?)?\d[\w./-]*)*(?:, pp?\. [\w.-]+)?, \((?P<year>\d{4})\)$",
        _LISTED + r"?)(?:, pp?\. [\w.-]+)?, \((?P<year>\d{4})\)(?P<venue>)$",
    )
)
#: Older exports: "Cole, J.R., Cole, S., (1973) Title, , Publisher" or "(1998) Venue, 339, p. 605"; "Title (1992) Venue" without authors.
_YEAR_FIRST = re.compile(
    r"(?P<who>(?:[^,;()\d]+, (?:[^\W\d_]\.[ -]?)+(?:, JR\.)?,\s+)++)\((?P<year>\d{4})\) (?P<what>[^,]+)(?P<rest>.*)",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(r"(?P<title>[^()]{8,}) \((?P<year>\d{4})\) (?P<venue>[^,]+)")
# years and initials: the text holds more than a title
_INSIDE = re.compile(r"\b(?:1\d{3}|20\d\d)\b|\b[A-Z]\.,|^[^,]+, [A-Z]{1,4},")
_SCOPUS_PLACE = re.compile(r",? (\d+)(?: ?\([^()]*\))?(?:, [\d.-]+)?, pp?\. (\w+)", re.IGNORECASE)
_INVERTED = r"[^\s,][^,]*, [^,]+(?:, JR\.)?(?=,)"
_NAME = re.compile(r"(?:and |& )?[^,()]+, (?:[^\W\d_]\.[ -]?)+,?", re.IGNORECASE)  # the last one, before its year
_FIRST = re.compile(r"([^,()\d]{2,60}(?:, (?:[^\W\d_]\.[ -]?)+(?=,|$))?)(?:,|$)")
# not the semicolon of a DOI that ends in CO;2-4
_BETWEEN = re.compile(r"(?<!\s)\s*+;(?!2-.(?:[,;\s\]]|$))\s*|\.\s{3,}")
_IDENTIFIER = re.compile(r"10\.\d{4,9}/[^\s,\]]+|\barxiv:\s?[\w./-]+", re.IGNORECASE)


def cited_id(*addresses: str, **values: str) -> Reference:
    """An entry that is an identifier and nothing else."""
    identifiers = identifiers_of(*addresses, **values)
    return Reference(id=next(iter(identifiers), ""), identifiers=identifiers, stub=True)


def parse_scopus(text: str) -> tuple[list[str], str, int, str] | None:
    """Authors, title, year and venue of an entry written in one of Scopus' ways; None for any other.

    Examples
    --------
    >>> parse_scopus("Todd P.M., Loy G., Music and connectionism, The MIT Press, pp. 3-31, (1991)")
    (['Todd, P.M.', 'Loy, G.'], 'Music and connectionism', 1991, 'The MIT Press')
    """
    patterns = _SCOPUS if re.search(r"\(\d{4}\)$", text) else _SCOPUS[:1]
    match = next((match for pattern in patterns if (match := pattern.match(text))), None)
    if not match or _NAME.fullmatch(match["title"]) or match["title"].startswith(("& ", "and ")):
        return None
    inverted = match.re is _SCOPUS[0]
    names = re.findall(_INVERTED if inverted else r"[^\s,][^,]*(?=,)", match["who"], re.IGNORECASE)
    who = names if inverted else [_inverted(name) for name in names]
    return who, match["title"], int(match["year"]), match["venue"].strip()


def parse_cited(text: str) -> Reference:
    """One entry of a Web of Science, Scopus or bibliometrix list; what its text does not show stays empty.

    Examples
    --------
    >>> cited = parse_cited("WATTS DJ, 1998, NATURE, V393, P440, DOI 10.1038/30918")
    >>> cited.authors, cited.year, cited.venue, cited.volume, cited.page, cited.identifiers
    (('WATTS, DJ',), 1998, 'NATURE', '393', '440', ('doi:10.1038/30918',))
    >>> cited = parse_cited("Marx, W., Bornmann, L., The Anna Karenina principle (2012) JASIST, 63 (10), pp. 2037-51")
    >>> cited.title, cited.authors, cited.year, cited.volume, cited.page
    ('The Anna Karenina principle', ('Marx, W.', 'Bornmann, L.'), 2012, '63', '2037')
    """
    whole = " ".join(text.split())
    text = whole[:MOST]
    title, venue, year = text, "", None
    if match := _WOS.match(text):
        who, year, venue = [_inverted(match["who"] or "")], int(match["year"]), match["venue"] or ""
        places = {kind[0].upper(): value for kind, value in reversed(_WOS_PLACE.findall(text))}
        volume, page = places.get("V", ""), places.get("P") or places.get("A", "")
        venue = "" if _WOS_PLACE.match(f", {venue}") else venue
    else:
        volume, page = next(iter(_SCOPUS_PLACE.findall(text)), ("", ""))
        if scopus := parse_scopus(text):
            who, title, year, venue = scopus
        elif match := _YEAR_FIRST.fullmatch(text):
            who, year = re.findall(_INVERTED, match["who"], re.IGNORECASE), int(match["year"])
            if re.match(r", (?:\d|pp?\.)", match["rest"]):
                venue = match["what"]
            elif match["what"].count(" ") > 1:  # a shorter one may be the venue too
                title = match["what"]
        elif (match := _NO_AUTHOR.match(text)) and not _NAME.match(text) and not _INSIDE.search(match["title"]):
            who, title, year, venue = [], match["title"], int(match["year"]), match["venue"]
        elif text.startswith("http"):
            who, year = [], None
        else:
            first = _FIRST.match(text)
            who = [first[1] if "," in first[1] else _inverted(first[1])] if first else []
            year = year_in(next(reversed(re.findall(r"\((1\d{3}|20\d\d)\)", text)), ""))
    found = identifiers_of(*_IDENTIFIER.findall(text)[:1])
    return Reference(
        text=whole,
        title=title,
        authors=tuple(filter(None, who)),
        year=year,
        venue=venue,
        volume=volume,
        page=page,
        identifiers=found,
        stub=True,
    )


def listed(text: str) -> list[Reference]:
    """The entries of a list in one cell or field, divided by semicolons."""
    return [parse_cited(entry) for entry in _BETWEEN.split(text) if entry.strip()]


def _inverted(name: str) -> str:
    """A cited author with the comma before the initials, however these are written ("COLLINS H. M.")."""
    match = None if "," in name else _INITIALS.search(name)
    return f"{name[: match.start()]}, {match.group().replace(' ', '')}" if match else family_first(name)
