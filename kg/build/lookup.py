"""Which works of a graph a file names: an article's references, a bibliography's entries, a list of ids."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg import plugins
from kg.catalogue import Catalogue
from kg.errors import InputError
from kg.ingest.detect import recognise
from kg.ingest.resolve.reference import reference_of
from kg.ingest.resolve.resolver import resolve
from kg.model import Remark, Resolution, Work

if TYPE_CHECKING:
    from kg.ingest.readers.reader import Reader


def works_listed(
    path: Path, catalogues: Sequence[Catalogue], *, kind: str | None = None, remarks: list[Remark] | None = None
) -> Iterator[tuple[Resolution, Work | None]]:
    """How each entry of a file is resolved in catalogues, and the work it surely means. Nothing is saved.

    What the reader left out or changed is added to `remarks`.

    Raises InputError for an edge list, whose ids are never looked up, and for a file that cannot be read.
    """
    read: Reader = plugins.load("reader", recognise(path, as_=kind))
    for batch in read(path, source=path.name):
        if batch.strict:
            hint = "name a BibTeX file, an article or a list of ids"
            raise InputError(f"{path} is a list of citations, not a bibliography", hint)
        if remarks is not None:
            remarks += batch.remarks
        for reference in (*batch.references, *(reference_of(work) for work in batch.works if not work.stub)):
            yield resolve(reference, catalogues)
