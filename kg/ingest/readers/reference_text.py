"""One entry of a reference list -> authors, year, title, venue, links and identifiers, as far as its text tells."""

import html
import re
from itertools import takewhile

from kg.ids import find_identifiers, parse_identifier, scheme_of
from kg.ingest.readers.cited_strings import parse_scopus
from kg.model import Reference
from kg.text import surname

_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+\"[^\"]*\")?\s*\)"
)
_ADDRESS = re.compile(r"<?https?://[^\s<>\"”，。；]+>?", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"\b(?:doi:?\s*)?10\.\d{4,9}/[^\s\"<>\]]+|\barxiv(?: preprint)?(?: arxiv)?:\s*[\w./-]+", re.IGNORECASE
)
_ET_AL = re.compile(
    r"[,，]?\s*(?:\b(?:and|und|y|et|e|&)\s+)?(?:\bet\.?\s*al\b\.?|等人?|\bu\.\s?a\.|\bи др\.?|ほか|\bothers\b|\boutros\b|\botros\b)"
)
_YEAR = r"(?<![\d.:/–-])(1[5-9]\d\d|20\d\d)(?![\d–]|-\d|\.\d)"
_DATED = re.compile(rf"[(（\[]\s*(?:\w+\.?\s+)?{_YEAR}[a-z]?(?:[,，][^()（）]{{0,20}})?\s*[)）\]]")
_HEAD_YEAR = re.compile(rf"[,，.:]?\s*{_YEAR}[a-z]?\s*年?")
_QUOTED = re.compile(
    r"“([^“”]{4,})”|\"([^\"]{4,})\"|«([^«»]{4,})»|„([^„“”]{4,})[“”]|「([^「」]{2,})」|『([^『』]{2,})』|``(.{4,}?)''"
)
_AND = re.compile(r"\s*(?:;|；|、|&|(?:^|(?<=[\s,，.]))(?:and|und|et|y|и|e)\s|和|与|及)\s*")
_BETWEEN = re.compile(rf"{_AND.pattern}|\s*[,，]\s*")
_INITIAL = "[A-ZÀ-ÞА-Я]"
_INITIALS = re.compile(rf"(?:{_INITIAL}[a-z]?\.?[\s-]*){{1,4}}")
_INVERTED = re.compile(rf"([^\W\d_][\w'’-]+)\s+(?:{_INITIAL}{{1,2}}\.\s*){{1,3}}(?=\S{{2}}|A\s)")
_PARTICLES = frozenset(re.findall(r"\w+", "van von de der den del della di da du la le el al bin ibn ter ten dos das"))
_NO_NAMES = frozenset(re.findall(r"\w+", "the of for in on to with and an from is are all by using via at as its"))
_SENTENCE = re.compile(
    r"(?<=[^\W_]{2})[.?!]+[\"”]?(?=\s+[\"“\[(A-ZÀ-ÞА-Я一-鿿\d]|\s+arXiv|\s*$)|(?<=[\d)\]\"”])\.(?=\s|$)|\.(?=\s+In\s)"
)
_FOREIGN_STOP = re.compile(r"[。，．]|(?<=\w\w)\.\s")
_ACRONYM = re.compile(r"[(（]\s*([A-Z][A-Za-z&]{0,12}[A-Z])(?:[\s'’-]?\d{2,4})?\s*[)）]|\b([A-Z]{3,10})\b")


def parse_reference(text: str, *, where: str = "") -> Reference:
    """What one entry tells. Whatever cannot be read stays empty; the entry itself is always kept as `text`."""
    links = tuple(
        dict.fromkeys(
            [address for label, address in _LINK.findall(text) if address]
            + [address.strip("<>").rstrip(".,;)") for address in _ADDRESS.findall(_LINK.sub(" ", text))]
        )
    )
    labels = [plain(label) for label, _ in _LINK.findall(text)]
    clean = plain(text)
    bare = " ".join(_IDENTIFIER.sub(" ", clean).split())
    year: int | None
    if scopus := parse_scopus(bare):
        names, title, year, venue = scopus
        authors, et_al = [surname(name) for name in names], False
    else:
        head, year, rest = _split(bare)
        et_al = bool(_ET_AL.search(head))
        authors, remainder = _names(_ET_AL.sub("", head))
        title, before, after = _title(" ".join(filter(None, (remainder, rest))), labels)
        venue = " ".join(filter(None, (_tidy(before), _tidy(after)))) if title else ""
    identifiers = [parse_identifier(link) for link in links]
    identifiers += find_identifiers(clean)
    return Reference(
        text=" ".join(text.split()),
        where=where,
        authors=tuple(authors),
        et_al=et_al,
        year=year,
        title=title,
        translated=_is_translated(title, authors, links, venue),
        venue=venue,
        acronyms=tuple(dict.fromkeys(first or second for first, second in _ACRONYM.findall(venue))),
        links=links,
        identifiers=tuple(dict.fromkeys(name for name in identifiers if name and scheme_of(name) != "url")),
    )


def plain(text: str) -> str:
    """A piece of Markdown without its markup: link texts stay, addresses, images and emphasis go."""
    text = _LINK.sub(lambda match: "" if match.group().startswith("!") else match.group(1), html.unescape(text))
    text = re.sub(r"<(?!https?:)/?[a-zA-Z][^<>]*>", "", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!-])", r"\1", re.sub(r"(?<!\\)[*`]|(?<!\w)_+|_+(?!\w)", "", text))
    return " ".join(_ADDRESS.sub(" ", text).split())


def has_year(text: str) -> bool:
    """Whether a text holds something like a year of publication."""
    return bool(re.search(_YEAR, plain(text)))


def _split(text: str) -> tuple[str, int | None, str]:
    """The text before the year of publication, that year, and the text after it.

    The year is the first in brackets, else the first that follows names, else the last one (then all stays before).
    """
    dated = _DATED.search(text)
    early = next((match for match in _HEAD_YEAR.finditer(text) if _is_head(text[: match.start()])), None)
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
    groups = [group.strip(" ,，") for group in _AND.split(text) if group.strip(" ,，.")]
    parts = [[part.strip() for part in re.split(r"[,，]", group) if part.strip()] for group in groups]
    if groups and all(len(part) == 2 and _is_name(part[0]) and _is_name(part[1]) for part in parts):
        return [part[0] for part in parts], ""
    names: list[str] = []
    start, bare = 0, False  # bare: the name before had no initials, so that they may follow
    for end, after in [*(mark.span() for mark in _BETWEEN.finditer(text)), (len(text), len(text))]:
        name, here, start = text[start:end].strip(), start, after
        if not name or (_INITIALS.fullmatch(name) and names):
            continue
        if not _is_name(name):
            if bare and (initials := re.match(rf"(?:{_INITIAL}\.[\s-]*)+(?=\S)", name)):
                return names, name[initials.end() :] + text[end:]
            if inverted := _INVERTED.match(name):
                return [*names, inverted.group(1)], name[inverted.end() :] + text[end:]
            first, mark, rest = _first_sentence(name)
            if not mark or not _is_name(first):
                return names, text[here:].strip()
            if not names or not _INITIALS.fullmatch(first):
                names.append(_family(first))
            return names, rest + text[end:]
        names.append(_family(name))
        bare = name == names[-1]
    return names, ""


def _is_name(text: str) -> bool:
    words = text.split()
    if not words or re.search(r"[\d:：“”\"()?!]|[^\W\d_]{3,}\.\s", text):
        return False
    if re.search(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", text):
        return len(text) <= 6
    full = [word for word in words if len(word.strip(".")) > 1 and word.lower() not in _PARTICLES]
    if len(full) > 4 or len(words) > 6 or _NO_NAMES & {*map(str.lower, words)}:
        return False
    return all(word.lower() in _PARTICLES or word[0].isupper() or word[1:2] in {"'", "’", "."} for word in words)


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
    if words[0].lower() in _PARTICLES:
        return " ".join(words)
    tail = list(takewhile(lambda word: word.lower() in _PARTICLES, reversed(words[:-1])))
    return " ".join([*reversed(tail), surname(" ".join(words))])


def _first_sentence(text: str) -> tuple[str, str, str]:
    match = _SENTENCE.search(text)
    return (text[: match.start()], match.group(), text[match.end() :]) if match else (text, "", "")


def _title(text: str, labels: list[str]) -> tuple[str, str, str]:
    """The title, and what stands before and after it: in quotation marks, else the link, else the first sentence."""
    quoted = _QUOTED.search(text)
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
    if _is_foreign(text):
        parts = _FOREIGN_STOP.split(text, maxsplit=1)
        return parts[0].strip(), "", parts[1] if len(parts) > 1 else ""
    title, mark, after = _first_sentence(text)
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
