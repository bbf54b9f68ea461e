"""The tables of a store, and the views that show them as of a year.

Changing a table needs a new `SCHEMA_VERSION`, and a line in `ADDED`: stores of earlier versions are read as they are, with
what is new to them empty, and brought up to date when they are next written.
"""

import sqlite3

SCHEMA_VERSION = 5
#: the version of a store -> the tables that the next version added, and their indexes
ADDED = {
    2: (
        """CREATE TABLE fact (
    work INTEGER, name TEXT, source INTEGER, value TEXT, PRIMARY KEY (work, name, source, value)
) WITHOUT ROWID""",
        "CREATE INDEX fact_retracts ON fact (value) WHERE name = 'retracts'",
    ),
    3: (
        """CREATE TABLE concept_in_source (
    work INTEGER, scheme TEXT, label TEXT, source TEXT, label_in_source TEXT NOT NULL, PRIMARY KEY (work, scheme, label, source)
) WITHOUT ROWID""",
    ),
    4: (
        "CREATE TABLE run_work (run INTEGER PRIMARY KEY, first INTEGER NOT NULL)",
    ),  # the row of the first work of a run
}
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE work (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, year INTEGER, date TEXT, venue TEXT NOT NULL,
    stub INTEGER NOT NULL, seed INTEGER NOT NULL, source TEXT NOT NULL, reported_references INTEGER,
    reported_citations INTEGER, title_key TEXT NOT NULL, short_key TEXT NOT NULL, author_key TEXT NOT NULL
);
CREATE INDEX work_title ON work (title_key) WHERE title_key <> '';
CREATE INDEX work_short ON work (short_key) WHERE short_key <> '';
CREATE INDEX work_author ON work (author_key, year) WHERE author_key <> '';
CREATE INDEX work_year ON work (year);
CREATE TABLE author (work INTEGER, position INTEGER, name TEXT NOT NULL, PRIMARY KEY (work, position)) WITHOUT ROWID;
CREATE TABLE identifier (value TEXT PRIMARY KEY, work INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX identifier_work ON identifier (work);
CREATE TABLE source (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE citation (
    citing INTEGER, cited INTEGER, source INTEGER, times INTEGER NOT NULL, method TEXT, contexts TEXT, intents TEXT,
    influential INTEGER, PRIMARY KEY (citing, cited, source)
) WITHOUT ROWID;
CREATE TABLE retrieval (
    work INTEGER, list TEXT, source INTEGER, outcome TEXT NOT NULL, reported INTEGER, date TEXT,
    PRIMARY KEY (work, list, source)
) WITHOUT ROWID;
CREATE TABLE claim (
    id TEXT PRIMARY KEY, statement TEXT NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL, article TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE claim_work (claim TEXT, work INTEGER, role TEXT NOT NULL, PRIMARY KEY (claim, work, role)) WITHOUT ROWID;
CREATE TABLE concept (
    work INTEGER, scheme TEXT, label TEXT, source TEXT NOT NULL, PRIMARY KEY (work, scheme, label, source)
) WITHOUT ROWID;
CREATE TABLE run (n INTEGER PRIMARY KEY, command TEXT NOT NULL, started TEXT NOT NULL);
CREATE TABLE skipped (place TEXT, reason TEXT, run INTEGER NOT NULL, PRIMARY KEY (place, reason));
CREATE TABLE resolution (
    text TEXT PRIMARY KEY, run INTEGER NOT NULL, status TEXT NOT NULL, work TEXT, method TEXT NOT NULL, reason TEXT NOT NULL,
    score REAL, likely TEXT, runner_up TEXT, runner_up_score REAL
);
CREATE VIRTUAL TABLE work_text USING fts5 (title, authors, year, tokenize = "unicode61 remove_diacritics 2");
""" + "".join(f"{statement};\n" for statements in ADDED.values() for statement in statements)
#: temporary views that hide the tables of the same names and show them as they were at the end of {year}
AS_OF = """
CREATE TEMP VIEW work AS SELECT
    n, id, title, year, date, venue, stub, seed, source, NULL AS reported_references, NULL AS reported_citations,
    title_key, short_key, author_key FROM main.work WHERE year <= {year};
CREATE TEMP VIEW identifier AS SELECT value, work FROM main.identifier WHERE work IN (SELECT n FROM temp.work);
CREATE TEMP VIEW citation AS SELECT c.* FROM main.citation c
    JOIN main.work a ON a.n = c.citing AND a.year <= {year} JOIN main.work b ON b.n = c.cited AND b.year <= {year};
CREATE TEMP VIEW retrieval AS SELECT r.work, r.list, r.source, r.outcome, NULL AS reported, r.date
    FROM main.retrieval r JOIN main.work w ON w.n = r.work AND w.year <= {year} WHERE r.list = 'references'
    AND (r.outcome != 'COMPLETE' OR EXISTS (SELECT 1 FROM temp.citation c WHERE c.citing = r.work));
CREATE TEMP VIEW claim AS SELECT * FROM main.claim
    WHERE id IN (SELECT claim FROM main.claim_work WHERE work IN (SELECT n FROM temp.work));
CREATE TEMP VIEW IF NOT EXISTS fact AS SELECT * FROM main.fact
    WHERE name NOT IN ('retracted', 'global figures')
    OR (name = 'retracted' AND value <> '' AND substr(value, 1, 4) <= '{year}');
"""
#: what sources say of the work in row :n, the notices among the works that retract it included
FACTS_OF = """
SELECT f.name, f.value, s.name FROM fact f JOIN source s ON s.n = f.source WHERE f.work = :n
UNION SELECT 'retracted', coalesce(w.date, ''), s.name FROM fact f JOIN work w ON w.n = f.work JOIN source s ON s.n = f.source
WHERE f.name = 'retracts' AND f.work <> :n
AND f.value IN (SELECT id FROM work WHERE n = :n UNION ALL SELECT value FROM identifier WHERE work = :n)
ORDER BY 1, 3, 2"""
#: the works that a source says are retracted, as `FACTS_OF` says it of one
RETRACTED = """
SELECT work FROM fact WHERE name = 'retracted'
UNION SELECT r.n FROM fact f JOIN work w ON w.n = f.work JOIN work r ON r.id = f.value WHERE f.name = 'retracts' AND f.work <> r.n
UNION SELECT i.work FROM fact f JOIN work w ON w.n = f.work JOIN identifier i ON i.value = f.value
WHERE f.name = 'retracts' AND f.work <> i.work"""
#: the columns of `work` that make a `Work` record, in the order in which the store reads and writes them
WORK_FIELDS = "n, id, title, year, date, venue, stub, seed, source, reported_references, reported_citations"


def bring_up_to_date(db: sqlite3.Connection, version: int, *, write: bool) -> None:
    """Add the tables that a store of an earlier version lacks: to the file when writing, else for this connection alone."""
    for statement in (statement for earlier, added in ADDED.items() if earlier >= version for statement in added):
        if write:
            db.execute(statement)
        elif statement.startswith("CREATE TABLE"):
            db.execute(statement.replace("TABLE", "TEMP TABLE", 1))
    if write and version != SCHEMA_VERSION:
        db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (SCHEMA_VERSION,))
