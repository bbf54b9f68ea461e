"""Every limit of docs/security.md is the constant that it names, and one that is met is said with its number."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.graph.eras import eras_of
from kg.graph.search import search
from kg.graph.spelling import respelt
from kg.graph.writer import Writer
from kg.ingest.detect import recognise
from kg.ingest.resolve.overrides import Overrides
from kg.ingest.resolve.reference import stub_of
from kg.ingest.resolve.resolver import resolve
from kg.model import Batch, Reference, Work
from kg.plugins import load

PAGE = Path(__file__).parent.parent / "docs" / "security.md"
#: the first words of a row -> module and constant
CONSTANTS = {
    "a gzip file": "kg.ingest.readers.text_files._RATIO",
    "a file read as a whole": "kg.ingest.readers.text_files.LARGEST",
    "a line of an edge list": "kg.ingest.readers.text_files.LONGEST",
    "a line of a snapshot": "kg.corpus.lines.LONGEST",
    "what is piped in": "kg.files._MOST_PIPED",
    "a file of your own": "kg.files.SMALL_MB",
    "dots in a line": "kg.files._DOTS",
    "a heading of an article": "kg.ingest.readers.article._LONGEST_HEADING",
    "an entry of a reference list": "kg.ingest.readers.cited_strings.MOST",
    "lines of a quoted cell": "kg.ingest.readers.edges._SPAN",
    "lines of a quoted row": "kg.ingest.readers.table_rows._SPAN",
    "brackets in an item": "kg.ingest.readers.csl._DEEPEST",
    "lists and mappings": "kg.ingest.readers.csl._NESTED",
    "a namespace of XML": "kg.ingest.readers.xml_tree.LONGEST_NAMESPACE",
    "elements of XML": "kg.ingest.readers.xml_tree.DEEPEST",
    "what a prefix stands for": "kg.ingest.readers.rdf.LONGEST_PREFIX",
    "vertices that a Pajek file": "kg.ingest.readers.pajek._MOST",
    "what the names of `@string`": "kg.ingest.readers.bibtex._STRINGS",
    "a field that a BibTeX entry": "kg.ingest.readers.bibtex._INHERITED",
    "commas in a cited title": "kg.ingest.readers.records._COMMAS",
    "an identifier or address": "kg.ids.LONGEST",
    "a title that is compared": "kg.ingest.resolve.resolver._LONGEST",
    "authors of a work": "kg.ingest.resolve.reference.MANY",
    "a text that names or searches": "kg.graph.search._LONGEST",
    "words of a search": "kg.graph.spelling._MOST",
    "works of one first author": "kg.graph.store._CROWD",
    "works of one year": "kg.graph.store._YEAR",
    "length of a query": "kg.output.rdf.guard.LENGTH",
    "brackets in brackets": "kg.output.rdf.guard.DEPTH",
    "memory of a query": "kg.output.rdf.query_process.MEMORY",
    "answer of a query": "kg.output.rdf.query_process.ANSWER",
    "answer of a SPARQL endpoint": "kg.ingest.sources.sparql_endpoint.MOST",
    "answer of a service": "kg.ingest.sources.exchange.MOST",
    "objects in an answer": "kg.ingest.sources.exchange.OBJECTS",
    "values in an answer": "kg.ingest.sources.exchange.VALUES",
    "time of an answer": "kg.ingest.sources.patience.ANSWER_LIMIT_S",
    "sentences of a citation": "kg.ingest.sources.list_page._CONTEXTS",
    "works of one id": "kg.graph.writer._NUMBERED",
    "rows of a list": "kg.ingest.sources.list_page.MOST_ROWS",
    "pages of a list": "kg.ingest.sources.s2.api.PAGES",
    "works of a graph of which": "kg.library.start._MOST",
    "redirects of a request": "kg.ingest.sources.http.HOPS",
}


def test_a_long_word_outside_a_context_is_no_prefix(tmp_path: Path):
    """A text without blanks, as in Chinese, is a text."""
    path = tmp_path / "a.jsonld"
    work = {
        "@id": "http://example.org/a",
        "@type": "fabio:Expression",
        "dcterms:title": "\u53f2" * 3000,
        "name": "\u53f2" * 3000,
    }
    context = {"fabio": "http://purl.org/spar/fabio/", "dcterms": "http://purl.org/dc/terms/"}
    path.write_text(json.dumps({"@context": context, **work}, ensure_ascii=False), encoding="utf-8")
    (batch,) = load("reader", recognise(path))(path, source="a")
    assert [len(w.title) for w in batch.works] == [3000]


def rows() -> list[tuple[str, str]]:
    """What is limited, and how far."""
    table = PAGE.read_text(encoding="utf-8").split("## Limits\n")[1].split("\n## ")[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return [(what, limit) for what, limit, _ in cells[1:]]


def test_the_table_of_limits_says_what_the_code_holds():
    """Each row has its constant, and each constant its row; MB are 2^20 or 10^6 bytes."""
    found = rows()
    assert len(found) == len(CONSTANTS)
    for what, limit in found:
        name = next(constant for start, constant in CONSTANTS.items() if what.startswith(start))
        module, _, constant = name.rpartition(".")
        number, unit = re.match(r"([\d,]+) (\w+)", limit).groups()
        units = (1, 1 << 20, 10**6) if unit == "MB" else (1,)
        value = getattr(import_module(module), constant)
        assert value in {int(number.replace(",", "")) * one for one in units}, (what, value)


@pytest.mark.parametrize(
    ("name", "text", "constant", "said"),
    [
        ("a.csv", "citing,cited\na," + "b" * 70_000 + "\n", "text_files.LONGEST", "a line of over 0 MB"),
        ("a.bib", "@book{a, title={Towns}}" + " " * 300, "text_files.LARGEST", "larger than 0 MB"),
        ("a.bib", "@string{a={Towns}}\n@string{b=a # a # a}\n@book{a, title=" + "b # b # b # b # " * 20_000 + "b}", "bibtex._STRINGS", "over 0 times its text"),
        ("a.xml", f"<xml><records xmlns='{'a' * 300}'><record><titles><title>T</title></titles></record></records></xml>", "", "a namespace of over 200 characters"),
        ("a.xml", "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><xml><records><record><titles><title>&b;</title></titles></record></records></xml>", "", "defines entities"),
        ("a.ttl", f"@prefix a: <http://{'b' * 3000}> .\n", "", "a prefix that stands for over 2,000 characters"),
        ("a.jsonld", f'{{"@context": {{"a": "http://{"b" * 3000}"}}}}', "", "a prefix that stands for over 2,000 characters"),
        ("a.net", "*Vertices 2000000\n*Arcs\n1 2\n", "", "over 1,000,000 vertices"),
    ],
)  # fmt: skip
def test_a_limit_that_is_met_is_said_with_its_number(
    name: str, text: str, constant: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """And with what to do."""
    if constant:
        monkeypatch.setattr(f"kg.ingest.readers.{constant}", 200 if "LARGEST" in constant else 0)
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        list(load("reader", recognise(tmp_path / name))(tmp_path / name, source=name))
    assert error.value.hint
    assert said in f"{error.value.message} {error.value.hint}"


def test_own_files_that_cost_too_much_are_refused(tmp_path: Path):
    """A key of thousands of parts, a cell of megabytes: by name, and in no time."""
    (tmp_path / "eras.toml").write_text("a = [1988, 2008]\n" + "a." * 8_000_000)
    with pytest.raises(InputError, match=r"eras\.toml is not valid TOML: a line has over 1,000 dots"):
        eras_of(tmp_path)
    (tmp_path / "overrides.csv").write_text("reference,work\n" + "a" * 200_000)
    with pytest.raises(InputError, match=r"overrides\.csv is not valid CSV: field larger"):
        Overrides.read(tmp_path)


def test_what_is_searched_for_in_a_store_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The length of a text, the words put right, the works that a reference is compared with; ids stay in order."""
    monkeypatch.setattr("kg.graph.store._CROWD", 4)
    monkeypatch.setattr("kg.graph.store._YEAR", 4)
    with Writer.open(tmp_path / "graph.sqlite", "t") as writer:
        for n in range(5):
            reference = Reference(title=f"Towns in the land {n}", authors=("Roe, A.",), year=1999)
            writer.add(Batch(works=[stub_of(reference, writer.has_id)]))
        store = writer.store
        assert [work.id for work in store.works()] == ["roe1999-ref", *(f"roe1999-ref-{n}" for n in range(2, 6))]
        assert store.find_by_author_year("Roe", [1999]) == []
        writer.add(Batch(works=[Work(id=f"a{n}", title="Towns") for n in range(6)]))
        assert [work.id for work in store.find_by_title("Towns")] == ["a0", "a1", "a2", "a3"]
        assert [store.find_by_year([1998]), store.find_by_year([1998, 1999])] == [[], None]
        nameless = Reference(title="土地", translated=True, year=1999, venue="J", links=("http://a.org/towns",))
        numbered = Reference(title="Lamps", year=1998, links=("https://ieeexplore.ieee.org/document/99999999",))
        for reference, year in ((nameless, 1999), (numbered, 1998)):
            reason = resolve(reference, [store])[0].reason
            assert reason.endswith(f"; the works of about {year} are too many to compare it with each.")
        assert respelt(store, "twons") == "towns"
        assert not respelt(store, "twons " * 21)
        with pytest.raises(InputError, match="at most 2,000"):
            search(store, "towns " * 400)
