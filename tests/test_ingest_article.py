"""Reference lists are found and read in Markdown, HTML and text; files are told apart by name and content."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError, UnknownName
from kg.ingest.detect import recognise
from kg.ingest.readers.article import read_article
from kg.ingest.readers.reference_text import parse_reference
from kg.ingest.resolve.glossary import has_term, terms_in
from kg.ingest.resolve.links import ieee_number, title_in
from kg.model import Reference

TODD = "Todd, P. M. (1988). A sequential network design for musical applications. Connectionist Models."


def read(tmp_path: Path, text: str, name: str = "article.md") -> list[Reference]:
    """The references of a text."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    return next(read_article(tmp_path / name)).references


def test_the_seed_article(shared):
    """All 19 entries of the machine-translated article, with the names, years and identifiers its markup hides."""
    references = next(read_article(shared / "seed" / "neural-networks-for-music.zh.md")).references
    read_off = [(r.authors[-1], r.et_al, r.year, r.identifiers[0] if r.identifiers else None) for r in references]
    assert read_off == [
        ("Todd", False, 1988, None),
        ("Lewis", False, 1988, None),
        ("Schmidhuber", False, 2002, None),
        ("Marolt", True, 2002, None),
        ("Lee", True, 2009, None),
        ("Hinton", True, 2006, "doi:10.1162/neco.2006.18.7.1527"),
        ("Schrauwen", False, 2014, None),
        ("Pons", True, 2018, "arxiv:1711.02520"),
        ("Bello", False, 2012, None),
        ("Humphrey", True, 2012, None),
        ("Choi", True, 2016, "arxiv:1606.00298"),
        ("庞斯", True, 2016, None),
        ("Lee", True, 2017, "arxiv:1703.01789"),
        ("杨", True, 2017, "arxiv:1703.10847"),
        ("Roberts", True, 2018, "arxiv:1803.05428"),
        ("Donahue", True, 2018, "arxiv:1802.04208"),
        ("Van Den Oord", True, 2016, "arxiv:1609.03499"),
        ("Dieleman", True, 2018, "arxiv:1806.10474"),
        ("Engel", True, 2017, "arxiv:1704.01279"),
    ]
    assert all(r.translated for r in references)
    assert references[0].title == "音乐应用的顺序网络设计"
    assert references[8].title == "用卷积神经网络重新思考自动和弦识别"
    assert references[11].acronyms == ("CBMI",)
    assert references[0].where == "neural-networks-for-music.zh.md line 88"


@pytest.mark.parametrize(
    "heading",
    [
        "# References", "## **参考文献**", "7. Bibliography", "Literatur\n=========", "**Références:**",
        "Bibliografía", "Список литературы", "REFERENCES", "### VII. Works Cited ###", "参考文献 (References)",
    ],
)  # fmt: skip
def test_headings_of_many_languages(tmp_path, heading):
    """The list under the heading is taken, whatever the heading's language and dress, and prose is not."""
    text = f"# Title\n\nIn 1988, Todd wrote.\n\n- a point of 1999\n\n{heading}\n\nSome words.\n\n* {TODD}\n"
    assert [reference.authors for reference in read(tmp_path, text)] == [("Todd",)]


def test_numbered_wrapped_entries_end_at_the_next_heading(tmp_path):
    """Entries in [1] style run over lines; an appendix of the same rank ends the list."""
    text = (
        '# References\n\n[1] P. M. Todd, "A sequential network design," in\n    Proc. Summer School, 1988.\n'
        "[2] A. van den Oord et al., “WaveNet: raw audio,” 2016.\n\n# Appendix\n\n[3] not this, 1999.\n"
    )  # fmt: skip
    first, second = read(tmp_path, text)
    assert (first.authors, first.title, first.year) == (("Todd",), "A sequential network design", 1988)
    assert (second.authors, second.et_al, second.title) == (("van den Oord",), True, "WaveNet: raw audio")


def test_plain_text_with_one_entry_per_line_or_paragraph(tmp_path):
    """Without bullets, lines with their own year or paragraphs are entries."""
    lines = f"Text.\n\nReferences\n\n{TODD}\nLewis, J. P. (1988). Creation by refinement. ICNN.\n"
    assert [r.authors for r in read(tmp_path, lines, "a.txt")] == [("Todd",), ("Lewis",)]
    paragraphs = (
        "References\n\nTODD, P. M. A sequential network\n  design. 1988.\n\nHild, H. (1992) HARMONET:\na net.\n"
    )
    assert [r.title for r in read(tmp_path, paragraphs, "b.txt")] == ["A sequential network design", "HARMONET: a net"]


def test_without_a_heading_the_longest_run_of_citations_counts(tmp_path):
    """Other lists are passed over; a text with no citations has no reference list."""
    text = (
        f"# Blog\n\n* milk\n* eggs of 2020\n\nI read:\n\n1. {TODD}\n2. Lewis, J. P. (1988). Creation by refinement.\n"
    )
    assert [r.authors for r in read(tmp_path, text)] == [("Todd",), ("Lewis",)]
    with pytest.raises(InputError, match="no reference list"):
        read(tmp_path, "# Blog\n\nJust words of 1988.\n")


def test_html_pages(tmp_path):
    """Items of a page, closed or not, links kept, menus, scripts and footers not; entities decoded."""
    page = f"""<!DOCTYPE html><html><body><nav><ul><li>Home 2020</li></ul></nav><h2>References</h2>
    <ol><li>{TODD.replace("A sequential", '<a href="https://arxiv.org/abs/1609.03499">A sequential</a>')}
    <li><p>D. Eck &amp; J. Schmidhuber, &ldquo;Finding structure,&rdquo; <i>NNSP</i>, 2002.</p></li></ol>
    <script>var a = "1. Me, X. (2000). No.";</script><footer><ul><li>Imprint 2021, us</li></ul></footer></body>"""
    first, second = read(tmp_path, page, "page.html")
    assert first.identifiers == ("arxiv:1609.03499",)
    assert first.title == "A sequential network design for musical applications"
    assert (second.authors, second.title, second.year) == (("Eck", "Schmidhuber"), "Finding structure", 2002)


@pytest.mark.parametrize(
    ("text", "authors", "et_al", "year", "title"),
    [
        (TODD, ("Todd",), False, 1988, "A sequential network design for musical applications"),
        ("Eck, D., & Schmidhuber, J. (2002a). Finding it: Blues. IEEE.", ("Eck", "Schmidhuber"), False, 2002, "Finding it: Blues"),
        ("Lee, Honglak; Ng, Andrew Y (2009) Features. NIPS", ("Lee", "Ng"), False, 2009, "Features"),
        ("A. Müller und B. Weiß. Netze und Töne. In Musik, Seiten 1999–2003, 2004.", ("Müller", "Weiß"), False, 2004, "Netze und Töne"),
        ("Van Den Oord et al., 2016: “WaveNet”, arXiv:1609.03499", ("Van Den Oord",), True, 2016, "WaveNet"),
        ("Smith, J., et al. (2001, May). Do nets dream? Journal, 3(2), 1990-1995.", ("Smith",), True, 2001, "Do nets dream?"),
        ("王伟, 李明. 音乐生成研究. 2010.", ("王伟", "李明"), False, 2010, "音乐生成研究"),
    ],
)  # fmt: skip
def test_styles_of_citation(text, authors, et_al, year, title):
    """Names, year and title of the usual styles; page ranges and arXiv numbers are no years."""
    reference = parse_reference(text)
    assert (reference.authors, reference.et_al, reference.year) == (authors, et_al, year)
    assert reference.title == title
    assert not reference.translated


@given(st.text(max_size=120))
def test_any_text_can_be_read(text):
    """Whatever stands in an entry, it is kept, and nothing is raised."""
    assert parse_reference(text).text == " ".join(text.split())


def test_what_links_tell():
    """Document numbers of IEEE, titles spelled out in addresses, and nothing where there is nothing."""
    assert ieee_number("https://ieeexplore.ieee.org/abstract/document/23933/") == "23933"
    assert ieee_number("https://ieeexplore.ieee.org/xpl/articleDetails.jsp?arnumber=6854950") == "6854950"
    assert ieee_number("https://example.org/document/23933") is None
    assert title_in("https://x.org/paper/3674-a-fast-learning-algorithm-for-nets.pdf") == (
        "a fast learning algorithm for nets"
    )
    assert title_in("https://arxiv.org/pdf/1711.02520.pdf") == ""


def test_glossary_takes_the_longest_term_and_any_alternative():
    """大规模 (large scale) is one term; a term fits a title by the beginnings of its words."""
    assert terms_in("大规模音乐") == [("scale",), ("music",)]
    assert has_term("Musical tagging", ("music",))
    assert not has_term("An amusing tale", ("music",))
    assert has_term("End-to-end learning", ("end to end",))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.md", "# Title", "article"),
        ("a.html", "<p>x</p>", "article"),
        ("a.bib", "% nothing yet", "bibtex"),
        ("library.txt", "% c\n\n@article{a, title={T}}", "bibtex"),
        ("a.json", '[{"id": 1, "title": "T"}]', "csl"),
        ("a", '{"items": [{"id": 1, "title": "T"}]}', "csl"),
        ("ids.txt", "# seeds\n10.1109/icnn.1988.23933\narXiv:1609.03499", "ids"),
        ("edges.csv", "citing,cited\na,b", "edges"),
        ("edges.tsv", "a\tb", "edges"),
        ("edges.txt", "a,b\nc,d", "edges"),
        ("edges.csv", "10.1/a,10.1/b\n10.1/c,10.1/d", "edges"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_files_are_recognised(tmp_path, name, content, kind, packed):
    """By name and content, gzipped or not; --as has the last word."""
    path = tmp_path / (name + ".gz" if packed else name)
    path.write_bytes(gzip.compress(content.encode()) if packed else content.encode())
    assert recognise(path) == kind
    assert recognise(path, as_="article") == "article"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.md", b" \n", "is empty"),
        ("a.pdf", b"%PDF-1.4 ...", "is a PDF"),
        ("a.png", b"\x89PNG\0\0", "not a text file"),
        ("nodes.csv", b"id,year\na,1999", "table of works"),
        ("a.csv", b"x,y,z\n1,2,3", "no columns citing and cited"),
        ("a.json", b'[{"paperId": 1}]', "not CSL-JSON"),
        ("a.json", b'[{"itemType": "book", "title": "T"}]', "Zotero"),
        ("a.xyz", b"Dear reader,\nthis is no list of 1999.\n", "cannot recognise the format"),
    ],
)
def test_files_kg_cannot_read_are_named(tmp_path, name, content, message):
    """Each kind of unreadable file is one error that says what it is."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        recognise(tmp_path / name)
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_missing_files_folders_and_unknown_formats(tmp_path):
    """Errors of usage: similar names of formats are offered."""
    with pytest.raises(InputError, match="file not found"):
        recognise(tmp_path / "none.md")
    with pytest.raises(InputError, match="folder"):
        recognise(tmp_path, as_="article")
    with pytest.raises(UnknownName, match="bibtx") as caught:
        recognise(tmp_path / "none.md", as_="bibtx")
    assert caught.value.near[0] == "bibtex"
