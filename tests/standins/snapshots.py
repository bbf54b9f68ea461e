"""Snapshots of whole catalogues: what the stand-ins of OpenAlex and Semantic Scholar serve, as the shards these publish."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from standins.corpus import Corpus
from standins.second import OpenAlex


def write_openalex(folder: Path, shelf: OpenAlex, *, shards: int = 2) -> Path:
    """The records of a shelf, as works of a snapshot of OpenAlex."""
    records = list(shelf.records.values())
    for k in range(shards):
        place = folder / "data" / "jsonl" / "works" / f"updated_date=2026-0{k + 1}-01"
        _write(place / "part_0000.gz", ({**record, "updated_date": "2026-01-01"} for record in records[k::shards]))
    return folder


def write_s2(folder: Path, corpus: Corpus) -> Path:
    """The papers of a corpus, their citations and ids, as Semantic Scholar's Datasets; a cited text has no CorpusId."""
    papers = list(corpus.papers.values())
    _write(
        folder / "papers" / "0.gz",
        (
            {
                "corpusid": paper.number,
                "externalids": {**paper.ids, "CorpusId": str(paper.number)},
                "url": f"https://www.semanticscholar.org/paper/{paper.sha}",
                "title": paper.title,
                "authors": [{"authorId": author.id, "name": author.name} for author in paper.authors],
                "venue": paper.venue,
                "year": paper.year,
                "referencecount": paper.reference_count,
                "citationcount": paper.citation_count,
                "s2fieldsofstudy": None,
                "publicationtypes": None,
                "publicationdate": paper.date,
                "journal": None,
            }
            for paper in papers
        ),
    )
    _write(
        folder / "citations" / "0.gz",
        (
            {
                "citingcorpusid": str(paper.number),
                "citedcorpusid": str(link.cited.number) if link.cited and link.cited.number else None,
                "isinfluential": link.influential,
                "intents": [[intent] for intent in link.intents] or None,
                "contexts": list(link.contexts) or None,
            }
            for paper in papers
            for link in paper.references
        ),
    )
    _write(
        folder / "paper-ids" / "0.gz",
        ({"sha": paper.sha, "corpusid": paper.number, "primary": True} for paper in papers),
    )
    return folder


def _write(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True)
    with gzip.open(file, "wt", encoding="utf-8", compresslevel=1) as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)
