"""A standalone Spark cluster on this machine: a master and its workers, each a process of its own that is killed at the end."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_WAIT_S = 90


@dataclass(frozen=True)
class Cluster:
    """A master that answers, and its workers, of one core each."""

    master: str
    workers: tuple[subprocess.Popen[bytes], ...]
    logs: Path

    def kill_worker(self, number: int = 0) -> None:
        """Kill a worker as a broken machine would; its executors notice and end."""
        self.workers[number].kill()
        self.workers[number].wait()


@contextmanager
def cluster(folder: Path, workers: int = 2, memory: str = "1500m") -> Iterator[Cluster]:
    """Start a cluster on free ports of 127.0.0.1, with its scratch files and logs in a folder."""
    import pyspark

    spark_class = Path(pyspark.__file__).parent / "bin" / "spark-class"
    root = Path(__file__).parents[1]
    environment = os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join((str(root), os.environ.get("PYTHONPATH", ""))),
        "SPARK_DAEMON_MEMORY": "256m",
    }
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:

        def start(name: str, *words: str) -> subprocess.Popen[bytes]:
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            process = subprocess.Popen(
                [str(spark_class), f"org.apache.spark.deploy.{words[0]}", *words[1:]],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
            stack.callback(_end, process)
            return process

        pages = ("--webui-port", "0")
        begun = [start("master", "master.Master", "--host", "127.0.0.1", "--port", "0", *pages)]
        said = _wait_for(folder / "master.log", "I have been elected leader", begun[0], 1)
        master = re.search(r"spark://127\.0\.0\.1:\d+", said)[0]
        for number in range(workers):
            place = ("--work-dir", str(folder / f"work-{number}"), *pages)
            begun.append(
                start(
                    f"worker-{number}",
                    "worker.Worker",
                    "--host",
                    "127.0.0.1",
                    *place,
                    "--cores",
                    "1",
                    "--memory",
                    memory,
                    master,
                )
            )
        _wait_for(folder / "master.log", "Registering worker", begun[0], workers)
        yield Cluster(master, tuple(begun[1:]), folder)


def _wait_for(log: Path, words: str, process: subprocess.Popen[bytes], times: int) -> str:
    end = time.monotonic() + _WAIT_S
    while (said := log.read_text(errors="replace")).count(words) < times:
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError(f"{words!r} was not said {times} times:\n{said}")
        time.sleep(0.1)
    return said


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and those it started, by their group, which is its own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
