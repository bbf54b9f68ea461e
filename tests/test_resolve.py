"""References find their work or say why not; none ends at a wrong one."""

import csv
from collections.abc import Iterable
from importlib import resources

import pytest

from kg.ids import parse_identifier
from kg.ingest.readers.article import read_article
from kg.ingest.readers.reference_text import parse_reference
from kg.ingest.resolve.reference import cited_surnames, has_more_authors, reference_of, stub_of
from kg.ingest.resolve.resolver import resolve
from kg.model import Reference, Work
from kg.text import name_key, short_title, surname, title_key

BUNDLED = resources.files("kg") / "data" / "neural_music"
ARTICLE_ORDER = [
    "todd1988sequential", "lewis1988creation", "eck2002finding", "marolt2002neural",
    "lee2009unsupervised", "hinton2006fast", "dieleman2014end", "pons2018end", "humphrey2012rethinking",
    "humphrey2012moving", "choi2016automatic", "pons2016experimenting", "lee2017sample",
    "yang2017midinet", "roberts2018hierarchical", "donahue2018adversarial", "oord2016wavenet",
    "dieleman2018challenge", "engel2017neural",
]  # fmt: skip


class Works:
    """A catalogue over a list of works, in the plainest way."""

    def __init__(self, works: Iterable[Work]) -> None:
        self.works = list(works)

    def find_by_id(self, identifier: str) -> Work | None:
        """By id or identifier."""
        return next((w for w in self.works if identifier in (w.id, *w.identifiers)), None)

    def find_by_title(self, title: str) -> list[Work]:
        """By title or title before its colon."""
        key = title_key(title)
        return [w for w in self.works if key in (title_key(w.title), title_key(short_title(w.title)))]

    def find_by_author_year(self, surname_: str, years: Iterable[int]) -> list[Work]:
        """By first author and year."""
        return [
            w for w in self.find_by_year(years)
            if w.authors and name_key(surname(w.authors[0])) == name_key(surname_)
        ]  # fmt: skip

    def find_by_year(self, years: Iterable[int]) -> list[Work]:
        """By year."""
        wanted = set(years)
        return [w for w in self.works if w.year in wanted]

    def without(self, id_: str) -> "Works":
        """All but one."""
        return Works(w for w in self.works if w.id != id_)


def work(id_: str, authors: str = "", year: int | None = None, title: str = "", venue: str = "", *ids: str) -> Work:
    """A work in one line."""
    names = tuple(name for name in authors.split("; ") if name)
    return Work(id=id_, authors=names, year=year, title=title, venue=venue, identifiers=ids)


@pytest.fixture(scope="module")
def bundled() -> Works:
    """The works of the bundled graph."""
    with (BUNDLED / "works.csv").open(encoding="utf-8") as file:
        return Works(
            work(
                row["key"], row["authors"], int(row["year"]) if row["year"] else None, row["title"], row["venue"],
                *(parse_identifier(f"{scheme}:{row[scheme]}") for scheme in ("doi", "arxiv") if row[scheme]),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


@pytest.fixture(scope="module")
def translated(shared) -> list[Reference]:
    """The 19 references of the article in machine translation."""
    return next(read_article(shared / "seed" / "neural-networks-for-music.zh.md")).references


@pytest.fixture(scope="module")
def english() -> list[Reference]:
    """The bundled reference list."""
    with resources.as_file(BUNDLED / "references.md") as path:
        return next(read_article(path)).references


@pytest.mark.parametrize("language", ["translated", "english"])
def test_all_19_references_find_their_work(request, bundled, language):
    """The translated article and the bundled list both resolve to the 19 seeds, in the article's order."""
    answers = [resolve(reference, [bundled]) for reference in request.getfixturevalue(language)]
    assert [resolution.status for resolution, _ in answers] == ["resolved"] * 19
    assert [found.id for _, found in answers if found] == ARTICLE_ORDER
    assert all(resolution.method and resolution.reason.endswith(".") for resolution, _ in answers)


@pytest.mark.parametrize("place", range(19), ids=ARTICLE_ORDER)
def test_a_work_that_is_not_there_is_not_replaced(bundled, translated, english, place):
    """With a seed taken away its reference never resolves to another work."""
    rest = bundled.without(ARTICLE_ORDER[place])
    resolution, found = resolve(translated[place], [rest])
    assert (resolution.status in {"review", "unresolved"}, found) == (True, None), resolution
    assert resolution.reason
    resolution, found = resolve(english[place], [rest])
    assert found is None, resolution


def test_todd_1988_is_not_todd_1989(bundled, english):
    """Author and year within one agree, so the title must decide."""
    rest = bundled.without("todd1988sequential")
    assert rest.find_by_author_year("Todd", [1989])
    assert resolve(english[0], [rest])[0].status == "unresolved"


def test_eck_2002_has_other_candidates(bundled, translated):
    """With the right one gone, the others of that year are offered for review, and neither is taken."""
    resolution, found = resolve(translated[2], [bundled.without("eck2002finding")])
    assert (resolution.status, resolution.id, found) == ("review", "eck2002first", None)
    assert resolution.runner_up == "anon2002learning"
    assert "as well with anon2002learning" in resolution.reason


def test_decoys_beside_translated_references(bundled, translated):
    """Real works by the same author, or at the same place, in the same year are not taken for the missing ones."""
    decoys = [
        work("m", "Marolt, Matija; Kavcic, A.; Privosnik, M.; Divjak, S.", 2002, "On detecting note onsets in piano music"),
        work("t", "Todd, Neil", 1988, "Rhythm and grouping in the perception of speech"),
        work("l", "Lewis, Clayton", 1988, "Why and how to learn why"),
        work("y", "Yang, Yi-Hsuan; Chen; Liu", 2017, "Music emotion recognition", "ISMIR"),
        work("p", "Bogdanov; Serra, Xavier; Herrera", 2016, "A content-based index", "CBMI"),
    ]  # fmt: skip
    catalogue = Works([*decoys, *(w for w in bundled.works if w.id not in ARTICLE_ORDER)])
    assert [found for reference in translated if (found := resolve(reference, [catalogue])[1])] == []
    both = Works([*decoys, *bundled.works])
    assert [resolve(reference, [both])[0].id for reference in translated] == ARTICLE_ORDER


def test_a_twin_by_all_facts_makes_it_a_review(bundled, translated):
    """Two works with the same facts are not told apart by guessing."""
    twin = next(w for w in bundled.works if w.id == "humphrey2012rethinking")
    copy = work("twin", "; ".join(twin.authors), twin.year, "Rethinking automatic chord recognition with convolutional neural networks again", twin.venue)  # fmt: skip
    resolution, found = resolve(translated[8], [Works([*bundled.works, copy])])
    assert (resolution.status, found) == ("review", None)
    assert "twin" in resolution.reason


WAVENET = work("w", "van den Oord, A.; Dieleman, S.", 2016, "WaveNet: A Generative Model for Raw Audio", "", "arxiv:1609.03499")  # fmt: skip
ATTENTION = work("a", "Vaswani, A.; Shazeer, N.", 2017, "Attention Is All You Need")
PREFACE = work("p", "Mann, A.", 1990, "Preface")
PART_1 = work("p1", "Ng, A.", 2001, "Deep networks for music analysis, part 1")


@pytest.mark.parametrize(
    ("text", "status", "id_"),
    [
        ("Oord, A. v. d. (2016). WaveNet. arXiv.", "resolved", "w"),
        ("Oord, A. v. d. (2017). WaveNet: A generative model for raw audio!", "resolved", "w"),
        ("Someone, X. (1950). WaveNet. arXiv.", "unresolved", None),
        ("Vaswani, A. (2017). Attention is not all you need.", "unresolved", None),
        ("Vaswani, A. (2017). Attention is all you need on devices.", "unresolved", None),
        ("Vaswani, A. (1950). Attention is all you need.", "review", "a"),
        ("Other, B. (1950). Attention is all you need.", "unresolved", None),
        ("Other, B. (2017). Attention is all you need.", "review", "a"),
        ("“Attention is all you need”", "resolved", "a"),
        ("“Preface”", "review", "p"),
        ("Mann, A. (1991). “Preface”", "resolved", "p"),
        ("Ng, A. (2001). Deep networks for music analysis, part 2.", "unresolved", None),
        ("Ng, A. (2001). Deep network for music analyses, part 1.", "resolved", "p1"),
        ("Ng, A. (2001). Deep networks for image analysis, part 1.", "review", "p1"),
        ("A. Vaswani, N. Shazeer, Attention Is All You Need, NeurIPS, 2017.", "resolved", "a"),
        ("Wrong, X. (1950). Cooking for beginners today. arXiv:1609.03499", "review", "w"),
        ("Oord (2016). Another title altogether here. arXiv:1609.03499", "resolved", "w"),
        ("(2016)", "unresolved", None),
    ],
)
def test_rules_of_title_year_and_author(text, status, id_):
    """Numerals and negations must agree, short titles need author and year, namesakes and mistyped ids do not count."""
    resolution, found = resolve(parse_reference(text), [Works([WAVENET, ATTENTION, PREFACE, PART_1])])
    assert (resolution.status, resolution.id) == (status, id_), resolution
    assert (found is not None) == (status == "resolved")
    assert resolution.text == text
    assert resolution.reason


def test_ieee_number_needs_year_and_publisher():
    """A document number names the IEEE work of about that year whose DOI ends in it."""
    held = Works([work("i", "Lewis, J.", 1988, "Creation", "", "doi:10.1109/icnn.1988.23933"), work("o", "", 1988, "", "", "doi:10.1/x.23933")])  # fmt: skip
    link = "[Titel](https://ieeexplore.ieee.org/document/23933/)"
    assert resolve(parse_reference(f"Lewis，1988—{link}"), [held])[0].method == "IEEE number"
    assert resolve(parse_reference(f"Lewis，1995—{link}"), [held])[1] is None


def test_identifiers_that_name_two_works_are_reviewed_unless_the_title_tells():
    """A DOI and an arXiv id of different works: the title decides, else a person."""
    held = Works([WAVENET, work("d", "Oord, A.", 2016, "Something else", "", "doi:10.1/d")])
    both = Reference(text="x", identifiers=("doi:10.1/d", "arxiv:1609.03499"))
    assert resolve(both, [held])[0].status == "review"
    titled = Reference(text="x", title="Something else", identifiers=both.identifiers)
    assert resolve(titled, [held])[0].id == "d"


def test_a_title_that_is_only_like_it_does_not_outweigh_another_doi():
    """A case of S is none of E, which has a DOI of its own, whether a work keeps its DOI as id or beside it."""
    told = {"authors": ("Berg, Ada",), "year": 2000, "title": "The remarkable case of E"}
    for id_, *ids in (("doi:10.1/s",), ("s", "doi:10.1/s")):
        shelf = Works([work(id_, "Berg, Ada", 2000, "The remarkable case of S", "", *ids)])
        assert resolve(Reference(text="x", identifiers=("doi:10.1/e",), **told), [shelf])[1] is None
        assert resolve(Reference(text="x", **told), [shelf])[1] is not None


def test_catalogues_are_asked_in_order():
    """The first catalogue that surely has the work answers; a likely one in an earlier does not stop the search."""
    first = Works([work("maybe", "Other, B.", 2017, ATTENTION.title)])
    resolution, _ = resolve(
        parse_reference("Vaswani, A. (2017). Attention is all you need."), [first, Works([ATTENTION])]
    )
    assert (resolution.status, resolution.id) == ("resolved", "a")


def test_a_work_of_a_bibliography_as_reference():
    """Surnames in order, "and others" as et al., and the same identifiers."""
    reference = reference_of(work("k", "Todd, Peter M.; Loy, Gareth; others", 1989, "T", "CMJ", "doi:10.1/x"))
    assert (cited_surnames(reference), has_more_authors(reference)) == (["Todd", "Loy"], True)
    assert (reference.year, reference.title, reference.identifiers) == (1989, "T", ("doi:10.1/x",))
    assert resolve(reference, [Works([work("other", "", None, "", "", "doi:10.1/x")])])[0].id == "other"


def test_stubs_have_readable_ids_of_their_own():
    """`todd1988-ref`, then with a number; a stub keeps the cited title, or the text where there is none."""
    reference = parse_reference("Todd, P. M. (1988). A sequential network design.")
    stub = stub_of(reference, lambda id_: id_ == "todd1988-ref")
    assert (stub.id, stub.title, stub.year, stub.stub) == ("todd1988-ref-2", "A sequential network design", 1988, True)
    assert stub_of(Reference(text="no author"), lambda _: False).id == "cited-ref"
    assert stub_of(Reference(text="no author"), lambda _: False).title == "no author"
