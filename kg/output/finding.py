"""The finding: what a graph says, how sure that is, and what stays open. Demo, start, report and map begin with it.

Where a graph names eras it is about the works of the first; else about who is cited most and the line that goes back furthest.
"""

import csv
import io
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from kg.analysis.base.names import authors_of, name_of, year_of
from kg.analysis.paths.query import shortest_paths
from kg.analysis.paths.usable_steps import Ball, Way
from kg.analysis.who_cites import WhoCites, who_cites
from kg.errors import InputError, KgError
from kg.files import read_small
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.search import name_work
from kg.graph.store import Store
from kg.model import Work
from kg.text import cited_as, counted, sentence, shortened

Show = Callable[[str, str], Any]
#: What it is about, then its text in parts: words, and figures as they are shown.
Point = tuple[str, list[Any]]
_MOST = 2  # populations that are told of
_TITLE = 70  # characters of a title
_STARTS = 3  # questions to start from
_TRIED = 20  # of the oldest works, for a line of citations that starts there


class Told(NamedTuple):
    """One thing that a graph says.

    Attributes
    ----------
    about : str
        What it is about, in a word or two.
    parts : list
        The text in parts: words, and figures as they are shown.
    question : str
        The question that it answers.
    command : str
        The command that shows the answer whole, without the options of the graph; "" for none.
    """

    about: str
    parts: list[Any]
    question: str
    command: str = ""


def questions(graph: CitationGraph) -> list[tuple[str, str]]:
    """The questions that the file `questions.csv` in a graph's folder asks: an earlier and a later work, as one names them.

    Raises
    ------
    InputError
        If the file has other columns.
    """
    return questions_in(graph.provenance.folder) if graph.provenance else []


def questions_in(folder: Path) -> list[tuple[str, str]]:
    """The questions of the graph in a folder; raises as `questions`."""
    path = folder / "questions.csv"
    if not path.exists():
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(read_small(path), newline="")))
    except csv.Error:
        rows = [{}]
    if not all(row.get("earlier") and row.get("later") for row in rows):
        raise InputError(
            f"{path} is not a list of questions", "its columns are earlier and later: two works in each line"
        )
    return [(row["earlier"], row["later"]) for row in rows]


def finding(graph: CitationGraph, show: Show | None = None) -> list[Point]:
    """What the graph says of its first era; of its citations where it names no two eras. Nothing of one made in Python.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    show : callable, optional
        Makes of a figure and the command that prints it what is shown; the figure alone by default.
    """
    return [(each.about, each.parts) for each in answers(graph, show)]


def answers(graph: CitationGraph, show: Show | None = None) -> list[Told]:
    """The same with the question that each point answers, and the command that shows it whole."""
    if graph.provenance is None or not len(graph):
        return []
    eras = sorted(graph.eras.values(), key=lambda era: (era.first, era.last))
    teller = _Teller(graph, graph.provenance.store, show or (lambda text, _: text))
    if len(eras) < 2 or not graph.within(eras[0]).any():
        return [*teller.cited_most(), *teller.furthest_back(), teller.not_known()]
    asked = questions(graph)
    found = [(old, new, teller.question(old, new)) for old, new in asked]
    ids = [id_ for id_, meant in zip(graph.ids, graph.within(eras[0]), strict=True) if meant]
    meant = f"the {counted(len(ids), 'work')} of the {eras[0].name} era ({eras[0].years})"
    return [
        *teller.remembered(who_cites(graph, ids), ids, meant, [old for old, _ in asked]),
        *(Told(f"From {old} to {new}", way.parts, way.question, way.command) for old, new, way in found if way.path),
        *(
            Told(f"Open: from {old} to {new}", way.parts, way.question, way.command)
            for old, new, way in found
            if not way.path
        ),
    ]


def to_start_from(graph: CitationGraph, told: Iterable[Told]) -> list[Told]:
    """Three of the things that a graph says, for those who see it first: one of each kind, and then the first others.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    told : iterable of Told
        Its `answers`.
    """
    kinds: dict[str, list[Told]] = {}
    for each in told:
        kinds.setdefault("open" if each.about.startswith("Open: ") else each.command.partition(" ")[0], []).append(each)
    ways = kinds.get("path", [])
    ways.sort(key=lambda each: -int(graph.years[graph.number(shlex.split(each.command)[2])]))  # to the newest first
    order = ["show", "dossier", "path", "open", "info", "forgotten", ""]
    rounds = [kinds[kind][k : k + 1] for k in range(_STARTS) for kind in order if kind in kinds]
    return [each for found in rounds for each in found][:_STARTS]


def question_paths(graph: CitationGraph) -> list[tuple[int, ...]]:
    """The influence paths that answer the graph's questions, where there is one."""
    if graph.provenance is None:
        return []
    teller = _Teller(graph, graph.provenance.store, lambda text, _: text)
    return [path for one in questions(graph) if (path := teller.question(*one).path)]


class _Way(NamedTuple):
    """An answer to a question about two works: the path, empty where none is known, and what is said."""

    path: tuple[int, ...]
    parts: list[Any]
    question: str
    command: str = ""


@dataclass(frozen=True)
class _Teller:
    """What the sentences are made from."""

    graph: CitationGraph
    store: Store
    show: Show

    def question(self, old: str, new: str) -> _Way:
        """The path from one work to another, and the answer in words."""
        graph, whether = self.graph, f"Did {old} reach {new}?"
        try:
            start, end = (name_work(self.store, name) for name in (old, new))
            answer = shortest_paths(graph.arrays, graph.number(start.id), graph.number(end.id))
        except KgError as error:
            return _Way((), [f"Whether {old} reached {new} cannot be told: {error}."], whether)
        names = " ".join(map(shlex.quote, (start.id, end.id)))
        command, how = f"path {names}", f"How did {old} reach {new}?"
        if answer.certificate is None:
            path = answer.paths[0]
            number, noun = counted(len(path) - 1, "citation").split(" ")
            steps = self.show(number, f"path {names}")
            if len(path) == 2:
                said = [f"{name_of(graph, path[1])} cites {name_of(graph, path[0])} (", steps, f" {noun})."]
                return _Way(path, said, how, command)
            said = [
                f"{' → '.join(name_of(graph, i) for i in path)}: each is cited by the next (",
                steps,
                f" {noun}). A line of citations shows that an idea could travel, not that it did.",
            ]
            return _Way(path, said, how, command)
        reached = f"{_called(old, start)} reached {_called(new, end)}"
        if answer.certificate.status != "unknown":
            none = f"No citation path shows that {reached}, and every reference list on the way is known."
            return _Way((), [none], whether, command)
        reach = answer.certificate.reach
        missing = self.show(f"{reach.unknown:,}", f"path {names} --json")
        lack = "lacks" if reach.unknown == 1 else "lack"
        settle = f" of the {counted(reach.works, 'work')} on possible paths {lack} a known reference list. One of these lists could show a "
        settle += (
            "path; that there is none can be said only once all are known (`kg next` lists those that would help most)."
        )
        return _Way((), [f"Whether {reached} is unknown: ", missing, settle], whether, command)

    def cited_most(self) -> Iterator[Told]:
        """Which work is cited most, and by whom."""
        graph, question = self.graph, "Which work is cited most?"
        counts = graph.citers.counts()
        if (most := int(counts.max())) == 0:
            yield Told("No citation", ["None of the works of this graph is known to cite another."], question, "info")
            return
        cited = self.by_year((counts == most).nonzero()[0].tolist())
        if most == 1 and len(cited) > 1:
            citing = {int(graph.citers.of(i)[0]) for i in cited}
            if len(citing) > 1:
                told = f"No work is cited by more than one other; {len(cited):,} works are cited by one each."
                yield Told("Cited most", [told], question)
                return
            only = citing.pop()
            command = f"show {shlex.quote(graph.ids[only])}"
            said = [f"{self.titled(only)} cites ", self.show(f"{len(cited):,}", command)]
            yield Told("Cited", [*said, " works of this graph; no other citation is known."], question, command)
            return
        by = self.by_year(graph.citers.of(cited[0]).tolist())
        since = max(int(graph.years[cited[0]]), UNDATED + 1)  # a citation by an earlier work is no beginning
        dated = [i for i in by if graph.years[i] >= since] or by
        number, noun = counted(most, "work").split(" ")
        command = f"show {shlex.quote(graph.ids[cited[0]])}"
        ends = f"from {name_of(graph, dated[0])} to {name_of(graph, dated[-1])}" if most > 1 else self.titled(by[0])
        others = len(cited) - 1
        ties = f"; {counted(others, 'other work is', 'other works are')} cited as often" if others else ""
        said = [f"{self.titled(cited[0])} is cited by ", self.show(number, command)]
        yield Told("Cited most", [*said, f" {noun} of this graph, {ends}{ties}."], question, command)

    def furthest_back(self) -> Iterator[Told]:
        """The line of citations, two or more, from the oldest work that is cited to the newest that it leads to."""
        graph = self.graph
        dated = ((graph.years != UNDATED) & (graph.citers.counts() > 0)).nonzero()[0]
        for old in self.by_year(dated.tolist())[:_TRIED]:
            ball = Ball(Way(arrays=graph.arrays, back=False, timed=True, bound=-UNDATED - 1), [old])
            while ball.level:
                ball.grow()
            far = [i for i, steps in ball.distance.items() if steps > 1]  # one citation is no line
            if far:
                new = max(far, key=lambda i: (graph.years[i], -ball.distance[i], -i))
                names = (graph.ids[old], graph.ids[new])
                way = self.question(*names)
                yield Told("Furthest back", way.parts, "How far back does a line of citations lead?", way.command)
                return

    def not_known(self) -> Told:
        """How many reference lists are known, and what follows from that."""
        return Told(*self._not_known(), "How much of it is known?", "info")

    def _not_known(self) -> Point:
        lists = self.graph.known_lists
        size, known, seeds = len(lists), int(lists.sum()), self.graph.works["seed"].to_numpy(bool)
        shown = self.show(f"{known:,}" if known else "none", "info --json")
        if known == size:
            return "Known", [
                "All ",
                shown,
                " reference lists are known, so no citation between these works is missing.",
            ]
        works, brought, read = counted(size, "work"), int(seeds.sum()), int(lists[seeds].sum())
        tail = "the others may cite more of these works."
        if not known and (citations := int(self.graph.citers.counts().sum())):
            parts = f"the {counted(citations, 'citation')} here were read in parts of lists, so more may exist."
            parts = "the 1 citation here was read in a part of a list, so more may exist." if citations == 1 else parts
            return "Not known", [f"Of the {works} ", shown, f" has a reference list that is known whole; {parts}"]
        if not known:
            tail = "has a known reference list, so they may cite one another without it showing here."
            return "Not known", [self.show("None", "info --json"), f" of the {works} {tail}"]
        if brought in (0, size):
            return "Not known", ["The reference lists of ", shown, f" of the {works} are known: {tail}"]
        part = "all" if read == brought else f"{read:,} of the" if read else "none of the"
        first = f"The reference lists of {part} {brought:,} works that it started from are known"
        if brought == 1:
            first = f"The reference list of the work that it started from is {'known' if read else 'not known'}"
        return "Not known", [f"{first}; of all {works}, those of ", shown, f": {tail}"]

    def by_year(self, works: Iterable[int]) -> list[int]:
        """Works from old to new, undated ones last."""
        years = self.graph.years
        return sorted(works, key=lambda i: (years[i] == UNDATED, years[i], i))

    def titled(self, i: int) -> str:
        """A work as a text cites it, with its title."""
        title = shortened(str(self.graph.works.at[self.graph.ids[i], "title"] or ""), _TITLE)
        name = name_of(self.graph, i)
        if not title or title == name:
            return name
        if not authors_of(self.graph, i):
            year = year_of(self.graph, i)
            return f'"{title}"' + (f" ({year})" if year else "")
        return f'{name} ("{title}")'

    def remembered(self, cited: list[WhoCites], ids: list[str], meant: str, asked: list[str]) -> Iterator[Told]:
        """How the works of the first era are cited, in each population; then those asked about by name."""
        for each in cited[:_MOST]:
            of = each.population
            figure = f"{of.known:,}"
            before, _, after = each.summary(self.graph, ids).partition(f"{figure} of {of.size:,}")
            lists, _, said = after.partition(": ")
            known = self.show(figure, f"rank standing{each.option} --json")
            who = sentence(before).strip(" ,")
            question = (
                f"Which earlier works are cited by {who[0].lower() if who.startswith('Works') else who[0]}{who[1:]}?"
            )
            yield Told(who, [known, f" of {of.size:,}{lists}. Of {meant}: {said}."], question, "forgotten")
        for name in dict.fromkeys(asked):
            try:
                work = name_work(self.store, name)
            except KgError:
                continue  # its question says so
            parts: list[Any] = []
            for each in cited[:_MOST]:
                if row := each.row(work.id):
                    figure = f"{row['k']:,}" if row["k"] else "none"
                    before, _, after = each.sentence(work.id).partition(figure)
                    shown = self.show(figure, f"why {shlex.quote(work.id)} standing{each.option}")
                    parts += ["; " if parts else "", before if parts else sentence(before), shown, after]
            yield Told(_called(name, work), [*parts, "."], f"What became of {name}?", f"dossier {shlex.quote(work.id)}")


def _called(name: str, work: Work) -> str:
    """A work by the name that a question gives it, and as a text cites it."""
    cited = cited_as(work.authors, work.year, work.id)
    return cited if name in (cited, work.id) else f"{name} ({cited})"
