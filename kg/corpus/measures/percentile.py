"""Where a work stands by citations among all works of its year and field."""

from collections.abc import Mapping

import numpy as np

from kg.analysis.base.cohort import COHORT, percentiles
from kg.corpus.measures.blocks import Blocks
from kg.corpus.measures.measure import Measure, Part, Setting, columns

ALL = ""  # the field of works that have none; no field has this name


def of_year(blocks: Blocks, year: int, setting: Setting) -> Part:
    """The percentile of each work of one year by citations, in its year (`in_year`) and in its year and field (`percentile`).

    Mid-rank percentile, (midrank - 1/2)/n: 0.9 is above nine in ten. The cohort is extended by one year on both sides until it
    holds 30 works (`years_apart`), as for kg's `citations_rank`, which `in_year` equals. Works without a field, or of a field
    that has fewer than 30 dated works in all, are compared with all works: `cohort_field` is null there. The citations compared are
    those of the whole catalogue, from all its years. Works without a year have no cohort and no row.

    Parameters
    ----------
    blocks : Blocks
        The corpus.
    year : int
        The year.
    setting : Setting
        What is known before: how many works each field has in each year.

    Notes
    -----
    Memory: field and citations of the works of one year, or of as many years as the smallest cohort takes.
    """
    import pyarrow as pa

    works = blocks.works(year, "n", "field", "citations_held")
    held, fields = works["citations_held"], works["field"]
    by_field = {
        field: {y: setting.facts[y].fields.get(field, 0) for y in setting.dated} for field in np.unique(fields).tolist()
    }
    everyone = {y: setting.facts[y].works for y in setting.dated}
    small = {field for field, by in by_field.items() if field == ALL or sum(by.values()) < COHORT}
    apart_all = years_apart(everyone, year)
    around = _Neighbours(blocks, year, setting)
    in_year = around.percentiles(held, apart_all, None)
    value, cohort = in_year.copy(), np.full(len(held), around.size(apart_all, None))
    apart = np.full(len(held), apart_all)
    for field in set(by_field) - small:
        mine = np.flatnonzero(fields == field)
        reach = years_apart(by_field[field], year)
        value[mine] = around.percentiles(held[mine], reach, field)
        cohort[mine], apart[mine] = around.size(reach, field), reach
    compared = pa.array([None if field in small else field for field in fields.tolist()], pa.string())
    table = columns(
        n=works["n"],
        citations=held.astype(np.int32),
        percentile=value,
        cohort=cohort,
        in_year=in_year,
        years_apart=apart.astype(np.int32),
    ).append_column("cohort_field", compared)
    return table, {
        "works": len(held),
        "in_a_field": len(held) - compared.null_count,
        "cohorts_extended": len({f for f in set(by_field) - small if years_apart(by_field[f], year)}),
    }


def years_apart(works: Mapping[int, int], year: int) -> int:
    """How many years the cohort of a year extends on each side until it has 30 works, or all there are.

    Parameters
    ----------
    works : mapping of int to int
        How many works of its kind each year has.
    year : int
        The year.
    """
    enough, apart, found = min(COHORT, sum(works.values())), 0, works.get(year, 0)
    for distance in sorted({abs(y - year) for y in works} - {0}):
        if found >= enough:
            break
        apart, found = distance, found + works.get(year - distance, 0) + works.get(year + distance, 0)
    return apart


class _Neighbours:
    """Citations of the works of years around one, by field, read when a cohort needs them."""

    def __init__(self, blocks: Blocks, year: int, setting: Setting) -> None:
        self._blocks, self._year, self._setting = blocks, year, setting
        self._read: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def percentiles(self, mine: np.ndarray, apart: int, field: str | None) -> np.ndarray:
        """The percentiles of works of the year among themselves and those of the years around it."""
        others = [self._held(y, field) for y in self._years(apart) if y != self._year]
        return percentiles(np.concatenate([mine, *others]))[: len(mine)]

    def size(self, apart: int, field: str | None) -> int:
        """The works of the cohort."""
        facts = [self._setting.facts[y] for y in self._years(apart)]
        return sum(one.works if field is None else one.fields.get(field, 0) for one in facts)

    def _years(self, apart: int) -> list[int]:
        return [y for y in self._setting.dated if abs(y - self._year) <= apart]

    def _held(self, year: int, field: str | None) -> np.ndarray:
        if year not in self._read:
            works = self._blocks.works(year, "citations_held", "field")
            self._read[year] = works["citations_held"], works["field"]
        held, fields = self._read[year]
        return held if field is None else held[fields == field]


MEASURE = Measure(
    name="percentile",
    column="percentile",
    unit="share of the cohort",
    about="Where a work stands by citations among the works of its year and field: 0.9 is above nine in ten.",
    rest="have no year",
    of_year=of_year,
    shown=("citations", "cohort"),
)
