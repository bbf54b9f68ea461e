"""A graph of another field is told in its own words: nothing of the bundled story shows in any answer, page or export.

`--help`, the pages of the documentation and `kg demo` speak of the bundled graph by its name and are no answers about a graph.
"""

import csv
import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Run, keep_open

import kg
from kg.output.rdf.ready import ready_queries

STORY = re.compile(r"music|connectionis|deep.learning|neural|todd|wavenet", re.IGNORECASE)
OLD, NEW = "OLD", "NEW"  # a work that others cite, and one that leads back to it
TEXTS = [
    "info", "info --communities", "search of", f"show {OLD}", f"show {NEW} --related coupling", "forgotten",
    "forgotten --era 1900-1979", "claims --earlier 1900-1979 --later 1980-2030", "metrics", "rank standing", "rank beauty",
    "rank wake", f"path {OLD} {NEW}", f"path {OLD} {NEW} --lines", "path 1900-1979 1980- -k 2", "main-path", "rpys", "next", f"next --work {OLD}",
    f"lineage {NEW}", f"lineage {OLD} --to {NEW}", f"dossier {OLD}", f"why {OLD} wake", f"why {OLD} standing", "resolve --all",
    "credit-check FILE", "sparql",
]  # fmt: skip
REFUSALS = ["claims", f"path {NEW} {OLD}", "show  ", "show nowhere", "rank standing --era nowhen", "rank standing --population nowhere",
    "map x.html --hops 2", "map x.html --colour none", "export none x", "forgotten --class none", "sparql none", "metrics nowhere",
    "info --as-of 1000", "path 1900-1910 1980- --fetch --limit-requests 0 --s2-url http://127.0.0.1:9"]  # fmt: skip
FILES = [
    *(
        "map map.html",
        f"map focus.html --focus {OLD}",
        "report report.html",
        f"dossier {OLD} dossier.html",
        "export csv tables",
    ),
    *(f"export {name} x.{name}" for name in ("ttl", "nt", "jsonld", "graphml")),
]
SET = {"work": NEW, "text": "a", "number": "1990"}  # a value of each kind
QUERIES = [
    " ".join([f"sparql {name}", *(f"--set {asked}={SET[kind]}" for asked, (kind, _) in query.asks.items())])
    for name, query in ready_queries().items()
]

# Made up for this test: no such works exist. An article that names three works, and who cites whom.
ARTICLE = """# How moving continents came to be accepted

Continental drift was first proposed by Amber (1912). Rifts on the sea floor (Birch, 1961) build on it.

## References

* Amber, A. (1912). The drift of continents over the ocean floor. Journal of Rocks.
* Birch, B. (1961). Spreading of the sea floor at ocean ridges. Journal of Rocks.
* Cedar, C. (1968). Plates of the earth and the faults between them. Journal of Rocks.
"""
TITLES = {
    1912: "The drift of continents over the ocean floor", 1931: "Heat in rocks and the drift of continents",
    1961: "Spreading of the sea floor at ocean ridges", 1968: "Plates of the earth and the faults between them",
    1975: "Heat below ocean ridges", 1984: "Drift of plates measured from space", 1991: "Faults and earthquakes at ridges",
    1999: "A model of heat and spreading", 2007: "Ocean floor older than its plates", 2015: "Continents, plates and heat: a review",
}  # fmt: skip


def tectonics(folder: Path) -> tuple[Path, Path, str, str]:
    """A small graph on moving continents, made with its article; the article, and the ids of an early and a late work."""
    article, works, edges = folder / "drift.md", folder / "works.csv", folder / "edges.csv"
    article.write_text(ARTICLE, encoding="utf-8")
    works.write_text(
        "id,year,title\n" + "".join(f'w{y},{y},"{title}"\n' for y, title in TITLES.items()), encoding="utf-8"
    )
    years = [*TITLES]
    cited = [(b, a) for k, b in enumerate(years) for a in years[:k] if (a + b) % 3]
    edges.write_text("citing,cited\n" + "".join(f"w{b},w{a}\n" for b, a in cited), encoding="utf-8")
    graph = folder / "tectonics"
    kg.ingest(edges, works=works, graph=str(graph))
    kg.ingest(article, graph=str(graph))
    return graph, article, "w1912", "w2015"


def scientometrics(folder: Path, shared: Path) -> tuple[Path, Path, str, str]:
    """A real collection on the measuring of science, without the records and references that themselves name the story."""
    csv.field_size_limit(10**8)
    with gzip.open(
        shared / "data" / "inputs" / "bibliometrix" / "scientometrics.csv.gz", "rt", encoding="utf-8"
    ) as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row["CR"] = ";".join(cited for cited in row["CR"].split(";") if not STORY.search(cited))
    kept = [row for row in rows if not STORY.search(" ".join(row.values()))]
    assert len(kept) > 0.9 * len(rows)
    file, graph = folder / "field.csv", folder / "scientometrics"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, kept[0])
        writer.writeheader()
        writer.writerows(kept)
    kg.ingest(file, graph=str(graph))
    held = kg.open_graph(str(graph))
    old = str(held.citations["cited"].value_counts().index[0])
    new = str(held.citations.loc[held.citations["cited"] == old, "citing"].iloc[0])
    return graph, file, old, new


Field = tuple[Path, Path, str, str]


def words(command: str, field: Field) -> list[str]:
    """A command of the lists above as words, its works and its file put in."""
    put = {OLD: field[2], NEW: field[3], "FILE": str(field[1])}
    return [f"{name}{equals}{put.get(value, value)}" for name, equals, value in map(_parts, command.split(" "))]


def _parts(word: str) -> tuple[str, str, str]:
    """A word as the name and value of a --set, or as a value alone."""
    return word.partition("=") if "=" in word else ("", "", word)


def shown(
    run: Callable[..., Run], field: Field, commands: list[str], *, json: bool = True
) -> Iterator[tuple[str, str]]:
    """What each command prints, plain and as JSON."""
    for command in commands:
        for more in ([], ["--json"]) if json else ([],):
            done = run(*words(command, field), *more, graph=None if command == "metrics" else str(field[0]))
            yield " ".join([command, *more]), done.out + done.err


def written(run: Callable[..., Run], field: Field, folder: Path, commands: list[str]) -> Iterator[tuple[str, str]]:
    """What each command writes into files."""
    for command in commands:
        run(*words(command, field), graph=str(field[0]))
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_relative_to(field[0]) and file != field[1]:
            yield file.name, file.read_text(encoding="utf-8")


def none_shows(told: Iterator[tuple[str, str]], least: int) -> None:
    """No text holds a word of the bundled story, and none is empty."""
    found = list(told)
    assert len(found) >= least
    assert [name for name, text in found if not text.strip()] == []
    around = [(name, text[max(0, m.start() - 60) : m.end() + 40]) for name, text in found for m in STORY.finditer(text)]
    assert around == []


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Field:
    """Give the small graph on moving continents."""
    return tectonics(tmp_path_factory.mktemp("field"))


@pytest.mark.parametrize("command", TEXTS)
def test_answers_tell_of_their_own_field(kg_here, small: Field, command: str):
    """What a command prints of a graph on moving continents, and its JSON, name nothing of the bundled story."""
    none_shows(shown(kg_here, small, [command], json=command != "sparql"), 1)


@pytest.mark.parametrize("command", REFUSALS)
def test_refusals_tell_of_their_own_field(kg_here, small: Field, command: str):
    """Nor does the hint of an error."""
    done = kg_here(*words(command, small), graph=str(small[0]), code=None)
    assert done.code
    none_shows(iter([(command, done.err)]), 1)


@pytest.mark.parametrize("command", FILES)
def test_pages_and_exports_tell_of_their_own_field(kg_here, tmp_path: Path, small: Field, command: str):
    """Nor does a page or an export."""
    none_shows(written(kg_here, small, tmp_path, [command]), 1)


@pytest.mark.long
def test_ready_queries_tell_of_their_own_field(kg_here, small: Field):
    """Nor does a ready query."""
    none_shows(shown(kg_here, small, [c for c in QUERIES if c != "sparql claims"], json=False), 4)


@pytest.mark.long
def test_a_real_graph_of_another_field(
    kg_here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory
):
    """A collection on the measuring of science, with titles: no answer, page or export names the bundled story."""
    field = scientometrics(tmp_path_factory.mktemp("field"), shared)
    keep_open(kg.open_graph(field[0]), monkeypatch)
    none_shows(shown(kg_here, field, [command for command in TEXTS if command != "sparql"]), 2 * len(TEXTS) - 2)
    none_shows(written(kg_here, field, tmp_path, FILES), len(FILES))
