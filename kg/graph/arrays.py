"""The arrays of a citation graph, in memory or mapped from a folder. Standard library only.

A folder `index/STATE/` has one raw little-endian file for each array, and `meta.json`; it is sealed as `derived` says, and
never changed afterwards. `kg path` reads it without numpy.
"""

import json
import mmap
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from kg.aside import built_aside
from kg.errors import StoreError
from kg.graph.derived import damage, publish
from kg.model import Outcome

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNDATED: Final = -(2**31)
OUTCOMES: Final = tuple(Outcome)
KNOWN: Final = tuple(code for code, outcome in enumerate(OUTCOMES) if outcome.known)

Bytes = Annotated["NDArray[np.uint8]", "B"]  # the text is the array's typecode
Ints = Annotated["NDArray[np.int32]", "i"]
Longs = Annotated["NDArray[np.int64]", "q"]


@dataclass(frozen=True, kw_only=True)
class GraphArrays:
    """A citation graph as arrays, which every analysis and every search reads.

    Works are numbered from 0 so that every citation outside a cycle goes from a later generation to an earlier one.
    Citations are distinct pairs without loops. Each array is a numpy array, or a memoryview of the same numbers where
    numpy is not loaded: indexing, slicing, `len` and `tolist` work on both.

    Attributes
    ----------
    reference_offsets, reference_works : arrays of int64 and of int32
        Citing -> cited: work i cites `reference_works[reference_offsets[i]:reference_offsets[i + 1]]`, in rising order.
    citer_offsets, citer_works : arrays of int64 and of int32
        Cited -> citing, in the same form.
    years : array of int32
        Year of each work, `UNDATED` where unknown.
    dates : array of int32
        `date.toordinal()` of each work whose full date is known, else `UNDATED`.
    outcomes : array of uint8
        How each work's reference list was retrieved, as a position in `OUTCOMES`.
    generations : array of int64
        Offsets of the generations in the numbering; see `topology`.
    components : array of int32
        The strongly connected component of each work; works of one component are neighbours.
    loops : array of int32
        Works that cite themselves; these citations are in no other array.
    rows : array of int32
        For each work, its row in the store, or its place among the works the graph was made from.
    numbers : array of int32
        For each row, the number of its work; -1 where there is none.
    meta : Mapping[str, Any]
        Counts of the graph and the revision of its store.
    """

    reference_offsets: Longs
    reference_works: Ints
    citer_offsets: Longs
    citer_works: Ints
    years: Ints
    dates: Ints
    outcomes: Bytes
    generations: Longs
    components: Ints
    loops: Ints
    rows: Ints
    numbers: Ints
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        """The number of works."""
        return len(self.years)


#: array name -> typecode: B uint8, i int32, q int64
ARRAYS: Final[dict[str, str]] = {
    name: kind.__metadata__[0] for name, kind in GraphArrays.__annotations__.items() if hasattr(kind, "__metadata__")
}


def read_arrays(folder: Path) -> GraphArrays:
    """Map the arrays that `write_arrays` wrote to a folder, read-only.

    Raises
    ------
    StoreError
        If a file is missing, or not as it was written.
    """
    hint = "delete it; it is rebuilt from the store"
    if fault := damage(folder):
        raise StoreError(f"the index {folder} cannot be used: {fault}", hint)
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        mapped = {name: _map(folder / name, code, meta["bytes"][name]) for name, code in ARRAYS.items()}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"the index {folder} cannot be read: {error}", hint) from error
    return GraphArrays(**mapped, meta=meta)


def write_arrays(folder: Path, arrays: GraphArrays) -> None:
    """Write arrays to a new folder, in one step for its readers; a folder of that name is left as it is."""
    with built_aside(folder.parent) as temporary:
        sizes = {}
        for name in ARRAYS:
            data = getattr(arrays, name).tobytes()
            (temporary / name).write_bytes(data)
            sizes[name] = len(data)
        (temporary / "meta.json").write_text(json.dumps({**arrays.meta, "bytes": sizes}), encoding="utf-8")
        publish(temporary, folder)


def _map(path: Path, typecode: str, size: int) -> Any:
    if path.stat().st_size != size:
        raise ValueError(f"{path.name} is not {size} bytes long")
    if size == 0:
        return memoryview(array(typecode))
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast(typecode)  # type: ignore[call-overload]
