"""Other programs read all of an export: rdflib, rapper and pyld give the triples that kg wrote, and pyshacl nothing to report."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from test_rdf_model import hostile, validated
from test_round_trips import written

import kg
from kg.library.graph import Graph, open_graph
from kg.terms import term

Read = Iterable[tuple[str, str, str, str]]
JSON, STRING, DOUBLE, SPAN = map(term, ("rdf:JSON", "xsd:string", "xsd:double", "xsd:duration"))


def lines(path: Path) -> Read:
    """The triples of a file of N-Triples, by Oxigraph: subject, predicate, object and its datatype."""
    for quad in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES):
        value = quad.object
        yield (
            quad.subject.value,
            quad.predicate.value,
            value.value,
            getattr(getattr(value, "datatype", None), "value", ""),
        )


def by_rdflib(path: Path) -> Read:
    """The triples that rdflib reads of a file."""
    names = {".nt": "nt", ".ttl": "turtle", ".jsonld": "json-ld"}
    for s, p, o in rdflib.Graph().parse(path, format=names[path.suffix]):
        yield str(s), str(p), str(o), str(o.datatype or STRING) if isinstance(o, rdflib.Literal) else ""


def by_rapper(path: Path) -> Read:
    """The triples that rapper reads of a file."""
    name = {".nt": "ntriples", ".ttl": "turtle"}[path.suffix]
    out = path.with_suffix(".rapper")
    with out.open("wb") as file:
        done = subprocess.run(
            ["rapper", "-q", "-i", name, "-o", "ntriples", path], stdout=file, stderr=subprocess.PIPE, check=True
        )
    assert done.stderr == b""
    return lines(out)


def by_pyld(path: Path) -> Read:
    """The triples that pyld reads of a file of JSON-LD."""
    from pyld import jsonld

    for triple in jsonld.to_rdf(json.loads(path.read_text(encoding="utf-8")))["@default"]:
        value = triple["object"]
        yield triple["subject"]["value"], triple["predicate"]["value"], value["value"], value.get("datatype", "")


def seen(triples: Read) -> set[int]:
    """A hash of each triple; of JSON, doubles and spans of no time by their values, which some readers write in their own way."""

    def value(text: str, kind: str) -> str:
        if kind == JSON:
            return json.dumps(json.loads(text))
        return f"{float(text):.12g}" if kind == DOUBLE else "P0D" if (text, kind) == ("P0Y", SPAN) else text

    return {hash((s, p, value(o, kind), kind)) for s, p, o, kind in triples}


READERS = [(by_rdflib, "nt"), (by_rdflib, "ttl"), (by_rdflib, "jsonld"), (by_rapper, "nt"), (by_rapper, "ttl"), (by_pyld, "jsonld")]  # fmt: skip


def reads_all(graph: Graph, tmp_path: Path, reader: Callable[[Path], Read], format_: str) -> None:
    """A reader gives the triples of an export in one form, as Oxigraph reads its N-Triples."""
    if reader is by_rapper and not shutil.which("rapper"):
        pytest.skip("rapper is not installed (Debian's raptor2-utils)")
    for name in {"nt", format_}:
        graph.export(name, tmp_path / f"x.{name}")
    found = seen(reader(tmp_path / f"x.{format_}"))
    assert found == seen(lines(tmp_path / "x.nt"))
    assert len(found) > graph.info().facts["citations"]


@pytest.mark.parametrize(("reader", "format_"), READERS)
def test_a_hostile_graph_is_read_whole(tmp_path: Path, reader: Callable[[Path], Read], format_: str):
    """Whatever is in its ids and texts."""
    reads_all(written(tmp_path / "g", hostile()), tmp_path, reader, format_)


LONG = ((by_rapper, "ttl"),)


@pytest.mark.parametrize(
    ("reader", "format_"),
    [pytest.param(*case, marks=pytest.mark.long if case in LONG else pytest.mark.nightly) for case in READERS],
)
def test_the_bundled_graph_is_read_whole(tmp_path: Path, reader: Callable[[Path], Read], format_: str):
    """All of its triples, more than 600,000."""
    reads_all(kg.open_graph("bundled"), tmp_path, reader, format_)


@pytest.mark.nightly
def test_the_shapes_report_nothing_of_the_bundled_graph(tmp_path: Path):
    """With full provenance, and the scores, eras and verdicts that are added where asked for."""
    kg.open_graph("bundled").export("nt", tmp_path / "x.nt", scores="beauty")
    assert validated(rdflib.Graph().parse(tmp_path / "x.nt")) == ""


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["aan", "hep-th"])
def test_real_graphs_are_read_whole_and_the_shapes_report_nothing(tmp_path: Path, shared: Path, name: str):
    """A million triples and 2.7 million."""
    folder = shared / "data" / name
    kg.ingest(folder / "edges.csv.gz", works=folder / "nodes.csv.gz", graph=f"{tmp_path}/g", from_="none")
    for reader, format_ in READERS:
        reads_all(open_graph(f"{tmp_path}/g"), tmp_path, reader, format_)
    assert validated(rdflib.Graph().parse(tmp_path / "x.nt")) == ""
