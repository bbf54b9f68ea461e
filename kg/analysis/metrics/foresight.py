"""Foresight: whether the title of a work resembles later titles more than earlier ones."""

from math import inf

import numpy as np

from kg.analysis.base.titles import TitleWords, title_words, titled
from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Inputs, Ints, Scores, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

ENOUGH = 10  # titles on each side below which a mean says nothing


def inputs(_graph: CitationGraph, _i: int, _scores: Scores) -> Inputs:
    """Nothing: it uses no citations, and its own columns hold what the value is made of."""
    return {}


@metric(
    unit="",
    family="forgetting",
    range=(0, inf),
    cycles="not used",
    backward="not used",
    undated="no value",
    inputs=inputs,
)
def foresight(graph: CitationGraph, *, back: int = 5, ahead: int = 10) -> Scores:
    """How much more the title of a work resembles later titles than earlier ones: above 1, it was ahead of its time.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    back : int, default 5
        Years before the work whose titles count as earlier.
    ahead : int, default 10
        Years after the work whose titles count as later.

    Returns
    -------
    Scores
        No value for works without a year or title, with fewer than 10 titles on either side, and where no earlier title shares
        a word that was then rare. A value carries a warning where the years reach beyond the titles of the graph. It uses no
        citations, so unknown reference lists do not matter; `coverage` is the share of works with a year and a title among the
        works of those years. Own columns: `ahead` and `behind` (the two means), `titles_ahead`, `titles_behind`.

    Raises
    ------
    InputError
        If `back` or `ahead` is below 1.

    Notes
    -----
    Mean cosine similarity to the titles of the next `ahead` years divided by that to the titles of the last `back` years.
    Words have weight tf x log(N/(1 + df)), where N and df count titles before the earlier year of each pair, so that no later
    title decides what was rare. Titles only: abstracts are not used.

    References
    ----------
    Kelly, Papanikolaou, Seru & Taddy (2021), Measuring technological innovation over the long run.

    Examples
    --------
    >>> titles = {f"o{k}": "neural music" if k else "optical flow" for k in range(12)} | {"w": "neural optical sound"}
    >>> titles |= {f"n{k}": "optical sound" for k in range(12)} | {f"m{k}": "tuba" for k in range(90)}
    >>> years = {id_: {"o": 1990, "w": 1991, "n": 1992, "m": 1980}[id_[0]] for id_ in titles}
    >>> foresight(CitationGraph.from_edges([], titles=titles, years=years))["w"] > 1
    True
    """
    if back < 1 or ahead < 1:
        raise InputError(f"back and ahead must be at least 1 year (got {back} and {ahead})", "5 and 10 are usual")
    words = title_words(graph)
    size, years, has_title = len(graph), graph.years.astype(np.int64), titled(graph, words)
    later, earlier, n_later, n_earlier = _sums(words, back, ahead, size)
    judged = (n_later >= ENOUGH) & (n_earlier >= ENOUGH)
    mean_later = np.divide(later, n_later, out=np.full(size, np.nan), where=judged)
    mean_earlier = np.divide(earlier, n_earlier, out=np.full(size, np.nan), where=judged)
    value = np.divide(mean_later, mean_earlier, out=np.full(size, np.nan), where=judged & (earlier > 0))
    first, last = (words.years[0], words.years[-1]) if len(words.years) else (0, 0)
    why = {
        "no year": graph.years == UNDATED,
        "no title": ~has_title,
        f"fewer than {ENOUGH} titles in the {back} years before it": n_earlier < ENOUGH,
        f"fewer than {ENOUGH} titles in the {ahead} years after it": n_later < ENOUGH,
        "no earlier title shares a word that was rare then": earlier <= 0,
    }
    cut = has_title & ((years + ahead > last) | (years - back < first)) & judged
    reason = reasons(
        why | {f"the {back} years before it or {ahead} after it reach beyond the titles of this graph": cut}
    )
    dated = years[years != UNDATED]
    _, at = np.unique(years, return_inverse=True)
    around = {int(y): int(((dated >= y - back) & (dated <= y + ahead) & (dated != y)).sum()) for y in np.unique(years)}
    near = np.array([around[int(y)] for y in np.unique(years)], np.float64)[at] if size else np.empty(0)
    coverage = np.divide(n_later + n_earlier, near, out=np.full(size, np.nan), where=near > 0)
    return Scores.of(
        graph,
        value,
        n=n_later + n_earlier,
        coverage=coverage,
        reason=reason,
        remarks=["From the words of titles alone; it uses no citations."],
        own={"ahead": mean_later, "behind": mean_earlier, "titles_ahead": n_later, "titles_behind": n_earlier},
    )


def _sums(words: TitleWords, back: int, ahead: int, size: int) -> tuple[Floats, Floats, Ints, Ints]:
    """For each work the similarities to later and to earlier titles, summed, and how many titles those are.

    cos(i, j) = sum over words of c_i c_j idf^2 / (|i| |j|), idf at the earlier year: so a sum over j needs one row.
    """
    later, earlier = np.zeros(size), np.zeros(size)
    n_later, n_earlier = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for year in np.unique(words.years).tolist():
        now, near = words.rows(year, year), words.rows(year, year + max(back, ahead))
        idf2 = words.idf(year) ** 2
        counts = words.counts[near]
        norm = np.sqrt(counts.power(2) @ idf2)
        unit = np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0)
        mine = slice(0, now.stop - now.start)
        soon, past = (slice(mine.stop, words.rows(year, year + span).stop - near.start) for span in (ahead, back))
        sums = idf2 * (counts[soon].T @ unit[soon])
        later[words.works[now]] = unit[mine] * (counts[mine] @ sums)
        n_later[words.works[now]] = soon.stop - soon.start
        sums = idf2 * (counts[mine].T @ unit[mine])
        earlier[words.works[near][past]] += unit[past] * (counts[past] @ sums)
        n_earlier[words.works[near][past]] += mine.stop
    return later, earlier, n_later, n_earlier
