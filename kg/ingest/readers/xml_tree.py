"""XML as a tree: reading it, the text in it, and what it gives twice."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

from kg.errors import InputError
from kg.ingest.readers.fields import once
from kg.ingest.readers.text_files import read_text

LONGEST_NAMESPACE = 200  # characters: each name of an element is held with its own
DEEPEST = 200  # elements in elements: the text of each is all that is in it
#: Attributes that make elements of one name several fields: the titles of an article and its journal, a name in other languages.
_KINDS = ["level", "unit", "type", "{http://www.w3.org/XML/1998/namespace}lang"]


def xml_of(path: Path) -> ET.Element:
    """The root of an XML file, in which the named characters of HTML may stand.

    Raises InputError where it is not valid, or where few letters stand for any amount of text: entities of its own, namespaces,
    elements in elements.
    """
    text = re.sub(r"&(?!(?:amp|lt|gt|quot|apos);)\w+;", lambda name: unescape(name[0]), read_text(path))
    if re.search(r"<!ENTITY\s+(?:%\s+)?[^\s\"']+\s+[\"']", text):  # those of files, as figures, are not loaded
        raise InputError(f"{path} defines entities (<!ENTITY), which no export does", "export it again")
    if re.search(rf"xmlns[^=<>]{{0,100}}=\s*[\"'][^\"'<>]{{{LONGEST_NAMESPACE}}}", text):
        raise InputError(f"{path} has a namespace of over {LONGEST_NAMESPACE} characters", "export it again")
    try:
        root = ET.fromstring(text)  # noqa: S314
    except ET.ParseError as error:
        raise InputError(f"{path} is not valid XML: {error}", "export it again") from error
    within = [root]
    for _ in range(DEEPEST):
        within = [part for item in within for part in item]
    if within:
        raise InputError(f"{path} has more than {DEEPEST} elements in one another", "export it again")
    return root


def outermost(root: ET.Element, *names: str) -> Iterator[ET.Element]:
    """The elements of these names, root included; those inside another one are none of their own."""
    ahead = [root]
    while ahead:
        item = ahead.pop()
        if item.tag in names:
            yield item
        else:
            ahead.extend(reversed(item))


def text_of(item: ET.Element, path: str = ".") -> str:
    """The text of an element, of all that is in it: of the first at the path that has some; "" where none has."""
    texts = (" ".join("".join(found.itertext()).split()) for found in item.iterfind(path))
    return next(filter(None, texts), "")


def once_within(item: ET.Element, single: Mapping[str, str], spaces: dict[str, str] | None = None) -> dict[str, str]:
    """The fields that an element has one each of, by their paths (several between |), as `once` has them.

    A field of a kind has it behind its name; of dates and pages in attributes (`when`, `from`) these count.

    Examples
    --------
    >>> work = ET.fromstring("<a><title type='sub'>By day</title><title>Lamps</title><title>LAMPS</title></a>")
    >>> once_within(work, {"title": "title"})
    {'title sub': 'By day', 'title': 'Lamps'}
    """
    places = [(name, path) for name, paths in single.items() for path in paths.split("|")]
    found = [(name, one) for name, path in places for one in item.iterfind(path, spaces)]
    values = (one.get("when") or one.get("from") or text_of(one) for _, one in found)
    kinds = (" ".join(filter(None, [name, *map(one.get, _KINDS)])) for name, one in found)
    return once(list(zip(kinds, values, strict=True)))
