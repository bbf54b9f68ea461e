"""The criteria of forgotten works, each as a percentile among works of their time and community, and what chance makes of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.bit_search import Search
from kg.analysis.base.cohort import COHORT, percentiles_within, places
from kg.analysis.base.cohort_gap import gap_of
from kg.analysis.base.rank_sums import discovery_rates
from kg.analysis.communities import community_numbers
from kg.analysis.forgotten.nulls import CLASSES, carried_by_chance
from kg.analysis.metric import Metric
from kg.analysis.metrics._wake_helper import strongest
from kg.analysis.metrics.beauty import beauty
from kg.analysis.metrics.beauty_cp import beauty_cp
from kg.analysis.metrics.foresight import foresight
from kg.analysis.metrics.late_z import late_z
from kg.analysis.metrics.persistent_influence import persistent_influence
from kg.analysis.metrics.uncredited_return import uncredited_return
from kg.analysis.metrics.wake import wake
from kg.analysis.scores import Floats, Ints, index_of
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

if TYPE_CHECKING:
    import pandas as pd

ENOUGH_LISTS = 0.5  # share of later reference lists that must be known
TOP = 0.9  # percentile in the cohort from which a work may be a hidden ancestor or an uncredited precursor
ASLEEP = 5  # least number of years from publication to the awakening of a sleeper
#: criterion -> what it says
CRITERIA = {
    "late": "cited late (beauty, or beauty_cp for little cited works)",
    "wake_gap": "more later work builds on it than on works cited as often (without the strongest citing work)",
    "persistence_gap": "more persistent influence than works cited as often",
    "foresight": "title resembles later titles more than earlier ones",
    "uncredited_return": "topic returned without a citation path to it, beyond expectation",
}
#: metric -> the columns that are taken from its table, by the names they have here
_MEASURED: dict[Metric[Any], dict[str, str]] = {
    late_z: {"late_z": "value", "mean_rank": "mean_rank", "p_late": "p"},
    beauty: {"history_n": "n", "beauty": "value", "beauty_reason": "reason"}
    | {name: name for name in ("awakening_year", "peak_year", "censored")},
    beauty_cp: {"beauty_cp": "value", "cp_reason": "reason"},
    wake: {"coverage": "coverage", "wake": "value", "wake_low": "low", "reached": "n"},
    persistent_influence: {"persistent_influence": "value"},
}
REQUIRED = ("late", "wake_gap", "persistence_gap")


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """The value of each criterion for every work.

    Attributes
    ----------
    table : pandas.DataFrame
        The metrics behind the criteria and what the sentences need; index work id, in the order of the graph.
    percent : pandas.DataFrame
        The mid-rank percentile in the cohort for each criterion used, NaN where undefined; same index.
    p, q : pandas.DataFrame
        For each class the probability that chance does as well, and the rate of false ones among all works with a p as low;
        NaN for works that are not of the class, whatever chance does.
    enters : array of bool
        Which works have every required criterion, and at least half of the later reference lists known.
    used : list of str
        The criteria in use.
    missing : dict of str
        Criteria that too few works of this graph have, dropped for all works, each with the reason.
    group : array of int
        Community of each work.
    notes : list of str
        The notes of the metrics, each after its name.
    """

    table: "pd.DataFrame"
    percent: "pd.DataFrame"
    p: "pd.DataFrame"
    q: "pd.DataFrame"
    enters: NDArray[np.bool_]
    used: list[str]
    missing: dict[str, str]
    group: Ints
    notes: list[str]


@once_per_graph
def criteria(graph: CitationGraph) -> Criteria:
    """Calculate every criterion for every work; if no work can be ranked, only what the bounds and sleepers need.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    Criteria
        Percentiles are among the works that have the criterion, within community and year, extended until there are 30.
    """
    import pandas as pd

    table = pd.DataFrame({"year": graph.years, "citations_held": graph.citers.counts()}, index_of(graph))
    notes = list[str]()
    for measure, columns in _MEASURED.items():  # one after the other, for a whole table takes much memory
        scores = measure(graph)
        table[list(columns)] = scores.table[list(columns.values())]
        notes += [f"{scores.metric}: {note}" for note in scores.notes]
    may = table[["beauty", "beauty_cp"]].notna().any(axis=1) & table["wake"].notna()
    may &= (table["coverage"] >= ENOUGH_LISTS) & (table["year"] != UNDATED)
    returns = ["share", "share_low", "share_high"]
    compared = ["wake_robust", "wake_gap", "persistence_gap", "foresight", "uncredited_return", "p_return"]
    table[[*compared, *returns]] = np.nan
    group = np.zeros(len(graph), np.int64)
    if may.any():
        group = community_numbers(graph)
        ahead, returned = foresight(graph), uncredited_return(graph)
        notes += [f"{scores.metric}: {note}" for scores in (ahead, returned) for note in scores.notes]
        table["wake_robust"] = strongest(graph, Search(graph), table["wake"].to_numpy(float), 0.5)[0]
        for name, of in (("wake_gap", "wake_robust"), ("persistence_gap", "persistent_influence")):
            table[name] = gap_of(graph, table[of].to_numpy(float), group)
        table["foresight"], table["uncredited_return"] = ahead.table["value"], returned.table["value"]
        table["p_return"], table[returns] = returned.table["p"], returned.table[returns]
    percent = pd.DataFrame({name: percent_of(graph, table, name, group) for name in CRITERIA}, index=table.index)
    few = {name: int(percent[name].notna().sum()) for name in CRITERIA}
    missing = {
        name: f"only {count:,} work{'s' * (count != 1)} have it ({COHORT} needed)"
        for name, count in few.items()
        if count < COHORT
    }
    if not may.any():
        missing |= dict.fromkeys([name for name in missing if name != "late"], "not calculated: no work can be ranked")
    used = [name for name in CRITERIA if name not in missing]
    enters = (may & percent[list(REQUIRED)].notna().all(axis=1)).to_numpy(np.bool_) & set(REQUIRED).issubset(used)
    p, tested = _chances(graph, table, percent, enters, group)
    q = p.apply(lambda of: discovery_rates(of.to_numpy(float), tested[str(of.name)]))
    held: dict[str, Any] = {"table": table, "percent": percent[used], "p": p, "q": q, "group": group}
    return Criteria(**held, enters=enters, used=used, missing=missing, notes=notes)


def _chances(
    graph: CitationGraph, table: "pd.DataFrame", percent: "pd.DataFrame", enters: NDArray[np.bool_], group: Ints
) -> tuple["pd.DataFrame", dict[str, NDArray[np.bool_]]]:
    """For each class the p of the works that meet its criterion, and which works could have met it."""
    import pandas as pd

    at = {str(name): column.to_numpy(float) for name, column in table.select_dtypes("number").items()}
    seldom, citations = enters.copy(), graph.citers.counts().astype(np.float64)
    if enters.any():
        seldom &= _percent(graph, np.where(citations > 0, citations, np.nan), group) <= 0.5
    awoke = at["awakening_year"] - at["year"] >= ASLEEP  # never so where it never slept
    asleep = awoke | (np.isnan(at["beauty"]) & (at["beauty_cp"] > 0))
    carrying = seldom & (percent["wake_gap"].to_numpy(float) >= TOP)
    lost = enters & (percent["uncredited_return"].to_numpy(float) >= TOP) & (at["uncredited_return"] > 0)
    tested = (~np.isnan(at["p_late"]), seldom, enters & ~np.isnan(at["p_return"]))
    p = (
        np.where(asleep, at["p_late"], np.nan),
        carried_by_chance(graph, at["wake"], np.flatnonzero(carrying)),
        np.where(lost, at["p_return"], np.nan),
    )
    return pd.DataFrame(dict(zip(CLASSES, p, strict=True)), table.index), dict(zip(CLASSES, tested, strict=True))


def percent_of(graph: CitationGraph, table: "pd.DataFrame", criterion: str, group: Ints) -> Floats:
    """The cohort percentile of one criterion, NaN where undefined.

    `late` is the percentile by `beauty` if 30 works have it, elsewhere by `beauty_cp`.
    """
    if criterion != "late":
        return _percent(graph, table[criterion].to_numpy(float), group)
    much, little = (_percent(graph, table[name].to_numpy(float), group) for name in ("beauty", "beauty_cp"))
    return later_of(much, little)


def later_of(much: Floats, little: Floats) -> Floats:
    """Percentiles by `beauty` if 30 works have them, elsewhere by `beauty_cp`."""
    few = (~np.isnan(much)).sum() < COHORT
    return np.where(np.isnan(much) | few, little, much)


def _percent(graph: CitationGraph, value: Floats, group: Ints) -> Floats:
    result, some = np.full(len(graph), np.nan), ~np.isnan(value) & (graph.years != UNDATED)
    if some.any():
        result[some] = percentiles_within(value[some], places(graph.years[some].astype(np.int64), group[some]))
    return result
