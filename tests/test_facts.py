"""What sources say of a work's type and of retractions: read, kept with who says so, shown, found; unknown is not "no"."""

import json
import sqlite3

import pytest

from kg.facts import TYPES, Fact, facts_of
from kg.graph.folder import Workspace
from kg.graph.schema import SCHEMA_VERSION
from kg.graph.store import Store
from kg.graph.withdraw import delete_unnamed
from kg.graph.writer import Writer
from kg.ingest.readers.bibtex import read_bibtex
from kg.ingest.readers.csl import read_csl
from kg.ingest.readers.endnote_pubmed import read_endnote, read_enw, read_pubmed
from kg.ingest.readers.json_works import read_crossref, read_openalex, read_s2
from kg.ingest.readers.ris_nbib_wos import read_nbib, read_ris, read_wos
from kg.ingest.sources.s2.records import work_of
from kg.library.pages import Pages
from kg.library.works import FoundWorks
from kg.model import Batch, Citation, Work
from kg.output.dossier.content import dossier
from kg.output.dossier.sections import heading
from kg.output.export.bibtex import to_bibtex

RETRACTED = Work(
    id="wakefield",
    title="Ileal hyperplasia",
    authors=("Wakefield, A. J.",),
    year=1998,
    source="openalex",
    facts=facts_of("openalex", "article", retracted=True)
    + facts_of("crossref", None, retracted=True, day="2010-02-06"),
)


def graph(tmp_path, *works, citations=()):
    """A graph of these works in a folder."""
    with Writer.open(tmp_path / "graph.sqlite", "test", name="g") as writer:
        writer.add(Batch(works=list(works), citations=list(citations)))
    return Workspace.open(f"{tmp_path}/")


def first(reader, tmp_path, text):
    """The first work that a reader finds in a text."""
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    return next(iter(reader(path, source="x"))).works[0]


PUBMED = """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>T</ArticleTitle>
<PublicationTypeList><PublicationType>Journal Article</PublicationType><PublicationType>Review</PublicationType>
<PublicationType>Retracted Publication</PublicationType></PublicationTypeList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"""
CASES = {
    "bibtex": (read_bibtex, "@phdthesis{a, title = {T}, author = {A, B}}", "thesis", None),
    "bibtex of arXiv": (read_bibtex, "@article{a, title = {T}, journal = {arXiv preprint arXiv:1609.03499}}", "preprint", None),
    "bibtex misc": (read_bibtex, "@misc{a, title = {T}}", "", None),
    "ris": (read_ris, "TY  - CHAP\nTI  - T\nER  - \n", "chapter", None),
    "ris conference": (read_ris, "TY  - CPAPER\nTI  - T\nER  - \n", "proceedings-article", None),
    "csl": (read_csl, '[{"id": "a", "type": "paper-conference", "title": "T"}]', "proceedings-article", None),
    "nbib": (read_nbib, "PMID- 1\nTI  - T\nPT  - Journal Article\nPT  - Retracted Publication\n", "article", True),
    "pubmed": (read_pubmed, PUBMED, "review", True),
    "wos": (read_wos, "FN x\nVR 1.0\nPT J\nTI T\nDT Article; Retracted Publication\nUT W:1\nER\nEF\n", "article", True),
    "endnote": (
        read_endnote,
        '<xml><records><record><ref-type name="Book Section">5</ref-type><titles><title>T</title></titles></record></records></xml>',
        "chapter",
        None,
    ),
    "enw": (read_enw, "%0 Thesis\n%T T\n", "thesis", None),
    "openalex": (
        read_openalex,
        '[{"id": "https://openalex.org/W1", "title": "T", "type": "review", "is_retracted": true, "authorships": []}]',
        "review",
        True,
    ),
    "openalex says no": (
        read_openalex,
        '[{"id": "https://openalex.org/W1", "title": "T", "type": "book-chapter", "is_retracted": false, "authorships": []}]',
        "chapter",
        None,
    ),
    "s2": (
        read_s2,
        json.dumps([{"paperId": "a" * 40, "title": "T", "publicationTypes": ["JournalArticle", "Review"]}]),
        "review",
        None,
    ),
    "crossref preprint": (
        read_crossref,
        '[{"DOI": "10.1/a", "title": ["T"], "type": "posted-content", "subtype": "preprint", "reference-count": 0}]',
        "preprint",
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_reader_knows_what_a_source_calls_a_work(case, tmp_path):
    """One small vocabulary for what the formats call a work; a word that says nothing gives no type."""
    reader, text, type_, retracted = CASES[case]
    work = first(reader, tmp_path, text)
    assert (work.type, work.retracted) == (type_, retracted)
    assert {fact.source for fact in work.facts} <= {"x"}


def test_crossref_dates_a_retraction_and_its_notice_names_the_work(tmp_path):
    """`updated-by` is a retraction of the work, `update-to` one by it; a correction is neither."""
    update = '{"DOI": "10.1000/N", "type": "%s", "updated": {"date-parts": [[2010, 2, 6]]}}'
    item = '[{"DOI": "10.1000/a", "title": ["T"], "type": "journal-article", "reference-count": 1, "%s": [%s]}]'
    work = first(read_crossref, tmp_path, item % ("updated-by", update % "retraction"))
    assert Fact("retracted", "2010-02-06", "x") in work.facts
    assert first(read_crossref, tmp_path, item % ("updated-by", update % "correction")).retracted is None
    notice = first(read_crossref, tmp_path, item % ("update-to", update % "retraction"))
    assert (notice.retracted, [f.value for f in notice.facts if f.name == "retracts"]) == (None, ["doi:10.1000/n"])


def test_semantic_scholars_paper_has_its_type():
    """Of several types the most particular one; null is unknown."""
    paper = {"paperId": "a" * 40, "title": "T", "publicationTypes": ["JournalArticle", "Conference"]}
    assert (work_of(paper).type, work_of(paper | {"publicationTypes": None}).type) == ("proceedings-article", "")


def test_every_type_has_its_own_words():
    """No word of a source stands for two types."""
    words = [word for words in TYPES.values() for word in words.split()]
    assert len(words) == len(set(words))


def test_what_is_said_stays_with_who_says_it(tmp_path):
    """A second source adds its word, a source that changes its mind replaces its own, and a join loses nothing."""
    old = Work(id="a", title="One", source="x.bib", facts=facts_of("x.bib", "article"))
    space = graph(
        tmp_path, old, Work(id="b", title="One", identifiers=("doi:10.1/b",), source="y", facts=facts_of("y", "data"))
    )
    with Writer.open(tmp_path / "graph.sqlite", "again") as writer:
        writer.add(Batch(works=[Work(id="a", title="One", source="openalex", facts=facts_of("openalex", "letter"))]))
        writer.add(Batch(works=[Work(id="a", title="One", source="openalex", facts=facts_of("openalex", "review"))]))
        writer.add(Batch(works=[Work(id="a", title="One", identifiers=("doi:10.1/b",), source="z")]))
        assert writer.joined
    space.store.renew_snapshot()
    (work,) = space.store.works()
    assert work.facts == (
        Fact("type", "review", "openalex"),
        Fact("type", "article", "x.bib"),
        Fact("type", "dataset", "y"),
    )
    assert work.type == "review"
    assert space.graph.works["type"].tolist() == ["review"]


def test_a_notice_in_the_graph_retracts_its_work(tmp_path):
    """Whichever comes first: the notice names the work by any of its identifiers."""
    notice = Work(id="n", title="Retraction", date="2010-02-06", year=2010, source="crossref")
    notice = Work(**{f: getattr(notice, f) for f in ("id", "title", "date", "year", "source")}, facts=facts_of("crossref", "retraction", retracts=["doi:10.1/w"]))  # fmt: skip
    work = Work(id="w", title="Findings", year=1998, identifiers=("doi:10.1/w",), source="x")
    for n, works in enumerate(((notice, work), (work, notice))):
        space = graph(tmp_path / str(n), *works) if (tmp_path / str(n)).mkdir() is None else None
        assert space.store.find_by_id("w").facts == (Fact("retracted", "2010-02-06", "crossref"),)
        assert space.store.find_by_id("n").retracted is None
        assert [w.id for w in space.store.described(retracted=True)] == ["w"]
        assert space.as_of(2009).store.find_by_id("w").retracted is None
        assert space.as_of(2010).store.find_by_id("w").retracted
        for then in (space, space.as_of(2009), space.as_of(2010)):
            table = then.graph.works["retracted"]
            assert {w.id: w.retracted for w in then.store.works()} == {id_: table[id_] or None for id_ in table.index}


def test_retracted_works_are_marked_wherever_they_appear(tmp_path):
    """In `kg show`, search, the dossier, the map, the report, BibTeX and SPARQL; the other work is not marked."""
    space = graph(
        tmp_path, RETRACTED, Work(id="b", title="Autism", year=2004, source="x"), citations=[Citation(citing="b", cited="wakefield", source="x")]
    )  # fmt: skip
    works = FoundWorks(space)
    shown = works.show("wakefield")
    text = str(shown)
    assert "Ileal hyperplasia [retracted]" in text
    assert "retracted on 2010-02-06  (crossref)" in text
    assert "type: article  (openalex)" in text
    assert (shown.as_dict()["retracted"], works.show("b").as_dict()["retracted"]) == (True, None)
    assert [w.id for w in works.search(retracted=True)] == ["wakefield"]
    assert [w.id for w in works.search("hyperplasia", type="article")] == ["wakefield"]
    assert not works.search("autism", type="article")
    table = space.graph.works
    assert table.loc["wakefield", "retracted"] is True
    assert table["retracted"].isna().tolist().count(True) == 1
    pages = Pages(space)
    for page in (pages.map(), pages.report()):
        assert "Ileal hyperplasia [retracted]" in str(page)
        assert "Autism [retracted]" not in str(page)
    assert heading(dossier(space.graph, "wakefield"))[0] == "Retracted."
    rows = pages.sparql("SELECT ?id ?t { ?w kg:retracted true ; kg:id ?id ; a fabio:Article ; kg:type ?t }").rows
    assert rows == [["wakefield", "article"]]
    assert "note = {Retracted}" in to_bibtex(space.store.works())


def test_as_of_a_year_only_earlier_retractions_are_known(tmp_path):
    """A retraction of a later or unknown day is not known then."""
    space = graph(tmp_path, RETRACTED)
    assert [space.as_of(year).store.find_by_id("wakefield").retracted for year in (2009, 2010)] == [None, True]


def test_a_graph_of_the_schema_before_is_read_and_then_brought_up_to_date(tmp_path):
    """Reading changes nothing in the file; the next writing adds what is new."""
    graph(tmp_path, RETRACTED)
    path = tmp_path / "graph.sqlite"
    db = sqlite3.connect(path)
    db.executescript("DROP TABLE fact; DROP TABLE concept_in_source; DROP TABLE run_work")
    db.executescript("UPDATE meta SET value = 2 WHERE key = 'schema'")
    db.close()
    (tmp_path / "graph.digest").unlink()  # which came later
    with Store.open(path) as store:
        assert (next(store.works()).title, next(store.works()).facts) == ("Ileal hyperplasia", ())
        assert next(store.as_of(2000).works()).facts == ()
        assert list(store.concepts()) == []
    assert sqlite3.connect(path).execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == (2,)
    with Writer.open(path, "test") as writer:
        writer.add(Batch(works=[RETRACTED]))
    with Store.open(path) as store:
        assert next(store.works()).retracted
    assert sqlite3.connect(path).execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == (SCHEMA_VERSION,)


def test_a_type_and_a_retraction_are_each_enough_to_be_found(tmp_path):
    """By `described`, of works of which a source says one of the two, and nothing else or something else beside it."""
    said = {"typed": facts_of("x", "review"), "gone": (Fact("retracted", "", "x"),), "noted": (Fact("note", "n", "x"),)}
    store = graph(tmp_path, *(Work(id=id_, title=id_, source="x", facts=facts) for id_, facts in said.items())).store
    assert [w.id for w in store.described("review")] == ["typed"]
    assert [w.id for w in store.described(retracted=True)] == ["gone"]
    assert [w.id for w in store.described()] == ["typed", "gone"]


def test_what_is_said_of_a_deleted_work_goes_with_it(tmp_path):
    """The row of a work taken back may be given to another, which is not retracted for that."""
    with Store.create(tmp_path / "g.sqlite", name="g") as store, Writer.open(store.path, "test") as writer:
        stub = Work(id="a", title="A", stub=True, source="x.md", facts=(Fact("retracted", "", "x.md"),))
        writer.add(Batch(works=[stub]))
        row = store.row("a")
        writer.store.db.execute("BEGIN")
        assert delete_unnamed(writer.store.db, [row], "x.md", 2, stubs=True) == [row]
        assert writer.store.db.execute("SELECT count(*) FROM fact").fetchone() == (0,)
        writer.store.db.execute("COMMIT")
