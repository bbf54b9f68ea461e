"""The next step that helps: named where reference lists are missing that it would bring, and nowhere else."""

from pathlib import Path

import pytest

import kg
from kg.graph.folder import Workspace
from kg.library.next_steps import next_steps
from kg.model import Batch, Outcome, Retrieval, Work

KEYS = ("OPENALEX_API_KEY", "S2_API_KEY", "SEMANTIC_SCHOLAR_API_KEY")


@pytest.fixture(autouse=True)
def keyless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key is set, and graphs lie in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)


def made(works: list[Work], outcomes: dict[str, Outcome], command: str = "ingest my.bib") -> tuple[str, ...]:
    """The next steps of a graph of these works and of what two services said of their lists, made by this command."""
    known = [
        Retrieval(work=id_, list="references", outcome=o, source=name)
        for id_, o in outcomes.items()
        for name in ("openalex", "crossref")
    ]
    with Workspace.writing("g", command) as (_, writer):
        writer.add(Batch(works=works, retrievals=known))
    return next_steps(Workspace.open("g"))


def seeds(n: int, scheme: str = "doi:10.1/{}", *, stub: bool = False) -> list[Work]:
    """Works that a file brought, with an identifier each."""
    names = [scheme.format(i) for i in range(n)]
    return [
        Work(id=f"w{i}", title=f"Work {i}", seed=True, stub=stub, identifiers=(name,) if name else ())
        for i, name in enumerate(names)
    ]


def test_lists_that_nobody_asked_for_have_a_command():
    """Three of four are unknown: the command names the file that brought them, and the graph."""
    assert made(seeds(4), {"w0": Outcome.COMPLETE}, "ingest 'my works.bib'") == (
        (
            "3 of the 4 works that files brought lack a known reference list; to ask the services for them: "
            "`kg ingest 'my works.bib' --from auto --graph g`"
        ),
    )


def test_what_was_piped_in_is_no_file_to_name():
    """The command would wait for the keyboard."""
    (step,) = made(seeds(4), {}, "ingest -")
    assert "`kg ingest FILE --from auto --graph g`" in step


def test_one_work_is_no_share():
    """A file that brought a single work has one sentence on its list."""
    (step,) = made(seeds(1), {})
    assert step.startswith(
        "the reference list of the one work in your file is unknown; to ask the services for it: `kg"
    )


@pytest.mark.parametrize("outcome", [Outcome.ELIDED, Outcome.NOT_FOUND, Outcome.UNKNOWN, Outcome.PARTIAL])
def test_a_list_that_failed_can_be_asked_for_again_and_one_that_no_service_has_comes_with_an_export(outcome: Outcome):
    """One FAILED, one asked for in vain: each has its own line."""
    ask, export = made(seeds(2), {"w0": Outcome.FAILED, "w1": outcome})
    assert "; to ask the services for 1 of them: `kg ingest my.bib --from auto --graph g`" in ask
    assert export.startswith("for the other 1, add an export of Scopus, Web of Science or Zotero")
    assert export.endswith("`kg ingest EXPORT --graph g`")


def test_a_list_that_one_service_withholds_may_be_another_s():
    """ELIDED at Semantic Scholar alone: the others can be asked."""
    elided = Retrieval(work="w0", list="references", outcome=Outcome.ELIDED, source="semantic-scholar")
    with Workspace.writing("g", "ingest my.bib") as (_, writer):
        writer.add(Batch(works=seeds(1), retrievals=[elided]))
    assert "--from auto" in next_steps(Workspace.open("g"))[0]


@pytest.mark.parametrize("scheme", ["", "url:https://example.org/{}", "isbn:{}"])
def test_a_stub_without_an_identifier_that_services_know_is_not_asked_for(scheme: str):
    """Once services were asked for its title, no command that would bring nothing; an export might."""
    (ask,) = made(seeds(2, scheme, stub=True), {})
    assert "to ask the services for them: `kg ingest my.bib --from auto" in ask
    found = Retrieval(work="x", list="references", outcome=Outcome.EMPTY, source="openalex")
    with Workspace.writing("g", "ingest my.bib") as (_, writer):
        writer.add(Batch(works=[Work(id="x")], retrievals=[found]))
    (export,) = next_steps(Workspace.open("g"))
    assert export.startswith("2 of the 2 works that files brought lack a known reference list; add an export")
    (ask,) = made(seeds(2, scheme), {})  # of a work with a title one can ask
    assert "--from auto" in ask


@pytest.mark.parametrize(("known", "steps"), [(10, 0), (9, 0), (8, 1)])
def test_no_step_where_coverage_is_high(known: int, steps: int):
    """Nine of ten known lists are enough."""
    assert len(made(seeds(10), {f"w{i}": Outcome.COMPLETE for i in range(known)})) == steps


def test_where_the_works_brought_are_known_those_they_cite_come_next():
    """Ten known lists of thirty works: `kg next` says which of the others matter; of nineteen, none is needed."""
    known = {f"w{i}": Outcome.COMPLETE for i in range(10)}
    assert made([*seeds(10), *(Work(id=f"c{i}") for i in range(9))], known) == ()
    (step,) = made([Work(id=f"c{i}") for i in range(20)], {})
    assert step.startswith("`kg next --graph g` names the missing reference lists")


def test_keys_are_named_where_they_would_help(monkeypatch: pytest.MonkeyPatch):
    """OpenAlex's for more lists than a day has credits for, Semantic Scholar's for lists of arXiv papers asked in vain."""
    (many,) = made(seeds(301), {})
    assert many.endswith("; a free key of OpenAlex gives more: https://openalex.org/settings/api")
    monkeypatch.setenv("OPENALEX_API_KEY", "set-for-this-test")
    assert next_steps(Workspace.open("g"))[0].endswith("--graph g`")
    (preprints,) = made(seeds(3, "arxiv:2001.0000{}"), {f"w{i}": Outcome.ELIDED for i in range(301)})
    assert preprints.endswith(
        "; a free key of Semantic Scholar gives more: https://www.semanticscholar.org/product/api#api-key-form"
    )
    monkeypatch.setenv("S2_API_KEY", "set-for-this-test")
    assert next_steps(Workspace.open("g"))[0].endswith("--graph g`")


def test_ingest_and_info_print_them_and_graphs_that_commands_cannot_add_to_have_none(kg_here, tmp_path: Path):
    """The same lines from the command line and in Python; the bundled graph, a year, and a graph in memory."""
    (tmp_path / "ids.txt").write_text("10.1109/icnn.1988.23933\n10.5555/unknown\n")
    printed, document = kg_here("ingest", "ids.txt", graph="g").out, kg_here("info", "--json", graph="g").json()
    (step,) = document["next_steps"]
    assert f"next: {step}\n" in printed
    assert f"next: {step}\n" in kg_here("info", graph="g").out
    assert kg.open_graph("g").info().facts["next_steps"] == [step]
    assert kg_here("ingest", "ids.txt", "--json", graph="g").json()["next_steps"] == [step]
    assert kg.open_graph("g", as_of=2016).info().facts["next_steps"] == []
    assert kg.Graph.from_edges([("b", "a")]).info().facts["next_steps"] == []
    assert kg.open_graph().info().facts["next_steps"][0].startswith("`kg next` names ")
