"""The notebook tutorial runs from top to bottom, and its last lines give what a notebook would show."""

import ast
import re
from pathlib import Path

import pandas as pd
from bundled import CITATIONS, WORKS

PAGE = Path(__file__).parents[1] / "docs" / "notebook.md"


def test_every_block_runs_after_the_ones_before(shared_bundled, capsys):
    """Each block runs in the same names; one that ends with an expression shows a table or series with something in it."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 8
    names: dict[str, object] = {}
    shown = []
    for block in blocks:
        *body, last = ast.parse(block).body
        exec(compile(ast.Module(body, []), str(PAGE), "exec"), names)  # noqa: S102  (our own page)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), str(PAGE), "eval"), names))  # noqa: S307
        else:
            exec(compile(ast.Module([last], []), str(PAGE), "exec"), names)  # noqa: S102
    tables = [x for x in shown if isinstance(x, pd.DataFrame | pd.Series)]
    assert len(tables) >= 7
    assert all(len(x) for x in tables)
    assert f"{WORKS:,} works, {CITATIONS:,} citations, 6% of the reference lists known" in capsys.readouterr().out
