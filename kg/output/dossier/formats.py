"""A dossier for people: as text for a terminal, as Markdown, or as one HTML page without scripts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kg.ids import iri_of
from kg.output.pages.html import environment

_BARS = "▁▂▃▄▅▆▇█"
_SHOWN = "shown by: "
_TITLE = 90  # characters of a title beside others
_COMMON = {"value", "low", "high", "n", "coverage", "reason", "why", "means", "options"}
_WORDS = {
    "n_i": "citing it alone",
    "n_j": "citing it and its references",
    "n_k": "citing its references alone",
    "wake": "with the helper",
    "helper": "strongest helper",
    "helped": "share through it",
}


_STATES = {"uncredited": "without a path from it", "credited": "with a path from it", "undecidable": "cannot be told"}


class Section(NamedTuple):
    """A part of the page: what is said first, then a table.

    Each row may have a meaning, shown where there is room, and a command that gives it again. In a terminal `asked`
    says the pattern of all these commands instead.
    """

    title: str
    lines: Sequence[str]
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    meanings: Sequence[str] = ()
    commands: Sequence[str] = ()
    asked: str = ""


class Bar(NamedTuple):
    """A year of the history as drawn: place and height in a hundred, citations held, share of lists known."""

    x: float
    height: float
    year: int
    citations: int
    known: float | None


def sections(dossier: dict[str, Any]) -> list[Section]:
    """The parts of the page, in order; `dossier` is what `kg.output.dossier.content.dossier` gives."""
    return [
        Section("In short", _summary(dossier)),
        _history(dossier),
        _figures(dossier),
        _returns(dossier),
        _claims(dossier["claims"]),
        _paths(dossier),
        _gaps(dossier["gaps"]),
    ]


def heading(dossier: dict[str, Any]) -> list[str]:
    """Title, then who, when and where, then what it is known as and what it is about."""
    work = dossier["work"]
    who = "; ".join(work["authors"]) or "authors unknown"
    lines = [work["title"] or work["id"], ", ".join(filter(None, (who, str(work["year"] or "undated"), work["venue"])))]
    lines.append("  ".join((work["id"], *work["identifiers"])))
    if labels := dict.fromkeys(c["label"] for c in dossier["concepts"]):
        lines.append("about: " + ", ".join(labels))
    if (year := dossier["as_of"]) is not None:
        lines.append(f"as of the end of {year}: later works, undated ones and reported counts are left out")
    return lines


def sparkline(counts: Sequence[int]) -> str:
    """Counts as bars, a dot for none.

    >>> sparkline([0, 1, 4, 8])
    '·▁▄█'
    """
    most = max(counts, default=0)
    return "".join("·" if not n else _BARS[-(-n * len(_BARS) // most) - 1] for n in counts)


def to_text(dossier: dict[str, Any]) -> str:
    """The page for a terminal."""
    parts = ["\n".join(heading(dossier))]
    for section in sections(dossier):
        lines = [section.title.upper(), *(f"  {line}" for line in section.lines)]
        if section.rows:
            table = [section.columns, *section.rows]
            widths = [max(map(len, column)) for column in zip(*table, strict=True)]
            lines += [
                "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                for row in table
            ]
        lines += [f"  {line}" for line in [section.asked] if line]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def to_markdown(dossier: dict[str, Any]) -> str:
    """The page as Markdown; what works and articles say is escaped."""
    title, *rest = heading(dossier)
    parts = [f"# {_escaped(title)}", "\n".join(f"{_escaped(line)}  " for line in rest)]
    for section in sections(dossier):
        parts += [f"## {section.title}", *(_escaped(line) for line in section.lines)]
        if section.rows:
            columns = [*section.columns, *(["shown by"] if section.commands else [])]
            rows = [[_escaped(cell) for cell in row] for row in section.rows]
            for row, command in zip(rows, section.commands, strict=False):
                row.append(_escaped(command))
            table = [columns, ["---"] * len(columns), *rows]
            parts.append("\n".join(f"| {' | '.join(row)} |" for row in table))
    return "\n\n".join(parts) + "\n"


def to_html(dossier: dict[str, Any]) -> str:
    """The page as HTML, whole in one file, without scripts."""
    title, *lines = heading(dossier)
    work = dossier["work"]
    links = {id_: iri for id_ in work["identifiers"] if (iri := iri_of(id_)) and iri.startswith("http")}
    lines.remove("  ".join((work["id"], *work["identifiers"])))
    page = environment().get_template("templates/dossier.html.j2")
    return page.render(
        title=title,
        lines=lines,
        id=work["id"],
        identifiers=work["identifiers"],
        links=links,
        sections=sections(dossier),
        bars=_bars(dossier["history"]),
        shown=_SHOWN,
    )


def _summary(dossier: dict[str, Any]) -> list[str]:
    """What the page comes to, in a few sentences."""
    heirs, returns, figures = dossier["descendants"], dossier["returns"], dossier["figures"]
    held, past = dossier["gaps"]["held"]["citations"], dossier["history"]
    years = [past["first"] + t for t, n in enumerate(past["counts"]) if n] if past else []
    cited = f"cited by {_many(held, 'work')} held here"
    lines = [f"{cited}, first in {years[0]} and last in {years[-1]}" if years else cited]
    if heirs and heirs["works"]:
        lines.append(f"{_many(heirs['works'], 'later work')} can be traced back to it")
    wake, beauty = figures["wake"], figures["beauty"]
    if wake["value"] is not None and wake["helped"]:
        lines.append(f"{wake['helped']:.0%} of its wake would be lost without one work, {wake['helper']}")
    if total := returns["total"]:
        of = ", ".join(f"{n:,} {words}" for state, words in _STATES.items() if (n := returns["of"].get(state)))
        lines.append(f"its subject comes back in {_many(total, 'later work')}: {of}")
    if ways := dossier["paths"]:
        found, open_ = (sum(way["status"] == status for way in ways) for status in ("path", "unknown"))
        told = f"paths lead to {found or 'none'} of the {_many(len(ways), 'later work')} listed below"
        lines.append(f"{told}; for {open_} this data cannot tell" if open_ else told)
    if beauty["value"] is None:
        return [*lines, f"whether it slept and awoke cannot be told here: {beauty['reason']}"]
    awoke = figures["awakening_year"]["value"]
    told = f"beauty (late recognition; 0 for none) {_cell(beauty['value'])}"
    return [*lines, told if awoke is None else f"{told}, awakening in {_cell(awoke)}"]


def _history(dossier: dict[str, Any]) -> Section:
    past = dossier["history"]
    if not past:
        return Section("History", ["no history: the work is undated, or of the last year of this graph"])
    first, counts = past["first"], past["counts"]
    seen = [f"{first + t}: {n}" for t, n in enumerate(counts) if n]
    known = [row["coverage"] for row in past["years"] if row["coverage"] is not None]
    lines = [
        f"{first} {sparkline(counts)} {first + len(counts) - 1}",
        f"citations held by year: {', '.join(seen) or 'none'}",
        f"{_SHOWN}{dossier['figures']['beauty']['why']}",
    ]
    if known:
        lines.insert(2, f"share of the reference lists of a year that is known: {min(known):.0%} to {max(known):.0%}")
    return Section("History", lines)


def _bars(past: dict[str, Any] | None) -> list[Bar]:
    """The years of the history, left to right."""
    if not past:
        return []
    counts, most = past["counts"], max(past["counts"], default=0) or 1
    known = {row["year"]: row["coverage"] for row in past["years"]}
    return [
        Bar(100 * t / len(counts), 100 * n / most, past["first"] + t, n, known.get(past["first"] + t))
        for t, n in enumerate(counts)
    ]


def _figures(dossier: dict[str, Any]) -> Section:
    rows, figures = [], dossier["figures"]
    for name, told in figures.items():
        own = [_remark(key, value) for key, value in told.items() if key not in _COMMON and value]
        bounds = [
            f"{word} {_cell(told[key])}"
            for key, word in (("low", "at least"), ("high", "at most"))
            if told[key] is not None and told[key] != told["value"]
        ]
        remark = "; ".join(filter(None, (told["reason"], *bounds, *own)))
        value = "no value" if told["value"] is None else _cell(told["value"])
        rows.append((f"{name} {told['options']}".strip(), value, str(told["n"]), remark))
    asked = f"{_SHOWN}{dossier['commands']['figure']}; `kg metrics METRIC` tells what each means"
    meanings, commands = ([told[key] for told in figures.values()] for key in ("means", "why"))
    return Section("Numbers", [], ("metric", "value", "n", "remarks"), rows, meanings, commands, asked)


def _remark(key: str, value: Any) -> str:
    word = _WORDS.get(key, key.replace("_", " "))
    return word if value is True else f"{word} {_cell(value)}"


def _returns(dossier: dict[str, Any]) -> Section:
    found, title = dossier["returns"], "Returns of its subject"
    if not found["total"]:
        return Section(title, ["no later work is known here to be on its subject"])
    listed = len(found["listed"])
    more = f"; the first {listed}, uncredited ones before others" if listed < found["total"] else ""
    lines = [
        f"{_many(found['total'], 'later work')} on its subject, ten years on or more{more}",
        "credited: a citation path leads from it; uncredited: none does; undecidable: lists on the way are not known",
    ]
    rows = [(str(row["year"] or ""), row["id"], row["path"], _brief(row["title"])) for row in found["listed"]]
    asked = f"{_SHOWN}{dossier['figures']['uncredited_return']['why']}"
    return Section(title, [*lines, asked], ("year", "work", "path", "title"), rows)


def _claims(claims: list[dict[str, Any]]) -> Section:
    if not claims:
        return Section("Claims about it", ["no article held here makes one"])
    rows = [(c["statement"], c["verdict"], c["because"], f"{c['article']}; {c['place']}") for c in claims]
    return Section("Claims about it", [], ("claim", "verdict", "because", "where"), rows)


def _paths(dossier: dict[str, Any]) -> Section:
    heirs, lines = dossier["descendants"], []
    if heirs:
        over = f"over {_many(heirs['generations'], 'generation')}, up to {heirs['latest']}"
        verb = "descend" if heirs["works"] > 1 else "descends"
        told = f"{_many(heirs['works'], 'work')} {verb} from it here, {over}"
        lines += [told if heirs["works"] else "no work descends from it here", heirs["extent"]]
    rows, ways = [], sorted(dossier["paths"], key=lambda way: way["status"] != "path")
    for way in ways:
        told = {
            "path": " -> ".join(way["path"] or ()),
            "none": "none: every list on the way is known, or time forbids it",
            "unknown": f"this data cannot tell: {_many(way['unknown'], 'unknown list')} on the way",
        }[way["status"]]
        rows.append((str(way["to"]["year"] or ""), way["to"]["id"], told))
    if rows:
        which = "from which this graph starts" if dossier["paths_to"] == "seeds" else "most cited here"
        lines.append(f"the ways to {_many(len(rows), 'later work')} {which}:")
    asked = f"{_SHOWN}{dossier['commands']['path']}" if rows else ""
    meanings, commands = [way["to"]["title"] or "" for way in ways], [way["why"] for way in ways]
    columns = ("year", "to", "path") if rows else ()
    return Section("Paths to later works", lines, columns, rows, meanings, commands, asked)


def _gaps(gaps: dict[str, Any]) -> Section:
    lines = [f"its own reference list: {gaps['reference_list']}"]
    for name in ("references", "citations"):
        said, held = gaps["reported"][name], _many(gaps["held"][name], name.removesuffix("s"))
        lines.append(f"{held} held; its source reports {'no number' if said is None else f'{said:,}'}")
    if gaps["coverage"] is not None:
        lines.append(f"{gaps['coverage']:.1%} of all reference lists of this graph are known")
    later = gaps["later_lists"]
    lines.append(f"of the {later['works']:,} works dated as it or later, {later['known']:,} have known lists")
    return Section("What is not known", lines)


def _many(n: int, what: str) -> str:
    """A number of things.

    >>> _many(1, "work"), _many(1200, "work")
    ('1 work', '1,200 works')
    """
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _brief(title: str | None) -> str:
    title = " ".join((title or "").split())
    return title if len(title) <= _TITLE else f"{title[:_TITLE].rstrip()}…"


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(map(_cell, value))
    return str(value)


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, in one line, in a table too."""
    plain = " ".join(text.split())
    for sign in "\\`*_[]<>|#":
        plain = plain.replace(sign, f"\\{sign}")
    return plain
