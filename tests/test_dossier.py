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
from kg.output.dossier.sections import bars, sections, sparkline

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


def test_who_cites_it_stands_near_the_top(folder: str, kg_here):
    """Of how many later works with known lists it is cited, in a sentence in every form; the command gives the same."""
    page = of(folder, "old")
    (one,) = page.cited_by
    assert one.words.startswith("cited by 6 of the 12 later works whose reference lists are known")
    assert (one.standing["k"], one.standing["n"], one.standing["N"]) == (6, 12, 13)
    result = kg_here(*shlex.split(one.why)[1:], "--json", graph=folder).json()["result"]
    assert {name: one.standing[name] for name in ("k", "n", "verdict")} == {n: result[n] for n in ("k", "n", "verdict")}
    for render in (to_text, to_markdown, to_html):
        text = render(page)
        assert (
            text.index("12 later works can be traced")
            < text.index("Cited by 6 of the 12 later works")
            < text.index("itations by year")
        )
    for id_, said in (("undated", "the work has no year"), ("n11", "no later work of this graph could cite it")):
        assert f"Nothing can be said of later works: {said}" in to_text(of(folder, id_))


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


def planted(unknown: int = 0) -> CitationGraph:
    """A work of 1980, silent for ten years of nine lists each, unseen for two years, then cited by five of nine a year."""
    years, edges, outcomes = {"old": 1980, "other": 1980}, [], {}
    for year in [*range(1981, 1991), *range(1993, 1999)]:
        for k in range(9 + unknown):
            years[f"{year}-{k}"] = year
            edges.append((f"{year}-{k}", "old" if year > 1990 and not 5 <= k < 9 else "other"))
            outcomes[f"{year}-{k}"] = Outcome.COMPLETE if k < 9 else Outcome.PARTIAL
    return CitationGraph.from_edges(edges, years=years, outcomes=outcomes)


def test_silence_is_drawn_over_the_lists_that_were_known():
    """A band of known lists behind the citations, years without them hatched, and how many of them cite the work."""
    page = dossier(planted(), "old")
    years = {bar.year: bar for bar in bars(page)}
    assert [year for year, bar in years.items() if not bar.heard] == [1980, 1991, 1992]
    assert (years[1981].band, years[1981].height) == (100, 0)
    assert (years[1995].known, years[1995].height) == (100, 100)
    html = to_html(page)
    assert html.count('class="unheard"') == 3
    assert html.count('class="lists"') == 16
    assert 'class="all"' not in html
    assert "Pale: known reference lists of each year, up to 9. Hatched: years with fewer than 5" in html
    (history,) = (section for section in sections(page) if section.title == "History")
    assert history.lines[1].startswith("1980 ×██████████××██████ 1998")
    assert history.lines[-2:] == [
        "30 of the 144 reference lists known in the 16 later years that have at least 5 cite it",
        "By this rate, it awoke between 1991 and 1993",
    ]


def test_citations_by_lists_known_in_part_are_outlined():
    """They are citations, but not of those that the band counts."""
    page = dossier(planted(unknown=3), "old")
    bar = next(bar for bar in bars(page) if bar.year == 1995)
    assert (bar.citations, bar.height, bar.lists) == (8, 100, 9)
    assert bar.known == 62.5
    html = to_html(page)
    assert html.count('class="all"') == html.count('class="known"') == 6
    assert "Outlined: citations by works whose reference list is known only in part." in html


@pytest.mark.long
def test_a_dossier_of_the_bundled_graph(kg_here):
    """Todd and Loy (1989): the helper that carries its wake, the way to MusicVAE, and numbers that say they do not know."""
    page = kg_here("dossier", "Todd 1989", "--json").json()
    assert page["figures"]["wake"]["helper"] == "eck2002first"
    assert page["figures"]["beauty"]["value"] is None
    cited_by = {each["standing"]["population"]: each for each in page["cited_by"]}
    assert cited_by["ismir-2018"]["words"].startswith("cited by 2 of the 86 ISMIR 2018 papers")
    assert cited_by["deep-learning"]["standing"]["verdict"] == "well known"
    ways = {way["to"]["id"]: way for way in page["paths"]}
    assert ways["roberts2018hierarchical"]["path"][1:-1] == [
        "eck2002first",
        "graves2013generating",
        "raffel2016learning",
    ]
    assert ways["oord2016wavenet"]["status"] == "unknown"
    assert page["descendants"]["works"] == 188
