"""Merge two works of a store that turned out to be one."""

import sqlite3

from kg.model import BEST_FIRST

_RANK = {str(outcome): k for k, outcome in enumerate(BEST_FIRST)}


def merge_works(db: sqlite3.Connection, kept: int, lost: int) -> None:
    """Move citations, lists, claims, concepts, facts and identifiers of one work to another, and delete it.

    A citation, claim, concept or fact that both have is kept once; of two outcomes of one reference list the better one is kept.
    Title, authors, year and reported counts are left to the caller.

    Parameters
    ----------
    db : sqlite3.Connection
        The store's connection, inside a transaction.
    kept : int
        The row of the work that stays.
    lost : int
        The row of the work that is deleted; its id becomes an alias of the other.
    """
    db.execute(
        """INSERT INTO citation SELECT iif(citing = :lost, :kept, citing), iif(cited = :lost, :kept, cited), source, times,
        method, contexts, intents, influential FROM citation WHERE citing = :lost OR cited = :lost
        ON CONFLICT DO UPDATE SET times = max(times, excluded.times), method = coalesce(method, excluded.method),
        contexts = coalesce(contexts, excluded.contexts), intents = coalesce(intents, excluded.intents),
        influential = coalesce(influential, excluded.influential)""",
        {"kept": kept, "lost": lost},
    )
    db.execute("DELETE FROM citation WHERE citing = ? OR cited = ?", (lost, lost))
    for list_, source, outcome in db.execute(
        "SELECT list, source, outcome FROM retrieval WHERE work = ?", (lost,)
    ).fetchall():
        present = db.execute(
            "SELECT outcome FROM retrieval WHERE work = ? AND list = ? AND source = ?", (kept, list_, source)
        ).fetchone()
        better = present is None or _RANK[outcome] < _RANK[present[0]]
        db.execute(
            f"UPDATE OR {'REPLACE' if better else 'IGNORE'} retrieval SET work = ? WHERE work = ? AND list = ? AND source = ?",
            (kept, lost, list_, source),
        )
    for table in ("claim_work", "concept", "concept_in_source", "fact"):
        db.execute(f"UPDATE OR IGNORE {table} SET work = ? WHERE work = ?", (kept, lost))
    (lost_id,), (kept_id,) = (db.execute("SELECT id FROM work WHERE n = ?", (n,)).fetchone() for n in (lost, kept))
    db.execute("UPDATE resolution SET work = ? WHERE work = ?", (kept_id, lost_id))
    db.execute("UPDATE identifier SET work = ? WHERE work = ?", (kept, lost))
    db.execute("INSERT OR REPLACE INTO identifier VALUES (?, ?)", (lost_id, kept))
    for table in ("retrieval", "claim_work", "concept", "concept_in_source", "fact", "author"):
        db.execute(f"DELETE FROM {table} WHERE work = ?", (lost,))
    db.execute("DELETE FROM work_text WHERE rowid = ?", (lost,))
    db.execute("DELETE FROM work WHERE n = ?", (lost,))
