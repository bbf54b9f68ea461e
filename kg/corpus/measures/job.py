"""The job that measures a whole corpus: year by year where an engine runs, and only what is missing."""

import shutil
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from importlib import import_module
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from kg.corpus.build import remove
from kg.corpus.engine_base import Engine
from kg.corpus.layout import LOCK, Corpus, locked, snapshot_day
from kg.corpus.measures.blocks import UNDATED, Blocks, YearFacts, counts_of, read_json, write_json, write_part
from kg.corpus.measures.measure import Measure, Setting
from kg.errors import InputError, UnknownName

MEASURES = ("beauty", "citations", "disruption", "pagerank", "percentile", "reference_age")
MANIFEST = "measure.json"
_BEGUN = "begun.json"  # what the parts there are made with
_SCHEMA = 2  # raised where kg would measure otherwise than before
_DECEMBER = 12

Progress = Callable[[int, int], None]


def load_measure(name: str) -> Measure:
    """A measure by its name."""
    name = name.replace("-", "_")
    if name not in MEASURES:
        raise UnknownName("measure of a corpus", name, MEASURES)
    found: Measure = import_module(f"kg.corpus.measures.{name}").MEASURE
    return found


def checked(corpus: Corpus, measure: Measure, given: Mapping[str, Any]) -> dict[str, Any]:
    """All options of a measure: those given that are not None, else its defaults.

    Raises
    ------
    InputError
        If it has no such option, or a value has no meaning.
    """
    own = ", ".join(map(_flag, measure.options)) or "none"
    chosen = dict(measure.options)
    for key, value in given.items():
        if value is None:
            continue
        if key not in chosen:
            raise InputError(f"{measure.name} has no option {_flag(key)}", f"its options: {own}")
        whole = not isinstance(measure.options[key], float)
        number: Any = int if whole else float
        if isinstance(value, bool) or not isinstance(value, Integral if whole else Real):
            raise InputError(f"{_flag(key)} must be a {'whole ' * whole}number (got {value!r})")
        chosen[key] = number(value)
    if measure.check:
        measure.check(chosen)
    last, years = chosen.get("last_year"), [year for year in corpus.years() if year]
    if last is not None and not (years and years[0] <= last <= years[-1]):
        held = f"the works are of {years[0]} to {years[-1]}" if years else "no work has a year"
        raise InputError(f"histories cannot end with {last}: {held}", "name a year held")
    return chosen


def folder_of(corpus: Corpus, measure: Measure, options: Mapping[str, Any]) -> Path:
    """The folder of a result: that of the measure's name for its usual options, and one beside it for each choice of others."""
    other = [f"{_flag(key)[1:]}-{options[key]}" for key, usual in measure.options.items() if options[key] != usual]
    return corpus.measures / "".join([measure.name, *other])


def _flag(option: str) -> str:
    return f"--{option.replace('_', '-')}"


def measured(corpus: Corpus, measure: Measure, options: Mapping[str, Any]) -> dict[str, Any] | None:
    """What `measure.json` says, if the corpus has been measured as it is now with these options; else None."""
    told: dict[str, Any] | None = read_json(folder_of(corpus, measure, options) / MANIFEST)
    return told if told and told.get("made_with") == _made_with(corpus, options) else None


def run(
    corpus: Corpus, measure: Measure, engine: Engine, options: Mapping[str, Any], *, progress: Progress | None = None
) -> dict[str, Any]:
    """Measure a corpus, and write the result into its folder, see `folder_of`.

    A year is written whole or not at all. If the job is killed, running it again does the years that are missing; what was made
    of an older build of the corpus, or by a kg that measured otherwise, is made anew.

    Parameters
    ----------
    corpus : Corpus
        The corpus.
    measure : Measure
        The measure.
    engine : Engine
        Where the years are measured.
    options : Mapping
        Options of the measure.
    progress : callable, optional
        Called with how many years are done, and how many there are.

    Returns
    -------
    dict
        What `measure.json` says.

    Raises
    ------
    InputError
        If an option is invalid.
    StoreError
        If another process is measuring the same.
    """
    options = checked(corpus, measure, options)
    folder = folder_of(corpus, measure, options)
    with locked(folder, "measuring"):
        return _run(corpus, measure, engine, options, folder, progress)


def _run(
    corpus: Corpus, measure: Measure, engine: Engine, options: dict[str, Any], folder: Path, progress: Progress | None
) -> dict[str, Any]:
    start, blocks = time.monotonic(), Blocks(str(corpus.folder))
    made_with = _made_with(corpus, options)
    if read_json(folder / _BEGUN) != made_with:
        for place in folder.iterdir():
            if place.name != LOCK:
                remove(place)
        write_json(folder / _BEGUN, made_with)
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
        "options": options,
        "engine": engine.name,
        "made_with": made_with,
        "population": _population(corpus, facts),
        "last_full_year": setting.last,
        "counts": _totals(counts.values()) | told,
        "years": {str(year): one for year, one in counts.items()},
        "seconds": round(time.monotonic() - start, 3),
    }
    write_json(folder / MANIFEST, document)
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
    return {"schema": _SCHEMA, "built": corpus.manifest.get("built"), "options": dict(options)}


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
    that was not over on the day of the snapshot (where that is unknown, when the corpus was built), as catalogues list works that
    are yet to appear.
    """
    dated = [year for year in facts if year != UNDATED]
    if not dated:
        return None
    last, asked = max(dated), options.get("last_year")
    if asked is not None:
        return int(asked)
    built = str(corpus.manifest["built"])
    last = min(last, int(min(snapshot_day(corpus) or built, built)[:4]) - 1)
    latest = facts[last].latest if last in facts else ""
    try:
        return last - (date.fromisoformat(latest).month < _DECEMBER)
    except ValueError:
        return last
