"""Summarise, tier and classify more orders than memory likes: an engine works from file to file.

`python -m benchmarks.scale --engine duckdb --orders 100000000 --folder DIR`. The orders are made
where they are absent. Each step is a process of its own, and its peak is the resident memory of all
its processes together. What the files hold at the end must be the same whoever wrote them. Linux
only.
"""

import argparse
import contextlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd

import custvalue as cv
from benchmarks._data import DAYS, LAST_DAY, START
from benchmarks._watch import watch
from custvalue import engines

PIECE = 2_000_000  # orders in one file
AS_OF = LAST_DAY.date()
RULES = {"abc": cv.tiers.ABC, "cabin": cv.tiers.CABINS}
SLEEP = cv.SleepPolicy(60, 120, 240)
MEMORY = 4  # GiB
STEPS = ("orders", "customers", "floors", "labels", "answers")

Read = Callable[[Path], Any]
Write = Callable[[Any, Path], object]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the steps one after the other, and print what each took."""
    options = _parser().parse_args(arguments)
    place = Place.of(options)
    if options.step:
        {"orders": make_orders, "answers": read_answers}.get(options.step, partial(work, options))(
            place
        )
        return
    print(f"{options.engine} {_version(options.engine)}, load {os.getloadavg()[0]:.1f}")
    for step in STEPS:
        command = [sys.executable, "-m", "benchmarks.scale", *(arguments or sys.argv[1:])]
        cost = watch([*command, "--step", step], place.spill)
        print(f"{step:<10}{cost}", flush=True)
    print(place.answers.read_text())
    compare(place)


@attrs.frozen
class Place:
    """Where the files of a run are."""

    orders: Path
    results: Path
    size: int

    @classmethod
    def of(cls, options: argparse.Namespace) -> "Place":
        """Return the place of a run: the orders of one size are the same for all engines."""
        size = options.folder / f"{options.orders}"
        passes = f"-{options.passes}-passes" if options.passes > 1 else ""
        return cls(size / "orders", size / f"{options.engine}{passes}", options.orders)

    @property
    def customers(self) -> Path:
        """The folder of the customer table."""
        return self.results / "customers"

    @property
    def labels(self) -> Path:
        """The folder of the customer table with tiers and states."""
        return self.results / "labels"

    @property
    def floors(self) -> Path:
        """The rules that were learned."""
        return self.results / "floors.json"

    @property
    def spill(self) -> Path:
        """Where the engine puts what memory does not hold."""
        return self.results / "spill"

    @property
    def answers(self) -> Path:
        """What must be the same for all engines."""
        return self.results / "answers.json"


# --- the steps ---------------------------------------------------------------------------------


def make_orders(place: Place) -> None:
    """Write the orders file by file, a tenth as many customers, unless they are there."""
    pieces = -(-place.size // PIECE)
    if len(list(place.orders.glob("*.parquet"))) == pieces:
        return
    _fresh(place.orders)
    rng = np.random.default_rng(1997)
    customers = max(1, place.size // 10)
    appetite = rng.gamma(1.0, size=customers)
    np.cumsum(appetite, out=appetite)
    for piece in range(pieces):
        size = min(PIECE, place.size - piece * PIECE)
        everybody = range(customers * piece // pieces, customers * (piece + 1) // pieces)
        drawn = np.sort(rng.random(size - len(everybody))) * appetite[-1]
        buyers = np.concatenate([everybody, np.searchsorted(appetite, drawn)])
        amounts = rng.lognormal(3.5, 1.0, size) + 0.01
        amounts *= np.where(rng.random(size) < 0.03, -1.0, 1.0)
        seconds = rng.integers(0, DAYS * 86_400, size)
        frame = pd.DataFrame(
            {
                "customer_id": rng.permutation(buyers),
                "date": START.astype("datetime64[us]") + seconds.astype("timedelta64[s]"),
                "amount": amounts.round(2),
            }
        )
        frame.to_parquet(place.orders / f"part-{piece:05}.parquet", index=False)


def work(options: argparse.Namespace, place: Place) -> None:
    """Do one step with an engine."""
    with ENGINES[options.engine](options.memory, place) as engine:
        if options.step == "customers":
            _fresh(place.customers)
            orders = engine.read(place.orders)
            for part in range(options.passes):
                some = _part_of(orders, part, options.passes)
                engine.write(engine.summarize(some), place.customers / f"part-{part}.parquet")
        elif options.step == "floors":
            customers = engine.read(place.customers)
            learned = {
                name: cv.to_dict(engine.fit(learner, customers, "revenue"))
                for name, learner in RULES.items()
            }
            place.floors.write_text(json.dumps(learned))
        else:
            _fresh(place.labels)
            stored = json.loads(place.floors.read_text())
            rules = {name: cv.from_dict(rule) for name, rule in stored.items()}
            labelled = engine.read(place.customers)
            for name, rule in {**rules, "state": SLEEP}.items():
                labelled = engine.classify(rule, labelled, name)
            engine.write(labelled, place.labels / "part-0.parquet")


def read_answers(place: Place) -> None:
    """Write down what the files hold: floors, counts, and one number for all rows, to the bit."""
    columns = ", ".join(
        [
            "customer_id::BIGINT",
            *(f"{name}::BIGINT" for name in ("orders", "order_days")),
            *(f"{name}::DOUBLE + 0.0" for name in ("revenue", "refunded")),
            *(f"{name}::DATE" for name in ("first_order", "last_order")),
            *(
                f"{name}::DOUBLE"
                for name in (
                    "average_order_value",
                    "days_since_last_order",
                    "tenure_days",
                    "active_days",
                    "mean_gap_days",
                )
            ),
            *(f"{name}::VARCHAR" for name in (*RULES, "state")),
        ]
    )
    with _connect(MEMORY / 2, place) as database:
        rows = f"'{place.labels}/**/*.parquet'"  # Spark and Dask make folders of their own
        told = "count(*), count(DISTINCT customer_id), sum(orders)::BIGINT"
        told += f", bit_xor(hash({columns}))"
        answers: dict[str, Any] = dict(
            zip(
                ("rows", "customers", "orders", "checksum"),
                database.sql(f"SELECT {told} FROM {rows}").fetchall()[0],  # noqa: S608 - our own
                strict=True,
            )
        )
        for label in (*RULES, "state"):
            counted = f"SELECT {label}::VARCHAR, count(*) FROM {rows} GROUP BY 1 ORDER BY 1"  # noqa: S608 - our own
            answers[label] = dict(database.sql(counted).fetchall())
    stored = json.loads(place.floors.read_text())
    answers["floors"] = {name: rule["floors"] for name, rule in stored.items()}
    place.answers.write_text(json.dumps(answers))


def compare(place: Place) -> None:
    """Say with whom the answers agree; raise where they do not."""
    mine = json.loads(place.answers.read_text())
    for other in sorted(place.results.parent.glob("*/answers.json")):
        if other != place.answers:
            assert json.loads(other.read_text()) == mine, f"{other.parent.name} answers otherwise"
            print(f"the same as {other.parent.name}")


# --- the engines -------------------------------------------------------------------------------


@attrs.frozen
class Engine:
    """A running engine: how it reads and writes, and what does the work."""

    read: Read
    write: Write
    summarize: Callable[[Any], Any] = lambda rows: engines.summarize_orders(rows, as_of=AS_OF)
    fit: Callable[[Any, Any, str], Any] = engines.fit
    classify: Callable[[Any, Any, str], Any] = lambda rule, rows, into: engines.classify(
        rule, rows, into=into
    )


@contextlib.contextmanager
def in_duckdb(memory: float, place: Place) -> Iterator[Engine]:
    """Open DuckDB on two threads; it may take three quarters of the memory, then spills."""
    with _connect(memory * 0.75, place) as database:
        yield Engine(
            lambda folder: database.read_parquet(f"{folder}/*.parquet"),
            lambda frame, file: frame.write_parquet(str(file)),
        )


def _connect(memory: float, place: Place) -> Any:  # noqa: ANN401 - a peer's own kind
    database = import_module("duckdb").connect()
    for setting in (
        f"memory_limit = '{int(memory * 1024)}MiB'",
        f"temp_directory = '{place.spill}'",
        "threads = 2",
        "preserve_insertion_order = false",
        "enable_progress_bar = false",
    ):
        database.execute(f"SET {setting}")
    return database


@contextlib.contextmanager
def in_polars(memory: float, place: Place) -> Iterator[Engine]:  # noqa: ARG001 - it has no limit
    """Let Polars stream."""
    polars = import_module("polars")
    polars.Config.set_engine_affinity("streaming")
    yield Engine(
        lambda folder: polars.scan_parquet(f"{folder}/*.parquet"),
        lambda frame, file: frame.sink_parquet(file),
    )


@contextlib.contextmanager
def in_dask(memory: float, place: Place) -> Iterator[Engine]:
    """Start two workers of one thread, which share the memory."""
    dask, frames = import_module("dask"), import_module("dask.dataframe")
    distributed = import_module("distributed")
    dask.config.set({"temporary-directory": f"{place.spill}"})
    cluster = distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        memory_limit=int(memory * 2**29),
        dashboard_address=None,
    )
    with cluster, distributed.Client(cluster):
        yield Engine(
            lambda folder: frames.read_parquet(f"{folder}/**/*.parquet"),
            lambda frame, file: frame.to_parquet(file, write_index=False),
        )


@contextlib.contextmanager
def in_spark(memory: float, place: Place) -> Iterator[Engine]:
    """Start Spark on two threads; its heap may take three quarters of the memory."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        import_module("pyspark.sql")
        .SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", f"{int(memory * 768)}m")
        .config("spark.local.dir", f"{place.spill}")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield Engine(
            lambda folder: session.read.option("recursiveFileLookup", "true").parquet(str(folder)),
            lambda frame, file: frame.write.parquet(str(file)),
        )
    finally:
        session.stop()


@contextlib.contextmanager
def in_memory(memory: float, place: Place) -> Iterator[Engine]:  # noqa: ARG001 - it takes what it needs
    """Do the same without an engine: what all the others must equal."""
    yield Engine(
        pd.read_parquet,
        lambda frame, file: frame.to_parquet(file, index=False),
        lambda frame: cv.OrderLog.from_frame(frame).customers(AS_OF).reset_index(),
        lambda learner, frame, column: learner.fit(frame[column]),
        lambda rule, frame, into: frame.assign(**{into: rule.classify(frame[_measure(rule)])}),
    )


ENGINES = {
    "duckdb": in_duckdb,
    "polars": in_polars,
    "dask": in_dask,
    "spark": in_spark,
    "memory": in_memory,
}


def _measure(rule: object) -> str:
    return "days_since_last_order" if isinstance(rule, cv.SleepPolicy) else "revenue"


def _part_of(orders: object, part: int, passes: int) -> object:
    """Return the orders of some of the customers: by their id, as each needs only its own."""
    if passes == 1:
        return orders
    rows = import_module("narwhals.stable.v2")
    mine = rows.col("customer_id") % passes == part
    return rows.from_native(orders).filter(mine).to_native()


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _version(engine: str) -> str:
    package = {"dask": "dask", "spark": "pyspark", "memory": "custvalue"}.get(engine, engine)
    return cv.__version__ if engine == "memory" else version(package)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, required=True)
    parser.add_argument("--orders", type=int, default=10_000_000, help="default: %(default)s")
    parser.add_argument("--folder", type=Path, required=True, help="for all files")
    parser.add_argument("--memory", type=float, default=MEMORY, help="GiB; default: %(default)s")
    parser.add_argument("--passes", type=int, default=1, help="over the orders, by customer id")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
