"""Citations of each work, by the year of the citing works."""

import numpy as np

from kg.corpus.measures.blocks import UNDATED, Blocks, rows_of
from kg.corpus.measures.measure import Measure, Part, Setting, columns


def of_year(blocks: Blocks, year: int, setting: Setting) -> Part:
    """The citations of the works of one year.

    Every distinct citing work of the catalogue counts, those of earlier years and without a year included (`undated`): the
    same number as kg's `citations_held`. A lower bound where reference lists are unknown. `years` and `counts` are its
    history: how many citing works each year has, years without any left out.

    Parameters
    ----------
    blocks : Blocks
        The corpus.
    year : int
        The year, 0 for the undated works.
    setting : Setting
        What is known before.

    Notes
    -----
    Citations are counted in one pass over those received by the works of the year, sorted by cited work. Memory: these
    citations, 60 bytes each.
    """
    import pyarrow as pa

    del setting
    n, received = blocks.numbers(year), blocks.cited(year)
    row = rows_of(n, received.cited)
    total = np.bincount(row, minlength=len(n))
    dated = received.citing_year != UNDATED
    pairs, count = np.unique((row[dated] << 16) | received.citing_year[dated], return_counts=True)
    offsets = np.searchsorted(pairs >> 16, np.arange(len(n) + 1))
    table = columns(
        n=n, citations=total.astype(np.int32), undated=np.bincount(row[~dated], minlength=len(n)).astype(np.int32)
    )
    for name, values in (("years", pairs & 0xFFFF), ("counts", count)):
        lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(values, pa.int32()))
        table = table.append_column(name, lists)
    return table, {
        "works": len(n),
        "with_citations": int((total > 0).sum()),
        "citations": len(row),
        "from_undated": int((~dated).sum()),
        "from_earlier": int((dated & (received.citing_year < year)).sum()),
    }


MEASURE = Measure(
    name="citations",
    column="citations",
    unit="citations",
    about="How many works of the catalogue cite a work, and in which years.",
    rest="",
    of_year=of_year,
    undated=True,
    by_year=("works", "with_citations", "citations"),
)
