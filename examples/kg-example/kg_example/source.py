"""A source: two works and the citation between them, as a collection at hand may hold them."""

from collections.abc import Iterable, Iterator

from kg.model import Batch, Citation, Work
from kg.text import name_key, surname, title_key

TODD = Work(
    id="attic:1", title="A Connectionist Approach to Algorithmic Composition", authors=("Todd, Peter M.",), year=1989
)
MOZER = Work(
    id="attic:2", title="Neural Network Music Composition by Prediction", authors=("Mozer, Michael",), year=1994
)


class Attic:
    """What `kg.catalogue.Source` asks for: works found in four ways, and fetched with their citations."""

    name = "attic"

    def find_by_id(self, identifier: str) -> Work | None:
        """The work with this identifier."""
        return next((work for work in (TODD, MOZER) if work.id == identifier), None)

    def find_by_title(self, title: str) -> list[Work]:
        """Works of this title."""
        return [work for work in (TODD, MOZER) if title_key(work.title) == title_key(title)]

    def find_by_author_year(self, family: str, years: Iterable[int]) -> list[Work]:
        """Works whose first author has this surname."""
        return [work for work in self.find_by_year(years) if name_key(surname(work.authors[0])) == name_key(family)]

    def find_by_year(self, years: Iterable[int]) -> list[Work]:
        """Works of these years."""
        wanted = set(years)
        return [work for work in (TODD, MOZER) if work.year in wanted]

    def fetch(self, ids: Iterable[str]) -> Iterator[Batch]:
        """The works with these ids, the citations they take part in, and the works at the other end."""
        if {TODD.id, MOZER.id} & set(ids):
            citation = Citation(citing=MOZER.id, cited=TODD.id, source=self.name)
            yield Batch(works=[TODD, MOZER], citations=[citation])
