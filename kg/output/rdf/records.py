"""What RDF is made of: the records of a store."""

from collections.abc import Iterator
from typing import Protocol

from kg.model import Citation, Claim, Concept, Remark, Resolution, Retrieval, Work


class Records(Protocol):
    """What RDF and the exporters need of a store; `by_id` asks for an order that does not depend on that of ingest."""

    @property
    def name(self) -> str:
        """The graph's name."""

    @property
    def revision(self) -> int:
        """The store's revision."""

    @property
    def state(self) -> str:
        """A name for the present content of the store, which no other content has."""

    @property
    def until(self) -> int | None:
        """The last year it shows; None where it shows all."""

    def counts(self) -> tuple[int, int]:
        """The number of works, and of distinct citations."""

    def works(self, *, by_id: bool = False) -> Iterator[Work]:
        """Every work."""

    def aliases(self) -> Iterator[tuple[str, str]]:
        """Works' ids with other names they go by, which are no identifiers."""

    def citations(self, *, by_id: bool = False) -> Iterator[Citation]:
        """Every (citing, cited, source), those of one pair one after the other."""

    def pairs(self, *, by_id: bool = False) -> Iterator[tuple[str, str]]:
        """Every distinct citation: the ids of the citing and the cited work."""

    def retrievals(self, *, by_id: bool = False) -> Iterator[Retrieval]:
        """How each list was retrieved."""

    def claims(self) -> Iterator[Claim]:
        """Claims that articles make about works."""

    def concepts(self, *, by_id: bool = False) -> Iterator[Concept]:
        """Tasks, architectures and representations of works."""

    def resolutions(self) -> Iterator[Resolution]:
        """How references were matched to works."""

    def remarks(self) -> Iterator[Remark]:
        """Records left out or changed."""

    def runs(self) -> Iterator[tuple[int, str, str]]:
        """Number, command and start of each session of writing."""
