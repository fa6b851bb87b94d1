"""What tests share: where the data lie that nobody here made, and Spark on this machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from made_up import AS_OF, EARLIER, MadeUp, made_up
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Engine
from familycard.engine.spark import SparkEngine

REPOSITORY = Path(__file__).resolve().parents[1]
WHOLE_COUNTRIES_ON_SPARK = "test_spark_build.py"
"""The longest file of all: a process of its own, from the beginning."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: browsers, databases and Spark's planning are waited for."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """A file is the work of one process; small tests on Spark are together the work of one, where it starts once."""

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            is_small = _is_on_spark(nodeid) and WHOLE_COUNTRIES_ON_SPARK not in nodeid
            return "spark" if is_small else super()._split_scope(nodeid)

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with a file that needs the made-up country: while one process makes it, the others have other work.

    Such as Spark's, the longest.
    """
    needs = (item.path for item in items if "made_up_country" in getattr(item, "fixturenames", ()))
    first = next(needs, None)

    def turn(item: pytest.Item) -> tuple[bool, bool, bool]:
        return item.path != first, WHOLE_COUNTRIES_ON_SPARK not in item.nodeid, not _is_on_spark(item.nodeid)

    items.sort(key=turn)


def _is_on_spark(nodeid: str) -> bool:
    """Whether a test needs Spark, by its name, the name of its file or the parameter `each_engine`."""
    return "spark" in nodeid


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ``shared`` beside the repository; the test is skipped where there is none."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip("there is no folder `shared` beside the repository: the data of this test are not here")
    return folder


@pytest.fixture(scope="session")
def of_all_processes(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all test processes share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def made_up_country(of_all_processes: Path) -> MadeUp:
    """A made-up Kazakhstan of three thousand at two days, made once and only read."""
    return made_up(of_all_processes / "made-up-country", people=3_000, seed=1, days=(EARLIER, AS_OF))


@pytest.fixture(scope="session")
def large_country(of_all_processes: Path) -> MadeUp:
    """A made-up Kazakhstan of a hundred thousand, made once and only read."""
    return made_up(of_all_processes / "large-country", people=100_000, seed=3)


SPARK = {
    # Two tasks at a time, each tried four times.
    "master": "local[2,4]",
    "partitions": "2",
    # What a test asks takes less time to run than to compile, and leaves garbage with the next question.
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -Xmn768m",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@pytest.fixture(scope="session")
def spark() -> Callable[..., SparkEngine]:
    """Makes engines on one session, with options of their own; the test is skipped where Spark cannot run."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed here: `make setup-spark`")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java here, which Spark needs")
    from familycard.sources.linkage.scorers import similarity_jar

    def engine(options: Mapping[str, str] | None = None) -> SparkEngine:
        # Splink's jar must be there when the session begins, and all tests share one.
        return SparkEngine({**SPARK, "spark.jars": similarity_jar(), **(options or {})})

    return engine


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def each_engine(request: pytest.FixtureRequest) -> Engine:
    """What a test asks of a stage, it asks of both engines."""
    if request.param == "duckdb":
        return DuckEngine(threads=1)
    made: Engine = request.getfixturevalue("spark")()
    return made
