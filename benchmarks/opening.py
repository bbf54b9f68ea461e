"""What the check at opening costs: CPU of `kg path` with it off, noted as done, and due, and with a store that has no seal.

    python benchmarks/opening.py FOLDER OLD NEW [TIMES]

FOLDER is the folder of a graph (`benchmarks/scaling.py` makes one of a million works and keeps it), OLD and NEW two of its
works. Each kind of opening is measured TIMES times (7), in turn, after one that is not counted; user and system time, and the
greatest resident memory. A store without a seal, such as another program may have written, is searched for values that cannot be.
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
    taken: dict[str, list[float]] = {
        "off": [],
        "noted": [],
        "unsealed": [],
        "due": [],
    }  # the last makes the note for the next
    most = dict.fromkeys(taken, 0)
    seal = folder / "graph.digest"
    for _ in range(int((sys.argv[4:] or ["7"])[0]) + 1):
        for mode, seconds in taken.items():
            if mode == "unsealed":
                seal.rename(f"{seal}.aside")
            if mode in ("unsealed", "due"):
                for note in (folder / "graph.checked", *folder.glob("index/*/checked")):
                    note.unlink(missing_ok=True)
            code = [sys.executable, "-c", (OFF if mode == "off" else "") + RUN]
            process = subprocess.Popen([*code, "path", old, new, "--graph", str(folder)], stdout=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)
            if mode == "unsealed":
                Path(f"{seal}.aside").rename(seal)
            if status:
                sys.exit(f"kg path ended with {os.waitstatus_to_exitcode(status)}")
            seconds.append(used.ru_utime + used.ru_stime)
            most[mode] = max(most[mode], used.ru_maxrss // 1024)
    for mode, seconds in taken.items():
        least = f"at least {min(seconds[1:]):.3f} s, {most[mode]} MB"
        print(f"{mode:8} {statistics.median(seconds[1:]):.3f} s of CPU, {least}")


if __name__ == "__main__":
    main()
