"""How titles and names are compared, how works, counts and figures are put in words, and how text is made safe to print."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")  # where a spreadsheet would begin a formula, apostrophes of ours before it
#: Tags of markup that stands in titles; any other "<" is part of the title.
_TAG = re.compile(
    r"</?(?:i|b|em|u|title|strong|span|p|br|sub|sup|scp|sc|tt|italic|bold|inline-formula|tex-math|alternatives|(?:jats|mml|ovid):\w+)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
#: Words that belong to the family name behind them; "y" joins two.
PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "van von vom vander van't 't ’t op de der den del della di da do du des la le el al bin ibn ben ter ten dos das zu zum zur af av",
    )
)
_EAST_ASIAN = frozenset(  # family names beside which Le, Van, Di, De or Du is a given name
    re.findall(
        r"\w+",
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Tang Song Deng Han Feng Cao "
        "Peng Xiao Cheng Cai Pan Yuan Dong Yu Su Ye Lu Lyu Wei Jiang Tian Ding Shen Fan Fu Zhong Cui Tan Liao Fang Shi Jin Chang Yin "
        "Xiong Bai Qin Nguyen Tran Pham Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dinh Trinh Truong Lam Kim Park Lee Choi Jung Kang "
        "Cho Yoon Jang Lim",
    )
)
#: Controls but tab and line end, signs of another direction of writing, line ends of Unicode, halves of characters.
_STEERING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LONGEST = 10**12  # numbers from here on are rounded to their first digits


def clean_title(text: str) -> str:
    r"""A title without the markup that sources leave in it: tags, entities, line ends.

    Examples
    --------
    >>> clean_title("<i>In vivo</i> &amp; other <sup>13</sup>C\n studies"), clean_title("if a < b and c > d")
    ('In vivo & other 13C studies', 'if a < b and c > d')
    """
    if "<" in text or "&" in text:
        text = unescaped(_TAG.sub("", unescaped(text)))
    return " ".join(text.split())


def unescaped(text: str) -> str:
    """A text of HTML with its characters written out; a number that no character has, however long, is U+FFFD.

    Examples
    --------
    >>> unescaped("R&amp;D&#8212;"), unescaped(f"&#{'0' * 5000}65;"), unescaped(f"a&#{'9' * 5000};b")
    ('R&D—', 'A', 'a\ufffdb')
    """
    import html

    if "&" not in text:
        return text
    return html.unescape(re.sub(r"&#[0-9]{8,};?", "\ufffd", re.sub(r"&#0+(?=[0-9])", "&#", text)))


@lru_cache(maxsize=65536)
def title_key(title: str) -> str:
    """A title without case, accents, markup and punctuation, for comparison.

    Examples
    --------
    >>> title_key("WaveNet: A Generative Model for Raw Audio.")
    'wavenet a generative model for raw audio'
    >>> title_key("Étude & fugue") == title_key("etude and fugue")
    True
    """
    return _plain(re.sub(r"<[^<>]{1,40}>", " ", title).replace("&", " and "))


def guarded(text: str) -> str:
    """A text as a CSV cell that no spreadsheet takes for a formula: an apostrophe before = + - @, tab, CR and LF.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'-x"), guarded("Bach = life"), unguarded("'=1+1"), unguarded("'tis")
    ("'=1+1", "''-x", 'Bach = life', '=1+1', "'tis")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` made the cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def short_title(title: str) -> str:
    """The part of a title before its first colon, or "" where there is none ("WaveNet: A ..." -> "WaveNet")."""
    head, colon, _ = title.partition(":")
    return head.strip() if colon else ""


@lru_cache(maxsize=65536)
def surname(name: str) -> str:
    """The family name of "Todd, Peter M.", "Peter M. Todd" or "Todd P.M.", with its particles.

    Examples
    --------
    >>> surname("Todd, Peter M."), surname("Peter M. Todd"), surname("Todd P.M."), surname("van den Oord, Aaron")
    ('Todd', 'Todd', 'Todd', 'van den Oord')
    >>> surname("Ludwig van Beethoven"), surname("Humboldt, Alexander von"), surname("Xavier Le Pichon"), surname("Le Song")
    ('van Beethoven', 'von Humboldt', 'Le Pichon', 'Song')
    >>> surname("Santos Otero, A. de"), surname("A. de Santos Otero"), surname("Cajal, Santiago Ramón y")
    ('de Santos Otero', 'de Santos Otero', 'Ramón y Cajal')
    """
    family, comma, given = name.partition(",")
    if comma:
        words = given.split()
        if len(words) > 1 and words[-1] == "y":  # Cajal, Santiago Ramón y
            family = f"{words[-2]} y {family.strip()}"
        start = len(words)
        while start and words[start - 1] in PARTICLES:
            start -= 1
        return " ".join([*words[start:], family.strip()]).strip()
    words = [word for word in name.split() if word.lower().rstrip(".") not in {"jr", "sr", "ii", "iii"}]
    while len(words) > 1 and re.fullmatch(r"(?:[^\W\d_]\.-?)+", words[-1]):
        del words[-1]
    first = next((k for k, word in enumerate(words) if not re.fullmatch(r"(?:[^\W\d_]\.-?)+", word)), 0)
    if 0 < first < len(words) - 1 and words[first] in PARTICLES:  # A. de Santos Otero
        return " ".join(words[first:])
    start = len(words) - 1
    if start > 1 and words[start - 1] == "y":  # Santiago Ramón y Cajal
        start -= 2
    while start > 0 and _is_particle(words, start - 1):
        start -= 1
    return " ".join(words[max(start, 0) :])


def _is_particle(words: list[str], place: int) -> bool:
    """Whether a word begins or goes on with the family name behind it; with a capital it may be a given name: Le Song."""
    word = words[place]
    if word in PARTICLES:
        return True
    capital = word.lower() in PARTICLES - {"bin", "ibn", "al"}
    return capital and not {words[0][:20].title(), words[place + 1][:20].title()} & _EAST_ASIAN


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """The last word of a family name without case and accents: particles ("van den") and spellings do not matter.

    Examples
    --------
    >>> name_key("van den Oord"), name_key("Oord"), name_key("Schlüter"), name_key("Lewis-Smith")
    ('oord', 'oord', 'schluter', 'smith')
    """
    words = _plain(name).split()
    return words[-1] if words else ""


def authors_in_short(authors: Sequence[str]) -> str:
    """Authors as a person would cite them.

    Examples
    --------
    >>> authors_in_short(["Todd, Peter M.", "Loy, Gareth"]), authors_in_short(["A. Roberts", "J. Engel", "C. Raffel"])
    ('Todd & Loy', 'Roberts et al.')
    """
    names = [surname(name) for name in authors]
    return f"{names[0]} et al." if len(names) > 2 else " & ".join(names)


def cited_as(authors: Sequence[str], year: int | str | None, otherwise: str = "") -> str:
    """A work as a text cites it, by authors and year; `otherwise` stands for it where no author is known.

    Examples
    --------
    >>> cited_as(["Eck, Douglas", "Schmidhuber, Jürgen"], 2002), cited_as([], 1989, "todd1989"), cited_as(["Todd, P."], None)
    ('Eck & Schmidhuber 2002', 'todd1989', 'Todd')
    """
    who = authors_in_short([name for name in authors if name.strip()])
    return f"{who} {year}" if who and year is not None else who or otherwise


def authors_and_year(text: str) -> tuple[list[str], int]:
    """The keys of the authors and the year in a text that cites a work so; no authors where it does not.

    Examples
    --------
    >>> authors_and_year("Eck & Schmidhuber (2002)"), authors_and_year("Todd et al. 1989"), authors_and_year("WaveNet")
    ((['eck', 'schmidhuber'], 2002), (['todd'], 1989), ([], 0))
    """
    match = re.fullmatch(r"(.*[^\s,(])[\s,(]+(\d{4})\)?", " ".join(text.split()))
    if not match:
        return [], 0
    names = re.split(r"\s*(?:&|,|;|\band\b)\s*|\s+et\s+al\.?", match.group(1))
    return [name_key(surname(name)) for name in names if name.strip()], int(match.group(2))


def work_name(authors: Sequence[str], year: int | str | None, title: str, otherwise: str = "") -> str:
    """A work in one line: authors, year, title, as far as they are known; else what stands for it, such as its id.

    Examples
    --------
    >>> work_name(["Todd, Peter M."], 1989, "A Connectionist Approach"), work_name([], 1989, "Neural Music", "x1")
    ('Todd 1989: A Connectionist Approach', 'Neural Music (1989)')
    >>> work_name([], None, "", "x1")
    'x1'
    """
    if not (title := " ".join(title.split())):
        return cited_as(authors, year, otherwise)
    if who := cited_as(authors, year):
        return f"{who}: {title}"
    return title if year is None else f"{title} ({year})"


def marked_title(title: str, retracted: bool | None) -> str:
    """A title with a mark where the work is retracted.

    Examples
    --------
    >>> marked_title("Ileal hyperplasia", True), marked_title("WaveNet", None)
    ('Ileal hyperplasia [retracted]', 'WaveNet')
    """
    return f"{title} [retracted]" if retracted is True else title


def shortened(text: str, most: int) -> str:
    """A text in one line of at most `most` characters, cut after a word where that leaves half of it.

    Examples
    --------
    >>> shortened("A connectionist approach to composition", 30), shortened("Antidisestablishmentarianism", 10)
    ('A connectionist approach to…', 'Antidises…')
    """
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    head = text[:most].rpartition(" ")[0] if " " in text[most // 2 : most] else text[: most - 1]
    return head.rstrip(" ,;:.-–") + "…"


def sentence(text: str) -> str:
    """A text with a capital at its start.

    Examples
    --------
    >>> sentence("not cited in this graph")
    'Not cited in this graph'
    """
    return text[:1].upper() + text[1:]


def counted(n: int, one: str, many: str = "") -> str:
    """A number with its noun; the plural adds an s unless `many` gives it.

    Examples
    --------
    >>> counted(1, "citation"), counted(6197, "work"), counted(0, "query", "queries")
    ('1 citation', '6,197 works', '0 queries')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def treated(cases: Iterable[tuple[int, str, str]]) -> list[str]:
    """Notes on unusual records: how many there are, what, with {} for the plural, and what was done; none of what there is none.

    Examples
    --------
    >>> treated([(2, "citation{} of a work by itself", "ignored"), (0, "repeated citation{}", "counted once")])
    ['2 citations of a work by itself: ignored']
    """
    return [f"{n:,} {what.format('' if n == 1 else 's')}: {done}" for n, what, done in cases if n]


def number(value: float | None, digits: int = 4) -> str | None:
    """A figure with the digits that mean something; None stays None.

    Examples
    --------
    >>> number(0.00123456), number(17934.2), number(75), number(None), number(10**40 // 3)
    ('0.001235', '17,934', '75', None, '3.333e+39')
    """
    if value is None:
        return None
    if abs(value) >= _LONGEST:
        from decimal import Decimal

        return f"{Decimal(value):.{digits - 1}e}"
    return f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 1000 else f"{value:.{digits}g}"


def printable(text: str) -> str:
    """One line of text without the characters that would steer a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def harmless(text: str) -> str:
    r"""Text of several lines without the characters that would steer a terminal, or show text in another order than it has.

    Examples
    --------
    >>> harmless("id,title\nw1,\x1b[31mred\u202edeb")
    'id,title\nw1, [31mred deb'
    """
    return _STEERING.sub(" ", text)


def as_json(document: Any) -> str:
    r"""A JSON document that is readable in any script; what would steer a terminal is escaped, and no number is NaN.

    Examples
    --------
    >>> print(as_json(["音楽", "a\x9bb"]))
    [
      "音楽",
      "a\u009bb"
    ]
    """
    import json

    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def width(text: str) -> int:
    """How many columns a text takes on a terminal.

    Examples
    --------
    >>> width("WaveNet"), width("音楽")
    (7, 4)
    """
    if text.isascii():
        return len(text)
    wide = unicodedata.east_asian_width
    return sum(0 if unicodedata.combining(c) else 2 if wide(c) in "WF" else 1 for c in text)


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    if not bare.isascii():
        bare = "".join(c for c in bare if not unicodedata.combining(c))
        bare = bare.translate(
            {ord("ø"): "o", ord("ł"): "l", ord("đ"): "d", ord("ı"): "i", ord("æ"): "ae", ord("œ"): "oe"}
        )
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())
