"""Ask: search, show, path."""

from itertools import pairwise
from typing import Annotated, Any

from typer import Argument, Option

from kg.cli import GraphOption, JsonOption, app
from kg.cli.output import brief, by, print_json, print_table, say

_IGNORED = (
    ("loops", "citations of a work by itself: not followed"),
    ("duplicates", "repeated citations: counted once"),
    ("backward", "citations of a later work: not followed unless --ignore-time"),
)
WORK_HELP = 'A work as people name it: "Todd 1989", a title or its start, an id, a DOI, an arXiv id.'


@app.command(rich_help_panel="Ask")
def search(
    text: Annotated[str, Argument(metavar="TEXT", help="Words of titles and authors, a year, or an identifier.")],
    top: Annotated[int, Option(min=1, help="How many works to list.")] = 20,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Find works by title, authors, year or identifier.

    Example: kg search "todd 1989"
    """
    from kg.errors import NothingFound
    from kg.naming import search as find
    from kg.workspace import Workspace

    hits = find(Workspace.open(graph).store, text, limit=top + 1)
    rows, more = hits[:top], len(hits) > top
    if json:
        listed = [brief(w) | {"authors": list(w.authors), "score": score} for w, score in rows]
        print_json({"rows": listed, "more": more})
    elif rows:
        print_table(["id", "year", "authors", "title"], [(w.id, w.year, by(w.authors), w.title) for w, _ in rows])
        if more:
            say(f"the best {top}; there are more (--top)")
    if not rows:
        raise NothingFound(f"no work fits {text!r}", "try fewer or other words")


@app.command(rich_help_panel="Ask")
def show(
    work: Annotated[str, Argument(metavar="WORK", help=WORK_HELP)], graph: GraphOption = None, json: JsonOption = False
) -> None:
    """Show one work: what it is, what it cites, what cites it, and how much of that is known.

    Example: kg show WaveNet
    """
    from kg.naming import name_work
    from kg.workspace import Workspace

    space = Workspace.open(graph)
    found = name_work(space.store, work)
    document = _document(space, found)
    if json:
        print_json(document)
        return
    print(found.title or "(no title)")
    authors = "; ".join(found.authors) or "authors unknown"
    print(f"{authors}, {found.year or 'undated'}{', ' + found.venue if found.venue else ''}")
    print("  ".join((f"id {found.id}", *found.identifiers)))
    for concept in document["concepts"]:
        print(f"{concept['scheme']}: {concept['label']}  ({concept['source']})")
    for claim in document["claims"]:
        print(f"claim {claim['id']} ({claim['kind']}, {claim['role']}): {claim['statement']}")
    for name in ("references", "citations"):
        held, reported = document["held"][name], document["reported"][name]
        said = f", {reported} reported by the source" if reported is not None else ""
        known = f"; reference list: {document['outcomes']['references']}" if name == "references" else ""
        print(f"\n{held} {name} held here{said}{known}")
        if document[name]:
            print_table(["year", "id", "title"], [(w["year"], w["id"], w["title"]) for w in document[name]])


@app.command(rich_help_panel="Ask")
def path(
    old: Annotated[str, Argument(metavar="OLD", help=f"The earlier work. {WORK_HELP}")],
    new: Annotated[str, Argument(metavar="NEW", help="The later work.")],
    k: Annotated[int, Option("-k", min=1, help="How many paths, shortest first.")] = 1,
    max_hops: Annotated[int | None, Option(min=1, help="The most citations a path may have.")] = None,
    ignore_time: Annotated[bool, Option("--ignore-time", help="Follow citations whatever the years say.")] = False,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """How did OLD reach NEW? The shortest influence paths along citations, or what is missing to say there is none.

    Example: kg path "Todd 1989" "A Hierarchical Latent Vector Model" -k 3
    """
    from kg.analysis.paths import shortest_paths
    from kg.errors import NothingFound
    from kg.naming import name_work
    from kg.workspace import Workspace

    space = Workspace.open(graph)
    start, end = name_work(space.store, old), name_work(space.store, new)
    answer = shortest_paths(
        space.index, space.number(start), space.number(end), k=k, max_hops=max_hops, ignore_time=ignore_time
    )
    certificate, meta = answer.certificate, space.index.meta
    odd = [f"{meta[what]:,} {how}" for what, how in _IGNORED if meta[what]]
    document: dict[str, Any] = {
        "old": brief(start),
        "new": brief(end),
        "paths": [_path(space, numbers) for numbers in answer.paths],
        "certificate": certificate
        and {
            "status": certificate.status,
            "searched": {"hops": certificate.hops, "works": certificate.works},
            "frontier": len(certificate.frontier),
            "unknown": [brief(w) | {"outcome": _outcome(space, w)} for w in _works(space, certificate.frontier)],
        },
        "notes": [*answer.notes, *odd],
    }
    if json:
        print_json(document)
    say(*document["notes"])
    if not json:
        for k_, found in enumerate(document["paths"], 1):
            print(f"{k_}. {found['length']} citation{'s' if found['length'] > 1 else ''}")
            print_table(["", "year", "id", "title"], [("  ", w["year"], w["id"], w["title"]) for w in found["works"]])
    if certificate:
        raise NothingFound(_verdict(document), "" if certificate.status == "none" else _missing(document))


def _verdict(document: dict[str, Any]) -> str:
    old, new, certificate = document["old"]["id"], document["new"]["id"], document["certificate"]
    works, hops = certificate["searched"]["works"], certificate["searched"]["hops"]
    reach = f"searched {works} works within {hops} hop{'' if hops == 1 else 's'} back from {new}"
    if certificate["status"] == "none" and not hops:
        return f"no path from {old}: it is later than {new}, and influence does not run back"
    if certificate["status"] == "none":
        return f"no path from {old}: {reach}, and every reference list on the way is known"
    unknown = f"{certificate['frontier']} of them with unknown reference lists"
    return f"no path found from {old}, but this data cannot tell: {reach}, {unknown}"


def _missing(document: dict[str, Any]) -> str:
    unknown = document["certificate"]["unknown"]
    lines = [f"  {w['year'] or 'undated'}  {w['id']}  {w['title'] or ''}  ({w['outcome']})" for w in unknown[:5]]
    more = [f"  ... and {len(unknown) - 5} more (--json lists all)"] if len(unknown) > 5 else []
    return "the lists that are missing begin with:\n" + "\n".join(lines + more)


def _path(space: Any, numbers: tuple[int, ...]) -> dict[str, Any]:
    works, citations = _works(space, numbers), []
    for cited, citing in pairwise(work.id for work in works):
        sources = [c.source for c in space.store.citations("a.id = ? AND b.id = ?", (citing, cited))]
        citations.append({"citing": citing, "cited": cited, "sources": sources})
    return {"works": [brief(w) for w in works], "citations": citations, "length": len(citations)}


def _works(space: Any, numbers: Any) -> list[Any]:
    return [next(space.store.works("n = ?", (space.index.rows[i],))) for i in numbers]


def _outcome(space: Any, work: Any) -> str:
    from kg.index import OUTCOMES

    return str(OUTCOMES[space.index.outcomes[space.number(work)]])


def _document(space: Any, work: Any) -> dict[str, Any]:
    store, index, i = space.store, space.index, space.number(work)
    looped = [i] if i in index.loops else []
    references = [*index.reference_works[index.reference_offsets[i] : index.reference_offsets[i + 1]], *looped]
    citations = [*index.citer_works[index.citer_offsets[i] : index.citer_offsets[i + 1]], *looped]
    outcomes = {r.list: str(r.outcome) for r in store.retrievals("r.work = ?", (index.rows[i],))}
    concepts = store.concepts("c.work = ?", (index.rows[i],))
    outcomes["references"] = _outcome(space, work)
    return brief(work) | {
        "authors": list(work.authors),
        "date": work.date,
        "venue": work.venue or None,
        "stub": work.stub,
        "seed": work.seed,
        "identifiers": list(work.identifiers),
        "concepts": [{"scheme": c.scheme, "label": c.label, "source": c.source} for c in concepts],
        "claims": [
            {"id": c.id, "kind": c.kind, "statement": c.statement, "place": c.place, "article": c.article, "role": role}
            for c in store.claims()
            for id_, role in c.roles
            if id_ == work.id
        ],
        "held": {"references": len(references), "citations": len(citations)},
        "reported": {"references": work.reported_references, "citations": work.reported_citations},
        "outcomes": {"citations": "UNKNOWN"} | outcomes,
        "references": _by_year(space, references),
        "citations": _by_year(space, citations),
    }


def _by_year(space: Any, numbers: list[int]) -> list[dict[str, Any]]:
    return sorted((brief(w) for w in _works(space, numbers)), key=lambda w: (w["year"] is None, w["year"], w["id"]))
