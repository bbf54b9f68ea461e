"""The numbers on a page of the app, and those of a document: `<data value>` holds the exact one beside what is read."""

import re
from html import unescape
from typing import Any

from page_tags import Tags


def exact_numbers(page: str) -> list[float]:
    """The exact numbers of a page, in their order."""
    return [float(attributes["value"] or "") for tag, attributes in Tags(page).found if tag == "data"]


def numbers_in(document: Any) -> set[float]:
    """Every number anywhere in a document; numbers written in its texts too."""
    if isinstance(document, bool) or document is None:
        return set()
    if isinstance(document, int | float):
        return {float(document)}
    if isinstance(document, str):
        return {float(text.replace(",", "")) for text in re.findall(r"\d[\d,]*(?:\.\d+)?", document)}
    parts = document.values() if isinstance(document, dict) else document
    return set().union(*map(numbers_in, parts)) if parts else set()


def text_of(page: str) -> str:
    """What a page says, its blanks and lines as single blanks."""
    body = re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(body).split())
