"""Entries seen = entries kept + entries listed, for every reader, over real files damaged in the ways that files are."""

import gzip
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.ingest.detect import recognise
from kg.model import Batch
from kg.plugins import load

CASES = Path(__file__).parent / "cases"
_Seen = Callable[[str], int]


def marks(pattern: str) -> _Seen:
    """How many lines of a text begin an entry."""
    return lambda text: len(re.findall(pattern, text, re.MULTILINE))


def rows(text: str) -> int:
    """How many lines below the first there are in a table whose cells run over no line."""
    return sum(bool(line.strip(", \t")) for line in text.split("\n")[1:])


#: reader -> its files, those of the shared folder by their path there; how many entries a text shows, None where its form does not
FILES: dict[str, tuple[tuple[str, ...], _Seen | None]] = {
    "bibtex": (("b02.bib", "f_tex.bib", "bibtex/intbib.bib", "zotero-accord/biblatex.bib.gz"), None),
    "ris": (("r01ovid.ris", "r05scopus.ris", "ris/litstudy-example.ris", "ris/scopus-truss2.ris"), marks(r"^TY {1,3}-(?: |$)")),
    "nbib": (("n01.nbib", "pubmed-medline/medline_test.nbib.gz"), marks(r"^PMID ?-")),
    "wos": (("w01comma.txt", "wos/batagelj.WoS", "wos/metaknowledge-testFile.isi"), marks(r"^PT ")),
    "zotero": ((), None),
    "pajek": ((), marks(r"^\s*\d+\s+\d+")),
    "endnote": (("x01endnote.xml",), None),
    "enw": (("x05enw.enw",), marks(r"^%0 ")),
    "pubmed": ((), None),
    "jats": (("jats.xml",), None),
    "tei": (("grobid.tei.xml",), None),
    "graphml": (("g01.graphml",), None),
    "gexf": (("g02.gexf",), None),
    "cytoscape": ((), None),
    "rdf": ((), None),
    "histcite": (("histcite-html/kroto.htm.gz",), None),
    "openalex": (("j01oa.json", "openalex/works-pat.json"), None),
    "s2": (("j05s2.json", "j06s2refs.json"), None),
    "s2orc": (("s2orc/metadata-sample.jsonl.gz", "s2ag-shards/papers/papers-sample.jsonl", "s2ag-shards/citations/citations-sample.jsonl"), marks(r"^\s*\{.")),
    "crossref": (("f_cr.json", "crossref/crossref_dump.json"), None),
    "csl": (("j03pandoc.yaml", "zotero-accord/better-csl-yaml.yaml.gz"), None),
    "scopus": (("s03noeid.csv", "k_scopusbook.csv", "scopus/litstudy-scopus.csv"), None),
    "bibliometrix": (("bibliometrix/garfield.csv.gz",), None),
    "opencitations": (("opencitations/citations_data.csv", "opencitations/noci_citations.csv"), marks(r'^"?\d+"?,"?\d')),
    "table": (("c01ieee.csv", "c02zotero.csv", "c07oc.csv", "opencitations/oc_meta-input-1.csv.gz"), None),
    "ids": (("f_url.txt",), lambda text: sum(bool(line.strip()) for line in text.splitlines())),
    "edges": (("e01.csv",), rows),
    "article": (("k_vanc.md", "a12phys.txt", "a18ltx.html", "a15tex.tex"), None),
}  # fmt: skip
NETWORKS = ("edges", "pajek", "graphml", "gexf", "cytoscape", "rdf", "opencitations", "s2orc")  # a record is a citation
_WORDS = ("", "null", "0", "-1", "1.5", "9" * 5000, "2021-02-31", "true", "[]", "x")
_PIECES = (
    "\n",
    '"',
    "{",
    "}",
    ",",
    "\r\n",
    "\0",
    "ER  - ",
    "@book{x,",
    "<",
    "&",
    "9" * 5000,
    "é",
    "\ud800",
    "null",
    "[",
    " " * 50,
    "</",
    "[1]",
    ":",
    "-",
)


def test_every_reader_is_asked():
    """A reader that is new needs a file here."""
    from kg.plugins import READERS

    assert set(FILES) == set(READERS) - {"tables"}  # a folder that is refused as a whole


def texts(reader: str, shared: Path) -> list[tuple[str, str]]:
    """The files of a reader, at most their first 20,000 characters, which cuts an entry too."""
    found = []
    for name in FILES[reader][0]:
        path = CASES / name if "/" not in name else shared / "data" / "inputs" / name
        if path.exists():
            data = path.read_bytes()
            text = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode("utf-8-sig", "replace")
            found.append((path.name.removesuffix(".gz"), text[:20_000]))
    if reader == "pajek":
        found.append(("a.net", '*Vertices 4\n1 "a"\n2 "b"\n3 "c"\n4 "d"\n*Arcs\n1 2\n2 3\n3 4\n1 3\n'))
    if reader == "zotero":
        item = "<bib:Article rdf:about='http://x.org/{0}'><z:itemType>journalArticle</z:itemType><dc:title>Towns {0}</dc:title></bib:Article>\n"
        spaces = (
            "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:z='http://www.zotero.org/namespaces/export#'"
        )
        spaces += " xmlns:bib='http://purl.org/net/biblio#' xmlns:dc='http://purl.org/dc/elements/1.1/'"
        found.append(("a.rdf", f"<rdf:RDF {spaces}>{''.join(map(item.format, range(5)))}</rdf:RDF>"))
    if reader == "cytoscape":
        nodes = ",\n".join(f'{{"data":{{"id":"{n}","label":"Towns {n}"}}}}' for n in "abc")
        edges = '{"data":{"source":"a","target":"b"}},\n{"data":{"source":"a","target":"c"}}'
        found.append(("a.cyjs", f'{{"elements":{{"nodes":[{nodes}],"edges":[{edges}]}}}}'))
    if reader == "rdf":
        terms = "@prefix fabio: <http://purl.org/spar/fabio/> .\n@prefix cito: <http://purl.org/spar/cito/> .\n@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        work = "<http://x.org/{0}> a fabio:Expression ; dcterms:title 'Towns {0}' ; cito:cites <http://x.org/{1}> .\n"
        found.append(("a.ttl", terms + "".join(work.format(n, n + 1) for n in range(5))))
    if reader == "pubmed":
        article = "<PubmedArticle><MedlineCitation><PMID>{}</PMID><Article><ArticleTitle>Towns {}</ArticleTitle></Article></MedlineCitation></PubmedArticle>\n"
        found.append(
            (
                "a.xml",
                f"<?xml version='1.0'?><PubmedArticleSet>{''.join(article.format(n, n) for n in range(5))}</PubmedArticleSet>",
            )
        )
    return found


def damaged(text: str, seed: int) -> str:
    """A text cut off, with pieces taken out, put in, doubled or put elsewhere."""
    chance = random.Random(seed)  # noqa: S311
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        to = min(len(text), at + chance.choice((1, 1, 5, 60, 2000)))
        match chance.choice(("cut", "out", "in", "double", "line", "swap", "word", "word")):
            case "cut":
                text = text[:at] if at > len(text) // 4 else text
            case "out":
                text = text[:at] + text[to:]
            case "in":
                text = text[:at] + chance.choice(_PIECES) + text[at:]
            case "double":
                text = text[:to] + text[at:]
            case "line":
                lines = text.split("\n")
                del lines[chance.randrange(len(lines))]
                text = "\n".join(lines)
            case "word":
                word = re.compile(r"\b\w+\b").search(text, at)
                text = text if word is None else text[: word.start()] + chance.choice(_WORDS) + text[word.end() :]
            case "swap":
                lines = text.split("\n")
                one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
                lines[one], lines[other] = lines[other], lines[one]
                text = "\n".join(lines)
    return text


def accounted(batches: list[Batch]) -> int:
    """Entries kept, listed with what is wrong, or counted as listed before."""
    kept = sum(sum(not work.stub for work in batch.works) + len(batch.references) for batch in batches)
    return kept + sum(len(batch.remarks) + batch.duplicates for batch in batches)


@pytest.mark.parametrize("reader", FILES)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_what_is_not_kept_is_listed(reader: str, seed: int, tmp_path: Path):
    """No traceback; every entry that the reader counts, and every one that the text shows, is kept or listed."""
    shared = Path(__file__).parents[2] / "shared"
    for name, whole in texts(reader, shared):
        text = damaged(whole, seed)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
        try:
            known = recognise(path)
            batches = list(load("reader", reader)(path, source=name))
        except InputError:
            continue
        citations = sum(citation.times for batch in batches for citation in batch.citations)
        citations += sum(int(batch.table.times.sum()) for batch in batches if batch.table)
        found = accounted(batches) + (citations if reader in NETWORKS else 0)
        assert found >= sum(batch.records for batch in batches), name
        if (seen := FILES[reader][1]) is not None and known == reader:
            assert found >= seen(path.read_text(encoding="utf-8", errors="replace")), name


#: What mutated files showed: a second record in the place of one, a name that is not declared, an entry outside its list.
DAMAGED = {
    "merged.ris": ("TY  - JOUR\nTI  - Towns\nER  - \nTI  - Lamps\nER  - \n", "line 1: not read: 'TI  - Lamps'"),
    "headless.ris": ("TI  - Lamps\nER  - \nTY  - JOUR\nTI  - Towns\nER  - \n", "line 1: not read: 'TI  - Lamps'"),
    "merged.nbib": ("PMID- 1\nTI  - Towns\n\nTI  - Lamps\n", "line 1: not read: 'TI  - Lamps'"),
    "outside.bib": ("@book{a, title={Towns}}\nbook{b, title={Lamps}}\n", "line 2: fields that stand in no entry"),
    "odd.bib": ("@book{a, doi={10.5555/a},\n@\n title={Towns}}\n", "no name of a field"),
    "book.xml": ("<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation></PubmedArticle><PubmedBookArticle><BookDocument><PMID>2</PMID></BookDocument></PubmedBookArticle></PubmedArticleSet>", "book.xml record 2: a book or chapter is not read from PubMed's XML: 2"),
    "twice.net": ('*Vertices 2\n1 "a"\n2 "b"\n1 "c"\n*Arcs\n1 2\n', "line 4: not an arc between two vertices: 'a second label of"),
    "two.net": ('*Vertices 1\n1 "a"\n*Arcs\n1 1\n*Vertices 1\n1 "b"\n', "a second network"),
    "twice.graphml": ("<graphml><graph><node id='a'/><node id='a'/></graph></graphml>", "node 2: a second node 'a'"),
    "undeclared.graphml": ("<graphml><graph><node id='a'><data key='d'>x</data></node></graph></graphml>", "node 1: data under no name"),
    "twice.ttl": ("<http://x.org/a> a <http://purl.org/spar/fabio/Expression> ; <http://purl.org/dc/terms/title> 'A', 'B' .", "not kept: dcterms:title 'B'"),
    "years.ttl": ("<http://x.org/a> a <http://purl.org/spar/fabio/Expression> ; <http://purl.org/dc/terms/title> 'A'@en, 'B'@de ; <http://purl.org/dc/terms/date> '', '1999', '2001' .", "a: a field is given twice, perhaps as two records ran together; not kept: dcterms:title 'B', dcterms:date '2001'"),
    "untyped.ttl": ("<http://x.org/a> a <http://purl.org/spar/fabio/Expression> ; <http://purl.org/dc/terms/title> 'A' . <http://x.org/b> <http://purl.org/dc/terms/title> 'B' .", "nothing says that this is a work: B"),
    "torn.csv": ('Title,Year,EID,Source title\n"Towns",1999,1,J\nLamps,"1999,2,J\nWalls,1"98,3,J"\n', "line 3: a quotation mark is left open"),
    "torn-head.csv": ('Title,Year,EID,"Source title\nTowns,1999,1,"J"\n', "a quotation mark is left open"),
    "cut.md": ("# References\n\n* Roe, A. (1999). Towns by day. J, 1.\n* Poe, B. (1998). Lamps. J, 2.\n\n# b\n\n* Coe, C. (1997). Walls of old. J, 3.\n", "line 8: not read as a reference: Coe"),
}  # fmt: skip


#: A field with two values in the record of "Lamps", in every format that can have one: the file, and the value that is not kept.
TWICE = {
    "a.bib": ("@book{a, title={Lamps}, title={Walls}}", "title '{Walls}'"),
    "a.json": ('[{"id": 2, "title": "Lamps", "title": "Walls"}]', "title 'Walls'"),
    "name.json": ('[{"id": 2, "title": "Lamps", "author": [{"family": "Roe", "family": "Poe"}]}]', "family 'Poe'"),
    "a.yaml": ("- id: b\n  title: Lamps\n  title: Walls\n", "title 'Walls'"),
    "crossref.json": ('{"message": {"DOI": "10.5555/a", "title": ["Lamps"], "title": ["Walls"], "reference-count": 0}}', "not kept: title"),
    "openalex.jsonl": ('{"id": "https://openalex.org/W1", "title": "Lamps", "publication_year": 1999, "publication_year": 2001, "referenced_works": []}', "publication_year 2001"),
    "s2.json": ('{"paperId": "' + "a" * 40 + '", "title": "Lamps", "title": "Walls"}', "title 'Walls'"),
    "zotero.json": ('{"items": [{"itemType": "book", "title": "Lamps", "title": "Walls", "creators": []}]}', "title 'Walls'"),
    "elements.cyjs": ('{"elements": {"nodes": [{"data": {"id": "a", "title": "Lamps", "Title": "Walls"}}]}}', "title 'Walls'"),
    "a.graphml": ("<graphml><key id='t' attr.name='title'/><graph><node id='a'><data key='t'>Lamps</data><data key='t'>Walls</data></node></graph></graphml>", "title 'Walls'"),
    "a.enw": ("%0 Book\n%T Lamps\n%T Walls\n", "T 'Walls'"),
    "a.xml": ("<?xml version='1.0'?><xml><records><record><titles><title>Lamps</title><title>Walls</title></titles></record></records></xml>", "title 'Walls'"),
    "a.csv": ("Title,Authors,Year,Title\nLamps,Roe,1999,Walls\n", "title 'Walls'"),
    "dates.xml": ("<?xml version='1.0'?><xml><records><record><titles><title>Lamps</title></titles><dates><year>1999</year><year>2001</year></dates></record></records></xml>", "year '2001'"),
    "date.enw": ("%0 Book\n%T Lamps\n%D 1999\n%D 2001\n%V 1\n%V 3\n", "D '2001', V '3'"),
    "aid.nbib": ("PMID- 1\nTI  - Lamps\nAID - 10.5555/a [doi]\nAID - 10.5555/b [doi]\n", "DOI '10.5555/b'"),
    "pubmed.xml": (("<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle/><ArticleTitle>Lamps</ArticleTitle><ELocationID EIdType='doi'>10.5555/b</ELocationID></Article></MedlineCitation>"
        "<MedlineCitation><PMID>2</PMID><Article><ArticleTitle>Walls.</ArticleTitle></Article></MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType='doi'>10.5555/a</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>"),
        "title 'Walls.', pmid '2', doi '10.5555/b'"),
    "zotero.rdf": (("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:z='http://www.zotero.org/namespaces/export#' xmlns:bib='http://purl.org/net/biblio#' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        "<bib:Article><z:itemType>book</z:itemType><dc:title>Lamps</dc:title><dc:date>1999</dc:date><dc:date>2001</dc:date><dc:identifier>DOI 10.5555/a</dc:identifier><dc:identifier>DOI 10.5555/b</dc:identifier></bib:Article></rdf:RDF>"),
        "date '2001', DOI '10.5555/b'"),
    "kroto.htm": ('<TABLE><TR><TD>0<TD><a href=# TITLE="ROE-1999" OnClick="opeNod(0)">1</a><a href=# TITLE="POE-1999" OnClick="opeNod(1)">2</a> 1999 <br>ROE A<br><I>Lamps</I><TD>1<TD>0</TABLE>', "label 'POE-1999'"),
    # of values in one another all are named
    "both.json": ('[{"id": 2, "title": "Lamps", "title": "Walls", "author": [{"family": "Roe", "family": "Poe"}]}]', "title 'Walls', family 'Poe'"),
    # where the first value is empty the second counts
    "empty.csv": ("Title,Year,EID,Title,Title\n,1999,1,Lamps,Walls\n", "title 'Walls'"),
    "empty.json": ('[{"id": 2, "title": null, "title": "Lamps", "title": "", "title": "Walls"}]', "title 'Walls'"),
    "empty.bib": ("@book{a, title={}, title={Lamps}, title={Walls}}", "kept: title '{Walls}'"),
}  # fmt: skip


@pytest.mark.parametrize("name", TWICE)
def test_of_two_values_of_a_field_the_first_is_kept_and_the_other_listed(name: str, tmp_path: Path):
    """The record stays: one behaviour for all readers."""
    text, said = TWICE[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    (batch,) = load("reader", recognise(tmp_path / name))(tmp_path / name, source=name)
    assert [work.title for work in batch.works] == ["Lamps"]
    (remark,) = batch.remarks
    assert remark.reason.startswith("a field is given twice")
    assert said in remark.reason


#: What is no second value, or none of a field that is read; of the record nothing is lost.
NOT_TWICE = {
    "blank.csv": "Title,Authors,Year,Title,,\nLamps,Roe,1999,,x,z\n",
    "unread.csv": "Title,Year,EID,Notes,Notes\nLamps,1999,1,x,y\n",
    "first.csv": "Title,Year,EID,Title\n,1999,1,Lamps\n",
    "null.json": '[{"id": 2, "title": null, "title": "Lamps"}]',
    "beside.cyjs": '{"data": 1, "data": 2, "elements": {"nodes": [{"data": {"id": "a", "title": "Lamps"}}]}}',
    "beside.json": '{"status": 1, "status": 2, "message": {"DOI": "10.5555/a", "title": ["Lamps"], "reference-count": 0}}',
    "empty.ris": "TY  - JOUR\nTI  - \nTI  - Lamps\nER  - \n",
    "case.bib": "@book{a, title={Lamps}, doi={10.5555/a}, doi={10.5555/A}}",
    "kinds.xml": "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><ISSN IssnType='Print'>1</ISSN><ISSN IssnType='Electronic'>2</ISSN><JournalIssue><PubDate><Year>1999</Year></PubDate></JournalIssue></Journal><ArticleTitle>Lamps</ArticleTitle>"
        "<VernacularTitle>Lampen</VernacularTitle><ArticleDate><Year>1998</Year></ArticleDate></Article><CommentsCorrectionsList><CommentsCorrections><PMID>3</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation><PubmedData><History><PubMedPubDate><Year>1997</Year></PubMedPubDate></History>"
        "<ArticleIdList><ArticleId IdType='pubmed'>1</ArticleId><ArticleId IdType='pii'>x</ArticleId><ArticleId IdType='doi'>10.5555/a</ArticleId></ArticleIdList><ReferenceList><Reference><Citation>Roe A. Towns.</Citation><ArticleIdList><ArticleId IdType='doi'>10.5555/b</ArticleId><ArticleId IdType='pubmed'>2</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>",
    "alt.xml": "<?xml version='1.0'?><xml><records><record><titles><title>Lamps</title></titles><periodical><full-title>J</full-title></periodical><alt-periodical><full-title>Journal</full-title></alt-periodical></record></records></xml>",
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_TWICE)
def test_empty_values_and_fields_that_are_not_read_are_no_second_values(name: str, tmp_path: Path):
    """Neither a record nor a whole file is left out for them, nor a remark made."""
    (tmp_path / name).write_text(NOT_TWICE[name], encoding="utf-8")
    (batch,) = load("reader", recognise(tmp_path / name))(tmp_path / name, source=name)
    assert [work.title for work in batch.works if not work.stub] == ["Lamps"]
    assert not [remark for remark in batch.remarks if "columns not read" not in remark.reason]


def test_a_reference_in_pubmed_with_two_identifiers_is_listed(tmp_path: Path):
    """With what is not kept of it, beside what is not kept of the record."""
    ids = "".join(
        f"<ArticleId IdType='{kind}'>{value}</ArticleId>"
        for kind, value in (("doi", "10.5555/b"), ("doi", "10.5555/c"))
    )
    listed = f"<PubmedData><ReferenceList><Reference><Citation>Roe A. Towns.</Citation><ArticleIdList>{ids}</ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>"
    (tmp_path / "a.xml").write_text(TWICE["pubmed.xml"][0].replace("</PubmedArticle>", listed), encoding="utf-8")
    (batch,) = load("reader", "pubmed")(tmp_path / "a.xml", source="a")
    assert [work.id for work in batch.works] == ["pmid:1", "doi:10.5555/b"]
    assert [remark.reason.partition("kept: ")[2] for remark in batch.remarks] == [
        "title 'Walls.', pmid '2', doi '10.5555/b', cited doi '10.5555/c'"
    ]


def test_of_lines_given_twice_each_is_listed(tmp_path: Path):
    """In tagged files, whatever the tag."""
    files = {
        "a.ris": "TY  - JOUR\nTI  - Towns\nPY  - 1999\nPY  - 2001\nDO  - 10.5555/a\nDO  - 10.5555/ab\nJO  - X\nJO  - Y\nER  - \n",
        "a.nbib": "PMID- 1\nTI  - Towns\nJT  - \n      X\nDP  - 1999\nDP  - 2001\nJT  - Y\n",
        "a.txt": "FN x\nVR 1.0\nPT J\nTI Towns\nPY 1999\nPY 2001\nDI 10.5555/a\nDI 10.5555/ab\nSO X\nSO Y\nUT WOS:1\nER\nEF\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (batch,) = load("reader", recognise(tmp_path / name))(tmp_path / name, source=name)
        (remark,) = batch.remarks
        assert [said in remark.reason for said in ("2001'", " Y'", "10.5555/ab'")] == [True, True, name != "a.nbib"]


def test_a_table_of_works_beside_an_edge_list_keeps_the_first_value(tmp_path: Path):
    """And the tables of a graph, which has no column twice, are refused."""
    (tmp_path / "e.csv").write_text("citing,cited\nb,a\n", encoding="utf-8")
    (tmp_path / "works.csv").write_text("id,title,title,note,note\na,Lamps,Walls,x,y\nb,,Towns,x,y\n", encoding="utf-8")
    batch = next(iter(load("reader", "edges")(tmp_path / "e.csv", works=tmp_path / "works.csv", source="x")))
    assert [work.title for work in batch.works] == ["Lamps", "Towns"]
    assert [remark.reason.partition("kept: ")[2] for remark in batch.remarks] == ["title 'Walls'"]
    for name in ("lists.csv", "citations.csv"):
        (tmp_path / name).write_text("x\n", encoding="utf-8")
    with pytest.raises(InputError, match="a column is given twice"):
        list(load("reader", "tables")(tmp_path, source="x"))


def test_a_citation_with_two_values_of_a_field_is_kept(tmp_path: Path):
    """In a list of pairs and in a network, too; a whole list that is given twice is refused, as the second would be lost."""
    pairs = '{"citingcorpusid": 1, "citedcorpusid": 2, "contexts": ["a"], "contexts": ["b"]}'
    edges = '{"elements": {"nodes": [{"data": {"id": "a"}}], "edges": [{"data": {"source": "a", "target": "a", "x": 1, "x": 2}}]}}'
    for name, text in {"a.jsonl": pairs, "a.cyjs": edges}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        (batch,) = load("reader", recognise(tmp_path / name))(tmp_path / name, source=name)
        assert [len(batch.citations), len(batch.remarks)] == [1, 1], name
    (tmp_path / "a.json").write_text('{"items": [{"id": 1, "title": "a"}], "items": [{"id": 2, "title": "b"}]}')
    with pytest.raises(InputError, match="a field is given twice"):
        list(load("reader", "csl")(tmp_path / "a.json", source="x"))
    (tmp_path / "a.cyjs").write_text(
        '{"elements": {"nodes": [{"data": {"id": "a"}}], "nodes": [{"data": {"id": "b"}}]}}'
    )
    with pytest.raises(InputError, match="a field is given twice"):
        list(load("reader", "cytoscape")(tmp_path / "a.cyjs", source="x"))


def test_a_table_of_citations_without_its_columns_is_refused(tmp_path: Path):
    """A row that names no work at its ends names the empty one, which is none."""
    columns = "id,title,authors,year,date,venue,identifiers,stub,seed,source,reported_references,reported_citations"
    (tmp_path / "works.csv").write_text(f"{columns}\na,Towns,,,,,,0,0,x,,\n", encoding="utf-8")
    (tmp_path / "lists.csv").write_text("work,list,outcome,source,reported,date\n", encoding="utf-8")
    (tmp_path / "citations.csv").write_text("x\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match="'' is no work"):
        list(load("reader", "tables")(tmp_path, source="x"))


@pytest.mark.parametrize("name", DAMAGED)
def test_what_cannot_be_told_apart_is_listed(name: str, tmp_path: Path):
    """Two records run together, and what stands where the format has nothing, are named with their place."""
    text, said = DAMAGED[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    try:
        batches = list(load("reader", recognise(tmp_path / name))(tmp_path / name, source=name))
        told = [f"{remark.where}: {remark.reason}" for batch in batches for remark in batch.remarks]
    except InputError as refusal:
        told = [refusal.message]
    assert any(said in line for line in told), told


def test_one_damaged_byte_spoils_one_letter(tmp_path: Path):
    """A file of UTF-8 with a bad byte is not taken for Windows-1252."""
    (tmp_path / "a.bib").write_bytes("@book{a, title={Мосты и б\u0430шни}}".encode().replace("а".encode(), b"\xd0", 1))
    (batch,) = load("reader", "bibtex")(tmp_path / "a.bib", source="a")
    assert batch.works[0].title == "Мосты и б\ufffdшни"
