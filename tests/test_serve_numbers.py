"""Numbers on pages equal `kg ... --json`, to the last digit."""

import json
import shlex
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from page_numbers import exact_numbers, numbers_in, text_of
from starlette.testclient import TestClient

import kg
from kg.analysis.definition import overview
from kg.library.graph import Graph
from kg.serve.app import make_app
from kg.serve.shelf import Shelf
from kg.text import number, sentence

Document = dict[str, Any]


class Question(NamedTuple):
    """What a page answers: its address, the command, the same of the library, and the numbers that must stand on it."""

    page: str
    command: tuple[str, ...]
    ask: Callable[[Graph], Document]
    shown: Callable[[Document], Any]


def rows(*keys: str, of: str = "rows") -> Callable[[Document], Any]:
    """The numbers of these names in the rows of a document."""
    return lambda document: [[row[key] for key in keys if row[key] is not None] for row in document[of]]


def standings(document: Document) -> Any:
    """How many known lists of each population cite each work, and the share where there is one."""
    each = [one for part in ("ranked", "insufficient") for row in document[part] for one in row["standing"]]
    later = document["populations"][0]["name"]
    ends = [(one["low"], one["high"]) for one in each if one["population"] == later and one["value"] is not None]
    return [[(one["k"], one["n"]) for one in each], ends]


def rank(
    metric: str, *, page: str = "", words: tuple[str, ...] = (), shown: tuple[str, ...] = ("value", "n"), **options: Any
) -> Question:
    """A question for the works ranked by a metric."""
    top = options.pop("top", 20)
    return Question(
        f"/metric/neural-music/{metric}{page}",
        ("rank", metric, *words),
        lambda graph: graph.rank(metric, top=top, **options).as_dict(),
        rows(*shown, "year"),
    )


QUICK = [
    rank("citations_held"),
    rank("citations_held", page="?top=100", words=("--top", "100"), top=100),
    rank("citations_held", page="?intervals=1", words=("--intervals",), shown=("value", "interval"), intervals=True),
    Question(
        "/metric/neural-music/citations_held?as_of=2010",
        ("rank", "citations_held", "--as-of", "2010"),
        lambda _: kg.open_graph(as_of=2010).rank("citations_held", top=20).as_dict(),
        rows("value", "n", "year"),
    ),
    rank("pagerank", shown=("value", "n", "coverage")),
    rank("pagerank", page="?alpha=0.5&top=7", words=("--alpha", "0.5", "--top", "7"), top=7, alpha=0.5),
    rank("wake", shown=("value", "low", "coverage")),
    rank("wake", page="?robust=true", words=("--robust",), shown=("value", "low"), robust=True),
    rank(
        "disruption", page="?window=none", words=("--window", "none"), shown=("value", "low", "high", "n"), window=None
    ),
    rank("latency"),
    rank("late_z"),
    rank("hits"),
    Question(
        "/rpys/neural-music",
        ("rpys",),
        lambda graph: graph.rpys().as_dict(),
        lambda d: [
            [
                (row["year"], row["ncr"], row["median"], row["deviation"], d["per_known_list"][str(row["year"])])
                for row in d["rows"]
                if row["ncr"]
            ]
        ],
    ),
    Question(
        "/main-path/neural-music",
        ("main-path",),
        lambda graph: graph.main_path().as_dict(),
        lambda d: [
            c["count"]
            for a, b in zip(d["paths"][0], d["paths"][0][1:], strict=False)
            for c in d["citations"]
            if (c["cited"], c["citing"]) == (a, b)
        ],
    ),
    Question("/metrics/neural-music", ("metrics",), lambda _: overview(), lambda _: []),
]
SLOW = [
    Question("/forgotten/neural-music", ("forgotten",), lambda graph: graph.forgotten().as_dict(), standings),
    Question(
        "/forgotten/neural-music?era=connectionist&q=music",
        ("forgotten", "--era", "connectionist", "--search", "music"),
        lambda graph: graph.forgotten(era="connectionist", search="music").as_dict(),
        standings,
    ),
    rank("standing", shown=("value",)),
    rank(
        "standing",
        page="?population=ismir-2018",
        words=("--population", "ismir-2018"),
        shown=("value",),
        population="ismir-2018",
    ),
    rank(
        "standing",
        page="?era=deep+learning&top=50",
        words=("--era", "deep learning", "--top", "50"),
        shown=("value",),
        era="deep learning",
        top=50,
    ),
    Question(
        "/next/neural-music",
        ("next",),
        lambda graph: graph.next().as_dict(),
        rows("pairs", "paths", "narrowing", "year"),
    ),
    Question(
        "/claims/neural-music",
        ("claims",),
        lambda graph: graph.claims().as_dict(),
        lambda d: [
            [(c["k"], c["n"]) for c in d["claims"] if c["n"] is not None],
            [row["works"] for row in d["report"]["through"][:10]],
        ],
    ),
    Question(
        "/communities/neural-music",
        ("info", "--communities"),
        lambda graph: graph.info().as_dict() | {"communities": graph.communities().as_dict()},
        lambda d: [
            [(row["works"], row["years"], row["stability"]) for row in d["communities"]["largest"]],
            [(p["known"], p["works"]) for p in d["populations"]],
        ],
    ),
]
QUESTIONS = [*QUICK, *(pytest.param(question, marks=pytest.mark.long) for question in SLOW)]


def said_of_search(document: Document) -> list[str]:
    """Each work found, with its year."""
    return [f"{row['id']} {row['year']}" for row in document["rows"]]


def said_of_work(document: Document) -> list[str]:
    """Who cites it, in the words with their numbers, and the value and n of every measure."""
    figures = [each for each in document["figures"].values() if each["value"] is not None]
    return [
        *(sentence(each["words"]) for each in document["cited_by"]),
        *(f"{each['means']} {number(each['value'])} {each['n']}" for each in figures),
    ]


def said_of_path(document: Document) -> list[str]:
    """Each step of each path: title and year of its two works, then the sources of the citation."""
    steps = []
    for path in document["paths"]:
        for cited, citing, step in zip(path["works"], path["works"][1:], path["citations"], strict=False):
            steps.append(f"{citing['title']} {citing['year']} cites {cited['title']} {cited['year']}")
            steps += [each["source"] for each in step["evidence"]]
    return steps


def said_of_why(document: Document) -> list[str]:
    """The value, and each level that adds to it."""
    levels = [[number(row[key]) or "" for key in ("links", "works", "weight", "adds")] for row in document["levels"]]
    return [f"wake of todd1989connectionist: {number(document['result']['value'])}", *(" ".join(row) for row in levels)]


def said_of_certificate(document: Document) -> list[str]:
    """How far was searched, and how many lists are missing."""
    found = document["certificate"]
    return [f"works met {found['searched']['works']:,}", f"citations back, at most {found['searched']['hops']:,}"]


TODD = "todd1989connectionist"
#: Pages that have their numbers in sentences: their address, the address of the document, the command, and what the page says.
TOLD = [
    (
        "/search/neural-music?q=neural+music&top=30",
        "",
        ("search", "neural music", "--top", "30"),
        lambda graph: graph.search("neural music", top=30),
        said_of_search,
    ),
    (
        f"/path/neural-music?old={TODD}&new=roberts2018hierarchical&k=2",
        f"/path/neural-music?old={TODD}&new=roberts2018hierarchical&k=2&format=json",
        ("path", TODD, "roberts2018hierarchical", "-k", "2"),
        lambda graph: graph.path(TODD, "roberts2018hierarchical", k=2),
        said_of_path,
    ),
    (
        f"/path/neural-music?old={TODD}&new=oord2016wavenet",
        f"/path/neural-music?old={TODD}&new=oord2016wavenet&format=json",
        ("path", TODD, "oord2016wavenet"),
        lambda graph: graph.path(TODD, "oord2016wavenet"),
        lambda document: said_of_path(document) if document["paths"] else said_of_certificate(document),
    ),
    (
        f"/why/neural-music/{TODD}?metric=wake",
        f"/why/neural-music/{TODD}?metric=wake&format=json",
        ("why", TODD, "wake"),
        lambda graph: graph.why(TODD, "wake"),
        said_of_why,
    ),
    pytest.param(
        f"/work/neural-music/{TODD}",
        f"/dossier/neural-music/{TODD}?format=json",
        ("dossier", TODD),
        lambda graph: graph.dossier(TODD),
        said_of_work,
        marks=pytest.mark.long,
    ),
]


@pytest.fixture(scope="module")
def shelf(cache: object) -> Shelf:
    """The bundled graph, opened once."""
    return Shelf(["bundled"])


@pytest.fixture(scope="module")
def client(shelf: Shelf) -> TestClient:
    """Ask the app without a server."""
    return TestClient(make_app(shelf), base_url="http://localhost:1")


def test_there_are_twenty_questions():
    """More may be added."""
    assert len(QUESTIONS) >= 20


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.page)
def test_a_page_shows_the_numbers_of_the_command(client: TestClient, shelf: Shelf, question: Question):
    """Every number asked for stands on the page to the last digit, none stands there that the document has not, and the file is the document."""
    document = question.ask(shelf.get("neural-music"))
    page = client.get(question.page)
    assert page.status_code == 200
    shown = exact_numbers(page.text)
    wanted = numbers_in(question.shown(document))
    assert wanted - {*shown} == set()
    assert {*shown} - numbers_in(document) == set()
    joint = "&" if "?" in question.page else "?"
    assert client.get(f"{question.page}{joint}format=json").json() == document


@pytest.mark.parametrize("question", [QUICK[1], QUICK[5], QUICK[12], QUICK[3]], ids=lambda q: q.page)
def test_the_command_prints_the_same_document(client: TestClient, kg_here, question: Question):
    """Asked in a process of its own folder, with the bundled graph."""
    joint = "&" if "?" in question.page else "?"
    assert client.get(f"{question.page}{joint}format=json").json() == kg_here(*question.command, "--json").json()


@pytest.mark.parametrize(
    ("page", "file", "command", "ask", "said"), TOLD, ids=["search", "path", "certificate", "why", "work"]
)
def test_a_page_says_the_numbers_of_the_command(
    client: TestClient, shelf: Shelf, page: str, file: str, command: tuple[str, ...], ask: Any, said: Any
):
    """Every sentence and row stands on the page as the document has it, and the page names the command."""
    document = ask(shelf.get("neural-music")).as_dict()
    answer = client.get(page)
    assert answer.status_code == 200
    text, wanted = text_of(answer.text), said(document)
    assert wanted
    assert [each for each in wanted if each not in text] == []
    assert f"kg {shlex.join(command)}" in text
    if file:
        assert client.get(file).json() == json.loads(json.dumps(document))
