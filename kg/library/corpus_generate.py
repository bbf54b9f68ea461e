"""Generated snapshots, to try `kg corpus` without a download."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.corpus.generate import Generated
from kg.corpus.generate import generate as write
from kg.library.answers import Answer, Block, Table

__all__ = ["GeneratedSnapshot", "generate"]
_FATES = {
    "works": "works",
    "undated": "  of these without a year",
    "missing": "  of these without their reference list",
    "citations": "citations between works",
    "future": "  of these, of a later work",
    "dangling": "citations of works that are not there",
    "duplicates": "citations given again",
    "loops": "citations of a work by itself",
    "repeated": "works given again",
    "superseded": "older versions of works",
    "odd": "works with fields of an unexpected kind",
    "unusable": "lines and records that are no work",
    "truncated": "files cut off",
}


@dataclass(frozen=True, repr=False)
class GeneratedSnapshot(Answer):
    """What is in a generated snapshot: what a corpus of it should have.

    Attributes
    ----------
    generated : Generated
        Its folder, options and counts.
    """

    generated: Generated
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The folder, the options and the counts."""
        made = self.generated
        return {"folder": str(made.folder), "is_generated": True, "options": made.options, "counts": made.counts}

    def blocks(self) -> Iterator[Block]:
        """The folder, and a table of the counts."""
        made = self.generated
        yield f"{made.folder}: a generated snapshot in the format {made.options['format']}; nothing in it is real"
        rows = [(what, f"{made.counts[key]:,}") for key, what in _FATES.items() if made.counts[key] or key == "works"]
        yield Table(["generated", "number"], rows, right=["number"])


def generate(folder: str | Path, **options: Any) -> GeneratedSnapshot:
    """Write a snapshot of works that do not exist, in the shape of a real one.

    Parameters
    ----------
    folder : str or Path
        A new or empty folder.
    **options : Any
        As `kg.corpus.generate.generate` takes them: format, works, mean_references, seed, shards and more.

    Returns
    -------
    GeneratedSnapshot
        What is in it.

    Raises
    ------
    InputError
        If an option is out of range or the folder has something in it.
    """
    return GeneratedSnapshot(write(folder, **options))
