"""Records of bibliographies and exports -> one batch: works, and a citation for each entry of their reference lists.

An entry that is another record of the file cites that record; it is recognised by identifier, by first author, year, volume
and page, or by first author, year and whole title. Other entries become stubs, one for all records that cite the same
identifier or the same text.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.facts import facts_of
from kg.ingest.readers.fields import count_in, day_in, id_of, identifiers_of, miscounted, twice_in, year_in
from kg.ingest.resolve.reference import described
from kg.model import Batch, Citation, Outcome, Reference, Remark, Retrieval, Work
from kg.text import clean_title, name_key, surname, title_key

_NO_SCHEMES = {"id", "title", "year", "date", "venue", "volume", "page", "references", "citations", "type", "retracted"}
#: What a field of an unexpected shape raises.
UNUSABLE = (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError)
_PAGE = 50_000  # citations of a batch
_CONTAINER = "a container"
_SHORT_TITLE = 15  # a shorter one ("Editorial") names too many works
_COMMAS = 12  # no more stand in a title


def record_of(
    where: str,
    values: Mapping[str, Any],
    names: Mapping[str, str],
    *,
    source: str,
    authors: Iterable[str],
    addresses: Iterable[str] = (),
    cited: Sequence[Reference] | None = None,
    citing: Sequence[Reference] = (),
) -> Reference:
    """A record made of its fields by the table of its format.

    Parameters
    ----------
    where : str
        The line, row or item.
    values : mapping
        The fields as the format names them.
    names : mapping
        Which fields hold what: "id", "title", "year", "date", "venue", "volume", "page", the reported numbers of
        "references" and "citations", what the source calls its "type" and whether it is "retracted", and identifiers by their scheme. Of several names, divided by |, the first with a
        value counts.
    source : str
        The name of the file.
    authors : iterable of str
        As in `Work`.
    addresses : iterable of str
        Web addresses that may hold identifiers.
    cited, citing : sequence of Reference
        As in `Reference`.
    """

    def first(what: str) -> str:
        found = (str(value) for name in names.get(what, "").split("|") if (value := values.get(name)) not in (None, ""))
        return " ".join(next(found, "").split())

    day = day_in(first("date"))
    called = next((values[name] for name in names.get("type", "").split("|") if values.get(name)), "")
    schemes = {scheme: first(scheme) for scheme in names if scheme not in _NO_SCHEMES}
    return Reference(
        id=first("id"),
        where=where,
        title=first("title"),
        authors=tuple(dict.fromkeys(filter(None, authors))),
        year=int(day[:4]) if day else year_in(first("year")),
        date=day,
        venue=first("venue"),
        volume=first("volume"),
        page=first("page"),
        identifiers=identifiers_of(*addresses, **schemes),
        source=source,
        fault=miscounted(map(first, ("references", "citations"))),
        reported_references=count_in(first("references")),
        reported_citations=count_in(first("citations")),
        facts=facts_of(source, called, retracted=values.get(names.get("retracted", "")) is True),
        cited=cited,
        citing=citing,
    )


def not_container(record: Reference, kind: str, kinds: Iterable[str], *, authored: bool) -> Reference:
    """The record, or in its place what says that it is left out as a container: of these `kinds`, and without an author or a page."""
    if kind not in kinds or authored or record.page:
        return record
    return Reference(where=record.where, fault=f"{_CONTAINER} ({kind}: {record.title}), no reference by itself")


def batch_from(
    path: Path,
    rows: Iterable[tuple[str, dict[str, Any], str]],
    record: Callable[[str, dict[str, Any]], Reference],
    *,
    source: str,
    strict: bool,
    hint: str,
) -> Batch:
    """The `batch_of` the records made of rows (place, fields, fault); fields of an unexpected shape are a fault too."""

    def made(where: str, row: dict[str, Any], fault: str) -> Reference:
        try:
            work = Reference(where=where, fault=fault) if fault else record(where, row)
            return replace(work, fault=work.fault or twice_in(row))
        except UNUSABLE as error:
            return Reference(where=where, fault=f"invalid record: {error!r}")

    return batch_of(path, (made(*row) for row in rows), source=source, strict=strict, hint=hint)


def batch_of(path: Path, records: Iterable[Reference], *, source: str, strict: bool, hint: str) -> Batch:
    """All of a bibliography or export: works, stubs, citations, and how whole each reference list is.

    A record without an id gets one (`id_of`). A key used twice with one title is a duplicate, which is counted; with two
    titles it is two works, the later one under the key with a suffix, which is remarked. An identifier given to works of
    different titles (the DOI of their proceedings) is left off, which is remarked too. A reference list is COMPLETE,
    or PARTIAL where the work reports more references than are listed, unless the format says otherwise.

    Raises
    ------
    InputError
        If no record can be used or, with `strict`, at the first fault.
    """
    batch, known = Batch(), _Known()
    kept = [known.add(record) for record in _kept(path, records, batch, strict, hint)]
    pairs: dict[tuple[str, str], tuple[int, Reference]] = {}
    for record in kept:
        listed = [((record.id, known.named(entry)), entry) for entry in record.cited or ()]
        listed += [((known.named(entry), record.id), entry) for entry in record.citing]
        times = Counter(pair for pair, _ in listed)
        pairs.update({pair: (times[pair], entry) for pair, entry in listed})
        reported = record.reported_references
        if outcome := record.outcome or _outcome(record, reported):
            batch.retrievals.append(
                Retrieval(work=record.id, list="references", outcome=outcome, source=source, reported=reported)
            )
    batch.works = [*known.works.values(), *(replace(stub, source=source) for stub in known.stubs.values())]
    for (citing, cited), (count, entry) in pairs.items():
        said: Any = {"contexts": entry.contexts, "intents": entry.intents, "influential": entry.influential}
        batch.citations.append(Citation(citing=citing, cited=cited, source=source, times=count, **said))
        batch.loops += citing == cited
        batch.duplicates += count - 1
    return batch


def pair_batch(
    path: Path,
    rows: Iterable[tuple[str, dict[str, Any], str]],
    pair: Callable[[dict[str, Any]], tuple[Reference, Reference]],
    *,
    source: str,
    strict: bool,
    hint: str,
) -> Batch:
    """The `batch_of` citations given one by one, as citing work and cited entry; how whole a list is, none of them says."""
    heads, lists = dict[str, Reference](), defaultdict[str, list[Reference]](list)
    for where, row, broken in rows:
        fault, work, entry = broken, Reference(), Reference()
        try:
            work, entry = (work, entry) if fault else pair(row)
        except UNUSABLE as error:
            fault = f"invalid record: {error!r}"
        fault = fault or ("" if work.id and entry.id else "a work at one end has no identifier")
        key = where if fault else work.id
        lists[key].append(entry)
        if key not in heads:
            head = Reference(fault=fault) if fault else replace(work, outcome=Outcome.UNKNOWN)
            heads[key] = replace(head, where=where)
        if not fault and (twice := twice_in(row)):
            heads[where] = Reference(where=where, fault=twice)
    records = [replace(head, cited=lists[key]) for key, head in heads.items()]
    batch = batch_of(path, records, source=source, strict=strict, hint=hint)
    batch.records = sum(map(len, lists.values()))
    return batch


class _Known:
    """The works of an export and the stubs made so far, by all that an entry may name them by."""

    def __init__(self) -> None:
        self.works: dict[str, Reference] = {}
        self.stubs: dict[str, Reference] = {}
        self._ids: dict[str, str] = {}
        self._places: dict[tuple[str, int | None, str, str], str] = {}
        self._titles: dict[tuple[str, int | None], dict[str, str]] = {}
        self._texts: dict[str, str] = {}

    def add(self, work: Reference) -> Reference:
        """Learn by what identifiers, place and title a record is cited, and give it back."""
        self.works[work.id] = work
        self._ids.update(dict.fromkeys((work.id, *work.identifiers), work.id))
        if work.volume and work.page:
            place = (*_who(work), work.volume.lower(), work.page.lower())
            self._places[place] = "" if place in self._places else work.id  # shared by two records: it names neither
        if len(work.title) > _SHORT_TITLE:
            titles, title = self._titles.setdefault(_who(work), {}), title_key(work.title)
            titles[title] = "" if title in titles else work.id  # likewise
        return work

    def named(self, entry: Reference) -> str:
        """The id of the record or stub an entry names; a new stub where there is none yet."""
        names = (entry.id, *entry.identifiers)
        id_ = next((self._ids[name] for name in names if name in self._ids), "")
        if not id_ and entry.text:
            id_ = self._places.get((*_who(entry), entry.volume.lower(), entry.page.lower()), "")
        return id_ or self._titled(entry) or self._stub(entry)

    def _titled(self, entry: Reference) -> str:
        """The one record whose whole title stands in an entry, between commas where the entry shows no title itself."""
        if not (likely := self._titles.get(_who(entry))):
            return ""
        parts = list(map(title_key, entry.title.split(", ")))
        spans = (" ".join(parts[at : at + n]) for at in range(len(parts)) for n in range(1, _COMMAS + 2))
        found = {likely[span] for span in spans if span in likely}
        return found.pop() if len(found) == 1 else ""

    def _stub(self, entry: Reference) -> str:
        text = title_key(re.sub(r",? DOI\b.*", "", entry.text))
        old = self.stubs.get(self._texts.get(text, "")) if text else None
        if old is None or (old.identifiers and entry.identifiers):  # one text under two identifiers: two works
            stub = replace(entry, id=entry.id or id_of(replace(entry, title=text)))
            self._texts.setdefault(text, stub.id)
        else:
            stub = replace(old, identifiers=old.identifiers or entry.identifiers)
        self.stubs[stub.id] = stub
        self._ids.update(dict.fromkeys(stub.identifiers, stub.id))
        return stub.id


def _kept(path: Path, records: Iterable[Reference], batch: Batch, strict: bool, hint: str) -> Iterator[Reference]:
    """The records that can be used, under the ids they get; faults and duplicates go to the batch."""
    records = list(records)
    contested = _contested(records)
    titles: dict[str, str] = {}
    passed: dict[str, tuple[int, set[str]]] = {}
    for listed in records:
        record = replace(listed, title=clean_title(listed.title))
        fault, where = record.fault, f"{path.name} {record.where}"
        batch.records += 1
        if not record.title and not record.identifiers:
            fault = fault or "neither title nor identifier"
        else:
            if taken := contested.intersection(record.identifiers):
                left = tuple(name for name in record.identifiers if name not in taken)
                record = replace(record, identifiers=left)
                fault = (
                    fault or f"{', '.join(sorted(taken))} is given to works of different titles; not added to this one"
                )
            key, title = record.id or id_of(record), title_key(record.title)
            id_ = _free(key, title, titles, passed)
            if id_ is None:
                batch.duplicates += 1
            else:
                titles[id_] = title
                yield replace(record, id=id_, text=described(record))
                if id_ != key:
                    fault = fault or f"key {key!r} is used by two different works; the second was added as {id_!r}"
        if fault and strict and not fault.startswith(_CONTAINER):
            raise InputError(f"{where}: {fault}", "correct the record, or leave out --strict")
        if fault:
            batch.remarks.append(Remark(where, fault))
            hint = hint if titles else f"{where}: {fault}"
    if not titles:
        raise InputError(f"no record in {path} can be read", hint)


def _contested(works: Iterable[Work]) -> set[str]:
    """Identifiers of works whose titles contradict each other: none is the beginning of the others."""
    titles: dict[str, set[str]] = {}
    for work in works:
        for name in work.identifiers:
            titles.setdefault(name, set()).add(title_key(work.title))
    return {name for name, keys in titles.items() if not max(keys).startswith(min(keys))}  # then those between do too


def _free(key: str, title: str, titles: dict[str, str], passed: dict[str, tuple[int, set[str]]]) -> str | None:
    """The key, or the key with the first free suffix; None where it stands for the same title already.

    `passed` has the suffixes that are not free, by their number, and their titles: a key may be given thousands of times.
    """
    if key not in titles:
        return key
    count, others = passed.get(key, (1, {titles[key]}))
    while (known := titles.get(f"{key}-{count + 1}")) is not None:
        count += 1
        others.add(known)
    passed[key] = count, others
    return None if title in others or not title else f"{key}-{count + 1}"


def _who(work: Work) -> tuple[str, int | None]:
    return (name_key(surname(work.authors[0])) if work.authors else "", work.year)


def _outcome(record: Reference, reported: int | None) -> Outcome | None:
    if record.cited:
        return Outcome.PARTIAL if reported is not None and reported > len(record.cited) else Outcome.COMPLETE
    return Outcome.EMPTY if record.cited is not None and reported == 0 else None


def pages_of(citations: Iterator[Citation]) -> Iterator[Batch]:
    """Citations in batches of at most 50,000, with how many are loops and how many are repeated."""
    while page := list(islice(citations, _PAGE)):
        yield Batch(
            citations=page,
            records=len(page),
            loops=sum(c.citing == c.cited for c in page),
            duplicates=sum(c.times - 1 for c in page),
            strict=True,
        )
