"""What a metric's docstring and signature say: the sections of a numpydoc docstring, by their names."""

import inspect
import re
from collections.abc import Callable
from typing import Any

from kg import plugins
from kg.analysis.metric import all_metrics, load_metric
from kg.errors import UnknownName


def metric_names() -> list[str]:
    """Every metric, then every other result (per year, per pair of works or per graph)."""
    return [*plugins.names("metric"), *plugins.RESULTS]


def definitions() -> list[dict[str, Any]]:
    """The definitions of every metric that can be loaded, then of the other results; see `define`."""
    loaded = sorted(metric.name for metric in all_metrics())
    return [define(name) for name in [*loaded, *plugins.RESULTS]]


def overview() -> dict[str, Any]:
    """The document of `kg metrics --json`: every measure, with what it says and the command that gives it."""
    keys = ("name", "kind", "unit", "family", "summary", "command")
    return {"metrics": [{key: about[key] for key in keys} for about in definitions()]}


def define(name: str) -> dict[str, Any]:
    """The definition of a metric or other result.

    Parameters
    ----------
    name : str
        Its name, with underscores or hyphens.

    Returns
    -------
    dict
        `name`, `kind` ("work", "year", "pair" or "graph"), `unit`, `family`, what `described` gives, and the `command`
        that calculates it.

    Raises
    ------
    UnknownName
        If there is no such metric; the hint lists similar names.

    Examples
    --------
    >>> about = define("latency")
    >>> about["unit"], about["options"], about["command"]
    ('years', {'last_year': None}, 'kg rank latency')
    """
    wanted = name.replace("-", "_")
    if wanted not in metric_names():
        raise UnknownName("metric", name, metric_names())
    if wanted in plugins.RESULTS:
        kind, place, command = plugins.RESULTS[wanted]
        head, about = {"kind": kind, "unit": "", "family": "other"}, described(plugins.imported(place))
    else:
        metric, command = load_metric(wanted), f"kg rank {wanted}"
        head, about = {"kind": "work", "unit": metric.unit, "family": metric.family}, described(metric)
    return {"name": wanted} | head | about | {"command": command}


def described(function: Callable[..., Any]) -> dict[str, Any]:
    """What the docstring and signature of a function say.

    Parameters
    ----------
    function : callable
        A function with a numpydoc docstring.

    Returns
    -------
    dict
        `summary`; `description` (the extended summary); `definition` (Notes, or the description without them); `guards`
        (what is returned, and when there is no value); `options` with their defaults; `meanings` of the options;
        `source` (References).
    """
    parts = sections(inspect.getdoc(function) or "")
    summary, _, description = parts.get("", "").partition("\n\n")
    known = inspect.signature(function).parameters.values()
    options = {p.name: p.default for p in known if p.default is not p.empty}
    meanings = {name: text for names, text in entries(parts.get("Parameters", "")) for name in re.split(r",\s*", names)}
    return {
        "summary": " ".join(summary.split()),
        "description": _paragraphs(description),
        "definition": _paragraphs(parts.get("Notes", description)),
        "guards": [text for _, text in entries(parts.get("Returns", ""))],
        "options": options,
        "meanings": {name: meanings.get(name, "") for name in options},
        "source": "; ".join(p.rstrip(".") for p in _paragraphs(parts.get("References", "")).split("\n\n") if p) or "kg",
    }


def sections(docstring: str) -> dict[str, str]:
    r"""The sections of a numpydoc docstring by name; the summary and its extension are under "".

    Parameters
    ----------
    docstring : str
        A docstring without indentation, as `inspect.getdoc` gives it.

    Returns
    -------
    dict of str
        The text of each section, without its heading.

    Examples
    --------
    >>> sections("Count.\n\nNotes\n-----\nn = 1\n\nReferences\n----------\nMe (2000).")
    {'': 'Count.', 'Notes': 'n = 1', 'References': 'Me (2000).'}
    """
    first, *rest = re.split(r"(?m)^([A-Z][A-Za-z ]+)\n-{3,}$", docstring)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return {"": first.strip()} | {name: text.strip("\n") for name, text in pairs}


def entries(section: str) -> list[tuple[str, str]]:
    r"""The entries (names, text) of a section such as Parameters: unindented lines and the indented text below each.

    Examples
    --------
    >>> entries("a, b : int\n    Two\n    numbers.\nc : str\n    A word.")
    [('a, b', 'Two numbers.'), ('c', 'A word.')]
    """
    found: list[tuple[str, list[str]]] = []
    for line in section.splitlines():
        if line and not line.startswith(" "):
            found.append((line.partition(" : ")[0].strip(), []))
        elif found:
            found[-1][1].append(line.strip())
    return [(name, _paragraphs("\n".join(lines))) for name, lines in found]


def _paragraphs(text: str) -> str:
    """Text with one line per paragraph; examples and formulas in indented blocks keep their lines."""
    found = []
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        lines = paragraph.splitlines()
        block = bool(lines) and all(line.startswith("    ") for line in lines)
        found.append(inspect.cleandoc(paragraph) if block else " ".join(paragraph.split()))
    return "\n\n".join(filter(None, found))
