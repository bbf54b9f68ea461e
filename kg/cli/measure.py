"""Measure: rank, forgotten, main-path."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli import GraphOption, JsonOption, app
from kg.cli.output import by, number, print_json, print_table, say

if TYPE_CHECKING:
    from collections.abc import Callable

#: Results that are no figure per work -> the command that gives them.
_OTHER_KINDS = {"main_path": "kg main-path", "forgotten": "kg forgotten", "path": "kg path"}


@app.command(
    rich_help_panel="Measure", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def rank(
    ctx: typer.Context,
    metric: Annotated[
        str,
        typer.Argument(
            metavar="METRIC",
            help="citations_held, pagerank, betweenness, beauty, awakening_year, disruption, wake ...",
        ),
    ],
    top: Annotated[int, typer.Option("--top", min=1, help="How many works to list.")] = 20,
    all_: Annotated[bool, typer.Option("--all", help="List every work, those without a value last.")] = False,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Rank works by a metric. Options of the metric are given by their names.

    Example: kg rank beauty

    Example: kg rank pagerank --alpha 0.5 --top 10
    """
    from kg import registry
    from kg.errors import InputError
    from kg.workspace import Workspace

    name = metric.replace("-", "_")
    if name in _OTHER_KINDS:
        raise InputError(f"{metric} is no figure per work", f"use `{_OTHER_KINDS[name]}`")
    measure = registry.load("metric", name)
    options = _metric_options(name, measure, ctx.args)
    space = Workspace.open(graph)
    scores = measure(space.graph, **options)
    works = space.graph.works
    rows = scores.rows(None if all_ else top)
    for row in rows:
        work = works.loc[row["id"]]
        row |= {
            "title": work["title"] or None,
            "year": _int(work["year"]),
        }
    if json:
        order = ["id", "title", "year", "value", "n", "coverage", "low", "high", "reason"]
        print_json(
            {
                "metric": name,
                "graph": space.store.name,
                "options": scores.options,
                "rows": [{key: row[key] for key in order} for row in rows],
                "notes": scores.notes,
            }
        )
        return
    valued = int(scores.table["value"].notna().sum())
    shown = [row for row in rows if all_ or row["value"] is not None]
    print_table(
        [name, "year", "id", "authors", "title", "remark"],
        [
            (
                number(r["value"]),
                r["year"],
                r["id"],
                by(works.loc[r["id"], "authors"].split("; ")),
                _short(r["title"]),
                r["reason"],
            )
            for r in shown
        ],
        right=[name],
    )
    say(
        f"{valued:,} of {len(scores.table):,} works have a value; the others have too little data here (--all lists them)"
    )
    for note in scores.notes:
        say(note)


def _metric_options(name: str, measure: "Callable[..., Any]", words: list[str]) -> dict[str, Any]:
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


def _int(value: Any) -> int | None:
    return None if value is None or str(value) == "<NA>" else int(value)


def _short(title: str | None, width: int = 70) -> str:
    title = title or ""
    return title if len(title) <= width else title[: width - 1] + "…"
