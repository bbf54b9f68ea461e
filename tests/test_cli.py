"""The command line as other programs rely on it: JSON contracts, exit codes, manners; on the bundled graph and small files."""

import json
import subprocess
from pathlib import Path

import pytest
from bundled import CITATIONS, OUTCOMES, WORKS
from conftest import KG

SEEDS = 19


def test_info_has_every_promised_key(kg_run):
    """The bundled graph is counted as its README states, coverage and outcomes included."""
    info = kg_run("info", "--json").json()
    assert info.keys() >= {
        "graph", "revision", "works", "citations", "duplicates", "stubs", "seeds", "years", "coverage",
        "coverage_by_year", "outcomes", "sources", "loops", "cyclic_parts", "backward",
    }  # fmt: skip
    assert (info["works"], info["citations"], info["seeds"], info["loops"]) == (WORKS, CITATIONS, SEEDS, 0)
    assert info["outcomes"] == {**OUTCOMES, "UNKNOWN": WORKS - OUTCOMES.total()}
    assert info["coverage"] == pytest.approx(OUTCOMES["COMPLETE"] / WORKS)
    assert sum(info["sources"].values()) == CITATIONS
    assert info["years"][0] == 1805
    ismir = next(p for p in info["populations"] if p["name"] == "ismir-2018")
    assert (ismir["known"], ismir["works"]) == (86, 88)
    assert "ismir-2018                  86 of 88 " in kg_run("info").out


def test_search_lists_and_finds_nothing_with_exit_5(kg_run):
    """A search gives rows with scores; nothing found is exit 5 with an empty list."""
    rows = kg_run("search", "todd 1989", "--json").json()["rows"]
    assert rows[0]["id"] == "todd1989connectionist"
    assert rows[0].keys() == {"id", "title", "year", "type", "retracted", "authors", "score"}
    none = kg_run("search", "qqqzzz", "--json", code=5)
    assert none.json()["rows"] == []
    assert none.err.startswith("kg: no work fits 'qqqzzz'")


def test_every_seed_is_found_and_carries_concepts_and_claims(kg_run):
    """All 19 works of the article are found by title and by key, with what the article says of them."""
    import csv
    from importlib import resources

    text = (resources.files("kg") / "data" / "neural_music" / "works.csv").read_text(encoding="utf-8")
    seeds = [row for row in csv.DictReader(text.splitlines()) if row["seed"]]
    assert len(seeds) == SEEDS
    from kg.graph.folder import Workspace
    from kg.graph.search import name_work, search

    store = Workspace.open().store
    claims = list(store.claims())
    for seed in seeds:
        assert search(store, seed["title"])[0][0].id == seed["key"]
        assert name_work(store, seed["key"]).seed
        assert any(work == seed["key"] for claim in claims for work, _ in claim.roles), seed["key"]
        assert list(store.concepts("c.work = ?", (store.row(seed["key"]),))), seed["key"]


def test_show_gives_one_object(kg_here):
    """The promised keys, with held counts equal to the lists."""
    show = kg_here("show", "WaveNet", "--json").json()
    assert show.keys() >= {
        "id", "title", "year", "authors", "identifiers", "concepts", "claims", "held", "reported", "outcomes",
        "references", "citations",
    }  # fmt: skip
    assert show["id"] == "oord2016wavenet"
    assert "arxiv:1609.03499" in show["identifiers"]
    assert show["held"] == {"references": len(show["references"]), "citations": len(show["citations"])}
    assert show["outcomes"]["references"] == "COMPLETE"
    assert all(w.keys() == {"id", "title", "year", "evidence"} for w in show["references"] + show["citations"])


def test_path_gives_works_and_the_sources_of_each_citation(kg_here):
    """The way from Todd to MusicVAE is time-respecting and every step says where it is from."""
    answer = kg_here("path", "Todd 1989", "A Hierarchical Latent Vector Model", "-k", "1", "--json").json()
    assert answer["certificate"] is None
    (path,) = answer["paths"]
    years = [work["year"] for work in path["works"]]
    assert years == sorted(years)
    assert [w["id"] for w in path["works"]][::4] == ["todd1989connectionist", "roberts2018hierarchical"]
    assert path["length"] == len(path["citations"]) == 4
    for citation, (earlier, later) in zip(
        path["citations"], zip(path["works"], path["works"][1:], strict=False), strict=True
    ):
        assert (citation["citing"], citation["cited"]) == (later["id"], earlier["id"])
        assert citation["sources"]


def test_no_path_is_exit_5_with_a_certificate(kg_here):
    """Where reference lists are unknown the answer is unknown, with the lists that are missing."""
    answer = kg_here("path", "todd1988sequential", "WaveNet", "--json", code=5).json()
    certificate = answer["certificate"]
    assert answer["paths"] == []
    assert certificate["status"] == "unknown"
    assert certificate["frontier"] == len(certificate["unknown"]) > 0
    assert certificate["unknown"][0].keys() == {"id", "title", "year", "outcome"}
    assert certificate["searched"].keys() == {"hops", "works"}


def test_rank_gives_rows_by_falling_value_nulls_last(kg_here):
    """Every row has value, bounds, n, coverage and reason; --all lists every work."""
    answer = kg_here("rank", "disruption", "--window", "10y", "--all", "--json").json()
    assert answer["options"]["window"] == "10y"
    rows = answer["rows"]
    assert len(rows) == WORKS
    assert rows[0].keys() == {"id", "title", "year", "value", "n", "coverage", "low", "high", "reason"}
    values = [row["value"] for row in rows if row["value"] is not None]
    assert values == sorted(values, reverse=True)
    assert all(row["value"] is None for row in rows[len(values) :])
    assert all(row["reason"] for row in rows if row["value"] is None)


@pytest.mark.parametrize(
    ("words", "code", "message", "hint"),
    [
        (["rank", "pagerankk"], 2, "no metric named 'pagerankk'", "pagerank"),
        (["rank", "pagerank", "--alfa", "1"], 2, "no option '--alfa'", "--alpha"),
        (
            ["rank", "pagerank", "--alpha", "x"],
            2,
            "invalid value 'x' for --alpha (expected a number)",
            "kg metrics pagerank",
        ),
        (["rank", "main_path"], 2, "computed per graph, not per work", "kg main-path"),
        (["show", "Eck 2002"], 2, "fits 3 works", "eck2002finding"),
        (["show", "no such work anywhere"], 5, "no work fits", "kg search"),
        (["path", "Todd 1989", "Todd 1989"], 2, "", ""),
        (["ingest", "missing.md", "--graph", "g"], 2, "missing.md", ""),
        (["info", "--graph", "nowhere"], 2, "no graph 'nowhere'", "bundled"),
        (["export", "xml", "x"], 2, "no format named 'xml'", "known"),
        (["ingest", "x.md", "--graph", "g", "--from", "s3"], 2, "no source named 's3'", "s2"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_is_one_line_a_hint_and_the_documented_code(kg_here, tmp_path: Path, words, code, message, hint):
    """The line names the value; stdout stays empty and nothing is written."""
    result = kg_here(*words, code=code)
    assert message in result.err
    assert hint in result.err
    assert result.err.startswith("kg: ")
    assert result.out == ""
    assert list(tmp_path.iterdir()) == []


def test_the_article_is_resolved_or_explained(kg_here, shared: Path):
    """Each of the 19 references of the seed article ends at its own work, with the method that decided."""
    import csv

    answer = kg_here("ingest", shared / "seed" / "neural-networks-for-music.zh.md", "--graph", "try", "--json").json()
    with (shared / "data" / "neural-music" / "works.csv").open(encoding="utf-8") as file:
        truth = {row["key"] for row in csv.DictReader(file) if row["seed"]}
    assert len(answer["references"]) == SEEDS
    assert {r["id"] for r in answer["references"] if r["status"] == "resolved"} <= truth
    assert all(
        r["status"] in {"resolved", "review", "stub", "unresolved"} and r["reason"] for r in answer["references"]
    )
    assert sum(r["status"] == "resolved" for r in answer["references"]) == SEEDS
    info = kg_here("info", "--json", graph="try").json()
    assert info["seeds"] == SEEDS
    assert (info["works"], info["citations"]) == (answer["added"]["works"], answer["added"]["citations"])
    again = kg_here("ingest", shared / "seed" / "neural-networks-for-music.zh.md", "--graph", "try", "--json").json()
    assert again["added"] == {"works": 0, "citations": 0}


EDGES = "citing,cited\nb,a\nc,b\nc,b\nc,c\nd\nb,c\n"


def test_edge_lists_keep_loops_duplicates_cycles_and_list_bad_lines(kg_here, tmp_path: Path):
    """Ids come back as given; what was left out is listed with its line; --strict refuses the file and writes nothing."""
    (tmp_path / "e.csv").write_text(EDGES)
    (tmp_path / "w.csv").write_text("id,year,title\na,1988,First\nb,1990,\nc,,\n007,2001,Bond\n")
    refused = kg_here("ingest", "e.csv", "--graph", "s", "--strict", code=2)
    assert "line 6" in refused.err
    assert not (tmp_path / "graphs").exists() or not list((tmp_path / "graphs").iterdir())
    answer = kg_here("ingest", "e.csv", "--works", "w.csv", "--graph", "g", "--json").json()
    assert answer["added"] == {"works": 4, "citations": 4}
    assert (answer["duplicates"], answer["loops"]) == (1, 1)
    (skipped,) = answer["skipped"]
    assert "line 6" in skipped["where"]
    info = kg_here("info", "--json", graph="g").json()
    assert (info["citations"], info["duplicates"], info["loops"], info["cyclic_parts"]) == (4, 1, 1, 1)
    assert kg_here("show", "007", "--json", graph="g").json()["title"] == "Bond"
    assert info["outcomes"] == {"COMPLETE": 2, "UNKNOWN": 2}


@pytest.mark.long
def test_a_bibliography_keeps_its_keys_and_joins_the_bundled_graph(kg_here, tmp_path: Path):
    """A BibTeX entry known to the bundled graph brings its citations under the user's key; an unknown one stays as it is."""
    (tmp_path / "my.bib").write_text(
        "@misc{wn, title={WaveNet: A Generative Model for Raw Audio}, author={van den Oord, A.}, year=2016, eprint={1609.03499}}\n"
        "@article{mine, title={My own unpublished thoughts on music}, author={Me, A.}, year=2020}\n"
    )
    answer = kg_here("ingest", "my.bib", "--graph", "g", "--json").json()
    assert {r["id"]: r["status"] for r in answer["references"]} == {"wn": "resolved", "mine": "unresolved"}
    show = kg_here("show", "oord2016wavenet", "--json", graph="g").json()
    assert show["id"] == "wn"
    assert show["held"]["references"] > 40
    assert kg_here("info", "--json", graph="g").json()["seeds"] == 2


@pytest.mark.long
def test_an_unknown_reference_becomes_a_stub_with_its_reason(kg_here, tmp_path: Path):
    """What cannot be resolved is kept by its cited text; --strict says so with exit 3, and keeps it too."""
    (tmp_path / "a.md").write_text(
        "# Text\n\n## References\n\n"
        "* Nobody, X. (1950). A treatise that no data set holds at all. Journal of Nothing.\n"
        "* Oord, A. van den (2016). WaveNet: A generative model for raw audio. arXiv:1609.03499\n"
        "* Nobody, Y. (1951). Another treatise that no data set holds. Journal of Nothing.\n"
    )
    answer = kg_here("ingest", "a.md", "--graph", "g", "--strict", "--json", code=3).json()
    assert [r["status"] for r in answer["references"]] == ["stub", "resolved", "stub"]
    stub = kg_here("show", answer["references"][0]["id"], "--json", graph="g").json()
    assert (stub["stub"], stub["seed"], stub["year"]) == (True, True, 1950)
    assert kg_here("info", "--json", graph="g").json()["stubs"] == 2


@pytest.mark.long
def test_sparql_counts_every_citation_once(kg_run):
    """A plain pattern sees as many citations as kg info gives; results are standard JSON."""
    answer = kg_run("sparql", "SELECT (COUNT(*) AS ?n) { ?a cito:cites ?b }", "--json").json()
    assert int(answer["results"]["bindings"][0]["n"]["value"]) == CITATIONS
    years = kg_run("sparql", "citations-per-year", "--csv").out.splitlines()
    assert len(years) > 50


@pytest.mark.long
def test_exports_come_back(kg_here, tmp_path: Path):
    """A graph written as CSV and read again has the same works and citations; files are not overwritten unasked."""
    kg_here("export", "csv", "out")
    answer = kg_here("ingest", "out/citations.csv", "--works", "out/works.csv", "--graph", "again", "--json").json()
    assert answer["added"] == {"works": WORKS, "citations": CITATIONS}
    assert "already exists" in kg_here("export", "csv", "out", code=2).err
    kg_here("export", "graphml", "g.graphml")
    assert (tmp_path / "g.graphml").stat().st_size > 10**6
    assert kg_here("export", "nt").out.count("\n") > 50_000


@pytest.mark.long
def test_a_map_is_one_file_with_what_it_says(kg_here, tmp_path: Path):
    """The map is written whole, counts its works, and an existing file is kept unless told."""
    answer = kg_here(
        "map", "m.html", "--path", "Todd 1989", "A Hierarchical Latent Vector Model", "--limit", "30", "--json"
    ).json()
    assert answer["path"][0] == "todd1989connectionist"
    text = (tmp_path / "m.html").read_text(encoding="utf-8")
    assert text.lower().startswith("<!doctype html>")
    assert answer["works"] >= 30
    assert "already exists" in kg_here("map", "m.html", code=2).err
    assert kg_here("map", "f.html", "--focus", "Todd 1988", "--json").json()["works"] >= 1


@pytest.mark.long
def test_a_graph_is_named_by_name_folder_or_environment(kg_run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A name stands for ./graphs/NAME, a path for itself, KG_GRAPH for either."""
    (tmp_path / "e.csv").write_text("citing,cited\nb,a\n")
    kg_run("ingest", "e.csv", "--graph", "named")
    kg_run("ingest", "e.csv", "--graph", "./elsewhere/x")
    assert (tmp_path / "graphs" / "named" / "graph.sqlite").exists()
    assert (tmp_path / "elsewhere" / "x" / "graph.sqlite").exists()
    monkeypatch.setenv("KG_GRAPH", "named")
    assert kg_run("info", "--json").json()["works"] == 2


def test_help_version_and_a_closed_pipe(tmp_path: Path):
    """Help names every panel, the version is printed, and a reader that stops early is no error."""
    text = subprocess.run([KG, "--help"], capture_output=True, text=True, check=True).stdout
    assert all(panel in text for panel in ("Build", "Ask", "Measure", "Draw", "Exchange", "Keep"))
    assert subprocess.run([KG, "--version"], capture_output=True, text=True, check=True).stdout == "kg 0.1.0\n"
    piped = subprocess.run(
        f"{KG} search music --json --top 500 | head -1", shell=True, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in piped.stderr
    assert json.loads(
        subprocess.run([KG, "search", "music", "--json"], capture_output=True, text=True, check=True).stdout
    )
