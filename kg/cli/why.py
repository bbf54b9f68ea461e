"""Ask: why."""

from typing import Annotated

import typer
from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, NotesOption, app
from kg.cli.completion import metrics, works
from kg.cli.printing import print_answer
from kg.cli.works import WORK_HELP, ask_work


@app.command(rich_help_panel="Ask", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def why(
    ctx: typer.Context,
    work: Annotated[str, Argument(metavar="WORK", help=WORK_HELP, autocompletion=works)],
    metric: Annotated[
        str, Argument(metavar="METRIC", help="A metric of works; `kg metrics` lists them.", autocompletion=metrics)
    ],
    top: Annotated[int, Option(min=0, help="Limit each table to this many rows.")] = 20,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    notes: NotesOption = False,
    json: JsonOption = False,
) -> None:
    """Show what the value that a metric gives a work is made of, and how many reference lists that matter are unknown.

    The metric's own options are given by name, as for `kg rank`.

    Example: kg why "Hochreiter 1997" wake
    """
    from kg.cli.rank import metric_options
    from kg.graph.folder import Workspace
    from kg.library.measures import Measures, metric_of_works

    options = metric_options(metric_of_works(metric), ctx.args)
    space = Workspace.open(graph).as_of(as_of)
    answer = Measures(space).why(ask_work(space, work), metric, **options)
    print_answer(answer, json=json, notes=notes, top=top)
