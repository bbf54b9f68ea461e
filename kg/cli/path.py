"""Ask: path."""

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from kg.cli import GraphOption, JsonOption, app
from kg.cli.printing import brief, number, print_json, print_table, say
from kg.cli.works import WORK_HELP, End, ask_work, not_there, works_of, years_of

if TYPE_CHECKING:
    from kg.analysis.paths.certificate import Certificate
    from kg.analysis.paths.independent import Lines
    from kg.analysis.paths.influential import Evidence, Weigh
    from kg.analysis.paths.query import Limits, PathAnswer
    from kg.graph.folder import Workspace

_IGNORED = (
    ("loops", "citation{s} of a work by itself: not followed"),
    ("duplicates", "repeated citation{s}: counted once"),
    ("backward", "citation{s} of a later work: not followed unless --ignore-time"),
)
_ORDERS = ("shortest", "influential", "diverse")
_SENTENCE = 200  # characters of a context shown
_MISSING = 5  # missing lists shown


@app.command(rich_help_panel="Ask")
def path(
    old: Annotated[
        str,
        Argument(metavar="OLD", help=f"The earlier work, or an era such as connectionist or 1988-2008. {WORK_HELP}"),
    ],
    new: Annotated[str, Argument(metavar="NEW", help="The later work, or an era.")],
    k: Annotated[int, Option("-k", min=1, help="How many paths.")] = 1,
    by: Annotated[
        str,
        Option(
            metavar="ORDER",
            help="shortest; influential: the strongest by what is known of their citations; "
            "diverse: with as few works in common as can be.",
        ),
    ] = "shortest",
    lines: Annotated[
        bool,
        Option(
            "--lines",
            help="All paths at once: how many independent lines there are, one set of them, the works that every path "
            "passes, and the exact number of paths.",
        ),
    ] = False,
    via: Annotated[
        list[str] | None, Option(metavar="WORK", help="A work every path must pass; can be given more than once.")
    ] = None,
    avoid: Annotated[
        list[str] | None, Option(metavar="WORK", help="A work no path may pass; can be given more than once.")
    ] = None,
    max_hops: Annotated[int | None, Option(min=1, help="The most citations a path may have.")] = None,
    era: Annotated[
        str | None, Option(help="The works between are of this era: its name, or years as 1988-2008.")
    ] = None,
    as_of: Annotated[int | None, Option(metavar="YEAR", help="The graph as it stood at the end of this year.")] = None,
    ignore_time: Annotated[bool, Option("--ignore-time", help="Follow citations whatever the years say.")] = False,
    fetch: Annotated[
        bool,
        Option(
            "--fetch", help="Where lists are missing, fetch them from Semantic Scholar into the graph and ask again."
        ),
    ] = False,
    limit_requests: Annotated[
        int, Option(min=0, metavar="N", help="--fetch: send at most N requests in all; the same command goes on.")
    ] = 100,
    s2_url: Annotated[
        str | None, Option(envvar="KG_S2_URL", help="--fetch: another server than api.semanticscholar.org.")
    ] = None,
    graph: GraphOption = None,
    json: JsonOption = False,
) -> None:
    """How did OLD reach NEW? Influence paths along citations, or what is missing to say that there is none.

    Example: kg path "Todd 1989" "A Hierarchical Latent Vector Model" -k 3 --by diverse

    Example: kg path connectionist WaveNet --lines

    Every citation comes with its evidence: where it was read and how, the sentence and the intent where a source gives
    them. The answer to a question without a path is "none" only if every reference list on the way is known.
    """
    from kg.analysis.paths.query import Limits
    from kg.errors import InputError, UnknownName
    from kg.graph.folder import BUNDLED, Workspace

    if by not in _ORDERS:
        raise UnknownName("order of paths", by, _ORDERS)
    if lines and (k != 1 or by != "shortest"):
        raise InputError("-k and --by do not go with --lines, which tells of all paths", "leave them out")
    if fetch and (graph or BUNDLED) == BUNDLED:
        hint = "`kg demo` makes a copy to add to: --graph neural-music"
        raise InputError("--fetch adds to a graph, and the bundled one is only read", hint)
    space = Workspace.open(graph)
    asked = [old, new, *(via or ()), *(avoid or ())]
    ends = [End(space, text) for text in asked[:2]]
    others = [ask_work(space, text).id for text in asked[2:]]
    named = [*(end.name for end in ends), *others]
    if twice := next((name for name in named if named.count(name) > 1), None):
        raise InputError(f"{twice} was named twice: as OLD, NEW, --via or --avoid", "name it once")
    for end in ends:
        if as_of is not None and "id" in end.document and (end.document["year"] or as_of + 1) > as_of:
            raise not_there(end.name, end.document["year"], as_of)
    between = era and years_of(era, space.provenance.eras)

    def answer(space: "Workspace") -> dict[str, Any]:
        """Ask a graph, in which works may have other numbers than before."""
        both = End(space, ends[0].name), End(space, ends[1].name)
        numbers = [space.number(ask_work(space, name)) for name in others]
        limits = Limits(
            via=tuple(numbers[: len(via or ())]),
            avoid=frozenset(numbers[len(via or ()) :]),
            max_hops=max_hops,
            era=between or None,
            as_of=as_of,
            ignore_time=ignore_time,
        )
        found = _lines(space, both, limits) if lines else _paths(space, both, limits, k, by)
        certificate: Certificate | None = found["certificate"]
        shown = None if json or fetch else _MISSING
        return found | {"certificate": certificate and show_certificate(space, certificate, most=shown)}

    document = answer(space)
    if fetch and graph and document["certificate"]:
        from kg.cli.path_fetch import fetch_missing

        document = fetch_missing(graph, document, answer, named, limit_requests=limit_requests, url=s2_url)
    if json:
        print_json(document)
    say(*document["notes"])
    if not json:
        _show_lines(document) if lines else _show_paths(document)
    if document["certificate"]:
        refuse(document)


def _paths(space: "Workspace", ends: tuple[End, End], limits: "Limits", k: int, by: str) -> dict[str, Any]:
    from kg.analysis.paths.query import shortest_paths

    between = (space.arrays, ends[0].numbers, ends[1].numbers)
    weigh: Weigh | None = None
    answer: PathAnswer
    notes: list[str] = []
    if by == "influential":
        from kg.analysis.paths.influential import most_influential_paths

        weigh = _weigh(space)
        evident = bool(space.arrays.meta.get("evident", True))  # an index of an earlier kg does not say
        answer = most_influential_paths(*between, weigh, k=k, limits=limits, evident=evident)
        if not evident:
            notes.append(
                "no source here judges a citation or gives its sentence: all weigh the same, strongest is shortest"
            )
    elif by == "diverse":
        from kg.analysis.paths.diverse import diverse_paths

        answer = diverse_paths(*between, k=k, limits=limits)
    else:
        answer = shortest_paths(*between, k=k, limits=limits)
    return {
        "old": ends[0].document,
        "new": ends[1].document,
        "by": by,
        "paths": [path_document(space, numbers, weigh) for numbers in answer.paths],
        "certificate": answer.certificate,
        "notes": [*notes, *answer.notes, *_odd(space, limits)],
    }


def _lines(space: "Workspace", ends: tuple[End, End], limits: "Limits") -> dict[str, Any]:
    from kg.analysis.paths.independent import lines

    found: Lines = lines(space.arrays, ends[0].numbers, ends[1].numbers, limits=limits)
    return {
        "old": ends[0].document,
        "new": ends[1].document,
        "independent": len(found.paths),
        "lines": [path_document(space, numbers) for numbers in found.paths],
        "passages": [brief(w) for w in works_of(space, found.passages)],
        "works": len(found.on),
        "searched": found.searched,
        "unknown": found.unknown,
        "paths": found.count,
        "certificate": found.certificate,
        "notes": [*found.notes, *_gaps(found), *_odd(space, limits)],
    }


def _gaps(found: "Lines") -> list[str]:
    if not found.unknown or found.certificate:
        return []
    searched = f"{found.unknown:,} of the {found.searched:,} works met going back from NEW have unknown reference lists"
    return [
        f"these are the paths held here: {searched}, so there may be more, and what all pass may be passed by others"
    ]


def path_document(space: "Workspace", numbers: tuple[int, ...], weigh: "Weigh | None" = None) -> dict[str, Any]:
    """A path as the JSON contracts give one: its works, and its citations with their evidence."""
    works, citations = works_of(space, numbers), []
    for cited, citing in pairwise(work.id for work in works):
        held = list(space.store.citations("a.id = ? AND b.id = ?", (citing, cited)))
        evidence = [
            {
                "source": c.source,
                "method": c.method or None,
                "contexts": list(c.contexts),
                "intents": list(c.intents),
                "influential": c.influential,
            }
            for c in held
        ]
        citations.append({"citing": citing, "cited": cited, "sources": [c.source for c in held], "evidence": evidence})
    document = {"works": [brief(w) for w in works], "citations": citations, "length": len(citations)}
    if weigh:
        from kg.analysis.paths.influential import strength

        for citation, pair in zip(citations, pairwise(numbers), strict=True):
            citation["weight"] = round(strength(pair, weigh), 4)
        document["strength"] = strength(numbers, weigh)
    return document


def print_path(document: dict[str, Any]) -> None:
    """Print the works of a path, under each but the first where it cites the one before."""
    rows: list[tuple[Any, ...]] = []
    for k, work in enumerate(document["works"]):
        rows.append(("  ", work["year"], work["id"], work["title"]))
        if k:
            rows += [("", "", "", f"  {line}") for line in _told(document["citations"][k - 1])]
    print_table(["", "year", "id", "title"], rows)


def _told(citation: dict[str, Any]) -> list[str]:
    """The evidence of one citation: a line for each source, and the first sentence held."""
    lines = []
    for told in citation["evidence"]:
        known = [f"by {told['method']}"] if told["method"] else []
        known += [f"weight {citation['weight']:.2g}"] if "weight" in citation else []
        known += [] if told["influential"] is None else ["influential" if told["influential"] else "not influential"]
        known += [", ".join(told["intents"])] if told["intents"] else []
        lines.append("; ".join([f"cites it in {told['source']}", *known]))
        if told["contexts"]:
            sentence = " ".join(told["contexts"][0].split())
            short = sentence if len(sentence) <= _SENTENCE else sentence[:_SENTENCE].rstrip() + "…"
            more = f" (+{len(told['contexts']) - 1} more)" if len(told["contexts"]) > 1 else ""
            lines.append(f"  “{short}”{more}")
    return lines


def _show_paths(document: dict[str, Any]) -> None:
    for k, found in enumerate(document["paths"], 1):
        strong = f", strength {number(found['strength'])}" if "strength" in found else ""
        print(f"{k}. {found['length']} citation{'s' if found['length'] > 1 else ''}{strong}")
        print_path(found)


def _show_lines(document: dict[str, Any]) -> None:
    if document["certificate"]:
        return
    count, independent = document["paths"], document["independent"]
    paths = "too many paths to count" if count is None else f"{count:,} path{'' if count == 1 else 's'}"
    print(
        f"{independent} independent line{'' if independent == 1 else 's'}; {paths} in all, along {document['works']:,} works"
    )
    if document["passages"]:
        print("every path passes:")
        print_table(["", "year", "id", "title"], [("  ", w["year"], w["id"], w["title"]) for w in document["passages"]])
    elif independent == 1 and document["lines"][0]["length"] == 1:
        print("the only path is a direct citation")
    else:
        print("no single work is on every path")
    for k, found in enumerate(document["lines"], 1):
        print(f"line {k}: {found['length']} citation{'s' if found['length'] > 1 else ''}")
        print_path(found)


def show_certificate(space: "Workspace", certificate: "Certificate", *, most: int | None = None) -> dict[str, Any]:
    """A certificate as the JSON contracts give one; of what is unknown all, or the `most` nearest works."""
    from kg.graph.arrays import OUTCOMES

    outcomes = [str(OUTCOMES[space.arrays.outcomes[w]]) for w in certificate.frontier[:most]]
    works = works_of(space, certificate.frontier[:most])
    return {
        "status": certificate.status,
        "searched": {"hops": certificate.hops, "works": certificate.works},
        "frontier": len(certificate.frontier),
        "unknown": [brief(w) | {"outcome": outcome} for w, outcome in zip(works, outcomes, strict=True)],
    }


def _odd(space: "Workspace", limits: "Limits") -> list[str]:
    meta, where = space.arrays.meta, "" if limits.as_of is None else "in the graph of all years, "
    told = ((meta[what], how) for what, how in _IGNORED if what != "backward" or not limits.ignore_time)
    return [f"{where}{n:,} {how.format(s='' if n == 1 else 's')}" for n, how in told if n]


def refuse(document: dict[str, Any]) -> None:
    """Raise NothingFound with what the certificate of a document says, or PartialResult where lists were not fetched whole."""
    from kg.errors import NothingFound, PartialResult

    certificate = document["certificate"]
    hint = "" if certificate["status"] == "none" else _missing(certificate["unknown"], certificate["frontier"])
    if fetched := document.get("fetched"):
        from kg.library.ingested import INCOMPLETE

        missed = [f"{n:,} {outcome}" for outcome in INCOMPLETE if (n := fetched["lists"].get(str(outcome)))]
        if fetched["cut"]:
            missed = [f"stopped after {fetched['requests']} requests (--limit-requests)", *missed]
        if missed:
            raise PartialResult(f"{_verdict(document)}; not fetched whole: {', '.join(missed)}", hint)
    raise NothingFound(_verdict(document), hint)


def _verdict(document: dict[str, Any]) -> str:
    old, new = (document[end].get("id") or document[end]["era"] for end in ("old", "new"))
    certificate = document["certificate"]
    works, hops = certificate["searched"]["works"], certificate["searched"]["hops"]
    reach = f"searched {works:,} works within {hops} hop{'' if hops == 1 else 's'} back from {new}"
    if certificate["status"] == "none" and not hops:
        return f"no path from {old}: time forbids it, influence runs from the earlier to the later work"
    if certificate["status"] == "none":
        return f"no path from {old}: {reach}, and every reference list on the way is known"
    if not hops and "id" in document["new"]:
        return f"no path found from {old}, but this data cannot tell: the reference list of {new} is not known"
    unknown = f"{certificate['frontier']:,} of them with unknown reference lists"
    return f"no path found from {old}, but this data cannot tell: {reach}, {unknown}"


def _missing(unknown: list[dict[str, Any]], total: int) -> str:
    lines = [f"  {w['year'] or 'undated'}  {w['id']}  {w['title'] or ''}  ({w['outcome']})" for w in unknown[:_MISSING]]
    more = [f"  ... and {total - _MISSING} more (--json lists all)"] if total > _MISSING else []
    return "the lists that are missing begin with:\n" + "\n".join(lines + more)


def _weigh(space: "Workspace") -> "Weigh":
    """What the store knows of the citations of a work, by its number."""
    from kg.analysis.paths.influential import Evidence

    index = space.arrays

    def weigh(citing: int) -> "dict[int, Evidence]":
        known: dict[int, Evidence] = {}
        rows = space.store.db.execute("SELECT n, id FROM work WHERE n = ?", (index.rows[citing],)).fetchall()
        for c in space.store.citations("c.citing = ?", (rows[0][0],)):
            if c.influential is None and not c.intents and not c.contexts:
                continue
            cited = index.numbers[space.store.row(c.cited) or 0]
            before = known.get(cited, Evidence())
            flags = [flag for flag in (before.influential, c.influential) if flag is not None]
            known[cited] = Evidence(
                any(flags) if flags else None, (*before.intents, *c.intents), max(before.contexts, len(c.contexts))
            )
        return known

    return weigh
