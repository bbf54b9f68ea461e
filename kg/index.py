"""The memory-mapped arrays of a graph: its citations both ways, years and list outcomes. Standard library only.

A folder `index/REVISION/` holds one raw little-endian file per array and `meta.json`. It is written whole under another
name and then renamed, never changed afterwards, and belongs to the store of that revision. `kg path` lives on it.
"""

import json
import mmap
import os
import shutil
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kg.errors import StoreError
from kg.model import Outcome

UNDATED: Final = -(2**31)
OUTCOMES: Final = tuple(Outcome)
KNOWN: Final = tuple(code for code, outcome in enumerate(OUTCOMES) if outcome.known)

#: array name -> typecode: b uint8, i int32, q int64
ARRAYS: Final[dict[str, str]] = {
    "reference_offsets": "q",  # citing -> cited: the references of work i are reference_works[offsets[i]:offsets[i+1]]
    "reference_works": "i",
    "citer_offsets": "q",  # cited -> citing, same shape
    "citer_works": "i",
    "years": "i",  # UNDATED where unknown
    "dates": "i",  # date.toordinal() where the full date is held, else UNDATED
    "outcomes": "B",  # of the reference list, as a position in OUTCOMES
    "generations": "q",  # offsets of the generations in the numbering
    "components": "i",  # strongly connected part of each work
    "loops": "i",  # works citing themselves; loops are in no other array
    "rows": "i",  # the store's row of each work
    "numbers": "i",  # the work of each row of the store, -1 where there is none
}


class Index:
    """The arrays of one revision, mapped read-only; attribute names are those of ARRAYS.

    Works are numbered so that every citation outside a cyclic part goes from a later generation to an earlier one.
    """

    reference_offsets: "memoryview[int]"
    reference_works: "memoryview[int]"
    citer_offsets: "memoryview[int]"
    citer_works: "memoryview[int]"
    years: "memoryview[int]"
    dates: "memoryview[int]"
    outcomes: "memoryview[int]"
    generations: "memoryview[int]"
    components: "memoryview[int]"
    loops: "memoryview[int]"
    rows: "memoryview[int]"
    numbers: "memoryview[int]"

    def __init__(self, folder: Path) -> None:
        try:
            self.meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            for name, typecode in ARRAYS.items():
                setattr(self, name, _map(folder / name, typecode, self.meta["bytes"][name]))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(
                f"the index {folder} cannot be read: {error}", "delete it; it is rebuilt from the store"
            ) from error

    def __len__(self) -> int:
        """The number of works."""
        return len(self.years)


def write_index(folder: Path, arrays: Mapping[str, bytes], meta: Mapping[str, Any]) -> None:
    """Write an index beside `folder` and publish it there by one rename; a folder already there stays."""
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    temporary.mkdir(parents=True)
    try:
        for name in ARRAYS:
            (temporary / name).write_bytes(arrays[name])
        (temporary / "meta.json").write_text(
            json.dumps({**meta, "bytes": {name: len(arrays[name]) for name in ARRAYS}}), encoding="utf-8"
        )
        if not folder.exists():
            temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _map(path: Path, typecode: str, size: int) -> "memoryview[int]":
    if path.stat().st_size != size:
        raise ValueError(f"{path.name} is not {size} bytes long")
    if size == 0:
        return memoryview(array(typecode))
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)).cast(typecode)  # type: ignore[call-overload, no-any-return]
