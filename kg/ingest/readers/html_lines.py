"""HTML -> the same plain lines a Markdown author would write: headings, list items, links. Nothing else is kept."""

import re

from kg.text import unescaped

_SILENT = frozenset({"script", "style", "nav", "footer", "head", "template", "noscript", "svg", "form"})
_BREAKS = frozenset({"p", "div", "section", "article", "tr", "dt", "dd", "table", "ul", "ol", "dl", "blockquote"})
_HEADING = re.compile(r"h[1-6]")
#: A script or style with what is in it, a comment, or a tag; no part of the text is looked at twice.
_MARKUP = re.compile(
    r"<(?:(?P<raw>script|style)(?=[\s>/])[^>]*+(?<!/)>.*?(?:</(?P=raw)\s*>|\Z)|!--.*?(?:-->|\Z)|[!?][^>]*+>?"
    r"|(?P<end>/?)(?P<tag>[a-z][^\s/>]*+)(?P<attributes>(?:=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)|[^>])*+)>?)",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 200_000  # so many characters of a page are searched for tags that describe it
_ATTRIBUTE = re.compile(r"([^\s=\"'/]+)(?:\s*=\s*(\"[^\"]*|'[^']*|\S+))?")


def looks_like_html(text: str) -> bool:
    """Whether a text is a page or a piece of one, rather than Markdown with a tag here and there."""
    head = text[:2000].lower()
    return bool(
        re.search(r"<!doctype html|<html[\s>]|<body[\s>]", head)
        or re.match(r"\s*<(?:h[1-6]|p|div|ul|ol|section|article|main)[\s>]", head)
    )


def lines_of_html(html: str) -> list[str]:
    """The page as lines: `## heading`, `* item` (one line each), `[text](address)`; scripts and menus left out.

    Examples
    --------
    >>> lines_of_html('<h2>References</h2><ul><li><p>Todd, <a href="x.org">A title</a></li></ul>')
    ['## References', '', '* Todd, [A title](x.org)', '']
    """
    page = _Page()
    page.read(html)
    return page.lines


def described_in_page(html: str) -> dict[str, list[str]]:
    """What the tags of a page say of it, by their names in lower case, with its `title` and its first heading, `h1`.

    Examples
    --------
    >>> described_in_page('<title>My &amp; page</title><meta name="Author" content="Ada Stone">')
    {'title': ['My & page'], 'author': ['Ada Stone']}
    """
    said: dict[str, list[str]] = {}
    html, inside, at = html[:_HEAD], "", 0
    for mark in _MARKUP.finditer(html):
        if inside:
            said[inside] = [said[inside][0] + unescaped(html[at : mark.start()])]
        at, tag = mark.end(), (mark["tag"] or "").lower()
        if tag in {"h1", "title"}:
            inside = "" if mark["end"] or tag in said else tag
            said.setdefault(tag, [""])
        elif tag == "meta":
            name = _attribute("name", mark["attributes"]) or _attribute("property", mark["attributes"])
            said.setdefault(name.lower(), []).append(_attribute("content", mark["attributes"]))
    return said


class _Page:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line: list[str] = []
        self._prefix = ""
        self._silent = 0
        self._label = 0
        self._items = 0
        self._address = ""

    def read(self, html: str) -> None:
        """Go through the page as a browser does: a tag, comment or script left open ends with the page."""
        at = 0
        for mark in _MARKUP.finditer(html):
            self._text(unescaped(html[at : mark.start()]))
            at = mark.end()
            if not (tag := (mark["tag"] or "").lower()):
                continue
            if mark["end"]:
                self._end(tag)
            else:
                self._start(tag, mark["attributes"])
                if mark["attributes"].endswith("/"):
                    self._end(tag)
        self._text(unescaped(html[at:]))
        self.end_line()

    def _start(self, tag: str, attributes: str) -> None:
        if tag == "span" and (self._label or "ltx_tag" in _attribute("class", attributes).split()):
            # the number or key of an entry, as arXiv and ar5iv print it; the entry itself ends one that was left open
            self._label = 0 if "ltx_bibblock" in attributes else self._label + 1
        if tag in _SILENT:
            self._silent += 1
        elif tag == "li":
            self._items += 1
            self.end_line()
            self._prefix = "* "
        elif _HEADING.fullmatch(tag):
            self._block()
            self._prefix = "#" * int(tag[1]) + " "
        elif tag == "br" and not self._items:
            self.end_line()
        elif tag in _BREAKS:
            self._block()
        elif tag == "a":
            self._address = re.sub(r"\s", "", _attribute("href", attributes))
            if self._address:
                self._line.append("[")

    def _end(self, tag: str) -> None:
        if tag == "span":
            self._label = max(0, self._label - 1)
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "li":
            self._items = max(0, self._items - 1)
            self.end_line()
        elif tag in _BREAKS or _HEADING.fullmatch(tag):
            self._items = 0 if tag in {"ul", "ol"} else self._items  # items may be left unclosed
            self._block()
        elif tag == "a" and self._address:
            self._line.append(f"]({self._address})")
            self._address = ""

    def _text(self, text: str) -> None:
        if text and not self._silent and not self._label and (self._line or not text.isspace()):
            self._line.append(text)

    def end_line(self) -> None:
        text = " ".join("".join(self._line).split())
        if text:
            self.lines.append(self._prefix + text)
            self._prefix = ""
        self._line = []

    def _block(self) -> None:
        """A break between blocks; inside a list item it is a blank only, so that an item stays one line."""
        if self._items and self._line:
            self._line.append(" ")
            return
        self.end_line()
        if not self._items and self.lines and self.lines[-1]:
            self.lines.append("")


def _attribute(name: str, attributes: str) -> str:
    found = next((m[2] for m in _ATTRIBUTE.finditer(attributes) if m[1].lower() == name), "")
    return unescaped((found or "").strip("\"'"))
