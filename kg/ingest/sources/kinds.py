"""Kinds of values in the answers of services: a table of fields says what each may be, for readers and for probes."""

import re
from collections.abc import Mapping
from reprlib import Repr
from typing import Any, get_args

_SHOWN = Repr()
_SHOWN.maxstring = _SHOWN.maxlong = _SHOWN.maxother = 60
_ODD = object()
_FAR = 1 << 53  # no count or year is so large, and no store holds one that is far larger


def fits(value: Any, kind: Any) -> bool:
    """Whether a value is of a kind: a type, types (`str | None`), a pattern found in it; or a list or an object, or null.

    What may stand in a list is its one item, `[str]`, and in an object a table of its fields; see `fitting`.

    Examples
    --------
    >>> fits(None, int | None), fits(True, int), fits("10.1000/a", re.compile("^10")), fits({}, [str])
    (True, False, True, False)
    """
    if isinstance(kind, re.Pattern):
        return isinstance(value, str) and bool(kind.search(value))
    if isinstance(kind, list | dict):
        return value is None or type(value) is type(kind)
    return type(value) in (get_args(kind) or (kind,)) and not (type(value) is int and abs(value) >= _FAR)


def fitting(record: Mapping[str, Any], kinds: Mapping[str, Any], faults: list[str] | None = None) -> dict[str, Any]:
    """A record without what is not of its kind, at any depth that the table describes.

    Parameters
    ----------
    record : Mapping
        A record as a service gives it.
    kinds : Mapping
        What its fields may be; of the others nothing is known, and they stay.
    faults : list of str, optional
        Gets a sentence on each value that is left out; null says nothing, and is none.

    Examples
    --------
    >>> faults = []
    >>> fitting({"title": 7, "year": 1989, "authors": ["a", {"name": "b"}]}, {"title": str, "authors": [{"name": str}]}, faults)
    {'year': 1989, 'authors': [{'name': 'b'}]}
    >>> faults
    ['title 7: impossible, and left out', "authors[0] 'a': impossible, and left out"]
    """
    kept: dict[str, Any] = _kept(dict(record), dict(kinds), "", faults if faults is not None else [])
    return kept


def left_out(place: str, value: Any) -> str:
    """The sentence on a value that cannot be.

    Examples
    --------
    >>> left_out("externalIds.DOI", "none")
    "externalIds.DOI 'none': impossible, and left out"
    """
    return f"{place} {' '.join(_SHOWN.repr(value).split())}: impossible, and left out"


def _kept(value: Any, kind: Any, place: str, faults: list[str]) -> Any:
    if value is None and isinstance(kind, list | dict):
        return _ODD
    if not fits(value, kind):
        if value is not None:
            faults.append(left_out(place, value))
        return _ODD
    if isinstance(kind, dict):
        at = f"{place}." if place else ""
        kept = {
            name: _kept(item, kind[name], f"{at}{name}", faults) if name in kind else item
            for name, item in value.items()
        }
        return {name: item for name, item in kept.items() if item is not _ODD}
    if isinstance(kind, list):
        items = (_kept(item, kind[0], f"{place}[{n}]", faults) for n, item in enumerate(value))
        return [item for item in items if item is not _ODD]
    return value


def whole_number(text: str | None) -> int | None:
    """The number that a text is, None where it is none, or longer than any that is meant.

    Examples
    --------
    >>> whole_number("1000"), whole_number("-1"), whole_number("9" * 5000), whole_number(None)
    (1000, None, None, None)
    """
    return int(text) if text and re.fullmatch(r"[0-9]{1,15}", text) else None
