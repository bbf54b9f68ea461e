"""One page on a work: history, numbers, returns, claims, paths to later works, and what is not known."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kg.graph.folder import Workspace
from kg.library.answers import Answer, Block
from kg.library.naming import find_work
from kg.model import Work
from kg.output.dossier.content import dossier as collect
from kg.output.dossier.formats import to_html, to_markdown, to_text
from kg.output.dossier.model import DossierContent
from kg.page import Document


@dataclass(frozen=True, repr=False)
class Dossier(Answer):
    """Everything kg can say of a work, beside every number the command that shows what it is made of.

    Attributes
    ----------
    work : Work
        The work.
    content : DossierContent
        The parts of the page.
    """

    work: Work
    content: DossierContent
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The document of `kg dossier --json`."""
        return self.content.as_dict()

    def blocks(self) -> Iterator[Block]:
        """The page as text."""
        yield to_text(self.content).rstrip("\n")

    def to_markdown(self) -> str:
        """The page in Markdown."""
        return to_markdown(self.content)

    def to_html(self) -> Document:
        """The page in HTML, whole in one text, without scripts."""
        return Document(to_html(self.content))

    def _repr_html_(self) -> str:
        return self.to_html()._repr_html_()


def dossier(space: Workspace, work: str | Work) -> Dossier:
    """The dossier of a work."""
    found = find_work(space, work)
    return Dossier(found, collect(space.graph, found))
