"""Are the later works on a work's topic on its topic: the first ten that the dossier lists, against judgements made by hand.

`python benchmarks/returns.py` prints what stands in docs/metrics.md. returns.csv holds the judgements: pairs of works of the
bundled graph, judged on 29 November 2026 from titles and venues by one machine reader, a language model, by this criterion,
written down before the first pair was judged: the later work is on the topic of the earlier one if a reader who looks for later
work on it would recognise it, from title and venue, as such: the task or question and what it is about are the same, or one
contains the other closely. A method in common is not enough, unless the method is itself the earlier work's topic; then works that
develop, analyse or mainly apply it are. What is doubtful is not on the topic.

Parts: "first draw", 15 of the connectionists' core works and 15 others cited twice or more, of 2010 or before (seed 14); with
"development" works (seeds 15 to 20) the measure was chosen and its limit set; "test", 30 works drawn afterwards (seed 21) from
all those with returns, none of them judged before, and judged before anything was counted.
"""

import csv
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from kg import open_graph
from kg.analysis.explain import why
from kg.analysis.metrics.uncredited_return import uncredited_return

FIRST = 10


class Precision(NamedTuple):
    """How many of the returns listed first are on the topic.

    Attributes
    ----------
    works, with_returns : int
        Works of the part, and those for which a return is listed.
    right, judged : int
        Listed returns that are on the topic, and those that were judged.
    mean : float
        The mean share of the works.
    unknown : list[tuple[str, str]]
        Pairs listed, but not judged.
    found, known : int
        Pairs judged to be on the topic, wherever they came from, and those of them that are returns, listed or not.
    """

    works: int
    with_returns: int
    right: int
    judged: int
    mean: float
    unknown: list[tuple[str, str]]
    found: int
    known: int


def precision() -> dict[str, Precision]:
    """The precision of the first ten returns of each part of returns.csv."""
    parts: dict[str, dict[str, dict[str, bool]]] = defaultdict(lambda: defaultdict(dict))
    with (Path(__file__).parent / "returns.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            parts[row["part"]][row["old"]][row["new"]] = row["on_topic"] == "yes"
    graph = open_graph()
    scores = uncredited_return(graph)
    found = {}
    for part, works in parts.items():
        returns = {
            old: [row["id"] for row in why(graph, old, scores)["returns"]] for old in works if old in set(graph.ids)
        }
        pairs = [(old, new) for old, listed in returns.items() for new in listed[:FIRST]]
        judged = [(old, works[old][new]) for old, new in pairs if new in works[old]]
        shares = [[right for o, right in judged if o == old] for old in {old for old, _ in judged}]
        on_topic = [(old, new) for old, judgements in works.items() for new, right in judgements.items() if right]
        found[part] = Precision(
            len(works),
            sum(bool(listed) for listed in returns.values()),
            sum(right for _, right in judged),
            len(judged),
            sum(sum(s) / len(s) for s in shares) / max(len(shares), 1),
            [pair for pair in pairs if pair[1] not in works[pair[0]]],
            sum(new in returns.get(old, ()) for old, new in on_topic),
            len(on_topic),
        )
    return found


if __name__ == "__main__":
    for name, part in precision().items():
        share = part.right / max(part.judged, 1)
        print(
            f"{name}: {part.with_returns} of {part.works} works have returns; of the first {FIRST} of each, {part.right} of"
        )
        print(
            f"  {part.judged} judged are on the topic ({share:.2f}; mean of works {part.mean:.2f}), {len(part.unknown)} not judged;"
        )
        print(
            f"  {part.found} of {part.known} pairs known to be on one topic are returns ({part.found / part.known:.2f})"
        )
        for old, new in part.unknown:
            print(f"  not judged: {old} {new}")
