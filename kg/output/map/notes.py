"""The sentences beside a map: how much is known, how its works were chosen, what it leaves out."""

from dataclasses import dataclass

from kg.graph.citation_graph import CitationGraph
from kg.text import counted, sentence


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """How a map was made, as far as its notes speak of it.

    Attributes
    ----------
    drawn : int
        How many works are drawn at first.
    only : bool
        Whether the works drawn were given one by one.
    focus, hops : str | None
        The work the map is drawn around, in words, and how many citations away; None for other maps.
    paths, article, main_path : bool
        Whether works are drawn because they are of an influence path, named in an article, of the main path.
    opened : bool
        Whether the map opens as communities.
    size_label : str
        What the works were ranked by.
    whole : bool
        Whether the page holds the whole graph.
    main_paths : int
        How many main paths are equally good.
    begins : str | None
        Why the main path begins where it does, where its first reference list is missing.
    no_class : bool
        Whether classes were asked for and no work can be given one.
    no_search : bool
        Whether returns were not looked for because the graph is large.
    where : str | None
        What a command needs to read the same graph.
    """

    drawn: int
    only: bool
    focus: str | None
    hops: int
    paths: bool
    article: bool
    main_path: bool
    opened: bool
    size_label: str
    whole: bool
    main_paths: int
    begins: str | None
    no_class: bool
    no_search: bool
    where: str | None


def notes(graph: CitationGraph, made: Circumstances) -> tuple[str, ...]:
    """The notes of a map, the one on coverage first."""
    found = []
    if (coverage := graph.coverage()) is not None:
        known = f"{coverage:.0%} of the {counted(len(graph), 'reference list')} are known."
        if coverage < 1:
            known += " A work without citations here may be cited by a work whose reference list is missing."
        found.append(known)
    found.append(_choice(made))
    if made.main_paths > 1:
        more = _command("main-path --json", made.where, " lists them all")
        found.append(f"{made.main_paths:,} main paths are equally good; the first is drawn{more}.")
    if made.begins:
        found.append(sentence(made.begins) + ".")
    if made.no_class:
        why = _command("forgotten", made.where, " says why")
        found.append(
            f"No work has a class: too little is known about {'all of ' if len(graph) > 1 else ''}the {counted(len(graph), 'work')}{why}."
        )
    if made.no_search:
        found.append(
            "Topics that came back without a citation path were not looked for in this large graph (--returns)."
        )
    found.append(
        "Search, paths, ancestors and descendants reach every work of the graph, drawn or not."
        if made.whole
        else "The graph is too large for one page: search and paths reach only the works in this page."
    )
    return tuple(found)


def _choice(made: Circumstances) -> str:
    if made.only:
        return f"Drawn at first: the {counted(made.drawn, 'work')} asked for."
    if made.opened:
        which = f"the top works of each community by {made.size_label}"
    elif made.focus:
        which = f"{made.focus} and the top works by {made.size_label} within {counted(made.hops, 'citation')} of it"
    else:
        reasons = {"the influence path": made.paths, "the article": made.article, "the main path": made.main_path}
        parts = [reason for reason, given in reasons.items() if given]
        of = f"the works of {', '.join(parts)} and " if parts else ""
        which = f"{of}the top works by {made.size_label}"
    return f"Drawn at first ({counted(made.drawn, 'work')}): {which}."


def _command(words: str, where: str | None, what: str) -> str:
    return "" if where is None else f" (`kg {words}{where}`{what})"
