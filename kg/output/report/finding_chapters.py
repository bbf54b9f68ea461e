"""The later chapters of a journey report: what may be forgotten, what is claimed, what is missing, how it was made."""

import shlex
from collections import Counter

import numpy as np

from kg import __version__
from kg.analysis.claims import RECENT, verdicts
from kg.analysis.era_report import era_report
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.model import Outcome
from kg.output.map.payload import OUTCOME_WORDS
from kg.output.report.context import MOST_ROWS, Journey
from kg.output.report.page import Chapter, Sentence, Table

_MEASURES = (
    "Wake counts the later works that lead back to a work along citations, those further away for less; lists that are "
    "missing can only raise it. Beauty says how long a work slept and how strongly it was then taken up."
)


def forgotten(j: Journey) -> Chapter:
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
                _sentence(r["reason"].removeprefix("Not decidable in this data: ")),
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
    if tables:
        said.append((_MEASURES,))
    points = []
    if totals["ranked"]:
        points = [(f"Compared by: {said}.",) for said in j.table.criteria.values()]
        points += [(f"Not compared by {_words(name)}: {said}.",) for name, said in j.table.missing.items()]
    return Chapter(title="Forgotten?", said=said, tables=tables, points=points)


def eras(j: Journey) -> Chapter | None:
    """What of the later era is known to lead back to the earlier one."""
    if j.span is None or j.later is None:
        return None
    found = era_report(j.graph, j.span, j.later)
    counts, command = found.counts, "claims --json"
    names = {span: name for name, span in j.eras.items()}
    earlier, later = names[j.span], names[j.later]
    said: list[Sentence] = [
        (
            "Of ",
            j.number(counts["later_works"], command),
            f" works of the {later} era the reference lists of ",
            j.number(counts["known"], command),
            " are known. Of these ",
            j.number(counts["reaching"], command),
            f" lead back along citations to a work of the {earlier} era, ",
            j.number(counts["not_reaching"], command),
            " do not, and for ",
            j.number(counts["open"], command),
            " lists on the way are missing.",
        ),
        (
            f"Of the {earlier} era's ",
            j.number(counts["earlier_works"], command),
            " works ",
            j.number(counts["reached"], command),
            " are reached; that ",
            j.number(counts["not_reached"], command),
            " are not is no proof that nobody built on them.",
        ),
    ]
    distances = [(str(hops), j.number(works, command)) for hops, works in found.distances.items()]
    reached = [
        (j.work(str(id_)), j.number(int(row["works"]), "claims --json --top 1000000"))
        for id_, row in found.reached.head(MOST_ROWS).to_dict("index").items()
    ]
    tables = [
        Table(caption=f"How many citations back to the {earlier} era", head=("Citations", "Works"), rows=distances)
    ]
    tables.append(
        Table(
            caption="Earlier works that most later ones lead back to",
            head=("Work", "Later works that lead back to it"),
            rows=reached,
            rest=_rest(len(found.reached), len(reached)),
        )
    )
    return Chapter(title=f"From {earlier} to {later}", said=said, tables=tables)


def claims(j: Journey) -> Chapter | None:
    """What the article says of these works, and what the data says to that."""
    found = verdicts(j.graph, since=j.later[0] if j.later else RECENT)
    if not found:
        return None
    rows = []
    for one in found:
        names = [part for w, _ in one.claim.roles if w in j.graph.works.index for part in (j.work(w, short=34), "; ")][
            :-1
        ]
        verdict = j.shown(one.verdict, "claims --json")
        because = f"{_sentence(one.because)}."
        share = one.coverage
        known = () if share is None else (" ", j.share(share, "claims --json"), " of the lists since are known.")
        rows.append(((one.claim.statement, f" ({one.claim.place})"), names, verdict, (because, *known)))
    tally = Counter(one.verdict for one in found)
    articles = sorted({one.claim.article for one in found})
    return Chapter(
        title="The article, checked",
        said=[
            (
                f"Claims of {'; '.join(articles)}, in our words, each with what this data says to it: ",
                ", ".join(f"{n if len(tally) > 1 else f'all {n}'} {v}" for v, n in sorted(tally.items())),
                ".",
            ),
            ('"Supported" and "contradicted" are said only where no missing list or label could turn the answer.',),
        ],
        tables=[Table(caption="Claims and verdicts", head=("Claim", "Works", "Verdict", "Because"), rows=rows)],
    )


def gaps(j: Journey) -> Chapter:
    """Coverage, and what would help most."""
    graph = j.graph
    outcomes = Counter(str(OUTCOMES[code]) for code in graph.outcomes.tolist())
    rows = [
        (name, j.number(count, "info --json"), _sentence(OUTCOME_WORDS[Outcome(name)]))
        for name, count in sorted(outcomes.items(), key=lambda item: -item[1])
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
            Table(caption="Reference lists by outcome", head=("Outcome", "Works", "Meaning"), rows=rows),
            Table(
                caption="Most cited works whose reference list is not known",
                head=("Work", "Citations held"),
                rows=lists,
                rest=_rest(len(unknown), len(lists)),
            ),
        ],
        points=oddities,
    )


def method(j: Journey) -> Chapter:
    """How it was measured and where the data is from."""
    notes = [("main path", note) for note in j.main.notes]
    notes += [(metric, note) for line in j.table.notes for metric, _, note in [line.partition(": ")]]
    tables = []
    if j.source:
        counts = j.source.store.db.execute(
            "SELECT s.name, count(*) FROM citation c JOIN source s ON s.n = c.source GROUP BY s.n ORDER BY 2 DESC, 1"
        ).fetchall()
        rows = [(name, j.number(count, "info --json")) for name, count in counts[:MOST_ROWS]]
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
        said=[
            (
                (
                    "A citation goes from the citing to the cited work. All measures are of the citations held in this graph; "
                    "a value without enough data is left out with its reason. `kg metrics NAME` gives each definition, its formula and the paper it comes from."
                ),
            )
        ],
        tables=[
            *tables,
            Table(
                caption="What each measure did with circles, citations of later works and works without a year",
                head=("Measure", "What it did"),
                rows=[(_words(metric), _sentence(note)) for metric, note in dict.fromkeys(notes)],
                folded=True,
            ),
        ],
    )


def cite(j: Journey) -> Chapter:
    """How to cite the report, the software and the data."""
    name = j.graph.name or "a citation graph"
    as_of = "" if j.graph.until is None else f" as of {j.graph.until}"
    text = (
        f"@misc{{kg-{'-'.join(name.split()) or 'graph'},\n"
        f"  title = {{The journey of {name}{as_of}: a report on {j.facts['works']} works and {j.facts['citations']} citations}},\n"
        f"  note = {{Made by kg {__version__} from revision {j.graph.revision} of the graph}}\n}}"
    )
    said: list[Sentence] = [("Name the graph and its revision, the software, and the sources of the data with it.",)]
    if j.source and j.source.attribution:
        said.append((j.source.attribution,))
    return Chapter(title="How to cite", said=said, verbatim=text)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rest(total: int, listed: int) -> str:
    """What a cut table leaves out."""
    return f"{total - listed:,} more are not listed here." if total > listed else ""
