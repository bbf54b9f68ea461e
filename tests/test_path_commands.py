"""`kg path` and `kg lineage` as people and programs use them, and how a work is picked on a terminal."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from bundled import CONNECTIONISTS
from conftest import KG

from kg.graph.folder import Workspace
from kg.model import Batch, Citation, Outcome, Retrieval, Work

MUSICVAE = "A Hierarchical Latent Vector Model"


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A graph with a short weak path and a longer strong one, from sources that say different things."""
    folder = tmp_path_factory.mktemp("evidence") / "g"
    works = [
        Work(id=id_, title=f"Work {id_.upper()}", year=year, authors=(f"{id_.upper()}lpha, Q.",))
        for id_, year in {"o": 1990, "m": 1995, "n": 2000}.items()
    ]
    with Workspace.writing(str(folder), "test") as (_, writer):
        writer.add(
            Batch(
                works=works,
                citations=[
                    Citation(citing="n", cited="o", source="first", influential=False, intents=("background",)),
                    Citation(
                        citing="n", cited="m", source="first", influential=True, contexts=("We build on M.", "M [1]")
                    ),
                    Citation(citing="n", cited="m", source="second", method="pdf", intents=("methodology",)),
                    Citation(
                        citing="m", cited="o", source="first", influential=True, contexts=("O <b>began</b> it.",) * 9
                    ),
                ],
                retrievals=[
                    Retrieval(work=w, list="references", outcome=Outcome.COMPLETE, source="first") for w in "mn"
                ],
            )
        )
    return str(folder)


def test_every_citation_shows_its_evidence(kg_here, evidence: str):
    """Sources, methods, sentences and intents stand under each citation, and whole in the JSON document."""
    found = kg_here("path", "o", "n", "--by", "influential", "-k", 2, "--json", graph=evidence).json()
    assert [path["length"] for path in found["paths"]] == [2, 1]
    strong, weak = found["paths"]
    assert strong["strength"] > weak["strength"] > 0
    assert strong["strength"] == pytest.approx(
        strong["citations"][0]["weight"] * strong["citations"][1]["weight"], rel=1e-3
    )
    told = strong["citations"][1]["evidence"]
    assert [(e["source"], e["method"], e["intents"], e["influential"]) for e in told] == [
        ("first", None, [], True),
        ("second", "pdf", ["methodology"], None),
    ]
    assert told[0]["contexts"] == ["We build on M.", "M [1]"]
    shown = kg_here("path", "o", "n", "--by", "influential", graph=evidence).out
    assert "“We build on M.” (+1 more)" in shown
    assert "citation read in second; by pdf" in shown
    assert "methodology" in shown
    assert kg_here("path", "o", "n", "--json", graph=evidence).json()["paths"][0]["length"] == 1
    references = kg_here("show", "n", "--json", graph=evidence).json()["references"]
    assert [(w["id"], w["evidence"]) for w in references] == [("o", weak["citations"][0]["evidence"]), ("m", told)]
    assert kg_here("show", "m", "--json", graph=evidence).json()["citations"][0]["evidence"] == told


def test_limits_by_name(kg_here, evidence: str):
    """Works to pass or avoid are named like any others; the era of the works between and as-of are asked for too."""
    via = kg_here("path", "o", "n", "--via", "Mlpha 1995", "--json", graph=evidence).json()
    assert [w["id"] for w in via["paths"][0]["works"]] == ["o", "m", "n"]
    only = kg_here("path", "o", "n", "-k", 5, "--avoid", "m", "--json", graph=evidence).json()
    assert [p["length"] for p in only["paths"]] == [1]
    between = kg_here("path", "o", "n", "-k", 5, "--era", "1980-1994", "--json", graph=evidence).json()
    assert [p["length"] for p in between["paths"]] == [1]
    assert "1995" in kg_here("path", "o", "n", "--as-of", 1995, graph=evidence, code=5).err
    assert "--lines covers all paths" in kg_here("path", "o", "n", "--lines", "-k", 2, graph=evidence, code=2).err
    assert "no order of paths" in kg_here("path", "o", "n", "--by", "luck", graph=evidence, code=2).err


def test_lines_of_an_era(kg_here):
    """An era's name stands for its works: independent lines that share none, each beginning in the era."""
    found = kg_here("path", "connectionist", MUSICVAE, "--lines", "--json").json()
    assert found["old"] == {"era": "connectionist", "years": [1988, 2008], "works": CONNECTIONISTS}
    assert found["independent"] == len(found["lines"]) > 1
    inner = [w["id"] for line in found["lines"] for w in line["works"][:-1]]
    assert len(set(inner)) == len(inner)
    assert all(1988 <= line["works"][0]["year"] <= 2008 for line in found["lines"])
    assert found["paths"] > found["independent"]
    assert "have no known reference list" in found["notes"][0]


def test_the_one_line_names_its_dominators(kg_here):
    """All known paths from Todd 1989 to MusicVAE pass the same works, which are on the line shown too."""
    found = kg_here("path", "Todd 1989", MUSICVAE, "--lines", "--json").json()
    assert (found["independent"], found["paths"]) == (1, 3)
    assert [w["id"] for w in found["dominators"]] == ["eck2002first", "graves2013generating"]
    assert found["passages"] == found["dominators"], "its name before"
    assert {w["id"] for w in found["dominators"]} < {w["id"] for w in found["lines"][0]["works"][1:-1]}


@pytest.mark.long
def test_lineage_lists_generations_and_draws_them(kg_here, tmp_path: Path):
    """Between two works: counted paths, and a map of exactly these works."""
    found = kg_here("lineage", "hochreiter1997long", "--to", MUSICVAE, "--map", "m.html", "--json").json()
    assert (found["old"]["id"], found["new"]["id"]) == ("hochreiter1997long", "roberts2018hierarchical")
    works = [w for g in found["generations"] for w in g["works"]]
    assert found["paths"] == max(w["paths"] for w in works) == 15
    assert len(works) == found["works"] == 8
    page = (tmp_path / "m.html").read_text()
    assert all(w["id"] in page for w in works)
    assert "todd1989" not in page
    near = kg_here("lineage", "WaveNet", "--hops", 1).out
    assert near.startswith("generation 1: 60 works (10 shown)")
    assert kg_here("lineage", "Todd 1988", "--to", "WaveNet", code=5).err.startswith("kg: unknown: no path")


@pytest.mark.long
def test_the_earlier_of_two_works_is_told_by_day_within_a_year(kg_here, tmp_path: Path):
    """Of two works of one year the way is sought from the earlier day, whichever was named first."""
    (tmp_path / "e.csv").write_text("citing,cited\nlate,soon\n")
    (tmp_path / "w.csv").write_text("id,date,title\nsoon,2016-03-01,Spring\nlate,2016-09-01,Autumn\n")
    kg_here("ingest", "e.csv", "--works", "w.csv", "--graph", "y")
    for words in (("soon", "--to", "late"), ("late", "--to", "soon"), ("late", "--forward", "--to", "soon")):
        found = kg_here("lineage", *words, "--json", graph="y").json()
        assert (found["old"]["id"], found["new"]["id"], found["paths"]) == ("soon", "late", 1)


def on_a_terminal(answer: bytes, *words: str) -> tuple[int, str, str]:
    """Run kg with a terminal to ask on: its exit code, stdout, and what the terminal showed."""
    terminal, end = pty.openpty()
    with subprocess.Popen([KG, *words], stdin=end, stderr=end, stdout=subprocess.PIPE) as process:
        os.close(end)
        seen, sent = b"", False
        while True:
            try:
                seen += os.read(terminal, 4096)
            except OSError:  # the other end is closed
                break
            if not sent and b"which one?" in seen:
                os.write(terminal, answer)
                sent = True
        out = process.stdout.read()
    os.close(terminal)
    return process.returncode, out.decode(), seen.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_an_ambiguous_name_asks_on_a_terminal_and_lists_in_a_pipe(kg_here):
    """The number picks the work; nothing, or no such number, ends as in a pipe: exit 2 with the candidates."""
    code, out, seen = on_a_terminal(b"2\n", "show", "Eck 2002", "--json")
    assert (code, json.loads(out)["id"]) == (0, "eck2002finding")
    assert "1. eck2002first" in seen
    for answer in (b"\n", b"9\n"):
        code, out, _ = on_a_terminal(answer, "show", "Eck 2002", "--json")
        assert (code, out) == (2, "")
    piped = kg_here("path", "Eck 2002", "WaveNet", code=2)
    assert "eck2002finding" in piped.err
    assert piped.out == ""


@pytest.mark.parametrize(
    "name",
    [
        "oord2016wavenet",
        "WaveNet",
        "arXiv:1609.03499v2",
        "https://arxiv.org/abs/1609.03499",
        "van den Oord wavenet raw audio",
    ],
)
def test_works_are_named_as_people_name_them(kg_here, name: str):
    """Key, title, arXiv id, address and fragment mean the same work."""
    assert kg_here("show", name, "--json").json()["id"] == "oord2016wavenet"
