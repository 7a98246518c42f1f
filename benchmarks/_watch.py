"""What a command takes: time, processors, memory and disk, of all its processes. Linux only."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs


@attrs.frozen
class Cost:
    """What a step took."""

    seconds: float
    """By the clock, whatever else the machine did."""
    computed: float
    """Seconds of all its processors together: they tell more where the machine is shared."""
    resident: int
    """The peak of all its processes together, shared pages counted each time [bytes]."""
    spilled: int
    """The peak of what it put on disk meanwhile [bytes]."""

    def __str__(self) -> str:
        return (
            f"{self.seconds:>8.1f} s {self.computed:>8.1f} s of processors"
            f"{self.resident / 2**30:>7.2f} GiB {self.spilled / 2**30:>7.2f} GiB on disk"
        )


def watch(command: Sequence[str], spill: Path) -> Cost:
    """Run a command, and look ten times a second at it and what it started."""
    resident, spilled, done = 0, 0, threading.Event()
    computed: dict[int, float] = {}
    start = time.perf_counter()
    with subprocess.Popen(command) as process:  # noqa: S603 - our own module

        def look() -> None:
            nonlocal resident, spilled
            while not done.wait(0.1):
                family = {one: _usage(one) for one in _family(process.pid)}
                computed.update({one: seconds for one, (seconds, _) in family.items() if seconds})
                resident = max(resident, sum(size for _, size in family.values()))
                spilled = max(spilled, _spilled(spill))

        looking = threading.Thread(target=look)
        looking.start()
        status = process.wait()
        seconds = time.perf_counter() - start
        done.set()
        looking.join()
    if status:
        sys.exit(status)
    return Cost(seconds, sum(computed.values()), resident, spilled)


def _family(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it has just ended
            for child in task.read_text().split():
                yield from _family(int(child))


def _usage(process: int) -> tuple[float, int]:
    """Return the seconds a process has computed, and its resident memory [bytes]."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended
        return 0.0, 0
    user, system, pages = (int(told[place]) for place in (11, 12, 21))
    return (user + system) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE")


def _spilled(folder: Path) -> int:
    size = 0
    for root, _, files in os.walk(folder):  # which passes over folders that have just gone
        for file in files:
            with contextlib.suppress(OSError):
                size += Path(root, file).stat().st_blocks * 512
    return size
