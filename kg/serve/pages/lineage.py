"""The page of a lineage: what a work descends from, or what descends from it, by generation."""

from shlex import quote

from starlette.responses import RedirectResponse, Response

from kg.errors import InputError, NothingFound
from kg.library.certificate import names_of
from kg.serve.asked import Asked
from kg.text import sentence

_TOP = 10  # works of a generation, as the command lists


def lineage(asked: Asked) -> Response:
    """The generations of a work; `format=json` gives the document of the command."""
    work = asked.graph.find(asked.id)
    if work.id != asked.id:
        address = asked.link("lineage", work.id)
        query = asked.request.url.query
        return RedirectResponse(f"{address.partition('?')[0]}{f'?{query}' if query else ''}", status_code=302)
    forward, to = asked.flag("forward"), asked.text("to")
    hops = asked.number("hops", least=1, most=1000)
    top = asked.number("top", least=1, most=1000) or _TOP
    try:
        found = asked.graph.lineage(work, forward=forward, to=to or None, hops=hops, top=top)
        error = None
    except (InputError, NothingFound) as raised:
        found, error = asked.graph.lineage(work, forward=forward, top=top), raised
        to = ""
    if asked.text("format") == "json" and not error:
        return asked.json(found)
    said = f"lineage {quote(work.id)}{' --forward' if forward else ''}"
    said += f" --to {quote(to)}" if to else f" --hops {hops}" if hops else ""
    more = ", forward=True" if forward else ""
    more += f", to={to!r}" if to else f", hops={hops}" if hops else ""
    several = f" --top {top}" if top != _TOP else ""
    page = asked.answer(
        "lineage",
        title=names_of(work)[0],
        command=said + several,
        python=f"graph.lineage({work.id!r}{more}{f', top={top}' if several else ''})",
        work=work,
        found=found,
        forward=forward,
        to=asked.text("to"),
        hops=hops,
        top=top,
        error=error,
        choices=asked.choices(error, ("to",)),
        verdict=sentence(f"{found.certificate.verdict(*found.between)}.")
        if found.certificate and found.between
        else "",
        extent=sentence(f"{found.extent}."),
        missing=found.certificate.missing(_TOP) if found.certificate else (),
    )
    if error:
        page.status_code = 404 if isinstance(error, NothingFound) else 400
    return page
