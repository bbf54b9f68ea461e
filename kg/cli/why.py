"""Ask: why."""

from typing import Annotated, Any

import typer
from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.completion import metrics, works
from kg.cli.printing import print_json, print_table, say, tell
from kg.cli.works import WORK_HELP, ask_work
from kg.library.naming import brief
from kg.text import number


@app.command(rich_help_panel="Ask", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def why(
    ctx: typer.Context,
    work: Annotated[str, Argument(metavar="WORK", help=WORK_HELP, autocompletion=works)],
    metric: Annotated[
        str, Argument(metavar="METRIC", help="A metric of works; `kg metrics` lists them.", autocompletion=metrics)
    ],
    top: Annotated[int, Option(min=0, help="How many rows of each list to print.")] = 20,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """What one number of one work is made of: its history, citers, references, cohort, and the lists that are missing.

    Options of the metric are given by their names, as for `kg rank`.

    Example: kg why "Hochreiter 1997" wake
    """
    from kg import plugins
    from kg.analysis.explain import why as inputs
    from kg.cli.rank import metric_options
    from kg.errors import InputError
    from kg.graph.folder import Workspace

    name = metric.replace("-", "_")
    if name in plugins.RESULTS:
        raise InputError(f"{metric} is no figure per work", f"use `{plugins.RESULTS[name][2]}`")
    measure = plugins.load("metric", name)
    options = metric_options(name, measure, ctx.args)
    space = Workspace.open(graph).as_of(as_of)
    found, held = ask_work(space, work), space.graph
    scores = measure(held, **options)
    told = inputs(held, found.id, scores)
    if json:
        head = {"work": brief(found), "metric": name, "graph": space.store.name, "as_of": as_of}
        print_json(head | {"options": scores.options} | told | {"notes": scores.notes})
        return
    _print(found.id, name, told, top)
    say(*scores.notes, f"`kg metrics {name}` gives the definition")


def _print(id_: str, name: str, told: dict[str, Any], top: int) -> None:
    result = told["result"]
    value = "no value" if result["value"] is None else _cell(result["value"])
    tell(f"{name} of {id_}: {value}" + (f" ({result['reason']})" if result["reason"] else ""))
    for key, figure in result.items():
        if key not in {"value", "reason"} and figure is not None:
            tell(f"   {key.replace('_', ' ')}: {_cell(figure)}")
    for key, part in told.items():
        if key in {"result", "missing"} or part is None:
            continue
        rows, rest = _table(part)
        print(f"\n{key}: {len(rows):,} rows" if rows else f"\n{key}")
        for name_, figure in rest.items():
            tell(f"   {name_.replace('_', ' ')}: {_cell(figure)}")
        if rows:
            columns = list(rows[0])
            print_table(columns, [[_cell(row[c]) for c in columns] for row in rows[:top]], right=[])
            if len(rows) > top:
                print(f"... and {len(rows) - top:,} more (--top)")
    lists = told["missing"]
    since = "" if lists["since"] is None else f" dated {lists['since']} or later"
    print(
        f"\nlists that could change it: of {lists['works']:,} works{since} {lists['known']:,} lists are known; {_cell(lists['outcomes'])}"
    )


def _table(part: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of a section and what stands beside them."""
    if isinstance(part, list):
        return part, {}
    rows = next((v for v in part.values() if isinstance(v, list) and v and isinstance(v[0], dict)), [])
    return rows, {k: v for k, v in part.items() if v is not rows and v is not None}


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{k} {_cell(v)}" for k, v in value.items())
    if isinstance(value, list):
        return "; ".join(str(_cell(v)) for v in value) or "none"
    return number(value) if isinstance(value, float) else value
