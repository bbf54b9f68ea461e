"""The job that measures a whole corpus: year by year where an engine runs, and only what is missing."""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from kg.corpus.engine_base import Engine
from kg.corpus.layout import Corpus
from kg.corpus.measures.blocks import UNDATED, Blocks, YearFacts, counts_of, write_part
from kg.corpus.measures.measure import Measure, Setting
from kg.errors import InputError, UnknownName

MEASURES = ("beauty", "citations", "disruption", "pagerank", "percentile", "reference_age")
MANIFEST = "measure.json"
_BEGUN = "begun.json"  # what the parts there are made with
_SCHEMA = 1
_DECEMBER = 12

Progress = Callable[[int, int], None]


def load_measure(name: str) -> Measure:
    """A measure by its name."""
    name = name.replace("-", "_")
    if name not in MEASURES:
        raise UnknownName("measure of a corpus", name, MEASURES)
    found: Measure = import_module(f"kg.corpus.measures.{name}").MEASURE
    return found


def measured(corpus: Corpus, measure: Measure, options: Mapping[str, Any]) -> dict[str, Any] | None:
    """What `measure.json` says, if the corpus has been measured as it is now with these options; else None."""
    try:
        told: dict[str, Any] = json.loads((corpus.measures / measure.name / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return told if told.get("made_with") == _made_with(corpus, options) else None


def run(
    corpus: Corpus, measure: Measure, engine: Engine, options: Mapping[str, Any], *, progress: Progress | None = None
) -> dict[str, Any]:
    """Measure a corpus, and write the result into its folder `measures/NAME`.

    A year is written whole or not at all. If the job is killed, running it again does the years that are missing; what was made
    of an older build of the corpus, or with other options, is made anew.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    measure : Measure
        The measure.
    engine : Engine
        Where the years are measured.
    options : Mapping
        All options of the measure.
    progress : callable, optional
        Called with how many years are done, and how many there are.

    Returns
    -------
    dict
        What `measure.json` says.
    """
    start, folder, blocks = time.monotonic(), corpus.measures / measure.name, Blocks(str(corpus.folder))
    made_with = _made_with(corpus, options)
    if _read(folder / _BEGUN) != made_with:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / _BEGUN).write_text(json.dumps(made_with), encoding="utf-8")
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    facts = {one.year: one for one in sorted(engine.map(blocks.facts, blocks.years)) if one.works}
    setting = Setting(facts, _last_full_year(corpus, facts, options), options, str(scratch))
    told = measure.before(blocks, engine, setting) if measure.before else {}
    years = [year for year in measure.years(blocks) if year in facts]
    todo = [year for year in years if not _part(folder, year).exists()]
    for done, _ in enumerate(engine.map(partial(_write_year, measure.name, blocks, setting, str(folder)), todo), 1):
        if progress:
            progress(len(years) - len(todo) + done, len(years))
    counts = {year: counts_of(_part(folder, year)) for year in years}
    document = {
        "schema": _SCHEMA,
        "measure": measure.name,
        "about": measure.about,
        "options": dict(options),
        "engine": engine.name,
        "made_with": made_with,
        "population": _population(corpus, facts),
        "last_full_year": setting.last,
        "counts": _totals(counts.values()) | told,
        "years": {str(year): one for year, one in counts.items()},
        "seconds": round(time.monotonic() - start, 3),
    }
    made = folder / f".{MANIFEST}.tmp"
    made.write_text(json.dumps(document, indent=1, allow_nan=False), encoding="utf-8")
    made.replace(folder / MANIFEST)
    shutil.rmtree(scratch)
    return document


def _write_year(name: str, blocks: Blocks, setting: Setting, folder: str, year: int) -> int:
    """Measure one year, where the engine runs."""
    table, counts = load_measure(name).of_year(blocks, year, setting)
    write_part(_part(Path(folder), year).parent, table, counts | {"rows": table.num_rows})
    return year


def _part(folder: Path, year: int) -> Path:
    return folder / f"year={year}" / "part-0.parquet"


def _made_with(corpus: Corpus, options: Mapping[str, Any]) -> dict[str, Any]:
    return {"built": corpus.manifest.get("built"), "options": dict(options)}


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _population(corpus: Corpus, facts: Mapping[int, YearFacts]) -> dict[str, Any]:
    """What was measured: how many works of which catalogue, and how many of their reference lists are known."""
    works, known = sum(one.works for one in facts.values()), sum(one.known for one in facts.values())
    return {
        "catalogue": corpus.source,
        "name": corpus.manifest.get("name"),
        "snapshot": corpus.manifest.get("snapshot"),
        "generated": bool(corpus.manifest.get("generated")),
        "works": works,
        "undated": facts[UNDATED].works if UNDATED in facts else 0,
        "known_lists": known,
        "known_share": known / works if works else None,
    }


def _totals(counts: Any) -> dict[str, int]:
    """The sums of those counts of the years that are whole numbers."""
    total: dict[str, int] = {}
    for one in counts:
        for name, value in one.items():
            if isinstance(value, int) and not isinstance(value, bool):
                total[name] = total.get(name, 0) + value
    return total


def _last_full_year(corpus: Corpus, facts: Mapping[int, YearFacts], options: Mapping[str, Any]) -> int | None:
    """The last year that a history may count: that asked for, or the last whose citing works the catalogue can have in full.

    That is the last year with works, or the year before where its last date lies before December, as in any graph of kg; and none
    that was not over when the corpus was built, as catalogues list works that are yet to appear.
    """
    dated = [year for year in facts if year != UNDATED]
    if not dated:
        return None
    last, asked = max(dated), options.get("last_year")
    if asked is not None:
        if asked > last:
            raise InputError(f"histories cannot end with {asked}: no work is of later than {last}", "name a year held")
        return int(asked)
    built = str(corpus.manifest["built"])
    last = min(last, int(built[:4]) - 1)
    latest = facts[last].latest if last in facts else ""
    try:
        return last - (date.fromisoformat(latest).month < _DECEMBER)
    except ValueError:
        return last
