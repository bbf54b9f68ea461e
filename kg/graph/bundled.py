"""The bundled graph, the history of neural networks for music: its tables as records, its folder in the user's cache.

The folder is built at first use under another name and then renamed, so that no reader sees half of it.
"""

import atexit
import os
import shutil
import warnings
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from kg.aside import built_aside, replaced, temporary_folder
from kg.errors import InputError, StoreError, remedy
from kg.facts import Fact
from kg.model import Batch, Citation, Claim, Concept, Outcome, Retrieval, Work
from kg.text import title_key

NAME = "neural-music"
SET_CACHE = "set KG_CACHE to a folder that you can write to"
_PACKAGE = Path(__file__).parents[1]
_TABLES = ("works.csv", "citations.csv", "lists.csv", "claims.csv", "concepts.csv", "aliases.csv")
#: copied into the graph's folder
_RULES = ("eras.toml", "populations.toml", "questions.csv", "core.txt", "nips-1987-1999.txt")
#: the code that decides what the folder contains
_SHAPING = (
    *(f"graph/{name}.py" for name in ("bundled", "schema", "store", "store_file", "writer", "identity", "merge")),
    *("model.py", "facts.py", "text.py"),
)


def bundled_batch() -> Batch:
    """The tables of the bundled graph as records."""
    works = _read("works.csv")
    citations = _read("citations.csv")
    names: dict[str, list[str]] = {}
    for row in _read("aliases.csv"):
        names.setdefault(row["work"], []).append(f"name:{title_key(row['alias'])}")
    retrievals = [
        Retrieval(
            work=row["work"],
            list="references",
            outcome=Outcome(row["outcome"]),
            source=NAME,
            reported=int(row["references"]) if row["references"] else None,
        )
        for row in _read("lists.csv")
        if row["outcome"] != Outcome.UNKNOWN
    ]
    return Batch(
        works=[
            Work(
                id=row["key"],
                title=row["title"],
                authors=tuple(name.strip() for name in row["authors"].split(";") if name.strip()),
                year=int(row["year"]) if row["year"] else None,
                venue=row["venue"],
                identifiers=(
                    *(f"{scheme}:{row[scheme].lower()}" for scheme in ("doi", "arxiv") if row[scheme]),
                    *names.get(row["key"], ()),
                ),
                seed=bool(row["seed"]),
                source=row["source"],
                facts=tuple(
                    Fact(name, value, row["source"])
                    for name, value in (("year basis", row["year_basis"]), ("note", row["note"]))
                    if value
                ),
            )
            for row in works
        ],
        citations=[
            Citation(citing=r["citing_key"], cited=r["cited_key"], source=r["source"], method=r["method"])
            for r in citations
        ],
        retrievals=retrievals,
        claims=[
            Claim(
                id=row["id"],
                statement=row["statement"],
                kind=row["kind"],
                place=row["place"],
                article="Pons (2018), Neural networks for music: a journey through its history",
                roles=tuple((key, role) for role in ("subject", "object") for key in row[f"{role}s"].split(";") if key),
            )
            for row in _read("claims.csv")
        ],
        concepts=[Concept(**r) for r in _read("concepts.csv")],
        records=len(works) + len(citations),
    )


def write_rules(folder: Path) -> None:
    """Write what the bundled facts call eras and populations into a graph's folder."""
    data = _PACKAGE / "data" / "neural_music"
    with replaced(*(folder / name for name in _RULES)) as made:
        for file in made:
            file.write_bytes((data / file.name).read_bytes())


def _read(name: str) -> list[dict[str, str]]:
    import csv

    text = (_PACKAGE / "data" / "neural_music" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(keepends=True)))


def cache_folder() -> Path:
    """The folder of what kg builds for itself: `KG_CACHE`, else the user's cache folder for kg.

    Raises
    ------
    InputError
        If the user has no home.
    """
    from platformdirs import user_cache_path

    try:
        return Path(os.environ.get("KG_CACHE") or user_cache_path("kg", appauthor=False))
    except RuntimeError as error:
        raise InputError(f"no place for kg's cache: {error}", SET_CACHE) from error


def bundled_folder() -> Path:
    """The folder of the bundled graph, built where it is missing; its name changes with the tables and the code.

    Without a home that can be written it is built among the temporary files, until the process ends.

    Raises
    ------
    StoreError
        If the folder that KG_CACHE names cannot be written, or a disk is full.
    """
    try:
        return _built_in(cache_folder())
    except (InputError, OSError) as error:
        if os.environ.get("KG_CACHE") or remedy(error, ""):
            raise StoreError(f"kg's cache cannot be written: {error}", remedy(error, SET_CACHE)) from error
        if not _for_this_process.cache_info().currsize:  # once, though the error may name another file each time
            warnings.warn(f"the bundled graph is built for this command alone ({error}): {SET_CACHE}", stacklevel=2)
        return _built_in(_for_this_process())


def is_bundled(folder: Path) -> bool:
    """Whether a folder is that of the bundled graph; nothing is built to find out."""
    return folder.name == f"{NAME}-{_state()}"


def _built_in(place: Path) -> Path:
    """The folder of the bundled graph in a cache, built where it is missing."""
    folder = place / f"{NAME}-{_state()}"
    if (folder / "graph.sqlite").exists():
        if not (os.environ.get("KG_CACHE") or os.access(folder, os.W_OK) or any(folder.glob("index/[0-9]*"))):
            raise PermissionError(f"{folder} has no index and cannot be written")
        return folder
    from kg.graph.writer import Writer

    shutil.rmtree(folder, ignore_errors=True)  # a user may have emptied it
    with built_aside(place) as temporary:
        with Writer.open(temporary / "graph.sqlite", "bundled", name=NAME) as writer:
            writer.add(bundled_batch())
        write_rules(temporary)
        if not folder.exists():  # another process may have built the same
            temporary.rename(folder)
    return folder


@cache
def _for_this_process() -> Path:
    """A temporary folder in place of the cache; it goes when the process ends."""
    held = ExitStack()
    atexit.register(held.close)
    return held.enter_context(temporary_folder())


@cache
def _state() -> str:
    """A name for the tables and the code that shapes them, as they are installed."""
    import hashlib

    data = [_PACKAGE / "data" / "neural_music" / name for name in (*_TABLES, *_RULES)]
    digest = hashlib.sha256()
    for file in (*data, *(_PACKAGE / name for name in _SHAPING)):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
