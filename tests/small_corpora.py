"""Small corpora written from plain facts, and an engine that is none: every function is called here."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from oracles import Case

from kg.corpus.layout import TABLES, Corpus
from kg.corpus.measures.job import checked, folder_of, load_measure

WORKS = pa.schema(
    [
        *[("n", pa.int64()), ("id", pa.string()), ("identifiers", pa.list_(pa.string())), ("title", pa.string())],
        *[("authors", pa.list_(pa.string())), ("year", pa.int32()), ("date", pa.string()), ("venue", pa.string())],
        *[
            ("type", pa.string()),
            ("field", pa.string()),
            ("retracted", pa.bool_()),
            ("reported_references", pa.int32()),
        ],
        *[("reported_citations", pa.int32()), ("references_held", pa.int32()), ("citations_held", pa.int32())],
        *[("outcome", pa.string()), ("updated", pa.string())],
    ]
)
CITATIONS = pa.schema(
    [
        *[("citing", pa.int64()), ("cited", pa.int64()), ("citing_year", pa.int32()), ("cited_year", pa.int32())],
        *[("influential", pa.bool_()), ("intents", pa.list_(pa.string()))],
    ]
)


class Here:
    """Calls functions here, in order, and counts the calls."""

    name = "here"

    def __init__(self) -> None:
        self.calls: list[object] = []

    def map(self, function, items) -> Iterator[object]:
        """Each item's result."""
        for item in items:
            self.calls.append(item)
            yield function(item)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards; in memory where the system has such a place, as there are many small files."""
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


def numbers(case: Case) -> dict[str, int]:
    """The number of each work in the corpus: with gaps, as catalogues have, and not in the order of the works."""
    return {w: 10 + 7 * k for k, w in enumerate(sorted(case.works))}


def by_year(case: Case) -> Case:
    """The same facts where only years are known, as in a corpus."""
    years = {w: year for w in case.works if (year := case.year(w)) is not None}
    return case._replace(years=years, dates={})


def write_corpus(
    folder: Path,
    case: Case,
    *,
    fields: dict[str, str] | None = None,
    built: str = "2031-01-01",
    updated: str | None = None,
) -> Corpus:
    """A corpus of these facts, laid out as `kg corpus build` does."""
    n, references, citers = numbers(case), case.references(), case.citers()
    for name in TABLES:
        (folder / name).mkdir(parents=True)
    works = [
        {
            "n": n[w],
            "id": f"openalex:W{n[w]}",
            "title": f"On {w}",
            "authors": [f"Ann {w.title()}"],
            "year": case.year(w),
            "date": case.dates.get(w),
            "field": (fields or {}).get(w, ""),
            "outcome": case.outcomes[w].value,
            "references_held": len(references[w]),
            "citations_held": len(citers[w]),
            "updated": updated,
        }
        for w in case.works
    ]
    pairs = [
        {"citing": n[a], "cited": n[b], "citing_year": case.year(a), "cited_year": case.year(b)}
        for a in case.works
        for b in references[a]
    ]
    _parts(folder / "works", WORKS, works, "year", ("n",))
    _parts(folder / "citing", CITATIONS, pairs, "citing_year", ("citing", "cited"))
    _parts(folder / "cited", CITATIONS, pairs, "cited_year", ("cited", "citing"))
    manifest = {
        "schema": 1,
        "source": "openalex",
        "name": "tiny",
        "built": built,
        "snapshot": "none",
        "generated": True,
    }
    counts = {"works": len(works), "citations": len(pairs)}
    (folder / "corpus.json").write_text(json.dumps(manifest | {"shards": [], "counts": counts}))
    return Corpus.open(folder)


def _parts(folder: Path, schema: pa.Schema, rows: list[dict], year: str, order: tuple[str, ...]) -> None:
    for one in {row[year] for row in rows}:
        mine = sorted((row for row in rows if row[year] == one), key=lambda row: [row[name] for name in order])
        place = folder / f"year={one or 0}"
        place.mkdir()
        pq.write_table(pa.Table.from_pylist(mine, schema), place / "part-0.parquet", write_page_checksum=True)


def result(corpus: Corpus, measure: str, **options) -> dict[int, dict]:
    """The rows of a measure with these options, by the number of the work; they must be in order."""
    rows_by_n = {}
    found = load_measure(measure)
    place = folder_of(corpus, found, checked(corpus, found, options))
    for path in sorted(place.glob("year=*/part-0.parquet")):
        with pq.ParquetFile(path) as file:
            rows = file.read().to_pylist()
        assert [row["n"] for row in rows] == sorted(row["n"] for row in rows)
        rows_by_n |= {row["n"]: row for row in rows}
    return rows_by_n
