"""Answers to SPARQL: values for the variables of a query, and what the graph's store or another endpoint gives."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.graph.folder import Workspace
from kg.graph.provenance import IN_MEMORY
from kg.library.answers import Answer, Block, Table
from kg.library.naming import find_work
from kg.model import Work
from kg.output.rdf.guard import Checked, check, tokens
from kg.output.rdf.open import Making, read_rdf
from kg.output.rdf.ready import IN_TABLES, Query, Term, Value, read_query, terms_of
from kg.output.rdf.sparql import Answer as Results
from kg.output.rdf.sparql import query as run
from kg.output.rdf.vocab import node, prefixes
from kg.terms import PREFIXES
from kg.text import counted

if TYPE_CHECKING:
    import pandas as pd

_SMALL = 10_000  # bytes: an answer of more says something


@dataclass(frozen=True, repr=False)
class Bindings(Answer):
    """What a SPARQL query gives.

    Attributes
    ----------
    results : Results
        The answer in the forms of the standards: `results.to_csv()`, `to_tsv()`, `to_xml()`, `to_turtle()`.
    limit : int or None
        The last LIMIT of the query.
    notes : tuple of str
        Where nothing was found: the names in the query that stand nowhere in the graph.
    """

    results: Results
    limit: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> list[list[str | None]]:
        """The rows as text, IRIs shortened by the prefixes, None where unbound."""
        return self.results.to_table()[1]

    @property
    def says_something(self) -> bool:
        """Whether it has any row or triple, and not only zeros or a "false"."""
        return len(self.results.data) > _SMALL or any(
            cell not in {None, "0", "false"} for row in self.rows for cell in row
        )

    @property
    def cut(self) -> str:
        """That there may be more rows, where there are as many as the query's LIMIT allows; "" otherwise."""
        full = self.results.kind == "select" and len(self.rows) == self.limit
        return "cut at the query's LIMIT: there may be more" if full else ""

    @property
    def table(self) -> "pd.DataFrame":
        """The rows as a DataFrame: numbers and truth values as such, IRIs shortened by the prefixes, None where unbound."""
        import pandas as pd

        columns, rows = self.results.to_values()
        return pd.DataFrame(
            {name: pd.Series(cells) for name, cells in zip(columns, _columns(rows, columns), strict=True)}
        )

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg sparql --json`: SPARQL 1.1 Query Results JSON, or JSON-LD."""
        document: dict[str, Any] = self.results.to_json()
        return document

    def blocks(self) -> Iterator[Block]:
        """The rows as a table, how many there are, and whether there may be more."""
        columns, rows = self.results.to_table()
        yield Table(columns, rows)
        yield counted(len(rows), "row") + (f", {self.cut}" if self.cut else "")


def answer(
    space: Workspace,
    named: str,
    values: Mapping[str, Value],
    *,
    timeout_s: float = 60.0,
    endpoint: str = "",
    making: Making = lambda _: nullcontext(),
) -> Bindings:
    """Answer a query of an open graph, or have an endpoint answer it; see `kg.library.pages.Pages.sparql`.

    `making` is entered while the RDF is built, with a text that says so.
    """
    query = read_query(named)
    if endpoint and space.store.until is not None:
        there = "an endpoint answers with all that it has, not with the graph as of a year"
        raise InputError(there, "open the graph without as_of")
    if endpoint:
        from kg.ingest.sources.sparql_endpoint import ask

        checked = check(query.text, PREFIXES, terms_of(query, values), elsewhere=True)
        return Bindings(Results(*ask(endpoint, checked.text, timeout_s=timeout_s), PREFIXES), _limit(checked))
    if space.folder == IN_MEMORY:
        hint = "build a graph from its tables with `kg ingest`, then open that"
        raise InputError("this graph was made in Python and has no folder, so it has no RDF to query", hint)
    known = prefixes(space.store.name)
    checked, terms = prepare(query, values, space.store.name, lambda value: find_work(space, value))

    data, limit = _from_tables(space, query, terms), _limit(checked)
    made = Bindings(Results("select", data, known), limit) if data else None
    if made and made.says_something:
        return made

    def read(rdf: Path) -> Bindings:
        found = made or Bindings(run(rdf, checked, known, timeout_s=timeout_s), limit)
        if found.says_something:
            return found
        from kg.output.rdf.absent import absent

        return replace(found, notes=absent(rdf, checked, known))

    return read_rdf(space.provenance, read, making)


def _from_tables(space: Workspace, query: Query, terms: Mapping[str, Term]) -> bytes | None:
    if query.name not in IN_TABLES:
        return None
    from kg.output.rdf.from_tables import answer_from_tables

    return answer_from_tables(query, terms, space.graph, space.store)


def prepare(
    query: Query, values: Mapping[str, Value], graph: str, find: Callable[[str | Work], Work]
) -> tuple[Checked, Mapping[str, Term]]:
    """Check a query of a graph, with its values put in as terms.

    Parameters
    ----------
    query : Query
        The query.
    values : mapping of str to value
        What its variables stand for.
    graph : str
        The graph's name.
    find : callable
        Finds the work that a value names.

    Returns
    -------
    tuple of Checked and mapping
        The query, and the terms that its variables stand for.

    Raises
    ------
    InputError
        If the query may not run, or lacks a value.
    """
    terms = terms_of(query, values, lambda value: node("work", graph, find(value).id))
    return check(query.text, prefixes(graph), terms), terms


def _limit(checked: Checked) -> int | None:
    words = [token.text for token in tokens(checked.source)]
    limits = [int(n) for word, n in pairwise(words) if word.upper() == "LIMIT" and n.isdecimal()]
    return limits[-1] if limits else None


def _columns(rows: list[list[Any]], names: list[str]) -> list[list[Any]]:
    return [list(cells) for cells in zip(*rows, strict=True)] or [[] for _ in names]
