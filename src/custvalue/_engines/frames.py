"""A caller's own frame, whatever engine it lives in: what is done to it, and how it comes back."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import attrs
import narwhals.stable.v2 as nw
import pandas as pd
from narwhals.exceptions import DuplicateError

from custvalue._containers import NAMED_ROWS, is_missing, require_columns
from custvalue._words import say_type, say_value
from custvalue.errors import InputError

Kernel: TypeAlias = Callable[["nw.LazyFrame[Any]"], "nw.LazyFrame[Any]"]
"""What is done to a frame, or to a part of it."""

Sums: TypeAlias = Mapping[str, tuple[nw.Expr, Literal["sum", "min", "max"]]]
"""What to reduce, by name, and how; the parts of a whole reduce likewise."""

KINDS = "Polars, DuckDB, Dask, Spark, pyarrow or pandas"


class Frame(ABC):
    """Rows in an engine. Nothing is brought back but by `gather` and `sample`."""

    schema: Mapping[str, nw.dtypes.DType]

    @abstractmethod
    def map(self, kernel: Kernel) -> "Frame":
        """Return what a kernel makes of the rows, each for itself."""

    @abstractmethod
    def map_whole(self, column: str, kernel: Kernel) -> "Frame":
        """Return what a kernel makes of all rows that share a value of a column."""

    @abstractmethod
    def native(self) -> Any:  # noqa: ANN401 - the caller's own kind of frame
        """Return the frame in the kind the caller gave."""

    @abstractmethod
    def gather(self, sums: Sums, by: nw.Expr | None = None) -> dict[str, list[Any]]:
        """Reduce columns to one row, or to one per value of `by` where that is known."""

    @abstractmethod
    def sample(self, where: nw.Expr, columns: Sequence[str]) -> dict[str, list[Any]]:
        """Return a few rows, to be named in an error."""

    @property
    def session_zone(self) -> bool:
        """Whether times of a zone are all in the zone of the session."""
        return False


def open_frame(frame: object) -> Frame:
    """Return any frame narwhals knows, ready to be worked on."""
    try:
        if type(frame).__module__.partition(".")[0] == "dask":
            return DaskFrame(frame)
        known = nw.from_native(frame)  # type: ignore[call-overload]
    except TypeError as error:
        msg = f"frame must be a frame of {KINDS}, got {say_type(frame)}"
        raise TypeError(msg) from error
    except DuplicateError as error:
        msg = "frame must have each column once, got some more often: rename or drop them"
        raise InputError(msg) from error
    return EngineFrame(known.lazy(), isinstance(known, nw.DataFrame))


def need_columns(frame: Frame, needed: Sequence[str], what: str, *, advice: str) -> None:
    """Raise when a frame lacks columns."""
    require_columns(pd.DataFrame(columns=list(frame.schema)), needed, what, advice=advice)


def require_name(name: object, what: str) -> None:
    """Raise when this names no column: engines know names in text only."""
    if not isinstance(name, str) or not name:
        msg = f"{what} must name a column in text, as 'revenue', got {say_value(name)}"
        raise TypeError(msg)


@attrs.frozen(eq=False)
class EngineFrame(Frame):
    """A frame of any engine narwhals speaks to."""

    _lazy: "nw.LazyFrame[Any]"
    _eager: bool
    schema: Mapping[str, nw.dtypes.DType] = attrs.field(init=False)

    @schema.default
    def _read_schema(self) -> Mapping[str, nw.dtypes.DType]:
        return self._lazy.collect_schema()

    @property
    def session_zone(self) -> bool:
        engine = self._lazy.implementation
        return bool(engine.is_duckdb() or engine.is_spark_like())

    def map(self, kernel: Kernel) -> Frame:
        return EngineFrame(kernel(self._lazy), self._eager)

    def map_whole(self, column: str, kernel: Kernel) -> Frame:  # noqa: ARG002 - the engine knows
        return self.map(kernel)

    def native(self) -> Any:  # noqa: ANN401 - as in the base
        return self._lazy.collect().to_native() if self._eager else self._lazy.to_native()

    def gather(self, sums: Sums, by: nw.Expr | None = None) -> dict[str, list[Any]]:
        return _plain(_reduce(self._lazy, sums, by).collect())

    def sample(self, where: nw.Expr, columns: Sequence[str]) -> dict[str, list[Any]]:
        return _plain(_pick(self._lazy, where, columns).collect())


@attrs.frozen(eq=False)
class DaskFrame(Frame):
    """A Dask frame: the kernels run on its pandas partitions.

    A group-by of Dask gives one partition, whatever the number of groups; so rows that belong
    together are brought together first, and each partition is then worked on alone.
    """

    _parts: Any
    schema: Mapping[str, nw.dtypes.DType] = attrs.field(init=False)

    @schema.default
    def _read_schema(self) -> Mapping[str, nw.dtypes.DType]:
        empty: nw.DataFrame[Any] = nw.from_native(self._parts._meta)
        return empty.schema

    def map(self, kernel: Kernel) -> Frame:
        # Without a meta Dask would make up values, such as 1.5, which not every kernel takes.
        meta = _run(self._parts._meta, kernel)
        return DaskFrame(self._parts.map_partitions(_run, kernel, meta=meta))

    def map_whole(self, column: str, kernel: Kernel) -> Frame:
        return DaskFrame(self._parts.shuffle(on=column)).map(kernel)

    def native(self) -> Any:  # noqa: ANN401 - as in the base
        return self._parts

    def gather(self, sums: Sums, by: nw.Expr | None = None) -> dict[str, list[Any]]:
        again = {name: (nw.col(name), how) for name, (_, how) in sums.items()}
        parts = {"kernel": lambda part: _reduce(part, sums, by)}
        whole = {"kernel": lambda part: _reduce(part, again, None if by is None else nw.col("by"))}
        reduced = self._parts.reduction(
            _run,
            _run,
            combine=_run,
            meta=_run(_run(self._parts._meta, **parts), **whole),
            chunk_kwargs=parts,
            combine_kwargs=whole,
            aggregate_kwargs=whole,
        )
        return _plain(nw.from_native(reduced.compute()))

    def sample(self, where: nw.Expr, columns: Sequence[str]) -> dict[str, list[Any]]:
        parts = self.map(lambda part: _pick(part, where, columns)).native()
        return _plain(nw.from_native(parts.compute()[:NAMED_ROWS]))


def _run(part: pd.DataFrame, kernel: Kernel) -> Any:  # noqa: ANN401 - a pandas frame again
    return kernel(nw.from_native(part).lazy()).collect().to_native()


def _reduce(
    rows: "nw.LazyFrame[Any]", sums: Sums, by: nw.Expr | None = None
) -> "nw.LazyFrame[Any]":
    columns = [column.alias(name) for name, (column, _) in sums.items()]
    reductions = [getattr(nw.col(name), how)() for name, (_, how) in sums.items()]
    if by is None:
        return rows.select(columns).select(reductions)
    keyed = rows.select(by.alias("by"), *columns)
    return keyed.filter(~nw.col("by").is_null()).group_by("by").agg(reductions)


def _pick(rows: "nw.LazyFrame[Any]", where: nw.Expr, columns: Sequence[str]) -> "nw.LazyFrame[Any]":
    return rows.filter(where).select(columns).head(NAMED_ROWS)


def _plain(found: "nw.DataFrame[Any]") -> dict[str, list[Any]]:
    """Return columns of Python values, None where missing."""
    columns = found.to_dict(as_series=False)
    return {name: [_plain_value(value) for value in column] for name, column in columns.items()}


def _plain_value(value: object) -> object:
    if is_missing(value):
        return None
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)  # as DuckDB widens a sum of whole numbers
    return value
