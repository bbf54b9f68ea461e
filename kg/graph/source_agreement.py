"""How far sources agree: the citations that two of them hold, in the reference lists that both gave."""

from dataclasses import dataclass

from kg.graph.store import Store
from kg.model import Outcome

_MOST = 8  # sources compared, those with the most citations


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two sources compared over the `lists` of works that cite something by both.

    `both` counts citations that both hold; `first_only` and `second_only` those of these lists that one alone holds.
    `whole_lists` of all reference lists were retrieved whole from both. A citation of one alone need not be wrong: the
    other's list may be cut, or name the cited work by other identifiers.
    """

    first: str
    second: str
    lists: int
    both: int
    first_only: int
    second_only: int
    whole_lists: int


def agreements(store: Store) -> list[Agreement]:
    """Every pair of the eight largest sources that has a reference list in common, the most citations of both first."""
    names: dict[int, str] = dict(
        store.db.execute(
            """SELECT s.n, s.name FROM source s JOIN citation c ON c.source = s.n GROUP BY s.n
            ORDER BY count(*) DESC, s.n LIMIT ?""",
            (_MOST,),
        ).fetchall()
    )
    found = []
    for a, b in ((a, b) for a in names for b in names if a < b) if len(names) > 1 else ():
        # citations of works by one, then by the other, where both have some
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
