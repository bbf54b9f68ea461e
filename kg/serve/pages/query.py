"""SPARQL in the browser: ready queries with fields for their values, a query of one's own, the answer as table and chart."""

from collections.abc import Mapping
from shlex import quote
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kg.errors import KgError
from kg.library.graph import Graph
from kg.library.sparql import prepare
from kg.output.pages.plots import Along, Line, along
from kg.output.rdf.ready import Query, ready_queries
from kg.output.rdf.sparql import Answer
from kg.output.rdf.vocab import prefixes
from kg.serve.answers import status_of
from kg.serve.asked import Asked
from kg.serve.sparql import Endpoint, kind_of

_DRAWN, _MOST = 100, 1e100  # rows, and the greatest number
BUILDING = 503
_YEARS = {"year", "first", "last"}  # columns that say when, not how many
_ROWS = 1000  # of an answer that the page shows; downloads have all
_JSON, _TRIPLES = "application/sparql-results+json", "application/n-triples"
_FIRST = """PREFIX cito: <http://purl.org/spar/cito/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kg: <urn:x-kg:terms:>
SELECT ?work ?title ?year (COUNT(?citing) AS ?citations) WHERE {
  ?citing cito:cites ?work .
  ?work dcterms:title ?title ; kg:year ?year .
  FILTER(?year >= 1988 && ?year <= 2008)
} GROUP BY ?work ?title ?year ORDER BY DESC(?citations) LIMIT 20
"""


def sparql(asked: Asked) -> Response:
    """Send a browser that comes to the endpoint to the page."""
    return RedirectResponse(asked.link("query"), status_code=302)


async def query(request: Request) -> Response:
    """The form, and the answer to what it holds."""
    state = request.app.state
    name = request.path_params["graph"]
    asked = Asked(request, state.shelf, name, await run_in_threadpool(state.shelf.get, name))
    ready = ready_queries()
    text, chosen = request.query_params.get("query", "").replace("\r\n", "\n").strip(), asked.text("name")
    values = {key: asked.text(key) for key in (ready[chosen].asks if chosen in ready else ())}
    answer: dict[str, Any] = {"rows": None, "error": None}
    status = 200
    meant = ready.get(chosen) if chosen else Query("", text) if text else None
    if chosen and meant is None:
        text = chosen = ""
    complete = meant is not None and all(values.values())
    if meant is not None and complete:
        try:
            answer |= await _answered(state.endpoint, request, asked.graph, meant, values)
        except KgError as error:
            answer["error"], status = error, status_of(error)
    options = "".join(f" --set {key}={quote(value)}" for key, value in values.items())
    words = quote(chosen or text)
    set_ = "".join(f", {key}={value!r}" for key, value in values.items())
    made = await run_in_threadpool(
        asked.answer,
        "query",
        title="SPARQL",
        command=f"sparql {words}{options}" if complete else "",
        python=f"graph.sparql({chosen or text!r}{set_})",
        ready=ready,
        chosen=chosen,
        values=values,
        own=text or (meant.text if meant else _FIRST),
        editor="yasqe.min.js" in state.files,
        known=prefixes(asked.graph.name),
        downloads=_downloads(asked, chosen, text, values, answer),
        most=_ROWS,
        chart=_chart(answer),
        again=status == BUILDING,  # the RDF of the graph
        **answer,
    )
    made.status_code = status
    return made


async def _answered(
    endpoint: Endpoint, request: Request, graph: Graph, meant: Query, values: Mapping[str, str]
) -> dict[str, Any]:
    """The columns and rows of the answer, as the command prints them, and its kind."""
    checked, terms = await run_in_threadpool(prepare, meant, values, graph.name, graph.find)
    kind = kind_of(checked)
    data = await endpoint.answer(request, graph, meant, checked, terms, _TRIPLES if kind == "graph" else _JSON)
    columns, rows = await run_in_threadpool(Answer(kind, data, prefixes(graph.name)).to_values)
    return {"columns": columns, "rows": rows, "kind": kind}


def _chart(answer: Mapping[str, Any]) -> Along | None:
    """The last column of numbers, drawn for each row under the names of the others; None where there is nothing to draw."""
    rows: list[list[Any]] = answer["rows"] or []
    columns = [k for k, row in enumerate(zip(*rows, strict=True)) if all(_is_number(cell) for cell in row)]
    if not 1 < len(rows) <= _DRAWN or not columns or len(rows[0]) < 2:
        return None
    names = answer["columns"]
    counts = [k for k in columns if names[k] not in _YEARS]
    if not counts:
        return None
    k = counts[-1]
    lines = []
    for row in rows:
        others = [cell for n, cell in enumerate(row) if n != k and cell is not None and names[n] != "id"]
        named = " ".join(map(str, others or row[:1]))
        low, high = sorted((0.0, float(row[k])))
        said = f"{named}: {row[k]}"
        lines.append(Line(label=named, low=low, high=high, value=float(row[k]), said=said))
    return along(lines, axis=answer["columns"][k])


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and -_MOST <= cell <= _MOST


def _downloads(
    asked: Asked, chosen: str, text: str, values: Mapping[str, str], answer: Mapping[str, Any]
) -> dict[str, str]:
    """The addresses at which the endpoint gives the same answer, by format."""
    if answer["rows"] is None:
        return {}
    formats = ("ttl", "nt", "jsonld", "rdf") if answer["kind"] == "graph" else ("csv", "tsv", "json", "xml")
    what = {"name": chosen, **values} if chosen else {"query": text}
    return {name: asked.link("sparql", **what, format=name, lang=None, as_of=None) for name in formats}
