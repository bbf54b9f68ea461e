"""Claims: what this graph says about each statement of an article, of which works it says so, and what would settle the rest.

Citations and concepts can confirm an order in time, a citation path, a share of citing works, an earlier work with the
same concepts. They say nothing about performance, machines or opinions: claims about those are "not about citations".
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.names import year_of
from kg.analysis.claims.case import CONTRADICTED, NOT_ABOUT, OPEN, SUPPORTED, Case, Finding, Pairs
from kg.analysis.claims.descent import builds_on, enables, kinship
from kg.analysis.claims.dormancy import dormancy
from kg.analysis.claims.first import first, proposes
from kg.analysis.claims.little_known import little_known
from kg.analysis.scores import plain
from kg.graph.citation_graph import CitationGraph
from kg.model import Claim
from kg.text import counted

RECENT = 2009  # citing works from this year on are today's, where no later era is named
_NOT_HELD = "citations cannot confirm or refute it"


_ABSENT = "these works"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the graph says about one claim.

    Attributes
    ----------
    claim : Claim
        The claim, with its sentence and its place in the article.
    verdict : str
        "supported", "contradicted", "supported in ..., open elsewhere", "open" or "not about citations".
    because : str
        One sentence: what was looked at and what was found.
    numbers : dict[str, Any]
        The figures behind it, by name.
    population : str, optional
        What was counted; None where nothing was.
    k, n : int, optional
        Of `n` of the population, in `k` a link was found: a path, a citation, the same concepts.
    settle : str, optional
        What would settle what is open; None where nothing is, or nothing could.
    coverage : float, optional
        The share of known reference lists among works dated as the claim's earliest work or later; None where it is undated.
    missing : tuple[str, ...]
        Works of the claim that are not in this graph.
    """

    claim: Claim
    verdict: str
    because: str
    numbers: dict[str, Any] = field(default_factory=dict)
    population: str | None = None
    k: int | None = None
    n: int | None = None
    settle: str | None = None
    coverage: float | None = None
    missing: tuple[str, ...] = ()

    @property
    def absent(self) -> bool:
        """Whether works that the claim is about are not in the graph, so that nothing can be said."""
        return self.settle == _ABSENT

    @property
    def group(self) -> str:
        """The verdict without where it holds: "supported", "contradicted", "open" or "not about citations"."""
        return self.verdict.split(" in ")[0]


def verdicts(graph: CitationGraph, *, since: int = RECENT, about: str | None = None) -> list[Verdict]:
    """The verdict on every claim of the graph's articles, in their order.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    since : int, default 2009
        The first year of the works that count as citing today.
    about : str, optional
        Only claims on the work of this id.

    Notes
    -----
    By kind of claim ("subject" is what it is about, "object" what it relates that to):

    - builds on, enables: a usable path, direct or not, leads from each source to the work that builds on it (object ->
      subject; for enables subject -> object). Supported if every pair has one, contradicted if a pair has none and no
      missing list could hold one, else open, with the lists that would settle it. For enables, how many known lists since
      `since` lead back to each subject is told beside it.
    - anticipates, same principle: supported if every object is known to be later, by day where both days are known, and
      shares a concept with a subject that does not come from the article itself; "supported in the case of" those that do, where
      others do not; open where all are later and no shared concept is recorded; contradicted if an object is earlier. Paths,
      and how many known lists that cite an object cite a subject too, are told beside it.
    - first: the concepts compared are those that the statement names (all words of a label, or its initials), else any of
      two schemes. Contradicted if an earlier work has all concepts of a subject, or all that are named, of two schemes or
      more; supported if every work that is or may be earlier (of the same year, undated) has other ones; "supported in the works with recorded
      concepts, open elsewhere" if none of at least five earlier ones has them; else open.
    - proposes: "supported in its subject (...), open elsewhere" if a source other than the article records, for every subject,
      a concept that the statement names; else open.
    - little known: fewer than 1 in 100 later works cite each subject. In a population of at least 20 lists, nearly all read:
      supported if k/n, with the citations missed at most (95 %), is below 1/100, contradicted if k/n is not and k > 1. Among
      all works since `since`: supported if the 90 % interval of `standing` lies below 1/100, Wilson's upper end below one
      half (k = 0: below 1/100), and the breakdown factor for one half is at least 10 (k > 1), 20 (k = 1) or 100 (k = 0); contradicted if that
      interval or the hard bounds lie at 1/100 or above and k > 1. All such works decide where they can, else the
      populations, where these agree.
    - dormancy: between the first and the last year of the subjects, or further where the statement names years. Supported
      if a usable path joins the first subject to the last and no five years in a row were without a citation of one; supported in the works on the subject (listed by an era with all subjects, else sharing a concept with
      all of them) if no five years were without one or such a citation; contradicted if ten years were, and all lists of
      that time are known; else open. Years with under five lists read are left out of k of n.
    - improves, larger data wins: contradicted if an object is later than the subject said to surpass it; else not about
      citations.
    - all other kinds: not about citations.

    Examples
    --------
    >>> from kg.model import Claim
    >>> verdicts(CitationGraph.from_edges([("B", "A")]))
    []
    """
    inside = set(graph.ids)
    found = []
    for claim in graph.article_claims:
        if about is not None and about not in dict(claim.roles):
            continue
        by_role = {
            role: [graph.number(w) for w, r in claim.roles if r == role and w in inside]
            for role in ("subject", "object")
        }
        gone = tuple(w for w, _ in claim.roles if w not in inside)
        case = Case(graph, claim, by_role["subject"], by_role["object"], since)
        if gone or not case.subjects:
            because = f"not in this graph: {', '.join(gone) or 'its works'}"
            found.append(Verdict(claim=claim, verdict=OPEN, because=because, missing=gone, settle=_ABSENT))
            continue
        finding = _RULES.get(claim.kind, _unmeasured)(case)
        oldest = min(case.subjects, key=lambda i: graph.years[i])
        numbers = finding.numbers | {"subjects": _figures(case)}
        known = plain(float(coverage_since(graph)[oldest]))
        found.append(Verdict(claim=claim, coverage=known, **vars(finding) | {"numbers": numbers}))
    return found


def in_groups(found: Iterable[Verdict]) -> list[Verdict]:
    """Verdicts with those that answer first and those not about citations last."""
    return sorted(found, key=lambda one: (SUPPORTED, CONTRADICTED, OPEN, NOT_ABOUT).index(one.group))


def tally(found: Collection[Verdict]) -> str:
    """How many claims get which verdict: "19 claims: 1 supported, 7 supported in part, 4 open; 7 are not about citations"."""
    times = Counter((one.group, one.verdict == one.group) for one in found)
    parts = [f"{times[SUPPORTED, True]:,} {SUPPORTED}"]
    named = ((SUPPORTED, False, " in part"), (CONTRADICTED, True, ""), (CONTRADICTED, False, " in part"))
    parts += [f"{n:,} {group}{part}" for group, whole, part in named if (n := times[group, whole])]
    parts.append(f"{times[OPEN, True]:,} {OPEN}")
    apart = f"; {n:,} {'is' if n == 1 else 'are'} {NOT_ABOUT}" if (n := times[NOT_ABOUT, True]) else ""
    return f"{counted(len(found), 'claim')}: {', '.join(parts)}{apart}"


def _figures(case: Case) -> dict[str, Any]:
    graph, cited = case.graph, case.graph.citers.counts()
    return {graph.ids[i]: {"year": year_of(graph, i), "citations_held": int(cited[i])} for i in case.subjects}


def _better(case: Case) -> Finding:
    pairs = Pairs.of(case, case.objects, case.subjects)
    early = sorted({b for a, b in pairs.pairs if case.is_later(a, b)})
    numbers = pairs.counts if pairs.pairs else {}
    if early:
        why = f"{case.names(early)} {'is' if len(early) == 1 else 'are'} earlier than the work said to be surpassed"
        return Finding(CONTRADICTED, why, numbers=numbers)
    return Finding(NOT_ABOUT, f"this is a claim about performance; {_NOT_HELD}", numbers=numbers)


def _unmeasured(case: Case) -> Finding:
    what = {"obstacle": "machines and means", "argues for": "what a work argues"}.get(case.claim.kind, "something else")
    return Finding(NOT_ABOUT, f"this is a claim about {what}; {_NOT_HELD}")


_RULES: dict[str, Callable[[Case], Finding]] = {
    "builds on": builds_on,
    "enables": enables,
    "anticipates": kinship,
    "same principle": kinship,
    "first": first,
    "proposes": proposes,
    "little known": little_known,
    "dormancy": dormancy,
    "improves": _better,
    "larger data wins": _better,
}
