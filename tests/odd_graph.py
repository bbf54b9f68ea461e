"""A graph of works that need care on a page: markup in all that a source says, a retraction, works of which little is known."""

from pathlib import Path

from kg.facts import Fact
from kg.global_figures import GlobalFigure, GlobalFigures
from kg.graph.folder import Workspace
from kg.model import Batch, Citation, Claim, Concept, Outcome, Retrieval, Work

HOSTILE = '<img src=x onerror=alert(1)> & "ذكاء" \'</title>'
SENTENCE = "It began with <b>Old</b>."


def odd_graph(home: Path) -> Path:
    """An old work cited by twelve later ones, one retracted; one without anything but its id; evidence with markup in it."""
    folder = home / "small"
    gone = (Fact("retracted", "2004-05-01", "crossref"), Fact("type", "article", "openalex"))
    cited = GlobalFigure(metric="citations", value=41, works=12034, lower=11210, equal=15)
    everywhere = GlobalFigures(source="list", corpus=HOSTILE, year=1980, field=HOSTILE, figures=(cited,))
    names = (
        "doi:10.1000/old",
        "arxiv:cs/9901001",
        "corpus:77",
        "openalex:W77",
        "url:javascript:alert(1)",
        "url:https://x.org/<b>",
    )
    works = [
        Work(
            id="old",
            title=HOSTILE,
            year=1980,
            authors=(HOSTILE, "Bell, B."),
            venue=HOSTILE,
            identifiers=names,
            seed=True,
            facts=(everywhere.fact,),
        ),
        *(
            Work(id=f"n{k}", title=f"Later work {k}", year=1998 + k // 2, facts=gone if k == 4 else ())
            for k in range(12)
        ),
        Work(id="bare"),
        Work(id='a/b";c', title="An id that needs care", year=1999),
        Work(id="lone", title="Nobody knows", year=1985, reported_references=7, reported_citations=40),
    ]
    citations = [
        *(Citation(citing=f"n{k}", cited="old", source="list") for k in range(1, 12)),
        *(Citation(citing=f"n{k}", cited=f"n{k - 2}", source="list") for k in range(2, 12)),
        Citation(
            citing="n0", cited="old", source="one", method="pdf", contexts=(SENTENCE, "Again."), intents=("background",), influential=True
        ),
        Citation(citing="n0", cited="old", source="two", method=HOSTILE),
        Citation(citing="bare", cited="old", source="list"),
        Citation(citing="old", cited="lone", source="list"),
    ]  # fmt: skip
    known = [Retrieval(work=w.id, list="references", outcome=Outcome.COMPLETE, source="list") for w in works[1:13]]
    claim = Claim(id="c", statement=HOSTILE, kind="first", place="p. 1", article=HOSTILE, roles=(("old", "subject"),))
    concepts = [Concept(work=w, scheme="task", label=HOSTILE, source="list") for w in ("old", "n11")]
    with Workspace.writing(str(folder), "test") as (_, writer):
        writer.add(Batch(works=works, citations=citations, retrievals=known, claims=[claim], concepts=concepts))
    (folder / "eras.toml").write_text("early = [1975, 1990]\nlate = [1995, 2010]\n")
    (folder / "questions.csv").write_text("earlier,later\nold,n3\nold,n11\nlone,bare\n")
    return folder
