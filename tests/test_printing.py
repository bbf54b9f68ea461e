"""How results reach a person: tables that fit the terminal, notes, progress, pages written and opened."""

import io
import os
import shutil
import sys
import webbrowser
from pathlib import Path

import pytest

from kg.cli.printing import print_notes, program, working
from kg.library.answers import Table

ROWS = [
    (68, 1997, "hochreiter1997long", "Hochreiter & Schmidhuber", "Long short-term memory", None),
    (7, 2016, "oord2016wavenet", "van den Oord et al.", "WaveNet: A Generative Model for Raw Audio", "few lists known"),
]
RANKED = Table(["citations", "year", "id", "authors", "title", "remark"], ROWS, ["citations"])


@pytest.mark.parametrize("columns", [30, 50, 80, 100, 200])
def test_a_table_fits_the_terminal_and_loses_nothing(columns: int):
    """No line is wider than the terminal, and every word and id of a row is still there."""
    lines = [line for row in RANKED.fitted(columns) for line in row]
    assert max(map(len, lines)) <= columns
    words = " ".join(lines).split()
    assert all(word in words for row in ROWS for cell in row if cell for word in str(cell).split())


def test_a_ranking_fits_50_columns(kg_here, monkeypatch: pytest.MonkeyPatch):
    """On a narrow terminal no line of `kg rank` is cut by the terminal."""
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_, **__: os.terminal_size((50, 24)))
    wide = kg_here("rank", "citations_held", "--top", 3).out
    assert max(map(len, wide.splitlines())) > 50
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    narrow = kg_here("rank", "citations_held", "--top", 3).out
    assert max(map(len, narrow.splitlines()[:-1])) <= 50


def test_two_notes_are_shown_and_the_rest_on_demand(capsys: pytest.CaptureFixture[str]):
    """The first two change how an answer is read; the line after them says how to see the others."""
    print_notes(["a", "b", "c"], all_=False)
    assert capsys.readouterr().err.splitlines() == ["a", "b", "(1 more note: --notes)"]
    print_notes(["a", "b", "c"], all_=True)
    assert capsys.readouterr().err.splitlines() == ["a", "b", "c"]
    print_notes(["a", "b"], all_=False)
    assert capsys.readouterr().err.splitlines() == ["a", "b"]


class Terminal(io.StringIO):
    """Stands in for stderr of a terminal."""

    def isatty(self) -> bool:
        """As a terminal is."""
        return True


def test_slow_work_shows_itself_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch):
    """A line while it goes on, erased afterwards; nothing where stderr is a file."""
    for stream, expected in ((Terminal(), "\r... drawing (0 s)\r\x1b[K"), (io.StringIO(), "")):
        monkeypatch.setattr(sys, "stderr", stream)
        with working("drawing"):
            pass
        assert stream.getvalue() == expected


def test_the_program_is_named_as_it_can_be_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`kg` where the shell finds it; else the path of the program, from here where it lies below."""
    tool = tmp_path / "my env" / "bin" / "kg"
    tool.parent.mkdir(parents=True)
    tool.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(tool)])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    assert program() == "'./my env/bin/kg'"
    monkeypatch.chdir(tool.parent)
    assert program() == "./kg"
    monkeypatch.setenv("PATH", str(tool.parent))
    assert program() == "kg"
    monkeypatch.setattr(sys, "argv", ["-c"])
    assert program() == "kg"


@pytest.mark.parametrize("words", [["map"], ["report"], ["dossier", "b"]], ids=lambda words: words[0])
def test_a_page_opens_in_the_browser_when_asked(kg_here, tmp_path: Path, monkeypatch, words: list[str]):
    """--open hands the browser the address of the page that was written."""
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: not opened.append(url))
    (tmp_path / "e.csv").write_text("citing,cited\nb,a\nc,b\n")
    (tmp_path / "w.csv").write_text("id,year\na,1990\nb,2000\nc,2010\n")
    kg_here("ingest", "e.csv", "--works", "w.csv", graph="g")
    kg_here(*words, "page.html", graph="g")
    assert opened == []
    kg_here(*words, "page.html", "--force", "--open", graph="g")
    assert opened == [(tmp_path / "page.html").as_uri()]


@pytest.mark.parametrize("words", [["map"], ["report"], ["dossier", "Todd 1989"]], ids=lambda words: words[0])
def test_a_page_that_cannot_be_written_is_refused_at_once(kg_here, tmp_path: Path, words: list[str]):
    """A folder that does not exist and a name that is not a page's: one line, exit 2, nothing made."""
    said = kg_here(*words, "nowhere/page.html", code=2).err
    assert said.startswith("kg: the folder nowhere does not exist\n")
    said = kg_here(*words, "page.txt", code=2).err
    assert said.startswith("kg: page.txt does not end in .html or .htm")
    assert "page.html" in said
    assert list(tmp_path.iterdir()) == []
