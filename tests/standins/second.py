"""Stand-ins for OpenAlex, Crossref and OpenCitations, to be served by `s2_server.StandIn`.

Each serves records in the shape of the real ones (`../shared/data/inputs`), or any works and citations of kg as if they
were the service's own: `OpenAlex.of(works, citations)`.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import unquote

from kg.model import Citation, Work
from kg.text import surname, title_key

_FIELDS = {
    "id", "doi", "ids", "title", "display_name", "publication_year", "publication_date", "authorships", "primary_location", "locations",
    "host_venue", "referenced_works", "referenced_works_count", "cited_by_count", "type", "is_retracted",
}  # fmt: skip


def _names(work: Work) -> dict[str, str]:
    """The identifiers of a work by scheme, its id included."""
    return {name.split(":", 1)[0]: name.split(":", 1)[1] for name in (*work.identifiers, work.id) if ":" in name}


def _cited(works: list[Work], citations: Iterable[Citation]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {work.id: [] for work in works}
    for pair in dict.fromkeys((c.citing, c.cited) for c in citations):
        lists[pair[0]].append(pair[1])
    return lists


class OpenAlex:
    """The part of api.openalex.org that is asked."""

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        self.spent = self.price = 0  # credits
        self.records = {record["id"].rpartition("/")[2]: record for record in records}

    @classmethod
    def of(cls, works: Iterable[Work], citations: Iterable[Citation], *, unread: Iterable[str] = ()) -> Self:
        """Serve works of kg; the reference lists of `unread` ones are empty, as if OpenAlex could not read them."""
        works = list(works)
        unread, lists = set(unread), _cited(works, citations)
        numbers = {work.id: cls.number(work, k) for k, work in enumerate(works)}
        cited_by = Counter(id_ for work in works if work.id not in unread for id_ in lists[work.id])
        records = []
        for work in works:
            ids, listed = _names(work), [] if work.id in unread else lists[work.id]
            doi = ids.get("doi") or (f"10.48550/arxiv.{ids['arxiv']}" if "arxiv" in ids else None)
            records.append({
                "id": f"https://openalex.org/{numbers[work.id]}",
                "doi": f"https://doi.org/{doi}" if doi else None,
                "ids": {"openalex": f"https://openalex.org/{numbers[work.id]}"}
                | ({"mag": numbers[work.id][1:]} if len(numbers[work.id]) < 11 else {})
                | ({"pmid": f"https://pubmed.ncbi.nlm.nih.gov/{ids['pmid']}"} if "pmid" in ids else {}),
                "title": work.title,
                "publication_year": work.year,
                "publication_date": work.date,
                "authorships": [{"author_position": "first", "author": {"id": "https://openalex.org/A1", "display_name": a}} for a in work.authors],
                "primary_location": {"source": {"display_name": work.venue}} if work.venue else None,
                "referenced_works": [f"https://openalex.org/{numbers[id_]}" for id_ in listed],
                "referenced_works_count": len(listed),
                "cited_by_count": cited_by[work.id],
                "abstract_inverted_index": None,
            })  # fmt: skip
        return cls(records)

    @staticmethod
    def number(work: Work, k: int) -> str:
        """The number of a work: its own, its number at Microsoft, else a new one."""
        ids = _names(work)
        return ids.get("openalex") or f"W{ids.get('mag') or 4_200_000_000 + k}"

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What the last answer cost, and what is left of the credits of a day without a key."""
        left = {"limit": 1000, "remaining": max(0, 1000 - self.spent), "credits-used": self.price}
        return tuple((f"x-ratelimit-{name}", str(value)) for name, value in left.items())

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, bytes]:
        """Status and body."""
        del method, body
        self.price = 0 if path != "/works" else 10 if ".search:" in query.get("filter", "") else 1
        self.spent += self.price
        select = query.get("select", "").split(",") if query.get("select") else sorted(_FIELDS)
        if unknown := set(select) - _FIELDS:
            return _json(
                400, {"error": "Invalid query parameters error.", "message": f"{unknown} is not a valid select field."}
            )
        if match := re.fullmatch(r"/works/doi:(.+)", path):
            found = self._by("doi", [unquote(match[1])])
            if not found:
                return 404, b"<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
            return _json(200, _chosen(found[0], select))
        if path != "/works":
            return _json(404, {"error": "Not Found", "message": "The requested URL was not found on the server."})
        name, _, value = query.get("filter", "").partition(":")
        values, size = value.split("|"), int(query.get("per_page", 25))
        if (
            name not in {"ids.openalex", "doi", "ids.pmid", "cites", "title.search", "locations.landing_page_url"}
            or len(values) > 100
            or size > 100
        ):
            return _json(
                400, {"error": "Invalid query parameters error.", "message": f"{name} with {len(values)} values"}
            )
        found = self._by(name, values)
        if query.get("include_xpac") != "true":
            found = [record for record in found if not record.get("is_xpac")]
        start = 0 if query.get("cursor", "*") == "*" else int(query["cursor"], 36)
        rows = found[start : start + size]
        following = _base36(start + size) if "cursor" in query and rows else None
        meta = {"count": len(found), "db_response_time_ms": 5, "page": None if following else 1, "per_page": size}
        meta |= {"next_cursor": following} if "cursor" in query else {}
        return _json(200, {"meta": meta, "results": [_chosen(row, select) for row in rows], "group_by": []})

    def _by(self, name: str, values: list[str]) -> list[dict[str, Any]]:
        wanted = {value.lower() for value in values}
        if name == "title.search":
            words = set(title_key(values[0]).split())
            return [r for r in self.records.values() if words and words <= set(title_key(r["title"] or "").split())]
        if name == "cites":
            iri = f"https://openalex.org/{values[0]}"
            return [r for r in self.records.values() if iri in (r.get("referenced_works") or ())]
        if name == "locations.landing_page_url":
            return [
                r for r in self.records.values() for p in r.get("locations") or () if p["landing_page_url"] in values
            ]
        if name == "ids.openalex":
            return [self.records[value.upper()] for value in values if value.upper() in self.records]
        field = name.removeprefix("ids.")

        def of(record: dict[str, Any]) -> str:
            told = record.get("doi") if field == "doi" else (record.get("ids") or {}).get(field)
            return str(told or "").lower().removeprefix("https://doi.org/").rpartition("gov/")[2]

        return [record for record in self.records.values() if of(record) in wanted]


class Crossref:
    """The part of api.crossref.org that is asked."""

    def __init__(self, items: Iterable[dict[str, Any]], *, limit: str = "50", interval: str = "1s") -> None:
        self.items = {item["DOI"].lower(): item for item in items}
        self.headers = (("x-api-pool", "polite"), ("x-rate-limit-limit", limit), ("x-rate-limit-interval", interval))

    @classmethod
    def of(cls, works: Iterable[Work], citations: Iterable[Citation], *, hidden: Iterable[str] = ()) -> Self:
        """Serve works of kg that have a DOI; the lists of `hidden` ones are counted and not shown."""
        works = list(works)
        known, lists, hidden = {work.id: work for work in works}, _cited(works, citations), set(hidden)
        items = []
        for work in works:
            if not (doi := _names(work).get("doi")):
                continue
            references = []
            for k, id_ in enumerate(lists[work.id], start=1):
                cited = known[id_]
                entry = {"key": f"ref{k}", "unstructured": f"{', '.join(cited.authors)}. {cited.title}. {cited.year}"}
                if "doi" in _names(cited):
                    entry = {"key": f"ref{k}", "doi-asserted-by": "publisher", "DOI": _names(cited)["doi"].upper()}
                references.append(entry)
            parts = [int(part) for part in work.date.split("-")] if work.date else [work.year]
            item = {
                "DOI": doi.upper(), "type": "journal-article", "title": [work.title], "issued": {"date-parts": [parts]},
                "author": [{"given": a.rpartition(" ")[0], "family": surname(a), "sequence": "first", "affiliation": []} for a in work.authors],
                "container-title": [work.venue] if work.venue else [], "reference-count": len(references),
                "is-referenced-by-count": 0, "score": 1.0,
            }  # fmt: skip
            items.append(item if work.id in hidden or not references else item | {"reference": references})
        return cls(items)

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, bytes]:
        """Status and body."""
        del method, body
        if match := re.fullmatch(r"/works/(.+)", path):
            item = self.items.get(unquote(match[1]).lower())
            return self._work(item) if item else (404, b"Resource not found.")
        if path != "/works" or set(query) - {"query.bibliographic", "rows"}:
            return _json(
                400,
                {
                    "status": "failed",
                    "message-type": "validation-failure",
                    "message": [{"type": "parameter-not-allowed"}],
                },
            )
        words = set(title_key(query["query.bibliographic"]).split())
        ranked = sorted(self.items.values(), key=lambda item: -len(words & set(title_key(item["title"][0]).split())))
        found = ranked[: int(query["rows"])]
        message = {"facets": {}, "total-results": len(ranked), "items": found, "items-per-page": len(found)}
        return _json(200, {"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message})

    def _work(self, item: dict[str, Any]) -> tuple[int, bytes]:
        return _json(200, {"status": "ok", "message-type": "work", "message-version": "1.0.0", "message": item})


class OpenCitations:
    """The part of the OpenCitations Index that is asked: rows as its documentation shows them."""

    headers = ()

    def __init__(self, rows: Iterable[dict[str, str]]) -> None:
        self.rows = list(rows)

    @classmethod
    def of(cls, works: Iterable[Work], citations: Iterable[Citation]) -> Self:
        """Serve the citations of kg between works with a DOI."""
        ends = {work.id: _pids(work, k) for k, work in enumerate(works)}
        pairs = dict.fromkeys((c.citing, c.cited) for c in citations if ends[c.citing] and ends[c.cited])
        return cls(
            {"oci": f"06{k}-06{k}", "citing": ends[a], "cited": ends[b], "creation": "2003", "timespan": "", "journal_sc": "no", "author_sc": "no"}
            for k, (a, b) in enumerate(pairs)
        )  # fmt: skip

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, bytes]:
        """Status and body."""
        del method, query, body
        match = re.fullmatch(r"/(reference|citation)(s|-count)/((?:doi|pmid):.+)", path)
        if not match:
            return 404, b"HTTP status code 404: the operation requested does not exist"
        end, name = "citing" if match[1] == "reference" else "cited", unquote(match[3]).lower()
        rows = [row for row in self.rows if name in row[end].lower().split()]
        return _json(200, rows if match[2] == "s" else [{"count": str(len(rows))}])


def _pids(work: Work, k: int) -> str:
    doi = _names(work).get("doi")
    return f"omid:br/06{k} doi:{doi}" if doi else ""


def _chosen(record: dict[str, Any], select: list[str]) -> dict[str, Any]:
    return {name: record.get(name) for name in select}


def _json(status: int, document: Any) -> tuple[int, bytes]:
    return status, json.dumps(document).encode()


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_base36(number // 36) if number >= 36 else "") + digits[number % 36]
