"""Read files into a graph: each is read by the reader of its format, what it names is looked up, all of it is kept or none.

References of articles and lists become works of the target graph or of a source, whose citations then come in too; what
cannot be resolved is kept as a stub by its cited text, with the reason.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg import plugins
from kg.build.articles import Article, Entry, Stated, article_batch, check_stated
from kg.build.other_sources import LookedUp, failures
from kg.catalogue import Catalogue, Source, Without
from kg.errors import InputError
from kg.graph.writer import Writer
from kg.ingest.detect import recognise
from kg.ingest.resolve.overrides import NONE, Overrides
from kg.ingest.resolve.reference import reference_of, stub_of
from kg.ingest.resolve.resolver import resolve
from kg.model import Batch, Outcome, Reference, Resolution, Work
from kg.text import name_key, surname, title_key


@dataclass(slots=True)
class Report:
    """What was read from files, and what became of it."""

    files: dict[str, str] = field(default_factory=dict)  # file name -> kind
    records: int = 0
    duplicates: int = 0
    loops: int = 0
    resolutions: list[Resolution] = field(default_factory=list)
    lists: Counter[Outcome] = field(default_factory=Counter)  # lists asked of a crawled source
    joined: list[tuple[str, str]] = field(default_factory=list)  # a publication's id and its preprint's, or reversed
    articles: list[Article] = field(default_factory=list)  # files with a reference list


def take_in(
    writer: Writer,
    paths: Sequence[Path],
    *,
    sources: Sequence[Source] = (),
    hints: Sequence[Catalogue] = (),
    asking: Callable[[int, int, int], None] = lambda *_: None,
    kind: str | None = None,
    works: Path | None = None,
    closed: bool = False,
    strict: bool = False,
    overrides: Overrides | None = None,
    stated: Stated | None = None,
) -> Report:
    """Read files into a graph in one transaction.

    Parameters
    ----------
    writer : Writer
        The writer of the target graph.
    paths : sequence of Path
        The files; every one is recognised before anything is read.
    sources : sequence of Source
        Asked, after the target graph, for works that references name.
    hints : sequence of Catalogue
        Catalogues at hand that may know which work a reference means.
    asking : callable
        Called before sources on the web are asked: for how many works, by identifier, and by title.
    kind : str, optional
        The name of a reader for all files; recognised if not given.
    works : Path, optional
        A table of works (id, year, date, title) that belongs to an edge list.
    closed : bool
        Treat works with no references in an edge list as having none.
    strict : bool
        Refuse a file with a bad record instead of leaving the record out.
    overrides : Overrides, optional
        Decisions about references, which take precedence.
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
    """
    said = stated or Stated()
    kinds = {path: recognise(path, as_=kind) for path in paths}
    if works and "edges" not in kinds.values():
        raise InputError(f"--works {works} needs an edge list, and none was given", "name the edge list too")
    report = Report(files={str(path): kind_ for path, kind_ in kinds.items()})

    def batches() -> Iterator[Batch]:
        for path, kind_ in kinds.items():
            lookup = _Lookup(writer, sources, hints, asking, overrides, report, said)
            yield from _batches(lookup, path, kind_, works=works, closed=closed, strict=strict)
        check_stated(said, report.files, len(report.articles))

    writer.add_all(counted(batches(), report))
    return report


def outgrown(writer: Writer, reference: Reference, work: Work) -> list[tuple[str, str]]:
    """The stub of an earlier run, with the work that its reference now has; empty where there is none."""
    earlier = next((r.id for r in writer.store.resolutions(reference.text) if r.status != "resolved"), None)
    held = writer.store.find_by_id(earlier) if earlier and not work.stub else None
    return [(held.id, work.id)] if held and held.stub else []


def hinted(
    reference: Reference, hints: Sequence[Catalogue], overrides: Overrides | None
) -> tuple[Reference, Work | None]:
    """A reference with what a decision or the hints add: a title in its own language, more identifiers."""
    _, hint = resolve(reference, hints, overrides)
    if decision := overrides and overrides.of(reference):
        named = () if decision == NONE else (decision, *(hint.identifiers if hint else ()))
        return Reference(text=reference.text, where=reference.where, identifiers=named), hint
    if hint is None:
        return reference, None
    names = tuple(dict.fromkeys((*reference.identifiers, *hint.identifiers)))
    return replace(reference_of(hint), text=reference.text, where=reference.where, identifiers=names), hint


def stub_for(writer: Writer, reference: Reference, name: str, catalogues: Sequence[Catalogue]) -> Work:
    """The stub for a reference that was not found: the one of an earlier run, else a new one."""
    stub = _unclaimed(stub_of(reference, writer.has_id, source=name), catalogues)
    return next((w for w in writer.store.find_by_title(stub.title) if w.stub and _entry(w) == _entry(stub)), stub)


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Where works are looked up, and the report that it is noted in."""

    writer: Writer
    sources: Sequence[Source]
    hints: Sequence[Catalogue]
    asking: Callable[[int, int, int], None]
    overrides: Overrides | None
    report: Report
    stated: Stated

    @property
    def catalogues(self) -> list[Catalogue]:
        return [self.writer.store, *self.sources]

    def hinted(self, reference: Reference) -> tuple[Reference, Work | None]:
        """A reference with what the hints add, and the work that they take it for."""
        return hinted(reference, self.hints, self.overrides) if self.hints else (reference, None)


def _batches(
    lookup: _Lookup, path: Path, kind: str, *, works: Path | None, closed: bool, strict: bool
) -> Iterator[Batch]:
    read: Callable[..., Iterator[Batch]] = plugins.load("reader", kind)
    table = {"works": works, "closed": closed} if kind == "edges" else {}
    for batch in read(path, source=path.name, strict=strict, **table):
        _look_up(lookup, batch, path.name)
        yield from _matched(lookup, batch, path.name)
        entries: list[Entry] = []
        yield from _resolved(lookup, batch.references, path.name, entries)
        if entries:
            yield from _article(lookup, batch, entries, path.name)


def _article(lookup: _Lookup, batch: Batch, entries: list[Entry], name: str) -> Iterator[Batch]:
    """The work whose reference list was read, with its citations."""
    near = [source for source in lookup.sources if not isinstance(source, LookedUp)]
    catalogues = [lookup.writer.store, *near, *lookup.hints]
    article, saved, match = article_batch(
        lookup.writer, batch, entries, name, lookup.stated, catalogues, lookup.overrides
    )
    lookup.report.articles.append(article)
    yield saved
    if match:
        yield from _fetched(match, near)


def _resolved(lookup: _Lookup, references: Iterable[Reference], name: str, entries: list[Entry]) -> Iterator[Batch]:
    """The works that references name, each as a seed, with what the sources know of them; stubs for the others.

    What becomes of each is noted in `entries`.
    """
    writer, listed = lookup.writer, set[str]()
    for reference in references:  # one after the other: two entries may name one work that is new
        # no entry is its own evidence
        answer, found, failed, hint = _asked(lookup, reference, lambda known: known.stub)
        work = found or hint
        if work is None:
            stubs = Without(writer.store, _is_other(reference, listed))
            work = resolve(reference, [stubs])[1] or stub_for(writer, reference, name, lookup.catalogues)
        yield Batch(works=[replace(work, seed=True)], joins=outgrown(writer, reference, work), records=1)
        entries.append(Entry(writer.stored_id(work.id), answer.status if work.stub else "resolved", reference))
        listed.add(entries[-1].id)
        yield from _noted(lookup, work.id, answer, "stub" if work.stub and answer.status != "review" else answer.status)
        yield failures(work.id, failed)
        if found and not found.stub:
            yield from _fetched(found, lookup.sources)


def _matched(lookup: _Lookup, batch: Batch, name: str) -> Iterator[Batch]:
    """A bibliography's works under their own keys, joined to the works they are in the target graph or a source.

    Cited works known by their text alone are not looked up, nor is anything of a `strict` batch, a graph of its own.
    """
    if batch.strict:
        yield batch
        return
    writer, catalogues = lookup.writer, lookup.catalogues
    kept: dict[str, str] = {}  # the file's key -> the id its work is kept by
    places: dict[str, tuple[str, str]] = {}  # the id its work is kept by -> its volume and page in the file
    for work in (work for work in batch.works if not work.stub):
        answer, match, failed, _ = _asked(lookup, reference_of(work), _is_entry(work.id, name))
        if answer.method != "override" and match and _dois(work) and _dois(match) and not _dois(work) & _dois(match):
            answer = replace(answer, status="review", reason=f"{answer.reason} But {match.id} has another DOI.")
            match = None
        place = (work.volume, work.page) if isinstance(work, Reference) else ("", "")
        if match and any(place) and place != places.get(match.id, place):  # annual reviews and columns share a title
            reason = f"the file lists {match.id}, of the same title, under another volume or page."
            answer, match = replace(answer, status="unresolved", reason=reason), None
        stored = work.id
        if match is None:
            answer = replace(answer, reason=f"{answer.reason} It is kept as the bibliography gives it.")
            yield Batch(works=[replace(_unclaimed(work, catalogues), seed=True)])
        elif answer.method == "override" and writer.has_id(match.id):
            own = writer.store.find_by_id(work.id)  # what an earlier run made of it, when nobody had decided
            double = own and own.id != match.id and _is_entry(work.id, name)(own)
            names = match.identifiers if own else (*match.identifiers, work.id)
            joins = [(own.id, match.id)] if own and double else []
            yield Batch(works=[replace(match, seed=True, identifiers=names)], joins=joins)
            stored = match.id
        else:
            joined = tuple(dict.fromkeys((*work.identifiers, match.id, *match.identifiers)))
            yield Batch(works=[replace(work, seed=True, identifiers=joined)])
        kept[work.id] = writer.stored_id(stored)
        places.setdefault(kept[work.id], place)
        yield from _noted(lookup, stored, answer, answer.status)
        yield failures(work.id, failed)
        if match:
            yield from _fetched(match, lookup.sources)
    yield replace(
        batch,
        works=[work for work in batch.works if work.stub],
        citations=[
            replace(c, citing=kept.get(c.citing, c.citing), cited=kept.get(c.cited, c.cited)) for c in batch.citations
        ],
        retrievals=[replace(r, work=kept.get(r.work, r.work)) for r in batch.retrievals],
    )


def _is_other(reference: Reference, listed: set[str]) -> Callable[[Work], bool]:
    """Whether a work cannot be the stub of a reference: it is none, or that of another entry of the same list.

    A list names a work once, so that two entries alike are two works unless they have an identifier in common.
    """
    names = set(reference.identifiers)
    return lambda work: not work.stub or (work.id in listed and not names & {work.id, *work.identifiers})


def _is_entry(key: str, name: str) -> Callable[[Work], bool]:
    """Whether a work of the graph is what an earlier run made of the entry with this key, of the file of this name."""
    ids = re.compile(rf"{re.escape(key)}(?:-\d+)?")
    return lambda work: work.source == name and bool(ids.fullmatch(work.id))


def _look_up(lookup: _Lookup, batch: Batch, name: str) -> None:
    """Ask sources on the web at once for all identifiers of a batch whose works are not at hand elsewhere."""
    web = [source for source in lookup.sources if isinstance(source, LookedUp)]
    if not web or batch.strict:
        return
    named = (*batch.references, *(reference_of(work) for work in batch.works if not work.stub))
    store = Without(lookup.writer.store, lambda known: known.source == name)
    near = [store, *(source for source in lookup.sources if source not in web)]
    clearer = [lookup.hinted(entry)[0] for entry in named]
    held = [resolve(entry, near, lookup.overrides)[1] for entry in clearer]
    far = [entry for entry, work in zip(clearer, held, strict=True) if work is None or work.stub]
    unknown = list(dict.fromkeys(name for entry in far for name in entry.identifiers))
    titles = sum(bool(entry.title) and not entry.identifiers and not entry.translated for entry in far)
    if far:
        lookup.asking(len(far), sum(bool(entry.identifiers) for entry in far), titles)
    for source in web:
        unknown = source.look_up(unknown)
        source.expect(far)


def _asked(
    lookup: _Lookup, reference: Reference, hidden: Callable[[Work], bool]
) -> tuple[Resolution, Work | None, dict[str, str], Work | None]:
    """How a reference is resolved by works of the graph that are not `hidden`, and by the sources.

    Where it is not, also which sources gave no usable answer, and why; and what hints say it is.
    """
    web = [source for source in lookup.sources if isinstance(source, LookedUp)]
    for source in web:
        source.failed = ""
    clearer, hint = lookup.hinted(reference)
    catalogues = [Without(lookup.writer.store, hidden), *lookup.sources]
    answer, work = resolve(clearer, catalogues, lookup.overrides)
    failed = {source.name: source.failed for source in web if source.failed and not work}
    reason = "; ".join([answer.reason, *(f"{name}: {why}" for name, why in failed.items())])
    return replace(answer, reason=reason), work, failed, hint


def _noted(lookup: _Lookup, id_: str, answer: Resolution, status: str) -> Iterator[Batch]:
    """Report what became of a reference, under the id of its work; the reason names a likely one."""
    reason = answer.reason
    if status == "review" and answer.id and answer.id not in reason:
        reason = f"{reason} It may be {answer.id}."
    resolution = replace(answer, status=status, id=lookup.writer.stored_id(id_), reason=reason)
    lookup.report.resolutions.append(resolution)
    yield Batch(resolutions=[resolution])


def _entry(work: Work) -> tuple[int | None, str]:
    return work.year, name_key(surname(work.authors[0])) if work.authors else ""


def _unclaimed(work: Work, catalogues: Sequence[Catalogue]) -> Work:
    """The work without identifiers that belong to other works: what could not be matched may have mistyped them."""
    free = tuple(i for i in work.identifiers if not any(c.find_by_id(i) for c in catalogues))
    return replace(work, identifiers=free)


def _dois(work: Work) -> set[str]:
    return {i for i in work.identifiers if i.startswith("doi:")}


def _fetched(work: Work, sources: Sequence[Source]) -> Iterator[Batch]:
    """What the first source that holds a work has of it; sources on the web are not asked again."""
    for source in sources:
        known = [i for i in (work.id, *work.identifiers) if not isinstance(source, LookedUp) or source.knows(i)]
        held = next((w for i in known if (w := source.find_by_id(i))), None)
        if held and title_key(held.title) == title_key(work.title):
            yield from source.fetch([held.id])
            return


def counted(batches: Iterable[Batch], report: Report) -> Iterator[Batch]:
    """Hand on batches, and add their numbers to a report."""
    for batch in batches:
        report.records += batch.records
        report.duplicates += batch.duplicates
        report.loops += batch.loops
        yield batch
