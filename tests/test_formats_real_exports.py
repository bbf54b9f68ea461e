"""Real export files: each is recognised and read whole."""

import csv
import gzip
from collections import Counter

import pytest
from test_formats_exports import pairs

from kg.graph.writer import Writer
from kg.ingest.detect import recognise
from kg.ingest.readers.histcite import read_histcite
from kg.ingest.readers.ris_nbib_wos import read_wos
from kg.ingest.readers.scopus_tables import read_bibliometrix, read_scopus
from kg.model import Outcome
from kg.plugins import load

#: file -> kind, records, works that are no stubs, citations, those between records
FILES = {
    "wos/batagelj.WoS": ("wos", 36, 36, 462, 35),
    "wos/metaknowledge-testFile.isi": ("wos", 34, 34, 881, 32),
    "wos/metaknowledge-ManyAuthors.isi.gz": ("wos", 500, 500, 40304, 792),
    "wos/savedrecs_JOI1.txt": ("wos", 500, 500, 16294, 1141),
    "scopus/cre-scopus-with-references.csv.gz": ("scopus", 193, 193, 6691, 855),
    "scopus/litstudy-scopus.csv": ("scopus", 58, 58, 2450, 27),
    "scopus/scopus-truss2.csv": ("scopus", 118, 117, 3590, 410),
    "bibliometrix/garfield.csv.gz": ("bibliometrix", 219, 219, 1377, 63),
    "bibliometrix/isiCollection.csv.gz": ("bibliometrix", 329, 329, 7349, 0),
    "bibliometrix/scientometrics.csv.gz": ("bibliometrix", 147, 147, 5816, 0),
    "bibliometrix/scopusCollection.csv.gz": ("bibliometrix", 487, 486, 13214, 241),
    "opencitations/citations_data.csv": ("opencitations", 6, 5, 6, 0),
    "opencitations/croci_citations.csv": ("opencitations", 13, 1, 13, 0),
    "opencitations/crossref_citations.csv": ("opencitations", 40, 2, 40, 0),
    "opencitations/doci_citations.csv": ("opencitations", 10, 1, 10, 0),
    "opencitations/noci_citations.csv": ("opencitations", 10, 10, 10, 0),
    "openalex/works-pat.json": ("openalex", 228, 228, 0, 0),
    "openalex/works-tu9-410.json.gz": ("openalex", 410, 410, 2478, 0),
    "crossref/crossref_dump.json": ("crossref", 5, 5, 43, 2),
    "s2orc/metadata-sample.jsonl.gz": ("s2orc", 1000, 1000, 6062, 4),
    "s2ag-shards/papers/papers-sample.jsonl": ("s2orc", 100, 100, 0, 0),
    "s2ag-shards/citations/citations-sample.jsonl": ("s2orc", 100, 77, 77, 0),
    "s2ag-shards/s2orc/s2orc-sample.jsonl.gz": ("s2orc", 3, 3, 113, 0),
    "histcite-html/kroto.htm.gz": ("histcite", 3244, 3244, 560, 560),
    "ris/litstudy-example.ris": ("ris", 25, 25, 0, 0),
    "ris/scopus-truss2.ris": ("ris", 118, 117, 0, 0),
    "pubmed-medline/medline_test.nbib.gz": ("nbib", 175, 175, 0, 0),
}  # fmt: skip


LARGE = {"wos/metaknowledge-ManyAuthors.isi.gz", "bibliometrix/scopusCollection.csv.gz", "wos/savedrecs_JOI1.txt"}


@pytest.mark.parametrize("name", [pytest.param(f, marks=pytest.mark.long) if f in LARGE else f for f in FILES])
def test_real_files(name, shared):
    """Every real export is recognised and read whole: each record a work, a duplicate or listed; each citation between works it brings."""
    path = shared / "data" / "inputs" / name
    kind, records, works, citations, inner = FILES[name]
    assert recognise(path) == kind
    (batch,) = load("reader", kind)(path, source=name)
    ids = {work.id for work in batch.works}
    full = {work.id for work in batch.works if not work.stub}
    assert len(ids) == len(batch.works)
    assert (batch.records, len(full), len(batch.citations)) == (records, works, citations)
    assert all(citation.citing in ids and citation.cited in ids for citation in batch.citations)
    assert sum(citation.citing in full and citation.cited in full for citation in batch.citations) == inner
    assert all(work.title or work.identifiers for work in batch.works)
    listed = Counter(citation.citing for citation in batch.citations)
    assert all(listed[retrieval.work] for retrieval in batch.retrievals if retrieval.outcome is Outcome.COMPLETE)


@pytest.mark.long
def test_the_largest_export(shared):
    """62,000 references of management research are read within seconds, and nearly all lists are whole."""
    (batch,) = read_bibliometrix(shared / "data/inputs/bibliometrix/management.csv.gz", source="x")
    assert (batch.records, len(batch.citations)) == (898, 61857)
    assert Counter(str(r.outcome) for r in batch.retrievals) == {"COMPLETE": 895, "EMPTY": 2, "PARTIAL": 1}


def test_histcite_links_are_citations_of_the_same_collection(shared):
    """All but 4 of the 560 citations read off the page are in the network of the same collection, written another day."""
    (batch,) = read_histcite(shared / "data/inputs/histcite-html/kroto.htm.gz", source="x")
    folder = shared / "data" / "kroto-c60"
    with (
        gzip.open(folder / "nodes.csv.gz", "rt", encoding="utf-8") as nodes,
        gzip.open(folder / "edges.csv.gz", "rt") as edges,
    ):
        labels = {row["id"]: row["long_label"] for row in csv.DictReader(nodes)}
        network = {(labels[row["citing"]], labels[row["cited"]]) for row in csv.DictReader(edges)}
    assert len(pairs(batch) & network) == 556
    assert len({work.id for work in batch.works} & set(labels.values())) == 3244


def test_scopus_in_both_formats_holds_the_same_works(shared):
    """The 117 works of one Scopus search are the same from CSV and from RIS; proceedings are none."""
    inputs = shared / "data" / "inputs"
    (table,) = read_scopus(inputs / "scopus/scopus-truss2.csv", source="x")
    (ris,) = load("reader", "ris")(inputs / "ris/scopus-truss2.ris", source="x")
    told = [
        sorted((w.title, w.year, [i for i in w.identifiers if i.startswith("doi:")]) for w in b.works if not w.stub)
        for b in (table, ris)
    ]
    assert told[0] == told[1]
    assert {w.reported_citations for w in table.works} - {None, 0} == {w.reported_citations for w in ris.works} - {
        None,
        0,
    }


def test_an_export_in_the_store(shared, tmp_path):
    """What an export brings is what the store then holds, stubs and outcomes included; a second reading adds nothing."""
    (batch,) = read_wos(shared / "data/inputs/wos/batagelj.WoS", source="wos")
    with Writer.open(tmp_path / "graph.sqlite", "test") as writer:
        for _ in range(2):
            writer.add(batch)
            assert writer.store.counts() == (36 + 351, 462)
            assert writer.store.outcome_counts() == {"COMPLETE": 35, "UNKNOWN": 352}
