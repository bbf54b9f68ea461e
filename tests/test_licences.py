"""The page of licences is what the installed packages state, and one of them alone is not permissive."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[1]


def script():
    """The script that makes the page."""
    spec = importlib.util.spec_from_file_location("licences", ROOT / "scripts" / "licences.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_package_states_a_licence_and_only_igraph_is_under_the_gpl():
    """A new dependency whose licence nobody has looked at shows up here."""
    made = script()
    stated = {name: made.licence(package) for name, (package, _) in made.needed(made.EXTRAS).items()}
    assert [name for name, licence in stated.items() if licence == "not stated"] == []
    assert [name for name, licence in stated.items() if "GPL" in licence and "exception" not in licence] == ["igraph"]
    assert {"duckdb", "ibis-framework", "igraph", "networkx", "pyspark", "starlette"} <= stated.keys()


def test_the_page_is_as_the_script_writes_it():
    """`python scripts/licences.py` after a change of what kg needs."""
    made = script()
    assert made.PAGE.read_text(encoding="utf-8") == made.page()
