"""Corpora: a whole catalogue on disk, built of its snapshot; what is in one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.corpus.build import NEXT, Progress, remove
from kg.corpus.build import build as build_with
from kg.corpus.engine import open_engine, require
from kg.corpus.layout import LOCK, MANIFEST, Corpus, locked, manifest_in
from kg.corpus.needs import explained
from kg.corpus.snapshot import find_snapshot
from kg.errors import InputError
from kg.global_figures import CATALOGUES
from kg.library.answers import Answer, Block, Table
from kg.library.corpus_cut import Cut, cut
from kg.library.corpus_measures import CorpusMeasure, measure
from kg.text import counted

__all__ = ["CorpusInfo", "CorpusMeasure", "Cut", "Progress", "build", "cut", "info", "measure"]


@dataclass(frozen=True, repr=False)
class CorpusInfo(Answer):
    """What is in a corpus, and what became of every record of its snapshot.

    Attributes
    ----------
    corpus : Corpus
        The corpus.
    """

    corpus: Corpus
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The manifest of the corpus, with its folder and years; its shards are counted."""
        manifest, years = self.corpus.manifest, [year for year in self.corpus.years() if year]
        return {
            "folder": str(self.corpus.folder),
            **{key: value for key, value in manifest.items() if key not in ("shards", "files")},
            "shards": len(manifest["shards"]),
            "first_year": min(years, default=None),
            "last_year": max(years, default=None),
        }

    def blocks(self) -> Iterator[Block]:
        """The name, the sizes, and a table of what became of the records."""
        told, counts = self.as_dict(), self.corpus.counts
        made = "a generated snapshot" if told["generated"] else f"a snapshot of {CATALOGUES[self.corpus.source]}"
        span = f", {told['first_year']} to {told['last_year']}" if told["first_year"] else ""
        yield f"{self.corpus.folder}: {counted(counts['works'], 'work')}{span}, {counted(counts['citations'], 'citation')}"
        yield f"built {told['built'][:10]} from {made} in {counted(told['shards'], 'file')}: {told['snapshot']}"
        rows = [(what, f"{counts.get(key, 0):,}") for key, what in _FATES if counts.get(key) or key == "works"]
        yield Table(["records of the snapshot", "number"], rows, right=["number"])


_FATES = (
    ("works", "works"),
    ("undated", "  of these without a year"),
    ("older_works", "works again, replaced by a newer record"),
    ("citations", "citations between works"),
    ("dangling", "citations of works that are not in the snapshot"),
    ("text_only", "citations of works known only by their text"),
    ("duplicates", "citations given again"),
    ("loops", "citations of a work by itself"),
    ("paper_ids", "further identifiers"),
    ("aside", "records that cannot be read"),
    ("repaired", "fields of an unexpected kind, left out"),
    ("damaged", "damaged parts of files"),
)


def info(corpus: str | Path) -> CorpusInfo:
    """What is in a corpus.

    Parameters
    ----------
    corpus : str or Path
        Its folder.

    Returns
    -------
    CorpusInfo
        Its sizes, its source, and what became of the records of the snapshot.

    Raises
    ------
    InputError
        If the folder is not a corpus.
    """
    found = Corpus.open(corpus)
    counts, notes = found.counts, []
    if missing := found.manifest.get("missing_files"):
        notes.append(
            f"incomplete download: {counted(len(missing), 'file')} named in its manifest, such as {missing[0]}"
        )
    if counts.get("aside") or counts.get("damaged") or counts.get("repaired"):
        notes.append(f"what could not be read is listed in {found.aside}")
    if (found.folder / NEXT).exists():
        notes.append("a newer one is being built, or its build was stopped: run `kg corpus build` again to continue")
    return CorpusInfo(found, tuple(notes))


def build(
    snapshot: str | Path,
    corpus: str | Path,
    *,
    engine: str = "duckdb",
    master: str | None = None,
    memory: str | None = None,
    threads: int | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> CorpusInfo:
    """Build a corpus of a snapshot of OpenAlex or of Semantic Scholar's Datasets, or bring it up to date with a later one.

    Only what is missing is done: files that were read before and have not changed are not read again, and a build that was
    stopped is continued. A corpus that is there stays as it is until the new one is whole; measures of it are removed then.

    Parameters
    ----------
    snapshot : str or Path
        The folder of the snapshot, as it was downloaded.
    corpus : str or Path
        The folder of the corpus, which may be new.
    engine : str
        "duckdb" (in this process) or "spark".
    master, memory, threads : str, str, int, optional
        See `kg.corpus.engine.open_engine`.
    name : str, optional
        The name of the corpus, by default that of its folder.
    progress : Progress, optional
        Is told how far it is.

    Returns
    -------
    CorpusInfo
        What is in it now.

    Raises
    ------
    InputError
        If there is no snapshot, if the folder of the corpus has something else in it, or if an engine cannot be used.
    StoreError
        If another process is building the corpus.
    KgError
        If disk or memory does not suffice.
    """
    require("spark" if engine == "spark" else "corpus")
    folder = Path(corpus)
    with explained(folder):
        found = find_snapshot(snapshot)
    _check_folder(folder, found.source)
    if folder.resolve() in (found.folder.resolve(), *(Path(shard.file).parent for shard in found.shards)):
        raise InputError(f"{folder} is the folder of the snapshot", "name another folder for the corpus")
    whole = folder.resolve()  # processes elsewhere have other working folders
    with explained(folder), locked(folder, "building"):
        for leftover in folder.glob("kg-engine-*"):
            remove(leftover)
        with open_engine(engine, master=master, memory=memory, threads=threads, scratch=whole) as opened:
            build_with(found, whole, opened, name=name or "", progress=progress)
    return info(folder)


def _check_folder(folder: Path, source: str) -> None:
    """Refuse a folder with something else in it than a corpus of this source, whole or begun."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is a file", "name a new folder for the corpus")
    there = {place.name for place in folder.iterdir()}
    if there and not there & {MANIFEST, "shards", NEXT, LOCK}:
        raise InputError(f"{folder} has something in it that is not a corpus", "name a new folder for the corpus")
    if (old := manifest_in(folder).get("source")) in CATALOGUES and old != source:
        hint = f"name another folder for works of {CATALOGUES[source]}"
        raise InputError(f"{folder} is a corpus of {CATALOGUES[old]}", hint)
