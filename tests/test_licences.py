"""The page of licences is what the installed packages state, and one of them alone is not permissive."""

import importlib.util
import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


def test_the_bill_of_materials_is_of_what_is_installed():
    """CycloneDX 1.5: every package once, with its version and licence, and kg itself."""
    made = script()
    document = json.loads(made.bom())
    assert (document["bomFormat"], document["specVersion"], document["version"]) == ("CycloneDX", "1.5", 1)
    assert document["metadata"]["component"]["name"] == "kg-citations"
    listed = {canonicalize_name(one["name"]): one for one in document["components"]}
    assert listed.keys() == made.needed(made.EXTRAS).keys()
    assert len({one["bom-ref"] for one in document["components"]}) == len(listed)
    assert {tuple(one) for one in listed.values()} == {("type", "bom-ref", "name", "version", "purl", "licenses")}
    for name, one in listed.items():
        assert one["type"] == "library"
        assert (one["version"], one["purl"]) == (version(name), f"pkg:pypi/{name}@{version(name)}")
        (licence,) = one["licenses"]
        assert licence.get("expression") or licence["license"]["name"]
        assert [*licence] in (["expression"], ["license"])  # the schema allows one of them, and no other


def test_every_version_has_the_digests_of_its_files():
    """`make lock` after a change of constraints.txt: the two name the same versions, and every one has a SHA-256."""
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    wanted = dict(re.findall(r"(?m)^([\w.-]+)==(\S+)$", constraints))
    assert len(wanted) == constraints.count("==")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"(?m)^([\w.-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", lock)
    assert {canonicalize_name(name): found for name, found, _ in entries} == {
        canonicalize_name(name): found for name, found in wanted.items()
    }
    assert sum(digests.count("\n") + 1 for *_, digests in entries) == len(lock.splitlines())  # and nothing else


def test_what_is_locked_is_all_that_is_needed():
    """It is installed without looking for more: every package that kg requires has its version in it."""
    made = script()
    locked = {
        canonicalize_name(name) for name in re.findall(r"(?m)^([\w.-]+)==", (ROOT / "requirements.lock").read_text())
    }
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = about["dependency-groups"]
    named = [*groups["dev"], *groups["docs"], *about["build-system"]["requires"], "editables"]
    wanted = {canonicalize_name(Requirement(text).name) for text in named if isinstance(text, str)}
    assert wanted | made.needed(made.EXTRAS).keys() <= locked
