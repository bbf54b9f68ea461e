"""Identifiers: every spelling people use comes to one normal form, and what is none stays none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ids import find_identifiers, iri_of, parse_identifier


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("10.1109/ICNN.1988.23933", "doi:10.1109/icnn.1988.23933"),
        ("doi: 10.1109/ICNN.1988.23933.", "doi:10.1109/icnn.1988.23933"),
        ("https://dx.doi.org/10.1162/neco.2006.18.7.1527", "doi:10.1162/neco.2006.18.7.1527"),
        ("https://www.mitpressjournals.org/doi/abs/10.1162/neco.2006.18.7.1527", "doi:10.1162/neco.2006.18.7.1527"),
        (
            "https://doi.org/10.1002/(SICI)1097-4571(199105)42:4%3C235::AID-ASI1%3E3.0.CO;2-X",
            "doi:10.1002/(sici)1097-4571(199105)42:4<235::aid-asi1>3.0.co;2-x",
        ),
        ("arXiv:1609.03499v2", "arxiv:1609.03499"),
        ("http://arxiv.org/abs/hep-th/9711200v3", "arxiv:hep-th/9711200"),
        ("hep-th/9711200", "arxiv:hep-th/9711200"),
        ("https://arxiv.org/pdf/1609.03499.pdf", "arxiv:1609.03499"),
        ("10.48550/arXiv.1609.03499", "arxiv:1609.03499"),
        ("CorpusID:0012345", "corpus:12345"),
        ("https://api.semanticscholar.org/CorpusID:6254678", "corpus:6254678"),
        ("https://www.semanticscholar.org/paper/Title/" + "Ab" * 20, "s2:" + "ab" * 20),
        ("https://www.semanticscholar.org/paper/Title/" + "ab" * 20, "s2:" + "ab" * 20),
        ("AB" * 20, "s2:" + "ab" * 20),
        ("https://openalex.org/W2114420961", "openalex:W2114420961"),
        ("https://aclanthology.org/P02-1040.pdf", "acl:P02-1040"),
        ("PMID: 12345", "pmid:12345"),
        ("pmid:abc", None),
        ("doi:not-a-doi", None),
        ("arxiv:nonsense", None),
        ("https://example.org/x", "url:https://example.org/x"),
        ("http://[x", None),
        ("Todd 1989", None),
        ("12345", None),
        ("doi:", None),
        ("", None),
    ],
)
def test_every_spelling_has_one_normal_form(text: str, normal: str | None):
    """The normal form, or None where the text is no identifier kg knows."""
    assert parse_identifier(text) == normal


@given(st.text(max_size=60))
def test_a_normal_form_is_its_own_normal_form(text: str):
    """Parsing never fails, and parsing twice changes nothing."""
    once = parse_identifier(text)
    if once is not None:
        assert parse_identifier(once) == once


def test_identifiers_are_found_in_running_text_once_each():
    """Brackets and full stops around an identifier are not part of it."""
    text = "(see https://doi.org/10.1000/abc(1).) and arXiv: 1803.05428, again 10.1000/abc(1); 10.1002/a42:4<235::AID-ASI1>3.0.CO;2-X; <http://arxiv.org/abs/1803.05428>"
    assert find_identifiers(text) == [
        "doi:10.1000/abc(1)",
        "arxiv:1803.05428",
        "doi:10.1002/a42:4<235::aid-asi1>3.0.co;2-x",
    ]


def test_only_known_schemes_have_an_address():
    """An identifier without a web address gives None, never a made-up link."""
    assert iri_of("arxiv:1609.03499") == "https://arxiv.org/abs/1609.03499"
    assert iri_of("mag:123") is None


@pytest.mark.parametrize("text", ["url:javascript:alert(1)", "url: data:text/html,x", "url:", "url:JAVASCRIPT://x"])
def test_an_address_that_a_browser_would_run_is_no_identifier(text: str):
    """Only web addresses are taken, and a page never links to another kind, wherever it was read."""
    assert parse_identifier(text) is None
    assert iri_of(text) is None
    assert parse_identifier("url:https://doi.org/10.1000/x") == "doi:10.1000/x"
    assert iri_of("url:https://example.org/x") == "https://example.org/x"
