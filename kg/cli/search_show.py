"""kg search, kg show."""

from typing import Annotated, Any

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import brief, by, print_json, print_table, say, tell, whole
from kg.cli.works import WORK_HELP, ask_work, works_of
from kg.errors import NothingFound


@app.command(rich_help_panel="Ask")
def search(
    text: Annotated[str, Argument(metavar="TEXT", help="Words of titles and authors, a year, or an identifier.")],
    top: Annotated[int, Option(min=1, help="How many works to list.")] = 20,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Find works by title, authors, year or identifier.

    Example: kg search "todd 1989"
    """
    from kg.graph.folder import Workspace
    from kg.graph.search import search as find

    hits = find(Workspace.open(graph).as_of(as_of).store, text, limit=top + 1)
    rows, more = hits[:top], len(hits) > top
    if json:
        listed = [brief(w) | {"authors": list(w.authors), "score": score} for w, score in rows]
        print_json({"rows": listed, "more": more})
    elif rows:
        print_table(["id", "year", "authors", "title"], [(w.id, w.year, by(w.authors), w.title) for w, _ in rows])
        if more:
            say(f"the best {top}; there are more (--top)")
    if not rows:
        when = f" among works dated up to {as_of}" if as_of is not None else ""
        raise NothingFound(f"no work fits {text!r}{when}", "try fewer or other words")


@app.command(rich_help_panel="Ask")
def show(
    work: Annotated[str, Argument(metavar="WORK", help=WORK_HELP)],
    related: Annotated[
        str | None,
        Option(help="Works cited together with it (co_citation) or citing the same (coupling).", show_default=False),
    ] = None,
    top: Annotated[int, Option(min=1, help="How many related works to list.")] = 20,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Show one work: what it is, what it cites, what cites it, and how much of that is known.

    Example: kg show WaveNet

    Example: kg show WaveNet --related co_citation
    """
    from kg.graph.folder import Workspace

    space = Workspace.open(graph).as_of(as_of)
    found = ask_work(space, work)
    document = _document(space, found)
    if related:
        document["related"] = _related(space, found, related, top)
    if json:
        print_json(document)
        return
    tell(found.title or "(no title)")
    authors = "; ".join(found.authors) or "authors unknown"
    tell(f"{authors}, {found.year or 'undated'}{', ' + found.venue if found.venue else ''}")
    tell("  ".join((f"id {found.id}", *found.identifiers)))
    for concept in document["concepts"]:
        tell(f"{concept['scheme']}: {concept['label']}  ({concept['source']})")
    for claim in document["claims"]:
        tell(f"claim {claim['id']} ({claim['kind']}, {claim['role']}): {claim['statement']}")
    for name in ("references", "citations"):
        held, reported = document["held"][name], document["reported"][name]
        said = f", {reported} reported by the source" if reported is not None else ""
        known = f"; reference list: {document['outcomes']['references']}" if name == "references" else ""
        print(f"\n{held} {name} held here{said}{known}")
        if document[name]:
            print_table(["year", "id", "title"], [(w["year"], w["id"], w["title"]) for w in document[name]])
    if related:
        print(f"\nrelated by {document['related']['by']}")
        rows = [(r["count"], r["year"], r["id"], r["title"]) for r in document["related"]["rows"]]
        print_table(["count", "year", "id", "title"], rows, right=["count"])
        say(*document["related"]["notes"])


def _outcome(space: Any, work: Any) -> str:
    from kg.graph.arrays import OUTCOMES

    return str(OUTCOMES[space.arrays.outcomes[space.number(work)]])


def _related(space: Any, work: Any, by_: str, top: int) -> dict[str, Any]:
    from kg.analysis.co_citation import co_citation, coupling
    from kg.errors import UnknownName

    measures = {"co_citation": co_citation, "coupling": coupling}
    name = by_.replace("-", "_")
    if name not in measures:
        raise UnknownName("relation", by_, measures)
    graph = space.graph
    found = measures[name](graph, works=[work.id], top=top)
    titles, years = graph.works["title"], graph.works["year"].astype(object)
    rows = [
        {"id": id_, "title": titles[id_] or None, "year": whole(years[id_]), "count": int(count), "both": int(both)}
        for _, id_, count, both in found.table.itertuples(index=False)
    ]
    return {"by": name, "rows": rows, "notes": found.notes}


def _document(space: Any, work: Any) -> dict[str, Any]:
    store, index, i = space.store, space.arrays, space.number(work)
    looped = [i] if i in index.loops else []
    references = [*index.reference_works[index.reference_offsets[i] : index.reference_offsets[i + 1]], *looped]
    citations = [*index.citer_works[index.citer_offsets[i] : index.citer_offsets[i + 1]], *looped]
    outcomes = {r.list: str(r.outcome) for r in store.retrievals("r.work = ?", (index.rows[i],))}
    concepts = store.concepts("c.work = ?", (index.rows[i],))
    outcomes["references"] = _outcome(space, work)
    reported = {"references": work.reported_references, "citations": work.reported_citations}
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
        "reported": reported,
        "outcomes": {"citations": "UNKNOWN"} | outcomes,
        "references": _by_year(space, references),
        "citations": _by_year(space, citations),
    }


def _by_year(space: Any, numbers: list[int]) -> list[dict[str, Any]]:
    return sorted((brief(w) for w in works_of(space, numbers)), key=lambda w: (w["year"] is None, w["year"], w["id"]))
