"""The files of a snapshot: of OpenAlex or of Semantic Scholar's Datasets, whatever its layout."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.corpus.layout import MANIFEST
from kg.corpus.shards import Shard
from kg.errors import InputError
from kg.files import read_json

_ENDS = (".jsonl", ".jsonl.gz", ".json.gz", ".gz", ".json", ".parquet")
_S2 = ("papers", "citations", "paper-ids")
_HINT = (
    "name the folder of an OpenAlex snapshot (with data/jsonl/works, data/parquet/works, data/works or works in it) or of Semantic "
    "Scholar's Datasets (with papers and citations in it)"
)


@dataclass(frozen=True)
class Snapshot:
    """A snapshot on disk.

    Attributes
    ----------
    folder : Path
        Its folder.
    source : str
        "openalex" or "s2".
    shards : tuple of Shard
        Its files, sorted by path.
    missing : tuple of str
        Files that its manifest names and that are not there, such as those that were not downloaded.
    """

    folder: Path
    source: str
    shards: tuple[Shard, ...]
    missing: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """The length of its files in bytes."""
        return sum(shard.size for shard in self.shards)


def find_snapshot(folder: str | Path) -> Snapshot:
    """The snapshot in a folder.

    Parameters
    ----------
    folder : str or Path
        The folder of a snapshot of OpenAlex or of Semantic Scholar's Datasets.

    Raises
    ------
    InputError
        If it is neither, or both.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"no snapshot {folder}: there is no such folder", _HINT)
    if (folder / MANIFEST).exists():
        raise InputError(f"{folder} is a corpus, not a snapshot", "name the folder that it was built from first")
    place, openalex = next(
        ((place, found) for place in _works_of(folder) if (found := _shards(folder, place, "works"))), (folder, [])
    )
    s2 = [shard for kind in _S2 for shard in _of_kind(folder, kind)]
    if openalex and s2:
        raise InputError(f"{folder} has works of OpenAlex and papers of Semantic Scholar", "give each its own folder")
    if s2 and not any(shard.kind == "papers" for shard in s2):
        raise InputError(f"{folder} has no papers of Semantic Scholar", _HINT)
    if not openalex and not s2:
        raise InputError(f"{folder} is not a snapshot", _HINT)
    shards = sorted(openalex or s2, key=lambda shard: shard.path)
    missing = tuple(_missing(place)) if openalex else ()
    return Snapshot(folder, "openalex" if openalex else "s2", tuple(shards), missing)


def _missing(works: Path) -> Iterator[str]:
    """The files that the manifest of the works names and that are not there; its form changed with the years."""
    for manifest in (works / "manifest.json", works / "manifest", works.parent / "manifest.json"):
        try:
            told = read_json(manifest)
        except (OSError, ValueError):
            continue
        for url in dict.fromkeys(re.findall(r'"(?:s3|https?)://[^"]*/works/([^"]+)"', json.dumps(told))):
            if ".." not in url and not (works / url).is_file():
                yield url
        return


def _works_of(folder: Path) -> list[Path]:
    """Where works of OpenAlex may be: each of its formats holds all of them, so only the first that is there is read."""
    base = [folder / "data", folder]
    places = [top / form / "works" for top in base for form in ("jsonl", "parquet", ".")]
    return [*places, *([folder] if folder.name == "works" or any(folder.glob("updated_date=*")) else [])]


def _of_kind(folder: Path, kind: str) -> list[Shard]:
    """Shards of Semantic Scholar, in a folder of their own or flat with a name that says it."""
    if (folder / kind).is_dir():
        return _shards(folder, folder / kind, kind)
    flat = re.compile(rf"{kind}\b.*")
    return [shard for shard in _shards(folder, folder, kind, deep=False) if flat.fullmatch(shard.path)]


def _shards(folder: Path, place: Path, kind: str, *, deep: bool = True) -> list[Shard]:
    """The files below a place, hidden ones and manifests left out."""
    found = []
    for file in place.rglob("*") if deep else place.glob("*"):
        if file.name.startswith((".", "_", "manifest")) or not file.name.endswith(_ENDS) or not file.is_file():
            continue
        about = file.stat()
        path = file.relative_to(folder).as_posix()
        found.append(Shard(kind, str(file.resolve()), path, about.st_size, about.st_mtime_ns))
    return found
