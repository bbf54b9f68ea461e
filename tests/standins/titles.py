"""Search as the stand-in does it: words of titles, authors, venue and year; the closest title; completion; filters."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from standins.corpus import Corpus, Paper
from standins.fields import open_access, publication_types

_DATE = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_NEAR = 0.85  # Dice coefficient of the words from which two titles are close enough for /search/match


class Titles:
    """An index of the words of a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._papers = corpus.papers
        self._words: dict[str, list[Paper]] = defaultdict(list)
        self._titles: dict[str, list[str]] = {}
        for sha, paper in corpus.papers.items():
            self._titles[sha] = _words(paper.title)
            about = [paper.venue, str(paper.year or ""), *(author.name for author in paper.authors)]
            for word in {*self._titles[sha], *_words(" ".join(about))}:
                self._words[word].append(paper)

    def search(self, query: str) -> list[Paper]:
        """Papers that have at least half of the words, the best first; a hyphenated word finds nothing."""
        if re.search(r"\w-\w", query):
            return []
        asked = set(_words(query))
        scores = self._scores(asked)
        found = Counter(paper.sha for word in asked for paper in self._words.get(word, ()))
        kept = [sha for sha in scores if 2 * found[sha] >= len(asked)]
        return [self._papers[s] for s in sorted(kept, key=lambda s: (-scores[s], -self._papers[s].citation_count))]

    def bulk(self, query: str) -> list[Paper]:
        """Papers that have every word, in order of paperId; all papers without a query. No operators."""
        shared = set(self._papers)
        for word in _words(query):
            shared &= {paper.sha or "" for paper in self._words.get(word, ())}
        return [self._papers[sha] for sha in sorted(shared)]

    def match(self, query: str) -> tuple[Paper, float] | None:
        """The closest title and its score, whatever its year and authors.

        The query's words stand in the title as one phrase (so the most cited of equal titles wins), or the title in the
        query; else nearly all words are shared.
        """
        asked = _words(query)
        scores = self._scores(set(asked))
        shared = Counter(paper.sha or "" for word in set(asked) for paper in self._words.get(word, ()))
        # either most of the query's words are shared, or all of the title's
        close = [sha for sha in scores if shared[sha] >= min(0.7 * len(set(asked)), len(set(self._titles[sha])))]
        phrase = f" {' '.join(asked)} "
        best: tuple[tuple[bool, float, int], Paper] | None = None
        for paper in map(self._papers.__getitem__, close):
            words = self._titles[paper.sha or ""]
            title = f" {' '.join(words)} "
            dice = 2 * len(set(words) & set(asked)) / max(len(set(words)) + len(set(asked)), 1)
            contained = phrase in title or (len(words) > 3 and title in phrase)
            rank = (contained, dice, paper.citation_count)
            if (contained or dice >= _NEAR) and (best is None or rank > best[0]):
                best = (rank, paper)
        return (best[1], round(scores[best[1].sha or ""], 5)) if best else None

    def complete(self, query: str) -> list[Paper]:
        """Papers whose titles begin with the query, or have a word that does."""
        start = " ".join(_words(query[:100]))
        titles = ((sha, f" {' '.join(words)}") for sha, words in self._titles.items())
        return [self._papers[sha] for sha, title in titles if start and f" {start}" in title]

    def _scores(self, asked: Iterable[str]) -> dict[str, float]:
        scores: dict[str, float] = defaultdict(float)
        for word in asked:
            if papers := self._words.get(word):
                weight = 12.34567 + 2 * math.log(len(self._titles) / len(papers))
                for paper in papers:
                    scores[paper.sha or ""] += weight
        return scores


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))


# --- filters


def in_dates(paper: Paper, span: str) -> bool:
    """Whether a paper is dated within `start:end`, each YYYY, YYYY-MM or YYYY-MM-DD; undated papers never are."""
    day = paper.date or (f"{paper.year}-01-01" if paper.year else "")
    start, colon, end = span.partition(":")
    end = end if colon else start
    return bool(day) and day >= start and (not end or day[: len(end)] <= end)


def _in_years(paper: Paper, span: str) -> bool:
    start, dash, end = span.partition("-")
    end = end if dash else start
    return paper.year is not None and int(start or 0) <= paper.year <= int(end or 9999)


def _venue(paper: Paper, names: str) -> bool:
    return paper.venue.casefold().startswith(tuple(name.strip().casefold() for name in names.split(",")))


#: Query parameter -> what its value looks like, and whether a paper passes.
FILTERS: dict[str, tuple[str, Callable[[Paper, str], bool]]] = {
    "publicationDateOrYear": (f"(?:{_DATE})?:(?:{_DATE})?|{_DATE}", in_dates),
    "year": (r"\d{4}|\d{4}-|-\d{4}|\d{4}-\d{4}", _in_years),
    "venue": (".+", _venue),
    "minCitationCount": (r"\d+", lambda paper, least: paper.citation_count >= int(least)),
    "openAccessPdf": ("", lambda paper, _: bool((open_access(paper) or {}).get("url"))),
    "publicationTypes": (".+", lambda paper, types: bool({*types.split(",")} & {*(publication_types(paper) or ())})),
    "fieldsOfStudy": (".+", lambda _, fields: "Computer Science" in fields.split(",")),
}
