"""What the order log takes while it is built and what it keeps, measured by the kernel.

Each measurement has a process of its own: `python -m benchmarks.memory SIDE ORDERS CUSTOMERS`.
"""

import contextlib
import ctypes
import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Literal

import pandas as pd

import custvalue as cv
from benchmarks._compare import Row, Size, failed, find, quantity
from benchmarks._data import LAST_DAY, START, order_frame
from benchmarks.orders import STATEMENTS, build_and_summarise, in_database

Side = Literal["build", "duckdb", "hold"]

PROCESS = Path("/proc/self")


def memory(size: Size) -> Iterator[Row]:
    """Measure the peak above the loaded frame, and the bytes the log keeps."""
    peak = "peak above the frame, in frames"
    held = "held per customer-day, beside 16 per customer"
    if not (PROCESS / "clear_refs").exists():
        yield failed(peak, ours="needs Linux")
        yield failed(held, ours="needs Linux")
        return
    duckdb = find("duckdb")
    theirs = duckdb if isinstance(duckdb, str) else f"DuckDB {_measured('duckdb', size):.2f} x"
    yield quantity(peak, _measured("build", size), "x", target=2.5, peer=theirs)
    yield quantity(held, _measured("hold", size), "B", target=40)


def _measured(side: Side, size: Size) -> float:
    command = [sys.executable, "-m", "benchmarks.memory", side]
    command += [str(size.orders), str(size.customers)]
    return float(subprocess.check_output(command, text=True))  # noqa: S603 - our own module


def peak_in_frames(side: Side, orders: int, customers: int) -> float:
    """Return the highest resident memory above the loaded frame, in multiples of the frame."""
    run = build_and_summarise if side == "build" else _in_duckdb
    run(order_frame(1_000, 100))  # lazy imports and threads are no part of it
    frame = order_frame(orders, customers)
    _give_back()
    (PROCESS / "clear_refs").write_text("5")  # the peak starts again from what is resident now
    before = _status("VmRSS")
    run(frame)
    return (_status("VmHWM") - before) / float(frame.memory_usage(index=False).sum())


def bytes_per_day(orders: int, customers: int) -> float:
    """Return what is freed with the log, less 16 bytes a customer, per customer and day."""
    frame = order_frame(orders, customers)
    log = cv.OrderLog.from_frame(frame)
    log.customers(LAST_DAY)  # a table kept for later would count
    customer_days = _customer_days(frame)
    del frame
    _give_back()
    with_log = _status("VmRSS")
    del log
    _give_back()
    return (with_log - _status("VmRSS") - 16 * customers) / customer_days


def _customer_days(frame: pd.DataFrame) -> int:
    day = (frame["date"] - pd.Timestamp(START)).dt.days
    return int((frame["customer_id"] * 1_000 + day).nunique())


def _in_duckdb(frame: pd.DataFrame) -> pd.DataFrame:
    with import_module("duckdb").connect() as connection:
        return in_database(connection, frame, STATEMENTS["DuckDB"])


def _give_back() -> None:
    """Collect garbage and return freed pages to the kernel."""
    gc.collect()
    with contextlib.suppress(AttributeError):  # a C library without it
        ctypes.CDLL(None).malloc_trim(0)


def _status(field: str) -> int:
    """Return a field of the process's status [bytes]."""
    found = re.search(rf"{field}:\s+(\d+) kB", (PROCESS / "status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def main(side: Side, orders: int, customers: int) -> None:
    """Print one number for the parent process."""
    print(
        bytes_per_day(orders, customers)
        if side == "hold"
        else peak_in_frames(side, orders, customers)
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))  # type: ignore[arg-type]
