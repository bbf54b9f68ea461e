"""A Spark session begun, with what stands in its way said in one line: no Java, no master, no workers."""

import os
import re
import shutil
import socket
import sys
import tempfile
import time
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from kg.errors import InputError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_CONNECT_S: Final = 5.0  # for a port to open
_REGISTER_S: Final = 30.0  # for a master to take the application
_WORKERS_S: Final = 60.0  # for the first worker
_FORMS: Final = "expected local, local[N], spark://HOST:PORT, yarn or k8s://https://HOST:PORT"


def begin_session(master: str, memory: str | None, spill: Path) -> "SparkSession":
    """Begin a session; what Spark writes to the terminal goes to a file.

    Parameters
    ----------
    master : str
        Its address.
    memory : str, optional
        Of the driver and of each executor, such as "4g".
    spill : Path
        A folder for what does not fit into memory, on this machine.

    Raises
    ------
    InputError
        If Java is missing, the address is none, or no master or no worker answers there.
    """
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    _check(master)
    conf = SparkConf().setMaster(master).setAppName("kg corpus").set("spark.ui.showConsoleProgress", "false")
    if master.startswith("local"):
        conf.set("spark.local.dir", str(spill)).set("spark.ui.enabled", "false")
        conf.set("spark.driver.bindAddress", "127.0.0.1").set("spark.driver.host", "127.0.0.1")
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # elsewhere it is the cluster's to know
    if memory:
        conf.set("spark.driver.memory", memory).set("spark.executor.memory", memory)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        try:
            gateway = SparkContext._gateway  # noqa: SLF001 - of an earlier session of this process
            gateway = gateway or launch_gateway(conf, {"stdout": log, "stderr": log})
            context = _within(_REGISTER_S if master.startswith("spark://") else None, SparkContext, conf, gateway)
        except TimeoutError:
            raise InputError(
                f"{master} does not answer as a Spark master does", "check the address, and that Spark is 4 there, too"
            ) from None
        except Exception as error:
            log.seek(0)
            raise InputError(f"Spark does not start on {master}: {reason_of(error, log.read())}", _FORMS) from error
    context.setLogLevel("OFF")
    if master.startswith("spark://"):
        _wait_for_workers(context, master)
    return SparkSession(context)


def reason_of(error: BaseException, log: str = "") -> str:
    """The innermost reason of an error of Spark, on one line."""
    said = f"{log}\n{error}"
    if "UnsupportedClassVersionError" in said:
        return "its Java is older than 17"
    lines = [
        line.strip()
        for line in said.splitlines()
        if re.match(r"\s*(Caused by: )?[\w.$ \":]*(Exception|Error):? ", line)
    ]
    lines = [line for line in lines if not line.endswith("Traceback (most recent call last):")]
    causes = [line for line in lines if "Caused by" in line]
    last = (causes or lines or [str(error).strip()])[-1].splitlines()[0]
    return re.sub(r"^(Caused by: |Exception in thread \"\w+\" |: )*([\w$]+\.)+", "", last)[:300]


def _check(master: str) -> None:
    """Raise InputError where Java is missing, the address is none, or nothing listens at it."""
    if not re.fullmatch(r"local(\[(\d+|\*)(,\d+)?\])?|spark://.+|yarn|k8s://.+", master):
        raise InputError(f"invalid Spark master {master!r}", _FORMS)
    home = os.environ.get("JAVA_HOME")
    if not (Path(home, "bin", "java").exists() if home else shutil.which("java")):
        where = f"JAVA_HOME is {home}, which has no bin/java" if home else "no java was found"
        raise InputError(f"Spark needs Java 17 or later: {where}", "install a Java runtime, or set JAVA_HOME to one")
    if master == "yarn" and not (os.environ.get("HADOOP_CONF_DIR") or os.environ.get("YARN_CONF_DIR")):
        raise InputError(
            "YARN needs HADOOP_CONF_DIR", "set it to the folder with the configuration of the Hadoop cluster"
        )
    if not master.startswith(("spark://", "k8s://")):
        return
    reasons = []
    for place in re.sub(r"^.*://", "", master).split(","):
        host, colon, port = place.partition("/")[0].rpartition(":")
        if not colon and master.startswith("k8s://"):
            host, port = port, "443"
        try:
            socket.create_connection((host, int(port)), timeout=_CONNECT_S).close()
        except (OSError, ValueError) as error:
            reasons.append(str(error))
        else:
            return
    raise InputError(f"nothing answers at {master}: {reasons[0]}", "start a Spark master there, or check the address")


def _within(limit: float | None, make: Any, conf: Any, gateway: Any) -> Any:
    """A context; TimeoutError where it takes longer, as Spark goes on asking for over a minute."""
    made: Future[Any] = Future()

    def run() -> None:
        try:
            made.set_result(make(conf=conf, gateway=gateway))
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            made.set_exception(error)

    Thread(target=run, daemon=True).start()
    return made.result(limit)


def _wait_for_workers(context: Any, master: str) -> None:
    """Return when there is an executor besides the driver; a job would wait for one without end."""
    end = time.monotonic() + _WORKERS_S
    while context._jsc.sc().getExecutorMemoryStatus().size() < 2:  # noqa: SLF001 - Python has no name for it
        if time.monotonic() < end:
            time.sleep(0.2)
            continue
        with suppress(Exception):
            context.stop()
        raise InputError(
            f"{master} gave no worker within {_WORKERS_S:.0f} seconds",
            "start workers, wait until those there are free, or ask for less --memory than they have",
        )
