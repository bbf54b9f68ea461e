"""Values that cannot be in a store that something else than kg wrote to: found, named, and left out.

What kg writes came through `kg.graph.checked`. A store without a seal may hold anything that SQLite lets into a column.
"""

import sqlite3
from collections.abc import Iterator

from kg.model import STATUSES, Outcome
from kg.text import counted

_MOST = 10**12  # of a count
# column, condition under which its value cannot be, and what to put there; "" takes the row out
Rule = tuple[str, str, str]


def _text(*columns: str, instead: str = "") -> list[Rule]:
    return [(column, f"typeof({column}) <> 'text'", instead) for column in columns]


def _whole(column: str, least: int, most: int | str, instead: str = "") -> Rule:
    null = f"{column} IS NOT NULL AND " if instead == "NULL" else ""
    return column, f"{null}NOT (typeof({column}) = 'integer' AND {column} BETWEEN {least} AND {most})", instead


def _named(column: str, table: str, key: str = "n") -> Rule:
    return column, f"{column} NOT IN (SELECT {key} FROM {table})", ""


def _work(column: str) -> Rule:
    """The row of a work; where none was taken out, so that the last has the number of all, no row needs to be looked up."""
    last = f"typeof({column}) = 'integer' AND {column} BETWEEN 1 AND (SELECT coalesce(max(n), 0) FROM work)"
    all_there = f"{column} <= (SELECT (count(*) = max(n)) * max(n) FROM work)"
    return column, f"NOT ({last} AND ({all_there} OR {column} IN (SELECT n FROM work)))", ""


def _texts(column: str) -> Rule:
    """A list of texts, as JSON."""
    odd = f"json_type({column}) <> 'array' OR EXISTS (SELECT 1 FROM json_each({column}) WHERE type <> 'text')"
    valid = f"typeof({column}) = 'text' AND json_valid({column})"
    return column, f"{column} IS NOT NULL AND CASE WHEN {valid} THEN {odd} ELSE 1 END", "NULL"


#: no modifier, and SQLite leaves a day that its month does not have as it is
_CALENDAR = "typeof(date) <> 'text' OR date(date, '+0 days') IS NOT date OR date < '0001'"
_DAY: Rule = ("date", f"date IS NOT NULL AND ({_CALENDAR})", "NULL")
_FIGURES: Rule = ("value", "name = 'global figures' AND NOT json_valid(value)", "")
_ROWS = "(SELECT 1000000 + 100 * count(*) FROM work)"  # arrays are as long as the highest row
#: table -> what is wrong with its rows; works come first, so that what is said of one that is taken out goes too
RULES: dict[str, list[Rule]] = {
    "meta": [
        ("value", "key = 'revision' AND NOT (typeof(value) = 'integer' AND value BETWEEN 0 AND 1000000000000)", "1"),
        ("value", "key IN ('name', 'stamp') AND typeof(value) <> 'text'", "''"),
    ],
    "source": _text("name", instead="'source-' || n"),
    "work": [
        _whole("n", 1, _ROWS),
        ("id", "typeof(id) <> 'text' OR id = ''", "'work-' || n"),
        *_text("title", "venue", "source", "title_key", "short_key", "author_key", instead="''"),
        _whole("year", 1, 9999, "NULL"),
        _DAY,
        *(_whole(column, 0, 1, "0") for column in ("stub", "seed")),
        *(_whole(column, 0, _MOST, "NULL") for column in ("reported_references", "reported_citations")),
    ],
    "author": [_work("work"), *_text("name"), _whole("position", 0, _MOST)],
    "identifier": [_work("work"), *_text("value")],
    "citation": [
        _work("citing"),
        _work("cited"),
        _named("source", "source"),
        _whole("times", 1, _MOST, "1"),
        ("method", "method IS NOT NULL AND typeof(method) <> 'text'", "NULL"),
        _texts("contexts"),
        _texts("intents"),
        _whole("influential", 0, 1, "NULL"),
    ],
    "retrieval": [
        _work("work"),
        _named("source", "source"),
        ("list", "list NOT IN ('references', 'citations')", ""),
        ("outcome", f"outcome NOT IN {tuple(map(str, Outcome))}", ""),
        _whole("reported", 0, _MOST, "NULL"),
        _DAY,
    ],
    "fact": [_work("work"), _named("source", "source"), *_text("name", "value"), _FIGURES],
    "claim": _text("id", "statement", "kind", "place", "article"),
    "claim_work": [_work("work"), _named("claim", "claim", "id"), *_text("role")],
    "concept": [_work("work"), *_text("scheme", "label", "source")],
    "concept_in_source": [_work("work"), *_text("scheme", "label", "source", "label_in_source")],
    "run": _text("command", "started", instead="''"),
    "skipped": [*_text("place", "reason"), _whole("run", 0, _MOST)],
    "resolution": [
        *_text("text", "method", "reason"),
        ("status", f"status NOT IN {STATUSES}", ""),
        *((name, f"typeof({name}) NOT IN ('null', 'text')", "") for name in ("work", "likely", "runner_up")),
        *((name, f"typeof({name}) NOT IN ('null', 'real')", "NULL") for name in ("score", "runner_up_score")),
    ],
}
_WORK = "coalesce((SELECT id FROM work WHERE n = {0}), 'row ' || {0})"
_PLACES = {"work": "id", "citation": f"{_WORK.format('citing')} || ' -> ' || {_WORK.format('cited')}"} | dict.fromkeys(
    ["author", "identifier", "retrieval", "fact", "claim_work", "concept", "concept_in_source"], _WORK.format("work")
)


def impossible(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """The values of a store that cannot be: where each stands, and what it is, such as "year in press".

    Parameters
    ----------
    db : sqlite3.Connection
        The open store.
    """
    found = list[tuple[str, str]]()
    for table, rules in RULES.items():
        where = " OR ".join(f"({condition})" for _, condition, _ in rules)
        # read once, where all is well
        if db.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {where})").fetchone()[0]:
            found += [value for rule in rules for value in _found(db, table, rule)]
    return found


def leave_out(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Take every value that cannot be out of a store, within a transaction; gives where each stood, and what it was."""
    for table, rules in RULES.items():
        for rule in rules:
            column, condition, instead = rule
            if found := list(_found(db, table, rule)):
                yield from found
                change = f"UPDATE OR IGNORE {table} SET {column} = {instead}" if instead else f"DELETE FROM {table}"
                db.execute(f"{change} WHERE {condition}")


def told(found: list[tuple[str, str]]) -> str:
    """How many values cannot be, and the first of them.

    Examples
    --------
    >>> told([("a", "year in press"), ("b", "date 2021-02-31")])
    '2 values that cannot be, such as year in press of a'
    """
    return f"{counted(len(found), 'value')} that cannot be, such as {found[0][1]} of {found[0][0]}"


def _found(db: sqlite3.Connection, table: str, rule: Rule) -> Iterator[tuple[str, str]]:
    column, condition, _ = rule
    place = _PLACES.get(table, f"'the table {table}'")
    value = f"CASE WHEN typeof({column}) IN ('null', 'blob') THEN quote({column}) ELSE {column} END"
    rows = db.execute(f"SELECT {place}, substr({value}, 1, 60) FROM {table} WHERE {condition}")
    return ((_shown(where), f"{column.replace('_', ' ')} {value}") for where, value in rows)


def _shown(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
