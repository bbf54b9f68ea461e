"""Identity: records with common identifiers become one work, whatever the order, and nothing is overwritten silently."""

import random
from contextlib import closing
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_second_sources import work

from kg.graph.source_agreement import agreements
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Outcome, Retrieval, Work


def put(path: Path, *batches: Batch) -> Writer:
    """Write batches, one transaction each."""
    with Writer.open(path, "test") as writer:
        for batch in batches:
            writer.add(batch)
        return writer


def test_a_record_with_the_identifiers_of_two_works_makes_them_one(tmp_path: Path):
    """Citations, outcomes, aliases of both are the earlier one's; a citation both had stays once; counts stay."""
    doi, mag = ("doi:10.1000/x",), ("mag:7",)
    first = work("a", identifiers=doi, title="T", reported_citations=5, source="s")
    other = work("b", identifiers=mag, title="T", year=2001, seed=True, source="s")
    cites = [
        Citation(citing="c", cited="a", source="s"),
        Citation(citing="c", cited="b", source="s", times=2),
        Citation(citing="b", cited="d", source="s"),
        Citation(citing="b", cited="a", source="s"),
    ]
    lists = [
        Retrieval(work="a", list="references", outcome=Outcome.ELIDED, source="s"),
        Retrieval(work="b", list="references", outcome=Outcome.COMPLETE, source="s", reported=2),
    ]
    writer = put(
        tmp_path / "g.sqlite",
        Batch(works=[first, other, work("c"), work("d")], citations=cites, retrievals=lists),
        Batch(works=[work("z", identifiers=(*doi, *mag), title="T", reported_citations=9, source="openalex")]),
    )
    assert writer.joined == [("a", "b")]
    with Store.open(tmp_path / "g.sqlite") as store:
        assert {store.find_by_id(name).id for name in ("a", "b", "z", "10.1000/x", "mag:7")} == {"a"}
        assert {(c.citing, c.cited, c.times) for c in store.citations()} == {
            ("c", "a", 2),
            ("a", "d", 1),
            ("a", "a", 1),
        }
        (kept,) = (r for r in store.retrievals() if r.work == "a")
        assert (kept.outcome, kept.reported) == (Outcome.COMPLETE, 2)
        assert (store.find_by_id("a").seed, store.find_by_id("a").reported_citations) == (True, 5)
        assert store.db.execute("SELECT count(*) FROM work_text").fetchone()[0] == 3


@pytest.mark.parametrize("other", [{"title": "Quite another thing"}, {"authors": ("Bo Ek",)}, {"year": 1950}])
def test_works_that_contradict_each_other_stay_two(other: dict[str, Any], tmp_path: Path):
    """A mistyped identifier joins nothing: titles, first authors and years must allow it; the clash is listed."""
    one, two = (
        work("a", title="T", identifiers=("doi:10.1000/x",)),
        work("b", identifiers=("mag:7",), **({"title": "T"} | other)),
    )
    bridge = work("z", title="T", identifiers=("doi:10.1000/x", "mag:7"))
    writer = put(tmp_path / "g.sqlite", Batch(works=[one, two]), Batch(works=[bridge]))
    assert writer.joined == []
    with Store.open(tmp_path / "g.sqlite") as store:
        assert store.find_by_id("mag:7").id == "b"
        assert any("already assigned" in s.reason for s in store.remarks())


@pytest.mark.long
@given(st.lists(st.frozensets(st.integers(0, 7), min_size=1, max_size=3), min_size=1, max_size=7), st.randoms())
def test_identity_is_union_find_whatever_the_order(records: list[frozenset[int]], dice: random.Random):
    """Records of one title are one work exactly where a chain of common identifiers joins them, in any order of coming."""
    expected = components(records)
    order = list(enumerate(records))
    dice.shuffle(order)
    with closing(_memory()) as store:
        writer = Writer(store, 1)
        for k, names in order:
            writer.add(Batch(works=[work(f"r{k}", title="T", identifiers=tuple(f"mag:{n}" for n in sorted(names)))]))
        found: dict[str, set[int]] = {}
        for k, _ in enumerate(records):
            found.setdefault(store.find_by_id(f"r{k}").id, set()).add(k)
        assert sorted(map(sorted, found.values())) == expected
        assert store.counts()[0] == len(expected)


def components(records: list[frozenset[int]]) -> list[list[int]]:
    """Records joined by common identifiers, the naive way."""
    groups = [({k}, set(names)) for k, names in enumerate(records)]
    changed = True
    while changed:
        changed = False
        for one, two in permutations(groups, 2):
            if one[1] & two[1]:
                groups.remove(two)
                one[0].update(two[0])
                one[1].update(two[1])
                changed = True
                break
    return sorted(sorted(group[0]) for group in groups)


class _Closing(Store):
    def close(self) -> None:
        self.db.close()


def _memory() -> "_Closing":
    """An empty store that no disk has to keep."""
    return _Closing.create(Path(":memory:"), name="m")


def test_nothing_is_overwritten_silently(tmp_path: Path):
    """Title, year and counts of the first source stand beside another's; a newer count of the same source takes its place."""

    def told(source: str, count: int, title: str) -> Batch:
        one = Work(
            id="doi:10.1000/x",
            title=title,
            year=count,
            identifiers=("doi:10.1000/x",),
            source=source,
            reported_references=count,
        )
        listed = Retrieval(work=one.id, list="references", outcome=Outcome.PARTIAL, source=source, reported=count)
        return Batch(works=[one], retrievals=[listed])

    with Writer.open(tmp_path / "g.sqlite", "test") as writer:
        writer.add(Batch(works=[Work(id="mine", title="T", identifiers=("doi:10.1000/x",), source="my.bib")]))
        for source, count, expected in [
            ("s2", 2000, 2000),
            ("openalex", 1990, 2000),
            ("s2", 2001, 2001),
            ("crossref", 7, 2001),
        ]:
            writer.add(told(source, count, "T: other" if source != "s2" else "T"))
            held = writer.store.find_by_id("mine")
            assert (held.title, held.year, held.reported_references) == ("T", 2000, expected)
        assert {r.source: r.reported for r in writer.store.retrievals()} == {
            "s2": 2001,
            "openalex": 1990,
            "crossref": 7,
        }


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from("abc"))))
def test_agreement_is_the_naive_count(said: set[tuple[int, int, str]]):
    """For every pair of sources: the lists both gave, what both hold of them, what one alone holds."""
    with closing(_memory()) as store:
        Writer(store, 1).add(
            Batch(
                works=[Work(id=str(n)) for n in range(5)],
                citations=[Citation(citing=str(a), cited=str(b), source=s) for a, b, s in sorted(said)],
            )
        )
        found = {frozenset((p.first, p.second)): p for p in agreements(store)}
        for one, two in [("a", "b"), ("a", "c"), ("b", "c")]:
            lists = {a for a, _, s in said if s == one} & {a for a, _, s in said if s == two}
            held = {x: {(a, b) for a, b, s in said if s == x and a in lists} for x in (one, two)}
            pair = found.pop(frozenset((one, two)), None)
            assert (pair is None) == (not lists)
            if pair:
                assert pair.lists == len(lists)
                assert pair.both == len(held[one] & held[two])
                assert pair.first_only == len(held[pair.first] - held[pair.second])
                assert pair.second_only == len(held[pair.second] - held[pair.first])
        assert not found


def test_any_number_of_works_of_one_id_are_told_apart(tmp_path: Path):
    """By numbers, then by their titles; also where another work already has such an id."""
    batch = Batch(
        works=[Work(id="x", title=f"Report {chr(65 + k)}") for k in range(21)] + [Work(id="x", title="Lamps")]
    )
    put(tmp_path / "g.sqlite", batch, batch)
    with Store.open(tmp_path / "g.sqlite") as store:
        ids = [work.id for work in store.works()]
    assert ids[:-1] == ["x", *(f"x-{k}" for k in range(2, 22))]
    other = tmp_path / "other" / "g.sqlite"
    other.parent.mkdir()
    put(other, Batch(works=[Work(id=ids[-1], title="Towns")]), batch, batch)
    with Store.open(other) as store:
        assert [work.id for work in store.works()] == [ids[-1], *ids[:-1], f"{ids[-1]}-2"]
