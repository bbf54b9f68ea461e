"""Articles as XML, of JATS and TEI: the article is a work, and each entry of its list tells what its elements say. Metadata is invented."""

from pathlib import Path

import pytest

import kg
from kg.errors import InputError
from kg.ingest.detect import recognise
from kg.model import Batch, Reference
from kg.plugins import load

CASES = Path(__file__).parent / "cases"
_NLM = (
    "<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><record><article xmlns='https://jats.nlm.nih.gov/ns/archiving/1.3/'><front>"
    "<article-meta><article-id pub-id-type='pmc'>PMC7</article-id><title-group><article-title>On <sub>deep</sub> towns</article-title></title-group>"
    "<pub-date><year>2001</year></pub-date></article-meta></front><back><ref-list><ref><citation citation-type='journal'><person-group"
    " person-group-type='author'><name><surname>Poe</surname></name></person-group><person-group person-group-type='editor'><name><surname>Ed</surname>"
    "</name></person-group><year>1999a</year><article-title>Old towns</article-title></citation></ref></ref-list></back></article></record>"
    "<record><article xmlns='https://jats.nlm.nih.gov/ns/archiving/1.3/'><front><article-meta><title-group><article-title>Another</article-title>"
    "</title-group></article-meta></front><back><ref-list><ref><nlm-citation><collab>The Group</collab><source>A book</source><year>1998</year>"
    "</nlm-citation></ref></ref-list></back></article></record></OAI-PMH>"
)
_LETTER = (
    "<article><front><article-meta><title-group/></article-meta></front><floats-group/><back><ack/><sec><ref-list><ref><mixed-citation>Roe, A. "
    "(1999). Towns. <pub-id pub-id-type='doi'>10.5555/t</pub-id></mixed-citation></ref></ref-list></sec></back></article>"
)
_BIBL = (
    "<?xml version='1.0'?>\n<!-- an edition -->\n<TEI xmlns='http://www.tei-c.org/ns/1.0'><teiHeader><fileDesc><titleStmt><title>Letters</title>"
    "<author>Ann Roe</author></titleStmt><publicationStmt><date when='1999-12-31'/></publicationStmt><sourceDesc><listBibl><bibl>The manuscript"
    "</bibl></listBibl></sourceDesc></fileDesc></teiHeader><text><body><p/></body><back><listBibl><bibl><author>Poe, Bo</author>: <title>Old "
    "towns</title>. <publisher>Hill</publisher>, <date>1901</date>.</bibl><bibl>Doe, C. (1902). More towns. J Towns, 1, 2.</bibl></listBibl></back></text></TEI>"
)
_BARE = (
    "<listBibl><biblStruct><analytic><title level='a'>Towns</title><author><persName><surname>Roe</surname></persName></author></analytic><monogr>"
    "<title level='j'>J Towns</title><imprint><date when='1999'/></imprint></monogr><ptr target='https://doi.org/10.5555/t'/></biblStruct></listBibl>"
)
_Told = tuple[str, tuple[str, ...], int | None, str, tuple[str, ...]]
#: name, text ("" for a file of tests/cases) -> of each article: itself, the length of its list, its entries
RIGHT: list[tuple[str, str, list[tuple[_Told, int, list[_Told]]]]] = [
    (
        "jats.xml",
        "",
        [
            (
                ("Squares that stay quiet at night", ("van der Roe, Ann B.", "The Square Group"), 2019, "Journal of Invented Towns", ("pmid:33333333", "doi:10.5555/jit.2019.7")),
                7,
                [
                    ("Earlier squares", ("Poe, B", "Doe, C"), 2011, "Trans Towns", ("doi:10.5555/tt.2011.5", "pmid:22222222")),
                    ("A history of lamps", ("Coe, D", "Foe, E."), 1998, "Hill House", ()),
                    ("Lamps at night", ("Goe",), 2001, "J Lamps, 2, 3-9", ("doi:10.5555/jl.2001.3",)),
                    ("On towns", ("Hoe, G",), 2003, "", ()),
                    ("First of two", ("Ioe, H",), 2004, "", ()),
                    ("Second of two", ("Joe, I",), 2005, "", ("doi:10.5555/two",)),
                ],
            )
        ],
    ),
    (
        "grobid.tei.xml",
        "",
        [
            (
                ("Squares that stay quiet", ("Roe, Ann B", "Poe, Bo"), 2019, "Journal of Invented Towns", ("doi:10.5555/jit.2019.7",)),
                5,
                [
                    ("Earlier squares", ("Poe, B", "Doe"), 2011, "Trans Towns", ("doi:10.5555/tt.2011.5",)),
                    ("A history of lamps", ("Coe, D",), 1998, "Hill House", ()),
                    ("Lamps at night", ("Goe",), 2001, "J Lamps, 2, 3-9", ()),
                    ("On towns", ("Hoe",), None, "Proceedings of Towns", ("arxiv:1701.01234",)),
                ],
            )
        ],
    ),
    (
        "oai.xml",
        _NLM,
        [
            (("On deep towns", (), 2001, "", ("pmcid:PMC7",)), 1, [("Old towns", ("Poe",), 1999, "", ())]),
            (("Another", (), None, "", ()), 1, [("A book", ("The Group",), 1998, "", ())]),
        ],
    ),
    ("letter.xml", _LETTER, [(("", (), None, "", ()), 1, [("Towns", ("Roe",), 1999, "", ("doi:10.5555/t",))])]),
    (
        "edition.xml",
        _BIBL,
        [
            (
                ("Letters", ("Ann Roe",), 1999, "", ()),
                2,
                [("Old towns", ("Poe, Bo",), 1901, "Hill", ()), ("More towns", ("Doe",), 1902, "J Towns, 1, 2", ())],
            )
        ],
    ),
    ("bare.xml", _BARE, [(("", (), None, "", ()), 1, [("Towns", ("Roe",), 1999, "J Towns", ("doi:10.5555/t",))])]),
]  # fmt: skip


def read(path: Path) -> list[Batch]:
    """What a reader makes of a file."""
    return list(load("reader", recognise(path))(path, source=path.name))


def told(work: Reference | None) -> _Told:
    """What a reference tells."""
    assert work is not None
    return work.title, work.authors, work.year, work.venue, work.identifiers


@pytest.mark.parametrize(("name", "text", "right"), RIGHT, ids=[name for name, *_ in RIGHT])
def test_an_article_and_its_list_are_read(
    name: str, text: str, right: list[tuple[_Told, int, list[_Told]]], tmp_path: Path
):
    """By elements where they name the parts, else by the printed text; what cannot be read is counted."""
    path = CASES / name if not text else tmp_path / name
    if text:
        path.write_text(text, encoding="utf-8")
    batches = read(path)
    assert len(batches) == len(right)
    for batch, (article, length, entries) in zip(batches, right, strict=True):
        assert told(batch.article) == article
        assert batch.article is not None
        assert batch.article.reported_references == length
        assert bool(batch.article.fault) != bool(article[0])
        assert list(map(told, batch.references)) == entries
        assert all(entry.text and entry.where for entry in batch.references)


_FRONT = (
    "<article><front><journal-meta><journal-title-group><journal-title>J Towns</journal-title><trans-title-group><trans-title>Z Orte</trans-title>"
    "</trans-title-group></journal-title-group><issn pub-type='epub'>1</issn><issn pub-type='ppub'>2</issn></journal-meta><article-meta><article-id "
    "pub-id-type='pmid'>1</article-id><article-id pub-id-type='doi'>10.5555/a</article-id><title-group><article-title>Lamps</article-title>{0}"
    "<trans-title-group xml:lang='de'><trans-title>Lampen</trans-title></trans-title-group></title-group><pub-date pub-type='epub'><year>1999</year>"
    "</pub-date><pub-date pub-type='ppub'><year>2000</year></pub-date>{1}<fpage>1</fpage><elocation-id>e1</elocation-id></article-meta></front><back>"
    "<ref-list><ref><element-citation><article-title>Walls</article-title><source>J</source><year>1990</year><pub-id pub-id-type='doi'>10.5555/b"
    "</pub-id><pub-id pub-id-type='pmid'>2</pub-id>{2}</element-citation></ref></ref-list></back></article>"
)
_TEI = (
    "<TEI><teiHeader><fileDesc><titleStmt><title level='a' type='main'>Lamps</title>{0}</titleStmt><publicationStmt><date type='published' when='1999'/>"
    "</publicationStmt><sourceDesc><biblStruct><analytic><title level='a' type='main'>Lamps</title></analytic><monogr><title level='j'>J Towns</title>"
    "<title level='j' type='abbrev'>JT</title><imprint>{1}<date type='published' when='1999'>1 May</date></imprint></monogr></biblStruct></sourceDesc>"
    "</fileDesc></teiHeader><text><back><listBibl><biblStruct><analytic><title level='a'>Walls</title></analytic><monogr><title level='j'>J</title><imprint>"
    "<biblScope unit='volume'>1</biblScope><biblScope unit='page' from='5' to='9'/><date when='1990'/>{2}</imprint></monogr></biblStruct></listBibl></back></text></TEI>"
)
#: What is put into an article and its one reference, and what remarks say of it.
DOUBLED = [
    (_FRONT, ("", "", ""), []),
    (_FRONT, ("<article-title>LAMPS</article-title>", "<pub-date pub-type='epub'><year>1999</year></pub-date>", "<year>1990</year>"), []),
    (_FRONT, ("<article-title>Gates</article-title>", "<volume>3</volume><volume>4</volume>", ""), ["title 'Gates', volume '4'"]),
    (_FRONT, ("", "<pub-date pub-type='epub'><year>2007</year></pub-date>", "<source>K</source><year>1991</year>"), ["epub date's year '2007'", "source 'K', year '1991'"]),
    (_TEI, ("", "", ""), []),
    (_TEI, ("<title level='a' type='main'>Gates</title>", "<date type='published' when='2007'/>", ""), ["title a main 'Gates', date published '2007'"]),
    (_TEI, ("", "", "<date when='1991'/><biblScope unit='page' from='7'/>"), ["date '1991', biblScope page '7'"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "put", "told"), DOUBLED)
def test_a_second_value_is_listed(text: str, put: tuple[str, str, str], told: list[str], tmp_path: Path):
    """Not so where it is another kind of value: a translation, a date in print, an identifier of another kind."""
    (tmp_path / "a.xml").write_text(text.format(*put))
    (batch,) = read(tmp_path / "a.xml")
    assert batch.article is not None
    assert (batch.article.title, batch.article.year, batch.article.fault) == ("Lamps", 1999, "")
    assert [(entry.title, entry.year) for entry in batch.references] == [("Walls", 1990)]
    assert [remark.reason.partition("not kept: ")[2] for remark in batch.remarks] == told


_LIST = "\n\nTowns are seldom quiet, and bells are heard.\n\n# References\n\n* Roe, A. (1999). Towns by day. J, 1.\n* Poe, B. (1998). Bells. J, 2.\n"
#: What an article in other formats states of itself, and what a remark says of it.
STATED = {
    "a.md": ("---\ntitle: Lamps\ntitle: Gates\nauthor: [Ann Roe, Bo Poe]\n---" + _LIST, ["title 'Gates'"]),
    "once.md": ("---\ntitle: Lamps\nauthor: Ann Roe\ndate: 1999\nyear: 1999\n---" + _LIST, []),
    "a.tex": ("\\title{Lamps}\\title{Gates}\\begin{document}Towns are seldom quiet, and bells are heard.\\begin{thebibliography}{1}\\bibitem{a} Roe, A. (1999). Towns by day. J, 1.\\end{thebibliography}", ["title 'Gates'"]),
    "a.html": (("<html><title>Lamps | J</title><meta name='citation_title' content='Lamps'><meta name='citation_title' content='Gates'><meta name='citation_author' content='Roe, Ann'><meta name='citation_author' content='Poe, Bo'>"
        "<h1>Lamps</h1><h1>More</h1><p>Towns are seldom quiet, and bells are heard.</p><h2>References</h2><ul><li>Roe, A. (1999). Towns by day. J, 1.</li></ul></html>"), ["citation_title 'Gates'"]),
}  # fmt: skip


@pytest.mark.parametrize("name", STATED)
def test_what_an_article_states_twice_is_listed(name: str, tmp_path: Path):
    """In its front matter, its preamble or its tags."""
    text, told = STATED[name]
    (tmp_path / name).write_text(text)
    (batch,) = read(tmp_path / name)
    assert batch.article is not None
    assert batch.article.title == "Lamps"
    assert [(remark.where, remark.reason.partition("not kept: ")[2]) for remark in batch.remarks] == [
        (name, said) for said in told
    ]


def test_two_identifiers_of_a_reference_are_kept(tmp_path: Path):
    """Of one kind, too."""
    (tmp_path / "a.xml").write_text(_FRONT.format("", "", "<pub-id pub-id-type='doi'>10.5555/c</pub-id>"))
    (batch,) = read(tmp_path / "a.xml")
    assert batch.references[0].identifiers == ("doi:10.5555/b", "pmid:2", "doi:10.5555/c")


@pytest.mark.parametrize(("name", "cited"), [("jats.xml", 6), ("grobid.tei.xml", 4)])
def test_the_article_cites_its_list(name: str, cited: int, tmp_path: Path):
    """It is a work under its DOI; an entry that could not be read leaves its list PARTIAL."""
    kg.ingest([CASES / name], graph=str(tmp_path / "g"), from_="none")
    graph = kg.open_graph(str(tmp_path / "g"))
    assert len(graph.works) == cited + 1
    assert set(graph.citations["citing"]) == {"doi:10.5555/jit.2019.7"}
    assert graph.works.loc["doi:10.5555/jit.2019.7", "outcome"] == "PARTIAL"


@pytest.mark.parametrize(
    "text", ["<article><front><article-meta/></front></article>", "<TEI><teiHeader/><text><body/></text></TEI>"]
)
def test_without_a_list_it_is_refused(text: str, tmp_path: Path):
    """As any article."""
    (tmp_path / "a.xml").write_text(text)
    with pytest.raises(InputError, match="no reference list") as error:
        read(tmp_path / "a.xml")
    assert error.value.hint


def test_a_page_with_an_article_element_is_a_page(tmp_path: Path):
    """HTML knows <article> too."""
    (tmp_path / "a.html").write_text(
        "<article><h2>References</h2><ul><li>Roe, A. (1999). Towns. J Towns.</li></ul></article>"
    )
    assert [entry.title for batch in read(tmp_path / "a.html") for entry in batch.references] == ["Towns"]


def test_figures_that_are_declared_as_entities_do_no_harm(tmp_path: Path):
    """Publishers name files of pictures so; only entities with a text of their own are refused."""
    pictures = "<!DOCTYPE article [<!ENTITY f1 SYSTEM 'f1.gif' NDATA GIF>]>"
    (tmp_path / "a.xml").write_text(pictures + _LETTER)
    assert [entry.title for batch in read(tmp_path / "a.xml") for entry in batch.references] == ["Towns"]


def test_a_printed_citation_beside_its_elements_is_read_once(tmp_path: Path):
    """As SciELO's articles have each entry; one beside the elements of another work is an entry of its own."""
    elements = "<element-citation><name><surname>Roe</surname></name><article-title>Old <i>towns</i></article-title><year>1999</year></element-citation>"
    printed = "<mixed-citation>{}. Roe A. OLD towns. J Towns. 1999.</mixed-citation>"
    other = "<mixed-citation>Poe, B. (2001). More lamps at night. J Lamps.</mixed-citation>"
    refs = (
        printed.format(1) + elements,
        elements + printed.format(2),
        elements + other,
        printed.format(4) + printed.format(5),
    )
    path, entries = tmp_path / "a.xml", "".join(f"<ref>{ref}</ref>" for ref in refs)
    path.write_text(f"<article><front><article-meta/></front><back><ref-list>{entries}</ref-list></back></article>")
    (batch,) = read(path)
    assert [(entry.title, entry.year) for entry in batch.references] == [
        ("Old towns", 1999), ("Old towns", 1999), ("Old towns", 1999), ("More lamps at night", 2001), ("OLD towns", 1999), ("OLD towns", 1999)
    ]  # fmt: skip
