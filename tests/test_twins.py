"""Every command of README and tutorial and its Python twin, as both pages show them, give the same answer."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import kg
from kg.page import Document

ROOT = Path(__file__).parents[1]
LIST = re.compile(
    r"\*\*More questions\*\*\n\n```console\n(.*?)```.*?```python\n.*?```\n\n```python\n(.*?)```", re.DOTALL
)
PAIR = re.compile(r"```console\n\$ (kg [^\n]+)\n(?:(?!```).)*?\n```\n```python\n([^\n]+)\n```", re.DOTALL)
SLOW = ("kg dossier", "kg export", "kg map", "kg report", "kg sparql", "kg claims", "kg why", "kg forgotten")


def listed() -> list[tuple[str, str]]:
    """The commands of README's list, each with the line of Python in the same place."""
    commands, python = LIST.search((ROOT / "README.md").read_text(encoding="utf-8")).groups()
    lines = [line.split("#")[0].strip() for line in commands.splitlines()]
    return list(zip(lines, python.splitlines(), strict=True))


def shown() -> list[tuple[str, str]]:
    """The commands of the tutorial, each with the block of Python under it."""
    return PAIR.findall((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"))


TWINS = [
    *listed(),
    *shown(),
    (
        'kg path "Todd 1989" "A Hierarchical Latent Vector Model"',
        'graph.path("Todd 1989", "A Hierarchical Latent Vector Model")',
    ),
]


def test_each_command_shown_has_its_twin():
    """A command without Python under it is one that fails: a name that fits two works."""
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    commands = re.findall(r"```console\n\$ (kg [^\n]+)\n", page)
    assert [c for c in commands if c not in dict(shown())] == ['kg show "Eck 2002"']
    assert len(listed()) == 17


@pytest.mark.parametrize(
    ("command", "python"),
    [pytest.param(c, p, marks=[pytest.mark.long] if c.startswith(SLOW) else [], id=c) for c, p in TWINS],
)
def test_command_and_twin_agree(
    kg_here, bundled_graph: kg.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, python: str
):
    """The document of --json is the answer's as_dict(); what writes a page or a file writes the same."""
    monkeypatch.chdir(tmp_path)
    answer = eval(python, {"graph": bundled_graph})  # noqa: S307  (our own pages)
    words = shlex.split(command)[1:]
    if words[0] == "export":
        written = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
        kg_here(*words, "--force")
        assert written == {file.name: file.read_bytes() for file in tmp_path.iterdir()} != {}
    elif isinstance(answer, Document):
        kg_here(*words)
        assert (tmp_path / words[-1 if words[0] != "map" else 1]).read_text(encoding="utf-8") == answer
    else:
        code = 5 if getattr(answer, "certificate", None) else 0
        assert kg_here(*words, "--json", code=code).json() == document(answer)


def document(answer: Any) -> Any:
    """An answer as JSON would give it back."""
    if isinstance(answer, pd.DataFrame):  # the metrics
        return {"metrics": answer.reset_index().rename(columns={"metric": "name"}).to_dict("records")}
    return json.loads(answer.to_json())
