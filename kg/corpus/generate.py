"""Generated snapshots in the shape of OpenAlex and of Semantic Scholar Datasets, at any size, for tests and benchmarks."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kg.aside import built_aside
from kg.corpus import generated_records as records
from kg.corpus.generated_files import LinesFile, RowsFile, as_row, cut_rows, write_json, write_manifests
from kg.corpus.simulated import Citations, generate_arrays
from kg.errors import InputError

FORMATS: Final = ("openalex", "openalex-parquet", "s2")
_CHUNK: Final = 10_000  # records held in memory
_FIRST_DAY, _OLD_DAY = date(2026, 1, 4), "2016-06-24"  # of the partitions; of versions that were superseded
_IN_A_DAY: Final = 2  # shards
_CUT: Final = 50  # records of a truncated member
#: What may be wrong with a work or its list, each drawn for itself.
FAULTS: Final = ("line", "nameless", "odd", "repeated", "superseded", "duplicates", "loops", "dangling", "future")


@dataclass(frozen=True, kw_only=True)
class Generated:
    """A generated snapshot, and what a reader should find in it; `generated.json` in its folder says the same.

    Attributes
    ----------
    folder : Path
        Where it is.
    options : dict[str, Any]
        What it was made with.
    counts : dict[str, int]
        works, citations (distinct, between works of the snapshot, no loops), records (lines or rows that say something of a
        work), missing (lists not given), undated, odd (works with fields of the wrong type), unusable (lines and records
        that are no work), repeated (records given twice), superseded (records of which a later version is given),
        duplicates, loops and dangling (citations), future (citations of later works), truncated (files).
    """

    folder: Path
    options: dict[str, Any]
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """All arrays of a snapshot; everything else is drawn shard by shard."""

    seed: int
    shards: int
    fields: int
    citations: Citations
    cited_by: NDArray[np.int64]
    undated: NDArray[np.bool_]
    missing: NDArray[np.bool_]
    faults: NDArray[np.uint16]
    truncated: int
    counts: Counter[str] = field(default_factory=Counter)

    def has(self, fault: str, work: int) -> bool:
        return bool(self.faults[work] >> FAULTS.index(fault) & 1)

    def day(self, shard: int) -> str:
        return (_FIRST_DAY + timedelta(days=7 * (shard // _IN_A_DAY))).isoformat()

    def works(self, shard: int) -> Iterator[tuple[records.Drawn, list[int]]]:
        """The works of a shard with their references as numbers of the catalogue, faulty ones included."""
        size, starts = len(self.undated), self.citations.starts
        rng = np.random.default_rng([self.seed, 1, shard])
        weights = 1 / np.arange(1, self.fields + 1)
        for low in range(shard, size, self.shards * _CHUNK):
            at = np.arange(low, min(low + self.shards * _CHUNK, size), self.shards)
            dice = rng.integers(2**63 - 1, size=len(at)).tolist()
            days = rng.integers(365, size=len(at)).tolist()
            where = rng.choice(self.fields, len(at), p=weights / weights.sum()).tolist()
            rows = zip(at.tolist(), records.numbers(at, size).tolist(), dice, days, where, strict=True)
            for work, number, die, day, topic in rows:
                cited = [] if self.missing[work] else self._listed(work, number, die)
                year = None if self.undated[work] else int(self.citations.years[work])
                length = int(starts[work + 1] - starts[work])
                yield records.Drawn(work, number, year, day, die, topic, int(self.cited_by[work]), length), cited

    def _listed(self, work: int, number: int, die: int) -> list[int]:
        size, starts = len(self.undated), self.citations.starts
        cited: list[int] = records.numbers(self.citations.cited[starts[work] : starts[work + 1]], size).tolist()
        self.counts["citations"] += len(cited)
        if self.faults[work]:
            if cited and self.has("duplicates", work):
                cited.append(cited[0])
                self.counts["duplicates"] += 1
            if self.has("loops", work):
                cited.append(number)
                self.counts["loops"] += 1
            if self.has("dangling", work):
                cited.append(records.nowhere(work, size))
                self.counts["dangling"] += 1
            later = int(np.searchsorted(self.citations.years, self.citations.years[work], side="right"))
            if later < size and self.has("future", work):
                cited.append(int(records.numbers(later + die % (size - later), size)))
                self.counts["future"] += 1
                self.counts["citations"] += 1
        return cited

    def drawn(self, shard: int, kind: str) -> Iterator[tuple[records.Drawn, list[int], str]]:
        """The works of a shard, with what to write beside each: "", or the faults that concern whole records."""
        for work, cited in self.works(shard):
            said = [fault for fault in FAULTS[:5] if self.faults[work.work] and self.has(fault, work.work)]
            if kind == "openalex-parquet":
                said = [fault for fault in said if fault not in {"line", "odd"}]
            names = {"line": "unusable", "nameless": "unusable"}
            self.counts.update(names.get(fault, fault) for fault in said)
            self.counts["works"] += 1
            self.counts["records"] += 1 + ("repeated" in said) + ("superseded" in said)
            yield work, cited, " ".join(said)


def generate(
    folder: Path | str,
    *,
    format: str = "openalex",  # noqa: A002 - what the option of the command is called
    works: int = 10_000,
    mean_references: float = 10.0,
    seed: int = 1,
    first_year: int = 1950,
    last_year: int = 2025,
    shards: int = 4,
    missing: float = 0.2,
    undated: float = 0.01,
    dirt: float = 0.0,
    truncated: int = 0,
    fields: int = 8,
) -> Generated:
    """Write a snapshot of works that do not exist, in the shape of a real one.

    Its records are drawn and written shard by shard; memory holds the arrays of `generate_arrays`, whose Notes describe
    how citations are drawn, and a few thousand records. The same options give the same bytes on the same machine. Every
    record has `is_generated`, and so has the manifest.

    Parameters
    ----------
    folder : Path | str
        A new or empty folder.
    format : str, default="openalex"
        `openalex` (JSON Lines), `openalex-parquet` or `s2` (Semantic Scholar Datasets).
    works : int, default=10_000
        How many works.
    mean_references : float, default=10.0
        Mean length of a reference list.
    seed : int, default=1
        What everything is drawn with.
    first_year : int, default=1950
        The year of the first works.
    last_year : int, default=2025
        The year of the last works.
    shards : int, default=4
        How many files (of each dataset).
    missing : float, default=0.2
        Share of works whose reference list is not given.
    undated : float, default=0.01
        Share of works without a year.
    dirt : float, default=0.0
        The chance, for each work, of each of these: a line beside it that is no record, a record without an identifier, its
        own fields of the wrong type, its record given twice, an older version of it; a reference given twice, to itself, to
        a work that is not there, to a later one. Parquet has no bad lines and no wrong types.
    truncated : int, default=0
        How many of the files are cut off in the middle of records that they gave before (OpenAlex: shards; Semantic
        Scholar: those of `papers`).
    fields : int, default=8
        How many fields of science, the first the largest.

    Returns
    -------
    Generated
        The folder, and what should be found in it.

    Raises
    ------
    InputError
        If an option is out of range or the folder has something in it.
    """
    folder = Path(folder)
    options = {name: value for name, value in locals().items() if name != "folder"}
    _check(folder, options)
    citations = generate_arrays(
        works, mean_references=mean_references, seed=seed, first_year=first_year, last_year=last_year
    )
    rng = np.random.default_rng([seed, 0])
    faults = np.zeros(works, np.uint16)
    for k in range(len(FAULTS)):
        faults |= (rng.random(works) < dirt).astype(np.uint16) << np.uint16(k)
    plan = _Plan(
        seed=seed,
        shards=shards,
        fields=fields,
        citations=citations,
        cited_by=np.bincount(citations.cited, minlength=works),
        undated=rng.random(works) < undated,
        missing=rng.random(works) < missing,
        faults=faults,
        truncated=truncated,
    )
    place = folder.resolve()
    parent = place if place.exists() else place.parent  # an empty folder may be a mount, which is not replaced
    with built_aside(parent) as aside:  # what fails halfway leaves nothing that stands in the way of another try
        (_write_s2 if format == "s2" else _write_openalex)(aside, plan, format)
        names = ("works", "citations", "records", "odd", "unusable", "repeated", "superseded", *FAULTS[5:])
        counts = {name: plan.counts[name] for name in names}
        counts |= {"missing": int(plan.missing.sum()), "undated": int(plan.undated.sum()), "truncated": truncated}
        made = Generated(folder=folder, options=options, counts=counts)
        said = {"is_generated": True, **{name: value for name, value in asdict(made).items() if name != "folder"}}
        write_json(aside / "generated.json", said)
        if parent == place:
            for written in aside.iterdir():
                written.rename(place / written.name)
        else:
            aside.rename(place)
    return made


def _check(folder: Path, options: dict[str, Any]) -> None:
    if not (find_spec("orjson") and find_spec("pyarrow")):
        raise InputError("this needs kg[corpus]", "pip install 'kg-citations[corpus]'")
    if options["format"] not in FORMATS:
        raise InputError(f"unknown format {options['format']!r}", f"one of {', '.join(FORMATS)}")
    for name in ("missing", "undated", "dirt"):
        if not 0 <= options[name] <= 1:
            raise InputError(f"{name} must be between 0 and 1 (got {options[name]})")
    if not 1 <= options["fields"] <= len(records.FIELDS):
        raise InputError(f"fields must be between 1 and {len(records.FIELDS)} (got {options['fields']})")
    if not 0 <= options["truncated"] <= options["shards"] or options["shards"] < 1:
        raise InputError(
            f"cannot truncate {options['truncated']} of {options['shards']} shards",
            "expected at least 1 shard, and at most as many truncated files as shards",
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} has something in it", "name a new folder")


def _write_openalex(folder: Path, plan: _Plan, kind: str) -> None:
    import orjson

    as_rows = kind == "openalex-parquet"
    root = folder / "data" / ("parquet" if as_rows else "jsonl")
    open_file, dump = (RowsFile, as_row) if as_rows else (LinesFile, orjson.dumps)
    suffix = "parquet" if as_rows else "gz"
    files: list[Any] = []
    older: Any = None
    for shard in range(plan.shards):
        day = plan.day(shard)
        file: Any = open_file(root / "works" / f"updated_date={day}" / f"part_{shard % _IN_A_DAY:04}.{suffix}")
        last: list[Any] = []
        for work, cited, said in plan.drawn(shard, kind):
            record = records.openalex_record(work, cited, day)
            written = dump(records.odd_openalex(record) if "odd" in said else record)
            file.write(written)
            if plan.truncated > shard and len(last) < _CUT:
                last.append(written)
            if "line" in said:
                file.write(records.bad_line(work.work))
            if "nameless" in said:
                file.write(dump(records.nameless(work.work)))
            if "repeated" in said:
                file.write(written)
            if "superseded" in said:
                older = older or open_file(root / "works" / f"updated_date={_OLD_DAY}" / f"part_0000.{suffix}")
                older.write(dump(records.openalex_record(work, cited[: len(cited) // 2], _OLD_DAY, old=True)))
        if as_rows:
            file.close()
            if last:  # Parquet has its index at the end: another file of the day, cut off
                files.append(cut_rows(file.path.with_name(f"part_{_IN_A_DAY + shard % _IN_A_DAY:04}.parquet"), last))
        else:
            file.close(cut=last)
        files.append(file)
    if older:
        older.close()
        files.append(older)
    write_manifests(root, files, kind)


def _write_s2(folder: Path, plan: _Plan, kind: str) -> None:
    """Shards of papers, citations and paper-ids. Every other citations shard has identifiers as text, as older releases do."""
    import orjson

    size = len(plan.undated)
    for shard in range(plan.shards):
        day, row = plan.day(shard), 0
        last: list[bytes] = []
        quote = '"' if shard % 2 else ""
        with ExitStack() as stack:
            papers, citations, ids = (
                LinesFile(folder / name / f"part_{shard:04}.gz") for name in ("papers", "citations", "paper-ids")
            )
            stack.callback(citations.close)
            stack.callback(ids.close)
            for work, cited, said in plan.drawn(shard, kind):
                record = records.s2_record(work, day)
                written = orjson.dumps(records.odd_s2(record) if "odd" in said else record)
                papers.write(written, *([written] if "repeated" in said else []))
                if plan.truncated > shard and len(last) < _CUT:
                    last.append(written)
                if "line" in said:
                    (citations if work.work % 2 else papers).write(records.bad_line(work.work))
                if "nameless" in said:
                    papers.write(orjson.dumps(records.nameless(work.work)))
                if "superseded" in said:
                    papers.write(orjson.dumps(records.s2_record(work, _OLD_DAY, old=True)))
                hashes = [(records.sha(work.work), "true")] + [(records.sha(work.work, 1), "false")] * (
                    work.dice % 7 == 0
                )
                ids.write(
                    *(f'{{"sha":"{sha}","corpusid":{work.number},"primary":{main}}}'.encode() for sha, main in hashes)
                )
                lines = []
                for number in cited:
                    row += 1
                    end = (
                        "null"
                        if number - records.nowhere(0, size) >= 0 and work.dice & 1
                        else f"{quote}{number}{quote}"
                    )
                    lines.append(
                        _citation_line(shard * 10**9 + row, f"{quote}{work.number}{quote}", end, work.dice ^ number)
                    )
                if lines:
                    citations.write(*lines)
            papers.close(cut=last)
    write_json(folder / "manifest.json", {"release_id": "2026-06-30", "datasets": ["papers", "citations", "paper-ids"], "is_generated": True})  # fmt: skip


def _citation_line(row: int, citing: str, cited: str, dice: int) -> bytes:
    """A row of the dataset `citations`; intents are null, a list or a list of lists."""
    intents = ("null", "null", '["background"]', '[["methodology"],["result"]]')[dice >> 8 & 3]
    influential = "true" if dice >> 16 & 15 == 0 else "false"
    return (
        f'{{"citationid":{row},"citingcorpusid":{citing},"citedcorpusid":{cited},"isinfluential":{influential},'
        f'"contexts":null,"intents":{intents},"is_generated":true}}'
    ).encode()
