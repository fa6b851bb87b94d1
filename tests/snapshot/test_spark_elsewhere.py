"""Where tasks run in other processes, a build gives the tables of the embedded engine: a cluster, a Connect server."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from killing import IS_WHOLE
from town import AS_OF, town, write_pack

from familycard.engine.spark_session import REMOTE

EXECUTORS = "local-cluster[2,1,1024]"
"""A master and two workers of one core and 1 GB: Spark's own way to have a cluster on one machine."""
TABLES = 100
"""When so many tables on the way have been written, of some two hundred, an executor is killed."""
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
BEGIN_SECONDS, BUILD_SECONDS = 120, 600
"""So long a server may take to begin, and a build to end, on a busy machine."""


@pytest.fixture
def spark_home(spark: Callable[..., object], tmp_path: Path) -> Path:
    """Spark as PySpark brings it, in a folder where it may write."""
    installed = Path(str(importlib.util.find_spec("pyspark").origin)).parent
    home = tmp_path / "spark-home"
    home.mkdir()
    for part in ("bin", "jars"):
        (home / part).symlink_to(installed / part)
    return home


@pytest.mark.skipif(not IS_WHOLE, reason="minutes on Spark: FAMILYCARD_CI=whole")
def test_a_town_is_built_on_a_cluster_that_loses_an_executor(spark_home: Path, tmp_path: Path) -> None:
    here, work = town(tmp_path), tmp_path / "work"
    home = {"SPARK_HOME": str(spark_home)}
    with building(tmp_path, home, f"master={EXECUTORS}", f"work={work}") as build:
        kill_one(spark_home, work, build)
    assert digests(tmp_path / "there" / "current") == digests(here.path)


def test_a_town_is_built_on_a_spark_connect_server(connect_server: str, tmp_path: Path) -> None:
    here = town(tmp_path)
    with building(tmp_path, {REMOTE: connect_server}):
        pass
    assert digests(tmp_path / "there" / "current") == digests(here.path)


@contextmanager
def building(
    folder: Path, environment: Mapping[str, str], *options: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Build the town's store again, in a process of its own: PySpark has one session in each. Ends with the build."""
    command = [Path(sys.executable).with_name("familycard"), "build", write_pack(folder / "pack")]
    command += ["--store", folder / "store", "--as-of", str(AS_OF), "--out", folder / "there"]
    command += ["--engine", "spark"]
    for option in (*options, "partitions=2"):
        command += ["--engine-option", option]
    said = folder / "said"
    with (
        said.open("w") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | environment) as build,
    ):
        yield build
        build.wait(BUILD_SECONDS)
    assert build.returncode == 0, said.read_text()[-2000:]


def digests(snapshot: Path) -> dict[str, str]:
    """Of each table of a snapshot."""
    found: dict[str, str] = json.loads((snapshot / "manifest.json").read_text("utf-8"))["digests"]
    return found


def kill_one(spark_home: Path, work: Path, build: subprocess.Popen[bytes]) -> None:
    """Kill an executor once the build is well on its way."""
    until = time.monotonic() + BUILD_SECONDS
    while time.monotonic() < until and build.poll() is None:
        # Their names begin with a number; those that nothing rests on are gone by now.
        if max((int(table.name.partition("-")[0]) for table in work.glob("*")), default=0) >= TABLES:
            os.kill(max(executors(spark_home)), signal.SIGKILL)
            return
        time.sleep(0.2)
    pytest.fail("the build ended before an executor was killed")


def executors(spark_home: Path) -> set[int]:
    """The processes that run tasks."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode()
        except OSError:
            # It has ended in the meantime.
            continue
        if "CoarseGrainedExecutorBackend" in command and str(spark_home) in command:
            found.add(int(process.name))
    return found


@pytest.fixture
def connect_server(spark_home: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a server that ends with the test."""
    if importlib.util.find_spec("grpc_status") is None:
        pytest.skip("PySpark's extra is not installed here: pip install 'pyspark[connect]'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = tmp_path / "server-said"
    settings = ("spark.ui.enabled=false", f"spark.connect.grpc.binding.port={port}")
    command = [spark_home / "bin" / "spark-submit", "--class", SERVER, "--master", "local[2,4]"]
    command += [part for setting in settings for part in ("--conf", setting)]
    own = {"SPARK_HOME": str(spark_home), "PYSPARK_PYTHON": sys.executable, "SPARK_NO_DAEMONIZE": "1"}
    with (
        said.open("w") as out,
        subprocess.Popen(
            [*command, "spark-internal"], stdout=out, stderr=out, env=os.environ | own
        ) as server,
    ):
        try:
            wait_for(port, server, said)
            yield f"sc://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(port: int, server: subprocess.Popen[bytes], said: Path) -> None:
    """Return once the server answers."""
    until = time.monotonic() + BEGIN_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    pytest.fail(f"no Spark Connect server within {BEGIN_SECONDS} s:\n{said.read_text()[-2000:]}")
