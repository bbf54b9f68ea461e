"""How two graphs differ: works, citations and lists, and the scores that changed by them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kg.graph.folder import Workspace
from kg.graph.manifest import rows
from kg.library.answers import Answer, Block, Table
from kg.library.measures import Measures
from kg.text import counted

_SHOWN = 10  # rows of each part that are printed
_TABLES = ("works", "citations", "lists", "claims", "concepts")


@dataclass(frozen=True)
class Changes:
    """How a table changed.

    Attributes
    ----------
    added, removed : list of str
        The keys of the rows that only the second or only the first graph has.
    changed : dict
        For each row that both have, the fields that differ: before and after.
    """

    added: list[str]
    removed: list[str]
    changed: dict[str, dict[str, tuple[Any, Any]]]


@dataclass(frozen=True)
class ScoreChange:
    """A work whose score changed.

    Attributes
    ----------
    id : str
        The work.
    before, after : float or None
        Its values; None where it has none.
    citations : list of str
        The citations from it or to it that were added (+) or removed (-).
    """

    id: str
    before: float | None
    after: float | None
    citations: list[str]


@dataclass(frozen=True, repr=False)
class Diff(Answer):
    """How the second of two graphs differs from the first.

    Attributes
    ----------
    first, second : str
        The names of the graphs.
    tables : dict of Changes
        The changes of each table.
    metric : str
        The metric that was compared.
    scores : list of ScoreChange
        The works whose scores differ, the largest differences first.
    """

    first: str
    second: str
    tables: dict[str, Changes]
    metric: str
    scores: list[ScoreChange]
    top: int = _SHOWN
    notes: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.scores and not any(c.added or c.removed or c.changed for c in self.tables.values())

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg diff --json`."""
        tables = {
            name: {
                "added": found.added,
                "removed": found.removed,
                "changed": {key: {k: list(v) for k, v in fields.items()} for key, fields in found.changed.items()},
            }
            for name, found in self.tables.items()
        }
        scores = [{"id": s.id, "before": s.before, "after": s.after, "citations": s.citations} for s in self.scores]
        return {"first": self.first, "second": self.second, "same": self.same, **tables, self.metric: scores}

    def blocks(self) -> Iterator[Block]:
        """Counts, then what was added, removed and changed, then the scores with the citations that changed them."""
        if self.same:
            yield f"{self.first} and {self.second} hold the same"
            return
        counts = [(name, len(c.added), len(c.removed), len(c.changed)) for name, c in self.tables.items()]
        yield Table(
            ["from first to second", "added", "removed", "changed"], counts, right=["added", "removed", "changed"]
        )
        for name, found in self.tables.items():
            lines = [f"+ {key}" for key in found.added] + [f"- {key}" for key in found.removed]
            lines += [f"~ {key}: {_fields(fields)}" for key, fields in found.changed.items()]
            if lines:
                yield f"\n{name}"
                yield from lines[: self.top]
            if len(lines) > self.top:
                yield f"... and {len(lines) - self.top:,} more"
        if self.scores:
            yield f"\n{self.metric} of {counted(len(self.scores), 'work')}"
            shown = self.scores[: self.top]
            table = [(s.id, _value(s.before), _value(s.after), _some(s.citations)) for s in shown]
            yield Table(["work", "before", "after", "its citations"], table, right=["before", "after"])


def diff(
    first: str | None,
    second: str | None,
    *,
    metric: str = "citations_held",
    top: int = _SHOWN,
    as_of: int | None = None,
) -> Diff:
    """How the second graph differs from the first: works, citations, lists, claims, concepts, and scores.

    Parameters
    ----------
    first, second : str or None
        Names of graphs under `./graphs`, or folders; None for the bundled graph.
    metric : str
        The metric whose scores are compared.
    top : int
        How many rows of each part to print; the document has all.
    as_of : int, optional
        Compare the graphs as they stood at the end of this year.

    Returns
    -------
    Diff
        For a changed score the citations of the work itself that changed; a metric such as PageRank depends on others too.
    """
    spaces = [Workspace.open(name).as_of(as_of) for name in (first, second)]
    old_space, new_space = spaces
    tables = {name: _changes(rows(old_space.store, name), rows(new_space.store, name)) for name in _TABLES}
    before, after = (Measures(space).rank(metric).scores.series for space in spaces)
    touched: dict[str, list[str]] = {}
    for sign, keys in (("+", tables["citations"].added), ("-", tables["citations"].removed)):
        for pair in dict.fromkeys(key.rpartition(" (")[0] for key in keys):
            for end in dict.fromkeys(pair.split(" -> ")):
                touched.setdefault(end, []).append(f"{sign} {pair}")
    old, new = ({str(id_): value for id_, value in s.dropna().items()} for s in (before, after))
    changed = [
        ScoreChange(id_, old.get(id_), new.get(id_), touched.get(id_, []))
        for id_ in {**old, **new}
        if old.get(id_) != new.get(id_)
    ]
    changed.sort(key=lambda s: (-abs((s.after or 0) - (s.before or 0)), s.id))
    names = [space.provenance.options.removeprefix(" --graph ") or space.store.name for space in spaces]
    return Diff(names[0], names[1], tables, metric, changed, top)


def _changes(old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]) -> Changes:
    changed = {
        key: {name: (old[key][name], value) for name, value in row.items() if old[key][name] != value}
        for key, row in new.items()
        if key in old and old[key] != row
    }
    return Changes([key for key in new if key not in old], [key for key in old if key not in new], changed)


def _fields(fields: dict[str, tuple[Any, Any]]) -> str:
    return "; ".join(f"{name} {_cell(before)} -> {_cell(after)}" for name, (before, after) in fields.items())


def _cell(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else "unknown" if value is None else str(value)


def _value(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _some(citations: list[str]) -> str:
    more = f" and {len(citations) - 3} more" if len(citations) > 3 else ""
    return ", ".join(citations[:3]) + more
