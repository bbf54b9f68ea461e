"""kg rank."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, NotesOption, app
from kg.cli.completion import metrics
from kg.cli.printing import print_answer

if TYPE_CHECKING:
    from kg.analysis.metric import Metric


@app.command(rich_help_panel="Measure", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def rank(
    ctx: typer.Context,
    metric: Annotated[
        str,
        Argument(
            metavar="METRIC",
            help="citations_held, pagerank, disruption ...; `kg metrics` lists them.",
            autocompletion=metrics,
        ),
    ],
    top: Annotated[int, Option(min=1, help="Limit to this many works.")] = 20,
    all_: Annotated[bool, Option("--all", help="List every work, those without a value last.")] = False,
    intervals: Annotated[
        bool,
        Option(
            "--intervals",
            help="Add 90% intervals where at least half of the lists that could cite a work are known (slower: 20 runs).",
        ),
    ] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    notes: NotesOption = False,
    json: JsonOption = False,
) -> None:
    """Rank works by a metric. The metric's own options are given by name; `kg metrics METRIC` lists them.

    Example: kg rank beauty

    Example: kg rank pagerank --alpha 0.5 --top 10
    """
    from kg.library.graph import open_graph
    from kg.library.measures import metric_of_works

    options = metric_options(metric_of_works(metric), ctx.args)
    held = open_graph(graph, as_of=as_of)
    found = held.rank(metric, top=None if all_ else top, intervals=intervals, **options)
    print_answer(found, json=json, notes=notes)


def metric_options(metric: "Metric[Any]", words: list[str]) -> dict[str, Any]:
    """`--window 5y`, `--window=5y` or `--reach` as keyword arguments of a metric, by its signature."""
    from kg.errors import InputError
    from kg.library.metric_options import option_value

    name, known = metric.name, metric.options
    listed = ", ".join(f"--{k.replace('_', '-')}" for k in known) or "none"
    options: dict[str, Any] = {}
    rest = [part for word in words for part in (word.split("=", 1) if word.startswith("--") else [word])]
    while rest:
        word = rest.pop(0)
        key = word.removeprefix("--").replace("-", "_")
        if not word.startswith("--") or key not in known:
            raise InputError(f"{name} has no option {word!r}", f"its options: {listed}")
        flag = "bool" in str(known[key].annotation) and (not rest or rest[0].startswith("--"))
        if not rest and not flag:
            raise InputError(f"{word} needs a value", f"its options: {listed}")
        options[key] = True if flag else option_value(metric, key, rest.pop(0))
    return options
