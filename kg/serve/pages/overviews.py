"""The graph as a whole: its main path, the years of its references, its communities and populations, the missing lists."""

from collections.abc import Sequence
from shlex import quote
from typing import Any

from starlette.responses import Response

from kg.analysis.base.names import name_of
from kg.analysis.main_path import SEARCHES
from kg.analysis.rpys import EDGES
from kg.library.next_lists import Next
from kg.library.overviews import Chains, Division
from kg.model import Outcome
from kg.output.pages.plots import Along, Line, along
from kg.output.report import figures
from kg.serve.asked import Asked
from kg.serve.listing import Cell, Column, Part, Row, download, figure, listing, text_column, work_column
from kg.serve.recent import recent
from kg.text import number, shortened

_WEIGHTS, _CYCLES = ("spc", "splc", "spnp"), ("shrink", "preprint", "drop-same-date")
_CITATIONS = 500  # that a page lists
_DRAWN, _LABEL = 30, 46  # works in a drawing, and letters of their names there
_PEAKS = 5


def main_path(asked: Asked) -> Response:
    """The chain of citations through which most of the graph's history runs."""
    options: dict[str, Any] = {name: asked.text(name) for name in ("weights", "search", "cycles") if asked.text(name)}
    routes, all_ = asked.number("routes", least=1, most=100), asked.flag("all")
    words = "".join(f" --{name} {quote(value)}" for name, value in options.items())
    words += (f" --routes {routes}" if routes else "") + (" --all" if all_ else "")
    options |= {"routes": routes} if routes else {}
    options |= {"all_citations": True} if all_ else {}
    found = recent(asked.graph, ("main-path", *sorted(options.items())), lambda: asked.graph.main_path(**options))
    listed: list[Row] = found.citations.to_dict("records")  # type: ignore[assignment]  # its columns are texts
    file = download(asked, "main-path", found, listed)
    if file:
        return file
    tables = [listing(asked, _steps(asked), _path(found, k)) for k in range(found.shown)]
    columns = [
        text_column("count", "paths", right=True),
        *(Column(end, end, _linked(asked, end)) for end in ("cited", "citing")),
    ]
    ranked = sorted(listed, key=lambda row: -row["count"]) if all_ else []
    return asked.answer(
        "main-path",
        title="Main path",
        command=f"main-path{words}",
        python=f"graph.main_path({', '.join(f'{name}={value!r}' for name, value in options.items())})",
        found=found,
        tables=tables,
        listed=listing(asked, columns, ranked, most=_CITATIONS) if all_ else None,
        more=max(0, len(ranked) - _CITATIONS),
        drawn=_drawn_path(asked, found),
        choices={"weights": _WEIGHTS, "search": SEARCHES, "cycles": _CYCLES},
        chosen=vars(found.found) | {"routes": found.routes},
    )


def _steps(asked: Asked) -> list[Column]:
    def onward(row: Row) -> Cell:
        return Cell([Part("the end of the path")]) if row["count"] is None else figure(row["count"])

    return [
        text_column("year", "year", right=True),
        work_column(asked),
        Column("count", "paths through the next step", onward, right=True),
    ]


def _path(found: Chains, k: int) -> list[Row]:
    works = found.works.astype(object).where(found.works.notna(), None)
    return [
        {"id": id_, "count": n, "year": works.at[id_, "year"], "title": works.at[id_, "title"]}
        for id_, n in found.found.steps(k)
    ]


def _linked(asked: Asked, end: str) -> Any:
    return lambda row: Cell([Part(row[end], None, asked.link("work", row[end]))], row[end])


def _drawn_path(asked: Asked, found: Chains) -> figures.Figure | None:
    stops = []
    for row, (id_, onward) in zip(_path(found, 0)[:_DRAWN], found.found.steps(), strict=False):
        if row["year"] is not None:
            most = int(found.found.citations["count"].max())
            stops.append(
                figures.stop(int(row["year"]), label(asked, id_, row["title"]), onward, most, asked.link("work", id_))
            )
    return figures.main_path(stops, f"Main path from {stops[0].year} to {stops[-1].year}") if stops else None


def label(asked: Asked, id_: str, title: str | None) -> str:
    """The name of a work and the beginning of its title, as a drawing has room for them."""
    return shortened(f"{name_of(asked.graph, asked.graph.number(id_))} {title or ''}".strip(), _LABEL)


def rpys(asked: Asked) -> Response:
    """The years the cited works come from, and which stand out."""
    edge = asked.text("edge")
    options = {"edge": edge} if edge else {}
    found = recent(asked.graph, ("rpys", *sorted(options.items())), lambda: asked.graph.rpys(**options))
    document = found.as_dict()
    shares, late = document["per_known_list"], set(document["flagged"])
    rows = [
        row | {"per_known_list": shares[str(row["year"])], "flagged": row["year"] in late}
        for row in document["rows"]
        if row["ncr"]
    ]
    file = download(asked, "rpys", found, rows)
    if file:
        return file
    peaks, part = found.spectrum.peaks(_PEAKS), found.spectrum.main_part().table
    columns = [
        Column("year", "year", lambda row: Cell([Part(str(row["year"]), row["year"])], row["year"]), right=True),
        text_column("ncr", "references", right=True),
        text_column("median", "median of five years", right=True),
        text_column("deviation", "deviation", right=True),
        Column(
            "per_known_list",
            "references per known list",
            lambda row: figure(row["per_known_list"], unknown="no reference list of that year or later is known"),
            right=True,
        ),
        Column("remark", "remark", lambda row: _year_remark(row, peaks)),
    ]
    title = f"References by the year of the cited work, {part.index.min()} to {part.index.max()}" if len(part) else ""
    years, counts, deviation = part.index.tolist(), part["ncr"].tolist(), part["deviation"].tolist()
    return asked.answer(
        "rpys",
        title="Years of the cited works",
        command=f"rpys{f' --edge {quote(edge)}' if edge else ''}",
        python=f"graph.rpys({f'edge={edge!r}' if edge else ''})",
        found=found,
        table=listing(asked, columns, rows),
        drawn=figures.spectrum(years, counts, deviation, [y for y in peaks if y in years], title)
        if len(part)
        else None,
        edges=EDGES,
        edge=document["options"]["edge"],
    )


def _year_remark(row: Row, peaks: Sequence[int]) -> Cell:
    said = "stands out" if row["year"] in peaks else "its works had little time to be cited" if row["flagged"] else ""
    return Cell([Part(said)], said or None)


def communities(asked: Asked) -> Response:
    """Which works belong together, and which of them are a population whose reference lists are known."""
    seed = asked.number("seed", least=0, most=2**31 - 1) or 0
    division = recent(asked.graph, ("communities", seed), lambda: asked.graph.communities(seed=seed))
    info = recent(asked.graph, "info", asked.graph.info)
    rows = [{"number": k + 1, **row} for k, row in enumerate(division.facts["largest"])]
    file = download(asked, "communities", info.as_dict() | {"communities": division.as_dict()}, rows)
    if file:
        return file
    columns = [
        text_column("works", "works", right=True),
        Column("years", "years", _years, right=True),
        Column("stability", "stability", lambda row: figure(row["stability"]), right=True),
        Column("most_cited", "most cited", lambda row: _most_cited(asked, row)),
    ]
    populations = [*info.facts["populations"], *division.facts["populations"]]
    return asked.answer(
        "communities",
        title="Communities and populations",
        command=f"info --communities{f' --seed {seed}' if seed else ''}",
        python=f"graph.communities({f'seed={seed}' if seed else ''})",
        found=division,
        table=listing(asked, columns, rows),
        populations=listing(asked, _population_columns(asked), populations) if populations else None,
        drawn=_drawn_communities(asked, division),
        seed=seed,
    )


def _years(row: Row) -> Cell:
    if row["years"] is None:
        return Cell(unknown="none of its works has a year")
    first, last = row["years"]
    return Cell([Part(str(first), first), Part("-"), Part(str(last), last)], first)


def _most_cited(asked: Asked, row: Row) -> Cell:
    names = [
        Part(name_of(asked.graph, asked.graph.number(id_)), None, asked.link("work", id_)) for id_ in row["most_cited"]
    ]
    return Cell([piece for name in names for piece in (name, Part("; "))][:-1], names[0].text if names else None)


def _population_columns(asked: Asked) -> list[Column]:
    def lists(row: Row) -> Cell:
        parts = [Part(f"{row['known']:,}", row["known"]), Part(" of "), Part(f"{row['works']:,}", row["works"])]
        if row["detection"] < 1:
            parts += [
                Part(" read ("),
                Part(f"{row['detection']:.0%}", row["detection"]),
                Part(" of their entries found)"),
            ]
        return Cell(parts, row["known"])

    def standing(row: Row) -> Cell:
        return Cell([Part(row["name"], None, asked.link("metric", "standing", population=row["name"]))], row["name"])

    return [
        Column("name", "population: how it cites each work", standing),
        Column("known", "reference lists known", lists, right=True),
        text_column("rule", "its works"),
    ]


def _drawn_communities(asked: Asked, found: Division) -> Along | None:
    lines = []
    for row in found.facts["largest"]:
        if row["years"]:
            name = _most_cited(asked, row).parts[0]
            said = f"{row['works']:,} works, {row['years'][0]} to {row['years'][1]}; most cited {name.text}"
            first, last = row["years"]
            lines.append(Line(label=f"{row['works']:,}: {name.text}", low=first, high=last, href=name.href, said=said))
    return along(lines, axis="years of the works of each community, from the earliest to the latest") if lines else None


def next_lists(asked: Asked) -> Response:
    """Which of the missing reference lists would change most."""
    options: dict[str, Any] = {name: asked.text(name) for name in ("work", "population", "era") if asked.text(name)}
    top = asked.number("top", least=1, most=200)
    words = "".join(f" --{name} {quote(value)}" for name, value in options.items()) + (f" --top {top}" if top else "")
    options |= {"top": top} if top else {}
    found = recent(asked.graph, ("next", *sorted(options.items())), lambda: asked.graph.next(**options))
    document = found.as_dict()
    file = download(asked, "missing-lists", document, document["rows"])
    if file:
        return file
    return asked.answer(
        "next",
        title="Missing reference lists",
        command=f"next{words}",
        python=f"graph.next({', '.join(f'{name}={value!r}' for name, value in options.items())})",
        found=found,
        table=listing(asked, _next_columns(asked), document["rows"]),
        drawn=_drawn_lists(asked, found, document["rows"]),
        eras=asked.graph.eras,
        populations=[row["name"] for row in recent(asked.graph, "info", asked.graph.info).facts["populations"]],
    )


def _next_columns(asked: Asked) -> list[Column]:
    def share(row: Row) -> Cell:
        return Cell([Part(f"{row['narrowing']:.2%}", row["narrowing"])], row["narrowing"])

    def outcome(row: Row) -> Cell:
        words = Outcome(row["outcome"]).words
        return Cell([Part(words)], words)

    def identifier(row: Row) -> Cell:
        known = row["identifiers"]
        text = known[0] if known else "none: by title" if row["title"] else "none"
        return Cell([Part(text)], known[0] if known else None)

    return [
        text_column("pairs", "open pairs", right=True),
        Column(
            "paths",
            "paths expected",
            lambda row: Cell([Part(f"{row['paths']:,.1f}", row["paths"])], row["paths"]),
            right=True,
        ),
        Column("narrowing", "intervals narrower by", share, right=True),
        work_column(asked),
        text_column("year", "year", right=True),
        Column("outcome", "its list", outcome),
        Column("identifiers", "identifier", identifier),
    ]


def _drawn_lists(asked: Asked, found: Next, rows: Sequence[Row]) -> Along | None:
    lines = [
        Line(
            label=label(asked, row["id"], row["title"]),
            low=0.0,
            high=row["paths"],
            value=row["paths"],
            href=asked.link("work", row["id"]),
            said=f"{row['title'] or row['id']}: {number(row['paths'])} paths expected, {row['pairs']:,} open pairs",
        )
        for row in rows[:_DRAWN]
    ]
    return (
        along(lines, axis="pairs expected to get a path by each further list")
        if lines and found.found.open_pairs
        else None
    )
