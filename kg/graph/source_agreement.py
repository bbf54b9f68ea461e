"""How far sources agree: the citations that two of them report, in the reference lists that both gave."""

from dataclasses import dataclass

from kg.graph.store import Store
from kg.model import Outcome

_COMPARED = 8  # only the sources with the most citations


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two sources compared.

    A citation that only one source reports need not be wrong: the other's list may be incomplete, or name the cited work by
    other identifiers.

    Attributes
    ----------
    first, second : str
        The sources.
    lists : int
        The reference lists compared: of works with a citation from both.
    both : int
        Citations that both report.
    first_only, second_only : int
        Citations of these lists that only one reports.
    whole_lists : int
        Reference lists that both gave completely.
    """

    first: str
    second: str
    lists: int
    both: int
    first_only: int
    second_only: int
    whole_lists: int


def agreements(store: Store) -> list[Agreement]:
    """The agreement of every two of the eight largest sources that share a reference list, most common citations first."""
    names: dict[int, str] = dict(
        store.db.execute(
            """SELECT s.n, s.name FROM source s JOIN citation c ON c.source = s.n GROUP BY s.n
            ORDER BY count(*) DESC, s.n LIMIT ?""",
            (_COMPARED,),
        ).fetchall()
    )
    found = []
    for a, b in ((a, b) for a in names for b in names if a < b) if len(names) > 1 else ():
        lists, first, second = store.db.execute(
            """SELECT count(*), coalesce(sum(x), 0), coalesce(sum(y), 0) FROM (
            SELECT sum(source = :a) AS x, sum(source = :b) AS y FROM citation WHERE source IN (:a, :b)
            GROUP BY citing HAVING x AND y)""",
            {"a": a, "b": b},
        ).fetchone()
        if not lists:
            continue
        (both,) = store.db.execute(
            """SELECT count(*) FROM (SELECT 1 FROM citation WHERE source IN (?, ?)
            GROUP BY citing, cited HAVING count(*) = 2)""",
            (a, b),
        ).fetchone()
        (whole,) = store.db.execute(
            """SELECT count(*) FROM retrieval x JOIN retrieval y ON y.work = x.work AND y.list = x.list AND y.source = ?
            WHERE x.source = ? AND x.list = 'references' AND x.outcome IN (?, ?) AND y.outcome IN (?, ?)""",
            (b, a, *(str(Outcome.COMPLETE), str(Outcome.EMPTY)) * 2),
        ).fetchone()
        found.append(Agreement(names[a], names[b], lists, both, first - both, second - both, whole))
    return sorted(found, key=lambda pair: (-pair.both, pair.first, pair.second))
