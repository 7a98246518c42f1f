"""Run the benchmarks: `python -m benchmarks --orders 1000000 --only dense memory`."""

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import custvalue as cv
from benchmarks._compare import HEADING, Row, Size, failed
from benchmarks.baskets import baskets
from benchmarks.churn import churn
from benchmarks.frames import against_frames
from benchmarks.kaplan_meier import kaplan_meier
from benchmarks.lifecycle import lifecycle
from benchmarks.marketing_mix import marketing_mix
from benchmarks.memory import memory
from benchmarks.metrics import metrics
from benchmarks.orders import against_btyd, against_duckdb, another_day, string_ids
from benchmarks.returns import returns
from benchmarks.reviews import reviews
from benchmarks.rules import rules
from benchmarks.screening import screening
from benchmarks.startup import startup
from benchmarks.tiers import tiers

BENCHMARKS: dict[str, Callable[[Size], Iterator[Row]]] = {
    "dense": partial(against_duckdb, "dense", 0.8),
    "scattered": partial(against_duckdb, "scattered", None),
    "strings": string_ids,
    "frames": against_frames,
    "another-day": another_day,
    "memory": memory,
    "btyd": against_btyd,
    "rules": rules,
    "tiers": tiers,
    "churn": churn,
    "returns": returns,
    "kaplan-meier": kaplan_meier,
    "lifecycle": lifecycle,
    "metrics": metrics,
    "screening": screening,
    "baskets": baskets,
    "marketing-mix": marketing_mix,
    "reviews": reviews,
    "startup": startup,
}
REPORTED = (
    "numpy",
    "pandas",
    "pyarrow",
    "duckdb",
    "clvkit",
    "lifetimes",
    "scikit-learn",
    "mlxtend",
    "polars",
    "lifelines",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables, line by line as they are measured; a missed target is no error."""
    options = _parser().parse_args(arguments)
    page = ["<!-- Written by `make bench`; do not edit. -->", "", _surroundings()]
    print(page[-1])
    for orders in options.orders:
        size = Size(orders=orders, customers=max(1, orders // 10), rounds=options.rounds)
        title = f"{size.orders:,} orders of {size.customers:,} customers; {size.rounds} rounds"
        page += ["", f"## {title}", "", *HEADING.as_markdown(heading=True)]
        print(f"\n{title}\n{HEADING}")
        for name in options.only:
            for row in _rows(name, size):
                print(row, flush=True)
                page += row.as_markdown()
    if options.write:
        options.write.write_text("\n".join([*page, ""]), encoding="utf-8")


def _rows(name: str, size: Size) -> Iterator[Row]:
    try:
        yield from BENCHMARKS[name](size)
    except AssertionError as error:
        print(error, file=sys.stderr)
        yield failed(name, ours="answers differ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--orders",
        type=int,
        nargs="+",
        default=[10_000_000],
        help="rows, of a tenth as many customers; one table for each number (default: %(default)s)",
    )
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the tables there as well")
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


def _surroundings() -> str:
    """Say on what the numbers are measured."""
    packages = [f"custvalue {cv.__version__}", *(f"{name} {_version(name)}" for name in REPORTED)]
    told = f"Python {platform.python_version()}, {os.cpu_count()} cores; {', '.join(packages)}"
    if not hasattr(os, "getloadavg"):
        return told
    load = f"load average before the run {os.getloadavg()[0]:.1f}; anything beside it flatters us"
    return f"{told}\n{load}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
