"""What stands in the way of Spark is said in one line, before or instead of a Java stack trace."""

import socket
import threading
import time
from pathlib import Path

import pytest

from kg.corpus import engine, spark_session
from kg.corpus.spark_session import reason_of
from kg.errors import InputError


@pytest.fixture(autouse=True)
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Java that is there and is never started."""
    monkeypatch.delenv("HADOOP_CONF_DIR", raising=False)
    monkeypatch.delenv("YARN_CONF_DIR", raising=False)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch(mode=0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("master", "said"),
    [
        ("nonsense", "invalid Spark master 'nonsense'"),
        ("local[x]", "invalid Spark master"),
        ("spark://127.0.0.1:{port}", "nothing answers at spark://127.0.0.1:{port}: "),
        ("spark://127.0.0.1", "nothing answers at spark://127.0.0.1: "),
        ("k8s://https://127.0.0.1:{port}/api", "nothing answers at k8s://https://127.0.0.1:{port}/api: "),
        ("yarn", "YARN needs HADOOP_CONF_DIR"),
    ],
)
def test_a_master_that_is_not_there(master: str, said: str, tmp_path: Path):
    """Within a second, and Java is not started for it."""
    began = time.monotonic()
    with socket.socket() as taken:  # what is bound and does not listen refuses, and nobody else can listen there
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(InputError) as stop, engine.open_engine("spark", master=master.format(port=port)):
            pytest.fail("it began")
    assert stop.value.message.startswith(said.format(port=port))
    assert "\n" not in stop.value.message
    assert stop.value.hint
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("home", ["/no/such/folder", None])
def test_no_java(home: str | None, monkeypatch: pytest.MonkeyPatch):
    """By JAVA_HOME or by PATH."""
    if home:
        monkeypatch.setenv("JAVA_HOME", home)
    else:
        monkeypatch.delenv("JAVA_HOME")
        monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match="Spark needs Java 17 or later"), engine.open_engine("spark"):
        pytest.fail("it began")


@pytest.mark.parametrize(("missing", "extra", "name"), [("pyspark", "spark", "spark"), ("duckdb", "corpus", "duckdb")])
def test_packages_that_are_not_installed(missing: str, extra: str, name: str, monkeypatch: pytest.MonkeyPatch):
    """The line says what to install."""
    import importlib.util

    there = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda package: None if package == missing else there(package))
    with pytest.raises(InputError, match=rf"this needs kg\[{extra}\]: pip install"), engine.open_engine(name):
        pytest.fail("it began")


def test_a_master_that_says_nothing_is_given_up():
    """Spark itself would ask for over a minute."""
    over = threading.Event()
    with pytest.raises(TimeoutError):
        spark_session._within(0.05, lambda **_: over.wait(), None, None)
    over.set()
    with pytest.raises(ValueError, match="broken"):
        spark_session._within(None, lambda **_: int("broken"), None, None)


def test_a_master_without_workers_is_given_up(monkeypatch: pytest.MonkeyPatch):
    """A job on it would wait without end."""

    class Context:
        stopped = False
        executors = 1
        _jsc = property(lambda self: self)
        sc = getExecutorMemoryStatus = lambda self: self  # noqa: N815

        def size(self) -> int:
            return self.executors

        def stop(self) -> None:
            self.stopped = True

    monkeypatch.setattr(spark_session, "_WORKERS_S", 0.1)
    context = Context()
    with pytest.raises(InputError, match="gave no worker within"):
        spark_session._wait_for_workers(context, "spark://h:1")
    assert context.stopped
    context.executors = 2
    spark_session._wait_for_workers(context, "spark://h:1")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            (
                "An error occurred while calling o1.collect.\n: org.apache.spark.SparkException: Job aborted\n\tat org.x(Y.java:1)\n"
                "Caused by: java.io.IOException: No space left on device\n\tat java.z"
            ),
            "IOException: No space left on device",
        ),
        (
            (
                "PythonException: Traceback (most recent call last):\n  File x\nRuntimeError: boom 1\n\n\tat org.x\n"
                "Caused by: org.apache.spark.api.python.PythonException: Traceback (most recent call last):\n  File x\n"
                "RuntimeError: boom 1\n\tat org.y"
            ),
            "RuntimeError: boom 1",
        ),
        ('Exception in thread "main" org.apache.spark.SparkException: When running', "SparkException: When running"),
        ("java.lang.UnsupportedClassVersionError: org/apache/spark/launcher/Main", "its Java is older than 17"),
        ("plain words", "plain words"),
    ],
)
def test_the_reason_is_the_innermost(said: str, reason: str):
    """Not the frames around it."""
    assert reason_of(RuntimeError(said)) == reason
