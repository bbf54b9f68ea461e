"""From files to a crawl of a source: finds the works that files name, and fetches them with their citations."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg import plugins
from kg.errors import InputError
from kg.graph.writer import Writer
from kg.ingest.detect import recognise
from kg.ingest.resolve.overrides import NONE, Overrides
from kg.ingest.resolve.reference import Reference, reference_of
from kg.ingest.resolve.resolver import resolve
from kg.model import Batch, Catalogue, Outcome, Resolution, Retrieval, Work

if TYPE_CHECKING:
    from kg.ingest.sources.base import FallbackSource
    from kg.ingest.sources.s2.crawl import Crawl
    from kg.ingest.sources.s2.source import S2Source
from kg.build.read_files import Report, counted, outgrown, stub_for


class Watch(Protocol):
    """Whoever follows a crawl."""

    def found(self, named: int, asked: int) -> None:
        """Before anything is asked: how many works have identifiers, of how many."""

    def planned(self, crawl: "Crawl") -> None:
        """When all but the last hops are fetched, and the rest is planned."""

    def kept(self, crawl: "Crawl", batch: Batch) -> None:
        """After every page."""


def crawl_in(
    writer: Writer | None,
    paths: Sequence[Path],
    source: "S2Source",
    watch: Watch,
    *,
    hints: Sequence[Catalogue] = (),
    fallbacks: Sequence["FallbackSource"] = (),
    kind: str | None = None,
    strict: bool = False,
    overrides: Overrides | None = None,
    plan: bool = False,
) -> Report:
    """Read files, find the works they name in a source, and crawl from them; every page is kept as it comes.

    What is asked of the source depends on the files, `hints` and its answers alone, so a crawl run again asks the same.

    Args:
        writer: Of the target graph; None plans the crawl and keeps nothing, as `plan` does.
        paths: Articles, bibliographies and lists of ids.
        source: Asked for works and their citations.
        watch: Told of the plan and of every page kept.
        hints: Catalogues that tell, without being asked over a network, which work a reference means.
        fallbacks: Asked, in this order, for what the source does not find.
        kind: An ingester's name, where the files should not be recognised.
        strict: Refuse a file with a bad record instead of leaving the record out.
        overrides: What a person decided about references.
        plan: Fetch nothing that is only planned.

    Raises:
        InputError: A file cannot be read; nothing was kept.
        SourceError: The source gave up; what came before is kept.
    """
    kinds = {path: recognise(path, as_=kind) for path in paths}
    report = Report(files={str(path): kind_ for path, kind_ in kinds.items()})
    entries: list[tuple[Reference, Work | None, str]] = []
    others: list[Batch] = []
    for path, kind_ in kinds.items():
        if kind_ in {"edges", "pajek"}:
            raise InputError(f"{path} is a graph, whose ids are never looked up", "ingest it without --from s2")
        read = plugins.load("ingester", kind_)
        if kind_ == "article":
            entries += ((reference, None, path.name) for reference in read(path))
        elif kind_ == "ids":
            references, remarks = read(path, strict=strict)
            entries += ((reference, None, path.name) for reference in references)
            others.append(Batch(remarks=remarks, records=len(remarks)))
        else:
            for batch in read(path, source=path.name, strict=strict):
                entries += ((reference_of(work), work, path.name) for work in batch.works if not work.stub)
                others.append(replace(batch, works=[work for work in batch.works if work.stub]))

    told = [_hinted(reference, hints, overrides) for reference, _, _ in entries]
    watch.found(sum(bool(reference.identifiers) for reference, _ in told), len(told))
    source.look_up(name for reference, _ in told for name in reference.identifiers)
    seeds: list[Work] = []
    before = set(writer.store.resolutions()) if writer else set()
    for (reference, own, name), (asked, hint) in zip(entries, told, strict=True):
        answer, work = source.resolve(asked)
        elsewhere = None
        if work is None:
            answer, work, elsewhere = _elsewhere(source, asked, answer, fallbacks)
        if overrides and (said := overrides.of(reference)):
            answer = replace(answer, method="override", reason=f"by hand: it is {said}; {answer.reason}")
        seeds += [work] if work else []
        if writer:
            found = work or elsewhere or hint
            named = own or found or stub_for(writer, reference, name, [writer.store, source])
            batch = _seed(named, answer, found, source.name, missed=work is None)
            report.resolutions += batch.resolutions
            batch.resolutions = [kept for kept in batch.resolutions if kept not in before]
            batch.joins = outgrown(writer, reference, batch.works[0])
            writer.add(batch)
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


def _hinted(
    reference: Reference, hints: Sequence[Catalogue], overrides: Overrides | None
) -> tuple[Reference, Work | None]:
    """A reference with what a person or the hints know of the work it means: a title in its own language, more ids."""
    _, hint = resolve(reference, hints, overrides)
    if said := overrides and overrides.of(reference):
        named = () if said == NONE else (said, *(hint.identifiers if hint else ()))
        return Reference(text=reference.text, where=reference.where, identifiers=named), hint
    if hint is None:
        return reference, None
    names = tuple(dict.fromkeys((*reference.identifiers, *hint.identifiers)))
    return replace(reference_of(hint), text=reference.text, where=reference.where, identifiers=names), hint


def _elsewhere(
    source: "S2Source", asked: Reference, answer: Resolution, fallbacks: Sequence["FallbackSource"]
) -> tuple[Resolution, Work | None, Work | None]:
    """What second sources make of a reference: the source's work, if it has it under their identifiers, else theirs."""
    for second in fallbacks:
        told, found = second.resolve(asked)
        if found:
            names = tuple(dict.fromkeys((*asked.identifiers, *found.identifiers)))
            again, work = source.resolve(replace(asked, identifiers=names))
            return (again, work, None) if work else (told, None, found)
    return answer, None, None


def _seed(kept: Work, found: Resolution, work: Work | None, source: str, *, missed: bool) -> Batch:
    """A work an entry names, with what is known of it; `work` is the one found, if any; `missed` by the source."""
    names = (work.id, *work.identifiers) if work and work.id != kept.id else ()
    kept = replace(kept, seed=True, identifiers=tuple(dict.fromkeys((*kept.identifiers, *names))))
    batch = Batch(works=[kept], records=1)
    if found.status == "resolved":
        answer = replace(found, id=kept.id)
    else:
        status = "resolved" if work else "stub" if kept.stub and found.status == "unresolved" else found.status
        reason = f"{source}: {found.reason}"
        answer = replace(found, status=status, id=found.id if status == "review" else kept.id, reason=reason)
    if missed:
        none = Retrieval(work=kept.id, list="references", outcome=Outcome.NOT_FOUND, source=source)
        batch.retrievals = [none, replace(none, list="citations")]
    batch.resolutions = [answer]
    return batch
