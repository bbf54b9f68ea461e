"""Measure: forgotten, main-path."""

from typing import Annotated, Any

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.output import number, print_json, print_table, say


@app.command(rich_help_panel="Measure")
def forgotten(
    era: Annotated[str | None, Option(help="Works of an era by name, or of years such as 1988-2008.")] = None,
    since: Annotated[int | None, Option(help="Works that awoke in or after this year.")] = None,
    class_: Annotated[str | None, Option("--class", help="Only sleepers, or hidden ancestors.")] = None,
    top: Annotated[int, Option(min=0, help="How many works of each part to list.")] = 15,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Which works were forgotten, where this data can tell, and where it cannot.

    Example: kg forgotten --era connectionist
    """
    from kg.analysis.forgotten import forgotten as find
    from kg.workspace import Workspace

    space = Workspace.open(graph)
    found = find(space.as_of(as_of), era=_span(era, space.eras), since=since, top=top, cls=class_)
    rows = found.rows()
    if json:
        head = {"graph": space.store.name, "options": found.options | {"era": era, "as_of": as_of}}
        basis = {"criteria": found.criteria, "missing": found.missing, "totals": found.totals}
        print_json(head | basis | rows | {"notes": found.notes})
        return
    totals = found.totals
    print(f"{totals['ranked']:,} of {totals['works']:,} works can be judged in this data")
    for k, row in enumerate(rows["ranked"], 1):
        print(f"\n{k}. {row['title'] or row['id']} ({row['year']})  {row['class'] or 'neither class'}")
        beauty, wake = number(row["beauty"]), number(row["wake"])
        print(f"   {row['id']}  layer {row['layer']}, beauty {beauty}, wake at least {wake}\n   {row['reason']}")
    if rows["insufficient"]:
        print(f"\nInsufficient data: {totals['insufficient']:,} works; those with most citations held first")
        cells = []
        for r in rows["insufficient"]:
            wake = f"≥ {number(r['wake'], 3)}" if r["wake"] else ""
            cells.append((r["id"], r["year"], r["citations_held"], wake, _by_year(r), r["reason"]))
        print_table(["id", "year", "held", "wake", "citations held by year", "why"], cells, right=["held"])
    say("criteria: " + "; ".join(found.criteria) + ". Not yet measured: " + ", ".join(found.missing))
    say(*found.notes)


@app.command("main-path", rich_help_panel="Measure")
def main_path(
    weights: Annotated[str, Option(help="spc, splc or spnp.")] = "spc",
    search: Annotated[str, Option(help="global, forward, backward or key-route.")] = "global",
    cycles: Annotated[str, Option(help="What is cyclic at one date: shrink, preprint or drop-same-date.")] = "shrink",
    routes: Annotated[int, Option(min=1, help="How many key routes.")] = 1,
    all_: Annotated[
        bool, Option("--all", help="List every citation with its count, not only those on the paths.")
    ] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """The chain of citations through which most of the history held here runs, counted exactly.

    Example: kg main-path --weights splc
    """
    from kg.analysis.main_path import main_path as find
    from kg.workspace import Workspace

    space = Workspace.open(graph)
    held = space.as_of(as_of)
    found = find(held, weights=weights, search=search, cycles=cycles, routes=routes)
    listed = found.citations if all_ else found.citations[found.citations["on_path"]]
    if json:
        print_json(vars(found) | {"citations": listed[["citing", "cited", "count"]].to_dict("records")})
        return
    works = held.works
    for path in found.paths[:3]:
        print_table(["year", "id", "title"], [(_int(works.at[w, "year"]), w, works.at[w, "title"]) for w in path])
        print()
    if len(found.paths) > 3:
        print(f"... and {len(found.paths) - 3} more main paths of the same weight (--json lists them)")
    if all_:
        columns = ["cited", "citing", "count"]
        print_table(columns, listed[columns].itertuples(index=False), right=["count"])
    known = f"{held.coverage() or 0:.0%} of the reference lists are known"
    say(*found.notes, f"{known}: the chain is that of the citations held")
    say(f"{found.total:,} paths in all; {len(found.altered)} citations altered (--json lists them)")


def _span(era: str | None, eras: dict[str, tuple[int, int]]) -> tuple[int, int] | None:
    import re

    from kg.errors import InputError, UnknownName

    if era is None:
        return None
    if match := re.fullmatch(r"(\d{4})-(\d{4})?", era):
        first, last = int(match.group(1)), int(match.group(2) or 9999)
        if first > last:
            raise InputError(f"the era {era} ends before it begins", f"did you mean {last}-{first}?")
        return first, last
    if era not in eras:
        raise UnknownName("era", era, eras)
    return eras[era]


def _by_year(row: dict[str, Any]) -> str:
    cited = [f"{year}: {count}" for year, count in row["history"] if count]
    return ", ".join(cited if len(cited) <= 8 else [*cited[:4], "...", *cited[-3:]])


def _int(value: Any) -> int | None:
    return None if value is None or str(value) == "<NA>" else int(value)
