"""The bundled graph's data files: whole, consistent, truthful about what was changed, and made by the script."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from bundled import DATA
from bundled import rows as table

from kg.ids import parse_identifier
from kg.ingest.readers.article import read_article
from kg.text import title_key

ROOT = Path(__file__).parents[1]
TABLES = ["works", "citations", "lists", "claims", "concepts", "corrections", "aliases"]
COLLECTIONS = {"neural-music": "works", "neural-music-2": "works_new", "nips-1987-1999": "works"}
KINDS = {
    *("first", "anticipates", "same principle", "builds on", "little known", "dormancy", "obstacle"),
    *("larger data wins", "improves", "proposes", "argues for", "enables"),
}


@pytest.fixture(scope="module")
def works() -> dict[str, dict[str, str]]:
    """All works by key."""
    return {row["key"]: row for row in table("works")}


@pytest.fixture(scope="module")
def seeds(works) -> set[str]:
    """The works of the seed article's reference list."""
    return {key for key, row in works.items() if row["seed"]}


def test_every_work_and_citation_is_there_once(works):
    """16,535 works under unique keys and 26,340 distinct citations, each with its source and method."""
    citations = table("citations")
    assert len(works) == len(table("works")) == 16535
    assert len({(row["citing_key"], row["cited_key"]) for row in citations}) == len(citations) == 26340
    assert all(
        re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{10,40}:.+|stored file \d+ \(.+\)", row["source"]) for row in citations
    )
    assert all(row["method"] for row in citations)


def test_nothing_names_a_work_that_is_not_held(works):
    """Citations, claims, concepts and corrections speak of held works only."""
    named = {row[end] for row in table("citations") for end in ("citing_key", "cited_key")}
    named |= {key for row in table("claims") for key in (row["subjects"] + ";" + row["objects"]).split(";") if key}
    named |= {row["work"] for row in (*table("concepts"), *table("lists"))}
    corrections = table("corrections")
    joined = {row["key"] for row in corrections if row["field"] == "key"}
    named |= {row["new"] if row["field"] == "key" else row["key"] for row in corrections if row["key"] not in joined}
    for name in ("core", "nips-1987-1999"):
        named |= set((DATA / f"{name}.txt").read_text(encoding="utf-8").split())
    assert not joined & works.keys()
    assert named <= works.keys()


def test_every_work_that_cites_has_a_list_and_whole_lists_cite():
    """Each citing work has one row on its reference list; a list called whole has all its entries, and citations."""
    lists = {row["work"]: row for row in table("lists")}
    assert len(lists) == len(table("lists"))
    citing = Counter(row["citing_key"] for row in table("citations"))
    assert citing.keys() <= lists.keys()
    assert {work for work, row in lists.items() if row["outcome"] == "COMPLETE"} <= citing.keys()
    for row in lists.values():
        if row["references"]:
            assert int(row["extracted"] or 0) <= int(row["references"]), row
            assert row["outcome"] != "COMPLETE" or row["extracted"] == row["references"], row


@pytest.mark.parametrize("scheme", ["doi", "arxiv"])
def test_each_identifier_is_normal_and_belongs_to_one_work(works, scheme):
    """Identifiers are in the normal form of kg.ids and never shared."""
    held = [row[scheme] for row in works.values() if row[scheme]]
    assert [value for value, count in Counter(held).items() if count > 1] == []
    assert [value for value in held if parse_identifier(value) != f"{scheme}:{value}"] == []


def test_no_arxiv_id_is_much_younger_than_its_work_without_a_reason(works):
    """An arXiv id two years or more younger than the work is on the list of late deposits."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from bundled_tables import LATE_ON_ARXIV
    finally:
        sys.path.pop(0)
    late = {key for key, row in works.items() if row["arxiv"] and 2000 + int(row["arxiv"][:2]) > int(row["year"]) + 1}
    assert late == set(LATE_ON_ARXIV)


def test_wavegan_id_stays_with_the_seed(works):
    """The id 1802.04208 finds the seed S16, to which the record under the earlier title is joined."""
    assert works["donahue2018adversarial"]["arxiv"] == "1802.04208"
    joined = {row["old"]: row["new"] for row in table("corrections") if row["field"] == "key"}
    assert joined["donahue2018synthesizing"] == "donahue2018adversarial"


def test_common_names_lead_to_one_work_each(works, bundled_graph):
    """Each alias is given once, to a held work, with its reason; kg finds that work by it, in any case."""
    rows = table("aliases")
    assert len({title_key(row["alias"]) for row in rows}) == len(rows) > 30
    for row in rows:
        title = title_key(works[row["work"]]["title"])
        initials = "".join(word[0] for word in title.split() if len(word) > 2)
        shown = {
            "its title": title_key(row["alias"]) in title,
            "the acronym of its title": row["alias"].lower() in initials,
        }
        assert shown.get(row["reason"], row["reason"] == "the name it commonly goes by, set by hand"), row
        found = {bundled_graph.show(name).work.id for name in (row["alias"], row["alias"].lower())}
        assert found == {row["work"]}


def test_authors_found_elsewhere_name_their_page(works):
    """Most citing documents have authors; each list that was added tells where it stands."""
    added = [row for row in table("corrections") if row["field"] == "authors" and not row["old"]]
    found = [row for row in added if row["reason"].startswith("not in the collection; as ")]
    assert len(found) > 100
    assert all(
        re.search(r"as ([\w.-]+/[\w.-]+@[0-9a-f]{10}:\S+|stored file \d+|https://\S+) has them$", r["reason"])
        for r in found
    )
    citing = {row["citing_key"] for row in table("citations")}
    assert sum(not works[key]["authors"] for key in citing) < 50
    assert works["todd1989connectionist"]["authors"] == "Peter M. Todd"


def test_all_nineteen_seeds_have_a_claim_and_a_concept(seeds):
    """Every reference of the seed article takes part in a claim and carries a concept."""
    claimed = {key for row in table("claims") for key in (row["subjects"] + ";" + row["objects"]).split(";")}
    assert len(seeds) == 19
    assert seeds - claimed == set()
    assert seeds - {row["work"] for row in table("concepts")} == set()


def test_claims_are_short_and_of_known_kinds():
    """Claims have unique ids, a kind of the vocabulary, a place, a subject and at most two sentences."""
    claims = table("claims")
    assert len({row["id"] for row in claims}) == len(claims) >= 15
    assert {row["kind"] for row in claims} == KINDS
    assert all(row["place"] and row["subjects"] for row in claims)
    assert all(len(re.findall(r"\.(?=\s|$)", row["statement"])) <= 2 for row in claims)
    assert all(row["statement"].isascii() and len(row["statement"]) < 300 for row in claims)


def test_concepts_say_who_says_so():
    """A concept has a known scheme, a label and a source: the article with its place, or the collection."""
    rows = table("concepts")
    assert {row["scheme"] for row in rows} == {"task", "architecture", "representation"}
    assert all(row["label"] and " & " not in row["label"] for row in rows)
    for row in rows:
        from_article = re.match(r"article: .+, (par\.|group) \d+$", row["source"])
        assert bool(from_article) != bool(row["label_in_source"])
    labels = {(row["work"], row["scheme"], row["label"]) for row in rows}
    assert ("lee2009unsupervised", "task", "speaker gender recognition") in labels
    assert ("lee2009unsupervised", "task", "music genre recognition") in labels


def test_every_correction_is_carried_out(works):
    """The new value stands in works.csv, differs from the old one and has a reason; one row per value."""
    rows = table("corrections")
    joined = {row["key"]: row["new"] for row in rows if row["field"] == "key"}
    for row in rows:
        assert row["new"] != row["old"]
        assert len(row["reason"]) > 10
        if row["key"] in joined:
            assert joined[row["key"]] in works
        else:
            assert works[row["key"]][row["field"]] == row["new"]
    assert len({(row["key"], row["field"]) for row in rows}) == len(rows)


def test_only_listed_corrections_differ_from_the_collection(works, shared):
    """Every difference from the collected works is in corrections.csv, with the collection's own value as old."""
    rows = table("corrections")
    joined = {row["key"] for row in rows if row["field"] == "key"}
    listed = {(row["key"], row["field"]): row["old"] for row in rows if row["key"] not in joined}
    before = [row for folder, name in COLLECTIONS.items() for row in table(name, shared / "data" / folder)]
    assert {row["key"] for row in before} - works.keys() == joined
    changed = {
        (row["key"], field): row[field]
        for row in before
        if row["key"] not in joined
        for field in works[row["key"]].keys() - {"note"}
        if works[row["key"]][field] != row[field]
    }
    assert changed == listed


@pytest.mark.long
def test_script_writes_the_committed_files(shared, tmp_path):
    """A rerun gives the same bytes."""
    script = ROOT / "scripts" / "build_bundled.py"
    subprocess.run([sys.executable, script, shared / "data", tmp_path], check=True)
    written = sorted(path.name for path in tmp_path.iterdir())
    tables = [
        "aliases.csv",
        "citations.csv",
        "concepts.csv",
        "core.txt",
        "corrections.csv",
        "lists.csv",
        "nips-1987-1999.txt",
        "works.csv",
    ]
    assert written == tables
    for name in written:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


def test_records_are_joined_only_where_they_are_one_publication(shared):
    """What is joined by rule has the same title and first author and years at most one apart; both ends are told."""
    before = {row["key"]: row for folder, name in COLLECTIONS.items() for row in table(name, shared / "data" / folder)}
    changed = {(row["key"], row["field"]): row["new"] for row in table("corrections")}
    by_rule = [
        row
        for row in table("corrections")
        if row["field"] == "key" and ": same title and first author, years" in row["reason"]
    ]
    assert by_rule
    for row in by_rule:
        one, other = (
            {f: changed.get((key, f), before[key][f]) for f in ("title", "year", "authors")}
            for key in (row["old"], row["new"])
        )
        assert title_key(one["title"]) == title_key(other["title"]), row
        assert abs(int(one["year"]) - int(other["year"])) <= 1, row


@pytest.mark.parametrize("name", TABLES)
def test_files_are_plain_and_short(name):
    """UTF-8 without a mark, bare line feeds, a full last line, and no abstracts or other long prose."""
    data = (DATA / f"{name}.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    assert data.endswith(b"\n")
    for row in table(name):
        assert None not in row
        for field, value in row.items():
            assert field == "authors" or len(value) <= 400, (name, field, value)


def test_reference_list_names_the_nineteen_seeds(works, seeds):
    """The article ingester reads references.md as 19 references with the seeds' titles, years and identifiers."""
    references = next(read_article(DATA / "references.md")).references
    titles = {(title_key(works[key]["title"]), int(works[key]["year"])) for key in seeds}
    earlier = (title_key("Synthesizing audio with generative adversarial networks"), 2018)  # as the article cites it
    titles = titles - {(title_key("Adversarial Audio Synthesis"), 2018)} | {earlier}
    assert {(title_key(reference.title), reference.year) for reference in references} == titles
    assert len(references) == 19
    known = {f"{scheme}:{works[key][scheme]}" for key in seeds for scheme in ("doi", "arxiv")}
    assert {name for reference in references for name in reference.identifiers} <= known
