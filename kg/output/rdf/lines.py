"""N-Triples lines: terms, literals and blocks of one subject. What is unknown has no line."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from kg.terms import term


class Term(str):
    """An object ready to be written: an IRI or a typed literal. Any other str is text."""

    __slots__ = ()


Value = Term | str | float | None


def block(subject: str, *pairs: tuple[str, Value]) -> Iterator[str]:
    """Triples of one subject. None, "" and False say nothing and are left out."""
    for name, value in pairs:
        if isinstance(value, Term):
            object_: str = value
        elif value is None or value is False or value == "":
            continue
        elif isinstance(value, str):
            object_ = text(value)
        elif isinstance(value, bool):
            object_ = boolean(value)
        else:
            object_ = typed(str(value), "integer" if isinstance(value, int) else "double")
        yield f"{subject} {named(name)} {object_} .\n"


def instance(subject: str, of: str, *pairs: tuple[str, Value]) -> Iterator[str]:
    """Triples of one subject, its type first."""
    return block(subject, ("rdf:type", named(of)), *pairs)


@cache
def named(name: str) -> Term:
    """The IRI of a prefixed name."""
    return Term(f"<{term(name)}>")


def text(value: str) -> str:
    """A literal of text."""
    return f'"{value.translate(_ESCAPES)}"'


def typed(value: str, datatype: str) -> Term:
    """A literal of a datatype of XML Schema."""
    return Term(f'"{value}"^^{named(f"xsd:{datatype}")}')


def boolean(value: bool) -> Term:
    """A truth value."""
    return typed("true" if value else "false", "boolean")


def year(value: int | None) -> Value:
    """A year as xsd:gYear."""
    return None if value is None else typed(f"{'-' if value < 0 else ''}{abs(value):04d}", "gYear")


def day(value: str | None) -> Value:
    """A full day as xsd:date; anything else is kept as text."""
    if value and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            date.fromisoformat(value)
        except ValueError:
            return value
        return typed(value, "date")
    return value


#: Control characters, quotes and backslashes are escaped; half a surrogate pair is no character and becomes U+FFFD.
_ESCAPES: dict[int, str] = {code: f"\\u{code:04X}" for code in (*range(32), 127)}
_ESCAPES |= {ord(c): f"\\{letter}" for c, letter in zip('\t\n\r"\\', 'tnr"\\', strict=True)}
_ESCAPES |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
