"""`kg.ingest`, `kg.resolve` and what they give: the twins of the commands, and a package that can be called."""

import inspect
import pydoc
import subprocess
import sys
from pathlib import Path

import pytest
from s2_links import corpus
from standins.s2_server import StandIn

import kg
from kg.errors import InputError, NothingFound, PartialResult
from kg.library.ingested import Ingested, Plan, Progress
from kg.library.resolve import Decision, References

ARTICLE = """# On music
## References
- Todd, P. M. (1988). A sequential network design for musical applications.
- Eck, D., & Schmidhuber, J. (2002). Finding temporal structure in jazz: Blues improvisation with LSTM networks.
- Somebody, X. (1999). Something nobody knows about tape loops.
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own with an article in it, as the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.md").write_text(ARTICLE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "first",
    ["import kg", "import kg.ingest.readers.bibtex", "from kg.ingest import readers", "import kg.library.ingest"],
)
def test_the_package_is_callable_whatever_is_imported_first(first: str):
    """`kg.ingest` stays the package that holds the readers, and is the function too."""
    code = (
        f"{first}\nimport kg, kg.ingest.detect\nfrom kg import ingest\nprint(callable(ingest), ingest.detect.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "kg.ingest.detect"]


def test_help_and_signature_are_those_of_the_function():
    """A notebook completes the options, and `help(kg.ingest)` explains them."""
    assert list(inspect.signature(kg.ingest).parameters)[:3] == ["files", "graph", "as_"]
    assert "refresh_older_than : str or timedelta" in pydoc.render_doc(kg.ingest)


def test_ingest_gives_what_the_command_prints(here: Path, kg_here):
    """The same counts, references and remarks, and a repr that says them."""
    done = kg.ingest("list.md", graph="mine")
    assert isinstance(done, Ingested)
    printed = kg_here("ingest", "list.md", "--json", graph="theirs").json()
    steps = [step.replace("--graph mine", "--graph theirs") for step in done.next_steps]
    assert done.as_dict() | {"graph": "theirs", "next_steps": steps} == printed
    assert (done.found, len(done.resolutions), done.requests) == (1, 3, None)
    assert "1 of 3 references found" in repr(done)
    assert kg.open_graph("mine").find("Todd 1988").id == "todd1988sequential"


def test_strict_raises_only_when_asked(here: Path):
    """What was not found is in the answer; `raise_if_incomplete` makes an error of it."""
    done = kg.ingest(["list.md"], graph="mine", strict=True)
    assert isinstance(done, Ingested)
    with pytest.raises(PartialResult, match="2 of 3 references not found"):
        done.raise_if_incomplete()


def test_options_that_contradict_each_other_are_refused(here: Path):
    """Nothing is kept of an ingest whose options make no sense together."""
    with pytest.raises(InputError, match="for sources on the web or a corpus, but none is named"):
        kg.ingest("list.md", graph="mine", limit_requests=2)
    with pytest.raises(InputError, match="for sources on the web or a corpus, but none is named"):
        kg.ingest("list.md", graph="mine", from_="bundled", references=2)
    with pytest.raises(InputError, match="cannot be combined"):
        kg.ingest("list.md", graph="mine", from_=["s2", "bundled"])
    with pytest.raises(InputError, match="invalid age 'soon'"):
        kg.ingest("list.md", graph="mine", from_="s2", refresh_older_than="soon")
    assert not (here / "graphs").exists()


class Heard(Progress):
    """Keeps what an ingest says of its progress."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []
        self.pages: list[tuple[int, int, int]] = []

    def planned(self, plan: Plan) -> None:
        """Keep the plan."""
        self.plans.append(plan)

    def fetched(self, *, requests: int, works: int, citations: int) -> None:
        """Keep the figures of a page."""
        self.pages.append((requests, works, citations))


def test_a_crawl_is_planned_and_followed(here: Path, monkeypatch: pytest.MonkeyPatch):
    """A dry run gives the plan and keeps nothing; the crawl sends what was planned and tells of every page."""
    monkeypatch.setenv("S2_API_KEY", "x" * 40)
    (here / "ids.txt").write_text("CorpusId:1005\n")
    heard = Heard()
    with StandIn(corpus()) as server:
        plan = kg.ingest("ids.txt", graph="g", from_="s2", s2_url=server.url, dry_run=True)
        assert isinstance(plan, Plan)
        assert not (here / "graphs" / "g" / "graph.sqlite").exists()
        done = kg.ingest("ids.txt", graph="g", from_="s2", s2_url=server.url, progress=heard)
    assert isinstance(done, Ingested)
    assert done.requests is not None
    assert plan.sent + sum(done.requests.values()) == plan.sent + plan.ahead
    assert [p.sent + p.ahead for p in heard.plans] == [sum(done.requests.values())]
    assert heard.pages[-1][1:] == (done.total["works"], done.total["citations"])


def test_resolve_lists_and_decides_as_the_command_does(here: Path, kg_here):
    """The doubtful reference is listed with its candidates; a decision is followed at once."""
    kg.ingest("list.md", graph="mine")
    doubtful = kg.resolve(graph="mine", review=True)
    assert isinstance(doubtful, References)
    assert doubtful.as_dict() == kg_here("resolve", "--review", "--json", graph="mine").json()
    assert "eck2002finding" in repr(doubtful)
    decision = kg.resolve("temporal structure in jazz", "eck2002finding", graph="mine")
    assert isinstance(decision, Decision)
    assert decision.applied
    assert dict(kg.resolve(graph="mine").counts) == {"review": 0, "stub": 1, "unresolved": 0, "resolved": 2}
    with pytest.raises(NothingFound, match="not built from an article or a bibliography"):
        kg.resolve()
