"""Works found by words, and one work with what it cites and what cites it. Standard library only."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kg.global_figures import figures_in, standing, without_figures
from kg.graph.arrays import OUTCOMES
from kg.graph.folder import Workspace
from kg.graph.search import search as find
from kg.graph.spelling import respelt
from kg.library.answers import Answer, Block, Table
from kg.library.asked import Asked
from kg.library.evidence import evidence_of
from kg.library.naming import brief, check_top, find_work, works_of
from kg.library.search_limits import rows_within
from kg.model import Citation, Claim, Concept, Outcome, Work
from kg.text import authors_in_short, counted, marked_title


@dataclass(frozen=True, repr=False)
class Hits(Answer):
    """Works found by words, best first.

    Goes through its works: `for work in hits`, `hits[0]`, `len(hits)`.

    Attributes
    ----------
    works : tuple[Work, ...]
        The works.
    scores : tuple[float, ...]
        How well each fits, above 0 and up to 1, which is an id or a whole title.
    more : bool
        Whether there are more.
    """

    works: tuple[Work, ...]
    scores: tuple[float, ...]
    more: bool
    notes: tuple[str, ...]

    def __len__(self) -> int:
        """The number of works found."""
        return len(self.works)

    def __iter__(self) -> Iterator[Work]:
        """The works, best first."""
        return iter(self.works)

    def __getitem__(self, k: int) -> Work:
        """The work at a place."""
        return self.works[k]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg search --json`."""
        pairs = zip(self.works, self.scores, strict=True)
        rows = [brief(w) | {"authors": list(w.authors), **_kind(w), "score": s} for w, s in pairs]
        return {"rows": rows, "more": self.more}

    def blocks(self) -> Iterator[Block]:
        """The works as a table."""
        if self.works:
            cells = [
                (w.id, w.year, authors_in_short(w.authors), marked_title(w.title, w.retracted)) for w in self.works
            ]
            yield Table(["id", "year", "authors", "title"], cells)
        else:
            yield "no work contains all of these words"


@dataclass(frozen=True, repr=False)
class Shown(Answer):
    """One work: what it is, what it cites, what cites it, and how much of that is known.

    Attributes
    ----------
    work : Work
        The work.
    references, citations : tuple[Work, ...]
        The works of this graph that it cites, and those that cite it, by year.
    evidence : dict[tuple[str, str], tuple[Citation, ...]]
        For the ids of a citing and a cited work the records of that citation, one for every source that gives it; none in a
        graph made in Python.
    outcomes : dict[str, str]
        How its lists of references and of citations were retrieved.
    concepts : tuple[Concept, ...]
        Its tasks, architectures and representations.
    claims : tuple[tuple[Claim, str], ...]
        What articles say about it, each with its role in the statement.
    """

    work: Work
    references: tuple[Work, ...]
    citations: tuple[Work, ...]
    evidence: dict[tuple[str, str], tuple[Citation, ...]]
    outcomes: dict[str, str]
    concepts: tuple[Concept, ...]
    claims: tuple[tuple[Claim, str], ...]
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg show --json`."""
        work = self.work
        return brief(work) | {
            "authors": list(work.authors),
            "date": work.date,
            "venue": work.venue or None,
            **_kind(work),
            "facts": [fact._asdict() for fact in without_figures(work.facts)],
            "global_figures": [found.as_dict() for found in figures_in(work.facts)],
            "stub": work.stub,
            "seed": work.seed,
            "identifiers": list(work.identifiers),
            "concepts": [{"scheme": c.scheme, "label": c.label, "source": c.source} for c in self.concepts],
            "claims": [
                {
                    "id": c.id,
                    "kind": c.kind,
                    "statement": c.statement,
                    "place": c.place,
                    "article": c.article,
                    "role": role,
                }
                for c, role in self.claims
            ],
            "held": {"references": len(self.references), "citations": len(self.citations)},
            "reported": {"references": work.reported_references, "citations": work.reported_citations},
            "outcomes": self.outcomes,
            "references": [brief(w) | self._evidence(work, w) for w in self.references],
            "citations": [brief(w) | self._evidence(w, work) for w in self.citations],
        }

    def _evidence(self, citing: Work, cited: Work) -> dict[str, Any]:
        return {"evidence": [evidence_of(c) for c in self.evidence.get((citing.id, cited.id), ())]}

    def blocks(self) -> Iterator[Block]:
        """The work, then its references and citations."""
        work = self.work
        yield marked_title(work.title or "(no title)", work.retracted)
        authors = "; ".join(work.authors) or "authors unknown"
        yield f"{authors}, {work.year or 'undated'}{', ' + work.venue if work.venue else ''}"
        yield "  ".join((f"id {work.id}", *work.identifiers))
        if work.type:
            yield f"type: {work.type}  ({_sources(work, 'type')})"
        for fact in work.facts:
            if fact.name == "retracted":
                yield f"retracted{f' on {fact.value}' if fact.value else ''}  ({fact.source})"
        yield from (f"{c.scheme}: {c.label}  ({c.source})" for c in self.concepts)
        yield from (f"claim {claim.id} ({claim.kind}, {role}): {claim.statement}" for claim, role in self.claims)
        yield from (standing(found) for found in figures_in(work.facts))
        known = f"; its reference list is {Outcome(self.outcomes['references']).words}"
        yield from self._list("reference", self.references, work.reported_references, known)
        yield from self._list("citation", self.citations, work.reported_citations, "")

    def _list(self, what: str, works: tuple[Work, ...], reported: int | None, known: str) -> Iterator[Block]:
        said = "" if reported is None else f", {reported:,} reported by the source"
        yield f"\n{counted(len(works), what)} in this graph{said}{known}"
        if works:
            yield Table(["year", "id", "title"], [(w.year, w.id, w.title) for w in works])


class FoundWorks(Asked):
    """What can be asked about works as they stand in a graph."""

    def find(self, name: str | Work) -> Work:
        """The work that a text names: an id, a DOI, a title or its start, "Todd 1989", or words only it has.

        Parameters
        ----------
        name : str or Work
            The work as people name it.

        Raises
        ------
        NothingFound
            If nothing fits.
        AmbiguousWork
            If several works fit; the error lists them.
        """
        return find_work(self._space, name)

    def search(
        self,
        text: str = "",
        *,
        type: str | None = None,  # noqa: A002
        retracted: bool = False,
        era: str | None = None,
        concept: str | None = None,
        venue: str | None = None,
        top: int = 20,
    ) -> Hits:
        """The works that have all words of a text in title, authors and year, best first.

        Where no work has them all, words that may be mistyped are replaced by near ones that works have; a note says so.

        Parameters
        ----------
        text : str
            Words, a year, or an identifier; the last word may be cut short. Without a text, all works within the other
            limits, by year.
        type : str, optional
            Only works of this type, one of `kg.facts.TYPES`.
        retracted : bool
            Only works that a source says are retracted.
        era : str, optional
            Only works of an era by name or years such as "1988-2008".
        concept : str, optional
            Only works on this task, architecture or representation, by its label.
        venue : str, optional
            Only works in venues whose name has these words.
        top : int
            How many works to list.

        Raises
        ------
        UnknownName
            If there is no such type or concept.
        InputError
            If there is no such era or venue.
        """
        space = self._space
        check_top(top)
        within = rows_within(space, type_=type, retracted=retracted, era=era, concept=concept, venue=venue)
        meant = ""
        if not text.strip() and within is not None:
            works = (next(space.store.works("n = ?", (row,)), None) for row in within)
            found = [(w, 1.0) for w in sorted(filter(None, works), key=_when)]
        else:
            found = find(space.store, text, limit=top + 1, within=within)
            if not found and (meant := respelt(space.store, text)):
                found = find(space.store, meant, limit=top + 1, within=within)
        found = [hit for hit in found if space.number(hit[0]) >= 0]
        kept, more = found[:top], len(found) > top
        notes = [f"no work has all the words of {text!r}; these have those of {meant!r}"] if meant and kept else []
        notes += [f"only the best {top} are shown; there are more"] if more else []
        return Hits(tuple(w for w, _ in kept), tuple(s for _, s in kept), more, tuple(notes))

    def show(self, work: str | Work) -> Shown:
        """One work: what it is, what it cites, what cites it, and how much of that is known.

        Parameters
        ----------
        work : str or Work
            The work.
        """
        space = self._space
        found = find_work(space, work)
        store, index, i = space.store, space.arrays, space.number(found)
        row = (int(index.rows[i]),)
        looped = [i] if i in index.loops else []
        cited = [*index.reference_works[index.reference_offsets[i] : index.reference_offsets[i + 1]], *looped]
        citing = [*index.citer_works[index.citer_offsets[i] : index.citer_offsets[i + 1]], *looped]
        evidence = {}
        for pair in [*((i, j) for j in cited), *((j, i) for j in citing)]:
            ends = [int(index.rows[j]) for j in pair]
            if records := tuple(store.citations("c.citing = ? AND c.cited = ?", ends)):
                evidence[records[0].citing, records[0].cited] = records
        retrieved = {r.list: str(r.outcome) for r in store.retrievals("r.work = ?", row)}
        return Shown(
            work=found,
            references=_by_year(space, cited),
            citations=_by_year(space, citing),
            evidence=evidence,
            outcomes={"citations": "UNKNOWN"} | retrieved | {"references": str(OUTCOMES[index.outcomes[i]])},
            concepts=tuple(store.concepts("c.work = ?", row)),
            claims=tuple((c, role) for c in store.claims() for id_, role in c.roles if id_ == found.id),
        )


def _by_year(space: Workspace, numbers: list[int]) -> tuple[Work, ...]:
    return tuple(sorted(works_of(space, numbers), key=_when))


def _when(work: Work) -> tuple[bool, int, str]:
    return work.year is None, work.year or 0, work.id


def _kind(work: Work) -> dict[str, Any]:
    """Its type and whether it is retracted; null where no source says."""
    return {"type": work.type or None, "retracted": work.retracted}


def _sources(work: Work, name: str) -> str:
    """Who says it; where they differ, what each says."""
    said = {fact.source: fact.value for fact in work.facts if fact.name == name}
    return ", ".join(said if len(set(said.values())) == 1 else (f"{source}: {value}" for source, value in said.items()))
