"""What the shell offers on Tab: asked for as the shell does, through the variables of its completion script."""

from pathlib import Path

import pytest


@pytest.fixture
def tab(kg_here, monkeypatch: pytest.MonkeyPatch):
    """Give what is offered for the last word of a command line."""

    def offered(line: str) -> list[str]:
        monkeypatch.setenv("_KG_COMPLETE", "complete_fish")
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        return [row.partition("\t")[0] for row in kg_here().out.splitlines() if row]

    return offered


@pytest.fixture
def mine(kg_here, tmp_path: Path) -> str:
    """A graph with a work whose title begins with two words."""
    (tmp_path / "e.csv").write_text("citing,cited\nbeta2000,alpha1990\n")
    (tmp_path / "w.csv").write_text("id,year,title\nalpha1990,1990,An old idea\nbeta2000,2000,Notes\n")
    kg_here("ingest", "e.csv", "--works", "w.csv", graph="mine")
    return "mine"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("kg rank pager", "pagerank"),
        ("kg map x.html --metric citations_h", "citations_held"),
        ("kg export graph", "graphml"),
        ("kg ingest x --graph g --as bib", "bibtex"),
        ("kg ingest x --graph g --from s2,opena", "s2,openalex"),
        ("kg ingest x --graph g --check openc", "opencitations"),
        ("kg sparql citations-", "citations-per-year"),
        ("kg info --graph bun", "bundled"),
    ],
)
def test_names_are_completed(tab, line: str, name: str):
    """Metrics, formats, readers, sources, queries and graphs are offered by their beginning, and nothing else is."""
    offered = tab(line)
    assert name in offered
    assert all(word.startswith(line.rsplit(maxsplit=1)[-1]) for word in offered)


def test_graphs_and_works_are_completed(tab, mine: str):
    """A work by the beginning of its id; with a space, as inside quotes, by its title."""
    assert tab("kg info -g m") == [mine]
    assert tab(f"kg map x.html --graph {mine} --focus alp") == ["alpha1990"]
    assert tab(f'kg map x.html --graph {mine} --focus "an ol') == ["an old idea"]


def test_a_completion_that_fails_is_silent(tab, tmp_path: Path, mine: str):
    """A graph that is not there, or broken, offers nothing and says nothing."""
    assert tab("kg map x.html --graph nowhere --focus alp") == []
    (tmp_path / "graphs" / mine / "graph.sqlite").write_bytes(b"no database at all, whatever its name says")
    assert tab(f"kg map x.html --graph {mine} --focus alp") == []
