"""Stand-ins of all four services that hold what the probes of `kg doctor --live` ask for, and can be changed on the wire."""

import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Self
from urllib.parse import unquote

from kg.ingest.sources.probe import Probe
from kg.ingest.sources.s2.probes import PROBES
from kg.model import Citation, Work
from standins import second
from standins.corpus import Corpus
from standins.faults import Fault
from standins.routes import Api, Limits
from standins.s2_server import Request, Script, Service, StandIn

Change = Callable[[int, Any], tuple[int, Any]]  # status and parsed body of an answer -> others

ALIAS, PRIME = "/works/10.1515%2F9789882204508-009", "/works/10.5790%2Fhongkong%2F9789888528011.003.0007"


def _corpus() -> Corpus:
    """What Semantic Scholar's probes ask for: papers by their ids, one merged, one withheld, one cited, lists of two rows."""
    batch, match, _, withheld, citations, _, nested = PROBES
    asked = [
        batch.ids[0],
        withheld.path.split("/paper/")[1].rpartition("/")[0],
        citations.path.split("/paper/")[1].rpartition("/")[0],
    ]
    works = [
        Work(id=f"w{k}", title=f"Paper {k}", year=2000, venue="V", identifiers=(id_.replace("DOI:", "doi:"),))
        for k, id_ in enumerate(asked)
    ]
    works += [
        Work(id="merged", title="Merged", year=2023),
        Work(id="title", title=str(match.params["query"]), year=1968),
        Work(id="stub", title="Proc.", stub=True),
    ]
    works += [
        Work(id=id_, title=f"Preprint {id_}", year=2017, identifiers=(id_.replace("ARXIV:", "arxiv:"),))
        for id_ in nested.ids
    ]
    cited = [Citation(citing=id_, cited=end, source="s") for id_ in nested.ids for end in ("title", "stub")]
    cited += [
        Citation(citing=id_, cited="w2", source="s", contexts=("as in [1]",), intents=("background",))
        for id_ in nested.ids[:5]
    ]
    corpus = Corpus.from_records(works, [*cited, Citation(citing="w1", cited="title", source="s")])
    corpus.elide("w1")
    corpus.merge(batch.ids[2], "merged")
    return corpus


def _others() -> dict[str, Service]:
    """What the other services' probes ask for: one article, what it cites and what cites it, and an alias."""
    article = Work(
        id="doi:10.7717/peerj.4375",
        title="The state of OA: a large-scale analysis",
        authors=("Heather Piwowar",),
        year=2018,
        date="2018-02-13",
        venue="PeerJ",
        identifiers=("doi:10.7717/peerj.4375", "openalex:W2741809807"),
    )
    other = Work(
        id="doi:10.1162/neco.1997.9.8.1735",
        title="Long Short-Term Memory",
        authors=("S. Hochreiter",),
        year=1997,
        venue="NC",
    )
    citing = Work(id="doi:10.1000/citing", title="Citing", authors=("A. B.",), year=2020, venue="J")
    prime = Work(
        id="doi:10.5790/hongkong/9789888528011.003.0007", title="Humor", authors=("Li Guo",), year=2019, venue="M"
    )
    works = [article, other, citing, prime]
    pairs = [
        Citation(citing=article.id, cited=other.id, source="s"),
        Citation(citing=citing.id, cited=article.id, source="s"),
    ]
    openalex = second.OpenAlex.of(works, pairs)
    for record in openalex.records.values():
        record |= {"locations": [], "type": "article", "is_retracted": False}
    return {
        "openalex": openalex,
        "crossref": second.Crossref.of(works, pairs),
        "opencitations": second.OpenCitations.of(works, pairs),
    }


class _Changed:
    """A service of which the answer to one probe may be changed."""

    def __init__(self, service: Service) -> None:
        self.service, self.headers = service, service.headers
        self.probe: Probe | None = None
        self.change: Change | None = None

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, bytes]:
        """Status and body, those of the probe changed."""
        status, data = self.service.answer(method, path, query, body)
        if self.probe is None or self.change is None or not _is(self.probe, path, query, body):
            return status, data
        status, document = self.change(status, json.loads(data))
        return status, json.dumps(document).encode()


def _is(probe: Probe, path: str, query: dict[str, str], body: Any) -> bool:
    paths = {unquote(PRIME if probe.path == ALIAS else probe.path)}
    sent = list((body or {}).get("ids", ()))
    return (
        unquote(path) in paths
        and query == {name: str(v) for name, v in probe.params.items()}
        and sent == list(probe.ids)
    )


class Services:
    """All four, while in a `with` block; `urls` are their addresses by the names of `KG_..._URL`."""

    def __init__(self) -> None:
        contents = {"s2": Api(_corpus(), Limits(short_page=3)), **_others()}
        self._changed = {name: _Changed(service) for name, service in contents.items()}
        self.faults: Callable[[str, Request], Fault | str | None] = lambda *_: None
        self.servers = {name: StandIn(service, Script(self._script(name))) for name, service in self._changed.items()}
        self._stack = ExitStack()

    def _script(self, name: str) -> Callable[[int, Request], Any]:
        alias = Fault("alias", 301, b"", headers=(("Location", PRIME),))

        def choose(_: int, request: Request) -> Any:
            return self.faults(name, request) or (alias if request.path == unquote(ALIAS) else None)

        return choose

    def change(self, name: str, probe: Probe | None, change: Change | None) -> None:
        """Change the answer to a probe of a service, from now on; None: none."""
        self._changed[name].probe, self._changed[name].change = probe, change

    @property
    def urls(self) -> dict[str, str]:
        """Where they listen."""
        return {f"KG_{name.upper()}_URL": server.url for name, server in self.servers.items()}

    def __enter__(self) -> Self:
        for server in self.servers.values():
            self._stack.enter_context(server)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


_STEP = re.compile(r"(\w[\w-]*)(\?)?|\[(\w*)\]")


def places(document: Any, path: str) -> tuple[Any, Any]:
    """The first place in a document that a path of a probe leads to: what holds it, and its key or position there.

    A path that ends in `[]` leads to the list itself.
    """
    steps = _STEP.findall(path)
    while steps and not steps[-1][0] and not steps[-1][2].isdecimal():
        steps.pop()
    holder, key, value = None, None, document
    ways = [(holder, key, value)]
    for name, _, select in steps:
        after = []
        for _, _, value in ways:
            if name and isinstance(value, dict) and value.get(name, ...) is not ...:
                after.append((value, name, value[name]))
            elif not name and isinstance(value, list):
                for k, item in enumerate(value):
                    if select.isdecimal() and int(select) != k:
                        continue
                    if select.isdecimal() or (item is not None and (not select or item.get(select) is not None)):
                        after.append((value, k, item))
        ways = after
    holder, key, _ = ways[0]
    return holder, key
