"""The official samples of both catalogues through every job, and the same files damaged and mixed."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kg.corpus.build import build
from kg.corpus.engine import open_engine
from kg.corpus.layout import Corpus
from kg.corpus.measures.job import MEASURES, load_measure, run
from kg.corpus.snapshot import find_snapshot

SHARED = Path(__file__).parents[2] / "shared"
S2AG = SHARED / "data" / "inputs" / "s2ag-shards"
SAMPLES = SHARED / "s2-api" / "datasets-samples"
OPENALEX = SHARED / "data" / "inputs" / "openalex"


def every_job(snapshot: Path, folder: Path) -> tuple[Corpus, dict[str, Any]]:
    """A corpus of the snapshot, and what every measure says of it."""
    with open_engine(threads=1, memory="500MB") as engine:
        corpus = build(find_snapshot(snapshot), folder, engine)
        told = {}
        for name in MEASURES:
            measure = load_measure(name)
            told[name] = run(corpus, measure, engine, dict(measure.options))
    return corpus, told


def openalex(folder: Path) -> Path:
    """The records of OpenAlex that were kept from its service, as a snapshot of two shards."""
    works = json.loads(gzip.decompress((OPENALEX / "works-tu9-410.json.gz").read_bytes()))
    brief = json.loads((OPENALEX / "works-pat.json").read_bytes())["results"]
    for number, records in enumerate((works, brief)):
        file = folder / f"data/jsonl/works/updated_date=2026-01-0{number + 1}/part_0000.gz"
        file.parent.mkdir(parents=True)
        file.write_bytes(gzip.compress("".join(f"{json.dumps(record)}\n" for record in records).encode()))
    return folder


def kept_aside(corpus: Corpus) -> list[dict[str, Any]]:
    """The list of what could not be used."""
    return [json.loads(line) for line in corpus.aside.read_text(encoding="utf-8").splitlines()]


@pytest.mark.long
def test_official_samples_pass_through_every_job(tmp_path: Path):
    """Nothing of them is put aside; what each measure leaves out it counts."""
    for name, snapshot, works in (("a", S2AG, 100), ("b", SAMPLES, 100), ("c", openalex(tmp_path / "snapshot"), 638)):
        corpus, told = every_job(snapshot, tmp_path / name)
        counts = corpus.counts
        assert counts["works"] == works
        assert (counts["aside"], counts["damaged"], counts["repaired"]) == (0, 0, 0)
        assert counts["dangling"] > 0
        assert not kept_aside(corpus)
        assert not corpus.manifest["generated"]
        assert {one["population"]["works"] for one in told.values()} == {works}
        assert told["citations"]["counts"]["rows"] == told["pagerank"]["counts"]["rows"] == works
        assert told["percentile"]["counts"]["rows"] == works - counts["undated"]


@pytest.mark.long
def test_damaged_and_mixed_files_end_with_counts_and_a_list(tmp_path: Path):
    """Cut off, of other bytes, of the other catalogue, empty: what is sound is used, the rest is listed with its place."""
    snapshot = openalex(tmp_path / "snapshot")
    place = snapshot / "data/jsonl/works/updated_date=2026-01-03"
    place.mkdir()
    whole = (place.parent / "updated_date=2026-01-01/part_0000.gz").read_bytes()
    (place / "part_0000.gz").write_bytes(whole[: len(whole) // 2])
    (place / "part_0001.gz").write_bytes(bytes(range(256)) * 40)
    (place / "part_0002.gz").write_bytes(b"")
    shutil.copyfile(S2AG / "papers" / "papers-sample.jsonl", place / "part_0003.jsonl")
    (place / "part_0004.parquet").write_bytes(b"PAR1 and no more")
    corpus, told = every_job(snapshot, tmp_path / "corpus")
    assert corpus.counts["works"] == 638  # the records of the file that was cut off are in a whole one, too
    assert corpus.counts["older_works"] > 0
    listed = kept_aside(corpus)
    files = {entry["file"].rpartition("/")[2] for entry in listed}
    assert {"part_0000.gz", "part_0001.gz", "part_0003.jsonl", "part_0004.parquet"} <= files
    foreign = [entry for entry in listed if entry["file"].endswith("part_0003.jsonl")]
    assert len(foreign) == 100
    assert len(listed) == corpus.counts["aside"] + corpus.counts["damaged"] + corpus.counts["repaired"]
    assert sorted(entry["line"] for entry in foreign) == list(range(1, 101))
    assert corpus.counts["damaged"] == 2  # of other bytes, each line is put aside
    assert all(entry["reason"] and len(entry["text"]) <= 500 for entry in listed)
    assert told["citations"]["counts"]["rows"] == 638
