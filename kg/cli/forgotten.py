"""Measure: forgotten."""

from typing import Annotated, Any

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import number, print_json, print_table, say, tell


@app.command(rich_help_panel="Measure")
def forgotten(
    era: Annotated[str | None, Option(help="Works of an era by name, or of years such as 1988-2008.")] = None,
    since: Annotated[int | None, Option(help="Works that awoke in or after this year.")] = None,
    class_: Annotated[
        str | None, Option("--class", help='Only "sleeper", "hidden ancestor" or "uncredited precursor".')
    ] = None,
    top: Annotated[int, Option(min=0, help="How many works of each part to list.")] = 15,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Which works were forgotten, where this data can tell, and where it cannot. `kg why WORK METRIC` shows each number's inputs.

    Example: kg forgotten --era connectionist
    """
    from kg.analysis.forgotten.table import forgotten as find
    from kg.cli.works import years_of
    from kg.graph.folder import Workspace

    space = Workspace.open(graph)
    span = years_of(era, space.provenance.eras) if era else None
    found = find(space.as_of(as_of).graph, era=span, since=since, top=top, cls=class_)
    rows = found.rows()
    if json:
        head = {"graph": space.store.name, "options": found.options | {"era": era, "as_of": as_of}}
        basis = {"criteria": found.criteria, "missing": found.missing, "totals": found.totals}
        print_json(head | basis | rows | {"notes": found.notes})
        return
    totals = found.totals
    print(f"{totals['ranked']:,} of {totals['works']:,} works can be judged in this data")
    for row in rows["ranked"]:
        _print_ranked(row)
    if rows["insufficient"]:
        print(f"\nInsufficient data: {totals['insufficient']:,} works; those with most citations held first")
        heads = ["id", "year", "held", "wake", "persists", "untraced returns", "citations held by year", "why"]
        print_table(heads, [_open_cells(row) for row in rows["insufficient"]], right=["held"])
    if rows["ranked"]:
        say("ranked by: " + "; ".join(f"{name} ({told})" for name, told in found.criteria.items()))
    if found.missing:
        say("criteria this graph does not give: " + ", ".join(f"{name} ({why})" for name, why in found.missing.items()))
    say(
        "wake and persists are lower bounds; untraced returns: bounds on the share of later works on its subject without a"
    )
    say("citation path to it in this data. `kg why WORK METRIC` shows what a number is made of.", *found.notes)


def _print_ranked(row: dict[str, Any]) -> None:
    rank = f"{row['rank']:g} (5-95 %: {row['rank_low']}-{row['rank_high']})"
    tell(f"\n{rank}  {row['title'] or row['id']} ({row['year']})  {', '.join(row['classes']) or 'no class'}")
    named = ["layer", "beauty", "beauty_cp", "wake", "wake_gap", "persistence_gap", "foresight", "uncredited_return"]
    figures = [f"{name} {number(row[name], 3)}" for name in named if row[name] is not None]
    tell(f"   {row['id']}  {', '.join(figures)}\n   {row['reason']}")


def _open_cells(row: dict[str, Any]) -> list[Any]:
    least = [f"≥ {number(row[name], 3)}" if row[name] else "" for name in ("wake", "persistent_influence")]
    shares = (row["share_low"], row["share_high"])
    share = "" if shares[0] is None else f"{shares[0]:.0%} to {shares[1]:.0%}"
    return [row["id"], row["year"], row["citations_held"], *least, share, _by_year(row), row["reason"]]


def _by_year(row: dict[str, Any]) -> str:
    cited = [f"{year}: {count}" for year, count in row["history"] if count]
    return ", ".join(cited if len(cited) <= 8 else [*cited[:4], "...", *cited[-3:]])
