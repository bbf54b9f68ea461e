"""Claims: what this graph says about each statement of an article: supported, contradicted, or not decidable here.

Citations and concepts can confirm an order in time, a citation path, a share of citing works, an earlier work with the
same concepts. They say nothing about performance, machines or what people know; claims about those stay undecided, with
what is known beside them. "Supported" and "contradicted" are said only where no unknown reference list or missing concept
could turn the answer.
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

SUPPORTED, CONTRADICTED, OPEN = "supported", "contradicted", "not decidable here"
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
      subject -> object). Supported if every pair has one, contradicted if a pair has none and no list is missing, else open.
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
    held = set(graph.ids)
    found = []
    for claim in graph.article_claims:
        by_role = {
            role: [graph.number(w) for w, r in claim.roles if r == role and w in held] for role in ("subject", "object")
        }
        gone = tuple(w for w, _ in claim.roles if w not in held)
        case = _Case(graph, by_role["subject"], by_role["object"], since)
        if gone or not case.subjects:
            because = f"this graph does not hold {', '.join(gone) or 'its works'}"
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
    held = case.graph.citers.counts()
    return {case.graph.ids[i]: {"year": case.year(i), "citations_held": int(held[i])} for i in case.subjects}


def _builds_on(case: _Case) -> _Found:
    return _descent(case, case.objects, case.subjects)


def _enables(case: _Case) -> _Found:
    return _descent(case, case.subjects, case.objects)


def _descent(case: _Case, sources: list[int], heirs: list[int]) -> _Found:
    pairs = [(a, b) for a in sources for b in heirs]
    if not pairs:
        return OPEN, "it names no work that was made possible: there is no path to look for", {}
    state, direct = _states(case, pairs)
    told = _told(state, direct)
    numbers = {"pairs": len(pairs), **told}
    sentence = f"of {len(pairs)} line{'s' if len(pairs) != 1 else ''} of descent {told['path']} {_are(told['path'])} held ({told['direct']} by direct citation)"
    if told["path"] == len(pairs):
        return SUPPORTED, sentence, numbers
    if told["no path"]:
        return (
            CONTRADICTED,
            f"{sentence}; {told['no path']} {_are(told['no path'])} not, and no list on the way is missing",
            numbers,
        )
    return OPEN, f"{sentence}; lists on the way of the others are not known", numbers


def _kinship(case: _Case) -> _Found:
    pairs = [(a, b) for a in case.subjects for b in case.objects]
    if not pairs:
        return OPEN, "it names no other work", {}
    early = [b for b in case.objects if any(case.is_later(a, b) for a in case.subjects)]
    late = [b for b in case.objects if all(case.is_later(b, a) for a in case.subjects)]
    state, direct = _states(case, pairs)
    told = _told(state, direct)
    shared = {
        case.graph.ids[b]: sorted(
            set().union(
                *(_labels(case, a, independent=True) & _labels(case, b, independent=True) for a in case.subjects)
            )
        )
        for b in case.objects
    }
    kin = [b for b, labels in shared.items() if labels]
    numbers = {
        "pairs": len(pairs),
        **told,
        "shared labels": {b: [f"{scheme}: {label}" for scheme, label in labels] for b, labels in shared.items()},
    }
    paths = f"{told['path']} of {len(pairs)} pairs have a citation path, {told['undecidable']} cannot be decided"
    if early:
        return CONTRADICTED, f"{case.ids(early)} is earlier", numbers
    if len(late) < len(case.objects):
        unsure = case.ids([b for b in case.objects if b not in late])
        return OPEN, f"the dates held do not tell whether {unsure} is later; {paths}", numbers
    if len(kin) == len(case.objects):
        return SUPPORTED, f"all {len(kin)} are later and share a label with it; {paths}", numbers
    return (
        OPEN,
        f"the order in time fits, but {len(case.objects) - len(kin)} of {len(case.objects)} share no label with it here; {paths}",
        numbers,
    )


def _first(case: _Case) -> _Found:
    graph, first = case.graph, min((y for i in case.subjects if (y := case.year(i)) is not None), default=None)
    if first is None:
        return OPEN, "it has no year", {}
    earlier = np.flatnonzero((graph.years != UNDATED) & (graph.years < first))
    labelled = {graph.number(w) for w in graph.concepts["work"].unique()}
    wanted = [
        labels for labels in (_labels(case, i) for i in case.subjects) if len({scheme for scheme, _ in labels}) > 1
    ]

    def carries(i: int) -> bool:
        return i in labelled and any(w <= _labels(case, i) for w in wanted)

    before = [i for i in earlier.tolist() if carries(i)]
    rivals = np.flatnonzero((graph.years == UNDATED) | (graph.years == first)).tolist()
    unsure = [i for i in rivals if i not in case.subjects and (i not in labelled or carries(i))]
    numbers = {"earlier works": len(earlier), "earlier works with labels": len(labelled & set(earlier.tolist()))}
    numbers["earlier works with its labels"] = len(before)
    if before:
        return CONTRADICTED, f"{case.ids(before)} is earlier and carries all its labels", numbers
    if not wanted:
        return OPEN, "it carries labels of fewer than two schemes: too little to say what it was first to do", numbers
    if unsure:
        told = f"{len(unsure):,} works of its year or undated may be earlier, and carry its labels or none"
        return OPEN, f"no work known to be earlier carries its labels, but {told}", numbers
    if numbers["earlier works with labels"] == len(earlier):
        return SUPPORTED, f"none of the {len(earlier):,} earlier works carries its labels, and all have labels", numbers
    some = numbers["earlier works with labels"]
    return (
        OPEN,
        f"none of the {some:,} labelled earlier works carries its labels, but {len(earlier) - some:,} have no labels",
        numbers,
    )


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
        return OPEN, f"no work from {case.since} on is held", numbers
    undated = graph.years == UNDATED  # may be recent, and then count
    may = undated & ~graph.known_lists
    may[citing] = undated[citing]
    more, rest = int(may.sum()), int(undated.sum() - undated[citing].sum())
    low, high = cite / (total + rest), (cite + int(unknown.sum()) + more) / (total + more)
    numbers |= {"low": low, "high": high}
    said = f"of {lists:,} works since {case.since} with known lists {by_known:,} cite one of them"
    if 0 < lists < total:
        share_low, share_high = wilson_interval(by_known, lists)
        numbers |= {"if alike": [share_low, share_high]}
        said += f" (were the others like these, {share_low:.1%} to {share_high:.1%} of all would, at 90%)"
    said += f"; of all {total:,}, whatever the unknown lists hold, between {low:.0%} and {high:.0%}"
    if high <= 0.5:
        return SUPPORTED, said, numbers
    return (
        (CONTRADICTED if low > 0.5 else OPEN),
        said + ("" if low > 0.5 else ": too many lists are not known"),
        numbers,
    )


def _dormancy(case: _Case) -> _Found:
    graph = case.graph
    dated = sorted((i for i in case.subjects if case.year(i) is not None), key=lambda i: (graph.years[i], i))
    if len(dated) < 2:
        return OPEN, "fewer than two of its works have a year", {}
    first, last = int(graph.years[dated[0]]), int(graph.years[dated[-1]])
    state, _ = _states(case, [(dated[0], dated[-1])])
    years = graph.years[np.concatenate([graph.citers.of(i) for i in dated])]
    cited = sorted({first, last, *(int(y) for y in years if first <= y <= last)})
    gap = max((b - a for a, b in pairwise(cited)), default=1) - 1
    between = (graph.years >= first) & (graph.years <= last)
    known = int((between & graph.known_lists).sum())
    path = {CREDITED: "a citation path", UNCREDITED: "no citation path"}.get(
        int(state[0]), "no path held, though lists are missing,"
    )
    numbers = {
        "first": first,
        "last": last,
        "longest silence": gap,
        "works between": int(between.sum()),
        "known lists between": known,
    }
    said = f"{path} joins the first to the last; the longest silence between {first} and {last} is {gap} years, by {known:,} of {int(between.sum()):,} lists"
    if state[0] == CREDITED and gap < 5:
        return SUPPORTED, said, numbers
    undated = graph.years == UNDATED  # an undated citing work may lie in the silence
    cited_undated = any(undated[graph.citers.of(i)].any() for i in dated)
    whole = known == int(between.sum()) and not cited_undated and not (undated & ~graph.known_lists).any()
    return (CONTRADICTED if gap >= 10 and whole else OPEN), said, numbers


def _better(case: _Case) -> _Found:
    pairs = [(b, a) for a in case.subjects for b in case.objects]
    if not pairs:
        return OPEN, "it speaks of performance, which citations do not hold", {}
    years = case.graph.years
    early = sorted({a for b, a in pairs if UNDATED < years[a] < years[b]})
    state, direct = _states(case, pairs)
    told = _told(state, direct)
    if early:
        return (
            CONTRADICTED,
            f"{case.ids(early)} is earlier than what it is said to surpass",
            {"pairs": len(pairs), **told},
        )
    said = f"it speaks of performance, which citations do not hold; {told['path']} of {len(pairs)} pairs have a citation path"
    return OPEN, said, {"pairs": len(pairs), **told}


def _unmeasured(case: _Case) -> _Found:
    cited = int(sum(len(case.graph.citers.of(i)) for i in case.subjects))
    return OPEN, f"it speaks of what citations do not hold; its works are cited {cited:,} times here", {}


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


def _states(case: _Case, pairs: list[tuple[int, int]]) -> tuple[Any, int]:
    """The three-valued path of each (old, new) pair, and how many are direct citations."""
    old, new = np.array(pairs, np.int64).T
    direct = sum(a in case.graph.references.of(b) for a, b in pairs)
    return credit(case.graph, old, new), int(direct)


def _told(state: Any, direct: int) -> dict[str, int]:
    path, lost = int((state == CREDITED).sum()), int((state == UNCREDITED).sum())
    return {"path": path, "direct": direct, "no path": lost, "undecidable": len(state) - path - lost}


def _labels(case: _Case, i: int, *, independent: bool = False) -> set[tuple[str, str]]:
    """The labels of a work; `independent` ones are those that do not come from the article itself."""
    concepts = case.graph.concepts
    if independent:
        concepts = concepts[~concepts["source"].str.startswith("article")]
    mine = concepts[concepts["work"] == case.graph.ids[i]]
    return set(zip(mine["scheme"], mine["label"], strict=True))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
