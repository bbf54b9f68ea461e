"""Faults of reading that the bundled data must not have: names cut or misread, authors as titles, wrong years."""

import re
from collections import Counter
from pathlib import Path

import pytest
from bundled import rows as table

from kg.text import surname

COLLECTIONS = ("neural-music/works.csv", "neural-music-2/works_new.csv", "nips-1987-1999/works.csv")
#: Lists that hold a first name alone, as the source has it: a family name, one name only, names of users.
ALONE = {
    *("arvind1986dataflow", "charles1980leterno", "douglas2017learning"),
    *("dieleman2015lasagne", "mcfee2021librosa"),
    *("azmi2020music", "openai2018openai", "ulrich1977analysis"),
}
MARKS = r"(?:\b(?:et|and)|; others)$|\bAND\b|(?<![^ ;])yon (?:der )?[A-Z]|\b[AE]1-[A-Z]|\bSch(?:[0O]|S|\d)\d?l?kopf"
BEFORE_TITLE = r"(?:[A-Z]\.,? (?=[A-Z][a-z]+[ -])|[A-Z][\w-]+ (?:[A-Z]\. ?)+, |8z |&|(?:and|Von der|De Bonet) )"


@pytest.fixture(scope="module")
def works() -> list[dict[str, str]]:
    """The bundled works."""
    return table("works")


@pytest.fixture(scope="module")
def collected(shared: Path) -> list[dict[str, str]]:
    """The works as they were collected, before any correction."""
    return [row for name in COLLECTIONS for row in table(Path(name).stem, (shared / "data" / name).parent)]


def authors(row: dict[str, str]) -> list[str]:
    """The authors of a row."""
    return [name.strip() for name in row["authors"].split(";") if name.strip()]


def names(rows: list[dict[str, str]]) -> tuple[Counter[str], Counter[str]]:
    """How often a word is a first name, and a family name, in names that say which is which."""
    given: Counter[str] = Counter()
    family: Counter[str] = Counter()
    for row in rows:
        for name in authors(row):
            first, comma, rest = name.partition(",")
            words = rest.split() if comma else name.split()[:1]
            if comma or " " in name:
                given.update(word for word in words if len(word) > 2 and "." not in word)
                family[first.strip() if comma else surname(name)] += 1
    return given, family


def first_names_alone(rows: list[dict[str, str]], known: list[dict[str, str]]) -> set[str]:
    """Works among whose authors stands a first name without a family name, alone or with initials behind it."""
    given, family = names(known)

    def is_given(name: str) -> bool:
        word = name.split(maxsplit=1)[0]
        bare = re.fullmatch(r"\S+(?: [A-Z]\.?)*", name) and not re.search("[.,]", word)
        return bool(bare) and given[word] > 3 * family[word]

    return {row["key"] for row in rows if any(is_given(name) for name in authors(row))}


def names_for_titles(rows: list[dict[str, str]], known: list[dict[str, str]]) -> set[str]:
    """Works whose title is a list of names."""
    given, family = names(known)
    last = {name.split()[-1] for name in family if name}

    def is_names(title: str) -> bool:
        words = [w for w in re.findall(r"[^\W\d_][\w'’-]*", title) if w not in {"and", "van", "de", "der", "von"}]
        listed = [w for w in words if w in given or w in last]
        capital = all(w[0].isupper() for w in words) and any(given[w] for w in words)
        return bool(re.search(",| and |&", title)) and capital and len(listed) >= 0.75 * len(words)

    return {row["key"] for row in rows if is_names(row["title"])}


def test_no_first_name_stands_as_an_author(works, collected):
    """Lists of "Family, Given" that reading had cut at every comma are in pairs again: the rule found 105, now none."""
    assert len(first_names_alone(collected, works) - ALONE) == 105
    assert first_names_alone(works, works) == ALONE


def test_names_hold_no_marks_of_reading(works, collected):
    """No list ends in "et", "and" or "others"; no name has 'yon' for 'von', a figure for the letter l, or Schölkopf misread."""
    assert sum(bool(re.search(MARKS, row["authors"])) for row in collected) == 54
    assert [row["key"] for row in works if re.search(MARKS, row["authors"])] == []


def test_a_title_that_is_a_list_of_authors_has_a_note(works, collected):
    """What the data cannot mend says so; the others found their title, or the record of the same work."""
    assert len(names_for_titles(collected, works)) == 8
    left = names_for_titles(works, works)
    assert left
    assert {row["note"] for row in works if row["key"] in left} == {
        "the title is a list of authors; the true one is not in the data"
    }


def test_no_title_begins_with_authors(works, collected):
    """Initials and further authors before a title are authors again."""
    assert sum(bool(re.match(BEFORE_TITLE, row["title"])) for row in collected) == 10
    assert [
        (row["key"], row["title"]) for row in works if re.match(BEFORE_TITLE, row["title"]) and not row["note"]
    ] == []


def test_wavenet_has_its_list_whole(works):
    """All 60 entries of its list are cited, with the years that the list gives them; the PDF had given 42 and eight years wrong."""
    held = {row["key"]: row for row in works}
    cited = {row["cited_key"]: row for row in table("citations") if row["citing_key"] == "oord2016wavenet"}
    assert len(cited) == 60
    outcome = next(row for row in table("lists") if row["work"] == "oord2016wavenet")
    assert (outcome["outcome"], outcome["references"], outcome["extracted"]) == ("COMPLETE", "60", "60")
    assert sum(row["method"] != "reference entry, read" for row in cited.values()) == 42
    corrected = {
        row["key"]: row["new"] for row in table("corrections") if row["field"] == "year" and "WaveNet" in row["reason"]
    }
    assert corrected == {
        "agiomyrgiannakis1994vocaine": "2015",
        "gonzalvo2015recent": "2016",
        "imai1975unbiased": "1988",
        "itakura1988statistical": "1970",
        "peltonen1982nonlinear": "2001",
        "sagisaka2015atr": "1992",
        "toda2015statistical": "2008",
        "yijian2002minimum": "2008",
    }
    two = {held[key]["title"]: held[key]["year"] for key in ("chiba1942dudley", "dudley1939remaking")}
    assert two == {"The Vowel: Its Nature and Structure": "1942", "Remaking speech": "1939"}
    assert all(authors(held[key]) and not re.fullmatch(r"\w+; \w+", held[key]["authors"]) for key in cited)


def test_a_list_found_by_searching_titles_is_not_called_whole():
    """Where known titles were searched in a list and more were found so than entries read, the list is PARTIAL."""
    searched, read = Counter[str](), Counter[str]()
    for row in table("citations"):
        (searched if row["method"] == "title match in reference list" else read)[row["citing_key"]] += 1
    whole = [row for row in table("lists") if row["outcome"] == "COMPLETE"]
    assert [row["work"] for row in whole if searched[row["work"]] > read[row["work"]]] == []
    assert sum(0 < read[row["work"]] < searched[row["work"]] for row in table("lists")) > 20


def test_works_that_no_collection_holds_are_entries_of_wavenets_list(works, collected):
    """The seventeen works that were added name the text they were read in."""
    before = {row["key"] for row in collected}
    added = [row for row in works if row["key"] not in before]
    assert len(added) == 17
    assert all(row["source"].startswith("stored file 29771121975 (") for row in added)
    cited = {row["cited_key"] for row in table("citations") if row["citing_key"] == "oord2016wavenet"}
    assert {row["key"] for row in added} <= cited


def test_no_work_cites_one_much_younger(works):
    """A cited work is at most one year younger than the work that cites it."""
    year = {row["key"]: int(row["year"]) for row in works if row["year"]}
    pairs = [(row["citing_key"], row["cited_key"]) for row in table("citations")]
    late = [(year[a], year[b]) for a, b in pairs if a in year and b in year and year[b] > year[a]]
    assert all(cited - citing == 1 for citing, cited in late)
