"""Files as careless programs write them: each case stands for its kind, and two more of its kind follow it. Metadata is invented."""

from pathlib import Path
from typing import Any

import pytest

import kg
from kg.ingest.detect import recognise
from kg.model import Batch
from kg.plugins import load

CASES = Path(__file__).parent / "cases"
#: file -> work by id -> what is right
RIGHT: dict[str, dict[str, dict[str, Any]]] = {
    "b01.bib": {
        "wesley2009": {"authors": ("Wesley, Harriet", "Lindqvist, Oskar", "Abara, Chidi")},
        "wesley2009-2": {"authors": ("Wesley, Harriet", "Moreau, Jean-Paul"), "venue": "Journal of Flows"},
    },
    "b02.bib": {
        "hauge2004": {"year": 2004, "venue": "Civil Society Counted", "authors": ("Hauge, Marit",)},
        "sorli2004": {"venue": "Northgate Press"},
        "sorlich3": {"year": 2016, "authors": ("Okoro, Ngozi", "Petit, Claude"), "venue": "Analysis of Curves and Shapes"},
        "okoro2016": {"date": "2016-10-03"},
        "lund1999": {"year": 1999, "venue": "Hill House"},
    },
    "b03.bib": {
        "graf1955audio": {"year": 1955},
        "lee2001": {"title": "On joined titles in bibliographies", "venue": "Journal of Imagined Informetrics"},
        "kim2002": {"venue": "Proceedings of the Third Workshop on Macros"},
    },
    "b41.bib": {
        "huan2012-6f98a4b1": {"title": "Mechanisms of forgetting and what to do", "year": 2012},
        "muck2013-5237cb3c": {"title": "An entry with an empty key", "venue": ""},
        "ok2014": {"venue": ""},
    },
    "f_arxiv.bib": {
        "gscholar2009": {"identifiers": ("arxiv:0905.1234",)},
        "note2010": {"identifiers": ("arxiv:1005.1234",)},
        "how2011": {"identifiers": ("arxiv:1105.4321",), "venue": "arXiv"},
        "pub2014": {"identifiers": ("pmid:23456789",)},
    },
    "f_tex.bib": {
        "nips1": {"authors": ("Cutur, Marco", "D'aspre, Alex"), "title": "Spikes at 5°C"},
        "viet1": {"authors": ("Nguyễn, Văn", "Yıldırım, Ilk")},
        "ads1": {"venue": "apj"},
    },
    "b25scopus.bib": {
        "Aldern2019101": {"reported_citations": 14, "cites": {"Aldern20111", "cole1973-664defed", "price1965-3353e0f9"}},
        "Aldern20111": {"reported_citations": 3},
    },
    "f_and.bib": {
        "plos2014": {"authors": ("Luan, Yi-Yu", "Nach, Jose C.", "Ochi, Tomo")},
        "camp2024": {"authors": ("B. Campa",)},
    },
    "r01ovid.ris": {
        "2024000001": {"authors": ("Fanelli E.", "Osei K."), "year": 2020},
        "2024000002": {"date": "2021-03-04"},
    },
    "f_ris_date.ris": {"doi:10.5555/amj.2011.1": {"year": 2014, "date": "2014-04-01"}},
    "f_ris_a1.ris": {
        "georg2019-6641d599": {"authors": ("Georg, Danka", "Bell, Leona", "Carm, Avi")},
        "onlyeditor2001-6814c6a9": {"authors": ("Onlyeditor, C.",)},
    },
    "w01comma.txt": {
        "doi:10.5555/3151897": {"authors": ("Aakland, JL",), "year": 1997, "venue": "J MARKETING RES"},
        "doi:10.5555/jcr.36.1": {"authors": ("Van der Meer, K",), "year": 2010},
        "anonymous2003-572a430f": {"year": 2003},
        "world2018-9e4ea8bd": {"year": 2018},
    },
    "w01comma_nodoi.txt": {
        "WOS:000600000000001": {
            "cites": {
                "doi:10.5555/3151897", "WOS:000350000000009", "doi:10.5555/jcr.36.1", "anonymous2003-572a430f", "world2018-9e4ea8bd",
            }
        }
    },
    "r05scopus.ris": {
        "doi:10.5555/sx.2019.101": {
            "reported_citations": 14, "cites": {"aldern2011-2a9fd097", "cole1973-664defed", "price1965-3353e0f9"},
        },
        "aldern2011-2a9fd097": {"reported_citations": 3},
    },
    "k_scopusbook.csv": {
        "cole1973-664defed": {"authors": ("Cole, J.R.", "Cole, S."), "title": "Social Stratification in Science"},
        "pui1998-83a59475": {"authors": ("Pui, C.H.", "Evans, W.E."), "venue": "N. Engl. J. Imag."},
        "cited1992-b571e0c6": {"authors": (), "year": 1992},
        "cited2001-9f2820ce": {"authors": (), "title": "Progress in town studies", "venue": "Town Studies"},
        "cited-b2544636": {"authors": (), "year": None},
    },
}  # fmt: skip
#: more of each kind: name, text, and what is right
MORE: list[tuple[str, str, dict[str, dict[str, Any]]]] = [
    (
        "twice.bib",
        ('@book{a, title="One book of towns", author="Roe, Ann and Poe, Bo", year=1999}\n'
        '@book{A, title="Another book of towns", author="Doe, Cy", year=2001}\n@book{a, title="A third", author={M{\\"u}ller, D}, year=2003}'),
        {"a": {"year": 1999}, "A": {"authors": ("Doe, Cy",)}, "a-2": {"authors": ("Müller, D",), "title": "A third"}},
    ),
    (
        "field-twice.bib",
        "@string{j = {Journal of Towns}}\n@article{x, title={Field}, author={Roe, Ann and Poe, Bo}, year=1999, note={a}, note={b}, journal=j}",
        {"x": {"authors": ("Roe, Ann", "Poe, Bo"), "venue": "Journal of Towns"}},
    ),
    (
        "chain.bib",
        ("@inproceedings{p, title={A paper}, author={Roe, Ann}, crossref={c}}\n@proceedings{c, title={Towns 99}, editor={Poe, Bo}, xdata={d}}\n"
        "@xdata{d, year=1999, publisher={Hill}}\n@inproceedings{anon, title={No author}, crossref={c}}"),
        {"p": {"year": 1999, "venue": "Towns 99"}, "anon": {"authors": (), "year": 1999}},
    ),
    (
        "circle.bib",
        "@book{a, title={First}, crossref={b}}\n@book{b, title={Second}, year=2001, crossref={a}}\n@book{c, title={Itself}, crossref={c}}",
        {"a": {"year": 2001}, "b": {"year": 2001}, "c": {"title": "Itself"}},
    ),
    ("number.bib", '@book{a, title = {Deep {B{r{a}}c}es} # " and " # {Towns}, year = 19 # 99}', {"a": {"year": 1999}}),
    ("macro.bib", '@string{a = "A"}\n@string{b = a # "B"}\n@book{x, title = b # "C", year=1999}', {"x": {"title": "ABC"}}),
    ("spaces.bib", "@book { title={Keyless towns}, year=1999}", {"Keyless towns": {"authors": ()}}),
    ("parens.bib", "@book(\n year = 1999,\n title = {Keyless in brackets})", {"Keyless in brackets": {"authors": ()}}),
    ("old.bib", "@misc{a, title={Old id}, note={See arXiv:hep-th/9901001v3}, year=1999}", {"a": {"identifiers": ("arxiv:hep-th/9901001",)}}),
    (
        "abs.bib",
        "@misc{a, title={With both}, eprint={1701.00001}, archiveprefix={arXiv}, note={also arXiv:1601.00001}}",
        {"a": {"identifiers": ("arxiv:1701.00001",)}},
    ),
    ("semicolon.bib", "@book{a, title={Towns}, author={Roe, Ann; Poe, Bo; others}}", {"a": {"authors": ("Roe, Ann", "Poe, Bo")}}),
    ("comma.bib", "@book{a, title={Towns}, author={Ann Roe, Bo B. Poe, Cy Doe}}", {"a": {"authors": ("Ann Roe", "Bo B. Poe", "Cy Doe")}}),
    ("jr.bib", "@book{a, title={Towns}, author={Roe, Jr, Ann and {The Group, of Three, and More}}}", {"a": {"authors": ("Roe, Ann", "The Group, of Three, and More")}}),
    ("counted.ris", "Export of 2 records\n\nTY  - JOUR\nTI  - One\nER  -\n\n2.\nTY  - JOUR\nTI  - Two\nER  -\n", {"One": {"authors": ()}}),
]  # fmt: skip


def read(path: Path) -> Batch:
    """What a reader makes of a file."""
    (batch,) = load("reader", recognise(path))(path, source=path.name)
    return batch


def check(batch: Batch, right: dict[str, dict[str, Any]]) -> None:
    """The works named by id or title are there, with these values."""
    works = {work.id: work for work in batch.works} | {work.title: work for work in batch.works if not work.stub}
    for id_, values in right.items():
        assert id_ in works, sorted(works)
        for name, value in values.items():
            found = (
                {c.cited for c in batch.citations if c.citing == id_} if name == "cites" else getattr(works[id_], name)
            )
            assert found == value, (id_, name)


@pytest.mark.parametrize("name", RIGHT)
def test_each_case_is_read_right(name: str):
    """What was wrong once stays right."""
    check(read(CASES / name), RIGHT[name])


@pytest.mark.parametrize(("name", "text", "right"), MORE, ids=[name for name, *_ in MORE])
def test_more_of_each_kind(name: str, text: str, right: dict[str, dict[str, Any]], tmp_path: Path):
    """Others of the same kind."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    check(read(tmp_path / name), right)


@pytest.mark.parametrize(
    ("name", "works"), [("b02.bib", 5), ("b41.bib", 3), ("b03.bib", 3), ("r01ovid.ris", 2), ("f_ris_a1.ris", 2)]
)
def test_no_record_is_lost_or_invented(name: str, works: int):
    """@xdata is no work and no fault; a keyless entry, or one after other text, is a work."""
    batch = read(CASES / name)
    assert (len([work for work in batch.works if not work.stub]), batch.remarks) == (works, [])


def test_records_that_an_export_keeps_apart_stay_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Annual reviews share title and author; volume and page tell them apart, and each cites the one before, not itself."""
    monkeypatch.chdir(tmp_path)
    kg.ingest([CASES / "w10annual.txt"], graph="g", from_="none")
    graph = kg.open_graph("g")
    citing = graph.citations[["citing", "cited"]].to_numpy().tolist()
    assert len(graph.works) == 6
    assert sorted(citing) == [["WOS:A1982A00002", "WOS:A1981A00001"], ["WOS:A1983A00003", "WOS:A1982A00002"]]


def test_one_work_under_two_keys_is_still_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Without volume and page, or with the same, an equal title, author and year are one work."""
    monkeypatch.chdir(tmp_path)
    entry = "title={On the quiet squares of towns}, author={Roe, Ann}, year=1999"
    Path("a.bib").write_text(
        f"@article{{a, {entry}, volume=3, pages={{5--9}}}}\n@article{{b, {entry}, volume=3, pages={{5-9}}}}\n@article{{c, {entry}}}"
    )
    kg.ingest(["a.bib"], graph="g", from_="none")
    assert len(kg.open_graph("g").works) == 1
