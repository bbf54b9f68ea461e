"""The queries that come with kg, and what a query says about itself in its first lines.

The first line is a comment that says what the query answers; each line `# ?NAME KIND: ABOUT` after it declares a value that the
query asks for, of the kind "work", "text" or "number".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg.errors import InputError, UnknownName
from kg.files import read_small
from kg.model import Work

#: Those that `from_tables` answers: over whole graphs, SPARQL takes seconds or minutes for them.
IN_TABLES = {
    "ancestors", "between", "builds-on", "citation-ages", "citations-per-year", "descendants",
    "late-first-citations", "most-cited", "no-longer-cited", "no-path-back", "returns", "unknown-lists", "wide-wake",
}  # fmt: skip
Value = str | int | float | bool | Work
Term = NamedNode | Literal

_DECLARED = re.compile(r"^# \?(\w+) (work|text|number): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it is written.

    Attributes
    ----------
    name
        Of a query that comes with kg; "" for any other.
    text
        The query.
    """

    name: str
    text: str

    @property
    def about(self) -> str:
        """What it answers."""
        return self.text.split("\n", 1)[0].removeprefix("# ")

    @property
    def asks(self) -> dict[str, tuple[str, str]]:
        """The values that it asks for: name -> kind, and what it stands for."""
        return {name: (kind, about) for name, kind, about in _DECLARED.findall(self.text)}


def ready_queries() -> dict[str, Query]:
    """List the queries that come with kg by their names."""
    files = sorted((Path(__file__).parent / "queries").glob("*.rq"))
    return {file.stem: Query(file.stem, file.read_text(encoding="utf-8")) for file in files}


def read_query(argument: str) -> Query:
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
    if re.search(r"[\s{]", argument) and not argument.endswith(".rq"):
        return Query("", argument)
    ready = ready_queries()
    if argument in ready:
        return ready[argument]
    try:
        return Query("", read_small(Path(argument)))
    except FileNotFoundError:
        if argument.endswith(".rq"):
            raise InputError(f"file not found: {argument}", "check the name and the folder") from None
        raise UnknownName("query or file", argument, ready) from None
    except OSError as error:
        raise InputError(f"cannot read {argument}: {error}", "expected a text file with one query") from error


def terms_of(
    query: Query, values: Mapping[str, Value], work_of: Callable[[str | Work], str] | None = None
) -> dict[str, Term]:
    """The terms that the values of a query stand for; `work_of` as for `term_of`.

    Raises
    ------
    InputError
        If a value is invalid or missing.
    """
    if missing := [name for name in query.asks if name not in values]:
        kind, about = query.asks[missing[0]]
        example = {"work": '"Todd 1989"', "text": '"a title"', "number": "1990"}[kind]
        raise InputError(
            f"{query.name or 'the query'} needs a value for {missing[0]}: {about}", f"add --set {missing[0]}={example}"
        )
    return {name: term_of(query, name, value, work_of) for name, value in values.items()}


def term_of(
    query: Query, name: str, value: Value, work_of: Callable[[str | Work], str] | None = None
) -> NamedNode | Literal:
    """Find the term that a value stands for: of the kind that the query declares, else what it looks like.

    Parameters
    ----------
    query : Query
        The query.
    name : str
        The variable.
    value : str, int, float, bool or Work
        The value. A text that is no number, no <IRI> and in no quotes names a work.
    work_of : callable, optional
        Gives the IRI of the work that a text names; None where no works have a meaning.

    Raises
    ------
    InputError
        If it is not of its kind.
    """
    kind, about = query.asks.get(name, ("", "expected a work, a number, a text in quotes or <IRI>"))
    try:
        if isinstance(value, int | float):
            return Literal(value)
        if isinstance(value, str):
            if kind == "text":
                return Literal(value)
            if kind == "number" or (not kind and re.fullmatch(r"-?\d+(\.\d+)?", value)):
                return Literal(int(value) if re.fullmatch(r"\s*-?\d+\s*", value) else float(value))
            if re.fullmatch("<.*>", value):
                return NamedNode(value[1:-1])
            if not kind and re.fullmatch('".*"', value, re.DOTALL):
                return Literal(value[1:-1])
    except ValueError as error:
        raise InputError(f"invalid value for {name}: {value!r} ({error})", about) from error
    if work_of is None:
        raise InputError(
            f"{name}: works of this graph have no meaning at an endpoint", 'give an <IRI>, a number or a "text"'
        )
    return NamedNode(work_of(value))
