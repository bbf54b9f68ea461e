"""What `kg corpus measure` says: the works that stand first, of whom it speaks, and what limits it."""

import errno
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_corpora import Here, numbers, result, write_corpus
from test_corpus_measures import busy
from typer.testing import CliRunner

from kg.cli import app, load
from kg.corpus import engine
from kg.corpus.layout import Corpus
from kg.corpus.measures import job
from kg.errors import InputError, KgError, NothingFound
from kg.library.corpus import measure

CASE = busy(1)
FIELDS = {w: "Music" if k % 2 else "Physics" for k, w in enumerate(CASE.works)}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A small corpus."""
    return write_corpus(tmp_path_factory.mktemp("corpora") / "tiny", CASE, fields=FIELDS)


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """The engines that were opened; none of them is one."""
    found: list[tuple] = []

    @contextmanager
    def open_engine(name: str, **options) -> Iterator[Here]:
        found.append((name, options))
        yield Here()

    monkeypatch.setattr(engine, "open_engine", open_engine)
    return found


def ask(*words: str):
    """What the command gives."""
    load(["corpus"])
    return CliRunner().invoke(app, ["corpus", "measure", *words])


def test_the_works_that_stand_first(corpus):
    """The head is that of all figures, limited to a year and a field, with titles and the fields of the catalogue."""
    found = measure("citations", corpus.folder, top=3)
    citers = CASE.citers()
    best = sorted(CASE.works, key=lambda w: (-len(citers[w]), numbers(CASE)[w]))
    assert [row["title"] for row in found.rows] == [f"On {w}" for w in best[:3]]
    limited = measure("citations", corpus.folder, top=3, year=2001, field="Music")
    best = [w for w in best if CASE.year(w) == 2001 and FIELDS[w] == "Music"]
    assert [(row["title"], row["citations"]) for row in limited.rows] == [(f"On {w}", len(citers[w])) for w in best[:3]]
    assert {row["field"] for row in limited.rows} == {"Music"}
    with pytest.raises(NothingFound, match="no work with a value in year 1800") as nothing:
        measure("citations", corpus.folder, year=1800)
    assert nothing.value.exit_code == 5


def test_what_was_measured_is_read_not_measured_again(corpus, opened):
    """An engine is opened once for one choice of options."""
    for alpha in (0.5, 0.5, 0.6):
        measure("pagerank", corpus.folder, alpha=alpha, threads=2, engine="spark", master="local[1]")
    assert [name for name, _ in opened] == ["spark"] * 2
    assert opened[0][1] == {"master": "local[1]", "memory": None, "threads": 2}


def test_the_answer_says_of_whom_it_speaks(corpus):
    """How many works of which snapshot, how many lists are known, that it is generated, and which works have no row."""
    found = measure("disruption", corpus.folder, by_year=True)
    told = found.as_dict()
    known = sum(CASE.known(w) for w in CASE.works)
    assert told["population"] == {
        "catalogue": "openalex",
        "name": "tiny",
        "snapshot": "none",
        "generated": True,
        "works": len(CASE.works),
        "undated": len(CASE.works) - len(CASE.years),
        "known_lists": known,
        "known_share": known / len(CASE.works),
    }
    text = str(found)
    assert "80 works of OpenAlex, snapshot none (a generated catalogue: no real works)" in text
    assert f"{known / 80:.1%} of their reference lists are known" in text
    rows = len(result(corpus, "disruption"))
    assert f"{80 - rows} works without a row: they have a reference list that is unknown or empty, or no year" in text
    assert "the 5 years after publication are not over for works from 2004 on" in text
    assert told["years"]["2001"]["coverage"] == pytest.approx(
        sum(CASE.known(w) for w in CASE.works if 2002 <= (CASE.year(w) or 0) <= 2006)
        / sum(2002 <= (CASE.year(w) or 0) <= 2006 for w in CASE.works)
    )


def test_the_command(corpus: Corpus, tmp_path: Path):
    """It prints a table, or one JSON document; options of other measures and folders that are no corpus are refused."""
    done = ask("beauty", str(corpus.folder), "--top", "2", "--by-year", "--last-year", "2007")
    assert done.exit_code == 0
    assert "awakening year" in done.stdout
    assert "\n2001" in done.stdout
    document = json.loads(ask("pagerank", str(corpus.folder), "--json", "--tolerance", "1e-9").stdout)
    assert document["counts"]["bound"] <= 1e-9
    assert len(document["rows"]) == 20
    for words, said in (
        (("pagerank", str(corpus.folder), "--window", "3"), "pagerank has no option --window"),
        (("disruption", str(corpus.folder), "--window", "0"), "--window must be at least 1 year"),
        (("citations", str(tmp_path)), "is not a corpus"),
    ):
        failed = ask(*words)
        assert isinstance(failed.exception, InputError)
        assert said in failed.exception.message


def test_figures_of_another_build_are_measured_again(tmp_path, opened):
    """A measure of the corpus as it was is no measure of it as it is."""
    corpus = write_corpus(tmp_path / "other", CASE)
    measure("citations", corpus.folder)
    manifest = corpus.folder / "corpus.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"built": "2031-02-01"}))
    measure("citations", corpus.folder)
    assert len(opened) == 2


def test_a_full_disk_is_said_in_one_line(corpus, monkeypatch):
    """What the system or NumPy says of a full disk is said as a build says it; another fault stays what it is."""
    for error, kind in (
        (OSError(errno.ENOSPC, "No space left on device"), KgError),
        (OSError("1000 requested and 12 written"), KgError),
        (OSError(errno.EIO, "Input/output error"), OSError),
    ):

        def failing(*_: object, error: OSError = error) -> None:
            raise error

        monkeypatch.setattr(job, "write_part", failing)
        with pytest.raises(kind) as told:
            measure("percentile", corpus.folder)
        if kind is KgError:
            assert told.value.message == f"no space left on the disk of {corpus.folder}"


@pytest.mark.nightly
def test_damaged_bytes_of_a_corpus_end_in_a_line(tmp_path: Path):
    """Every 40th byte of a file of citations and of works, each wrong by itself: a value, or what is damaged."""
    corpus = write_corpus(tmp_path / "c", CASE, fields=FIELDS)
    told = 0
    for table in ("citing", "works"):
        file = next(corpus.folder.glob(f"{table}/year=*/part-0.parquet"))
        right = file.read_bytes()
        for at in range(0, len(right), 40):
            file.write_bytes(right[:at] + bytes([right[at] ^ 0x55]) + right[at + 1 :])
            shutil.rmtree(corpus.measures, ignore_errors=True)
            try:
                measure("pagerank", corpus.folder)
            except KgError as error:
                told += "is damaged" in error.message
        file.write_bytes(right)
    assert told > 20
