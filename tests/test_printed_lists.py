"""Printed reference lists as careless programs write them: year, surnames, title and identifiers of each entry."""

from pathlib import Path

import pytest

from kg.ingest.readers.article import read_article
from kg.ingest.readers.reference_text import parse_reference

CASES = Path(__file__).parent / "cases"


#: file -> what each entry of its printed list tells: year, surnames, title, identifiers; None where it does not matter
LISTS: dict[str, list[tuple[int | None, tuple[str, ...] | None, str | None, tuple[str, ...]]]] = {
    "a01dash.md": [
        (1998, ("Harrow",), "Streets and Their Watchers", ()),
        (2005, ("Harrow",), "Watching the Watchers", ()),
        (2009, ("Harrow", "de Vries"), "Cameras in Narrow Streets", ()),
        (2011, None, "The Quiet Square", ()),
        (None, ("Ito",), "Notes on Lamps", ()),
        (1976, ("Marx",), "Capital of the Town", ()),
        (2018, ("World Bank",), "World Report on Streets", ()),
    ],
    "k_vanc.md": [
        (2020, ("Braun", "Mahn", "Ryle", "Kapler", "Dhar", "Nelson"), "Language models are learners of few shots", ()),
        (2017, ("Vaswan", "Shaz", "Parma"), "Attention is all they need", ()),
        (2012, ("The NOTHING Trial Group",), "A randomised trial of nothing", ()),
        (2001, ("McCull",), "Social environments and health: cross sectional survey", ()),
    ],
    "f_given.md": [
        (2012, ("Boubak", "Ghou", "Saff"), "Cash Holdings of Connected Firms", ()),
        (2001, ("Ito", "Adeyemi"), "Lamps at Night", ()),
        (2003, ("Smith",), "Titles and years", ()),
        (1994, ("Tester",), "The Flaneur of Towns", ()),
    ],
    "a09two.md": [
        (1998, ("Harrow",), "Streets and their watchers", ()),
        (2001, ("Ito",), "Lamps at night", ()),
        (2010, ("Marsh",), "Quiet squares", ()),
        (2015, ("Nolan",), "A popular book on squares", ()),
    ],
    "a12phys.txt": [
        (1967, ("Weinmar",), "", ()),
        (1968, ("Saler",), None, ()),
        (1970, ("Glasher", "Iliop", "Maini"), "", ()),
        (1971, ("'t Hoff",), "", ()),
        (1995, ("Witte",), "String theory dynamics in various dimensions", ("arxiv:hep-th/9503124",)),
        (1998, ("Maldan",), "", ("arxiv:hep-th/9711200",)),
        (2012, ("ATLAS Collaboration",), "", ("arxiv:1207.7214",)),
        (1998, ("Arka-Ham", "Dimo", "Dval"), "The hierarchy problem and new dimensions at a millimeter", ("arxiv:hep-ph/9803315",)),
    ],
    "k_gost.md": [
        (2005, ("Иванов", "Петров"), "Нейронные сети в музыке", ()),
        (1989, ("Todor",), "A connectionist approach to tunes", ("doi:10.5555/3679551",)),
        (None, ("Кузнецов",), "О памяти", ()),
    ],
    "a18ltx.html": [
        (1998, ("Harrow", "Ito"), "Streets and their watchers", ()),
        (2017, ("Xu", "Li", "Wu"), "Quiet squares at night", ("arxiv:1701.01234",)),
    ],
    "f_two.md": [
        (2015, ("Xu", "Li", "Wu"), "Streets at night in large towns", ()),
        (2016, ("Smith", "Xu", "Li"), "Streets by day in small towns", ()),
        (2017, ("Smith", "Xu", "He"), "Streets at dawn in old towns", ()),
    ],
    "k_and.md": [
        (1986, ("Davids",), "Revolution and the Word", ()),
        (1970, ("Stahl",), "Nickel and cobalt in rocks of the Ries", ()),
        (1964, ("Keyes",), "Politics, Parties, and Pressure Groups", ()),
    ],
    "k_year.md": [
        (1967, ("Durk",), "On the Division of Labour", ()),
        (2015, ("World Health Office",), "Report on nothing", ()),
        (2000, ("Aspen", "Aspen", "Russel", "Wedler"), "Human technology: A verification of Kelly's (1997) suggestion", ()),
    ],
    "a15tex.tex": [
        (1998, ("Harrow", "Ito"), "Streets and their watchers", ()),
        (2001, ("Itô",), "Lamps at night", ()),
        (2010, ("Marsh",), "Quiet squares", ("arxiv:1001.1234",)),
    ],
    "f_doi.txt": [
        (2014, ("Harrow", "Ito"), "Deep learning in neural networks of towns", ("doi:10.5555/j.neunet.2014.09.003",)),
        (2010, ("Marsh",), "Language in the town brain", ("doi:10.5555/j.brain.2010.03.002", "pmid:20227440")),
    ],
}  # fmt: skip
#: entries of the same kinds
ENTRIES: list[tuple[str, int | None, tuple[str, ...], str]] = [
    ("Roe, Ann. (in press). Towns to come. J Towns.", None, ("Roe",), "Towns to come"),
    ("Poe B, Ma Y, Ho C, et al. Squares at noon. J Towns. 2019;1:1-2.", 2019, ("Poe", "Ma", "Ho"), "Squares at noon"),
    ("European Towns Commission. Report on lamps. Brussels, 2001.", 2001, ("European Towns Commission",), "Report on lamps"),
    ("Roe A, Poe B: Squares and health. J Towns 2001;3:1.", 2001, ("Roe", "Poe"), "Squares and health"),
    ("Roe, Ann Mary, and Cy Doe. “On Lamps.” Lamp Journal 2 (2001): 1-2.", 2001, ("Roe", "Doe"), "On Lamps"),
    ("ROE Ann, POE Bo, La lampe, Paris, Seuil, 1999.", 1999, ("ROE", "POE"), "La lampe"),
    ("A. Roe and B. Poe, J. Town. Phys. 12, 345 (1999).", 1999, ("Roe", "Poe"), ""),
    ("C. Doe, Rev. Mod. Towns 3, 1 (2001) [math/0101001].", 2001, ("Doe",), ""),
    ("Roe А. Б., Сидоров В. Г. О площадях // Город. 2001. № 2.", 2001, ("Roe", "Сидоров"), "О площадях"),
    ("Yu, K., He, L., & Ng, A. (2011). Quiet towns. J Towns, 1, 2.", 2011, ("Yu", "He", "Ng"), "Quiet towns"),
    ("Roe, A., Sand and gravel of towns, Journal of Sand, 3, 1-2, 1999.", 1999, ("Roe",), "Sand and gravel of towns"),
    ("Roe, Ann. Towns. Hill House, 1999. Web. Retrieved 4 May 2019.", 1999, ("Roe",), "Towns"),
    ("Roe, A. (1999). Towns. Hill. (accessed 3 May 2011).", 1999, ("Roe",), "Towns"),
    ("A. Roe, ``Lamps,'' in Proc. Towns, 1999, pp. 1-2.", 1999, ("Roe",), "Lamps"),
    ("Ann Roe and Bo B. Poe. Lamps of old towns. Manuscript, 1995.", 1995, ("Roe", "Poe"), "Lamps of old towns"),
    ("Ann D. Roe, Bo Poe, and Ai Li. Eager lamps. In Proc. Towns, 1992.", 1992, ("Roe", "Poe", "Li"), "Eager lamps"),
    ("Roe, Ann. “Lamps.” Towns Blog, 2 Aug. 2006, Web. 29 Sept. 2016.", 2006, ("Roe",), "Lamps"),
    ("ROE, A. La lampe se pose. Ville, 25/04/2013, n°1103, pp. 16-18.", 2013, ("ROE",), "La lampe se pose"),
]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_each_printed_list_is_read_right(name: str):
    """No entry of it is lost, and each tells what stands in it."""
    found = next(read_article(CASES / name)).references
    assert len(found) == len(LISTS[name])
    for reference, (year, authors, title, identifiers) in zip(found, LISTS[name], strict=True):
        assert reference.year == year, reference
        assert authors in (None, reference.authors), reference
        assert title in (None, reference.title), reference
        assert reference.identifiers == identifiers, reference


@pytest.mark.parametrize(("text", "year", "authors", "title"), ENTRIES)
def test_entries_of_the_same_kinds(text: str, year: int | None, authors: tuple[str, ...], title: str):
    """Two more of each."""
    found = parse_reference(text)
    assert (found.year, found.authors, found.title) == (year, authors, title)
