"""A finished page: one HTML text that needs no other file, shown in notebooks inside a frame that can reach nothing."""

from html import escape
from pathlib import Path
from typing import Self


class Document(str):
    """The text of a page; as the last value of a notebook cell it is shown in place."""

    __slots__ = ("height",)
    height: int

    def __new__(cls, text: str, height: int = 720) -> Self:
        """A page, with the height of its frame in pixels."""
        document = super().__new__(cls, text)
        document.height = height
        return document

    def save(self, path: str | Path) -> None:
        """Write the page to a file."""
        Path(path).write_text(self, encoding="utf-8")

    def _repr_html_(self) -> str:
        """The page in a sandboxed frame: its scripts run, but it has no origin, no cookies, no forms and no parent."""
        allowed = "allow-scripts allow-popups allow-downloads"
        style = f"width:100%;height:{self.height}px;border:0"
        return f'<iframe title="kg" sandbox="{allowed}" style="{style}" srcdoc="{escape(str(self))}"></iframe>'

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,} characters>"
