"""A report as a page: one offline HTML text, made of chapters whose content the caller has computed.

A chapter is sentences, a chart and tables. Every figure in a sentence or cell is a Number: it carries the command that
prints it again, and the page links it to that command in its last chapter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.output.pages.frame import Frame
from kg.output.pages.html import environment
from kg.output.report.figures import Figure
from kg.page import Document

__all__ = ["Chapter", "Lead", "Named", "Number", "Report", "Sentence", "Table", "render_report"]


class Number(NamedTuple):
    """A figure as shown, and the command that prints it."""

    shown: str
    command: str


class Named(NamedTuple):
    """A work by name, with its address where it has one."""

    name: str
    url: str = ""


class Lead(str):
    """What a sentence is about, set in bold before it."""

    __slots__ = ()


Part = str | Number | Named
Sentence = Sequence[Part]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells under a caption; `rest` says what is not listed."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Part | Sentence]]
    rest: str = ""
    loose: bool = False  # names without blanks may break anywhere
    folded: bool = False  # the data behind a figure: closed until asked for


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One part of a report."""

    title: str
    paragraphs: Sequence[Sentence] = ()
    figure: Figure | None = None
    legend: str = ""  # how to read the figure
    tables: Sequence[Table] = ()
    points: Sequence[Sentence] = ()  # a list after the tables
    verbatim: str = ""  # text to copy

    @property
    def anchor(self) -> str:
        """The name of the chapter in addresses."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.title.lower()).split())


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole report, all decided by the caller."""

    title: str
    subtitle: str
    chapters: Sequence[Chapter]
    warning: Sentence = ()  # how far to trust it, shown first
    attribution: str = ""  # whose data this is
    made_by: str = ""
    lines: list[str] = field(default_factory=list)  # the commands it refers to, filled while the page is written

    def line(self, command: str) -> int:
        """The number of a command among the lines of the report, counted from 1."""
        if command not in self.lines:
            self.lines.append(command)
        return self.lines.index(command) + 1


def render_report(report: Report, frame: Frame | None = None) -> Document:
    """Write the page: one HTML document that needs no other file and makes no request; in an app, with its bar."""
    report.lines.clear()

    def kind(part: object) -> str:
        return (
            type(part).__name__
            if isinstance(part, Number | Named | Lead)
            else "text"
            if isinstance(part, str)
            else "several"
        )

    page = environment(kind=kind).get_template("templates/report.html.j2").render(report=report, frame=frame)
    return Document(page, height=900)
