"""Which works were forgotten, where this data can tell: who cites them, as intervals, and the ranking where there is one."""

from collections.abc import Callable, Sequence
from shlex import quote, split
from typing import Any

from starlette.responses import Response

from kg.analysis.base.citing_words import CANNOT_SAY, WELL_KNOWN, brief, how_sure
from kg.analysis.forgotten.criteria import CRITERIA
from kg.analysis.forgotten.nulls import CLASSES
from kg.analysis.who_cites import WhoCites
from kg.library.forgotten import EVERYWHERE, FIGURES, Forgotten, ends_in_words
from kg.output.pages.plots import Along, Line, along
from kg.plugins import METRICS
from kg.serve.asked import Asked
from kg.serve.listing import Cell, Column, Part, Row, download, listing, text_column, work_column
from kg.serve.pages.overviews import label
from kg.serve.recent import recent
from kg.text import number

_DRAWN = 30  # works in the drawing
_GROUPS = ("little known", WELL_KNOWN, CANNOT_SAY)


def forgotten(asked: Asked) -> Response:
    """The works asked about, with who cites them and how they rank."""
    era, class_, search = (asked.text(name) or None for name in ("era", "class", "q"))
    since, top = asked.number("since", least=1, most=2999), asked.number("top", least=0, most=1000)
    options: dict[str, Any] = {
        "era": era,
        "since": since,
        "class_": class_,
        "search": search,
        "top": 15 if top is None else top,
    }
    found = recent(
        asked.graph, (*options.values(),), lambda: asked.graph.forgotten(**options), kind="forgotten", most=2
    )
    rows = [row for part in found.rows.values() for row in part]
    table = listing(asked, _columns(asked, found), rows)
    file = download(asked, "forgotten", found, table.records)
    if file:
        return file
    words = {"--era": era, "--since": since, "--class": class_, "--search": search, "--top": top}
    said = [f" {name} {quote(str(value))}" for name, value in words.items() if value is not None]
    given = [
        f"{name}={value!r}" for name, value in options.items() if value is not None and (name, value) != ("top", 15)
    ]
    return asked.answer(
        "forgotten",
        title="Forgotten works",
        command="forgotten" + "".join(said),
        python=f"graph.forgotten({', '.join(given)})",
        found=found,
        table=table,
        drawn=_drawn(asked, found, table.records),
        eras=asked.graph.eras,
        classes=CLASSES,
        criteria=CRITERIA,
    )


def _columns(asked: Asked, found: Forgotten) -> list[Column]:
    def more(row: Row) -> Sequence[Sequence[Part]]:
        figures = [
            Part(
                f"{name} {number(row[name], 3)}",
                row[name],
                asked.link("why", row["id"], metric=name) if name in METRICS else "",
            )
            for name in FIGURES
            if row[name] is not None
        ]
        spaced = [piece for part in figures for piece in (part, Part("; "))][:-1]
        return [[Part(row["reason"])], *([spaced] if spaced else [])]

    columns = [
        Column("rank", "rank (5-95 %)", _rank, right=True),
        work_column(asked, more),
        text_column("year", "year", right=True),
        Column(
            "classes",
            "class",
            lambda row: Cell([Part(", ".join(row["classes"]) or "no class")], row["classes"] or None),
        ),
    ]
    if found.figures:
        columns.append(Column("cited_less", EVERYWHERE, lambda row: _globally(found, row), right=True))
    if not found.cited:
        return columns
    later = found.cited[0]
    return [
        *columns,
        *(_citing(asked, each) for each in (*found.cited[1:2], later, *found.cited[2:])),
        Column("share", "share, 90 %", lambda row: _share(row, later, _why(asked, row, later)), right=True),
        Column("sure", "sure", lambda row: _said(row, later, how_sure, "probability"), right=True),
        Column("verdict", "verdict", lambda row: _said(row, later, brief, "verdict")),
    ]


def _globally(found: Forgotten, row: Row) -> Cell:
    """How many of the works of its year and field in a whole catalogue are cited less."""
    known = found.globally(row["id"])
    return Cell([Part(*known)], known[1]) if known else Cell()


def _rank(row: Row) -> Cell:
    if row["rank"] is None:
        return Cell([Part("cannot be ranked")])
    ends = [Part(f"{row[name]}", row[name]) for name in ("rank_low", "rank_high")]
    return Cell(
        [Part(f"{row['rank']:g}", row["rank"]), Part(" ("), ends[0], Part("-"), ends[1], Part(")")], row["rank"]
    )


def _citing(asked: Asked, each: WhoCites) -> Column:
    """How many of the known lists of a population cite the work."""

    def cell(row: Row) -> Cell:
        found = _standing(row, each)
        if found is None:
            return Cell([Part("none could cite it")])
        counts = (
            Part(f"{found['k']:,}", found["k"], _why(asked, row, each)),
            Part(" of "),
            Part(f"{found['n']:,}", found["n"]),
        )
        return Cell(counts, found["k"])

    name = each.population.heading or each.population.name
    return Column(each.population.name, f"cited by {name}", cell, right=True)


def _why(asked: Asked, row: Row, each: WhoCites) -> str:
    """The address that says what the standing of a work in a population is made of."""
    words = split(each.option)
    options = {name.removeprefix("--"): value for name, value in zip(words[::2], words[1::2], strict=True)}
    return asked.link("why", row["id"], metric="standing", **options)


def _standing(row: Row, each: WhoCites) -> dict[str, Any] | None:
    return next((one for one in row["standing"] if one["population"] == each.population.name), None)


def _share(row: Row, later: WhoCites, why: str) -> Cell:
    found = _standing(row, later)
    if found is None:
        return Cell([Part("none could cite it")])
    if found["value"] is None:
        return Cell(unknown="too few known lists")
    low, high = ends_in_words(found)
    if low == high:
        return Cell([Part(f"{low} %", found["low"], why)], found["low"])
    return Cell([Part(low, found["low"], why), Part(" to "), Part(f"{high} %", found["high"], why)], found["low"])


def _said(row: Row, later: WhoCites, say: Callable[[dict[str, Any]], str | None], key: str) -> Cell:
    found = _standing(row, later)
    if found is None:
        return Cell()
    if found["value"] is None:
        return Cell([Part(CANNOT_SAY)], CANNOT_SAY) if key == "verdict" else Cell()
    text = say(found)
    return Cell([Part(text, found[key] if key == "probability" else None)], found[key]) if text else Cell()


def _drawn(asked: Asked, found: Forgotten, rows: Sequence[Row]) -> Along | None:
    """The share of later works that cite each of the first works, with its interval."""
    lines: list[Line] = []
    for row in rows if found.cited else ():
        one = _standing(row, found.cited[0])
        if one is None or one["value"] is None or len(lines) == _DRAWN:
            continue
        name, words = row["title"] or row["id"], brief(one)
        share = f"{100 * one['value']:.2g} %, 90 %: {' to '.join(ends_in_words(one))} %"
        line = Line(
            label=label(asked, row["id"], row["title"]),
            low=one["low"],
            high=one["high"],
            value=one["value"],
            href=asked.link("work", row["id"]),
            group=next((group for group in _GROUPS if words.startswith(group)), words),
            said=f"{name} ({row['year']}): {share}; {words}",
        )
        lines.append(line)
    if not lines:
        return None
    groups = [*_GROUPS, *dict.fromkeys(line.group for line in lines if line.group not in _GROUPS)]
    axis = f"share of all {found.cited[0].population.words} that cite it, per cent; small shares have more room"
    return along(lines, axis=axis, groups=groups, percent=True)
