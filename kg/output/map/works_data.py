"""What the page of a map says about each work and citation: for the most part the same on every map of a graph."""

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from kg.graph.arrays import OUTCOMES, UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.ids import LINK_NAMES, iri_of, scheme_of
from kg.model import Outcome
from kg.output.map.kept import Same, kept
from kg.output.map.returns import why_command
from kg.text import marked_title, surname

if TYPE_CHECKING:
    from kg.output.map.model import MapView, Score

_PLAIN: Final = re.compile(r"[\w.:/-]+", re.ASCII)  # ids that the page's script quotes as a command line does
_UNSAFE: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"})


class WorksData(Sequence[dict[str, Any]]):
    """What the page says about each work; keys whose value is empty, None or False are left out.

    Parameters
    ----------
    view : MapView
        What is drawn.
    parts : iterable of tuples
        What this map says of each work besides: pairs of a name and a value.
    """

    def __init__(self, view: "MapView", parts: Iterable[tuple[tuple[str, Any], ...]]) -> None:
        about = view.about
        same = _same(
            view.graph,
            Same(view.citations),
            Same(view.identifiers),
            Same(about.scores),
            Same(about.asleep),
            Same(about.awake),
            view.where,
        )
        said: dict[tuple[tuple[str, Any], ...], str] = {}
        self._texts = []
        for fixed, part in zip(same, parts, strict=True):
            more = said.get(part)
            if more is None:
                more = said[part] = "".join(f",{_json(name)}:{_json(value)}" for name, value in part)
            self._texts.append(f"{fixed}{more}}}")

    def __len__(self) -> int:
        """The number of works."""
        return len(self._texts)

    def __getitem__(self, i: Any) -> Any:
        """What is said about one."""
        return json.loads(self._texts[i])

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """What is said about each."""
        return map(json.loads, self._texts)

    @property
    def json(self) -> "Json":
        """The same for the page."""
        return Json(f"[{','.join(self._texts)}]")


class Json:
    """JSON that can stand in a page as it is; no text, so that templates leave it alone."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __html__(self) -> str:
        """The JSON."""
        return self._text


def _json(value: Any) -> str:
    """A value as JSON in which no markup can begin."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=lambda one: one.item()).translate(
        _UNSAFE
    )


@kept
def _same(
    graph: CitationGraph, citations: Same, identifiers: Same, scores: Same, asleep: Same, awake: Same, where: str | None
) -> list[str]:
    """What every map of a graph says of each work: JSON without its last brace."""
    works = graph.works
    table = works.astype(object).where(works.notna(), None)
    concepts: dict[str, list[tuple[str, str]]] = {}
    for work, scheme, label in graph.concepts[["work", "scheme", "label"]].itertuples(index=False):
        concepts.setdefault(work, []).append((str(scheme), str(label)))
    claims: dict[str, list[int]] = {}
    for k, claim in enumerate(graph.article_claims):
        for work, _ in claim.roles:
            claims.setdefault(work, []).append(k)
    found = []
    for i, row in enumerate(table.itertuples()):
        id_ = graph.ids[i]
        outcome = OUTCOMES[int(graph.outcomes[i])]
        year = int(graph.years[i])
        texts = {
            "title": marked_title(str(row.title or ""), row.retracted is True),
            "type": row.type,
            "authors": str(row.authors or ""),
            "family": surname(str(row.authors or "").partition(";")[0]),
            "date": row.date,
            "venue": row.venue,
            "links": _links(identifiers.it.get(id_, ())),
            "outcome": None if outcome is Outcome.UNKNOWN else int(graph.outcomes[i]),
            "concepts": sorted(set(concepts.get(id_, []))),
            "claims": sorted(set(claims.get(id_, []))),
            "scores": [_score(id_, score, where) for score in scores.it.get(id_, ())],
            "asleep": asleep.it.get(id_),
            "seed": bool(row.seed),
            "stub": bool(row.stub),
        }
        numbers = {
            "year": None if year == UNDATED else year,
            "citations": citations.it.get(id_),
            "reported": row.reported_citations,
            "references": row.reported_references,
            "awake": awake.it.get(id_),
        }
        given = {key: value for key, value in texts.items() if value}
        given |= {key: value for key, value in numbers.items() if value is not None}
        found.append(_json({"id": id_} | given)[:-1])
    return found


@kept
def citation_numbers(graph: CitationGraph) -> dict[tuple[str, str], int]:
    """The number of each citation, (citing, cited), on the page."""
    ids, citing, cited = graph.ids, graph.references.owners().tolist(), graph.references.works.tolist()
    return {(ids[a], ids[b]): k for k, (a, b) in enumerate(zip(citing, cited, strict=True))}


@kept
def evidence_lines(graph: CitationGraph, evidence: Same) -> tuple[list[str], dict[int, list[int]]]:
    """The lines that say that one work cites another, each once, and those of each citation by their numbers."""
    if not evidence.it:
        return [], {}
    lines = {text: k for k, text in enumerate(dict.fromkeys(text for each in evidence.it.values() for text in each))}
    numbers = citation_numbers(graph)
    of = {numbers[pair]: [lines[text] for text in each] for pair, each in evidence.it.items() if pair in numbers}
    return list(lines), of


def _score(id_: str, score: "Score", where: str | None) -> list[str]:
    """A figure with the command that gives it again, which is left out where the page's script can make it."""
    made = _PLAIN.fullmatch(id_) and shlex.quote(id_) == id_ and score.why == why_command(id_, score.name, where)
    return [score.name, score.value] if made and where is not None else list(score)


def _links(identifiers: tuple[str, ...]) -> list[tuple[str, str]]:
    links: dict[str, str] = {}
    for identifier in identifiers:
        iri = iri_of(identifier)
        if iri and urlsplit(iri).scheme in {"http", "https"}:
            scheme = scheme_of(identifier)
            links.setdefault(iri, LINK_NAMES.get(scheme) or urlsplit(iri).hostname or scheme)
    return [(name, iri) for iri, name in links.items()]
