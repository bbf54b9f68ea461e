"""kg corpus: whole catalogues on disk. A command is added here as `@corpus.command()`, with its options and its printing."""

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from kg.cli import JsonOption, app
from kg.cli.completion import graphs
from kg.cli.printing import print_answer

corpus = typer.Typer(
    name="corpus",
    no_args_is_help=True,
    help="Whole catalogues on disk: build, show, measure and cut them.",
    rich_markup_mode=None,
)
app.add_typer(corpus, rich_help_panel="Scale")

EngineOption = Annotated[
    str, Option("--engine", metavar="duckdb|spark", help="Compute with DuckDB here, or with Apache Spark.")
]
MasterOption = Annotated[
    str | None,
    Option(
        "--master",
        metavar="ADDRESS",
        help="Use this Spark master: spark://HOST:7077, yarn, k8s://..., or local[4] (default: local).",
    ),
]
MemoryOption = Annotated[
    str | None,
    Option(
        "--memory", metavar="SIZE", help='Use at most so much memory, such as "4GB" (default: 60% of what is free).'
    ),
]
ThreadsOption = Annotated[
    int | None, Option("--threads", min=1, help="Use so many threads and processes (default: one for each core).")
]
CorpusArgument = Annotated[Path, Argument(metavar="CORPUS", help="The folder of a corpus.", show_default=False)]


@corpus.command()
def build(
    snapshot: Annotated[
        Path, Argument(metavar="SNAPSHOT", help="The folder of a snapshot, as it was downloaded.", show_default=False)
    ],
    folder: Annotated[
        Path, Argument(metavar="CORPUS", help="The folder of the corpus, which may be new.", show_default=False)
    ],
    name: Annotated[
        str | None, Option("--name", help="Name the corpus (default: as its folder).", show_default=False)
    ] = None,
    engine: EngineOption = "duckdb",
    master: MasterOption = None,
    memory: MemoryOption = None,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    """Build a corpus of a snapshot of OpenAlex or of Semantic Scholar's Datasets, or bring it up to date with a later one.

    Example: kg corpus build openalex-snapshot corpora/openalex

    Example: kg corpus build openalex-snapshot /shared/openalex --engine spark --master spark://host:7077

    Run it again to continue where it was stopped. An older corpus stays readable until the new one is whole.
    """
    from kg.cli.corpus_progress import BuildProgress
    from kg.library.corpus import build as run

    with BuildProgress() as progress:
        made = run(
            snapshot, folder, engine=engine, master=master, memory=memory, threads=threads, name=name, progress=progress
        )
    print_answer(made, json=json)


@corpus.command()
def info(folder: CorpusArgument, json: JsonOption = False) -> None:
    """Show what is in a corpus, and what became of every record of its snapshot.

    Example: kg corpus info corpora/openalex
    """
    from kg.library.corpus import info as ask

    print_answer(ask(folder), json=json)


@corpus.command()
def measure(
    metric: Annotated[
        str, Argument(metavar="METRIC", help="beauty, citations, disruption, pagerank, percentile or reference_age.")
    ],
    folder: CorpusArgument,
    top: Annotated[int, Option(min=1, help="Limit to this many works.")] = 20,
    year: Annotated[int | None, Option(metavar="YEAR", help="List only works of this year.")] = None,
    field: Annotated[
        str | None, Option(metavar="FIELD", help="List only works of this field of the catalogue.")
    ] = None,
    by_year: Annotated[bool, Option("--by-year", help="List the years, too.")] = False,
    alpha: Annotated[
        float | None, Option(help="pagerank: probability of following a reference (default: 0.85).", show_default=False)
    ] = None,
    tolerance: Annotated[
        float | None, Option(help="pagerank: bound on the sum of all errors (default: 1e-12).", show_default=False)
    ] = None,
    window: Annotated[
        int | None, Option(help="disruption: years after a work's own that count (default: 5).", show_default=False)
    ] = None,
    last_year: Annotated[
        int | None,
        Option(
            metavar="YEAR",
            help="beauty: end histories with this year (default: the last full one).",
            show_default=False,
        ),
    ] = None,
    engine: EngineOption = "duckdb",
    master: MasterOption = None,
    memory: MemoryOption = None,
    threads: ThreadsOption = None,
    json: JsonOption = False,
) -> None:
    """Measure every work of a corpus; list those that stand first.

    The figures of all works are written into the corpus, a Parquet file a year, and read from there the next time. Run the command
    again to continue where it was stopped.

    Example: kg corpus measure pagerank corpora/openalex --top 10

    Example: kg corpus measure percentile corpora/openalex --year 1988 --field "Computer Science"
    """
    from kg.cli.corpus_progress import years_measured
    from kg.library.corpus_measures import measure as run

    with years_measured() as progress:
        found = run(
            metric, folder, top=top, year=year, field=field, by_year=by_year, progress=progress, engine=engine, master=master,
            memory=memory, threads=threads, alpha=alpha, tolerance=tolerance, window=window, last_year=last_year,
        )  # fmt: skip
    print_answer(found, json=json)


@corpus.command()
def generate(
    folder: Annotated[Path, Argument(metavar="FOLDER", help="A new folder for the snapshot.", show_default=False)],
    format: Annotated[  # noqa: A002 - what the option is called
        str,
        Option(
            "--format",
            metavar="openalex|openalex-parquet|s2",
            help="Write JSON Lines or Parquet as OpenAlex does, or files of Semantic Scholar's Datasets.",
        ),
    ] = "openalex",
    works: Annotated[int, Option("--works", help="Write so many works.")] = 10_000,
    references: Annotated[float, Option("--references", help="Mean length of a reference list.")] = 10.0,
    seed: Annotated[int, Option("--seed", min=0, help="Draw with this seed; the same one gives the same files.")] = 1,
    first_year: Annotated[int, Option("--first-year", help="Year of the first works.")] = 1950,
    last_year: Annotated[int, Option("--last-year", help="Year of the last works.")] = 2025,
    shards: Annotated[int, Option("--shards", help="Write so many files of each kind.")] = 4,
    missing: Annotated[float, Option("--missing", help="Share of works whose reference list is not given.")] = 0.2,
    undated: Annotated[float, Option("--undated", help="Share of works without a year.")] = 0.01,
    dirt: Annotated[
        float, Option("--dirt", help="Chance of each kind of fault for each work: bad lines, wrong types, repeats ...")
    ] = 0.0,
    truncated: Annotated[int, Option("--truncated", help="Cut off so many of the files.")] = 0,
    fields: Annotated[int, Option("--fields", help="Spread works over so many fields of science.")] = 8,
    json: JsonOption = False,
) -> None:
    """Write a snapshot of works that do not exist, at any size, to try the other commands without a download.

    Example: kg corpus generate snapshot --works 100000 --dirt 0.01

    Every record says that it is generated, and so does a corpus built of it.
    """
    from kg.library.corpus_generate import generate as run

    made = run(
        folder, format=format, works=works, mean_references=references, seed=seed, first_year=first_year,
        last_year=last_year, shards=shards, missing=missing, undated=undated, dirt=dirt, truncated=truncated, fields=fields,
    )  # fmt: skip
    print_answer(made, json=json)


@corpus.command()
def cut(
    folder: CorpusArgument,
    graph: Annotated[
        str,
        Option(
            "--graph",
            "-g",
            envvar="KG_GRAPH",
            help="Build this graph or add to it: a name under ./graphs, or a folder.",
            autocompletion=graphs,
        ),
    ],
    works: Annotated[
        list[str] | None,
        Argument(
            metavar="WORK...",
            help='Start from these works: a DOI or other identifier, a title, or "Todd 1989".',
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None, Option("--file", metavar="FILE", help="Start from the works named in this file too, one a line.")
    ] = None,
    references: Annotated[int, Option("--references", min=0, metavar="N", help="Follow references N hops back.")] = 1,
    citations: Annotated[int, Option("--citations", min=0, metavar="N", help="Follow citations N hops forward.")] = 1,
    limit_works: Annotated[
        int | None,
        Option(
            min=1,
            metavar="N",
            help="Keep at most N works: of the hop that passes N the most cited, and no hop after it.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Take all works within some hops of others out of a corpus into a graph, each with where it stands in the whole catalogue.

    Example: kg corpus cut corpora/openalex 10.1162/neco.1997.9.8.1735 "Todd 1989" --references 2 --citations 1 --graph lstm

    Example: kg corpus cut corpora/openalex --file reading-list.txt --limit-works 50000 --graph field

    Both ways start from the works named. Reference lists that lead out of the graph count as incomplete.
    """
    from kg.cli.printing import working
    from kg.library.corpus_cut import cut as run

    with working("cutting"):
        made = run(
            folder,
            works or (),
            graph=graph,
            file=file,
            references=references,
            citations=citations,
            limit_works=limit_works,
        )
    print_answer(made, json=json)
