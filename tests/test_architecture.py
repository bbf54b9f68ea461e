"""The house keeps its rules: who may import whom, what start-up may load, how long files are."""

import ast
import io
import subprocess
import sys
import tokenize
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
RECORDS = {"errors", "ids", "model", "plugins"}
READERS = {"httpx", "rapidfuzz", "bibtexparser", "pylatexenc", "rispy", "yaml", "platformdirs"}

#: place -> (what of kg it may import, which other packages). A place not named here is free: cli, workspace, intake.
RULES: dict[str, tuple[set[str], set[str]]] = {
    "errors": (set(), set()),
    "ids": ({"errors"}, set()),
    "model": ({"errors", "ids"}, set()),
    "plugins": ({"errors"}, set()),
    "index": ({"errors", "ids", "model"}, set()),
    "store": ({"errors", "ids", "model", "index"}, {"numpy"}),
    "identity": ({"model"}, set()),
    "writer": ({"errors", "identity", "ids", "model", "store"}, set()),
    "naming": ({"errors", "ids", "model", "store"}, set()),
    "bundled": ({"errors", "ids", "model", "store", "writer"}, {"platformdirs"}),
    "agreement": ({"model", "store"}, set()),
    "numbering": ({"errors", "index", "store"}, {"numpy", "scipy"}),
    "graph": ({"errors", "index", "model", "numbering", "views", "journey", "render"}, {"numpy", "pandas", "networkx"}),
    "ingest": (RECORDS | {"ingest"}, READERS),
    "analysis": (
        {"errors", "model", "index", "graph", "analysis"},
        {"numpy", "scipy", "pandas", "igraph", "networkx", "numba"},
    ),
    "rdf": ({"errors", "ids", "model", "rdf"}, {"rdflib", "oxrdflib", "pyoxigraph", "pyparsing"}),
    "render": (
        {"errors", "ids", "model", "index", "graph", "render"},
        {"numpy", "pandas", "pyvis", "jinja2", "markupsafe", "matplotlib"},
    ),
    "export": (
        {"errors", "ids", "model", "index", "graph", "rdf", "export"},
        {"bibtexparser", "networkx", "pandas", "rdflib", "pyoxigraph"},
    ),
}


def imports(path: Path) -> set[str]:
    """Every module a file imports, anywhere in it, type checking included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{a.name}" for a in node.names} if node.module == "kg" else {str(node.module)}
    return found


def sources() -> list[Path]:
    """Every module of kg."""
    return sorted(KG.rglob("*.py"))


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(KG)))
def test_a_module_imports_only_what_its_place_may(path: Path):
    """The table of the design holds for every file."""
    place = path.relative_to(KG).parts[0].removesuffix(".py")
    if place not in RULES:
        return
    inside, outside = RULES[place]
    if "s2" in path.parts:
        outside = outside | {"semanticscholar"}
    for module in imports(path):
        top = module.split(".")[0]
        if top == "kg":
            assert module.split(".")[1] in inside | {place}, f"{place} may not import {module}"
        else:
            assert top in outside | sys.stdlib_module_names, f"{place} may not import {module}"


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(KG)))
def test_files_are_short(path: Path):
    """Past 400 lines a file holds more than one idea."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def code_lines(path: Path) -> int:
    """Lines of code: without blank lines, comments and docstrings."""
    text = path.read_text(encoding="utf-8")
    documented = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    noise = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens = (t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type not in noise)
    return len({line for t in tokens for line in range(t.start[0], t.end[0] + 1)} - documented)


def test_the_whole_stays_readable():
    """All of kg, without comments and docstrings: raised only for a feature of the plan, never for a detour."""
    assert sum(map(code_lines, sources())) <= 17_000


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
for module, names in kg.cli.MODULES.items():
    before = len(kg.cli.app.registered_commands)
    kg.cli.load(["--debug", names[0]])
    new = [c.name or c.callback.__name__ for c in kg.cli.app.registered_commands[before:]]
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
