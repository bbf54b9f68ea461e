"""A corpus on disk without a build of it: any works and citations of kg as the tables that `kg corpus build` writes."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from kg.model import Outcome, Work
from kg.text import name_key, short_title, surname, title_key

_NUMBERS = {"openalex": "openalex:W", "s2": "corpus:"}


def write_corpus(
    folder: Path,
    works: Iterable[Work],
    pairs: Iterable[tuple[str, str]],
    *,
    source: str = "s2",
    outcomes: dict[str, Outcome] | None = None,
) -> Path:
    """Write a corpus of works, numbered in their order, and of pairs of a citing and a cited id; lists are COMPLETE by default."""
    works = list(works)
    at = {work.id: n for n, work in enumerate(works, start=1)}
    years = {at[work.id]: work.year for work in works}
    ends = {(at[a], at[b]) for a, b in pairs if a in at and b in at and a != b}
    citing, cited = Counter(a for a, _ in ends), Counter(b for _, b in ends)
    tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for n, work in enumerate(works, start=1):
        number, where = f"{_NUMBERS[source]}{n}", {"n": n, "year": work.year}
        names = [*dict.fromkeys((*work.identifiers, number))]
        best = next((name for scheme in ("doi:", "arxiv:") for name in names if name.startswith(scheme)), number)
        tables["works"].append(
            where
            | {
                "id": best,
                "identifiers": names,
                "title": work.title,
                "authors": list(work.authors),
                "date": work.date,
                "venue": work.venue,
                "type": work.type or "article",
                "field": "Computer Science",
                "retracted": work.retracted,
                "reported_references": work.reported_references or citing[n],
                "reported_citations": work.reported_citations or cited[n],
                "references_held": citing[n],
                "citations_held": cited[n],
                "outcome": str((outcomes or {}).get(work.id, Outcome.COMPLETE)),
                "updated": "2026-01-01",
            }
        )
        tables["names"] += ({"name": name} | where for name in names)
        author = name_key(surname(work.authors[0])) if work.authors else ""
        short = title_key(short_title(work.title))
        for key, whole in ((title_key(work.title), True), (short, False)):
            tables["titles"] += [{"key": key, "whole": whole, "author_key": author} | where] if key else []
    for a, b in ends:
        row = {"citing": a, "cited": b, "citing_year": years[a], "cited_year": years[b]}
        row |= {"influential": a % 2 == 0, "intents": ["background"] if a % 2 else None}
        tables["citing"].append(row | {"part": years[a]})
        tables["cited"].append(row | {"part": years[b]})
    for name, order in (("works", ["n"]), ("citing", ["citing", "cited"]), ("cited", ["cited", "citing"])):
        parts = defaultdict(list)
        for row in tables[name]:
            parts[row.pop("part") if name != "works" else row["year"]].append(row)
        (folder / name).mkdir(parents=True)
        for year, rows in parts.items():
            _write(folder / name / f"year={year or 0}", rows, order)
    _write(folder / "names", tables["names"], ["name", "n"])
    _write(folder / "titles", tables["titles"], ["key", "n"])
    manifest = {
        "schema": 1,
        "source": source,
        "name": folder.name,
        "snapshot": "2026-01-01",
        "built": "2026-02-02T00:00:00",
    }
    manifest |= {"generated": False, "shards": [], "counts": {"works": len(works), "citations": len(ends)}}
    (folder / "corpus.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _write(folder: Path, rows: list[dict[str, Any]], order: list[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {
        "n": pa.int64(),
        "year": pa.int32(),
        "citing": pa.int64(),
        "cited": pa.int64(),
        "citing_year": pa.int32(),
        "cited_year": pa.int32(),
        "influential": pa.bool_(),
        "intents": pa.list_(pa.string()),
        "identifiers": pa.list_(pa.string()),
        "authors": pa.list_(pa.string()),
        "retracted": pa.bool_(),
        "whole": pa.bool_(),
    } | dict.fromkeys(("reported_references", "reported_citations", "references_held", "citations_held"), pa.int32())
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in rows[0]])
    folder.mkdir(parents=True)
    rows = sorted(rows, key=lambda row: [row[name] for name in order])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / "part-0.parquet")


def work(id_: str, **more: Any) -> Work:
    """A work with a DOI and an author."""
    told = {"title": f"The remarkable case of {id_}", "authors": ("Ada Berg",), "year": 2000}
    return Work(id=id_, identifiers=(f"doi:10.1000/{id_.lower()}",), **(told | more))


#: S cites A, B and E; A and E cite B; E cites F; C and D cite S; B and G are undated; nobody cites G.
WORKS = [
    *(work(id_) for id_ in "SACDF"),
    work("B", year=None, title="Beethoven: a study in drift", reported_citations=9),
    work("E", reported_references=4, venue="ICASSP"),
    work("G", year=None, title="Preface"),
]
PAIRS = [("S", "A"), ("S", "B"), ("S", "E"), ("A", "B"), ("E", "B"), ("E", "F"), ("C", "S"), ("D", "S")]
OUTCOMES = {"E": Outcome.PARTIAL, "F": Outcome.UNKNOWN, "B": Outcome.EMPTY}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The small corpus."""
    return write_corpus(tmp_path / "small", WORKS, PAIRS, outcomes=OUTCOMES)
