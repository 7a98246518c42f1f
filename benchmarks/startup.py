"""What `import custvalue` costs above its dependencies, each import in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median

from benchmarks._compare import Row, Size, quantity

PROGRAM = """
import time
import attrs, numpy, pandas
start = time.perf_counter()
import custvalue
print(time.perf_counter() - start)
"""


def startup(size: Size) -> Iterator[Row]:
    """Time the import once bytecode is cached, as it is after installing."""
    _import_time()
    times = [_import_time() for _ in range(2 * size.rounds + 1)]
    yield quantity("import, above pandas and attrs", median(times) * 1e3, "ms", target=60)


def _import_time() -> float:
    # Bytecode may be kept, whatever this process was told, as wherever a package is installed.
    settings = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    command = [sys.executable, "-c", PROGRAM]
    return float(subprocess.check_output(command, env=settings, text=True))  # noqa: S603 - our own
