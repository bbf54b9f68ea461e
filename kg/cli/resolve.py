"""Build: resolve."""

from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from kg.cli import GraphOption, JsonOption, app
from kg.cli.printing import print_json, print_table, say, tell

if TYPE_CHECKING:
    from kg.graph.store import Store
    from kg.model import Resolution, Work

_STATUSES = ("review", "stub", "unresolved", "resolved")


@app.command(rich_help_panel="Build")
def resolve(
    reference: Annotated[
        str | None,
        Argument(metavar="[REFERENCE", help="Words of the one reference to decide about.", show_default=False),
    ] = None,
    work: Annotated[
        str | None,
        Argument(
            metavar="WORK]",
            help='The work it means: a work of the graph, an identifier, or "none".',
            show_default=False,
        ),
    ] = None,
    review: Annotated[bool, Option("--review", help="Only the doubtful ones: a work fits, but not surely.")] = False,
    all_: Annotated[bool, Option("--all", help="Those that found their work too.")] = False,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """What became of every reference that was ingested, and a person's word where kg was in doubt.

    A decision goes to overrides.csv in the graph's folder and wins over all that is found, now and in later ingests.

    Example: kg resolve --review --graph my-field

    Example: kg resolve "sequential network design" "Todd 1988" --graph my-field
    """
    from kg.errors import InputError, NothingFound
    from kg.graph.folder import Workspace

    if reference is not None and work is None:
        raise InputError(f"no work was given for {reference!r}", 'name one, an identifier, or "none"')
    if reference is not None and work is not None:
        document = _decide(graph, reference, work)
        if json:
            print_json(document)
        else:
            tell(f"{document['reference']}\n{document['done']}")
        return
    store = Workspace.open(graph).store
    rows = list(store.resolutions())
    if not rows:
        raise NothingFound(f"{store.name} was not made from references", "ingest an article or a bibliography")
    counts = {status: sum(row.status == status for row in rows) for status in _STATUSES}
    shown = [r for r in rows if (r.status == "review" if review else all_ or r.status != "resolved")]
    shown.sort(key=lambda row: _STATUSES.index(row.status))
    if json:
        print_json({"graph": store.name, "counts": counts, "references": [_row(store, row) for row in shown]})
        return
    for row in shown:
        tell(f"{row.status}: {row.text}\n    {row.reason}")
        fitting = [
            (row.likely or (row.id if row.status == "resolved" else None), row.score, "likely" if row.likely else "is")
        ]
        fitting.append((row.runner_up, row.runner_up_score, "next best"))
        works = [(how, score, id_, _title(store, id_)) for id_, score, how in fitting if id_]
        if works:
            print_table(["   ", "fits", "id", "title"], [(f"    {how}", *rest) for how, *rest in works], right=["fits"])
    say(", ".join(f"{count} {status}" for status, count in counts.items() if count))
    if counts["review"]:
        say(f'to decide: kg resolve "WORDS OF THE REFERENCE" WORK --graph {graph or store.name}   (or "none" for WORK)')


def _row(store: "Store", row: "Resolution") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(row) | {"title": _title(store, row.likely or row.id), "runner_up_title": _title(store, row.runner_up)}


def _title(store: "Store", id_: str | None) -> str | None:
    """The title of a work held here or in the bundled graph."""
    found = _known(store, id_) if id_ else None
    return found.title if found else None


def _known(store: "Store", id_: str) -> "Work | None":
    from kg.build.lookup_sources import sources_named
    from kg.graph.folder import BUNDLED

    return store.find_by_id(id_) or sources_named([BUNDLED])[0].find_by_id(id_)


def _decide(graph: str | None, words: str, said: str) -> dict[str, Any]:
    """Write a decision down, and go by it at once where this graph or the bundled one holds the work."""
    import os
    from dataclasses import replace

    from kg.build.lookup_sources import sources_named
    from kg.errors import InputError
    from kg.graph.folder import BUNDLED, Workspace
    from kg.graph.search import name_work
    from kg.ids import parse_identifier
    from kg.ingest.resolve.overrides import NONE, add_override
    from kg.model import Batch

    name = graph or os.environ.get("KG_GRAPH")
    if not name:
        raise InputError("no graph was named to decide in", "add --graph NAME")
    with Workspace.writing(name, f"resolve {words!r} {said!r}") as (space, writer):
        store = space.store
        row = _one(list(store.resolutions()), words)
        before = store.find_by_id(row.id or "")
        work = None
        if said != NONE:
            work = _known(store, said)
            if work is None and not parse_identifier(said):
                work = name_work(store, said)
        if work and before and work.id == before.id and before.stub:
            raise InputError(f"{work.id} is the stub kept for this reference", "name the work itself, by an id or DOI")
        add_override(space.folder, row.text, work.id if work else said)
        document = {"reference": row.text, "work": work.id if work else None if said == NONE else said, "applied": True}
        if work is None and said != NONE:
            return document | {"applied": False, "done": f"it is {said}; ingest the file again to look that up"}
        kept = before if before and not before.stub and (work is None or before.id != work.id) else None
        told = replace(row, method="override", reason=f"by hand: it is {said}.", score=None, likely=None)
        if work is None:
            writer.add(Batch(resolutions=[replace(told, status="stub" if before and before.stub else "unresolved")]))
            done = "it is no work known"
        else:
            fetched = [] if store.find_by_id(work.id) else sources_named([BUNDLED])[0].fetch([work.id])
            joins = [(before.id, work.id)] if before and before.stub else []
            last = Batch(works=[replace(work, seed=True)], joins=joins)
            writer.add_all([*fetched, last, Batch(resolutions=[replace(told, status="resolved", id=work.id)])])
            done = f"it is {work.id}: {work.title}"
        return document | {"done": f"{done}; {kept.id}, a work of its own, stays in the graph" if kept else done}


def _one(rows: "list[Resolution]", words: str) -> "Resolution":
    """The reference that has all these words; raises where none or several have."""
    from kg.errors import InputError, NothingFound
    from kg.text import title_key

    wanted = title_key(words)
    found = [row for row in rows if wanted and f" {wanted} " in f" {title_key(row.text)} "]
    exact = [row for row in rows if title_key(row.text) == wanted]
    found = exact or found or [r for r in rows if wanted and set(wanted.split()) <= set(title_key(r.text).split())]
    if not found:
        raise NothingFound(f"no reference holds {words!r}", "`kg resolve --all` lists all of them")
    if len(found) > 1:
        listed = "\n".join(f"  {row.text}" for row in found[:8])
        raise InputError(f"{len(found)} references hold {words!r}", f"give more of its words:\n{listed}")
    return found[0]
