"""The finding: what a graph says of its first era, how sure that is, and what stays open. Demo, report and map begin with it."""

import csv
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.analysis.base.citing_words import CANNOT_SAY, WELL_KNOWN
from kg.analysis.metrics.standing import standing
from kg.analysis.paths.query import shortest_paths
from kg.analysis.populations import SMALLEST, later_works, populations
from kg.errors import InputError, KgError
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era
from kg.graph.search import name_work
from kg.graph.store import Store
from kg.model import Work
from kg.text import cited_as, counted

if TYPE_CHECKING:
    import pandas as pd

Show = Callable[[str, str], Any]
#: What it is about, then its text in parts: words, and figures as they are shown.
Point = tuple[str, list[Any]]
_NEAREST = 3  # missing lists named for each open question


def questions(graph: CitationGraph) -> list[tuple[str, str]]:
    """The questions that the file `questions.csv` in a graph's folder asks: an earlier and a later work, as one names them.

    Raises
    ------
    InputError
        If the file has other columns.
    """
    path = graph.provenance.folder / "questions.csv" if graph.provenance else None
    if path is None or not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not all(row.get("earlier") and row.get("later") for row in rows):
        raise InputError(
            f"{path} is not a list of questions", "its columns are earlier and later: two works in each line"
        )
    return [(row["earlier"], row["later"]) for row in rows]


def finding(graph: CitationGraph, show: Show | None = None) -> list[Point]:
    """What the graph says of its first era; nothing where it names no two eras.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    show : callable, optional
        Makes of a figure and the command that prints it what is shown; the figure alone by default.
    """
    eras = sorted(graph.eras.values(), key=lambda era: (era.first, era.last))
    if graph.provenance is None or len(eras) < 2 or not graph.within(eras[0]).any():
        return []
    teller = _Teller(graph, graph.provenance.store, show or (lambda text, _: text))
    asked = questions(graph)
    answers = [teller.question(*one) for one in asked]
    return [
        *teller.remembered(eras[0], eras[-1], [old for old, _ in asked]),
        *(("How an idea travelled", parts) for path, parts in answers if path),
        *(("What stays open", parts) for path, parts in answers if not path),
    ]


def question_paths(graph: CitationGraph) -> list[tuple[int, ...]]:
    """The influence paths that answer the graph's questions, where there is one."""
    if graph.provenance is None:
        return []
    teller = _Teller(graph, graph.provenance.store, lambda text, _: text)
    return [path for one in questions(graph) if (path := teller.question(*one)[0])]


@dataclass(frozen=True)
class _Teller:
    """What the sentences are made from."""

    graph: CitationGraph
    store: Store
    show: Show

    def question(self, old: str, new: str) -> tuple[tuple[int, ...], list[Any]]:
        """The path from one work to another, and the answer in words."""
        graph = self.graph
        try:
            start, end = (name_work(self.store, name) for name in (old, new))
            answer = shortest_paths(graph.arrays, graph.number(start.id), graph.number(end.id))
        except KgError as error:
            return (), [f"Whether {old} reached {new} cannot be told: {error}."]
        names = " ".join(map(shlex.quote, (start.id, end.id)))
        if answer.certificate is None:
            path = answer.paths[0]
            steps = self.show(counted(len(path) - 1, "citation"), f"path {names}")
            return path, [f"{' → '.join(map(self.name, path))}: each is cited by the next (", steps, ")."]
        reached = f"{_called(old, start)} reached {_called(new, end)}"
        if answer.certificate.status != "unknown":
            return (), [f"No citation path shows that {reached}, and every reference list on the way is known."]
        reach = answer.certificate.reach
        missing = self.show(f"{reach.unknown:,} of the {counted(reach.works, 'work')}", f"path {names} --json")
        nearest = ", ".join(map(self.name, reach.frontier[:_NEAREST]))
        more = " first" if reach.unknown > _NEAREST else ""
        lack = "lacks" if reach.unknown == 1 else "lack"
        settle = f" on possible paths {lack} a known reference list. To settle it, read the lists of {nearest}{more}."
        return (), [f"Whether {reached} is unknown: ", missing, settle]

    def remembered(self, first: Era, last: Era, asked: list[str]) -> Iterator[Point]:
        """How the works of the first era are cited: in a whole population, in the last era; then those asked about."""
        graph, meant = self.graph, self.graph.within(first)
        works = f"the {meant.sum():,} works of the {first.name} era ({first.years})"
        tables: list[tuple[str, str, pd.DataFrame]] = []
        whole = next((p for p in populations(graph) if p.whole and p.detection == 1 and p.size >= SMALLEST), None)
        if whole:
            options = f"--population {shlex.quote(whole.name)}"
            tables.append(
                (f"the {whole.known:,} of {whole.name}", options, standing(graph, population=whole.name).table)
            )
            k = tables[0][2]["k"][meant]
            none = self.show(f"{(k == 0).sum():,}", f"rank standing {options} --json")
            told = [f"Of {works}, ", none, f" are cited in none of the {whole.known:,} known reference lists"]
            told.append(
                f" ({whole.rule}: {counted(whole.size, 'work')})"
                if whole.rule
                else f" of its {counted(whole.size, 'work')}"
            )
            if k.max():
                most = self.show(f"{k.max():,}", f"rank standing {options} --json")
                told += ["; the most cited, in ", most, f" each: {self.names(k.index[k == k.max()])}"]
            yield f"In {whole.name}", [*told, "."]
        options = f"--era {shlex.quote(last.name)}"
        later = later_works(graph, last)
        tables.append((f"{later.known:,} since {last.first}", options, standing(graph, era=last.name).table))
        said = tables[-1][2]["verdict"][meant].str.removeprefix("little known: ")
        told = [
            f"The reference lists of {later.known:,} of the {later.size:,} works of the {last.name} era are known. "
        ]
        told.append(f"As far as these tell (each verdict is 90 % sure or more), of {works} ")
        for verdict, n in Counter(said).most_common():
            if verdict != CANNOT_SAY:
                names = f" ({self.names(said.index[said == verdict])})" if verdict == WELL_KNOWN else ""
                told += [
                    self.show(f"{n:,}", f"rank standing {options} --json"),
                    f" {'is' if n == 1 else 'are'} {verdict}{names}, ",
                ]
        yield f"Since {last.first}", [*told, f"and of {(said == CANNOT_SAY).sum():,} nothing can be said."]
        for name in dict.fromkeys(asked):
            yield from self.one(name, tables)

    def one(self, name: str, tables: "list[tuple[str, str, pd.DataFrame]]") -> Iterator[Point]:
        """The standing of one work that is asked about by name."""
        try:
            work = name_work(self.store, name)
        except KgError:
            return  # its question says so
        told: list[Any] = []
        for of, options, table in tables:
            row = table.loc[work.id]
            k = self.show(f"{row['k']:,.0f}", f"why {shlex.quote(work.id)} standing {options}")
            told += [" and in " if told else "Cited in ", k, f" of {of}"]
        if row["low"] < row["high"]:
            told.append(f" (by {100 * row['low']:.2g} to {100 * row['high']:.2g} % of all works of that era, at 90 %)")
        yield _called(name, work), [*told, f": {row['verdict']}."]

    def names(self, ids: "Iterable[str]") -> str:
        """Works as a text cites them, those of one name together."""
        each = Counter(self.name(self.graph.number(id_)) for id_ in ids)
        return ", ".join(name if n == 1 else f"{name} ({counted(n, 'work')})" for name, n in each.items())

    def name(self, i: int) -> str:
        """A work as a text cites it."""
        work = self.store.find_by_id(self.graph.ids[i])
        return cited_as(work.authors, work.year, work.id) if work else self.graph.ids[i]


def _called(name: str, work: Work) -> str:
    """A work by the name that a question gives it, and as a text cites it."""
    cited = cited_as(work.authors, work.year, work.id)
    return cited if name in (cited, work.id) else f"{name} ({cited})"
