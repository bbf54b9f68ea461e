"""A dossier for people: as text for a terminal, as Markdown, or as one HTML page without scripts; a template for each."""

from kg.ids import iri_of
from kg.output.dossier.model import DossierContent
from kg.output.dossier.sections import Section, bars, heading, legend, sections
from kg.output.pages.html import environment


def to_text(dossier: DossierContent) -> str:
    """The page for a terminal."""
    return _page("txt", dossier)


def to_markdown(dossier: DossierContent) -> str:
    """The page as Markdown; what works and articles say is escaped."""
    return _page("md", dossier)


def to_html(dossier: DossierContent) -> str:
    """The page as HTML, whole in one file, without scripts."""
    return _page("html", dossier)


def _page(form: str, dossier: DossierContent) -> str:
    pages = environment()
    pages.filters |= {"md": _escaped, "aligned": _aligned}
    work = dossier.work
    return pages.get_template(f"templates/dossier.{form}.j2").render(
        title=work.title or work.id,
        lines=heading(dossier),
        ids=[work.id, *work.identifiers],
        links={id_: iri for id_ in work.identifiers if (iri := iri_of(id_)) and iri.startswith("http")},
        sections=sections(dossier),
        bars=bars(dossier),
        legend=legend(dossier),
        attribution=dossier.attribution,
    )


def _aligned(section: Section) -> list[str]:
    """The table of a section in columns, its heading first."""
    if not section.rows:
        return []
    table = [section.columns, *section.rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, in one line, in a table too."""
    plain = " ".join(text.split())
    for sign in "\\`*_[]<>|#":
        plain = plain.replace(sign, f"\\{sign}")
    return plain
