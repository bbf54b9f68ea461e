"""Pages and files name Semantic Scholar, as its licence asks, when and only when the graph holds its data."""

from importlib.util import find_spec
from pathlib import Path

import pytest

import kg
from kg import plugins
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.library.graph import Graph
from kg.model import Batch, Citation, Outcome, Retrieval, Work

LINE = "Data: Semantic Scholar, https://www.semanticscholar.org/?utm_source=api"
ADDRESS = LINE.rpartition(" ")[2]
HOLDS = {
    "s2": "semantic-scholar",
    "corpus": "corpus:semantic-scholar/2026",
    "other": "openalex",
    "open": "corpus:openalex/2026",
}
LINES = {"s2": LINE, "corpus": LINE.replace(",", " (ODC-BY 1.0),")}


def made(folder: Path, name: str) -> Graph:
    """A graph of two works whose citation comes from a source."""
    works = [
        Work(id=id_, title=f"Work {id_}", year=year, source=HOLDS[name]) for id_, year in (("a", 1988), ("b", 2016))
    ]
    (folder / name).mkdir()
    with Store.create(folder / name / "graph.sqlite", name=name) as store, Writer.open(store.path, "test") as writer:
        writer.add(Batch(works=works, citations=[Citation(citing="b", cited="a", source=HOLDS[name])]))
    return kg.open_graph(str(folder / name))


@pytest.mark.parametrize("name", HOLDS)
@pytest.mark.parametrize("form", [f for f in plugins.names("exporter") if f not in ("csl", "ris", "sha256")])
def test_exports_name_it(name: str, form: str, tmp_path: Path):
    """In the file where the format has a place for it (a hash holds no data), else in a README.txt in the folder; a second export says it once."""
    if form == "parquet" and not find_spec("pyarrow"):
        pytest.skip("no pyarrow")
    graph, out = made(tmp_path, name), tmp_path / "out"
    for _ in range(2):
        graph.export(form, out)
    files = [out] if out.is_file() else [path for path in out.rglob("*") if path.is_file()]
    found = b"".join(path.read_bytes() for path in files).count(ADDRESS.encode())
    assert bool(found) == (name in LINES)
    if not out.is_file():
        assert found == (name in LINES)


def test_rdf_says_the_licence_of_a_catalogue_read_from_disk(tmp_path: Path):
    """ODC-BY of a corpus of Semantic Scholar, CC0 of one of OpenAlex."""
    for name, licence in (("corpus", "licenses/ODC-By-1.0>"), ("open", "publicdomain/zero/1.0/>")):
        made(tmp_path, name).export("nt", tmp_path / "out.nt")
        assert licence in (tmp_path / "out.nt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name == "s2" else pytest.mark.long) for name in HOLDS])
def test_pages_name_it(name: str, tmp_path: Path):
    """Map, report and all forms of a dossier, also of the graph as of a year."""
    graph = made(tmp_path, name)
    for stand in (graph, graph.as_of(2020)):
        dossier = stand.dossier("a")
        pages = [stand.map(), stand.report(), dossier.to_html(), dossier.to_markdown(), str(dossier)]
        assert [ADDRESS in page for page in pages] == [name in LINES] * 5
        assert dossier.as_dict()["attribution"] == LINES.get(name, "")


@pytest.mark.parametrize("name", HOLDS)
def test_commands_say_it_where_a_format_cannot(name: str, tmp_path: Path, kg_here):
    """`kg export` names it on stderr, beside every format."""
    made(tmp_path, name)
    for words in (["csl"], ["ris", "list.ris"]):
        run = kg_here("export", *words, graph=str(tmp_path / name))
        assert (LINES.get(name, LINE) in run.err.splitlines()) == (name in LINES)
        assert ADDRESS not in run.out


def test_a_source_that_only_failed_is_not_named(tmp_path: Path):
    """A list that did not come is no data of its source; one that is empty is."""
    made(tmp_path, "other")
    for outcome, line in ((Outcome.FAILED, ""), (Outcome.EMPTY, LINE)):
        with Writer.open(tmp_path / "other" / "graph.sqlite", "test") as writer:
            asked = Retrieval(work="a", list="citations", outcome=outcome, source="semantic-scholar")
            writer.add(Batch(retrievals=[asked]))
        graph = kg.open_graph(str(tmp_path / "other"))
        assert graph.provenance.attribution == line
