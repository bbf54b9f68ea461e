"""A corpus as a source of an ingest: works for the resolver and their lists, read from disk. Nothing is sent anywhere."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz

from kg.corpus.layout import Corpus, snapshot_day
from kg.corpus.lookup import Hit, Lists, Lookup, Place
from kg.facts import corpus_name
from kg.ids import scheme_of
from kg.ingest.resolve.evidence import readable
from kg.ingest.resolve.links import title_in
from kg.ingest.resolve.reference import reference_of
from kg.ingest.resolve.resolver import resolve
from kg.ingest.sources.base import ByIdentifier, ListSource, filled, outcome_of
from kg.ingest.sources.list_page import CITATIONS
from kg.model import Batch, Outcome, Reference, Work
from kg.text import name_key, short_title, title_key

_NUMBERS = {"openalex": "openalex:W", "s2": "corpus:"}  # what is before the number of a work
_SCHEMES = ("doi", "arxiv", "openalex", "corpus", "s2", "mag", "pmid", "pmcid", "acl", "dblp")  # the best first
_WORKS_A_PASS, _ROWS_A_PASS = 5_000, 100_000  # lists that are read together
_ROWS_A_PAGE = 5_000  # of lists that are saved together
_NAMESAKES = 50  # works of one title that are looked at
_LIKE = 60  # of 100: how like a title is that is looked at for its author and year
_PROLIFIC = 300  # works of one author and year among which facts are compared


class CorpusSource(ListSource):
    """A corpus, by its folder. Titles, authors and years are known only of references that it was told to `expect`."""

    at_once = True

    def __init__(self, folder: str | Path) -> None:
        super().__init__()
        corpus = Corpus.open(Path(folder).expanduser())
        manifest = corpus.manifest
        self.name = corpus_name(corpus.source, corpus.name)
        self._lookup = Lookup(corpus, self.name)
        self._number = _NUMBERS[corpus.source]
        self._date = snapshot_day(corpus) or str(manifest.get("built") or "")[:10] or None
        self._lists: dict[int, Lists] = {}  # of works met, by number
        self._written: dict[tuple[str, int], dict[int, Work]] = {}  # by the key of the first author and the year
        # author, year, and titles or text, that were looked for
        self._sought: set[tuple[str, int, tuple[str, ...]]] = set()

    # --- look-ups

    def look_up(self, identifiers: Iterable[str]) -> None:
        """Look for many identifiers at once, so that `find_by_id` knows them."""
        names = [name for name in dict.fromkeys(identifiers) if name not in self._works]
        if not names:
            return
        found = self._lookup.named(names)
        works = self._described(found.values())
        self._works.update((name, works.get(found[name].n) if name in found else None) for name in names)

    def expect(self, references: Iterable[Reference]) -> None:
        """Look for all references together: by identifier, then by title, then by author and year what is still open."""
        references = list(references)
        self.look_up(name for reference in references for name in reference.identifiers)
        by_name = [ByIdentifier(self)]
        references = [reference for reference in references if resolve(reference, by_name)[1] is None]
        self._find_titles(references)
        self._find_authors([reference for reference in references if resolve(reference, [self])[1] is None])

    def search(self, title: str) -> list[Work]:
        """Works of a title, else works whose title before a colon is this."""
        self._find_titles([Reference(title=title)])
        return self._hits[title_key(title)]

    def find_by_title(self, title: str) -> list[Work]:
        """Works of a title, else works whose title before a colon is this; the part of a title before a colon alike."""
        key = title_key(title)
        return (self._hits.get(key) or self.search(title)) if key else []

    def find_by_author_year(self, surname: str, years: Iterable[int]) -> list[Work]:
        """Works of this first author and these years that are like a reference that was expected."""
        found = (self._written.get((name_key(surname), year), {}) for year in years)
        return [work for works in found for work in works.values()]

    def _described(self, places: Iterable[Place]) -> dict[int, Work]:
        """The works at places, by number; what is known of their lists is remembered."""
        found = self._lookup.works(places)
        self._lists.update((n, lists) for n, (_, lists) in found.items())
        works = {n: work for n, (work, _) in found.items()}
        for work in works.values():
            for name in (work.id, *work.identifiers):
                self._works[name] = self._works.get(name) or work
        return works

    def _find_titles(self, references: Sequence[Reference]) -> None:
        """Look for the titles of references, and for the parts of them before a colon."""
        named: dict[str, list[Reference]] = defaultdict(list)
        for reference in references:
            for title in _titles(reference):
                for key in filter(None, map(title_key, (title, short_title(title)))):
                    named[key].append(reference)
        keys = [key for key in named if key not in self._hits]
        hits: dict[str, list[Hit]] = {key: [] for key in keys}
        if keys:
            for hit in self._lookup.titled(keys):
                hits[hit.key].append(hit)
        kept = {key: _nearest([hit for hit in found if hit.whole] or found, named[key]) for key, found in hits.items()}
        works = self._described(hit.place for found in kept.values() for hit in found)
        self._hits.update(
            (key, [works[hit.place.n] for hit in found if hit.place.n in works]) for key, found in kept.items()
        )

    def _find_authors(self, references: Sequence[Reference]) -> None:
        """Look for works by the first author of references and about their years, in one pass over all titles."""
        asked: dict[tuple[str, int], list[_Sought]] = defaultdict(list)
        for reference in references:
            if reference.year is not None and (names := readable(reference)):
                sought = _Sought(tuple(map(title_key, _titles(reference))), f" {title_key(reference.text)} ")
                told = (names[0], reference.year, sought.titles or (sought.text,))
                if told not in self._sought:
                    self._sought.add(told)
                    for year in range(reference.year - 1, reference.year + 2):
                        asked[names[0], year].append(sought)
        alike: dict[tuple[str, int], list[Place]] = {pair: [] for pair in asked}
        others: dict[tuple[str, int], list[Place]] = {pair: [] for pair in asked}  # where titles cannot be compared
        for hit in self._lookup.written(asked) if asked else ():
            pair = (hit.author, hit.place.year or 0)
            if any(sought.is_like(hit.key) for sought in asked[pair]):
                alike[pair].append(hit.place)
            elif len(others[pair]) <= _PROLIFIC and not all(sought.titles for sought in asked[pair]):
                others[pair].append(hit.place)
        for pair, places in others.items():
            alike[pair] += places if len(places) <= _PROLIFIC else []  # too many to tell one from the others
        works = self._described(place for places in alike.values() for place in places)
        for pair, places in alike.items():
            self._written.setdefault(pair, {}).update((n, works[n]) for n, _ in places if n in works)

    # --- lists

    def asked_as(self, work: Work) -> str | None:
        """The best of its identifiers that this corpus was found to have, else the best of all."""
        names = self._names(work)
        return next((name for name in names if self.knows(name)), names[0] if names else None)

    def lists(self, kind: str, works: Sequence[Work]) -> Iterator[Batch]:
        """Lists of many works in one pass; a long one comes in several batches, its outcome with the last."""
        left = iter(works)
        while some := list(islice(left, _WORKS_A_PASS)):
            found = list(self._found(some))
            page = self._page(kind, self._date)
            for work in (work for work, lists in found if lists is None):
                page.end(work, Outcome.NOT_FOUND, reported=None)
            if page.retrievals:
                yield page
            for owners in _passes(kind, found):
                yield from self._pass(kind, owners)

    def cost(self, kind: str, works: Sequence[Work]) -> int:
        """No request."""
        del kind, works
        return 0

    def length(self, kind: str, works: Sequence[Work]) -> int:
        """How many works the lists name together, those named by several counted for each."""
        return sum(lists.held(kind) for _, lists in self._found(works) if lists)

    def fitting(self, kind: str, works: Sequence[Work], room: int) -> list[Work]:
        """Works in their order, without those whose lists name more works than there is room for after the ones before."""
        fitting = []
        for work, (_, lists) in zip(works, self._found(works), strict=True):
            held = lists.held(kind) if lists else 0
            if held <= room:
                fitting.append(work)
                room -= held
        return fitting

    def gives(self, kind: str, work: Work) -> bool:
        """Whether it has the work, and the whole list."""
        _, lists = next(self._found([work]))
        return lists is not None and _outcome(kind, lists)[0].known

    def close(self) -> None:
        """Close the files."""
        self._lookup.close()

    def _pass(self, kind: str, owners: dict[int, tuple[Lists, list[Work]]]) -> Iterator[Batch]:
        """The lists of works, by their numbers, as batches."""
        page, place, left = self._page(kind, self._date), 0, deque(sorted(owners))
        rows = self._lookup.rows(kind, [lists.place for lists, _ in owners.values()])
        for row in chain(rows, (None,)):
            while left and (row is None or left[0] < row.n):  # its rows are over
                lists, works = owners[left.popleft()]
                outcome, reported, reason = _outcome(kind, lists)
                for work in works:
                    page.end(work, outcome, reported=reported, reason=reason)
                place = 0
            if page.records >= _ROWS_A_PAGE:
                yield page
                page = self._page(kind, self._date)
            if row is not None:
                place += 1
                other, its_lists = row.other or (None, None)
                if its_lists:
                    self._lists[its_lists.place.n] = its_lists
                for work in owners[row.n][1]:
                    page.add(work, place, other, {"isInfluential": row.influential, "intents": row.intents})
        yield page

    def _found(self, works: Sequence[Work]) -> Iterator[tuple[Work, Lists | None]]:
        """Works, each with what its record adds, and what is known of its lists; None of those that are not in this corpus."""
        new = [work for work in works if not self._own(work)]
        self.look_up(name for work in new for name in self._names(work))
        self.expect(reference_of(work) for work in new if not self._names(work))
        for work in works:
            lists = self._own(work)
            record = None if lists else self._same(work)
            yield filled(work, record) if record else work, self._lists_of(record) if record else lists

    def _own(self, work: Work) -> Lists | None:
        """What is known of the lists of a work that this corpus described before."""
        return self._lists_of(work) if work.source == self.name else None

    def _lists_of(self, work: Work) -> Lists | None:
        names = [name for name in (work.id, *work.identifiers) if name.startswith(self._number)]
        numbers = [name.removeprefix(self._number) for name in names]
        return next((lists for n in numbers if n.isdecimal() and (lists := self._lists.get(int(n)))), None)

    def _names(self, work: Work) -> list[str]:
        """The identifiers of a work by which it can be looked for, its number in the catalogue and the best first."""
        names = [name for name in dict.fromkeys((work.id, *work.identifiers)) if scheme_of(name) in _SCHEMES]
        return sorted(names, key=lambda name: (not name.startswith(self._number), _SCHEMES.index(scheme_of(name))))


class _Sought(NamedTuple):
    """What a reference says of the title of its work, as keys: titles, and its text between spaces."""

    titles: tuple[str, ...]
    text: str

    def is_like(self, key: str) -> bool:
        """Whether a title may be the one sought: like it, a part of it or it of this, or in the text."""
        if any(key in ours or ours in key or fuzz.ratio(key, ours, score_cutoff=_LIKE) for ours in self.titles if ours):
            return True
        return f" {key} " in self.text


def _passes(kind: str, found: Iterable[tuple[Work, Lists | None]]) -> Iterator[dict[int, tuple[Lists, list[Work]]]]:
    """Works by their numbers, as many at a time as have lists that are read together."""
    owners: dict[int, tuple[Lists, list[Work]]] = {}
    rows = 0
    for work, lists in found:
        if lists is None:
            continue
        if owners and lists.place.n not in owners and rows + lists.held(kind) > _ROWS_A_PASS:
            yield owners
            owners, rows = {}, 0
        owners.setdefault(lists.place.n, (lists, []))[1].append(work)
        rows += lists.held(kind)
    if owners:
        yield owners


def _outcome(kind: str, lists: Lists) -> tuple[Outcome, int | None, str]:
    """The outcome of a list, how long it is said to be, and why it is not whole."""
    if kind == CITATIONS:
        outcome, reason = outcome_of(lists.citations, lists.reported_citations)
        return outcome, lists.reported_citations, reason
    reported = lists.reported_references
    reason = f"{lists.references} of {reported} reported" if lists.outcome is Outcome.PARTIAL and reported else ""
    return lists.outcome, reported, reason


def _titles(reference: Reference) -> list[str]:
    """The titles by which a reference is looked for: its own unless that is a translation, and those in its links."""
    own = [] if reference.translated or not reference.title else [reference.title]
    return [*own, *(title for link in reference.links if (title := title_in(link)))]


def _nearest(hits: list[Hit], references: Sequence[Reference]) -> list[Hit]:
    """Works of one title; of many, those that author and year bring near to a reference."""
    if len(hits) <= _NAMESAKES:
        return hits
    near = [hit for hit in hits if any(_is_near(hit, reference) for reference in references)]
    return near[:_NAMESAKES]


def _is_near(hit: Hit, reference: Reference) -> bool:
    year, names = hit.place.year, readable(reference)
    apart = None if None in (year, reference.year) else abs((year or 0) - (reference.year or 0))
    return (apart is None or apart <= 1) and (not names or hit.author in names)
