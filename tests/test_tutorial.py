"""The tutorial tells the truth: what it shows is what kg prints, and its figures are those of the bundled graph."""

import re
import shlex
from pathlib import Path

import pytest

TUTORIAL = (Path(__file__).parents[1] / "docs" / "tutorial.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ (kg [^\n]+)\n(.*?)```", TUTORIAL, re.DOTALL)


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[c for c, _ in SHOWN])
def test_shown_output_is_what_kg_prints(kg_here, command: str, output: str):
    """Every line shown, up to an ellipsis, stands in the real output, in the order shown."""
    result = kg_here(*shlex.split(command)[1:], code=None)
    printed = re.sub(r" +", " ", result.out + result.err)
    assert len(output.splitlines()) > 1
    at = 0
    for line in output.splitlines():
        for part in re.sub(r" +", " ", line).rstrip().split("..."):
            found = printed.find(part.strip(), at)
            assert found >= 0, line
            at = found


def test_the_table_of_answers_is_that_of_the_graph(kg_here):
    """Each row that has a figure or a verdict in it, asked again."""
    assert "53 of the 54 works" in TUTORIAL
    unknown = kg_here("path", "Todd 1988", "WaveNet", "--json", code=5).json()["certificate"]
    assert (unknown["status"], unknown["frontier"], unknown["searched"]["works"]) == ("unknown", 53, 54)
    for later in ("WaveNet", "A Hierarchical Latent Vector Model"):
        assert kg_here("path", "Lewis 1988", later, "--json", code=5).json()["certificate"]["status"] == "unknown"
    (known,) = (row for row in kg_here("claims", "--json").json()["claims"] if row["id"] == "unknown")
    shares = {(row["work"], row["population"]): (row["k"], row["n"]) for row in known["numbers"]["shares"]}
    for work, k in (("todd1988sequential", 1), ("lewis1988creation", 0)):
        assert shares[work, "works since 2009"] == (k, 347)
        assert shares[work, "ismir-2018"] == (0, 86)
    assert "Todd 1989, by the same author, is another work, which 7 of them cite" in known["because"]
    relied = kg_here("lineage", "A Hierarchical Latent Vector Model", "--json").json()["generations"]
    early = [w for g in relied for w in g["works"] if w["year"] and 1988 <= w["year"] <= 2008]
    assert sorted(w["paths"] for w in early)[-3:] == [17, 17, 17]
    assert max((w for w in relied[0]["works"]), key=lambda w: w["paths"])["id"] == "hochreiter1997long"


@pytest.mark.long
def test_the_bibliography_of_the_tutorial_is_checked(kg_here, tmp_path: Path):
    """Its three works are found and have early ancestors that they do not name."""
    (tmp_path / "mine.txt").write_text("\n".join(re.findall(r"arXiv:\d{4}\.\d{4,5}", TUTORIAL)[:3]))
    found = kg_here("credit-check", "mine.txt", "--older-than", 2009, "--top", 4, "--json").json()
    assert (found["found"], found["entries"]) == (3, 3)
    assert "mozer1994neural" in [row["id"] for row in found["rows"]]
