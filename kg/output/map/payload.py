"""What the map's template and scripts are given: plain lists and numbers from one MapView.

Works go by their numbers in the graph of the page. Of a work only what is not the usual is written down, so that a page
can hold a whole field: what to say when a work has no year, no venue, no known list is in the scripts.
"""

from base64 import b64encode
from functools import cached_property
from itertools import pairwise
from math import isnan, sqrt
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import numpy as np

from kg.graph.arrays import KNOWN, OUTCOMES, UNDATED
from kg.model import Outcome
from kg.output.map.kept import Same
from kg.output.map.lanes import choose_lanes
from kg.output.map.layout import GAP, HEADER, ONLY_LANE, OTHER_LANE, ROW, STRIP, UNDATED_LANE, WIDTH, Layout, lay_out
from kg.output.map.model import CITATIONS, LONG_SLEEP
from kg.output.map.works_data import WorksData, citation_numbers, evidence_lines
from kg.output.pages.marks import COMMUNITY_MARKS, RINGS, Colouring, by_era, by_group
from kg.text import cited_as, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from kg.output.map.model import MapView

_SHAPE_SCALE: Final = {"diamond": 1.25, "square": 0.85, "triangle": 1.1, "triangleDown": 1.1, "star": 1.15}
_SMALLEST: Final = 4.0
_LARGEST: Final = 10.5
_MOST_BARS: Final = 28


class Payload:
    """Everything the template and the scripts are given, from one MapView."""

    def __init__(self, view: "MapView") -> None:
        self.view = view
        self.graph = view.graph
        works = view.graph.works
        self.table = works.astype(object).where(works.notna(), None)
        self.ids = view.graph.ids
        self.years = [None if year == UNDATED else int(year) for year in view.graph.years]
        self.drawn = [self.graph.number(id_) for id_ in (self.ids if view.drawn is None else view.drawn)]
        self.size_label = view.size_label if view.size is not None else CITATIONS

    @cached_property
    def values(self) -> list[float | None]:
        """What sizes each mark; None where it is not known."""
        size = self.view.size
        given: dict[Any, Any] = dict(self.view.citations) if size is None else size.to_dict()
        numbers = [given.get(id_) for id_ in self.ids]
        return [None if v is None or isnan(v) else round(float(v), 6) for v in numbers]

    @cached_property
    def main_works(self) -> dict[str, None]:
        """The works of the main paths."""
        return dict.fromkeys(id_ for path in self.view.main for id_ in path)

    @cached_property
    def ranked(self) -> list[int]:
        """Works by falling claim to a label: the focus, the path, ideas that came back, seeds, main path, then by size."""
        view, seeds = self.view, self.table["seed"].to_numpy(bool)
        orders = ({view.focus}, set(view.path), {w for r in view.about.returns for w in (r.old, r.new)})

        def rank(i: int) -> tuple[int, float, str]:
            id_, value = self.ids[i], self.values[i]
            marks = [*(id_ in order for order in orders), seeds[i], id_ in self.main_works, True]
            return marks.index(True), float("inf") if value is None else -value, id_

        return sorted(range(len(self.ids)), key=rank)

    @cached_property
    def colourings(self) -> list[Colouring]:
        """The ways to colour this graph, the one asked for first."""
        view, ids, about = self.view, self.ids, self.view.about
        found = [by_era(zip(self.ids, self.years, strict=True), view.eras.values())]
        if about.classes or about.judged is not None:
            none = dict.fromkeys(about.judged or (), quiet := "in none of the classes")
            rest = "no class" if about.judged is None else "too little data for a class"
            found.append(by_group("class", ids, none | dict(about.classes), rest, quiet=quiet))
        if view.lanes.communities:
            of = view.lanes.communities
            found.append(by_group("community", ids, of, "other communities", marks=COMMUNITY_MARKS))
        concepts = self.graph.concepts
        for scheme in ("architecture", "task"):
            labels = concepts[concepts["scheme"] == scheme]
            groups = choose_lanes(zip(labels["work"], labels["label"], strict=True), most=6)
            if groups and not any(one.name == "concept" for one in found):
                found.append(by_group("concept", ids, groups, f"no {scheme} known, or a rarer one"))
        return sorted(found, key=lambda one: one.name != view.colour)

    @cached_property
    def rings(self) -> list[tuple[str, str, str]]:
        """(class, colour on light, colour on dark) of each class in use."""
        classes = self.view.about.classes
        labels = dict.fromkeys(sorted(classes[id_] for id_ in self.ids if id_ in classes))
        return [(label, *RINGS[k % len(RINGS)]) for k, label in enumerate(labels)]

    @cached_property
    def bars(self) -> dict[str, int]:
        """The works drawn whose years without citations are drawn, with the last of them: the first _MOST_BARS in rank."""
        asleep, drawn = self.view.about.asleep, {self.ids[i] for i in self.drawn}
        sleepers = [id_ for i in self.ranked if (id_ := self.ids[i]) in asleep and id_ in drawn]
        return {id_: asleep[id_][1] for id_ in sleepers[:_MOST_BARS]}

    @property
    def sleepers(self) -> int:
        """How many works drawn have such years."""
        return sum(self.ids[i] in self.view.about.asleep for i in self.drawn)

    @property
    def awakenings(self) -> bool:
        """Whether a bar shows an awakening."""
        return any(id_ in self.view.about.awake for id_ in self.bars)

    @cached_property
    def works(self) -> WorksData:
        """What the page says about each work."""
        return WorksData(self.view, self._of_this_map())

    def _of_this_map(self) -> "Iterator[tuple[tuple[str, Any], ...]]":
        """What is said of each work on this map and may be otherwise on another one of the graph."""
        communities, classes = self.view.lanes.communities, self.view.about.classes
        ring = {label: k for k, (label, _, _) in enumerate(self.rings)}
        sized = self.view.size is not None
        for id_, value in zip(self.ids, self.values, strict=True):
            yield (
                *((("community", communities[id_]),) if id_ in communities else ()),
                *((("bar", True),) if id_ in self.bars else ()),
                *(() if not sized else (("hollow", True),) if value is None else (("value", value),)),
                *((("ring", ring[classes[id_]]),) if id_ in classes else ()),
            )

    @property
    def hollow(self) -> bool:
        """Whether a mark is drawn hollow, because what sizes it is not known."""
        return self.view.size is not None and None in self.values

    def era(self, i: int) -> str:
        """The name of a work's era, or "none"."""
        held = (name for name, era in self.view.eras.items() if era.holds(self.ids[i], self.years[i]))
        return next(held, "none")

    def href(self, i: int) -> str:
        """The address of a work within the page."""
        return "#work=" + quote(self.ids[i], safe="")

    @cached_property
    def lanes(self) -> list[str]:
        """The lane of each work."""
        names = [
            UNDATED_LANE if y is None else self.view.lanes.of.get(id_, OTHER_LANE)
            for id_, y in zip(self.ids, self.years, strict=True)
        ]
        if set(names) <= {OTHER_LANE, UNDATED_LANE}:
            names = [ONLY_LANE if name == OTHER_LANE else name for name in names]
        return names

    @cached_property
    def layout(self) -> Layout:
        """Where the works drawn stand, and the next of each lane."""
        view, ids = self.view, self.ids
        drawn, room = set(self.drawn), dict.fromkeys(self.lanes, view.reserve)
        reserve = []
        for i in self.ranked:
            if i not in drawn and room[self.lanes[i]] > 0:
                room[self.lanes[i]] -= 1
                reserve.append(ids[i])
        citing, cited = self.graph.references.owners(), self.graph.references.works
        inside = np.isin(citing, self.drawn) & np.isin(cited, self.drawn)
        pairs = zip(citing[inside].tolist(), cited[inside].tolist(), strict=True)
        return lay_out(
            dict(zip(ids, self.years, strict=True)) if reserve else {ids[i]: self.years[i] for i in self.drawn},
            [(ids[a], ids[b]) for a, b in pairs],
            ranked=[ids[i] for i in self.ranked if i in drawn],
            lanes=dict(zip(ids, self.lanes, strict=True)),
            until=self.bars,
            key=(*view.path, *self.main_works, *([view.focus] if view.focus else [])),
            reserve=reserve,
            order=view.lanes.order,
            fuller={self.lanes[i] for i in range(len(ids)) if i not in drawn},
        )

    @cached_property
    def sizes(self) -> list[float]:
        """The size of each mark, without what its shape does to it."""
        known = [value for value in self.values if value is not None]
        low, high = min([0.0, *known]), max([0.0, *known])
        shares = [0.0 if v is None or high == low else (v - low) / (high - low) for v in self.values]
        return [round(_SMALLEST + (_LARGEST - _SMALLEST) * sqrt(share), 2) for share in shares]

    @cached_property
    def nodes(self) -> list[dict[str, Any]]:
        """The nodes of the pyvis network, the works drawn: number, place, shape and size; the script colours them."""
        colouring = self.colourings[0]
        nodes = []
        for i in self.drawn:
            shape = colouring.styles[colouring.of[i]].shape
            x, y = self.layout.places[self.ids[i]]
            size = round(self.sizes[i] * _SHAPE_SCALE.get(shape, 1.0), 2)
            nodes.append({"id": i, "x": x, "y": y, "shape": shape, "size": size})
        return nodes

    @cached_property
    def edges(self) -> list[dict[str, Any]]:
        """The edges of the pyvis network: the citations among the works drawn, citing -> cited."""
        drawn = np.zeros(len(self.ids), bool)
        drawn[self.drawn] = True
        citing, cited = self.graph.references.owners(), self.graph.references.works
        kept = np.flatnonzero(drawn[citing] & drawn[cited])
        return [{"id": int(k), "from": int(citing[k]), "to": int(cited[k])} for k in kept]

    @cached_property
    def data(self) -> dict[str, Any]:
        """The rest of what the scripts need."""
        view, about, layout = self.view, self.view.about, self.layout
        axis, number = layout.axis, self.graph.number
        names = [band.name for band in layout.bands]
        at = {name: k for k, name in enumerate(names)}
        citation = citation_numbers(self.graph) if view.weights else {}
        lines, evidence = evidence_lines(self.graph, Same(about.evidence))
        return {
            "offsets": _packed(self.graph.references.offsets, np.uint32),
            "cited": _packed(self.graph.references.works, np.uint32),
            "ranked": self.ranked,
            "sizes": self.sizes,
            "lane": [at[name] for name in self.lanes],
            "rows": {number(id_): list(where) for id_, where in layout.rows.items()},
            "undated": at.get(UNDATED_LANE, -1),
            "lanes": [name[:1].upper() + name[1:] for name in names],
            "measures": {"width": WIDTH, "row": ROW, "header": HEADER, "gap": GAP, "strip": STRIP, "mark": layout.gap},
            "claims": [
                {"text": c.statement, "kind": c.kind, "place": c.place, "verdict": list(about.verdicts.get(c.id, ()))}
                for c in self.graph.article_claims
            ],
            "path": [number(id_) for id_ in view.path],
            "main": sorted({(number(a), number(b)) for path in view.main for a, b in pairwise(path)}),
            "returns": [[number(r.old), number(r.new), r.reason, int(r.decided), r.why] for r in about.returns],
            "where": view.where,
            "weights": {
                citation[pair]: round(float(share), 3) for pair, share in view.weights.items() if pair in citation
            },
            "lines": lines,
            "evidence": evidence,
            "focus": None if view.focus is None else number(view.focus),
            "colourings": [[c.name, [style._asdict() for style in c.styles], c.of] for c in self.colourings],
            "shapes": _SHAPE_SCALE,
            "rings": self.rings,
            "axis": [[year, axis.x(year)] for year in sorted({axis.first, axis.start, axis.last})],
            "dated": any(year is not None for year in self.years),
            "start": axis.start,
            "eras": [[era.first, min(era.last, axis.last), k] for k, era in enumerate(view.eras.values())],
            "era_names": list(view.eras),
            "era_styles": [style._asdict() for style in next(c for c in self.colourings if c.name == "era").styles],
            "coverage": {str(year): round(float(share), 4) for year, share in view.coverage.items()},
            "outcomes": [f"its reference list is {outcome.words}" for outcome in OUTCOMES],
            "known": list(KNOWN),
            "unknown": OUTCOMES.index(Outcome.UNKNOWN),
            "size_label": self.size_label,
            "sized": self.view.size is not None,
            "down": view.down,
            "pages": [view.frame.before, view.frame.after] if view.frame else None,
            "totals": [view.total_works, view.total_citations],
            "title": view.title,
            "subtitle": view.subtitle,
            "long": LONG_SLEEP,
            "complete": bool(len(self.graph)) and self.graph.coverage() == 1,
            "attribution": view.attribution,
        }

    @cached_property
    def summary(self) -> str:
        """The map in one sentence, for readers who cannot see it."""
        dated = [year for i in self.drawn if (year := self.years[i]) is not None]
        span = f" from {min(dated)} to {max(dated)}" if dated else ""
        return (
            f"Citation map: {counted(len(self.drawn), 'work')}{span} and {counted(len(self.edges), 'citation')} among them, "
            "in order of time. The table below the map lists the same works."
        )

    def author_year(self, i: int) -> str:
        """A work in two words, or its year where it has no author."""
        first = str(self.table["authors"].iloc[i] or "").partition(";")[0]
        return cited_as([first], self.years[i], otherwise=str(self.years[i] or ""))

    @cached_property
    def returned(self) -> dict[tuple[str, str], list[tuple[int, int]]]:
        """The pairs of works whose idea came back, by what is said of them and the command that says it."""
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for r in self.view.about.returns:
            found.setdefault((r.reason, r.why), []).append((self.graph.number(r.old), self.graph.number(r.new)))
        return found

    @cached_property
    def starts(self) -> list[int]:
        """The works an article or list starts from, oldest first: where a newcomer may begin."""
        seeds = [i for i in self.drawn if self.table["seed"].iloc[i]]
        return sorted(seeds, key=lambda i: (self.years[i] or 9999, self.ids[i]))


def _packed(numbers: "NDArray[Any] | Sequence[int]", kind: Any) -> str:
    """Whole numbers as base64 of their little-endian bytes."""
    return b64encode(np.asarray(numbers).astype(np.dtype(kind).newbyteorder("<")).tobytes()).decode("ascii")
