"""TeX as it is found in bibliographies -> Unicode, by pylatexenc."""

import re
from typing import Any

from pylatexenc.latex2text import LatexNodes2Text

_TEX = re.compile(r"[\\{}$~]|--|``|''")
_DECODER: Any = LatexNodes2Text(keep_comments=True)  # type: ignore[no-untyped-call]  # there % is a percent sign


def from_tex(text: str) -> str:
    r"""Plain text of a field: accents, letters and formulas decoded, braces opened, blanks folded.

    >>> from_tex(r"J{\"u}rgen Schmidh\"uber, \'{E}tienne, Fran\c{c}ois, \AA{}se, \L{}ukasz, {\v S}koda")
    'Jürgen Schmidhüber, Étienne, François, Åse, Łukasz, Škoda'
    >>> from_tex(r"{BIM} \& the \emph{Semantic} Web~-- 50\% of $n$")
    'BIM & the Semantic Web – 50% of n'
    """
    if _TEX.search(text):
        text = re.sub(r"[{}]", "", _DECODER.latex_to_text(text))
    return " ".join(text.split())
