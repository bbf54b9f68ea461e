"""Shards of Semantic Scholar's Datasets (papers, citations, paper-ids) as rows of a corpus."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.corpus.lines import Damage, lines_of
from kg.corpus.rows import NONE, citation_schema, loads, name_schema, work_row, work_schema
from kg.corpus.shards import FLUSHED, Shard, ShardWriter
from kg.ingest.readers.json_works import texts_of
from kg.ingest.sources.kinds import fits
from kg.ingest.sources.s2.records import PAPER, work_of
from kg.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

#: Fields of a row of papers -> those of the service.
_FIELDS = {name.lower(): name for name in PAPER}


def schemas(kind: str) -> "dict[str, pa.Schema]":
    """The tables that a shard of a kind gives."""
    if kind == "papers":
        return {"works": work_schema()}
    return {"citations": citation_schema()} if kind == "citations" else {"names": name_schema()}


def read(shard: Shard, writer: ShardWriter) -> None:
    """Read a shard of a kind."""
    one = _READERS[shard.kind]
    for line, text in lines_of(shard.file):
        if isinstance(text, Damage):
            writer.aside(line, text.reason, "", "damaged")
            continue
        writer.counts["records"] += 1
        try:
            record = loads(text)
            if not isinstance(record, dict):
                writer.aside(line, "not an object", text)
            else:
                one(record, line, text, writer)
                writer.counts["generated"] += record.get("is_generated") is True
        except (ValueError, OverflowError, RecursionError, AttributeError, KeyError, TypeError) as error:
            reason = (
                "invalid JSON"
                if isinstance(error, ValueError) and text[:1] != b"{"
                else f"not a record of {shard.kind}"
            )
            writer.aside(line, f"{reason}: {error}", text)


def _paper(record: dict[str, Any], line: int, text: bytes, writer: ShardWriter) -> None:
    n = _number(record["corpusid"])
    paper = {name: record[key] for key, name in _FIELDS.items() if key in record}
    for name in [name for name, value in paper.items() if not fits(value, PAPER[name])]:
        value = paper.pop(name)
        if not (name == "externalIds" and value is None):
            writer.aside(line, f"{name.lower()}: unexpected value {value!r:.60}", text, "repaired")
    sha = re.search(r"/([0-9a-f]{40})$", str(record.get("url") or ""))
    external = paper.get("externalIds") or {}
    work = work_of(paper | {"paperId": sha[1] if sha else "", "externalIds": external | {"CorpusId": n}})
    if not sha:
        work = replace(work, identifiers=tuple(name for name in work.identifiers if name != "s2:"))
    fields = record.get("s2fieldsofstudy") or ()
    field = next((str(one["category"]) for one in fields if isinstance(one, dict) and one.get("category")), "")
    updated = record.get("updated")
    row = work_row(
        n,
        work,
        field=field,
        cited=NONE,
        outcome=Outcome.UNKNOWN,
        updated=updated if isinstance(updated, str) else "",
        line=line,
    )
    rows = writer.rows["works"]
    rows.append(row)
    if len(rows) >= FLUSHED:
        writer.flush()


def _citation(record: dict[str, Any], line: int, text: bytes, writer: ShardWriter) -> None:
    citing, cited = _number(record["citingcorpusid"]), record.get("citedcorpusid")
    influential = record.get("isinfluential")
    if not isinstance(influential, bool | None):
        writer.aside(line, f"isinfluential: unexpected value {influential!r:.60}", text, "repaired")
        influential = None
    updated = record.get("updated")
    row = (
        citing, None if cited is None else _number(cited), None, influential, list(texts_of(record.get("intents"))) or None,
        updated if isinstance(updated, str) else "", line,
    )  # fmt: skip
    rows = writer.rows["citations"]
    rows.append(row)
    if len(rows) >= FLUSHED:
        writer.flush()


def _name(record: dict[str, Any], line: int, text: bytes, writer: ShardWriter) -> None:
    sha = record["sha"]
    if not (isinstance(sha, str) and re.fullmatch(r"[0-9a-f]{40}", sha)):
        writer.aside(line, f"sha: unexpected value {sha!r:.60}", text)
        return
    rows = writer.rows["names"]
    rows.append((f"s2:{sha}", _number(record["corpusid"])))
    if len(rows) >= FLUSHED:
        writer.flush()


def _number(value: Any) -> int:
    """A CorpusId, which some releases write as text."""
    number = int(value) if type(value) in (int, str) else -1
    if not 0 <= number < 2**63:
        raise ValueError(f"invalid CorpusId {value!r:.60}")
    return number


_READERS: "dict[str, Callable[[dict[str, Any], int, bytes, ShardWriter], None]]" = {
    "papers": _paper, "citations": _citation, "paper-ids": _name,
}  # fmt: skip
