"""A cut of a corpus: the works within some hops and no others, lists that lead out never whole, and the standing of each work."""

import json
import random

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpora import write_corpus
from small_corpora import Here

import kg
from kg.analysis.base.cohort import percentiles
from kg.corpus.build import build
from kg.corpus.engine import open_engine
from kg.corpus.generate import generate
from kg.corpus.layout import Corpus, write_manifest
from kg.corpus.measures.job import _SCHEMA, load_measure, run
from kg.corpus.naming import find_works
from kg.corpus.neighbourhood import Neighbourhood
from kg.corpus.snapshot import find_snapshot
from kg.errors import AmbiguousWork, InputError, NothingFound, StoreError
from kg.library.corpus_cut import cut
from kg.library.graph import open_graph
from kg.model import Outcome, Work

pytestmark = pytest.mark.long  # DuckDB starts


def field(works=140, seed=5):
    """Works of some years, undated ones among them, that cite mostly earlier works; one in eight has an unknown list."""
    rng = random.Random(seed)  # noqa: S311
    made = [
        Work(
            id=f"w{k}",
            title=f"Study {k}: of things",
            authors=("Roe, Ann", "Doe, Bo") if k % 2 else ("Li, Wei",),
            year=None if k % 35 == 34 else 1980 + k // 12,
            identifiers=(f"doi:10.1000/{k}",),
        )
        for k in range(works)
    ]
    pairs = {(f"w{a}", f"w{rng.randrange(max(a, 1))}") for a in range(1, works) for _ in range(rng.randrange(4))}
    pairs |= {("w3", "w90"), ("w90", "w3")}  # a cycle
    listed = {a for a, _ in pairs}
    unknown = {work.id: Outcome.UNKNOWN for work in made if work.id not in listed}
    return made, {(a, b) for a, b in pairs if a != b}, unknown


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A corpus, its works and the citations among them as networkx has them."""
    works, pairs, outcomes = field()
    folder = write_corpus(
        tmp_path_factory.mktemp("corpora") / "small", works, pairs, source="openalex", outcomes=outcomes
    )
    whole = nx.DiGraph(pairs)
    whole.add_nodes_from(work.id for work in works)
    return folder, works, whole


def ids(names):
    """The ids that works have in a graph cut from the corpus."""
    return {f"doi:10.1000/{name[1:]}" for name in names}


def ego(whole, seeds, references, citations):
    """The works within some hops of others, by networkx."""
    backwards = whole.reverse(copy=False)
    return {
        other
        for seed in seeds
        for graph, most in ((whole, references), (backwards, citations))
        for other in nx.ego_graph(graph, seed, radius=most)
    }


def test_a_cut_is_what_networkx_finds_and_no_list_that_leads_out_is_whole(corpus, tmp_path):
    """Works, hops, citations among them, outcomes and standing are those of independent counts, for several cuts."""
    folder, works, whole = corpus
    total = dict(whole.out_degree())
    cases = [(["w60"], 1, 1), (["w60", "w3"], 2, 1), (["w100"], 0, 2), (["w7"], 3, 0), (["w3"], 0, 0), (["w69"], 1, 1)]
    for k, (seeds, references, citations) in enumerate(cases):
        where = f"{tmp_path}/g{k}"
        made = cut(
            folder, [f"10.1000/{seed[1:]}" for seed in seeds], graph=where, references=references, citations=citations
        )
        graph, kept = open_graph(where), ego(whole, seeds, references, citations)
        store, inside = graph.provenance.store, whole.subgraph(kept)
        assert {work.id for work in store.works()} == ids(kept)
        assert {work.id for work in store.works() if work.seed} == ids(seeds)
        assert set(store.pairs()) == {(f"doi:10.1000/{a[1:]}", f"doi:10.1000/{b[1:]}") for a, b in inside.edges}
        assert (made.works, made.citations) == (len(kept), inside.number_of_edges())
        assert made.left_out + made.citations == sum(
            total[name] for name in kept
        )  # kept and left out are all there are
        assert sum(made.lists.values()) == len(kept)
        for retrieval in store.retrievals():
            name = f"w{retrieval.work.rpartition('/')[2]}"
            here, there = (
                (inside.out_degree(name), whole.out_degree(name))
                if retrieval.list == "references"
                else (inside.in_degree(name), whole.in_degree(name))
            )
            assert retrieval.outcome.known == (here == there and (here > 0 or retrieval.list == "citations"))
            if here < there:
                assert retrieval.outcome is Outcome.PARTIAL
        (said,) = graph.info().facts["corpora"]
        assert (said["works"], said["named"]) == (len(kept), len(seeds))
    check_standing(graph, works, whole)


def check_standing(graph, works, whole):
    """The percentile of each work of a graph is that of kg among all works of its year, widened to thirty."""
    cited = dict(whole.in_degree())
    for work in graph.provenance.store.works():
        (record,) = graph.show(work).as_dict()["global_figures"]
        (figure,) = record["figures"]
        assert figure["value"] == cited[f"w{work.id.rpartition('/')[2]}"]
        if work.year is None:
            assert figure["percentile"] is None
            continue
        assert work.year - record["first"] == record["last"] - work.year
        cohort = [w.id for w in works if w.year is not None and record["first"] <= w.year <= record["last"]]
        assert len(cohort) == figure["works"] >= 30
        ranks = percentiles(np.array([cited[name] for name in cohort]))
        own = cohort.index(f"w{work.id.rpartition('/')[2]}")
        assert figure["percentile"] == pytest.approx(ranks[own], abs=1e-12)


def test_a_limit_keeps_the_most_cited_of_a_hop_and_says_what_is_left_out(corpus, tmp_path):
    """The hop that passes the limit is kept in part, by a stated rule; none is begun after it."""
    folder, _, whole = corpus
    most = max(whole.nodes, key=whole.in_degree)
    citing = sorted(whole.predecessors(most), key=lambda name: (-whole.in_degree(name), int(name[1:])))
    made = cut(folder, f"10.1000/{most[1:]}", graph=f"{tmp_path}/g", references=0, citations=3, limit_works=4)
    assert {work.id for work in open_graph(f"{tmp_path}/g").provenance.store.works()} == ids([most, *citing[:3]])
    assert (
        f"of the {len(citing)} new works of hop 1 forward the 3 most cited in the corpus were kept, {len(citing) - 3} left out"
        in repr(made)
    )
    assert "not begun, as the limit was reached: hop 2 forward, 3 forward" in repr(made)
    assert made.as_dict()["hops"] == [
        {"way": "citations", "hop": 1, "found": len(citing), "new": len(citing), "kept": 3}
    ]
    with pytest.raises(InputError, match="is less than the 2 works named"):
        cut(folder, ["10.1000/1", "10.1000/2"], graph=f"{tmp_path}/h", limit_works=1)


def test_works_are_named_as_in_a_graph(corpus, tmp_path):
    """By identifier, whole title, title before its colon, author and year; several are listed, and nothing is written."""
    folder, works, _ = corpus
    names = [
        "10.1000/5",
        "W6",
        "https://openalex.org/W7",
        "study 8: OF things",
        "Study 9",
        "Roe & Doe 1980",
        "Nobody 1980",
        "Li 1981",
    ]
    around = Neighbourhood(Corpus.open(folder), "x")
    found = find_works(around, names)
    around.close()
    assert [found[name].n for name in names[:5]] == [6, 6, 7, 9, 10]
    assert isinstance(found["Roe & Doe 1980"], AmbiguousWork)
    assert len(found["Roe & Doe 1980"].candidates) == sum(w.year == 1980 and len(w.authors) == 2 for w in works)
    assert isinstance(found["Nobody 1980"], NothingFound)
    for name, error in (("Nobody 1980", NothingFound), ("Roe & Doe 1980", AmbiguousWork), ("", InputError)):
        with pytest.raises(error):
            cut(folder, ["10.1000/5", name], graph=f"{tmp_path}/g")
    assert not (tmp_path / "g").exists()
    listing = tmp_path / "names.txt"
    listing.write_text("# read\n10.1000/5\n\nNobody 1980\nRoe & Doe 1980\n", encoding="utf-8")
    made = cut(folder, "W6", file=listing, graph=f"{tmp_path}/g", references=0, citations=0, limit_works=1)
    assert made.works == made.named == 1  # named twice, it is one
    assert set(made.not_found) == {"Nobody 1980", "Roe & Doe 1980"}
    assert "left out: Nobody 1980: no work of the corpus fits" in repr(made)


def test_intents_are_kept_and_measures_carried_along(tmp_path):
    """What a corpus says of a citation stays with it; figures of a measure come along, unless made of an older build."""
    works = [Work(id=f"w{k}", title=f"T{k}", year=1990 + k) for k in range(3)]
    folder = write_corpus(tmp_path / "c", works, [("w1", "w0"), ("w2", "w1")], source="s2")
    made = {"beauty": {"last_year": None}, "disruption": {"window": 5}, "pagerank": {"alpha": 0.5, "tolerance": 1e-12}}
    for name, built, columns in (
        (
            "beauty",
            "2026-02-02T00:00:00",
            {"beauty": [2.5], "awakening_year": pa.array([1999], pa.int32()), "reason": ["may rise"]},
        ),
        ("disruption", "2025-01-01T00:00:00", {"disruption": [0.5]}),
        ("pagerank", "2026-02-02T00:00:00", {"pagerank": [0.5]}),
    ):
        part = folder / "measures" / name / "year=1991"
        part.mkdir(parents=True)
        pq.write_table(pa.table({"n": [2], **columns}), part / "part-0.parquet")
        (part.parent / "measure.json").write_text(
            json.dumps({"made_with": {"schema": _SCHEMA, "built": built, "options": made[name]}, "years": {}})
        )
    made = cut(folder, "T1", graph=f"{tmp_path}/g")
    graph = open_graph(f"{tmp_path}/g")
    assert made.measures == ("beauty",)
    assert [note.partition(":")[0] for note in made.notes[1:]] == [
        "not measured in this corpus, so not carried along",
        "measured of an older build of this corpus, by an older kg, or in part, so not carried along",
    ]
    (record,) = graph.show("T1").as_dict()["global_figures"]
    assert {figure["metric"]: figure["value"] for figure in record["figures"]} == {
        "citations": 1,
        "beauty": 2.5,
        "awakening_year": 1999,
    }
    assert "Other figures there: sleeping beauty coefficient 2.5 (may rise); awakened in 1999." in repr(
        graph.dossier("T1")
    )
    intents = {(c.citing, c.cited): (c.influential, c.intents) for c in graph.provenance.store.citations()}
    assert intents == {("corpus:3", "corpus:2"): (False, ("background",)), ("corpus:2", "corpus:1"): (True, ())}
    assert graph.provenance.attribution.startswith("Data: Semantic Scholar")


def test_two_records_with_one_doi_become_one_work_and_lose_no_citation(tmp_path):
    """A catalogue lists a work twice: the graph has it once, cited by both lists."""
    works = [Work(id=f"w{k}", title=title, year=2000, identifiers=names) for k, (title, names) in enumerate([
        ("One work", ("doi:10.1000/x",)), ("One work", ("doi:10.1000/x",)), ("A", ()), ("B", ()),
    ])]  # fmt: skip
    folder = write_corpus(tmp_path / "c", works, [("w2", "w0"), ("w3", "w1")], source="openalex")
    cut(folder, ["A", "B"], graph=f"{tmp_path}/g")
    graph = open_graph(f"{tmp_path}/g")
    assert len(graph) == 3
    assert set(graph.provenance.store.pairs()) == {("openalex:W3", "doi:10.1000/x"), ("openalex:W4", "doi:10.1000/x")}


def test_a_corpus_that_is_built_anew_meanwhile_is_not_cut(tmp_path, monkeypatch):
    """The cut ends before anything of the works is written; made again, it is that of the newer corpus."""
    folder = write_corpus(tmp_path / "c", *field(works=20)[:2])
    compare = Neighbourhood._compare

    def published(around):
        compare(around)
        write_manifest(folder, Corpus.open(folder).manifest | {"built": "2026-03-03T00:00:00"})

    with monkeypatch.context() as patched:
        patched.setattr(Neighbourhood, "_compare", published)
        with pytest.raises(StoreError, match="was built anew meanwhile"):
            cut(folder, ["10.1000/3"], graph=f"{tmp_path}/g")
    with pytest.raises(InputError, match="no graph"):
        open_graph(f"{tmp_path}/g")
    assert cut(folder, ["10.1000/3"], graph=f"{tmp_path}/g").works > 1


def test_the_same_cut_again_changes_nothing(corpus, tmp_path):
    """Works, citations and lists are the same after the second time."""
    folder = corpus[0]
    states = []
    for _ in range(2):
        cut(folder, "10.1000/60", graph=f"{tmp_path}/g")
        store = open_graph(f"{tmp_path}/g").provenance.store
        states.append((list(store.works()), list(store.citations()), list(store.retrievals())))
    assert states[0] == states[1]


def test_a_generated_corpus_is_cut_as_its_files_say(tmp_path):
    """Built of a generated snapshot with faults: the works, citations, fields, standing and figures are those of its files."""
    generate(tmp_path / "snapshot", works=400, seed=3, dirt=0.02, shards=2, fields=3)
    with open_engine(threads=1) as engine:
        corpus = build(find_snapshot(tmp_path / "snapshot"), tmp_path / "corpus", engine)
    for measure in ("percentile", "disruption"):
        told = run(corpus, load_measure(measure), Here(), load_measure(measure).options)
    works = {row["n"]: row for row in rows_in(corpus.works)}
    whole = nx.DiGraph([(row["citing"], row["cited"]) for row in rows_in(corpus.citing)])
    whole.add_nodes_from(works)
    ranks = {row["n"]: row for row in rows_in(corpus.measures / "percentile")}
    disruption = {row["n"]: row["disruption"] for row in rows_in(corpus.measures / "disruption")}
    seed = max(works, key=lambda n: min(whole.in_degree(n), whole.out_degree(n)))
    made = cut(corpus.folder, f"W{seed}", graph=f"{tmp_path}/g", references=2, citations=2)
    graph, kept = open_graph(f"{tmp_path}/g"), ego(whole, [seed], 2, 2)
    assert made.works == len(graph) == len(kept) > 30
    assert made.citations == len(set(graph.provenance.store.pairs())) == whole.subgraph(kept).number_of_edges()
    assert "works that do not exist" in repr(made)
    for n in kept:
        (record,) = graph.show(works[n]["id"]).as_dict()["global_figures"]
        figures = {figure["metric"]: figure for figure in record["figures"]}
        assert (record["generated"], record["field"], record["year"]) == (True, works[n]["field"], works[n]["year"])
        assert figures["citations"]["value"] == works[n]["citations_held"] == whole.in_degree(n)
        over = told["years"][str(works[n]["year"])]["window_over"] if works[n]["year"] else False
        assert figures.get("disruption", {}).get("value") == (disruption.get(n) if over else None)
        if rank := ranks.get(n):
            assert (figures["citations"]["works"], record["cohort"]) == (rank["cohort"], rank["cohort_field"] or "")
            assert figures["citations"]["percentile"] == pytest.approx(rank["percentile"], abs=1e-12)
        else:
            assert figures["citations"]["percentile"] is None


def rows_in(folder):
    """All rows of the Parquet files in a folder."""
    return [row for file in sorted(folder.rglob("*.parquet")) for row in pq.ParquetFile(file).read().to_pylist()]


def test_the_command_says_what_python_says(corpus, kg_here):
    """`kg corpus cut` prints the answer and its document; errors are one line, and nothing is written."""
    folder = corpus[0]
    done = kg_here("corpus", "cut", folder, "10.1000/60", "--references", 2, "--graph", "g")
    assert done.out.startswith("g: ")
    assert "cut from OpenAlex (snapshot of 2026-01-01)" in done.out
    assert kg.corpus.cut is cut
    told = json.loads(kg_here("corpus", "cut", folder, "10.1000/60", "--references", 2, "--graph", "h", "--json").out)
    assert told["asked"] == {"references": 2, "citations": 1}
    assert told["works"] == sum(hop["kept"] for hop in told["hops"]) + told["named"]
    assert (
        "works of 1984 to 1986 in Computer Science in OpenAlex (snapshot of 2026-01-01)"
        in kg_here("show", "doi:10.1000/60", "--graph", "g").out
    )
    assert kg_here("corpus", "cut", folder, "Roe & Doe 1980", "--graph", "i", code=2).err.count("Roe & Doe 1980") > 2
    assert "no work is named" in kg_here("corpus", "cut", folder, "--graph", "i", code=2).err
    assert "is not a corpus" in kg_here("corpus", "cut", ".", "x", "--graph", "i", code=2).err
