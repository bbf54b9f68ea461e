"""The home page of a graph: what it is, how much of it is known, questions to start from, search."""

from typing import NamedTuple

from starlette.responses import Response

from kg.model import Outcome
from kg.output.finding import Told, answers, to_start_from
from kg.serve.asked import Asked
from kg.serve.commands import address_of
from kg.serve.recent import recent

#: Where one can go from here: kind of page, its name, and what one finds there.
DOORS = (
    ("map", "Map", "The whole graph as one drawing along time, to wander in."),
    ("path", "Paths", "How did one work reach another? The citations between them, each with its evidence."),
    ("forgotten", "Forgotten works", "Who is hardly cited any more, and how sure that is."),
    ("claims", "Claims", "What the article says of these works, held against the citations."),
    ("main-path", "Main path", "The line of works that most of the citations run through."),
    ("rpys", "Years cited", "Which years later works look back to."),
    ("next", "Missing lists", "Which of the missing reference lists would tell most, and how to fetch them."),
    ("communities", "Communities", "Works that cite each other, found from the citations alone."),
    ("metrics", "Measures", "Every work ranked by citations, influence, late recognition and more."),
    ("report", "Report", "What this graph tells, in figures, tables and words, to read from the start or to print."),
    ("sparql", "SPARQL", "Ask a question of your own, or start from one that is ready."),
    ("search", "Search", "Works by words, era, concept, venue or type."),
)
_POPULATIONS = 4
_NEXT = "`kg next`"
#: How the parts of the bar are drawn, from what is known to what nobody asked for.
_SHADES = {"COMPLETE": "whole", "EMPTY": "whole", "PARTIAL": "some", "CAPPED": "some", "UNKNOWN": "unknown"}


class _Shown(NamedTuple):
    """A figure in a sentence, and the command that shows what it is made of."""

    text: str
    command: str


class Figure(NamedTuple):
    """A figure in a sentence, and the page that shows what it is made of."""

    text: str
    href: str


def home(asked: Asked) -> Response:
    """What the graph is, how much of it is known, and what it finds."""
    graph = asked.graph
    info = recent(graph, "info", graph.info)
    if asked.text("format") == "json":
        return asked.json(info)
    told = [_led_on(asked, one) for one in recent(graph, "answers", lambda: answers(graph, _Shown))]
    there = asked.request.app.state.kinds - (set() if len(graph.eras) > 1 else {"claims"})  # which need two eras
    return asked.answer(
        "home",
        title=asked.name,
        command="info",
        python="graph.info()",
        info=info,
        facts=info.facts,
        lists=_lists(info.facts["outcomes"], info.facts["works"]),
        populations=info.facts["populations"][:_POPULATIONS],
        starts=[(one, address_of(asked, one.command)) for one in to_start_from(graph, told)],
        told=told,
        doors=[door for door in DOORS if door[0] in there],
    )


def _led_on(asked: Asked, one: Told) -> Told:
    """The same with links in place of commands, those of its figures and the one that a text may name."""
    parts: list[object] = []
    for part in one.parts:
        if isinstance(part, _Shown):
            parts.append(Figure(part.text, address_of(asked, part.command)))
            continue
        before, named, after = part.partition(_NEXT)
        parts += [before, Figure(_NEXT.strip("`"), asked.link("next")), after] if named else [part]
    return one._replace(parts=parts)


def _lists(outcomes: dict[str, int], works: int) -> list[tuple[str, str, int, float, float]]:
    """The parts of the bar of reference lists: shade, words, works, and where it begins and how long it is, in a hundred."""
    parts, at = [], 0.0
    for name, count in outcomes.items():
        share = 100 * count / works
        parts.append((_SHADES.get(name, "missing"), Outcome(name).words, count, at, share))
        at += share
    return parts
