"""TeX as it stands in bibliographies -> Unicode: accents, special letters, braces, and nothing more."""

import re
import unicodedata

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "l": "ł",
    "L": "Ł", "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
    "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textbackslash": "\\",
    "ldots": "…", "dots": "…", "times": "×", "copyright": "©", "textregistered": "®",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ", "mu": "μ", "pi": "π",
    "sigma": "σ", "infty": "∞", "ell": "ℓ",
}  # fmt: skip
_ACCENT = re.compile(
    r"\\(?:([`'^~\"=.])\s*|([uvHckrdb])(?:\s+|(?=\{)|(?=\\)))(?:\{\s*\\?([^\W\d_]?)\s*\}|\\([ij])(?![a-zA-Z])|([^\W\d_]))"
)
_COMMAND = re.compile(r"\\([a-zA-Z]+)\*?(?:\{\}|\s*)")


def from_tex(text: str) -> str:
    r"""Plain text of a field: accents and letters decoded, groups opened, blanks folded.

    >>> from_tex(r"J{\"u}rgen Schmidh\"uber, \'{E}tienne, Fran\c{c}ois, \AA{}se, \L{}ukasz, {\v S}koda")
    'Jürgen Schmidhüber, Étienne, François, Åse, Łukasz, Škoda'
    >>> from_tex(r"{BIM} \& the \emph{Semantic} Web~-- 50\% of $n$")
    'BIM & the Semantic Web – 50% of n'
    """
    if "\\" in text:
        text = _ACCENT.sub(_accented, text)
        text = _COMMAND.sub(lambda match: _LETTERS.get(match.group(1), ""), text)
        text = text.replace(r"\-", "").replace(r"\/", "")
        text = re.sub(r"\\([&%$#_{},;:!\s])", lambda match: match.group(1) if match.group(1) in "&%#_" else " ", text)
    text = text.replace("~", " ").replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    return " ".join(re.sub(r"[{}$]", "", text).split())


def _accented(match: re.Match[str]) -> str:
    accent = _ACCENTS[match.group(1) or match.group(2)]
    letter = match.group(3) or match.group(4) or match.group(5) or ""
    return unicodedata.normalize("NFC", letter + accent) if letter else ""
