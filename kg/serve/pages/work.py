"""The page of a work: its dossier, and the works it cites and is cited by."""

from shlex import quote

from starlette.responses import RedirectResponse, Response

from kg.serve.asked import Asked


def work(asked: Asked) -> Response:
    """Everything that is known of one work; what names it otherwise than by its id leads to its address."""
    found = asked.graph.find(asked.id)
    if found.id != asked.id:
        return RedirectResponse(asked.link("work", found.id), status_code=302)
    shown = asked.graph.show(found)
    dossier = asked.graph.dossier(shown.work)
    return asked.answer(
        "work",
        title=shown.work.title or shown.work.id,
        command=f"dossier {quote(shown.work.id)}",
        python=f"graph.dossier({shown.work.id!r})",
        shown=shown,
        dossier=dossier,
    )
