"""What an article says of itself: title, authors, date and identifiers; nothing is guessed that it does not state.

They are looked for in the tags of a page, the front matter of Markdown, the preamble of LaTeX, then in the first lines.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.ids import scheme_of
from kg.ingest.readers.fields import day_in, identifiers_of, once, twice_in, year_in
from kg.ingest.readers.html_lines import described_in_page
from kg.ingest.readers.reference_text import addresses_in, is_person, plain
from kg.ingest.readers.tex import from_tex
from kg.model import Reference
from kg.text import clean_title, title_key

#: The front matter of Markdown, between two lines of three dashes.
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TAGS = {  # what a page's tags and front matter are called by those who write them, the surest first
    "title": ("citation_title", "dc.title", "dcterms.title", "og:title", "h1", "title"),
    "author": ("citation_author", "citation_authors", "dc.creator", "dcterms.creator", "authors", "author"),
    "date": (
        *("citation_publication_date", "citation_date", "citation_online_date", "dc.date", "dcterms.issued"),
        *("article:published_time", "date", "year", "published", "issued"),
    ),
    "venue": ("citation_journal_title", "citation_conference_title", "journal"),
    "doi": ("citation_doi", "prism.doi", "doi", "dc.identifier", "dc.identifier.doi"),
    "arxiv": ("citation_arxiv_id", "arxiv"),
}
_SECTIONS = frozenset(
    re.findall(
        r"\w+",
        "abstract contents introduction summary zusammenfassung einleitung inhalt resume resumen introduccion "
        "摘要 引言 目录",
    )
)
_DAY = r"(?:\d{4}-\d\d-\d\d|(?:\d{1,2}\.? )?[^\W\d_]{3,10}\.? (?:\d{1,2},? )?\d{4}|\d{4}年[\d月日]*|\d{4})"
_DATE_LINE = re.compile(
    rf"(?:(?:published|posted|date|datum|veröffentlicht|publié|publicado|日期|发表于)\b[^\d:：]{{0,12}}[:：]?\s*)?(?P<day>{_DAY})",
    re.IGNORECASE,
)
# "Jane Doe, March 2021": who or where, it does not say
_NAMED_DATE = re.compile(rf"[^\d]{{2,60}}[,(]\s*(?P<day>{_DAY})\)?")
#: The same where names alone are taken for authors: directly below the title.
_BARE_BY = re.compile(rf"(?P<names>[^\d()]{{3,150}}?)\s*[,(·|]\s*(?P<day>{_DAY})\)?")
#: Words of places, publishers and notes that look like a name there: "New York, 2021".
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        "new san santa los las saint north south east west united kingdom states city university press "
        "institute journal review college school department society last first published updated online draft "
        "version revised spring summer autumn fall winter",
    )
)
_BY = re.compile(
    r"(?:(?:(?:written )?by|von|par|por|di|door)\s|(?:authors?|aut[oe]u?r(?:[eis]|es|en)?|автор\w?|作者)\s?[:：])\s*"
    rf"(?P<names>.+?)(?:\s*[,·|•(—–-]?\s*(?:on )?(?P<day>{_DAY})\)?)?",
    re.IGNORECASE,
)
#: A line that names the original of a translation: its title, its address, or both.
_ORIGINAL = re.compile(
    r"(?:original(?: title| article)?|originaltitel|titre original|título original|titolo originale|translated from|оригинал|"
    r"原文(?:标题|链接|地址)?|原题|原標題|译自)\s*[:：]\s*(?P<what>.*)",
    re.IGNORECASE,
)
_LINES = 8  # so many lines below a title may name authors and date


def head_of(text: str, lines: Sequence[tuple[str, str]], *, page: bool) -> Reference:
    """What an article says of itself; whatever it does not state stays empty, and `fault` has what it states twice.

    Parameters
    ----------
    text : str
        The whole article.
    lines : sequence of tuple of str
        What its first lines are, "heading", "item" or "paragraph", with their text.
    page : bool
        Whether it is HTML.
    """
    said = described_in_page(text) if page else _of_latex(text) or _of_front_matter(text) or _of_percent_lines(text)
    first = next((k for k, (kind, line) in enumerate(lines) if _is_title(kind, line, k)), None)
    title = clean_title(_of_site(_first(said, "title"), said)) or ("" if first is None else plain(lines[first][1]))
    below = [plain(line) for kind, line in lines[0 if first is None else first + 1 :][:_LINES] if kind == "paragraph"]
    below = [line for line in below if len(line) <= 200]
    authors, day = _authors(said), _first(said, "date")
    if (
        below
        and not authors
        and not _BY.fullmatch(below[0])
        and (by := _BARE_BY.fullmatch(below[0]))
        and (names := _bare(by["names"]))
    ):
        authors, day = names, day or by["day"]
    for line in below:
        if not authors and (by := _BY.fullmatch(line)) and (names := _split(by["names"])):
            authors, day = names, day or by["day"] or ""
        elif not day and (dated := _DATE_LINE.fullmatch(line) or _NAMED_DATE.fullmatch(line)):
            day = dated["day"]
    original = next((m for _, line in lines[:_LINES] if (m := _ORIGINAL.fullmatch(line.strip(" >*_")))), None)
    named = [(name, one) for what in ("title", "date", "venue") for name in _TAGS[what] for one in said.get(name, ())]
    stated = plain(original["what"]).strip('《》“”" ') if original else ""
    return Reference(
        title=stated or title,
        authors=authors,
        year=year_in(day),
        date=day_in(day),
        venue=_first(said, "venue"),
        identifiers=_identifiers(said),
        links=addresses_in(original["what"]) if original else (),
        translated=bool(original and not stated),
        fault=twice_in(once(named)),
    )


def _is_title(kind: str, line: str, place: int) -> bool:
    """Whether a line is the title: a heading that is not the name of a section, or a short first line that is no sentence."""
    words = title_key(re.sub(r"^[\d.]+\s+", "", plain(line)))
    if kind == "heading":
        return bool(words) and words not in _SECTIONS
    return kind == "paragraph" and place == 0 and len(line) <= 150 and not re.search(r"[.:;,。：；，]$", line)


def _of_site(title: str, said: Mapping[str, list[str]]) -> str:
    """A title without the name of its site, where the first heading has it so: "Drift - Wikipedia" is "Drift"."""
    heading = " ".join(said.get("h1", [""])[0].split())
    named = heading and title.startswith(heading) and re.match(r"\s+[-|–—·:]\s", title[len(heading) :])
    return heading if named else title


def _first(said: Mapping[str, list[str]], what: str) -> str:
    """The first value that is not empty, by the surest of the names."""
    return next((" ".join(value.split()) for name in _TAGS[what] for value in said.get(name, ()) if value.strip()), "")


def _authors(said: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The authors as tags name them, each in a tag of its own or all in one."""
    tag = next((tag for tag in _TAGS["author"] if any(said.get(tag, ()))), "")
    names = [" ".join(name.split()) for name in said.get(tag, ()) if name.strip()]
    if len(names) == 1 and tag in {"author", "authors", "citation_authors"}:
        names = list(_split(names[0])) or names
    return tuple(dict.fromkeys(names))


def _split(text: str) -> tuple[str, ...]:
    """Names of persons in a row, or none where one of them is something else."""
    marks = r"\s*;\s*" if ";" in text else r"\s*(?:,\s*(?:and\s)?|&|、|，|\s(?:and|und|et|y|e|и)\s)\s*"
    names = [name for name in re.split(marks, text) if name]
    return tuple(dict.fromkeys(names)) if names and all(map(is_person, names)) else ()


def _bare(text: str) -> tuple[str, ...]:
    """Names of persons in a row, each of two to four capitalised words and of no other use; none where one is not.

    Examples
    --------
    >>> _bare("Anna Weber and Ben van der Reed"), _bare("New York"), _bare("Anna Weber, Berlin")
    (('Anna Weber', 'Ben van der Reed'), (), ())
    """
    names = [name.split() for name in _split(text)]
    fit = all(2 <= len(words) <= 4 and words[0][0].isupper() and words[-1][0].isupper() for words in names)
    return tuple(map(" ".join, names)) if fit and _NO_NAMES.isdisjoint(text.lower().split()) else ()


def _identifiers(said: Mapping[str, list[str]]) -> tuple[str, ...]:
    found = [
        name
        for what in ("doi", "arxiv")
        for tag in _TAGS[what]
        for value in said.get(tag, ())
        for name in identifiers_of(**{what: value})
    ]
    return tuple(dict.fromkeys(name for name in found if scheme_of(name) in {"doi", "arxiv"}))


# --- where it is said


def _of_front_matter(text: str) -> dict[str, list[str]]:
    """The fields of front matter in YAML; none where it cannot be read."""
    import yaml

    if not (block := FRONT_MATTER.match(text)):
        return {}
    said, loader = dict[str, list[str]](), yaml.BaseLoader(block[1])  # texts alone
    try:
        node = loader.get_single_node()
        for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
            key = str(loader.construct_object(name, deep=True)).lower()
            said.setdefault(key, []).extend(_texts(loader.construct_object(value, deep=True)))
    except (yaml.YAMLError, RecursionError):
        return {}
    return said


def _texts(value: Any) -> Iterator[str]:
    """The texts of a field: one, a list of them, or of descriptions of persons."""
    for item in value if isinstance(value, list) else [value]:
        person = item if isinstance(item, dict) else {}
        name = person.get("name") or f"{person.get('given', '')} {person.get('family', '')}" if person else item
        if isinstance(name, str):
            yield plain(name)


def _of_percent_lines(text: str) -> dict[str, list[str]]:
    """The title, authors and date that pandoc reads from three lines that begin with a percent sign."""
    lines = [line[1:].strip() for line in text.split("\n", 3)[:3] if line.startswith("%")]
    return (
        {name: [value] for name, value in zip(("title", "author", "date"), lines, strict=False)}
        if text.startswith("% ")
        else {}
    )


def _of_latex(text: str) -> dict[str, list[str]]:
    r"""The arguments of \title, \author and \date."""
    bare = re.sub(r"(?<!\\)%.*", "", text) if r"\title" in text else ""
    if not (title := _arguments(bare, "title")):
        return {}
    authors = [
        re.split(r"\\\\|\n\s*\n", name)[0]
        for given in _arguments(bare, "author")
        for name in re.split(r"\\(?:and|And|AND|qquad|quad)(?![a-zA-Z])", _without_notes(given))
    ]
    names = [part for name in authors for part in re.split(r"\s*,\s*|\s+and\s+", from_tex(name)) if is_person(part)]
    return {
        "title": [from_tex(_without_notes(one).replace(r"\\", " ")) for one in title],
        "authors": names,
        "date": [from_tex(day) for day in _arguments(bare, "date") if r"\today" not in day],
    }


def _arguments(text: str, command: str) -> list[str]:
    """What stands in braces behind each use of a command."""
    found, end = [], 0
    opening = re.compile(rf"\\{command}\s*+(?:\[[^\[\]]*\]\s*+)?\{{")
    while match := opening.search(text, end):
        depth, end = 1, match.end()
        while depth and end < min(len(text), match.end() + 5000):
            depth += {"{": 1, "}": -1}.get(text[end], 0) if text[end - 1] != "\\" else 0
            end += 1
        found.append(text[match.end() : end - 1])
    return found


def _without_notes(text: str) -> str:
    r"""An argument without its footnotes and marks: \thanks{...}, $^1$, \inst{1}."""
    text = re.sub(
        r"\\(?:thanks|footnote|inst|textsuperscript|orcidlink|email|affil\w*)\s*\{(?:[^{}]|\{[^{}]*\})*\}", "", text
    )
    return re.sub(r"\$\s*\^[^$]*\$", "", text)
