"""List the strings of the app's interface that a catalogue lacks, and those it has for nothing; with --check, fail on any."""

import json
import re
import sys
from pathlib import Path

SERVE = Path(__file__).parents[1] / "kg" / "serve"
_CALL = re.compile(r"(?<![\w.])t\(\"((?:[^\"\\]|\\.)*)\"\)")


def interface() -> set[str]:
    """Every string of the interface: in templates, and what the bar at the top and the doors of the home page are called."""
    found = {text for file in (SERVE / "templates").glob("*.j2") for text in _CALL.findall(file.read_text("utf-8"))}
    from kg.serve.asked import MENU
    from kg.serve.pages.home import DOORS

    doors = {text for _, *texts in DOORS for text in texts}
    return found | {label for _, label in MENU} | doors


def main() -> int:
    """Print what is missing as JSON, ready to be translated."""
    wrong = 0
    for file in sorted((SERVE / "words").glob("*.json")):
        known = json.loads(file.read_text(encoding="utf-8"))
        missing, stale = sorted(interface() - known.keys()), sorted(known.keys() - interface())
        wrong += len(missing) + len(stale)
        print(json.dumps({"catalogue": file.name, "missing": missing, "stale": stale}, ensure_ascii=False, indent=1))
    return bool(wrong and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
