"""BibTeX, CSL-JSON and lists of identifiers."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.ingest.readers.bibtex import read_bibtex
from kg.ingest.readers.csl import read_csl
from kg.ingest.readers.id_list import read_ids
from kg.ingest.readers.tex import from_tex
from kg.model import Batch
from kg.text import surname

BIB = r"""
@string{nc = "Neural Computation"}
@comment{jabref}
@article{hinton, title={A Fast {Learning} Algorithm}, author="Hinton, Geoffrey E. and Teh, Yee-Whye", journal=nc,
  year=2006, doi={https://doi.org/10.1162/NECO.2006.18.7.1527}}
@misc{oord, title={{WaveNet}: raw audio}, author={A{\"a}ron {van den Oord} and {Google \& Friends}},
  eprint={1609.03499}, archiveprefix={arXiv}, date={2016-09-12}, url={https://arxiv.org/abs/1609.03499v2}}
@article{broken, title={Unclosed, year=2000

@article{hinton, title={Another Work}, year=1999}
@article{hinton, title={A fast learning algorithm.}, year=2006}
@article{twice, title={T}, doi={10.1000/x}, doi={10.1000/y}}
@misc{nothing, note={no title}}
@book{biblatex, title={Main}, subtitle={Sub}, editor={family=Santos, given=Jo\~ao, prefix=dos}, year={in press}}
"""


def whole(pages) -> Batch:
    """All pages in one batch."""
    batch = Batch()
    for page in pages:
        batch.works += page.works
        batch.remarks += page.remarks
        batch.duplicates += page.duplicates
        batch.records += page.records
    return batch


def test_bibtex_entries_become_works(tmp_path):
    """Strings, accents, braces, identifiers and dates are read; broken entries are listed by line, good ones stay."""
    (tmp_path / "x.bib").write_text(BIB, encoding="utf-8")
    batch = whole(read_bibtex(tmp_path / "x.bib", source="bib"))
    works = {work.id: work for work in batch.works}
    assert list(works) == ["hinton", "oord", "hinton-2", "twice", "biblatex"]
    assert works["hinton"].venue == "Neural Computation"
    assert works["hinton"].authors == ("Hinton, Geoffrey E.", "Teh, Yee-Whye")
    assert works["hinton"].identifiers == ("doi:10.1162/neco.2006.18.7.1527",)
    assert works["oord"].authors == ("Aäron van den Oord", "Google & Friends")
    assert (works["oord"].year, works["oord"].date) == (2016, "2016-09-12")
    assert works["oord"].identifiers == ("arxiv:1609.03499",)
    assert works["twice"].identifiers == ("doi:10.1000/x",)
    assert (works["biblatex"].title, works["biblatex"].authors) == ("Main: Sub", ("dos Santos, João",))
    assert works["biblatex"].year is None
    assert (batch.records, batch.duplicates) == (8, 1)
    listed = {int(remark.where.split()[-1]): remark.reason for remark in batch.remarks}
    assert list(listed) == [8, 10, 12, 13]
    assert "hinton-2" in listed[10]
    assert "a field is given twice, perhaps as two records ran together; not kept: doi '{10.1000/y}'" in listed[12]
    assert listed[13] == "neither title nor identifier"


def test_strict_bibtex_and_files_without_entries(tmp_path):
    """`strict` refuses at the first fault; text without an entry is no bibliography."""
    (tmp_path / "x.bib").write_text(BIB, encoding="utf-8")
    with pytest.raises(InputError, match=r"x\.bib line 8"):
        list(read_bibtex(tmp_path / "x.bib", source="bib", strict=True))
    for text in ("no entry here", "@misc{x, note={n}}"):
        (tmp_path / "y.bib").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="no record in"):
            list(read_bibtex(tmp_path / "y.bib", source="bib"))


def test_latin_1_bibliographies_are_read(tmp_path):
    """Old files in Windows-1252 keep their letters."""
    (tmp_path / "x.bib").write_bytes("@misc{a, title={Über Musik}, author={Müller, Jörg}}".encode("cp1252"))
    assert whole(read_bibtex(tmp_path / "x.bib", source="bib")).works[0].authors == ("Müller, Jörg",)


def test_a_real_bibliography(shared):
    """Every entry becomes a work without a trace of TeX in titles and names; two more are read in test_formats_works.py."""
    batch = whole(read_bibtex(shared / "data" / "inputs" / "bibtex" / "intbib.bib", source="bib"))
    assert len(batch.works) == len({work.id for work in batch.works}) == batch.records == 993
    text = " ".join(work.title + " ".join(work.authors) for work in batch.works)
    assert not set(text) & set("\\{}")
    assert any("ü" in author for work in batch.works for author in work.authors)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\\{}~$`'-", exclude_categories=("C", "Z"))))
def test_text_without_tex_is_left_alone(text):
    """Decoding changes nothing where there is no TeX."""
    assert from_tex(text) == text


def write(tmp_path: Path, value: object) -> Path:
    """A value as a JSON file."""
    path = tmp_path / "x.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


ITEMS = [
    {
        "id": "todd", "type": "article-journal", "title": "A connectionist approach", "DOI": "10.2307/3679551",
        "author": [{"family": "Todd", "given": "Peter M."}, {"literal": "MIT"}],
        "issued": {"date-parts": [[1989, "12", 1]]}, "container-title": "Computer Music Journal",
    },
    {"id": 7, "type": "book", "title": ["First"], "issued": {"raw": "around 1990"},
     "author": [{"family": "Oord", "given": "A.", "non-dropping-particle": "van den"}]},
    {"id": "todd", "type": "book", "title": "Another"},
    {"type": "book", "title": "no id"},
    "text",
]  # fmt: skip


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"items": items}])
def test_csl_items_become_works(tmp_path, wrap):
    """Names, dates and identifiers of CSL-JSON; keys used twice get a suffix; what is no item is listed."""
    batch = whole(read_csl(write(tmp_path, wrap(ITEMS)), source="csl"))
    first, second, third = batch.works
    assert (first.authors, first.year, first.date) == (("Todd, Peter M.", "MIT"), 1989, "1989-12-01")
    assert (first.identifiers, first.venue) == (("doi:10.2307/3679551",), "Computer Music Journal")
    assert (second.id, second.title, second.year) == ("7", "First", 1990)
    assert surname(second.authors[0]) == "van den Oord"
    assert third.id == "todd-2"
    assert [remark.where for remark in batch.remarks] == [f"x.json item {n}" for n in (3, 4, 5)]
    with pytest.raises(InputError, match="item 3"):
        list(read_csl(tmp_path / "x.json", source="csl", strict=True))


def test_csl_ids_and_texts_that_json_allows(tmp_path):
    """The id 0 is an id, an empty id gives way to the DOI, and half a surrogate pair is U+FFFD in every field."""
    items = [{"id": 0, "title": "Zero \ud800 \U0001d11e"}, {"id": "", "DOI": "10.1/x", "title": ["T\udc00"]}]
    items.append({"id": "a\ud800", "title": "N", "author": [{"literal": "M\ud800"}], "DOI": "10.1/\ud800"})
    works = whole(read_csl(write(tmp_path, items), source="csl")).works
    assert [(work.id, work.title) for work in works] == [
        ("0", "Zero \ufffd \U0001d11e"), ("10.1/x", "T\ufffd"), ("a\ufffd", "N")
    ]  # fmt: skip
    assert works[2].authors == ("M\ufffd",)
    assert str(works).encode()


@pytest.mark.parametrize("value", [[], {}, {"items": []}, 3, [{"itemType": "book", "title": "Zotero"}]])
def test_json_without_items_is_refused(tmp_path, value):
    """JSON that holds no CSL item is one error."""
    with pytest.raises(InputError):
        list(read_csl(write(tmp_path, value), source="csl"))


def test_list_of_identifiers(tmp_path):
    """One identifier per line in any spelling; remarks and blanks are passed over, other lines listed."""
    path = tmp_path / "ids.txt"
    path.write_text(
        "# seeds\n10.1109/ICNN.1988.23933  # Lewis\n\narXiv:1609.03499v2\nTodd 1989\nhttps://doi.org/10.1/x#y\n",
        encoding="utf-8",
    )
    (batch,) = read_ids(path)
    references, remarks = batch.references, batch.remarks
    assert [reference.identifiers for reference in references[:2]] == [
        ("doi:10.1109/icnn.1988.23933",),
        ("arxiv:1609.03499",),
    ]
    assert [entry.where for entry in remarks] == ["ids.txt line 5"]
    with pytest.raises(InputError, match="line 5"):
        list(read_ids(path, strict=True))
    path.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(InputError, match="no identifier"):
        list(read_ids(path))
