"""Intake: from files to a store. Reads each file by its kind, resolves what it names, and keeps all of it or nothing.

References of articles and lists become works of the target graph or of a source, whose citations then come in too;
what cannot be resolved is kept as a stub by its cited text, with the reason.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg import registry
from kg.errors import InputError
from kg.ingest.recognise import recognise
from kg.ingest.reference import Reference, reference_of, stub_of
from kg.ingest.resolve import resolve
from kg.model import Batch, Catalogue, Resolution, Source, Work, name_key, surname, title_key
from kg.writer import Writer


@dataclass(slots=True)
class Report:
    """What an intake read and what became of it."""

    files: dict[str, str] = field(default_factory=dict)  # file name -> kind
    records: int = 0
    duplicates: int = 0
    loops: int = 0
    resolutions: list[Resolution] = field(default_factory=list)


def take_in(
    writer: Writer,
    paths: Sequence[Path],
    *,
    sources: Sequence[Source] = (),
    kind: str | None = None,
    works: Path | None = None,
    closed: bool = False,
    strict: bool = False,
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

    Raises:
        InputError: Nothing was kept.
    """
    kinds = {path: recognise(path, as_=kind) for path in paths}
    if works and "edges" not in kinds.values():
        raise InputError(f"--works {works} goes with an edge list, and none was given", "name the edge list too")
    report = Report(files={str(path): kind_ for path, kind_ in kinds.items()})

    def batches() -> Iterator[Batch]:
        for path, kind_ in kinds.items():
            yield from _batches(writer, path, kind_, sources, report, works=works, closed=closed, strict=strict)

    writer.add_all(_counted(batches(), report))
    return report


def _batches(
    writer: Writer,
    path: Path,
    kind: str,
    sources: Sequence[Source],
    report: Report,
    *,
    works: Path | None,
    closed: bool,
    strict: bool,
) -> Iterator[Batch]:
    read = registry.load("ingester", kind)
    if kind == "edges":
        yield from read(path, works=works, source=path.name, closed=closed, strict=strict)
    elif kind == "article":
        yield from _resolved(writer, read(path), path.name, sources, report)
    elif kind == "ids":
        references, skipped = read(path, strict=strict)
        yield Batch(skipped=skipped, records=len(skipped))
        yield from _resolved(writer, references, path.name, sources, report)
    else:
        for batch in read(path, source=path.name, strict=strict):
            yield from _matched(writer, batch, sources, report)


def _resolved(
    writer: Writer, references: Iterable[Reference], name: str, sources: Sequence[Source], report: Report
) -> Iterator[Batch]:
    """The works that references name, each as a seed, with what the sources know of them; stubs for the others."""
    catalogues: list[Catalogue] = [writer.store, *sources]
    for reference in references:  # one after the other: two entries may name one work that is new
        answer, work = resolve(reference, catalogues)
        stub, likely = work is None or work.stub, writer.store.find_by_id(answer.id or "")
        if work is None:
            work = _as_before(writer, _unclaimed(stub_of(reference, writer.holds, source=name), catalogues))
        yield Batch(works=[replace(work, seed=True)])
        unsure = answer.status == "review" and not (likely and likely.stub)
        yield from _told(writer, work.id, answer, "stub" if stub and not unsure else answer.status, report)
        if not stub:
            yield from _fetched(work, sources)


def _matched(writer: Writer, batch: Batch, sources: Sequence[Source], report: Report) -> Iterator[Batch]:
    """A bibliography's works under their own keys, joined to the works they are in the target graph or a source."""
    catalogues: list[Catalogue] = [writer.store, *sources]
    works, batch.works = batch.works, []
    for work in works:
        answer, match = resolve(reference_of(work), catalogues)
        if match and _dois(work) and _dois(match) and not _dois(work) & _dois(match):
            answer = replace(answer, status="review", reason=f"{answer.reason} But {match.id} has another DOI.")
            match = None
        if match is None:
            answer = replace(answer, reason=f"{answer.reason} It is kept as the bibliography gives it.")
            yield Batch(works=[replace(_unclaimed(work, catalogues), seed=True)])
        else:
            joined = tuple(dict.fromkeys((*work.identifiers, match.id, *match.identifiers)))
            yield Batch(works=[replace(work, seed=True, identifiers=joined)])
        yield from _told(writer, work.id, answer, answer.status, report)
        if match:
            yield from _fetched(match, sources)
    yield batch


def _told(writer: Writer, id_: str, answer: Resolution, status: str, report: Report) -> Iterator[Batch]:
    """Note what became of a reference, under the id its work is kept by; a likely work stands in the reason."""
    reason = answer.reason
    if status == "review" and answer.id and answer.id not in reason:
        reason = f"{reason} It may be {answer.id}."
    told = replace(answer, status=status, id=writer.kept(id_), reason=reason)
    report.resolutions.append(told)
    yield Batch(resolutions=[told], records=1)


def _as_before(writer: Writer, stub: Work) -> Work:
    """The stub that stood for the same reference at an earlier reading, else this one."""
    return next((w for w in writer.store.find_by_title(stub.title) if w.stub and _entry(w) == _entry(stub)), stub)


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
