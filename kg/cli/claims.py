"""Measure: claims."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import number, print_json, print_table, say, tell

if TYPE_CHECKING:
    import pandas as pd

    from kg.analysis.era_report import EraReport


@app.command(rich_help_panel="Measure")
def claims(
    earlier: Annotated[str | None, Option(help="The earlier era, by name or years; without it the first one.")] = None,
    later: Annotated[str | None, Option(help="The later era, by name or years; without it the last one.")] = None,
    top: Annotated[int, Option(min=0, help="How many works of each list to print.")] = 10,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """What the later era is known to owe to the earlier one, then a verdict on each claim of the article, with its numbers.

    Example: kg claims

    Example: kg claims --earlier 1988-1999 --later 2015-
    """
    from kg.analysis.claims import CONTRADICTED, OPEN, SUPPORTED, verdicts
    from kg.analysis.era_report import era_report
    from kg.cli.works import years_of
    from kg.graph.folder import Workspace

    space = Workspace.open(graph)
    spans = sorted(space.provenance.eras.items(), key=lambda era: era[1])
    names = [earlier or spans[0][0], later or spans[-1][0]]
    first, last = (years_of(name, space.provenance.eras) for name in names)
    held = space.as_of(as_of).graph
    report = era_report(held, first, last)
    found = verdicts(held, since=last[0])
    if json:
        told = [
            {"id": v.claim.id, "kind": v.claim.kind, "verdict": v.verdict, "statement": v.claim.statement}
            | {"place": v.claim.place, "article": v.claim.article, "because": v.because, "numbers": v.numbers}
            | {"coverage": v.coverage, "roles": [list(role) for role in v.claim.roles], "missing": list(v.missing)}
            for v in found
        ]
        print_json(
            {"graph": space.store.name, "as_of": as_of, "eras": names, "report": _document(report), "claims": told}
        )
        return
    _print_report(report, names, top)
    if found:
        tally = Counter(v.verdict for v in found)
        counts = ", ".join(f"{tally[verdict]:,} {verdict}" for verdict in (SUPPORTED, CONTRADICTED, OPEN))
        print(f"\nclaims: {len(found):,}, of them {counts}")
    for v in found:
        tell(f"\n{v.claim.id} ({v.claim.kind}): {v.verdict}\n   {v.claim.statement}\n   {v.claim.place}")
        known = "" if v.coverage is None else f" {v.coverage:.0%} of the lists since then are known."
        tell(f"   {v.because[:1].upper()}{v.because[1:]}.{known}")
    if not found:
        say("this graph holds no claims of an article")
    say(*report.notes, "verdict rules: docs/metrics.md; --json gives every number")


def _document(report: "EraReport") -> dict[str, Any]:
    lists = {name: _rows(getattr(report, name)) for name in ("through", "reached", "not_reached")}
    figures = {
        name: getattr(report, name) for name in ("counts", "share", "low", "high", "coverage", "options", "notes")
    }
    return figures | {"distances": {str(k): v for k, v in report.distances.items()}} | lists


def _rows(table: "pd.DataFrame") -> list[dict[str, Any]]:
    rows = table.astype(object).where(table.notna(), None)
    return [
        {"id": id_} | {str(k): v for k, v in row.items()}
        for id_, row in zip(rows.index, rows.to_dict("records"), strict=True)
    ]


def _print_report(report: "EraReport", names: list[str], top: int) -> None:
    c = report.counts
    print(f"{names[1]} works: {c['later_works']:,}, the reference lists of {c['known']:,} are known")
    if report.share is not None and report.high is not None:
        print(
            f"{c['reaching']:,} of these {c['known']:,} ({report.share:.0%}) lead back to {names[0]} works; {c['open']:,} may "
            f"(lists on the way are not known), {c['not_reaching']:,} do not: between {report.share:.0%} and {report.high:.0%}"
        )
        steps = ", ".join(f"{times:,} by {length}" for length, times in report.distances.items())
        print(f"shortest way back, in citations: {steps or 'none'}")
    print(
        f"of {c['earlier_works']:,} {names[0]} works {c['reached']:,} are reached, {c['not_reached']:,} are not, in this data"
    )
    for title, table, last in (
        ("through", report.through, "works"),
        ("reached by most", report.reached, "works"),
        ("not reached, most cited first", report.not_reached, "citations_held"),
    ):
        if top and len(table):
            print(f"\n{title}")
            shown = table.head(top)
            rows = [
                (number(r[last]), str(r["year"]), id_, r["title"])
                for id_, r in zip(shown.index, shown.to_dict("records"), strict=True)
            ]
            print_table([last.replace("_", " "), "year", "id", "title"], rows, right=[last.replace("_", " ")])
