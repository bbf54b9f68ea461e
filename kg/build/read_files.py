"""Intake: from files to a store. Reads each file by its kind, resolves what it names, and keeps all of it or nothing.

References of articles and lists become works of the target graph or of a source, whose citations then come in too;
what cannot be resolved is kept as a stub by its cited text, with the reason.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg import plugins
from kg.errors import InputError
from kg.graph.writer import Writer
from kg.ingest.detect import recognise
from kg.ingest.resolve.overrides import NONE, Overrides
from kg.ingest.resolve.reference import Reference, reference_of, stub_of
from kg.ingest.resolve.resolver import resolve
from kg.model import Batch, Catalogue, Outcome, Resolution, Retrieval, Source, Work, name_key, surname, title_key

if TYPE_CHECKING:
    from kg.ingest.sources.base import SecondSource
    from kg.ingest.sources.s2.crawl import Crawl
    from kg.ingest.sources.s2.source import S2Source


@dataclass(slots=True)
class Report:
    """What an intake read and what became of it."""

    files: dict[str, str] = field(default_factory=dict)  # file name -> kind
    records: int = 0
    duplicates: int = 0
    loops: int = 0
    resolutions: list[Resolution] = field(default_factory=list)
    lists: Counter[Outcome] = field(default_factory=Counter)  # lists asked of a crawled source
    joined: list[tuple[str, str]] = field(default_factory=list)  # a publication's id and its preprint's, or reversed


class Watch(Protocol):
    """Whoever follows a crawl."""

    def found(self, named: int, asked: int) -> None:
        """Before anything is asked: how many works have identifiers, of how many."""

    def planned(self, crawl: "Crawl") -> None:
        """When all but the last hops are fetched, and the rest is planned."""

    def kept(self, crawl: "Crawl", batch: Batch) -> None:
        """After every page."""


def take_in(
    writer: Writer,
    paths: Sequence[Path],
    *,
    sources: Sequence[Source] = (),
    kind: str | None = None,
    works: Path | None = None,
    closed: bool = False,
    strict: bool = False,
    overrides: Overrides | None = None,
) -> Report:
    """Read files into a store in one transaction.

    Args:
        writer: Of the target graph.
        paths: The files; every one is recognised before anything is read.
        sources: Asked, after the target graph, for works that references name.
        kind: An ingester's name, where the files should not be recognised.
        works: A table of works (id, year, date, title) that goes with edge lists.
        closed: Whether a work without references in an edge list is known to have none.
        strict: Refuse a file with a bad record instead of leaving the record out.
        overrides: What a person decided about references.

    Raises:
        InputError: Nothing was kept.
    """
    kinds = {path: recognise(path, as_=kind) for path in paths}
    if works and "edges" not in kinds.values():
        raise InputError(f"--works {works} goes with an edge list, and none was given", "name the edge list too")
    report = Report(files={str(path): kind_ for path, kind_ in kinds.items()})

    def batches() -> Iterator[Batch]:
        for path, kind_ in kinds.items():
            looking = _Looking(writer, sources, overrides, report)
            yield from _batches(looking, path, kind_, works=works, closed=closed, strict=strict)

    writer.add_all(_counted(batches(), report))
    return report


def crawl_in(
    writer: Writer | None,
    paths: Sequence[Path],
    source: "S2Source",
    watch: Watch,
    *,
    hints: Sequence[Catalogue] = (),
    seconds: Sequence["SecondSource"] = (),
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
        seconds: Asked, in this order, for what the source does not find.
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
            references, skipped = read(path, strict=strict)
            entries += ((reference, None, path.name) for reference in references)
            others.append(Batch(skipped=skipped, records=len(skipped)))
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
            answer, work, elsewhere = _elsewhere(source, asked, answer, seconds)
        if overrides and (said := overrides.of(reference)):
            answer = replace(answer, method="override", reason=f"by hand: it is {said}; {answer.reason}")
        seeds += [work] if work else []
        if writer:
            found = work or elsewhere or hint
            named = own or found or _stub(writer, reference, name, [writer.store, source])
            batch = _seed(named, answer, found, source.name, missed=work is None)
            report.resolutions += batch.resolutions
            batch.resolutions = [kept for kept in batch.resolutions if kept not in before]
            batch.joins = _outgrown(writer, reference, batch.works[0])
            writer.add(batch)
    crawl = source.crawl(seeds)
    for fetch in (lambda: others, crawl.prepare, crawl.finish):
        if fetch == crawl.finish:
            watch.planned(crawl)
        for batch in _counted(fetch() if fetch != crawl.finish or (writer and not plan) else [], report):
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
    source: "S2Source", asked: Reference, answer: Resolution, seconds: Sequence["SecondSource"]
) -> tuple[Resolution, Work | None, Work | None]:
    """What second sources make of a reference: the source's work, if it has it under their identifiers, else theirs."""
    for second in seconds:
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


def _outgrown(writer: Writer, reference: Reference, work: Work) -> list[tuple[str, str]]:
    """The stub that an earlier reading kept for a reference that now has a work."""
    earlier = next((r.id for r in writer.store.resolutions(reference.text) if r.status != "resolved"), None)
    held = writer.store.find_by_id(earlier) if earlier and not work.stub else None
    return [(held.id, work.id)] if held and held.stub else []


def _stub(writer: Writer, reference: Reference, name: str, catalogues: Sequence[Catalogue]) -> Work:
    """The stub that stands for a reference nobody knows: the one of an earlier reading, else a new one."""
    stub = _unclaimed(stub_of(reference, writer.holds, source=name), catalogues)
    return next((w for w in writer.store.find_by_title(stub.title) if w.stub and _entry(w) == _entry(stub)), stub)


@dataclass(frozen=True, slots=True)
class _Looking:
    """Where works are looked up and what is said of it."""

    writer: Writer
    sources: Sequence[Source]
    overrides: Overrides | None
    report: Report

    @property
    def catalogues(self) -> list[Catalogue]:
        return [self.writer.store, *self.sources]


def _batches(
    looking: _Looking, path: Path, kind: str, *, works: Path | None, closed: bool, strict: bool
) -> Iterator[Batch]:
    read = plugins.load("ingester", kind)
    if kind == "edges":
        yield from read(path, works=works, source=path.name, closed=closed, strict=strict)
    elif kind == "article":
        yield from _resolved(looking, read(path), path.name)
    elif kind == "ids":
        references, skipped = read(path, strict=strict)
        yield Batch(skipped=skipped, records=len(skipped))
        yield from _resolved(looking, references, path.name)
    else:
        for batch in read(path, source=path.name, strict=strict):
            yield from _matched(looking, batch)


def _resolved(looking: _Looking, references: Iterable[Reference], name: str) -> Iterator[Batch]:
    """The works that references name, each as a seed, with what the sources know of them; stubs for the others."""
    writer = looking.writer
    for reference in references:  # one after the other: two entries may name one work that is new
        answer, work = resolve(reference, looking.catalogues, looking.overrides)
        stub, likely = work is None or work.stub, writer.store.find_by_id(answer.id or "")
        if work is None:
            work = _stub(writer, reference, name, looking.catalogues)
        yield Batch(works=[replace(work, seed=True)], joins=_outgrown(writer, reference, work), records=1)
        unsure = answer.status == "review" and not (likely and likely.stub)
        yield from _noted(looking, work.id, answer, "stub" if stub and not unsure else answer.status)
        if not stub:
            yield from _fetched(work, looking.sources)


def _matched(looking: _Looking, batch: Batch) -> Iterator[Batch]:
    """A bibliography's works under their own keys, joined to the works they are in the target graph or a source.

    Cited works known by their text alone are not looked up, nor is anything of a `strict` batch, a graph of its own.
    """
    if batch.strict:
        yield batch
        return
    writer, catalogues = looking.writer, looking.catalogues
    kept: dict[str, str] = {}  # the file's key -> the id its work is kept by
    for work in (work for work in batch.works if not work.stub):
        answer, match = resolve(reference_of(work), catalogues, looking.overrides)
        if answer.method != "override" and match and _dois(work) and _dois(match) and not _dois(work) & _dois(match):
            answer = replace(answer, status="review", reason=f"{answer.reason} But {match.id} has another DOI.")
            match = None
        if match is None:
            answer = replace(answer, reason=f"{answer.reason} It is kept as the bibliography gives it.")
            yield Batch(works=[replace(_unclaimed(work, catalogues), seed=True)])
        else:
            joined = tuple(dict.fromkeys((*work.identifiers, match.id, *match.identifiers)))
            yield Batch(works=[replace(work, seed=True, identifiers=joined)])
        kept[work.id] = writer.kept(work.id)
        yield from _noted(looking, work.id, answer, answer.status)
        if match:
            yield from _fetched(match, looking.sources)
    yield replace(
        batch,
        works=[work for work in batch.works if work.stub],
        citations=[
            replace(c, citing=kept.get(c.citing, c.citing), cited=kept.get(c.cited, c.cited)) for c in batch.citations
        ],
        retrievals=[replace(r, work=kept.get(r.work, r.work)) for r in batch.retrievals],
    )


def _noted(looking: _Looking, id_: str, answer: Resolution, status: str) -> Iterator[Batch]:
    """Note what became of a reference, under the id its work is kept by; a likely work stands in the reason."""
    reason = answer.reason
    if status == "review" and answer.id and answer.id not in reason:
        reason = f"{reason} It may be {answer.id}."
    told = replace(answer, status=status, id=looking.writer.kept(id_), reason=reason)
    looking.report.resolutions.append(told)
    yield Batch(resolutions=[told])


def _entry(work: Work) -> tuple[int | None, str]:
    return work.year, name_key(surname(work.authors[0])) if work.authors else ""


def _unclaimed(work: Work, catalogues: Sequence[Catalogue]) -> Work:
    """The work without identifiers that belong to other works: what could not be matched may have mistyped them."""
    free = tuple(i for i in work.identifiers if not any(c.find_by_id(i) for c in catalogues))
    return replace(work, identifiers=free)


def _dois(work: Work) -> set[str]:
    return {i for i in work.identifiers if i.startswith("doi:")}


def _fetched(work: Work, sources: Sequence[Source]) -> Iterator[Batch]:
    """What the first source that holds a work has of it."""
    for source in sources:
        held = next((w for i in (work.id, *work.identifiers) if (w := source.find_by_id(i))), None)
        if held and title_key(held.title) == title_key(work.title):
            yield from source.fetch([held.id])
            return


def _counted(batches: Iterable[Batch], report: Report) -> Iterator[Batch]:
    for batch in batches:
        report.records += batch.records
        report.duplicates += batch.duplicates
        report.loops += batch.loops
        yield batch
