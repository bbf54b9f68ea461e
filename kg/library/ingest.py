"""Ingest: read files, or crawl a source, into a graph. `kg.ingest(...)` calls `ingest`."""

import re
import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kg.build.articles import Stated
from kg.build.crawl import crawl_in
from kg.build.lookup_sources import is_on_the_web, sources_named
from kg.build.other_sources import LookedUp, best_outcomes, cost, open_fallbacks, supplement
from kg.build.read_files import Report, take_in
from kg.errors import InputError
from kg.files import piped_in
from kg.graph.folder import BUNDLED, S2, Workspace, folder_of
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.ingest.resolve.overrides import Overrides
from kg.ingest.sources.base import FallbackSource, Hops
from kg.ingest.sources.http import Allowance
from kg.ingest.sources.s2.service import SEMANTIC_SCHOLAR
from kg.ingest.sources.service import find_key
from kg.library.ingest_plan import Watch, scratch
from kg.library.ingested import Credits, Ingested, Plan, Progress
from kg.library.next_steps import next_steps

if TYPE_CHECKING:
    from kg.ingest.sources.base import ListSource
    from kg.ingest.sources.s2.source import S2Source

#: What "auto" means without and with a key to Semantic Scholar, whose pool without one mostly answers "too many requests".
_AUTO = [[BUNDLED, "openalex", "crossref", S2], [S2, "openalex", "crossref"]]
CORPUS = "corpus:"  # before the folder of a corpus
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def ingest(
    files: str | Path | Sequence[str | Path],
    *,
    graph: str,
    as_: str | None = None,
    name: str | None = None,
    works: str | Path | None = None,
    from_: str | Sequence[str] | None = None,
    check: str | Sequence[str] = (),
    references: int | None = None,
    citations: int | None = None,
    contexts: bool = False,
    limit_works: int | None = None,
    limit_requests: int | None = None,
    limit_seconds: float | None = None,
    dry_run: bool = False,
    offline: bool = False,
    refresh_older_than: str | timedelta | None = None,
    s2_url: str | None = None,
    closed: bool = False,
    title: str | None = None,
    year: int | None = None,
    not_a_work: bool = False,
    strict: bool = False,
    progress: Progress | None = None,
) -> Ingested | Plan:
    """Read articles, bibliographies or citation lists into a graph, as `kg ingest` does.

    An article becomes a work of its own that cites its references; a file that holds a list of them and nothing else does not.
    Files are kept whole or not at all. A crawl keeps every page as it comes: the same call continues where it stopped.

    Parameters
    ----------
    files : str, Path or sequence of them
        Articles (Markdown, HTML, text), BibTeX, CSL-JSON, lists of ids, edge lists; "-" is standard input.
    graph : str
        The graph to build or add to: a name under ./graphs, or a folder.
    as_ : str, optional
        Read the files in this format, such as "bibtex"; recognised if not given.
    name : str, optional
        What a file of the one input that is piped in would be called, such as "refs.bib".
    works : str or Path, optional
        The works of an edge list: a CSV file with id and year, date, title.
    from_ : str or sequence of str, optional
        Where references are looked up, in this order: "bundled" (the bundled graph, no request is sent), "openalex",
        "crossref", "s2" (Semantic Scholar; crawled first where named first, else asked for what the others did not give),
        "corpus:" and the folder of a corpus (read from disk, no request is sent) or "none". "auto" is s2, openalex, crossref with a key to Semantic Scholar, and bundled, openalex, crossref, s2
        without. If not given: auto where `references` or `citations` is more than 0, else bundled.
    check : str or sequence of str
        Sources asked for the same lists, to compare: "opencitations".
    references, citations : int, optional
        Sources on the web and corpora: how many hops back along references, and forward along citations; 1 if not given.
    contexts : bool
        Semantic Scholar: fetch the sentences around the seeds' citations too (more requests).
    limit_works : int, optional
        Sources on the web and corpora: skip any list that would take the graph past so many works.
    limit_requests : int, optional
        Sources on the web: stop after so many requests; the same call continues.
    limit_seconds : float, optional
        Sources on the web: ask each for so many seconds in all; what is left then, the same call asks for.
    dry_run : bool
        Ask and read only what a plan needs, keep nothing, and return the `Plan`.
    offline : bool
        Answer from the graph's caches alone.
    refresh_older_than : str or timedelta, optional
        Ask again for answers older than this: "12h", "30d", "2w".
    s2_url : str, optional
        Another server than api.semanticscholar.org.
    closed : bool
        Treat works with no references in the edge list as having none.
    title, year : str and int, optional
        The title and year of the one article among the files, whatever it states. With a title, a bare list of references
        becomes a work that cites them.
    not_a_work : bool
        Add the works that an article cites alone, not the article itself.
    strict : bool
        Refuse files with bad records; `raise_if_incomplete()` also raises for references that were not found.
    progress : Progress, optional
        Told of the plan of a crawl and of every page.

    Returns
    -------
    Ingested or Plan
        What was read, found, kept and left out; of a dry run, what it would cost.

    Raises
    ------
    InputError
        If a file cannot be read or options contradict each other; nothing was kept.
    UnknownName
        If there is no such format or source.
    SourceError
        If a source gave up; what came before is kept.

    Examples
    --------
    >>> import kg
    >>> done = kg.ingest("my.bib", graph="my-field")  # doctest: +SKIP
    >>> done.added, done.found  # doctest: +SKIP
    ({'works': 12, 'citations': 0}, 3)
    """
    paths = [Path(file) for file in ([files] if isinstance(files, str | Path) else files)]
    if from_ is None:
        from_ = "auto" if references or citations else BUNDLED
    names, checks = source_names(from_), source_names(check)
    crawls = names[:1] == [S2]
    fallbacks = [name for name in names[crawls:] if is_on_the_web(name) or name.startswith(CORPUS)]
    first = [name for name in names if name not in fallbacks]
    asked = {*names[:crawls], *fallbacks, *checks}
    if crawls and (len(first) > 1 or works or closed):
        raise InputError(
            "--from s2 cannot be combined with other sources than openalex, crossref and a corpus, nor with --works or --closed",
            "ingest twice, once for each",
        )
    hops_given = references is not None or citations is not None
    web_only = (
        hops_given,
        limit_works,
        limit_requests is not None,
        limit_seconds,
        dry_run,
        offline,
        refresh_older_than,
    )
    if (contexts and not crawls) or (not asked and any(web_only)):
        hint = "add --from s2" if contexts else "add --from auto"
        raise InputError("some options given are for sources on the web or a corpus, but none is named", hint)
    older_than = age(refresh_older_than) if isinstance(refresh_older_than, str) else refresh_older_than
    folder, allowed = folder_of(graph), Allowance(limit_requests)
    hops = Hops(
        references=1 if references is None else references,
        citations=1 if citations is None else citations,
        contexts=contexts,
        limit_works=limit_works,
        older_than=older_than,
    )
    with ExitStack() as stack:
        named = [*paths, *([Path(works)] if works else [])]
        held = stack.enter_context(piped_in(named, name))
        shown = {str(file): str(path) for path, file in held.items()}
        work = _Work(
            paths=[held[path] for path in paths],
            as_=as_,
            works=held[Path(works)] if works else None,
            closed=closed,
            strict=strict,
            lookups=first,
            overrides=Overrides.read(folder),
            stated=Stated(title=" ".join((title or "").split()), year=year, not_a_work=not_a_work),
            hops=hops,
            progress=progress or Progress(),
        )
        asking = {
            "offline": offline,
            "older_than": older_than,
            "alone": len({*names, *checks} - {"none"}) == 1,
            "most_s": limit_seconds,
            "tell": work.progress.heard,
        }
        opened: list[ListSource] = []
        for source in [*fallbacks, *checks]:
            if source.startswith(CORPUS):
                from kg.corpus.source import CorpusSource

                opened.append(CorpusSource(source.removeprefix(CORPUS)))
            else:
                opened += open_fallbacks([source], folder, urls={S2: s2_url}, allowed=allowed, **asking)
            stack.callback(opened[-1].close)
        work.fallbacks, work.checks = opened[: len(fallbacks)], opened[len(fallbacks) :]
        if crawls:
            from kg.ingest.sources.s2.source import open_source

            work.source = open_source(folder, url=s2_url, hops=hops, limit_requests=allowed, **asking)
            stack.callback(work.source.close)
        if dry_run:
            return work.plan(folder)
        command = shlex.join(str(path) if held[path] == path else "-" for path in paths)
        with Workspace.writing(graph, f"ingest {command}") as (space, writer):
            before = space.store.counts()
            report = work.run(writer)
            after = space.store.counts()
            done = Ingested(
                graph=space.store.name,
                revision=space.store.revision,
                files={shown.get(file, file): kind for file, kind in report.files.items()},
                records=report.records,
                added={"works": max(0, after[0] - before[0]), "citations": max(0, after[1] - before[1])},
                fewer={"works": max(0, before[0] - after[0]), "citations": max(0, before[1] - after[1])},
                total={"works": after[0], "citations": after[1]},
                duplicates=report.duplicates,
                loops=report.loops,
                resolutions=tuple(report.resolutions),
                remarks=tuple(space.store.remarks(writer.run)),
                requests=work.sent if asked else None,
                lists=report.lists,
                spent={s.name: s.spent for s in opened if s.spent is not None},
                left={s.name: s.left for s in opened if s.left is not None},
                gave_up=work.gave_up,
                all_gave_up=bool(asked) and len(work.gave_up) == len(asked),
                articles=tuple(report.articles),
                joined=(*report.joined, *writer.joined),
                strict=strict,
            )
    return replace(done, next_steps=next_steps(Workspace.open(graph)))  # builds the arrays, for the first question too


def age(text: str) -> timedelta:
    """How long ago, from "12h", "30d" or "2w".

    Examples
    --------
    >>> age("2w").days
    14
    """
    match = re.fullmatch(r"(\d{1,6})([hdw])", text.strip())
    if not match:
        raise InputError(f"invalid age {text!r}", "write it as 12h, 30d or 2w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def source_names(names: str | Sequence[str]) -> list[str]:
    """The sources that `from_` or `check` names, in order; "auto" stands for those that the user's keys make best."""
    listed = names.split(",") if isinstance(names, str) else names
    given = [name.strip() for name in listed if name.strip()]
    return [name for word in given for name in (_AUTO[bool(find_key(SEMANTIC_SCHOLAR))] if word == "auto" else [word])]


@dataclass(slots=True, kw_only=True)
class _Work:
    """One ingest: its files, the sources it asks, and how far."""

    paths: list[Path]
    as_: str | None
    works: Path | None
    closed: bool
    strict: bool
    lookups: list[str]
    overrides: Overrides
    stated: Stated
    hops: Hops
    progress: Progress
    source: "S2Source | None" = None
    fallbacks: "list[ListSource]" = field(default_factory=list)
    checks: "list[ListSource]" = field(default_factory=list)
    _lists: int = 0

    @property
    def sent(self) -> dict[str, int]:
        """Requests sent so far, by source."""
        crawled = {self.source.name: self.source.sent} if self.source else {}
        return crawled | self._sent_to_others

    @property
    def gave_up(self) -> dict[str, str]:
        """The sources that are asked no more in this run or never gave an answer, and why."""
        ends = {s.name: s.ended for s in (*self.fallbacks, *self.checks)}
        if self.source:
            patience = self.source.api.transport.patience
            ends = {self.source.name: patience.closed or patience.silent} | ends
        return {name: f"{end.message} ({end.hint})" for name, end in ends.items() if end}

    @property
    def _sent_to_others(self) -> dict[str, int]:
        return {source.name: source.sent for source in (*self.fallbacks, *self.checks)}

    def run(self, writer: Writer) -> Report:
        """Read the files, crawl, and ask the other sources; every page is kept as it comes."""
        report = self._crawl(self.source, writer)[0] if self.source else self._read(writer)
        if self.fallbacks or self.checks:
            self._supplement(writer, last=False)
            self.progress.planned(self._ahead(writer.store, last=True))
            self._supplement(writer, last=True)
            report.lists = best_outcomes(writer.store, self.hops)
        return report

    def plan(self, folder: Path) -> Plan:
        """What `run` would ask, found with a copy of the store that is thrown away."""
        others = bool(self.fallbacks or self.checks)
        crawl = None
        with scratch(folder) as writer:
            if self.source:
                _, crawl = self._crawl(self.source, writer if others else None, plan=True)
                if not others:
                    return crawl
            else:
                self._read(writer)
                self._supplement(writer, last=False)
            plan = self._ahead(writer.store, last=None if crawl else True, crawling=crawl is not None)
            self.progress.planned(plan)
        return crawl + plan if crawl else plan

    def _supplement(self, writer: Writer, *, last: bool) -> None:
        for batch in supplement(writer, self.fallbacks, self.hops, checks=self.checks, last=last):
            self._lists += len(batch.retrievals)
            self.progress.supplemented(requests=sum(self._sent_to_others.values()), lists=self._lists)

    def _ahead(self, store: Store, *, last: bool | None, crawling: bool = False) -> Plan:
        """About what the sources that are not crawled will be asked for."""
        others = (*self.fallbacks, *self.checks)
        rounds = list(cost(store, self.fallbacks, self.hops, checks=self.checks, crawling=crawling, last=last))
        costs = {
            s.name: Credits(
                s.spent or 0, sum(ahead.credits for ahead in rounds if ahead.source == s.name), s.left, s.daily
            )
            for s in others
            if any(s.credits)
        }
        requests, web = sum(ahead.requests for ahead in rounds), any(isinstance(s, FallbackSource) for s in others)
        sent, stages = sum(self._sent_to_others.values()), tuple(map(str, rounds))
        return Plan(sent, requests, not web, stages, credits=costs, estimate=web)

    def _asking(self, works: int, identified: int, titles: int) -> None:
        web = [s for s in self.fallbacks if isinstance(s, FallbackSource)]
        if not web:  # what is read from disk costs nothing
            return
        costs = {s.name: Credits(0, titles * s.credits[1], s.left, s.daily) for s in web if any(s.credits)}
        self.progress.searching([s.name for s in web], works, identified, titles, costs)

    def _crawl(self, source: "S2Source", writer: Writer | None, *, plan: bool = False) -> tuple[Report, Plan]:
        watch = Watch(source, self.progress)
        report = crawl_in(
            writer,
            self.paths,
            source,
            watch,
            hints=sources_named([BUNDLED]),
            fallbacks=self.fallbacks,
            kind=self.as_,
            strict=self.strict,
            plan=plan,
            overrides=self.overrides,
            stated=self.stated,
        )
        return report, watch.plan

    def _read(self, writer: Writer) -> Report:
        return take_in(
            writer,
            self.paths,
            sources=[*sources_named(self.lookups), *map(LookedUp, self.fallbacks)],
            hints=sources_named([BUNDLED] if self.fallbacks and BUNDLED not in self.lookups else []),
            asking=self._asking,
            kind=self.as_,
            works=self.works,
            closed=self.closed,
            strict=self.strict,
            overrides=self.overrides,
            stated=self.stated,
        )
