"""A part of a corpus as a graph: works within some hops of others, each with where it stands among all works there."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import InputError, KgError, NothingFound
from kg.facts import corpus_name
from kg.files import read_small
from kg.global_figures import CITATIONS as CITED
from kg.global_figures import GlobalFigure, GlobalFigures
from kg.graph.folder import Workspace, folder_of
from kg.ingest.sources.base import outcome_of
from kg.ingest.sources.list_page import CITATIONS, REFERENCES
from kg.library.answers import Answer, Block, Table
from kg.model import Batch, Citation, Outcome, Retrieval, Work
from kg.text import counted

if TYPE_CHECKING:
    from kg.corpus.layout import Corpus
    from kg.corpus.neighbourhood import Hop, Neighbourhood, Taken
    from kg.graph.writer import Writer

_PAGE = 20_000  # works, or described citations, saved together
_NOT_OVER = "the years in which citing works count are not over"
_WAYS = {REFERENCES: "back", CITATIONS: "forward"}


@dataclass(frozen=True, repr=False)
class Cut(Answer):
    """What was cut out of a corpus.

    Attributes
    ----------
    graph : str
        The graph that it was put into.
    corpus : GlobalFigures
        The corpus, as every work names it.
    named : int
        How many works were named.
    hops : tuple of Hop
        The hops that were made, in order.
    asked : dict of str
        How many hops were asked for, back ("references") and forward ("citations").
    limit_works : int or None
        The most works that were to be kept.
    works, citations : int
        How many works were kept, and how many citations among them.
    lists : dict of str
        How many of their reference lists are whole, how many were "cut" because they lead out, and how many are not whole in
        the corpus itself ("incomplete") or not known there.
    left_out : int
        References of these works to works of the corpus that were not kept.
    measures : tuple of str
        The measures of the corpus whose figures were carried along.
    not_found : dict of str
        Names read from a file that name no work, or several, with the reason.
    """

    graph: str
    corpus: GlobalFigures
    named: int
    hops: "tuple[Hop, ...]"
    asked: dict[str, int]
    limit_works: int | None
    works: int
    citations: int
    lists: dict[str, int]
    left_out: int
    measures: tuple[str, ...]
    not_found: dict[str, str]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg corpus cut --json`."""
        about = self.corpus
        head = {"catalogue": about.catalogue, "snapshot": about.snapshot, "corpus": about.corpus}
        return {
            "graph": self.graph,
            **head,
            "generated": about.generated,
            "named": self.named,
            "not_found": self.not_found,
            "asked": self.asked,
            "limit_works": self.limit_works,
            "hops": [hop._asdict() for hop in self.hops],
            "works": self.works,
            "citations": self.citations,
            "lists": self.lists,
            "left_out": self.left_out,
            "measures": list(self.measures),
            "notes": list(self.notes),
        }

    def blocks(self) -> Iterator[Block]:
        """What was kept, hop by hop, and what was left out."""
        kept = f"{counted(self.works, 'work')} and {counted(self.citations, 'citation')}"
        yield f"{self.graph}: {kept}, cut from {self.corpus.there}"
        rows: list[tuple[str | int, ...]] = [("named", "", self.named, self.named, self.named)]
        rows += [(_WAYS[hop.way], hop.hop, hop.found, hop.new, hop.kept) for hop in self.hops]
        numbers = ["hop", "works reached", "new", "kept"]
        yield Table(["way", *numbers], rows, right=numbers)
        yield from self._limited()
        said = {
            "whole": "whole",
            "cut": f"cut, as {counted(self.left_out, 'reference')} of them lead out of this graph",
            "incomplete": "incomplete in the corpus",
            "unknown": "unknown in the corpus",
        }
        yield f"reference lists: {'; '.join(f'{self.lists[k]:,} {words}' for k, words in said.items() if self.lists[k])}"
        for name, why in self.not_found.items():
            yield f"left out: {name}: {why}"

    def _limited(self) -> Iterator[str]:
        """What --limit-works left out."""
        last = self.hops[-1] if self.hops else None
        if last is None or last.kept == last.new:
            return
        limit, lost = f"--limit-works {self.limit_works:,}", last.new - last.kept
        yield (
            f"{limit}: of the {last.new:,} new works of hop {last.hop} {_WAYS[last.way]} the {last.kept:,} most cited in the "
            f"corpus were kept, {lost:,} left out"
        )
        made = {(hop.way, hop.hop) for hop in self.hops}
        begun = [
            f"{n} {_WAYS[way]}" for way, most in self.asked.items() for n in range(1, most + 1) if (way, n) not in made
        ]
        if begun:
            yield f"not begun, as the limit was reached: hop {', '.join(begun)}"


@dataclass(slots=True)
class _Tally:
    """What is counted while works are saved."""

    lists: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("whole", "cut", "incomplete", "unknown"), 0))
    left_out: int = 0


def cut(
    corpus: str | Path,
    works: str | Sequence[str] = (),
    *,
    graph: str,
    file: str | Path | None = None,
    references: int = 1,
    citations: int = 1,
    limit_works: int | None = None,
) -> Cut:
    """Take the works within some hops of others out of a corpus into a graph, with the citations among them.

    Both ways start from the works named: their references, the references of these and so on; and the works that cite them,
    those that cite these and so on. Every work carries where it stands by citations among all works of its year and field in
    the corpus, and what measures of the corpus gave it. A reference list that leads out of the graph is incomplete there.

    Parameters
    ----------
    corpus : str or Path
        The folder of the corpus.
    works : str or sequence of str
        The works: identifiers, whole titles, titles before the colon, or first author and year.
    graph : str
        The graph to build or to add to: a name under ./graphs, or a folder.
    file : str or Path, optional
        A file with more names of works, one a line; those that name no work or several are left out and listed.
    references : int, default 1
        How many hops to go back.
    citations : int, default 1
        How many hops to go forward.
    limit_works : int, optional
        Keep at most this many works: of the hop that passes the limit those most cited, and no hop after it.

    Returns
    -------
    Cut
        What was kept and what was left out.

    Raises
    ------
    InputError
        If the folder is no corpus, a name fits several works, or an option is invalid; nothing was written.
    NothingFound
        If a name fits no work; nothing was written.
    StoreError
        If the graph cannot be written, or the corpus was built anew meanwhile.
    """
    from kg.corpus.layout import Corpus
    from kg.corpus.neighbourhood import Neighbourhood

    names = [works] if isinstance(works, str) else list(works)
    for option, value in ((REFERENCES, references), (CITATIONS, citations)):
        if value < 0:
            raise InputError(f"{option} must be at least 0 (got {value})", "0 follows none of them")
    folder_of(graph)  # refuses what cannot be written, before anything is searched
    opened = Corpus.open(corpus)
    about = _about(opened)
    measures, notes = _measures(opened)
    with closing(Neighbourhood(opened, about.source)) as around:
        places, not_found = _named(around, names, _lines(file) if file else [])
        if limit_works is not None and limit_works < len(places):
            few = f"--limit-works {limit_works} is less than the {len(places)} works named"
            raise InputError(few, "raise the limit")
        hops = tuple(around.grow(places, references=references, citations=citations, limit=limit_works))
        size, pairs = around.hold()
        total, known = around.whole()
        about = replace(about, works=total, known_lists=known)
        day = about.snapshot or str(opened.manifest.get("built") or "")[:10] or None
        asked = {REFERENCES: references, CITATIONS: citations}
        with Workspace.writing(graph, _command(corpus, names, file, asked, limit_works)) as (_, writer):
            tally = _Tally()
            writer.add_all(_batches(around, writer, about, measures, day, tally))
    return Cut(
        graph=graph,
        corpus=about,
        named=len(places),
        hops=hops,
        asked=asked,
        limit_works=limit_works,
        works=size,
        citations=pairs,
        lists=tally.lists,
        left_out=tally.left_out,
        measures=tuple(measures),
        not_found=not_found,
        notes=tuple(notes),
    )


def _about(corpus: "Corpus") -> GlobalFigures:
    """The corpus as its works name it."""
    from kg.corpus.layout import snapshot_day

    manifest, catalogue = corpus.manifest, corpus.source
    return GlobalFigures(
        source=corpus_name(catalogue, corpus.name),
        catalogue="semantic-scholar" if catalogue == "s2" else catalogue,
        snapshot=snapshot_day(corpus) or "",
        corpus=str(manifest.get("name") or corpus.folder.resolve().name),
        generated=bool(manifest.get("generated")),
    )


def _measures(corpus: "Corpus") -> tuple[dict[str, set[int]], list[str]]:
    """The measures that are carried along, each with the years whose windows are not over, and what to say of the others."""
    from kg.corpus.measures.job import load_measure, measured
    from kg.corpus.neighbourhood import CARRIED

    found, other, absent = dict[str, set[int]](), list[str](), list[str]()
    for name in CARRIED:
        if told := measured(corpus, load_measure(name), load_measure(name).options):
            found[name] = {int(year) for year, counts in told["years"].items() if counts.get("window_over") is False}
        else:
            (other if (corpus.measures / name).exists() else absent).append(name)
    notes = [
        "the standing of each work by citations was computed for this cut, by the rule of `kg corpus measure percentile`"
    ]
    if absent:
        notes.append(
            f"not measured in this corpus, so not carried along: {', '.join(absent)} (`kg corpus measure` does it)"
        )
    if other:
        which = "measured of an older build of this corpus, by an older kg, or in part"
        notes.append(f"{which}, so not carried along: {', '.join(other)}")
    return found, notes


def _lines(file: str | Path) -> list[str]:
    """The names in a file, one a line; empty lines and those that begin with # are none."""
    lines = read_small(Path(file), most_mb=1024).splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _named(around: "Neighbourhood", names: Sequence[str], lines: Sequence[str]) -> tuple[list[Any], dict[str, str]]:
    """The places of the works named, and for the lines of a file that name none why."""
    from kg.corpus.naming import find_works

    if not names and not lines:
        raise InputError("no work is named", "give an identifier, a title, or author and year, or a file of them")
    found = find_works(around, [*names, *lines])
    own = {name.strip() for name in names}
    places, not_found = [], {}
    for text, place in found.items():
        if not isinstance(place, KgError):
            places.append(place)
        elif text in own:
            raise place
        else:
            not_found[text] = place.message
    if not places:
        raise NothingFound(
            f"the corpus has none of the {counted(len(lines), 'work')} named in the file",
            next(iter(not_found.values())),
        )
    return list(dict.fromkeys(places)), not_found


def _command(
    corpus: str | Path, names: Sequence[str], file: str | Path | None, asked: dict[str, int], limit: int | None
) -> str:
    """The command as the list of runs has it."""
    words = ["corpus", "cut", Path(corpus).resolve().name, *names]
    words += ["--file", Path(file).name] if file else []
    words += [word for way, most in asked.items() for word in (f"--{way}", str(most))]
    words += ["--limit-works", str(limit)] if limit is not None else []
    return shlex.join(words)


def _batches(
    around: "Neighbourhood",
    writer: "Writer",
    about: GlobalFigures,
    measures: Mapping[str, set[int]],
    day: str | None,
    tally: _Tally,
) -> Iterator[Batch]:
    """The works with their lists, then the citations among them."""
    ids: list[str] = []
    numbers: list[int] = []
    rest = around.taken(list(measures))
    while page := list(islice(rest, _PAGE)):
        works = [_work(one, about, measures) for one in page]
        lists = [r for one in page for r in _retrievals(one, about.source, day, tally)]
        yield Batch(works=works, retrievals=lists, records=len(works))
        ids += [writer.stored_id(work.id) for work in works]  # where the graph knew the work, its own id
        numbers += [one.lists.place.n for one in page]
    if around.has_descriptions():
        at = dict(zip(numbers, ids, strict=True))
        rows = around.described_citations()
        while some := list(islice(rows, _PAGE)):
            said = [
                Citation(
                    citing=at[a],
                    cited=at[b],
                    source=about.source,
                    influential=influential,
                    intents=tuple(intents or ()),
                )
                for a, b, influential, intents in some
            ]
            yield Batch(citations=said, records=len(said))
        return
    for table in around.citations(ids, numbers):
        yield Batch(table=table, records=len(table))


def _work(one: "Taken", about: GlobalFigures, measures: Mapping[str, set[int]]) -> Work:
    """A work with its figures; those that were named are what the graph begins with."""
    cited = GlobalFigure(metric=CITED, value=one.lists.citations, **(one.rank._asdict() if one.rank else {}))
    others = (
        GlobalFigure(metric=name, value=None, reason=_NOT_OVER)
        if one.lists.place.year in measures.get(name, ())
        else GlobalFigure(metric=name, value=value, reason=reason)
        for name, (value, reason) in one.figures.items()
        if value is not None or reason
    )
    figures = replace(
        about,
        year=one.lists.place.year,
        field=one.field,
        cohort=one.cohort.field if one.cohort else "",
        first=one.cohort.first if one.cohort else None,
        last=one.cohort.last if one.cohort else None,
        references=one.references,
        citations=one.citations,
        figures=(cited, *others),
    )
    return replace(one.work, seed=one.references == 0, facts=(*one.work.facts, figures.fact))


def _retrievals(one: "Taken", source: str, day: str | None, tally: _Tally) -> Iterable[Retrieval]:
    """How whole its lists are here: a list that leads out of the cut is incomplete, whatever it is in the corpus."""
    lists = one.lists
    missing = lists.references - one.held[REFERENCES]
    outcome = Outcome.PARTIAL if missing else lists.outcome
    kind = "cut" if missing else "whole" if outcome.known else "unknown" if outcome is Outcome.UNKNOWN else "incomplete"
    tally.lists[kind] += 1
    tally.left_out += missing
    reported = lists.references if lists.reported_references is None else lists.reported_references
    yield Retrieval(work=one.work.id, list=REFERENCES, outcome=outcome, source=source, reported=reported, date=day)
    citations, _ = outcome_of(one.held[CITATIONS], lists.citations, lists.reported_citations)
    reported = lists.citations if lists.reported_citations is None else lists.reported_citations
    yield Retrieval(work=one.work.id, list=CITATIONS, outcome=citations, source=source, reported=reported, date=day)
