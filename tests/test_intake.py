"""Intake: what files name becomes the right works, whatever mistakes the files hold."""

from pathlib import Path

import pytest

from kg.build.lookup_sources import StoreSource
from kg.build.read_files import Report, take_in
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Claim, Remark, Resolution, Work

WAVENET = Work(
    id="wavenet",
    title="WaveNet: A Generative Model for Raw Audio",
    authors=("Aäron van den Oord",),
    year=2016,
    identifiers=("arxiv:1609.03499",),
)
CITED = Work(id="lstm", title="Long short-term memory", authors=("Hochreiter, Sepp",), year=1997)
SAID = Claim(
    id="c", statement="S", kind="k", place="p", article="a", roles=(("wavenet", "subject"), ("todd", "object"))
)


@pytest.fixture
def source(tmp_path: Path):
    """Give a source that knows WaveNet, one reference of it, and a claim about it and another work."""
    todd = Work(id="todd", title="A sequential network design", authors=("Todd, P.",), year=1988)
    with Writer.open(tmp_path / "source.sqlite", "t") as writer:
        writer.add(
            Batch(
                works=[WAVENET, CITED, todd],
                citations=[Citation(citing="wavenet", cited="lstm", source="s")],
                claims=[SAID],
            )
        )
    with Store.open(tmp_path / "source.sqlite") as store:
        yield StoreSource(store, "source")


@pytest.fixture
def read(tmp_path: Path, source: StoreSource):
    """Read a text as a file into the test's graph; give the report."""

    def ingest(name: str, text: str) -> Report:
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / "g").mkdir(exist_ok=True)
        with Writer.open(tmp_path / "g" / "graph.sqlite", name) as writer:
            return take_in(writer, [tmp_path / name], sources=[source])

    return ingest


@pytest.fixture
def held(tmp_path: Path):
    """Open the test's graph."""
    return lambda: Store.open(tmp_path / "g" / "graph.sqlite")


def bib(key: str, title: str, author: str, year: int, more: str = "") -> str:
    """Make one BibTeX entry."""
    return f"@article{{{key}, title={{{title}}}, author={{{author}}}, year={{{year}}}{more}}}\n"


BIRD = bib("bird", "The life of garden birds in winter", "Smith, A.", 2001, ", eprint={1609.03499}")
WAVE = bib("mywave", "WaveNet: A Generative Model for Raw Audio", "van den Oord, A.", 2016)


@pytest.mark.parametrize("text", [BIRD + WAVE, WAVE + BIRD])
def test_a_mistyped_identifier_does_not_take_another_work_over(read, held, text: str):
    """The birds keep their own record, WaveNet its identifier, reference and claim."""
    report = read("my.bib", text)
    assert {r.id: r.status for r in report.resolutions} == {"bird": "review", "mywave": "resolved"}
    with held() as store:
        assert store.find_by_id("arXiv:1609.03499").id == "mywave"
        assert store.find_by_id("bird").title == "The life of garden birds in winter"
        assert [(c.citing, c.cited) for c in store.citations()] == [("mywave", "lstm")]
        assert [c.roles for c in store.claims()] == [(("mywave", "subject"),)]


def test_a_key_used_for_two_works_keeps_both_and_says_which_is_which(read, held):
    """Titles that only begin alike are two works if year or author differ; the report names the ids kept."""
    read("one.bib", bib("s2000", "Deep learning", "Smith, A.", 2000))
    for _ in range(2):
        report = read("two.bib", bib("s2000", "Deep learning for music generation", "Jones, B.", 2019))
        assert [r.id for r in report.resolutions] == ["s2000-2"]
    with held() as store:
        assert [(w.id, w.year) for w in store.works()] == [("s2000", 2000), ("s2000-2", 2019)]


def test_claims_do_not_reach_works_that_only_share_a_key(read, held):
    """The source's claim about its `todd` is not told of the user's `todd`."""
    read("my.bib", bib("todd", "The life of garden birds in winter", "Smith, A.", 2001) + WAVE)
    with held() as store:
        assert [c.roles for c in store.claims()] == [(("mywave", "subject"),)]


def test_stubs_of_one_title_stay_apart_by_author(read, held):
    """Two prefaces of one year are two works; the same list read again adds none."""
    text = (
        "# References\n\n* Smith, J. (2000). Introduction. In Handbook of Birds.\n"
        "* Jones, K. (2000). Introduction. In Handbook of Cars.\n"
    )
    first, again = read("a.md", text), read("a.md", text)
    assert {r.status for r in first.resolutions} <= {"stub", "review"}
    assert len({r.id for r in first.resolutions}) == 2
    assert [r.id for r in again.resolutions] == [r.id for r in first.resolutions]
    with held() as store:
        assert store.counts() == (2, 0)


def test_one_identifier_in_three_spellings_is_one_work(read, held):
    """A list of ids gives each unknown work its best identifier as id, once."""
    report = read("ids.txt", "doi:10.1234/ABC\n10.1234/abc\nhttps://doi.org/10.1234/abc\n")
    assert {r.id for r in report.resolutions} == {"doi:10.1234/abc"}
    assert {r.status for r in report.resolutions} == {"stub"}
    with held() as store:
        assert store.counts() == (1, 0)


def test_works_with_different_dois_are_not_joined_by_title(read, held):
    """A conference paper and its journal version, told apart by their DOIs, stay two works and are listed for review."""
    one = bib("conf", "A study of garden birds in winter", "Smith, A.", 2010, ", doi={10.1000/a}")
    two = bib("jour", "A study of garden birds in winter", "Smith, A.", 2010, ", doi={10.1000/b}")
    report = read("both.bib", one + two)
    assert [r.status for r in report.resolutions] == ["unresolved", "review"]
    assert "another DOI" in report.resolutions[1].reason
    with held() as store:
        assert store.counts() == (2, 0)


def test_a_reference_read_again_says_the_same(read, held):
    """Reading a file twice changes no count and no status."""
    first, again = read("my.bib", WAVE), read("my.bib", WAVE)
    assert [(r.id, r.status) for r in first.resolutions] == [(r.id, r.status) for r in again.resolutions]
    with held() as store:
        assert store.counts() == (2, 1)
        assert len(list(store.resolutions())) == 1


def test_an_export_keeps_its_citations_whatever_its_works_are_called(read, held, tmp_path: Path):
    """Cited texts stay stubs, are nobody's seeds, and citations follow a work whose key was taken."""
    read("first.bib", bib("WOS:1", "The life of garden birds in winter", "Smith, A.", 1990))
    report = read(
        "export.txt",
        "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Doe, J\nTI On the hearing of music\nPY 2000\n"
        "CR Todd PM, 1989, COMPUT MUSIC J, V13, P27\n   Lewis JP, 1988, ICNN, V2, P229\nUT WOS:1\nER\n\nEF\n",
    )
    assert (report.records, [r.id for r in report.resolutions]) == (1, ["WOS:1-2"])
    with held() as store:
        assert {c.citing for c in store.citations()} == {"WOS:1-2"}
        assert store.counts() == (4, 2)
        assert sum(w.seed for w in store.works()) == 2
        assert sum(w.stub for w in store.works()) == 2


def test_a_status_that_no_reference_can_have_is_listed(tmp_path: Path):
    """The others of the same batch are kept."""
    given = [Resolution(text="Roe 1999", status="odd"), Resolution(text="Poe 1989", status="stub")]
    with Writer.open(tmp_path / "graph.sqlite", "test") as writer:
        writer.add(Batch(resolutions=given))
    with Store.open(tmp_path / "graph.sqlite") as store:
        assert [r.text for r in store.resolutions()] == ["Poe 1989"]
        assert list(store.remarks()) == [Remark("Roe 1999", "status 'odd' of a reference: impossible, and left out")]
