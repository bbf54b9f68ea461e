"""Works and citations keyed by numbers, as catalogues have them, saved by the million."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from kg.columns import CitationTable
from kg.errors import InputError
from kg.model import Batch, Retrieval, Work

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.graph.writer import Writer

_PAGE = 100_000


@dataclass(slots=True)
class Loaded:
    """What a bulk load saved: works and distinct citations given, repeated citations, citations of a work by itself."""

    works: int = 0
    citations: int = 0
    duplicates: int = 0
    loops: int = 0


def load(
    writer: "Writer",
    works: Iterable[tuple[int, Work]],
    citations: "Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]",
    *,
    source: str,
    retrievals: Iterable[Retrieval] = (),
) -> Loaded:
    """Save works and citations keyed by numbers, in one transaction: all of them, or nothing.

    The graph may be new or hold works already: records describe works as they do for `Writer.add` of a batch with
    `strict`. Citations are sorted in bounded memory (`kg.pairs`), so that they may come in any order; a repeated one is
    kept once, with how often it came. New works, with their authors, identifiers and facts, are saved together, and indexes
    on them made once.

    Parameters
    ----------
    writer : Writer
        The writer of the graph.
    works : iterable of tuple
        Each work's number in the catalogue, and its record. They are taken a page at a time.
    citations : iterable of tuple
        Blocks of citations, each as two arrays of the numbers of the citing and of the cited works.
    source : str
        Who reports the citations.
    retrievals : iterable of Retrieval
        How lists were retrieved, by the ids of their works; taken a page at a time, after all else.

    Returns
    -------
    Loaded
        Counts of what was given.

    Raises
    ------
    InputError
        If a citation names a number that no work has, two works have one number, or two titles one id; nothing was saved.

    Examples
    --------
    >>> import numpy as np
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from kg.graph.writer import Writer
    >>> works = [(7, Work(id="doi:10.1/a", title="A", year=1990)), (3, Work(id="openalex:W3", title="B"))]
    >>> with TemporaryDirectory() as folder, Writer.open(Path(folder) / "graph.sqlite", "example") as writer:
    ...     load(writer, works, [(np.array([7, 7]), np.array([3, 3]))], source="openalex")
    Loaded(works=2, citations=1, duplicates=1, loops=0)
    """
    loaded = Loaded()
    writer.add_all(_batches(works, citations, source, retrievals, loaded))
    return loaded


def _batches(
    works: Iterable[tuple[int, Work]],
    citations: "Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]",
    source: str,
    retrievals: Iterable[Retrieval],
    loaded: Loaded,
) -> Iterator[Batch]:
    import numpy as np

    from kg.pairs import Pairs

    ids, numbers, rest = list[str](), array("q"), iter(works)
    while page := list(islice(rest, _PAGE)):
        ids += [work.id for _, work in page]
        numbers.extend(number for number, _ in page)
        yield Batch(works=[work for _, work in page], strict=True)
    loaded.works = len(ids)
    order = np.argsort(numbers, kind="stable")
    known = np.asarray(numbers)[order]
    if len(twice := known[1:][known[1:] == known[:-1]]):
        raise InputError(f"two works have the number {twice[0]}", "give each work its own number")

    def places(ends: "NDArray[np.int64]") -> "NDArray[np.int64]":
        at = np.searchsorted(known, ends)
        missing = ends[known[np.minimum(at, len(known) - 1)] != ends] if len(known) else ends
        if len(missing):
            raise InputError(f"a citation names {missing[0]}, and no work has this number", "leave it out")
        return order[at] if len(known) else at

    pairs = Pairs()
    for citing, cited in citations:
        pairs.add(places(citing), places(cited))
    for first, second, times in pairs.pages():
        loaded.citations += len(times)
        loaded.duplicates += int(times.sum()) - len(times)
        loaded.loops += int((first == second).sum())
        yield Batch(table=CitationTable(works=ids, citing=first, cited=second, times=times, source=source), strict=True)
    lists = iter(retrievals)
    while asked := list(islice(lists, _PAGE)):
        yield Batch(retrievals=asked, strict=True)
