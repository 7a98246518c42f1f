"""What several test modules share: the containers a column may come in, and the CDNOW orders."""

import os
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import settings

Given: TypeAlias = Sequence[float | None]
ON_CI = "CI" in os.environ

# The same examples on every run of a change; elsewhere new ones, so that bugs are still found.
settings.register_profile("custvalue", deadline=None, max_examples=100, derandomize=ON_CI)
settings.load_profile("custvalue")


def _as_list(values: Given) -> list[float | None]:
    return list(values)


def _as_array(values: Given) -> np.ndarray:
    return pd.Series(list(values)).to_numpy() if len(values) else np.array([])


def _as_series(values: Given) -> pd.Series:
    return pd.Series(_as_array(values), name="given")


def _as_series_with_odd_index(values: Given) -> pd.Series:
    """Label rows "b", 1, "b", 1, ...: unsorted, of two types, and each label more than once."""
    labels = pd.Index([("b", 1)[row % 2] for row in range(len(values))], dtype=object)
    return pd.Series(_as_array(values), index=labels, name="given")


def _as_nullable(values: Given) -> pd.Series:
    return pd.Series(list(values), dtype="Int64" if _whole(values) else "Float64", name="given")


def _as_arrow(values: Given) -> pd.Series:
    dtype = pd.ArrowDtype(pa.int64() if _whole(values) else pa.float64())
    return pd.Series(list(values), dtype=dtype, name="given")


def _whole(values: Given) -> bool:
    return all(value is None or isinstance(value, int) for value in values)


CONTAINERS: dict[str, Callable[[Given], Any]] = {
    "list": _as_list,
    "ndarray": _as_array,
    "Series": _as_series,
    "Series, odd index": _as_series_with_odd_index,
    "nullable": _as_nullable,
    "Arrow": _as_arrow,
}


@pytest.fixture(scope="session", params=list(CONTAINERS.values()), ids=list(CONTAINERS))
def container(request: pytest.FixtureRequest) -> Callable[[Given], Any]:
    """Turn a list of numbers, None for missing, into each container a column may come in.

    It lives as long as the session, so that a property may ask for it beside `given`.
    """
    return request.param


@pytest.fixture
def cdnow_sample(_cdnow_sample: pd.DataFrame) -> pd.DataFrame:
    """Return the 6,919 orders of CDNOW's 2,357 sampled customers, fresh for each test."""
    return _cdnow_sample.copy()


@pytest.fixture
def cdnow_master(_cdnow_master: pd.DataFrame) -> pd.DataFrame:
    """Return the 69,659 orders of all 23,570 CDNOW customers, fresh for each test."""
    return _cdnow_master.copy()


@pytest.fixture(scope="session")
def _cdnow_sample() -> pd.DataFrame:
    columns = ["master_id", "customer_id", "date", "cds", "amount"]
    return _tidy(_read_cdnow("CDNOW_sample.txt", header=None, names=columns))


@pytest.fixture(scope="session")
def _cdnow_master() -> pd.DataFrame:
    columns = ["customer_id", "date", "cds", "amount"]
    return _tidy(_read_cdnow("CDNOW_master.txt", header=0, names=columns))


def _read_cdnow(name: str, **how: Any) -> pd.DataFrame:
    """Read a file out of the wheel that carries it, of which nothing is imported."""
    try:
        wheel = distribution("lifetimes")
    except PackageNotFoundError:
        advice = "no CDNOW orders here: pip install --no-deps lifetimes==0.11.3"
        pytest.fail(advice) if ON_CI else pytest.skip(advice)
    path = Path(str(wheel.locate_file(f"lifetimes/datasets/{name}")))
    return pd.read_csv(path, sep=r"\s+", **how)


def _tidy(orders: pd.DataFrame) -> pd.DataFrame:
    orders["date"] = pd.to_datetime(orders["date"].astype(str), format="%Y%m%d")
    return orders[["customer_id", "date", "amount", "cds"]]
