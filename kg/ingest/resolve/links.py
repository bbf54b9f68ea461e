"""What the address behind a reference tells about the work, beyond identifiers."""

import re
from urllib.parse import unquote

from kg.ids import parts_of

_GENERIC = frozenset(
    re.findall(
        r"\w+",
        "abstract abs article bitstream content default document download files full handle html http https index "
        "links media paper papers pdfs profile proceedings publication publications record uploads view viewdoc "
        "final camera ready preprint version draft slides poster",
    )
)


def ieee_number(link: str) -> str | None:
    """The document number of IEEE Xplore, which most of its conference DOIs end in.

    Examples
    --------
    >>> ieee_number("https://ieeexplore.ieee.org/abstract/document/6406762/")
    '6406762'
    """
    match = re.search(r"ieeexplore\.ieee\.org/.*?(?:document/|arnumber=|/0*)(\d{4,9})(?!\d)", link, re.IGNORECASE)
    return match.group(1).lstrip("0") if match else None


def title_in(link: str) -> str:
    """The title spelled out in the last part of an address, or "" where there is none.

    Examples
    --------
    >>> title_in("https://papers.nips.cc/paper/3674-unsupervised-feature-learning-for-audio-classification.pdf")
    'unsupervised feature learning for audio classification'
    """
    words = [word for word in re.split(r"[-_+\s]+", _name(link)) if word]
    while words and words[0].isdecimal():
        del words[0]
    while words and (words[-1].isdecimal() or words[-1].lower() in _GENERIC | {"pdf"}):
        del words[-1]
    return " ".join(words) if len(words) >= 5 and all(word.isalnum() for word in words) else ""


def words_in(link: str) -> frozenset[str]:
    """Words of four letters or more in the path of an address that may name authors or title words.

    Examples
    --------
    >>> sorted(words_in("https://repositori.upf.edu/bitstream/handle/10230/27038/serra_CBMI16_expe.pdf?sequence=1"))
    ['cbmi', 'expe', 'serra']
    """
    return frozenset(re.findall(r"[a-z]{4,}", re.sub(r"\.\w{1,5}$", "", _path(link).lower()))) - _GENERIC


def _path(link: str) -> str:
    parts = parts_of(link)
    return unquote(parts.path) if parts else ""


def _name(link: str) -> str:
    name = _path(link).rstrip("/").rpartition("/")[2]
    return re.sub(r"\.(?:pdf|html?|aspx?|php|ps|gz)$", "", name, flags=re.IGNORECASE)
