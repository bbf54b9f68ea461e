"""What the bundled tables hold, counted without kg."""

import csv
from collections import Counter
from pathlib import Path

DATA = Path(__file__).parents[1] / "kg" / "data" / "neural_music"


def rows(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    """One table."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


WORKS, CITATIONS = len(rows("works")), len(rows("citations"))
OUTCOMES = Counter(row["outcome"] for row in rows("lists") if row["outcome"] != "UNKNOWN")
CONNECTIONISTS = sum(
    row["core"] == "1" and row["year"].isdecimal() and 1988 <= int(row["year"]) <= 2008 for row in rows("works")
)
