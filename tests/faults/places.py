"""Places where a command can go wrong though nothing is wrong with it: full disks, read-only folders, closed streams, no home."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_CLOSED = [str(folder) for folder in Path(sys.base_prefix).parents if not folder.stat().st_mode & 1][-1:]
#: shows the Python of these tests in an open folder instead of the closed one above it, such as /root, to what it runs alone
_SHOWN = (
    'exec 3<"$2"; mount -t tmpfs -o mode=755 none "$1"; mkdir -p "$2"; mount -c --bind /proc/self/fd/3 "$2"; shift 2; '
    'exec 3<&- "$@"'
)
_SEEING = ("unshare", "--mount", "sh", "-ec", _SHOWN, "sh", *_CLOSED, sys.base_prefix) if _CLOSED else ()
#: a user who may write nothing of others, and read what all may
READER = (*_SEEING, "setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups", "--no-new-privs")
#: an environment in which nothing says where a user's own files are
HOMELESS: dict[str, str | None] = dict.fromkeys(
    ("HOME", "KG_CACHE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "USER", "LOGNAME")
)
_EARLY = (
    "import os, sys; r, w = os.pipe(); os.dup2(w, 1); os.close(r); os.close(w); os.execvp(sys.argv[1], sys.argv[1:])"
)


@dataclass(frozen=True)
class Place:
    """What is wrong where a command runs.

    Attributes
    ----------
    before : tuple of str
        What runs the command.
    env : dict
        Changes to its environment; {HERE} stands for its folder.
    free : int, optional
        So many bytes are free on its disk.
    spoil, mend : callable
        What is done to its folder before it runs, and after it.
    root : bool
        Whether only root can make it.
    silent : bool
        Whether nobody can read there what a command says, or nobody wants to.
    says : str
        A pattern of what a command that fails there says at least.
    """

    before: tuple[str, ...] = ()
    env: dict[str, str | None] = field(default_factory=dict)
    free: int | None = None
    spoil: Callable[[Path], object] = lambda _: None
    mend: Callable[[Path], object] = lambda _: None
    root: bool = False
    silent: bool = False
    says: str = ""


def _shell(line: str) -> tuple[str, ...]:
    return ("sh", "-c", line, "sh")


def _mode(folders: int, files: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for path in (folder, *folder.rglob("*")):
            path.chmod(folders if path.is_dir() else files)

    return change


def _mount(options: str) -> Callable[[Path], object]:
    return lambda folder: subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


_OPEN = _mode(0o777, 0o666)
PLACES = {
    **{
        f"disk with {free} bytes left": Place(
            free=free, env={"TMPDIR": "{HERE}", "HOME": "{HERE}"}, root=True, says="space|room|check the disk"
        )
        for free in (0, 4096, 65536, 1 << 20)
    },
    **{
        f"files of {512 * size} bytes at most": Place(_shell(f'ulimit -f {size}; exec "$@"'), says="ulimit")
        for size in (8, 256)
    },
    "read-only mount": Place(spoil=_mount("ro"), mend=_mount("rw"), root=True),
    "folder without permission to write": Place(READER, spoil=_mode(0o555, 0o444), mend=_OPEN, root=True),
    "files without permission to write": Place(READER, spoil=_mode(0o777, 0o444), mend=_OPEN, root=True),
    "folder without any permission": Place(
        READER, spoil=lambda f: f.chmod(0), mend=lambda f: f.chmod(0o777), root=True
    ),
    "files without any permission": Place(READER, spoil=_mode(0o777, 0), mend=_OPEN, root=True),
    "no home": Place(env=HOMELESS),
    "home that is not there": Place(env={**HOMELESS, "HOME": "/nowhere/at/all"}),
    "home that cannot be written": Place(READER, {**HOMELESS, "HOME": "/proc"}, spoil=_OPEN, root=True),
    "user without name and home": Place(READER, HOMELESS, spoil=_OPEN, root=True),
    "temporary folder that cannot be written": Place(READER, {"TMPDIR": "/proc"}, spoil=_OPEN, root=True),
    "folder that was removed": Place(_shell('mkdir gone; cd gone; rmdir ../gone; exec "$@"')),
    "output closed": Place(_shell('exec "$@" >&-')),
    "errors closed": Place(_shell('exec "$@" 2>&-'), silent=True),
    "all three closed": Place(_shell('exec "$@" <&- >&- 2>&-'), silent=True),
    "output full": Place(_shell('exec "$@" >/dev/full')),
    "errors full": Place(_shell('exec "$@" 2>/dev/full'), silent=True),
    "pipe closed early": Place((sys.executable, "-c", _EARLY), silent=True),
    "no locale": Place(env={"LC_ALL": "C", "LANG": None, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "32 open files": Place(_shell('ulimit -n 32; exec "$@"'), says="ulimit"),
    "600 MB of memory": Place(_shell('ulimit -v 600000; exec "$@"'), says="memory"),
    "1500 MB of memory": Place(_shell('ulimit -v 1500000; exec "$@"'), says="memory"),
}


@contextmanager
def disk(folder: Path, size: int) -> Iterator[None]:
    """Mount a disk of some bytes on a folder, where that is allowed; else the folder stays what it is."""
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=777", "none", folder], check=False, capture_output=True
        ).returncode
    )
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path, free: int) -> None:
    """Fill the disk of a folder until so many bytes are left."""
    found = os.statvfs(folder)
    left = found.f_bavail * found.f_frsize - free
    with (folder / "filler").open("wb") as filler, suppress(OSError):
        while left > 0:
            left -= filler.write(bytes(min(left, 1 << 20)))
        filler.flush()


def copy(source: Path, target: Path) -> None:
    """Copy what is in a folder into another one."""
    for path in source.iterdir():
        if path.is_dir():
            shutil.copytree(path, target / path.name)
        else:
            shutil.copy2(path, target / path.name)


def empty(folder: Path) -> None:
    """Remove all that is in a folder."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
