"""kg sparql, kg export."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Context, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.completion import formats, queries
from kg.cli.printing import print_answer, print_json, print_table, raw_output, say, working
from kg.text import counted

if TYPE_CHECKING:
    from kg.graph.citation_graph import CitationGraph
    from kg.library.graph import Graph


@app.command(rich_help_panel="Exchange")
def sparql(
    ctx: Context,
    query: Annotated[
        str,
        Argument(
            metavar="[QUERY]",
            help="A query, a file that holds one, or the name of a ready one; without it, the ready ones are listed.",
            show_default=False,
            autocompletion=queries,
        ),
    ] = "",
    set_: Annotated[
        list[str] | None,
        Option(
            "--set",
            metavar="NAME=VALUE",
            help='Give a variable a value: a work as in other commands, a number, "text" in double quotes, or <IRI>.',
            show_default=False,
        ),
    ] = None,
    csv: Annotated[bool, Option("--csv", help="Print CSV.")] = False,
    tsv: Annotated[bool, Option("--tsv", help="Print tab-separated values, terms as in Turtle.")] = False,
    xml: Annotated[bool, Option("--xml", help="Print SPARQL results as XML; RDF/XML for a graph.")] = False,
    turtle: Annotated[bool, Option("--turtle", help="Print the graph of a CONSTRUCT or DESCRIBE as Turtle.")] = False,
    endpoint: Annotated[
        str,
        Option(
            metavar="URL",
            help="Send the query over the network to this SPARQL 1.1 endpoint instead.",
            show_default=False,
        ),
    ] = "",
    timeout: Annotated[float, Option(min=0.1, help="Stop the query after this many seconds.")] = 60.0,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Ask the graph in SPARQL 1.1. Without a query, list the ready ones. Queries only read.

    Example: kg sparql "SELECT (COUNT(*) AS ?n) { ?a cito:cites ?b }"

    Example: kg sparql citing --set work="Todd 1989"
    """
    from kg.errors import InputError
    from kg.graph.folder import Workspace
    from kg.library.sparql import answer
    from kg.output.rdf.ready import ready_queries

    if json + csv + tsv + xml + turtle > 1:
        raise InputError("--json, --csv, --tsv, --xml and --turtle exclude each other", "choose one of them")
    if not query:
        ready = ready_queries()
        if json:
            print_json({"queries": {name: found.about for name, found in ready.items()}})
        else:
            rows = [(name, ", ".join(found.asks), found.about) for name, found in ready.items()]
            print_table(["query", "--set", "answers"], rows)
        return
    if endpoint:
        source = ctx.get_parameter_source("graph")  # KG_GRAPH may be set for the other commands
        typed = source is not None and source.name == "COMMANDLINE"
        for option, given in (("--as-of", as_of is not None), ("--graph", typed)):
            if given:
                raise InputError(f"{option} cannot be combined with --endpoint", "leave one of them out")
    values = dict(_set(pair) for pair in set_ or ())
    if endpoint:
        say(f"sending the query to {endpoint}")
    space = Workspace.open(graph).as_of(as_of)
    found = answer(space, query, values, timeout_s=timeout, endpoint=endpoint, making=working)
    results = found.results
    if csv or tsv or xml or turtle:
        text = (
            results.to_csv() if csv else results.to_tsv() if tsv else results.to_xml() if xml else results.to_turtle()
        )
        raw_output().write(text.encode("utf-8", "replace"))
    else:
        print_answer(found, json=json)
    if csv or tsv or xml or turtle or json:
        say(*([f"the answer is {found.cut}"] if found.cut else []), *found.notes)


def _set(pair: str) -> tuple[str, str]:
    """The name and the value of one --set."""
    from kg.errors import InputError

    name, equals, value = pair.partition("=")
    if not equals or not name:
        raise InputError(f"invalid --set {pair!r}", 'expected NAME=VALUE, such as --set work="Todd 1989"')
    return name.lstrip("?"), value


@app.command(rich_help_panel="Exchange")
def export(
    format_: Annotated[
        str,
        Argument(
            metavar="FORMAT",
            help="ttl, nt, nt-parts, jsonld, csv, parquet, sha256; graphml, gexf, cytoscape, pajek, vosviewer, vosviewer-map; bibtex, ris, csl, obsidian, opencitations; or map or report, for its page.",
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
    provenance: Annotated[
        str, Option(metavar="full|none", help="RDF: give every citation a node with its sources, or none.")
    ] = "full",
    scores: Annotated[
        str,
        Option(
            metavar="METRICS",
            help="RDF: add scores of these metrics (a,b), eras and verdicts on claims.",
            show_default=False,
        ),
    ] = "",
    base: Annotated[
        str | None,
        Option(
            metavar="URL",
            help="RDF: begin the IRIs of the graph's nodes with a web address of yours.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite an existing file.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
) -> None:
    """Write the graph, some of its works, or the graph as of a year, in another format.

    Example: kg export ttl neural-music.ttl

    Example: kg export bibtex reading-list.bib --select "lineage:Todd 1989"

    Example: kg export nt graph.nt --base https://example.org/kg/ --provenance none
    """
    from kg.cli.write_file import written
    from kg.errors import InputError
    from kg.library.graph import open_graph

    options = {"provenance": provenance} if provenance != "full" else {}
    options |= {"scores": scores} if scores else {}
    options |= {"base": base} if base is not None else {}
    if options and format_ not in {"ttl", "nt", "nt-parts", "jsonld"}:
        raise InputError("--provenance, --base and --scores are for ttl, nt, nt-parts and jsonld", "leave them out")
    asked = open_graph(graph, as_of=as_of)
    with warnings.catch_warnings(record=True) as notes:
        if out is None:
            made = asked.export(format_, raw_output(), select=select or (), **options)
        else:
            with written(out, force=force) as target:
                made = asked.export(format_, target, select=select or (), **options)
    if told := _wrote(format_, out, made):
        say(told)
    say(*(str(note.message) for note in notes))
    _credit(asked)


def _wrote(format_: str, out: Path | None, made: "CitationGraph") -> str:
    """What was written, and how much of it."""
    from kg import plugins

    counts = made.facts()
    works, citations = counted(counts["works"], "work"), counted(counts["citations"], "citation")
    if format_ in plugins.names("view") or format_ == "sha256":
        told = ""  # a page chooses what it shows, a hash holds nothing
    else:
        told = works if format_ in {"bibtex", "ris", "csl"} else f"{works} and {citations}"
    named = ": ".join(filter(None, (str(out or ""), told)))
    return f"wrote {named}" if named else ""


def _credit(graph: "Graph") -> None:
    """Name the sources that ask for it, also where a format has no place for that."""
    if graph.provenance and graph.provenance.attribution:
        say(graph.provenance.attribution)
