"""Scores: what every metric of works returns: one row per work with value, bounds, n, coverage and reason."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import NothingFound
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
COLUMNS = ["value", "low", "high", "n", "coverage", "reason"]


@dataclass(frozen=True, kw_only=True)
class Scores:
    """A metric of every work of a graph.

    Attributes:
        metric: Its name.
        table: Index work id; columns `value` (NaN where null), `low` and `high` (bounds on what the whole truth could
            give, NaN where there is none), `n` (observations the value rests on), `coverage` (share of the reference
            lists that matter which are known, NaN where none matters), `reason` (why null, or a warning; else None);
            then columns of the metric's own.
        options: The options it was called with.
        notes: What was done with loops, duplicates, cycles, backward citations and undated works, with counts.
        whole: Whether values are whole numbers.
    """

    metric: str
    table: "pd.DataFrame"
    options: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    whole: bool = False

    @classmethod
    def of(
        cls,
        graph: CitationGraph,
        metric: str,
        value: Floats,
        *,
        n: NDArray[Any],
        coverage: Floats | float | None,
        low: Floats | None = None,
        high: Floats | None = None,
        reason: list[str | None] | None = None,
        options: dict[str, Any] | None = None,
        notes: list[str] | None = None,
        whole: bool = False,
        own: dict[str, Any] | None = None,
    ) -> "Scores":
        """Scores from arrays in the order of the work numbers; `own` are the metric's own columns."""
        import pandas as pd

        index = pd.Index(graph.ids, name="id", dtype="str")
        columns: dict[str, Any] = {
            "value": np.asarray(value, np.float64),
            "low": np.nan if low is None else low,
            "high": np.nan if high is None else high,
            "n": np.asarray(n, np.int64),
            "coverage": np.nan if coverage is None else coverage,
            "reason": pd.Series([None] * len(graph) if reason is None else reason, index, dtype=object),
        }
        table = pd.DataFrame(columns | (own or {}), index=index)
        return cls(metric=metric, table=table, options=options or {}, notes=notes or [], whole=whole)

    def __getitem__(self, id_: str) -> float:
        """The value of a work, NaN where null; raises NothingFound."""
        try:
            return float(self.table["value"].loc[id_])
        except KeyError:
            raise NothingFound(f"no work {id_!r} in this graph") from None

    @property
    def series(self) -> "pd.Series[float]":
        """The values under the metric's name, by work id: `graph.works.join(scores.series)`."""
        return self.table["value"].rename(self.metric)

    def ranked(self) -> "pd.DataFrame":
        """The table by falling value, nulls last, ties by id."""
        return self.table.sort_index().sort_values("value", ascending=False, kind="stable", na_position="last")

    def rows(self, top: int | None = None) -> list[dict[str, Any]]:
        """The ranked rows as plain values for JSON: null is None, whole numbers are int."""
        ranked = self.ranked()[COLUMNS].head(len(self.table) if top is None else top)
        return [
            {"id": id_} | {name: plain(row[name], whole=self.whole and name in COLUMNS[:3]) for name in COLUMNS}
            for id_, row in zip(ranked.index, ranked.to_dict("records"), strict=True)
        ]


def plain(value: Any, *, whole: bool = False) -> Any:
    """A table value for JSON: NaN becomes None, numpy numbers become Python's, inside lists too.

    >>> plain(float("nan")), plain(3.0), plain(3.0, whole=True), plain("x"), plain([("h", np.float64("nan"))])
    (None, 3.0, 3, 'x', [['h', None]])
    """
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item, whole=whole) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return int(value) if whole and isinstance(value, float) else value


def conventions(graph: CitationGraph, *, cycles: str, backward: str, undated: str) -> list[str]:
    """Notes on what a metric did with the oddities this graph has; says nothing of those it has not."""
    facts = graph.facts()
    odd = [
        (facts["loops"], "citations of a work by itself", "ignored"),
        (graph.duplicates, "repeated citations", "counted once"),
        (facts["cyclic_parts"], "cyclic parts", cycles),
        (facts["backward"], "citations of a later work", backward),
        (int((graph.years == UNDATED).sum()), "undated works", undated),
    ]
    return [f"{count:,} {what}: {done}" for count, what, done in odd if count]


def reasons(why: dict[str, NDArray[np.bool_]]) -> list[str | None]:
    """For each work the first of these reasons that holds, None where none does."""
    first: list[str | None] = np.select(list(why.values()), list(why), np.array(None)).tolist()
    return first
