"""What a graph holds, how much of it is known, and where it comes from. Standard library only."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from kg.analysis.populations import Population, populations_in
from kg.graph.arrays import KNOWN, UNDATED
from kg.graph.folder import Workspace
from kg.graph.source_agreement import agreements
from kg.library.answers import Answer, Block, Table
from kg.library.global_figures import corpora, corpora_in_words
from kg.library.next_steps import next_steps
from kg.model import Outcome
from kg.text import counted

_REASON = """(SELECT k.reason FROM skipped k WHERE k.place IN (
    SELECT w.id || ' ' || r.list UNION SELECT i.value || ' ' || r.list FROM identifier i WHERE i.work = w.n)
    AND {} ORDER BY k.rowid DESC LIMIT 1)"""
_BY_SOURCE = "substr(k.reason, 1, length(s.name) + 2) = s.name || ': '"
#: Where a reason does not name its source, there is no doubt whose it is if no other failed.
_ALONE = "1 = (SELECT count(*) FROM retrieval o WHERE o.work = r.work AND o.list = r.list AND o.outcome = r.outcome)"
_FAILED = f"""SELECT w.id, r.list, s.name, coalesce({_REASON.format(_BY_SOURCE)}, {_REASON.format(_ALONE)}, 'the reason was not kept')
    FROM retrieval r JOIN work w ON w.n = r.work JOIN source s ON s.n = r.source WHERE r.outcome = ? ORDER BY w.n, s.n"""
_REFERENCES = "SELECT status, count(*) FROM resolution GROUP BY status"
_SOURCES = "SELECT s.name, count(*) FROM citation c JOIN source s ON s.n = c.source GROUP BY s.n ORDER BY s.name"
_SHOWN = 10  # failed lists, or populations, that are printed
_AGREEMENT = [
    "sources",
    "compared",
    "lists in both",
    "citations in both",
    "first only",
    "second only",
    "complete in both",
]


@dataclass(frozen=True, repr=False)
class Info(Answer):
    """What a graph holds.

    Attributes
    ----------
    facts : dict[str, Any]
        Counts and shares by name, as in `kg info --json`.
    """

    facts: dict[str, Any]
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg info --json`."""
        return self.facts

    def blocks(self) -> Iterator[Block]:
        """The facts in lines and tables."""
        facts = self.facts
        when = "" if facts["as_of"] is None else f" as of the end of {facts['as_of']}"
        yield f"{facts['graph'] or 'this graph'}, revision {facts['revision']}{when}"
        works, seeds = counted(facts["works"], "work"), counted(facts["seeds"], "seed")
        span = f" from {facts['years'][0]} to {facts['years'][1]}" if facts["years"] else ""
        undated = f", {facts['undated']:,} without a year" if facts["undated"] else ""
        yield f"{works}{span}{undated}; {counted(facts['stubs'], 'stub')} and {seeds} among them"
        yield f"{counted(facts['citations'], 'citation')}; {counted(facts['duplicates'], 'repeated one')} counted once"
        loops, parts = counted(facts["loops"], "loop"), counted(facts["cyclic_parts"], "cycle")
        yield f"{loops} (a work citing itself), {parts}, {counted(facts['backward'], 'citation')} of later works"
        if facts["coverage"] is not None:
            known = f"{facts['coverage']:.1%} of the reference lists are known"
            yield f"coverage: {known}; a work without citations here may be cited elsewhere"
        yield Table(
            ["reference lists", "works"],
            [(Outcome(name).words, n) for name, n in facts["outcomes"].items()],
            right=["works"],
        )
        yield from shown_populations(facts["populations"])
        sources = sorted(facts["sources"].items(), key=lambda item: (-item[1], item[0]))
        shown = sources if len(sources) <= 8 else sources[:6]
        if shown:
            yield Table(["source of citations", "citations"], shown, right=["citations"])
        if len(sources) > len(shown):
            yield f"... and {len(sources) - len(shown)} more sources"
        if facts["agreement"]:
            pairs = [list(pair.values()) for pair in facts["agreement"][:6]]
            yield Table(_AGREEMENT, pairs, right=_AGREEMENT[2:])
        yield from corpora_in_words(facts["corpora"])
        yield from _failures(facts["failed"])
        if facts["credits"]:
            yield facts["credits"]
        yield from (f"next: {step}" for step in facts["next_steps"])


def _failures(failed: list[dict[str, Any]]) -> Iterator[str]:
    """Lists that failed: a line for each source and reason, with the list where it is the only one.

    Examples
    --------
    >>> one = {"work": "a", "list": "references", "source": "crossref", "reason": "504"}
    >>> [*_failures([one]), *_failures([one, one | {"work": "b"}])]
    ['crossref: fetching the references of a failed: 504', 'crossref: fetching 2 lists failed: 504']
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for f in failed:
        groups.setdefault((f["source"], f["reason"]), []).append(f"the {f['list']} of {f['work']}")
    for (source, reason), lists in list(groups.items())[:_SHOWN]:
        what = lists[0] if len(lists) == 1 else counted(len(lists), "list")
        yield f"{source}: fetching {what} failed: {reason}"
    if rest := sum(map(len, list(groups.values())[_SHOWN:])):
        yield f"... and {counted(rest, 'more list')} that failed"


def population_facts(found: Iterable[Population]) -> list[dict[str, Any]]:
    """Populations that have works, as documents hold them."""
    return [
        {"name": p.name, "known": p.known, "works": p.size}
        | {"detection": p.detection, "rule": p.rule, "source": p.source}
        for p in found
        if p.size
    ]


def shown_populations(facts: list[dict[str, Any]]) -> Iterator[Block]:
    """The first of some populations as a table, and how many more there are."""
    if facts:
        rows = [(p["name"], _lists(p), p["rule"]) for p in facts[:_SHOWN]]
        yield Table(["population", "reference lists known", "its works"], rows)
    if len(facts) > _SHOWN:
        yield f"... and {counted(len(facts) - _SHOWN, 'more population')}"


def _lists(population: dict[str, Any]) -> str:
    """How many reference lists of a population are known; where entries were missed they are only read.

    Examples
    --------
    >>> _lists({"known": 86, "works": 88, "detection": 1.0}), _lists({"known": 9, "works": 10, "detection": 0.84})
    ('86 of 88', '9 of 10 read (84% of their entries found)')
    """
    found = f" read ({population['detection']:.0%} of their entries found)" if population["detection"] < 1 else ""
    return f"{population['known']:,} of {population['works']:,}{found}"


def info(space: Workspace) -> Info:
    """What a graph holds, how much of it is known, and where it comes from."""
    store, index = space.store, space.arrays
    years = [y for y in index.years if y != UNDATED]
    works, lists = Counter(years), sum(code in KNOWN for code in index.outcomes)
    known = Counter(y for y, code in zip(index.years, index.outcomes, strict=True) if y != UNDATED and code in KNOWN)
    stubs, seeds = store.db.execute("SELECT coalesce(sum(stub), 0), coalesce(sum(seed), 0) FROM work").fetchone()
    undatable = store.until is not None  # lines left out and references looked up have no year
    return Info(
        {
            "graph": store.name,
            "revision": store.revision,
            "as_of": store.until,
            "works": index.meta["works"],
            "citations": index.meta["citations"],
            "duplicates": index.meta["duplicates"],
            "stubs": stubs,
            "seeds": seeds,
            "years": [min(years), max(years)] if years else None,
            "undated": len(index) - len(years),
            "coverage": lists / len(index) if len(index) else None,
            "coverage_by_year": {str(year): known[year] / works[year] for year in sorted(works)},
            "outcomes": store.outcome_counts(),
            "populations": population_facts(populations_in(space)),
            "sources": dict(store.db.execute(_SOURCES)),
            "agreement": [asdict(pair) for pair in agreements(store)],
            "corpora": corpora(space),
            "failed": [
                {"work": work, "list": list_, "source": source, "reason": reason.removeprefix(f"{source}: ")}
                for work, list_, source, reason in store.db.execute(_FAILED, (str(Outcome.FAILED),))
            ],
            "credits": space.provenance.attribution,
            "loops": index.meta["loops"],
            "cyclic_parts": index.meta["cyclic_parts"],
            "backward": index.meta["backward"],
            "skipped": None if undatable else store.db.execute("SELECT count(*) FROM skipped").fetchone()[0],
            "references": None if undatable else dict(store.db.execute(_REFERENCES)),
            "next_steps": list(next_steps(space)),
        }
    )
