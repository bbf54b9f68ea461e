"""The journey report as a document, and that its figures are those of the commands it names."""

import json
import re
import shlex
from collections import defaultdict
from html import unescape
from pathlib import Path

import pytest
from page_tags import Tags

import kg
from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Outcome, Work
from kg.output.report import figures
from kg.output.report.page import Chapter, Named, Number, Report, Table, render_report
from kg.output.report.report import report_content
from kg.text import number

EVIL = "</script><img src=x onerror=alert(1)> $x^2_{$ <b>"


def small(**titles: str) -> CitationGraph:
    """Eight works of two eras."""
    edges = [("b", "a"), ("c", "b"), ("d", "c"), ("d", "a"), ("e", "d"), ("f", "e"), ("f", "a"), ("g", "f")]
    years = {"a": 1988, "b": 1995, "c": 2010, "d": 2012, "e": 2014, "f": 2016, "g": 2018, "u": None}
    outcomes = dict.fromkeys("bcdefg", Outcome.COMPLETE)
    return CitationGraph.from_edges(
        edges, years=years, titles={k: f"Work {k}" for k in years} | titles, outcomes=outcomes
    )


def test_every_number_leads_to_its_command():
    """A number is a link to a line of the last chapter that holds its command; equal commands share a line."""
    told = (Number("3", "kg info --json"), " works, ", Number("4", "kg info --json"), " and ", Number("7", "kg rpys"))
    chapter = Chapter(
        title="One", paragraphs=[told], tables=[Table(caption="t", head=("n",), rows=[(Number("9", "kg rpys"),)])]
    )
    page = render_report(Report(title="T", subtitle="S", chapters=[chapter]))
    links = re.findall(r'<a class="number" href="#line-(\d+)" title="([^"]+)">(\d)</a>', page)
    assert links == [
        ("1", "kg info --json", "3"),
        ("1", "kg info --json", "4"),
        ("2", "kg rpys", "7"),
        ("2", "kg rpys", "9"),
    ]
    assert re.findall(r'<li id="line-(\d+)"><code>([^<]+)</code>', page) == [("1", "kg info --json"), ("2", "kg rpys")]


def test_one_file_that_asks_for_nothing():
    """A doctype, a policy without any origin, no element that loads anything, figures with a name."""
    page = render_report(report_content(small()))
    tags = Tags(page).found
    policy = next(a["content"] for _, a in tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy
    assert policy.startswith("default-src 'none'")
    assert not [tag for tag, a in tags if tag in {"link", "iframe", "object", "img", "image"} or "src" in a]
    drawings = [a for tag, a in tags if tag == "svg"]
    assert drawings
    assert all(a.get("role") == "img" and a.get("aria-labelledby") for a in drawings)
    ids = [a["id"] for _, a in tags if a.get("id")]
    assert len(ids) == len(set(ids)), "ids of several drawings do not collide"


@pytest.mark.long
def test_hostile_titles_add_no_element_and_are_no_formulas():
    """Titles with markup and dollar signs are shown as they are written, in tables and figures."""
    plain, evil = render_report(report_content(small())), render_report(report_content(small(a=EVIL, f=EVIL)))
    count = lambda page: len([tag for tag, _ in Tags(page).found if tag in {"img", "b", "script"}])  # noqa: E731
    assert count(evil) == count(plain)
    assert EVIL in unescape(evil)


@pytest.mark.long
def test_the_same_graph_gives_the_same_bytes():
    """Nothing in a report depends on time or chance."""
    assert render_report(report_content(small())) == render_report(report_content(small()))


@pytest.mark.long
def test_what_commands_cannot_see_has_no_commands():
    """A graph made in Python is told without commands: none would give its figures again."""
    told = report_content(small())
    page = render_report(told)
    assert told.lines == []
    assert 'class="number"' not in page


def test_a_graph_without_years_and_one_without_works_have_reports():
    """What cannot be told is left out or said, never invented."""
    undated = render_report(report_content(CitationGraph.from_edges([("b", "a")])))
    assert "No work in this graph has a year" in undated
    assert "This graph has no works" in render_report(report_content(CitationGraph.from_edges([])))


def test_works_link_only_to_web_addresses():
    """A work's name is a link where it has an address."""
    page = render_report(
        Report(
            title="T",
            subtitle="",
            chapters=[Chapter(title="c", paragraphs=[(Named("w", "https://doi.org/1"), Named("v"))])],
        )
    )
    assert '<a href="https://doi.org/1" rel="noopener noreferrer" target="_blank" dir="auto">w</a>' in page
    assert '<span dir="auto">v</span>' in page


def test_figures_take_the_colours_of_the_page():
    """No colour of a drawing is fixed where the page has one: dark pages stay dark."""
    drawn = figures.per_year({2000: 3, 2001: 4}, {2000: 1}, 2001, "Works")
    assert "var(--first)" in drawn.svg
    assert "var(--second)" in drawn.svg
    assert not re.search(r"#0[0-9]0[0-9]0[0-9]\b", drawn.svg)
    assert 'aria-labelledby="per-year-title"' in drawn.svg


@pytest.mark.long
def test_a_report_is_written_once(kg_run, tmp_path: Path):
    """`kg report` writes one page with every chapter of the story; a second time it wants --force."""
    said = kg_run("report", "out.html", "--json").json()
    assert (tmp_path / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert len(said["lines"]) > 50
    assert {
        "The field in figures",
        "Where the references lead",
        "Asleep and awake",
        "The main path",
        "Forgotten?",
    } <= set(said["chapters"])
    assert {"The article, checked", "From connectionist to deep learning", "Coverage and gaps", "How to cite"} <= set(
        said["chapters"]
    )
    kg_run("report", "out.html", code=2)


def figures_in(text: str) -> set[str]:
    """Every figure of an answer as a report would show it: numbers, lengths of lists, shares; and its words."""
    numbers: list[float] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            numbers.append(len(value))
            for inner in value:
                walk(inner)
        elif isinstance(value, int | float):
            numbers.append(value)

    try:
        walk(json.loads(text))
    except ValueError:
        numbers += [float(n.replace(",", "")) for n in re.findall(r"-?\d[\d,]*\.?\d*", text)]
    shown = {f"{n:,.0%}" for n in numbers} | {number(n) for n in numbers}
    return shown | set(re.findall(r'"verdict": "([^"]+)"', text))


@pytest.mark.long
def test_the_commands_of_the_report_give_its_figures(kg_here, tmp_path: Path):
    """Of each kind of command the first two: whatever the report links to them is in their answer."""
    kg_here("report", "out.html")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    linked: dict[str, set[str]] = defaultdict(set)
    for command, shown in re.findall(r'<a class="number" href="#line-\d+" title="([^"]+)">([^<]+)</a>', page):
        linked[unescape(command)].add(unescape(shown))
    kinds: dict[str, list[str]] = defaultdict(list)
    for command in linked:
        words = shlex.split(command)
        kinds[words[1] + (words[3] if words[1] == "why" else "")].append(command)
    assert {"info", "rpys", "main-path", "forgotten", "claims", "sparql", "whycitations_held", "whyfirst_use"} <= set(
        kinds
    )
    for commands in kinds.values():
        for command in commands[:2]:
            words = shlex.split(command)[1:]
            answer = kg_here(*words, *(["--json"] if words[0] == "why" else [])).out
            assert linked[command] <= figures_in(answer), command


@pytest.mark.long
def test_whose_data_it_is_stands_in_the_report_and_on_the_map(tmp_path: Path):
    """A graph with citations of Semantic Scholar names it, with its address, on both pages; another graph does not."""
    credit = "https://www.semanticscholar.org/?utm_source=api"
    for name, source in (("s2", "semantic-scholar"), ("own", "list")):
        works = [
            Work(id=id_, title=f"Work {id_}", year=year, source=source) for id_, year in (("a", 1988), ("b", 2016))
        ]
        batch = Batch(works=works, citations=[Citation(citing="b", cited="a", source=source)])
        (tmp_path / name).mkdir()
        with (
            Store.create(tmp_path / name / "graph.sqlite", name=name) as store,
            Writer.open(store.path, "test") as writer,
        ):
            writer.add(batch)
        graph = kg.open_graph(str(tmp_path / name))
        for page in (graph.report(), graph.map()):
            link = f'<p class="attribution" dir="auto">Data: Semantic Scholar, <a href="{credit}" rel="noopener noreferrer"'
            assert (link in page) == (name == "s2")
            assert (credit in page) == (name == "s2")
        if name == "s2":
            assert credit in graph.as_of(2020).report(), "as of a year too"


@pytest.mark.long
def test_works_are_shortened_after_a_word_and_no_verdict_is_repeated_in_vain():
    """Names in figures end after a word; a column that says the same of every work is a sentence instead."""
    told = report_content(small(a="A connectionist approach to algorithmic composition of music for strings"))
    cut = [name for name in re.findall(r">([^<>]*…)<", render_report(told)) if "connectionist" in name]
    assert cut
    assert all(
        re.fullmatch(r"(?:1988 )?A connectionist approach( to( algorithmic( composition)?)?)?…", name) for name in cut
    )
    asleep = next(chapter for chapter in told.chapters if chapter.title == "Asleep and awake")
    assert asleep.tables[0].head[-1] != "Awakening"
    assert "cannot be determined" in str(asleep.paragraphs)


def test_histories_stand_over_the_lists_that_are_known():
    """Hatched are the years of fewer than five known lists, outlined the citations by lists known in part, and only these."""
    past = figures.WorkHistory("One", 1990, [0, 1, 0, 3], [0, 1, 0, 3], [9, 9, 9, 9], None, second_era=False)
    plain, few, part = (
        str(figures.histories([one], "t").svg)
        for one in (past, past._replace(lists=[9, 4, 4, 9]), past._replace(by_known=[0, 1, 0, 1]))
    )
    assert [svg.count("<pattern") for svg in (plain, few, part)] == [0, 1, 0]
    assert [svg.count("var(--crowd)") for svg in (plain, few)] == [4, 4], "a band of no height where too few are known"
    assert part != plain
    assert "var(--sleep)" not in few
