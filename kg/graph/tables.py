"""What a `CitationGraph` is made of beside its arrays: its tables, and the citations in one direction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.graph.provenance import Provenance
from kg.model import Claim

if TYPE_CHECKING:
    import pandas as pd

REPORTED = ["reported_references", "reported_citations"]
WORK_COLUMNS = ["title", "authors", "year", "date", "venue", "type", "retracted", "stub", "seed", "outcome", *REPORTED]
CONCEPT_COLUMNS = ["work", "scheme", "label", "source"]


class Rows(NamedTuple):
    """One direction of the citations: the row of work i is `works[offsets[i]:offsets[i + 1]]`, in rising order."""

    offsets: NDArray[np.int64]
    works: NDArray[np.int32]

    def of(self, i: int) -> NDArray[np.int32]:
        """The works in the row of work i."""
        return self.works[self.offsets[i] : self.offsets[i + 1]]

    def counts(self) -> NDArray[np.int64]:
        """The length of each row."""
        return np.diff(self.offsets)

    def owners(self) -> NDArray[np.int64]:
        """The work whose row each entry of `works` is in."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.counts())


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The tables of a graph, each as a function that makes it when it is first used; rows are in the order of the works.

    Attributes
    ----------
    ids, works, concepts, claims : callable
        What `CitationGraph` has under these names.
    provenance : Provenance or None
        Where they are read from.
    until : int or None
        The last year they show.
    held : tuple of int or None
        How many works cite each work in the graph that these were chosen from, for exports; None where nothing was chosen.
    """

    ids: Callable[[], list[str]]
    works: Callable[[], "pd.DataFrame"]
    concepts: Callable[[], "pd.DataFrame"]
    claims: Callable[[], tuple[Claim, ...]]
    provenance: Provenance | None = None
    until: int | None = None
    held: tuple[int, ...] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as the tables themselves."""
        made = (self.ids(), self.works(), self.concepts(), self.claims())
        return _tables, (*made, self.provenance, self.until)


def _tables(
    ids: list[str],
    works: "pd.DataFrame",
    concepts: "pd.DataFrame",
    claims: tuple[Claim, ...],
    provenance: Provenance | None,
    until: int | None,
) -> Tables:
    return Tables(
        ids=lambda: ids,
        works=lambda: works,
        concepts=lambda: concepts,
        claims=lambda: claims,
        provenance=provenance,
        until=until,
    )
