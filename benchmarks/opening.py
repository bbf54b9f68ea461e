"""What the check at opening costs: CPU of `kg path` with it off, with it noted as done, and with it due.

    python benchmarks/opening.py FOLDER OLD NEW [TIMES]

FOLDER is the folder of a graph (`benchmarks/scaling.py` makes one of a million works and keeps it), OLD and NEW two of its
works. Each kind of opening is measured TIMES times (7), in turn, after one that is not counted; user and system time.
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path

OFF = "import kg.graph.store_file as a, kg.graph.arrays as b; a.seal_fault = b.damage = lambda *_, **__: ''; "
RUN = "import sys; sys.argv[0] = 'kg'; from kg.cli import main; main()"


def main() -> None:
    """Measure, and print the medians."""
    folder, old, new = Path(sys.argv[1]), *sys.argv[2:4]
    taken: dict[str, list[float]] = {"off": [], "noted": [], "due": []}  # the last makes the note for the next
    for _ in range(int((sys.argv[4:] or ["7"])[0]) + 1):
        for mode, seconds in taken.items():
            if mode == "due":
                for note in (folder / "graph.checked", *folder.glob("index/*/checked")):
                    note.unlink(missing_ok=True)
            code = [sys.executable, "-c", (OFF if mode == "off" else "") + RUN]
            process = subprocess.Popen([*code, "path", old, new, "--graph", str(folder)], stdout=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)
            if status:
                sys.exit(f"kg path ended with {os.waitstatus_to_exitcode(status)}")
            seconds.append(used.ru_utime + used.ru_stime)
    for mode, seconds in taken.items():
        print(f"{mode:6} {statistics.median(seconds[1:]):.3f} s of CPU, at least {min(seconds[1:]):.3f} s")


if __name__ == "__main__":
    main()
