"""A reference -> the work it means: by identifier, by title, by agreeing facts, or an honest no.

A wrong work is worse than none. Whatever only probably fits is handed back for review, with the reason.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from kg.catalogue import Catalogue
from kg.ids import scheme_of
from kg.ingest.resolve.evidence import Facts, facts, readable, surnames
from kg.ingest.resolve.links import ieee_number, title_in
from kg.ingest.resolve.overrides import NONE, Overrides
from kg.ingest.resolve.reference import cited_surnames
from kg.model import Reference, Resolution, Work
from kg.text import short_title, surname, title_key

_LONGEST, _MARKS, _MOST = 500, 10, 2_000  # characters of a title compared by words, its parts, characters of an entry
_LEAST = 0.6  # how well a work fits that is named where none is the one meant
_YEARS_APART = 3  # preprint, proceedings and reprint of one work may lie this far apart
_SCHEMES = {"doi": "DOI", "arxiv": "arXiv id", "corpus": "CorpusId", "s2": "Semantic Scholar id", "url": "address"}
_NUMERALS = {
    word: str(number)
    for number, words in enumerate(
        ("one first i 1st", "two second ii 2nd", "three third iii 3rd", "four fourth iv 4th", "five fifth v 5th",
         "six sixth vi 6th", "seven seventh vii 7th", "eight eighth viii 8th", "nine ninth ix 9th", "ten tenth x 10th"),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_SUBTITLE = re.compile(r"[:.?!]\s+|\s[-–—]+\s|\s?[\[(]")
_NEGATIONS = frozenset(["not", "no", "non", "never", "without", "un", "anti", "cannot"])


class _Seen(dict[str, float]):
    """The works looked at and how well they fit; whether there were too many in a year to look at each."""

    crowded = False

    def of_year(self, year: int, catalogue: Catalogue) -> list[Work]:
        """The works of a year, none where they are too many."""
        found = catalogue.find_by_year([year])
        self.crowded |= found is None
        return found or []


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A work found by one method: `sure` or only likely, and why."""

    work: Work
    method: str
    reason: str
    sure: bool


def resolve(
    reference: Reference, catalogues: Sequence[Catalogue], overrides: Overrides | None = None
) -> tuple[Resolution, Work | None]:
    """Find the work a reference means in the first catalogue that surely has it; a decision in `overrides` takes precedence.

    Status is `resolved`, and the work comes with it; `review` with the id of a likely one; or `unresolved`. `method`
    names what decided, `reason` says why in one sentence.
    """
    if overrides and (decision := overrides.of(reference)):
        return _by_hand(reference, decision, catalogues)
    seen = _Seen()
    likely: _Verdict | None = None
    for catalogue in catalogues:
        for verdict in _looked_up(reference, catalogue, seen):
            if verdict and verdict.sure:
                return _resolution(reference, "resolved", verdict, seen), verdict.work
            likely = likely or verdict
        if not likely and (reference.translated or not reference.title):
            verdict = _by_facts(reference, catalogue, seen)
            if verdict and verdict.sure:
                return _resolution(reference, "resolved", verdict, seen), verdict.work
            likely = verdict
    if likely:
        return _resolution(reference, "review", likely, seen), None
    best = next((id_ for id_ in _best(seen) if seen[id_] >= _LEAST), None)
    why, score = _why_not(reference, crowded=seen.crowded), seen[best] if best else None
    found = Resolution(text=reference.text, status="unresolved", reason=why, runner_up=best, runner_up_score=score)
    return found, None


def _looked_up(reference: Reference, catalogue: Catalogue, seen: _Seen) -> Iterator[_Verdict | None]:
    """By identifier, then by title: the second only where the first is not sure, for it may cost a request."""
    yield _by_identifier(reference, catalogue, seen)
    yield _by_title(reference, catalogue, seen)


def _resolution(reference: Reference, status: str, verdict: _Verdict, seen: Mapping[str, float]) -> Resolution:
    id_ = verdict.work.id
    second = next((other for other in _best(seen) if other != id_), None)
    return Resolution(
        text=reference.text,
        status=status,
        id=id_,
        method=verdict.method,
        reason=verdict.reason,
        score=seen.get(id_),
        likely=id_ if status == "review" else None,
        runner_up=second,
        runner_up_score=seen[second] if second else None,
    )


def _best(seen: Mapping[str, float]) -> list[str]:
    """The works that fit at all, the best first."""
    return sorted((id_ for id_ in seen if seen[id_]), key=lambda id_: (-seen[id_], id_))


def _by_hand(reference: Reference, decision: str, catalogues: Sequence[Catalogue]) -> tuple[Resolution, Work | None]:
    if decision == NONE:
        reason = "decided by hand: it is none of the known works."
        return Resolution(text=reference.text, status="unresolved", method="override", reason=reason), None
    work = next((work for catalogue in catalogues if (work := catalogue.find_by_id(decision))), None)
    if work is None:
        reason = f"decided by hand: it is {decision}, which is neither in this graph nor in its sources."
        return Resolution(text=reference.text, status="unresolved", method="override", reason=reason), None
    reason = f"decided by hand: it is {decision}."
    return Resolution(text=reference.text, status="resolved", id=work.id, method="override", reason=reason), work


def _why_not(reference: Reference, *, crowded: bool) -> str:
    what = f"no work has {' or '.join(reference.identifiers)}" if reference.identifiers else ""
    names = cited_surnames(reference)
    if names or reference.title:
        who = " and ".join(names[:2]) if len(names) < 3 else f"{names[0]} et al."
        when = f" from {reference.year}" if reference.year else ""
        how = "matches" if reference.translated or not reference.title else "has this title"
        what = ", and ".join(filter(None, (what, f"no work{f' by {who}' if who else ''}{when} {how}")))
    left = f"; the works of about {reference.year} are too many to compare it with each" if crowded else ""
    return f"{what or 'no author, title or identifier could be read'}{left}."


# --- by identifier


def _by_identifier(reference: Reference, catalogue: Catalogue, seen: _Seen) -> _Verdict | None:
    verdicts = [
        _checked(reference, work, _SCHEMES.get(scheme_of(name), scheme_of(name)))
        for name in reference.identifiers
        if (work := catalogue.find_by_id(name))
    ]
    verdicts += [_checked(reference, work, "IEEE number") for work in _ieee_works(reference, catalogue, seen)]
    sure = {verdict.work.id: verdict for verdict in verdicts if verdict.sure}
    if len(sure) > 1:
        same = [verdict for verdict in sure.values() if title_key(verdict.work.title) == title_key(reference.title)]
        if len(same) != 1:
            first = next(iter(sure.values()))
            return _Verdict(first.work, first.method, f"its identifiers name {' and '.join(sure)}.", sure=False)
        return same[0]
    return next(iter(sure.values()), verdicts[0] if verdicts else None)


def _ieee_works(reference: Reference, catalogue: Catalogue, seen: _Seen) -> list[Work]:
    numbers = {number for link in reference.links if (number := ieee_number(link))}
    if not numbers or reference.year is None:
        return []
    return [
        work
        for year in range(reference.year - 1, reference.year + 2)
        for work in seen.of_year(year, catalogue)
        for name in work.identifiers
        if name.startswith("doi:10.1109/") and name.rpartition(".")[2] in numbers
    ]


def _checked(reference: Reference, work: Work, method: str) -> _Verdict:
    """An identifier decides, unless the record behind it is plainly another work (a mistyped or recycled id)."""
    strangers = _have_no_common_author(reference, work)
    apart = _years_apart(reference, work)
    far = apart is not None and apart > _YEARS_APART
    ours, theirs = (title_key(titled.title)[:_LONGEST] for titled in (reference, work))
    foreign = bool(ours and theirs) and not reference.translated and fuzz.token_set_ratio(ours, theirs) < 60
    if strangers and (far or foreign):
        fault = f"years differ: {reference.year} in the entry, {work.year} there" if far else "its title is another"
        return _Verdict(work, method, f"the {method} names {work.id}, but no author is shared and {fault}.", sure=False)
    return _Verdict(work, method, f"the {method} is that of {work.id}.", sure=True)


# --- by title


def _by_title(reference: Reference, catalogue: Catalogue, seen: dict[str, float]) -> _Verdict | None:
    titles = [] if reference.translated or not reference.title else [reference.title]
    in_links = [title for link in reference.links if (title := title_in(link))]
    named = readable(reference)
    pool: dict[str, Work] = {}
    for title in [*titles, *in_links]:
        for asked in filter(None, (title, short_title(title))):
            pool.update((work.id, work) for work in catalogue.find_by_title(asked))
    years = range(reference.year - 1, reference.year + 2) if reference.year else ()
    if (not reference.translated or in_links) and named and years:
        pool.update((work.id, work) for work in catalogue.find_by_author_year(named[0], years))
    for id_, work in pool.items():
        seen[id_] = round(max((_likeness(title, work.title) for title in [*titles, *in_links]), default=0.0), 3)
    verdicts = [
        verdict
        for method, texts in (("title", titles), ("title in link", in_links))
        for title in texts
        for work in pool.values()
        if (verdict := _judged(reference, title, work, method))
    ]
    if not reference.translated and not any(verdict.sure for verdict in verdicts):
        verdicts += [
            _Verdict(work, "title in text", f"the entry contains its title, author and year: {work.id}.", sure=True)
            for work in pool.values()
            if _near(reference, work) and _stands_in(work.title, reference.text[:_MOST])
        ]
    return _only(reference, verdicts)


def _judged(reference: Reference, title: str, work: Work, method: str) -> _Verdict | None:
    """What one title says about one work, or None where they have nothing in common."""
    ours, theirs = title_key(title), title_key(work.title)
    near, apart = _near(reference, work), _years_apart(reference, work)
    strangers = _have_no_common_author(reference, work)
    if strangers and apart is not None and apart > _YEARS_APART:
        return None  # the famous namesake
    if ours.replace(" ", "") == theirs.replace(" ", ""):
        enough = len(ours.split()) >= 4 or near
        sure = enough and not strangers and (apart is None or apart <= _YEARS_APART)
        fault = (
            f"authors differ: {_names(cited_surnames(reference))} in the entry, {_names(map(surname, work.authors[:4]))} there"
            if strangers
            else f"years differ: {reference.year} in the entry, {work.year} there"
            if enough
            else "it is too short to decide alone"
        )
        return _Verdict(work, method, f"the title is that of {work.id}{'' if sure else f', but {fault}'}.", sure=sure)
    if near and (ours in _parts(work.title) or theirs in _parts(title)):
        return _Verdict(work, method, f"a part of the title, author and year are those of {work.id}.", sure=True)
    likeness = _likeness(title, work.title)
    if likeness < 0.8 or not _agrees_in_detail(ours, theirs) or _has_another_doi(reference, work):
        return None
    agreed = apart in (None, 0, 1) and not strangers
    sure = len(ours.split()) >= 4 and (
        (near and likeness >= 0.9) or ((near or (likeness >= 0.95 and agreed)) and _same_words(ours, theirs))
    )
    reason = f"the title is {likeness:.0%} that of {work.id}{'' if sure else ', which is not enough to be sure'}."
    return _Verdict(work, method, reason, sure=sure) if sure or near else None


def _names(surnames: Iterable[str]) -> str:
    first = [*surnames]
    return ", ".join(first[:3]) + (" ..." if len(first) > 3 else "")


def _has_another_doi(reference: Reference, work: Work) -> bool:
    ids = (reference.identifiers, (work.id, *work.identifiers))
    named, known = ({i for i in names if i.startswith("doi:")} for names in ids)
    return bool(named and known) and not named & known


def _parts(title: str) -> set[str]:
    """The keys of a title's parts, of two words or more or before a colon: up to a subtitle, and the subtitle."""
    parts = set()
    for mark in [*_SUBTITLE.finditer(title)][:_MARKS] if len(title) <= _LONGEST else ():
        head, tail = title_key(title[: mark.start()]), title_key(title[mark.end() :])
        parts |= {key for key in (head, tail) if len(key.split()) >= 3} | {title_key(short_title(title))}
    return parts - {""}


def _only(reference: Reference, verdicts: Iterable[_Verdict]) -> _Verdict | None:
    """The best of several verdicts; two equally good works are none."""

    def rank(verdict: _Verdict) -> tuple[bool, float, int, bool]:
        likeness = _likeness(reference.title, verdict.work.title) if reference.title else 0.0
        apart = _years_apart(reference, verdict.work)
        return (
            verdict.sure,
            likeness,
            -(99 if apart is None else apart),
            readable(reference) == surnames(verdict.work),
        )

    best = sorted(verdicts, key=rank, reverse=True)
    if not best:
        return None
    rivals = [other.work.id for other in best[1:] if rank(other) == rank(best[0]) and other.work.id != best[0].work.id]
    if rivals and best[0].sure:
        ids = " and ".join([best[0].work.id, *rivals])
        return _Verdict(best[0].work, best[0].method, f"it fits {ids} equally well.", sure=False)
    return best[0]


def _likeness(ours: str, theirs: str) -> float:
    """0 to 1: the lesser of word and character likeness; 0 where lengths differ by more than a fifth, or both are very long."""
    first, second = title_key(ours), title_key(theirs)
    if not first or not second or min(len(first), len(second)) < 0.8 * max(len(first), len(second)):
        return 0.0
    if len(first) > _LONGEST:
        return float(first == second)
    return min(fuzz.token_set_ratio(first, second), fuzz.ratio(first, second)) / 100


def _agrees_in_detail(ours: str, theirs: str) -> bool:
    """Whether two title keys agree in numerals, however written, and negations, which change all by a letter or two."""

    def telling(key: str) -> tuple[str, frozenset[str]]:
        words = [_NUMERALS.get(word, word) for word in key.split()]
        return "".join(filter(str.isdigit, "".join(words))), _NEGATIONS & set(words)

    return telling(ours) == telling(theirs)


def _same_words(ours: str, theirs: str) -> bool:
    """Whether every longer word of either title key has its twin or a spelling variant in the other."""

    def covered(key: str, other: str) -> bool:
        words, solid = other.split(), other.replace(" ", "")
        return all(
            word in solid
            or any(word[:3] == twin[:3] and fuzz.ratio(word, twin) >= 85 for twin in words)
            or any(len(twin) >= 4 and word.startswith(twin) for twin in words)
            for word in key.split()
            if len(word) >= 4
        )

    swapped = ours != theirs and sorted(ours.split()) == sorted(theirs.split())
    return not swapped and covered(ours, theirs) and covered(theirs, ours)


def _stands_in(title: str, text: str) -> bool:
    """Whether a title of four words or more stands whole in a text, with punctuation on both sides."""
    words = title_key(title).split()
    initials = sum(len(word) == 1 and word not in "ai" for word in words)  # some records have names for a title
    if len(words) < 4 or initials > 1:
        return False
    marked = " | ".join(filter(None, (title_key(part) for part in re.split(r"[^\w\s'’&:-]+", text))))
    if len(words) > len(marked.split()):  # as records with a whole text for a title, whose pattern takes long to make
        return False
    body = r"(?: \| | )".join(map(re.escape, words))
    return bool(re.search(rf"(?:^|\| ){body}(?: \||$)", marked))


def _near(reference: Reference, work: Work) -> bool:
    """Whether first author and year (give or take one) agree."""
    named, known, apart = readable(reference), surnames(work), _years_apart(reference, work)
    return bool(named and known) and named[0] == known[0] and apart is not None and apart <= 1


def _years_apart(reference: Reference, work: Work) -> int | None:
    return None if reference.year is None or work.year is None else abs(reference.year - work.year)


def _have_no_common_author(reference: Reference, work: Work) -> bool:
    named, known = set(readable(reference)), set(surnames(work))
    return bool(named and known) and not named & known


# --- by facts


def _by_facts(reference: Reference, catalogue: Catalogue, seen: _Seen) -> _Verdict | None:
    """The one work with which three facts or more agree, one of them about more than its author, and none against."""
    named, year = readable(reference), reference.year
    place = reference.venue or reference.acronyms or reference.identifiers
    beside_year = bool(place) + (reference.translated and bool(reference.title)) + bool(reference.links)
    if year is None or not (named or beside_year >= 2):
        return None
    pool = catalogue.find_by_author_year(named[0], [year]) if named else seen.of_year(year, catalogue)
    english = [title for link in reference.links if (title := title_in(link))]
    alike = (w for w in pool if not english or any(_likeness(title, w.title) >= 0.8 for title in english))
    weighed = [facts(reference, work) for work in alike]
    weighed.sort(key=lambda found: (not found.against, len(found.agree)), reverse=True)
    if not weighed:
        return None
    for found in weighed[:2]:
        seen[found.work.id] = round(len(found.agree) / max(1, len(found.agree) + len(found.against)), 3)
    best, rivals = weighed[0], [found.work.id for found in weighed[1:] if _rivals(found, weighed[0])]
    many = len(best.agree) >= 3
    method = "+".join(best.agree)
    agreement = f"{', '.join(best.agree)} agree with {best.work.id}"
    if not {"author", "year"} <= set(best.agree) and not many:
        return None
    if len(best.against) > (1 if many else 0) or (rivals and not many):
        return None  # nothing a person should be bothered with
    if rivals:
        return _Verdict(best.work, method, f"{agreement}, but as well with {', '.join(rivals[:3])}.", sure=False)
    if best.against:
        return _Verdict(best.work, method, f"{agreement}, but {best.against[0]} contradicts it.", sure=False)
    unheld = any(scheme_of(name) == "arxiv" for name in reference.identifiers)
    if unheld and not any(scheme_of(name) == "arxiv" for name in best.work.identifiers):
        reason = f"{agreement}, but that work has no arXiv id and the entry has one."
        return _Verdict(best.work, method, reason, sure=False)
    if not many or not {"venue", "title terms", "link"} & set(best.agree):
        return _Verdict(best.work, method, f"{agreement}, which is not enough to be sure.", sure=False)
    return _Verdict(best.work, method, f"{agreement}, and no other work has all of them.", sure=True)


def _rivals(found: Facts, best: Facts) -> bool:
    """Whether another work fits as well: nothing more contradicts it, and it lacks none of the facts."""
    return len(found.against) <= len(best.against) and set(found.agree) >= set(best.agree)
