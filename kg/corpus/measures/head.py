"""The works of a corpus that stand first by a measure."""

from pathlib import Path
from typing import Any

from kg.corpus.layout import Corpus
from kg.corpus.measures.measure import Measure


def first_works(
    corpus: Corpus, measure: Measure, folder: Path, *, top: int, year: int | None = None, field: str | None = None
) -> tuple[dict[str, Any], ...]:
    """The works with the highest figures in a folder; of equal ones those first that have more of what is shown beside it."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    heads: list[pa.Table] = []
    for one in sorted(folder.glob("year=*/part-0.parquet")):
        of = int(one.parent.name.removeprefix("year="))
        if year is not None and of != year:
            continue
        table = pq.ParquetFile(one, page_checksum_verification=True).read(["n", measure.column, *measure.shown])
        works = corpus.part("works", of)
        if field is not None:
            fields = pq.ParquetFile(works, page_checksum_verification=True).read(["n", "field"])
            table = table.filter(pc.is_in(table["n"], fields.filter(pc.equal(fields["field"], field))["n"]))
        table = _highest(table.filter(pc.is_valid(table[measure.column])), measure, top)
        heads.append(table.append_column("of", pa.array([of] * len(table), pa.int32())))
    if not heads:
        return ()
    best = _highest(pa.concat_tables(heads), measure, top).to_pylist()
    about: dict[int, dict[str, Any]] = {}
    for of in {row["of"] for row in best}:
        wanted = [row["n"] for row in best if row["of"] == of]
        columns = ["n", "id", "title", "authors", "year", "field"]
        found = pq.read_table(
            corpus.part("works", of or None), columns=columns, filters=[("n", "in", wanted)], partitioning=None
        )
        about |= {row["n"]: row for row in found.to_pylist()}
    figures = ("n", measure.column, *measure.shown)
    return tuple(
        {
            **{key: about[row["n"]][key] for key in ("id", "title", "authors", "year", "field")},
            **{key: row[key] for key in figures},
        }
        for row in best
    )


def _highest(table: Any, measure: Measure, top: int) -> Any:
    import pyarrow.compute as pc

    keys = [(name, "descending") for name in (measure.column, *measure.shown[:1])]
    return table.take(pc.select_k_unstable(table, k=top, sort_keys=[*keys, ("n", "ascending")]))
