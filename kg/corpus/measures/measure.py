"""What a measure of a corpus is, and what the job gives it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.corpus.engine_base import Engine
from kg.corpus.measures.blocks import UNDATED, Blocks, YearFacts

if TYPE_CHECKING:
    import pyarrow as pa

Options = Mapping[str, Any]
Part = tuple["pa.Table", dict[str, Any]]
HEARD = 0.5  # share of known reference lists that a year needs for its silence to say anything


@dataclass(frozen=True)
class Setting:
    """What is known before a measure begins, the same for every year.

    Attributes
    ----------
    facts : dict of int to YearFacts
        How many works each year has, and how many of their lists are known.
    last : int or None
        The last full year of the catalogue.
    options : Mapping
        The options of the measure.
    scratch : str
        A folder for what one step leaves to the next; gone when the measure is done.
    """

    facts: dict[int, YearFacts]
    last: int | None
    options: Options
    scratch: str = ""

    @property
    def dated(self) -> list[int]:
        """The years that have works, in order."""
        return [year for year in self.facts if year != UNDATED]

    def known(self, first: int, last: int) -> float | None:
        """The share of known reference lists among the works of the years first..last; None where there are none."""
        some = [self.facts[year] for year in range(first, last + 1) if year in self.facts]
        works = sum(one.works for one in some)
        return sum(one.known for one in some) / works if works else None


@dataclass(frozen=True)
class Measure:
    """A figure for each work of a corpus, computed a year at a time.

    Attributes
    ----------
    name : str
        Its name, and that of its folder.
    column : str
        The column that holds the figure.
    unit : str
        The unit of the figure.
    about : str
        What it says, in a sentence.
    rest : str
        What is true of the works that have no row, in a few words.
    of_year : callable
        Gives the rows of the works of one year, sorted by `n`, and counts of them.
    undated : bool
        Whether works without a year have rows, too.
    options : Mapping
        The options and their defaults.
    check : callable, optional
        Refuses values of the options that have no meaning.
    before : callable, optional
        What is done once, before the years, where the engine runs.
    shown : tuple of str
        Other columns shown beside the figure.
    by_year : tuple of str
        The counts of a year that are shown in a table of years.
    """

    name: str
    column: str
    unit: str
    about: str
    rest: str
    of_year: Callable[[Blocks, int, Setting], Part]
    undated: bool = False
    options: Options = field(default_factory=dict)
    check: Callable[[Options], None] | None = None
    before: Callable[[Blocks, Engine, Setting], dict[str, Any]] | None = None
    shown: tuple[str, ...] = ()
    by_year: tuple[str, ...] = ()

    def years(self, blocks: Blocks) -> list[int]:
        """The years that get a part."""
        return [year for year in blocks.years if self.undated or year != UNDATED]


def scratch_file(setting: Setting, name: str) -> Path:
    """A file of the scratch folder."""
    return Path(setting.scratch, name)


def share(above: NDArray[Any], below: NDArray[Any], where: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """One number divided by the other, NaN where `below` is 0 or `where` is false."""
    defined = (below > 0) if where is None else where & (below > 0)
    result: NDArray[np.float64] = np.divide(above, below, out=np.full(len(below), np.nan), where=defined)
    return result


def columns(**arrays: NDArray[Any]) -> "pa.Table":
    """A table of arrays; NaN becomes null, so that no engine takes it for the greatest of all numbers."""
    import pyarrow as pa

    return pa.table({name: pa.array(values, from_pandas=values.dtype.kind == "f") for name, values in arrays.items()})
