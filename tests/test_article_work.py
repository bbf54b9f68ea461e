"""An article that is ingested is a work of the graph: title, authors, year and list as it states them; a bare list is none."""

from importlib import resources
from pathlib import Path

import pytest
from crawls import ingest as crawl
from standins.s2_server import Corpus, StandIn

import kg
from kg.build.articles import Stated
from kg.errors import InputError
from kg.graph.folder import Workspace
from kg.ingest.readers.article import read_article
from kg.library.ingested import Ingested
from kg.model import Outcome, Reference, Work

AMBER = "Amber, A. (1912). The drift of continents over the ocean floor. Journal of Rocks."
BIRCH = "Birch, B. (1961). Spreading of the sea floor at ocean ridges. Journal of Rocks."
CEDAR = "Cedar, C. (1968). Plates of the earth and the faults between them. Journal of Rocks."
PROSE = "The floor of the sea moves, as was long denied (Amber, 1912). This essay asks why."


def essay(
    *entries: str, head: str = "# How continents came to move\n\nBy Ada Stone, May 2001\n", prose: str = PROSE
) -> str:
    """The text of an essay in Markdown."""
    return f"{head}\n{prose}\n\n## References\n\n" + "".join(f"* {entry}\n" for entry in entries)


@pytest.fixture
def ingest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a text into a file and ingest it into the test's graph."""
    monkeypatch.chdir(tmp_path)

    def run(text: str, name: str = "essay.md", **options: object) -> Ingested:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        done = kg.ingest(name, graph="g", **({"from_": "none"} | options))
        assert isinstance(done, Ingested)
        return done

    return run


def cited(id_: str) -> set[str]:
    """The works that a work of the test's graph cites."""
    return {c.cited for c in Workspace.open("g").store.citations() if c.citing == id_}


def outcome(id_: str) -> tuple[Outcome, int | None]:
    """How whole the list of a work is, and how long."""
    (found,) = [r for r in Workspace.open("g").store.retrievals() if r.work == id_]
    return found.outcome, found.reported


def test_an_essay_cites_its_references(ingest):
    """Fourteen entries, of which the graph knows none: fifteen works, fourteen citations, a path, a known list."""
    entries = [
        f"Amber, {c}. (19{k}). The drift of {c}-stones over the ocean floor."
        for k, c in enumerate("BCDEFGHIJKLMNO", 10)
    ]
    done = ingest(essay(*entries))
    assert (done.added, done.duplicates) == ({"works": 15, "citations": 14}, 0)
    (article,) = done.articles
    assert (article.title, article.authors, article.year) == ("How continents came to move", ("Ada Stone",), 2001)
    assert (article.entries, article.found, article.stubs, article.uncertain, article.unread) == (14, 0, 14, 0, 0)
    assert outcome("stone2001-article") == (Outcome.COMPLETE, 14)
    graph = kg.open_graph("g")
    assert graph.info().as_dict()["seeds"] == 14
    assert "1. 1 citation" in str(graph.path("Amber 1910", "How continents came to move"))
    assert "stone2001-article, Stone 2001: How continents came to move; its reference list is complete" in str(done)


HEADS = {
    "front.md": ("---\ntitle: On drift\nauthor:\n  - name: Ada Stone\n  - Ben van Reed\ndate: 2019-05-04\ndoi: 10.5555/drift\n---\n",
        "On drift", ("Ada Stone", "Ben van Reed"), 2019, ("doi:10.5555/drift",)),
    "percent.md": ("% On drift\n% Ada Stone; Ben Reed\n% 4 May 2019\n", "On drift", ("Ada Stone", "Ben Reed"), 2019, ()),
    "bare.md": ("# On drift\nAnna Weber, 2021\n", "On drift", ("Anna Weber",), 2021, ()),
    "slanted.md": ("# On drift\n\n*Anna Weber and Ben Reed, 2021*\n", "On drift", ("Anna Weber", "Ben Reed"), 2021, ()),
    "place.md": ("# On drift\n\nNew York, 2021\n", "On drift", (), 2021, ()),
    "byline.md": ("# On *drift*\n*By Ada Stone and Ben Reed*\n12 March 2019\n", "On drift", ("Ada Stone", "Ben Reed"), 2019, ()),
    "german.md": ("# Über die Drift\n\nVon Ada Stone, 2019\n", "Über die Drift", ("Ada Stone",), 2019, ()),
    "plain.txt": ("On drift and what became of it\n\nAuthors: Ada Stone, Ben Reed\n", "On drift and what became of it", ("Ada Stone", "Ben Reed"), None, ()),
    "dated.md": ("# On drift\n\nNew York, March 2019\n", "On drift", (), 2019, ()),
    "subtitle.md": ("# On drift\n\nDeep Sea Floors Revisited\n", "On drift", (), None, ()),
    "section.md": ("## Introduction\n", "", (), None, ()),
    "translated.md": ("# 论漂移\n\n> 原文：<https://example.org/on-the-drift-of-the-continents-91f93c3459fb?source=x>\n", "论漂移", (), None, ()),
    "original.md": ("# 论漂移\n\n原文标题：《On the drift of the continents》\n", "On the drift of the continents", (), None, ()),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_what_an_article_states_of_itself(tmp_path: Path, name: str):
    """Front matter, title lines and bylines are read; a subtitle is no author and a section no title."""
    head, title, authors, year, identifiers = HEADS[name]
    (tmp_path / name).write_text(essay(AMBER, BIRCH, head=head), encoding="utf-8")
    article = read(tmp_path / name)
    assert (article.title, article.authors, article.year, article.identifiers) == (title, authors, year, identifiers)
    assert article.fault == ("" if title else "it states no title")
    assert article.translated == (name == "translated.md")


def read(path: Path) -> Reference:
    """What an article says of itself."""
    article = next(read_article(path)).article
    assert article is not None
    return article


def test_what_a_page_states_of_itself(tmp_path: Path):
    """Its tags go before its first heading, which goes before the title of its window."""
    body = f"<p>{PROSE}</p><h2>References</h2><ul><li>{AMBER}</li><li>{BIRCH}</li></ul>"
    tags = (
        '<meta name="citation_title" content="On &amp; off: drift"><meta name="citation_author" content="Stone, Ada">'
        '<meta name="citation_author" content="van Reed, Ben"><meta name="citation_publication_date" content="2019/05/04">'
        '<meta name="citation_doi" content="10.5555/Drift"><meta property="og:title" content="Drift!">'
    )
    page = tmp_path / "page.html"
    page.write_text(f"<html><head><title>Drift - My blog</title>{tags}</head><body><h1>Drift</h1>{body}</body></html>")
    article = read(page)
    assert (article.title, article.authors) == ("On & off: drift", ("Stone, Ada", "van Reed, Ben"))
    assert (article.year, article.date, article.identifiers) == (2019, "2019-05-04", ("doi:10.5555/drift",))
    page.write_text(
        f"<html><head><title>Drift - My blog</title></head><body><h1>On <i>drift</i></h1>{body}</body></html>"
    )
    assert (read(page).title, read(page).authors, read(page).year) == ("On drift", (), None)


def test_the_name_of_a_site_is_no_part_of_a_title(tmp_path: Path):
    """Where tags add it to what the first heading says, it goes."""
    body = f"<p>{PROSE}</p><h2>References</h2><ul><li>{AMBER}</li><li>{BIRCH}</li></ul>"
    page = tmp_path / "page.html"
    tag = '<meta property="og:title" content="{}">'
    for said, title in (
        ("On drift - Wikipedia", "On drift"),
        ("On drifting", "On drifting"),
        ("Drift | X", "Drift | X"),
    ):
        page.write_text(f"<html><head>{tag.format(said)}</head><body><h1>On  drift</h1>{body}</body></html>")
        assert read(page).title == title


def test_what_latex_states_of_itself(tmp_path: Path):
    r"""\\title, \\author and \\date, without footnotes and affiliations; \\today is no date."""
    text = (
        r"\documentclass{article}\title[Short]{On {\"u}ber-drift\thanks{Money.}}\author{Ada Stone\thanks{Univ. of X} \\ Some Place \and Ben van Reed$^1$}"
        "\n" + r"\date{%s}\begin{document}\maketitle " + PROSE + r"\begin{thebibliography}{9}"
        rf"\bibitem{{a}} {AMBER} \bibitem{{b}} {BIRCH} \end{{thebibliography}}\end{{document}}"
    )
    for date, year in (("March 2019", 2019), (r"\today", None)):
        (tmp_path / "a.tex").write_text(text % date)
        article = read(tmp_path / "a.tex")
        assert (article.title, article.authors, article.year) == ("On über-drift", ("Ada Stone", "Ben van Reed"), year)
        assert (article.fault, article.reported_references) == ("", 2)


LISTS = [
    essay(
        AMBER,
        BIRCH,
        head="# Reading list on drift",
        prose="For the seminar. Read them all before Monday, and bring notes.",
    ),
    essay(AMBER, BIRCH, head="# Drift", prose="I read:"),
    f"* {AMBER}\n* {BIRCH}\n",
    "10.1234/a\n10.1234/b\n",
]


@pytest.mark.parametrize("text", LISTS)
def test_a_bare_list_is_no_work_unless_it_is_said_to_be(ingest, text: str):
    """Its works alone come in, and it says why; --title makes it a work that cites them, and --not-a-work undoes that."""
    name = "ids.txt" if text.startswith("10.") else "list.md"
    done = ingest(text, name)
    assert done.added == {"works": 2, "citations": 0}
    assert f"{name} is no work of its own: it " in str(done)
    titled = ingest(text, name, title="My list", year=2020)
    assert (titled.added, titled.articles[0].year) == ({"works": 1, "citations": 2}, 2020)
    undone = ingest(text, name, not_a_work=True)
    assert (undone.added["works"], undone.fewer) == (0, {"works": 1, "citations": 2})
    assert Workspace.open("g").store.counts() == (2, 0)


def test_the_list_of_the_demo_is_no_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Its 19 entries are works, and the file is none."""
    monkeypatch.chdir(tmp_path)
    with resources.as_file(resources.files("kg") / "data" / "neural_music" / "references.md") as path:
        done = kg.ingest(path, graph="g", from_="none")
    assert isinstance(done, Ingested)
    assert (done.added, done.articles[0].id) == ({"works": 19, "citations": 0}, None)


def test_a_draft_read_again_adds_nothing_and_a_changed_one_replaces_its_list(ingest):
    """The same twice; then an entry less and one more, a new title, a year; then no work at all: never a second work."""
    first, again = ingest(essay(AMBER, BIRCH)), ingest(essay(AMBER, BIRCH))
    assert first.added == {"works": 3, "citations": 2}
    assert (again.added, again.found) == ({"works": 0, "citations": 0}, first.found)
    assert "its list is the same" in str(again)
    changed = ingest(essay(BIRCH, CEDAR))
    assert cited("stone2001-article") == {"birch1961-ref", "cedar1968-ref"}
    assert (changed.articles[0].gained, changed.articles[0].dropped) == (1, 1)
    assert "its list is replaced: 1 new, 1 no longer in it" in str(changed)
    assert Workspace.open("g").store.counts() == (3, 2)
    renamed = ingest(essay(BIRCH, CEDAR, head="# Continents on the move\n\nBy Ada Stone, 2003\n"))
    assert "read before as 'How continents came to move'" in str(renamed)
    work = Workspace.open("g").store.find_by_id("stone2001-article")
    assert work is not None
    assert (work.title, work.year, work.authors) == ("Continents on the move", 2003, ("Ada Stone",))
    ingest(essay(BIRCH, CEDAR), not_a_work=True)
    assert Workspace.open("g").store.counts() == (2, 0)


def test_an_entry_that_another_list_names_stays(ingest):
    """A stub goes with the last list that names it."""
    ingest(f"# References\n\n* {AMBER}\n* {CEDAR}\n", "list.md")
    ingest(essay(AMBER, BIRCH))
    ingest(essay(BIRCH))
    assert {w.id for w in Workspace.open("g").store.works()} == {
        "amber1912-ref",
        "cedar1968-ref",
        "birch1961-ref",
        "stone2001-article",
    }
    ingest(essay(BIRCH, head="# Another essay about drift\n\nBy Eve Reed, 2005\n"), "other.md")
    ingest(essay(AMBER))
    assert {w.id for w in Workspace.open("g").store.works()} >= {"birch1961-ref", "reed2005-article"}


def test_two_drafts_are_two_works_and_one_may_cite_the_other(ingest):
    """An entry that was kept as cited becomes the article it names."""
    ingest(
        essay(
            AMBER,
            "Stone, A. (2001). How continents came to move.",
            head="# Drift seen from today\n\nBy Eve Reed, 2010\n",
        ),
        "late.md",
    )
    ingest(essay(AMBER, BIRCH))
    assert Workspace.open("g").store.counts() == (4, 4)
    assert cited("reed2010-article") == {"amber1912-ref", "stone2001-article"}
    twin = ingest(essay(CEDAR, head="# Another text of another folder\n\nBy Eve Reed, 2011\n"), "more/essay.md")
    assert (twin.added, twin.articles[0].earlier) == ({"works": 2, "citations": 1}, "")


def test_an_article_of_the_graph_is_joined_with_care(ingest, tmp_path: Path):
    """The same DOI, or the same title and year, is the same work; the same title of another year or none is not."""
    table = tmp_path / "w.bib"
    table.write_text(
        "@article{a, title={How continents came to move}, author={Stone, Ada}, year=2001}\n"
        "@article{b, title={On drift}, author={Reed, Ben}, year=1990, doi={10.5555/drift}}\n"
        "@article{c, title={A history of drift and of its enemies}, author={Moss, Eve}, year=1970}\n"
    )
    kg.ingest(table, graph="g", from_="none")
    assert ingest(essay(AMBER)).articles[0].id == "a"
    assert ingest(essay(AMBER, head="---\ntitle: Drift\ndoi: 10.5555/DRIFT\n---\n"), "b.md").articles[0].id == "b"
    for name, head in (
        ("c.md", "# A history of drift and of its enemies\n"),
        ("d.md", "# A history of drift and of its enemies\n\nBy Ada Moss, 2015\n"),
    ):
        article = ingest(essay(AMBER, head=head), name).articles[0]
        assert article.id not in {"a", "b", "c"}
    assert "c" in article.reason
    assert {"a", "b"} == {c.citing for c in Workspace.open("g").store.citations()} & {"a", "b", "c"}
    ingest(essay(AMBER), not_a_work=True)
    assert Workspace.open("g").store.find_by_id("a").title == "How continents came to move"


def test_a_list_is_complete_only_where_every_entry_is_a_work_for_sure(ingest):
    """An entry in doubt, and one that cannot be read, leave it PARTIAL, with the entries counted."""
    jazz = (
        "Eck, D., & Schmidhuber, J. (2002). Finding temporal structure in jazz: Blues improvisation with LSTM networks."
    )
    for _ in range(2):
        done = ingest(essay(AMBER, jazz), from_="bundled")
        assert (done.articles[0].uncertain, done.articles[0].outcome) == (1, Outcome.PARTIAL)
        assert [r.status for r in done.resolutions] == ["stub", "review"]
    head = "Continents on the move in our time\n\n" + PROSE + "\n\nReferences\n\n"
    done = ingest(
        f"{head}{AMBER}\n\n{BIRCH}\n\nsee the notes of 1912 at the end, where more is said.\n",
        "paragraphs.txt",
        year=2002,
    )
    assert (done.articles[0].entries, done.articles[0].unread) == (3, 1)
    assert outcome(str(done.articles[0].id)) == (Outcome.PARTIAL, 3)


def test_a_title_is_for_one_article(ingest, tmp_path: Path):
    """Of two articles, of a bibliography, or with --not-a-work it is refused, and nothing is kept."""
    (tmp_path / "b.bib").write_text("@misc{a, title={Drift}, year=1990}")
    (tmp_path / "a.md").write_text(essay(AMBER))
    (tmp_path / "c.md").write_text(essay(BIRCH))
    for files, more in ((["a.md", "c.md"], {}), (["b.bib"], {}), (["a.md"], {"not_a_work": True})):
        with pytest.raises(InputError, match="--title"):
            kg.ingest(files, graph="g", from_="none", title="X", **more)
    assert not (tmp_path / "graphs" / "g" / "graph.sqlite").exists()


def test_a_crawl_keeps_the_article_too(tmp_path: Path):
    """It cites what its entries were found to be; asked again it is the same."""
    works = [
        Work(
            id="A",
            title="The drift of continents over the ocean floor",
            authors=("A. Amber",),
            year=1912,
            identifiers=("doi:10.1/a",),
        )
    ]
    path = tmp_path / "essay.md"
    path.write_text(essay(AMBER, BIRCH), encoding="utf-8")
    with StandIn(Corpus.from_records(works, [])) as server:
        for _ in range(2):
            report, _ = crawl(server.url, tmp_path / "g", path, stated=Stated())
            (article,) = report.articles
            assert (article.id, article.found, article.stubs, article.outcome) == (
                "stone2001-article",
                1,
                1,
                Outcome.COMPLETE,
            )
    with Workspace.open(str(tmp_path / "g")).store as store:
        assert store.counts() == (3, 2)
