"""Answers kept on disk: what was asked once is never asked twice, and a killed crawl resumes from here.

One SQLite file; an answer is kept the moment it came, in a transaction of its own. It holds addresses, bodies and
times, never a key. Deleting it loses nothing but requests.
"""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kg.errors import StoreError
from kg.ingest.sources.exchange import MOST, Answer, parsed
from kg.ingest.sources.service import Service

CLOCKS_APART = timedelta(hours=1)  # of two computers
_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS answer (
    method TEXT, url TEXT, body_hash TEXT, status INTEGER NOT NULL, body BLOB NOT NULL, fetched_at TEXT NOT NULL,
    PRIMARY KEY (method, url, body_hash)
) WITHOUT ROWID;
"""


class Cache:
    """The file of answers; `url` is the whole address with its query sorted, so two servers never mix."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
            self._db.executescript(_SCHEMA)

    def held(self, place: tuple[str, str, str], sent: Any, service: Service, now: datetime) -> Answer | None:
        """The answer to a request, None where there is none, or one that the service never gave: damaged, or of a later time."""
        found = self.find(*place)
        if not found:
            return None
        status, text, fetched_at = found
        body = parsed(text)
        without_json = text == "null" and status in (400, 404)  # as they are kept
        if not without_json and service.fault_in(status, text, body, sent):
            return None
        try:
            ahead = datetime.fromisoformat(fetched_at) - now
        except (TypeError, ValueError):
            return None
        return Answer(status, body, cached=True, fetched_at=fetched_at) if ahead <= CLOCKS_APART else None

    def find(self, method: str, url: str, body_hash: str) -> tuple[int, str, str] | None:
        """Status, body and time of the answer to a request, None where it was never answered or cannot be read any more."""
        with self._explained():
            row = self._db.execute(
                "SELECT status, body, fetched_at FROM answer WHERE method = ? AND url = ? AND body_hash = ?",
                (method, url, body_hash),
            ).fetchone()
        try:
            return (int(row[0]), text, str(row[2])) if row and (text := unpacked(row[1])) is not None else None
        except (TypeError, ValueError):
            return None

    def keep(self, method: str, url: str, body_hash: str, *, status: int, body: str, fetched_at: str) -> None:
        """Keep an answer, in place of an older one to the same request."""
        packed = zlib.compress(body.encode(), level=3)
        with self._explained():
            self._db.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)",
                (method, url, body_hash, status, packed, fetched_at),
            )

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"the cache {self.path} cannot be used: {error}",
                "free disk space, or delete the cache if it is damaged, and run again: what was fetched is saved in the graph",
            ) from error


def unpacked(body: bytes) -> str | None:
    """The text of a kept answer; None where it cannot be read, or is longer than any that is kept."""
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(body, MOST).decode()
    except (zlib.error, TypeError, ValueError):
        return None
    return text if unpack.eof else None
