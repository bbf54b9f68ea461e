"""Formats without reference lists (RIS, PubMed, Zotero, CSL as YAML), Pajek networks, and how files are recognised."""

import gzip
import json
import re
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.facts import Fact
from kg.ingest.detect import recognise
from kg.ingest.readers.csl import read_csl
from kg.ingest.readers.pajek import read_pajek
from kg.ingest.readers.ris_nbib_wos import read_nbib, read_ris
from kg.ingest.readers.zotero import read_zotero
from kg.model import Batch, Work
from kg.plugins import load
from kg.text import name_key, surname, title_key


def plain(work: Work) -> Work:
    """A work without what only its entry in a file says."""
    return Work(**{field.name: getattr(work, field.name) for field in fields(Work)})


def read(reader, path: Path, text: str, **options) -> Batch:
    """The one batch of a small file."""
    path.write_text(text, encoding="utf-8", newline="")
    (batch,) = reader(path, source="x", **options)
    return batch


RIS = """TY  - JOUR\r
AU  - Todd, P. M.\r
TI  - A connectionist approach\r
PY  - 1989\r
DA  - 1989/12/31/\r
DO  - 10.2307/3679551\r
JO  - Computer Music Journal\r
N1  - Export Date: today; Cited By: 18\r
ER  - \r

\rTY - CONF
A1 - Lewis, J. P.
T1 - Creation by refinement
 and gradient descent
Y1 - 1988
UR - https://doi.org/10.1109/ICNN.1988.23933

TY  - BOOK
ID  - mine
AU  - Nobody
ER  -
"""


def test_ris_records_are_read_one_by_one(tmp_path):
    """Line ends of every kind, one blank before the dash, a missing end mark, which is listed, as is a record without title."""
    batch = read(read_ris, tmp_path / "x.ris", RIS)
    first, second = batch.works
    assert (first.id, first.date, first.reported_citations) == ("doi:10.2307/3679551", "1989-12-31", 18)
    assert (second.title, second.year) == ("Creation by refinement and gradient descent", 1988)
    assert second.identifiers == ("doi:10.1109/icnn.1988.23933",)
    assert (batch.records, [remark.where for remark in batch.remarks]) == (3, ["x.ris line 12", "x.ris line 19"])
    with pytest.raises(InputError, match="line 12"):
        list(read_ris(tmp_path / "x.ris", source="x", strict=True))


def test_pubmed_records(tmp_path):
    """Long lines go on indented; DOI from its tag, day from the date of publication."""
    text = (
        "\nPMID- 26524502\nDP  - 2016 Jan 15\nTI  - Survey of\n      transporters.\nLID - 10.1016/j.gene.2015 [doi]\nLID - S0378 [pii]\n"
        "AB  - text\n      more text\nFAU - Gadzalski, Marek\nAU  - Gadzalski M\nTA  - Gene\n\nPMID- 2\nTI  - Other\nAU  - Abe S\nDP  - 1990\n"
    )
    batch = read(read_nbib, tmp_path / "x.nbib", text)
    assert list(map(plain, batch.works)) == [
        Work(id="pmid:26524502", title="Survey of transporters", authors=("Gadzalski, Marek",), year=2016, date="2016-01-15",
             venue="Gene", identifiers=("pmid:26524502", "doi:10.1016/j.gene.2015"), source="x"),
        Work(id="pmid:2", title="Other", authors=("Abe, S",), year=1990, identifiers=("pmid:2",), source="x"),
    ]  # fmt: skip


def test_minted_ids_are_the_same_in_every_file(tmp_path):
    """Without an identifier a work is named by first author, year and title, whatever the file and its spelling."""
    names = [
        read(read_ris, tmp_path / name, f"TY  - JOUR\nAU  - Todd, Peter\nTI  - {title}\nPY  - 1989\nER  - \n")
        .works[0]
        .id
        for name, title in (("a.ris", "A Sequential Network"), ("b.ris", "A sequential network."))
    ]
    assert names[0] == names[1]
    assert names[0].startswith("todd1989-")


NET = """*Network n
*Vertices 4
1 "KROTO-HW-1985-V318-P162" 0.1 0.2 ellipse
2 "ASHBY-N-1986-V54-P776"
3 B-X-1990-V1-P1
% a remark
*Arcs :1 "cites"
{}
*Edges
1 3
"""


def test_pajek_networks(tmp_path):
    """Labels are ids, arcs go citing -> cited, repeated ones are counted, and what is no arc is listed."""
    batch = read(read_pajek, tmp_path / "x.net", NET.format("2 1 1\n3 2 1\n3 2\n4 4\n2 9"))
    assert [work.id for work in batch.works] == [
        "KROTO-HW-1985-V318-P162",
        "ASHBY-N-1986-V54-P776",
        "B-X-1990-V1-P1",
        "4",
    ]
    assert [work.year for work in batch.works] == [1985, 1986, 1990, None]
    assert {(c.citing[:5], c.cited[:5], c.times) for c in batch.citations} == {
        ("ASHBY", "KROTO", 1),
        ("B-X-1", "ASHBY", 2),
        ("4", "4", 1),
    }
    assert (batch.records, batch.duplicates, batch.loops, len(batch.retrievals)) == (6, 1, 1, 3)
    assert [remark.where for remark in batch.remarks] == ["x.net line 12", "x.net line 14"]
    with pytest.raises(InputError, match="line 12"):
        list(read_pajek(tmp_path / "x.net", source="x", strict=True))


def test_pajek_arcs_drawn_from_old_to_new_are_turned_round(tmp_path):
    """Batagelj draws u -> v where v cites u: the years in the labels show it, and it is listed."""
    batch = read(read_pajek, tmp_path / "x.net", NET.format("1 2\n1 3"))
    assert {(c.citing[:5], c.cited[:5]) for c in batch.citations} == {("ASHBY", "KROTO"), ("B-X-1", "KROTO")}
    assert "2 of 2 dated arcs" in batch.remarks[-1].reason


@pytest.mark.parametrize("text", ["*Vertices 4 2\n*Arcs\n1 2\n", "*Vertices 2\n*Edges\n1 2\n", "*Vertices 2\n"])
def test_pajek_files_without_arcs_are_refused(tmp_path, text):
    """Two kinds of vertices, lines without direction, or none at all: nothing of a citation network."""
    with pytest.raises(InputError):
        read(read_pajek, tmp_path / "x.net", text)


def test_csl_as_yaml(tmp_path):
    """The same items as JSON, dates as lists of parts; nothing but texts is made of it."""
    text = "---\nreferences:\n- id: a\n  title: One\n  author:\n    - family: Todd\n      given: Peter\n  issued:\n    - year: 1989\n      month: 2\n      day: 3\n"
    batch = read(read_csl, tmp_path / "x.yaml", text)
    assert recognise(tmp_path / "x.yaml") == "csl"
    assert list(map(plain, batch.works)) == [
        Work(id="a", title="One", authors=("Todd, Peter",), year=1989, date="1989-02-03", source="x")
    ]
    with pytest.raises(InputError, match="not valid JSON or YAML"):
        read(read_csl, tmp_path / "x.yaml", "- id: !!python/object:os.system []\n  - x: [")


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:bib="http://purl.org/net/biblio#"
 xmlns:foaf="http://xmlns.com/foaf/0.1/">
<bib:Article rdf:about="http://a.org/1"><z:itemType>journalArticle</z:itemType><dcterms:isPartOf rdf:resource="urn:issn:1"/>
<bib:editors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Ed</foaf:surname></foaf:Person></rdf:li></rdf:Seq></bib:editors>
<bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Todd</foaf:surname><foaf:givenName>Peter</foaf:givenName></foaf:Person>
</rdf:li></rdf:Seq></bib:authors><dc:date>December 1989</dc:date><dc:title>One</dc:title></bib:Article>
<bib:Journal rdf:about="urn:issn:1"><dc:title>J</dc:title><dc:identifier>DOI 10.1000/X</dc:identifier></bib:Journal>
<bib:Report rdf:about="#item_2"><z:itemType>report</z:itemType><dc:title>Two</dc:title></bib:Report>
<z:Attachment rdf:about="#item_3"><z:itemType>attachment</z:itemType><dc:title>PDF</dc:title></z:Attachment>
</rdf:RDF>"""


def test_zotero_rdf(tmp_path):
    """Authors before editors, journal and DOI from what the item is part of; attachments are no works."""
    batch = read(read_zotero, tmp_path / "x.rdf", RDF)
    one, two = batch.works
    assert plain(one) == Work(
        id="http://a.org/1",
        title="One",
        authors=("Todd, Peter",),
        year=1989,
        venue="J",
        identifiers=("doi:10.1000/x",),
        source="x",
        facts=(Fact("type", "article", "x"),),
    )
    assert (two.type, two.retracted) == ("report", None)
    assert two.id.startswith("cited-")
    for broken in (RDF[:500], '<!DOCTYPE x [<!ENTITY a "b">]>' + RDF, '{"items": [{"itemType": 1, "creators": [{}]}]}'):
        with pytest.raises(InputError):
            read(read_zotero, tmp_path / "y.rdf", broken)


EXPORTS = {
    "biblatex": "biblatex.bib.gz",
    "json": "better-bibtex-json.json.gz",
    "csl-yaml": "better-csl-yaml.yaml.gz",
    "rdf": "zotero.rdf.gz",
    "bib": "better-biblatex.biblatex.gz",
}


@pytest.fixture(scope="module")
def library(shared) -> dict[str, list[Work]]:
    """One Zotero library as each of its exports tells it."""
    found = {}
    for name, file in EXPORTS.items():
        path = shared / "data" / "inputs" / "zotero-accord" / file
        batches = list(load("reader", recognise(path))(path, source=name))
        found[name] = [work for batch in batches for work in batch.works]
        assert sum(batch.records for batch in batches) == (856 if name == "bib" else 535)
        assert len({work.id for work in found[name]}) == len(found[name])
    return found


def titled(works: list[Work]) -> dict[str, Work]:
    """Works by title, as far as titles compare: without case, accents and punctuation."""
    return {title_key(work.title): work for work in works}


def first_author(work: Work) -> str:
    """The family name of the first author, for comparison."""
    return name_key(surname(work.authors[0])) if work.authors else ""


def test_exports_of_one_library_hold_the_same_works(library):
    """The four exports of one day agree on every work: title, identifiers, year and, but for two works, first author.

    Legitimate differences: RDF has no citation keys, so that two items entered twice are one work each; BibTeX lists as
    authors what is an editor elsewhere, and CSL knows no authors of software.
    """
    assert {name: len(works) for name, works in library.items()} == {
        "biblatex": 535,
        "json": 535,
        "csl-yaml": 535,
        "rdf": 533,
        "bib": 856,
    }
    truth = titled(library["json"])
    differing = {}
    for name in ("biblatex", "csl-yaml", "rdf"):
        works = titled(library[name])
        assert works.keys() == truth.keys(), name
        assert [t for t, w in works.items() if set(w.identifiers) != set(truth[t].identifiers)] == [], name
        assert [t for t, w in works.items() if w.year != truth[t].year] == [], name
        differing[name] = {t for t, w in works.items() if first_author(w) != first_author(truth[t])}
    assert differing == {"biblatex": set(), "csl-yaml": {"reccon21 by realestatecore"}, "rdf": set()}
    keys = [{work.id for work in library[name]} for name in ("biblatex", "json", "csl-yaml")]
    assert keys[0] == keys[1] == keys[2]


@pytest.mark.parametrize("name", ["biblatex", "bib"])
def test_real_bibliographies_leave_no_trace_of_tex(library, name: str):
    """In titles and names; letters with accents are there."""
    text = " ".join(work.title + " ".join(work.authors) for work in library[name])
    assert not set(text) & set("\\{}")
    assert any("ü" in author for work in library[name] for author in work.authors)


def test_the_export_of_another_day_tells_the_same_of_what_both_hold(library):
    """The fifth, larger export shares 507 keys; under a key they share, title and first author are those of the others, but for one that got another title."""
    truth = {work.id: work for work in library["json"]}
    shared_keys = [work for work in library["bib"] if work.id in truth]
    assert len(shared_keys) == 507
    retitled = [w.id for w in shared_keys if title_key(w.title) != title_key(truth[w.id].title)]
    assert retitled == ["rognoniAutomatedCodeChecking2021"]
    assert sum(first_author(w) != first_author(truth[w.id]) for w in shared_keys) <= 2
    assert len(titled(library["bib"]).keys() & titled(library["json"]).keys()) == 520


def test_exports_that_are_not_read_hold_the_same_works_too(library, shared):
    """Keys, drawing and Turtle of the library, taken apart by hand, name the works that the read exports hold: none is lost."""

    def text(name: str) -> str:
        return gzip.decompress((shared / "data/inputs/zotero-accord" / name).read_bytes()).decode()

    keys = {work.id for work in library["json"]}
    assert set(re.findall(r"[^{},\s]+", text("better-citation-key.txt.gz").removeprefix("\\cite"))) == keys
    drawn = dict(re.findall(r'label="([^"\\]+)\\n“(.*?)”(?:\\n|")', text("citation-graph.dot.gz")))
    assert drawn.keys() == keys
    held = {work.id: title_key(work.title) for work in library["json"]}
    assert [key for key, title in drawn.items() if title_key(title) != held[key]] == []
    told = {title_key(json.loads(t)) for t in re.findall(r'dc:title\s+("(?:[^"\\]|\\.)*")', text("zotero.ttl.gz"))}
    assert set(held.values()) - told == set()
    kinds = Counter(re.findall(r"<z:itemType>(\w+)<", text("zotero.rdf.gz")))
    assert (kinds.total(), kinds["attachment"], kinds["note"]) == (587, 51, 1)
    assert kinds.total() - kinds["attachment"] - kinds["note"] == len(keys) == 535


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.ris", "\ufeffTY  - JOUR\nTI  - T\n", "ris"),
        ("a.txt", "\nPMID- 1\nTI  - T\n", "nbib"),
        ("a.txt", "FN Clarivate\nVR 1.0\nPT J\n", "wos"),
        ("a.net", "*Vertices 2\n1 a\n", "pajek"),
        ("a.rdf", RDF, "zotero"),
        ("a.htm", "<BODY><SCRIPT>function opeNod (a) {}</SCRIPT>", "histcite"),
        ("a.json", '{"collections": {}, "items": [{"itemType": "book"}]}', "zotero"),
        ("a.csv", '\ufeff"Authors","Title","Year","EID"\n', "scopus"),
        ("a.csv", "AU,TI,PY,UT,CR\n", "bibliometrix"),
        ("a.json", json.dumps([{"id": "https://openalex.org/W1", "referenced_works": []}]), "openalex"),
        ("a.json", json.dumps([{"id": "x", "type": "book", "title": "T"}]), "csl"),
        ("a.csv", "citing,cited\na,b\n", "edges"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_formats_are_recognised_by_content(tmp_path, name, text, kind, packed):
    """Each format by what is in it, gzipped or not."""
    path = tmp_path / (name + ".gz" if packed else name)
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert recognise(path) == kind


REFUSED = {
    "crossref/rcrossref-cr_r.yml.gz": "recording of web requests",
    "crossref/rcrossref-cr_works.yml.gz": "recording of web requests",
    "labelled-references/core.xml.gz": "cannot recognise the format",
    "opencitations/lookup_full.csv": "no columns citing and cited",
    "s2ag-shards/authors/authors-sample.jsonl.gz": "not a list of works",
    "s2ag-shards/paper-ids/paper-ids-sample.jsonl.gz": "not a list of works",
    "s2ag-shards/publication-venues/publication-venues-sample.jsonl.gz": "not a list of works",
    "zotero-accord/better-citation-key.txt.gz": "citation keys",
    "zotero-accord/bibliontology.rdf.gz": "Bibliontology",
    "zotero-accord/citation-graph.dot.gz": "DOT",
}


def test_every_real_input_is_read_or_refused_with_a_reason(shared):
    """No file of the real inputs is beyond recognition: each has a kind, or a reason and a hint."""
    inputs = shared / "data" / "inputs"
    refused = {}
    for path in sorted(inputs.rglob("*")):
        if path.is_file() and path.name != "README.txt":
            try:
                recognise(path)
            except InputError as error:
                refused[str(path.relative_to(inputs))] = error
    assert refused.keys() == REFUSED.keys()
    for name, error in refused.items():
        assert REFUSED[name] in error.message
        assert error.hint
