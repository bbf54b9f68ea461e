"""Foresight: whether a work's title speaks more like later titles than like earlier ones."""

import numpy as np

from kg.analysis.base.titles import TitleWords, title_words, titled
from kg.analysis.scores import Floats, Ints, Scores, conventions, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

ENOUGH = 10  # titles on each side below which a mean says nothing


def foresight(graph: CitationGraph, *, back: int = 5, ahead: int = 10) -> Scores:
    """How much more a work's title is like those of the years after it than like those before it.

    Mean cosine similarity to the titles of the next `ahead` years over the mean similarity to those of the last `back` years.
    Words count tf x log(N/(1 + df)), N and df taken over titles before the earlier year of each pair, so no later title
    decides what was rare. Range 0 and up, above 1 is ahead of its time; no unit. It knows no citations, so unknown lists
    do not touch it; `coverage` is the share of works with title and year among the works of those years. Titles only: works
    with abstracts are not mixed in.

    Null for works without year or title, with under 10 titles on either side, and where nothing earlier is like it (there
    the ratio has no value; such a title is all new words). Own columns: `ahead` and `behind` (the two means),
    `titles_ahead`, `titles_behind`.

    >>> titles = {f"o{k}": "neural music" if k else "optical flow" for k in range(12)} | {"w": "neural optical sound"}
    >>> titles |= {f"n{k}": "optical sound" for k in range(12)} | {f"m{k}": "tuba" for k in range(90)}
    >>> years = {id_: {"o": 1990, "w": 1991, "n": 1992, "m": 1980}[id_[0]] for id_ in titles}
    >>> foresight(CitationGraph.from_edges([], titles=titles, years=years))["w"] > 1
    True

    Raises:
        InputError: if `back` or `ahead` is below 1.

    Source: Kelly, Papanikolaou, Seru & Taddy (2021), Measuring technological innovation over the long run.
    """
    if back < 1 or ahead < 1:
        raise InputError(f"back {back} and ahead {ahead} are years, 1 or more", "5 and 10 are usual")
    words = title_words(graph)
    size, years, held = len(graph), graph.years.astype(np.int64), titled(graph, words)
    later, earlier, n_later, n_earlier = _sums(words, back, ahead, size)
    judged = (n_later >= ENOUGH) & (n_earlier >= ENOUGH)
    mean_later = np.divide(later, n_later, out=np.full(size, np.nan), where=judged)
    mean_earlier = np.divide(earlier, n_earlier, out=np.full(size, np.nan), where=judged)
    value = np.divide(mean_later, mean_earlier, out=np.full(size, np.nan), where=judged & (earlier > 0))
    first, last = (words.years[0], words.years[-1]) if len(words.years) else (0, 0)
    why = {
        "undated": graph.years == UNDATED,
        "no title": ~held,
        f"fewer than {ENOUGH} titles in the {back} years before it": n_earlier < ENOUGH,
        f"fewer than {ENOUGH} titles in the {ahead} years after it": n_later < ENOUGH,
        "no earlier title shares a word that was rare then: the ratio has no value": earlier <= 0,
    }
    cut = held & ((years + ahead > last) | (years - back < first)) & judged
    reason = reasons(why | {f"its {back} years before or {ahead} after reach beyond the titles held": cut})
    dated = years[years != UNDATED]
    _, at = np.unique(years, return_inverse=True)
    around = {int(y): int(((dated >= y - back) & (dated <= y + ahead) & (dated != y)).sum()) for y in np.unique(years)}
    near = np.array([around[int(y)] for y in np.unique(years)], np.float64)[at] if size else np.empty(0)
    coverage = np.divide(n_later + n_earlier, near, out=np.full(size, np.nan), where=near > 0)
    return Scores.of(
        graph,
        "foresight",
        value,
        n=n_later + n_earlier,
        coverage=coverage,
        reason=reason,
        options={"back": back, "ahead": ahead},
        notes=[
            *conventions(graph, cycles="not used", backward="not used", undated="null"),
            "from words of titles alone; it uses no citations",
        ],
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
