"""The editor of SPARQL queries, YASQE of YASGUI: taken from npm when its user asks for it, kept in the user's cache.

It is no part of kg and is never fetched by itself; without it queries are written in a plain field.
"""

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

from kg.aside import replaced, temporary_folder
from kg.errors import InputError, SourceError
from kg.graph.bundled import cache_folder

PACKAGE = "@zazuko/yasqe@4.6.2"
INTEGRITY = "sha512-83iCLuBIgU04KBIaibxZTjKvrXD6sEe/+aqsHxLb4+ZVD4eaUwh5hFJEetuWkiKBY6WxTjVOmhKXvh2AAOR14g=="
FILES = ("yasqe.min.js", "yasqe.min.css")


def folder() -> Path:
    """Where the editor is kept."""
    return cache_folder() / "editor"


def files() -> dict[str, bytes]:
    """The files of the editor by name; none where it is not installed."""
    try:
        found = {name: folder() / name for name in FILES}
    except InputError:  # a user without a home has none
        return {}
    return {name: path.read_bytes() for name, path in found.items()} if all(map(Path.exists, found.values())) else {}


def install() -> None:
    """Fetch the editor by the npm client, check that it is the release that kg was tested with, and keep its two files.

    Raises
    ------
    InputError
        If there is no npm client.
    SourceError
        If npm cannot give it, or gives something else.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise InputError(
            "npm was not found, which fetches the editor", "install Node.js, or go on with the plain field"
        )
    with temporary_folder() as place:
        words = [npm, "pack", "--silent", "--ignore-scripts", PACKAGE]
        done = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False)
        packed = next(place.glob("*.tgz"), None)
        if done.returncode or packed is None:
            last = done.stderr.strip().rpartition("\n")[2][:300]
            raise SourceError(
                f"npm did not give {PACKAGE}: {last}", "try again later; the plain field works without it"
            )
        data = packed.read_bytes()
    if "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode() != INTEGRITY:
        raise SourceError(f"what npm gave for {PACKAGE} is not that release", "nothing was installed")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        found = {name: archive.extractfile(f"package/build/{name}") for name in FILES}
        contents = {name: file.read() for name, file in found.items() if file}
    with replaced(*(folder() / name for name in contents)) as made:
        for new, content in zip(made, contents.values(), strict=True):
            new.write_bytes(content)
