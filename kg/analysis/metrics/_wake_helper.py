"""The strongest helper of a work: the direct citer without which its wake is smallest."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kg.analysis.scores import Floats, Ints
from kg.graph.citation_graph import CitationGraph

if TYPE_CHECKING:
    from kg.analysis.base.bit_search import Search

WAYS = 5_000_000  # of two links that are looked at together


def strongest(graph: CitationGraph, search: "Search", wake: Floats, a: float) -> tuple[Floats, list[str | None]]:
    """W of each work without the citer whose removal lowers it most (the first id among equals), and that citer's id.

    Citers are tried in the order of the most their removal can cost (see `_bounds`), until no untried one can cost as
    much as the dearest found: exact, with few searches.
    """
    cited, citing, most, sure = _bounds(search, wake, a)
    left = np.where(sure, wake[cited] - most, np.nan)
    dearest = np.ones(len(graph))  # removing any citer costs at least that citer
    np.maximum.at(dearest, cited[sure], most[sure])
    order = np.lexsort((-most, cited))
    waiting = order[~sure[order]]
    tries = 1
    while len(waiting):
        may = most[waiting] >= dearest[cited[waiting]] * (1 - 1e-12)
        waiting = waiting[may]
        place = np.arange(len(waiting)) - np.searchsorted(cited[waiting], cited[waiting])  # rank among its work's
        now, waiting = waiting[place < tries], waiting[place >= tries]
        left[now] = search.wakes(cited[now], citing[now], a)[0]
        np.maximum.at(dearest, cited[now], wake[cited[now]] - left[now])
        tries *= 2
    least, helper = np.full(len(graph), np.nan), np.full(len(graph), None, object)
    smallest = np.full(len(graph), np.inf)
    tried = np.flatnonzero(~np.isnan(left))
    np.minimum.at(smallest, cited[tried], left[tried])
    names = np.array(graph.ids, dtype=object)
    best = tried[left[tried] <= smallest[cited[tried]] + 1e-9]
    best = best[np.lexsort((names[citing[best]], cited[best]))]
    works, first = np.unique(cited[best], return_index=True)
    least[works], helper[works] = smallest[works], names[citing[best[first]]]
    return least, helper.tolist()


def _bounds(search: "Search", wake: Floats, a: float) -> tuple[Ints, Ints, Floats, NDArray[np.bool_]]:
    """Every citation (cited, citing; sorted by cited) with the most that removing the citing work h can cost the cited i.

    That is 1 for h itself, and a + a^2 W(x) for every x whose only way of two links to i, and none of one, leads
    through h: whatever becomes farther lies behind such a work. `sure` where there is none: the cost is 1 exactly.
    """
    from scipy.sparse import csr_array

    n = search.n
    order = np.lexsort((search.citing, search.cited))
    cited, citing = search.cited[order], search.citing[order].astype(np.int64)
    arcs = cited * n + citing
    citers = csr_array((np.ones(len(arcs)), (cited, citing)), shape=(n, n))
    named = csr_array((citing + 1.0, (cited, citing)), shape=(n, n))
    begin = np.searchsorted(cited, np.arange(n + 1))
    # ways of two links
    longest = np.concatenate(([0], np.cumsum(np.bincount(cited, search.citers[citing], minlength=n))))
    most, unsure = np.ones(len(arcs)), np.zeros(len(arcs), np.bool_)
    first = 0
    while first < n:
        last = max(first + 1, int(np.searchsorted(longest, longest[first] + WAYS, side="right")) - 1)
        ways, through = citers[first:last] @ citers, (named[first:last] @ citers).tocsr()
        ways.sort_indices()
        through.sort_indices()
        mine = slice(begin[first], begin[last])
        own = arcs[mine]
        i = first + np.repeat(np.arange(last - first), np.diff(ways.indptr))
        x = ways.indices.astype(np.int64)
        key = i * n + x
        at = np.searchsorted(own, key).clip(max=max(len(own) - 1, 0))
        only = (ways.data == 1) & (i != x) & (own[at] != key if len(own) else True)
        h = through.data[only].astype(np.int64) - 1
        arc = np.searchsorted(own, i[only] * n + h)
        most[mine] += np.bincount(arc, weights=a + a * a * np.nan_to_num(wake[x[only]]), minlength=len(own))
        unsure[mine] = np.bincount(arc, minlength=len(own)) > 0
        first = last
    return cited, citing, most, ~unsure
