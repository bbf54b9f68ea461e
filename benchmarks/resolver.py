"""How often references end at the right work, by decade: `python benchmarks/resolver.py [FOLDER]`.

FOLDER is the one with the real exports (`data/inputs/...`). Prints the table that stands in docs/semantic-scholar.md: of the
labelled references of `tests/labelled.py` those that mean a work of the catalogue, those given one, and the right ones.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from labelled import assemble  # noqa: E402

from kg.graph.writer import Writer  # noqa: E402
from kg.ingest.readers.reference_text import parse_reference  # noqa: E402
from kg.ingest.resolve.resolver import resolve  # noqa: E402
from kg.model import Batch  # noqa: E402


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared"
    if not (folder / "data" / "inputs").exists():
        sys.exit(f"no exports at {folder}: name the folder that holds data/inputs")
    found = assemble(folder)
    meant: Counter[int] = Counter()
    given: Counter[int] = Counter()
    right: Counter[int] = Counter()
    unmeant: Counter[int] = Counter()
    with (
        tempfile.TemporaryDirectory() as place,
        Writer.open(Path(place) / "graph.sqlite", "benchmark", name="labelled") as writer,
    ):
        writer.add(Batch(works=found.works))
        for reference in found.references:
            work = resolve(parse_reference(reference.text), [writer.store])[1]
            era = max(1950, reference.year // 10 * 10)
            meant[era] += reference.work is not None
            unmeant[era] += reference.work is None
            given[era] += work is not None
            right[era] += work is not None and work.id == reference.work
    print("| decade | mean a work | mean none | given a work | the right one | precision | recall |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for era in [*sorted(meant), None]:
        n, none, got, ok = (c[era] if era else c.total() for c in (meant, unmeant, given, right))
        name = "all" if era is None else f"{era}s" if era > 1950 else "to 1959"
        print(f"| {name} | {n} | {none} | {got} | {ok} | {ok / got if got else 0:.3f} | {ok / n if n else 0:.3f} |")
    print(f"left out: {dict(found.left_out)}")


if __name__ == "__main__":
    main()
