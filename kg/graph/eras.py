"""Eras: named spans of years, and whose works of those years are meant. Standard library only: `kg path` must start at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.files import read_small, read_toml
from kg.graph.arrays import UNDATED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_YEARS = re.compile(r"(\d{4})-(\d{4})?")
_FORM = 'write lines such as: early = [1988, 2008], or a table with years = [1988, 2008] and members = "core.txt"'


@dataclass(frozen=True)
class Era:
    """A span of years, and of all works of these years those that are meant.

    Attributes
    ----------
    name : str
        What it is called; the years, where it has no other name.
    first, last : int
        Its first and last year; 9999 where it goes on.
    members : frozenset of str, optional
        The ids of the works that belong to it; not given: every work of these years.
    """

    name: str
    first: int
    last: int
    members: frozenset[str] | None = None

    @property
    def years(self) -> str:
        """Its years in words: "1988 to 2008", "from 2009"."""
        return f"{self.first} to {self.last}" if self.last < 9999 else f"from {self.first}"

    def holds(self, work: str, year: int | None) -> bool:
        """Whether a work, given by id and year, belongs to it; a work without a year belongs to none."""
        return year is not None and self.first <= year <= self.last and (self.members is None or work in self.members)

    @classmethod
    def of(cls, span: "Era | tuple[int, int]") -> "Era":
        """An era as it is, or the years from a first to a last one."""
        return span if isinstance(span, Era) else cls(f"{span[0]}-{span[1]}", *span)


def within(years: "NDArray[Any]", ids: Sequence[str], era: Era) -> "NDArray[np.bool_]":
    """Which of many works `era.holds`, from arrays of their years and ids."""
    import numpy as np

    inside: NDArray[np.bool_] = (years != UNDATED) & (years >= era.first) & (years <= era.last)
    if era.members is not None:
        inside &= np.fromiter((id_ in era.members for id_ in ids), np.bool_, len(ids))
    return inside


def eras_of(folder: Path) -> dict[str, Era]:
    """The eras that the file `eras.toml` in a graph's folder names, by name; a folder without it has none.

    A line `name = [first, last]` names years; a table may name the works too, by `members`: ids, or a file of ids beside it.

    Raises
    ------
    InputError
        If `eras.toml` has other lines.
    """
    path = folder / "eras.toml"
    named = read_toml(path, _FORM)
    try:
        return {str(name): _era(folder, str(name), rule) for name, rule in named.items()}
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise InputError(f"{path} is not a list of eras: {error}", _FORM) from error


def era_named(text: str, eras: dict[str, Era]) -> Era:
    """The era of a name (blanks may be hyphens), or of years such as 1988-2008 or 2009-.

    Raises
    ------
    InputError
        If there is no such era, or it ends before it begins.

    Examples
    --------
    >>> era_named("2009-", {}), era_named("classical", {"classical": Era("classical", 1750, 1820)}).years
    (Era(name='2009-', first=2009, last=9999, members=None), '1750 to 1820')
    """
    if match := _YEARS.fullmatch(text):
        first, last = int(match[1]), int(match[2] or 9999)
        if first > last:
            raise InputError(f"the era {text} ends before it begins", f"did you mean {last}-{first}?")
        return Era(text, first, last)
    for name, era in eras.items():
        if text in (name, name.replace(" ", "-")):
            return era
    known = f"known: {', '.join(eras)}; or give years" if eras else "this graph names no eras (eras.toml): give years"
    raise InputError(f"unknown era {text!r}", f"{known}: 1988-2008, 2009-")


def is_era(text: str, eras: dict[str, Era]) -> bool:
    """Whether a text is the name of an era, or years."""
    return bool(_YEARS.fullmatch(text)) or any(text in (name, name.replace(" ", "-")) for name in eras)


def _era(folder: Path, name: str, rule: object) -> Era:
    table: dict[str, Any] = rule if isinstance(rule, dict) else {"years": rule}
    if unknown := table.keys() - {"years", "members"}:
        raise ValueError(f"{name} has {', '.join(sorted(unknown))}")
    first, last = (int(year) for year in table["years"])
    if first > last:
        raise ValueError(f"{name} ends before it begins")
    return Era(name, first, last, listed(folder, table["members"]) if "members" in table else None)


def listed(folder: Path, members: str | list[str]) -> frozenset[str]:
    """The ids of a rule's `members`: as they are, or those in a file of the folder.

    Raises
    ------
    OSError
        If there is no such file.
    InputError
        If it is none, too long, or no UTF-8.
    """
    ids = read_small(folder / members).split() if isinstance(members, str) else members
    return frozenset(map(str, ids))
