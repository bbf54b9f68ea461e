"""The templates of pages: HTML is escaped, texts for a terminal and Markdown are not."""

import re
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext

HERE = Path(__file__).parent


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
    if not (context.autoescape and isinstance(value, str)):
        return value
    return type(value)(re.sub(r"(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", value))
