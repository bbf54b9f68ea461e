"""Where a work stands among all works of its year and field in a whole catalogue, as a cut of a corpus reports it.

A record of such figures is a fact of the work: the corpus is its source, a JSON document its value.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from math import isfinite
from typing import Any

from kg.facts import Fact
from kg.text import counted, number

#: The name of the fact.
FACT = "global figures"
#: The names of the catalogues that corpora are made of, by what corpora and graphs call them.
CATALOGUES = {"openalex": "OpenAlex", "s2": "Semantic Scholar", "semantic-scholar": "Semantic Scholar"}
#: The figure that a work's standing is told by: its citations by other works of the corpus.
CITATIONS = "citations"
#: The least number of works that a percentile is given for.
COHORT = 30
_WORDS = {
    "beauty": "sleeping beauty coefficient {}",
    "awakening_year": "awakened in {}",
    "disruption": "disruption index CD5 {}",
    "mean_age": "mean age of its references {} years",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalFigure:
    """What one measure of a corpus gives a work, and how many works of its year and field it stands above.

    Attributes
    ----------
    metric : str
        The measure.
    value : float or int or None
        What it gives; None where it is not known, see `reason`.
    works : int or None
        The works that it is compared with, this one included; None where it was not compared.
    lower, equal : int or None
        Those with a lower value, and those with the same one, this one included.
    reason : str
        Why there is no value, or what limits it.
    """

    metric: str
    value: float | None
    works: int | None = None
    lower: int | None = None
    equal: int | None = None
    reason: str = ""

    @property
    def percentile(self) -> float | None:
        """The mid-rank percentile, (rank - 0.5) / works; None among fewer than 30 works.

        Examples
        --------
        >>> GlobalFigure(metric="citations", value=2, works=40, lower=30, equal=4).percentile
        0.8
        """
        if self.works is None or self.lower is None or self.equal is None or self.works < COHORT:
            return None
        return (self.lower + self.equal / 2) / self.works


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalFigures:
    """The figures of one work in one corpus.

    Attributes
    ----------
    source : str
        The source of the fact: the corpus, as in "corpus:openalex/2026-06".
    catalogue : str
        The catalogue that the corpus was made from, such as "openalex".
    snapshot : str
        The snapshot of it, mostly a date.
    corpus : str
        The name of the corpus.
    generated : bool
        Whether the corpus holds works that do not exist, made for tests.
    year : int or None
        The year of the work in the corpus.
    field : str
        Its field there; "" where it has none.
    cohort : str
        The field of the works that it is compared with; "" where these are of all fields.
    first, last : int or None
        The years of these works, which are more than its own where that has fewer than 30.
    references, citations : int or None
        How many hops back or forward the cut reached it; 0 for a work that was named.
    works : int or None
        How many works the corpus has.
    known_lists : float or None
        The share of the works of the corpus whose reference list is known.
    figures : tuple of GlobalFigure
        The figures.
    """

    source: str
    catalogue: str = ""
    snapshot: str = ""
    corpus: str = ""
    generated: bool = False
    year: int | None = None
    field: str = ""
    cohort: str = ""
    first: int | None = None
    last: int | None = None
    references: int | None = None
    citations: int | None = None
    works: int | None = None
    known_lists: float | None = None
    figures: tuple[GlobalFigure, ...] = ()

    @property
    def fact(self) -> Fact:
        """The fact of the work that says all this."""
        values = _present(self, _RECORD) | {"figures": [_present(figure, _FIGURE) for figure in self.figures]}
        return Fact(FACT, _WRITER.encode(values), self.source)

    def figure(self, metric: str) -> GlobalFigure | None:
        """The figure of a measure, None where there is none."""
        return next((figure for figure in self.figures if figure.metric == metric), None)

    def as_dict(self) -> dict[str, Any]:
        """The record as documents hold it, the percentiles included."""
        values = asdict(self)
        hops = {way: values.pop(way) for way in ("references", "citations")}
        figures = [asdict(figure) | {"percentile": figure.percentile} for figure in self.figures]
        return values | {"hops": hops, "figures": figures}

    @property
    def there(self) -> str:
        """The catalogue in words: "OpenAlex (snapshot of 2026-06-01)"."""
        if self.generated:
            return f"the generated corpus {self.corpus} (works that do not exist)"
        name = CATALOGUES.get(self.catalogue, self.catalogue) or "the catalogue"
        return f"{name} ({f'snapshot of {self.snapshot}' if self.snapshot else f'corpus {self.corpus}'})"


def figures_in(facts: Iterable[Fact]) -> tuple[GlobalFigures, ...]:
    """The records among the facts of a work, those of the latest snapshot first; what cannot be read is passed over.

    Examples
    --------
    >>> found = GlobalFigures(source="corpus:openalex/all", snapshot="2026-06-01", corpus="all", year=1989)
    >>> figures_in([found.fact, Fact("type", "article", "openalex")]) == (found,)
    True
    """
    found = [record for fact in facts if fact.name == FACT and (record := _read(fact))]
    return tuple(sorted(found, key=lambda each: (each.snapshot, each.source), reverse=True))


def without_figures(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The other facts."""
    return tuple(fact for fact in facts if fact.name != FACT)


def standing(found: GlobalFigures) -> str:
    """How often a work is cited among the works of its year and field, in one sentence.

    Examples
    --------
    >>> cited = GlobalFigure(metric="citations", value=41, works=12034, lower=11210, equal=15)
    >>> head = {"source": "corpus:openalex/all", "catalogue": "openalex", "snapshot": "2026-06-01"}
    >>> standing(GlobalFigures(**head, year=1989, cohort="Music", figures=(cited,)))
    'Among the 12,034 works of 1989 in Music in OpenAlex (snapshot of 2026-06-01), 93 of 100 are cited less; it is cited by 41 works there.'
    """
    cited = found.figure(CITATIONS)
    if cited is None or cited.value is None:
        return f"How often it is cited in {found.there} is not known."
    by = f"it is cited by {counted(int(cited.value), 'work')} there" if cited.value else "it is not cited there"
    if found.year is None:
        return f"It has no year in {found.there}, so it cannot be compared with the works of its year; {by}."
    cohort = f"{_cohort(found)} in {found.there}"
    if not cited.works or cited.lower is None or cited.equal is None:
        return f"It was not compared with the works {cohort}; {by}."
    if cited.works < COHORT:
        them = counted(cited.works, "work")
        return f"There {'is' if cited.works == 1 else 'are'} only {them} {cohort}, too few to compare ({COHORT} needed); {by}."
    return (
        f"Among the {cited.works:,} works {cohort}, {_above(cited.works, cited.lower, cited.equal, cited.value)}; {by}."
    )


def in_brief(found: GlobalFigures) -> str | None:
    """The standing as a cell of a table: "93 of 100"; None where too few works could be compared.

    Examples
    --------
    >>> cited = GlobalFigure(metric="citations", value=41, works=12034, lower=11210, equal=15)
    >>> in_brief(GlobalFigures(source="corpus:openalex/all", year=1989, figures=(cited,)))
    '93 of 100'
    """
    cited = found.figure(CITATIONS)
    if cited is None or cited.percentile is None or cited.works is None or cited.lower is None:
        return None
    return _share(cited.lower, cited.works)


def missing(found: GlobalFigures) -> str:
    """What limits the standing: how many reference lists of the corpus are known; "" where that is not told."""
    if found.known_lists is None:
        return ""
    share = "more than 99%" if 0.995 <= found.known_lists < 1 else f"{found.known_lists:.0%}"
    return f"{share} of the works there have a known reference list; works whose list is not known may cite it too."


def other_figures(found: GlobalFigures) -> str:
    """The figures of the other measures, in a sentence; "" where there are none."""
    said = [_said(figure, found) for figure in found.figures if figure.metric != CITATIONS and figure.value is not None]
    return f"Other figures there: {'; '.join(said)}." if said else ""


def paragraph(found: GlobalFigures) -> list[str]:
    """All that a record says, in sentences."""
    return [line for line in (standing(found), other_figures(found), missing(found)) if line]


def _said(figure: GlobalFigure, found: GlobalFigures) -> str:
    if figure.metric == "pagerank" and figure.value is not None and found.works:  # a share of all is too small to read
        return f"PageRank {number(figure.value * found.works, 2)} times the mean of the {found.works:,} works there"
    value = str(figure.value) if isinstance(figure.value, int) else number(figure.value)  # a year has no comma
    why = f" ({figure.reason})" if figure.reason else ""
    words = _WORDS.get(figure.metric)
    text = (words.format(value) if words else f"{figure.metric} {value}") + why
    if figure.percentile is None or figure.works is None or figure.lower is None:
        return text
    return f"{text} (lower for {_share(figure.lower, figure.works)} of these works)"


def _cohort(found: GlobalFigures) -> str:
    first, last = found.first or found.year, found.last or found.year
    years = f"of {first}" if first == last else f"of {first} to {last}"
    if found.cohort:
        return f"{years} in {found.cohort}"
    why = f"those in {found.field} are too few" if found.field else "its own is not known"
    return f"{years} in all fields ({why})"


def _above(works: int, lower: int, equal: int, value: float) -> str:
    """How many are cited less, without ever saying that there are none where there are some."""
    if not value:
        return f"it is one of {equal:,} that are not cited" if equal > 1 else "it is the only one that is not cited"
    higher = works - lower - equal
    if higher <= works // 100:
        if higher:
            return f"only {higher:,} {'is' if higher == 1 else 'are'} cited more"
        return "none is cited more" + (f", and {equal - 1:,} as often" if equal > 1 else "")
    return f"{_share(lower, works)} are cited less"


def _share(part: int, whole: int) -> str:
    """A share in a hundred, in a thousand near the ends, rounded down; of fewer than a hundred as it is."""
    for base in (100, 1000) if whole >= 100 else ():
        if part * base // whole not in (0, base - 1) or not part:
            return f"{part * base // whole:,} of {base:,}"
    return f"{part:,} of {whole:,}"


def _present(record: GlobalFigures | GlobalFigure, names: Iterable[str]) -> dict[str, Any]:
    """The fields that say something; that a figure has no value is said too."""
    values = ((name, getattr(record, name)) for name in names)
    return {name: v for name, v in values if name == "value" or not (v is None or v is False or v == "")}


def _read(fact: Fact) -> GlobalFigures | None:
    """The record in a fact; None where another program wrote something else."""
    try:
        values = json.loads(fact.value, parse_constant=_no_number)
        figures = tuple(GlobalFigure(**_checked(GlobalFigure, figure)) for figure in values.pop("figures", ()))
        return GlobalFigures(**_checked(GlobalFigures, values) | {"source": fact.source, "figures": figures})
    except (AttributeError, TypeError, ValueError):
        return None


def _checked(kind: type, values: dict[str, Any]) -> dict[str, Any]:
    known = {field.name for field in fields(kind)}
    found = {name: value for name, value in values.items() if name in known}
    for name, value in found.items():
        if not isinstance(value, _TYPES.get(name, int)) or (isinstance(value, float) and not isfinite(value)):
            raise TypeError(name)
    return found


def _no_number(text: str) -> float:
    raise ValueError(text)


_FIGURE = tuple(field.name for field in fields(GlobalFigure))
_RECORD = tuple(field.name for field in fields(GlobalFigures) if field.name not in ("source", "figures"))
_WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_TYPES: dict[str, Any] = dict.fromkeys(
    ("metric", "reason", "source", "catalogue", "snapshot", "corpus", "field", "cohort"), str
) | {"generated": bool, "value": int | float | None, "known_lists": int | float}
