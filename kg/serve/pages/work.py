"""The page of a work: its dossier, and the works it cites and is cited by with the evidence of each citation."""

import re
from collections import Counter
from collections.abc import Sequence
from shlex import quote
from typing import NamedTuple

from starlette.responses import RedirectResponse, Response

from kg.errors import UnknownName
from kg.ids import LINK_NAMES, iri_of, scheme_of
from kg.library.dossier import Dossier
from kg.library.works import Shown
from kg.model import Citation, Outcome, Work
from kg.output.dossier.sections import bars, legend, sections
from kg.output.export.bibtex import to_bibtex
from kg.serve.asked import Asked
from kg.serve.commands import address_of
from kg.serve.recent import recent
from kg.text import authors_in_short

_LISTED = 200  # citations that are listed at first
_UNDATED = "undated"
#: What can be taken away: what asks for it, the ending of its file, and what it is.
FILES = {"html": "text/html", "md": "text/markdown", "json": "application/json", "bib": "application/x-bibtex"}
#: A page with its style inside, without scripts.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


class Cited(NamedTuple):
    """One citation of the work or by it: the other work, its authors in short, and the records of the citation."""

    work: Work
    authors: str
    records: tuple[Citation, ...]


def work(asked: Asked) -> Response:
    """Everything that is known of one work; what names it otherwise than by its id leads to its address."""
    found = asked.graph.find(asked.id)
    if found.id != asked.id:
        return RedirectResponse(asked.link("work", found.id), status_code=302)
    shown = asked.graph.show(found)
    content = _dossier(asked, found).content
    years = Counter(str(w.year or _UNDATED) for w in shown.citations)
    chosen, everything = asked.text("cited_in"), asked.flag("all")
    citing = [w for w in shown.citations if not chosen or str(w.year or _UNDATED) == chosen]
    return asked.answer(
        "work",
        title=found.title or found.id,
        command=f"dossier {quote(found.id)}",
        python=f"graph.dossier({found.id!r})",
        found=found,
        shown=shown,
        content=content,
        parts={section.title: section for section in sections(content)},
        links=_links(found.identifiers),
        concepts=list(dict.fromkeys(c.label for c in content.concepts)),
        bars=bars(content),
        legend=legend(content),
        in_year=lambda year: f"{asked.link('work', found.id, cited_in=year)}#cited-by",
        years=years,
        chosen=chosen,
        list_known=Outcome(shown.outcomes["references"]).words,
        references=_cited(shown, shown.references if everything else shown.references[:_LISTED], by_it=True),
        citations=_cited(shown, citing if everything else citing[:_LISTED], by_it=False),
        count=len(citing),
        bibtex=to_bibtex([found]).strip(),
        files=FILES,
        address_of=lambda command: address_of(asked, command),
    )


def dossier(asked: Asked) -> Response:
    """The dossier of a work as a file: `format` is html (whole, without scripts), md, json or bib."""
    found, form = asked.graph.find(asked.id), asked.text("format") or "html"
    if form not in FILES:
        raise UnknownName("format", form, FILES)
    if form == "bib":
        body = to_bibtex([found])
    else:
        made = _dossier(asked, found)
        body = {"html": made.to_html, "md": made.to_markdown, "json": made.to_json}[form]()
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", found.id).strip("-.")[:80] or "work"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Content-Security-Policy": _POLICY}
    return Response(body.encode("utf-8", "replace"), media_type=FILES[form], headers=headers)


def _dossier(asked: Asked, found: Work) -> Dossier:
    """The dossier, made once for all years, languages and files that are asked for."""
    return recent(asked.graph, ("dossier", found.id), lambda: asked.graph.dossier(found), kind="dossier")


def _cited(shown: Shown, works: Sequence[Work], *, by_it: bool) -> list[Cited]:
    """Citations with what is known of each."""
    own = shown.work.id
    pairs = [(own, w.id) if by_it else (w.id, own) for w in works]
    return [
        Cited(w, authors_in_short(w.authors), shown.evidence.get(pair, ()))
        for w, pair in zip(works, pairs, strict=True)
    ]


def _links(identifiers: Sequence[str]) -> list[tuple[str, str, str]]:
    """What each identifier that has an address is called, itself, and the address; only addresses of the web."""
    found = []
    for one in identifiers:
        address = iri_of(one)
        if address and address.startswith(("https://", "http://")):
            found.append(
                ((LINK_NAMES | {"url": "Web"}).get(scheme_of(one), scheme_of(one)), one.partition(":")[2], address)
            )
    return found
