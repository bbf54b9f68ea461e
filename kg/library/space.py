"""Where the answers of a graph come from: its folder, or, for one made in Python, a store in memory made of its tables."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.graph.folder import Workspace
from kg.graph.provenance import IN_MEMORY
from kg.graph.store import Store
from kg.graph.topology import in_memoryviews
from kg.text import name_key, short_title, surname, title_key

if TYPE_CHECKING:
    from kg.graph.citation_graph import CitationGraph


def space_of(graph: "CitationGraph") -> Workspace:
    """The folder and store that questions to a graph read; a store in memory where it was made in Python."""
    source = graph.provenance
    space = Workspace(IN_MEMORY, _store(graph)) if source is None else Workspace(source.folder, source.store)
    known = {"evident": source is not None} | dict(graph.arrays.meta) | graph.facts() | {"duplicates": graph.duplicates}
    space.arrays = replace(in_memoryviews(graph.arrays), meta=known)
    space.graph = graph
    return space


def _store(graph: "CitationGraph") -> Store:
    """The works of a graph in a store in memory, so that they are found as those of any graph are."""
    store = Store.create(IN_MEMORY, name=graph.name)
    store.until = graph.until
    db, works = store.db, graph.works
    db.execute("BEGIN")
    plain = works.astype(object).where(works.notna(), None)
    for n, id_, row in zip(graph.arrays.rows.tolist(), plain.index, plain.to_dict("records"), strict=True):
        db.execute(f"INSERT INTO work VALUES ({', '.join('?' * 14)})", _row(n, str(id_), row))
        authors = str(row["authors"] or "")
        db.executemany("INSERT INTO author VALUES (?, ?, ?)", [(n, k, a) for k, a in enumerate(_names(authors))])
        text = (n, row["title"] or "", authors, row["year"])
        db.execute("INSERT INTO work_text (rowid, title, authors, year) VALUES (?, ?, ?, ?)", text)
    rows = dict(zip(graph.ids, graph.arrays.rows.tolist(), strict=True))
    concepts = [(rows[w], *rest) for w, *rest in graph.concepts.itertuples(index=False, name=None)]
    db.executemany("INSERT OR IGNORE INTO concept VALUES (?, ?, ?, ?)", concepts)
    db.execute("INSERT INTO source VALUES (1, '')")
    retrieved = [(rows[str(id_)], outcome) for id_, outcome in works["outcome"].items() if outcome != "UNKNOWN"]
    db.executemany("INSERT INTO retrieval VALUES (?, 'references', 1, ?, NULL, NULL)", retrieved)
    store.renew_snapshot()  # reading never opens a transaction of its own, so several threads may read
    return store


def _names(authors: str) -> list[str]:
    return [name for name in authors.split("; ") if name]


def _row(n: int, id_: str, row: dict[Any, Any]) -> tuple[Any, ...]:
    """The cells of a row of the table `work`."""
    title, first = str(row["title"] or ""), next(iter(_names(str(row["authors"] or ""))), "")
    reported = (row["reported_references"], row["reported_citations"])
    keys = (title_key(title), title_key(short_title(title)), name_key(surname(first)))
    facts = (row["year"], row["date"], row["venue"] or "", bool(row["stub"]), bool(row["seed"]), "")
    return (n, id_, title, *facts, *reported, *keys)
