"""TeX as it is found in bibliographies -> Unicode, by pylatexenc."""

import logging
import re
from contextlib import suppress
from functools import cache
from typing import Any

logging.getLogger("pylatexenc").addHandler(logging.NullHandler())  # of each macro that lacks an argument
_TEX = re.compile(r"[\\{}$~]|--|``|''")


def from_tex(text: str) -> str:
    r"""Plain text of a field: accents, letters and formulas decoded, braces opened, blanks folded.

    Examples
    --------
    >>> from_tex(r"J{\"u}rgen Schmidh\"uber, \'{E}tienne, Fran\c{c}ois, \AA{}se, \L{}ukasz, {\v S}koda")
    'Jürgen Schmidhüber, Étienne, François, Åse, Łukasz, Škoda'
    >>> from_tex(r"{BIM} \& the \emph{Semantic} Web~-- 50\% of $n$")
    'BIM & the Semantic Web – 50% of n'
    """
    if _TEX.search(text):
        # commands without their arguments, braces in braces without end: the braces are taken off alone
        with suppress(AttributeError, LookupError, TypeError, ValueError, RecursionError):
            text = _decoder().latex_to_text(text)
        text = re.sub(r"[{}]", "", text)
    return " ".join(text.split())


@cache
def _decoder() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(keep_comments=True)  # type: ignore[no-untyped-call]  # in a bibliography % is a percent sign
