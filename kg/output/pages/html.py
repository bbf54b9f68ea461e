"""The templates of pages: HTML is escaped, texts for a terminal and Markdown are not."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache, ChoiceLoader, Environment, FileSystemLoader, pass_eval_context, select_autoescape
from jinja2.bccache import Bucket
from jinja2.nodes import EvalContext

if TYPE_CHECKING:
    from types import CodeType

HERE = Path(__file__).parent


class _Compiled(BytecodeCache):
    """Templates as they were compiled before in this process: that takes longer than filling them in."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def environment(*folders: str | Path, **names: object) -> Environment:
    """Prepare the templates of kg.

    Parameters
    ----------
    *folders : str or Path
        Further folders to look for included files in.
    **names : object
        What every template knows by these names.
    """
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in (HERE, *folders)]),
        autoescape=select_autoescape(disabled_extensions=("txt.j2", "md.j2"), default=True),
        finalize=_keep_together,
        bytecode_cache=_COMPILED,
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


@pass_eval_context
def _keep_together(context: EvalContext, value: object) -> object:
    """In HTML no line breaks between a number and its per cent sign."""
    if not (context.autoescape and isinstance(value, str) and " %" in value):
        return value
    return type(value)(re.sub(r"(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", value))
