"""kg sparql, kg export."""

import sys
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import print_json, print_table, say


@app.command(rich_help_panel="Exchange")
def sparql(
    query: Annotated[
        str,
        Argument(
            metavar="[QUERY]", help="A query, a file that holds one, or the name of a ready one.", show_default=False
        ),
    ] = "",
    csv: Annotated[bool, Option("--csv", help="Print CSV.")] = False,
    turtle: Annotated[bool, Option("--turtle", help="Print the graph of a CONSTRUCT or DESCRIBE as Turtle.")] = False,
    timeout: Annotated[float, Option(min=0.1, help="Seconds after which the query is stopped.")] = 60.0,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Ask the graph in SPARQL 1.1. Without a query, list the ready ones. Queries only read.

    Example: kg sparql "SELECT (COUNT(*) AS ?n) { ?a cito:cites ?b }"

    Example: kg sparql citations-per-year --csv
    """
    from kg.errors import InputError
    from kg.graph.folder import Workspace
    from kg.output.rdf.open import rdf_folder
    from kg.output.rdf.sparql import query as ask
    from kg.output.rdf.sparql import read_query, ready_queries

    if json + csv + turtle > 1:
        raise InputError("--json, --csv and --turtle exclude each other", "ask for one form")
    if not query:
        ready = {name: about for name, (about, _) in ready_queries().items()}
        if json:
            print_json({"queries": ready})
        else:
            print_table(["query", "answers"], ready.items())
        return
    text = read_query(query)
    space = Workspace.open(graph).as_of(as_of)
    answer = ask(rdf_folder(space.provenance), text, state=space.store.state, timeout_s=timeout)
    if json:
        print_json(answer.to_json())
    elif csv:
        print(answer.to_csv(), end="")
    elif turtle:
        print(answer.to_turtle(), end="")
    else:
        columns, rows = answer.to_table()
        print_table(columns, rows)
        say(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")


@app.command(rich_help_panel="Exchange")
def export(
    format_: Annotated[
        str, Argument(metavar="FORMAT", help="ttl, nt, jsonld, graphml or csv; or a view for its page: map, report.")
    ],
    out: Annotated[
        Path | None,
        Argument(metavar="[OUT]", help="Where to; csv takes a folder. Without it, stdout.", show_default=False),
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite a file that is there.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
) -> None:
    """Write the whole graph, or that of a year, in another form.

    Example: kg export ttl neural-music.ttl
    """
    from kg.cli.write_file import written
    from kg.library.graph import open_graph

    asked = open_graph(graph, as_of=as_of)
    if out is None:
        asked.export(format_, sys.stdout.buffer)
        return
    with written(out, force=force) as target:
        asked.export(format_, target)
    say(f"wrote {out}")
