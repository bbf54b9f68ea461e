"""Records of bibliographies and exports -> one batch: works, and a citation for each entry of their reference lists.

An entry that is another record of the file cites that record; it is told by identifier, by first author, year, volume
and page, or by first author, year and whole title. Other entries become stubs, one for all records that cite the same
identifier or the same text.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.ingest.readers.cited_strings import Cited
from kg.ingest.readers.fields import count_in, day_in, id_of, identifiers_of, year_in
from kg.model import Batch, Citation, Outcome, Retrieval, Remark, Work
from kg.text import name_key, surname, title_key

_NO_SCHEMES = {"id", "title", "year", "date", "venue", "volume", "page", "references", "citations"}
_SHORT_TITLE = 15  # a shorter one ("Editorial") names too many works


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of an export: its work or what is wrong with it, and the works it cites.

    `cited` is None where the export has no list; `citing` are works that cite it. The `outcome` of the list is COMPLETE
    (PARTIAL if the work reports more references than it lists) unless the format says otherwise.
    """

    place: str
    work: Work | None
    fault: str = ""
    volume: str = ""
    page: str = ""
    cited: Sequence[Cited] | None = None
    citing: Sequence[Cited] = ()
    outcome: Outcome | None = None


def record_of(
    place: str,
    values: Mapping[str, Any],
    names: Mapping[str, str],
    *,
    source: str,
    authors: Iterable[str],
    addresses: Iterable[str] = (),
    cited: Sequence[Cited] | None = None,
    citing: Sequence[Cited] = (),
) -> Record:
    """A record from its fields, by the table of its format.

    `names` says which fields hold what: "id", "title", "year", "date", "venue", "volume", "page", the reported numbers
    of "references" and "citations", and identifiers by their scheme; of names divided by | the first with a value counts.
    """

    def first(what: str) -> str:
        found = (str(value) for name in names.get(what, "").split("|") if (value := values.get(name)) not in (None, ""))
        return " ".join(next(found, "").split())

    work = Work(
        id=first("id"),
        title=first("title"),
        authors=tuple(dict.fromkeys(filter(None, authors))),
        year=year_in(first("year")),
        date=day_in(first("date")),
        venue=first("venue"),
        identifiers=identifiers_of(
            *addresses, **{scheme: first(scheme) for scheme in names if scheme not in _NO_SCHEMES}
        ),
        source=source,
        reported_references=count_in(first("references")),
        reported_citations=count_in(first("citations")),
    )
    return Record(place=place, work=work, volume=first("volume"), page=first("page"), cited=cited, citing=citing)


def batch_from(
    path: Path,
    rows: Iterable[tuple[str, dict[str, Any], str]],
    record: Callable[[str, dict[str, Any]], Record],
    *,
    source: str,
    strict: bool,
    hint: str,
) -> Batch:
    """The `batch_of` the records made of rows: place, fields and fault; fields of unheard-of shape are a fault too."""

    def made(place: str, row: dict[str, Any], fault: str) -> Record:
        try:
            return Record(place=place, work=None, fault=fault) if fault else record(place, row)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            return Record(place=place, work=None, fault=f"not as this format writes it: {error!r}")

    return batch_of(path, (made(*row) for row in rows), source=source, strict=strict, hint=hint)


def batch_of(path: Path, records: Iterable[Record], *, source: str, strict: bool, hint: str) -> Batch:
    """All of a bibliography or export: works, stubs, citations, and how whole each list is.

    A work without an id gets one (`id_of`). A key used twice with one title is a duplicate, counted; with two titles it
    is two works, the later one under the key with a suffix, and listed. An identifier given to works of different titles
    (the DOI of their proceedings) names none of them: it is left off, and listed. Raises InputError where no record is a
    work and, with `strict`, for the first fault.
    """
    batch, known = Batch(), _Known()
    owners = [(known.add(work, record), record) for work, record in _kept(path, records, batch, strict, hint)]
    pairs: dict[tuple[str, str], tuple[int, Cited]] = {}
    for id_, record in owners:
        listed = [((id_, known.named(entry)), entry) for entry in record.cited or ()]
        listed += [((known.named(entry), id_), entry) for entry in record.citing]
        times = Counter(pair for pair, _ in listed)
        pairs.update({pair: (times[pair], entry) for pair, entry in listed})
        reported = known.works[id_].reported_references
        if outcome := record.outcome or _outcome(record, reported):
            batch.retrievals.append(
                Retrieval(work=id_, list="references", outcome=outcome, source=source, reported=reported)
            )
    batch.works = [*known.works.values(), *(replace(stub, source=source) for stub in known.stubs.values())]
    for (citing, cited), (count, entry) in pairs.items():
        batch.citations.append(
            Citation(
                citing=citing,
                cited=cited,
                source=source,
                contexts=entry.contexts,
                intents=entry.intents,
                influential=entry.influential,
                times=count,
            )
        )
        batch.loops += citing == cited
        batch.duplicates += count - 1
    return batch


def pair_batch(
    path: Path, pairs: Iterable[tuple[str, Work, Cited, str]], *, source: str, strict: bool, hint: str
) -> Batch:
    """Citations given one by one as place, citing work, cited entry and fault: how whole a list is, none of them says."""
    heads, lists = dict[str, Record](), defaultdict[str, list[Cited]](list)
    for place, work, entry, found in pairs:
        fault = found if found or (work.id and entry.work.id) else "a work at one end has no identifier"
        id_ = place if fault else work.id
        lists[id_].append(entry)
        heads.setdefault(id_, Record(place=place, work=None if fault else work, fault=fault, outcome=Outcome.UNKNOWN))
    records = [replace(head, cited=lists[id_]) for id_, head in heads.items()]
    batch = batch_of(path, records, source=source, strict=strict, hint=hint)
    batch.records = sum(map(len, lists.values()))
    return batch


class _Known:
    """The works of an export and the stubs made so far, by all that an entry may name them by."""

    def __init__(self) -> None:
        self.works: dict[str, Work] = {}
        self.stubs: dict[str, Work] = {}
        self._ids: dict[str, str] = {}
        self._places: dict[tuple[str, int | None, str, str], str] = {}
        self._titles: dict[tuple[str, int | None], list[tuple[str, str]]] = {}
        self._texts: dict[str, str] = {}

    def add(self, work: Work, record: Record) -> str:
        """Learn by what identifiers, place and title the work of a record is cited; its id."""
        self.works[work.id] = work
        self._ids.update(dict.fromkeys((work.id, *work.identifiers), work.id))
        if record.volume and record.page:
            place = (*_who(work), record.volume.lower(), record.page.lower())
            self._places[place] = "" if place in self._places else work.id  # shared by two records: it names neither
        if len(work.title) > _SHORT_TITLE:
            self._titles.setdefault(_who(work), []).append((title_key(work.title), work.id))
        return work.id

    def named(self, entry: Cited) -> str:
        """The id of the record or stub an entry names; a new stub where there is none yet."""
        names = (entry.work.id, *entry.work.identifiers)
        id_ = next((self._ids[name] for name in names if name in self._ids), "")
        if not id_ and entry.text:
            id_ = self._places.get((*_who(entry.work), entry.volume.lower(), entry.page.lower()), "")
        return id_ or self._titled(entry) or self._stub(entry)

    def _titled(self, entry: Cited) -> str:
        """The one record whose whole title stands in an entry, between commas where the entry shows no title itself."""
        if not (likely := self._titles.get(_who(entry.work))):
            return ""
        parts = "|".join(["", *map(title_key, entry.work.title.split(", ")), ""])
        found = {id_ for title, id_ in likely if re.search(rf"\|{title.replace(' ', '[ |]')}\|", parts)}
        return found.pop() if len(found) == 1 else ""

    def _stub(self, entry: Cited) -> str:
        work, text = entry.work, title_key(re.sub(r",? DOI\b.*", "", entry.text))
        old = self.stubs.get(self._texts.get(text, "")) if text else None
        if old is None or (old.identifiers and work.identifiers):  # one text under two identifiers: two works
            stub = replace(work, id=work.id or id_of(replace(work, title=text)))
            self._texts.setdefault(text, stub.id)
        else:
            stub = replace(old, identifiers=old.identifiers or work.identifiers)
        self.stubs[stub.id] = stub
        self._ids.update(dict.fromkeys(stub.identifiers, stub.id))
        return stub.id


def _kept(
    path: Path, records: Iterable[Record], batch: Batch, strict: bool, hint: str
) -> Iterator[tuple[Work, Record]]:
    """Each work under the id it gets, with its record; faults and duplicates go to the batch."""
    records = list(records)
    contested = _contested(record.work for record in records if record.work)
    titles: dict[str, str] = {}
    for record in records:
        work, fault, where = record.work, record.fault, f"{path.name} {record.place}"
        batch.records += 1
        if work and not work.title and not work.identifiers:
            work, fault = None, "neither title nor identifier"
        if work:
            if taken := contested.intersection(work.identifiers):
                work = replace(work, identifiers=tuple(name for name in work.identifiers if name not in taken))
                fault = fault or f"{', '.join(sorted(taken))} is given to works of different titles; left off"
            key = work.id or id_of(work)
            id_ = _free(key, title_key(work.title), titles)
            if id_ is None:
                batch.duplicates += 1
            else:
                titles[id_] = title_key(work.title)
                yield replace(work, id=id_), record
                if id_ != key:
                    fault = fault or f"key {key!r} is taken by another title; this work is kept as {id_!r}"
        if fault and strict:
            raise InputError(f"{where}: {fault}", "mend the record, or leave out --strict")
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
    return {name for name, keys in titles.items() if not all(key.startswith(min(keys, key=len)) for key in keys)}


def _free(key: str, title: str, titles: dict[str, str]) -> str | None:
    """The key, or the key with the first free suffix; None where it stands for the same title already."""
    id_, count = key, 1
    while (known := titles.get(id_)) is not None:
        if known == title or not title:
            return None
        count += 1
        id_ = f"{key}-{count}"
    return id_


def _who(work: Work) -> tuple[str, int | None]:
    return (name_key(surname(work.authors[0])) if work.authors else "", work.year)


def _outcome(record: Record, reported: int | None) -> Outcome | None:
    if record.cited:
        return Outcome.PARTIAL if reported is not None and reported > len(record.cited) else Outcome.COMPLETE
    return Outcome.EMPTY if record.cited is not None and reported == 0 else None
