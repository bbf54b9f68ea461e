"""Works and citations by the million, as columns instead of records."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkIds:
    """Works of which nothing but the id is known.

    Attributes
    ----------
    ids : collection of str
        Their ids, each once.
    source : str
        Who names them.
    """

    ids: Collection[str]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationTable:
    """Citations of which a source says nothing but who cites whom.

    Attributes
    ----------
    works : sequence of str
        The ids of works; the columns give their places in it.
    citing, cited, times : collection of int
        The columns, best in rising order of their rows; each pair once, with how often the source lists it.
    source : str
        Who reports them.
    complete : bool
        Whether the reference lists of all citing works are complete as given.
    """

    works: Sequence[str]
    citing: Collection[int]
    cited: Collection[int]
    times: Collection[int]
    source: str
    complete: bool = False

    def __len__(self) -> int:
        """The number of citations."""
        return len(self.times)
