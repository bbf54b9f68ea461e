"""The interface is whole in each of its languages."""

import importlib.util
import json
import re
from html import unescape
from pathlib import Path

import pytest

from kg.serve.language import LANGUAGES, chosen, words

ROOT = Path(__file__).parents[1]
CATALOGUES = sorted((ROOT / "kg" / "serve" / "words").glob("*.json"))


def interface() -> set[str]:
    """Every string of the interface, as `scripts/words.py` finds them."""
    spec = importlib.util.spec_from_file_location("words", ROOT / "scripts" / "words.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.interface()


def test_each_language_but_english_has_a_catalogue():
    """English is what the templates say."""
    assert {"en", *(file.stem for file in CATALOGUES)} == set(LANGUAGES)


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_catalogue_has_every_string_and_no_other(file: Path):
    """With the same places for names and numbers, and nothing that is markup."""
    known = json.loads(file.read_text(encoding="utf-8"))
    assert known.keys() == interface(), "scripts/words.py lists what is missing"
    for english, other in known.items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", other))
        assert other.strip()
        assert not set("<>&") & set(other)


@pytest.mark.parametrize("file", sorted((ROOT / "kg" / "serve" / "templates").glob("*.j2")), ids=lambda file: file.stem)
def test_templates_have_no_english_of_their_own(file: Path):
    """What people read outside of tags goes through the catalogue; names of languages and formats need none."""
    text = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<script.*?</script>|<code>.*?</code>|<[^>]*>",
        " ",
        unescape(file.read_text(encoding="utf-8")),
        flags=re.DOTALL,
    )
    rest = set(re.findall(r"[A-Za-z]{3,}", text))
    assert not rest - {
        "Python",
        "SPARQL",
        "CSV",
        "JSON",
        "DOI",
        "BibTeX",
        "Markdown",
        "OpenAlex",
        "Semantic",
        "Scholar",
        "arXiv",
        "HTML",
        "Turtle",
        "RDF",
        "XML",
    }


@pytest.mark.parametrize("accepted", ["", "zh", "zh-CN,en;q=0.1", "q=;q=", ",,,;;", "en;q=x, zh", "z" * 10_000])
def test_any_header_of_a_browser_gives_a_language(accepted: str):
    """Whatever it sends."""
    assert chosen(None, accepted) in LANGUAGES
    assert chosen("xx", accepted) in LANGUAGES
    assert words(chosen("zh", accepted), "Search") == "搜索"
