"""A graph as two Parquet files in a folder, for pandas, DuckDB and Spark."""

from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.output.export.records import folder, works_of


def write_parquet(graph: CitationGraph, out: Path | BinaryIO) -> None:
    """Write works.parquet, the table `graph.works` with `identifiers`, and citations.parquet, a row per citing, cited and source.

    Raises
    ------
    InputError
        If `out` is an open file, or pyarrow is not installed.
    """
    import pandas as pd

    if find_spec("pyarrow") is None:
        raise InputError("parquet needs pyarrow, which is not installed", "pip install pyarrow")
    to = folder(out, "parquet", graph)
    works = graph.works.reset_index(names="id")
    works["identifiers"] = pd.Series([list(work.identifiers) for work in works_of(graph)], works.index, object)
    works.to_parquet(to / "works.parquet", engine="pyarrow", index=False)
    citations = graph.citations
    if graph.provenance:
        rows = ((c.citing, c.cited, c.source, c.method, c.times) for c in graph.provenance.store.citations())
        citations = pd.DataFrame(rows, columns=["citing", "cited", "source", "method", "times"])
    citations.to_parquet(to / "citations.parquet", engine="pyarrow", index=False)
