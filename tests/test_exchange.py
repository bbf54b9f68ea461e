"""Exchange: each format is read back by the reader its users have, and by kg where it carries a graph; selections choose rightly."""

import csv
import gzip
import io
import json

import networkx as nx
import pandas as pd
import pytest
import yaml
from test_export_formats import CITATIONS, WORKS, graph  # noqa: F401  (a fixture)

import kg
from kg.errors import InputError, NothingFound, UnknownName
from kg.facts import Fact
from kg.graph.folder import Workspace
from kg.graph.selection import selected
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.library.graph import Graph
from kg.library.pages import Pages
from kg.model import Batch, Outcome, Work
from kg.plugins import load

HOSTILE = WORKS[0]


def exported(of, name):
    """What an exporter writes, as bytes."""
    out = io.BytesIO()
    load("exporter", name)(of, out)
    return out.getvalue()


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KG_GRAPH", raising=False)
    return tmp_path


def three() -> Graph:
    """A small graph made in Python."""
    works = {"years": {"A": 1989, "B": 2002, "C": 2016}, "titles": {"A": "Tones", "B": "LSTM blues", "C": "WaveNet"}}
    return Graph.from_edges([("B", "A"), ("C", "B"), ("C", "A"), ("C", "C")], **works, name="three")


def test_bibliographies_are_read_by_their_users_readers(graph):  # noqa: F811
    """RIS by rispy, BibTeX by bibtexparser, CSL as JSON: one entry for each work, title and DOI as they are."""
    import bibtexparser
    import rispy

    ris = rispy.loads(exported(graph, "ris").decode())
    assert sorted(entry["id"] for entry in ris) == [work.id for work in WORKS]
    assert (ris[0]["title"], ris[0]["doi"], ris[0]["authors"]) == (
        " ".join(HOSTILE.title.split()),
        "10.1/a;b",
        list(HOSTILE.authors),
    )
    library = bibtexparser.parse_string(exported(graph, "bibtex").decode())
    assert (len(library.entries), library.failed_blocks) == (len(WORKS), [])
    items = json.loads(exported(graph, "csl"))
    assert sorted(item["id"] for item in items) == [work.id for work in WORKS]
    assert items[0]["issued"] == {"date-parts": [[1989, 12, 1]]}
    assert items[0]["author"][1] == {"family": "van den Oord", "given": "Aäron"}


@pytest.mark.parametrize("name", ["ris", "csl", "bibtex"])
def test_bibliographies_come_back_into_kg(here, name):
    """Titles, authors, years, identifiers and types are those that went out."""
    kg.ingest([load_list(here)], graph="one")
    one = kg.open_graph("one")
    one.export(name, here / f"list.{name}")
    kg.ingest([here / f"list.{name}"], graph="two")
    said = [
        sorted((w.title, w.authors, w.year, set(w.identifiers) - {""}, w.type) for w in Workspace.open(g).store.works())
        for g in ("one", "two")
    ]
    assert said[0] == said[1]


def load_list(here):
    """A reading list of three entries."""
    text = (
        "@article{a, title={A {LSTM} study}, author={van den Oord, Aaron and Todd, Peter M.}, year={1989}, journal={J}, doi={10.1000/a}}\n"
        "@phdthesis{b, title={Theses \\& tones}, author={Lewis, J. P.}, year={1988}}\n"
        "@inproceedings{c, title={In a meeting}, author={Eck, Douglas}, year={2002}, booktitle={Proc.}}\n"
    )
    (here / "list.bib").write_text(text)
    return here / "list.bib"


def test_opencitations_tables(graph, tmp_path):  # noqa: F811
    """The columns are OpenCitations' own; a work without identifiers has a temporary one, so that no citation is lost."""
    load("exporter", "opencitations")(graph, tmp_path / "oc")
    meta = list(csv.DictReader((tmp_path / "oc" / "metadata.csv").open(encoding="utf-8", newline="")))
    cited = list(csv.DictReader((tmp_path / "oc" / "citations.csv").open(encoding="utf-8", newline="")))
    assert meta[0]["id"] == "arxiv:1609.03499 doi:10.1/a;b"
    assert {row["id"] for row in meta[1:]} == {"temp:a%20b%2520c", "temp:lone"}
    assert {(row["citing_id"], row["cited_id"]) for row in cited} == {
        ("arxiv:1609.03499 doi:10.1/a;b", "arxiv:1609.03499 doi:10.1/a;b"),
        ("temp:a%20b%2520c", "arxiv:1609.03499 doi:10.1/a;b"),
    }


def test_parquet_is_read_by_pandas(graph, tmp_path):  # noqa: F811
    """The table of works with its types, and a row for each citation and source."""
    pytest.importorskip("pyarrow")
    load("exporter", "parquet")(graph, tmp_path / "p")
    works = pd.read_parquet(tmp_path / "p" / "works.parquet").set_index("id")
    assert sorted(works.index) == [work.id for work in WORKS]
    assert list(works.loc["0001001", "identifiers"]) == list(HOSTILE.identifiers)
    assert pd.isna(works.loc["lone", "year"])
    assert len(pd.read_parquet(tmp_path / "p" / "citations.parquet")) == len(CITATIONS)


def test_obsidian_notes_link_to_each_other(graph, tmp_path):  # noqa: F811
    """A note a work; front matter is YAML; links name notes that are there; no mark-up of a title comes alive."""
    load("exporter", "obsidian")(graph, tmp_path / "notes")
    notes = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "notes").glob("*.md")}
    assert len(notes) == len(WORKS)
    todd = next(text for text in notes.values() if "0001001" in text.split("---")[1])
    front = yaml.safe_load(todd.split("---\n")[1])
    assert (front["title"], front["authors"], front["year"]) == (HOSTILE.title, list(HOSTILE.authors), 1989)
    assert "<b>" not in todd.split("---\n", 2)[2].replace(r"\<b\>", "")
    linked = {line[4:-2] for text in notes.values() for line in text.splitlines() if line.startswith("- [[")}
    assert linked <= notes.keys()
    assert len(linked) == 1


def test_obsidian_names_never_collide_nor_leave_the_folder(tmp_path):
    """Works of one author, year and title get two notes; a title with slashes and dots stays inside."""
    titles = {"A": "../../x", "B": "../../x", "C": "../../X"}
    Graph.from_edges([("B", "A"), ("C", "A")], titles=titles).export("obsidian", tmp_path / "n")
    assert len(list((tmp_path / "n").iterdir())) == 3
    assert {path.name for path in tmp_path.iterdir()} == {"n"}


def test_obsidian_notes_of_works_without_author_have_their_titles(tmp_path):
    """And of works without a title, too, their ids."""
    years, titles = {"A": 2018, "B": 2018}, {"A": "A report"}
    Graph.from_edges([("B", "A")], years=years, titles=titles).export("obsidian", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"2018 A report.md", "2018 B.md"}


@pytest.mark.parametrize(
    ("format_", "told"),
    [("graphml", ": 3 works and 4 citations"), ("csl", ": 3 works"), ("map", ""), ("nt", ": 3 works and 4 citations")],
)
def test_export_says_how_much_it_wrote(here, kg_here, format_, told):
    """On stderr, with the file or without one; a bibliography has no citations, and a page chooses what it shows."""
    (here / "e.csv").write_text("citing,cited\nb,a\nc,b\nc,a\nc,c\n", encoding="utf-8")
    kg.ingest(here / "e.csv", graph=str(here / "g"))
    assert kg_here("export", format_, "x", graph=f"{here}/g").err == f"wrote x{told}\n"
    assert kg_here("export", format_, graph=f"{here}/g").err == (f"wrote {told[2:]}\n" if told else "")
    assert (
        "wrote x: 2 works and 1 citation"
        in kg_here("export", "nt", "x", "--force", "--select", "b", "--select", "a", graph=f"{here}/g").err
    )


def test_parts_are_the_whole_in_any_order(graph, tmp_path):  # noqa: F811
    """The parts together are the lines of N-Triples; citations stand apart from who said so; the same graph gives the same bytes."""
    for name in ("one", "two"):
        load("exporter", "nt-parts")(graph, tmp_path / name)
    parts = {path.name: gzip.decompress(path.read_bytes()).decode() for path in (tmp_path / "one").iterdir()}
    assert sorted(line for text in parts.values() for line in text.splitlines()) == sorted(
        exported(graph, "nt").decode().splitlines()
    )
    assert parts.keys() == {f"{kind}-0001.nt.gz" for kind in ("citations", "provenance", "works")}
    cited = parts["citations-0001.nt.gz"].splitlines()
    assert len(cited) == 2
    assert all("<http://purl.org/spar/cito/cites>" in line for line in cited)
    assert "wasDerivedFrom" not in parts["works-0001.nt.gz"]
    assert "hasFamilyName" not in parts["provenance-0001.nt.gz"]
    assert all((tmp_path / "two" / name).read_bytes() == (tmp_path / "one" / name).read_bytes() for name in parts)


@pytest.mark.parametrize("name", ["nt-parts", "csv", "parquet", "obsidian", "opencitations", "vosviewer-map"])
def test_several_files_need_a_folder(graph, name):  # noqa: F811
    """Written to a pipe, they say what to do."""
    with pytest.raises(InputError, match="several files"):
        exported(graph, name)


SELECTIONS = [
    ("A", {"A"}),
    (["A", "wavenet"], {"A", "C"}),
    ("era:1980-2009", {"A", "B"}),
    ("search:blues", {"B"}),
    ("path:A -> C", {"A", "C"}),
    ("lineage:B", {"A", "B", "C"}),
    ("citations_held:1", {"A"}),
    ("citations_held", {"A", "B", "C"}),
]


@pytest.mark.parametrize(("select", "ids"), SELECTIONS)
def test_selections_mean_what_they_say(select, ids):
    """Each form names its works, and nothing but citations among them is written."""
    out = io.BytesIO()
    three().export("graphml", out, select=select)
    g = nx.read_graphml(io.BytesIO(out.getvalue()))
    assert set(g.nodes) == ids
    assert set(g.edges) == {(a, b) for a, b in [("B", "A"), ("C", "B"), ("C", "A"), ("C", "C")] if {a, b} <= ids}


def test_counts_are_those_of_the_whole_graph():
    """A work alone still says how many works of the graph cite it."""
    out = io.BytesIO()
    three().export("gexf", out, select="A")
    assert nx.read_gexf(io.BytesIO(out.getvalue())).nodes["A"]["citations_held"] == 2


def test_a_metric_misspelt_is_named():
    """Of a number after a colon, what stands before it is a metric."""
    with pytest.raises(UnknownName, match="pagrank") as raised:
        three().export("ris", io.BytesIO(), select="pagrank:20")
    assert "pagerank" in raised.value.near


@pytest.mark.parametrize("select", ["search:zzz", "nobody 1999"])
def test_a_selection_of_nothing_is_said(select):
    """Nothing selected, nothing written."""
    out = io.BytesIO()
    with pytest.raises(NothingFound):
        three().export("bibtex", out, select=select)
    assert not out.getvalue()


def test_a_cut_list_is_not_called_whole(graph):  # noqa: F811
    """A complete list that loses citations by a selection is PARTIAL, in the graph and in its records, with its length."""
    chosen = selected(graph, ["a b%20c", "lone"])
    assert chosen.works.loc["a b%20c", "outcome"] == "PARTIAL"
    (retrieval,) = chosen.provenance.store.retrievals()
    assert (retrieval.outcome, retrieval.reported) == (Outcome.PARTIAL, 1)
    whole = selected(graph, ["a b%20c", "0001001"])
    (retrieval,) = whole.provenance.store.retrievals()
    assert (retrieval.outcome, retrieval.reported) == (Outcome.COMPLETE, None)
    assert [c for c in whole.provenance.store.citations() if c.citing != c.cited] == CITATIONS[1:]


def test_a_retraction_known_by_its_notice_stays(tmp_path):
    """A work that a notice retracts is retracted in a selection without the notice, too."""
    works = [
        Work(id="doi:10.1000/a", identifiers=("doi:10.1000/a",), title="Old", source="s"),
        Work(id="n", title="Retraction", source="s", facts=(Fact("retracts", "doi:10.1000/a", "s"),)),
    ]
    with Store.create(tmp_path / "graph.sqlite", name="g") as store:
        with Writer.open(store.path, "test") as writer:
            writer.add(Batch(works=works))
        graph = Workspace(tmp_path, store).graph
        assert b"Retracted" in exported(graph, "bibtex")
        assert b"Retracted" in exported(selected(graph, ["doi:10.1000/a"]), "bibtex")


def test_every_work_selected_is_the_whole_store(graph):  # noqa: F811
    """N-Triples of all works, chosen one by one, are those of the graph."""
    assert exported(selected(graph, graph.ids), "nt") == exported(graph, "nt")


def test_a_query_selects_its_works(graph):  # noqa: F811
    """Every work among the answers is meant; a query that selects none is refused."""
    pages = Pages(Workspace(graph.provenance.folder, graph.provenance.store))
    out = io.BytesIO()
    pages.export("csl", out, select="query:SELECT ?w { ?w a fabio:Expression ; dcterms:title ?t }")
    assert [item["id"] for item in json.loads(out.getvalue())] == ["0001001"]
    with pytest.raises(InputError, match="SELECT"):
        pages.export("csl", out, select="query:ASK { ?w cito:cites ?t }")


def test_the_command_selects(here, kg_here):
    """--select may be given several times; the file is a reading list."""
    kg_here("ingest", str(load_list(here)), "--graph", "one")
    kg_here("export", "ris", "out.ris", "--graph", "one", "--select", "Lewis 1988", "--select", "era:2002-2002")
    assert sorted(
        line[6:].strip() for line in (here / "out.ris").read_text().splitlines() if line.startswith("ID")
    ) == ["b", "c"]


def test_a_table_that_names_a_work_which_is_not_there_is_refused(tmp_path, kg_here):
    """Citations, lists and concepts of works that works.csv lacks: one line that names the work, nothing kept."""
    (tmp_path / "edges.csv").write_text("citing,cited\na,b\n", encoding="utf-8")
    kg_here("ingest", "edges.csv", graph="./g")
    for table, row in (
        ("citations", "zz,b,edges.csv,,1,,,"),
        ("lists", "zz,references,COMPLETE,edges.csv,,"),
        ("concepts", "zz,task,t,s,"),
    ):
        kg_here("export", "csv", "tables", "--force", graph="./g")
        with (tmp_path / "tables" / f"{table}.csv").open("a", encoding="utf-8") as file:
            file.write(f"{row}\n")
        run = kg_here("ingest", "tables", graph="./h", code=2)
        assert "'zz' is no work of works.csv" in run.err
        assert not (tmp_path / "h").exists()
