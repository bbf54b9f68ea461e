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
from kg.model import Batch, Catalogue, Resolution, Source, Work, title_key
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
    answers = [(reference, *resolve(reference, catalogues)) for reference in references]
    for reference, found, work in answers:
        answer = found
        if work is not None:
            report.resolutions.append(answer)
            yield Batch(works=[replace(work, seed=True)])
            yield from _fetched(work, sources)
            yield Batch(resolutions=[answer], records=1)
            continue
        stub = _unclaimed(stub_of(reference, writer.holds, source=name), catalogues)
        known = next((w for w in writer.store.find_by_title(stub.title) if w.stub and w.year == stub.year), None)
        kept = Work(id=known.id, seed=True) if known else replace(stub, seed=True)
        status = "stub" if found.status == "unresolved" else found.status
        answer = replace(found, status=status, id=found.id if status == "review" else kept.id)
        report.resolutions.append(answer)
        yield Batch(works=[kept], resolutions=[answer], records=1)


def _unclaimed(stub: Work, catalogues: Sequence[Catalogue]) -> Work:
    """The stub without identifiers that belong to other works: the reference may have mistyped them."""
    free = tuple(i for i in stub.identifiers if not any(c.find_by_id(i) for c in catalogues))
    return replace(stub, identifiers=free)


def _matched(writer: Writer, batch: Batch, sources: Sequence[Source], report: Report) -> Iterator[Batch]:
    """A bibliography's works under their own keys, joined to the works they are in the target graph or a source."""
    catalogues: list[Catalogue] = [writer.store, *sources]
    works, batch.works = batch.works, []
    answers = [(work, *resolve(reference_of(work), catalogues)) for work in works]
    for work, found, match in answers:
        answer = replace(found, id=work.id)
        if match is None:
            answer = replace(answer, reason=f"{found.reason}; kept as the bibliography gives it")
            yield Batch(works=[replace(work, seed=True)])
        else:
            joined = tuple(dict.fromkeys((*work.identifiers, match.id, *match.identifiers)))
            yield Batch(works=[replace(work, seed=True, identifiers=joined)])
            yield from _fetched(match, sources)
        report.resolutions.append(answer)
        batch.resolutions.append(answer)
    yield batch


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
