"""The documentation keeps its promises: links lead somewhere, examples stand where the site shows them, drawings are whole."""

import ast
import inspect
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from numpydoc.docscrape import NumpyDocString

import kg

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Give the script that prepares the site."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), *sys.path])
    return import_module("docs_site")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path):
    """Every relative link of README and docs is to a file that is there; the site's own build checks the anchors."""
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_examples_stand_in_their_section():
    """A doctest outside a section Examples would be shown as running text."""
    wrong = []
    for path in (ROOT / "kg").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                text = ast.get_docstring(node) or ""
                if ">>> " in text.split("\nExamples\n---")[0]:
                    wrong.append(f"{path.relative_to(ROOT)}: {getattr(node, 'name', '')}")
    assert wrong == []


def questions() -> list[str]:
    """The methods of a graph and the functions of kg that take more than one argument."""
    places = {f"kg.{name}": getattr(kg, name) for name in kg.__all__}
    places |= {f"kg.Graph.{name}": member for name, member in inspect.getmembers(kg.Graph) if not name.startswith("_")}
    return [n for n, f in places.items() if inspect.isfunction(f) and len(parameters(f)) > 1]


def parameters(function: object) -> list[str]:
    """What a function is given by its caller."""
    return [name for name in inspect.signature(function).parameters if name != "self"]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", questions())
def test_what_python_users_call_documents_its_parameters(name: str):
    """help() of everything with more than one argument lists each of them, in their order."""
    function = kg
    for part in name.split(".")[1:]:
        function = getattr(function, part)
    listed = NumpyDocString(inspect.getdoc(function) or "")["Parameters"]
    assert [name.strip("*") for entry in listed for name in entry.name.split(", ")] == parameters(function)


def test_the_drawing_of_the_site_has_every_room_and_arrow(site: ModuleType):
    """The site draws the lines of docs/architecture.md itself: one box a room, one line an arrow."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    arrows = re.findall(r"^ +(\w+) --> (\w+)$", text, re.MULTILINE)
    drawn = site.drawing(text)
    assert sorted(re.findall(r"<text[^>]*>(\w+)<", drawn)) == sorted({room for arrow in arrows for room in arrow})
    assert drawn.count("<polyline") == len(arrows)


def test_every_package_has_a_python_page(site: ModuleType):
    """The Python pages show every module of kg that a user may import."""
    shown = {name for text in site.python_pages().values() for name in re.findall(r"^::: (\S+)$", text, re.MULTILINE)}
    hidden = set((ROOT / "kg" / "cli").rglob("*.py"))
    public = {path for path in (ROOT / "kg").rglob("*.py") if not path.name.startswith("_")} - hidden
    assert shown - {"kg"} == {site.dotted(path) for path in public}


def test_links_from_the_readme_lead_to_pages_of_the_site(site: ModuleType):
    """On the site, links to files of the repository become links to its pages."""
    text = "[a](docs/paths.md), [b](kg/model.py), [c](kg/graph/store.py), [d](CITATION.cff), [e](kg/data/neural_music/README.md)"
    assert re.findall(r"\]\((.*?)\)", site.at_home(text)) == [
        "paths.md",
        "python/kg.md#kg.model",
        "python/kg.graph.md#kg.graph.store",
        "CITATION.cff",
        "bundled-graph.md",
    ]
