"""The first chapters of a report: works by year, years cited most, citation histories, main path and concepts."""

import shlex
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from kg.analysis.base.coverage import HEARD, coverage_by_year
from kg.analysis.base.inputs import yearly
from kg.analysis.first_uses import first_uses
from kg.analysis.main_path import beginning
from kg.analysis.metrics.awakening_year import awakening_year
from kg.analysis.metrics.change_point import change_point
from kg.analysis.rpys import rpys
from kg.graph.arrays import UNDATED
from kg.output.pages.marks import history_legend
from kg.output.report import figures
from kg.output.report.context import MOST_ROWS, ReportContext
from kg.output.report.page import Chapter, Part, Sentence, Table
from kg.text import counted, sentence

MOST_HISTORIES = 12
MOST_CONCEPTS = 14
_PEAKS = 6
_SURE = 0.95


def in_figures(context: ReportContext) -> Chapter:
    """Works and citations by year and era."""
    years = context.graph.years
    dated = years != UNDATED
    works = Counter(years[dated].tolist())
    citing = years[context.graph.references.owners()]
    given = Counter(citing[citing != UNDATED].tolist())
    early = sorted(works)[: max(0, len(works) - 80)]  # a few very old works would squeeze the rest
    shown = [year for year in works if year not in early]
    command = "sparql citations-per-year"
    paragraphs: list[Sentence] = [
        (
            "The graph holds ",
            context.number(context.facts["works"], "info --json"),
            " works and ",
            context.number(context.facts["citations"], "info --json"),
            " citations among them.",
            f" The chart leaves out {counted(len(early), 'year')} before {min(shown)} that had works." if early else "",
        )
    ]
    rows = []
    for name, era in context.eras.items():
        inside = context.graph.within(era)
        if (n := int(inside.sum())) and context.span:
            lists = context.graph.known_lists[inside]
            rows.append(
                (
                    name,
                    era.years,
                    context.number(n, f"forgotten --era {shlex.quote(name)} --top 0 --json"),
                    f"{lists.mean():.0%}",
                )
            )
    tables = (
        [Table(caption="Works by era", head=("Era", "Years", "Works", "Reference lists known"), rows=rows)]
        if rows
        else []
    )
    tables.append(
        Table(
            caption="The numbers of the chart",
            head=("Year", "Works", "Citations made"),
            rows=[
                (str(year), context.number(works[year], command), context.number(given.get(year, 0), command))
                for year in sorted(works)
            ],
            folded=True,
        )
    )
    turn = context.span.last + 1 if context.span else None
    if not shown:
        return Chapter(title="The field in figures", paragraphs=[*paragraphs, ("No work in this graph has a year.",)])
    title = f"Works and citations by year, {min(shown)} to {max(shown)}"
    drawn = figures.per_year({y: works[y] for y in shown}, {y: given.get(y, 0) for y in shown}, turn, title)
    legend = "Top: works by year. Bottom: the citations they make; a work whose reference list is missing adds none."
    legend += f" The colour changes in {turn}, with the era." if turn else ""
    return Chapter(title="The field in figures", paragraphs=paragraphs, figure=drawn, legend=legend, tables=tables)


def references(context: ReportContext) -> Chapter | None:
    """Reference publication year spectroscopy: the years that later work goes back to."""
    found = rpys(context.graph).main_part()
    table = found.table
    if not len(table) or not table["ncr"].sum():
        return None
    peaks = found.peaks(_PEAKS)
    rows = []
    for year in sorted(peaks):
        of_year = np.flatnonzero(context.graph.years == year)
        counts = context.graph.citers.counts()[of_year]
        first = of_year[np.lexsort((of_year, -counts))[:2]]
        names: list[Part] = []
        for i in first.tolist():
            held = int(context.graph.citers.counts()[i])
            names += [
                context.work(context.graph.ids[i]),
                " (",
                context.why(context.graph.ids[i], "citations_held", held),
                "); ",
            ]
        rows.append(
            (
                str(year),
                context.number(float(table["ncr"][year]), "rpys --json"),
                context.number(float(table["deviation"][year]), "rpys --json"),
                [*names[:-1], ")"],
            )
        )
    title = f"References by the year of the cited work, {table.index.min()} to {table.index.max()}"
    drawn = figures.spectrum(table.index.tolist(), table["ncr"].tolist(), table["deviation"].tolist(), peaks, title)
    years = [
        (str(year), context.number(float(ncr), "rpys --json"), context.number(float(deviation), "rpys --json"))
        for year, ncr, deviation in table[["ncr", "deviation"]].itertuples()
    ]
    return Chapter(
        title="Where the references lead",
        paragraphs=[
            (
                "Works of some years are cited far more than those of the years around them (reference publication year spectroscopy).",
            )
        ],
        figure=drawn,
        legend=(
            "Top: references to works of each year. Bottom: how far that is above or below the median of the five years "
            "around it. Orange: the years listed in the table below."
        ),
        tables=[
            Table(
                caption="The years that stand out, and their most cited works (citations in this graph)",
                head=("Year", "References", "Deviation", "Works"),
                rows=rows,
            ),
            Table(
                caption="The numbers of the chart", head=("Year", "References", "Deviation"), rows=years, folded=True
            ),
        ],
    )


def asleep(context: ReportContext) -> Chapter | None:
    """Histories of the works the collection starts from and of early works, as small multiples."""
    awake, changes = awakening_year(context.graph).table["value"], change_point(context.graph)
    pasts, rows, awakenings = [], [], []
    for id_ in shown_histories(context, MOST_HISTORIES):
        past = yearly(context.graph, context.graph.number(id_), changes)
        if past is None or not past["years"]:
            continue
        years, counts, by_known, lists = (
            [row[key] for row in past["years"]] for key in ("year", "citations", "by_known_lists", "known_lists")
        )
        year = None if np.isnan(awake[id_]) else int(awake[id_])
        late = context.span is not None and years[0] > context.span.last
        name = context.work(id_, short=31).name
        pasts.append(figures.WorkHistory(name, years[0], counts, by_known, lists, year, late))
        cited, change = [y for y, n in zip(years, counts, strict=True) if n], changes.table.loc[id_].to_dict()
        verdict = str(change["verdict"]) + (f" ({change['value']:.0%} probable)" if change["value"] < _SURE else "")
        rows.append(
            (
                context.work(id_),
                context.why(id_, "citations_held", int(context.graph.citers.counts()[context.graph.number(id_)])),
                str(cited[0]) if cited else "–",
                (context.why(id_, "change_point", change["k"]), " of ", context.why(id_, "change_point", change["n"])),
                "–" if np.isnan(change["value"]) else verdict,
            )
        )
        awakenings.append(context.shown(str(year), f"why {shlex.quote(id_)} awakening_year") if year else "unknown")
    if not pasts:
        return None
    head = ["Work", "Citations", "First cited in", "Known lists that cite it", "Did this rate change?"]
    some = any(one != "unknown" for one in awakenings)
    known = max(sum(past.lists) for past in pasts)
    paragraphs = (
        f"Citations by year, from the year each work was published; in these years {counted(known, 'reference list')} "
        f"{'is' if known == 1 else 'are'} known. "
        + (
            "An awakening is given only where enough of the history is known."
            if some
            else "When these works awoke cannot be determined: too few citations or reference lists are known."
        )
    )
    legend = "Diamond: the year of publication. " + history_legend(
        max(max(past.lists) for past in pasts),
        partly=any(past.counts != past.by_known for past in pasts),
        unheard=any(min(past.lists) < HEARD for past in pasts),
    )
    return Chapter(
        title="Asleep and awake",
        paragraphs=[(paragraphs,)],
        figure=figures.histories(pasts, f"Citation histories of {len(pasts)} works"),
        legend=f"{legend} Vertical line: awakening." if some else legend,
        tables=[
            Table(
                caption=f"The same works. Known lists: those of later years with at least {HEARD}",
                head=[*head, "Awakening"] if some else head,
                rows=[(*row, one) for row, one in zip(rows, awakenings, strict=True)] if some else rows,
            )
        ],
    )


def shown_histories(context: ReportContext, most: int) -> list[str]:
    """Whose histories to show: the most forgotten works, then those the collection starts from, then early ones."""
    graph, held = context.graph, context.graph.citers.counts()
    seeds = [i for i in np.flatnonzero(graph.works["seed"].to_numpy(bool)).tolist() if held[i]]
    early = np.flatnonzero(graph.within(context.span)) if context.span else np.arange(len(graph))
    order = early[np.lexsort((early, -held[early]))].tolist()
    of_era = {*early.tolist()} if context.span else set()
    in_era = [i for i in seeds if i in of_era]
    ids = [*context.table.ranked.index[:most], *(graph.ids[i] for i in [*in_era, *order[:most], *seeds])]
    chosen = [
        id_ for id_ in dict.fromkeys(ids) if graph.years[graph.number(id_)] != UNDATED and held[graph.number(id_)]
    ]
    return sorted(chosen[:most], key=lambda id_: (int(graph.years[graph.number(id_)]), id_))


def main_path(context: ReportContext) -> Chapter | None:
    """The main path."""
    if not context.main.paths:
        return None
    ids, most = context.graph.number, context.main.citations["count"].max()
    rows, stops = [], []
    for id_, onward in context.main.steps():
        year = int(context.graph.years[ids(id_)])
        if year != UNDATED:
            stops.append(figures.stop(year, context.work(id_, short=56).name, onward, most))
            rows.append((str(year), context.work(id_), context.number(onward, "main-path --json")))
    equal = len(context.main.paths)
    paragraphs: list[Sentence] = [
        (
            "The chain of citations that most paths from the oldest to the newest works run through has ",
            context.number(len(rows), "main-path --json"),
            " works; there are ",
            context.number(context.main.total, "main-path --json"),
            " paths in all.",
            *(
                (
                    "" if context.main.complete else " At least",
                    " ",
                    context.number(equal, "main-path --json"),
                    " chains are equally good; the first is shown.",
                )
                if equal > 1
                else ()
            ),
        )
    ]
    if not context.all_known:
        why = beginning(context.graph, context.main)
        paragraphs.append(
            (
                "It is the main path of the citations in this graph; every reference list that is added may change it.",
                f" {sentence(why)}." if why else "",
            )
        )
    drawn = (
        figures.main_path(stops[:MOST_ROWS], f"Main path from {stops[0].year} to {stops[-1].year}") if stops else None
    )
    rest = f"The chart shows the first {MOST_ROWS} of {len(stops)} works." if len(stops) > MOST_ROWS else ""
    return Chapter(
        title="The main path",
        paragraphs=paragraphs,
        figure=drawn,
        legend="The width of a step shows how many paths run through it (logarithmic scale).",
        tables=[
            Table(
                caption="The main path, old to new",
                head=("Year", "Work", "Paths through the next step"),
                rows=rows,
                rest=rest,
            )
        ],
    )


def concepts(context: ReportContext) -> Chapter | None:
    """Concepts: first use, dormancy, return."""
    found = first_uses(context.graph).table
    if not len(found):
        return None
    found = (
        found[found["later_users"] > 0]
        .sort_values(["later_users", "year"], ascending=[False, True])
        .head(MOST_CONCEPTS)
    )
    found = found.sort_values("year")
    used = context.graph.concepts
    year_of = dict(zip(context.graph.ids, context.graph.years.tolist(), strict=True))
    uses, rows = [], []
    for (scheme, label), row in zip(found.index, found.to_dict("records"), strict=True):
        works = set(used[(used["scheme"] == scheme) & (used["label"] == label)]["work"])
        years = Counter(year_of[w] for w in works if year_of[w] != UNDATED)
        gap = _longest_gap(context, years)
        uses.append(figures.Use(str(label), years, gap))
        first = row["first_users"]
        names: list[Part] = []
        for id_ in first[:2]:
            names += [context.work(id_), "; "]
        command = f"why {shlex.quote(first[0])} first_use"
        rows.append(
            (
                str(label),
                str(row["year"]),
                names[:-1],
                context.number(row["later_users"], command),
                context.number(row["dormancy"], command) if gap else "unknown",
                context.number(row["credited"], command),
                context.number(row["uncredited"], command),
                context.number(row["undecidable"], command),
            )
        )
    if not uses:
        return None
    bar = "Dark bar: the longest time without a use, if over five years."
    if not any(use.gap for use in uses):
        bar = "The longest time without a use is unknown: too few reference lists of those years are known."
    head = ("Concept", "First used", "By", "Later users", "Longest gap, years", "Traced back", "No path", "Unknown")
    return Chapter(
        title="Concepts: first use, dormancy, return",
        paragraphs=[
            (
                (
                    f"The concepts of {counted(used['work'].nunique(), 'work')} of this graph are recorded; the others may have used them too. For "
                    "each concept: the earliest of these works, and how many later ones can be traced back to it along citations. "
                    '"No path" means that there is none and that no missing reference list '
                    "could hold one; it does not mean that anyone ignored the earlier work."
                ),
            )
        ],
        figure=figures.concepts(uses, f"Use of {len(uses)} concepts by year"),
        legend=f"Ring: first use. Dot: works of a year. {bar}",
        tables=[Table(caption="The same concepts", head=head, rows=rows)],
    )


def _longest_gap(context: ReportContext, years: Iterable[int]) -> tuple[int, int] | None:
    """The longest time between two uses; None where too few of the reference lists of those years are known.

    Silence is missing data then.
    """
    start, end = max(pairwise(sorted(years)), key=lambda pair: pair[1] - pair[0], default=(0, 0))
    return (start, end) if end and coverage_by_year(context.graph).heard(start + 1, end - 1) else None
