"""One entry of a reference list -> authors, year, title, venue, links and identifiers, as far as its text tells."""

import re
from itertools import islice

from kg.ids import find_identifiers, parse_identifier, scheme_of
from kg.ingest.readers.cited_strings import MOST, parse_scopus
from kg.model import Reference
from kg.text import PARTICLES, surname, unescaped

_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*+<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s++\"[^\"]*\")?\s*+\)"
)
_ADDRESS = re.compile(r"<?https?://[^\s<>\"”，。；]+>?", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"\b(?:doi:?\s*)?10\.\d{4,9}/[^\s\"<>\]]+|\barxiv(?: preprint)?(?: arxiv)?:\s*[\w./-]+", re.IGNORECASE
)
_BARE_ARXIV = re.compile(r"\[([a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?\]")  # as physicists write it: [hep-th/9503124]
_ET_AL = re.compile(
    r"[,，]?\s*(?:\b(?:and|und|y|et|e|&)\s+)?(?:\bet\.?\s*al\b\.?|等人?|\bu\.\s?a\.|\bи др\.?|ほか|\bothers\b|\boutros\b|\botros\b)"
)
_YEAR = r"(?:(?<![\d.:/–-])|(?<=\b\d\d/\d\d/))(1[5-9]\d\d|20\d\d)(?![\d–]|-\d|\.\d)"
_DATED = re.compile(rf"[(（\[]\s*(?:\w+\.?\s+)?{_YEAR}[a-z]?(?:[,，][^()（）]{{0,20}})?\s*[)）\]]")
_HEAD_YEAR = re.compile(rf"[,，.:]?\s*{_YEAR}[a-z]?\s*年?")
_UNDATED = re.compile(r"[(\[]?\b(?:n\.\s?d\.|in press\b|forthcoming\b|s\.\s?a\.|o\.\s?J\.)[)\]]?\.?")
_QUOTED = re.compile(
    r"“([^“”]{4,})”|\"([^\"]{4,})\"|«([^«»]{4,})»|„([^„“”]{4,})[“”]|「([^「」]{2,})」|『([^『』]{2,})』|(?<!\w)‘((?:[^‘’]|’(?=\w)){6,})’"
)
_AND = re.compile(r"\s*(?:;|；|、|&|(?:^|(?<=[\s,，.]))(?:and|und|et|y|и|e)\s|和|与|及)\s*")
_BETWEEN = re.compile(rf"{_AND.pattern}|\s*[,，]\s*")
_INITIAL = "[A-ZÀ-ÞА-Я]"
_INITIALS = re.compile(rf"(?:{_INITIAL}(?:[a-z]?\.|(?![a-z]))[\s-]*){{1,4}}")
_PARTICLE = "(?:" + "|".join(sorted(PARTICLES, reverse=True)) + ")"
_BEHIND = re.compile(  # "Oord, A. van den", "Neumann, John von", "Santos Otero, A. de": particles behind the given names
    rf"(?P<family>(?:(?:^|(?<=[;&] )|(?<=\., )){_INITIAL}[\w'’-]+ (?=[^\W\d_][\w'’-]+(?:,| {_INITIAL}{{1,3}} )))?(?<![^\W\d_])[^\W\d_][\w'’-]+)(?P<comma>,?)\s+(?P<given>(?:{_INITIAL}\.[\s-]*)+|{_INITIAL}{{1,3}}\s|(?<=,\s)[A-ZÀ-Þ][^\W\d_]+\s)"
    rf"\s*(?P<particles>{_PARTICLE}(?:\s{_PARTICLE})*)(?=\s*(?:[,.;&(]|and\b|$))"
)
_WITH_Y = re.compile(  # "Ramón y Cajal, S.", "S. Ramón y Cajal": one family name, where initials stand behind or before it
    rf"(?:^|(?<=[;&] )|(?<=\., ))({_INITIAL}[^\W\d_]+) y ({_INITIAL}[^\W\d_]+)(?=,? {_INITIAL}(?:\.|{_INITIAL}{{0,2}}\b))"
    rf"|^((?:{_INITIAL}\. ?)+{_INITIAL}[^\W\d_]+) y ({_INITIAL}[^\W\d_]+)"
)
_INVERTED = re.compile(
    rf"((?:{_PARTICLE}\s+)*[^\W\d_][\w'’-]+)\s+(?:{_INITIAL}{{1,2}}\.\s*){{1,3}}(?=\S{{2}}|[AАО]\s)(?![^\W\d_][\w'’-]+\.\s)"
)
_WITH_INITIALS = re.compile(rf"(?:^|\s){_INITIAL}[a-z]?\.|\s{_INITIAL}{{1,3}}$")
# initials and a surname
_OWN_NAME = re.compile(rf"{_INITIAL}[a-z]?\.[\s-]*(?:{_INITIAL}[a-z]?\.[\s-]*)*[^\W\d_][\w'’-]+")
_GIVEN = re.compile(rf"[^\W\d_][\w'’-]+ (?:{_INITIAL}\.\s+)+(?=\S)")  # a given name and initials, then something else
_GROUP = re.compile(
    r"(?:[Tt]he |U\.S\. )?(?:[^\W\d_][\w'’-]*,? ){0,7}(?:Group|Committee|Consortium|Collaboration|Investigators|Team|Network|Task Force|"
    r"Organi[sz]ation|Association|Agency|Ministry|Council|Commission|Institute|Society|Bank|Office|Foundation|Department|Library|"
    r"Alliance|Cent(?:er|re)|Government)\b(?: (?:of|for|on|and|the|&|[A-ZÀ-Þ][\w'’-]*))*",
    re.IGNORECASE,
)
#: "Larry D. Roe, Bo Poe, and Ai Li. A title": given names first, as BibTeX's plain style prints them.
_FULL = r"(?:[A-ZÀ-Þ]\.[ -]?|[A-ZÀ-Þ][\w’'-]+ ){1,3}(?:(?:van|von|de|der|den|la|di) ){0,2}[A-ZÀ-Þ][\w’'-]+"
_GIVEN_FIRST = re.compile(rf"({_FULL}(?:, {_FULL})*,? and {_FULL})\. (?=[A-ZÀ-Þ“][\w’'-]* ?[a-z])")
# "Phys. Rev. D 2": a journal, its volume
_NO_TITLE = re.compile(r"(?:[A-ZÀ-Þ][^\W\d_]*\.\s?){1,5}(?:[A-ZÀ-Þ][^\W\d_]*\s?){0,2}\d")
_NO_NAMES = frozenset(re.findall(r"\w+", "the of for in on to with and an from is are all by using via at as its"))
_SENTENCE = re.compile(
    r"(?<=[^\W_]{2})[.?!]+[\"”]?(?=\s+[\"“\[(A-ZÀ-ÞА-Я一-鿿\d]|\s+arXiv|\s*$)|(?<=[\d)\]\"”])\.(?=\s|$)|\.(?=\s+In\s)"
)
_FOREIGN_STOP = re.compile(r"[。，．]|(?<=\w\w)\.\s")
#: When an address was looked at, in brackets or at the end; a year in it is not that of the work.
_SEEN = re.compile(
    r"[\[(]\s*(?:accessed|cited|retrieved|visited|viewed|epub|дата обращения|consulté|zugriff|abgerufen)\b[^\])]*[\])]"
    r"|\b(?:accessed|retrieved|last visited|date accessed)(?: on)?:? [^;()]{0,40}?(?:19|20)\d\d\b"
    r"|\bWeb\.\s+\d{1,2} \w+\.? (?:19|20)\d\d\b",
    re.IGNORECASE,
)
_BEFORE_COLON = re.compile(
    rf"(?:[^\W\d_][\w'’-]+ {_INITIAL}{{1,3}}(?:, | and )?)+|[^\W\d_][\w'’-]+, [^\W\d_][\w'’-]*(?: [A-Z]\.)?"
)
_EDITED = re.compile(r"[^“\"(]{3,120}?,?\s*\(?\b(?:[Ee]ditors?|[Ee]ds?\.)\)?[.,]?\s")
#: Where a venue begins in a text without full stops: at "in" and a capital, at what names a venue or publisher, at a name with numbers.
_VENUE = re.compile(
    r"\s*//\s|,?\s+(?:in:\s|In:?\s(?=[A-Z])|in\s(?=(?:Proc|[A-Z]\w*\. [A-Z]|the Proc|[A-Z]+[ ’'-]?\d)))"
    r"|,\s+in\s(?=[A-Z“])"
    r"|,\s+(?=(?:the\s)?(?:[A-ZÀ-Þ][\w.’'&-]*\s+|(?:of|for|and|on|in|the|de|für|&)\s+){0,6}"
    r"(?:Press|Publish\w*|Publications?|Verlag|Wiley|Elsevier|Springer\S*|Kluwer|Prentice|Addison\S*|McGraw\S*|Morgan|Dover|Macmillan|"
    r"University|Univ\.|Journal|J\.|Review|Rev\.|Proceedings|Proc\.|Transactions|Trans\.|Conference|Conf\.|Symposium|Workshop|Letters|"
    r"Bulletin|Magazine|Ph\.?\s?D\S*|Master\S*|[Tt]hesis|[Tt]ech\S* [Rr]ep\S*|Report|Lecture Notes|LNCS|Annals|Communications|Comm\.|"
    r"Acta|Archives?|Working Paper|Manuscript|[Ii]nternet[- ]Draft|IEEE|ACM|SIGPLAN|North-Holland|Academic)(?![\w-]))"
    r"|,\s+(?:(?:[Vv]ols?|pp?|[Nn]os?|v|trans|transl|trad)(?:\.|$)|\d+(?:nd|rd|th|st) ed)"
    r"|\s+\((?=[A-Za-zÀ-ÿ][^()]{0,80}(?:(?:1[5-9]|20)\d\d|: [A-Z]))"
    r"|,\s+(?=[A-ZÀ-Þ][\w ;.]{2,30}\s?:\s[A-ZÀ-Þ])"
    r"|,\s+(?=(?:Paris|London|New York|Oxford|Cambridge|Berlin|Leiden|Amsterdam|Boston|Chicago|Leipzig|München|Madrid|Roma|Milano|Wien|"
    r"Zürich|Stuttgart|Frankfurt|Tübingen|Köln)\b)"
    r"|,\s+(?=[A-ZÀ-Þ][^,.;:]{2,60},?\s(?:[Vv]ol\.\s*)?\d)"
)
_ACRONYM = re.compile(r"[(（]\s*([A-Z][A-Za-z&]{0,12}[A-Z])(?:[\s'’-]?\d{2,4})?\s*[)）]|\b([A-Z]{3,10})\b")


def parse_reference(text: str, *, where: str = "") -> Reference:
    """What one entry tells. Whatever cannot be read stays empty; the entry itself is always kept as `text`.

    Examples
    --------
    >>> parse_reference("Ramón y Cajal, S., & Santos Otero, A. de (1968). Drift of names. JGR, 73.").authors
    ('Ramón y Cajal', 'de Santos Otero')
    """
    whole, text = " ".join(text.split()), text[:MOST]
    links = addresses_in(text)
    labels = [plain(label) for label, _ in _LINK.findall(text)]
    clean = plain(re.sub(r"``(.{4,}?)''", r"“\1”", text))
    bare = _prepared(" ".join(_IDENTIFIER.sub(" ", clean).split()))
    year: int | None
    if scopus := parse_scopus(bare):
        names, title, year, venue = scopus
        authors, et_al = [surname(name) for name in names], False
    else:
        head, year, rest = _split(bare)
        others = _ET_AL.search(head)
        et_al = bool(others)
        authors, remainder = _names(_ET_AL.sub("", head))
        if others and remainder and head[others.end() :].strip() and _is_head(head[: others.start()]):
            authors, remainder = _names(head[: others.start()])[0], head[others.end() :]
        title, before, after = _title(" ".join(filter(None, (remainder, rest))), labels)
        venue = " ".join(filter(None, (_tidy(before), _tidy(after)))) if title or authors else ""
    identifiers = [parse_identifier(link) for link in links]
    identifiers += [*find_identifiers(clean), *map(parse_identifier, _BARE_ARXIV.findall(clean))]
    return Reference(
        text=whole,
        where=where,
        authors=tuple(name.replace("-y-", " y ") for name in authors),
        et_al=et_al,
        year=year,
        title=title,
        translated=_is_translated(title, authors, links, venue),
        venue=venue,
        acronyms=tuple(dict.fromkeys(first or second for first, second in _ACRONYM.findall(venue))),
        links=links,
        identifiers=tuple(dict.fromkeys(name for name in identifiers if name and scheme_of(name) != "url")),
    )


def _prepared(text: str) -> str:
    """An entry without what is neither names, year, title nor venue: when it was looked at, who edited it, older editions."""
    seen = re.split(r"\b(?:as )?[Rr]eprint(?:ed)?\b|\[See also", _SEEN.sub("", text))[0]
    text = seen if re.search(_YEAR, seen) else text
    text = re.sub(r"\.\s+,", ".", text)  # what an identifier left between them
    text = _WITH_Y.sub(lambda m: "-y-".join(filter(None, m.groups())), text)
    text = _BEHIND.sub(lambda m: f"{m['particles']} {m['family']}{m['comma']} {m['given'].strip()}", text)
    text = re.sub(r",?\s(?:Jr|Sr)\b\.?(?=[,;\s])", "", text)
    if (head := re.match(r"([^:“\"(]{3,60}):\s+(?=\S)", text)) and _BEFORE_COLON.fullmatch(head[1]):
        text = f"{head[1]}. {text[head.end() :]}"
    text = re.sub(rf"\[{_YEAR}\]\s+(?={_YEAR})", "", text)  # [1867] 1976
    text = (
        re.sub(r",?\s*\(?\b(?:[Ee]ditors?|[Ee]ds?\.)\)?(?=[.,\s(])[.,]?", ".", text, count=1)
        if _EDITED.match(text)
        else text
    )
    return re.sub(r"\s*\[(?:Internet|Online|Электронный ресурс|electronic resource)\]", "", text, flags=re.IGNORECASE)


def plain(text: str) -> str:
    """A piece of Markdown without its markup: link texts stay, addresses, images and emphasis go."""
    if text.isalnum():
        return text
    text = _LINK.sub(lambda match: "" if match.group().startswith("!") else match.group(1), unescaped(text))
    text = re.sub(r"<(?!https?:)/?[a-zA-Z][^<>]*>", "", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!-])", r"\1", re.sub(r"(?<!\\)[*`]|(?<!\w)_+|_+(?!\w)", "", text))
    return " ".join(_ADDRESS.sub(" ", text).split())


def addresses_in(text: str) -> tuple[str, ...]:
    """The web addresses in a piece of Markdown, those of its links first."""
    linked = [address for _, address in _LINK.findall(text) if address]
    bare = [address.strip("<>").rstrip(".,;)") for address in _ADDRESS.findall(_LINK.sub(" ", text))]
    return tuple(dict.fromkeys(linked + bare))


def is_person(text: str) -> bool:
    """Whether a text is the full name of a person and nothing else, as far as its form tells."""
    return _is_name(text) and (len(text.split()) > 1 or text > "\u2e80")


def has_year(text: str) -> bool:
    """Whether a text holds something like a year of publication, or says that there is none."""
    return bool(re.search(_YEAR, clean := plain(text[:MOST])) or _UNDATED.search(clean))


def names_in(text: str) -> str:
    """The beginning of an entry in which its authors stand, as it is written; "" where it names none."""
    head, _, _ = _split(plain(text[:MOST]))
    names, rest = _names(_ET_AL.sub("", head))
    return (head.removesuffix(rest) if rest else head).strip(" .,;:") if names else ""


def _split(text: str) -> tuple[str, int | None, str]:
    """The text before the year of publication, that year, and the text after it.

    The year is the first in brackets, else the first that follows names, else the last one (then all stays before).
    """
    dated = _DATED.search(text)
    if (undated := _UNDATED.search(text)) and _is_head(text[: undated.start()]):
        return text[: undated.start()], None, text[undated.end() :]
    early = next((match for match in islice(_HEAD_YEAR.finditer(text), 5) if _is_head(text[: match.start()])), None)
    if early and (dated is None or early.start() < dated.start()):
        return text[: early.start()], int(early.group(1)), text[early.end() :]
    if dated and _is_head(text[: dated.start()]):
        return text[: dated.start()], int(dated.group(1)), text[dated.end() :]
    years = re.findall(_YEAR, text)
    year = int(dated.group(1)) if dated else int(years[-1]) if years else None
    quoted = _QUOTED.search(text)
    if quoted:
        return text[: quoted.start()], year, text[quoted.start() :]
    return text, year, ""


def _is_head(text: str) -> bool:
    """Whether a text is names and nothing else."""
    names, rest = _names(_ET_AL.sub("", text))
    return bool(names) and not rest


def _names(text: str) -> tuple[list[str], str]:
    """Surnames at the beginning of a text, and the rest where the names end before it does."""
    text = text.lstrip(" ,，.:—–-").rstrip(" ,，:—–-")
    if (group := _GROUP.match(text)) and (not (rest := text[group.end() :].lstrip()) or rest[0] in ".,;:"):
        return [group.group()], rest.lstrip(" .,;:")
    if (plain_names := _GIVEN_FIRST.match(text)) and re.search(r"\b[A-ZÀ-Þ]\.|, and ", plain_names[1]):
        return [_family(name) for name in re.split(r",? and |, ", plain_names[1])], text[plain_names.end() :]
    groups = [group.strip(" ,，") for group in _AND.split(text) if group.strip(" ,，.")]
    parts = [[part.strip() for part in re.split(r"[,，]", group) if part.strip()] for group in groups]
    if (
        groups
        and all(len(part) == 2 or (len(part) % 2 == 0 and len(parts) > 1) for part in parts)
        and all(
            _is_name(family)
            and _is_name(given)
            and given < "\u2e80"
            and not _WITH_INITIALS.match(family)
            and not _OWN_NAME.match(given)
            for part in parts
            for family, given in zip(part[::2], part[1::2], strict=True)
        )
    ):
        return [name for part in parts for name in part[::2]], ""
    found: list[str] = []  # the names as they stand
    start, initials = 0, False  # whether they come with initials, which all of a list do or none
    marks = [mark.span() for mark in _BETWEEN.finditer(text)]
    comma = bool(marks) and text[slice(*marks[0])].strip() in {",", "，"}
    ends = [*marks, (len(text), len(text))]

    def named() -> list[str]:
        return _surnames(found, comma and not initials)

    def lone() -> bool:  # one surname and a comma, so that a given name may follow
        return comma and len(found) == 1 and sum(word.lower() not in PARTICLES for word in found[0].split()) == 1

    for place, (end, after) in enumerate(ends):
        name, here, start = text[start:end].strip(), start, after
        if not name or (_INITIALS.fullmatch(name) and found):
            initials = initials or bool(name)
            continue
        if found and re.search(rf"\s{_INITIAL}{{1,3}}$", found[-1]) and (inverted := _INVERTED.match(name)):
            return [*named(), inverted.group(1)], text[here + text[here:].index(name) + inverted.end() :]
        if not _is_name(name):
            if (
                found
                and not _WITH_INITIALS.search(found[-1])
                and (given := re.match(rf"(?:{_INITIAL}\.[\s-]*)+(?=\S)", name))
            ):
                return named(), name[given.end() :] + text[end:]
            if inverted := _INVERTED.match(name):
                return [*named(), inverted.group(1)], name[inverted.end() :] + text[end:]
            if lone() and not initials and (given := _GIVEN.match(name)):  # "Davids, Cathy N. A title"
                return named(), name[given.end() :] + text[end:]
            first, mark, rest = _first_sentence(name)
            if not mark or not _is_name(first) or (found and initials and _NO_TITLE.match(name)):
                return named(), text[here:].strip()
            if not found or not _INITIALS.fullmatch(first):
                found.append(first)
            return named(), rest + text[end:]
        if lone() and not initials and (given := _GIVEN.match(name)):
            return named(), text[here + text[here:].index(name) + given.end() :]
        following = text[after : ends[place + 1][0]].strip() if place + 1 < len(ends) else ""
        own = bool(_WITH_INITIALS.search(name)) or bool(
            _INITIALS.fullmatch(following) or re.match(rf"{_INITIAL}[a-z]?\.", following)
        )
        if found and initials and not own and (place + 1 < len(ends) or len(name.split()) == 1):
            return named(), text[here:].strip()  # a bare word after names with initials begins the title
        initials = own if not found else initials
        found.append(name)
    return named(), ""


def _surnames(names: list[str], inverted: bool) -> list[str]:
    """The surnames of names as they stand, of which the first may have its given names behind a comma: "Ito", "Kenji"."""
    plain_given = (
        inverted
        and len(names) > 1
        and names[1] < "\u2e80"
        and sum(word not in PARTICLES for word in names[0].split()) == 1
        and not _WITH_INITIALS.search(names[1])
    )
    if plain_given and (len(names) == 2 or all(len(name.split()) > 1 for name in names[2:])):
        del names[1]
    return [_family(name.rstrip(".") if len(name.split()[-1]) > 3 else name) for name in names]


def _is_name(text: str) -> bool:
    words = text.split()
    if not words or re.search(r"[\d:：“”\"()?!]|[^\W\d_]{3}\.\s", text):
        return False
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", text):
        return len(text) <= 6
    full = [word for word in words if len(word.strip(".")) > 1 and word.lower() not in PARTICLES]
    if len(full) > 4 or len(words) > 6 or _NO_NAMES & {*map(str.lower, words)}:
        return False
    return all(
        word.lower() in PARTICLES
        or word.lstrip("'’")[:1].isupper()
        or re.match(r"['’]t|a[a-z]{1,2}-[A-ZÀ-Þ]|el-[A-ZÀ-Þ]", word)
        or word[1:2] in {"'", "’", "."}
        for word in words
    )


def _family(name: str) -> str:
    """The surname of a name written "P. M. Todd", "Peter M. Todd", "Todd P. M." or "van den Oord"."""
    words = name.split()
    while (
        len(words) > 1
        and _INITIALS.fullmatch(words[-1])
        and len(words[-1].replace(".", "")) <= 3
        and words[-1].isupper()
    ):
        del words[-1]
    if len(words) > 1 and len(words[0]) > 2 and words[0].isupper() and not words[-1].isupper():  # "DELISLE Léopold"
        return words[0]
    return surname(" ".join(words))


def _first_sentence(text: str) -> tuple[str, str, str]:
    match = _SENTENCE.search(text)
    return (text[: match.start()], match.group(), text[match.end() :]) if match else (text, "", "")


def _title(text: str, labels: list[str]) -> tuple[str, str, str]:
    """The title, and what stands before and after it: in quotation marks, else the link, else the first sentence."""
    quoted = _QUOTED.search(text)
    if quoted and (
        len(text[: quoted.start()].split()) > 3 or re.match(r"\s+(?!in\s[A-Z“])[a-z]", text[quoted.end() :])
    ):
        quoted = None  # a word or two of a longer title
    if quoted:
        title = next(filter(None, quoted.groups()))
        return title.strip(" ,.，。"), text[: quoted.start()], text[quoted.end() :]
    label = max(labels, key=len, default="")
    if label in text and sum(3 if letter >= "\u2e80" else 1 for letter in label) >= 12:
        before, _, after = text.partition(label)
        if len(before) < 12:
            if re.match(r"\s+[a-z]", after):  # the link covers the beginning of the title only
                more, _, after = _first_sentence(after)
                label += more
            return label.strip(" ,.，。"), before, after
    text = text.strip(" ,，.。:：;)）]—–-")
    if _NO_TITLE.match(text):
        return "", "", text
    if _is_foreign(text):
        parts = _FOREIGN_STOP.split(text, maxsplit=1)
        title, slashes, venue = parts[0].partition(" // ")
        return title.strip(), "", (venue + " " if slashes else "") + (parts[1] if len(parts) > 1 else "")
    title, mark, after = _first_sentence(text)
    if "?" in mark or "!" in mark or re.fullmatch(r"(?:Chapter|Part|Section) \S{1,4}", title):  # the title goes on
        more, end, rest = _first_sentence(after)
        if end and not re.match(r"\s*(?:In\b|[A-Z][\w.& ]{2,40},? \(?\d)", more):
            title, mark, after = f"{title}{mark.rstrip()}{more}", end, rest
    if (venue := _VENUE.search(title)) and len(title[: venue.start()].split()) > 1:
        return title[: venue.start()].strip(" ,.“”"), "", title[venue.start() :] + mark + after
    return title.strip(" ,.") + mark.strip(' ."”'), "", after


def _tidy(text: str) -> str:
    return text.strip(' ,，.。:：;)）]”"—–-').strip()


def _is_foreign(text: str) -> bool:
    """Whether most letters of a text are not Latin."""
    letters = [character for character in text if character.isalpha()]
    return sum(character > "\u024f" for character in letters) * 2 > len(letters)


def _is_translated(title: str, authors: list[str], links: tuple[str, ...], venue: str) -> bool:
    """A title in another script than its authors, or than what it links to, is not the title of the work."""
    if not _is_foreign(title):
        return False
    return any(name.isascii() for name in authors) or bool(links) or bool(_ACRONYM.search(venue))
