"""Where every command ends: no failure prints a traceback, and `--json` is answered in JSON.

Errors made on purpose are told by `plain_errors`. What is left comes here: wrong usage, a disk
that is full, a file that is broken, an interruption, and faults of Family Card itself. The words
of an engine's error may hold values of somebody's row, so they are shown only where the variable
FAMILYCARD_TRACEBACK is set.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from typer import Exit, TyperException
from typer.core import TyperGroup

from familycard.cli.output import print_error
from familycard.errors import FamilyCardError

TRACEBACK = "FAMILYCARD_TRACEBACK"
FAILED, USAGE, INTERRUPTED = 1, 2, 130
_ADVICE = {
    errno.ENOSPC: "make room on the disk and run the command again",
    errno.EACCES: "change the permissions, or name another place",
    errno.EROFS: "name a place that can be written to",
    errno.EEXIST: "name another place",
}


class Commands(TyperGroup):
    """The commands of `familycard`, with one way out."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run one command and leave with its exit status."""
        given = list(sys.argv[1:] if args is None else args)
        as_json = "--json" in given
        _allow_every_character()
        try:
            # Usage errors are drawn by Typer, but for machines they are caught below.
            ended_with = super().main(
                given, prog_name, complete_var, not as_json, windows_expand_args, **extra
            )
            status: Any = ended_with if isinstance(ended_with, int) else 0
        except (SystemExit, Exit) as ended:
            status = ended.code if isinstance(ended, SystemExit) else ended.exit_code
        except BaseException as error:  # noqa: BLE001  whatever it is, nobody is shown a traceback
            status = tell(error, as_json=as_json)
        sys.exit(_flushed(status))


def tell(error: BaseException, *, as_json: bool) -> int:
    """Print what happened and what to do; the exit status."""
    if os.environ.get(TRACEBACK):
        raise error
    if isinstance(error, KeyboardInterrupt | duckdb.InterruptException) or _is_interrupted_query(error):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return FAILED
    if isinstance(error, TyperException):
        print_error(error.format_message(), as_json=as_json)
        return USAGE
    if isinstance(error, FamilyCardError):
        print_error(str(error), as_json=as_json)
        return error.exit_status
    print_error(_message(error), as_json=as_json)
    return FAILED


def _is_interrupted_query(error: BaseException) -> bool:
    """Whether DuckDB was interrupted in a query, of which it says so by a RuntimeError."""
    return type(error) is RuntimeError and str(error) == "Query interrupted"


def _message(error: BaseException) -> str:
    match error:
        case MemoryError() | duckdb.OutOfMemoryException():
            return "There is not enough memory; nothing was published. Run it on a machine with more."
        case duckdb.IOException() if "No space left" in str(error):
            return "There is no room left on the disk. Nothing was published; make room and run it again."
        case duckdb.IOException():
            return f"A file cannot be read or written: {str(error).splitlines()[0]}. Nothing was published."
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            advice = _ADVICE.get(error.errno or 0, "see that the place is right")
            return f"{place}{error.strerror or 'cannot be read or written'}. Nothing was published; {advice}."
        case duckdb.OutOfRangeException() | duckdb.ConversionException():
            what = "A number or a date grows beyond what is kept exactly (64 bits)"
            return f"{what}; nothing was published. {_place(error)}"
        case duckdb.Error() | pa.ArrowException():
            what = f"The engine could not do it ({type(error).__name__}): a file may be broken"
            return f"{what}. Nothing was published. {_place(error)}"
    if type(error).__module__.partition(".")[0] in ("pyspark", "py4j"):
        return f"Spark could not do it ({type(error).__name__}). Nothing was published. {_place(error)}"
    return f"A fault of Family Card ({type(error).__name__}); nothing was published. {_place(error)}"


def _place(error: BaseException) -> str:
    """The deepest place in our own code, and how to see more."""
    root, place = Path(__file__).parents[1], ""
    trace = error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(root) and file != Path(__file__):
            place = f"{file.relative_to(root)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"It was at {place}. {TRACEBACK}=1 shows all of it, which may hold data of persons."


def _allow_every_character() -> None:
    """A character that the output's encoding lacks is written as its number, not a failure."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _flushed(status: Any) -> Any:
    """The status, after what was printed is out; a reader that went away is not told twice."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return status or FAILED
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print_error(_message(error))
        return FAILED
    return status
