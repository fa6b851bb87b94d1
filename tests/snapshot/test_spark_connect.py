"""A build on a Spark Connect server, which is another process, gives the tables of the embedded engine."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from town import AS_OF, town, write_pack

from familycard.engine.spark_session import REMOTE

CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
SECONDS = 120
"""So long a server may take to begin, on a busy machine."""


@pytest.fixture(scope="module")
def server(spark: Callable[..., object], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that ends with the tests of this file."""
    if importlib.util.find_spec("grpc_status") is None:
        pytest.skip("PySpark's extra is not installed here: pip install 'pyspark[connect]'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = Path(str(importlib.util.find_spec("pyspark").origin)).parent
    said = tmp_path_factory.mktemp("server") / "said"
    settings = ("spark.ui.enabled=false", f"spark.connect.grpc.binding.port={port}")
    command = [home / "bin" / "spark-submit", "--class", CLASS, "--master", "local[2,4]"]
    command += [part for setting in settings for part in ("--conf", setting)]
    own = os.environ | {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "SPARK_NO_DAEMONIZE": "1"}
    with (
        said.open("w") as out,
        subprocess.Popen([*command, "spark-internal"], stdout=out, stderr=out, env=own) as process,
    ):
        try:
            wait_for(port, process, said)
            yield f"sc://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen[bytes], said: Path) -> None:
    """Return once the server answers."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    pytest.fail(f"no Spark Connect server within {SECONDS} s:\n{said.read_text()[-2000:]}")


def familycard(server: str, *arguments: object) -> None:
    """Run a command in a process of its own: PySpark has one kind of session in each."""
    command = [Path(sys.executable).with_name("familycard"), *map(str, arguments), "--engine", "spark"]
    subprocess.run(command, env=os.environ | {REMOTE: server}, capture_output=True, check=True, timeout=600)


def test_a_town_is_built_on_a_spark_connect_server(server: str, tmp_path: Path) -> None:
    here = town(tmp_path)
    pack = write_pack(tmp_path / "pack")
    arguments = ("build", pack, "--store", tmp_path / "store", "--as-of", AS_OF, "--out", tmp_path / "there")
    familycard(server, *arguments, "--engine-option", "partitions=2")
    there = (tmp_path / "there" / "current").resolve()
    one, other = (json.loads((path / "manifest.json").read_text("utf-8")) for path in (here.path, there))
    assert other["digests"] == one["digests"]
