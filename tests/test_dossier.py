"""The dossier: one page on a work, every number the one that `kg why` explains, hostile titles shown as text."""

import json
import math
import shlex
from pathlib import Path

import pytest

from kg.analysis.metric import dossier_metrics
from kg.graph.citation_graph import CitationGraph
from kg.graph.folder import Workspace
from kg.model import Batch, Citation, Claim, Concept, Outcome, Retrieval, Work
from kg.output.dossier.content import dossier
from kg.output.dossier.formats import to_html, to_markdown, to_text
from kg.output.dossier.sections import sparkline

HOSTILE = "<script>alert(1)</script> | `x` [a](javascript:b) \x1b[31m & *more*"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An old work with a hostile title, cited late; a work nobody cites; an undated one."""
    folder = str(tmp_path_factory.mktemp("dossier") / "g")
    works = [
        Work(id="old", title=HOSTILE, year=1980, authors=("Able, A.",)),
        *(Work(id=f"n{k}", title=f"Later work {k}", year=1998 + k, seed=k == 9) for k in range(12)),
        Work(id="lone", title="Nobody knows", year=1985),
        Work(id="undated", title="Some time"),
    ]
    pairs = [*((f"n{k}", "old") for k in range(0, 12, 2)), *((f"n{k}", f"n{k - 1}") for k in range(1, 12))]
    with Workspace.writing(folder, "test") as (_, writer):
        writer.add(
            Batch(
                works=works,
                citations=[Citation(citing=a, cited=b, source="s") for a, b in pairs],
                retrievals=[
                    Retrieval(work=w.id, list="references", outcome=Outcome.COMPLETE, source="s") for w in works[1:13]
                ],
                concepts=[Concept(work=w, scheme="task", label="fugue", source="s") for w in ("old", "n9", "lone")],
                claims=[
                    Claim(
                        id="c",
                        statement="It began <b>all</b>.",
                        kind="first",
                        place="p. 1",
                        article="An article",
                        roles=(("old", "subject"),),
                    )
                ],
            )
        )
    return folder


def of(folder: str, id_: str):
    """The dossier of a work."""
    return dossier(Workspace.open(folder).graph, id_)


@pytest.mark.long
def test_every_number_is_the_one_that_why_explains(folder: str, kg_here):
    """Each figure is the metric's, and its command, run as it stands, gives it again."""
    page = of(folder, "old")
    graph = Workspace.open(folder).graph
    assert list(page.figures) == [metric.name for metric in dossier_metrics()]
    for metric in dossier_metrics():
        value, name = metric(graph, **metric.dossier)["old"], metric.name
        shown = page.figures[name].value
        assert (shown is None) == math.isnan(value)
        assert shown is None or shown == value
        assert shown is not None or page.figures[name].result["reason"]
    assert page.figures["citations_held"].value == 6
    for name in ("wake", "impact_sequence"):
        figure = page.figures[name]
        assert figure.result == kg_here(*shlex.split(figure.why)[1:], "--json", graph=folder).json()["result"]


def test_an_id_stays_one_word_in_a_shell(tmp_path: Path):
    """The commands of a page name a work whose id holds what a shell would act on, and the graph it lies in."""
    id_ = 'a"; $(touch x) `b`'
    with Workspace.writing(str(tmp_path / "graphs" / "g g"), "test") as (_, writer):
        works = [Work(id=id_, title="Odd", year=1990), Work(id="late", title="Late", year=2000, seed=True)]
        writer.add(Batch(works=works, citations=[Citation(citing="late", cited=id_, source="s")]))
    page = of(str(tmp_path / "graphs" / "g g"), id_)
    assert shlex.split(page.figures["wake"].why) == [*("kg", "why", id_, "wake", "--robust", "true", "--graph", "g g")]
    assert shlex.split(page.paths[0].why) == ["kg", "path", id_, "late", "--graph", "g g"]


def test_the_page_holds_history_claims_paths_and_gaps(folder: str):
    """The late citations, the claim with its verdict, the way to the later seed, the unknown list."""
    content = of(folder, "old")
    page = content.as_dict()
    assert sum(page["history"]["counts"]) <= 6
    assert page["history"]["first"] == 1980
    (claim,) = page["claims"]
    assert (claim["statement"], bool(claim["verdict"]), bool(claim["because"])) == ("It began <b>all</b>.", True, True)
    (way,) = page["paths"]
    assert (way["status"], way["path"]) == ("path", ("old", "n8", "n9"))
    assert page["descendants"] == {
        "works": 12,
        "generations": 2,
        "latest": 2009,
        "searched": 15,
        "unknown": 3,
        "extent": "3 of the 15 works of its year or later, or without a year, have no known reference list, so there may be more descendants",
    }
    for render in (to_text, to_markdown, to_html):
        assert "12 works descend from it, over 2 generations, up to 2009" in render(content)
        assert page["descendants"]["extent"] in render(content)
    assert page["gaps"]["reference_list"] == "UNKNOWN"
    assert page["gaps"]["held"] == {"references": 0, "citations": 6}
    json.dumps(page, allow_nan=False)


@pytest.mark.parametrize("id_", ["lone", "undated"])
def test_a_work_of_which_little_is_known_still_has_a_page(folder: str, id_: str):
    """Nulls come with reasons, and every form of the page says so."""
    page = of(folder, id_)
    assert all(figure.result["reason"] for figure in page.figures.values() if figure.value is None)
    for render in (to_text, to_markdown, to_html):
        assert "no value" in render(page)


def test_a_graph_made_in_python_has_a_dossier_without_commands():
    """What the tables hold is said; no command is named, because none reads such a graph."""
    edges = [("b", "a"), ("c", "b")]
    graph = CitationGraph.from_edges(edges, years={"a": 1989, "b": 2002, "c": 2016}, titles={"a": "The first"})
    page = dossier(graph, "a")
    assert (page.work.title, page.work.year, page.work.date, page.work.identifiers) == ("The first", 1989, None, ())
    assert [way.path for way in page.paths] == [("a", "b"), ("a", "b", "c")]
    assert page.commands == {}
    for render in (to_text, to_markdown, to_html):
        assert "kg why" not in render(page)
        assert "2 later works can be traced back to it along citations" in render(page)
    json.dumps(page.as_dict(), allow_nan=False)


@pytest.mark.long
def test_titles_are_text_in_every_form(folder: str, kg_here, tmp_path: Path):
    """Markup of a title or claim is shown, never obeyed; the terminal gets no control characters."""
    page = of(folder, "old")
    html = to_html(page)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b>all" not in html
    markdown = to_markdown(page)
    assert markdown.startswith(r"# \<script\>alert(1)\</script\> \| \`x\` \[a\](javascript:b)")
    shown = kg_here("dossier", "old", graph=folder).out
    assert "\x1b" not in shown
    assert "HISTORY" in shown
    kg_here("dossier", "old", "page.html", graph=folder)
    assert (tmp_path / "page.html").read_text() == html
    assert "already exists" in kg_here("dossier", "old", "page.html", graph=folder, code=2).err
    assert "does not end in .html" in kg_here("dossier", "old", "page.pdf", graph=folder, code=2).err


def test_sparklines_scale_to_their_peak():
    """A dot is nothing, the highest bar the most; one citation is always seen."""
    assert sparkline([0, 1, 100]) == "·▁█"
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "··"


@pytest.mark.long
def test_a_dossier_of_the_bundled_graph(kg_here):
    """Todd and Loy (1989): the helper that carries its wake, the way to MusicVAE, and numbers that say they do not know."""
    page = kg_here("dossier", "Todd 1989", "--json").json()
    assert page["figures"]["wake"]["helper"] == "eck2002first"
    assert page["figures"]["beauty"]["value"] is None
    ways = {way["to"]["id"]: way for way in page["paths"]}
    assert ways["roberts2018hierarchical"]["path"][1:-1] == [
        "eck2002first",
        "graves2013generating",
        "raffel2016learning",
    ]
    assert ways["oord2016wavenet"]["status"] == "unknown"
    assert page["descendants"]["works"] == 188
