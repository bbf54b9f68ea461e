"""Surnames with particles are whole; containers are no references; nothing read again finds itself; doubles end as one work."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.graph.folder import Workspace
from kg.ingest.readers.reference_text import parse_reference
from kg.library.ingested import Ingested
from kg.text import PARTICLES, cited_as, name_key, surname

WHOLE = {
    "van den Oord": ["van den Oord, Aaron", "Oord, Aaron van den", "Aaron van den Oord", "A. van den Oord", "van den Oord"],
    "du Toit": ["du Toit, Alexander", "Alexander du Toit", "Toit, A. L. du"],
    "Le Pichon": ["Le Pichon, X.", "Xavier Le Pichon", "X. Le Pichon", "Le Pichon"],
    "de la Cruz": ["Juan de la Cruz", "Cruz, Juan de la", "de la Cruz, J."],
    "von Neumann": ["John von Neumann", "Neumann, John von"],
    "al-Khwarizmi": ["Muhammad al-Khwarizmi", "al-Khwarizmi, M."],
    "Van 't Hoff": ["Van 't Hoff, J. H.", "J. H. Van 't Hoff"],
    "Ramón y Cajal": ["Santiago Ramón y Cajal", "Ramón y Cajal, S.", "S. Ramón y Cajal", "Cajal, Santiago Ramón y"],
    "de Santos Otero": ["Santos Otero, A. de", "de Santos Otero, A.", "A. de Santos Otero"],
    "Song": ["Le Song", "Song, Le"],
    "Wu": ["Di Wu"],
    "Linh": ["Nguyen Van Linh"],
}  # fmt: skip


@pytest.mark.parametrize(("family", "name"), [(family, name) for family, names in WHOLE.items() for name in names])
def test_a_surname_is_whole_however_it_is_written(family: str, name: str):
    """With its particles, before or behind; a given name that looks like one is none; it is compared by its last word."""
    assert surname(name) == family
    assert cited_as([name], 1968) == f"{family} 1968"
    assert name_key(surname(name)) == name_key(family)


@given(
    st.lists(st.sampled_from(sorted(PARTICLES)), max_size=3),
    st.from_regex(r"[A-Z][a-z]{3,9}", fullmatch=True),
    st.sampled_from("AXZ"),
)
def test_both_orders_name_the_same(particles: list[str], last: str, initial: str):
    """It may be "First Last", "Last, First" or "Last, First particles": the surname is one."""
    whole = " ".join([*particles, last])
    forms = {
        surname(f"{initial}. {whole}"),
        surname(f"{whole}, {initial}."),
        surname(f"{last}, {initial}. {' '.join(particles)}"),
    }
    assert forms == {whole}


PRINTED = {
    "Ramón y Cajal, S., & Santos Otero, A. de (1968). Sea-floor spreading and drift. JGR, 73, 3661.": ("Ramón y Cajal", "de Santos Otero"),
    "S. Ramón y Cajal and A. de Santos Otero. Sea-floor spreading and drift. JGR, 1968.": ("Ramón y Cajal", "de Santos Otero"),
    "Ramón y Cajal S, Toit A du. Sea-floor spreading and drift. J Geophys Res. 1968;73:3661.": ("Ramón y Cajal", "du Toit"),
    "García, J. y López, M. (1968). Sea-floor spreading and drift. JGR, 73, 3661.": ("García", "López"),
    "Le Pichon, X., & du Toit, A. L. (1968). Sea-floor spreading and drift. JGR, 73, 3661-3697.": ("Le Pichon", "du Toit"),
    "Le Pichon X, du Toit AL. Sea-floor spreading and drift. J Geophys Res. 1968;73:3661-97.": ("Le Pichon", "du Toit"),
    "X. Le Pichon and A. du Toit. Sea-floor spreading and drift. JGR, 1968.": ("Le Pichon", "du Toit"),
    "Oord, A. van den, Dieleman, S., & Vries, P. de (1968). Sea-floor spreading and drift. arXiv.": ("van den Oord", "Dieleman", "de Vries"),
    "Neumann, John von, and Oskar Morgenstern. 1968. Sea-floor spreading and drift. Princeton: PUP.": ("von Neumann", "Morgenstern"),
    "van der Maaten L, van den Oord A. Sea-floor spreading and drift. JMLR 1968;9:2579.": ("van der Maaten", "van den Oord"),
    "al-Khwarizmi M, de la Cruz J. Sea-floor spreading and drift. J Alg. 1968;73:3661.": ("al-Khwarizmi", "de la Cruz"),
    "Laurens van der Maaten and Xavier Le Pichon. 1968. Sea-floor spreading and drift. JMLR.": ("van der Maaten", "Le Pichon"),
}  # fmt: skip


@pytest.mark.parametrize("text", PRINTED)
def test_printed_references_keep_particles(text: str):
    """In every style the names, the year and the title are those that stand there."""
    reference = parse_reference(text)
    assert (reference.authors, reference.year, reference.title) == (
        PRINTED[text],
        1968,
        "Sea-floor spreading and drift",
    )


@pytest.fixture
def ingest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ingested]:
    """Write a text into a file and ingest it into the test's graph."""
    monkeypatch.chdir(tmp_path)

    def run(text: str, name: str, **options: object) -> Ingested:
        (tmp_path / name).write_text(text, encoding="utf-8")
        done = kg.ingest(name, graph="g", **({"from_": "none"} | options))
        assert isinstance(done, Ingested)
        return done

    return run


def test_works_are_named_by_whole_surnames(ingest):
    """By all of it, or its last word; and shown whole."""
    ingest(
        "@article{a, title={Floors of the sea}, author={Xavier Le Pichon and Toit, Alexander du}, year=1968}", "a.bib"
    )
    graph = kg.open_graph("g")
    for name in ("Le Pichon 1968", "Pichon 1968", "Le Pichon & du Toit 1968"):
        assert graph.show(name).as_dict()["id"] == "a"
    assert "Le Pichon & du Toit" in str(graph.search("floors"))


CONTAINERS = {
    "x.bib": (
        ("@inproceedings{p, title={A paper on towns}, author={Roe, Ann}, crossref={c}, year=1999}\n"
        "@proceedings{c, title={Towns 99}, editor={Poe, Bo}, year=1999}\n@periodical{j, title={Towns}, year=2001}\n"
        "@incollection{q, title={A chapter on towns}, author={Roe, Ann}, crossref={b}, year=1999}\n"
        "@collection{b, title={All of towns}, editor={Poe, Bo}, year=1999}\n"
        "@collection{d, title={Towns and how they grew}, editor={Poe, Bo}, year=2003, doi={10.5555/towns}}\n"),
        {"p", "q", "d"},
        3,
    ),
    "x.ris": (
        ("TY  - CONF\nAU  - Roe, Ann\nTI  - A paper on towns\nID  - p\nER  - \nTY  - CONF\nTI  - Towns 99\nED  - Poe, Bo\nER  - \n"
        "TY  - JFULL\nTI  - Towns, the journal\nER  - \nTY  - CONF\nTI  - A paper whose author was lost\nSP  - 12\nID  - q\nER  - \n"),
        {"p", "q"},
        2,
    ),
    "x.json": (
        ('[{"id": "p", "type": "paper-conference", "title": "A paper on towns"}, {"id": "c", "type": "collection", "title": "Towns 99"},'
        '{"id": "j", "type": "periodical", "title": "Towns"}]'),
        {"p"},
        2,
    ),
    "y.json": (
        ('[{"DOI": "10.5555/p", "type": "journal-article", "title": ["A paper on towns"], "is-referenced-by-count": 1},'
        '{"DOI": "10.5555/i", "type": "journal-issue", "title": ["Towns 1(2)"], "is-referenced-by-count": 0},'
        '{"DOI": "10.5555/c", "type": "proceedings", "title": ["Towns 99"], "is-referenced-by-count": 0}]'),
        {"doi:10.5555/p"},
        2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("name", CONTAINERS)
def test_containers_are_no_references(ingest, name: str, strict: bool):
    """Proceedings, journals and issues are listed as left out, also with strict; papers in them, and edited books, are works."""
    text, works, left_out = CONTAINERS[name]
    done = ingest(text, name, strict=strict)
    assert {work.id for work in Workspace.open("g").store.works()} == works
    assert [remark.reason.startswith("a container (") for remark in done.remarks] == [True] * left_out


BIB = "@article{mine, title={The drift of continents over the ocean floor}, author={Amber, Ada}, year=1912}\n"
RIS = (
    "TY  - JOUR\nID  - mine\nAU  - Amber, Ada\nTI  - The drift of continents over the ocean floor\nPY  - 1912\nER  - \n"
)
MARKDOWN = "# References\n\n* Amber, A. (1912). The drift of continents over the ocean floor. Rocks.\n"


@pytest.mark.parametrize(
    ("name", "text"), [("a.bib", BIB), ("a.ris", RIS), ("a.md", MARKDOWN), ("a.txt", "10.5555/drift\n")]
)
def test_a_file_read_again_does_not_find_itself(ingest, name: str, text: str):
    """What was not found is not found again, for the same reason, and nothing is added; another file finds it."""
    first, again = ingest(text, name), ingest(text, name)
    assert [(r.status, r.reason, r.method) for r in again.resolutions] == [
        (r.status, r.reason, r.method) for r in first.resolutions
    ]
    assert (again.found, again.added, again.fewer) == (0, {"works": 0, "citations": 0}, {"works": 0, "citations": 0})
    if name.endswith((".bib", ".ris")):
        assert ingest(text.replace("mine", "yours"), f"b{Path(name).suffix}").found == 1
        assert Workspace.open("g").store.counts()[0] == 1


def test_entries_alike_in_one_list_are_two_works(ingest):
    """A list names a work once: reports of two years are two works, also when read again."""
    lines = [f"* Amber, A. ({year}). The state of the ocean floor in {year}. Rocks.\n" for year in (1911, 1912)]
    for _ in range(2):
        ingest("# References\n\n" + "".join(lines), "a.md")
        assert Workspace.open("g").store.counts() == (2, 0)


def test_a_double_that_is_resolved_leaves_one_work(ingest):
    """Decided by hand, an entry's own record becomes the other work, at once and ever after; fewer works are never "-1 works"."""
    ingest(BIB, "a.bib")
    other = (
        "@article{dup, title={The drift of continents over the ocean floor}, author={Amber, Ada}, year=1999}\n"
        "@article{odd, title={On continents that drift}, author={Amber, Ada}, year=1913}\n"
    )
    done = ingest(other, "b.bib")
    assert [r.status for r in done.resolutions] == ["review", "unresolved"]
    assert "years differ: 1999 in the entry, 1912 there" in done.resolutions[0].reason
    kg.resolve("Amber (1999)", "mine", graph="g")
    kg.resolve("On continents that drift", "mine", graph="g")
    for _ in range(2):
        assert [work.id for work in Workspace.open("g").store.works()] == ["mine"]
        again = ingest(other, "b.bib")
        assert ([r.id for r in again.resolutions], again.remarks) == (["mine", "mine"], ())
    assert Workspace.open("g").store.find_by_id("odd").id == "mine"


def test_a_record_that_joins_two_works_leaves_fewer(ingest):
    """Two works of a graph that a third record shows to be one: one fewer, said so, and no negative number."""
    ingest("@article{a, title={Drift}, year=1912, author={Amber, Ada}}", "a.bib")
    ingest("@article{b, title={Drift}, year=1912, pmid=77}", "b.bib")
    assert Workspace.open("g").store.counts()[0] == 2
    joined = ingest("@article{a, title={Drift}, year=1912, author={Amber, Ada}, pmid=77}", "a.bib")
    assert (joined.added["works"], joined.fewer["works"]) == (0, 1)
    assert "1 work and 0 citations fewer than before" in str(joined)
    assert "-1" not in str(joined)


@pytest.mark.parametrize(("year", "author", "words"), [
    (1999, "Stone, Ada", "years differ: 1999 in the entry, 1912 there"),
    (1912, "van den Berg, Eve", "authors differ: van den Berg in the entry, Stone there"),
])  # fmt: skip
def test_what_differs_is_said(ingest, year: int, author: str, words: str):
    """Which two years, or whose names, speak against an equal title."""
    ingest("@article{a, title={A long history of drift and floor}, author={Stone, Ada}, year=1912}", "a.bib")
    done = ingest(
        f"@article{{b, title={{A long history of drift and floor}}, author={{{author}}}, year={year}}}", "b.bib"
    )
    assert (done.resolutions[0].status, done.resolutions[0].likely) == ("review", "a")
    assert words in done.resolutions[0].reason
