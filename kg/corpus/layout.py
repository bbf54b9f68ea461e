"""The folder of a corpus: where its tables are, and the manifest that says what is in them."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kg.errors import InputError, StoreError
from kg.files import check_file, read_json
from kg.ingest.readers.fields import day_in

SCHEMA = 1
MANIFEST = "corpus.json"
LOCK = ".lock"
TABLES = ("works", "citing", "cited", "names", "titles")


def sizes(folder: Path) -> dict[str, int]:
    """The files of the tables of a corpus, and how long each is."""
    files = (file for table in TABLES for file in (folder / table).rglob("*.parquet"))
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in sorted(files)}


def manifest_in(folder: Path) -> dict[str, Any]:
    """What the manifest in a folder says, whether the corpus there is whole or not; nothing where it cannot be read."""
    try:
        manifest = read_json(folder / MANIFEST)
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Put a manifest into a folder, in the place of the one there at once."""
    new = folder / f".{MANIFEST}"
    new.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    new.replace(folder / MANIFEST)


@dataclass(frozen=True)
class Corpus:
    """A corpus that is whole.

    Attributes
    ----------
    folder : Path
        Its folder.
    manifest : dict
        What `corpus.json` says: `source`, `name`, `snapshot`, `built`, `counts` and more.
    """

    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def open(cls, folder: str | Path) -> Self:
        """Open a corpus.

        Parameters
        ----------
        folder : str or Path
            Its folder.

        Raises
        ------
        InputError
            If the folder is not a corpus, or one of another version of kg.
        StoreError
            If files of it are gone or cut.
        """
        folder = Path(folder)
        hint = "build one with `kg corpus build SNAPSHOT CORPUS`"
        if not folder.is_dir():
            raise InputError(f"no corpus {folder}: there is no such folder", hint)
        try:
            manifest = read_json(folder / MANIFEST)
        except FileNotFoundError:
            raise InputError(
                f"{folder} is not a corpus, or its build has not ended: it has no {MANIFEST}", hint
            ) from None
        except (OSError, ValueError) as error:
            raise InputError(f"{folder / MANIFEST} cannot be read: {error}", "build the corpus again") from error
        if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
            raise InputError(f"{folder} was built by another version of kg", "build the corpus again")
        lost = next((key for key in ("source", "counts") if key not in manifest), None)
        if lost:
            raise InputError(f"{folder / MANIFEST} lacks {lost!r}", "build the corpus again")
        there = sizes(folder)
        lost = next((name for name in TABLES if not (folder / name).is_dir()), None)
        lost = lost or next((name for name, size in manifest.get("files", {}).items() if there.get(name) != size), None)
        if lost:
            raise StoreError(f"{folder / lost} is gone, or not as it was built", "build the corpus again")
        return cls(folder, manifest)

    def check(self) -> None:
        """Make sure that what was read since it was opened is all of this corpus.

        Raises
        ------
        StoreError
            If its folder has a newer one by now, or is about to.
        """
        now = manifest_in(self.folder)
        if any(now.get(key) != self.manifest.get(key) for key in ("built", "digest")):
            raise StoreError(f"{self.folder} was built anew meanwhile", "run the same command again")

    @property
    def name(self) -> str:
        """What its works name as where they come from; that of a generated corpus says so."""
        name = str(self.manifest.get("name") or self.folder.resolve().name)
        return f"{name} (generated)" if self.manifest.get("generated") else name

    @property
    def source(self) -> str:
        """The catalogue it was made from: "openalex" or "s2"."""
        return str(self.manifest["source"])

    @property
    def counts(self) -> dict[str, int]:
        """How many works, citations and other records there are."""
        return dict(self.manifest["counts"])

    @property
    def works(self) -> Path:
        """The works, by year."""
        return self.folder / "works"

    @property
    def citing(self) -> Path:
        """The citations by the year of the citing work, sorted by citing and cited work."""
        return self.folder / "citing"

    @property
    def cited(self) -> Path:
        """The citations by the year of the cited work, sorted by cited and citing work."""
        return self.folder / "cited"

    @property
    def names(self) -> Path:
        """Every identifier and its work, sorted."""
        return self.folder / "names"

    @property
    def titles(self) -> Path:
        """The keys of titles and their works, sorted."""
        return self.folder / "titles"

    @property
    def aside(self) -> Path:
        """The records that could not be used."""
        return self.folder / "aside.jsonl"

    @property
    def measures(self) -> Path:
        """The results of `kg corpus measure`."""
        return self.folder / "measures"

    def years(self, table: str = "works") -> list[int | None]:
        """The years that have works, or citations by the year of their citing or cited work; None first where there are undated ones."""
        found = sorted(int(place.name.removeprefix("year=")) for place in (self.folder / table).glob("year=*"))
        return [year or None for year in found]

    def part(self, table: str, year: int | None) -> Path:
        """The file of one year of the works or citations; there may be none."""
        return self.folder / table / f"year={year or 0}" / "part-0.parquet"


def snapshot_day(corpus: Corpus) -> str | None:
    """The day of the snapshot: that in the name of its folder, else the newest of a record; None where neither is known."""
    name = Path(str(corpus.manifest.get("snapshot") or "")).name
    told = filter(None, map(day_in, re.findall(r"\d{4}-\d{2}-\d{2}", name)))
    return next(told, None) or day_in(_newest(corpus)[:10])


def _newest(corpus: Corpus) -> str:
    """The highest value of `updated` of all works, as the ends of their files tell it; "" where none does."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    newest = ""
    for file in corpus.works.rglob("*.parquet"):
        try:
            about = pq.read_metadata(file)
        except (pa.ArrowException, OSError):  # whoever reads the works says so
            continue
        for group in map(about.row_group, range(about.num_row_groups)):
            for column in map(group.column, range(group.num_columns)):
                if column.path_in_schema == "updated" and (known := column.statistics) and known.has_min_max:
                    newest = max(newest, str(known.max))
    return newest


@contextmanager
def locked(folder: Path, doing: str) -> Iterator[None]:
    """Keep other processes from doing the same in a folder, which is made if need be.

    Raises
    ------
    StoreError
        If another process is doing it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    check_file(folder / LOCK)
    with (folder / LOCK).open("a") as held:
        try:
            import fcntl
        except ImportError:  # not on Windows
            yield
            return
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(f"another process is {doing} {folder}", "wait until it has ended") from None
        yield
