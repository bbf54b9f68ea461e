"""`kg start`: a newcomer brings an input and has a page open and a sentence of an answer, with services and without."""

import re
import shlex
from pathlib import Path

import pytest
from live_net import Net, always
from live_net import net as _net
from markupsafe import escape
from standins import second
from test_readme import README
from test_second_sources import work

import kg
from kg.model import Citation
from kg.output.report import figures

net = _net
DOIS = "# my reading list\n10.1000/S\n10.1000/E\n"
BIB = """@article{s, title={The remarkable case of S}, author={Berg, Ada}, year={2000}, doi={10.1000/S}}
@article{e, title={The remarkable case of E}, author={Berg, Ada}, year={2000}, doi={10.1000/E}}
@article{n, title={Nobody ever wrote about this one}, author={Nil, No}, year={1990}}
"""
ARTICLE = """# How S was found

Much was written about S (Berg 2000).

## References

- Berg, A. (2000). The remarkable case of S. https://doi.org/10.1000/S
- Berg, A. (2000). The remarkable case of E. doi:10.1000/e
- Todd, P. M. (1989). A connectionist approach to algorithmic composition. Computer Music Journal, 13(4).
"""
INPUTS = {"dois.txt": DOIS, "my.bib": BIB, "article.md": ARTICLE}
DRAWN = figures._figure


@pytest.fixture(autouse=True)
def drawings_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put words in the place of drawings, which take half of the time of a report: test_report.py looks at them."""
    monkeypatch.setattr(figures, "_figure", lambda _, title, *__, **___: figures.Figure(escape(title), title))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pages that were opened in the browser."""
    pages: list[str] = []

    def open_(url: str) -> bool:
        assert Path(url.removeprefix("file://")).read_text(encoding="utf-8").startswith("<!doctype html>")
        pages.append(url.rpartition("/")[2])
        return True

    monkeypatch.setattr("webbrowser.open", open_)
    return pages


def requests(net: Net) -> int:
    """How many requests all services got."""
    return sum(len(server.log) for server in net.servers.values())


@pytest.mark.parametrize("name", INPUTS)
def test_a_newcomer_has_a_page_open_and_a_sentence_of_an_answer(name: str, net: Net, kg_here, opened: list[str]):
    """A list of DOIs, a .bib and an article: the command of the README, nothing else; asked again, nothing is sent."""
    (net.folder / name).write_text(INPUTS[name], encoding="utf-8")
    command = next(line for line in README.splitlines() if line.startswith("kg start my.bib")).split("#")[0]
    words = shlex.split(command.replace("my.bib", name))[1:]
    run = kg_here(*words, code=None)
    assert run.code in (0, 3), run.err
    assert opened == ["report.html", "map.html"]
    assert "asking openalex, crossref, s2 for at most 120 s each (--budget)" in run.err
    said = run.out.split("What these data say\n")[1].split("\n\n")[0].splitlines()
    assert re.fullmatch(r"- Cited most\. .+ is cited by \d+ works of this graph, from .+ to .+\.", said[0])
    assert any(line.startswith(("- Not known. ", "- Known. ")) for line in said)
    folder = net.folder / "graphs" / name.partition(".")[0]
    assert f"graphs/{folder.name}/map.html" in run.out
    assert "The remarkable case of" in (folder / "map.html").read_text(encoding="utf-8")
    assert run.out.count("\nnext: ") == 1
    sent = requests(net)
    assert sent
    again = kg_here(*words, code=run.code)
    assert requests(net) == sent, "what came is not asked for again"
    assert again.out.split("What these")[1] == run.out.split("What these")[1]


def test_python_gives_what_the_command_prints(net: Net, kg_here, monkeypatch: pytest.MonkeyPatch):
    """The same document and text; what is found is in the graph."""
    (net.folder / "dois.txt").write_text(DOIS)
    monkeypatch.chdir(net.folder)
    story = kg.start("dois.txt")
    assert kg_here("start", "dois.txt", "--json").json() == story.as_dict()
    assert story.as_dict()["works"] == len(kg.open_graph("dois")) == 6
    assert str(story).startswith("dois.txt (ids): 2 of 2 references found; 6 works and 6 citations in the graph dois\n")


@pytest.mark.long
def test_pages_of_a_large_graph_are_made_by_other_processes(net: Net, kg_here, monkeypatch: pytest.MonkeyPatch):
    """The same pages; of a still larger graph the report is left to `kg report`, which is said, and no older one stays."""
    (net.folder / "dois.txt").write_text(DOIS)
    monkeypatch.chdir(net.folder)
    monkeypatch.setattr(figures, "_figure", DRAWN)  # as the other process draws it
    monkeypatch.setattr("kg.library.start._LARGE", 1)
    assert "report.html" in kg_here("start", "dois.txt", "--no-open").out
    folder, made = net.folder / "graphs" / "dois", kg.open_graph("dois")
    assert (folder / "map.html").read_text(encoding="utf-8") == str(made.map())
    assert (folder / "report.html").read_text(encoding="utf-8") == str(made.report())
    monkeypatch.setattr("kg.library.start._MOST", 5)
    run = kg_here("start", "dois.txt", "--no-open")
    assert "report.html" not in run.out
    assert (
        "The report of 6 works takes about 0.2 GB of memory: `kg report graphs/dois/report.html --graph dois`"
        in run.err
    )
    assert [path.name for path in folder.glob("*.html")] == ["map.html"]


@pytest.mark.parametrize("named", ["10.1000/S", "https://doi.org/10.1000/S", "The remarkable case of S"])
def test_a_work_is_enough(named: str, net: Net, kg_here, opened: list[str]):
    """A DOI, its address, or a title that a service knows: the work with whom it cites and who cites it."""
    run = kg_here("start", named)
    assert run.out.startswith("Berg 2000: The remarkable case of S: 5 works and 4 citations in the graph ")
    assert opened == ["report.html", "map.html"]


def test_a_work_that_kg_brings_along_needs_no_service(net: Net, kg_here):
    """By arXiv id, or as people name it; a title that fits two is refused, with both; nothing is sent."""
    out = kg_here("start", "arXiv:1609.03499", "--offline", "--no-open").out
    assert out.startswith("van den Oord et al. 2016: WaveNet: ")
    assert "next: `kg start arXiv:1609.03499` asks the services for what is missing" in out
    assert kg_here("start", "Todd 1989", "--offline", "--no-open", "-g", "t").out.startswith(
        "Todd 1989: A connectionist"
    )
    err = kg_here("start", "deep learning", code=2).err
    assert "lecun2015deep" in err
    assert "goodfellow2016deep" in err
    assert requests(net) == 0
    assert sorted(p.name for p in (net.folder / "graphs").iterdir()) == ["1609.03499", "t"]


def test_titles_that_services_do_not_surely_know(net: Net, kg_here):
    """None, one that is too short to be sure, two of one title: exit 5, 5, 2, with what it may be; no graph is left."""
    works = [
        work("x", title="Short one"),
        work("y", title="A title that stands twice"),
        work("z", title="A title that stands twice"),
    ]
    for name, kind in (("openalex", second.OpenAlex), ("crossref", second.Crossref)):
        net.servers[name]._state.api = kind.of(works, [Citation(citing="x", cited="y", source="x")])
    assert (
        "no service knows a work by 'Unheard melodies of Arcadia'"
        in kg_here("start", "Unheard melodies of Arcadia", code=5).err
    )
    near = kg_here("start", "Short one", code=5).err
    assert "kg: no work is surely called 'Short one'\nif it is one of these" in near
    assert "Berg 2000: Short one" in near
    twice = kg_here("start", "A title that stands twice", code=2).err
    assert twice.count("Berg 2000: A title that stands twice") == 2
    assert not list((net.folder / "graphs").iterdir())


@pytest.mark.parametrize(
    ("named", "code", "message"),
    [
        ("", 2, "the input is empty"),
        ("10.1000/nobody", 5, "no service knows a work by '10.1000/nobody'"),
        ("https://example.org/essay", 5, "kg reads no web pages\n    save the page, and start with the file"),
        ("nothere.bib", 2, "file not found: nothere.bib"),
        ("not here.bib", 2, "file not found: not here.bib"),
        ("in", 2, "in is a folder\n    name one file, such as in/my.bib"),
        ("none", 2, "none is a folder\n    name a file"),
        ("empty.md", 2, "empty.md is empty"),
        ("x.pdf", 2, "x.pdf is a PDF"),
    ],
)
def test_what_cannot_be_started_from_is_one_line(
    named: str, code: int, message: str, net: Net, kg_here, opened: list[str]
):
    """A line, what to do, the documented exit code; no graph, no page."""
    for folder in ("in", "none"):
        (net.folder / folder).mkdir()
    (net.folder / "in" / "my.bib").write_text(BIB)
    (net.folder / "empty.md").touch()
    (net.folder / "x.pdf").write_bytes(b"%PDF-1.4\x00")
    run = kg_here("start", named, code=code)
    assert message in run.err
    assert (run.out, opened) == ("", [])
    assert not list(net.folder.glob("graphs/*"))


@pytest.mark.parametrize("fault", ["503", *(pytest.param(fault, marks=pytest.mark.long) for fault in ("429", "cut"))])
def test_with_every_service_dead_it_works_from_what_is_at_hand(fault: str, net: Net, kg_here, opened: list[str]):
    """The graph of file and bundled data, both pages, what is missing and the command for it; exit 3."""
    net.faults |= {name: always(fault) for name in ("openalex", "crossref", "s2")}
    (net.folder / "article.md").write_text(ARTICLE)
    run = kg_here("start", "article.md", code=3)
    assert "is cited by 19 works of this graph, from Mozer & Soukup 1990" in run.out
    services = ("openalex", "crossref", "semantic-scholar")
    assert all(f"- {name} gave up: " in run.out for name in services)
    told = kg_here("info", graph="article").out
    for name, address in zip(services, ("openalex", "crossref", "s2"), strict=True):
        (line,) = (line for line in told.splitlines() if line.startswith(f"{name}: fetching "))
        host = net.servers[address].url.removeprefix("http://").partition(":")[0]
        assert host in line
        assert "; " not in line
    assert "Data: Semantic Scholar" not in told, "nothing came from it"
    assert "next: `kg start article.md` asks the services for what is missing" in run.out
    assert "kg: not everything came: 3 sources gave no further answer" in run.err
    assert opened == ["report.html", "map.html"]
    assert kg_here("start", "10.1000/S", code=4).err.count("and no service answers") == 1
    assert sorted(p.name for p in (net.folder / "graphs").iterdir()) == ["article"]
    net.faults.clear()
    assert "2 works and" not in kg_here("start", "article.md", code=None).out
    assert kg.open_graph(net.folder / "graphs" / "article").coverage() > 0


@pytest.mark.long
def test_the_budget_ends_it_and_the_next_run_goes_on(net: Net, kg_here):
    """Fifty titles at a request a second do not fit in ten seconds: exit 3, what came is kept; then the rest is asked."""
    text = "".join(
        f"@misc{{k{k}, title={{Nobody ever indexed the case {k} of all}}, year={{1990}}}}\n" for k in range(30)
    )
    (net.folder / "many.bib").write_text(text + BIB)
    began = net.clock.time
    run = kg_here("start", "many.bib", "--budget", 10, "--no-open", code=3)
    assert "openalex gave up: the 10 s for 127.0.0.1 without OPENALEX_API_KEY are used up" in run.out
    assert net.clock.time - began < 3 * (10 + 5)
    sent, runs = requests(net), 1
    while "gave up" in run.out:
        run, runs = kg_here("start", "many.bib", "--budget", 10, "--no-open", code=None), runs + 1
        assert sent < (sent := requests(net))
        assert runs < 20
    queries = [request.target for request in net.servers["openalex"].log if "title.search" in request.target]
    assert len(queries) == len(set(queries)), "what was answered is not asked again"


def test_a_list_of_citations_is_not_asked_about_and_a_graph_that_is_there_is_added_to(net: Net, kg_here, monkeypatch):
    """With a key Semantic Scholar comes first, which takes no edge list; a wrong input leaves an existing graph alone."""
    monkeypatch.setenv("S2_API_KEY", "s2-key-1234")
    (net.folder / "edges.csv").write_text("citing,cited\nc,b\nb,a\n")
    run = kg_here("start", "edges.csv", "--no-open")
    assert "3 works and 2 citations in the graph edges" in run.out
    assert requests(net) == 0
    (net.folder / "dois.txt").write_text(DOIS)
    assert "in the graph edges" in kg_here("start", "dois.txt", "--no-open", "-g", "edges", code=None).out
    assert len(net.servers["s2"].log)
    assert "graphs/edges is the folder of a graph" in kg_here("start", "graphs/edges", code=2).err
    kg_here("start", "10.1000/nobody", "-g", "edges", code=5)
    assert len(kg.open_graph(net.folder / "graphs" / "edges")) > 3


def test_a_record_that_cannot_be_read_is_told(net: Net, kg_here):
    """An entry whose brace is not closed is left out, counted and listed, in text and in the document; by the check too."""
    bad = "@article{x, title={An {unclosed brace, year={2001}}\n"
    (net.folder / "my.bib").write_text(bad + BIB)
    run = kg_here("start", "my.bib", "--offline", "--no-open")
    assert "my.bib (bibtex): 3 works read, 0 of them found elsewhere too, 1 record left out or changed; " in run.out
    assert "\nleft out or changed: my.bib line 1: " in run.out
    skipped = kg_here("start", "my.bib", "--offline", "--no-open", "--json").json()["skipped"]
    assert [one["where"] for one in skipped] == ["my.bib line 1"]
    checked = kg_here("credit-check", "my.bib", "--notes", graph="my")
    assert "left out or changed: my.bib line 1: " in checked.err
    assert kg_here("credit-check", "my.bib", "--json", graph="my").json()["skipped"] == skipped


def test_an_address_of_a_page_and_a_list_of_identifiers(net: Net, kg_here):
    """Without services too kg says that it reads no pages; a list of identifiers is not said to lack a title."""
    err = kg_here("start", "https://example.org/essay", "--offline", code=5).err
    assert "kg reads no web pages\n    save the page" in err
    assert "--offline" not in err
    (net.folder / "dois.txt").write_text(DOIS)
    for named in ("dois.txt", "arXiv:1609.03499"):
        assert "is no work of the graph" not in kg_here("start", named, "--offline", "--no-open").out


def test_a_misspelt_title_is_met_with_the_work_it_may_mean(net: Net, kg_here):
    """Of the works that kg brings along, without services."""
    err = kg_here("start", "A conectionist aproach to algorithmic composition", "--offline", code=5).err
    assert "did you mean one of these? Name it by its id:\n" in err
    assert "Todd 1989: A connectionist approach to algorithmic composition" in err
    assert "did you mean" not in kg_here("start", "Unheard melodies of Arcadia", "--offline", code=5).err
