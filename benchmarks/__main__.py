"""Run the benchmarks: `python -m benchmarks --orders 1000000 --only dense memory`."""

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version

import custvalue as cv
from benchmarks._compare import HEADING, Row, Size, failed
from benchmarks.churn import churn
from benchmarks.lifecycle import lifecycle
from benchmarks.memory import memory
from benchmarks.orders import against_btyd, against_duckdb, another_day, string_ids
from benchmarks.returns import returns
from benchmarks.rules import rules
from benchmarks.tiers import tiers

BENCHMARKS: dict[str, Callable[[Size], Iterator[Row]]] = {
    "dense": partial(against_duckdb, "dense", 0.8),
    "scattered": partial(against_duckdb, "scattered", None),
    "strings": string_ids,
    "another-day": another_day,
    "memory": memory,
    "btyd": against_btyd,
    "rules": rules,
    "tiers": tiers,
    "churn": churn,
    "returns": returns,
    "lifecycle": lifecycle,
}
REPORTED = ("numpy", "pandas", "pyarrow", "duckdb", "clvkit", "lifetimes")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, line by line as it is measured; a missed target is no error."""
    options = _parser().parse_args(arguments)
    customers = options.customers or options.orders // 10
    size = Size(orders=options.orders, customers=customers, rounds=options.rounds)
    _print_surroundings(size)
    print(HEADING)
    for name in options.only:
        for row in _rows(name, size):
            print(row, flush=True)


def _rows(name: str, size: Size) -> Iterator[Row]:
    try:
        yield from BENCHMARKS[name](size)
    except AssertionError as error:
        print(error, file=sys.stderr)
        yield failed(name, ours="answers differ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--orders", type=int, default=10_000_000, help="rows (default: %(default)s)"
    )
    parser.add_argument("--customers", type=int, help="ids (default: a tenth of the orders)")
    parser.add_argument("--rounds", type=int, default=5, help="of each pair (default: %(default)s)")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=BENCHMARKS,
        default=list(BENCHMARKS),
        metavar="NAME",
        help=f"some of: {', '.join(BENCHMARKS)}",
    )
    return parser


def _print_surroundings(size: Size) -> None:
    """Say on what the numbers were measured."""
    packages = [f"custvalue {cv.__version__}", *(f"{name} {_version(name)}" for name in REPORTED)]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; {', '.join(packages)}")
    print(f"{size.orders:,} orders of {size.customers:,} customers; {size.rounds} rounds")
    if hasattr(os, "getloadavg"):
        print(
            f"load average before the run {os.getloadavg()[0]:.1f}; anything beside it flatters us"
        )
    print()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
