"""Where a work stands in a whole catalogue: kept with its source, shown, carried through exports, and gone as of a year."""

import json

import pytest

from kg.facts import Fact
from kg.global_figures import FACT, GlobalFigure, GlobalFigures, figures_in, in_brief, missing, other_figures, standing
from kg.graph.manifest import rows
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.library.graph import open_graph
from kg.model import Batch, Citation, Work
from kg.output.rdf.triples import ntriples


def figures(value=41, works=12034, lower=11210, equal=15, *, more=(), works_there=None, **about):
    """The record of a work of 1989 in Music, cited as often as given."""
    cited = GlobalFigure(metric="citations", value=value, works=works, lower=lower, equal=equal)
    head = {
        "source": "corpus:openalex/all",
        "catalogue": "openalex",
        "snapshot": "2026-06-01",
        "corpus": "all",
        "year": 1989,
    }
    head |= {"field": "Music", "cohort": "Music"}
    return GlobalFigures(**head | about, works=works_there, figures=(cited, *more))


@pytest.fixture
def graph(tmp_path):
    """A work with figures, cited by one without."""
    beauty = GlobalFigure(metric="beauty", value=14.25, works=9000, lower=8000, equal=2)
    late = GlobalFigure(metric="disruption", value=None, reason="no reference list")
    found = figures(more=(beauty, late), references=0, known_lists=0.62)
    works = [
        Work(
            id="old", title="Old", year=1989, source="openalex", facts=(found.fact, Fact("type", "article", "openalex"))
        ),
        Work(id="new", title="New", year=2001, source="openalex"),
    ]
    with Writer.open(tmp_path / "graph.sqlite", "test", name="g") as writer:
        writer.add(Batch(works=works, citations=[Citation(citing="new", cited="old", source="openalex")]))
    return open_graph(f"{tmp_path}/")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (figures(), "93 of 100 are cited less; it is cited by 41 works there."),
        (figures(lower=11985, equal=3), "only 46 are cited more; it is cited by 41 works there."),
        (figures(lower=12033, equal=1), "none is cited more; it is cited by 41 works there."),
        (figures(lower=12030, equal=4), "none is cited more, and 3 as often; it is cited by 41 works there."),
        (figures(value=0, lower=0, equal=8000), "it is one of 8,000 that are not cited; it is not cited there."),
        (figures(value=1, lower=5, equal=4000), "5 of 12,034 are cited less; it is cited by 1 work there."),
        (figures(works=12, lower=3, equal=1), "There are only 12 works of 1989 in Music in OpenAlex (snapshot of 2026-06-01), too few"),
        (figures(works=None, lower=None, equal=None), "It was not compared with the works of 1989 in Music"),
        (figures(year=None), "It has no year in OpenAlex (snapshot of 2026-06-01), so it cannot be compared"),
        (figures(value=None), "How often it is cited in OpenAlex (snapshot of 2026-06-01) is not known."),
        (figures(field="", cohort=""), "Among the 12,034 works of 1989 in all fields (its own is not known) in OpenAlex"),
        (figures(cohort=""), "works of 1989 in all fields (those in Music are too few) in OpenAlex"),
        (figures(first=1987, last=1991), "Among the 12,034 works of 1987 to 1991 in Music"),
        (figures(generated=True), "in the generated corpus all (works that do not exist), 93 of 100 are cited less"),
        (figures(works=40, lower=30, equal=1), "30 of 40 are cited less"),
    ],
)  # fmt: skip
def test_the_sentence_says_of_which_works_and_never_more_than_is_known(found, words):
    """Population, catalogue and snapshot are named; unknown is not zero, and few works are no percentile."""
    assert words in standing(found)


def test_fewer_than_thirty_works_give_no_percentile():
    """29 works of a year and field are too few, 30 are enough."""
    few, enough = (figures(works=n, lower=20, equal=1).figures[0].percentile for n in (29, 30))
    assert few is None
    assert enough == 20.5 / 30
    assert in_brief(figures(works=29, lower=20, equal=1)) is None
    assert in_brief(figures()) == "93 of 100"


@pytest.mark.parametrize("lower", [0, 1, 119, 120, 121, 11913, 11914, 12021, 12022, 12033])
def test_a_share_is_never_rounded_up(lower):
    """Whatever the share, as many works as are said to be cited less are."""
    part, whole = (int(n.replace(",", "")) for n in in_brief(figures(lower=lower, equal=1)).split(" of "))
    assert part / whole <= lower / 12034 < (part + 1) / whole


def test_what_limits_it_is_said():
    """How many reference lists of the corpus are known; nothing where that is not told."""
    assert missing(figures(known_lists=0.62)).startswith("62% of the works there have a known reference list")
    assert missing(figures()) == ""


def test_a_page_rank_is_told_beside_the_mean():
    """A share of all visits says nothing to a reader; how many times the mean it is does."""
    rank = GlobalFigure(metric="pagerank", value=4.2e-6)
    words = "Other figures there: PageRank 4.2 times the mean of the 1,000,000 works there."
    assert other_figures(figures(more=(rank,), works_there=1_000_000)) == words


def test_a_record_comes_back_from_its_fact():
    """The record in a fact is the record, whatever of it is unknown."""
    for found in (figures(), figures(year=None, field="", snapshot="", references=2, known_lists=0.5, generated=True)):
        assert figures_in([found.fact]) == (found,)
    assert json.loads(figures().fact.value)["corpus"] == "all"


@pytest.mark.parametrize(
    "value",
    ["", "no JSON", "[]", "3", "null", '{"figures": 3}', '{"figures": [{}]}', '{"year": "<b>"}', '{"figures": [{"metric": "x", "value": NaN}]}', '{"figures": [{"metric": "x", "value": 1e999}]}'],
)  # fmt: skip
def test_what_others_wrote_into_such_a_fact_is_passed_over(value):
    """A document of another shape, as a foreign file may hold it, is no record."""
    assert figures_in([Fact(FACT, value, "openalex")]) == ()


def test_a_measure_of_any_name_is_told():
    """What is no measure of kg is told by its name, whatever signs are in it."""
    assert (
        other_figures(figures(more=(GlobalFigure(metric="{x} 100%", value=2),))) == "Other figures there: {x} 100% 2."
    )


def test_the_latest_snapshot_comes_first():
    """Of several cuts the latest one counts; a catalogue that says it anew replaces what it said."""
    old = figures(snapshot="2025-01-01")
    assert figures_in([old.fact, figures().fact]) == (figures(), old)


def test_show_dossier_and_forgotten_tell_it(graph):
    """One line in `kg show`, a paragraph in the dossier, a column of the forgotten works; the record in their documents."""
    line = "Among the 12,034 works of 1989 in Music in OpenAlex (snapshot of 2026-06-01), 93 of 100 are cited less"
    shown = graph.show("old")
    assert line in repr(shown)
    (record,) = shown.as_dict()["global_figures"]
    assert record["figures"][0] == {
        "metric": "citations", "value": 41, "works": 12034, "lower": 11210, "equal": 15, "reason": "", "percentile": (11210 + 7.5) / 12034,
    }  # fmt: skip
    assert record["known_lists"] == 0.62
    assert FACT not in {fact["name"] for fact in shown.as_dict()["facts"]}
    assert graph.show("new").as_dict()["global_figures"] == []
    page = graph.dossier("old")
    assert line in page.to_markdown().replace("\\", "")
    assert "sleeping beauty coefficient 14.25 (lower for 88 of 100 of these works)" in repr(page)
    assert "62% of the works there" in page.to_html()
    assert page.as_dict()["global_figures"] == [record]
    found = graph.forgotten()
    assert "cited less" in repr(found)
    assert "93 of 100" in repr(found)
    assert {row["id"]: len(row["global_figures"]) for part in found.rows.values() for row in part} == {
        "old": 1,
        "new": 0,
    }
    assert "disruption" not in other_figures(figures_in(graph.find("old").facts)[0])


def test_info_says_from_which_corpus(graph):
    """The corpus, the snapshot, how many works of it and within how many hops."""
    (cut,) = graph.info().facts["corpora"]
    assert cut["snapshot"] == "2026-06-01"
    assert (cut["works"], cut["named"]) == (1, 1)
    assert "1 work cut from OpenAlex (snapshot of 2026-06-01), corpus all: 1 work named" in repr(graph.info())


def test_it_is_of_today_and_gone_as_of_a_year(graph):
    """As reported counts are, figures of a catalogue of today are no part of the graph as of 1995."""
    assert graph.as_of(1995).show("old").as_dict()["global_figures"] == []
    assert graph.as_of(1995).info().facts["corpora"] == []


def test_it_survives_every_export_that_keeps_all(graph, tmp_path):
    """CSV and RDF give the same records back, down to the last character."""
    import kg

    held = rows(Store.open(tmp_path / "graph.sqlite"), "works")
    graph.export("csv", tmp_path / "tables")
    graph.export("ttl", tmp_path / "x.ttl")
    for name, file in (("a", "tables"), ("b", "x.ttl")):
        kg.ingest([tmp_path / file], graph=f"{tmp_path}/{name}")
        assert rows(Store.open(tmp_path / name / "graph.sqlite"), "works") == held
    assert any("globalFigures" in line for line in ntriples(Store.open(tmp_path / "graph.sqlite")))
