"""Kinds of values in the answers of services: a table of fields says what each may be, for readers and for probes."""

import re
from collections.abc import Mapping
from typing import Any, get_args


def fits(value: Any, kind: Any) -> bool:
    """Whether a value is of a kind: a type, types (`str | None`), or a pattern found in it.

    Examples
    --------
    >>> fits(None, int | None), fits(True, int), fits("10.1000/a", re.compile("^10"))
    (True, False, True)
    """
    if isinstance(kind, re.Pattern):
        return isinstance(value, str) and bool(kind.search(value))
    return type(value) in (get_args(kind) or (kind,))


def fitting(record: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    """A record without the fields that are not of their kind: what cannot be read is as if it were not told.

    Examples
    --------
    >>> fitting({"title": 7, "year": 1989, "other": 7}, {"title": str, "year": int})
    {'year': 1989, 'other': 7}
    """
    return {name: value for name, value in record.items() if name not in kinds or fits(value, kinds[name])}


def whole_number(text: str | None) -> int | None:
    """The number that a text is, None where it is none, or longer than any that is meant.

    Examples
    --------
    >>> whole_number("1000"), whole_number("-1"), whole_number("9" * 5000), whole_number(None)
    (1000, None, None, None)
    """
    return int(text) if text and re.fullmatch(r"[0-9]{1,15}", text) else None
