"""Measure: metrics."""

from typing import Annotated

from typer import Argument

from kg.cli import JsonOption, app
from kg.cli.completion import measures
from kg.cli.printing import print_json, print_table, say


@app.command(rich_help_panel="Measure")
def metrics(
    name: Annotated[
        str,
        Argument(
            metavar="[METRIC]", help="Show the definition of this metric.", show_default=False, autocompletion=measures
        ),
    ] = "",
    json: JsonOption = False,
) -> None:
    """List what can be measured, or define one metric: formula, options, undefined cases and source.

    Example: kg metrics disruption
    """
    from kg.analysis.definition import define, overview

    if not name:
        if json:
            print_json(overview())
            return
        print_table(
            ["metric", "kind", "command", "what it says"],
            [(r["name"], r["kind"], r["command"], r["summary"]) for r in overview()["metrics"]],
        )
        say("`kg metrics METRIC` shows the definition, options and source of one")
        return
    about = define(name)
    if json:
        print_json(about)
        return
    parts = dict.fromkeys([about["description"], about["definition"], *about["guards"]])
    print("\n\n".join([f"{about['name']}: {about['summary']}", *filter(None, parts)]))
    print("\noptions:" if about["options"] else "\noptions: none")
    for option, default in about["options"].items():
        meaning = about["meanings"][option]
        print(f"  --{option.replace('_', '-')} (default {default})" + (f": {meaning}" if meaning else ""))
    print(f"command: {about['command']}\nsource: {about['source']}")
