"""Scores: what every metric returns: one row per work with a value, bounds, the evidence behind it and a reason."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.ties import levelled
from kg.errors import NothingFound
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph
from kg.text import treated

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Inputs = dict[str, Any]  # plain values for JSON, by section
COLUMNS = ["value", "low", "high", "n", "coverage", "reason"]


@once_per_graph
def index_of(graph: CitationGraph) -> "pd.Index[str]":
    """The ids of a graph as the index of tables: one for all of them, so that ids are hashed once."""
    import pandas as pd

    return pd.Index(graph.ids, name="id", dtype="str")


@dataclass(frozen=True, kw_only=True)
class Scores:
    """One number for each work of a graph, and how far it can be trusted.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per work, index `id`. Columns: `value` (NaN where it is undefined), `low` and `high` (bounds on the value
        that complete data would give, NaN where there is no bound), `n` (observations behind the value), `coverage`
        (share of the relevant reference lists that are known, NaN where none is relevant), `reason` (why there is no
        value, or a warning; else None), then the metric's own columns.
    metric : str
        Name of the metric.
    unit : str
        Unit of the values.
    whole : bool
        Whether the values are whole numbers.
    options : dict
        The options the metric was called with, defaults included.
    remarks : list of str
        Sentences that change how the values should be read; at most two.
    notes : list of str
        All sentences about the calculation: the remarks first, then what was done with unusual citations and works.
    inputs : callable
        Gives the inputs behind the value of one work, as the metric declares them; see `kg.analysis.explain.why`.
    headline : str
        The sentence above a ranking: what is known, and of how many works something can be said.
    shown : tuple of str
        The metric's own columns that the rows of a ranking have too.
    written : callable, optional
        Gives the words for a value from such a row; the number itself if there is none.
    in_words : callable, optional
        Gives a sentence on a work from its row of the table, in plain values.
    """

    table: "pd.DataFrame"
    metric: str = ""
    unit: str = ""
    whole: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    inputs: Callable[[CitationGraph, int, "Scores"], Inputs] = field(default=lambda *_: {}, repr=False)
    headline: str = ""
    shown: tuple[str, ...] = ()
    written: Callable[[dict[str, Any]], str] | None = field(default=None, repr=False)
    in_words: Callable[[dict[str, Any]], str] | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        graph: CitationGraph,
        value: Floats,
        *,
        n: NDArray[Any],
        coverage: Floats | float | None,
        low: Floats | None = None,
        high: Floats | None = None,
        reason: list[str | None] | None = None,
        remarks: list[str] | None = None,
        notes: list[str] | None = None,
        options: dict[str, Any] | None = None,
        own: dict[str, Any] | None = None,
        headline: str = "",
        shown: tuple[str, ...] = (),
        written: Callable[[dict[str, Any]], str] | None = None,
        in_words: Callable[[dict[str, Any]], str] | None = None,
    ) -> "Scores":
        """Scores from arrays in the order of the graph's works; the decorator `metric` adds name, unit and options.

        Parameters
        ----------
        graph : CitationGraph
            The graph.
        value : array of float
            Value of each work, NaN where it is undefined.
        n : array of int
            Number of observations behind each value.
        coverage : array of float, float or None
            Share of the relevant reference lists that are known.
        low, high : array of float, optional
            Bounds on the value that complete data would give.
        reason : list of (str or None), optional
            Why there is no value, or a warning.
        remarks : list of str, optional
            Sentences that change how the values should be read.
        notes : list of str, optional
            Further sentences about the calculation.
        options : dict, optional
            Options in effect, where they differ from those given.
        own : dict, optional
            The metric's own columns.
        headline : str, optional
            The sentence above a ranking.
        shown : tuple of str, optional
            The own columns that the rows of a ranking have too.
        written : callable, optional
            Gives the words for a value from such a row.
        in_words : callable, optional
            Gives a sentence on a work from its row of the table.

        Returns
        -------
        Scores
            The table, with `notes` holding remarks and notes.
        """
        import pandas as pd

        index = index_of(graph)
        columns: dict[str, Any] = {
            "value": np.asarray(value, np.float64),
            "low": np.nan if low is None else low,
            "high": np.nan if high is None else high,
            "n": np.asarray(n, np.int64),
            "coverage": np.nan if coverage is None else coverage,
            "reason": pd.Series([None] * len(graph) if reason is None else reason, index, dtype=object),
        }
        table = pd.DataFrame(columns | (own or {}), index=index)
        return cls(
            table=table,
            options=options or {},
            remarks=remarks or [],
            notes=[*(remarks or []), *(notes or [])],
            headline=headline,
            shown=shown,
            written=written,
            in_words=in_words,
        )

    def __getitem__(self, id_: str) -> float:
        """The value of a work, NaN where it is undefined; raises NothingFound."""
        try:
            return float(self.table["value"].loc[id_])
        except KeyError:
            raise NothingFound(f"no work {id_!r} in this graph") from None

    @property
    def series(self) -> "pd.Series[float]":
        """The values by work id, under the metric's name: `graph.works.join(scores.series)`."""
        return self.table["value"].rename(self.metric)

    def ranked(self) -> "pd.DataFrame":
        """The table with the highest values first; works without a value last, ties (see `levelled`) by id."""
        table = self.table.sort_index()
        value = table["value"].to_numpy(float)
        return table.iloc[np.argsort(np.where(np.isnan(value), np.inf, -levelled(value)), kind="stable")]

    def rows(self, top: int | None = None) -> list[dict[str, Any]]:
        """The first `top` ranked rows (default: all) as plain values for JSON; undefined values are None."""
        columns = [*COLUMNS, *self.shown]
        ranked = self.ranked()[columns].head(len(self.table) if top is None else top)
        return [
            {"id": id_} | {name: plain(row[name], whole=self.whole and name in COLUMNS[:3]) for name in columns}
            for id_, row in zip(ranked.index, ranked.to_dict("records"), strict=True)
        ]


def plain(value: Any, *, whole: bool = False) -> Any:
    """A table value for JSON: NaN and NA become None, numpy numbers become Python numbers, also inside lists.

    Parameters
    ----------
    value : object
        Any value of a table.
    whole : bool, default False
        Turn floats into integers.

    Returns
    -------
    object
        None, a bool, number or string, or lists and dicts of these.

    Examples
    --------
    >>> plain(float("nan")), plain(3.0), plain(3.0, whole=True), plain("x"), plain([("h", np.float64("nan"))])
    (None, 3.0, 3, 'x', [['h', None]])
    """
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(item, whole=whole) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if (isinstance(value, float) and not np.isfinite(value)) or type(value).__name__ == "NAType":
        return None
    return int(value) if whole and isinstance(value, float) else value


def conventions(graph: CitationGraph, *, cycles: str, backward: str, undated: str) -> list[str]:
    """Sentences on how a calculation treated unusual citations and works; only of kinds this graph has.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    cycles, backward, undated : str
        What was done with cycles, with citations of a later work and with works without a year.

    Returns
    -------
    list of str
        For example `["2 citations of a work by itself: ignored"]`.
    """
    facts = graph.facts()
    unusual = [
        (facts["loops"], "citation{} of a work by itself", "ignored"),
        (graph.duplicates, "repeated citation{}", "counted once"),
        (facts["cyclic_parts"], "cycle{} of citations", cycles),
        (facts["backward"], "citation{} of a later work", backward),
        (int((graph.years == UNDATED).sum()), "work{} without a year", undated),
    ]
    return treated(unusual)


def reasons(why: dict[str, NDArray[np.bool_]]) -> list[str | None]:
    """For each work the first of these reasons that applies, None where none does."""
    first: list[str | None] = np.select(list(why.values()), list(why), np.array(None)).tolist()
    return first
