r"""What a SPARQL query may hold, decided by its tokens before any engine sees it.

A query is cut into tokens as SPARQL 1.1 says, checked, and written anew, so that the engine can read it in one way only:
words are those of the language, names of prefixes and blank nodes are replaced, comments are gone, the first character of an
IRI is written as an escape (no engine takes its `<` for "less than"), and values given for variables stand in their places as
terms. Words inside strings, IRIs, names and comments are data.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from pyoxigraph import Literal, NamedNode

from kg.errors import InputError, UnknownName

#: The longest query in characters, the deepest nesting of brackets, the most steps of paths, the most parts that an engine nests.
LENGTH: Final = 1_000_000
DEPTH: Final = 100
STEPS: Final = 200
PARTS: Final = 4_000

# characters of names, said by the ASCII that they are not: beyond ASCII that is more than names may hold, see `_foreign`
_LETTER, _WORD = r"[^\x00-@\[-`{-\x7f]", r"[^\x00-/:-@\[-^`{-\x7f]"
_DASHED, _COLON = r"[^\x00-,./:-@\[-^`{-\x7f]", r"[^\x00-/;-@\[-^`{-\x7f]"
_DASHED_COLON = r"[^\x00-,./;-@\[-^`{-\x7f]"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX = rf"(?:{_LETTER}(?:{_DASHED}|\.+(?={_DASHED}))*)?"
_LOCAL = rf"(?:(?:{_COLON}|{_PLX})(?:{_DASHED_COLON}|{_PLX}|\.+(?={_DASHED_COLON}|[%\\]))*)?"
_CHARACTER = r"""\\[tbnrf\\"']"""
_NAME = rf"(?P<name>{_PREFIX}:{_LOCAL})"
_TOKENS = rf"""[ \t\r\n]+ | \#[^\r\n]*
    | (?P<iri><[^\x00-\x20<>"{{}}|^`\\]*>)
    | (?P<text>\"\"\"(?:\"{{0,2}}(?:[^"\\]|{_CHARACTER}))*\"\"\" | '''(?:'{{0,2}}(?:[^'\\]|{_CHARACTER}))*'''
        | "(?:[^"\\\r\n]|{_CHARACTER})*" | '(?:[^'\\\r\n]|{_CHARACTER})*')
    | (?P<variable>[?$]{_WORD}+)
    | (?P<blank>_:{_WORD}(?:{_DASHED}|\.+(?={_DASHED}))*)
    | {_NAME}
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+ | [+-]?[0-9]*\.[0-9]+ | [+-]?[0-9]+)
    | (?P<word>[A-Za-z][A-Za-z0-9_]*)
    | (?P<sign>&& | \|\| | \^\^ | != | <= | >= | [(){{}}\[\].,;+\-*/|^=<>!?])"""
_TOKEN, _RUN = re.compile(_TOKENS, re.VERBOSE), re.compile(_PREFIX)
_UNNAMED = re.compile(_TOKENS.replace(_NAME, r"(?!)"), re.VERBOSE)
#: Beyond ASCII, the first and last characters of the ranges that names may hold.
_RANGES = """\u00b7\u00b7 \u00c0\u00d6 \u00d8\u00f6 \u00f8\u037d \u037f\u1fff \u200c\u200d \u203f\u2040 \u2070\u218f \u2c00\u2fef \u3001\ud7ff
    \uf900\ufdcf \ufdf0\ufffd \U00010000\U000effff"""
_UPDATES = set(re.findall(r"\w+", "INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD WITH"))
_SHAPES = set(re.findall(r"\w+", "UNION OPTIONAL MINUS FILTER BIND VALUES GRAPH AS SELECT"))
_WORDS = _SHAPES | set(
    re.findall(
        r"\w+",
        """A ABS ALL ASC ASK AVG BASE BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DAY DESC DESCRIBE
        DISTINCT ENCODE_FOR_URI EXISTS FALSE FLOOR GROUP GROUP_CONCAT HAVING HOURS IF IN IRI ISBLANK ISIRI ISLITERAL ISNUMERIC
        ISURI LANG LANGMATCHES LCASE LIMIT MAX MD5 MIN MINUTES MONTH NAMED NOT NOW OFFSET ORDER PREFIX RAND REDUCED REGEX
        REPLACE ROUND SAMETERM SAMPLE SECONDS SEPARATOR SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS
        STRLANG STRLEN STRSTARTS STRUUID SUBSTR SUM TIMEZONE TRUE TZ UCASE UNDEF URI UUID WHERE YEAR""",
    )
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_TERMS = frozenset({"iri", "text", "variable", "blank", "name", "number", "language"})


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, its text, and where it begins. A kind is a group of the grammar, such as "iri" or "word"."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that may run.

    Attributes
    ----------
    text
        The query, written anew in one line.
    source
        The query as it was asked, with escapes of code points expanded.
    places
        Where tokens begin in `text`, and where in `source`, in order.
    """

    text: str
    source: str
    places: tuple[tuple[int, int], ...]

    def place(self, column: int) -> str:
        """Where in the query as it was asked a column (from 1) of `text` is, for a message."""
        n = bisect_right(self.places, (column - 1, len(self.source)))
        end = column - 1 >= len(self.text) or not n
        return _place(self.source, len(self.source) if end else self.places[n - 1][1])


def tokens(text: str) -> Iterator[Token]:
    """Cut a query into tokens; white space and comments are none.

    Raises
    ------
    InputError
        Where no token of SPARQL 1.1 begins.

    Examples
    --------
    >>> [token.text for token in tokens("ASK{?a<urn:b>-1}# end")]
    ['ASK', '{', '?a', '<urn:b>', '-1', '}']
    """
    at = unnamed = 0
    while at < len(text):
        found = (_UNNAMED if at < unnamed else _TOKEN).match(text, at)
        if found is None:
            wrong = "a string that is not closed" if text[at] in "\"'" else f"unexpected character {text[at]!r}"
            _syntax(text, at, wrong)
        if found.lastgroup in {"variable", "blank", "name"} and (bad := _foreign(found[0])):
            _syntax(text, text.index(bad, at), f"unexpected character {bad!r}")
        if found.lastgroup:
            yield Token(found.lastgroup, found[0], at)
        if found.lastgroup == "word" and at >= unnamed and (run := _RUN.match(text, at)):
            unnamed = run.end()  # no colon ends this run of letters and dots: it is not gone through again from within
        at = found.end()


def check(
    text: str,
    prefixes: Mapping[str, str],
    values: Mapping[str, NamedNode | Literal] | None = None,
    *,
    elsewhere: bool = False,
) -> Checked:
    """Check that a query only reads this graph, and put values in the places of variables.

    Parameters
    ----------
    text : str
        The query.
    prefixes : mapping of str to str
        The prefixes that need no declaration.
    values : mapping of str to NamedNode or Literal, optional
        The terms that variables, named without "?", stand for.
    elsewhere : bool
        Whether another server will run it: then SERVICE, FROM and words of its own dialect may stand in it, and names and
        IRIs stay as they are.

    Raises
    ------
    InputError
        If it is too long or nested too deeply, would change anything, or reaches outside the graph; the message names what
        and where.
    UnknownName
        If a value is given for a variable that the query does not have.
    """
    if len(text) > LENGTH:
        raise InputError(f"the query has {len(text):,} characters; at most {LENGTH:,} are read", "split it")
    source = _expanded(text)
    writer = _Writer(source, list(tokens(source)), prefixes, values or {}, elsewhere=elsewhere)
    writer.write()
    return Checked(writer.text(), source, writer.places())


class _Writer:
    """Goes over the tokens of a query once, with the brackets that are open."""

    def __init__(
        self,
        source: str,
        found: list[Token],
        known: Mapping[str, str],
        values: Mapping[str, NamedNode | Literal],
        *,
        elsewhere: bool,
    ) -> None:
        self._source, self._tokens, self._known, self._values = source, found, known, values
        self._elsewhere = elsewhere
        self._declared: dict[str, str] = {}  # prefixes and blank nodes as asked: as written
        self._head: list[str] = []
        self._parts: list[str] = []
        self._open: list[Token] = []
        self._clause: tuple[str, int] = ("", 0)  # SELECT, BY, VALUES or DATA, and how many brackets are open there
        self._count = dict.fromkeys(("steps", "parts"), 0)

    def text(self) -> str:
        return "".join((*self._head, *self._parts)).rstrip()

    def places(self) -> tuple[tuple[int, int], ...]:
        found, at = [], sum(map(len, self._head))
        for part, token in zip(self._parts, self._tokens, strict=True):
            found.append((at, token.at))
            at += len(part)
        return tuple(found)

    def write(self) -> None:
        for n, token in enumerate(self._tokens):
            before = self._tokens[n - 1] if n else None
            self._parts.append(self._written(n, token, before) + (" " if self._spaced(n, token) else ""))
        if self._open:
            last = self._open[-1]
            _syntax(self._source, last.at, f"{last.text!r} is not closed")
        if not self._tokens:
            _syntax(self._source, len(self._source), "the query is empty")
        asked = {token.text[1:] for token in self._tokens if token.kind == "variable"}
        for name in self._values:
            if name not in asked:
                raise UnknownName("variable in this query", name, asked)

    def _spaced(self, n: int, token: Token) -> bool:
        """Whether a space follows: some engines read calls, signs of paths and the types of literals only without."""
        following = self._tokens[n + 1] if n + 1 < len(self._tokens) else None
        if following is None or token.text == "^^":
            return False
        if token.kind == "word":
            return following.text != "("
        if token.kind == "text":
            return following.text != "^^" and following.kind != "language"
        return following.text not in {"*", "+", "?"} or following.at > token.at + len(token.text)

    def _written(self, n: int, token: Token, before: Token | None) -> str:
        self._weigh(token, before)
        match token.kind:
            case "word":
                return self._word(n, token)
            case "sign":
                self._bracket(token)
                return token.text
            case "iri":
                return token.text if self._elsewhere else _iri(token.text[1:-1])
            case "text":
                return _string(token.text)
            case "variable":
                return self._variable(token, before)
            case "blank":
                return self._declared.setdefault(token.text, f"_:b{len(self._declared)}")
            case "name":
                return self._name(token, declares=before is not None and before.text.upper() == "PREFIX")
        return token.text

    def _word(self, n: int, token: Token) -> str:
        word, depth = token.text.upper(), len(self._open)
        if word in _UPDATES:
            following = self._tokens[n + 1].text.upper() if n + 1 < len(self._tokens) else ""
            verb = f"{word} {following}" if following in {"DATA", "WHERE"} else word
            raise InputError(f"SPARQL updates such as {verb} are not allowed", "use `kg ingest` to change a graph")
        if not self._elsewhere:
            if word in {"SERVICE", "FROM"}:
                self._refuse_outside(n, word)
            if word not in _WORDS:
                self._unknown_word(token)
        if word in {"SELECT", "BY", "VALUES"}:
            self._clause = (word, depth)
        elif word in {"WHERE", "HAVING", "LIMIT", "OFFSET"}:
            self._clause = ("", 0)
        return token.text

    def _refuse_outside(self, n: int, word: str) -> NoReturn:
        rest = [t.text for t in self._tokens[n + 1 : n + 3]]
        named = " ".join(rest if rest and rest[0].upper() in {"SILENT", "NAMED"} else rest[:1])
        where = f"{word} {named} at {_place(self._source, self._tokens[n].at, near=False)}"
        if word == "SERVICE":
            raise InputError(f"{where}: a query cannot call another server", "query that server separately: --endpoint")
        raise InputError(f"{where}: kg has only one graph to query", "leave FROM out")

    def _unknown_word(self, token: Token) -> NoReturn:
        from difflib import get_close_matches

        near = get_close_matches(token.text[:40].upper(), sorted(_WORDS), n=2, cutoff=0.7)
        hint = f"did you mean {' or '.join(near)}?" if near else "put texts in quotes, and a prefix before names"
        _syntax(self._source, token.at, f"{token.text[:40]!r} is not a word of SPARQL 1.1", hint)

    def _name(self, token: Token, *, declares: bool) -> str:
        prefix, _, local = token.text.partition(":")
        if prefix not in self._declared:
            written = prefix if self._elsewhere else f"p{len(self._declared)}"
            if not declares:
                if prefix not in self._known:
                    hint = f"add a PREFIX line, or use one of {', '.join(sorted(self._known))}"
                    place = _place(self._source, token.at, near=False)
                    raise InputError(f"the prefix {prefix}: is not declared ({place})", hint)
                known = self._known[prefix]
                self._head.append(f"PREFIX {written}: {f'<{known}>' if self._elsewhere else _iri(known)} ")
            self._declared[prefix] = written
        return f"{self._declared[prefix]}:{local}"

    def _variable(self, token: Token, before: Token | None) -> str:
        name = token.text[1:]
        value = self._values.get(name)
        if value is None:
            return token.text
        clause, depth = self._clause
        if clause == "VALUES" or (before and before.text.upper() == "AS"):
            raise InputError(f"the query itself gives ?{name} its value", "leave this value out")
        term = str(value) if self._elsewhere else _term(value)
        if len(self._open) == depth and clause in {"SELECT", "BY"}:
            return f"({term} AS ?{name})" if clause == "SELECT" else f"({term})"
        return term

    def _bracket(self, token: Token) -> None:
        clause, depth = self._clause
        if token.text in _CLOSING:
            self._open.append(token)
            if len(self._open) > DEPTH:
                self._too_much(f"nested more than {DEPTH} brackets deep")
            if token.text == "{":
                self._clause = ("DATA", len(self._open)) if clause == "VALUES" else ("", 0)
        elif token.text in ")]}":
            if not self._open or _CLOSING[self._open[-1].text] != token.text:
                last = self._open[-1] if self._open else None
                still = f", and {last.text!r} at {_place(self._source, last.at, near=False)} is open" if last else ""
                _syntax(self._source, token.at, f"{token.text!r} closes no bracket{still}")
            self._open.pop()
            if len(self._open) < depth:
                self._clause = ("", 0)

    def _weigh(self, token: Token, before: Token | None) -> None:
        """Count what an engine turns into steps of a path, or into parts nested one in the other."""
        if self._clause[0] == "DATA":
            return
        inner = self._open[-1].text if self._open else ""
        if token.kind == "sign" and token.text in "/|^":
            self._count["steps"] += 1
        elif token.kind == "sign":
            self._count["parts"] += token.text not in "()[]{}" and (token.text != "," or inner != "(")
        elif token.kind == "word":
            self._count["parts"] += token.text.upper() in _SHAPES
        elif inner == "(" and before and (before.kind in _TERMS or before.text in ")]"):
            self._count["parts"] += 1  # the elements of a list
        if self._count["steps"] > STEPS:
            self._too_much(f"has more than {STEPS} steps of paths")
        if self._count["parts"] > PARTS:
            self._too_much(f"has more than {PARTS:,} patterns and operators; values go into one VALUES or IN")

    def _too_much(self, what: str) -> NoReturn:
        verb = "the query is " if what.startswith("nested") else "the query "
        raise InputError(verb + what, "split it into several queries")


def _foreign(name: str) -> str:
    """The first character of a name that no name may hold, or ""."""
    if name.isascii():
        return ""
    allowed = _RANGES.split()
    return next((c for c in name if ord(c) > 127 and not any(pair[0] <= c <= pair[1] for pair in allowed)), "")


def _expanded(text: str) -> str:
    r"""The text with escapes of code points expanded, as SPARQL does before all else; `\\u` in a string is a backslash."""
    pattern = r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})"
    try:
        text = re.sub(pattern, lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else m[0], text)
        text.encode()
    except (ValueError, OverflowError) as error:
        raise InputError(f"invalid character in the query: {error}", "write the character itself") from error
    return text


def _iri(value: str) -> str:
    return f"<\\u{ord(value[0]):04X}{value[1:]}>" if value and ord(value[0]) < 0x10000 else f"<{value}>"


def _string(token: str) -> str:
    marks = 3 if token[:3] in {'"""', "'''"} else 1
    inner = re.sub(r"\\(.)", lambda m: _ESCAPED.get(m[1], m[1]), token[marks:-marks])
    return _quoted(inner)


def _quoted(value: str) -> str:
    marked = value.replace("\\", "\\\\").replace('"', '\\"')
    for letter, character in _ESCAPED.items():
        marked = marked.replace(character, f"\\{letter}")
    return f'"{marked}"'


def _term(value: NamedNode | Literal) -> str:
    if isinstance(value, NamedNode):
        return _iri(value.value)
    if value.language:
        return f"{_quoted(value.value)}@{value.language}"
    datatype = value.datatype.value
    return _quoted(value.value) + ("" if datatype.endswith("#string") else f"^^{_iri(datatype)}")


def _place(text: str, at: int, *, near: bool = True) -> str:
    """Line and column of a position, and what is there."""
    lines = re.split(r"\r\n|\r|\n", text[:at])
    place = f"line {len(lines)}, column {len(lines[-1]) + 1}"
    there = " ".join(text[at : at + 40].split()) or "the end"
    return f"{place}, near {there!r}" if near else place


def _syntax(text: str, at: int, wrong: str, hint: str = "") -> NoReturn:
    usual = "kg understands SPARQL 1.1; `kg sparql citations-per-year` runs a ready query"
    raise InputError(f"SPARQL syntax error at {_place(text, at)}: {wrong}", hint or usual)
