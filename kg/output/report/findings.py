"""The later chapters of a report: forgotten works, claims checked, what is missing, and how the report was made."""

import shlex
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from kg import __version__
from kg.analysis.base.citing_words import how_sure
from kg.analysis.claims.verdicts import RECENT, in_groups, tally, verdicts
from kg.analysis.era_report import era_report
from kg.analysis.forgotten.sentences import undecided
from kg.analysis.who_cites import WhoCites, who_cites
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.model import Outcome
from kg.output.finding import finding
from kg.output.report.context import MOST_ROWS, ReportContext
from kg.output.report.page import Chapter, Lead, Part, Sentence, Table
from kg.text import sentence

_MEASURES = (
    "Wake counts the later works that can be traced back to a work along citations, more distant ones with less weight; "
    "missing reference lists can only raise it. Beauty is high for a work that went uncited for long and was then cited much."
)


def answer(context: ReportContext) -> Chapter | None:
    """What the graph says of its first era, how sure that is, what stays open."""
    points = finding(context.graph, context.shown)
    return (
        Chapter(title="What these data say", points=[(Lead(label), ". ", *parts) for label, parts in points])
        if points
        else None
    )


def forgotten(context: ReportContext) -> Chapter:
    """Who cites the works of the first era, or all; the forgotten table; what cannot be decided."""
    rows, totals, graph = context.table.rows(), context.table.totals, context.graph
    cited = who_cites(graph, context.table.ids)
    era = f" --era {shlex.quote(context.era)}" if context.span else ""
    command = f"forgotten{era} --json"
    works = context.number(totals["works"], command)
    of = f" works of the {context.era} era" if context.span else " works"
    ranked = context.number(totals["ranked"], command)
    paragraphs: list[Sentence] = [("Who is known to cite the ", works, f"{of}, and what follows from it.")]
    if not context.span:  # of an era the report has said so at its beginning
        paragraphs += [(f"{sentence(each.summary(graph, context.table.ids))}.",) for each in cited]
    if totals["ranked"]:
        paragraphs.append((ranked, " have enough data to be ranked by how far they were forgotten."))
    if lacking := context.table.ids[totals["ranked"] :]:
        paragraphs.append((f"{undecided(graph, lacking)}.",))
    tables = []
    if rows["ranked"]:
        cells = [
            (
                context.work(r["id"]),
                r["class"] or "neither",
                context.why(r["id"], "beauty", r["beauty"]),
                context.why(r["id"], "wake", r["wake"]),
                r["reason"],
            )
            for r in rows["ranked"]
        ]
        tables.append(
            Table(
                caption="Most forgotten first",
                head=("Work", "Class", "Beauty", "Wake, at least", "Why"),
                rows=cells,
                rest=_rest(totals["ranked"], len(cells)),
            )
        )
    if rows["insufficient"]:
        tables.append(
            Table(
                caption="Who cites those that cannot be ranked: of how many known reference lists, the most cited in this graph first",
                head=(
                    "Work",
                    "Citations",
                    *(each.population.heading or each.population.name for each in cited),
                    "Verdict",
                ),
                rows=[_cited(context, row, cited) for row in rows["insufficient"]],
                rest=_rest(totals["insufficient"], len(rows["insufficient"])),
            )
        )
    if rows["ranked"]:
        paragraphs.append((_MEASURES,))
    points = []
    if totals["ranked"]:
        points = [(f"Compared by: {criterion}.",) for criterion in context.table.criteria.values()]
        points += [(f"Not compared by {_words(name)}: {why}.",) for name, why in context.table.missing.items()]
    return Chapter(title="Forgotten?", paragraphs=paragraphs, tables=tables, points=points)


def _cited(context: ReportContext, row: dict[str, Any], cited: Sequence[WhoCites]) -> list[Part | Sentence]:
    """A work, its citations, how many known lists of each population cite it, and the verdict on later works."""
    cells: list[Part | Sentence] = [
        context.work(row["id"]),
        context.why(row["id"], "citations_held", row["citations_held"]),
    ]
    for each in cited:
        found, command = each.row(row["id"]), f"why {shlex.quote(row['id'])} standing{each.option}"
        cells.append((context.shown(f"{found['k']:,}", command), f" of {found['n']:,}") if found else "–")
    found = cited[0].row(row["id"]) if cited else None
    sure = how_sure(found) if found else None
    return [*cells, f"{found['verdict']}{f' ({sure})' if sure else ''}" if found else "–"]


def eras(context: ReportContext) -> Chapter | None:
    """Which works of the later era can be traced back to the earlier one."""
    if context.span is None or context.later is None:
        return None
    found = era_report(context.graph, context.span, context.later)
    counts, command = found.counts, "claims --json"
    earlier, later = context.span.name, context.later.name
    paragraphs: list[Sentence] = [
        (
            "The reference lists of ",
            context.number(counts["known"], command),
            " of the ",
            context.number(counts["later_works"], command),
            f" works of the {later} era are known. Of these, ",
            context.number(counts["reaching"], command),
            f" can be traced back along citations to a work of the {earlier} era, ",
            context.number(counts["not_reaching"], command),
            " cannot, and ",
            context.number(counts["open"], command),
            " cannot be checked, because reference lists on possible paths are missing.",
        ),
        (
            context.number(counts["reached"], command),
            " of the ",
            context.number(counts["earlier_works"], command),
            f" works of the {earlier} era are reached in this way; the other ",
            context.number(counts["not_reached"], command),
            " are not, which is no proof that nobody built on them.",
        ),
    ]
    distances = [(str(hops), context.number(works, command)) for hops, works in found.distances.items()]
    reached = [
        (context.work(str(id_)), context.number(int(row["works"]), "claims --json --top 1000000"))
        for id_, row in found.reached.head(MOST_ROWS).to_dict("index").items()
    ]
    tables = [
        Table(
            caption=f"Length of the shortest path back to the {earlier} era",
            head=("Citations", "Works"),
            rows=distances,
        )
    ]
    tables.append(
        Table(
            caption="Earlier works with the most later works traced back to them",
            head=("Work", "Later works traced back to it"),
            rows=reached,
            rest=_rest(len(found.reached), len(reached)),
        )
    )
    return Chapter(title=f"From {earlier} to {later}", paragraphs=paragraphs, tables=tables)


def claims(context: ReportContext) -> Chapter | None:
    """What the article says of these works, and whether the data supports it."""
    said = verdicts(context.graph, since=context.later.first if context.later else RECENT)
    found = [verdict for verdict in said if not verdict.absent]
    if not found:
        return None
    rows = []
    for one in in_groups(found):
        names = [
            part
            for w, _ in one.claim.roles
            if w in context.graph.works.index
            for part in (context.work(w, short=34), "; ")
        ][:-1]
        verdict = context.shown(one.verdict, "claims --json")
        because = f"{sentence(one.because)}." + (f" To settle it: {one.settle}." if one.settle else "")
        rows.append(((one.claim.statement, f" ({one.claim.place})"), names, verdict, because))
    articles = sorted({one.claim.article for one in found})
    return Chapter(
        title="The article, checked",
        paragraphs=[
            (
                f"Claims of {'; '.join(articles)}, in our words, checked against the citations in this graph: ",
                f"{tally(found)}.",
            ),
            (
                "A verdict names the works for which it was counted; what missing reference lists or concepts could change is open.",
            ),
        ],
        tables=[Table(caption="Claims and verdicts", head=("Claim", "Works", "Verdict", "Because"), rows=rows)],
    )


def gaps(context: ReportContext) -> Chapter:
    """Coverage, and what would help most."""
    graph = context.graph
    outcomes = Counter(str(OUTCOMES[code]) for code in graph.outcomes.tolist())
    rows = [
        (name, context.number(count, "info --json"), f"Its reference list is {Outcome(name).words}")
        for name, count in sorted(outcomes.items(), key=lambda item: -item[1])
    ]
    unknown = np.flatnonzero(~graph.known_lists)
    held = graph.citers.counts()[unknown]
    wanted = unknown[np.lexsort((unknown, -held))[:MOST_ROWS]].tolist()
    lists = [
        (context.work(graph.ids[i]), context.why(graph.ids[i], "citations_held", int(graph.citers.counts()[i])))
        for i in wanted
    ]
    oddities = [
        (
            "Citations of a later work: ",
            context.number(context.facts["backward"], "info --json"),
            "; they are kept, but paths do not follow them.",
        ),
        (
            "Groups of works that cite each other in a cycle: ",
            context.number(context.facts["cyclic_parts"], "info --json"),
            ".",
        ),
        ("Works that cite themselves: ", context.number(context.facts["loops"], "info --json"), "."),
        ("Works without a year: ", context.number(int((graph.years == UNDATED).sum()), "info --json"), "."),
    ]
    return Chapter(
        title="Coverage and gaps",
        paragraphs=[
            (
                "The first table shows how many reference lists are known; the second, whose missing lists would help most: those of the most cited works.",
            )
        ],
        tables=[
            Table(caption="Reference lists by outcome", head=("Outcome", "Works", "Meaning"), rows=rows),
            Table(
                caption="Most cited works without a complete reference list",
                head=("Work", "Citations"),
                rows=lists,
                rest=_rest(len(unknown), len(lists)),
            ),
        ],
        points=oddities,
    )


def method(context: ReportContext) -> Chapter:
    """How it was measured and where the data is from."""
    notes = [("main path", note) for note in context.main.notes]
    notes += [(metric, note) for line in context.table.notes for metric, _, note in [line.partition(": ")]]
    tables = []
    if context.source:
        counts = context.source.store.db.execute(
            "SELECT s.name, count(*) FROM citation c JOIN source s ON s.n = c.source GROUP BY s.n ORDER BY 2 DESC, 1"
        ).fetchall()
        rows = [(name, context.number(count, "info --json")) for name, count in counts[:MOST_ROWS]]
        tables = [
            Table(
                caption="Sources of the citations",
                head=("Source", "Citations"),
                rows=rows,
                loose=True,
                rest=_rest(len(counts), len(rows)),
            )
        ]
    return Chapter(
        title="Method and sources",
        paragraphs=[
            (
                (
                    "A citation goes from the citing to the cited work. All measures count the citations in this graph only; where "
                    "there is not enough data for a value, the reason is given instead. `kg metrics NAME` gives the definition, formula and source of a measure."
                ),
            )
        ],
        tables=[
            *tables,
            Table(
                caption="How each measure treats cycles, citations of later works and works without a year",
                head=("Measure", "Treatment"),
                rows=[(_words(metric), sentence(note)) for metric, note in dict.fromkeys(notes)],
                folded=True,
            ),
        ],
    )


def cite(context: ReportContext) -> Chapter:
    """How to cite the report, the software and the data."""
    name = context.graph.name or "a citation graph"
    as_of = "" if context.graph.until is None else f" as of {context.graph.until}"
    text = (
        f"@misc{{kg-{'-'.join(name.split()) or 'graph'},\n"
        f"  title = {{The journey of {name}{as_of}: a report on {context.facts['works']} works and {context.facts['citations']} citations}},\n"
        f"  note = {{Made by kg {__version__} from revision {context.graph.revision} of the graph}}\n}}"
    )
    paragraphs: list[Sentence] = [("Cite the graph with its revision, the software, and the sources of the data.",)]
    if context.source and context.source.attribution:
        paragraphs.append((context.source.attribution,))
    return Chapter(title="How to cite", paragraphs=paragraphs, verbatim=text)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _rest(total: int, listed: int) -> str:
    """What a cut table leaves out."""
    return (
        f"{total - listed:,} more {'is' if total - listed == 1 else 'are'} not listed here." if total > listed else ""
    )
