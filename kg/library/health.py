"""What kg needs where it runs, checked without any network: Python, packages, folders, keys, a browser.

Each check gives findings: what is, whether it is well, and what to do. None of them repairs anything.
"""

import os
import platform
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from kg import __version__, plugins
from kg.aside import BUILDING, TEMPORARY
from kg.build.lookup_sources import is_on_the_web
from kg.errors import InputError, KgError
from kg.graph.bundled import NAME, SET_CACHE
from kg.graph.folder import BUNDLED, folder_to_read
from kg.ingest.sources.http import Transport
from kg.ingest.sources.probe import Probe
from kg.ingest.sources.service import Service, config_file, configured, find_agent, find_key, find_url, key_place
from kg.text import counted

OK, WARNING, BROKEN = "ok", "warning", "broken"
DISTRIBUTION = "kg-citations"
Tested = tuple[Service, tuple[Probe, ...]]  # a service and what it is asked
#: what each extra is for
FEATURES = {
    "corpus": "`kg corpus` and `--from corpus:FOLDER`",
    "fast": "disruption and betweenness of large graphs",
    "parquet": "`kg export parquet`",
    "spark": "`kg corpus` on a cluster",
}
_LEFT_OVER_S = 3600.0  # a temporary folder older than this belongs to no running process
_LITTLE = 100_000_000  # bytes on a disk that soon are none
_TEXT_BROWSERS = {"www-browser", "links", "elinks", "lynx", "w3m"}
#: Imports each module in turn: a name as it begins, then what went wrong.
_IMPORTS = """
import importlib, sys
for name in sys.argv[1:]:
    print(name, end="\\t", flush=True)
    try:
        importlib.import_module(name)
        print()
    except BaseException as error:
        print(f"{type(error).__name__}: {error}".replace("\\n", " "), flush=True)
print("all")
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was checked.

    Attributes
    ----------
    check : str
        What was checked: "Python", "packages", "graph my-field" ...
    state : str
        "ok", "warning" (kg works, something is worse than it could be) or "broken".
    what : str
        What is.
    do : str
        The command that mends it, and after two blanks and a bracket what to know of it; in words where no command does it;
        "" where there is nothing to do.
    error : type[KgError]
        What is raised where it is broken.
    """

    check: str
    state: str
    what: str
    do: str = ""
    error: type[KgError] = KgError


def python_findings() -> Iterator[Finding]:
    """Python itself, and the SQLite that comes with it."""
    here, needed = platform.python_version(), _installed()
    wanted = needed.metadata["Requires-Python"] if needed else ""
    if wanted and not SpecifierSet(wanted).contains(here, prereleases=True):
        yield Finding("Python", BROKEN, f"Python {here}; kg needs {wanted}", "install kg with a newer Python")
    else:
        yield Finding("Python", OK, f"kg {__version__} on Python {here}, {platform.system()} {platform.machine()}")
    try:
        with closing(sqlite3.connect(":memory:")) as db:
            db.execute("CREATE VIRTUAL TABLE t USING fts5 (x)")
    except sqlite3.Error as error:
        what = f"SQLite {sqlite3.sqlite_version} has no full-text search: {error}"
        yield Finding("Python", BROKEN, what, "install a Python whose sqlite3 has FTS5, as those of python.org have")


def package_findings() -> Iterator[Finding]:
    """The packages kg requires, its extras, and what other packages add to it."""
    if (kg := _installed()) is None:
        what = f"{DISTRIBUTION} is not installed, so what it requires is not known"
        yield Finding("packages", WARNING, what, f"{pip()} install .")
        return
    requirements = [Requirement(text) for text in kg.requires or ()]
    required = [r for r in requirements if not r.marker or r.marker.evaluate({"extra": ""})]
    wrong = [finding for r in required if (finding := _version_of(r))]
    wrong += _imports(required)
    yield from wrong
    if not wrong:
        yield Finding("packages", OK, f"{counted(len(required), 'required package')}, all there in versions that fit")
    for extra in kg.metadata.get_all("Provides-Extra") or ():
        wanted = [r for r in requirements if r not in required and r.marker and r.marker.evaluate({"extra": extra})]
        missing = [r.name for r in wanted if _version_of(r)]
        command = f"{pip()} install '{DISTRIBUTION}[{extra}]'"
        if missing:
            what = f"extra {extra}, for {FEATURES.get(extra)}: {', '.join(missing)} missing or of another version"
            yield Finding("packages", OK, what, command)
        else:
            told = ", ".join(f"{r.name} {version(r.name)}" for r in wanted)
            yield Finding("packages", OK, f"extra {extra}: {told}")
    for kind in ("reader", "source", "metric", "view", "exporter"):
        for name in plugins.added(kind):
            try:
                plugins.load(kind, name)
            except KgError as error:
                yield Finding("packages", BROKEN, error.message, error.hint)


def _installed() -> Distribution | None:
    try:
        return distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return None


def _version_of(requirement: Requirement) -> Finding | None:
    """What is wrong with the version of a package, if anything."""
    do = f"{pip()} install '{requirement.name}{requirement.specifier}'"
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return Finding("packages", BROKEN, f"{requirement.name} is not installed", do)
    if requirement.specifier.contains(found, prereleases=True):
        return None
    what = f"{requirement.name} is {found}, kg needs {requirement.specifier}"
    return Finding("packages", BROKEN, what, do)


def _imports(required: list[Requirement]) -> Iterator[Finding]:
    """What cannot be imported, tried in another process: a broken binary may end it."""
    wanted = {canonicalize_name(r.name): r for r in required}
    names = {
        module: wanted[canonicalize_name(owner)]
        for module, owners in packages_distributions().items()
        for owner in owners
        if canonicalize_name(owner) in wanted and not module.startswith("_")
    }
    command = [sys.executable, "-P", "-c", _IMPORTS, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    for line in lines:
        module, tab, error = line.partition("\t")
        if tab and (error or line is lines[-1]):  # the last line is "all", unless the process ended before
            again = f"{pip()} install --force-reinstall '{names[module].name}{names[module].specifier}'"
            yield Finding("packages", BROKEN, f"{module} cannot be imported: {error or 'Python crashed'}", again)


def folder_findings() -> Iterator[Finding]:
    """The cache folder, and the configuration file."""
    try:
        folder = folder_to_read(BUNDLED)
    except KgError as error:
        yield Finding("cache", BROKEN, error.message, error.hint, type(error))
    else:
        yield from _cache(folder)
    path = config_file()
    try:
        configured("", "")
    except InputError as error:
        yield Finding("configuration", BROKEN, error.message, f"{aside(path)}  (or {error.hint})", InputError)
    else:
        yield Finding("configuration", OK, f"{path}" if path.exists() else f"no file {path}, which is optional")


def _cache(folder: Path) -> Iterator[Finding]:
    """The cache folder, in which the folder of the bundled graph is where it can be."""
    cache = folder.parent
    older = [place for place in cache.glob(f"{NAME}-*") if place != folder]
    what = f"{cache}: {size(cache)}" + (f", {counted(len(older), 'older copy', 'older copies')}" if older else "")
    do = remove(*older) if older else ""
    if older[2:] and os.name != "nt":
        do = f"find {shlex.quote(str(cache))} -maxdepth 1 -name '{NAME}-*' ! -name {folder.name} -exec rm -rf {{}} +"
    if cache.name.startswith(TEMPORARY):
        yield Finding("cache", WARNING, "no folder for it: each command builds the bundled graph anew", SET_CACHE)
    elif not os.access(cache, os.W_OK):
        yield Finding("cache", WARNING, f"{what}, not writable", SET_CACHE)
    else:
        yield Finding("cache", OK, what, do)
    yield from left_over("cache", cache)
    yield from room_findings("cache", cache)


def key_findings() -> Iterator[Finding]:
    """The keys to services: where each is taken from, never what it is."""
    for service, _ in web_services():
        try:
            key, agent = find_key(service), find_agent(service)
            Transport(service, find_url(service), key=key, agent=agent).close()
        except InputError as error:
            yield Finding("keys", BROKEN, error.message, error.hint, InputError)
            continue
        yield _key(service, key_place(service), greeted=bool(agent))


def web_services() -> list[Tested]:
    """The services that can be asked over the network, each with its probes."""
    found: list[Tested] = []
    for name in plugins.names("source"):
        try:
            source = plugins.load("source", name) if is_on_the_web(name) else None
        except KgError:  # told where packages are checked
            continue
        found += [(source.service, source.probes)] if source else []
    return found


def _key(service: Service, place: str, *, greeted: bool) -> Finding:
    url = find_url(service)
    at = "" if url == service.base_url else f"; asked at {url}"
    if place:
        return Finding("keys", OK, f"{service.name}: key from {place}{at}")
    if service.greeted and not service.keys:
        what = f"{service.name}: needs no key, {'knows' if greeted else 'does not know'} whom to write to{at}"
        return Finding("keys", OK, what, "" if greeted else "export KG_MAILTO=you@example.org")
    what = f"{service.name}: no key ({' or '.join(service.keys)}){at}"
    if not service.keyless:
        return Finding("keys", OK, f"{what}; one is optional")
    do = f"export {service.key_name}=...  (from {service.key_page})"
    return Finding("keys", WARNING, f"{what}: {service.keyless}", do)


def browser_findings() -> Iterator[Finding]:
    """Whether `--open` finds a browser that can show a page."""
    do = "copy the page to a computer with a browser, or set BROWSER to the name of one"
    try:
        name = str(getattr(webbrowser.get(), "name", "")) or "the system's own"
    except webbrowser.Error:
        yield Finding("browser", WARNING, "no browser found: pages are written, --open cannot show them", do)
        return
    plain = Path(name).name in _TEXT_BROWSERS
    what = f"{name}, which shows text alone: maps need one that runs scripts" if plain else f"pages open in {name}"
    yield Finding("browser", WARNING if plain else OK, what, do if plain else "")


def room_findings(check: str, folder: Path) -> Iterator[Finding]:
    """Whether there is room on the disk of a folder."""
    if (free := shutil.disk_usage(folder).free) < _LITTLE:
        what = f"{free / 1e6:,.0f} MB left on the disk of {folder}: too little to build or add much"
        yield Finding(check, WARNING, what, "make room there; older copies of the bundled graph are listed under cache")


def left_over(check: str, folder: Path) -> Iterator[Finding]:
    """Folders that a process left half written when it was killed."""
    made = (p for p in folder.glob(f"{BUILDING}*") if p.is_dir())
    old = [p for p in made if time.time() - p.stat().st_mtime > _LEFT_OVER_S]
    if old:
        what = f"{counted(len(old), 'temporary folder')} of stopped runs in {folder}, {size(*old)}"
        yield Finding(check, WARNING, what, remove(*old))


def size(*folders: Path) -> str:
    """How much some folders hold.

    Examples
    --------
    >>> size()
    '0.0 MB'
    """
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return f"{sum(file.stat().st_size for file in files) / 1e6:,.1f} MB"


def remove(*places: Path) -> str:
    """The command that removes some files or folders."""
    command = "rmdir /s /q" if os.name == "nt" else "rm -rf"
    return " ".join([command, *(shlex.quote(str(place)) for place in places)])


def aside(path: Path) -> str:
    """The command that gives a file another name, so that nothing of it is lost."""
    return shlex.join(["mv", str(path), f"{path}.aside"])


def pip() -> str:
    """How pip is called for this Python."""
    return f"{shlex.quote(sys.executable)} -m pip"
