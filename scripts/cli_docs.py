"""Write docs/cli.md from the commands themselves; with --check, fail where it is stale."""

import sys
from pathlib import Path

import typer
from typer.cli import get_docs_for_click

from kg.cli import load

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"


def main() -> None:
    """Generate the page, or compare it."""
    command = typer.main.get_command(load())
    context = typer.Context(command, info_name="kg")
    text = get_docs_for_click(obj=command, ctx=context, name="kg", title="kg on the command line").strip() + "\n"
    if "--check" not in sys.argv:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE.name} is stale: run `make docs`")


if __name__ == "__main__":
    main()
