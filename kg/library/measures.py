"""Answers about one figure per work: rankings by a metric, what a figure is made of, and which metrics there are."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from kg import plugins
from kg.analysis.base.citing_words import how_sure
from kg.analysis.base.intervals import doubts, metric_intervals, too_few_known
from kg.analysis.definition import definitions
from kg.analysis.explain import why as inputs_of
from kg.analysis.kept_scores import kept_scores
from kg.analysis.metric import Metric, load_metric
from kg.analysis.scores import COLUMNS, Scores, plain
from kg.errors import InputError
from kg.library.answers import Answer, Block, Table
from kg.library.asked import Asked
from kg.library.naming import brief, check_top, find_work
from kg.model import Outcome, Work
from kg.text import authors_in_short, counted, number, shortened, work_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

Option = str | int | float | bool | None
_HEAD = ("id", "title", "year")
_FIGURES = ("value", "n", "coverage", "low", "high", "reason")
_NO_INTERVAL = "less than half of the reference lists that could cite it are known: too few for an interval that holds"
_INSTEAD = "`kg rank standing` estimates what share of later works cites a work"
_ALONE = "no other work to compare it with"
_TITLE = 70  # characters of a title in a ranking


@dataclass(frozen=True, repr=False)
class Ranking(Answer):
    """Works ranked by a metric, best first; those without a value last, with the reason.

    Attributes
    ----------
    scores : Scores
        The figures of every work of the graph: `scores.table`, and `scores.series` to join to `graph.works`.
    rows : tuple[dict[str, Any], ...]
        The works listed, in plain values: id, title, authors, year, value, n, coverage, low, high, reason, interval and
        interval_reason where intervals were asked for, and the columns that the metric shows, such as the verdict of `standing`.
    top : int or None
        How many works were asked for; None for all.
    """

    graph: str
    as_of: int | None
    scores: Scores
    rows: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    top: int | None

    @property
    def table(self) -> "pd.DataFrame":
        """The rows as a table, by work id."""
        import pandas as pd

        columns = None if self.rows else [*_HEAD, *_FIGURES, "authors"]
        return pd.DataFrame(list(self.rows), columns=columns).set_index("id")

    def above(self, id_: str) -> int | None:
        """How many works have a higher value than this one; None where it has none."""
        values = self.scores.table["value"]
        return None if math.isnan(values[id_]) else int((values > values[id_]).sum())

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg rank --json`."""
        ids = [row["id"] for row in self.rows]
        columns = self.scores.table.drop(columns=COLUMNS).loc[ids].to_dict("index")
        return {
            "metric": self.scores.metric,
            "graph": self.graph,
            "options": self.scores.options,
            "as_of": self.as_of,
            **({"headline": self.scores.headline} if self.scores.headline else {}),
            "rows": [{key: value for key, value in row.items() if key != "authors"} for row in self.rows],
            "own": {str(id_): {str(k): plain(v) for k, v in own.items()} for id_, own in columns.items() if own},
            "notes": list(self.notes),
        }

    def blocks(self) -> "Iterator[Block]":
        """The ranking as a table, and what is known in all: how many works have a value."""
        if self.scores.headline:
            yield self.scores.headline
        shown = [row for row in self.rows if self.top is None or row["value"] is not None]
        spans = any("interval" in row for row in shown)
        judged, sure = (column in self.scores.shown for column in ("verdict", "probability"))
        asked = [("90 % interval", spans), ("verdict", judged), ("sure", sure)]
        heads = [
            self.scores.metric,
            *(name for name, some in asked if some),
            "year",
            "id",
            "authors",
            "title",
            "remark",
        ]
        written = self.scores.written or (lambda row: number(row["value"]) or "")
        cells = [
            (
                *(written(r), *([_span(r["interval"])] if spans else []), *([r["verdict"]] if judged else [])),
                *([how_sure(r)] if sure else []),
                *(r["year"], r["id"], *_words(r)),
            )
            for r in shown
        ]
        if shown:
            yield Table(heads, cells, right=[] if self.scores.written else [self.scores.metric])
        if self.scores.headline:
            return
        works, valued = len(self.scores.table), int(self.scores.table["value"].notna().sum())
        rest = "; too little is known of the others (list all works to see why)" if valued < works else ""
        yield f"{valued:,} of {counted(works, 'work')} {'has' if valued == 1 else 'have'} a value{rest}"


def _span(interval: list[float | None] | None) -> str:
    if interval is None:
        return "unknown"
    return " to ".join(number(end) or "?" for end in interval)


def _words(row: dict[str, Any]) -> tuple[str, str, str | None]:
    return authors_in_short(row["authors"]), shortened(row["title"] or "", _TITLE), row["reason"]


@dataclass(frozen=True, repr=False)
class Inputs(Answer):
    """What one figure of one work is made of.

    Attributes
    ----------
    work : Work
        The work.
    scores : Scores
        The figures of the metric for every work.
    inputs : dict[str, Any]
        The work's own row under `result`, then what it is made of, such as its history, citers or cohort, then under
        `missing` the reference lists whose contents could change it.
    """

    graph: str
    as_of: int | None
    work: Work
    scores: Scores
    inputs: dict[str, Any]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg why --json`."""
        head = {"work": brief(self.work), "metric": self.scores.metric, "graph": self.graph, "as_of": self.as_of}
        return head | {"options": self.scores.options} | self.inputs | {"notes": self.scores.notes}

    def blocks(self) -> "Iterator[Block]":
        """The result, then each part of what it is made of."""
        result = self.inputs["result"]
        if self.scores.in_words:
            name = work_name(self.work.authors, self.work.year, self.work.title, self.work.id)
            yield f"{name}\n   {self.scores.in_words(result)}"
        value = "no value" if result["value"] is None else _cell(result["value"])
        because = f" ({result['reason']})" if result["reason"] else ""
        yield f"{self.scores.metric} of {self.work.id}: {value}{because}"
        yield from (
            f"   {key.replace('_', ' ')}: {int(figure) if 'year' in key.split('_') else _cell(figure)}"
            for key, figure in result.items()
            if key not in {"value", "reason"} and figure is not None
        )
        for key, part in self.inputs.items():
            if key in {"result", "missing"} or part is None:
                continue
            rows, rest = _split(part)
            yield f"\n{key}: {counted(len(rows), 'row')}" if rows else f"\n{key}"
            yield from (f"   {name.replace('_', ' ')}: {_cell(figure)}" for name, figure in rest.items())
            if rows:
                yield Table(list(rows[0]), [[_cell(cell) for cell in row.values()] for row in rows])
        lists = self.inputs["missing"]
        if result["coverage"] is None:  # no list of another work matters to this metric
            return
        since = "" if lists["since"] is None else f" dated {lists['since']} or later"
        yield (
            f"\nreference lists that could change this value: those of {counted(lists['works'], 'work')}{since}; "
            f"{lists['known']:,} are known ({_cell(lists['outcomes'])})"
        )


def _split(part: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of a part and what stands beside them."""
    if isinstance(part, list):
        return part, {}
    rows = next((v for v in part.values() if isinstance(v, list) and v and isinstance(v[0], dict)), [])
    return rows, {k: v for k, v in part.items() if v is not rows and v is not None}


def _cell(value: Any) -> Any:
    """A value as it is shown: how a list was retrieved in words, figures with the digits that mean something."""
    if isinstance(value, str):
        return Outcome(value).words if value in Outcome.__members__ else value
    if isinstance(value, dict):
        return ", ".join(f"{_cell(k)} {_cell(v)}" for k, v in value.items())
    if isinstance(value, list):
        return "; ".join(str(_cell(v)) for v in value) or "none"
    return number(value) if isinstance(value, float) else value


def metric_of_works(metric: str | Metric[Any], options: Iterable[str] = ()) -> Metric[Any]:
    """A metric that gives a figure per work, by its name or given as such, if it has these options.

    Raises
    ------
    UnknownName
        If there is no such metric.
    InputError
        If it gives no figure per work, or has no such option.
    """
    if not isinstance(metric, Metric):
        name = metric.replace("-", "_")
        if name in plugins.RESULTS:
            kind, _, command = plugins.RESULTS[name]
            raise InputError(f"{metric} is computed per {kind}, not per work", f"use `{command}`")
        metric = load_metric(name)
    if unknown := [name for name in options if name not in metric.options]:
        known = ", ".join(metric.options) or "none"
        raise InputError(f"{metric.name} has no option {unknown[0]!r}", f"its options: {known}")
    return metric


class Measures(Asked):
    """What can be asked about the figures that metrics give works."""

    def metrics(self) -> "pd.DataFrame":
        """What can be measured: a table by metric, with what each says and the command that gives it."""
        import pandas as pd

        columns = ["name", "kind", "unit", "family", "summary", "command"]
        return pd.DataFrame(definitions(), columns=columns).set_index("name").rename_axis("metric")

    def rank(
        self, metric: str | Metric[Any], *, top: int | None = None, intervals: bool = False, **options: Option
    ) -> Ranking:
        """The works ranked by a metric; `.table` is a DataFrame, `.scores` the figures of every work.

        Parameters
        ----------
        metric : str or Metric
            The metric's name, which `metrics()` lists, or a function with the decorator `kg.analysis.metric.metric`.
        top : int, optional
            How many works to list; all, those without a value last, if not given.
        intervals : bool
            Add 90 % intervals for incomplete data, from 20 resampled runs.
        **options : str, int, float, bool or None
            The metric's own options, such as `window="5y"` of disruption.

        Examples
        --------
        >>> from kg import Graph
        >>> graph = Graph.from_edges([("B", "A"), ("C", "A"), ("C", "B")], years={"A": 1989, "B": 2002, "C": 2016})
        >>> graph.rank("citations_held").table["value"].to_dict()
        {'A': 2, 'B': 1, 'C': 0}
        """
        check_top(top)
        measure, graph = metric_of_works(metric, options), self._space.graph
        scores = kept_scores(graph, measure, **options)
        notes = list(scores.notes)
        ends = None
        if intervals:
            of = measure.of and partial(measure.of, **options)
            asked = [graph.number(row["id"]) for row in scores.rows(top)]
            ends = metric_intervals(graph, scores, lambda g: measure(g, **options), of=of, asked=asked)
            few = too_few_known(graph)
            if count := sum(map(math.isnan, ends[0][few].tolist())):
                notes.insert(
                    0, f"{count:,} of {counted(len(few), 'work')} without interval: {_NO_INTERVAL}; {_INSTEAD}"
                )
            notes += doubts(graph)
        rows, ranked = [], scores.rows(top)
        works = graph.works.loc[[row["id"] for row in ranked], ["title", "year", "authors"]]
        for figures, (title, year, authors) in zip(ranked, works.itertuples(index=False), strict=True):
            row = {"id": figures["id"], "title": title or None, "year": plain(year)}
            # its year is that of the work
            row |= {key: figures[key] for key in (*_FIGURES, *scores.shown) if key not in _HEAD}
            if ends is not None:
                i = graph.number(row["id"])
                some = not math.isnan(ends[0][i])
                row["interval"] = [plain(float(end[i])) for end in ends] if some else None
                row["interval_reason"] = None if some or row["value"] is None else _NO_INTERVAL if few[i] else _ALONE
            rows.append(row | {"authors": [name for name in str(authors).split("; ") if name]})
        return Ranking(self._space.store.name, self._space.store.until, scores, tuple(rows), tuple(notes), top)

    def why(self, work: str | Work, metric: str | Metric[Any], **options: Option) -> Inputs:
        """What the figure that a metric gives a work is made of.

        Parameters
        ----------
        work : str or Work
            The work.
        metric : str or Metric
            The metric's name, which `metrics()` lists, or a function with the decorator `kg.analysis.metric.metric`.
        **options : str, int, float, bool or None
            The metric's own options.
        """
        measure, found = metric_of_works(metric, options), find_work(self._space, work)
        scores = kept_scores(self._space.graph, measure, **options)
        inputs = inputs_of(self._space.graph, found.id, scores)
        notes = (*scores.notes[:1], f"`kg metrics {measure.name}` shows the definition", *scores.notes[1:])
        return Inputs(self._space.store.name, self._space.store.until, found, scores, inputs, notes)
