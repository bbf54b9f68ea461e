"""One direction of the citations of a graph, as rows of works."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Rows(NamedTuple):
    """One direction of the citations: row i of work i is `works[offsets[i]:offsets[i + 1]]`, sorted."""

    offsets: NDArray[np.int64]
    works: NDArray[np.int32]

    def of(self, i: int) -> NDArray[np.int32]:
        """The works in row i."""
        return self.works[self.offsets[i] : self.offsets[i + 1]]

    def counts(self) -> NDArray[np.int64]:
        """The length of each row."""
        return np.diff(self.offsets)

    def owners(self) -> NDArray[np.int64]:
        """For each entry of `works`, the work whose row it is in."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.counts())
