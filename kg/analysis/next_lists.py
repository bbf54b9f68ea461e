"""Next lists: of the reference lists that are missing, those that would change most of what is said about some works.

Two things are expected of a list, by counts of the lists that are known. It may lead back to a work, and every later work
that leads to the list then has a path from that work. And it is one more list of those of which `standing` estimates a share.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.clusters import first_authors
from kg.analysis.base.reachability import followers
from kg.analysis.base.ties import ERROR
from kg.analysis.base.titles import title_words
from kg.analysis.populations import Population
from kg.analysis.scores import Floats, Ints
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.graph.citation_graph import CitationGraph

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_array

ALIKE = 0.01  # the share of all titles that count as like the title of a work
WAYS = 8  # in which a list is near a work asked about
POOL = 512  # lists of which the best set is sought

Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class NextLists:
    """Which missing lists would change most.

    Attributes
    ----------
    table : pd.DataFrame
        Works whose list is missing, those that would change most first: index id; `outcome` of their list; `pairs`, the open
        pairs that run through it; `paths`, how many are expected to get a path by it, and `narrowing`, the share of their
        width that the intervals are expected to lose, when the lists above it are known.
    missing : int
        How many missing lists bear on these works at all.
    open_pairs : int
        Pairs of an asked and a later work without a path between them, which a missing list may hide.
    asked, later, known : int
        How many works are asked about, how many later works there are, and of how many the list was read.
    """

    table: "pd.DataFrame"
    missing: int
    open_pairs: int
    asked: int
    later: int
    known: int


def next_lists(graph: CitationGraph, works: Sequence[int], later: Population, *, top: int = 20) -> NextLists:
    """Which missing reference lists would tell most of how later works go back to some works.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    works : sequence of int
        The works asked about; undated ones are left out.
    later : Population
        The later works, as those of `standing`.
    top : int
        How many lists to name.

    Returns
    -------
    NextLists
        The lists, among those of works dated as the earliest work asked about or later that are later works, or that a
        later work leads back to.

    Notes
    -----
    A pair of a work X and a later work Y is open if no usable path runs from X to Y, but Y or a work that Y leads back to,
    not earlier than X, has no known list: the pair runs through each of those works. paths(j) = sum over X of P(the list of j
    leads back to X) x the open pairs of X through j. A list that leads nowhere is not taken to close a pair, for it may name
    works whose own lists are unknown.

    P(the list of j leads back to X, or cites it) = pi_X r_s (alpha + y_c)/(alpha + E_c), at most 1: pi_X = (k + 1)/(n + 1/m)
    of the n known lists that could, m the mean share; r_s the lists observed over those expected among pairs
    alike in how near X the work of j is cited and whether their titles are like; y_c and E_c the lists of j's cluster (first author, else
    venue and year) that do and that were expected to; alpha by moments. All this is
    counted among the lists of later works for these, and among the other known lists for the others.

    The logarithm of X's share has the information 1 + sum over clusters of E_c/(1 + E_c/alpha): a list adds the less the more
    of its cluster are known, and the more the likelier it is to cite X. An interval's width goes with the root of
    1/information; narrowing(j) is the mean of its loss over the works asked about.

    The first list is expected to give most pairs a path, and each further one adds most to those above it, among the 512 that
    promise most alone; `narrowing`, added to `paths`, decides between equals.

    Examples
    --------
    >>> from kg.analysis.populations import later_works
    >>> from kg.graph.eras import Era
    >>> edges = [("n1", "hub"), ("n2", "hub"), ("n3", "old"), ("n4", "x")]
    >>> years = {"old": 1989, "hub": 2000, "x": 2001} | {f"n{i}": 2018 for i in range(1, 5)}
    >>> g = CitationGraph.from_edges(edges, years=years)
    >>> found = next_lists(g, [g.number("old")], later_works(g, Era("new", 2009, 9999)))
    >>> found.open_pairs, found.table.index[0], int(found.table["pairs"].iloc[0])
    (3, 'hub', 2)
    """
    import pandas as pd

    questions = _Questions(graph, np.array(works, np.int64), later)
    gain, total = questions.first_gains()
    bearing = int((gain > 0).sum())
    pool = np.sort(np.argsort(-gain, kind="stable")[: min(max(POOL, top), bearing)])
    picked, figures = questions.pick(questions.missing[pool], min(top, len(pool)))
    table = pd.DataFrame(figures, columns=["pairs", "paths", "narrowing"]).astype({"pairs": "int64"})
    table.insert(0, "outcome", [str(OUTCOMES[graph.outcomes[i]]) for i in picked])
    table.index = pd.Index([graph.ids[i] for i in picked], dtype="str", name="id")
    return NextLists(
        table=table,
        missing=bearing,
        open_pairs=total,
        asked=len(questions.asked),
        later=len(questions.members),
        known=int(later.read[questions.inside].sum()),
    )


class _Questions:
    """What is open about some works, and what each missing list is expected to tell of it."""

    def __init__(self, graph: CitationGraph, works: Ints, later: Population) -> None:
        self.graph, self.years = graph, graph.years.astype(np.int64)
        self.asked = np.sort(works[self.years[works] != UNDATED])
        first = self.years[self.asked].min(initial=9999)
        self.inside = self.years[later.works] >= first
        self.members, read = later.works[self.inside], later.works[self.inside & later.read]
        self.missing = np.flatnonzero(~graph.known_lists & (self.years >= first))
        self.unread = np.isin(self.missing, later.works[~later.read])
        self.open = self._could(self.members) & (_all_joined(graph, self.asked, self.members) == 0)
        self.alike = _Likeness(graph, self.asked)
        self.is_later = np.isin(np.arange(len(graph)), later.works)
        others = np.flatnonzero(graph.known_lists & (self.years >= first) & ~self.is_later)
        parts = [read, others, self.missing]
        names = np.array([name for works in parts for name in first_authors(graph, works)], dtype=str)
        cluster = np.unique(names, return_inverse=True)[1].ravel()
        *own, self.cluster = np.split(cluster, np.cumsum([len(works) for works in parts[:-1]]))
        cites = _matrix(graph)[read][:, self.asked].toarray() > 0
        leads = [_all_joined(graph, self.asked, works) > 0 for works in parts[:-1]]
        self.cites, self.leads, self.leads_before = (
            _Rates(did, self._could(parts[k]), self.alike.of(parts[k]), own[k], int(cluster.max(initial=0)) + 1)
            for k, did in ((0, cites), (0, leads[0]), (1, leads[1]))
        )

    def _could(self, works: Ints) -> Bools:
        """Whether each of some dated works could cite, or lead back to, each work asked about, which is not later."""
        able: Bools = ~self.graph.is_later(self.asked[None, :], works[:, None]) & (works[:, None] != self.asked)
        return able

    def _likely(self, works: Ints) -> tuple[Bools, Floats, Floats, Ints]:
        """Whether the list of each could lead to each work asked about, how likely it leads and cites, and its cluster."""
        place = np.searchsorted(self.missing, works)
        could, kind, cluster = self._could(works), self.alike.of(works), self.cluster[place]
        cites = self.cites.of(kind, cluster) * could * self.unread[place][:, None]
        leads = np.where(self.is_later[works][:, None], *(r.of(kind, cluster) for r in (self.leads, self.leads_before)))
        return could, leads * could, cites, cluster

    def first_gains(self) -> tuple[Floats, int]:
        """What each of the missing lists adds to what is known, and how many pairs are open."""
        through, hidden = np.zeros(self.open.shape, np.float32), self.open.astype(np.float32)
        paths, narrowing = [np.zeros(0)], [np.zeros(0)]
        for works, ends, to in _joined(self.graph, self.missing, self.members):
            could, leads, cites, cluster = self._likely(works)
            through[ends] += to @ could.astype(np.float32)
            paths.append(((to.T @ hidden[ends]) * leads).sum(axis=1))
            narrowing.append(self.cites.narrowing(cites, cluster).mean(axis=1))
        total = int((self.open & (through > 0)).sum())
        return np.concatenate(paths) + np.concatenate(narrowing), total

    def pick(self, pool: Ints, top: int) -> tuple[list[int], list[tuple[float, float, float]]]:
        """The lists of a pool that together add most, one after the other, with pairs, paths and narrowing of each."""
        to = _all_joined(self.graph, pool, self.members)
        could, leads, cites, cluster = self._likely(pool)
        hidden = self.open.astype(np.float32)
        pairs = ((to.T @ hidden) * could).sum(axis=1)
        left, picked, figures = np.ones(len(pool), np.bool_), [], []
        for _ in range(top):
            paths = ((to.T @ hidden) * leads).sum(axis=1)
            narrowing = self.cites.narrowing(cites, cluster).mean(axis=1)
            best = int(np.argmax(np.where(left, paths + narrowing, -1)))
            left[best] = False
            picked.append(int(pool[best]))
            figures.append((float(pairs[best]), float(paths[best]), float(narrowing[best])))
            hidden *= 1 - to[:, [best]] * leads[best].astype(np.float32)
            self.cites.add(cites[best], int(cluster[best]))
        return picked, figures


def _all_joined(graph: CitationGraph, old: Ints, new: Ints) -> NDArray[np.float32]:
    """1 for each new and each ascending old work that are the same or joined by a path, new x old."""
    whole = np.zeros((len(new), len(old)), np.float32)
    for works, ends, to in _joined(graph, old, new):
        whole[np.ix_(ends, np.searchsorted(old, works))] = to
    return whole


def _joined(graph: CitationGraph, old: Ints, new: Ints) -> Iterator[tuple[Ints, Ints, NDArray[np.float32]]]:
    """For blocks of old works the places of the new ones that are joined to one of them, and `_all_joined` for these."""
    for block, bits in followers(graph, old):
        ends = np.flatnonzero(bits[new].any(axis=1))
        rows = np.unpackbits(bits[new[ends]].astype("<u8").view(np.uint8), axis=1, bitorder="little")
        yield block, ends, rows[:, : len(block)].astype(np.float32)


def _matrix(graph: CitationGraph) -> "csr_array":
    """The citations as a sparse matrix, citing x cited."""
    from scipy.sparse import csr_array

    ends = graph.references.owners(), graph.references.works
    return csr_array((np.ones(len(ends[0]), np.int32), ends), shape=(len(graph), len(graph)))


class _Likeness:
    """How near each list is to each work X asked about, in eight ways.

    0 where nobody cites the list's work; 1 where works do that cite nothing else that leads to X; 2 where they cite such a
    work; 3 where they cite X; each time 4 more where its title is like that of X.
    """

    def __init__(self, graph: CitationGraph, asked: Ints) -> None:
        cites = _matrix(graph)
        self._leads = _all_joined(graph, asked, np.arange(len(graph))) > 0
        self._citers, self._cites_it = cites.T.tocsr(), cites[:, asked].tocsc()
        leading = cites @ self._leads.astype(np.int32)
        self._one, self._more = ((leading > k).astype(np.int32) for k in (0, 1))
        self._titles = np.zeros((len(graph), len(asked)), np.bool_)
        words = title_words(graph)
        weight = words.idf(9999)
        rows = (words.counts * weight[None, :]).tocsr()
        norm = np.sqrt(rows.power(2).sum(axis=1))
        many = max(int(ALIKE * len(words.works)), 1)
        for k in np.flatnonzero(np.isin(asked, words.works)).tolist():
            own = int(np.flatnonzero(words.works == asked[k])[0])
            cosine = np.divide(rows @ rows[[own]].toarray()[0], norm, out=np.zeros_like(norm), where=norm > 0)
            cosine[own] = 0
            least = max(float(np.partition(cosine, -many)[-many]), ERROR)
            self._titles[words.works[cosine >= least], k] = True

    def of(self, works: Ints) -> Ints:
        """The way of each list and work asked about, lists x works, 0 to 7."""
        citers = self._citers[works]
        others = np.where(self._leads[works], citers @ self._more, citers @ self._one) > 0
        cited = np.diff(citers.indptr)[:, None] > 0
        together = (citers @ self._cites_it).toarray() > 0
        kinds: Ints = np.where(together, 3, np.where(others, 2, cited)) + 4 * self._titles[works].astype(np.int64)
        return kinds


class _Rates:
    """How likely a list is to do something, such as to cite a work, by what the read lists did; see `next_lists`."""

    def __init__(self, seen: Bools, able: Bools, kind: Ints, cluster: Ints, clusters: int) -> None:
        seen = seen & able
        k, n = seen.sum(axis=0), able.sum(axis=0)
        self.share = (k + 1) / (n + (n.sum() + 1) / (k.sum() + 1))
        plain = self.share * able
        self.ratio = (np.bincount(kind[seen], minlength=WAYS) + 1) / (
            np.bincount(kind.ravel(), plain.ravel(), WAYS) + 1
        )
        expected = plain * self.ratio[kind]
        self.expected, self.count = (np.zeros((clusters, len(self.share))) for _ in range(2))
        np.add.at(self.expected, cluster, expected)
        np.add.at(self.count, cluster, seen)
        excess = ((self.count - self.expected) ** 2 - self.expected).sum()
        self.shape = float(np.clip((self.expected**2).sum() / max(excess, 1e-9), 0.05, 50))
        self.information = 1 + (self.expected / (1 + self.expected / self.shape)).sum(axis=0)

    def of(self, kind: Ints, cluster: Ints) -> Floats:
        """How likely each of some lists is to do it, lists x works."""
        near = (self.shape + self.count[cluster]) / (self.shape + self.expected[cluster])
        return np.asarray(np.minimum(self.share * self.ratio[kind] * near, 1.0), np.float64)

    def narrowing(self, likely: Floats, cluster: Ints) -> Floats:
        """The share of its width that the interval of each work loses by each list, lists x works."""
        return np.asarray(1 - np.sqrt(self.information / (self.information + self._more(likely, cluster))), np.float64)

    def add(self, likely: Floats, cluster: int) -> None:
        """Take a list as known."""
        self.information += self._more(likely, cluster)
        self.expected[cluster] += likely

    def _more(self, likely: Floats, cluster: Any) -> Floats:
        held = self.expected[cluster]
        return np.asarray(likely / ((1 + held / self.shape) * (1 + (held + likely) / self.shape)), np.float64)
