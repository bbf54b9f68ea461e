"""The dataset service's lists: releases, what is in one, and where its files would lie. The files are not served."""

from itertools import pairwise
from typing import Any

RELEASES = ("2024-10-08", "2025-07-29", "2025-08-05", "2025-08-12", "2025-08-19")
_DATASETS = {
    "papers": "The core attributes of a paper (title, authors, date, etc.).\n200M records in 30 1.5GB files.",
    "citations": "Instances where the bibliography of one paper cites another paper.\n2.4B records in 30 8.5GB files.",
    "paper-ids": "Mapping from sha-based ID to paper corpus ID.\n450M records in 30 500MB files.",
}
_README = "Semantic Scholar Academic Graph Datasets\n\nLICENSE\nThis collection is licensed under ODC-BY."
_HOST = "https://ai2-s2ag.s3.amazonaws.com"


def answer(path: str) -> Any:
    """What the service says under `path`, None where there is no such thing."""
    match path.split("/"):
        case ["release", ""] | ["release"]:
            return list(RELEASES)
        case ["release", name] if release := _release(name):
            summaries = [{"name": n, "description": d, "README": _README} for n, d in _DATASETS.items()]
            return {"release_id": release, "README": _README, "datasets": summaries}
        case ["release", when, "dataset", name] if (release := _release(when)) and name in _DATASETS:
            files = [f"{_HOST}/staging/{release}/{name}/20250822_{k}.gz" for k in range(2)]
            return {"name": name, "description": _DATASETS[name], "README": _README, "files": files}
        case ["diffs", start, "to", stop, name] if start in RELEASES and (end := _release(stop)) and name in _DATASETS:
            steps = RELEASES[RELEASES.index(start) : RELEASES.index(end) + 1]
            diffs = [
                {
                    "from_release": old,
                    "to_release": new,
                    "update_files": [f"{_HOST}/updates/{old}-to-{new}/{name}/0.gz"],
                    "delete_files": [f"{_HOST}/deletes/{old}-to-{new}/{name}/0.gz"],
                }
                for old, new in pairwise(steps)
            ]
            return {"dataset": name, "start_release": start, "end_release": end, "diffs": diffs}
    return None


def _release(name: str) -> str | None:
    return RELEASES[-1] if name == "latest" else name if name in RELEASES else None
