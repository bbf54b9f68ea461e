"""Files as careless programs write them: each case stands for its kind, and two more of its kind follow it. Metadata is invented."""

from pathlib import Path
from typing import Any

import pytest

import kg
from kg.errors import InputError
from kg.ingest.detect import recognise
from kg.model import Batch
from kg.plugins import load

CASES = Path(__file__).parent / "cases"
#: file -> work by id -> what is right
RIGHT: dict[str, dict[str, dict[str, Any]]] = {
    "b01.bib": {
        "wesley2009": {"authors": ("Wesley, Harriet", "Lindqvist, Oskar", "Abara, Chidi")},
        "wesley2009-2": {"authors": ("Wesley, Harriet", "Moreau, Jean-Paul"), "venue": "Journal of Flows"},
    },
    "b02.bib": {
        "hauge2004": {"year": 2004, "venue": "Civil Society Counted", "authors": ("Hauge, Marit",)},
        "sorli2004": {"venue": "Northgate Press"},
        "sorlich3": {"year": 2016, "authors": ("Okoro, Ngozi", "Petit, Claude"), "venue": "Analysis of Curves and Shapes"},
        "okoro2016": {"date": "2016-10-03"},
        "lund1999": {"year": 1999, "venue": "Hill House"},
    },
    "b03.bib": {
        "graf1955audio": {"year": 1955},
        "lee2001": {"title": "On joined titles in bibliographies", "venue": "Journal of Imagined Informetrics"},
        "kim2002": {"venue": "Proceedings of the Third Workshop on Macros"},
    },
    "b41.bib": {
        "huan2012-6f98a4b1": {"title": "Mechanisms of forgetting and what to do", "year": 2012},
        "muck2013-5237cb3c": {"title": "An entry with an empty key", "venue": ""},
        "ok2014": {"venue": ""},
    },
    "f_arxiv.bib": {
        "gscholar2009": {"identifiers": ("arxiv:0905.1234",)},
        "note2010": {"identifiers": ("arxiv:1005.1234",)},
        "how2011": {"identifiers": ("arxiv:1105.4321",), "venue": "arXiv"},
        "pub2014": {"identifiers": ("pmid:23456789",)},
    },
    "f_tex.bib": {
        "nips1": {"authors": ("Cutur, Marco", "D'aspre, Alex"), "title": "Spikes at 5°C"},
        "viet1": {"authors": ("Nguyễn, Văn", "Yıldırım, Ilk")},
        "ads1": {"venue": "apj"},
    },
    "b25scopus.bib": {
        "Aldern2019101": {"reported_citations": 14, "cites": {"Aldern20111", "cole1973-664defed", "price1965-3353e0f9"}},
        "Aldern20111": {"reported_citations": 3},
    },
    "f_and.bib": {
        "plos2014": {"authors": ("Luan, Yi-Yu", "Nach, Jose C.", "Ochi, Tomo")},
        "camp2024": {"authors": ("B. Campa",)},
    },
    "r01ovid.ris": {
        "2024000001": {"authors": ("Fanelli E.", "Osei K."), "year": 2020},
        "2024000002": {"date": "2021-03-04"},
    },
    "f_ris_date.ris": {"doi:10.5555/amj.2011.1": {"year": 2014, "date": "2014-04-01"}},
    "f_ris_a1.ris": {
        "georg2019-6641d599": {"authors": ("Georg, Danka", "Bell, Leona", "Carm, Avi")},
        "onlyeditor2001-6814c6a9": {"authors": ("Onlyeditor, C.",)},
    },
    "w01comma.txt": {
        "doi:10.5555/3151897": {"authors": ("Aakland, JL",), "year": 1997, "venue": "J MARKETING RES"},
        "doi:10.5555/jcr.36.1": {"authors": ("Van der Meer, K",), "year": 2010},
        "anonymous2003-572a430f": {"year": 2003},
        "world2018-9e4ea8bd": {"year": 2018},
    },
    "w01comma_nodoi.txt": {
        "WOS:000600000000001": {
            "cites": {
                "doi:10.5555/3151897", "WOS:000350000000009", "doi:10.5555/jcr.36.1", "anonymous2003-572a430f", "world2018-9e4ea8bd",
            }
        }
    },
    "r05scopus.ris": {
        "doi:10.5555/sx.2019.101": {
            "reported_citations": 14, "cites": {"aldern2011-2a9fd097", "cole1973-664defed", "price1965-3353e0f9"},
        },
        "aldern2011-2a9fd097": {"reported_citations": 3},
    },
    "k_scopusbook.csv": {
        "cole1973-664defed": {"authors": ("Cole, J.R.", "Cole, S."), "title": "Social Stratification in Science"},
        "pui1998-83a59475": {"authors": ("Pui, C.H.", "Evans, W.E."), "venue": "N. Engl. J. Imag."},
        "cited1992-b571e0c6": {"authors": (), "year": 1992},
        "cited2001-9f2820ce": {"authors": (), "title": "Progress in town studies", "venue": "Town Studies"},
        "cited-b2544636": {"authors": (), "year": None},
    },
    "s03noeid.csv": {"doi:10.5555/sx.2019.101": {"cites": {"aldern2011-2a9fd097"}, "reported_citations": 14}},
    "c01ieee.csv": {"doi:10.5555/tn.2019.11": {"authors": ("A. Roe", "B. Poe"), "year": 2019, "venue": "IEEE Transactions on Nothing"}},
    "c02zotero.csv": {"ABCD1234": {"authors": ("Roe, Ann", "Poe, Bo"), "date": "2019-03-12", "identifiers": ("doi:10.5555/tn.2019.11",)}},
    "c07oc.csv": {
        "doi:10.5555/tn.2019.11": {
            "authors": ("Roe, Ann", "Poe, Bo"), "year": 2019, "venue": "Transactions on Nothing",
            "identifiers": ("doi:10.5555/tn.2019.11", "pmid:33333333"),
        }
    },
    "f_cr.json": {
        "doi:10.5555/tn.2019.11": {
            "year": 2019, "title": "Failure modes of nothing: a review of reviews", "cites": {"doi:10.5555/tn.2011.5", "coe1998-c8229ffd"},
        },
        "coe1998-c8229ffd": {"authors": ("Coe", "Doe"), "year": 1998, "title": "Much earlier nothing"},
    },
    "j01oa.json": {
        "openalex:W4200000001": {"authors": ("Ann Roe", "Bo Poe")},
        "openalex:W2000000006": {"title": "In vivo & other 13C studies"},
    },
    "k11a.json": {"doi:10.5555/jt.9": {"title": "Growth of Escherichia urbana in CO2 & light: a DNA study"}},
    "j05s2.json": {
        "doi:10.5555/tn.2019.11": {"year": 2019, "cites": {"s2:749def34f8be52c8b66281af98ae884c09aef38b", "cited-c7d8c424"}},
        "s2:849def34f8be52c8b66281af98ae884c09aef38b": {"year": 2021, "cites": {"doi:10.5555/tn.2019.11"}},
    },
    "j06s2refs.json": {"s2:749def34f8be52c8b66281af98ae884c09aef38b": {"title": "Earlier nothing"}, "Unresolved": {"year": None}},
    "x01endnote.xml": {"doi:10.5555/tn.2019.11": {"authors": ("Roe, Ann",), "year": 2019, "venue": "Transactions on Nothing"}},
    "x05enw.enw": {"doi:10.5555/tn.2019.11": {"authors": ("Roe, Ann", "Poe, Bo"), "year": 2019, "title": "Failure modes of nothing"}},
    "j03pandoc.yaml": {"poe2011": {"year": 2011}, "roe2019": {"date": "2019-03-12"}},
    "n01.nbib": {
        "pmid:24746001": {"authors": ("van der Roe, Ann", "Poe, Bo Jr", "The Nothing Trial Investigators")},
        "pmid:24746002": {"authors": ("Weiss, K", "Group One")},
        "pmid:24746003": {"authors": ("Editor, Eve",)},
    },
    "g01.graphml": {
        "A": {"date": "2001-05-01", "authors": ("Roe, Ann", "Poe, Bo"), "cites": {"A", "B"}, "stub": False},
        "D,1": {"year": 1999, "cites": {"B"}},
    },
}  # fmt: skip
#: more of each kind: name, text, and what is right
MORE: list[tuple[str, str, dict[str, dict[str, Any]]]] = [
    (
        "twice.bib",
        ('@book{a, title="One book of towns", author="Roe, Ann and Poe, Bo", year=1999}\n'
        '@book{A, title="Another book of towns", author="Doe, Cy", year=2001}\n@book{a, title="A third", author={M{\\"u}ller, D}, year=2003}'),
        {"a": {"year": 1999}, "A": {"authors": ("Doe, Cy",)}, "a-2": {"authors": ("Müller, D",), "title": "A third"}},
    ),
    (
        "field-twice.bib",
        "@string{j = {Journal of Towns}}\n@article{x, title={Field}, author={Roe, Ann and Poe, Bo}, year=1999, note={a}, note={b}, journal=j}",
        {"x": {"authors": ("Roe, Ann", "Poe, Bo"), "venue": "Journal of Towns"}},
    ),
    (
        "chain.bib",
        ("@inproceedings{p, title={A paper}, author={Roe, Ann}, crossref={c}}\n@proceedings{c, title={Towns 99}, editor={Poe, Bo}, xdata={d}}\n"
        "@xdata{d, year=1999, publisher={Hill}}\n@inproceedings{anon, title={No author}, crossref={c}}"),
        {"p": {"year": 1999, "venue": "Towns 99"}, "anon": {"authors": (), "year": 1999}},
    ),
    (
        "circle.bib",
        "@book{a, title={First}, crossref={b}}\n@book{b, title={Second}, year=2001, crossref={a}}\n@book{c, title={Itself}, crossref={c}}",
        {"a": {"year": 2001}, "b": {"year": 2001}, "c": {"title": "Itself"}},
    ),
    ("number.bib", '@book{a, title = {Deep {B{r{a}}c}es} # " and " # {Towns}, year = 19 # 99}', {"a": {"year": 1999}}),
    ("macro.bib", '@string{a = "A"}\n@string{b = a # "B"}\n@book{x, title = b # "C", year=1999}', {"x": {"title": "ABC"}}),
    ("spaces.bib", "@book { title={Keyless towns}, year=1999}", {"Keyless towns": {"authors": ()}}),
    ("parens.bib", "@book(\n year = 1999,\n title = {Keyless in brackets})", {"Keyless in brackets": {"authors": ()}}),
    ("old.bib", "@misc{a, title={Old id}, note={See arXiv:hep-th/9901001v3}, year=1999}", {"a": {"identifiers": ("arxiv:hep-th/9901001",)}}),
    (
        "abs.bib",
        "@misc{a, title={With both}, eprint={1701.00001}, archiveprefix={arXiv}, note={also arXiv:1601.00001}}",
        {"a": {"identifiers": ("arxiv:1701.00001",)}},
    ),
    ("semicolon.bib", "@book{a, title={Towns}, author={Roe, Ann; Poe, Bo; others}}", {"a": {"authors": ("Roe, Ann", "Poe, Bo")}}),
    ("comma.bib", "@book{a, title={Towns}, author={Ann Roe, Bo B. Poe, Cy Doe}}", {"a": {"authors": ("Ann Roe", "Bo B. Poe", "Cy Doe")}}),
    ("jr.bib", "@book{a, title={Towns}, author={Roe, Jr, Ann and {The Group, of Three, and More}}}", {"a": {"authors": ("Roe, Ann", "The Group, of Three, and More")}}),
    (
        "lens.csv",
        ('Lens ID,Title,Date Published,Publication Year,Source Title,Author/s,DOI,References\n001-a,Towns,2019-03-01,2019,J Towns,"Ann Roe; Bo Poe",10.5555/t,002-b; 003-c\n'
        "002-b,Older towns,,2001,J Towns,Bo Poe,,\n"),
        {"001-a": {"cites": {"002-b", "003-c"}, "date": "2019-03-01"}, "002-b": {"year": 2001}},
    ),
    (
        "pubmed.csv",
        'PMID,Title,Authors,Citation,Journal/Book,Publication Year,PMCID,DOI\n7,"A title,\nof two lines","Roe A, van der Poe BC.",x,Lancet,1999,PMC5,10.5555/q',
        {"doi:10.5555/q": {"authors": ("Roe, A", "van der Poe, BC"), "title": "A title, of two lines", "year": 1999}},
    ),
    ("pop.csv", 'Cites,Authors,Title,Year,Source,DOI\n12,"A Roe, B Poe, C Doe",Towns,1999,J Towns,"10.5555/a; 10.5555/b"', {"Towns": {"reported_citations": 12, "authors": ("A Roe", "B Poe", "C Doe"), "id": "doi:10.5555/a"}}),
    ("mine.tsv", "id\ttitle\tauthor\tyear\nroe\tTowns\tRoe, Ann\t1999", {"roe": {"authors": ("Roe, Ann",), "identifiers": ()}}),
    (
        "medline.xml",
        ("<?xml version='1.0'?><!DOCTYPE PubmedArticleSet><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><Journal>"
        "<JournalIssue><Volume>3</Volume><PubDate><Year>1999</Year></PubDate></JournalIssue><Title>J Towns</Title></Journal><ArticleTitle>On "
        "<i>towns</i>.</ArticleTitle><AuthorList><Author><LastName>Roe</LastName><ForeName>Ann</ForeName></Author><Author><CollectiveName>The Group"
        "</CollectiveName></Author></AuthorList></Article></MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType='doi'>10.5555/z</ArticleId>"
        "</ArticleIdList><ReferenceList><Reference><Citation>Poe B. Older. 1990</Citation><ArticleIdList><ArticleId IdType='pubmed'>5</ArticleId>"
        "</ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>"),
        {"pmid:7": {"title": "On towns", "authors": ("Roe, Ann", "The Group"), "year": 1999, "cites": {"pmid:5"}}},
    ),
    ("two.enw", "%0 Book\n%T Towns\n%A Roe, Ann\n%D 1999\n\n%0 Book\n%T More\n  towns\n%D 2001\n", {"Towns": {"year": 1999}, "More towns": {"year": 2001}}),
    ("gephi.gexf", (CASES / "g02.gexf").read_text(), {"A": {"cites": {"b"}}}),
    ("gephi.graphml", '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="l" for="node" attr.name="label"/><graph edgedefault="directed"><node id="a"><data key="l">Towns</data></node><node id="b"/><edge source="a" target="b"/><edge source="a" target="b"/></graph></graphml>', {"Towns": {"cites": {"b"}}}),
    ("entities.json", '[{"id":"x","type":"book","title":"R&amp;D in\\n<em>towns</em> where a &lt; b","issued":{"date-parts":[["1999"]]}}]', {"x": {"title": "R&D in towns where a < b"}}),
    ("counted.ris", "Export of 2 records\n\nTY  - JOUR\nTI  - One\nER  -\n\n2.\nTY  - JOUR\nTI  - Two\nER  -\n", {"One": {"authors": ()}}),
]  # fmt: skip


def read(path: Path) -> Batch:
    """What a reader makes of a file."""
    (batch,) = load("reader", recognise(path))(path, source=path.name)
    return batch


def check(batch: Batch, right: dict[str, dict[str, Any]]) -> None:
    """The works named by id or title are there, with these values."""
    works = {work.id: work for work in batch.works} | {work.title: work for work in batch.works if not work.stub}
    for id_, values in right.items():
        assert id_ in works, sorted(works)
        for name, value in values.items():
            found = (
                {c.cited for c in batch.citations if c.citing == works[id_].id}
                if name == "cites"
                else getattr(works[id_], name)
            )
            assert found == value, (id_, name)


@pytest.mark.parametrize("name", RIGHT)
def test_each_case_is_read_right(name: str):
    """What was wrong once stays right."""
    check(read(CASES / name), RIGHT[name])


@pytest.mark.parametrize(("name", "text", "right"), MORE, ids=[name for name, *_ in MORE])
def test_more_of_each_kind(name: str, text: str, right: dict[str, dict[str, Any]], tmp_path: Path):
    """Others of the same kind."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    check(read(tmp_path / name), right)


@pytest.mark.parametrize(
    ("name", "works"), [("b02.bib", 5), ("b41.bib", 3), ("b03.bib", 3), ("r01ovid.ris", 2), ("f_ris_a1.ris", 2)]
)
def test_no_record_is_lost_or_invented(name: str, works: int):
    """@xdata is no work and no fault; a keyless entry, or one after other text, is a work."""
    batch = read(CASES / name)
    assert (len([work for work in batch.works if not work.stub]), batch.remarks) == (works, [])


def test_records_that_an_export_keeps_apart_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Annual reviews share title and author; volume and page tell them apart, and each cites the one before, not itself."""
    monkeypatch.chdir(tmp_path)
    kg.ingest([CASES / "w10annual.txt"], graph="g", from_="none")
    graph = kg.open_graph("g")
    citing = graph.citations[["citing", "cited"]].to_numpy().tolist()
    assert len(graph.works) == 6
    assert sorted(citing) == [["WOS:A1982A00002", "WOS:A1981A00001"], ["WOS:A1983A00003", "WOS:A1982A00002"]]


def test_one_work_under_two_keys_is_still_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without volume and page, or with the same, an equal title, author and year are one work."""
    monkeypatch.chdir(tmp_path)
    entry = "title={On the quiet squares of towns}, author={Roe, Ann}, year=1999"
    Path("a.bib").write_text(
        f"@article{{a, {entry}, volume=3, pages={{5--9}}}}\n@article{{b, {entry}, volume=3, pages={{5-9}}}}\n@article{{c, {entry}}}"
    )
    kg.ingest(["a.bib"], graph="g", from_="none")
    assert len(kg.open_graph("g").works) == 1


def test_addresses_of_works_are_their_identifiers():
    """BioRxiv with version, PubMed Central, old PubMed, PLOS with the DOI in the query."""
    (batch,) = load("reader", "ids")(CASES / "f_url.txt", source="x")
    found = [reference.identifiers for reference in batch.references]
    assert found == [
        ("doi:10.1101/2020.01.01.123456",), ("pmcid:PMC1234567",), ("pmid:12345678",), ("doi:10.1371/journal.pone.0004803",), ("doi:10.5555/plain",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        (
            "u.gexf",
            b"<gexf><graph defaultedgetype='undirected'><nodes><node id='a'/></nodes><edges><edge source='a' target='a'/></edges></graph></gexf>",
            "undirected",
        ),
        ("n.gexf", b"<gexf><graph/></gexf>", "without a node"),
        ("b.cyjs", b'{"elements": {"nodes": [3]}}', "not valid Cytoscape"),
        ("m.xml", b"<?xml version='1.0'?><mods xmlns='x'><titleInfo/></mods>", "does not read"),
        ("book.xlsx", b"PK\x03\x04\x00\x00", "spreadsheet"),
        ("u.graphml", b"<graphml><graph edgedefault='undirected'><node id='a'/></graph></graphml>", "undirected"),
        ("b.graphml", b"<graphml><graph", "not valid XML"),
        ("e.xml", b"<xml><records><record></xml>", "not valid XML"),
    ],
)
def test_what_is_not_read_is_named_with_what_to_do(name: str, content: bytes, what: str, tmp_path: Path):
    """One line that says what the file is."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=what) as error:
        list(load("reader", recognise(tmp_path / name))(tmp_path / name, source=name))
    assert error.value.hint


def test_a_long_cell_of_a_table_is_read(tmp_path: Path):
    """An abstract or list of over 128 K is no fault: the works after it are read too."""
    (tmp_path / "long.csv").write_text(
        f'Title,Year,Abstract\nTowns,1999,"{"x " * 100_000}"\nMore towns,2001,\n', encoding="utf-8"
    )
    assert [work.title for work in read(tmp_path / "long.csv").works] == ["Towns", "More towns"]


def test_graphml_comes_back_as_it_went_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Truth values are those of XML; how often a list names a work is in the file and is read again."""
    monkeypatch.chdir(tmp_path)
    kg.ingest([CASES / "e01.csv"], works=CASES / "e01w.csv", graph="out")
    first = kg.open_graph("out")
    first.export("graphml", tmp_path / "g.graphml")
    text = (tmp_path / "g.graphml").read_text(encoding="utf-8")
    assert ">False<" not in text
    assert ">false<" in text
    kg.ingest([tmp_path / "g.graphml"], graph="back")
    again = kg.open_graph("back")
    for table in ("citing", "cited"):
        assert again.citations[table].tolist() == first.citations[table].tolist()
    columns = ["title", "authors", "year", "date"]
    assert again.works[columns].astype(str).to_dict() == first.works[columns].astype(str).to_dict()
    assert [c.times for c in again.provenance.store.citations() if (c.citing, c.cited) == ("A", "B")] == [2]
