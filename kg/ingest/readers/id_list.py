"""A plain list of identifiers: one DOI, arXiv id, CorpusId or address per line, `#` before a remark."""

import re
from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError
from kg.ids import parse_identifier
from kg.ingest.readers.edges import columns
from kg.ingest.readers.reader import Sample, reader
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Reference, Remark


def _is_id_list(sample: Sample) -> bool:
    names = [line.split(" #")[0].strip() for line in sample.lines]
    if not names or columns(sample.rows[0]):
        return False
    return sum(" " not in name and parse_identifier(name) is not None for name in names) * 2 > len(names)


@reader(_is_id_list)
def read_ids(path: Path, *, source: str = "", strict: bool = False) -> Iterator[Batch]:
    """One reference per line, to be looked up, with a remark on each line that is no identifier.

    Raises InputError for a file without any identifier and, with `strict`, for the first line that is none.
    """
    del source
    batch = Batch()
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        text = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if not text:
            continue
        where = f"{path.name} line {number}"
        identifier = parse_identifier(text)
        if identifier:
            batch.references.append(Reference(text=text, where=where, identifiers=(identifier,)))
        elif strict:
            raise InputError(f"{where}: not an identifier: {text[:80]!r}", "correct the line, or leave out --strict")
        else:
            batch.remarks.append(Remark(where, f"not an identifier: {text[:80]!r}"))
    if not batch.references:
        raise InputError(
            f"no identifier in {path}", "one per line, such as 10.1109/icnn.1988.23933 or arXiv:1609.03499"
        )
    batch.records = len(batch.remarks)
    yield batch
