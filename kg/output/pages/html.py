"""A finished page: one HTML text that needs no other file, shown in notebooks inside a frame that can reach nothing."""

from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader

HERE = Path(__file__).parent


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
