"""kg ingest: read files, or crawl a source, into a graph."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from kg.cli import JsonOption, app
from kg.cli.printing import print_json, print_table, say

if TYPE_CHECKING:
    from kg.build.read_files import Report
    from kg.cli.crawl_progress import CrawlWatch
    from kg.graph.writer import Writer

_MARKS = {"resolved": "found", "review": "look", "stub": "stub", "unresolved": "kept"}


@app.command(rich_help_panel="Build")
def ingest(
    inputs: Annotated[
        list[Path],
        Argument(
            metavar="INPUT...", help="Articles (Markdown, HTML, text), BibTeX, CSL-JSON, lists of ids, edge lists."
        ),
    ],
    graph: Annotated[
        str,
        Option(
            "--graph", "-g", envvar="KG_GRAPH", help="The graph to build or add to: a name under ./graphs, or a folder."
        ),
    ],
    kind: Annotated[str | None, Option("--as", help="Read the files as article, bibtex, csl, ids or edges.")] = None,
    works: Annotated[Path | None, Option(help="Works of an edge list: CSV with id and year, date, title.")] = None,
    from_: Annotated[
        str,
        Option(
            "--from",
            help="Where works are looked up: bundled, s2 (Semantic Scholar, then crawled), or none; and, for what these "
            "do not give, openalex, crossref. In this order, comma between them.",
        ),
    ] = "bundled",
    check: Annotated[
        str | None, Option(metavar="SOURCE", help="Ask this source for the same lists and compare: opencitations.")
    ] = None,
    references: Annotated[int, Option(min=0, metavar="N", help="Sources on the web: hops back along references.")] = 1,
    citations: Annotated[int, Option(min=0, metavar="N", help="Sources on the web: hops forward along citations.")] = 1,
    contexts: Annotated[
        bool, Option("--contexts", help="s2: the sentences around the seeds' citations too; more requests.")
    ] = False,
    limit_works: Annotated[
        int | None, Option(min=1, metavar="N", help="Sources on the web: ask for no list that could lead past N works.")
    ] = None,
    limit_requests: Annotated[
        int | None,
        Option(min=0, metavar="N", help="Sources on the web: stop after N requests; the same command goes on."),
    ] = None,
    dry_run: Annotated[
        bool,
        Option(
            "--dry-run", help="Sources on the web: ask only what the plan needs, tell the cost of the rest, and stop."
        ),
    ] = False,
    offline: Annotated[
        bool, Option("--offline", help="Sources on the web: answer from the graph's caches alone.")
    ] = False,
    refresh_older_than: Annotated[
        str | None, Option(metavar="AGE", help="Sources on the web: ask again for answers older than 12h, 30d, 2w.")
    ] = None,
    s2_url: Annotated[
        str | None, Option(envvar="KG_S2_URL", help="s2: another server than api.semanticscholar.org.")
    ] = None,
    closed: Annotated[
        bool, Option("--closed", help="A work without references in the edge list is known to have none.")
    ] = False,
    strict: Annotated[
        bool, Option("--strict", help="Refuse files with bad records; exit 3 if a reference stays unresolved.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Read articles, bibliographies or citation lists into a graph. All of it is kept, or nothing.

    Example: kg ingest article.md --graph my-field

    With --from s2 every page is kept as it comes, and the same command goes on where it stopped.

    Example: kg ingest article.md --from s2 --references 2 --citations 1 --dry-run --graph my-field

    Example: kg ingest edges.csv.gz --works nodes.csv.gz --graph my-field
    """
    from shlex import quote

    from kg import plugins
    from kg.build.crawl import crawl_in
    from kg.build.lookup_sources import sources_named
    from kg.build.other_sources import Hops, LookedUp
    from kg.build.read_files import take_in
    from kg.cli.crawl_progress import CrawlWatch, FallbackSources, check_whole, parse_age, print_plan, scratch
    from kg.errors import InputError, PartialResult
    from kg.graph.folder import BUNDLED, S2, Workspace, folder_of
    from kg.ingest.resolve.overrides import Overrides
    from kg.ingest.sources.http import Allowance

    names = [name.strip() for name in from_.split(",")]
    second = [name for name in names if name in plugins.names("source")]
    first = [name for name in names if name not in second]
    checks = [name.strip() for name in check.split(",")] if check else []
    crawls, web = S2 in first, bool(S2 in first or second or checks)
    if crawls and (len(first) > 1 or works or closed):
        raise InputError(
            "--from s2 goes with no other source but openalex and crossref, nor with --works or --closed",
            "ingest twice, once for each",
        )
    options = (references != 1, citations != 1, limit_works, limit_requests is not None)
    if (contexts and not crawls) or (not web and any((*options, dry_run, offline, refresh_older_than))):
        raise InputError("options of a crawl were given, but nothing is crawled", "add --from s2")
    older_than = parse_age(refresh_older_than) if refresh_older_than else None
    allowed, folder = Allowance(limit_requests), folder_of(graph)
    hops = Hops(references=references, citations=citations, limit_works=limit_works, older_than=older_than)

    overrides = Overrides.read(folder)

    def read(writer: "Writer | None", fallbacks: FallbackSources) -> "tuple[Report, CrawlWatch | None]":
        if not crawls and writer:
            sources = [*sources_named(first), *map(LookedUp, fallbacks.sources)]
            return take_in(
                writer,
                inputs,
                sources=sources,
                kind=kind,
                works=works,
                closed=closed,
                strict=strict,
                overrides=overrides,
            ), None
        from kg.ingest.sources.s2.crawl import Reach
        from kg.ingest.sources.s2.source import open_source

        source = open_source(
            folder,
            url=s2_url,
            reach=Reach(references=references, citations=citations, contexts=contexts, limit_works=limit_works),
            offline=offline,
            refresh_older_than=older_than,
            limit_requests=allowed,
        )
        with CrawlWatch(source) as watch:
            return crawl_in(
                writer,
                inputs,
                source,
                watch,
                hints=sources_named([BUNDLED]),
                fallbacks=fallbacks.sources,
                kind=kind,
                strict=strict,
                plan=dry_run,
                overrides=overrides,
            ), watch

    with FallbackSources(second, checks, folder, hops=hops, offline=offline, allowed=allowed) as fallbacks:
        if dry_run:
            with scratch(folder) as writer:
                _, watch = read(writer if fallbacks.names else None, fallbacks)
                print_plan(watch, fallbacks.plan(writer.store, ahead=crawls) if fallbacks.names else None, json=json)
            return
        with Workspace.writing(graph, "ingest " + " ".join(map(str, inputs))) as (space, writer):
            before = space.store.counts()
            report, watch = read(writer, fallbacks)
            if fallbacks.names:
                fallbacks.run(writer, report)
            report.joined += writer.joined
            sent = ({watch.source.name: watch.source.sent} if watch else {}) | fallbacks.sent
            after = space.store.counts()
            skipped = list(space.store.remarks(writer.run))
            revision, name = space.store.revision, space.store.name
    _ = Workspace.open(graph).arrays  # built now, so that the first question is answered at once
    added = {"works": after[0] - before[0], "citations": after[1] - before[1]}
    found = [r for r in report.resolutions if r.status == "resolved"]
    if json:
        document = {
            "graph": name,
            "revision": revision,
            "read": {"files": report.files, "records": report.records},
            "added": added,
            "duplicates": report.duplicates,
            "loops": report.loops,
            "skipped": [asdict(s) for s in skipped],
            "references": [asdict(r) for r in report.resolutions],
        }
        crawled = {"requests": sum(sent.values()), "requests_by_source": sent, "lists": report.lists}
        print_json(document | (crawled | {"joined": report.joined} if web else {}))
    else:
        if report.resolutions:
            rows = [(_MARKS[r.status], r.id, r.method, r.reason) for r in report.resolutions]
            print_table(["", "work", "by", "why"], rows)
            print(f"{len(found)} of {len(rows)} references found")
        print(f"{name}, revision {revision}: {added['works']:,} works and {added['citations']:,} citations added")
        repeated = f"{report.duplicates:,} duplicates, {report.loops} loops"
        print(f"{after[0]:,} works and {after[1]:,} citations in all; {repeated}")
        if web:
            by = f" ({', '.join(f'{n:,} {source}' for source, n in sent.items())})" if len(sent) > 1 else ""
            lists = ", ".join(f"{n:,} {outcome}" for outcome, n in report.lists.items())
            print(f"{sum(sent.values()):,} requests{by}; lists: {lists}")
        say(*(f"taken for one work: {kept}, {other}" for kept, other in report.joined))
        say(*(f"left out: {s.where}: {s.reason}" for s in skipped[:10]))
        if len(skipped) > 10:
            say(f"... {len(skipped)} records left out in all (--json lists them)")
        print(f"next: kg info --graph {quote(graph)}")
    left = len(report.resolutions) - len(found)
    if strict and left:
        told = f"{left} of {len(report.resolutions)} references are unresolved"
        raise PartialResult(told, "the graph keeps them as stubs")
    check_whole(report.lists)
