"""Crawl a source: find the works that files name, and fetch them with their citations."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg import plugins
from kg.build.articles import Entry, Stated, article_batch, check_stated
from kg.build.other_sources import NO_ANSWER, LookedUp, failures
from kg.catalogue import Catalogue
from kg.errors import InputError
from kg.graph.writer import Writer
from kg.ingest.detect import recognise
from kg.ingest.resolve.overrides import Overrides
from kg.ingest.resolve.reference import reference_of
from kg.ingest.sources.http import GaveUp
from kg.ingest.sources.list_page import CITATIONS, REFERENCES
from kg.model import Batch, Outcome, Reference, Resolution, Retrieval, Work

if TYPE_CHECKING:
    from kg.ingest.readers.reader import Reader
    from kg.ingest.sources.base import ListSource
    from kg.ingest.sources.s2.crawl import Crawl
    from kg.ingest.sources.s2.source import S2Source
from kg.build.read_files import Report, counted, hinted, outgrown, stub_for


class Watch(Protocol):
    """What follows a crawl, to show its progress."""

    def found(self, named: int, asked: int) -> None:
        """Called before anything is asked: how many references there are, and how many of them have identifiers."""

    def planned(self, crawl: "Crawl") -> None:
        """Called when all but the last hops are fetched, and the rest is planned."""

    def kept(self, crawl: "Crawl", batch: Batch) -> None:
        """Called after every page."""


def crawl_in(
    writer: Writer | None,
    paths: Sequence[Path],
    source: "S2Source",
    watch: Watch,
    *,
    hints: Sequence[Catalogue] = (),
    fallbacks: Sequence["ListSource"] = (),
    kind: str | None = None,
    strict: bool = False,
    overrides: Overrides | None = None,
    plan: bool = False,
    stated: Stated | None = None,
) -> Report:
    """Read files, find the works they name in a source, and crawl from them; every page is saved as it comes.

    What is asked of the source depends on the files, `hints` and its answers alone, so a crawl run again asks the same.

    Parameters
    ----------
    writer : Writer, optional
        The writer of the target graph; None only plans the crawl.
    paths : sequence of Path
        Articles, bibliographies and lists of ids.
    source : S2Source
        Asked for works and their citations.
    watch : Watch
        Called with the plan and with every page.
    hints : sequence of Catalogue
        Catalogues at hand that may know which work a reference means.
    fallbacks : sequence of ListSource
        Asked, in this order, for what the source does not find.
    kind : str, optional
        The name of a reader for all files; recognised if not given.
    strict : bool
        Refuse a file with a bad record instead of leaving the record out.
    overrides : Overrides, optional
        Decisions about references, which take precedence.
    plan : bool
        Do not fetch what is planned last.
    stated : Stated, optional
        What a person says of the one article among the files.

    Returns
    -------
    Report
        What was read, and what became of it.

    Raises
    ------
    InputError
        If a file cannot be read; nothing was saved.
    SourceError
        If the source gave up; what came before is saved.
    """
    said = stated or Stated()
    kinds = {path: recognise(path, as_=kind) for path in paths}
    report = Report(files={str(path): kind_ for path, kind_ in kinds.items()})
    entries: list[tuple[Reference, Work | None, str, list[Entry]]] = []
    lists: list[tuple[str, Batch, list[Entry]]] = []
    others: list[Batch] = []
    for path, kind_ in kinds.items():
        read: Reader = plugins.load("reader", kind_)
        for batch in read(path, source=path.name, strict=strict):
            if batch.strict:
                raise InputError(
                    f"{path} is a list of citations; its ids cannot be looked up", "ingest it without --from s2"
                )
            listed: list[Entry] = []
            entries += ((reference, None, path.name, listed) for reference in batch.references)
            entries += ((reference_of(work), work, path.name, []) for work in batch.works if not work.stub)
            lists += [(path.name, batch, listed)] if batch.references else []
            others.append(replace(batch, works=[work for work in batch.works if work.stub], references=[]))

    check_stated(said, report.files, len(lists))
    clearer = [hinted(reference, hints, overrides) for reference, *_ in entries]
    watch.found(sum(bool(reference.identifiers) for reference, _ in clearer), len(clearer))
    source.look_up(name for reference, _ in clearer for name in reference.identifiers)
    for fallback in fallbacks:
        fallback.expect(reference for reference, _ in clearer)
    seeds: list[Work] = []
    before = set(writer.store.resolutions()) if writer else set()
    for (reference, own, name, listed), (asked, hint) in zip(entries, clearer, strict=True):
        failed: dict[str, str] = {}
        answer, work = _resolved(source, asked, failed)
        elsewhere = None
        if work is None:
            answer, work, elsewhere = _elsewhere(source, asked, answer, fallbacks, failed)
        if overrides and (decision := overrides.of(reference)):
            answer = replace(answer, method="override", reason=f"decided by hand: it is {decision}; {answer.reason}")
        seeds += [work] if work else []
        if writer:
            found = work or elsewhere or hint
            named = own or found or stub_for(writer, reference, name, [writer.store, LookedUp(source)])
            batch = _seed(named, answer, found, source, {} if work else failed, missed=work is None)
            report.resolutions += batch.resolutions
            report.lists.update(r.outcome for r in batch.retrievals if r.outcome is Outcome.FAILED)
            batch.resolutions = [kept for kept in batch.resolutions if kept not in before]
            batch.joins = outgrown(writer, reference, batch.works[0])
            writer.add(batch)
            listed.append(Entry(writer.stored_id(named.id), report.resolutions[-1].status, reference))
    if writer:
        for name, listing, resolved in lists:
            article, saved, _ = article_batch(writer, listing, resolved, name, said, [writer.store, *hints], overrides)
            report.articles.append(article)
            writer.add(saved)
    crawl = source.crawl(seeds)
    for fetch in (lambda: others, crawl.prepare, crawl.finish):
        if fetch == crawl.finish:
            watch.planned(crawl)
        for batch in counted(fetch() if fetch != crawl.finish or (writer and not plan) else [], report):
            if writer:
                writer.add(batch)
            report.lists.update(retrieval.outcome for retrieval in batch.retrievals)
            watch.kept(crawl, batch)
    report.joined = crawl.joined
    return report


def _resolved(
    source: "S2Source | ListSource", reference: Reference, failed: dict[str, str]
) -> tuple[Resolution, Work | None]:
    """Resolve a reference by a source; where it gives no usable answer, `failed` has the reason."""
    try:
        return source.resolve(reference)
    except GaveUp as error:
        failed[source.name] = f"{NO_ANSWER}: {error.message}"
        return Resolution(text=reference.text, status="unresolved", reason=failed[source.name]), None


def _elsewhere(
    source: "S2Source", asked: Reference, answer: Resolution, fallbacks: Sequence["ListSource"], failed: dict[str, str]
) -> tuple[Resolution, Work | None, Work | None]:
    """Resolve a reference by fallback sources: the source's work, if it has it under their identifiers, else theirs."""
    for fallback in fallbacks:
        theirs, found = _resolved(fallback, asked, failed)
        if found:
            names = tuple(dict.fromkeys((*asked.identifiers, *found.identifiers)))
            again, work = _resolved(source, replace(asked, identifiers=names), failed)
            return (again, work, None) if work else (theirs, None, found)
    others = [f"{name}: {reason}" for name, reason in failed.items() if name != source.name]
    return replace(answer, reason="; ".join((answer.reason, *others))), None, None


def _seed(
    kept: Work, found: Resolution, work: Work | None, source: "S2Source", failed: dict[str, str], *, missed: bool
) -> Batch:
    """A work an entry names, with what is known of it; `work` is the one found, if any; `missed` by the source.

    `failed` are the sources that gave no usable answer, with their reasons.
    """
    names = (work.id, *work.identifiers) if work and work.id != kept.id else ()
    kept = replace(kept, seed=True, identifiers=tuple(dict.fromkeys((*kept.identifiers, *names))))
    batch = failures(kept.id, {name: reason for name, reason in failed.items() if name != source.name})
    if source.name in failed:
        hops = {REFERENCES: source.hops.references, CITATIONS: source.hops.citations}
        mine = failures(kept.id, {source.name: failed[source.name]}, [kind for kind in hops if hops[kind]])
        batch = Batch(retrievals=batch.retrievals + mine.retrievals, remarks=batch.remarks + mine.remarks)
    elif missed:
        none = Retrieval(work=kept.id, list=REFERENCES, outcome=Outcome.NOT_FOUND, source=source.name)
        batch.retrievals += [none, replace(none, list=CITATIONS)]
    if found.status == "resolved":
        answer = replace(found, id=kept.id)
    else:
        status = "resolved" if work else "stub" if kept.stub and found.status == "unresolved" else found.status
        reason = f"{source.name}: {found.reason}"
        answer = replace(found, status=status, id=kept.id, reason=reason)
    batch.works, batch.resolutions, batch.records = [kept], [answer], 1
    return batch
