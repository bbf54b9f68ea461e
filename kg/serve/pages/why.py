"""What the figure that a metric gives a work is made of."""

from shlex import quote

from starlette.responses import RedirectResponse, Response

from kg.library.measures import metric_of_works
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
    )
