"""Where works stand on the map."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kg.output.map.lanes import choose_lanes
from kg.output.map.layout import OTHER_LANE, UNDATED_LANE, WIDTH, Axis, Layout, lay_out

YEARS = {f"w{k}": 1980 + (k * 7) % 43 for k in range(60)}
CITATIONS = [(f"w{a}", f"w{b}") for a in range(60) for b in range(a) if (a * 31 + b) % 19 == 0]


def layout(**options) -> Layout:
    """Lay out the sixty works above."""
    return lay_out(YEARS, CITATIONS, ranked=list(YEARS), **options)


def band_of(placed: Layout, id_: str) -> str:
    """The lane a work stands in, read off its place."""
    y = placed.places[id_][1]
    return next(band.name for band in placed.bands if band.top < y < band.bottom)


def test_time_runs_left_to_right():
    """A later work never stands left of an earlier one, and works of one year stand on one line."""
    placed = layout()
    order = sorted(YEARS, key=YEARS.__getitem__)
    assert all(placed.places[a][0] <= placed.places[b][0] for a, b in pairwise(order))
    assert {placed.places[id_][0] for id_ in YEARS if YEARS[id_] == 1980} == {0.0}
    assert placed.places[order[-1]][0] == WIDTH


def test_every_work_has_a_place_of_its_own():
    """No two works share a place, even with five hundred works in one year."""
    years = {f"w{k}": 2017 + k % 2 for k in range(1000)} | {"old": 1988}
    placed = lay_out(years, [], ranked=list(years))
    assert len(set(placed.places.values())) == len(years)


def test_the_same_input_gives_the_same_places():
    """The layout does not depend on the order of the citations or of the mapping of years."""
    again = lay_out(dict(reversed(YEARS.items())), CITATIONS[::-1], ranked=list(YEARS))
    assert again == layout()


def test_a_row_stays_free_while_a_work_sleeps():
    """No other mark stands on the bar of a sleeping work."""
    until = {"w0": 2015, "w1": 2012}
    placed = layout(until=until)
    for id_, year in until.items():
        x, y = placed.places[id_]
        on_row = [p for other, p in placed.places.items() if p[1] == y and other != id_]
        assert not [p for p in on_row if x <= p[0] <= placed.axis.x(year)]


def test_labelled_works_keep_room_for_their_label():
    """Right of the most important works their row is free for a label's width."""
    placed = layout(labelled=20)
    for id_ in list(YEARS)[:20]:
        x, y = placed.places[id_]
        assert not [other for other, p in placed.places.items() if p[1] == y and x < p[0] < x + 150 and other != id_]


def test_lanes_hold_their_works_and_undated_ones_come_last():
    """Works with a lane stand in it, the others in the lane of other works, undated ones below."""
    placed = lay_out({"a": 1990, "b": 1991, "c": None}, [], ranked=["a", "b", "c"], lanes={"a": "composition"})
    assert [band_of(placed, id_) for id_ in "abc"] == ["composition", OTHER_LANE, UNDATED_LANE]
    assert placed.bands[-1].name == UNDATED_LANE
    assert all(one.bottom < two.top for one, two in pairwise(placed.bands))


def test_lanes_linked_by_citations_are_neighbours():
    """Of three lanes the one that the other two cite stands between them."""
    years = dict.fromkeys(["a1", "a2", "m1", "m2", "z1", "z2"], 2000)
    lanes = {id_: id_[0] for id_ in years}
    links = [("a1", "z1"), ("a2", "z2"), ("m1", "z1"), ("m2", "z2")]
    names = [band.name for band in lay_out(years, links, ranked=list(years), lanes=lanes).bands]
    assert names[1] == "z"


def test_one_early_work_does_not_squeeze_the_rest():
    """A work of 1805 stands in a narrow strip at the left; the years from 1980 on keep nearly the whole width."""
    placed = lay_out(YEARS | {"gauss": 1805}, [], ranked=[*YEARS, "gauss"])
    assert placed.axis.start > 1900
    assert placed.places["gauss"][0] == 0
    assert WIDTH - placed.axis.x(1980) > 0.9 * WIDTH
    kept = lay_out(YEARS | {"gauss": 1805}, [], ranked=[*YEARS, "gauss"], key=["gauss"])
    assert kept.axis.start <= 1805, "a work the reader asked for is never squeezed"


def test_nothing_to_lay_out():
    """Empty and wholly undated graphs have a layout too."""
    assert lay_out({}, [], ranked=[]).places == {}
    assert list(lay_out({"a": None}, [], ranked=["a"]).places) == ["a"]


def test_lanes_come_from_the_commonest_labels():
    """Only labels of several works make lanes; equal counts go by name."""
    labels = [("a", "x"), ("b", "x"), ("c", "y"), ("d", "y"), ("e", "lonely"), ("a", "y")]
    assert choose_lanes(labels, most=1) == {"a": "y", "c": "y", "d": "y"}
    assert "e" not in choose_lanes(labels)


@given(st.integers(-500, 2030), st.integers(0, 300), st.integers(1, 300))
def test_the_axis_never_runs_backwards(first: int, before: int, after: int):
    """Whatever the years, x grows with the year and stays within the width."""
    axis = Axis(first, first + before, first + before + after)
    xs = [axis.x(year) for year in range(axis.first, axis.last + 1)]
    assert all(a < b for a, b in pairwise(xs))
    assert xs[0] >= 0
    assert abs(xs[-1] - WIDTH) < 1e-6
