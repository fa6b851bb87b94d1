"""Opening Spark: what must be installed, where it runs, and the settings that a build needs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from familycard.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MASTER = "FAMILYCARD_SPARK_MASTER"
REMOTE = "FAMILYCARD_SPARK_REMOTE"
"""Variables of the environment, in the place of the options `master` and `remote`."""
JAVA = 17
OWN_OPTIONS = ("master", "remote", "work", "partitions")
"""Options of ours; any other must be a setting of Spark (``spark.…``)."""

_SETTINGS = {
    "spark.app.name": "familycard",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # Hundreds of plans are made there, wherever the tasks run.
    "spark.driver.memory": "2g",
    "spark.sql.session.timeZone": "UTC",
}
"""What a session of our own begins with; settings of the options go before them."""
_OF_EVERY_SESSION = {
    # An overflow or a broken cast stops the build, as in the embedded engine, instead of giving null.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.adaptive.enabled": "true",
    # A hub (a huge employer, a boarding school) is split among tasks.
    "spark.sql.adaptive.skewJoin.enabled": "true",
    "spark.sql.adaptive.forceOptimizeSkewedJoin": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # With hundreds of columns, what follows from filters is looked for longer than the query takes.
    "spark.sql.constraintPropagation.enabled": "false",
    # Of hundreds of columns the text of a plan says nothing, and takes long to write.
    "spark.sql.debug.maxToStringFields": "16",
    "spark.sql.maxPlanStringLength": "4096",
}
"""Settings on which results or their cost depend, whoever opened the session."""


def open_session(options: Mapping[str, str]) -> SparkSession:
    """The session that the options name, or the one that is already open; UsageError where Spark cannot run here."""
    check_options(options)
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError(
            "The engine `spark` needs PySpark 4.1 or newer: install Family Card with it, pip install 'familycard[spark]'."
        ) from error
    remote = options.get("remote") or os.environ.get(REMOTE)
    builder = SparkSession.builder
    ours: dict[str, str] = {}
    if remote:
        builder = builder.remote(remote)
    else:
        require_java()
        master = options.get("master") or os.environ.get(MASTER) or "local[*]"
        ours = _SETTINGS | (_of_one_process() if _is_one_process(master) else {})
        if master.startswith("local"):
            # Else Spark's Python workers would be whichever `python3` is found first.
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.master(master)
    own = {name: value for name, value in options.items() if name.startswith("spark.")}
    for name, value in (ours | own).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    settings = _OF_EVERY_SESSION | (
        {"spark.sql.shuffle.partitions": p} if (p := options.get("partitions")) else {}
    )
    for name, value in settings.items():
        if name not in own:
            session.conf.set(name, value)
    return session


def check_options(options: Mapping[str, str]) -> None:
    """UsageError for an option that is neither ours nor a setting of Spark."""
    for name in options:
        if name not in OWN_OPTIONS and not name.startswith("spark."):
            raise UsageError(
                f"The engine `spark` has no option `{name}`; it has {', '.join(OWN_OPTIONS)},"
                f" and every setting of Spark by its name, such as spark.executor.memory=8g."
            )
    if not options.get("partitions", "1").isdecimal():
        raise UsageError(f"partitions={options['partitions']}: write how many, such as partitions=2000.")


def require_java() -> None:
    """UsageError where there is no Java to run Spark in this process."""
    home = os.environ.get("JAVA_HOME")
    if not (home and (Path(home) / "bin" / "java").exists()) and shutil.which("java") is None:
        raise UsageError(
            f"The engine `spark` needs Java {JAVA} or newer, and there is no `java` here: install a Java runtime"
            f" (Debian and Ubuntu: apt-get install openjdk-{JAVA}-jre-headless), or set JAVA_HOME;"
            f" or name a Spark Connect server, --engine-option remote=sc://HOST."
        )


def _is_one_process(master: str) -> bool:
    """Whether the driver does the work too: ``local[4]``, and no ``local-cluster[…]``, which has executors.

    >>> [_is_one_process(master) for master in ("local", "local[*]", "local-cluster[2,1,1024]", "yarn")]
    [True, True, False, False]
    """
    return master.partition("[")[0] == "local"


def _of_one_process() -> dict[str, str]:
    """Settings of a session whose driver does the work too."""
    return {
        # Nobody waits for a single pause, and the code made for hundreds of queries needs room.
        "spark.driver.extraJavaOptions": "-XX:+UseParallelGC -XX:ReservedCodeCacheSize=512m",
        # A task begins with a page of memory for each of its sorts and hash tables, of 32 MB if not said:
        # most are of small tables, and filled the heap with nothing.
        "spark.buffer.pageSize": "1m",
        # Beside every file the other one lays its checksum, and for the rights of each it starts a process.
        "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    }
