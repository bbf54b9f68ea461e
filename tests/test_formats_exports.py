"""Exports that bring their reference lists: Web of Science, Scopus, bibliometrix, OpenAlex, Crossref, S2ORC, HistCite."""

import json
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.ingest.detect import recognise
from kg.ingest.readers.cited_strings import parse_cited
from kg.ingest.readers.json_works import read_crossref, read_openalex, read_s2orc
from kg.ingest.readers.ris_nbib_wos import read_wos
from kg.ingest.readers.scopus_tables import read_bibliometrix, read_opencitations, read_scopus
from kg.ingest.readers.text_files import read_text
from kg.model import Batch
from kg.plugins import load


def read(reader, path: Path, text: str, **options) -> Batch:
    """The one batch of a small file."""
    path.write_text(text, encoding="utf-8")
    (batch,) = reader(path, source="x", **options)
    return batch


def pairs(batch: Batch) -> set[tuple[str, str]]:
    """Who cites whom."""
    return {(citation.citing, citation.cited) for citation in batch.citations}


def outcomes(batch: Batch) -> dict[str, str]:
    """How each reference list was retrieved."""
    return {retrieval.work: str(retrieval.outcome) for retrieval in batch.retrievals}


WOS = """FN Thomson Reuters Web of Science
VR 1.0
PT J
AU van Raan, AFJ
   Moed, H
TI Reading the tea
   leaves
SO SCIENTOMETRICS
NR 5
CR BATAGELJ V, 1992, SOC NETWORKS, V14, P63
   Batagelj V., 1992, SOC NETWORKS, V14, P63, DOI 10.1016/0378-8733(92)90014-X
   WATTS DJ, 1998, NATURE, V393, P440, DOI 10.1038/30918
   WATTS DJ, 1998, NATURE, V393, P440
   HALL M, 1998, J AM SOC INF SCI, V49, P7, DOI 10.1002/(SICI)1097-4571(19980401)49:4<327::AID-ASI4>3.0.CO;2-4
PD FEB 6
PY 2007
VL 3
BP 9
UT WOS:1
ER

PT J
AU BATAGELJ, V
TI DIRECT METHODS
CR VAN RAAN A. F. J., 2007, SCIENTOMETRICS, V3, P9
   [Anonymous], 1963, THESIS
NR 9
PY 1992
VL 14
BP 63
TC 4
UT WOS:2

PT J
TI NOTHING CITED
NR 0
PY 1990
UT WOS:3
ER

PT J
TI LIST NOT EXPORTED
NR 7
PY 1990
UT WOS:4
ER
EF
"""


def test_web_of_science_references_become_citations(tmp_path):
    """A cited record is told by author, year, volume and page; a text or a DOI cited twice is one stub; the lists are as whole as NR says."""
    batch = read(read_wos, tmp_path / "x.isi", WOS)
    works = {work.id: work for work in batch.works}
    first = works["WOS:1"]
    assert (first.title, first.authors) == ("Reading the tea leaves", ("van Raan, AFJ", "Moed, H"))
    assert (first.year, first.date, first.reported_references) == (2007, "2007-02-06", 5)
    sici = "doi:10.1002/(sici)1097-4571(19980401)49:4<327::aid-asi4>3.0.co;2-4"
    assert pairs(batch) >= {("WOS:1", "WOS:2"), ("WOS:2", "WOS:1"), ("WOS:1", "doi:10.1038/30918"), ("WOS:1", sici)}
    assert len(batch.citations) == 5
    assert {c.cited: c.times for c in batch.citations if c.times > 1} == {"WOS:2": 2, "doi:10.1038/30918": 2}
    assert (batch.duplicates, batch.records) == (2, 4)
    assert ["the record has no end" in remark.reason for remark in batch.remarks] == [True]
    stub = works["doi:10.1038/30918"]
    assert (stub.stub, stub.authors, stub.year) == (True, ("WATTS, DJ",), 1998)
    assert stub.title == "WATTS DJ, 1998, NATURE, V393, P440, DOI 10.1038/30918"
    assert outcomes(batch) == {"WOS:1": "COMPLETE", "WOS:2": "PARTIAL", "WOS:3": "EMPTY"}


def test_equal_places_name_no_record(tmp_path):
    """Two records of one author, year, volume and page: an entry that fits both becomes a stub."""
    twin = WOS.replace("UT WOS:4", "UT WOS:4\nAU BATAGELJ, V\nVL 14\nBP 63").replace(
        "TI LIST NOT EXPORTED\nNR 7\nPY 1990", "TI TWIN\nPY 1992"
    )
    assert {cited for citing, cited in pairs(read(read_wos, tmp_path / "x.isi", twin)) if citing == "WOS:1"}.isdisjoint(
        {"WOS:2", "WOS:4"}
    )


@pytest.mark.parametrize(
    ("text", "author", "year", "volume", "page"),
    [
        ("COLLINS H. M., 1985, CHANGING ORDER", "COLLINS, H.M.", 1985, "", ""),
        ("Berman PR, 2002, PHYS REV E, V66, ARTN 067603", "Berman, PR", 2002, "66", "067603"),
        ("MEYER H, 2001, PATENT NO. WO 01/87257 A1, PRIVATE", "MEYER, H", 2001, "", ""),
        ("MILO R, CONDMAT0312028V1", "MILO, R", None, "", ""),
        ("DE SOLLA PRICE, D.J., (1955) THE EQUATORIE, , CAMBRIDGE", "DE SOLLA PRICE, D.J.", 1955, "", ""),
        ("Akbas E., Zhao P., Truss search: an index, PVLDB, 10, 11, pp. 1298-1309, (2017)", "Akbas, E.", 2017, "10", "1298"),
        ("", None, None, "", ""),
        ("(2015) and others", None, 2015, "", ""),
    ],
)  # fmt: skip
def test_cited_strings(text, author, year, volume, page):
    """Author, year and place of entries as the three exports write them; what is not there stays empty."""
    cited = parse_cited(text)
    assert (next(iter(cited.authors), None), cited.year) == (author, year)
    assert (cited.volume, cited.page, cited.text) == (volume, page, text)


SCOPUS = (
    "\ufeffAuthors,Title,Year,Source title,Volume,Page start,Cited by,DOI,Funding Text 1,References,EID\n"
    '"Bornmann, L., Marx, W.","The Anna Karenina principle, revisited",2012,JASIST,63,2037,12,10.1002/x,money,'
    '"Cohen J., Trusses: Cohesive subgraphs, for social network analysis, NSA, (2008); Unread (2001) Somewhere",2-s2.0-1\n'
    '"Cohen J.","Trusses: cohesive subgraphs, for social network analysis",2008,NSA,,,,,more,,'
    '"Marx, W., Something (2012) J X, 1, pp. 5-6; Bornmann, L., Marx, W., The Anna Karenina principle, revisited (2012) JASIST",2-s2.0-2\n'
    "short,row\n"
)


def test_scopus_references_are_found_by_whole_title(tmp_path):
    """Old and new style of entries; surplus columns of funding are passed over; a row of another width is listed."""
    batch = read(read_scopus, tmp_path / "x.csv", SCOPUS)
    works = {work.id: work for work in batch.works if not work.stub}
    assert works["2-s2.0-1"].authors == ("Bornmann, L.", "Marx, W.")
    assert works["2-s2.0-2"].authors == ("Cohen, J.",)
    assert (works["2-s2.0-1"].reported_citations, works["2-s2.0-2"].reported_citations) == (12, None)
    assert pairs(batch) >= {("2-s2.0-1", "2-s2.0-2"), ("2-s2.0-2", "2-s2.0-1")}
    assert [work.title for work in batch.works if work.stub] == ["Unread (2001) Somewhere", "Something"]
    assert [remark.where for remark in batch.remarks] == ["x.csv line 4"]
    with pytest.raises(InputError, match="line 4"):
        list(read_scopus(tmp_path / "x.csv", source="x", strict=True))


def test_a_title_inside_a_longer_one_is_another_work(tmp_path):
    """An entry for part II does not cite the record that is part I."""
    text = SCOPUS.replace("for social network analysis, NSA", "for social network analysis II, NSA")
    assert ("2-s2.0-1", "2-s2.0-2") not in pairs(read(read_scopus, tmp_path / "x.csv", text))


def test_bibliometrix_and_tab_delimited_tables(tmp_path):
    """NA is nothing, a DOI keeps its semicolon, keys used twice get a suffix; Web of Science's tables are read too."""
    text = (
        'AU,TI,SO,PY,UT,CR,NR,DB\nLI LZ ;VAN RAAN AFJ,ONE,J,2014.0,LI2014,"A B, 1998, J, DOI 10.1002/(SICI)1-2(3)4:5<6::AID>3.0.CO;2-4;'
        '   C D, 1999, K",NA,ISI\nLI LZ,TWO,J,2014.0,LI2014,NA,0,ISI\n'
    )
    batch = read(read_bibliometrix, tmp_path / "x.csv", text)
    assert [(work.id, work.authors, work.year) for work in batch.works[:2]] == [
        ("LI2014", ("LI, LZ", "VAN RAAN, AFJ"), 2014),
        ("LI2014-2", ("LI, LZ",), 2014),
    ]
    assert len(batch.citations) == 2
    assert outcomes(batch) == {"LI2014": "COMPLETE", "LI2014-2": "EMPTY"}
    assert "used by two different works" in batch.remarks[0].reason
    (tmp_path / "t.txt").write_text(
        'PT\tAU\tTI\tPY\tUT\tCR\nJ\tLi, LZ\tA "quoted\tx\tWOS:1\tA B, 1998, J; C D, 1999, K\n'
    )
    assert recognise(tmp_path / "t.txt") == "bibliometrix"
    (tabbed,) = read_bibliometrix(tmp_path / "t.txt", source="x")
    assert (tabbed.works[0].title, len(tabbed.citations)) == ('A "quoted', 2)


def test_identifiers_given_to_different_titles_are_left_off(tmp_path):
    """The DOI of proceedings on each of their papers would make them one work: it is left off all of them, and listed."""
    rows = "".join(f'"A B.",Paper {n},2020,X,,,,10.1000/proc,,,2-s2.0-{n}\n' for n in range(3))
    batch = read(read_scopus, tmp_path / "x.csv", SCOPUS.partition("\n")[0] + "\n" + rows)
    assert [work.identifiers for work in batch.works] == [(), (), ()]
    assert len(batch.remarks) == 3


def test_openalex(tmp_path):
    """Answers, arrays and lines; an empty list is unknown, a cited work beside it a citation, others stubs by id."""
    works = [
        {"id": "https://openalex.org/W1", "title": "One", "doi": "https://doi.org/10.1000/A", "publication_year": 2001,
         "publication_date": "2001-02-03", "authorships": [{"author": {"display_name": "Ada L."}}], "cited_by_count": 0,
         "primary_location": {"source": {"display_name": "J"}}, "referenced_works": ["https://openalex.org/W2", "https://openalex.org/W9"],
         "referenced_works_count": 3},
        {"id": "https://openalex.org/W2", "title": None, "referenced_works": [], "ids": {"mag": "7"}},
    ]  # fmt: skip
    for name, text in {
        "a.json": json.dumps({"meta": {}, "results": works}),
        "b.json": json.dumps(works),
        "c.jsonl": "\n".join(map(json.dumps, works)) + "\nno json\n",
    }.items():
        batch = read(read_openalex, tmp_path / name, text)
        assert recognise(tmp_path / name) == "openalex"
        assert pairs(batch) == {("openalex:W1", "openalex:W2"), ("openalex:W1", "openalex:W9")}
        one, two, nine = batch.works
        assert (one.identifiers, one.venue, one.date) == (("openalex:W1", "doi:10.1000/a"), "J", "2001-02-03")
        assert (one.reported_references, one.reported_citations, two.reported_citations) == (3, 0, None)
        assert (two.identifiers, two.stub, nine.stub) == (("openalex:W2", "mag:7"), False, True)
        assert outcomes(batch) == {"openalex:W1": "PARTIAL"}
        assert len(batch.remarks) == name.endswith("jsonl")


def test_crossref(tmp_path):
    """Deposited references by DOI or text; a list counted but not shown is ELIDED; a reference that says nothing is listed."""
    items = [
        {"DOI": "10.1000/A", "title": ["One"], "reference-count": 4, "is-referenced-by-count": 2, "issued": {"date-parts": [[2001]]},
         "reference": [{"key": "1", "DOI": "10.1000/b"}, {"key": "2", "unstructured": "Somebody, Something. 1999"},
                       {"key": "3", "author": "Björk", "year": "2016", "article-title": "Hybrid open access", "volume": "10"}, {"key": "4"}]},
        {"DOI": "10.1000/b", "title": ["Two"], "reference-count": 5},
    ]  # fmt: skip
    batch = read(read_crossref, tmp_path / "x.json", json.dumps({"message": {"items": items}}))
    assert recognise(tmp_path / "x.json") == "crossref"
    assert outcomes(batch) == {"doi:10.1000/a": "PARTIAL", "doi:10.1000/b": "ELIDED"}
    assert ("doi:10.1000/a", "doi:10.1000/b") in pairs(batch)
    assert [(w.title, w.year) for w in batch.works if w.stub] == [
        ("Somebody, Something. 1999", 1999),
        ("Hybrid open access", 2016),
    ]
    assert [remark.reason for remark in batch.remarks] == ["references without text or identifier: 1"]


def test_semantic_scholar_lines(tmp_path):
    """S2ORC metadata cites both ways; citations of the Datasets keep contexts, and one whose end is null is listed."""
    paper = {
        "paper_id": "1",
        "title": "T",
        "authors": [{"first": "A", "middle": ["B"], "last": "C"}],
        "year": 2000,
        "doi": "10.1000/x",
    }
    batch = read(
        read_s2orc, tmp_path / "m.jsonl", json.dumps(paper | {"outbound_citations": ["2"], "inbound_citations": ["3"]})
    )
    assert pairs(batch) == {("corpus:1", "corpus:2"), ("corpus:3", "corpus:1")}
    assert (batch.works[0].authors, batch.works[0].identifiers) == (("C, A B",), ("corpus:1", "doi:10.1000/x"))
    lines = [
        {"citingcorpusid": "1", "citedcorpusid": 2, "contexts": ["as [2]"], "intents": ["background"], "isinfluential": True},
        {"citingcorpusid": "1", "citedcorpusid": None, "contexts": None, "intents": None, "isinfluential": False},
    ]  # fmt: skip
    batch = read(read_s2orc, tmp_path / "c.jsonl", "\n".join(map(json.dumps, lines)))
    (citation,) = batch.citations
    assert (citation.contexts, citation.intents, citation.influential) == (("as [2]",), ("background",), True)
    assert (batch.records, [remark.where for remark in batch.remarks]) == (2, ["c.jsonl line 2"])
    assert outcomes(batch) == {"corpus:1": "UNKNOWN"}


def test_opencitations(tmp_path):
    """DOIs and bare PMIDs; a pair twice counts twice; an end without identifier is listed."""
    text = "oci,citing,cited,creation,timespan\n1-2,10.1000/A,10.1000/b,2008-01-15,P1Y\n1-2,10.1000/a,10.1000/B,2008-01-15,P1Y\n3-4,2140506,2942070,,\n5-6,x,y,,\n"
    batch = read(read_opencitations, tmp_path / "x.csv", text)
    assert recognise(tmp_path / "x.csv") == "opencitations"
    assert pairs(batch) == {("doi:10.1000/a", "doi:10.1000/b"), ("pmid:2140506", "pmid:2942070")}
    assert (batch.records, batch.duplicates, len(batch.remarks)) == (4, 1, 1)
    assert (batch.works[0].year, batch.works[0].date) == (2008, "2008-01-15")


def test_fields_of_unheard_of_shape_are_listed(tmp_path):
    """A record that is no such record is left out with its place; the others stay, without half characters."""
    works = [
        {"id": "https://openalex.org/W1", "authorships": [1]},
        {"id": "https://openalex.org/W2", "title": "T\ud800"},
    ]
    batch = read(read_openalex, tmp_path / "x.json", json.dumps(works))
    assert [(work.id, work.title) for work in batch.works] == [("openalex:W2", "T\ufffd")]
    assert batch.remarks[0].where == "x.json item 1"


@pytest.mark.parametrize("name", [
    "wos/metaknowledge-testFile.isi", "scopus/scopus-truss2.csv", "bibliometrix/garfield.csv.gz", "openalex/works-tu9-410.json.gz",
    "crossref/crossref_dump.json", "s2ag-shards/s2orc/s2orc-sample.jsonl.gz", "histcite-html/kroto.htm.gz", "ris/scopus-truss2.ris",
    "pubmed-medline/medline_test.nbib.gz", "zotero-accord/zotero.rdf.gz", "zotero-accord/better-csl-yaml.yaml.gz",
])  # fmt: skip
def test_damaged_exports_end_in_one_error_or_in_what_is_left(name, shared, tmp_path):
    """A real file cut short or with a piece torn out is read as far as it goes, or refused; nothing else happens."""
    whole = shared / "data" / "inputs" / name
    kind, text = recognise(whole), read_text(whole)[:60_000]
    for damaged in (text[:37_777], text[:11_111] + text[12_345:40_404], text[5:9_999]):
        (tmp_path / "x").write_text(damaged, encoding="utf-8", newline="")
        try:
            (batch,) = load("reader", kind)(tmp_path / "x", source="x")
        except InputError as error:
            assert error.hint  # noqa: PT017
        else:
            assert batch.works
