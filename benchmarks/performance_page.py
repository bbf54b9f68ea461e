"""docs/performance.md and its drawing, from the results of `table.py`: the newest one of each line counts."""

import json
from pathlib import Path
from typing import Any

from limits import Limit
from table import lines

DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- results: written by benchmarks/table.py -->", "<!-- end of results -->"
DATA = dict.fromkeys(("list", "snapshot", "corpus"), "citations")  # what sizes count; elsewhere works
INK, PAPER, GRID, BAR, AIM = "#24292f", "#fafafa", "#c9ced4", "#2f6f9f", "#b3541e"


def newest(results: Path, *, quick: bool = False) -> list[dict[str, Any]]:
    """The last result of each line, side and peer, in the order of the lines."""
    known, found = list(lines()), {}
    for text in results.read_text(encoding="utf-8").splitlines():
        record = json.loads(text)
        if record["quick"] is quick:
            found[record["line"], record["kg"], record["peer"]] = record
    return sorted(found.values(), key=lambda record: known.index(record["line"]))


def write(results: Path, docs: Path = DOCS, *, quick: bool = False) -> None:
    """Put the table and the drawing in their places."""
    records = newest(results, quick=quick)
    page = docs / "performance.md"
    text = page.read_text(encoding="utf-8")
    before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    page.write_text(f"{before}\n\n{told(records)}\n\n{after}", encoding="utf-8")
    draw(records, docs / "performance.svg")


def told(records: list[dict[str, Any]]) -> str:
    """The machine, the table, and what stands in the way of each ratio that falls short."""
    rows = [
        "| question | kg | peer | ratio | CPU s | wall s | MB | limit, s | kg / limit | difference |",
        "|" + " --- |" * 10,
    ]
    return "\n".join([_machine(records), "", *rows, *map(_row, records), "", *_short(records)]).strip()


def _machine(records: list[dict[str, Any]]) -> str:
    machine, dates = records[-1]["machine"], sorted({record["date"] for record in records})
    versions = ", ".join(f"{name} {number}" for name, number in records[-1]["versions"].items())
    gathers = ", ".join(f"{ns} ns from {_size(int(size))}" for size, ns in machine["gather_ns"].items())
    return (
        f"Measured {' to '.join(sorted({dates[0], dates[-1]}))} on {machine['cores']} cores ({machine['cpu']}) with "
        f"{machine['memory_gib']} GiB. One core moves {machine['gb_s']} GB/s; a number read at random takes {gathers}, "
        f"{machine['hop_ns']} ns where each read waits for the one before. {versions}."
    )


def _row(record: dict[str, Any]) -> str:
    line, (ours, theirs) = lines()[record["line"]], (record["ours"], record["theirs"])
    asked = line.asked.get((record["kg"], record["peer"]))
    data = f"{record['size']:,} {DATA.get(line.data, 'works')}, generated" if record["size"] else "hep-th"
    a, b = (sum(side["cpu_s"].values()) for side in (ours, theirs))
    limit = limit_of(record)
    cells = [
        f"{line.question} ({data})",
        record["kg"],
        record["peer"],
        _ratio(record) + (f" (asked: {asked:g})" if asked else ""),
        f"{a:.3g}, {b:.3g}",
        f"{ours['wall_s']:.3g}, {theirs['wall_s']:.3g}",
        f"{ours['peak_mb']:,}, {theirs['peak_mb']:,}",
        f"{limit:.2g}" if limit else "–",
        f"{a / limit:.2g}" if limit else "–",
        f"{record['difference']:.0e}" if record["difference"] else "none",
    ]
    return f"| {' | '.join(cells)} |"


def limit_of(record: dict[str, Any]) -> float | None:
    """The least time that kg's side could take on this machine, in seconds."""
    limit = record["ours"]["limit"]
    return Limit(**limit).seconds(record["machine"]) if limit else None


def _ratio(record: dict[str, Any]) -> str:
    if "refused" in record:
        return f"refused: {record['refused']}"
    several = len(record["parts"]) > 1
    return _number(record["ratio"]) + (
        f" ({record['least']:.2g} to {max(record['parts'].values()):.2g})" if several else ""
    )


def _number(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 1000 else f"{ratio:.3g}"


def _short(records: list[dict[str, Any]]) -> list[str]:
    found = []
    for record in records:
        line = lines()[record["line"]]
        asked = line.asked.get((record["kg"], record["peer"]), 1)
        if record.get("ratio", 0) < asked and line.why:
            found.append(f"- *{line.question}*, {record['kg']} against {record['peer']}: {line.why}")
    return (
        ["What stands in the way where a ratio is below what was asked, or below 1:", "", *dict.fromkeys(found)]
        if found
        else []
    )


def _size(size: int) -> str:
    return f"{size >> 20} MB" if size >> 20 else f"{size >> 10} kB"


def draw(records: list[dict[str, Any]], place: Path) -> None:
    """The ratios as bars, with what was asked; on paper of its own, so that it reads on a dark page too."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "kg", "font.family": "sans-serif", "font.size": 10})
    records = [record for record in records if "ratio" in record][::-1]
    figure, axes = plt.subplots(figsize=(9, 0.8 + 0.3 * len(records)), facecolor=PAPER)
    axes.set_facecolor(PAPER)
    at = range(len(records))
    axes.barh(at, [record["ratio"] - 1 for record in records], left=1, color=BAR, height=0.62)
    for y, record in enumerate(records):
        line, ratio = lines()[record["line"]], record["ratio"]
        asked = line.asked.get((record["kg"], record["peer"]))
        if asked:
            axes.plot([asked, asked], [y - 0.42, y + 0.42], color=AIM, linewidth=2.5)
        axes.text(
            max(ratio, 1) * 1.08,
            y,
            _number(ratio),
            va="center",
            color=INK,
            bbox={"fc": PAPER, "ec": "none", "pad": 0.5},
        )
    axes.set_yticks(
        list(at), [f"{lines()[r['line']].short}: {r['kg']} against {r['peer']}" for r in records], color=INK
    )
    axes.set_xscale("log")
    axes.set_xlim(min(0.1, *(r["ratio"] / 1.5 for r in records)), max(r["ratio"] for r in records) * 4)
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    axes.minorticks_off()
    axes.axvline(1, color=INK, linewidth=1)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, length=0)
    axes.set_xlabel(
        "the peer's CPU time / kg's (higher is better for kg); the orange mark is what was asked", color=INK
    )
    for side in axes.spines.values():
        side.set_visible(False)
    figure.savefig(place, bbox_inches="tight", facecolor=PAPER, metadata={"Date": None, "Creator": None})
    plt.close(figure)
