"""What a person reads: tables and sentences instead of JSON, and what happens on Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import KG

#: A work asleep for twelve years, then cited 24 times in one, among thirty of its year cited at once; all lists known.
SLEEPER = "citing,cited\n" + "".join(f"n{k},old\n" for k in range(24)) + "".join(f"n{k},base\n" for k in range(3))
SLEEPER += "".join(f"m{j},p{(j + k) % 30}\n" for j in range(30) for k in range(3))
YEARS = "id,year,title\nold,1990,An old idea\nbase,1989,A base\n" + "".join(f"n{k},2002,Note {k}\n" for k in range(24))
YEARS += "".join(f"m{j},1992,Mean {j}\n" for j in range(30)) + "".join(f"p{k},1990,Peer {k}\n" for k in range(30))


@pytest.fixture
def sleeper(kg_here, tmp_path: Path) -> str:
    """Build the small graph and give its name."""
    (tmp_path / "e.csv").write_text(SLEEPER)
    (tmp_path / "w.csv").write_text(YEARS + "late,2004,The last\n")
    said = kg_here("ingest", "e.csv", "--works", "w.csv", "--closed", "--graph", "s")
    assert "87 works and 117 citations added" in said.out
    return "s"


@pytest.mark.long
def test_a_sleeper_is_told_in_a_sentence(kg_here, sleeper: str):
    """The judged work comes with class, figures and reason; the others are listed as insufficient."""
    text = kg_here("forgotten", graph=sleeper).out
    assert "32 of 87 works can be ranked" in text
    assert "An old idea (1990)" in text
    assert "beauty 132" in text
    assert "it was never cited in its first 11 years, awoke in 2001 and was cited 24 times in 2002" in text
    assert "cannot be decided for these 55 works: too few citations" in text
    rows = {row["id"]: row for row in kg_here("forgotten", "--json", graph=sleeper).json()["ranked"][:2]}
    assert (rows["old"]["citations_held"], rows["old"]["awakening_year"]) == (24, 2001)
    assert rows["old"]["class"] == "sleeper"
    assert kg_here("forgotten", "--era", "2000-", "--json", graph=sleeper).json()["totals"]["ranked"] == 0


@pytest.mark.long
def test_main_path_lists_works_and_counts(kg_here, sleeper: str):
    """The terminal shows the first paths and, with --all, every citation with its count."""
    text = kg_here("main-path", "--all", graph=sleeper).out
    assert "A base" in text
    assert "count" in text
    answer = kg_here("main-path", "--weights", "spnp", "--all", "--json", graph=sleeper).json()
    assert answer.keys() >= {"weights", "search", "paths", "citations", "altered"}
    assert len(answer["citations"]) == 117
    assert all(isinstance(c["count"], int) for c in answer["citations"])


@pytest.mark.long
def test_eras_can_be_named_for_a_graph(kg_here, tmp_path: Path, sleeper: str):
    """eras.toml in the graph's folder names spans of years; a wrong file and an unknown era are explained."""
    (tmp_path / "graphs" / "s" / "eras.toml").write_text("early = [1980, 1999]\nlate = [2000, 2010]\n")
    assert kg_here("forgotten", "--era", "early", "--json", graph=sleeper).json()["totals"]["works"] == 62
    assert "early" in kg_here("forgotten", "--era", "erly", graph=sleeper, code=2).err
    (tmp_path / "graphs" / "s" / "eras.toml").write_text("early = 3\n")
    assert "is not a list of eras" in kg_here("forgotten", "--era", "early", graph=sleeper, code=2).err


def test_an_ingest_tells_each_reference_and_each_record_left_out(kg_here, tmp_path: Path):
    """The terminal shows what was found and what not, and names the next command."""
    (tmp_path / "ids.txt").write_text("arXiv:1609.03499\nnot an identifier\n10.1000/unknown\n")
    said = kg_here("ingest", "ids.txt", "--graph", "g")
    assert "found" in said.out
    assert "oord2016wavenet" in said.out
    assert "1 of 2 references found" in said.out
    assert "line 2" in said.err
    assert "kg info --graph g" in said.out


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT ?a {", "SPARQL syntax error"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }", "SERVICE"),
        ("DELETE WHERE { ?a ?b ?c }", "update"),
    ],
)
def test_a_query_that_is_refused_is_told_in_one_line(kg_here, sleeper: str, query: str, told: str):
    """What is no query, asks elsewhere or changes anything: exit 2, nothing on stdout."""
    run = kg_here("sparql", query, graph=sleeper, code=2)
    assert run.err.startswith("kg: ")
    assert told in run.err.splitlines()[0]
    assert run.out == ""


def test_ready_queries_are_listed_and_forms_exclude_each_other(kg_here, sleeper: str):
    """Without a query the ready ones are shown; a CONSTRUCT prints Turtle; two forms at once are refused."""
    assert "citations-per-year" in kg_here("sparql").out
    assert "citations-per-year" in kg_here("sparql", "--json").json()["queries"]
    construct = "CONSTRUCT { ?a cito:cites ?b } WHERE { ?a cito:cites ?b }"
    assert "cito:cites" in kg_here("sparql", construct, "--turtle", graph=sleeper).out
    table = kg_here("sparql", "SELECT ?t { ?w dcterms:title ?t ; kg:year 1990 }", graph=sleeper)
    assert "An old idea" in table.out
    kg_here("sparql", "ASK { ?a ?b ?c }", "--csv", "--json", graph=sleeper, code=2)


@pytest.mark.long
def test_a_folder_is_not_replaced_by_a_file(kg_here, tmp_path: Path):
    """--force overwrites files, never a folder that stands in the way."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    kg_here("export", "ttl", "mine", "--force", code=2)
    kg_here("export", "csv", "mine", "--force")
    assert {p.name for p in (tmp_path / "mine").iterdir()} > {"notes.txt", "works.csv", "citations.csv"}


def test_interrupting_an_ingest_leaves_nothing_half_done(tmp_path: Path):
    """Ctrl-C gives exit 130 and one line; a graph that was being made is gone, none is broken."""
    (tmp_path / "e.csv").write_text("citing,cited\n" + "".join(f"{k},{k // 2}\n" for k in range(1_200_000)))
    with subprocess.Popen(
        [KG, "ingest", "e.csv", "--graph", "g"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  (in the background it is deaf)
    ) as process:
        deadline = time.monotonic() + 30
        while not (tmp_path / "graphs" / "g" / "graph.sqlite").exists() and time.monotonic() < deadline:
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.startswith("kg: interrupted")
    assert "Traceback" not in err
    assert not (tmp_path / "graphs").exists()


@pytest.mark.long
def test_nothing_that_steers_a_terminal_is_printed(kg_here, tmp_path: Path):
    """Escape sequences and turned directions in titles and ids are taken out of sentences, tables and errors."""
    (tmp_path / "e.csv").write_text("citing,cited\nb,a\n")
    odd = "Evil \x1b[31mred \u202e one"
    (tmp_path / "w.csv").write_text(f"id,year,title\na,1990,{odd} old\nb,2000,{odd} new\n")
    kg_here("ingest", "e.csv", "--works", "w.csv", "--graph", "s")
    runs = [
        kg_here("show", "a", graph="s"),
        kg_here("show", "Evil", graph="s", code=2),
        kg_here("dossier", "a", graph="s"),
    ]
    for run in (
        *runs,
        kg_here("claims", "--earlier", "1990-1999", "--later", "2000-", graph="s"),
        kg_here("path", "a", "b", graph="s"),
    ):
        assert not {"\x1b", "\u202e"} & {*run.out, *run.err}
    assert "Evil  [31mred   one old" in runs[0].out
    assert "Evil  [31mred   one new" in runs[1].err


def test_an_interrupted_command_does_not_wait_for_its_threads():
    """It ends with 130 though a thread goes on, and what was to be done at its end is done."""
    code = (
        "import atexit, threading, kg.cli\n"
        "def stop(_):\n"
        "    threading.Thread(target=threading.Event().wait, args=(60,)).start()\n"
        "    atexit.register(print, 'tidied', flush=True)\n"
        "    raise KeyboardInterrupt\n"
        "kg.cli.load = stop\n"
        "kg.cli.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (130, "tidied\n")
    assert done.stderr.startswith("kg: interrupted")
