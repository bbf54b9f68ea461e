"""The languages of the interface: English as written in the templates, and the catalogues beside this file.

Titles, names and the sentences of answers stay as they are; what people click and read around them is translated.
"""

import json
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")
_HERE = Path(__file__).parent / "words"


def words(language: str, text: str) -> str:
    """A text of the interface in a language; the text itself where the catalogue has none.

    Examples
    --------
    >>> words("en", "Search"), words("zh", "Search")
    ('Search', '搜索')
    """
    return text if language == "en" else _catalogue(language).get(text, text)


def chosen(asked: str | None, accepted: str) -> str:
    """The language of a page: the one asked for in its address, else the first of the browser's that there is.

    Parameters
    ----------
    asked : str or None
        The value of `lang`.
    accepted : str
        The header Accept-Language.

    Examples
    --------
    >>> chosen(None, "fr;q=0.9, zh-CN;q=0.8, en;q=0.5"), chosen("en", "zh"), chosen(None, "fr")
    ('zh', 'en', 'en')
    """
    if asked in LANGUAGES:
        return asked
    wanted = []
    for part in accepted.split(",")[:20]:
        tag, _, quality = part.strip().partition(";")
        try:
            wanted.append((-float(quality.strip().removeprefix("q=") or 1), tag.lower().split("-")[0]))
        except ValueError:
            continue
    return next((tag for _, tag in sorted(wanted, key=lambda pair: pair[0]) if tag in LANGUAGES), "en")


@cache
def _catalogue(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((_HERE / f"{language}.json").read_text(encoding="utf-8"))
    return found
