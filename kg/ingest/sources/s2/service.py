"""Semantic Scholar as a service: how its key is sent, how fast it may be asked, which answers it means."""

from typing import Any

from kg.ingest.sources.s2.records import is_paper
from kg.ingest.sources.service import Service, error_in


def _fault_in(status: int, text: str, body: Any, sent: Any) -> str:
    error = error_in(body)
    if status == 200:
        ids = sent.get("ids") if isinstance(sent, dict) else None
        if ids is not None and not (isinstance(body, list) and len(body) == len(ids)):
            return f"an answer that is not one for each of {len(ids)} ids"
        if ids is not None and not all(thing is None or _is_named(thing) for thing in body):
            return "an answer with something that has no id"
        told = body.keys() - {"error", "message", "code"} if isinstance(body, dict) else body
        if not told or not isinstance(body, dict | list):
            return error or f"200 without usable JSON ({text[:40]!r})"
        return ""
    if status in (400, 404) and isinstance(body, dict) and isinstance(body.get("error"), str):
        return ""
    return f"{status} {error}" if error else f"{status} without JSON"


def _is_named(thing: Any) -> bool:
    """Whether it is a paper, or an author, with an id."""
    return is_paper(thing) or (isinstance(thing, dict) and isinstance(thing.get("authorId"), str))


SEMANTIC_SCHOLAR = Service(
    name="Semantic Scholar",
    table="s2",
    base_url="https://api.semanticscholar.org",
    fault_in=_fault_in,
    keys=("S2_API_KEY", "SEMANTIC_SCHOLAR_API_KEY"),
    header="x-api-key",
    keyed_interval_s=1.05,
    unkeyed_interval_s=3.0,
    keyless="all who ask without a key share one pool, so most answers are 'too many requests'",
    key_page="https://www.semanticscholar.org/product/api#api-key-form",
)
