"""Take back what one source said of a work's reference list, and delete what nothing else in a store names."""

import sqlite3
from collections.abc import Iterable

_UNCITED = "NOT EXISTS (SELECT 1 FROM citation WHERE citing = w.n OR cited = w.n)"
_UNCLAIMED = "NOT EXISTS (SELECT 1 FROM claim_work c WHERE c.work = w.n)"


def withdraw_list(db: sqlite3.Connection, n: int, source: str, *, redescribed: bool) -> None:
    """Delete the reference list that a source gave of a work.

    Parameters
    ----------
    db : sqlite3.Connection
        The store's connection, inside a transaction.
    n : int
        The row of the work.
    source : str
        The name of the source.
    redescribed : bool
        Delete what the source said of the work too, where it was the first to describe it.
    """
    named = "source = (SELECT n FROM source WHERE name = ?)"
    db.execute(f"DELETE FROM citation WHERE citing = ? AND {named}", (n, source))
    db.execute(f"DELETE FROM retrieval WHERE work = ? AND list = 'references' AND {named}", (n, source))
    if not redescribed:
        return
    blank = "UPDATE work SET title = '', title_key = '', short_key = '', author_key = '', year = NULL, date = NULL, venue = ''"
    if db.execute(f"{blank}, reported_references = NULL WHERE n = ? AND source = ? AND NOT stub", (n, source)).rowcount:
        db.execute("DELETE FROM author WHERE work = ?", (n,))


def delete_unnamed(db: sqlite3.Connection, rows: Iterable[int], source: str, run: int, *, stubs: bool) -> list[int]:
    """Delete works that a source described and that nothing names any more, with the references that led to them.

    A work is named by a citation, a claim, a list retrieved from another source, or a reference of a file: one that the
    present run met, or that was met in an earlier run without the file `source`.

    Parameters
    ----------
    db : sqlite3.Connection
        The store's connection, inside a transaction.
    rows : iterable of int
        The works in question.
    source : str
        The name of the file.
    run : int
        The present run.
    stubs : bool
        Delete stubs alone; else works that are none.

    Returns
    -------
    list of int
        The rows deleted.
    """
    mine = "SELECT 1 FROM run WHERE run.n = r.run AND run.n <> :run AND instr(run.command, :source)"
    gone = []
    for n in rows:
        known = {"n": n, "run": run, "source": source, "stub": stubs}
        found = db.execute(
            f"""SELECT 1 FROM work w WHERE n = :n AND stub = :stub AND source = :source AND {_UNCITED} AND {_UNCLAIMED}
            AND NOT EXISTS (SELECT 1 FROM retrieval t JOIN source s ON s.n = t.source WHERE t.work = w.n
                AND t.outcome NOT IN ('FAILED', 'NOT_FOUND') AND s.name <> :source)
            AND NOT EXISTS (SELECT 1 FROM resolution r WHERE r.work = w.id AND NOT EXISTS ({mine}))""",
            known,
        ).fetchone()
        if found:
            db.execute("DELETE FROM resolution WHERE work = (SELECT id FROM work WHERE n = ?)", (n,))
            for table in ("identifier", "retrieval", "concept", "concept_in_source", "fact", "author"):
                db.execute(f"DELETE FROM {table} WHERE work = ?", (n,))
            db.execute("DELETE FROM work_text WHERE rowid = ?", (n,))
            db.execute("DELETE FROM work WHERE n = ?", (n,))
            gone.append(n)
    return gone
