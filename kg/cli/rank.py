"""Measure: rank."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import by, number, print_json, print_table, say, whole

if TYPE_CHECKING:
    from collections.abc import Callable


@app.command(rich_help_panel="Measure", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def rank(
    ctx: typer.Context,
    metric: Annotated[
        str, Argument(metavar="METRIC", help="citations_held, pagerank, disruption ...; `kg metrics` lists them.")
    ],
    top: Annotated[int, Option(min=1, help="How many works to list.")] = 20,
    all_: Annotated[bool, Option("--all", help="List every work, those without a value last.")] = False,
    intervals: Annotated[
        bool, Option("--intervals", help="Between what the truth lies if every list were known, 90 %; takes 20 runs.")
    ] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Rank works by a metric. Options of the metric are given by their names; `kg metrics METRIC` tells them.

    Example: kg rank beauty

    Example: kg rank pagerank --alpha 0.5 --top 10
    """
    from kg import plugins
    from kg.analysis.scores import COLUMNS, plain
    from kg.errors import InputError
    from kg.graph.folder import Workspace

    name = metric.replace("-", "_")
    if name in plugins.RESULTS:
        kind, _, command = plugins.RESULTS[name]
        raise InputError(f"{metric} is no figure per work but per {kind}", f"use `{command}`")
    measure = plugins.load("metric", name)
    options = metric_options(name, measure, ctx.args)
    space = Workspace.open(graph)
    held = space.as_of(as_of).graph
    scores = measure(held, **options)
    works = held.works
    rows, notes = scores.rows(None if all_ else top), list(scores.notes)
    if intervals:
        from kg.analysis.base.intervals import doubts, metric_intervals
        from kg.analysis.scores import plain

        ends = metric_intervals(held, scores, lambda g: measure(g, **options))
        notes += doubts(held)
        for row in rows:
            row["interval"] = [plain(float(end[held.number(row["id"])])) for end in ends]
    for row in rows:
        work = works.loc[row["id"]]
        row |= {"title": work["title"] or None, "year": whole(work["year"])}
    if json:
        order = ["id", "title", "year", "value", "n", "coverage", "low", "high", "reason"]
        listed = [{key: row[key] for key in [*order, *(["interval"] if intervals else [])]} for row in rows]
        columns = scores.table.drop(columns=COLUMNS).loc[[row["id"] for row in rows]].to_dict("index")
        own = {str(id_): {str(k): plain(v) for k, v in values.items()} for id_, values in columns.items() if values}
        head = {"metric": name, "graph": space.store.name, "options": scores.options, "as_of": as_of}
        print_json(head | {"rows": listed, "own": own, "notes": notes})
        return
    valued = int(scores.table["value"].notna().sum())
    shown = [row for row in rows if all_ or row["value"] is not None]
    if shown:
        cells = []
        for r in shown:
            authors = by(str(works.at[r["id"], "authors"]).split("; "))
            span = [" to ".join(number(end) or "?" for end in r["interval"])] if intervals else []
            cells.append((number(r["value"]), *span, r["year"], r["id"], authors, _short(r["title"]), r["reason"]))
        heads = [name, *(["90 %"] if intervals else []), "year", "id", "authors", "title", "remark"]
        print_table(heads, cells, right=[name])
    less = "; the others have too little data here (--all lists them with reasons)"
    say(f"{valued:,} of {len(scores.table):,} works have a value{less if valued < len(scores.table) else ''}")
    say(*notes)


def metric_options(name: str, measure: "Callable[..., Any]", words: list[str]) -> dict[str, Any]:
    """`--window 5y` or `--window=5y` as keyword arguments of a metric, by its signature."""
    import inspect

    from kg.errors import InputError

    known = {k: p for k, p in inspect.signature(measure).parameters.items() if p.kind is p.KEYWORD_ONLY}
    listed = ", ".join(f"--{k.replace('_', '-')}" for k in known) or "none"
    options: dict[str, Any] = {}
    rest = [part for word in words for part in (word.split("=", 1) if word.startswith("--") else [word])]
    while rest:
        word = rest.pop(0)
        key = word.removeprefix("--").replace("-", "_")
        if not word.startswith("--") or key not in known:
            raise InputError(f"{name} has no option {word!r}", f"its options: {listed}")
        if not rest:
            raise InputError(f"{word} needs a value", f"its options: {listed}")
        options[key] = _converted(word, rest.pop(0), str(known[key].annotation))
    return options


def _converted(option: str, text: str, annotation: str) -> Any:
    from kg.errors import InputError

    kinds = {part.strip() for part in annotation.removeprefix("<class '").removesuffix("'>").split("|")}
    if text.lower() in {"none", "null"} and "None" in kinds:
        return None
    if "bool" in kinds and text.lower() in {"true", "false", "yes", "no", "1", "0"}:
        return text.lower() in {"true", "yes", "1"}
    for kind, convert in (("int", int), ("float", float)):
        if kind in kinds:
            try:
                return convert(text)
            except ValueError:
                continue
    if "str" in kinds:
        return text
    raise InputError(f"{option} takes {' or '.join(sorted(kinds - {'None'}))}, not {text!r}", "")


def _short(title: str | None, width: int = 70) -> str:
    title = title or ""
    return title if len(title) <= width else title[: width - 1] + "…"
