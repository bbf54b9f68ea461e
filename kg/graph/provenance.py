"""Where a graph was read from, and what only its store knows: its eras, identifiers and evidence, and whose data it is."""

import shlex
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from kg.errors import InputError
from kg.graph.bundled import bundled_folder
from kg.graph.store import Store
from kg.model import ERAS, credits_of


@dataclass(frozen=True)
class Provenance:
    """The folder and the store that a CitationGraph was read from.

    Attributes
    ----------
    folder
        The graph's folder.
    store
        Its store, showing the graph as it stands; as of a year, where the graph does.
    """

    folder: Path
    store: Store

    def as_of(self, year: int) -> "Provenance":
        """The same, showing what there was at the end of a year."""
        return self if year == self.store.until else replace(self, store=self.store.as_of(year))

    @property
    def works(self) -> int:
        """How many works the whole graph has."""
        return self.store.counts()[0]

    @property
    def attribution(self) -> str:
        """The line that names those sources of the graph that ask to be named; "" where none does."""
        return credits_of(name for (name,) in self.store.db.execute("SELECT name FROM source ORDER BY n"))

    @cached_property
    def eras(self) -> dict[str, tuple[int, int]]:
        """Named spans of years: those of `eras.toml` in the folder (`name = [first, last]`), else those of the first graph.

        Raises
        ------
        InputError
            If `eras.toml` does not hold such lines.
        """
        return eras_of(self.folder)

    @property
    def options(self) -> str:
        """What a command needs to read the same graph: " --graph NAME --as-of YEAR"; "" for the bundled graph."""
        when = "" if self.store.until is None else f" --as-of {self.store.until}"
        if self.folder == bundled_folder():
            return when
        name = self.folder.name if self.folder.parent.name == "graphs" else str(self.folder)
        return f" --graph {shlex.quote(name)}{when}"

    def identifiers(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The identifiers of works, in normal form, by work id; works without any are left out."""
        wanted = set(ids)
        return {work.id: work.identifiers for work in self.store.works() if work.id in wanted and work.identifiers}


def eras_of(folder: Path) -> dict[str, tuple[int, int]]:
    """The eras that the `eras.toml` of a folder names, else those of the first graph; raises InputError."""
    path = folder / "eras.toml"
    if not path.exists():
        return dict(ERAS)
    try:
        named = tomllib.loads(path.read_text(encoding="utf-8"))
        spans = {name: era["years"] if isinstance(era, dict) else era for name, era in named.items()}
        return {str(name): (int(first), int(last)) for name, (first, last) in spans.items()}
    except (ValueError, TypeError, KeyError) as error:
        hint = "write lines such as: connectionist = [1988, 2008]"
        raise InputError(f"{path} does not name eras: {error}", hint) from error
