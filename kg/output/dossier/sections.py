"""What the page of a dossier says, whatever its format: a heading, then sections of sentences and tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kg.analysis.base.coverage import HEARD
from kg.global_figures import paragraph
from kg.model import Outcome
from kg.output.dossier.model import DossierContent, Figure, Gaps, Plain
from kg.output.pages.marks import history_legend
from kg.text import counted, number, sentence, shortened

_BARS = "▁▂▃▄▅▆▇█"
_LONG = 10**12
_TITLE = 90  # characters of a title beside others
_COMMON = {"value", "low", "high", "n", "coverage", "reason"}
#: the columns a metric has of its own, as its remark names them; others by their name
_WORDS = {
    "n_i": "cite it and none of its references:",
    "n_j": "cite it and its references:",
    "n_k": "cite only its references:",
    "wake": "with the strongest helper",
    "helper": "strongest helper",
    "helped": "share that runs through it",
    "running": "not over yet",
    "undecidable": "cannot be checked",
    "uncredited": "not traced back to it",
    "credited": "traced back to it",
}
_STATES = {
    "uncredited": ("cannot be traced back to it", "none"),
    "credited": ("can be traced back to it", "yes"),
    "undecidable": ("cannot be checked, because reference lists are missing", "unknown"),
}


class Section(NamedTuple):
    """A part of the page: what is said first, then a table.

    Attributes
    ----------
    title, lines : str
        The heading and the sentences under it.
    command : str
        The command that shows what they are made of; "" for none.
    columns, rows : Sequence[str]
        The table.
    meanings, commands : Sequence[str]
        For each row what its first named cell means, and the command that gives the row again, where there is room.
    pattern : str
        The pattern of these commands, where there is no room.
    """

    title: str
    lines: Sequence[str]
    command: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    meanings: Sequence[str] = ()
    commands: Sequence[str] = ()
    pattern: str = ""


class Bar(NamedTuple):
    """A year of the history as drawn: its place and, each in a hundred, its heights; what it counts.

    Attributes
    ----------
    x, height, known, band : float
        Left end; citations, and those of them in reference lists that are known; known lists of the year.
    year, citations, lists : int
        The year, its citations and its known reference lists.
    heard : bool
        Whether there are enough lists for the year to say anything.
    """

    x: float
    height: float
    known: float
    band: float
    year: int
    citations: int
    lists: int
    heard: bool


def sections(dossier: DossierContent) -> list[Section]:
    """The parts of the page, in order."""
    parts: list[Callable[[DossierContent], Section]] = [
        _summary,
        _cited_by,
        _history,
        _figures,
        _returns,
        _claims,
        _paths,
        _gaps,
    ]
    made = [part(dossier) for part in parts]
    return [section._replace(lines=[sentence(line) for line in section.lines]) for section in made]


def heading(dossier: DossierContent) -> list[str]:
    """Who, when and where, then what the work is about."""
    work = dossier.work
    who = "; ".join(work.authors) or "authors unknown"
    lines = ["Retracted."] if work.retracted else []
    lines.append(", ".join(filter(None, (who, str(work.year or "undated"), work.venue, work.type))))
    if labels := dict.fromkeys(c.label for c in dossier.concepts):
        lines.append("About: " + ", ".join(labels))
    if dossier.as_of is not None:
        lines.append(f"As of the end of {dossier.as_of}: later works, undated works and reported counts are left out")
    return lines


def sparkline(counts: Sequence[int]) -> str:
    """Counts as bars, a dot for none.

    Examples
    --------
    >>> sparkline([0, 1, 4, 8])
    '·▁▄█'
    """
    most = max(counts, default=0)
    return "".join("·" if not n else _BARS[-(-n * len(_BARS) // most) - 1] for n in counts)


def bars(dossier: DossierContent) -> list[Bar]:
    """The years of the history, left to right."""
    past = dossier.history
    if past is None:
        return []
    size, rows = len(past.counts), past.years
    most, lists = (max((row[key] for row in rows), default=0) or 1 for key in ("citations", "known_lists"))
    return [
        Bar(
            x=100 * t / size,
            height=100 * row["citations"] / most,
            known=100 * row["by_known_lists"] / most,
            band=100 * row["known_lists"] / lists,
            year=row["year"],
            citations=row["citations"],
            lists=row["known_lists"],
            heard=row["known_lists"] >= HEARD,
        )
        for t, row in enumerate(rows)
    ]


def legend(dossier: DossierContent) -> str:
    """What the marks of the history mean."""
    years = bars(dossier)
    partly = any(bar.known < bar.height for bar in years)
    most = max((bar.lists for bar in years), default=0)
    return history_legend(most, partly=partly, unheard=not all(bar.heard for bar in years))


def _summary(dossier: DossierContent) -> Section:
    """What the page comes to, in a few sentences."""
    citations, past, found = dossier.gaps.held["citations"], dossier.history, dossier.descendants
    years = [past.first + t for t, n in enumerate(past.counts) if n] if past else []
    lines = [f"cited by {counted(citations, 'work')} in this graph" if citations else "not cited in this graph"]
    if years:
        lines[0] += f", in {years[0]}" if len(years) == 1 else f", from {years[0]} to {years[-1]}"
    if found and found.works:
        lines.append(f"{counted(found.works, 'later work')} can be traced back to it along citations")
    wake = dossier.figures["wake"].result
    if wake["value"] is not None and wake["helped"]:
        helper = dossier.names.get(str(wake["helper"]), str(wake["helper"]))
        lines.append(f"{wake['helped']:.0%} of its later influence runs through one work: {helper}")
    if total := dossier.returns.total:
        of = ", ".join(
            f"{n:,} {words}" for state, (words, _) in _STATES.items() if (n := dossier.returns.of.get(state))
        )
        lines.append(f"{counted(total, 'later work')} {'is' if total == 1 else 'are'} known to share its topic: {of}")
    if ways := dossier.paths:
        reached, unknown = (sum(way.status == status for way in ways) for status in ("path", "unknown"))
        line = f"citation paths lead to {reached or 'none'} of the {counted(len(ways), 'later work')} listed below"
        lines.append(f"{line}; for {unknown} more this is unknown" if unknown else line)
    return Section("In short", [*lines, _awakening(dossier)])


def _awakening(dossier: DossierContent) -> str:
    beauty, awoke = dossier.figures["beauty"], dossier.figures["awakening_year"].value
    if beauty.value is None:
        return f"whether it was a sleeping beauty cannot be determined: {beauty.result['reason']}"
    line = f"sleeping beauty coefficient {_cell(beauty.value)} (0: no late recognition)"
    return line if awoke is None else f"{line}, awakened in {_cell(awoke)}"


def _cited_by(dossier: DossierContent) -> Section:
    """How many of how many known lists cite it, in each population that could."""
    everywhere = [line for found in dossier.global_figures for line in paragraph(found)]
    if not dossier.cited_by:
        why = "no later work of this graph could cite it" if dossier.work.year else "the work has no year"
        return Section("Who cites it", [f"nothing can be said of later works: {why}", *everywhere])
    lines = [*(each.words for each in dossier.cited_by), *everywhere]
    first, *more = (each.why for each in dossier.cited_by)
    return Section("Who cites it", lines, f"{first}; --population for the others" if first and more else first)


def _history(dossier: DossierContent) -> Section:
    past = dossier.history
    if past is None:
        return Section("History", ["no history: the work has no year"])
    if not past.counts:
        return Section("History", ["no history yet: the work is of the last year of this graph"])
    cited = [f"{past.first + t}: {n}" for t, n in enumerate(past.counts) if n]
    known = [row["coverage"] for row in past.years if row["coverage"] is not None]
    last = past.first + len(past.counts) - 1
    lists = [row["known_lists"] for row in past.years]
    heard = "".join(sign if n >= HEARD else "×" for n, sign in zip(lists, sparkline(lists), strict=True))
    lines = [
        f"{past.first} {sparkline(past.counts)} {last} citations",
        f"{past.first} {heard} {last} known reference lists (×: fewer than {HEARD})",
        f"citations by year: {', '.join(cited) or 'none'}",
    ]
    if known:
        low, high = f"{min(known):.0%}", f"{max(known):.0%}"
        share = high if low == high else f"between {low} and {high}"
        lines.append(f"{share} of the reference lists of each year are known; others may hold more citations")
    change = dossier.figures["change_point"]
    return Section("History", [*lines, *_change(change.result)], command=change.why)


def _change(result: Mapping[str, Any]) -> Iterator[str]:
    """How many of the known lists cite it, and whether this rate changed."""
    says, cite = result["verdict"], f"{result['k'] or 'none'} of the {counted(result['n'], 'reference list')} known"
    if result["years"]:
        yield f"{cite} in the {counted(result['years'], 'later year')} that have at least {HEARD} cite it"
    if result["value"] is None:
        yield f"whether this rate changed cannot be said: {result['reason']}"
    elif says.startswith("cannot say"):
        yield f"whether this rate changed cannot be said{says.removeprefix('cannot say')} ({result['value']:.0%} probable)"
    else:
        yield f"by this rate, it {says}" if says != "rate changed" else "this rate changed"


def _figures(dossier: DossierContent) -> Section:
    figures = dossier.figures
    pattern = dossier.commands.get("figure", "")
    return Section(
        "Numbers",
        [],
        columns=("metric", "value", "n", "remarks"),
        rows=[_figure_row(name, figure) for name, figure in figures.items()],
        meanings=[figure.means for figure in figures.values()],
        commands=[figure.why for figure in figures.values()] if pattern else (),
        pattern=f"{pattern}; `kg metrics METRIC` says what each means" if pattern else "",
    )


def _figure_row(name: str, figure: Figure) -> tuple[str, ...]:
    result = figure.result
    own = [_remark(key, value) for key, value in result.items() if key not in _COMMON and value]
    if "verdict" in result:
        own = [str(result["verdict"])]
    bounds = [
        f"{word} {_cell(result[key])}"
        for key, word in (("low", "at least"), ("high", "at most"))
        if result[key] is not None and result[key] != result["value"]
    ]
    remarks = "; ".join(filter(None, (str(result["reason"] or ""), *bounds, *own)))
    value = "no value" if figure.value is None else _cell(figure.value)
    return f"{name} {figure.options}".strip(), value, str(result["n"]), remarks


def _remark(key: str, value: Plain) -> str:
    word = _WORDS.get(key, key.replace("_", " "))
    return word if value is True else f"{word} {_cell(value)}"


def _returns(dossier: DossierContent) -> Section:
    found, title = dossier.returns, "Later works on its topic"
    if not found.total:
        return Section(title, ["no work ten or more years later is known to share its topic"])
    shown = len(found.listed)
    more = (
        f"; the first {shown} are listed, those without a path before others, the surest first"
        if shown < found.total
        else ""
    )
    verb = "is" if found.total == 1 else "are"
    lines = [f"{counted(found.total, 'work')} at least ten years later {verb} known to share its topic{more}"]
    rows = [(str(r.year or ""), r.id, _STATES[r.path][1], shortened(r.title or "", _TITLE)) for r in found.listed]
    why = dossier.figures["uncredited_return"].why
    return Section(title, lines, why, ("year", "work", "citation path", "title"), rows)


def _claims(dossier: DossierContent) -> Section:
    said = [
        f'"{one.claim.statement}" ({one.claim.article}; {one.claim.place}): {one.verdict}. {sentence(one.because)}.'
        for one in dossier.claims
    ]
    return Section("Claims about it", said or ["no article in this graph makes a claim about it"])


def _paths(dossier: DossierContent) -> Section:
    found, lines = dossier.descendants, []
    if found and found.works:
        verb = "descends" if found.works == 1 else "descend"
        over = f"over {counted(found.generations, 'generation')}, up to {found.latest}"
        lines += [f"{counted(found.works, 'work')} {verb} from it, {over}", found.extent]
    elif found:
        lines += ["no work in this graph descends from it", found.extent]
    ways, rows = sorted(dossier.paths, key=lambda way: way.status != "path"), []
    for way in ways:
        chain = {
            "path": " → ".join(dossier.names.get(step, step) for step in way.path or ()),
            "none": "no path: no missing reference list could hold one",
            "unknown": f"unknown: {counted(way.unknown, 'work')} on possible paths "
            f"{'has' if way.unknown == 1 else 'have'} no complete reference list in this graph",
        }[way.status]
        rows.append((str(way.to.year or ""), way.to.id, chain))
    if rows:
        which = "this graph starts from" if dossier.paths_to == "seeds" else "cited most in this graph"
        lines.append(f"shortest paths to the {counted(len(rows), 'later work')} {which}:")
    return Section(
        "Paths to later works",
        lines,
        columns=("year", "to", "path") if rows else (),
        rows=rows,
        meanings=[way.to.title or "" for way in ways],
        commands=[way.why for way in ways] if dossier.commands else (),
        pattern=dossier.commands.get("path", "") if rows else "",
    )


def _gaps(dossier: DossierContent) -> Section:
    gaps: Gaps = dossier.gaps
    lines = [f"its reference list is {Outcome(gaps.reference_list).words}"]
    for name in ("references", "citations"):
        said, here = gaps.reported[name], counted(gaps.held[name], name.removesuffix("s"))
        lines.append(
            f"{here} in this graph; {'no source reports a number' if said is None else f'its source reports {said:,}'}"
        )
    if gaps.coverage is not None:
        lines.append(f"{gaps.coverage:.1%} of all reference lists of this graph are known")
    later = gaps.later_lists
    since = "" if later["since"] is None else f" of {later['since']} or later"
    lines.append(f"{later['known']:,} of the {counted(later['works'], 'work')}{since} have a known reference list")
    return Section("What is not known", lines)


def _cell(value: Any) -> str:
    """A value of a metric's table; whole numbers may be years, and have no commas."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(map(_cell, value))
    return (
        number(value) or "" if isinstance(value, float) or (isinstance(value, int) and value >= _LONG) else str(value)
    )
