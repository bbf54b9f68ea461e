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
from typing import Annotated, Any, Final, Self

from kg.errors import StoreError
from kg.model import Outcome

UNDATED: Final = -(2**31)
OUTCOMES: Final = tuple(Outcome)
KNOWN: Final = tuple(code for code, outcome in enumerate(OUTCOMES) if outcome.known)

Bytes = Annotated["memoryview[int]", "B"]  # the text is the arrays' typecode
Ints = Annotated["memoryview[int]", "i"]
Longs = Annotated["memoryview[int]", "q"]


class Index:
    """The arrays of one revision, mapped read-only.

    Works are numbered so that every citation outside a cyclic part goes from a later generation to an earlier one.
    """

    reference_offsets: Longs  # citing -> cited: the references of work i are reference_works[offsets[i]:offsets[i+1]]
    reference_works: Ints
    citer_offsets: Longs  # cited -> citing, same shape
    citer_works: Ints
    years: Ints  # UNDATED where unknown
    dates: Ints  # date.toordinal() where the full date is held, else UNDATED
    outcomes: Bytes  # of the reference list, as a position in OUTCOMES
    generations: Longs  # offsets of the generations in the numbering
    components: Ints  # strongly connected part of each work
    loops: Ints  # works citing themselves; loops are in no other array
    rows: Ints  # the store's row of each work
    numbers: Ints  # the work of each row of the store, -1 where there is none

    def __init__(self, folder: Path) -> None:
        try:
            self.meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            for name, typecode in ARRAYS.items():
                setattr(self, name, _map(folder / name, typecode, self.meta["bytes"][name]))
        except (OSError, ValueError, TypeError, KeyError) as error:
            hint = "delete it; it is rebuilt from the store"
            raise StoreError(f"the index {folder} cannot be read: {error}", hint) from error

    @classmethod
    def in_memory(cls, arrays: Mapping[str, bytes], meta: Mapping[str, Any]) -> Self:
        """An index that no folder holds."""
        index = cls.__new__(cls)
        index.meta = dict(meta)
        for name, typecode in ARRAYS.items():
            setattr(index, name, memoryview(arrays[name]).cast(typecode))  # type: ignore[call-overload]
        return index

    def __len__(self) -> int:
        """The number of works."""
        return len(self.years)


#: array name -> typecode: B uint8, i int32, q int64
ARRAYS: Final[dict[str, str]] = {name: kind.__metadata__[0] for name, kind in Index.__annotations__.items()}


def write_index(folder: Path, arrays: Mapping[str, bytes], meta: Mapping[str, Any]) -> None:
    """Write an index beside `folder` and publish it there by one rename; a folder already there stays."""
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    temporary.mkdir(parents=True)
    try:
        for name in ARRAYS:
            (temporary / name).write_bytes(arrays[name])
        described = {**meta, "bytes": {name: len(arrays[name]) for name in ARRAYS}}
        (temporary / "meta.json").write_text(json.dumps(described), encoding="utf-8")
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
