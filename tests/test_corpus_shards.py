"""Shards are read whatever is wrong with them: every record is kept or put aside, and what stands around damage is not lost."""

import gzip
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ids
from kg.corpus.lines import LONGEST, Damage, lines_of
from kg.corpus.read import read_shard
from kg.corpus.snapshot import find_snapshot
from kg.errors import InputError
from kg.ingest.sources.openalex import work_of
from tests.snapshots import INPUTS, api_works, openalex_snapshot, write_lines

SAMPLES = Path(__file__).parents[2] / "shared" / "s2-api" / "datasets-samples"


def lines(place: Path, data: bytes) -> tuple[list[bytes], list[str]]:
    """The lines of a file with this content, and what is said of its damage."""
    place.write_bytes(data)
    found = [what for _, what in lines_of(place)]
    return [w for w in found if not isinstance(w, Damage)], [w.reason for w in found if isinstance(w, Damage)]


def member(first: int, count: int = 4000) -> tuple[bytes, list[bytes]]:
    """A gzip member of many lines that do not compress well, and the lines."""
    draw = random.Random(first)  # noqa: S311
    text = [json.dumps({"id": first + k, "text": f"{draw.getrandbits(256):x}"}).encode() for k in range(count)]
    return gzip.compress(b"\n".join(text) + b"\n", 5), text


def test_whole_files_give_their_lines(tmp_path: Path):
    """Plain, gzipped, of several members, padded, without an end of line, empty."""
    (one, first), (two, second) = member(0), member(10_000)
    for data in (gzip.decompress(one + two), one + two, one + b"\0" * 512 + two + b"\0" * 9):
        assert lines(tmp_path / "x", data) == (first + second, [])
    assert lines(tmp_path / "x", b'{"a":1}\n\n  \r\n{"b":2}') == ([b'{"a":1}', b'{"b":2}'], [])
    assert lines(tmp_path / "x", b"") == lines(tmp_path / "x", gzip.compress(b"")) == ([], [])
    assert [n for n, _ in lines_of(write_lines(tmp_path / "y.gz", range(3)))] == [1, 2, 3]


@pytest.mark.parametrize("at", [0.02, 0.5, 0.97])
def test_a_truncated_member_costs_its_rest_alone(tmp_path: Path, at: float):
    """At the end of the file or before another member, the lines before the cut are given, and all of the next member."""
    (one, first), (two, second) = member(0), member(10_000)
    cut, whole = one[: int(len(one) * at)], set(first)
    for data, behind in ((cut, []), (cut + two, second)):
        found, damage = lines(tmp_path / "x", data)
        kept = [line for line in found if line in whole]
        assert kept == first[: len(kept)]
        assert len(kept) >= len(first) * at - 60
        assert found[len(found) - len(behind) :] == behind
        assert len(damage) == 1
        assert len(found) - len(kept) - len(behind) <= 2  # what a false continuation gives is no JSON
        for line in found[len(kept) : len(found) - len(behind)]:
            with pytest.raises(ValueError, match=r".*"):
                json.loads(line)


def test_bytes_that_were_changed_are_told(tmp_path: Path):
    """A member whose check fails is given, and said to be damaged; what is no gzip behind it too."""
    one, first = member(0)
    two, second = member(10_000)
    wrong = one[:-8] + bytes([one[-8] ^ 1]) + one[-7:]
    found, damage = lines(tmp_path / "x", wrong + two)
    assert found == first + second
    assert "incorrect data check" in damage[0]
    assert lines(tmp_path / "x", one + b"<Error>SlowDown</Error>")[0] == first


@pytest.mark.long
def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path):
    """More than 64 MB without an end of line are passed over."""
    found, damage = lines(tmp_path / "x", b"x" * (LONGEST + 5_000_000) + b'\n{"b":2}\n')
    assert "64 MB" in damage[0]
    assert found[-1] == b'{"b":2}'


def rows(shard, folder: Path) -> tuple[dict, list[dict], list[dict], list[dict]]:
    """The receipt of a shard that is read, its works or names, its citations and what is put aside."""
    import pyarrow.parquet as pq

    receipt = read_shard((shard, str(folder)))
    tables = [
        pq.read_table(folder / f"{name}.parquet").to_pylist() if (folder / f"{name}.parquet").exists() else []
        for name in ("works" if shard.kind != "paper-ids" else "names", "citations")
    ]
    return receipt, *tables, [json.loads(line) for line in (folder / "aside.jsonl").read_text().splitlines()]


def test_a_work_reads_as_the_service_gives_it(tmp_path: Path):
    """Every column that the record of the service has too is the same."""
    works = api_works()
    shard = find_snapshot(openalex_snapshot(tmp_path / "s", works, shards=1)).shards[0]
    receipt, found, citations, aside = rows(shard, tmp_path / "x")
    assert receipt["counts"]["records"] == len(found) == len(works)
    assert not [entry for entry in aside if not entry.get("kept")]
    for row, record in zip(found, works, strict=True):
        work = work_of(record)
        for name in (
            "id",
            "title",
            "year",
            "date",
            "venue",
            "type",
            "retracted",
            "reported_references",
            "reported_citations",
        ):
            assert row[name] == getattr(work, name), name
        assert (tuple(row["identifiers"]), tuple(row["authors"])) == (work.identifiers, work.authors)
        assert row["updated"] == record["updated_date"]
        cited = [c["cited"] for c in citations if c["citing"] == row["n"]]
        assert cited == [int(name.rpartition("W")[2]) for name in dict.fromkeys(record["referenced_works"])]
        assert row["outcome"] in ({"COMPLETE", "PARTIAL"} if cited else {"UNKNOWN", "PARTIAL"})
    assert {row["field"] for row in found} > {"Mathematics", "Computer science"}


BAD = [
    b'{"id": "https://openalex.org/W1", "title": "cut off',
    b"<Error><Code>SlowDown</Code></Error>",
    b"[1]",
    b"null",
    b'{"title": "nameless"}',
    b'{"id": "https://openalex.org/A1", "title": "an author"}',
    b'{"id": "https://openalex.org/W1", "authorships": [{"author": "x"}]}',
    b'{"id": "https://openalex.org/W1", "locations": 1, "primary_location": {"source": 7}}',
    b"[" * 100_000,
]


def test_bad_lines_are_put_aside_with_their_place(tmp_path: Path):
    """Each with its line and a reason; the works around them are kept."""
    good = [json.dumps({"id": f"https://openalex.org/W{k}", "title": f"T{k}"}).encode() for k in range(7, 9)]
    odd = b'{"id": "https://openalex.org/W9", "title": "\\ud800 odd", "publication_year": "1989", "cited_by_count": -1, "referenced_works": [[]]}'
    file = tmp_path / "s" / "works" / "updated_date=2026-01-01" / "part_0.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(gzip.compress(b"\n".join([good[0], *BAD[:-2], good[1], *BAD[-2:], odd])))
    receipt, found, citations, aside = rows(find_snapshot(tmp_path / "s").shards[0], tmp_path / "x")
    assert [row["n"] for row in found] == [7, 1, 8, 1, 9]
    assert [row["updated"] for row in found] == ["2026-01-01"] * 5
    assert (found[4]["title"], found[4]["year"], found[4]["reported_citations"]) == ("\ufffd odd", None, None)
    assert not citations
    assert [entry["line"] for entry in aside if not entry.get("kept")] == [2, 3, 4, 5, 6, 7, 11]
    assert all(entry["reason"] and entry["file"].endswith("part_0.gz") and len(entry["text"]) <= 500 for entry in aside)
    assert [entry["reason"] for entry in aside if entry.get("kept")] == [
        "authorships: left out, as a part of it is of another kind",
        "locations: unexpected value 1",
        "primary_location: left out, as a part of it is of another kind",
        "publication_year: unexpected value '1989'",
        "referenced_works: 1 not the number of a work",
    ]
    assert receipt["counts"] == {"records": 12, "aside": 7, "repaired": 5, "works": 5, "citations": 0, "generated": 0}


def test_a_value_that_cannot_be_read_costs_its_record_alone(tmp_path: Path):
    """A number too large for one of floating point costs its field, text in a Parquet file that is not UTF-8 its record."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    concepts = json.dumps([{"level": 0, "score": 10**400}])
    good = [f'{{"id": "https://openalex.org/W{n}", "title": "T"}}' for n in (7, 8)]
    file = tmp_path / "s" / "works" / "updated_date=2026-01-01" / "part_0.gz"
    file.parent.mkdir(parents=True)
    bad = f'{{"id": "https://openalex.org/W1", "title": "T", "concepts": {concepts}}}'
    file.write_bytes(gzip.compress("\n".join([good[0], bad, good[1]]).encode()))
    _, found, _, aside = rows(find_snapshot(tmp_path / "s").shards[0], tmp_path / "x")
    assert [row["n"] for row in found] == [7, 1, 8]
    assert [(entry["line"], entry["reason"][:18]) for entry in aside] == [(2, "concepts: left out")]

    titles = pa.array([b"T", b"\xff\xfe", b"U"], pa.binary())
    columns = {
        "id": pa.array([f"https://openalex.org/W{n}" for n in (7, 1, 8)]),
        "title": pa.Array.from_buffers(pa.string(), 3, titles.buffers()),
        "publication_year": pa.array([2000] * 3),
        "referenced_works": pa.array([[]] * 3, pa.list_(pa.string())),
    }
    file.unlink()
    pq.write_table(pa.table(columns), file.with_suffix(".parquet"))
    receipt, found, _, aside = rows(find_snapshot(tmp_path / "s").shards[0], tmp_path / "y")
    assert [(row["n"], row["title"], row["line"]) for row in found] == [(7, "T", 1), (8, "U", 3)]
    assert [(entry["file"], entry["line"]) for entry in aside] == [(receipt["path"], 2)]
    assert aside[0]["reason"].startswith("a value cannot be read: 'utf-8'")
    assert (receipt["counts"]["records"], receipt["counts"]["aside"]) == (3, 1)


def test_a_work_that_is_listed_twice_makes_no_list_incomplete(tmp_path: Path):
    """The reported number counts it twice, too; a work that is not listed at all is missing."""
    ids = [f"https://openalex.org/W{n}" for n in (1, 1, 2)]
    works = [
        {"id": f"https://openalex.org/W{n}", "title": "T", "referenced_works": ids, "referenced_works_count": count}
        for n, count in ((8, 3), (9, 4))
    ]
    place = openalex_snapshot(tmp_path / "s", works, shards=1)
    _, found, citations, _ = rows(find_snapshot(place).shards[0], tmp_path / "x")
    assert [(row["listed"], row["outcome"]) for row in found] == [(2, "COMPLETE"), (2, "PARTIAL")]
    assert len(citations) == 4


def test_parquet_reads_as_json_lines_do(tmp_path: Path):
    """Columns as structs or as JSON in a text; a missing column and a damaged file are told."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    works = [{k: v for k, v in work.items() if k not in ("mesh", "abstract_inverted_index")} for work in api_works()]
    nested = [k for k, v in works[0].items() if isinstance(v, dict | list)]
    plain = openalex_snapshot(tmp_path / "s", works, shards=1)
    expected = rows(find_snapshot(plain).shards[0], tmp_path / "x")
    for form in ("struct", "json"):
        place = tmp_path / form / "data" / "parquet" / "works" / "updated_date=2026-01-01" / "part_0000.parquet"
        place.parent.mkdir(parents=True)
        as_json = [w | {k: json.dumps(w[k]) for k in nested if k in w} for w in works] if form == "json" else works
        pq.write_table(pa.Table.from_pylist(as_json), place)
        found = rows(find_snapshot(tmp_path / form).shards[0], tmp_path / "y")
        strip = [
            [{k: v for k, v in row.items() if k != "shard"} for row in part] for part in (*expected[1:3], *found[1:3])
        ]
        assert strip[:2] == strip[2:]
    pq.write_table(pa.Table.from_pylist(works).drop_columns(["referenced_works"]), place)
    receipt, found, citations, aside = rows(find_snapshot(tmp_path / "json").shards[0], tmp_path / "y")
    assert (len(found), citations, [a["reason"] for a in aside]) == (len(works), [], ["no column referenced_works"])
    place.write_bytes(place.read_bytes()[:-100])
    receipt, found, _, aside = rows(find_snapshot(tmp_path / "json").shards[0], tmp_path / "y")
    assert receipt["counts"]["damaged"] == len(aside) == 1
    assert not found


def test_the_official_samples_of_semantic_scholar_are_read_whole(tmp_path: Path):
    """Identifiers as text or numbers, null ends, intents of both forms: each row is somewhere."""
    for folder in (SAMPLES, INPUTS / "s2ag-shards"):
        snapshot = find_snapshot(folder)
        assert [shard.kind for shard in snapshot.shards] == ["citations", "paper-ids", "papers"]
        for shard in snapshot.shards:
            receipt, found, citations, aside = rows(shard, tmp_path / "x")
            assert receipt["counts"]["records"] == 100 == len(found) + len(citations)
            assert not aside
            assert sum(row["cited"] is None for row in citations) == (23 if citations else 0)
    rows_ = [
        {"citingcorpusid": 1, "citedcorpusid": "2", "isinfluential": True, "intents": [["background"], ["result"]]},
        {"citingcorpusid": "1", "citedcorpusid": 3, "isinfluential": None, "intents": ["background", None]},
        {"citingcorpusid": 1, "citedcorpusid": None, "isinfluential": 0, "intents": None},
        {"citingcorpusid": None, "citedcorpusid": 1},
        {"citingcorpusid": 1.5, "citedcorpusid": 1},
        {"citingcorpusid": 1, "citedcorpusid": 1, "intents": "background"},
    ]
    write_lines(tmp_path / "s" / "citations" / "c.gz", rows_)
    write_lines(tmp_path / "s" / "papers" / "p.jsonl", [{"corpusid": "7", "externalids": None, "title": "T"}])
    citing, papers = find_snapshot(tmp_path / "s").shards
    _, _, citations, aside = rows(citing, tmp_path / "x")
    assert [(c["citing"], c["cited"], c["influential"], c["intents"]) for c in citations] == [
        (1, 2, True, ["background", "result"]), (1, 3, None, ["background"]), (1, None, None, None),
    ]  # fmt: skip
    assert [(entry["line"], entry.get("kept", False)) for entry in aside] == [
        (3, True),
        (4, False),
        (5, False),
        (6, False),
    ]
    assert [(row["n"], row["id"], row["identifiers"]) for row in rows(papers, tmp_path / "x")[1]] == [
        (7, "corpus:7", ["corpus:7"])
    ]


def test_a_snapshot_is_found_in_each_layout(tmp_path: Path):
    """Of OpenAlex' two formats one is read; files that its manifest names and that are not there are told."""
    works = api_works()[:3]
    for k, place in enumerate(("data/jsonl/works", "data/works", "works", ".")):
        top = tmp_path / str(k)
        write_lines(top / place / "updated_date=2026-01-01" / "part_000.gz", works)
        write_lines(top / place / "manifest.json", [])
        assert [shard.kind for shard in find_snapshot(top).shards] == ["works"]
    write_lines(tmp_path / "0/data/parquet/works/updated_date=2026-01-01/part_000.parquet", works)
    assert [shard.path for shard in find_snapshot(tmp_path / "0").shards] == [
        "data/jsonl/works/updated_date=2026-01-01/part_000.gz"
    ]
    urls = [f"s3://openalex/data/works/updated_date=2026-01-0{k}/part_000.gz" for k in (1, 2)]
    (tmp_path / "1/data/works/manifest").write_text(json.dumps({"entries": [{"url": url} for url in urls]}))
    assert find_snapshot(tmp_path / "1").missing == ("updated_date=2026-01-02/part_000.gz",)
    write_lines(tmp_path / "0" / "papers" / "p.gz", [])
    with pytest.raises(InputError, match="papers of Semantic Scholar"):
        find_snapshot(tmp_path / "0")


@given(
    st.sampled_from(["https://doi.org/", "http://doi.org/", "https://openalex.org/", "https://openalex.org/W"]),
    st.text("10.4/abcZ9-_();:.,%?#<>=& W\u0661", max_size=24)
    | st.from_regex(r"10\.\d{4,5}/[a-z0-9./()-]{1,12}(\.pdf|/full)?", fullmatch=True),
)
def test_addresses_that_need_no_parsing_give_what_parsing_gives(start: str, rest: str):
    """The short way through `parse_identifier` is the long one's answer."""
    whole = ids.parse_identifier(f" {start}{rest}")  # the blank leads the long way
    assert ids.parse_identifier(start + rest) == whole


def test_one_bad_part_of_a_field_costs_no_work(tmp_path: Path):
    """Entries of a list that are no works are counted and left out; a field with a part of another kind is, and the work kept."""
    record = api_works()[0] | {"referenced_works": [None, {}, "https://openalex.org/W2"], "referenced_works_count": 3}
    odd = record | {"id": "https://openalex.org/W8", "authorships": [7, None, {"author": {"display_name": {"a": 1}}}]}
    shard = find_snapshot(openalex_snapshot(tmp_path / "s", [record, odd], shards=1)).shards[0]
    receipt, works, citations, aside = rows(shard, tmp_path / "x")
    assert len(works) == 2
    assert [row["cited"] for row in citations] == [2, 2]
    assert "aside" not in receipt["counts"]
    told = [entry["reason"].partition(":")[0] for entry in aside]
    assert sorted(told) == ["authorships", "referenced_works", "referenced_works"]
