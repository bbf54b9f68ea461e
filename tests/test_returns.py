"""Returns of a topic in the bundled graph: on the topic, by judgements made by hand."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from kg import open_graph
from kg.analysis.base.related import related_pairs

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "returns.py"


@pytest.mark.long
def test_the_first_ten_returns_are_on_the_topic():
    """Of the returns of the test works that are listed first at least four fifths are on the topic, and nearly all are judged."""
    found = runpy.run_path(str(BENCHMARK))["precision"]()["test"]
    assert found.works == 30
    assert found.judged >= 100
    assert found.right / found.judged >= 0.8
    assert len(found.unknown) <= found.judged / 10, found.unknown


@pytest.mark.long
def test_handwriting_is_no_return_of_algorithmic_composition():
    """What came after Todd 1989 on its topic makes music; that "approach" or "algorithmic" stand in other titles says nothing."""
    graph = open_graph()
    new = related_pairs(graph, of=np.array([graph.number("todd1989connectionist")])).new
    titles = [str(graph.works.at[graph.ids[i], "title"]).lower() for i in new.tolist()]
    assert any("algorithmic composition" in title for title in titles)
    assert len(titles) >= 10
    wrong = ("handwriting", "collaborative filtering", "spelling", "attention", "parsing")
    assert not [title for title in titles if any(word in title for word in wrong)]
