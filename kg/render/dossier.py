"""A dossier for people: as text for a terminal, as Markdown, or as one HTML page without scripts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader

_BARS = "▁▂▃▄▅▆▇█"
_COMMON = {"value", "low", "high", "n", "coverage", "reason", "why"}


class Section(NamedTuple):
    """A part of the page: what is said first, then a table."""

    title: str
    lines: Sequence[str]
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def sections(dossier: dict[str, Any]) -> list[Section]:
    """The parts of the page, in order; `dossier` is what `kg.dossier.dossier` gives."""
    return [
        _history(dossier),
        _figures(dossier["figures"]),
        _returns(dossier),
        _claims(dossier["claims"]),
        _paths(dossier),
        _gaps(dossier["gaps"]),
    ]


def heading(dossier: dict[str, Any]) -> list[str]:
    """Title, then who, when and where, then what it is known as and what it is about."""
    work = dossier["work"]
    who = "; ".join(work["authors"]) or "authors unknown"
    lines = [
        work["title"] or "(no title)",
        ", ".join(filter(None, (who, str(work["year"] or "undated"), work["venue"]))),
    ]
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
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def to_markdown(dossier: dict[str, Any]) -> str:
    """The page as Markdown; what works and articles say is escaped."""
    title, *rest = heading(dossier)
    parts = [f"# {_escaped(title)}", "\n".join(f"{_escaped(line)}  " for line in rest)]
    for section in sections(dossier):
        parts += [f"## {section.title}", *(_escaped(line) for line in section.lines)]
        if section.rows:
            table = [section.columns, ["---"] * len(section.columns), *section.rows]
            escaped = [list(row) if k == 1 else [_escaped(cell) for cell in row] for k, row in enumerate(table)]
            parts.append("\n".join(f"| {' | '.join(row)} |" for row in escaped))
    return "\n\n".join(parts) + "\n"


def to_html(dossier: dict[str, Any]) -> str:
    """The page as HTML, whole in one file, without scripts."""
    pages = Environment(loader=PackageLoader("kg.render"), autoescape=True)
    return pages.get_template("dossier.html.j2").render(heading=heading(dossier), sections=sections(dossier))


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
        dossier["figures"]["beauty"]["why"],
    ]
    if known:
        lines.insert(2, f"of the reference lists of a year between {min(known):.0%} and {max(known):.0%} are known")
    return Section("History", lines)


def _figures(figures: dict[str, Any]) -> Section:
    rows = []
    for name, told in figures.items():
        own = [
            f"{key.replace('_', ' ')} {_cell(value)}"
            for key, value in told.items()
            if key not in _COMMON and value not in (None, [], ())
        ]
        bounds = [
            f"{word} {_cell(told[key])}"
            for key, word in (("low", "at least"), ("high", "at most"))
            if told[key] is not None
        ]
        remark = "; ".join(filter(None, (told["reason"], *bounds, *own)))
        value = "no value" if told["value"] is None else _cell(told["value"])
        rows.append((name.replace("_", " "), value, str(told["n"]), told["why"], remark))
    return Section("Numbers", [], ("metric", "value", "n", "made of", "remarks"), rows)


def _returns(dossier: dict[str, Any]) -> Section:
    found = dossier["returns"]
    if not found["total"]:
        return Section("Returns of its subject", ["no later work is known here to be on its subject"])
    listed = len(found["listed"])
    more = f"; {listed} of them" if listed < found["total"] else ""
    lines = [
        f"{found['total']} later works on its subject, ten years on or more{more}",
        "uncredited: no citation path from it in this data; undecidable: lists on the way are not known",
    ]
    rows = [(str(row["year"] or ""), row["id"], row["path"]) for row in found["listed"]]
    return Section("Returns of its subject", lines, ("year", "work", "path"), rows)


def _claims(claims: list[dict[str, Any]]) -> Section:
    if not claims:
        return Section("Claims about it", ["none"])
    rows = [(c["statement"], c["verdict"], c["because"], f"{c['article']}; {c['place']}") for c in claims]
    return Section("Claims about it", [], ("claim", "verdict", "because", "where"), rows)


def _paths(dossier: dict[str, Any]) -> Section:
    heirs, lines = dossier["descendants"], []
    if heirs:
        works = f"{heirs['works']:,} works descend" if heirs["works"] > 1 else "1 work descends"
        over = f"{heirs['generations']} generation{'s' if heirs['generations'] > 1 else ''}"
        told = f"{works} from it here, over {over}, up to {heirs['latest']}"
        lines += [told if heirs["works"] else "no work descends from it here", heirs["extent"]]
    rows = []
    for way in dossier["paths"]:
        told = {
            "path": " -> ".join(way["path"] or ()),
            "none": "none: every list on the way is known, or time forbids it",
            "unknown": f"this data cannot tell: unknown lists on the way: {way['unknown']}",
        }[way["status"]]
        rows.append((str(way["to"]["year"] or ""), way["to"]["id"], told, way["why"]))
    return Section("Paths to later works", lines, ("year", "to", "path", "made of") if rows else (), rows)


def _gaps(gaps: dict[str, Any]) -> Section:
    lines = [f"its own reference list: {gaps['reference_list']}"]
    for name in ("references", "citations"):
        said = gaps["reported"][name]
        lines.append(
            f"{gaps['held'][name]} {name} held, {'not reported' if said is None else f'{said} reported'} by its source"
        )
    if gaps["coverage"] is not None:
        lines.append(f"{gaps['coverage']:.1%} of all reference lists of this graph are known")
    later = gaps["later_lists"]
    lines.append(f"of {later['works']} works that could cite it, {later['known']} have known lists")
    return Section("What is not known", lines)


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
