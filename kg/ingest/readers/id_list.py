"""A plain list of identifiers: one DOI, arXiv id, CorpusId or address per line, `#` before a remark."""

import re
from pathlib import Path

from kg.errors import InputError
from kg.ids import parse_identifier
from kg.ingest.readers.text_files import read_text
from kg.ingest.resolve.reference import Reference
from kg.model import Remark


def read_ids(path: Path, *, strict: bool = False) -> tuple[list[Reference], list[Remark]]:
    """One reference per line, to be resolved, and the lines that are no identifier.

    Raises InputError for a file without any identifier and, with `strict`, for the first line that is none.
    """
    references: list[Reference] = []
    remarks: list[Remark] = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        text = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if not text:
            continue
        where = f"{path.name} line {number}"
        identifier = parse_identifier(text)
        if identifier:
            references.append(Reference(text=text, where=where, identifiers=(identifier,)))
        elif strict:
            raise InputError(f"{where}: no identifier: {text[:80]!r}", "mend the line, or leave out --strict")
        else:
            remarks.append(Remark(where, f"no identifier: {text[:80]!r}"))
    if not references:
        raise InputError(
            f"no identifier in {path}", "one per line, such as 10.1109/icnn.1988.23933 or arXiv:1609.03499"
        )
    return references, remarks
