"""Nodes at their IRIs: works, claims, concepts, records, people, venues ... as RDF, named by addresses of this server.

The store names nodes by URNs; here each is `http://HOST/KIND/GRAPH/NAME`, as `kg export --base` writes it, and answers there.
A description is what is said of a node and with it, its citations' nodes in full, and the names of what is around it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, request_response
from starlette.types import ASGIApp, Receive, Scope, Send

from kg.errors import InputError, KgError, NothingFound
from kg.library.graph import Graph
from kg.output.rdf.guard import check
from kg.output.rdf.vocab import encoded, node, prefixes
from kg.serve.answers import GRAPHS, OPEN, Refused, chosen, said, sent, varied
from kg.serve.asked import Asked
from kg.serve.negotiate import best
from kg.serve.sparql import Endpoint, served
from kg.terms import BASE, PREFIXES, term

#: The kinds of nodes, and by how many names each is told from the others of its kind.
KINDS: Final = {
    "work": 1,
    "claim": 1,
    "concept": 2,
    "scheme": 1,
    "statement": 4,
    "record": 2,
    "person": 2,
    "venue": 1,
    "identifier": 1,
    "citation": 2,
    "derivation": 3,
    "count": 1,
    "source": 1,
    "resolution": 1,
    "remark": 1,
    "run": 1,
    "graph": 0,
}
_NAMES: Final = "(dcterms:title, foaf:name, rdfs:label, skos:prefLabel)"
_SERVED: Final = (
    "IF(isIRI(?x) && REGEX(STR(?x), ?own), IRI(CONCAT(?base, REPLACE(REPLACE(STR(?x), ?own, ?at), ':', '/'))), ?x)"
)
_QUERY: Final = f"""CONSTRUCT {{ ?s ?p ?o }} {{
  {{ ?node ?p ?b BIND(?node AS ?a) }}
  UNION {{ ?a ?p ?node BIND(?node AS ?b) }}
  UNION {{ ?a cito:hasCitingEntity|cito:hasCitedEntity ?node . ?a ?p ?b }}
  UNION {{ ?node ?q ?a FILTER(isIRI(?a)) ?a ?p ?b FILTER(?p IN {_NAMES}) }}
  UNION {{ ?a ?q ?node . ?a ?p ?b FILTER(?p IN {_NAMES}) }}
  BIND({_SERVED.replace("?x", "?a")} AS ?s) BIND({_SERVED.replace("?x", "?b")} AS ?o)
}}"""
_THERE: Final = "ASK { ?node ?p ?o }"
_MOST: Final = 500  # rows of a table in a page


@dataclass(frozen=True)
class Nodes:
    """Answers at the IRIs of one kind of node.

    Attributes
    ----------
    kind
        The kind.
    endpoint
        Answers the queries.
    page
        The page of such a node; without it, a page of its triples.
    """

    kind: str
    endpoint: Endpoint
    page: Callable[[Request], Response] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        format_ = request.query_params.get("format")
        accepted = ", ".join(request.headers.getlist("accept")) or "*/*"
        if format_ == "html" or (not format_ and best(accepted, ["text/html", *GRAPHS]) == "text/html"):
            await self._html(request)(scope, receive, varied(send))
            return
        try:
            response = await self._rdf(request, chosen(request, GRAPHS, format_=format_))
        except KgError as error:
            response = said(error)
        except ClientDisconnect:
            return
        with self.endpoint.pool.holding(len(bytes(response.body))):
            await response(scope, receive, send)

    def _html(self, request: Request) -> ASGIApp:
        if request.method not in {"GET", "HEAD"}:
            raise HTTPException(405)
        return request_response(self.page or self._triples)

    async def _rdf(self, request: Request, media: str) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=OPEN)
        if request.method not in {"GET", "HEAD"}:
            raise Refused(405, f"{request.method} is not allowed here", "use GET", {"Allow": "GET, HEAD, OPTIONS"})
        if "as_of" in request.query_params:
            raise InputError("as_of: RDF describes the graph as it is now", "leave as_of out")
        return sent((await self._described(request, media))[1], media)

    async def _described(self, request: Request, media: str) -> tuple[Graph, bytes]:
        name, base = request.path_params["graph"], str(request.base_url)
        graph = await self.endpoint.apart(served, self.endpoint.shelf, name)
        iri = self._urn(request, graph.name)
        values: dict[str, ox.NamedNode | ox.Literal] = {
            "node": ox.NamedNode(iri),
            "own": ox.Literal(f"^{BASE}({'|'.join(KINDS)}):{re.escape(encoded(graph.name))}(:|$)"),
            "at": ox.Literal(f"$1:{encoded(name)}$2"),
            "base": ox.Literal(base),
        }
        there = check(_THERE, PREFIXES, {"node": values["node"]})
        if b"true" not in await self.endpoint.ask(request, graph, there, "text/csv", {}):
            raise NothingFound(
                f"no {self.kind} of the graph {name!r} has this address: {iri}",
                "check the address, or search the graph",
            )
        checked = check(_QUERY, PREFIXES, values)
        return graph, await self.endpoint.ask(request, graph, checked, media, prefixes(name, base))

    def _urn(self, request: Request, graph: str) -> str:
        """The IRI by which the store knows the node at an address."""
        path: bytes = request.scope["raw_path"].removeprefix(request.scope.get("root_path", "").encode())
        try:
            names = [unquote_to_bytes(part).decode("utf-8", "surrogatepass") for part in path.split(b"/")[3:]]
        except UnicodeDecodeError as error:
            raise InputError(f"invalid address: {error}", "follow a link") from None
        names = ["/".join(names)] if KINDS[self.kind] == 1 else names
        if len(names) != KINDS[self.kind]:
            counted = f"{KINDS[self.kind]} names behind that of the graph"
            raise NothingFound(f"the address of a {self.kind} has {counted}, this one {len(names)}", "follow a link")
        return node(self.kind, graph, *names)

    async def _triples(self, request: Request) -> Response:
        """The page of a node that has no other: its triples, both ways, with links."""
        graph, data = await self._described(request, "application/n-triples")
        return await run_in_threadpool(self._page, request, graph, data)

    def _page(self, request: Request, graph: Graph, data: bytes) -> Response:
        name, base = request.path_params["graph"], str(request.base_url)
        urn = self._urn(request, graph.name)
        here = ox.NamedNode(base + "/".join((self.kind, encoded(name), *urn.split(":")[4:])))
        triples = [quad.triple for quad in ox.parse(BytesIO(data), ox.RdfFormat.N_TRIPLES)]
        labels = {t.subject: t.object.value for t in triples if t.predicate.value in _LABELS}
        short = prefixes(name, base)
        return Asked(request, self.endpoint.shelf, name, graph).answer(
            "node",
            title=labels.get(here) or _shown(here, short),
            command=f"sparql 'DESCRIBE <{urn}>'",
            python=f"graph.sparql('DESCRIBE <{urn}>')",
            kind=self.kind,
            urn=urn,
            most=_MOST,
            said=sorted(
                (_shown(t.predicate, short), _cell(t.object, labels, short)) for t in triples if t.subject == here
            ),
            linked=sorted(
                (_shown(t.predicate, short), _cell(t.subject, labels, short)) for t in triples if t.object == here
            ),
        )


def linked_routes(endpoint: Endpoint, pages: Mapping[str, Callable[[Request], Response]]) -> list[Route]:
    """What answers at the addresses of the endpoint and of nodes.

    Parameters
    ----------
    endpoint : Endpoint
        The endpoint.
    pages : mapping of str to callable
        The pages of kinds of nodes that have one of their own.
    """
    made = [Route("/sparql", endpoint), Route("/sparql/{graph}", endpoint)]
    for kind, names in KINDS.items():
        path = f"/{kind}/{{graph}}" + ("/{id:path}" if names else "")
        made.append(Route(path, Nodes(kind, endpoint, pages.get(kind))))
    return made


_LABELS: Final = {term(name) for name in re.findall(r"\w+:\w+", _NAMES)}


def _cell(value: Any, labels: dict[Any, str], short: dict[str, str]) -> tuple[str, str]:
    """What a cell shows, and where it leads."""
    if not isinstance(value, ox.NamedNode):
        return value.value, ""
    return labels.get(value) or _shown(value, short), value.value if value.value.startswith(("http:", "https:")) else ""


def _shown(iri: ox.NamedNode, short: dict[str, str]) -> str:
    stem = next((stem for stem in short.items() if iri.value.startswith(stem[1])), None)
    return f"{stem[0]}:{iri.value.removeprefix(stem[1])}" if stem else iri.value
