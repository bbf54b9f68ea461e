"""Claims: what this graph says about each statement of an article: supported, contradicted, or not decidable here.

Citations and concepts can confirm an order in time, a citation path, a share of citing works, an earlier work with the
same concepts. They say nothing about performance, machines or what people know: claims about those stay undecided, and
what the graph knows about their works is given. A claim is called "supported" or "contradicted" only where no unknown reference list or missing
concept could change the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.intervals import wilson_interval
from kg.analysis.base.reachability import CREDITED, UNCREDITED, credit
from kg.analysis.scores import plain
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.model import Claim
from kg.text import counted

SUPPORTED, CONTRADICTED, OPEN = "supported", "contradicted", "not decidable here"
_PERFORMANCE = "this is a claim about performance, which citations cannot confirm or refute"
RECENT = 2009  # citing works from this year on are today's, where no later era is named


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the graph says about one claim.

    Attributes
    ----------
    claim : Claim
        The claim, with its sentence and its place in the article.
    verdict : str
        "supported", "contradicted" or "not decidable here".
    because : str
        One sentence: what was looked at and what was found.
    numbers : dict[str, Any]
        The figures behind it, by name.
    coverage : float | None
        The share of known reference lists among works dated as the claim's earliest work or later; None where it is undated.
    missing : tuple[str, ...]
        Works of the claim that are not in this graph.
    """

    claim: Claim
    verdict: str
    because: str
    numbers: dict[str, Any] = field(default_factory=dict)
    coverage: float | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Case:
    """A claim with the numbers of its works, and the first year of those who count as citing today."""

    graph: CitationGraph
    subjects: list[int]
    objects: list[int]
    since: int

    def year(self, i: int) -> int | None:
        return None if self.graph.years[i] == UNDATED else int(self.graph.years[i])

    def is_later(self, a: int, b: int) -> bool:
        return bool(self.graph.is_later(np.array([a]), np.array([b]))[0])

    def ids(self, works: list[int]) -> str:
        return ", ".join(self.graph.ids[i] for i in works)

    def earlier(self, works: list[int]) -> str:
        return f"{self.ids(works)} {_verb(len(works), 'is', 'are')} earlier"


_Found = tuple[str, str, dict[str, Any]]


def verdicts(graph: CitationGraph, *, since: int = RECENT) -> list[Verdict]:
    """The verdict on every claim of the graph's articles, in their order.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    since : int, default 2009
        The first year of the works that count as citing today.

    Notes
    -----
    By kind of claim ("subject" is what it is about, "object" what it relates that to):

    - builds on, enables: a usable path leads from each source to the work that builds on it (object -> subject; for enables
      subject -> object). Supported if every pair has one, contradicted if a pair has none and no missing list could hold one, else open.
    - anticipates, same principle: supported if every object is known to be later, by day where both days are known, and shares
      a concept with a subject that does not come from the article itself; contradicted if an object is earlier; else open. The
      paths between them are reported.
    - first: contradicted if an earlier work has all the subject's concepts, of two schemes or more; supported if none has and
      every work that is earlier, or may be (of the same year or undated), has other concepts; else open.
    - little known: the share of works from `since` on that cite a subject. Supported if at most half do even if every unknown
      list cited one; contradicted if more than half do; else open. "if alike" is Wilson's 90% interval of the share if the
      known lists were a random sample, where others are unknown: the verdict does not rest on it.
    - dormancy: supported if a usable path joins the first subject to the last and every five years between saw a work that
      cites one of them; contradicted if ten years saw none and no list of them is missing; else open.
    - improves, larger data wins: contradicted if a subject is not later than its object; else open (performance is not here).
    - all other kinds: open.

    Examples
    --------
    >>> from kg.model import Claim
    >>> verdicts(CitationGraph.from_edges([("B", "A")]))
    []
    """
    inside = set(graph.ids)
    found = []
    for claim in graph.article_claims:
        by_role = {
            role: [graph.number(w) for w, r in claim.roles if r == role and w in inside]
            for role in ("subject", "object")
        }
        gone = tuple(w for w, _ in claim.roles if w not in inside)
        case = _Case(graph, by_role["subject"], by_role["object"], since)
        if gone or not case.subjects:
            because = f"not in this graph: {', '.join(gone) or 'its works'}"
            found.append(Verdict(claim=claim, verdict=OPEN, because=because, missing=gone))
            continue
        verdict, because, numbers = _RULES.get(claim.kind, _unmeasured)(case)
        oldest = min(case.subjects, key=lambda i: graph.years[i])
        known = float(coverage_since(graph)[oldest])
        found.append(
            Verdict(
                claim=claim,
                verdict=verdict,
                because=because,
                numbers=numbers | {"subjects": _figures(case)},
                coverage=plain(known),
            )
        )
    return found


def _figures(case: _Case) -> dict[str, Any]:
    citations = case.graph.citers.counts()
    return {case.graph.ids[i]: {"year": case.year(i), "citations_held": int(citations[i])} for i in case.subjects}


def _builds_on(case: _Case) -> _Found:
    return _descent(case, case.objects, case.subjects)


def _enables(case: _Case) -> _Found:
    return _descent(case, case.subjects, case.objects)


def _descent(case: _Case, sources: list[int], heirs: list[int]) -> _Found:
    pairs = [(a, b) for a in sources for b in heirs]
    if not pairs:
        return OPEN, "this claim names no work that was made possible, so there is no citation path to look for", {}
    counts = _path_counts(case, pairs)
    numbers = {"pairs": len(pairs), **counts}
    sentence = _paths(counts, len(pairs))
    if counts["path"] == len(pairs):
        return SUPPORTED, sentence, numbers
    if gone := counts["no path"]:
        where = "a path" if len(pairs) == 1 else f"a path for {gone} of the pairs"
        return CONTRADICTED, f"{sentence}; no missing reference list could hold {where}", numbers
    return OPEN, sentence, numbers


def _kinship(case: _Case) -> _Found:
    pairs = [(a, b) for a in case.subjects for b in case.objects]
    if not pairs:
        return OPEN, "this claim names no other work to compare with", {}
    early = [b for b in case.objects if any(case.is_later(a, b) for a in case.subjects)]
    late = [b for b in case.objects if all(case.is_later(b, a) for a in case.subjects)]
    counts = _path_counts(case, pairs)
    shared = {
        case.graph.ids[b]: sorted(
            set().union(
                *(_concepts(case, a, independent=True) & _concepts(case, b, independent=True) for a in case.subjects)
            )
        )
        for b in case.objects
    }
    kin = [b for b, labels in shared.items() if labels]
    numbers = {
        "pairs": len(pairs),
        **counts,
        "shared labels": {b: [f"{scheme}: {label}" for scheme, label in labels] for b, labels in shared.items()},
    }
    paths = _paths(counts, len(pairs))
    if early:
        return CONTRADICTED, case.earlier(early), numbers
    if len(late) < len(case.objects):
        unsure = case.ids([b for b in case.objects if b not in late])
        return OPEN, f"the dates in this graph do not show whether {unsure} came later; {paths}", numbers
    if len(kin) == len(case.objects):
        works = "the later work shares" if len(kin) == 1 else f"all {len(kin)} later works share"
        return SUPPORTED, f"the dates fit, and {works} a concept with the earlier; {paths}", numbers
    apart = len(case.objects) - len(kin)
    works = "the later work" if len(case.objects) == 1 else f"{apart} of the {len(case.objects)} later works"
    works += f" {_verb(apart, 'shares', 'share')} no concept with the earlier in this graph"
    return OPEN, f"the dates fit, but {works}; {paths}", numbers


def _first(case: _Case) -> _Found:
    graph, first = case.graph, min((y for i in case.subjects if (y := case.year(i)) is not None), default=None)
    if first is None:
        return OPEN, "the year of the work is unknown", {}
    earlier = np.flatnonzero((graph.years != UNDATED) & (graph.years < first))
    described = {graph.number(w) for w in graph.concepts["work"].unique()}
    wanted = [
        labels for labels in (_concepts(case, i) for i in case.subjects) if len({scheme for scheme, _ in labels}) > 1
    ]

    def carries(i: int) -> bool:
        return i in described and any(w <= _concepts(case, i) for w in wanted)

    before = [i for i in earlier.tolist() if carries(i)]
    rivals = np.flatnonzero((graph.years == UNDATED) | (graph.years == first)).tolist()
    unsure = [i for i in rivals if i not in case.subjects and (i not in described or carries(i))]
    numbers = {"earlier works": len(earlier), "earlier works with labels": len(described & set(earlier.tolist()))}
    numbers["earlier works with its labels"] = len(before)
    if before:
        return CONTRADICTED, f"{case.earlier(before)} and {_verb(len(before), 'has', 'have')} all its concepts", numbers
    if not wanted:
        return OPEN, "too few of its concepts are known to say what it was first to do (two kinds are needed)", numbers
    if unsure:
        others = f"{counted(len(unsure), 'work')} of the same year, or without a year, might be earlier"
        return OPEN, f"no earlier work is known to have the same concepts, but {others}", numbers
    some = numbers["earlier works with labels"]
    if some == len(earlier):
        return (
            SUPPORTED,
            f"none of the {some:,} earlier works has the same concepts, and those of all are known",
            numbers,
        )
    rest = f"the concepts of the other {len(earlier) - some:,} are unknown"
    return OPEN, f"none of the {some:,} earlier works with known concepts has the same concepts, but {rest}", numbers


def _little_known(case: _Case) -> _Found:
    graph = case.graph
    recent = (graph.years != UNDATED) & (graph.years >= case.since)
    citing = np.unique(np.concatenate([graph.citers.of(i) for i in case.subjects]))
    cite = int(recent[citing].sum())
    total = int(recent.sum())
    unknown = recent & ~graph.known_lists
    unknown[citing] = False
    lists = int((recent & graph.known_lists).sum())
    by_known = int((recent & graph.known_lists)[citing].sum())
    numbers: dict[str, Any] = {
        "recent works": total,
        "of them citing": cite,
        "known lists": lists,
        "known lists citing": by_known,
    }
    if not total:
        return OPEN, f"no work in this graph is from {case.since} or later", numbers
    undated = graph.years == UNDATED  # may be recent, and then count
    may = undated & ~graph.known_lists
    may[citing] = undated[citing]
    more, rest = int(may.sum()), int(undated.sum() - undated[citing].sum())
    low, high = cite / (total + rest), (cite + int(unknown.sum()) + more) / (total + more)
    numbers |= {"low": low, "high": high}
    said = f"one of these works is cited by {by_known:,} of the {lists:,} works since {case.since} whose reference lists are known"
    if 0 < lists < total:
        share_low, share_high = wilson_interval(by_known, lists)
        numbers |= {"if alike": [share_low, share_high]}
        said += f" (if these are a random sample, {share_low:.1%} to {share_high:.1%} of all do; 90% interval)"
    said += f"; depending on the unknown lists, it may be {low:.0%} to {high:.0%} of all {counted(total, 'work')} since {case.since}"
    if high <= 0.5:
        return SUPPORTED, said, numbers
    return (CONTRADICTED, said, numbers) if low > 0.5 else (OPEN, f"{said}: too many lists are unknown", numbers)


def _dormancy(case: _Case) -> _Found:
    graph = case.graph
    dated = sorted((i for i in case.subjects if case.year(i) is not None), key=lambda i: (graph.years[i], i))
    if len(dated) < 2:
        return OPEN, "fewer than two of the works have a known year", {}
    first, last = int(graph.years[dated[0]]), int(graph.years[dated[-1]])
    state = credit(graph, np.array(dated[:1]), np.array(dated[-1:]))
    years = graph.years[np.concatenate([graph.citers.of(i) for i in dated])]
    cited = sorted({first, last, *(int(y) for y in years if first <= y <= last)})
    gap = max((b - a for a, b in pairwise(cited)), default=1) - 1
    between = (graph.years >= first) & (graph.years <= last)
    known = int((between & graph.known_lists).sum())
    ends = f"from the work of {last} back to that of {first}"
    path = {CREDITED: f"a citation path leads {ends}", UNCREDITED: f"no citation path leads {ends}"}.get(
        int(state[0]), f"no citation path {ends} is known (missing reference lists may hide one)"
    )
    numbers = {
        "first": first,
        "last": last,
        "longest silence": gap,
        "works between": int(between.sum()),
        "known lists between": known,
    }
    lists = f"{known:,} of the {counted(int(between.sum()), 'reference list')} of that time {_verb(known, 'is', 'are')} known"
    said = f"{path}; the longest time without a citation of these works is {counted(gap, 'year')} between {first} and {last}; {lists}"
    if state[0] == CREDITED and gap < 5:
        return SUPPORTED, said, numbers
    undated = graph.years == UNDATED  # an undated citing work may lie in the silence
    cited_undated = any(undated[graph.citers.of(i)].any() for i in dated)
    whole = known == int(between.sum()) and not cited_undated and not (undated & ~graph.known_lists).any()
    return (CONTRADICTED if gap >= 10 and whole else OPEN), said, numbers


def _better(case: _Case) -> _Found:
    pairs = [(b, a) for a in case.subjects for b in case.objects]
    if not pairs:
        return OPEN, _PERFORMANCE, {}
    years = case.graph.years
    early = sorted({a for b, a in pairs if UNDATED < years[a] < years[b]})
    counts = _path_counts(case, pairs)
    numbers = {"pairs": len(pairs), **counts}
    if early:
        return CONTRADICTED, f"{case.earlier(early)} than the work said to be surpassed", numbers
    return OPEN, f"{_PERFORMANCE}; {_paths(counts, len(pairs))}", numbers


def _unmeasured(case: _Case) -> _Found:
    cited = int(sum(len(case.graph.citers.of(i)) for i in case.subjects))
    works = "the work is" if len(case.subjects) == 1 else "the works are"
    return OPEN, f"citations cannot confirm or refute this kind of claim; {works} {_times(cited)} in this graph", {}


_RULES: dict[str, Callable[[_Case], _Found]] = {
    "builds on": _builds_on,
    "enables": _enables,
    "anticipates": _kinship,
    "same principle": _kinship,
    "first": _first,
    "little known": _little_known,
    "dormancy": _dormancy,
    "improves": _better,
    "larger data wins": _better,
}


def _path_counts(case: _Case, pairs: list[tuple[int, int]]) -> dict[str, int]:
    """How many of the (old, new) pairs have a citation path, a direct citation, no path, or cannot be decided."""
    state = credit(case.graph, *np.array(pairs, np.int64).T)
    direct = sum(a in case.graph.references.of(b) for a, b in pairs)
    path, lost = int((state == CREDITED).sum()), int((state == UNCREDITED).sum())
    return {"path": path, "direct": int(direct), "no path": lost, "undecidable": len(state) - path - lost}


def _concepts(case: _Case, i: int, *, independent: bool = False) -> set[tuple[str, str]]:
    """The concepts of a work; `independent` ones are those that do not come from the article itself."""
    concepts = case.graph.concepts
    if independent:
        concepts = concepts[~concepts["source"].str.startswith("article")]
    mine = concepts[concepts["work"] == case.graph.ids[i]]
    return set(zip(mine["scheme"], mine["label"], strict=True))


def _paths(counts: dict[str, int], pairs: int) -> str:
    """How many of the pairs of an earlier and a later work have a citation path, and how many are open."""
    found, direct, unknown = counts["path"], counts["direct"], counts["undecidable"]
    if pairs == 1:
        if found:
            return f"a citation path joins the two works{' (a direct citation)' if direct else ''}"
        hidden = "no citation path between the two works is known; missing reference lists may hide one"
        return hidden if unknown else "no citation path joins the two works"
    if unknown == pairs:
        return f"no citation path is known for any of the {pairs} pairs of an earlier and a later work; missing reference lists may hide some"
    said = f"{found} of the {pairs} pairs of an earlier and a later work {_verb(found, 'has', 'have')} a citation path"
    said += f" ({direct} by direct citation)" if direct else ""
    missing = f"{unknown} cannot be checked, because reference lists are missing"
    return f"{said}, {missing}" if unknown else said


def _verb(count: int, one: str, more: str) -> str:
    return one if count == 1 else more


def _times(count: int) -> str:
    return "cited once" if count == 1 else f"cited {count:,} times" if count else "not cited"
