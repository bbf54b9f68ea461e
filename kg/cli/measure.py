"""Measure: rank, forgotten, main-path."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from kg.cli import GraphOption, JsonOption, app
from kg.cli.output import by, number, print_json, print_table, say

if TYPE_CHECKING:
    from collections.abc import Callable

#: Results that are no figure per work -> the command that gives them.
_OTHER_KINDS = {"main_path": "kg main-path", "forgotten": "kg forgotten", "path": "kg path"}


@app.command(rich_help_panel="Measure", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def rank(
    ctx: typer.Context,
    metric: Annotated[
        str,
        Argument(
            metavar="METRIC", help="citations_held, pagerank, betweenness, beauty, awakening_year, disruption, wake ..."
        ),
    ],
    top: Annotated[int, Option(min=1, help="How many works to list.")] = 20,
    all_: Annotated[bool, Option("--all", help="List every work, those without a value last.")] = False,
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
        row |= {"title": work["title"] or None, "year": _int(work["year"])}
    if json:
        order = ["id", "title", "year", "value", "n", "coverage", "low", "high", "reason"]
        listed = [{key: row[key] for key in order} for row in rows]
        head = {"metric": name, "graph": space.store.name, "options": scores.options}
        print_json(head | {"rows": listed, "notes": scores.notes})
        return
    valued = int(scores.table["value"].notna().sum())
    shown = [row for row in rows if all_ or row["value"] is not None]
    if shown:
        cells = []
        for r in shown:
            authors = by(str(works.at[r["id"], "authors"]).split("; "))
            cells.append((number(r["value"]), r["year"], r["id"], authors, _short(r["title"]), r["reason"]))
        print_table([name, "year", "id", "authors", "title", "remark"], cells, right=[name])
    less = "; the others have too little data here (--all lists them with reasons)"
    say(f"{valued:,} of {len(scores.table):,} works have a value{less if valued < len(scores.table) else ''}")
    say(*scores.notes)


@app.command(rich_help_panel="Measure")
def forgotten(
    era: Annotated[str | None, Option(help="Works of an era by name, or of years such as 1988-2008.")] = None,
    since: Annotated[int | None, Option(help="Works that awoke in or after this year.")] = None,
    class_: Annotated[str | None, Option("--class", help="Only sleepers, or hidden ancestors.")] = None,
    top: Annotated[int, Option(min=0, help="How many works of each part to list.")] = 15,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Which works were forgotten, where this data can tell, and where it cannot.

    Example: kg forgotten --era connectionist
    """
    from kg.analysis.forgotten import forgotten as find
    from kg.workspace import Workspace

    space = Workspace.open(graph)
    found = find(space.graph, era=_span(era, space.eras), since=since, top=top, cls=class_)
    rows = found.rows()
    if json:
        head = {"graph": space.store.name, "options": found.options | {"era": era}}
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
    routes: Annotated[int, Option(min=1, help="How many key routes.")] = 1,
    all_: Annotated[
        bool, Option("--all", help="List every citation with its count, not only those on the paths.")
    ] = False,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """The chain of citations through which most of the history held here runs, counted exactly.

    Example: kg main-path --weights splc
    """
    from kg.analysis.main_path import main_path as find
    from kg.workspace import Workspace

    space = Workspace.open(graph)
    found = find(space.graph, weights=weights, search=search, routes=routes)
    listed = found.citations if all_ else found.citations[found.citations["on_path"]]
    if json:
        print_json(vars(found) | {"citations": listed[["citing", "cited", "count"]].to_dict("records")})
        return
    works = space.graph.works
    for path in found.paths[:3]:
        print_table(["year", "id", "title"], [(_int(works.at[w, "year"]), w, works.at[w, "title"]) for w in path])
        print()
    if len(found.paths) > 3:
        print(f"... and {len(found.paths) - 3} more main paths of the same weight (--json lists them)")
    if all_:
        columns = ["cited", "citing", "count"]
        print_table(columns, listed[columns].itertuples(index=False), right=["count"])
    known = f"{space.graph.coverage() or 0:.0%} of the reference lists are known"
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
