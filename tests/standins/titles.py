"""Search as the stand-in does it: words of titles, authors, venue and year; the closest title; completion; filters."""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable

import numpy as np

from standins.corpus import Corpus, Paper
from standins.fields import open_access, publication_types

_DATE = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_NEAR = 0.85  # Dice coefficient of the words from which two titles are close enough for /search/match


class Titles:
    """An index of the words of a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._papers = list(corpus.papers.values())
        self._titles = [_words(paper.title) for paper in self._papers]
        self._distinct = np.array([len(set(title)) for title in self._titles])
        having: dict[str, list[int]] = defaultdict(list)
        for n, (title, paper) in enumerate(zip(self._titles, self._papers, strict=True)):
            about = [paper.venue, str(paper.year or ""), *(author.name for author in paper.authors)]
            for word in {*title, *_words(" ".join(about))}:
                having[word].append(n)
        self._words = {word: np.array(papers) for word, papers in having.items()}

    def search(self, query: str) -> list[Paper]:
        """Papers that have at least half of the words, the best first; a hyphenated word finds nothing."""
        if re.search(r"\w-\w", query):
            return []
        asked = set(_words(query))
        shared, scores = self._shared(asked)
        kept = np.flatnonzero((shared > 0) & (2 * shared >= len(asked))).tolist()
        return [self._papers[n] for n in sorted(kept, key=lambda n: (-scores[n], -self._papers[n].citation_count))]

    def bulk(self, query: str) -> list[Paper]:
        """Papers that have every word, in order of paperId; all papers without a query. No operators."""
        shared = set(range(len(self._papers)))
        for word in _words(query):
            shared &= set(self._words[word].tolist()) if word in self._words else set()
        return sorted((self._papers[n] for n in shared), key=lambda paper: paper.sha or "")

    def match(self, query: str) -> tuple[Paper, float] | None:
        """The closest title and its score, whatever its year and authors.

        The query's words stand in the title as one phrase (so the most cited of equal titles wins), or the title in the
        query; else nearly all words are shared.
        """
        asked = _words(query)
        shared, scores = self._shared(set(asked))
        # either most of the query's words are shared, or all of the title's
        close = np.flatnonzero((shared > 0) & (shared >= np.minimum(0.7 * len(set(asked)), self._distinct)))
        phrase = f" {' '.join(asked)} "
        best: tuple[tuple[bool, float, int], int] | None = None
        for n in close.tolist():
            words = self._titles[n]
            title = f" {' '.join(words)} "
            dice = 2 * len(set(words) & set(asked)) / max(len(set(words)) + len(set(asked)), 1)
            contained = phrase in title or (len(words) > 3 and title in phrase)
            rank = (contained, dice, self._papers[n].citation_count)
            if (contained or dice >= _NEAR) and (best is None or rank > best[0]):
                best = (rank, n)
        return (self._papers[best[1]], round(float(scores[best[1]]), 5)) if best else None

    def complete(self, query: str) -> list[Paper]:
        """Papers whose titles begin with the query, or have a word that does."""
        start = " ".join(_words(query[:100]))
        titles = zip(self._papers, self._titles, strict=True)
        return [paper for paper, words in titles if start and f" {start}" in f" {' '.join(words)}"]

    def _shared(self, asked: set[str]) -> tuple["np.ndarray", "np.ndarray"]:
        """How many of the words each paper has, and its score by them."""
        known = [self._words[word] for word in asked if word in self._words]
        weights = [12.34567 + 2 * math.log(len(self._papers) / len(papers)) for papers in known]
        papers = np.concatenate([np.array([], int), *known])
        weight = np.repeat(weights, [len(papers) for papers in known])
        return tuple(np.bincount(papers, weights=w, minlength=len(self._papers)) for w in (None, weight))


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
