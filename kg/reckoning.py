"""The later chapters of a journey report: what may be forgotten, what is claimed, what is missing, how it was made."""

import shlex
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from kg import __version__
from kg.index import OUTCOMES, UNDATED
from kg.render.report import Chapter, Sentence, Table

if TYPE_CHECKING:
    from kg.journey import Journey

MOST_ROWS = 15


def forgotten(j: "Journey") -> Chapter:
    """The forgotten table."""
    rows, totals = j.table.rows(), j.table.totals
    era = f" --era {shlex.quote(j.era)}" if j.span else ""
    command = f"forgotten{era} --json"
    of = f" of the {j.era} era" if j.span else ""
    said: list[Sentence] = [
        (
            j.number(totals["ranked"], command),
            " of ",
            j.number(totals["works"], command),
            f" works{of} can be judged in this data.",
        )
    ]
    tables = []
    if rows["ranked"]:
        cells = [
            (
                j.work(r["id"]),
                r["class"] or "neither",
                j.why(r["id"], "beauty", r["beauty"]),
                j.why(r["id"], "wake", r["wake"]),
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
        lacking = [
            (
                j.work(r["id"]),
                j.why(r["id"], "citations_held", r["citations_held"]),
                j.why(r["id"], "wake", r["wake"]),
                r["reason"],
            )
            for r in rows["insufficient"]
        ]
        tables.append(
            Table(
                caption="Not enough data to judge: never ranked low, listed with what is missing",
                head=("Work", "Citations held", "Wake, at least", "What is missing"),
                rows=lacking,
                rest=_rest(totals["insufficient"], len(lacking)),
            )
        )
    points = [(f"{name}: {said}.",) for name, said in j.table.criteria.items()]
    points += [(f"Left out: {name}. {said}.",) for name, said in j.table.missing.items()]
    return Chapter(title="Forgotten?", said=said, tables=tables, points=points)


def claims(j: "Journey") -> Chapter | None:
    """What the article says of these works."""
    rows = [
        (
            claim.statement,
            [part for w, _ in claim.roles if w in j.graph.works.index for part in (j.work(w), "; ")][:-1],
            claim.place,
        )
        for claim in j.graph.claims
    ]
    if not rows:
        return None
    articles = sorted({claim.article for claim in j.graph.claims})
    return Chapter(
        title="What is said of them",
        said=[(f"Claims of {'; '.join(articles)}, in our words, with their place.",)],
        tables=[Table(caption="Claims", head=("Claim", "Works", "Place"), rows=rows)],
    )


def gaps(j: "Journey") -> Chapter:
    """Coverage, and what would help most."""
    graph = j.graph
    outcomes = Counter(str(OUTCOMES[code]) for code in graph.outcomes.tolist())
    rows = [
        (name, j.number(count, "info --json")) for name, count in sorted(outcomes.items(), key=lambda item: -item[1])
    ]
    unknown = np.flatnonzero(~graph.known_lists)
    held = graph.citers.counts()[unknown]
    wanted = unknown[np.lexsort((unknown, -held))[:MOST_ROWS]].tolist()
    lists = [
        (j.work(graph.ids[i]), j.why(graph.ids[i], "citations_held", int(graph.citers.counts()[i]))) for i in wanted
    ]
    oddities = [
        (
            "Citations of a later work: ",
            j.number(j.facts["backward"], "info --json"),
            ", kept and not followed by paths.",
        ),
        ("Parts in which works cite each other in a circle: ", j.number(j.facts["cyclic_parts"], "info --json"), "."),
        ("Works that cite themselves: ", j.number(j.facts["loops"], "info --json"), "."),
        ("Works without a year: ", j.number(int((graph.years == UNDATED).sum()), "info --json"), "."),
    ]
    return Chapter(
        title="Coverage and gaps",
        said=[
            (
                "What is known of the reference lists, and the lists that would tell most: those of the works cited most.",
            )
        ],
        tables=[
            Table(caption="Reference lists by outcome", head=("Outcome", "Works"), rows=rows),
            Table(
                caption="Most cited works whose reference list is not known",
                head=("Work", "Citations held"),
                rows=lists,
                rest=_rest(len(unknown), len(lists)),
            ),
        ],
        points=oddities,
    )


def method(j: "Journey") -> Chapter:
    """How it was measured and where the data is from."""
    notes = dict.fromkeys([*j.main.notes, *j.table.notes])
    tables = []
    if j.space:
        counts = j.space.store.db.execute(
            "SELECT s.name, count(*) FROM citation c JOIN source s ON s.n = c.source GROUP BY s.n ORDER BY 2 DESC, 1"
        ).fetchall()
        rows = [(name, j.number(count, "info --json")) for name, count in counts[:MOST_ROWS]]
        tables = [
            Table(
                caption="Sources of the citations",
                head=("Source", "Citations"),
                rows=rows,
                rest=_rest(len(counts), len(rows)),
            )
        ]
    return Chapter(
        title="Method and sources",
        said=[
            (
                (
                    "A citation goes from the citing to the cited work. All measures are of the citations held in this graph; "
                    "a value without enough data is left out with its reason. `kg metrics NAME` gives each definition, its formula and the paper it comes from."
                ),
            )
        ],
        tables=tables,
        points=[(note,) for note in notes],
    )


def cite(j: "Journey") -> Chapter:
    """How to cite the report, the software and the data."""
    name = j.graph.name or "a citation graph"
    text = (
        f"@misc{{kg-{'-'.join(name.split()) or 'graph'},\n"
        f"  title = {{The journey of {name}: a report on {j.facts['works']} works and {j.facts['citations']} citations}},\n"
        f"  note = {{Made by kg {__version__} from revision {j.graph.revision} of the graph}}\n}}"
    )
    said: list[Sentence] = [("Name the graph and its revision, the software, and the sources of the data with it.",)]
    if j.space and j.space.credits:
        said.append((j.space.credits,))
    return Chapter(title="How to cite", said=said, verbatim=text)


def _rest(total: int, listed: int) -> str:
    """What a cut table leaves out."""
    return f"{total - listed:,} more are not listed here." if total > listed else ""
