"""What can be measured, and the works ranked by a measure: its definition, how its values are spread, the table."""

from collections.abc import Sequence
from shlex import quote
from typing import Any

from starlette.responses import Response

from kg import plugins
from kg.analysis.base.citing_words import how_sure
from kg.analysis.definition import define, overview
from kg.analysis.metric import FAMILIES, Metric
from kg.errors import InputError
from kg.graph.eras import era_named
from kg.library.measures import Ranking, metric_of_works
from kg.library.metric_options import option_kinds, option_value
from kg.output.pages.plots import Spread, spread
from kg.serve.asked import Asked
from kg.serve.listing import (
    Cell,
    Column,
    Part,
    Row,
    download,
    figure,
    found_ids,
    listing,
    span,
    text_column,
    work_column,
)
from kg.serve.recent import recent
from kg.text import authors_in_short, number, work_name

#: Results that have a page of their own, by name.
_PAGES = {
    "rpys": "rpys",
    "main_path": "main-path",
    "communities": "communities",
    "forgotten": "forgotten",
    "path": "path",
}


def metrics(asked: Asked) -> Response:
    """Every measure in a line, by group."""
    found = overview()
    words = asked.text("q").casefold()
    rows = [row for row in found["metrics"] if words in f"{row['name']} {row['summary']}".casefold()]
    file = download(asked, "metrics", found, rows)
    if file:
        return file
    columns = [
        Column("name", "measure", lambda row: Cell([Part(row["name"], None, _page(asked, row))], row["name"])),
        text_column("summary", "what it says"),
        text_column("unit", "unit"),
        Column("command", "command", lambda row: Cell([Part(row["command"])], row["command"])),
    ]
    families = list(dict.fromkeys([*FAMILIES, *(row["family"] for row in rows)]))
    parts = [(family, [row for row in rows if row["family"] == family]) for family in families]
    return asked.answer(
        "metrics",
        title="Measures",
        command="metrics",
        python="graph.metrics()",
        groups=[(family, listing(asked, columns, part)) for family, part in parts if part],
        count=len(rows),
    )


def _page(asked: Asked, row: Row) -> str:
    if row["kind"] == "work":
        return asked.link("metric", row["name"])
    return asked.link(_PAGES[row["name"]]) if row["name"] in _PAGES else ""


def metric(asked: Asked) -> Response:
    """The works ranked by one measure, with its own options."""
    name = asked.id.replace("-", "_")
    if name in plugins.RESULTS and name in _PAGES:
        raise InputError(f"{name} is not computed per work", f"see the page {asked.at(_PAGES[name])}")
    measure = metric_of_works(name)
    given = {key: text for key in measure.options if (text := asked.text(key))}
    options = {key: option_value(measure, key, text) for key, text in given.items()}
    intervals, all_ = asked.flag("intervals"), asked.flag("all") and bool(asked.text("format"))
    top = None if all_ else asked.number("top", least=1, most=1000) or 20
    ranking = _ranking(asked, name, top, options, intervals=intervals)
    columns = _columns(asked, ranking, given, intervals=intervals)
    table = listing(asked, columns, _rows(asked, ranking, options, intervals=intervals), most=top)
    file = download(asked, name, ranking, table.records)
    if file:
        return file
    named = asked.graph.find(asked.text("work")) if asked.text("work") else None
    why = named and asked.graph.why(named, name, **options)
    words = "".join(f" --{key.replace('_', '-')} {quote(text)}" for key, text in given.items())
    words += f" --top {top}" if top != 20 else ""
    arguments = [f"{name!r}", f"top={top}", *(["intervals=True"] if intervals else [])]
    arguments += [f"{key}={value!r}" for key, value in options.items()]
    return asked.answer(
        "metric",
        title=name,
        command=f"rank {name}{words}{' --intervals' if intervals else ''}",
        python=f"graph.rank({', '.join(arguments)})",
        measure=measure,
        about=define(name),
        fields=[_field(measure, key, asked.text(key)) for key in measure.options],
        ranking=ranking,
        table=table,
        named=named,
        why=why,
        value=why and figure(why.inputs["result"]["value"]).parts[:1],
        given=given,
        drawn=_drawn(ranking, named),
        eras=asked.graph.eras,
    )


def _ranking(asked: Asked, name: str, top: int | None, options: dict[str, Any], *, intervals: bool) -> Ranking:
    return recent(
        asked.graph,
        (name, top, intervals, *sorted(options.items())),
        lambda: asked.graph.rank(name, top=top, intervals=intervals, **options),
        kind="rank" if top else "rank of all",
        most=4 if top else 1,
    )


def _rows(asked: Asked, ranking: Ranking, options: dict[str, Any], *, intervals: bool) -> Sequence[Row]:
    """The rows to list: the first ones; of all works if they are sorted otherwise, found by words, or those of an era."""
    found, era = found_ids(asked), asked.text("within")
    if found is None and not era and not asked.text("sort"):
        return ranking.rows
    rows: Sequence[Row] = _ranking(asked, ranking.scores.metric, None, options, intervals=intervals).rows
    if era:
        span_ = era_named(era, asked.graph.eras)
        rows = [row for row in rows if span_.holds(row["id"], row["year"])]
    return rows if found is None else [row for row in rows if row["id"] in found]


def _columns(asked: Asked, ranking: Ranking, given: dict[str, str], *, intervals: bool) -> list[Column]:
    scores = ranking.scores

    def value(row: Row) -> Cell:
        if row["value"] is None:
            return Cell(unknown=row["reason"] or "too little is known")
        text = scores.written(dict(row)) if scores.written else number(row["value"]) or ""
        why = asked.link("why", row["id"], metric=scores.metric, **given)
        return Cell([Part(text, row["value"], why)], row["value"])

    def interval(row: Row) -> Cell:
        ends = row["interval"] or (None, None)
        return span(*ends, unknown=row["interval_reason"] or "no value")

    def sure(row: Row) -> Cell:
        text = how_sure(dict(row))
        return Cell([Part(text, row["probability"])], row["probability"]) if text else Cell()

    remarked = any(row["reason"] for row in ranking.rows)
    bounded = any(row["low"] is not None or row["high"] is not None for row in ranking.rows)
    columns = [Column("value", scores.metric, value, right=True, order=lambda row: row["value"])]
    columns += [Column("interval", "90 % interval", interval, right=True)] if intervals else []
    columns += [Column("low", "bounds", lambda row: span(row["low"], row["high"]), right=True)] if bounded else []
    columns += [text_column("verdict", "verdict")] if "verdict" in scores.shown else []
    columns += [Column("probability", "sure", sure, right=True)] if "probability" in scores.shown else []
    return [
        *columns,
        text_column("year", "year", right=True),
        work_column(asked),
        Column("authors", "authors", _authors),
        text_column("n", "n", right=True),
        Column("coverage", "lists known", _coverage, right=True),
        *([text_column("reason", "remark")] if remarked else []),
    ]


def _coverage(row: Row) -> Cell:
    if row["coverage"] is None:
        return Cell([Part("none matters")])
    return Cell([Part(f"{row['coverage']:.1%}", row["coverage"])], row["coverage"])


def _authors(row: Row) -> Cell:
    text = authors_in_short(row["authors"])
    return Cell([Part(text)], text.casefold() or None)


def _field(measure: Metric[Any], key: str, text: str) -> dict[str, Any]:
    """One option as a field of the form."""
    kinds = option_kinds(measure, key)
    return {
        "name": key,
        "flag": "bool" in kinds,
        "number": bool(kinds & {"int", "float"}),
        "value": text,
        "default": measure.options[key].default,
    }


def _drawn(ranking: Ranking, named: Any) -> Spread:
    scores = ranking.scores
    values = scores.table["value"]
    at = None if named is None or values[named.id] != values[named.id] else float(values[named.id])
    name = work_name(named.authors, named.year, named.title, named.id) if named else ""
    axis = " ".join([scores.metric, *([f"({scores.unit})"] if scores.unit else [])])
    return spread(values.tolist(), axis=axis, whole=scores.whole, marked=at, name=name)
