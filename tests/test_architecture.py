"""The house keeps its rules: who may import whom, what start-up may load, how long files are."""

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KG = ROOT / "kg"
HEAVY = {
    "matplotlib",
    "numpy",
    "pandas",
    "networkx",
    "rdflib",
    "pyvis",
    "scipy",
    "numba",
    "igraph",
    "pyoxigraph",
    "pydantic",
}
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
TABLE = [row.split("|")[1:-1] for row in PAGE.split("\n## ")[0].splitlines() if row.startswith("| ")][1:]
GROUND = set(re.findall(r"`(\w+)`", TABLE[0][0]))

#: room -> the packages it may use, each with the folder it is limited to, as the table says; a room that may use all is left out
PACKAGES = {
    re.findall(r"\w+", room)[0]: dict(re.findall(r"(\w+)(?: in `(.+?)`)?", packages))
    for room, _, packages in TABLE
    if "everything" not in packages
}
ROOMS = {re.findall(r"\w+", room)[0] for room, _, _ in TABLE}


@cache
def nodes(path: Path) -> list[ast.AST]:
    """The syntax of a file."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imports(path: Path) -> set[str]:
    """Every module a file imports, anywhere in it, type checking included."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {str(node.module)} if node.module != "kg" else set()
    return found


def sources() -> list[Path]:
    """Every module of kg."""
    return sorted(KG.rglob("*.py"))


def room(path: Path) -> str:
    """The room a module is in: its folder under kg, or the ground floor; `python -m kg` is the command line."""
    first = path.relative_to(KG).parts[0].removesuffix(".py")
    return "ground" if first in GROUND else "cli" if first == "__main__" else first


def module(name: str) -> Path | None:
    """The file of a module of kg, or of the package of a name in it."""
    place = ROOT.joinpath(*name.split("."))
    return next((f for f in (place.with_suffix(".py"), place / "__init__.py") if f.exists()), None)


def neighbours(path: Path) -> set[Path]:
    """The files of kg that a file imports, anywhere in it, type checking included; `kg` itself, which is lazy, left out."""
    found = {module(name) for name in imports(path) if name.split(".")[0] == "kg"}
    return {file for file in found if file and file != KG / "__init__.py"}


def drawn() -> set[tuple[str, str]]:
    """The arrows of docs/architecture.md."""
    return set(re.findall(r"^ +(\w+) --> (\w+)$", PAGE, re.MULTILINE))


def test_the_drawing_is_the_code():
    """The arrows drawn are those that imports make; arrows to the ground are drawn from rooms that have no other."""
    arrows = {(room(a), room(b)) for a in sources() for b in neighbours(a) if room(a) != room(b)}
    arrows = {(a, b) for a, b in arrows if a != "__init__"}
    others = {a for a, b in arrows if b != "ground"}
    assert {(a, b) for a, b in arrows if b != "ground" or a not in others} == drawn()


def test_the_table_has_every_room():
    """A new folder under kg needs a row that says what it holds and may use."""
    assert {room(path) for path in sources()} - {"__init__"} == ROOMS


def test_no_files_import_each_other_in_a_circle():
    """The imports of all files, inside functions and for types too, have an order."""
    TopologicalSorter({file: neighbours(file) for file in sources()}).prepare()


def test_a_file_uses_only_the_packages_of_its_room():
    """A file imports what the table allows its room, and what a folder in it is allowed only there; each is used."""
    strays, unused = {}, {(place, name) for place, allowed in PACKAGES.items() for name in allowed if name != "none"}
    for path in sources():
        outside = {name.split(".")[0] for name in imports(path)} - {"kg"} - set(sys.stdlib_module_names)
        if (allowed := PACKAGES.get(room(path))) is not None:
            unused -= {(room(path), name) for name in outside}
            strays[path] = outside - {name for name, folder in allowed.items() if folder in path.as_posix()}
    assert not {path: stray for path, stray in strays.items() if stray}
    assert not unused


def test_files_are_short():
    """Past 400 lines a file holds more than one idea."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert not {path: length for path, length in lengths.items() if length > 400}


def code_lines(path: Path) -> int:
    """Lines of code: without blank lines, comments and docstrings."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    code = {n for n, line in lines if line.strip() and not line.lstrip().startswith("#")}
    for node in nodes(path):
        if isinstance(node, ast.Constant | ast.JoinedStr):  # blank lines and "#" inside a string are code
            code.update(range(node.lineno, (node.end_lineno or 0) + 1))
    for node in nodes(path):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            code.difference_update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(code)


def test_the_whole_stays_readable():
    """All of kg, without comments and docstrings: raised only for a feature of the plan, never for a detour."""
    assert sum(map(code_lines, sources())) <= 40_200


def test_package_files_are_empty_but_for_lazy_names():
    """Only kg itself and the command line have anything in their __init__."""
    for path in KG.rglob("__init__.py"):
        if path.parent not in {KG, KG / "cli"}:
            assert path.read_text(encoding="utf-8").strip() == "", path


def loaded(code: str) -> set[str]:
    """The top-level modules a fresh interpreter has loaded after running code."""
    code += "\nimport sys; print(*{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_the_command_line_starts_light():
    """Importing kg and its command line loads nothing heavy."""
    assert not loaded("import kg, kg.cli") & HEAVY


def test_light_commands_stay_light(tmp_path: Path):
    """path, search, show and info load none of the heavy packages, even when they answer."""
    code = """
import sys, kg.cli
for words in (["path", "Todd 1989", "WaveNet"], ["search", "wavenet", "--json"], ["show", "WaveNet", "--json"], ["info", "--json"]):
    sys.argv = ["kg", *words]
    try:
        kg.cli.main()
    except SystemExit as stop:
        assert stop.code in (0, 5), stop.code
"""
    assert not loaded(code) & HEAVY


def test_each_command_is_where_the_command_line_looks_for_it():
    """The table of modules names every command once, and a command brings in no module of another."""
    code = """
import sys, kg.cli
app = kg.cli.app
for module, names in kg.cli.MODULES.items():
    before = len(app.registered_commands), len(app.registered_groups)
    kg.cli.load(["--debug", names[0]])
    new = [c.name or c.callback.__name__ for c in app.registered_commands[before[0]:]]
    new += [g.typer_instance.info.name for g in app.registered_groups[before[1]:]]
    assert new == list(names), (module, new)
"""
    loaded(code)


def test_public_names_are_there():
    """Everything kg offers can be imported and is documented."""
    import kg

    for name in kg.__all__:
        assert getattr(kg, name).__doc__
    with pytest.raises(AttributeError, match="nothing_such"):
        kg.nothing_such  # noqa: B018
