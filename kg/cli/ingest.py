"""kg ingest."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kg.cli import JsonOption, app
from kg.cli.completion import checks, graphs, readers, sources
from kg.cli.printing import print_answer, program


@app.command(rich_help_panel="Build")
def ingest(
    inputs: Annotated[
        list[Path],
        Argument(
            metavar="INPUT...",
            help="Articles (Markdown, HTML, text), BibTeX, CSL-JSON, lists of ids, edge lists; - for standard input.",
        ),
    ],
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
    as_: Annotated[
        str | None,
        Option(
            "--as",
            metavar="FORMAT",
            help="Read the files as article, bibtex, csl, ids, edges ... (default: by their content).",
            autocompletion=readers,
        ),
    ] = None,
    name: Annotated[
        str | None,
        Option(
            metavar="FILE",
            help="Read the one input that is piped in as if it were a file of this name (default: standard-input).",
        ),
    ] = None,
    works: Annotated[
        Path | None, Option(help="Read the works of an edge list from this CSV: id and year, date, title.")
    ] = None,
    from_: Annotated[
        str | None,
        Option(
            "--from",
            metavar="SOURCE,...",
            help="Look works up in these sources, in this order: bundled (sends no request), openalex, crossref, s2 (Semantic "
            "Scholar: crawled if first, else asked for what is left), corpus:DIR (a corpus on disk: sends no request), none. auto: s2,openalex,crossref with a key to Semantic "
            "Scholar, else bundled,openalex,crossref,s2. Default: auto with --references or --citations, else bundled.",
            autocompletion=sources,
        ),
    ] = None,
    check: Annotated[
        str | None,
        Option(
            metavar="SOURCE",
            help="Fetch the same lists from this source too and compare them: opencitations.",
            autocompletion=checks,
        ),
    ] = None,
    references: Annotated[
        int | None,
        Option(min=0, metavar="N", help="On the web or in a corpus: follow references N hops back (default: 1)."),
    ] = None,
    citations: Annotated[
        int | None,
        Option(min=0, metavar="N", help="On the web or in a corpus: follow citations N hops forward (default: 1)."),
    ] = None,
    contexts: Annotated[
        bool,
        Option(
            "--contexts", help="From s2: fetch the sentences around the seeds' citations too (slower: more requests)."
        ),
    ] = False,
    limit_works: Annotated[
        int | None,
        Option(
            min=1, metavar="N", help="On the web or in a corpus: skip any list that would take the graph past N works."
        ),
    ] = None,
    limit_requests: Annotated[
        int | None,
        Option(min=0, metavar="N", help="On the web: stop after N requests; run the same command again to continue."),
    ] = None,
    limit_seconds: Annotated[
        float | None,
        Option(
            min=1,
            metavar="S",
            help="On the web: ask each source for S seconds; run the same command again to continue.",
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        Option(
            "--dry-run",
            help="On the web or in a corpus: send and read only what the plan needs, show what is left, and stop.",
        ),
    ] = False,
    offline: Annotated[
        bool, Option("--offline", help="On the web: send no request; answer from the graph's caches alone.")
    ] = False,
    refresh_older_than: Annotated[
        str | None, Option(metavar="AGE", help="On the web: fetch answers older than AGE again: 12h, 30d, 2w.")
    ] = None,
    s2_url: Annotated[
        str | None, Option(envvar="KG_S2_URL", help="From s2: use another server than api.semanticscholar.org.")
    ] = None,
    closed: Annotated[
        bool, Option("--closed", help="Treat works with no references in the edge list as having none.")
    ] = False,
    title: Annotated[
        str | None,
        Option(
            help="Give the title of the one article among the files; with it, a bare list of references becomes a work."
        ),
    ] = None,
    year: Annotated[
        int | None, Option(min=1000, max=2100, help="Give the year of the one article among the files.")
    ] = None,
    not_a_work: Annotated[
        bool, Option("--not-a-work", help="Add the works that an article cites alone, not the article itself.")
    ] = False,
    strict: Annotated[
        bool, Option("--strict", help="Refuse files with bad records; exit with 3 if a reference is not found.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Read articles, bibliographies or citation lists into a graph: each file whole, or nothing.

    Nothing is sent over the network unless --references, --citations, --check or a source on the web is given.

    Example: kg ingest article.md --graph my-field

    An article becomes a work that cites its references; a file that holds nothing but a list of references does not.

    Example: kg ingest essay.txt --title "On drift" --year 2024 --graph my-field

    Every answer of a source is kept as it comes; run the same command again to continue where it stopped.

    Example: kg ingest article.md --references 2 --citations 1 --dry-run --graph my-field

    A corpus, made by `kg corpus build`, answers from disk.

    Example: kg ingest article.md --from corpus:DIR --references 2 --citations 1 --graph my-field

    Example: curl https://example.org/refs.bib | kg ingest - --name refs.bib --graph my-field

    Example: kg ingest edges.csv.gz --works nodes.csv.gz --graph my-field
    """
    from shlex import quote

    from kg.cli.crawl_progress import CrawlProgress
    from kg.library.ingest import ingest as run
    from kg.library.ingested import Ingested

    with CrawlProgress() as progress:
        answer = run(
            inputs,
            graph=graph,
            as_=as_,
            name=name,
            works=works,
            from_=from_,
            check=check or (),
            references=references,
            citations=citations,
            contexts=contexts,
            limit_works=limit_works,
            limit_requests=limit_requests,
            limit_seconds=limit_seconds,
            dry_run=dry_run,
            offline=offline,
            refresh_older_than=refresh_older_than,
            s2_url=s2_url,
            closed=closed,
            title=title,
            year=year,
            not_a_work=not_a_work,
            strict=strict,
            progress=progress,
        )
    print_answer(answer, json=json)
    if isinstance(answer, Ingested):
        if not json:
            print(f"next: {program()} info --graph {quote(graph)}")
        answer.raise_if_incomplete()
