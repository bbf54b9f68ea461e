"""kg sparql, kg export."""

import sys
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.completion import formats, queries
from kg.cli.printing import print_answer, print_json, print_table, say


@app.command(rich_help_panel="Exchange")
def sparql(
    query: Annotated[
        str,
        Argument(
            metavar="[QUERY]",
            help="A query, a file that holds one, or the name of a ready one; without it, the ready ones are listed.",
            show_default=False,
            autocompletion=queries,
        ),
    ] = "",
    csv: Annotated[bool, Option("--csv", help="Print CSV.")] = False,
    turtle: Annotated[bool, Option("--turtle", help="Print the graph of a CONSTRUCT or DESCRIBE as Turtle.")] = False,
    timeout: Annotated[float, Option(min=0.1, help="Stop the query after this many seconds.")] = 60.0,
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
    from kg.library.pages import Pages
    from kg.output.rdf.sparql import ready_queries

    if json + csv + turtle > 1:
        raise InputError("--json, --csv and --turtle exclude each other", "choose one of them")
    if not query:
        ready = {name: about for name, (about, _) in ready_queries().items()}
        if json:
            print_json({"queries": ready})
        else:
            print_table(["query", "answers"], list(ready.items()))
        return
    answer = Pages(Workspace.open(graph).as_of(as_of)).sparql(query, timeout_s=timeout)
    if csv:
        print(answer.results.to_csv(), end="")
    elif turtle:
        print(answer.results.to_turtle(), end="")
    else:
        print_answer(answer, json=json)


@app.command(rich_help_panel="Exchange")
def export(
    format_: Annotated[
        str,
        Argument(
            metavar="FORMAT",
            help="ttl, nt, jsonld, csv, parquet; graphml, gexf, cytoscape, pajek, vosviewer, vosviewer-map; bibtex, ris, csl, obsidian, opencitations; or map or report, for its page.",
            autocompletion=formats,
        ),
    ],
    out: Annotated[
        Path | None,
        Argument(
            metavar="[OUT]",
            help="The file to write, or the folder, for formats of several files. Default: stdout.",
            show_default=False,
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        Option(
            help="Only these works: one by name, era:1988-2008, search:WORDS, 'path:OLD -> NEW', lineage:WORK, query:SPARQL, or a metric's first, as pagerank:20. May be given several times."
        ),
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite an existing file.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
) -> None:
    """Write the graph, some of its works, or the graph as of a year, in another format.

    Example: kg export ttl neural-music.ttl

    Example: kg export bibtex reading-list.bib --select "lineage:Todd 1989"
    """
    from kg.cli.write_file import written
    from kg.library.graph import open_graph

    asked = open_graph(graph, as_of=as_of)
    if out is None:
        asked.export(format_, sys.stdout.buffer, select=select or ())
        return
    with written(out, force=force) as target:
        asked.export(format_, target, select=select or ())
    say(f"wrote {out}")
