"""Generated snapshots: what they promise is there, the same each time, and what `kg` reads elsewhere reads it."""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.corpus import generated_records as records
from kg.corpus.generate import FORMATS, generate
from kg.corpus.simulated import generate_arrays
from kg.errors import InputError
from kg.ingest.sources.openalex import work_of
from kg.library.corpus_generate import generate as ask

WORKS = 2_000
DIRTY = {"works": WORKS, "mean_references": 6.0, "dirt": 0.05, "truncated": 2, "seed": 5}


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A dirty snapshot of each format."""
    folder = tmp_path_factory.mktemp("generated")
    return {name: generate(folder / name, format=name, **DIRTY) for name in FORMATS}


def lines_of(path: Path) -> Iterator[bytes]:
    """The whole lines of a gzipped file, up to where it is cut off."""
    reader, held = zlib.decompressobj(31), b""
    rest = path.read_bytes()
    while rest:
        held += reader.decompress(rest)
        rest, reader = reader.unused_data, zlib.decompressobj(31)
    yield from held.split(b"\n")[:-1]


def said_by(path: Path) -> Iterator[Any]:
    """The records of a file that are JSON objects."""
    for line in lines_of(path):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file and its bytes."""
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def test_an_empty_folder_that_is_there_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It may be the one that one stands in, or a mount."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    generate(Path(), works=10, mean_references=1)
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    generate(tmp_path / "link", works=10, mean_references=1)
    assert files_of(tmp_path / "here") == files_of(tmp_path / "empty")
    assert (tmp_path / "here" / "generated.json").exists()


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_seed_gives_the_same_bytes(name: str, dirty: dict[str, Any], tmp_path: Path):
    """Whatever was written before; another seed gives others."""
    again = generate(tmp_path / "again", format=name, **DIRTY)
    other = generate(tmp_path / "other", format=name, **DIRTY | {"seed": 6})
    assert files_of(again.folder) == files_of(dirty[name].folder)
    assert other.counts["citations"] != again.counts["citations"]


def test_openalex_holds_what_it_says(dirty: dict[str, Any]):
    """Counted anew from the files: works, citations, and every fault."""
    made, seen, found = dirty["openalex"], {}, Counter()
    root = made.folder / "data" / "jsonl"
    shards = sorted(root.glob("works/updated_date=*/part_*.gz"))
    for shard in shards:
        for record in said_by(shard):
            assert record["is_generated"]
            if not isinstance(record["id"], str) or "/W" not in record["id"]:
                found["nameless"] += 1
                continue
            before = seen.get(record["id"])
            if before is None or record["updated_date"] > before["updated_date"]:
                seen[record["id"]] = record
            found["old"] += record["title"].endswith("(first version)")
    for id_, record in seen.items():
        listed = record["referenced_works"]
        assert record["referenced_works_count"] == len(listed)
        assert not record["title"].endswith("(first version)")
        found["odd"] += record["authorships"] is None
        found["undated"] += record["publication_year"] is None
        found["loops"] += id_ in listed
        found["dangling"] += len(set(listed) - seen.keys())
        found["duplicates"] += len(listed) - len(set(listed))
        found["citations"] += len((set(listed) - {id_}) & seen.keys())
    counts = made.counts
    assert len(seen) == counts["works"] == WORKS
    assert {name: found[name] for name in counts.keys() & found.keys()} == {
        name: counts[name] for name in counts.keys() & found.keys()
    }
    assert found["old"] == counts["superseded"] > 0
    assert 0 < found["nameless"] < counts["unusable"]
    manifest = json.loads((root / "works" / "manifest.json").read_text())
    assert manifest["is_generated"]
    assert len(manifest["files"]) == len(shards)
    assert manifest["content_length"] == sum(shard.stat().st_size for shard in shards)
    cut = [shard for shard in shards if not _whole(shard)]
    assert len(cut) == counts["truncated"]


def _whole(path: Path) -> bool:
    try:
        gzip.decompress(path.read_bytes())
    except EOFError:
        return False
    return True


def test_parquet_says_the_same_as_json_lines(dirty: dict[str, Any]):
    """Work by work; a file cut off is no Parquet any more."""
    import pyarrow.parquet as pq

    told: dict[str, Any] = {}
    for shard in sorted((dirty["openalex"].folder / "data" / "jsonl").rglob("*.gz")):
        rows = (record for record in said_by(shard) if isinstance(record["id"], str) and "/W" in record["id"])
        told |= {record["id"]: record for record in rows}
    rows, broken = {}, 0
    for shard in sorted((dirty["openalex-parquet"].folder / "data" / "parquet" / "works").rglob("*.parquet")):
        try:
            table = pq.ParquetFile(shard).read()  # the file alone: its folder is no column
        except Exception:  # noqa: BLE001 - whatever Arrow raises
            broken += 1
            continue
        rows |= {row["id"]: row for row in table.to_pylist() if row["id"] and "/W" in row["id"]}
    assert broken == DIRTY["truncated"]
    assert rows.keys() == told.keys()
    for id_, row in rows.items():
        assert row["referenced_works"] == told[id_]["referenced_works"]
        assert dict(row["ids"]) == told[id_]["ids"]
        assert (row["title"], row["publication_year"]) == (told[id_]["title"], told[id_]["publication_year"])


def test_semantic_scholar_shards_hold_what_they_say(dirty: dict[str, Any]):
    """Papers, hashes and citations; identifiers as text in one shard and as numbers in the next."""
    made, papers, pairs, kinds = dirty["s2"], {}, Counter(), set()
    for shard in sorted((made.folder / "papers").glob("*.gz")):
        for record in said_by(shard):
            if isinstance(record["corpusid"], int):
                assert record["is_generated"]
                if not record["title"].endswith("(first version)"):
                    papers[record["corpusid"]] = record
    intents = Counter()
    for shard in sorted((made.folder / "citations").glob("*.gz")):
        for row in said_by(shard):
            kinds.add(type(row["citingcorpusid"]))
            intents[type(row["intents"] and row["intents"][0])] += 1
            pairs[int(row["citingcorpusid"]), row["citedcorpusid"] and int(row["citedcorpusid"])] += 1
    assert kinds == {int, str}
    assert set(intents) == {type(None), str, list}
    counts = made.counts
    inside = {(a, b) for a, b in pairs if b in papers and a != b}
    assert len(papers) == counts["works"] == WORKS
    assert len(inside) == counts["citations"] == dirty["openalex"].counts["citations"]
    assert sum(a == b for a, b in pairs) == counts["loops"]
    assert sum(times for (_, b), times in pairs.items() if b not in papers) == counts["dangling"]
    assert sum(pairs.values()) - len(pairs) == counts["duplicates"]
    assert any(b is None for _, b in pairs)
    hashes = [row for shard in (made.folder / "paper-ids").glob("*.gz") for row in said_by(shard)]
    assert {row["corpusid"] for row in hashes if row["primary"]} == papers.keys()
    assert len({row["sha"] for row in hashes}) == len(hashes) > WORKS


def test_shares_are_as_asked(dirty: dict[str, Any]):
    """Each fault as often as `dirt` says, missing lists and undated works too, within four standard deviations."""
    for made in dirty.values():
        expected = dict.fromkeys(("repeated", "superseded"), 0.05) | {"missing": 0.2, "undated": 0.01}
        for name, share in expected.items():
            assert abs(made.counts[name] - WORKS * share) < 4 * (WORKS * share) ** 0.5, name
    clean = generate(dirty["s2"].folder.parent / "clean", format="s2", works=200, undated=0, missing=0)
    faults = {name: n for name, n in clean.counts.items() if name not in {"works", "citations", "records"}}
    assert not any(faults.values())


def test_readers_of_openalex_take_every_record(dirty: dict[str, Any]):
    """What the crawl reads from the service's answers, it reads from these; no identifier may be a real work's."""
    for shard in (dirty["openalex"].folder / "data" / "jsonl").rglob("*.gz"):
        for record in said_by(shard):
            if isinstance(record["id"], str) and "/W" in record["id"] and record["authorships"]:
                work = work_of(record)
                assert work.title.startswith("Generated work ")
                assert work.authors
                schemes = {name.split(":")[0] for name in work.identifiers}
                assert schemes <= {"doi", "openalex"}
                assert all(name.startswith(("doi:10.5555/generated.", "openalex:W9")) for name in work.identifiers)


def test_numbers_are_distinct_and_in_no_order():
    """And none is that of a work which is not there."""
    for size in (1, 2, 1000):
        given = records.numbers(np.arange(size), size)
        assert len(set(given.tolist())) == size
        assert min(records.nowhere(w, size) for w in range(size)) > given.max()
    assert (np.diff(given) < 0).any()


def test_citations_look_like_citations():
    """Growing years, lists of the mean length asked for, none to itself or a later work, and a tail that is a power law's."""
    drawn = generate_arrays(20_000, mean_references=8, seed=2, first_year=1980, last_year=2019)
    years, citing = np.bincount(drawn.years - 1980), drawn.citing
    assert (drawn.years[0], drawn.years[-1], len(years)) == (1980, 2019, 40)
    assert (np.diff(years[::5]) > 0).all()
    assert len(drawn.cited) / 20_000 == pytest.approx(8, rel=0.02)
    assert (drawn.cited < citing).all()
    assert len(np.unique(citing.astype(np.int64) * 20_000 + drawn.cited)) == len(drawn.cited)
    age = drawn.years[citing] - drawn.years[drawn.cited]
    assert 0 <= np.median(age) < 12
    counts = np.bincount(drawn.cited, minlength=20_000)
    top = counts[counts >= 30]
    exponent = 1 + len(top) / np.log(top / 29.5).sum()
    assert 2.2 < exponent < 3.1
    assert counts.max() > 40 * counts.mean()


@pytest.mark.parametrize("works", [1, 2, 3, 50])
def test_few_works_are_enough(works: int, tmp_path: Path):
    """Lists are no longer than there are earlier works."""
    drawn = generate_arrays(works, mean_references=30)
    assert len(drawn.years) == works
    assert (np.diff(drawn.starts) <= np.arange(works)).all()
    assert generate(tmp_path / "few", works=works, mean_references=30, shards=3, dirt=1).counts["works"] == works


@pytest.mark.parametrize(
    "options",
    [
        {"works": 0},
        {"format": "crossref"},
        {"dirt": 1.5},
        {"shards": 0},
        {"truncated": 5},
        {"fields": 99},
        {"last_year": 1900},
    ],
)
def test_what_cannot_be_generated_is_said(options: dict[str, Any], tmp_path: Path):
    """In one line, and nothing is written."""
    with pytest.raises(InputError):
        generate(tmp_path / "new", **options)
    assert not (tmp_path / "new").exists()


def test_nothing_is_written_over(tmp_path: Path):
    """A folder with something in it stays as it is."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="has something in it"):
        generate(tmp_path, works=10)
    assert files_of(tmp_path) == {"mine.txt": b"mine"}


def test_the_command_says_what_it_wrote(tmp_path: Path, kg_run):
    """The same counts as in the folder and from Python."""
    told = kg_run(
        "corpus", "generate", str(tmp_path / "a"), "--works", "300", "--dirt", "0.1", "--format", "s2", "--json"
    ).json()
    assert told["is_generated"]
    assert told["counts"] == json.loads((tmp_path / "a" / "generated.json").read_text())["counts"]
    again = ask(tmp_path / "b", works=300, dirt=0.1, format="s2")
    assert again.as_dict()["counts"] == told["counts"]
    assert "nothing in it is real" in str(again)
