"""What tests share: where the data lie that nobody here made, and Spark on this machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up import AS_OF, EARLIER, MadeUp, made_up

from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Engine
from familycard.engine.spark import SparkEngine

REPOSITORY = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with a file that needs the made-up country: while one process makes it, the others have other work."""
    needs = (item.path for item in items if "made_up_country" in getattr(item, "fixturenames", ()))
    first = next(needs, None)
    items.sort(key=lambda item: item.path != first)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ``shared`` beside the repository; the test is skipped where there is none."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("there is no folder `shared` beside the repository: the data of this test are not here")
    return folder


@pytest.fixture(scope="session")
def made_up_country(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> MadeUp:
    """A made-up Kazakhstan of three thousand at two days, made once for all test processes and only read."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "made-up-country"
    return made_up(folder, people=3_000, seed=1, days=(EARLIER, AS_OF))


SPARK = {
    # Two tasks at a time, each tried four times.
    "master": "local[2,4]",
    "partitions": "2",
    # What a test asks takes less time to run than to compile.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@pytest.fixture(scope="session")
def spark() -> Callable[[], SparkEngine]:
    """Makes engines on one session; the test is skipped where Spark cannot run."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed here: `make setup-spark`")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java here, which Spark needs")
    from familycard.sources.linkage.scorers import similarity_jar

    # Splink's jar must be there when the session begins, and all tests share one.
    return lambda: SparkEngine(SPARK | {"spark.jars": similarity_jar()})


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def each_engine(request: pytest.FixtureRequest) -> Engine:
    """What a test asks of a stage, it asks of both engines."""
    if request.param == "duckdb":
        return DuckEngine(threads=1)
    made: Engine = request.getfixturevalue("spark")()
    return made
