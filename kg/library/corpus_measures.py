"""Measures of all works of a corpus, as answers: the works that stand first, the years, and what was measured."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import NothingFound
from kg.global_figures import CATALOGUES
from kg.library.answers import Answer, Block, Table
from kg.text import authors_in_short, counted, number, shortened

if TYPE_CHECKING:
    from kg.corpus.measures.measure import Measure

_TITLE = 70


@dataclass(frozen=True, repr=False)
class CorpusMeasure(Answer):
    """What a measure says of a corpus.

    Attributes
    ----------
    measure : Measure
        The measure.
    document : dict
        What `measure.json` in the folder of the result says: options, population, counts by year, seconds.
    folder : Path
        Where the figures of all works are, as Parquet files by year.
    rows : tuple of dict
        The works that stand first: id, title, authors, year and figures.
    limits : dict
        The year and the field to which these are limited, if any.
    by_year : bool
        Whether the years are shown.
    """

    measure: "Measure"
    document: dict[str, Any]
    folder: Path
    rows: tuple[dict[str, Any], ...]
    limits: dict[str, Any]
    by_year: bool
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg corpus measure --json`."""
        said = {key: value for key, value in self.document.items() if key not in {"schema", "made_with", "years"}}
        years = {"years": self.document["years"]} if self.by_year else {}
        return (
            said
            | {"folder": str(self.folder), "limits": self.limits, "rows": list(self.rows)}
            | years
            | {"notes": list(self.notes)}
        )

    def blocks(self) -> Iterator[Block]:
        """What it says and of whom, then the works or the years."""
        people = self.document["population"]
        name = CATALOGUES.get(people["catalogue"], people["catalogue"])
        made = " (a generated catalogue: no real works)" if people["generated"] else ""
        known = (
            "" if people["known_share"] is None else f"; {people['known_share']:.1%} of their reference lists are known"
        )
        yield f"{self.measure.about}\n{counted(people['works'], 'work')} of {name}, snapshot {people['snapshot']}{made}{known}"
        if self.rows:
            heads = [self.measure.column, *self.measure.shown]
            cells = [
                (
                    *(_cell(name, row[name]) for name in heads),
                    row["year"],
                    row["id"],
                    authors_in_short(row["authors"]),
                    shortened(row["title"] or "", _TITLE),
                )
                for row in self.rows
            ]
            right = [name for name in heads if name != "reason"]
            yield Table(
                [*(name.replace("_", " ") for name in heads), "published", "id", "authors", "title"], cells, right
            )
        if self.by_year:
            columns = self.measure.by_year
            rows = [
                (year if int(year) else "none", *(_cell(name, one.get(name)) for name in columns))
                for year, one in self.document["years"].items()
            ]
            yield Table(["year", *(name.replace("_", " ") for name in columns)], rows, list(columns))
        yield f"All figures: {self.folder}"


def _cell(name: str, value: Any) -> str | int | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value)
    return f"{value:,}" if isinstance(value, int) and not name.endswith("_year") else value


def measure(
    name: str,
    corpus: str | Path,
    *,
    top: int = 20,
    year: int | None = None,
    field: str | None = None,
    by_year: bool = False,
    engine: str = "duckdb",
    master: str | None = None,
    memory: str | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    **options: float | None,
) -> CorpusMeasure:
    """Measure every work of a corpus, or read what was measured before.

    The figures are written into the corpus, `measures/NAME/year=YYYY/part-0.parquet`; those of other than the usual options beside
    them, such as `measures/disruption-window-3`. What is there already of the corpus as it is is read; a job that was interrupted
    does the years that are missing.

    Parameters
    ----------
    name : str
        "beauty", "citations", "disruption", "pagerank", "percentile" or "reference_age".
    corpus : str or Path
        The folder of the corpus.
    top : int
        How many works to list.
    year, field : int and str, optional
        List only works of this year, of this field.
    by_year : bool
        List the years, too.
    engine : str
        "duckdb" (on this machine) or "spark".
    master : str, optional
        The Spark master.
    memory : str, optional
        The memory the engine may use, such as "4GB".
    threads : int, optional
        How many years are measured at a time on this machine, by default as many as there are cores.
    progress : callable, optional
        Called with how many years are done, and how many there are.
    **options : float or None
        The measure's own options: `alpha` and `tolerance` of pagerank, `window` of disruption, `last_year` of beauty.

    Raises
    ------
    InputError
        If the folder is no corpus, or an option is invalid.
    NothingFound
        If no work of that year or field has a value.
    StoreError
        If another process is measuring the same.
    KgError
        If disk or memory does not suffice.
    """
    from kg.corpus.engine import open_engine, require
    from kg.corpus.layout import Corpus
    from kg.library.naming import check_top

    require("corpus")
    from kg.corpus.measures.head import first_works
    from kg.corpus.measures.job import checked, folder_of, load_measure, measured, run
    from kg.corpus.needs import explained

    check_top(top)
    with explained(Path(corpus)):
        found, opened = load_measure(name), Corpus.open(corpus)
        given = checked(opened, found, options)
        result = folder_of(opened, found, given)
        document = measured(opened, found, given)
    if document is None:
        with explained(opened.folder), open_engine(engine, master=master, memory=memory, threads=threads) as running:
            document = run(Corpus.open(Path(corpus).resolve()), found, running, given, progress=progress)
    with explained(opened.folder):
        rows = first_works(opened, found, result, top=top, year=year, field=field)
    limits = {key: value for key, value in (("year", year), ("field", field)) if value is not None}
    if limits and not rows:
        said = " and ".join(f"{key} {value}" for key, value in limits.items())
        hint = "a field is written as the catalogue does, with its capitals; `kg corpus info` tells the years"
        raise NothingFound(f"no work with a value in {said}", hint)
    return CorpusMeasure(found, document, result, rows, limits, by_year, tuple(_notes(found, document)))


def _notes(measure: "Measure", document: dict[str, Any]) -> Iterator[str]:
    """What limits the answer, first of all."""
    counts = document["counts"]
    if measure.name == "pagerank" and counts:
        yield f"the sum of all numerical errors is below {counts['bound']:.1e}"
        yield f"works without references in the catalogue pass nothing on; their PageRank is {counts['without_references']:.1%} of the total"
    if measure.name == "disruption":
        late = [int(year) for year, one in document["years"].items() if not one["window_over"]]
        if late:
            yield f"the {document['options']['window']} years after publication are not over for works from {min(late)} on"
    if measure.name == "beauty" and document["last_full_year"]:
        yield f"citation histories end with {document['last_full_year']}, the last full year"
    rest = document["population"]["works"] - counts.get("rows", 0)
    if measure.rest and rest:
        yield f"{counted(rest, 'work')} without a row: they {measure.rest}"
