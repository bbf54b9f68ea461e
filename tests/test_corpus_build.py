"""A corpus is built of a snapshot: every record is somewhere, and the citations are those of the records."""

import json
from pathlib import Path

import pytest

import kg
from kg.corpus.build import build
from kg.corpus.engine import open_engine
from kg.corpus.generate import generate
from kg.corpus.layout import Corpus
from kg.corpus.snapshot import find_snapshot
from kg.errors import InputError, StoreError
from tests.snapshots import citing_works, openalex_snapshot, plain


@pytest.mark.long
def test_the_citations_of_a_corpus_are_those_of_its_records(tmp_path: Path):
    """Distinct pairs between works of the snapshot, sorted both ways, and each counted at its ends."""
    tmp_path /= "a [b]* {c}"  # nothing of it is a pattern
    works = citing_works()
    snapshot = find_snapshot(openalex_snapshot(tmp_path / "snapshot", works))
    with open_engine(threads=1, memory="500MB") as engine:
        corpus = build(snapshot, tmp_path / "corpus", engine)
    assert Corpus.open(tmp_path / "corpus").manifest == corpus.manifest
    numbers = {work["id"]: int(work["id"].rpartition("W")[2]) for work in works}
    listed = [(work["id"], cited) for work in works for cited in work["referenced_works"]]
    expected = {(numbers[a], numbers[b]) for a, b in listed if a != b and b in numbers}
    files = plain(corpus.folder)
    for name, keys in (("citing", ("citing", "cited")), ("cited", ("cited", "citing"))):
        rows = {file: found for file, found in files.items() if file.startswith(f"{name}/")}
        assert {(row["citing"], row["cited"]) for found in rows.values() for row in found} == expected
        for file, found in rows.items():
            assert found == sorted(found, key=lambda row, keys=keys: [row[key] for key in keys])
            assert {row[f"{name}_year"] for row in found} == {int(file.split("/")[1].removeprefix("year="))}
    counts = corpus.counts
    assert counts["citations"] == len(expected) > 50
    assert counts["loops"] == sum(a == b for a, b in listed) > 0
    assert counts["dangling"] == len({pair for pair in listed if pair[1] not in numbers}) > 0
    assert counts["duplicates"] == sum(a != b for a, b in listed) - len({p for p in listed if p[0] != p[1]}) > 0
    found = {row["n"]: row for file, rows in files.items() if file.startswith("works/") for row in rows}
    assert counts["works"] == len(found) == len(works) == counts["records"]
    for n, row in found.items():
        assert row["references_held"] == sum(a == n for a, _ in expected)
        assert row["citations_held"] == sum(b == n for _, b in expected)


@pytest.mark.long
@pytest.mark.parametrize("format_", ["openalex", "openalex-parquet", "s2"])
def test_every_record_of_a_snapshot_is_somewhere(tmp_path: Path, format_: str):
    """Kept, replaced or put aside, as many of each as a generated snapshot says that there are; damage is told besides."""
    made = generate(tmp_path / "s", format=format_, works=500, dirt=0.05, truncated=1, shards=2).counts
    with open_engine(threads=1, memory="500MB") as engine:
        engine.part_rows = 300
        corpus = build(find_snapshot(tmp_path / "s"), tmp_path / "c", engine)
    counts = corpus.counts
    same = ("works", "undated", "citations", "duplicates", "loops")
    assert {name: counts[name] for name in same} == {name: made[name] for name in same}
    assert counts["dangling"] + counts["text_only"] == made["dangling"]
    assert (counts["aside"], counts["damaged"]) == (made["unusable"], 1)
    again = counts["older_works"] - made["repeated"] - made["superseded"]  # from before the cut of the truncated file
    assert 0 <= again <= 50
    kept = counts["works"] + counts["older_works"] + counts["aside"]
    if format_ == "s2":
        kept += counts["paper_ids"] + sum(
            counts[k] for k in ("citations", "duplicates", "loops", "dangling", "text_only")
        )
    assert counts["records"] == kept
    assert corpus.manifest["generated"]
    listed = [json.loads(line) for line in corpus.aside.read_text(encoding="utf-8").splitlines()]
    assert sum(not entry.get("kept") for entry in listed) == counts["aside"] + counts["damaged"]
    assert all(entry["reason"] and entry["file"] for entry in listed)
    for name, key in (("names", "name"), ("titles", "key")):  # several files, in order
        files = {k: [row[key] for row in rows] for k, rows in plain(corpus.folder).items() if k.startswith(name)}
        in_order = [files[f"{name}/part-{k}.parquet"] for k in range(len(files))]
        assert len(files) > (name == "names")  # the titles all begin alike
        assert [key for keys in in_order for key in keys] == sorted(key for keys in in_order for key in keys)
    assert {row["outcome"] for k, rows in plain(corpus.folder).items() if k.startswith("works") for row in rows} == (
        {"COMPLETE", "PARTIAL", "EMPTY"} if format_ == "s2" else {"COMPLETE", "PARTIAL", "UNKNOWN"}
    )


def test_a_folder_that_is_no_snapshot_or_corpus_is_refused(tmp_path: Path):
    """In one line, which says what it should be."""
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError, match="snapshot"):
            find_snapshot(place)
        with pytest.raises(InputError, match="corpus"):
            Corpus.open(place)


@pytest.mark.long
def test_a_lost_or_cut_file_is_told_and_a_corpus_is_no_snapshot(tmp_path: Path):
    """A table of which a year is gone would give too few citations without a word; what was built is not built from."""
    kg.corpus.generate(tmp_path / "snapshot", works=200)
    kg.corpus.build(tmp_path / "snapshot", tmp_path / "corpus", threads=1)
    with pytest.raises(InputError, match="is a corpus, not a snapshot"):
        kg.corpus.build(tmp_path / "corpus", tmp_path / "other")
    file = next((tmp_path / "corpus" / "cited").glob("year=*/*.parquet"))
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(StoreError, match="is gone, or not as it was built"):
        kg.corpus.info(tmp_path / "corpus")
    kg.corpus.build(tmp_path / "snapshot", tmp_path / "corpus", threads=1)
    assert Corpus.open(tmp_path / "corpus").counts["works"] == 200
