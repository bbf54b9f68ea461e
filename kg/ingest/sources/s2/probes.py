"""What kg relies on at Semantic Scholar, as probes of `kg doctor --live`."""

import re
from types import NoneType

from kg.ingest.sources.probe import Probe, within
from kg.ingest.sources.s2.api import PAGE
from kg.ingest.sources.s2.records import FIELDS, PAPER, ROW, ROW_FIELDS, nested_fields

_KNOWN, _UNKNOWN = "DOI:10.3389/fneur.2024.1455498", "DOI:10.1000/kg-doctor-unknown"
_MERGED = "e87b03add4f6fc193054023b173624bd98566f64"  # became another paperId in 2023
_WITHHELD, _CITED = "DOI:10.1080/23328940.2022.2149024", "DOI:10.21105/joss.01686"
_TITLE = "A Means of Assessing Maximal Oxygen Intake: Correlation Between Field and Treadmill Testing"
_SHA = re.compile(r"^[0-9a-f]{40}$")
_PAGE: dict[str, str | int] = {"offset": 0, "limit": PAGE}


def _nested(count: int) -> Probe:
    """Whole reference lists of so many papers, which arXiv numbered one after the other."""
    lists = {
        "[].references": list | NoneType,
        "[].references?[].paperId": str | None,
        "[].references?[].title": str | None,
    }
    return Probe(
        name=f"s2-nested-{count}",
        purpose=f"whole reference lists of {count} works in one request",
        path="/graph/v1/paper/batch",
        params={"fields": nested_fields("references")},
        ids=[f"ARXIV:1706.{number:05}" for number in range(3000, 3000 + count)],
        heavy=True,
        requires=within("[]", {"paperId": _SHA} | PAPER) | lists | within("[].references?[paperId]", PAPER),
    )


PROBES = (
    Probe(
        name="s2-batch",
        purpose="works looked up by their ids: a known one, an unknown one (null), one that was merged into another",
        path="/graph/v1/paper/batch",
        params={"fields": FIELDS},
        ids=[_KNOWN, _UNKNOWN, _MERGED],
        requires=within("[0]", {"paperId": _SHA} | PAPER)
        | {"[1]": NoneType, "[2].paperId": re.compile(f"^(?!{_MERGED})[0-9a-f]{{40}}$")},
    ),
    Probe(
        name="s2-match",
        purpose="a work found by its title",
        path="/graph/v1/paper/search/match",
        params={"query": _TITLE, "fields": FIELDS},
        requires=within("data[0]", {"paperId": _SHA} | PAPER),
    ),
    Probe(
        name="s2-no-match",
        purpose="a title that no work has: 404, and nothing else",
        path="/graph/v1/paper/search/match",
        params={"query": "askldjrq3rjaw938h", "fields": FIELDS},
        status=404,
        requires={"error": str},
    ),
    Probe(
        name="s2-withheld",
        purpose="a reference list that its publisher withholds says so",
        path=f"/graph/v1/paper/{_WITHHELD}/references",
        params={"fields": FIELDS} | _PAGE,
        requires={
            "data": NoneType,
            "citingPaperInfo.openAccessPdf.disclaimer": re.compile(r"elided by the publisher: .*'references'"),
        },
    ),
    Probe(
        name="s2-citations",
        purpose=f"a page of {PAGE:,} citing works with their sentences, and where the next begins",
        path=f"/graph/v1/paper/{_CITED}/citations",
        params={"fields": f"{ROW_FIELDS},{FIELDS}"} | _PAGE,
        requires={"next": int, "data[].citingPaper?.paperId": str | None}
        | within("data[]", ROW)
        | {f"data[].citingPaper?.{name}": kind for name, kind in PAPER.items()},
    ),
    _nested(50),
    _nested(200),
)
