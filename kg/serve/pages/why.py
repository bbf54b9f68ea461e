"""What the figure that a metric gives a work is made of."""

from collections.abc import Iterator
from shlex import quote
from typing import Any

from starlette.responses import RedirectResponse, Response

from kg.library.answers import Table
from kg.library.graph import Graph
from kg.library.measures import Inputs, metric_of_works
from kg.library.metric_options import option_value
from kg.serve.asked import Asked

_USUAL = "citations_held"


def why(asked: Asked) -> Response:
    """The figure with its parts; `metric` names it, further values are its options, `format=json` gives the document."""
    found = asked.graph.find(asked.id)
    if found.id != asked.id:
        given = {key: value for key, value in asked.request.query_params.items() if key not in asked.kept}
        return RedirectResponse(asked.link("why", found.id, **given), status_code=302)
    measure = metric_of_works(asked.text("metric") or _USUAL)
    given = {name: text for name in measure.options if (text := asked.text(name))}
    options = {name: option_value(measure, name, text) for name, text in given.items()}
    inputs = asked.graph.why(found, measure, **options)
    if asked.text("format") == "json":
        return asked.json(inputs)
    known = asked.graph.metrics()
    words = "".join(f" --{name.replace('_', '-')} {quote(text)}" for name, text in given.items())
    values = "".join(f", {name}={value!r}" for name, value in options.items())
    return asked.answer(
        "why",
        title=f"{measure.name}: {found.title or found.id}",
        command=f"why {quote(found.id)} {measure.name}{words}",
        python=f"graph.why({found.id!r}, {measure.name!r}{values})",
        found=found,
        measure=measure,
        means=known.at[measure.name, "summary"],
        metrics=sorted(known.index[known["kind"] == "work"]),
        given=given,
        inputs=inputs,
        parts=list(_parts(asked.graph, inputs)),
    )


def _parts(graph: Graph, inputs: Inputs) -> Iterator[tuple[str, Any]]:
    """What the command prints, told apart: the answer, figures by name, headings, tables and sentences."""
    first = True
    for block in inputs.blocks():
        if isinstance(block, Table):
            yield "table", _titled(graph, block)
            continue
        text = block.strip()
        if block.startswith("   "):
            yield "figure", text.partition(": ")[::2]
        elif text.partition(":")[0] in inputs.inputs:
            yield "heading", text
        else:
            yield "answer" if first else "sentence", [line.strip() for line in text.split("\n")]
            first = False


def _titled(graph: Graph, table: Table) -> Table:
    """A table with the title of each work that it names by id."""
    if "id" not in table.columns or "title" in table.columns:
        return table
    at = table.columns.index("id")
    titles = graph.works["title"].reindex([row[at] for row in table.rows]).fillna("")
    return Table(
        [*table.columns, "title"], [(*row, title) for row, title in zip(table.rows, titles, strict=True)], table.right
    )
