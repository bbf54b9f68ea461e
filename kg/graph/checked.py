"""The door in front of the store: what a record says must be of the right type and possible, or it is left out and listed."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from kg.model import STATUSES, Outcome, Resolution, Retrieval, Work
from kg.text import shortened

_MOST = 10**12  # a count above it is none
_OUTCOMES = tuple(Outcome)


def checked(work: Work) -> tuple[Work, list[str]]:
    """The work without what cannot be, and a sentence on each value left out.

    Examples
    --------
    >>> found, faults = checked(Work(id="a", date="2021-02-31", reported_citations=-1))
    >>> found.year, found.date, found.reported_citations, len(faults)
    (2021, None, None, 2)
    """
    wrong: dict[str, Any] = {name: "" for name in ("title", "venue") if not isinstance(getattr(work, name), str)}
    if isinstance(work.authors, str) or not all(isinstance(name, str) for name in work.authors):
        wrong["authors"] = ()
    if work.year is not None and not _is_count(work.year, 1, 9999):
        wrong["year"] = None
    if work.date is not None and not _is_day(work.date):
        wrong["date"] = None
    for name in ("reported_references", "reported_citations"):
        if (count := getattr(work, name)) is not None and not _is_count(count, 0, _MOST):
            wrong[name] = None
    if not wrong:
        return work, [*work.faults]
    shown = {name: shortened(repr(getattr(work, name)), 60) for name in wrong}
    faults = [*work.faults, *(f"{name} {value}: impossible, and left out" for name, value in shown.items())]
    if "date" in wrong and work.year is None and (year := re.match(r"[12]\d{3}(?=-)", str(work.date))):
        wrong["year"] = int(year.group())
    return replace(work, **wrong), faults


def checked_list(retrieval: Retrieval) -> tuple[Retrieval | None, str]:
    """The list without a reported length that cannot be, None where its outcome is none; and a sentence on what is left out."""
    wrong, kept = "", retrieval
    if retrieval.reported is not None and not _is_count(retrieval.reported, 0, _MOST):
        wrong, kept = f"reported {retrieval.reported!r:.60}", replace(retrieval, reported=None)
    if retrieval.date and not (_is_day(retrieval.date) and len(retrieval.date) == 10):
        wrong, kept = f"date {shortened(repr(retrieval.date), 60)}", replace(kept, date=None)
    if retrieval.outcome not in _OUTCOMES:
        wrong = f"outcome {shortened(repr(retrieval.outcome), 60)}"
    fault = f"{retrieval.list}: {wrong}: impossible, and left out" if wrong else ""
    return (kept if retrieval.outcome in _OUTCOMES else None), fault


def fault_of_resolution(resolution: Resolution) -> str:
    """Why the matching of a reference cannot be kept, "" where it can."""
    if resolution.status in STATUSES:
        return ""
    return f"status {shortened(repr(resolution.status), 60)} of a reference: impossible, and left out"


def _is_count(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _is_day(value: object) -> bool:
    """Whether a value is a year, a month or a day of the calendar, as ISO writes it."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}(?:-\d\d(?:-\d\d)?)?", value):
        return False
    try:
        date.fromisoformat(f"{value}-01-01"[:10])
    except ValueError:
        return False
    return True
