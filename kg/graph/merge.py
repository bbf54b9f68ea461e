"""Two works of a store that turn out to be one: all that is said of either is then said of the one that is kept."""

import sqlite3

from kg.model import BEST_FIRST

_RANK = {str(outcome): k for k, outcome in enumerate(BEST_FIRST)}


def join(db: sqlite3.Connection, kept: int, lost: int) -> None:
    """Give everything of the work in row `lost` to the one in row `kept`, and remove it; its id becomes an alias.

    A citation, claim or concept that both have stays once; of two outcomes of one list the better one stands. Title,
    authors, year and counts of the lost work are not used: the caller fills blanks with them.
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
        held = db.execute(
            "SELECT outcome FROM retrieval WHERE work = ? AND list = ? AND source = ?", (kept, list_, source)
        ).fetchone()
        better = held is None or _RANK[outcome] < _RANK[held[0]]
        db.execute(
            f"UPDATE OR {'REPLACE' if better else 'IGNORE'} retrieval SET work = ? WHERE work = ? AND list = ? AND source = ?",
            (kept, lost, list_, source),
        )
    for table in ("claim_work", "concept"):
        db.execute(f"UPDATE OR IGNORE {table} SET work = ? WHERE work = ?", (kept, lost))
    (lost_id,), (kept_id,) = (db.execute("SELECT id FROM work WHERE n = ?", (n,)).fetchone() for n in (lost, kept))
    db.execute("UPDATE resolution SET work = ? WHERE work = ?", (kept_id, lost_id))
    db.execute("UPDATE identifier SET work = ? WHERE work = ?", (kept, lost))
    db.execute("INSERT OR REPLACE INTO identifier VALUES (?, ?)", (lost_id, kept))
    for table in ("retrieval", "claim_work", "concept", "author"):
        db.execute(f"DELETE FROM {table} WHERE work = ?", (lost,))
    db.execute("DELETE FROM work_text WHERE rowid = ?", (lost,))
    db.execute("DELETE FROM work WHERE n = ?", (lost,))
