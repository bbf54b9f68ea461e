"""Pajek networks (.net): vertices and arcs. Labels are ids and stay as they were given, as in edge lists."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kg.errors import InputError
from kg.ingest.readers.reader import reader
from kg.ingest.readers.text_files import read_text
from kg.model import Batch, Citation, Outcome, Remark, Retrieval, Work

_VERTEX = re.compile(r'\s*(\d+)(?:\s+(?:"([^"]*)"|(\S+)))?')
_MOST = 1_000_000  # vertices that need not be listed
_YEAR = re.compile(r"[(-](1[5-9]\d\d|20\d\d)(?=[)-])")  # as in KROTO-HW-1985-V318-P162 and ERDOS_P(1959)6:290


@reader(lambda sample: sample.begins(r"(?:\s|%.*\n)*\*(?:network|vertices)\b"))
def read_pajek(path: Path, *, source: str, strict: bool = False) -> Iterator[Batch]:
    """Works and citations of a Pajek network; an arc goes from the citing to the cited work.

    Where most arcs whose labels show years go from the older to the newer work, the network was drawn the other way:
    all its arcs are turned round, and that is listed. Lists are COMPLETE as in edge lists. Raises InputError without
    any arc and, with `strict`, for the first bad line.
    """
    labels, arcs, batch = dict[int, str](), Counter[tuple[int, int]](), Batch(strict=True)
    for place, line in _lines(path, labels):
        numbers = [int(word) if word.isdecimal() and len(word) < 10 else 0 for word in line.split()]
        if len(numbers) > 1 and all(number in labels for number in numbers):
            arcs.update((numbers[0], cited) for cited in numbers[1:])
            continue
        fault = f"not an arc between two vertices: {line.strip()[:80]!r}"
        if strict:
            raise InputError(f"{path} line {place}: {fault}", "correct the line, or leave out --strict")
        batch.remarks.append(Remark(f"{path.name} line {place}", fault))
    if not arcs:
        raise InputError(f"no arc in {path}", "a Pajek network has *Vertices and then *Arcs, two numbers a line")
    batch.records = arcs.total() + len(batch.remarks)
    repeated = Counter(labels.values())
    ids = {n: label if repeated[label] == 1 else f"{label}-{n}" for n, label in labels.items()}
    years = {n: int(found[1]) if (found := _YEAR.search(label)) else None for n, label in labels.items()}
    batch.works = [Work(id=id_, year=years[n], source=source) for n, id_ in ids.items()]
    dated = [(old, new) for a, b in arcs if (old := years[a]) and (new := years[b]) and old != new]
    later = sum(old < new for old, new in dated)
    if later * 2 > len(dated):
        arcs = Counter({(citing, cited): times for (cited, citing), times in arcs.items()})
        turned = f"{later} of {len(dated)} dated arcs go from older to newer: arcs are read as cited -> citing"
        batch.remarks.append(Remark(path.name, turned))
    for (citing, cited), times in arcs.items():
        batch.citations.append(Citation(citing=ids[citing], cited=ids[cited], source=source, times=times))
        batch.loops += citing == cited
    for n in dict.fromkeys(citing for citing, _ in arcs):
        batch.retrievals.append(Retrieval(work=ids[n], list="references", outcome=Outcome.COMPLETE, source=source))
    batch.duplicates = arcs.total() - len(arcs)
    yield batch


def _lines(path: Path, labels: dict[int, str]) -> Iterator[tuple[int, str]]:
    """The lines that should be arcs, without their values; the vertices before them go to `labels`."""
    section = ""
    lines = read_text(path).splitlines()
    for place, line in enumerate(lines, start=1):
        words = line.split()
        if not words or words[0].startswith("%"):
            continue
        if words[0].startswith("*"):
            section = words[0].lower()
            if section == "*vertices":
                if labels:
                    raise InputError(f"{path} line {place}: a second network", "kg reads one network of a file")
                if len(words) != 2 or not words[1].isdecimal():
                    raise InputError(f"{path} line {place}: two-mode network", "kg reads networks of *Vertices N")
                if len(words[1]) > 9 or int(words[1]) > max(_MOST, len(lines)):
                    raise InputError(
                        f"{path} line {place}: more vertices are announced than the file can have",
                        f"over {_MOST:,} vertices must be listed, a line each",
                    )
                labels.update((number, str(number)) for number in range(len(labels) + 1, int(words[1]) + 1))
        elif (
            section == "*vertices" and (match := _VERTEX.match(line)) and len(match[1]) < 10 and int(match[1]) in labels
        ):
            number, label = int(match[1]), " ".join((match[2] or match[3] or "").split()) or match[1]
            if labels[number] not in {str(number), label}:
                yield place, f"a second label of vertex {line.strip()}"
            else:
                labels[number] = label
        else:  # a line of *Edges, *Matrix or *Partition has no direction, and is handed on to be refused
            ends = {"*arcs": " ".join(words[:2]), "*arcslist": line}
            yield place, ends.get(section, f"{section} {line}")
