"""What a corpus as a source is asked: works by identifier, title, author and year, their lists, and how old these are."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from corpora import corpus as _corpus
from corpora import work, write_corpus

from kg.corpus.engine import open_engine
from kg.corpus.layout import Corpus as Corpora
from kg.corpus.layout import snapshot_day, write_manifest
from kg.corpus.source import CorpusSource
from kg.errors import StoreError
from kg.model import Outcome, Reference

corpus = _corpus


@pytest.fixture
def source(corpus: Path) -> Iterator[CorpusSource]:
    """The small corpus as a source."""
    opened = CorpusSource(corpus)
    yield opened
    opened.close()


@pytest.mark.long
def test_citations_are_partial_where_more_are_reported(source: CorpusSource):
    """B is cited by three works here and by nine as its record says; that nobody cites G is known."""
    works = [found for id_ in "bg" if (found := source.find_by_id(f"doi:10.1000/{id_}"))]
    (page,) = source.lists("citations", works)
    assert {r.work[-1]: (r.outcome, r.reported) for r in page.retrievals} == {
        "b": (Outcome.PARTIAL, 9),
        "g": (Outcome.EMPTY, 0),
    }
    assert [remark.reason for remark in page.remarks] == ["corpus:semantic-scholar/small: 3 of 9 reported"]
    (missed,) = source.lists("references", [work("none")])
    assert [(r.work, r.outcome) for r in missed.retrievals] == [("none", Outcome.NOT_FOUND)]


@pytest.mark.long
@pytest.mark.parametrize(
    ("reference", "found"),
    [
        (Reference(title="The remarkable case of A"), "a"),
        (Reference(title="Beethoven", authors=("Berg, A.",)), None),  # one word, and the work has no year
        (Reference(title="Beethoven: a study in drift"), "b"),
        (Reference(title="The remarkably case of F", authors=("Berg, A.",), year=2001), "f"),  # mistyped
        (Reference(title="The remarkably case of F", year=2001), None),  # mistyped, and no author to look by
        (Reference(title="Preface"), None),
        (Reference(title="Preface", identifiers=("doi:10.1000/g",)), "g"),
        (
            Reference(
                text="Berg (2000). 《漂移》. ICASSP.",
                title="漂移",
                translated=True,
                authors=("Berg",),
                year=2000,
                acronyms=("ICASSP",),
            ),
            "e",
        ),
        (Reference(title="Nothing of this kind was ever printed", authors=("Berg, A.",), year=2000), None),
    ],
    ids=lambda value: value.title if isinstance(value, Reference) else value,
)
def test_references_are_looked_up_together(reference: Reference, found: str | None, source: CorpusSource):
    """By identifier, whole title, part of a title, author and year: what the resolver takes for sure."""
    source.expect([reference, Reference(title="The remarkable case of S"), Reference(text="x")])
    _, result = source.resolve(reference)
    assert (result and result.identifiers[0][-1]) == found


@pytest.mark.long
def test_titles_are_read_once_for_all_references(source: CorpusSource, monkeypatch: pytest.MonkeyPatch):
    """Whatever the resolver asks afterwards, one after the other, is answered from what was found."""
    references = [Reference(title=f"The remarkably case of {id_}", authors=("Berg, A.",), year=2000) for id_ in "ACDF"]
    asked: list[str] = []
    rows = source._lookup._rows
    monkeypatch.setattr(source._lookup, "_rows", lambda sql, values: asked.append(sql) or rows(sql, values))
    source.expect(references)
    assert sum("FROM pair" in sql for sql in asked) == 1
    before = len(asked)
    assert [source.resolve(reference)[1] for reference in references] != [None] * 4
    assert len(asked) == before


@pytest.mark.long
def test_of_many_works_of_one_title_only_the_near_ones_are_looked_at(tmp_path: Path):
    """A common title names a work where author and year agree."""
    many = [work(f"P{n}", title="Introduction", authors=(f"A. Writer{n}",), year=1900 + n) for n in range(90)]
    opened = CorpusSource(write_corpus(tmp_path / "many", many, []))
    reference = Reference(title="Introduction", authors=("Writer7, A.",), year=1907)
    opened.expect([reference])
    assert [found.title for found in opened.find_by_title("Introduction")] == ["Introduction"]
    _, found = opened.resolve(reference)
    assert found
    assert found.year == 1907
    opened.close()


@pytest.mark.parametrize(
    ("snapshot", "day"),
    [("/data/openalex-2025-12-30", "2025-12-30"), ("/2024-01-01/openalex", "2026-01-01"), ("", "2026-01-01")],
)
def test_lists_are_as_old_as_the_snapshot(corpus: Path, snapshot: str, day: str):
    """The day in the name of its folder, else the newest of a record; the day of the build says nothing."""
    opened = Corpora.open(corpus)
    write_manifest(corpus, opened.manifest | {"snapshot": snapshot})
    assert snapshot_day(Corpora.open(corpus)) == day


@pytest.mark.long
@pytest.mark.parametrize("table", ["names", "titles", "citing"])
def test_a_corpus_that_is_built_anew_meanwhile_ends_the_run(corpus: Path, table: str, monkeypatch: pytest.MonkeyPatch):
    """Nothing is given that is half of an older corpus and half of a newer one; a file that is gone is no other fault."""
    source = CorpusSource(corpus)
    [known] = source.search("The remarkable case of S")
    manifest = Corpora.open(corpus).manifest | {"built": "2026-03-03T00:00:00"}
    read = {"citing": "_parts"}.get(table, "_files")
    paths = getattr(source._lookup, read)

    def publish(of: str, *more: Any) -> list[str]:
        if of == table:
            write_manifest(corpus, manifest)
        return paths(of, *more)

    monkeypatch.setattr(source._lookup, read, publish)
    ask = {
        "names": lambda: source.find_by_id("doi:10.1000/a"),
        "titles": lambda: source.search("The remarkable case of A"),
        "citing": lambda: list(source.lists("references", [known])),
    }
    with pytest.raises(StoreError, match="was built anew meanwhile"):
        ask[table]()
    shutil.rmtree(corpus / "titles")
    with pytest.raises(StoreError, match="was built anew meanwhile"):
        source.search("The remarkable case of D")
    source.close()


@pytest.mark.long
@pytest.mark.parametrize(("name", "sibling"), [("d[1]", "d1"), ("e*x", "e1x"), ("f?", "fg"), ("g[*]?", "g*h")])
def test_the_name_of_a_folder_is_no_pattern(tmp_path: Path, name: str, sibling: str):
    """A corpus is read itself, and nothing of another one whose name the pattern would fit."""
    own = write_corpus(tmp_path / name, [work("A")], [])
    write_corpus(tmp_path / sibling, [work("B"), work("C")], [])
    with closing(CorpusSource(own)) as source:
        assert source.find_by_id("doi:10.1000/b") is None
        assert source.find_by_id("doi:10.1000/a").title == "The remarkable case of A"
    with open_engine(threads=1, memory="500MB") as engine:
        assert engine.count(engine.read(own / "works")) == 1
