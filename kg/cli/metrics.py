"""Measure: metrics. Everything said of a metric is read from its docstring and signature."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

from typer import Argument

from kg.cli import JsonOption, app
from kg.cli.printing import print_json, print_table, say


@app.command(rich_help_panel="Measure")
def metrics(
    name: Annotated[
        str, Argument(metavar="[METRIC]", help="One metric: its definition, guards and source.", show_default=False)
    ] = "",
    json: JsonOption = False,
) -> None:
    """What can be measured; of one metric its definition, formula, options, guards and the paper that defines it.

    Example: kg metrics disruption
    """
    from kg import plugins
    from kg.errors import UnknownName

    if name:
        wanted = name.replace("-", "_")
        if wanted not in {*plugins.names("metric"), *plugins.RESULTS}:
            raise UnknownName("metric", name, [*plugins.names("metric"), *plugins.RESULTS])
        about = _about(wanted)
        if json:
            print_json(about)
            return
        print(f"{about['name']}: {about['summary']}\n\n{about['definition']}")
        for guard in about["guards"]:
            print(f"\n{guard}")
        options = [f"--{option.replace('_', '-')} (default {default})" for option, default in about["options"].items()]
        print(f"\noptions: {', '.join(options) or 'none'}\ncommand: {about['command']}\nsource: {about['source']}")
        return
    rows = [_about(each) for each in [*plugins.names("metric"), *plugins.RESULTS]]
    if json:
        print_json({"metrics": [{key: row[key] for key in ("name", "kind", "summary", "command")} for row in rows]})
        return
    print_table(
        ["metric", "kind", "command", "what it tells"],
        [(r["name"], r["kind"], r["command"], r["summary"]) for r in rows],
    )
    say("`kg metrics METRIC` gives definition, formula, options, guards and source")


def _about(name: str) -> dict[str, Any]:
    from kg import plugins

    kind, place, command = plugins.RESULTS.get(name, ("work", "", f"kg rank {name}"))
    function = plugins.imported(place) if place else plugins.load("metric", name)
    return {"name": name, "kind": kind} | described(function) | {"command": command}


def described(function: Callable[..., Any]) -> dict[str, Any]:
    """What a metric's docstring and signature say: summary, definition, guards, options with defaults, source."""
    first, *rest = (inspect.getdoc(function) or "").split("\n\n")
    told = [
        " ".join(part.split()) for part in rest if not part.startswith((">>>", "Raises:", "Returns:", "Attributes:"))
    ]
    sources = [part.partition(": ")[2] for part in told if part.startswith(("Source:", "Sources:"))]
    body = [part for part in told if not part.startswith(("Source:", "Sources:"))]
    known = inspect.signature(function).parameters.values()
    return {
        "summary": " ".join(first.split()),
        "definition": body[0] if body else "",
        "guards": body[1:],
        "options": {p.name: p.default for p in known if p.kind is p.KEYWORD_ONLY},
        "source": " ".join(sources) or "kg",
    }
