"""A field of another type than a service ever gave is as if it were not told: it ends no run, and loses nothing else."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from s2_links import Clock
from standins.routes import Api, Limits
from standins.s2_server import Service, StandIn
from test_doctor import KEYS
from test_supplement import elided, shelf

from kg.graph.store import Store
from kg.ingest.sources.crossref import ITEM
from kg.ingest.sources.http import Transport
from kg.ingest.sources.openalex import RECORD
from kg.ingest.sources.s2.records import PAPER
from kg.library.ingest import ingest

TABLES = {"s2": PAPER, "openalex": RECORD, "crossref": ITEM}
CASES = [
    (name, field, value)
    for name, table in TABLES.items()
    for field, kind in table.items()
    for value in ("text", 7, ["a"])
    if type(value) not in (get_args(kind) or (kind,)) and not (kind == [str] and value == ["a"])
]
SHORT = {"title", "externalIds", "ids", "referenced_works", "reference"}


class Odd:
    """A service that gives a field another value, wherever it stands."""

    def __init__(self, service: Service, field: str, value: Any) -> None:
        self.service, self.headers, self.field, self.value = service, service.headers, field, value

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, bytes]:
        """Status and body."""
        status, data = self.service.answer(method, path, query, body)
        try:
            document = json.loads(data)
        except ValueError:
            return status, data
        return status, json.dumps(self._odd(document)).encode()

    def _odd(self, document: Any) -> Any:
        if isinstance(document, list):
            return [self._odd(item) for item in document]
        if not isinstance(document, dict):
            return document
        return {name: self.value if name == self.field else self._odd(item) for name, item in document.items()}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [pytest.param(*case, marks=[] if case[1] in SHORT and case[2] != "text" else [pytest.mark.long]) for case in CASES],
)
def test_a_field_of_another_type_ends_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock, name: str, field: str, value: Any
):
    """The works that were asked for are kept, what was odd of them is blank or the list's outcome says so."""
    for key in KEYS[:-1]:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setattr("kg.ingest.sources.patience.random.uniform", lambda low, high: (low + high) / 2)
    monkeypatch.setattr("kg.ingest.sources.base.Transport", partial(Transport, clock=clock, sleep=clock.sleep))
    content = Api(elided("E"), Limits()) if name == "s2" else shelf(name)
    with StandIn(Odd(content, field, value)) as server:
        monkeypatch.setenv(f"KG_{name.upper()}_URL", server.url)
        (tmp_path / "ids.txt").write_text("10.1000/S\n10.1000/E\n", encoding="utf-8")
        done = ingest(tmp_path / "ids.txt", graph=str(tmp_path / "g"), from_=name, references=1, citations=1)
    assert done.added["works"] >= 2 - (field == "id" or field == "DOI")
    with Store.open(tmp_path / "g" / "graph.sqlite") as store:
        for work in store.works():
            assert "7" not in (work.title, *work.authors)
            assert work.year is None or work.year > 1000
        told = [remark.reason for remark in store.remarks()]
        assert field in ("id", "doi", "DOI") or any(re.match(rf"{field}\b.*impossible", reason) for reason in told), (
            told
        )
        if field in ("referenced_works", "reference"):
            assert all(r.outcome != "COMPLETE" for r in store.retrievals() if r.list == "references")
