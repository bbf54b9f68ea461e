"""What kg exports it reads back as the same graph, whatever is in it: one content, one hash, the same bytes."""

import random
from dataclasses import replace

import pytest
from test_rdf_model import hostile

import kg
from kg.errors import InputError
from kg.graph.folder import Workspace
from kg.graph.writer import Writer
from kg.ingest.readers.rdf import read_rdf
from kg.library.graph import open_graph
from kg.model import Batch, Concept, Outcome, Resolution, Retrieval, Work
from kg.output.rdf.serialise import content_hash
from kg.output.rdf.triples import ntriples

FORMATS = ("csv", "nt", "ttl", "jsonld")


def written(folder, *batches):
    """A graph of these batches in a folder."""
    folder.mkdir(parents=True)
    with Writer.open(folder / "graph.sqlite", "test", name="g") as writer:
        writer.add(*batches)
    return open_graph(folder)


def store_of(graph):
    """The store of a graph."""
    return graph.provenance.store


def comes_back(graph, tmp_path, format_, known=None):
    """Export, ingest, compare; the second export has the same hash, which may be known, and the same lines."""
    out = tmp_path / f"out.{format_}"
    graph.export(format_, out)
    kg.ingest(out, graph=f"{tmp_path}/back-{format_}", from_="none")
    store, back = store_of(graph), Workspace.open(f"{tmp_path}/back-{format_}").store
    assert content_hash(back) == (known or content_hash(store)), sorted(
        set(ntriples(store, content=True)) ^ set(ntriples(back, content=True))
    )[:6]
    assert back.outcome_counts() == store.outcome_counts()
    assert back.counts() == store.counts()


@pytest.mark.parametrize("format_", FORMATS)
def test_a_hostile_graph_comes_back_as_it_was(tmp_path, format_):
    """Ids that end in dots, SICI DOIs, quotes, newlines, right-to-left and CJK text, sources, outcomes, claims, resolutions."""
    batch = hostile()
    if format_ == "csv":  # in which CR is LF
        batch.works = [replace(work, title=work.title.replace("\r\n", "\n")) for work in batch.works]
    comes_back(written(tmp_path / "g", batch), tmp_path, format_)


def test_names_and_earlier_ids_come_back(tmp_path):
    """A name of its own and the id of a work that was joined lead to the work in the graph that was read back, too."""
    works = [Work(id="a", title="One", source="x", identifiers=("doi:10.1/a", "name:long short term memory"))]
    works += [Work(id="old key", title="One", source="y", identifiers=("arxiv:1609.03499",))]
    works += [Work(id="a", title="One", source="x", identifiers=("arxiv:1609.03499",))]
    concept = Concept(work="old key", scheme="task", label="tagging", source="y", label_in_source="AT")
    graph = written(tmp_path / "g", Batch(works=works[:2], concepts=[concept]), Batch(works=works[2:]))
    assert list(store_of(graph).concepts()) == [replace(concept, work="a")]
    for format_ in FORMATS:
        comes_back(graph, tmp_path, format_)
        back = Workspace.open(f"{tmp_path}/back-{format_}").store
        assert [back.find_by_id(name).id for name in ("a", "old key", "arxiv:1609.03499")] == ["a"] * 3
        assert back.find_by_name("Long short-term memory").id == "a"


def test_the_order_of_ingest_does_not_matter(tmp_path):
    """The same records in another order have the same hash and the same bytes but for the runs; another record has another."""
    batch, other = hostile(), hostile()
    shuffle = random.Random(7).shuffle  # noqa: S311
    for records in (
        other.works,
        other.citations,
        other.retrievals,
        other.claims,
        other.concepts,
        other.resolutions,
        other.remarks,
    ):
        shuffle(records)
    one, two = written(tmp_path / "one", batch), written(tmp_path / "two", other)
    assert content_hash(store_of(one)) == content_hash(store_of(two))
    for graph, name in ((one, "one"), (two, "two")):
        for format_ in ("csv", "nt", "ttl", "jsonld", "sha256"):
            graph.export(format_, tmp_path / f"{name}.{format_}")
    for format_ in ("nt", "ttl", "jsonld", "sha256"):
        first, second = (
            (tmp_path / f"{name}.{format_}").read_text(encoding="utf-8").splitlines() for name in ("one", "two")
        )
        assert [line for line in first if "startedAtTime" not in line] == [
            line for line in second if "startedAtTime" not in line
        ]
    for file in (tmp_path / "one.csv").iterdir():
        assert file.read_bytes() == (tmp_path / "two.csv" / file.name).read_bytes(), file.name
    third = written(tmp_path / "three", replace(batch, citations=batch.citations[:-1]))
    assert content_hash(store_of(third)) != content_hash(store_of(one))


def test_half_a_character_is_refused(tmp_path):
    """A lone surrogate in a file is no text: the file is refused, in one line, and nothing is kept."""
    (tmp_path / "x.nt").write_bytes(b'<urn:a> <http://purl.org/dc/terms/title> "\xed\xa0\x80" .\n')
    (tmp_path / "x.ttl").write_text('<urn:a> <http://purl.org/dc/terms/title> "\\uD800" .\n', encoding="utf-8")
    for name in ("x.nt", "x.ttl"):
        with pytest.raises(InputError):
            kg.ingest(tmp_path / name, graph=f"{tmp_path}/g", from_="none")
    assert not (tmp_path / "g").exists()


def test_rdf_of_other_makers_is_read(tmp_path):
    """Works and citations in the terms of SPAR, by the web addresses of their identifiers; RDF without any is refused."""
    (tmp_path / "x.ttl").write_text(
        """@prefix cito: <http://purl.org/spar/cito/> . @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix foaf: <http://xmlns.com/foaf/0.1/> .
        <https://doi.org/10.1000/B> cito:cites <https://doi.org/10.1000/a> ; dcterms:title "New" ; dcterms:date "2016-05-06" ;
            dcterms:creator [ foaf:name "Roe, Ann" ] .""",
        encoding="utf-8",
    )
    done = kg.ingest(tmp_path / "x.ttl", graph=f"{tmp_path}/g", from_="none")
    assert done.total == {"works": 2, "citations": 1}
    new = Workspace.open(f"{tmp_path}/g").store.find_by_id("10.1000/b")
    assert (new.title, new.authors, new.year, new.source) == ("New", ("Roe, Ann",), 2016, "x.ttl")
    for name, text in (
        ("y.ttl", '<urn:a> <urn:b> "c" .'),
        ("z.ttl", "<urn:a> <urn:b> ."),
        ("w.jsonld", '{"@context": "https://no.example/"}'),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(InputError):
            kg.ingest(tmp_path / name, graph=f"{tmp_path}/h", from_="none")


@pytest.mark.parametrize(("year", "score", "known"), [("1989Z", "0.5", (1989, 0.5)), ("x", "high", (None, None))])
def test_numbers_that_others_edited_are_read_or_unknown(tmp_path, year, score, known):
    """A year may have a time zone (xsd:gYear); what is no number is unknown."""
    found = Resolution(text="Todd", status="resolved", id="a", score=0.25)
    graph = written(tmp_path / "g", Batch(works=[Work(id="a", year=1984)], resolutions=[found]))
    graph.export("nt", tmp_path / "x.nt")
    text = (tmp_path / "x.nt").read_text(encoding="utf-8")
    assert ('"1984"' in text, '"0.25"' in text) == (True, True)
    text = text.replace('"1984"', f'"{year}"').replace('"0.25"', f'"{score}"')
    (tmp_path / "x.nt").write_text(text, encoding="utf-8")
    ((first,),) = [[batch for batch in read_rdf(tmp_path / "x.nt", source="") if batch.works]]
    assert (first.works[0].year, first.resolutions[0].score) == known


def test_an_outcome_that_is_none_is_left_out_and_listed(tmp_path):
    """Whoever brings it: the store holds no list with it, and opens."""
    good, bad = (Retrieval(work="a", list="references", outcome=o, source=o) for o in (Outcome.EMPTY, "PERFECT"))
    graph = written(tmp_path / "g", Batch(works=[Work(id="a")], retrievals=[good, bad]))
    assert store_of(graph).outcome_counts() == {"EMPTY": 1}
    assert graph.info().facts["skipped"] == 1


def test_a_broken_table_is_refused_whole(tmp_path):
    """A cell that is no number, and a folder that is no graph, are one clear line; nothing is kept."""
    graph = written(tmp_path / "g", hostile())
    graph.export("csv", tmp_path / "out")
    table = tmp_path / "out" / "citations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",2,", ",two,"), encoding="utf-8")
    with pytest.raises(InputError, match=r"citations.csv: invalid row"):
        kg.ingest(tmp_path / "out", graph=f"{tmp_path}/back", from_="none")
    graph.export("csv", tmp_path / "lists")
    table = tmp_path / "lists" / "lists.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("COMPLETE", "PERFECT"), encoding="utf-8")
    with pytest.raises(InputError, match=r"lists.csv: invalid row .*PERFECT"):
        kg.ingest(tmp_path / "lists", graph=f"{tmp_path}/back", from_="none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        kg.ingest(tmp_path / "empty", graph=f"{tmp_path}/back", from_="none")
    assert not (tmp_path / "back").exists()


@pytest.fixture(scope="module")
def bundled_hash(bundled_graph) -> str:
    """The hash of the bundled graph."""
    return content_hash(store_of(bundled_graph))


@pytest.mark.parametrize(
    "format_",
    [pytest.param(name, marks=pytest.mark.long if name in ("csv", "ttl") else pytest.mark.nightly) for name in FORMATS],
)
def test_the_bundled_graph_comes_back(bundled_graph, bundled_hash, tmp_path, format_):
    """All of it: 23 PARTIAL lists among 2,092, names, notes, concepts and claims."""
    comes_back(bundled_graph, tmp_path, format_, bundled_hash)


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["aan", "hep-th"])
@pytest.mark.parametrize("format_", FORMATS)
def test_real_graphs_come_back(tmp_path, shared, name, format_):
    """Large edge lists with their tables of works."""
    folder = shared / "data" / name
    kg.ingest(folder / "edges.csv.gz", works=folder / "nodes.csv.gz", graph=f"{tmp_path}/g", from_="none")
    comes_back(open_graph(f"{tmp_path}/g"), tmp_path, format_)
