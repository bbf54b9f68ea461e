"""Some works of a graph as a graph of their own, with a store of their own, for export."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from kg.graph.citation_graph import CitationGraph
from kg.graph.provenance import IN_MEMORY, Provenance
from kg.graph.schema import FACTS_OF
from kg.graph.store import Store

#: the tables of a store, and which of their rows belong to the works chosen
_ROWS = {
    "work": "n IN chosen",
    "author": "work IN chosen",
    "identifier": "work IN chosen",
    "fact": "work IN chosen",
    "concept": "work IN chosen",
    "concept_in_source": "work IN chosen",
    "source": "1",
    "citation": "citing IN chosen AND cited IN chosen",
    "retrieval": "work IN chosen AND list = 'references'",
    "claim": "id IN (SELECT claim FROM claim_work WHERE work IN chosen)",
    "claim_work": "work IN chosen",
    "run": "1",
}


def selected(graph: CitationGraph, ids: Iterable[str]) -> CitationGraph:
    """The graph of some works, given by id, and the citations among them, with records of these alone.

    Counts of citations in exports stay those of the whole graph. A known reference list that loses citations becomes PARTIAL, its whole length reported. Lists of citing works are gone.
    """
    keep = np.zeros(len(graph), np.bool_)
    keep[[graph.number(id_) for id_ in ids]] = True
    owners = graph.references.owners()
    within = graph.without_citations(keep[owners] & ~keep[graph.references.works])
    chosen = within.subset(np.asarray(graph.ids, object)[keep])
    counts = dict(zip(graph.ids, graph.citers.counts().tolist(), strict=True))
    tables = replace(chosen._tables, held=tuple(counts[id_] for id_ in chosen.ids))  # noqa: SLF001
    if graph.provenance:
        store = _copied(graph.provenance.store, graph.arrays.rows[keep].tolist())
        tables = replace(tables, provenance=Provenance(graph.provenance.folder, store))
    return type(graph)(chosen.arrays, tables, name=graph.name, duplicates=0)


def _copied(store: Store, rows: list[int]) -> Store:
    """The records of the works in these rows, in a store in memory."""
    copy = Store.create(IN_MEMORY, name=store.name)
    copy.until = store.until
    here, there = store.db, copy.db
    here.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (n INTEGER PRIMARY KEY)")
    here.execute("DELETE FROM temp.chosen")
    here.executemany("INSERT INTO temp.chosen VALUES (?)", [(n,) for n in rows])
    there.execute("BEGIN")
    there.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", here.execute("SELECT key, value FROM meta"))
    for table, condition in _ROWS.items():
        columns = ", ".join(row[1] for row in there.execute(f"PRAGMA table_info({table})"))
        found = here.execute(f"SELECT {columns} FROM {table} WHERE {condition}")
        there.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * (columns.count(',') + 1))})", found)
    there.executemany(
        """UPDATE retrieval SET reported = coalesce(reported, ?), outcome = iif(outcome = 'COMPLETE', 'PARTIAL', outcome)
        WHERE work = ?""",
        here.execute("""SELECT count(DISTINCT cited), citing FROM citation WHERE citing IN chosen
            GROUP BY citing HAVING min(cited IN chosen) = 0"""),
    )
    for n in rows:  # a retraction is known by its notice too, which may not be among the works
        said = here.execute(FACTS_OF, {"n": n}).fetchall()
        there.executemany(
            "INSERT OR IGNORE INTO fact SELECT ?, ?, n, ? FROM source WHERE name = ?",
            [(n, name, value, source) for name, value, source in said if name == "retracted"],
        )
    there.execute("COMMIT")
    copy.renew_snapshot()
    return copy
