"""SPARQL over a graph's store: checked by `guard`, run in a process of its own, answered in the standard formats."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import kg.errors
from kg.errors import InputError, KgError
from kg.output.rdf.apart import run_apart
from kg.output.rdf.guard import Checked
from kg.output.rdf.query_process import lacked_memory, prefixes_in

_WHOLE = {"integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "gYear"}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query.

    Attributes
    ----------
    kind
        "select", "ask" or "graph" (CONSTRUCT and DESCRIBE).
    data
        SPARQL 1.1 Query Results JSON; N-Triples for a graph.
    prefixes
        The prefixes that IRIs are shortened by.
    """

    kind: str
    data: bytes
    prefixes: Mapping[str, str]

    def to_json(self) -> Any:
        """Convert to SPARQL 1.1 Query Results JSON; to JSON-LD for CONSTRUCT and DESCRIBE."""
        if self.kind != "graph":
            return json.loads(self.data)
        return json.loads(self._graph(ox.RdfFormat.JSON_LD) or "[]")

    def to_csv(self) -> str:
        """Convert to SPARQL 1.1 Query Results CSV, with IRIs in full.

        Raises
        ------
        InputError
            If the answer is a graph.
        """
        return self._results(ox.QueryResultsFormat.CSV)

    def to_tsv(self) -> str:
        """Convert to SPARQL 1.1 Query Results TSV: terms as in Turtle.

        Raises
        ------
        InputError
            If the answer is a graph.
        """
        return self._results(ox.QueryResultsFormat.TSV)

    def to_xml(self) -> str:
        """Convert to SPARQL 1.1 Query Results XML; to RDF/XML for CONSTRUCT and DESCRIBE."""
        if self.kind == "graph":
            return self._graph(ox.RdfFormat.RDF_XML)
        return self._results(ox.QueryResultsFormat.XML)

    def to_turtle(self) -> str:
        """Convert to Turtle, with prefixes.

        Raises
        ------
        InputError
            If the answer is a table (SELECT) or a truth value (ASK).
        """
        if self.kind != "graph":
            raise InputError(
                f"{self.kind.upper()} does not return a graph", "use CONSTRUCT or DESCRIBE, or ask for CSV or JSON"
            )
        return self._graph(ox.RdfFormat.TURTLE)

    def to_table(self) -> tuple[list[str], list[list[str | None]]]:
        """Convert to column names and rows of text: IRIs shortened by the prefixes, None where a variable is unbound."""
        columns, rows = self._terms()
        return columns, [[self._short(term) for term in row] for row in rows]

    def to_values(self) -> tuple[list[str], list[list[str | int | float | bool | None]]]:
        """Convert to column names and rows of values: as `to_table`, but numbers and truth values as such."""
        columns, rows = self._terms()
        return columns, [[self._value(term) for term in row] for row in rows]

    def _terms(self) -> tuple[list[str], Iterator[list[Any]]]:
        if self.kind == "graph":
            return ["subject", "predicate", "object"], ([t.subject, t.predicate, t.object] for t in self._triples())
        results = ox.parse_query_results(self.data, ox.QueryResultsFormat.JSON)
        if isinstance(results, ox.QueryBoolean):
            truth = ox.Literal(bool(results))
            return ["answer"], iter([[truth]])
        return [variable.value for variable in results.variables], (list(row) for row in results)

    def _results(self, form: ox.QueryResultsFormat) -> str:
        if self.kind == "graph":
            raise InputError("CONSTRUCT and DESCRIBE return a graph, not a table", "ask for Turtle, XML or JSON")
        results = ox.parse_query_results(self.data, ox.QueryResultsFormat.JSON)
        return (results.serialize(format=form) or b"").decode()

    def _graph(self, form: ox.RdfFormat) -> str:
        return (ox.serialize(self._triples(), format=form, prefixes=prefixes_in(form, self.prefixes)) or b"").decode()

    def _triples(self) -> Iterator[ox.Triple]:
        return (quad.triple for quad in ox.parse(BytesIO(self.data), ox.RdfFormat.N_TRIPLES))

    def _short(self, value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, ox.NamedNode):
            return value.value if isinstance(value, ox.Literal) else str(value)
        for prefix, iri in self.prefixes.items():
            if value.value.startswith(iri):
                return f"{prefix}:{value.value.removeprefix(iri)}"
        return value.value

    def _value(self, term: object) -> str | int | float | bool | None:
        if isinstance(term, ox.Literal):
            kind = term.datatype.value.rpartition("#")[2]
            try:
                if kind in _WHOLE:
                    return int(term.value)
                if kind in {"decimal", "double", "float"}:
                    return float(term.value)
            except ValueError:  # not a number, whatever its type says
                return term.value
            if kind == "boolean":
                return term.value in {"true", "1"}
        return self._short(term)


def query(folder: Path, checked: Checked, prefixes: Mapping[str, str], *, timeout_s: float | None = 60.0) -> Answer:
    """Answer a query in a process of its own.

    Parameters
    ----------
    folder : Path
        The RDF store.
    checked : Checked
        The query.
    prefixes : mapping of str to str
        The prefixes that IRIs of the answer are shortened by.
    timeout_s : float, optional
        Seconds after which the process is stopped; None for no limit.

    Raises
    ------
    InputError
        If Oxigraph does not accept the query.
    KgError
        If it takes longer or more than 2 GB of memory, gives more than 20 MB, or its process fails.
    """
    try:
        out, errors, code = run_apart(folder, checked.text, timeout_s)
    except TimeoutError as error:
        hint = "add LIMIT, start from one work, or allow more time"
        raise KgError(f"the query took longer than {timeout_s:g} s and was stopped", hint) from error
    header, _, data = out.partition(b"\n")
    if not header:
        if lacked_memory(errors):
            message = "the query needed more than 2 GB of memory, or than `ulimit -v` leaves it, and was stopped"
            raise KgError(message, "add LIMIT, or start from one work")
        last = errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise KgError(f"the query failed with exit code {code}: {last}", "try a simpler query")
    reply = json.loads(header)
    raise_error_of(reply, checked)
    return Answer(reply["kind"], data, prefixes)


def raise_error_of(reply: Mapping[str, Any], checked: Checked, *, quick: bool = False) -> None:
    """Raise the error that a process reports in place of an answer, if it does.

    Parameters
    ----------
    reply : mapping
        What the process reports.
    checked : Checked
        The query.
    quick : bool
        Do not look for the exact place of a syntax error: for some queries that takes a second.

    Raises
    ------
    KgError
        The error.
    """
    if "syntax" in reply:
        raise _not_accepted(reply["syntax"], checked, quick=quick)
    if "error" in reply:
        raise getattr(kg.errors, reply["error"])(reply["message"], reply["hint"])


def _not_accepted(said: str, checked: Checked, *, quick: bool) -> InputError:
    """What is wrong with a query that Oxigraph does not accept: in its words, or where rdflib's grammar stops.

    Oxigraph's own places lie behind the fault, by the length of the words that it expected there.
    """
    if reason := re.search(r"\bThe(?: [^\s,]+){3,}", said):
        return InputError(
            f"SPARQL: {reason[0]}", "select what is grouped by, or counts, and give each variable one value"
        )
    if quick and (at := re.search(r"error at 1:(\d+)", said)):
        return InputError(f"SPARQL syntax error at or before {checked.place(int(at[1]))}", "kg understands SPARQL 1.1")
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parseQuery(checked.text)
    except ParseException as error:
        loc = error.loc
        for escape in re.finditer(r"\\u[0-9A-F]{4}", checked.text):  # which rdflib has expanded
            loc += 5 * (escape.start() < loc)
        return InputError(f"SPARQL syntax error at {checked.place(loc + 1)}", "kg understands SPARQL 1.1")
    except RecursionError:
        pass
    return InputError("SPARQL: the query is not valid", "a variable can be given a value only once in a group, by AS")
