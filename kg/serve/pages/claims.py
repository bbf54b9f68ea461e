"""What a later era is known to owe to an earlier one, and a verdict on each claim of the article."""

from shlex import quote
from typing import Any

from starlette.responses import Response

from kg.analysis.base.names import name_of
from kg.analysis.claims.case import NOT_ABOUT
from kg.analysis.claims.verdicts import Verdict, in_groups
from kg.library.claims import LISTS, Claims
from kg.output.pages.plots import Spread, bars
from kg.serve.asked import Asked
from kg.serve.listing import Cell, Column, Part, Row, download, listing, text_column, work_column
from kg.serve.recent import recent
from kg.text import sentence


def claims(asked: Asked) -> Response:
    """The report on two eras, and the verdicts."""
    options: dict[str, Any] = {name: asked.text(name) for name in ("earlier", "later") if asked.text(name)}
    top = asked.number("top", least=0, most=1000)
    words = "".join(f" --{name} {quote(value)}" for name, value in options.items()) + (
        "" if top is None else f" --top {top}"
    )
    options |= {} if top is None else {"top": top}
    found = recent(asked.graph, ("claims", *sorted(options.items())), lambda: asked.graph.claims(**options))
    verdict, text = asked.text("verdict"), asked.text("q").casefold()
    document = found.as_dict()
    rows = [
        row
        for row, v in zip(document["claims"], found.verdicts, strict=True)
        if verdict in ("", v.group)
        and text in f"{row['id']} {row['kind']} {row['statement']} {row['because']}".casefold()
    ]
    file = download(asked, "claims", found, rows)
    if file:
        return file
    shown = {row["id"] for row in rows}
    return asked.answer(
        "claims",
        title="What the later era owes to the earlier one",
        command=f"claims{words}",
        python=f"graph.claims({', '.join(f'{name}={value!r}' for name, value in options.items())})",
        found=found,
        claims=[(v, sentence(v.because), _works(asked, v)) for v in in_groups(found.verdicts) if v.claim.id in shown],
        table=listing(asked, _columns(), rows),
        lists=[(title, _listed(asked, document["report"][name][: found.top], last)) for name, title, last in LISTS],
        groups=list(dict.fromkeys(v.group for v in in_groups(found.verdicts))),
        not_about=NOT_ABOUT,
        drawn=_drawn(found),
        eras=asked.graph.eras,
    )


def _columns() -> list[Column]:
    def claim(row: Row) -> Cell:
        return Cell([Part(row["id"], None, f"#claim-{row['id']}")], row["id"].casefold())

    def counted(row: Row) -> Cell:
        if row["n"] is None:
            return Cell([Part("nothing to count")])
        return Cell([Part(f"{row['k']:,}", row["k"]), Part(" of "), Part(f"{row['n']:,}", row["n"])], row["k"])

    return [
        Column("id", "claim", claim),
        text_column("kind", "kind"),
        text_column("verdict", "verdict"),
        text_column("statement", "statement"),
        Column("k", "found in", counted, right=True),
    ]


def _works(asked: Asked, verdict: Verdict) -> list[tuple[str, str, str]]:
    """The works of a claim: their role, name and address; those that are not in the graph without one."""
    graph, named = asked.graph, []
    for id_, role in verdict.claim.roles:
        held = id_ not in verdict.missing
        named.append(
            (role, name_of(graph, graph.number(id_)) if held else id_, asked.link("work", id_) if held else "")
        )
    return named


def _listed(asked: Asked, rows: list[dict[str, Any]], last: str) -> Any:
    heading = "citations" if last == "citations_held" else last
    columns = [text_column(last, heading, right=True), text_column("year", "year", right=True), work_column(asked)]
    return listing(asked, columns, rows) if rows else None


def _drawn(found: Claims) -> Spread | None:
    """The works of the later era by the length of their shortest path back, and those without one or of which it is unknown."""
    report, counts = found.report, found.report.counts
    if not counts["known"]:
        return None
    by_length = [(f"{length}", times) for length, times in report.distances.items()]
    rest = [("no path", counts["not_reaching"]), ("unknown", counts["open"])]
    return bars([*by_length, *rest], axis=f"citations on the shortest path back to {found.eras[0]} works")
