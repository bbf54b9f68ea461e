"""Write the definitions of docs/metrics.md from the metrics' own docstrings; with --check, fail where they are stale."""

import sys
from pathlib import Path

from kg import plugins
from kg.analysis.definition import define
from kg.analysis.metric import all_metrics

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
BEGIN, END = "<!-- definitions: written by scripts/metrics_docs.py -->", "<!-- end of definitions -->"


def definition(name: str) -> str:
    """One metric as a section."""
    about = define(name)
    unit = f", in {about['unit']}" if about["unit"] else ""
    options = "\n".join(
        f"- `--{option.replace('_', '-')}` (default {default}): {about['meanings'][option]}"
        for option, default in about["options"].items()
    )
    body = [about["description"], about["definition"] if about["definition"] != about["description"] else ""]
    head = [f"#### {name}", f"*{about['summary']}* One value per {about['kind']}{unit}: `{about['command']}`"]
    return "\n\n".join(filter(None, [*head, *body, *about["guards"], options, f"Source: {about['source']}"]))


def definitions() -> str:
    """The metrics under the headings of their families, then all other results."""
    parts, family = [], ""
    for each in all_metrics():
        if each.name not in plugins.METRICS:
            continue
        if each.family != family:
            family = each.family
            parts.append(f"### {family.capitalize()}")
        parts.append(definition(each.name))
    return "\n\n".join([*parts, "### Years, pairs and whole graphs", *map(definition, plugins.RESULTS)])


def main() -> None:
    """Generate the definitions, or compare them."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    text = f"{before}{BEGIN}\n\n{definitions()}\n\n{END}{rest.split(END)[1]}"
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif text != page:
        sys.exit(f"{PAGE.name} is stale: run `make docs`")


if __name__ == "__main__":
    main()
