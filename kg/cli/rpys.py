"""Measure: rpys."""

from typing import Annotated

from typer import Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import number, print_json, print_table, say


@app.command(rich_help_panel="Measure")
def rpys(
    edge: Annotated[
        str, Option(help="Years beyond the range of cited years: zero, or truncate the median's window there.")
    ] = "zero",
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """The years the cited works come from, and which stand out from the years around them.

    Example: kg rpys --edge truncate
    """
    from kg.analysis.rpys import rpys as find
    from kg.analysis.scores import plain
    from kg.graph.folder import Workspace

    space = Workspace.open(graph)
    found = find(space.as_of(as_of).graph, edge=edge)
    table = found.table
    rows = table[["ncr", "median", "deviation"]].reset_index().to_dict("records")
    if json:
        head = {"graph": space.store.name, "options": found.options, "as_of": as_of}
        told = {
            "flagged": table.index[table["flagged"]].tolist(),
            "per_known_list": {str(year): plain(share) for year, share in table["per_list"].items()},
        }
        whole = {"year", "ncr"}
        listed = [{str(k): int(v) if k in whole else float(v) for k, v in row.items()} for row in rows]
        print_json(head | {"rows": listed} | told | {"notes": found.notes})
        return
    cells = [(r["year"], r["ncr"], number(r["median"]), number(r["deviation"])) for r in rows if r["ncr"]]
    print_table(["year", "references", "median", "deviation"], cells, right=["references", "median", "deviation"])
    say("years without a cited work are not listed; they count 0", *found.notes)
