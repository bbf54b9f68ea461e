"""The chapters of a journey report: what each tells of a graph, in sentences, a figure and tables."""

import shlex
from collections import Counter
from math import log1p
from typing import TYPE_CHECKING

import numpy as np

from kg.analysis.base.history import history, last_full_year
from kg.analysis.first_uses import first_uses
from kg.analysis.metrics.awakening_year import awakening_year
from kg.analysis.rpys import rpys
from kg.graph.arrays import UNDATED
from kg.output.report import figures
from kg.output.report.page import Chapter, Part, Sentence, Table

if TYPE_CHECKING:
    from kg.output.report.context import Journey

MOST_HISTORIES = 12
MOST_CONCEPTS = 14
MOST_ROWS = 15
_PEAKS = 6


def in_figures(j: "Journey") -> Chapter:
    """Works and citations by year and era."""
    years = j.graph.years
    dated = years != UNDATED
    works = Counter(years[dated].tolist())
    citing = years[j.graph.references.owners()]
    given = Counter(citing[citing != UNDATED].tolist())
    early = sorted(works)[: max(0, len(works) - 80)]  # a few very old works would squeeze the rest
    shown = [year for year in works if year not in early]
    command = "sparql citations-per-year"
    said: list[Sentence] = [
        (
            "The graph holds ",
            j.number(j.facts["works"], "info --json"),
            " works and ",
            j.number(j.facts["citations"], "info --json"),
            " citations among them.",
            f" {len(early)} years before {min(shown)} with few works are left out of the drawing." if early else "",
        )
    ]
    rows = []
    for name, (a, b) in j.eras.items():
        if (n := int(((years >= a) & (years <= b)).sum())) and j.span:
            lists = j.graph.known_lists[(years >= a) & (years <= b)]
            span = f"from {a}" if b >= 9999 else f"{a} to {b}"
            rows.append(
                (name, span, j.number(n, f"forgotten --era {shlex.quote(name)} --top 0 --json"), f"{lists.mean():.0%}")
            )
    tables = (
        [Table(caption="Works by era", head=("Era", "Years", "Works", "Reference lists known"), rows=rows)]
        if rows
        else []
    )
    tables.append(
        Table(
            caption="The figures behind the drawing",
            head=("Year", "Works", "Citations made"),
            rows=[
                (str(year), j.number(works[year], command), j.number(given.get(year, 0), command))
                for year in sorted(works)
            ],
            folded=True,
        )
    )
    turn = next((b + 1 for a, b in j.eras.values() if (a, b) == j.span), None) if j.span else None
    if not shown:
        return Chapter(title="The field in figures", said=[*said, ("No work here is dated.",)])
    title = f"Works and citations by year, {min(shown)} to {max(shown)}"
    drawn = figures.per_year({y: works[y] for y in shown}, {y: given.get(y, 0) for y in shown}, turn, title)
    key = "Above, works by year; below, the citations they make, as far as held: a work whose list is missing makes none here."
    key += f" Colour changes with the era, in {turn}." if turn else ""
    return Chapter(title="The field in figures", said=said, figure=drawn, key=key, tables=tables)


def references(j: "Journey") -> Chapter | None:
    """Reference publication year spectroscopy: the years that later work goes back to."""
    table = rpys(j.graph).table
    table = table[table["ncr"].cumsum() > 0.01 * table["ncr"].sum()]  # from where references are more than a trickle
    if not len(table) or not table["ncr"].sum():
        return None
    judged = table[~table["flagged"] & (table["deviation"] > 0)]
    peaks = judged.sort_values(["deviation", "ncr"], ascending=False).head(_PEAKS).index.tolist()
    rows = []
    for year in sorted(peaks):
        of_year = np.flatnonzero(j.graph.years == year)
        counts = j.graph.citers.counts()[of_year]
        first = of_year[np.lexsort((of_year, -counts))[:2]]
        names: list[Part] = []
        for i in first.tolist():
            held = int(j.graph.citers.counts()[i])
            names += [j.work(j.graph.ids[i]), " (", j.why(j.graph.ids[i], "citations_held", held), "); "]
        ncr, deviation = table.loc[year, ["ncr", "deviation"]].astype(float).tolist()
        rows.append((str(year), j.number(ncr, "rpys --json"), j.number(deviation, "rpys --json"), [*names[:-1], ")"]))
    title = f"References by the year of the cited work, {table.index.min()} to {table.index.max()}"
    drawn = figures.spectrum(table.index.tolist(), table["ncr"].tolist(), table["deviation"].tolist(), peaks, title)
    years = [
        (str(year), j.number(float(ncr), "rpys --json"), j.number(float(deviation), "rpys --json"))
        for year, ncr, deviation in table[["ncr", "deviation"]].itertuples()
    ]
    return Chapter(
        title="Where the references lead",
        said=[("Years that stand out from the years around them hold works that many later ones go back to.",)],
        figure=drawn,
        key=(
            "Above, references to works of each year; below, how far that is from the median of the five years around it. "
            "Orange: the years of the table below."
        ),
        tables=[
            Table(
                caption="The years that stand out, and their most cited works (citations held)",
                head=("Year", "References", "Deviation", "Works"),
                rows=rows,
            ),
            Table(
                caption="The figures behind the drawing",
                head=("Year", "References", "Deviation"),
                rows=years,
                folded=True,
            ),
        ],
    )


def asleep(j: "Journey") -> Chapter | None:
    """Histories of the works the collection starts from and of early works, as small multiples."""
    awake = awakening_year(j.graph).table["value"]
    last = last_full_year(j.graph)
    pasts, rows, told = [], [], []
    for id_ in sleepers(j, MOST_HISTORIES):
        past = history(j.graph, j.graph.number(id_), last_year=last)
        if past is None or not len(past.counts):
            continue
        year = None if np.isnan(awake[id_]) else int(awake[id_])
        late = j.span is not None and past.first > j.span[1]
        name = j.work(id_, short=31)
        pasts.append(figures.Past(name.name, past.first, past.counts.tolist(), j.coverage, year, late))
        cited = [y for y, count in past.by_year() if count]
        rows.append(
            (
                j.work(id_),
                j.why(id_, "citations_held", int(j.graph.citers.counts()[j.graph.number(id_)])),
                j.why(id_, "latency", cited[0] - past.first if cited else None),
                str(cited[0]) if cited else "–",
            )
        )
        told.append(j.why(id_, "awakening_year", year) if year else "not decidable here")
    if not pasts:
        return None
    head = ["Work", "Citations held", "Years to the first", "First citation held"]
    some = any(one != "not decidable here" for one in told)
    said = (
        "Citations held by year, from the year of the work on. "
        + (
            "An awakening is named only where enough of the history is known; elsewhere "
            if some
            else "When these works awoke cannot be told from this data: "
        )
        + "a silence may be that of the data."
    )
    key = "Diamond: the work appears. Shaded: most reference lists of that year are unknown."
    return Chapter(
        title="Asleep and awake",
        said=[(said,)],
        figure=figures.histories(pasts, f"Citation histories of {len(pasts)} works"),
        key=f"{key} Vertical line: awakening, where it can be told." if some else key,
        tables=[
            Table(
                caption="The same works",
                head=[*head, "Awakening"] if some else head,
                rows=[(*row, one) for row, one in zip(rows, told, strict=True)] if some else rows,
            )
        ],
    )


def sleepers(j: "Journey", most: int) -> list[str]:
    """Whose histories to show: forgotten works that can be judged, then the collection's first works, then early ones."""
    graph, held = j.graph, j.graph.citers.counts()
    seeds = [i for i in np.flatnonzero(graph.works["seed"].to_numpy(bool)).tolist() if held[i]]
    early = np.flatnonzero((graph.years >= j.span[0]) & (graph.years <= j.span[1])) if j.span else np.arange(len(graph))
    order = early[np.lexsort((early, -held[early]))].tolist()
    in_era = [i for i in seeds if j.span and j.span[0] <= graph.years[i] <= j.span[1]]
    ids = [*j.table.ranked.index[:most], *(graph.ids[i] for i in [*in_era, *order[:most], *seeds])]
    chosen = [
        id_ for id_ in dict.fromkeys(ids) if graph.years[graph.number(id_)] != UNDATED and held[graph.number(id_)]
    ]
    return sorted(chosen[:most], key=lambda id_: (int(graph.years[graph.number(id_)]), id_))


def river(j: "Journey") -> Chapter | None:
    """The main path."""
    if not j.main.paths:
        return None
    ids = j.graph.number
    path = [id_ for id_ in j.main.paths[0] if j.graph.years[ids(id_)] != UNDATED]
    counts = {(a, b): n for a, b, n in j.main.citations[["citing", "cited", "count"]].itertuples(index=False)}
    most = max(map(log1p, counts.values()), default=1.0)
    rows, stops = [], []
    for k, id_ in enumerate(path):
        onward = counts.get((path[k + 1], id_)) if k + 1 < len(path) else None
        stops.append(figures.Stop(int(j.graph.years[ids(id_)]), j.work(id_, short=56).name, log1p(onward or 0) / most))
        rows.append((str(j.graph.years[ids(id_)]), j.work(id_), j.number(onward, "main-path --json")))
    equal = len(j.main.paths)
    said: list[Sentence] = [
        (
            "The chain of citations through which most ways from the oldest to the newest works run: ",
            j.number(len(path), "main-path --json"),
            " works, of ",
            j.number(j.main.total, "main-path --json"),
            " ways in all.",
            *(
                (" ", j.number(equal, "main-path --json"), " such chains are equally good; the first is shown.")
                if equal > 1
                else ()
            ),
        )
    ]
    if not j.all_known:
        said.append(
            (
                "It is the most travelled chain of the citations held, and may run elsewhere with every list that is added.",
            )
        )
    drawn = figures.river(stops[:MOST_ROWS], f"Main path from {stops[0].year} to {stops[-1].year}") if stops else None
    rest = f"The drawing shows the first {MOST_ROWS} of {len(stops)} works." if len(stops) > MOST_ROWS else ""
    return Chapter(
        title="The main path",
        said=said,
        figure=drawn,
        key="Each step is as broad as the share of ways (on a logarithmic scale) that run through it.",
        tables=[
            Table(
                caption="The main path, old to new",
                head=("Year", "Work", "Ways through the next step"),
                rows=rows,
                rest=rest,
            )
        ],
    )


def concepts(j: "Journey") -> Chapter | None:
    """Concepts: first use, dormancy, return."""
    found = first_uses(j.graph).table
    if not len(found):
        return None
    found = (
        found[found["later_users"] > 0]
        .sort_values(["later_users", "year"], ascending=[False, True])
        .head(MOST_CONCEPTS)
    )
    found = found.sort_values("year")
    used = j.graph.concepts
    year_of = dict(zip(j.graph.ids, j.graph.years.tolist(), strict=True))
    uses, rows = [], []
    for (scheme, label), row in zip(found.index, found.to_dict("records"), strict=True):
        works = set(used[(used["scheme"] == scheme) & (used["label"] == label)]["work"])
        years = Counter(year_of[w] for w in works if year_of[w] != UNDATED)
        uses.append(figures.Use(str(label), years))
        first = row["first_users"]
        names: list[Part] = []
        for id_ in first[:2]:
            names += [j.work(id_), "; "]
        command = f"why {shlex.quote(first[0])} first_use"
        rows.append(
            (
                str(label),
                str(row["year"]),
                names[:-1],
                j.number(row["later_users"], command),
                j.number(row["dormancy"], command),
                j.number(row["credited"], command),
                j.number(row["uncredited"], command),
                j.number(row["undecidable"], command),
            )
        )
    if not uses:
        return None
    head = ("Concept", "First used", "By", "Later users", "Dormancy, years", "Traced back", "No path", "Not decidable")
    return Chapter(
        title="Concepts: first use, dormancy, return",
        said=[
            (
                (
                    "For each concept its first users here and whether later users can be traced back to them along citations. "
                    "A path that is missing means that none is found in this data and none can be hidden in it; it never "
                    "means that anybody ignored anything."
                ),
            )
        ],
        figure=figures.concepts(uses, f"Use of {len(uses)} concepts by year"),
        key="Ring: first use. Dot: works of a year. Dark bar: the longest time without a use.",
        tables=[Table(caption="The same concepts", head=head, rows=rows)],
    )
