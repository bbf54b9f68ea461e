"""The README tells the truth: its commands run, its output is what kg prints, its Python works."""

import re
import shlex
from pathlib import Path

import pytest
from bundled import CITATIONS, WORKS, rows
from test_twins import listed

import kg

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
README_ZH = Path(__file__).parents[1] / "README.zh.md"
SHOWN = re.findall(r"```console\n\$ (kg [^\n]+)\n(.*?)```", README, re.DOTALL)
LISTED = [
    line.split("#")[0].strip()
    for block in re.findall(r"\*\*More questions\*\*\n\n```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[c for c, _ in SHOWN])
def test_shown_output_is_what_kg_prints(kg_here, command: str, output: str):
    """Every line shown, up to an ellipsis, stands in the real output."""
    result = kg_here(*shlex.split(command)[1:], code=None)
    printed = re.sub(r" +", " ", result.out + result.err)
    for line in output.splitlines():
        for part in re.sub(r" +", " ", line).rstrip().split("..."):
            assert part.strip() in printed, line


#: Commands that write a page or a file: `test_twins.py` runs these lines, and compares what they write with Python's.
WRITING = ("kg dossier", "kg export", "kg map", "kg report")


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(c, marks=[pytest.mark.long] if c.startswith("kg sparql") else [])
        for c in LISTED
        if not c.startswith(WRITING)
    ],
)
def test_listed_commands_run(kg_here, command: str):
    """Every command of the list answers with exit 0."""
    kg_here(*shlex.split(command)[1:])


@pytest.mark.long
def test_python_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The blocks of Python run as they stand, on the bundled graph; the long list of questions runs in `test_twins.py`."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    questions = "".join(f"{python}\n" for _, python in listed())
    for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        if block != questions:
            exec(block, names)  # noqa: S102  (our own README)
    assert len(names["g"]) == WORKS
    assert len(names["rdf"]) > 100_000


def ismir_2018() -> tuple[set[str], set[str]]:
    """Counted in the tables, without kg: the papers of the meeting whose lists are whole, and the connectionists none cites."""
    venue = re.compile("ISMIR|Society (for|on|of) Music(al)? Information Retrieval", re.IGNORECASE)
    met = {row["key"] for row in rows("works") if row["year"] == "2018" and venue.search(row["venue"])}
    lists = met & {row["work"] for row in rows("lists") if row["outcome"] == "COMPLETE"}
    cited = {row["cited_key"] for row in rows("citations") if row["citing_key"] in lists}
    core = {row["key"] for row in rows("works") if row["core"] == "1" and "1988" <= (row["year"] or "0") <= "2008"}
    return lists, core - cited


@pytest.mark.long
def test_the_demo_tells_its_story(kg_run, tmp_path: Path):
    """The demo finds the whole reference list, leaves its three files, and can be run again."""
    lists, uncited = ismir_2018()
    first = kg_run("demo", "--json").json()
    folder = tmp_path / "graphs" / "neural-music"
    assert {Path(name).name for name in first["files"]} == {"map.html", "graph.ttl", "summary.md"}
    assert all((tmp_path / name).stat().st_size > 1000 for name in first["files"])
    told = next(line for line in first["found"] if line.startswith("ISMIR 2018 papers. "))
    assert f"{len(lists)} of 88 reference lists known" in told
    assert f": {len(uncited)} cited by none; " in told
    travelled = "Todd 1989 → Mozer & Soukup 1990 → Mozer 1992 → Hochreiter & Schmidhuber 1996"
    assert any(travelled in line for line in first["found"])
    assert "19 of the article's 19 references" in first["found"][-3]
    assert kg_run("demo", "--json").json() == first
    info = kg_run("info", "--json", graph="neural-music").json()
    assert (info["works"], info["citations"], info["stubs"]) == (WORKS, CITATIONS, 0)
    assert (folder / "summary.md").read_text(encoding="utf-8").startswith("# Neural networks for music")


@pytest.mark.long
def test_the_finding_is_what_kg_finds():
    """The figures of the README's finding, asked again: who is cited in ISMIR 2018, and what is said of works since 2009."""
    finding = " ".join(README[README.index("**What it finds:**") : README.index("## Two commands")].split())
    graph = kg.open_graph()
    era = graph.eras["connectionist"]
    members = {id_ for id_, inside in zip(graph.ids, graph.within(era), strict=True) if inside}
    whole, later = (
        {row["id"]: row for row in graph.rank("standing", top=None, **asked).rows if row["id"] in members}
        for asked in ({"population": "ismir-2018"}, {"era": "deep-learning"})
    )
    lists, uncited = ismir_2018()
    assert {id_ for id_, row in whole.items() if row["k"] == 0} == uncited
    assert len(lists) == 86
    cited = {n: sorted(id_ for id_, row in whole.items() if row["k"] == n) for n in range(3)}
    assert {row["n"] for row in whole.values()} == {86}
    assert cited[2] == ["eck2002finding", "eck2002first", "mozer1994neural", "todd1989connectionist"]
    assert cited[2] == sorted(id_ for id_, row in later.items() if row["verdict"] == "well known")
    rare = [
        id_ for id_, row in later.items() if "fewer than 1 in 100" in row["verdict"] or "1 in 200" in row["verdict"]
    ]
    assert f"Of {len(members)} connectionist works" in finding
    assert f"{len(cited[0])} are cited in none of the 86 known" in finding
    assert f"{len(rare)} of the 52 are cited by fewer than 1 in 100" in finding
    assert "Of the 4,520 works since 2009, 347 reference lists are known" in finding
    assert graph.within(graph.eras["deep learning"]).sum() == 4520
    path = graph.path("Todd 1989", "hochreiter1996lstm").paths[0]
    assert [work.id for work in path.works][1:3] == ["mozer1990connectionist", "mozer1992induction"]


def test_the_chinese_readme_names_the_same_commands():
    """Each of its commands stands in the English one, with the same remark."""
    chinese = README_ZH.read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```console\n(.*?)```", chinese, re.DOTALL) for line in block.splitlines()]
    assert len(lines) > 5
    assert not set(lines) - set(README.splitlines())
