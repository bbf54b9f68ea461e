"""What Semantic Scholar answers: the routes of the graph, recommendation and dataset services over one corpus.

Facts and their sources: the Swagger files, the recordings, and issue threads named beside the texts. Answers of the
application are `json.dumps` with spaces and, when all is well, a newline at the end, as in every recording.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from standins import datasets
from standins.corpus import Corpus, Paper
from standins.fields import (
    AUTHOR,
    AUTHOR_DEFAULT,
    AUTHOR_PAPER,
    BASE,
    FULL,
    PAPER_DEFAULT,
    ROW,
    Fields,
    open_access,
    parse_fields,
    write_author,
    write_paper,
    write_row,
)
from standins.titles import FILTERS, Titles

_NOT_AVAILABLE = "Requested data for this limit and/or offset is not available"  # s2-folks#96, #80
_NO_IDS = "No valid paper ids given"  # met by several clients: no id of a batch is known, or one is malformed


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps; tests may lower them. The last two are oddities of the real service, off unless asked for."""

    page: int = 1000  # rows of one page of a list
    reach: int = 10_000  # offset + limit of a list must stay below
    nested: int = 1000  # rows of one nested list of GET /paper/{id}: cut silently
    nested_batch: int = 9999  # rows of all nested lists of one POST /paper/batch together: cut silently
    ids: int = 500  # of one batch
    search_page: int = 100
    search_reach: int = 1000
    bulk_page: int = 1000
    body_bytes: int = 10_000_000
    short_page: int | None = None  # no page of a list or search has more rows; `next` follows (s2-folks#96)
    references_reach: int | None = None  # later pages of reference lists come back empty from here (s2-folks#117)


class Refused(Exception):
    """An answer that is not 200."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


class Api:
    """The services over one corpus."""

    headers: tuple[tuple[str, str], ...] = ()

    def __init__(self, corpus: Corpus, limits: Limits) -> None:
        self._corpus = corpus
        self._limits = limits
        self._titles = Titles(corpus)

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, bytes]:
        """Status and body of the answer to a request; `path` is still quoted."""
        try:
            text = json.dumps(self._route(method, path, query, body)) + "\n"
        except Refused as refused:
            return _error(refused.status, refused.error)
        if len(text) > self._limits.body_bytes:
            return _error(400, "Response would exceed maximum size. Please use smaller batches, or limit and offset.")
        return 200, text.encode()

    def _route(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Any:
        service, _, rest = path.removeprefix("/").partition("/v1/")
        name = f"{method} {service}/{rest}"
        fixed = {
            "POST graph/paper/batch": lambda: self._batch(query, body),
            "GET graph/paper/search": lambda: self._search(query),
            "GET graph/paper/search/bulk": lambda: self._bulk(query),
            "GET graph/paper/search/match": lambda: self._match(query),
            "GET graph/paper/autocomplete": lambda: self._autocomplete(query),
            "POST graph/author/batch": lambda: self._authors(query, body),
            "GET graph/author/search": lambda: self._search_authors(query),
            "GET graph/snippet/search": lambda: self._snippets(query),
            "POST recommendations/papers/": lambda: self._recommend_from(query, body),
        }
        if name in fixed:
            return fixed[name]()
        if method == "GET" and service == "datasets" and (found := datasets.answer(rest)) is not None:
            return found
        shown = unquote(rest)  # an id may hold slashes, quoted or not
        if method == "GET" and service == "recommendations" and shown.startswith("papers/forpaper/"):
            return self._recommend([shown.removeprefix("papers/forpaper/")], query)
        if method == "GET" and service == "graph":
            kind, _, id_ = shown.partition("/")
            id_, slash, list_ = id_.rpartition("/")
            if kind == "paper" and slash and list_ in {"citations", "references", "authors"}:
                paper = self._paper(id_)
                return self._list_authors(paper, query) if list_ == "authors" else self._list(paper, list_, query)
            if kind == "author" and slash and list_ == "papers":
                return self._list_papers(id_, query)
            if kind == "author":
                return self._author(f"{id_}{slash}{list_}", query)
            if kind == "paper":
                return self._one(f"{id_}{slash}{list_}", query)
        raise Refused(404, "Not Found")

    # --- papers

    def _one(self, id_: str, query: Mapping[str, str]) -> Any:
        paper = self._paper(id_)  # an unknown id is told before unknown fields [recorded]
        fields = self._fields(query, FULL, PAPER_DEFAULT)
        return write_paper(paper, fields, dict.fromkeys(("citations", "references"), self._limits.nested))

    def _batch(self, query: Mapping[str, str], body: Any) -> Any:
        ids = self._ids(body, "ids")
        if len(ids) > self._limits.ids:
            raise Refused(400, f"Too many ids given: {len(ids)}, at most {self._limits.ids} at a time")
        papers = [self._corpus.find(id_) for id_ in ids]
        if "" in ids or not any(papers):
            raise Refused(400, _NO_IDS)
        fields = self._fields(query, FULL, PAPER_DEFAULT)
        rows = self._shares(papers, [name for name in ("citations", "references") if name in fields])
        return [paper and write_paper(paper, fields, rows[k]) for k, paper in enumerate(papers)]

    def _shares(self, papers: Sequence[Paper | None], lists: Sequence[str]) -> list[dict[str, int]]:
        """How many rows each nested list of a batch gets: too few of them in the order of paperIds, not of the request."""
        left = self._limits.nested_batch
        shares: list[dict[str, int]] = [{} for _ in papers]
        for k, paper in sorted(enumerate(papers), key=lambda pair: (pair[1] and pair[1].sha) or ""):
            for name in lists if paper else ():
                shares[k][name] = min(left, len(getattr(paper, name)))
                left -= shares[k][name]
        return shares

    def _list(self, paper: Paper, list_: str, query: Mapping[str, str]) -> Any:
        limits = self._limits
        offset, limit = self._span(query, limits.page)
        if offset + limit >= limits.reach:
            raise Refused(400, f"offset + limit must be < {limits.reach}")
        fields = self._fields(query, ROW, PAPER_DEFAULT)
        end, links = ("citingPaper", paper.citations) if list_ == "citations" else ("citedPaper", paper.references)
        info = {}
        if list_ == "references":
            info = {"citingPaperInfo": {"openAccessPdf": open_access(paper), "title": paper.title}}
            if paper.elided:
                return {"data": None} | info
            if limits.references_reach and offset and offset + limit >= limits.references_reach:
                links = links[:0]
        elif span := query.get("publicationDateOrYear"):
            self._check(query, "publicationDateOrYear")
            links = [link for link in links if link.citing and FILTERS["publicationDateOrYear"][1](link.citing, span)]
        rows = links[offset : offset + min(limit, limits.short_page or limit)]
        after = {"next": offset + len(rows)} if rows and offset + len(rows) < len(links) else {}
        return {"offset": offset} | after | info | {"data": [write_row(link, end, fields) for link in rows]}

    # --- search

    def _search(self, query: Mapping[str, str]) -> Any:
        limits = self._limits
        offset, limit = self._span(query, limits.search_page)
        fields = self._fields(query, FULL, PAPER_DEFAULT)
        papers = self._filtered(self._titles.search(self._query(query)), query)
        reachable = min(len(papers), limits.search_reach)
        if offset + limit > limits.search_reach or (offset and offset >= reachable):
            raise Refused(400, _NOT_AVAILABLE)
        if not papers:
            return {"total": 0, "offset": offset}
        page = papers[offset : offset + min(limit, limits.short_page or limit)]
        after = {"next": offset + len(page)} if offset + len(page) < reachable else {}
        rows = dict.fromkeys(("citations", "references"), limits.nested)
        data = [write_paper(paper, fields, rows) for paper in page]
        return {"total": len(papers), "offset": offset} | after | {"data": data}

    def _bulk(self, query: Mapping[str, str]) -> Any:
        fields = self._fields(query, BASE, PAPER_DEFAULT)
        papers = self._filtered(self._titles.bulk(query.get("query", "")), query)
        name, _, order = query.get("sort", "paperId").partition(":")
        key = {
            "paperId": lambda paper: paper.sha,
            "publicationDate": lambda paper: paper.date,
            "citationCount": lambda paper: paper.citation_count,
        }.get(name)
        if key is None or order not in {"", "asc", "desc"}:
            raise Refused(400, f"Unacceptable query params: [sort={query['sort']}]")
        dated = sorted((p for p in papers if key(p) is not None), key=key, reverse=order == "desc")
        papers = dated + [paper for paper in papers if key(paper) is None]
        token = query.get("token", "P0")
        if not re.fullmatch(r"P\d+", token):
            raise Refused(400, f"Unacceptable query params: [token={token}]")
        start = int(token[1:])
        stop = start + self._limits.bulk_page
        data = [write_paper(paper, fields, {}) for paper in papers[start:stop]]
        return {"total": len(papers), "token": f"P{stop}" if stop < len(papers) else None, "data": data}

    def _match(self, query: Mapping[str, str]) -> Any:
        fields = self._fields(query, FULL, PAPER_DEFAULT)
        found = self._titles.match(self._query(query))
        if found is None or not self._filtered([found[0]], query):
            raise Refused(404, "Title match not found")
        rows = dict.fromkeys(("citations", "references"), self._limits.nested)
        return {"data": [write_paper(found[0], fields, rows) | {"matchScore": found[1]}]}

    def _autocomplete(self, query: Mapping[str, str]) -> Any:
        papers = self._titles.complete(self._query(query))[:10]
        return {"matches": [{"id": p.sha, "title": p.title, "authorsYear": _authors_year(p)} for p in papers]}

    def _snippets(self, query: Mapping[str, str]) -> Any:
        data = []
        for paper in self._titles.search(self._query(query))[: int(query.get("limit", "10"))]:
            end = len(paper.title)
            snippet = {
                "text": paper.title,
                "snippetKind": "title",
                "section": None,
                "snippetOffset": {"start": 0, "end": end},
                "annotations": {"sentences": [{"start": 0, "end": end}], "refMentions": []},
            }
            about = {
                "corpusId": str(paper.number),
                "title": paper.title,
                "authors": [author.name for author in paper.authors],
                "openAccessInfo": None,
            }
            data.append({"snippet": snippet, "score": 0.5, "paper": about})
        return {"data": data, "retrievalVersion": "v1.0.0"}

    def _filtered(self, papers: Sequence[Paper], query: Mapping[str, str]) -> list[Paper]:
        kept = list(papers)
        for name in FILTERS:
            if name in query:
                self._check(query, name)
                kept = [paper for paper in kept if FILTERS[name][1](paper, query[name])]
        return kept

    # --- authors

    def _author(self, id_: str, query: Mapping[str, str]) -> Any:
        author = self._corpus.find_author(id_)
        if author is None:
            raise Refused(404, f"Author with id {id_} not found")
        return write_author(author, self._fields(query, AUTHOR, AUTHOR_DEFAULT))

    def _authors(self, query: Mapping[str, str], body: Any) -> Any:
        found = [self._corpus.find_author(id_) for id_ in self._ids(body, "ids")]
        fields = self._fields(query, AUTHOR, AUTHOR_DEFAULT)
        return [author and write_author(author, fields) for author in found]

    def _search_authors(self, query: Mapping[str, str]) -> Any:
        asked = set(self._query(query).casefold().split())
        people = [a for a in self._corpus.people.values() if asked <= set(a.name.casefold().split())]
        fields = self._fields(query, AUTHOR, AUTHOR_DEFAULT)
        page = self._page([write_author(author, fields) for author in people], query)
        return {"total": len(people)} | (page if people else {"offset": page["offset"]})

    def _list_authors(self, paper: Paper, query: Mapping[str, str]) -> Any:
        fields = self._fields(query, AUTHOR, AUTHOR_DEFAULT)
        return self._page([write_author(author, fields) for author in paper.authors], query)

    def _list_papers(self, id_: str, query: Mapping[str, str]) -> Any:
        author = self._corpus.find_author(id_)
        if author is None:
            raise Refused(404, f"Author with id {id_} not found")
        fields = self._fields(query, AUTHOR_PAPER, PAPER_DEFAULT)
        rows = dict.fromkeys(("citations", "references"), self._limits.nested)
        return self._page([write_paper(paper, fields, rows) for paper in author.papers], query)

    def _page(self, rows: Sequence[Any], query: Mapping[str, str]) -> dict[str, Any]:
        offset, limit = self._span(query, self._limits.page)
        after = {"next": offset + limit} if offset + limit < len(rows) else {}
        return {"offset": offset} | after | {"data": rows[offset : offset + limit]}

    # --- recommendations

    def _recommend_from(self, query: Mapping[str, str], body: Any) -> Any:
        if not body or not body.get("positivePaperIds"):
            raise Refused(400, "No positive paper examples given")
        return self._recommend(body["positivePaperIds"], query)

    def _recommend(self, ids: Sequence[str], query: Mapping[str, str]) -> Any:
        """Papers that share references with the given ones, the most first."""
        given = [self._paper(id_) for id_ in ids]
        shared: dict[Paper, int] = {}
        for link in (link for paper in given for link in paper.references if link.cited):
            for other in {row.citing for row in link.cited.citations} if link.cited else ():
                if other and other.sha and other not in given:
                    shared[other] = shared.get(other, 0) + 1
        fields = self._fields(query, BASE, PAPER_DEFAULT)
        _, limit = self._span(query, 500)
        papers = sorted(shared, key=lambda paper: -shared[paper])[:limit]
        return {"recommendedPapers": [write_paper(paper, fields, {}) for paper in papers]}

    # --- what requests say

    def _paper(self, id_: str) -> Paper:
        paper = self._corpus.find(id_)
        if paper is None:
            raise Refused(404, f"Paper with id {id_} not found")
        return paper

    def _ids(self, body: Any, name: str) -> list[str]:
        ids = body.get(name) if isinstance(body, dict) else None
        if not isinstance(ids, list) or not all(isinstance(id_, str) for id_ in ids) or not ids:
            raise Refused(400, _NO_IDS)
        return ids

    def _fields(self, query: Mapping[str, str], known: Fields, default: Fields) -> Fields:
        fields, bad = parse_fields(query.get("fields"), known, default)
        if bad:
            raise Refused(400, f"Unrecognized or unsupported fields: [{', '.join(bad)}]")
        return fields

    def _span(self, query: Mapping[str, str], most: int) -> tuple[int, int]:
        offset, limit = query.get("offset", "0"), query.get("limit", "100")
        bad = [] if offset.isdecimal() else [f"offset={offset}"]
        if not limit.isdecimal() or not 1 <= int(limit) <= most:
            bad.append(f"limit={limit}")
        if bad:
            raise Refused(400, f"Unacceptable query params: [{', '.join(bad)}]")
        return int(offset), int(limit)

    def _query(self, query: Mapping[str, str]) -> str:
        if not query.get("query", "").strip():
            raise Refused(400, "Missing required parameter: query")
        return query["query"]

    def _check(self, query: Mapping[str, str], name: str) -> None:
        if not re.fullmatch(FILTERS[name][0], query[name]):
            raise Refused(400, f"Unacceptable query params: [{name}={query[name]}]")


def _error(status: int, text: str) -> tuple[int, bytes]:
    return status, json.dumps({"error": text}).encode()


def _authors_year(paper: Paper) -> str:
    names = [author.name.split()[-1] for author in paper.authors]
    who = f"{names[0]} et al." if len(names) > 2 else " & ".join(names)
    return ", ".join(filter(None, (who, str(paper.year or ""))))
