"""Claims that concepts and dates decide: what was first, what is alike, what a work proposed."""

import pytest
from claims_made import claim, claimed, verdict
from hypothesis import given
from hypothesis import strategies as st

from kg.analysis.claims.case import CONTRADICTED, OPEN, SUPPORTED, only_in
from kg.analysis.claims.first import RECORDED
from kg.analysis.claims.verdicts import verdicts
from kg.graph.citation_graph import CitationGraph


def test_kinship_needs_a_shared_label():
    """Later and of one label: supported; without the label the order alone leaves it open."""
    years = {"s": 1990, "o": 2000}
    assert verdict(claimed("anticipates", [], years, concepts={"s": ["dream"], "o": ["dream"]})) == SUPPORTED
    assert verdict(claimed("same principle", [], years)) == OPEN


@pytest.mark.parametrize("years", [{"s": 1990, "o": 1990}, {"s": 1990}, {"o": 1990}])
def test_an_order_in_time_that_is_not_known_decides_nothing(years):
    """Of two works of one year, or where one is undated, nobody can say which anticipated which."""
    graph = claimed("anticipates", [("s", "x"), ("o", "x")], years, concepts={"s": ["dream"], "o": ["dream"]})
    (found,) = verdicts(graph)
    assert found.verdict == OPEN
    assert "do not show whether o came later" in found.because


def test_days_decide_an_order_within_a_year():
    """Of two works of one year the one of the later day is later."""
    graph = CitationGraph.from_edges(
        [], dates={"s": "1990-03-01", "o": "1990-05-01"}, concepts={"s": ["dream"], "o": ["dream"]}
    )
    graph.__dict__["article_claims"] = (claim("anticipates", "s", "o"),)
    assert verdict(graph) == SUPPORTED


@pytest.mark.parametrize("rival", [{"e": 1999, "r": 2002}, {"e": 1999}])
def test_first_is_open_while_a_rival_may_be_earlier(rival):
    """An equally labelled work of the same year, or an undated one, may have been the first."""
    graph = claimed("first", [("r", "e")], {"s": 2002} | rival, objects=())
    labels = [(w, *label, "x") for w in "sr" for label in (("task", "music"), ("architecture", "lstm"))]
    graph.__dict__["_concepts"] = type(graph.concepts)(
        [*labels, ("e", "task", "music", "x")], columns=graph.concepts.columns
    )
    assert verdict(graph) == OPEN


def test_labels_of_the_article_itself_prove_nothing():
    """That both works carry a label the article gave them is no evidence for what the article says."""
    graph = claimed("same principle", [], {"s": 1990, "o": 2000}, concepts={"s": ["dream"], "o": ["dream"]})
    graph.__dict__["_concepts"] = graph.concepts.assign(source="article: References")
    assert verdict(graph) == OPEN


def test_first_is_contradicted_by_an_earlier_work_with_the_same_labels():
    """Two labels of two schemes on an earlier work contradict; unlabelled earlier works leave it open."""
    graph = claimed("first", [], {"s": 2002, "e": 1999}, objects=())
    labels = [("s", "task", "music", "x"), ("s", "architecture", "lstm", "x")]
    table = graph.concepts
    with_them = [*labels, ("e", "task", "music", "x"), ("e", "architecture", "lstm", "x")]
    graph.__dict__["_concepts"] = type(table)(with_them, columns=table.columns)
    assert verdict(graph) == CONTRADICTED
    graph.__dict__["_concepts"] = type(table)(labels, columns=table.columns)
    assert verdict(graph) == OPEN
    graph.__dict__["_concepts"] = type(table)([*labels, ("e", "task", "music", "x")], columns=table.columns)
    assert verdict(graph) == SUPPORTED


LABELS = [("task", "onset detection"), ("task", "music tagging"), ("net", "lstm"), ("net", "mlp"), ("form", "waveform")]


@given(st.randoms(use_true_random=False), st.sampled_from(["It is so.", "The first LSTM.", "LSTMs for music tagging."]))
def test_first_is_decided_by_the_concepts_of_earlier_works(dice, statement: str):
    """What a plain search through the works and their concepts says."""
    years = {"s": 2000} | {f"w{k}": dice.choice([1990, 1995, 1999, 2000, 2005, None]) for k in range(dice.randrange(9))}
    concepts = {w: dice.sample(LABELS, dice.randrange(4)) for w in years}
    concepts["s"] = dice.sample(LABELS, 3)
    graph = CitationGraph.from_edges([], years=years)
    rows = [(w, *label, "x") for w, own in concepts.items() for label in own]
    graph.__dict__["_concepts"] = type(graph.concepts)(rows, columns=graph.concepts.columns)
    graph.__dict__["article_claims"] = (claim("first", "s", statement=statement),)
    (found,) = verdicts(graph)
    own = set(concepts["s"])
    named = {label for label in own if label[1] in {"music tagging", "lstm"} and label[1] in statement.lower()}

    def kinds(labels: set[tuple[str, str]]) -> int:
        return len({scheme for scheme, _ in labels})

    def alike(w: str) -> bool:
        return named <= set(concepts[w]) if named else kinds(own & set(concepts[w])) > 1

    earlier = [w for w, y in years.items() if y is not None and y < 2000]
    recorded = [w for w in earlier if concepts[w]]
    beaten = [w for w in recorded if own <= set(concepts[w]) or (kinds(named) > 1 and named <= set(concepts[w]))]
    unsure = [w for w, y in years.items() if w != "s" and y in (None, 2000) and (not concepts[w] or alike(w))]
    assert (found.k, found.n) == (sum(map(alike, recorded)), len(recorded))
    if beaten and kinds(own) > 1:
        assert found.verdict == CONTRADICTED
    elif not earlier or any(map(alike, recorded)) or (kinds(own) < 2 and not named):
        assert found.verdict == OPEN
    elif len(recorded) == len(earlier) and not unsure:
        assert found.verdict == SUPPORTED
    else:
        assert found.verdict == (only_in(RECORDED) if len(recorded) >= 5 else OPEN)


def test_what_a_work_proposes_is_recorded_by_others():
    """Another source that records what the statement names supports it; the article itself does not."""
    graph = claimed("proposes", [], {"s": 2012}, concepts={"s": ["chord recognition"]}, objects=())
    assert verdict(graph) == OPEN  # the statement names no concept
    graph.__dict__["article_claims"] = (claim("proposes", statement="It proposed networks for chord recognition."),)
    assert verdict(graph) == "supported in its subject (chord recognition), open elsewhere"
    graph.__dict__["_concepts"] = graph.concepts.assign(source="article: References")
    assert verdict(graph) == OPEN
