"""Where works are looked up: what every catalogue answers, and what a source gives beyond that."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from kg.model import Batch, Work


class Catalogue(Protocol):
    """Look-ups in a collection of works; `kg.graph.store.Store` is one."""

    def find_by_id(self, identifier: str) -> Work | None:
        """The work with this id or identifier (in normal form), or None."""
        ...

    def find_by_title(self, title: str) -> list[Work]:
        """Works of this title, else works whose title before its colon is this, compared by `kg.text.title_key`."""
        ...

    def find_by_author_year(self, surname: str, years: Iterable[int]) -> list[Work]:
        """Works of these years whose first author has this surname, compared by `kg.text.name_key`."""
        ...

    def find_by_year(self, years: Iterable[int]) -> list[Work] | None:
        """Works published in these years, None where they are too many to compare a reference with each."""
        ...


class Source(Catalogue, Protocol):
    """A catalogue that also gives works with their citations: the bundled graph, Semantic Scholar ..."""

    name: str

    def fetch(self, ids: Iterable[str]) -> Iterator[Batch]:
        """The works with these ids, the citations that they make and receive, and the works at the other end."""
        ...


class Without:
    """A catalogue without the works that are hidden."""

    def __init__(self, catalogue: Catalogue, hidden: Callable[[Work], bool]) -> None:
        self._catalogue, self._hidden = catalogue, hidden

    def find_by_id(self, identifier: str) -> Work | None:
        """The work with this id or identifier, unless it is hidden."""
        work = self._catalogue.find_by_id(identifier)
        return None if work is None or self._hidden(work) else work

    def find_by_title(self, title: str) -> list[Work]:
        """Works of this title."""
        return self._shown(self._catalogue.find_by_title(title))

    def find_by_author_year(self, surname: str, years: Iterable[int]) -> list[Work]:
        """Works of this author and these years."""
        return self._shown(self._catalogue.find_by_author_year(surname, years))

    def find_by_year(self, years: Iterable[int]) -> list[Work] | None:
        """Works of these years."""
        found = self._catalogue.find_by_year(years)
        return None if found is None else self._shown(found)

    def _shown(self, works: list[Work]) -> list[Work]:
        return [work for work in works if not self._hidden(work)]
