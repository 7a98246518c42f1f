"""The engines that tests run on: how a pandas frame goes in, and how a result comes back."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import dask.dataframe as dd
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa


@attrs.frozen
class Engine:
    """An engine, and the zone its sessions keep times in."""

    name: str
    put: Callable[[pd.DataFrame], Any]
    back: Callable[[Any], pd.DataFrame]
    how: dict[str, Any] = attrs.field(factory=dict)

    def __str__(self) -> str:
        return self.name


def arrow(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as an Arrow table, NaN as missing."""
    return pa.Table.from_pandas(frame, preserve_index=False)


def _with_nan(frame: pd.DataFrame) -> pl.DataFrame:
    """Return a Polars frame in which NaN is not missing, but NaN."""
    return pl.from_pandas(frame, nan_to_null=False)


LOCAL = [
    Engine("pandas", lambda frame: frame, lambda result: result),
    Engine("polars", _with_nan, pl.DataFrame.to_pandas),
    Engine(
        "polars, lazy",
        lambda frame: _with_nan(frame).lazy(),
        lambda result: result.collect().to_pandas(),
    ),
    Engine("pyarrow", arrow, pa.Table.to_pandas),
    Engine("duckdb", lambda frame: duckdb.from_arrow(arrow(frame)), lambda result: result.df()),
    Engine(
        "dask", lambda frame: dd.from_pandas(frame, npartitions=3), lambda result: result.compute()
    ),
]


def why_no_spark() -> str | None:
    """Say why Spark can't be run here; None where it can."""
    if shutil.which("java") is None:
        return "no Java here, which Spark needs"
    if importlib.util.find_spec("pyspark") is None:
        return "no pyspark here"
    return None


@contextmanager
def spark() -> Iterator[Engine]:
    """Start Spark in this process, quietly, with days cut in UTC."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only where there is one

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    try:
        yield Engine(
            "spark",
            lambda frame: session.createDataFrame(arrow(frame)),
            lambda result: result.toArrow().to_pandas(),
            {"timezone": "UTC"},
        )
    finally:
        session.stop()
