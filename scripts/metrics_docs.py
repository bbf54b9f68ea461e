"""Write the definitions of docs/metrics.md from the metrics' own docstrings; with --check, fail where they are stale."""

import sys
from pathlib import Path

from kg import plugins
from kg.cli.metrics import described

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
BEGIN, END = "<!-- definitions: written by scripts/metrics_docs.py -->", "<!-- end of definitions -->"


def definition(name: str) -> str:
    """One metric as a section."""
    kind, place, command = plugins.RESULTS.get(name, ("work", "", f"kg rank {name}"))
    about = described(plugins.imported(place) if place else plugins.load("metric", name))
    options = ", ".join(f"`--{option.replace('_', '-')}` ({default})" for option, default in about["options"].items())
    lines = [
        f"#### {name}",
        f"*{about['summary']}* A figure per {kind}: `{command}`",
        about["definition"],
        *about["guards"],
    ]
    ends = [f"Options (default): {options}." if options else "", f"Source: {about['source']}"]
    return "\n\n".join([*lines, *filter(None, ends)])


def main() -> None:
    """Generate the definitions, or compare them."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    sections = "\n\n".join(map(definition, [*plugins.METRICS, *plugins.RESULTS]))
    text = f"{before}{BEGIN}\n\n{sections}\n\n{END}{rest.split(END)[1]}"
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif text != page:
        sys.exit(f"{PAGE.name} is stale: run `make docs`")


if __name__ == "__main__":
    main()
