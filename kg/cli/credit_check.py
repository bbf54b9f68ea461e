"""Ask: credit-check."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from kg.cli import AsOfOption, GraphOption, JsonOption, app
from kg.cli.printing import brief, number, print_json, print_table, say, tell

if TYPE_CHECKING:
    from kg.graph.folder import Workspace


_MISSED = 5  # entries not found that are told
_TEXT = 100  # characters of one
_OPEN = "Not decidable in this data: "


@app.command("credit-check", rich_help_panel="Ask")
def credit_check(
    bibliography: Annotated[
        Path, Argument(metavar="FILE", help="Your bibliography: BibTeX, CSL-JSON, RIS, an article, a list of ids.")
    ],
    top: Annotated[int, Option(min=1, help="How many works to list.")] = 10,
    older_than: Annotated[
        int | None, Option(metavar="YEAR", help="Only works dated before this year, such as 2009.")
    ] = None,
    kind: Annotated[str | None, Option("--as", help="Read the file as article, bibtex, csl, ids ...")] = None,
    bibtex: Annotated[Path | None, Option(metavar="OUT", help="Write the works listed as BibTeX.")] = None,
    force: Annotated[bool, Option("--force", help="Overwrite a file that is there.")] = False,
    as_of: AsOfOption = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """Which works does a bibliography build on without citing them? The likeliest omissions first, each with a path.

    Example: kg credit-check my.bib --older-than 2009 --bibtex missing.bib

    Ancestors, by citations, of what it cites. Which of them were forgotten is told where this data can tell.
    """
    from kg.analysis.paths.credit_check import credit_check as check
    from kg.build.lookup import works_listed
    from kg.cli.works import works_of
    from kg.cli.write_file import written
    from kg.errors import NothingFound
    from kg.graph.folder import Workspace
    from kg.output.export.bibtex import to_bibtex

    space = Workspace.open(graph).as_of(as_of)
    entries = list(works_listed(bibliography, [space.store], kind=kind))
    named = {space.number(work): work for _, work in entries if work}
    if not named:
        told = f"none of the {len(entries)} entries of {bibliography} is a work of this graph"
        told += "" if as_of is None else f" as of {as_of}"
        raise NothingFound(told, "name another graph, or `kg ingest` the bibliography into one")
    credits_ = check(space.arrays, named, older_than=older_than)
    listed = credits_[:top]
    works = works_of(space, [c.work for c in listed])
    stories = _stories(space, [work.id for work in works])
    document: dict[str, Any] = {
        "file": str(bibliography),
        "as_of": as_of,
        "entries": len(entries),
        "found": len(named),
        "not_found": [{"text": answer.text, "reason": answer.reason} for answer, work in entries if work is None],
        "ancestors": len(credits_),
        "unknown_lists": _unknown(space, list(named)),
        "rows": [
            brief(work)
            | {"score": round(c.score, 4), "generation": c.generation, "cited_by": c.cited_by, "lists": c.lists}
            | {"path": [brief(w) for w in works_of(space, c.path)], "forgotten": stories[work.id]}
            for c, work in zip(listed, works, strict=True)
        ],
        "bibtex": to_bibtex(works),
    }
    if bibtex:
        with written(bibtex, force=force) as target:
            target.write_text(document["bibtex"], encoding="utf-8")
    if json:
        print_json(document)
        return
    _print(document, shown=not bibtex)
    older = "" if older_than is None else f" dated before {older_than}"
    say(
        f"{len(named)} of {len(entries)} entries are works of this graph; they have {len(credits_):,} ancestors{older} that "
        f"they do not name; {document['unknown_lists']:,} of the {len(named)} have unknown reference lists here"
    )
    missed = document["not_found"]
    say(*(f"not found: {' '.join(entry['text'].split())[:_TEXT]} ({entry['reason']})" for entry in missed[:_MISSED]))
    say(*(f"... and {len(missed) - _MISSED} more not found (--json lists them)" for _ in missed[_MISSED : _MISSED + 1]))
    say(*(f"wrote {bibtex}" for _ in [0] if bibtex))


def _stories(space: "Workspace", ids: list[str]) -> dict[str, dict[str, Any]]:
    """For each work what `kg forgotten` says of it: its classes, or why it cannot be judged."""
    from kg.analysis.forgotten.table import forgotten

    rows = forgotten(space.graph, top=len(space.arrays)).rows()
    ranked = {row["id"]: row for row in rows["ranked"]}
    unsure = {row["id"]: row for row in rows["insufficient"]}
    return {
        id_: {
            "judged": id_ in ranked,
            "classes": list(ranked[id_]["classes"]) if id_ in ranked else [],
            "reason": (ranked.get(id_) or unsure.get(id_) or {}).get("reason"),
        }
        for id_ in ids
    }


def _unknown(space: "Workspace", numbers: list[int]) -> int:
    from kg.graph.arrays import KNOWN

    return sum(space.arrays.outcomes[w] not in KNOWN for w in numbers)


def _print(document: dict[str, Any], *, shown: bool) -> None:
    if not document["rows"]:
        print("no ancestor of these works is missing from the bibliography, as far as this data goes")
        return
    cells: list[tuple[Any, ...]] = []
    for k, row in enumerate(document["rows"], 1):
        cells.append((k, row["year"], row["id"], row["title"]))
        way = " -> ".join(work["id"] for work in row["path"])
        lists = f"{row['lists']} list{'' if row['lists'] == 1 else 's'}"
        told = f"  cited by {row['cited_by']} of yours; in {lists} like yours; score {number(row['score'], 3)}"
        cells += [(None, None, None, told), (None, None, None, f"  {way}")]
        story = row["forgotten"]
        if story["judged"]:
            cells.append((None, None, None, f"  {', '.join(story['classes']) or 'not forgotten by any criterion'}"))
    print_table(["", "year", "id", "title"], cells, right=[""])
    reasons = {row["forgotten"]["reason"] for row in document["rows"] if not row["forgotten"]["judged"]}
    unjudged = sum(not row["forgotten"]["judged"] for row in document["rows"])
    if unjudged:
        of = f"{unjudged} of these {len(document['rows'])}" if len(document["rows"]) > 1 else "it"
        why = str(*reasons) if len(reasons) == 1 else "--json says why"
        say(
            f"whether {of} {'was' if of == 'it' else 'were'} forgotten this data cannot tell ({why.removeprefix(_OPEN).rstrip('.')})"
        )
    if shown:
        print()
        tell(document["bibtex"], end="")
