"""Identifiers of works: recognise them and bring them into one normal form.

The normal form is `scheme:value`, so that two spellings of one identifier are equal strings:
`doi:10.1109/icnn.1988.23933`, `arxiv:1609.03499`, `corpus:6254678`, `s2:<40 hex>`, `url:...`.
"""

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

# the part in angle brackets is that of old identifiers inside DOIs (SICI): 42:4<235::AID-ASI1>3.0.CO;2-X
_DOI = re.compile(r"10\.\d{4,9}/(?:[^\s\"<>]|<\d+::[^\s<>]+>)+", re.IGNORECASE)
_ARXIV = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]{1,20}(?:\.[a-z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE)
_PREFIXES = {
    "doi": "doi",
    "arxiv": "arxiv",
    "corpusid": "corpus",
    "corpus": "corpus",
    "mag": "mag",
    "pmid": "pmid",
    "pmcid": "pmcid",
    "acl": "acl",
    "dblp": "dblp",
    "s2": "s2",
    "openalex": "openalex",
    "isbn": "isbn",
    "url": "url",
}
#: What the place is called that an identifier of each scheme leads to.
LINK_NAMES: Final = {
    "doi": "DOI",
    "arxiv": "arXiv",
    "corpus": "Semantic Scholar",
    "s2": "Semantic Scholar",
    "openalex": "OpenAlex",
    "pmid": "PubMed",
    "pmcid": "PubMed Central",
    "acl": "ACL Anthology",
}
LONGEST: Final = 2_000  # characters of an identifier or address
_WEB = re.compile(r"\s*https?://", re.IGNORECASE)
#: Most of the addresses that a catalogue gives need no parsing: a DOI in lower case, a work of OpenAlex.
_PLAIN = re.compile(r"https://(?:doi\.org/(10\.\d{4,9}/[a-z0-9._()/:;-]*[a-z0-9])|openalex\.org/(W\d+))", re.ASCII)
_ODD = re.compile(r"10\.48550/arxiv\.|.*(?:\.pdf|/(?:full|abstract|pdf|epdf))$")
_IRI = {
    "doi": "https://doi.org/{}",
    "arxiv": "https://arxiv.org/abs/{}",
    "corpus": "https://api.semanticscholar.org/CorpusID:{}",
    "s2": "https://www.semanticscholar.org/paper/{}",
    "openalex": "https://openalex.org/{}",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}",
    "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/{}",
    "acl": "https://aclanthology.org/{}",
    "url": "{}",
}


def parse_identifier(text: str) -> str | None:
    """The normal form of an identifier or of its web address, or None where the text is neither.

    A number alone is not recognised: it could be of any scheme. Nor is what has over 2,000 characters.

    Examples
    --------
    >>> parse_identifier("https://doi.org/10.1109/ICNN.1988.23933")
    'doi:10.1109/icnn.1988.23933'
    >>> parse_identifier("arXiv:1609.03499v2"), parse_identifier("https://arxiv.org/pdf/1609.03499.pdf")
    ('arxiv:1609.03499', 'arxiv:1609.03499')
    >>> parse_identifier("10.48550/arXiv.1609.03499")
    'arxiv:1609.03499'
    >>> parse_identifier("Todd 1989") is None
    True
    """
    if len(text) > LONGEST:
        return None
    if (plain := _PLAIN.fullmatch(text)) and not ((doi := plain[1]) and _ODD.match(doi)):
        return f"doi:{doi}" if doi else f"openalex:{plain[2]}"
    text = text.strip().strip("<>").strip()
    if _WEB.match(text):
        return _from_url(text)
    prefix, colon, value = text.partition(":")
    scheme = _PREFIXES.get(prefix.strip().lower())
    if scheme == "url":
        return parse_identifier(value) if _WEB.match(value) else None
    if colon and scheme:
        return _normal(scheme, value.strip())
    if _DOI.fullmatch(text):
        return _normal("doi", text)
    if _ARXIV.fullmatch(text):
        return _normal("arxiv", text)
    if re.fullmatch(r"[0-9a-f]{40}", text, re.IGNORECASE):
        return _normal("s2", text)
    return None


def find_identifiers(text: str) -> list[str]:
    """Every DOI, arXiv id and web address in running text, in order, once each.

    Examples
    --------
    >>> find_identifiers("see doi:10.1162/neco.2006.18.7.1527 and arXiv:1803.05428.")
    ['doi:10.1162/neco.2006.18.7.1527', 'arxiv:1803.05428']
    """
    found = dict[str, None]()
    for match in re.finditer(
        r"https?://[^\s\"<>\]]+|(?:doi:\s*)?10\.\d{4,9}/(?:[^\s\"<>\]]|<\d+::[^\s<>]+>)+|arxiv:\s*[\w./-]+|\bpmid:\s*\d+|\bpmcid:\s*pmc\d+",
        text,
        re.IGNORECASE,
    ):
        if identifier := parse_identifier(re.sub(r":\s+", ":", _trim(match.group()))):
            found[identifier] = None
    return [*found]


def scheme_of(identifier: str) -> str:
    """The scheme of an identifier in normal form, such as `doi` or `arxiv`."""
    return identifier.partition(":")[0]


def iri_of(identifier: str) -> str | None:
    """The web address of an identifier in normal form, or None; only http(s) addresses, never script.

    Examples
    --------
    >>> iri_of("doi:10.1109/icnn.1988.23933")
    'https://doi.org/10.1109/icnn.1988.23933'
    """
    scheme, _, value = identifier.partition(":")
    template = _IRI.get(scheme)
    return template.format(value) if template and (scheme != "url" or (_WEB.match(value) and parts_of(value))) else None


def parts_of(url: str) -> SplitResult | None:
    """The parts of a web address; None where it is none, as with brackets that are not a valid host: http://[x."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _normal(scheme: str, value: str) -> str | None:
    value = value.strip().rstrip(".,;")
    if not value:
        return None
    if scheme == "doi":
        match = _DOI.search(unquote(value))
        if not match:
            return None
        value = match.group().lower().rstrip(".,;")
        if value.startswith("10.48550/arxiv."):
            return _normal("arxiv", value.removeprefix("10.48550/arxiv."))
    elif scheme == "arxiv":
        if not _ARXIV.fullmatch(value):
            return None
        value = re.sub(r"v\d+$", "", value.lower())
    elif scheme in {"corpus", "mag", "pmid"}:
        if not value.isdecimal():
            return None
        value = value.lstrip("0") or "0"
    elif scheme == "pmcid":
        value = f"PMC{value.upper().removeprefix('PMC')}"
    elif scheme == "s2":
        value = value.lower()
    return f"{scheme}:{value}"


def _trim(text: str) -> str:
    """Drop sentence punctuation and an unmatched closing bracket from the end of a match in running text."""
    text = text.rstrip(".,;:'")
    while len(text) <= LONGEST and text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip(".,;:'")
    return text


def _from_url(url: str) -> str | None:
    if (parts := parts_of(url)) is None:
        return None
    host = (parts.hostname or "").lower().removeprefix("www.")
    path = unquote(parts.path)
    if host.endswith("arxiv.org") and (match := _ARXIV.search(path)):
        return _normal("arxiv", match.group()) or f"url:{url}"
    if host.endswith("semanticscholar.org"):
        if match := re.search(r"corpusid:(\d+)", path, re.IGNORECASE):
            return f"corpus:{match.group(1)}"
        if match := re.search(r"[0-9a-f]{40}", path.lower()):
            return f"s2:{match.group()}"
    if host == "openalex.org" and (match := re.fullmatch(r"/(?:works/)?(W\d+)", path, re.IGNORECASE)):
        return f"openalex:{match.group(1).upper()}"
    if host.endswith(("ncbi.nlm.nih.gov", "europepmc.org")):
        if match := re.search(r"/(PMC\d+)", path, re.IGNORECASE):
            return _normal("pmcid", match.group(1)) or f"url:{url}"
        if match := re.fullmatch(r"/(?:pubmed/|article/med/|abstract/med/)?(\d+)/?", path, re.IGNORECASE):
            return _normal("pmid", match.group(1)) or f"url:{url}"
    if host.endswith(("biorxiv.org", "medrxiv.org")):
        path = re.sub(r"v\d+(?:\.\S*)?$", "", path)
    if host == "aclanthology.org" and path.strip("/"):
        return f"acl:{path.strip('/').removesuffix('.pdf')}"
    if match := _DOI.search(path):
        doi = re.sub(r"/?(?:\.pdf|/(?:full|abstract|pdf|epdf))$", "", match.group(), flags=re.IGNORECASE)
        return _normal("doi", doi) or f"url:{url}"
    named = (_normal("doi", value) for _, value in parse_qsl(parts.query) if _DOI.fullmatch(value))
    return next(filter(None, named), f"url:{url}")
