"""Snapshots: what a graph held on a day, as hashes, and whether it still does; and how two graphs differ."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import kg
from kg.errors import InputError, KgError
from kg.files import read_json
from kg.graph.folder import Workspace
from kg.graph.manifest import TABLES, Block, blocks, rows
from kg.graph.schema import SCHEMA_VERSION
from kg.graph.seal import is_sealed, seal_fault
from kg.library.answers import Answer, Table
from kg.library.answers import Block as Shown
from kg.library.asked import Asked
from kg.library.faults import file_fault, index_fault, rdf_fault
from kg.text import counted

_FORM = 1  # of the document
_UNSEALED = (
    "graph.digest is not there, because a writer is at work or was killed: a value that was changed where SQLite's structure does "
    "not show it is found only in what the index, the RDF or a snapshot hold of it; the next writing, or `kg verify --repair`, seals it"
)


@dataclass(frozen=True, repr=False)
class Snapshot(Answer):
    """What a graph held: counts, sources, and a hash of each block of each table.

    Attributes
    ----------
    facts : dict
        The document: `graph`, `made`, `kg`, `schema`, `revision`, `sources`, `runs`, `content` (the SHA-256 of its sorted
        N-Triples), `works`, `citations`.
    tables : dict of list of Block
        The hashes of each table.
    """

    facts: dict[str, Any]
    tables: dict[str, list[Block]]
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The document that `kg snapshot` writes."""
        return {"snapshot": _FORM, **self.facts, "tables": {k: [asdict(b) for b in v] for k, v in self.tables.items()}}

    def blocks(self) -> Iterator[Shown]:
        """What it is of, and how many rows each table has."""
        held = f"{counted(self.facts['works'], 'work')}, {counted(self.facts['citations'], 'citation')}"
        yield f"{self.facts['graph']}, revision {self.facts['revision']}: {held}"
        yield f"content {self.facts['content']}"
        rows_of = [(name, sum(block.rows for block in found)) for name, found in self.tables.items()]
        yield Table(["table", "rows"], rows_of, right=["rows"])

    def save(self, path: str | Path) -> None:
        """Write the document to a file."""
        Path(path).write_text(f"{self.to_json()}\n", encoding="utf-8")


@dataclass(frozen=True, repr=False)
class Verified(Answer):
    """What was checked, and what is not as it should be.

    Attributes
    ----------
    checks : tuple of (str, str)
        What was checked, and its fault; "" where there is none.
    repaired : tuple of str
        What was made again.
    """

    checks: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not any(fault for _, fault in self.checks)

    def raise_if_broken(self) -> None:
        """Raise a KgError that names the first fault, where there is one."""
        for name, fault in self.checks:
            if fault:
                raise KgError(f"{name}: {fault}")

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg verify --json`."""
        checks = [{"check": name, "fault": fault or None} for name, fault in self.checks]
        return {"well": self.well, "checks": checks, "repaired": list(self.repaired), "notes": list(self.notes)}

    def blocks(self) -> Iterator[Shown]:
        """What was repaired, and a line for each check."""
        yield from self.repaired
        yield Table(["check", "found"], [(name, fault or "as it should be") for name, fault in self.checks])


class Snapshots(Asked):
    """What can be asked about a graph's contents as a whole, today and on another day."""

    def snapshot(self) -> Snapshot:
        """What the graph holds, as hashes: `.save("today.json")` keeps it, `verify("today.json")` compares with it.

        Examples
        --------
        >>> import kg
        >>> graph = kg.Graph.from_edges([("B", "A")])
        >>> graph.snapshot().facts["works"]
        2
        """
        from kg.output.rdf.serialise import content_hash

        store = self._space.store
        works, citations = store.counts()
        facts = {
            "graph": store.name,
            "made": datetime.now(UTC).date().isoformat(),
            "kg": kg.__version__,
            "schema": SCHEMA_VERSION,
            "revision": store.revision,
            "as_of": store.until,
            "works": works,
            "citations": citations,
            "sources": [name for (name,) in store.db.execute("SELECT name FROM source ORDER BY name")],
            "runs": [list(run) for run in store.db.execute("SELECT command, started FROM run ORDER BY n")],
            "content": content_hash(store),
        }
        return Snapshot(facts, {name: blocks(rows(store, name)) for name in TABLES})

    def verify(self, snapshot: str | Path | Snapshot | None = None) -> Verified:
        """Whether the graph is undamaged, and holds what it held when a snapshot was made.

        Without a snapshot: the store by SQLite's own check, the index and the RDF against the store they were made of.
        With one: every table, too; the first difference is named.

        Parameters
        ----------
        snapshot : str, Path or Snapshot, optional
            A snapshot, or its file.

        Raises
        ------
        InputError
            If the file is no snapshot, or of a graph of another name.
        """
        return verified(self._space, snapshot)


def verified(space: Workspace, snapshot: str | Path | Snapshot | None) -> Verified:
    """What `verify` says of the graph in an open folder."""
    from kg.output.rdf.serialise import content_hash

    before = _read(snapshot) if isinstance(snapshot, str | Path) else snapshot
    if before and before.facts["graph"] != space.store.name:
        there = f"the snapshot is of {before.facts['graph']}, and this graph is {space.store.name}"
        hint = f"name that graph: --graph {before.facts['graph']}; two graphs are compared by `kg diff`"
        raise InputError(there, hint)
    if before and before.facts["as_of"] != space.store.until:
        when = "the whole graph" if before.facts["as_of"] is None else f"the graph as of {before.facts['as_of']}"
        raise InputError(f"the snapshot is of {when}", "open the graph as of the same year")
    seal, fault = seal_fault(space.store.path, whole=True), file_fault(space.store.db, whole=True)
    fault = f"damaged: {fault}; restore it from a copy" if fault else seal
    checks = [("store", fault)]
    if space.folder.is_dir() and space.store.until is None:
        for name, place, find in (("index", "index", index_fault), ("RDF", "rdf", rdf_fault)):
            fault = find(space.folder, space.store.state, space.store) or ""
            again = f"; `kg verify --repair` builds it again (or remove the folder {space.folder / place})"
            checks.append((name, f"{fault}{again}" if fault else ""))
    if before:
        checks += [
            (f"{name}, as in the snapshot", _difference(before.tables.get(name, []), blocks(rows(space.store, name))))
            for name in TABLES
        ]
        same = content_hash(space.store) == before.facts["content"]
        checks.append(("content, as in the snapshot", "" if same else "another hash of the whole content"))
    sealed = str(space.store.path) == ":memory:" or is_sealed(space.store.path)
    return Verified(tuple(checks), () if sealed else (_UNSEALED,))


def _read(path: str | Path) -> Snapshot:
    try:
        document = read_json(Path(path))
        if document.pop("snapshot") != _FORM:
            raise InputError(f"{path} was made by another version of kg", "make a new snapshot of the graph of then")
        tables = {str(name): [Block(**block) for block in found] for name, found in document.pop("tables").items()}
        _ = document["graph"], document["as_of"], document["content"]
        return Snapshot(document, tables)
    except FileNotFoundError:
        raise InputError(f"there is no file {path}", "make a snapshot with `kg snapshot FILE`") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"{path} is not a snapshot", "make one with `kg snapshot FILE`") from error


def _difference(then: list[Block], now: list[Block]) -> str:
    """Where two tables first differ."""
    if then == now:
        return ""
    for old, new in zip(then, now, strict=False):
        if old != new:
            first, last = min(old.first, new.first), max(old.last, new.last)
            where = f"the first difference is between {first} and {last}" if first != last else f"first at {first}"
            break
    else:
        longer = then if len(then) > len(now) else now
        where = f"the first difference is at {longer[min(len(then), len(now))].first}"
    counts = [sum(block.rows for block in found) for found in (then, now)]
    return f"{where} ({counted(counts[0], 'row')} then, {counts[1]:,} now)"
