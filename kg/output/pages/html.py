"""A finished page: one HTML text that needs no other file, shown in notebooks inside a frame that can reach nothing."""

from html import escape
from pathlib import Path
from typing import Any, Self

from jinja2 import ChoiceLoader, Environment, FileSystemLoader

HERE = Path(__file__).parent


class Document(str):
    """The text of a page; as the last value of a notebook cell it is shown in place."""

    __slots__ = ("height",)
    height: int

    def __new__(cls, text: str, height: int = 720) -> Self:
        """A page, with the height of its frame in pixels."""
        document = super().__new__(cls, text)
        document.height = height
        return document

    def _repr_html_(self) -> str:
        """The page in a sandboxed frame: its scripts run, but it has no origin, no cookies, no forms and no parent."""
        allowed = "allow-scripts allow-popups allow-downloads"
        style = f"width:100%;height:{self.height}px;border:0"
        return f'<iframe title="kg" sandbox="{allowed}" style="{style}" srcdoc="{escape(str(self))}"></iframe>'

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,} characters>"


def environment(*folders: str | Path, **names: Any) -> Environment:
    """Our templates, escaping everything; further folders to look for includes in; names every template knows."""
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in (HERE, *folders)]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {
        "default": lambda number: number.item(),  # numpy's
        "ensure_ascii": False,
        "separators": (",", ":"),
    }
    made.globals |= names
    return made
