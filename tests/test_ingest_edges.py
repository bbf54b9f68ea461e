"""Edge lists: nothing is lost, nothing invented, ids come back as they were given."""

import csv
import gzip
import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.ingest.detect import recognise
from kg.ingest.readers.edges import read_edges
from kg.model import Batch, Citation, Outcome, Retrieval, Work


def read(tmp_path: Path, text: str | bytes, works: str | None = None, **options) -> Batch:
    """All pages of an edge list in one batch."""
    path = tmp_path / "edges.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if works is not None:
        options["works"] = tmp_path / "nodes.csv"
        options["works"].write_text(works, encoding="utf-8")
    whole = Batch()
    for page in read_edges(path, source="file", **options):
        for name in ("works", "citations", "retrievals", "remarks"):
            getattr(whole, name).extend(getattr(page, name))
        if page.ids:
            whole.works += [Work(id=id_, source=page.ids.source) for id_ in page.ids.ids]
        if t := page.table:
            whole.citations += [
                Citation(citing=t.works[i], cited=t.works[j], source=t.source, times=int(times))
                for i, j, times in zip(t.citing, t.cited, t.times, strict=True)
            ]
            whole.retrievals += [
                Retrieval(work=t.works[i], list="references", outcome=Outcome.COMPLETE, source=t.source)
                for i in (dict.fromkeys(t.citing) if t.complete else ())
            ]
        for name in ("loops", "duplicates", "records"):
            setattr(whole, name, getattr(whole, name) + getattr(page, name))
    return whole


def pairs(batch: Batch) -> list[tuple[str, str, int]]:
    """Citing, cited and times of every citation."""
    return [(c.citing, c.cited, c.times) for c in batch.citations]


def test_loops_duplicates_and_cycles_are_kept_and_counted(tmp_path):
    """A loop is a citation, a pair listed three times is one citation with two duplicates, a cycle is two citations."""
    batch = read(tmp_path, "citing,cited\na,a\na,b\nb,a\na,b\na,b\n")
    assert pairs(batch) == [("a", "a", 1), ("a", "b", 3), ("b", "a", 1)]
    assert (batch.loops, batch.duplicates, batch.records) == (1, 2, 5)
    assert [work.id for work in batch.works] == ["a", "b"]


def test_ids_are_opaque(tmp_path):
    """Leading zeros, DOIs and bare numbers stay texts, never parsed as identifiers."""
    batch = read(tmp_path, "0001001,9304045\n1001,10.1000/ABC\n")
    assert pairs(batch) == [("0001001", "9304045", 1), ("1001", "10.1000/ABC", 1)]
    assert all(work.identifiers == () for work in batch.works)


@pytest.mark.parametrize(
    "text",
    [
        "citing,cited\nb,a\n",
        "b,a\n",
        "Citing ID\tCited ID\nb\ta\n",
        "# FromNodeId ToNodeId\nb\ta\n",
        "cited;citing\na;b\n",
        'oci,citing,cited\n7,"b","a"\n',
        "\ufeffciting,cited\r\nb,a\r\n",
        "source,target\n\nb , a\n",
        "paper_id,ref_id\nb,a\n",
        "from,reference,source\nb,a,dump\n",
        "cited_by,paper\nb,a\n",
        "Paper ID,Cited by\na,b\n",
        "#made by hand\n#\n\nciting,cited\nb,a\n",
        "# cited,citing\na,b\n",
        "b,a\nb,a\n",
    ],
)
def test_forms_of_edge_lists(tmp_path, text):
    """Comma, tab or semicolon, with or without header and remarks above it, columns in any order: b cites a."""
    assert {pair[:2] for pair in pairs(read(tmp_path, text))} == {("b", "a")}
    assert recognise(tmp_path / "edges.csv") == "edges"


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-be"])
def test_utf_16_is_read_by_its_mark(tmp_path, coding):
    """What Excel and PowerShell write comes in as text; a half character at its end is an error."""
    text = "citing;cited\r\nä;b\r\n".encode(coding)
    text = text if coding == "utf-16" else b"\xfe\xff" + text
    for packed in (text, gzip.compress(text)):
        assert pairs(read(tmp_path, packed)) == [("ä", "b", 1)]
    with pytest.raises(InputError, match="damaged UTF-16"):
        read(tmp_path, text[:-1])
    lone = read(tmp_path, "citing,cited\n\ud800,b\na,b\n".encode("utf-16", "surrogatepass"))
    assert (pairs(lone), lone.remarks[0].where) == ([("a", "b", 1)], "edges.csv line 2")


@pytest.mark.parametrize(
    "text", ["x,y\n1,2\n3,4\n", "id1,id2\n1,2\n", "first paper,other_one\n10.1/a,10.1/b\n", "alpha,beta\ngamma,delta\n"]
)
def test_unknown_names_of_columns_are_no_citation(tmp_path, text):
    """A first row that looks like names and has nothing in common with the others is refused, not read as ids."""
    with pytest.raises(InputError, match="names of columns") as caught:
        read(tmp_path, text)
    assert caught.value.hint == "name the columns citing,cited"


@pytest.mark.parametrize("text", ["smith,jones\nbrown,smith\n", "12,7\n8,9\n", "Todd1989,x\nLewis88,y\n", "a,b\nc,d\n"])
def test_a_first_row_of_ids_is_a_citation(tmp_path, text):
    """Without a header nothing is lost where the first row looks as the others do or shares an id with them."""
    assert len(read(tmp_path, text).citations) == 2


def test_bad_rows_are_listed_by_line_and_strict_refuses(tmp_path):
    """A wrong number of columns, an empty id, broken quotes and what is no text are skipped with line and reason."""
    text = b'citing,cited\na,b\na\n,b\na,b,c\n"a,b\n\xff,b\nc,d\n\0a,b\n"' + b"x" * 200_000 + b'",b\n"a"b,c\n'
    batch = read(tmp_path, text)
    assert pairs(batch) == [("a", "b", 1), ("c", "d", 1)]
    assert [remark.where for remark in batch.remarks] == [f"edges.csv line {n}" for n in (3, 4, 5, 6, 7, 9, 10, 11)]
    assert [remark.reason for remark in batch.remarks] == [
        "expected 2 columns, got 1",
        "empty id",
        "expected 2 columns, got 3",
        "a quotation mark is left open",
        "not UTF-8",
        "a NUL character",
        "field larger than field limit (131072)",
        """',' expected after '"'""",
    ]
    with pytest.raises(InputError, match="line 3"):
        read(tmp_path, text, strict=True)


@pytest.mark.parametrize("text", ["citing,cited\n", "", "a,b,c\n1,2,3\n", "citing,cited\nonly\n"])
def test_a_file_without_citations_is_refused(tmp_path, text):
    """Where nothing can be read there is one error, not an empty graph."""
    with pytest.raises(InputError):
        read(tmp_path, text)


def test_reference_lists_are_complete_as_given(tmp_path):
    """A work with a reference has a COMPLETE list; the others have no record, or EMPTY where the file is closed."""
    outcomes = {r.work: r.outcome for r in read(tmp_path, "b,a\n", "id\na\nz\n").retrievals}
    assert outcomes == {"b": Outcome.COMPLETE}
    closed = read(tmp_path, "b,a\n", "id\na\nz\n", closed=True).retrievals
    assert {r.work: r.outcome for r in closed} == {"b": "COMPLETE", "a": "EMPTY", "z": "EMPTY"}
    assert {r.list for r in closed} == {"references"}


def test_table_of_works(tmp_path):
    """Dates, years and titles come in where known; a year that is none is listed, and the work stays undated."""
    table = (
        "id,year,title,authors,venue,date,label\n"
        'a,1988,"A, B",Todd; Lewis,V,,x\n'
        "b,,T,,,1989-12-31,x\n"
        "c,0,,,,,x\n"
        "d,1990,,,,1990-13-40,x\n"
        "e,,,,,1991-05,x\n"
        "f,1990,too short\n"
    )
    batch = read(tmp_path, "b,a\nq,a\n", table)
    works = {work.id: work for work in batch.works}
    assert set(works) == {"a", "b", "c", "d", "e", "q"}
    assert (works["a"].title, works["a"].authors, works["a"].venue) == ("A, B", ("Todd", "Lewis"), "V")
    assert (works["b"].year, works["b"].date) == (1989, "1989-12-31")
    assert [works[id_].year for id_ in "acdeq"] == [1988, None, 1990, 1991, None]
    assert works["d"].date is works["e"].date is None
    assert [remark.where.split()[-1] for remark in batch.remarks] == ["4", "5", "7"]
    with pytest.raises(InputError, match="year '0'"):
        read(tmp_path, "b,a\n", table, strict=True)


def test_an_open_quotation_mark_spoils_its_own_row_only(tmp_path):
    """The rows below it are read, quoted ones too; a field that does end on a later line is one field."""
    rows = "".join(f"{n},1990,T{n}\n" for n in range(3, 300))
    table = f'id,year,title\n1,1990,"Open\n2,1990,"A\nB"\n{rows}300,1990,"Open\n301,1990,"C, D"\n302,1990,"Open'
    batch = read(tmp_path, "2,3\n", table)
    works = {work.id: work.title for work in batch.works}
    assert list(works) == [str(n) for n in range(2, 302) if n != 300]
    assert (works["2"], works["301"]) == ("A\nB", "C, D")
    reasons = [(remark.where, remark.reason) for remark in batch.remarks]
    assert reasons == [(f"nodes.csv line {n}", "a quotation mark is left open") for n in (2, 302, 304)]
    assert batch.records == 302 + 1
    with pytest.raises(InputError, match=r"nodes\.csv line 2: a quotation mark"):
        read(tmp_path, "2,3\n", table, strict=True)


def test_one_id_under_two_titles_is_refused(tmp_path):
    """A table of works that contradicts itself stops everything, naming both titles; a mere repetition is listed."""
    with pytest.raises(InputError, match=r"'x' is both 'One' and 'Two'"):
        read(tmp_path, "b,a\n", "id,title\nx,One\nx,Two\n")
    assert len(read(tmp_path, "b,a\n", "id,title\nx,One\nx,one.\n").remarks) == 1


def test_damaged_gzip_and_missing_files(tmp_path):
    """A cut gzip file, a folder and a missing file are one-line errors."""
    packed = gzip.compress(b"citing,cited\n" + b"".join(b"a%d,b\n" % n for n in range(5000)))
    with pytest.raises(InputError, match="damaged gzip"):
        read(tmp_path, packed[:-40])
    with pytest.raises(InputError, match="folder"):
        list(read_edges(tmp_path, source="x"))
    with pytest.raises(InputError, match="file not found"):
        list(read_edges(tmp_path / "none.csv", source="x"))


_ID = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=4)


@given(rows=st.lists(st.lists(_ID, min_size=1, max_size=3), max_size=30))
def test_every_row_is_a_citation_a_duplicate_or_skipped(tmp_path_factory, rows):
    """Rows = citations + duplicates + skipped, and the pairs are exactly the given ones."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["citing", "cited"], ["x", "y"], *rows])
    good = Counter((row[0], row[1]) for row in [["x", "y"], *rows] if len(row) == 2 and all(row))
    batch = read(tmp_path_factory.mktemp("law"), text.getvalue())
    assert {(citing, cited): times for citing, cited, times in pairs(batch)} == good
    assert batch.loops == sum(citing == cited for citing, cited in good)
    blank = sum(row == [""] for row in rows)
    assert len(batch.citations) + batch.duplicates + len(batch.remarks) >= 1 + len(rows) - blank
    assert batch.records == len(batch.citations) + batch.duplicates + len(batch.remarks)
    assert {work.id for work in batch.works} == {id_ for pair in good for id_ in pair}


@pytest.mark.long
def test_real_edge_lists(shared):
    """hep-th and a list with every pair twice come in with the counts their makers give."""
    for name, expected in {"hep-th": (27770, 352807, 39, 0), "small-world": (396, 994, 0, 994)}.items():
        folder = shared / "data" / name
        seen = Counter()
        for page in read_edges(folder / "edges.csv.gz", works=folder / "nodes.csv.gz", source="x"):
            seen.update(works=len(page.works), loops=page.loops, duplicates=page.duplicates, remarks=len(page.remarks))
            seen.update(
                works=len(page.ids.ids) if page.ids else 0, citations=len(page.table.times) if page.table else 0
            )
        assert (seen["works"], seen["citations"], seen["loops"], seen["duplicates"]) == expected
        assert seen["remarks"] == 0
