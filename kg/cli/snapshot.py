"""kg snapshot, kg verify, kg diff."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.completion import graphs, metrics
from kg.cli.printing import print_answer, say


@app.command(rich_help_panel="Keep")
def snapshot(
    out: Annotated[Path, Argument(metavar="OUT", help="The file to write.")],
    force: Annotated[bool, Option("--force", help="Overwrite an existing file.")] = False,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Keep what a graph holds today as hashes, so that `kg verify` can tell later whether it still does.

    Example: kg snapshot today.json
    """
    from kg.cli.write_file import written
    from kg.library.graph import open_graph

    kept = open_graph(graph).snapshot()
    with written(out, force=force) as target:
        kept.save(target)
    print_answer(kept, json=json)
    say(f"wrote {out}")


@app.command(rich_help_panel="Keep")
def verify(
    against: Annotated[
        Path | None, Argument(metavar="[SNAPSHOT]", help="A file of `kg snapshot`.", show_default=False)
    ] = None,
    accept: Annotated[
        bool, Option("--accept", help="Take the store as another program left it, without values that cannot be.")
    ] = False,
    repair: Annotated[
        bool,
        Option("--repair", help="Make again what is made from the store's tables: indexes, search, index, RDF, seal."),
    ] = False,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Check that a graph is undamaged, and, with a snapshot, that it holds what it held then. Exit 1 where it does not.

    Example: kg verify today.json
    """
    from kg.library import verify as library

    found = library.verify(graph, against, accept=accept, repair=repair)
    print_answer(found, json=json)
    found.raise_if_broken()


@app.command(rich_help_panel="Keep")
def diff(
    first: Annotated[str, Argument(metavar="FIRST", help="A graph, or its folder.", autocompletion=graphs)],
    second: Annotated[str, Argument(metavar="SECOND", help="Another.", autocompletion=graphs)],
    metric: Annotated[
        str, Option(help="Compare the scores of this metric.", autocompletion=metrics)
    ] = "citations_held",
    top: Annotated[int, Option(min=1, help="How many changes of each kind to print.")] = 10,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Show how the second graph differs from the first: works, citations, lists, scores and what changed them.

    Example: kg diff bundled my-field
    """
    from kg.library.diff import diff as compare

    print_answer(compare(first, second, metric=metric, top=top, as_of=as_of), json=json)
