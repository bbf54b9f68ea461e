"""HTML -> the same plain lines a Markdown author would write: headings, list items, links. Nothing else is kept."""

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "nav", "footer", "head", "template", "noscript", "svg", "form"})
_BREAKS = frozenset({"p", "div", "section", "article", "tr", "dt", "dd", "table", "ul", "ol", "dl", "blockquote"})
_HEADING = re.compile(r"h[1-6]")


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
    page.feed(html)
    page.close()
    page.end_line()
    return page.lines


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._line = ""
        self._prefix = ""
        self._silent = 0
        self._label = 0
        self._items = 0
        self._address: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span" and (self._label or "ltx_tag" in (dict(attrs).get("class") or "").split()):
            self._label += 1  # the number or key of an entry, as arXiv and ar5iv print it
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
            self._address = dict(attrs).get("href")
            if self._address:
                self._line += "["

    def handle_endtag(self, tag: str) -> None:
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
            address, self._address = re.sub(r"\s", "", self._address), None
            self._line += f"]({address})"

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._label:
            self._line += data

    def end_line(self) -> None:
        text = " ".join(self._line.split())
        if text:
            self.lines.append(self._prefix + text)
            self._prefix = ""
        self._line = ""

    def _block(self) -> None:
        """A break between blocks; inside a list item it is a blank only, so that an item stays one line."""
        if self._items and self._line.strip():
            self._line += " "
            return
        self.end_line()
        if not self._items and self.lines and self.lines[-1]:
            self.lines.append("")
