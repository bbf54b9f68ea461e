"""What is wrong with a graph's store, and with the index and the RDF that were made from it.

`kg doctor` asks whether they can be read, `kg verify` also whether they are what is made from the store now.
"""

import sqlite3
from pathlib import Path

from kg.aside import temporary_folder
from kg.errors import StoreError
from kg.graph.arrays import read_arrays
from kg.graph.derived import damage
from kg.graph.store import Store


def file_fault(db: sqlite3.Connection, *, whole: bool = False) -> str:
    """The first thing that is wrong with a file of SQLite, "" where nothing is.

    Parameters
    ----------
    db : sqlite3.Connection
        The open file.
    whole : bool
        Compare the indexes of its tables with the tables too, which takes longer.
    """
    try:
        (told,) = db.execute(f"PRAGMA main.{'integrity' if whole else 'quick'}_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if told == "ok" else " ".join(str(told).split())


def index_fault(folder: Path, state: str, store: Store | None = None) -> str | None:
    """What is wrong with the arrays of a state of the store: "" if nothing, None where there are none yet.

    Parameters
    ----------
    folder : Path
        The graph's folder.
    state : str
        The state of the store.
    store : Store, optional
        Compare the arrays with those that this store gives now.
    """
    held = folder / "index" / state
    if not held.exists():
        return None
    if fault := damage(held, whole=True):
        return f"it is not as it was built: {fault}" if held.exists() else None
    try:
        arrays = read_arrays(held)
    except StoreError as error:
        return error.message
    if store is None:
        return ""
    from kg.graph.topology import arrays_of, differing

    wrong = differing(arrays, arrays_of(store))
    return f"its {', '.join(wrong)} differ from those in graph.sqlite" if wrong else ""


def rdf_fault(folder: Path, state: str, store: Store | None = None) -> str | None:
    """What is wrong with the RDF of a state of the store; the parameters and the answer are those of `index_fault`."""
    from kg.output.rdf.open import is_current
    from kg.output.rdf.store import build, open_readonly

    held = folder / "rdf" / state
    if not is_current(folder / "rdf", state):
        return None
    if fault := damage(held, whole=True):
        return f"the RDF store is not as it was built: {fault}" if held.exists() else None
    try:
        rdf = open_readonly(folder / "rdf", state)
        there = sorted(map(str, rdf)) if store else []
    except StoreError as error:
        return error.message
    except Exception as error:  # noqa: BLE001  (whatever the engine makes of damage)
        return f"cannot be read ({type(error).__name__})"
    if store is None:
        return ""
    with temporary_folder() as temporary:
        build(store, temporary)
        made = sorted(map(str, open_readonly(temporary, state)))
    return "" if there == made else "its triples differ from those made from graph.sqlite"
