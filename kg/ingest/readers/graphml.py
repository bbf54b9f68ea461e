"""GraphML, kg's own exports and those of other programs: a node is a work, an edge a citation from citing to cited."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError
from kg.facts import facts_of
from kg.ingest.readers.fields import count_in, day_in, year_in
from kg.ingest.readers.reader import reader
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Citation, Outcome, Remark, Retrieval, Work

_TRUE = {"true", "1"}


@reader(lambda sample: sample.begins(r"(?s)\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?<graphml[\s>]"))
def read_graphml(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works and citations of a GraphML file, under the ids of its nodes; names of data are those that kg writes.

    A list is as whole as the data `outcome` says, else COMPLETE where the node has references, as in edge lists.

    Raises
    ------
    InputError
        If it is not GraphML, holds no node, is undirected or, with `strict`, has an edge to an unknown node.
    """
    try:
        root = ET.fromstring(read_text(path))  # noqa: S314  (expat bounds what entities may grow to)
    except ET.ParseError as error:
        raise InputError(f"{path} is not valid GraphML: {error}", "export it again") from error
    keys = {key.get("id"): (key.get("attr.name") or "").lower() for key in root.iterfind("{*}key")}

    def data(item: ET.Element) -> dict[str, str]:
        return {keys.get(d.get("key"), ""): (d.text or "").strip() for d in item.iterfind("{*}data")}

    nodes = {node.get("id", ""): data(node) for node in root.iterfind(".//{*}node")}
    graph = root.find("{*}graph")
    if graph is None or not nodes:
        raise InputError(f"{path} is GraphML without a node", "export it again")
    if graph.get("edgedefault") == "undirected":
        raise InputError(f"{path} is an undirected graph", "a citation has a direction: export a directed graph")
    batch, cited = Batch(records=len(nodes), strict=True), dict[tuple[str, str], int]()
    for n, edge in enumerate(root.iterfind(".//{*}edge"), start=1):
        ends = edge.get("source", ""), edge.get("target", "")
        batch.records += 1
        if missing := [end for end in ends if end not in nodes]:
            fault = f"no node {missing[0]!r}"
            if strict:
                raise InputError(f"{path.name} edge {n}: {fault}", "correct the file, or leave out --strict")
            batch.remarks.append(Remark(f"{path.name} edge {n}", fault))
            continue
        batch.duplicates += ends in cited
        batch.loops += ends[0] == ends[1]
        cited[ends] = cited.get(ends, 0) + (count_in(data(edge).get("times")) or 1)
    batch.works = [_work(id_, values, source) for id_, values in nodes.items()]
    batch.citations = [Citation(citing=a, cited=b, source=source, times=times) for (a, b), times in cited.items()]
    citing = {a for a, _ in cited}
    for id_, values in nodes.items():
        outcome = values.get("outcome") or (Outcome.COMPLETE if id_ in citing else Outcome.UNKNOWN)
        if outcome in set(Outcome) - {Outcome.UNKNOWN}:
            batch.retrievals.append(Retrieval(work=id_, list="references", outcome=Outcome(outcome), source=source))
    yield batch


def _work(id_: str, values: dict[str, str], source: str) -> Work:
    day = day_in(values.get("date", ""))
    return Work(
        id=id_,
        title=values.get("title") or values.get("label") or "",
        authors=tuple(name.strip() for name in values.get("authors", "").split(";") if name.strip()),
        year=int(day[:4]) if day else year_in(values.get("year")),
        date=day,
        venue=values.get("venue", ""),
        stub=values.get("stub", "").lower() in _TRUE,
        seed=values.get("seed", "").lower() in _TRUE,
        source=source,
        facts=facts_of(source, values.get("type"), retracted=values.get("retracted", "").lower() in _TRUE),
    )
