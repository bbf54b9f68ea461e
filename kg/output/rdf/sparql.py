r"""SPARQL over a graph's store: read-only by parsing, one process per query, answers in the standard formats.

A query is parsed with rdflib's grammar before Oxigraph runs it. Refused are updates, SERVICE wherever it stands, and FROM
and FROM NAMED, because kg has one default graph and any other would be empty without a word. Escapes like \u0041 are
expanded and line ends normalised first, so that both parsers read the same text.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pyoxigraph as ox

import kg.errors
from kg.errors import InputError, KgError, UnknownName

if TYPE_CHECKING:
    from pyparsing import ParseException

#: Names of the parts of a query, as a reader knows them.
_PARTS = {
    "Builtin_EXISTS": "EXISTS",
    "Builtin_NOTEXISTS": "NOT EXISTS",
    "Filter": "FILTER",
    "GraphGraphPattern": "GRAPH",
    "MinusGraphPattern": "MINUS",
    "OptionalGraphPattern": "OPTIONAL",
    "SubSelect": "a subquery",
}
_ESCAPE = r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})"
_NO_ESCAPE = "write the character itself"


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
    prefixes: dict[str, str]

    def to_json(self) -> Any:
        """Convert to SPARQL 1.1 Query Results JSON; to JSON-LD for CONSTRUCT and DESCRIBE."""
        if self.kind != "graph":
            return json.loads(self.data)
        return json.loads(ox.serialize(self._triples(), format=ox.RdfFormat.JSON_LD) or b"[]")

    def to_csv(self) -> str:
        """Convert to SPARQL 1.1 Query Results CSV, with IRIs in full.

        Raises
        ------
        InputError
            If the answer is a graph.
        """
        if self.kind == "graph":
            raise InputError("CONSTRUCT and DESCRIBE return a graph, not a table", "ask for Turtle or JSON")
        results = ox.parse_query_results(self.data, ox.QueryResultsFormat.JSON)
        return (results.serialize(format=ox.QueryResultsFormat.CSV) or b"").decode()

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
        data = ox.serialize(self._triples(), format=ox.RdfFormat.TURTLE, prefixes=self.prefixes)
        return (data or b"").decode()

    def to_table(self) -> tuple[list[str], list[list[str | None]]]:
        """Convert to column names and rows of text: IRIs shortened by the prefixes, None where a variable is unbound."""
        if self.kind == "graph":
            rows = [[self._short(t.subject), self._short(t.predicate), self._short(t.object)] for t in self._triples()]
            return ["subject", "predicate", "object"], rows
        results = ox.parse_query_results(self.data, ox.QueryResultsFormat.JSON)
        if isinstance(results, ox.QueryBoolean):
            return ["answer"], [["true" if results else "false"]]
        columns = [variable.value for variable in results.variables]
        return columns, [[self._short(value) for value in row] for row in results]

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


def query(folder: Path, text: str, *, state: str | None = None, timeout_s: float | None = 60.0) -> Answer:
    """Answer a query in a process of its own.

    Parameters
    ----------
    folder : Path
        The RDF folder of a graph.
    text : str
        The query; the prefixes of `vocab.prefixes` need no declaration.
    state : str, optional
        The state of the store to read; the current one if not given.
    timeout_s : float, optional
        Seconds after which the process is stopped; None for no limit.

    Raises
    ------
    InputError
        If `check` refuses the query.
    KgError
        If it takes longer, or its process fails.
    """
    command = [sys.executable, "-P", "-m", "kg.output.rdf.query_process", str(folder), state or ""]
    question = text.encode("utf-8", "replace")
    try:
        done = subprocess.run(command, input=question, capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as error:
        hint = "add LIMIT, start from one work, or allow more time"
        raise KgError(f"the query took longer than {timeout_s:g} s and was stopped", hint) from error
    header, _, data = done.stdout.partition(b"\n")
    if not header:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise KgError(f"the query failed with exit code {done.returncode}: {last}", "it may have run out of memory")
    reply = json.loads(header)
    if "error" in reply:
        raise getattr(kg.errors, reply["error"])(reply["message"], reply["hint"])
    return Answer(reply["kind"], data, reply["prefixes"])


def check(text: str, prefixes: dict[str, str]) -> str:
    """Check that a query only reads this graph.

    Parameters
    ----------
    text : str
        The query.
    prefixes : dict of str to str
        The prefixes that need no declaration.

    Returns
    -------
    str
        The query with escapes expanded and line ends normalised, as Oxigraph may run it.

    Raises
    ------
    InputError
        If it is not SPARQL, would change anything, or reaches outside the graph; the message names what and where.
    """
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    text = _plain(text)
    try:
        tree = parseQuery(text)
    except ParseException as error:
        _refuse(text, error)
    except RecursionError:
        raise InputError("the query is nested too deeply", "split it into several queries") from None
    declared = set(prefixes)
    for part, path in _walk(tree, ()):
        name, where = part.name, f" in {' > '.join(path)}" if path else ""
        if name == "ServiceGraphPattern":
            refused = f"SERVICE {_n3(part.term)}{where}: a query cannot call another server"
            raise InputError(refused, "query that server separately")
        if name == "DatasetClause":
            named = f"NAMED {_n3(part.named)}" if part.named else _n3(part.default)
            raise InputError(f"FROM {named}: kg has only one graph to query", "leave FROM out")
        if name == "PrefixDecl":
            declared.add(part.prefix or "")
        if name == "pname" and (part.prefix or "") not in declared:
            hint = f"add a PREFIX line, or use one of {', '.join(sorted(prefixes))}"
            raise InputError(f"the prefix {part.prefix or ''}: is not declared{where}", hint)
    return text


def ready_queries() -> dict[str, tuple[str, str]]:
    """List the queries that come with kg: name -> what it answers, and its text."""
    files = (file for file in (resources.files("kg.output.rdf") / "queries").iterdir() if file.name.endswith(".rq"))
    texts = {file.name.removesuffix(".rq"): file.read_text(encoding="utf-8") for file in files}
    return {name: (text.split("\n", 1)[0].removeprefix("# "), text) for name, text in sorted(texts.items())}


def read_query(argument: str) -> str:
    """Find the query that a command's argument names.

    Parameters
    ----------
    argument : str
        The name of a ready query, a file, or the query itself.

    Raises
    ------
    InputError
        If the file cannot be read.
    UnknownName
        If it is none of these.
    """
    ready = ready_queries()
    if argument in ready:
        return ready[argument][1]
    if re.search(r"[\s{]", argument) and not argument.endswith(".rq"):
        return argument
    try:
        return Path(argument).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if argument.endswith(".rq"):
            raise InputError(f"file not found: {argument}", "check the name and the folder") from None
        raise UnknownName("query or file", argument, ready) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {argument}: {error}", "expected a text file with one query") from error


def _plain(text: str) -> str:
    """The text with escapes of code points expanded and every line end a line feed."""
    try:
        text = re.sub(_ESCAPE, lambda m: chr(int(m[1] or m[2], 16)), text)
        text.encode()
    except (ValueError, OverflowError) as error:
        raise InputError(f"invalid character escape in the query: {error}", _NO_ESCAPE) from error
    if re.search(r"\\[uU]", text):
        raise InputError(r"incomplete escape \u or \U in the query", _NO_ESCAPE)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refuse(text: str, error: "ParseException") -> NoReturn:
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseUpdate

    try:
        updates = [part.name for part, _ in _walk(parseUpdate(text), ()) if part.name != "Update"]
    except (ParseException, RecursionError):
        updates = []
    if updates:
        verb = next((name for name in updates if name not in {"PrefixDecl", "Base"}), updates[0])
        words = re.sub("(?<=[a-z])(?=[A-Z])", " ", verb).upper()
        raise InputError(f"SPARQL updates such as {words} are not allowed", "use `kg ingest` to change a graph")
    near = " ".join(text[error.loc : error.loc + 40].split()) or "the end"
    place = f"line {error.lineno}, column {error.column}, near {near!r}"
    hint = "kg understands SPARQL 1.1; `kg sparql citations-per-year` runs a ready query"
    raise InputError(f"SPARQL syntax error at {place}", hint) from error


def _walk(tree: Any, path: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every named part of a parsed query, in order, with the named parts around it."""
    name = getattr(tree, "name", None)
    if isinstance(tree, dict):
        yield tree, path
        inner = (*path, _PARTS[name]) if name in _PARTS else path
        for value in tree.values():
            yield from _walk(value, inner)
    elif not isinstance(tree, str) and hasattr(tree, "__iter__"):
        for value in tree:
            yield from _walk(value, path)


def _n3(value: Any) -> str:
    return str(value.n3()) if hasattr(value, "n3") else f"{value.prefix or ''}:{value.localname}"
