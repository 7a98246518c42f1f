"""The same rules, the same answers, where the data is: in Polars, DuckDB, Dask, Spark or pyarrow.

It needs narwhals, which the extra ``engines`` brings; the extras ``polars``, ``duckdb``, ``dask``
and ``spark`` bring an engine as well: ``pip install "custvalue[engines,polars]"``. Nothing else in
custvalue imports it. Frames are taken and given back in the engine's own kind, and lazy ones stay
lazy: only counts and a few thousand bins are ever brought back.

What is wrong with a frame is said in a sentence when a function is called. When a lazy answer is
fetched later, its engine speaks for itself, as of a file that has gone.
"""

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any, Literal, TypeVar

if find_spec("narwhals") is None:
    msg = 'custvalue.engines needs narwhals: pip install "custvalue[engines]"'
    raise ModuleNotFoundError(msg, name="narwhals")

import pandas as pd

from custvalue._bands import Bands
from custvalue._calendar import FIRST_DAY, Day, read_day
from custvalue._containers import read_flag
from custvalue._engines.customer_table import COLUMNS, summarize
from custvalue._engines.frames import open_frame, require_name
from custvalue._engines.learning import EngineConcentration, concentrate, learn
from custvalue._engines.numbers import look
from custvalue._engines.order_rows import count_orders, read_rows
from custvalue._engines.policies import compile_rule
from custvalue._engines.values import Blocks, BlockValues, FrameValues
from custvalue._orders.rows import OrderFormat
from custvalue._scale import Scale
from custvalue._tiers.learners import CumulativeShare, ShareLearner, TopShare
from custvalue.errors import InputError

__all__ = [
    "EngineConcentration",
    "classify",
    "concentration",
    "fit",
    "fit_blocks",
    "ledger",
    "summarize_orders",
]

S = TypeVar("S", bound=Scale)


def summarize_orders(
    frame: Any,  # noqa: ANN401 - a frame of any engine
    *,
    as_of: Day,
    since: Day | None = None,
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    order_id: str | None = None,
    decimals: int = 2,
    timezone: str | None = None,
    refunds: Literal["net", "ignore", "raise"] = "net",
    invalid: Literal["raise", "exclude"] = "raise",
) -> Any:  # noqa: ANN401 - a frame of the same engine
    """Return one row per customer known by the end of a day, computed by the engine.

    The columns and figures are those of ``OrderLog.from_frame(...).customers(as_of, since=since)``.

    Parameters
    ----------
    frame : frame of Polars, DuckDB, Dask, Spark, pyarrow or pandas
        One row per order or order line. It is read twice: to be checked, and to be summed up,
        which a lazy engine does when the result is asked for.
    as_of, since : date or ISO string
        As for `OrderLog.customers`.
    customer, date, amount, order_id : str
        The columns, as for `OrderLog.from_frame`.
    decimals : int, default 2
        Decimal places of the minor unit. One amount must stay below 2**51 minor units, all
        together below 2**53.
    timezone : str, optional
        The zone in which days begin and end. Needed for times that carry a zone. DuckDB and Spark
        keep these in the zone of their session, which must be the same.
    refunds : {"net", "ignore", "raise"}
        As for `OrderLog.from_frame`.
    invalid : {"raise", "exclude"}
        Whether faulty rows are an error or left out; `ledger` counts them.

    Returns
    -------
    frame of the same kind, in no order
        The customer's id under its own name, then the columns of `OrderLog.customers`. What a
        customer without an order lacks is missing.

    Raises
    ------
    InputError
        When columns are lacking, rows are faulty, amounts are infinite, too large or no whole
        minor units, an order id stands with two customers, days and zones do not fit, or the
        customer's id is named like a column of the summary. The sentence counts the rows and names
        some of their customers.
    TypeError
        When `frame` is none that narwhals knows, a column holds another kind of values, such as
        ids that are lists, or a name is no text.

    Examples
    --------
    >>> import polars as pl
    >>> from custvalue import engines
    >>> from custvalue.examples import example_orders
    >>> orders = pl.from_pandas(example_orders()).lazy()
    >>> customers = engines.summarize_orders(orders, as_of="2026-03-01").collect()
    >>> sorted(customers.select("customer_id", "orders", "revenue").rows())
    [('ann', 3, 75.0), ('bob', 1, 15.5)]
    """
    form = _read_form(
        customer=customer,
        date=date,
        amount=amount,
        order_id=order_id,
        decimals=decimals,
        timezone=timezone,
        refunds=refunds,
        invalid=invalid,
    )
    if customer in COLUMNS:
        msg = (
            f"customer must be named unlike the columns of the summary, got {customer!r}: rename it"
        )
        raise InputError(msg)
    until = read_day(as_of, "as_of")
    start = FIRST_DAY - 1 if since is None else read_day(since, "since")
    if start >= until:
        msg = f"since must be a day before as_of, got since={since!r} and as_of={as_of!r}"
        raise InputError(msg)
    rows = read_rows(open_frame(frame), form)
    if order_id is not None:
        count_orders(rows.frame)
    kernel = partial(
        summarize,
        customer=customer,
        as_of=until,
        since=start,
        decimals=decimals,
        net=refunds != "ignore",
        named=order_id is not None,
    )
    return rows.frame.map_whole("customer", kernel).native()


def ledger(
    frame: Any,  # noqa: ANN401 - a frame of any engine
    *,
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    order_id: str | None = None,
    decimals: int = 2,
    timezone: str | None = None,
    refunds: Literal["net", "ignore", "raise"] = "net",
    invalid: Literal["raise", "exclude"] = "exclude",
) -> "pd.Series[int]":
    """Return what becomes of every row of an order frame: counts that add up to the rows.

    Parameters
    ----------
    frame : frame of Polars, DuckDB, Dask, Spark, pyarrow or pandas
        One row per order or order line.
    customer, date, amount, order_id : str
        The columns, as for `summarize_orders`.
    decimals : int, default 2
        Decimal places of the minor unit.
    timezone : str, optional
        The zone in which days begin and end.
    refunds : {"net", "ignore", "raise"}
        Whether refunds may be there at all.
    invalid : {"raise", "exclude"}
        Whether faulty rows are an error or counted.

    Returns
    -------
    Series of int
        As `OrderLog.ledger`.

    Raises
    ------
    InputError, TypeError
        As for `summarize_orders`.

    Examples
    --------
    >>> import polars as pl
    >>> from custvalue import engines
    >>> from custvalue.examples import example_orders
    >>> engines.ledger(pl.from_pandas(example_orders()))[["orders", "refunds"]].to_dict()
    {'orders': 4, 'refunds': 1}
    """
    form = _read_form(
        customer=customer,
        date=date,
        amount=amount,
        order_id=order_id,
        decimals=decimals,
        timezone=timezone,
        refunds=refunds,
        invalid=invalid,
    )
    rows = read_rows(open_frame(frame), form)
    orders = rows.lines if order_id is None else count_orders(rows.frame)
    counts = {"orders": orders, "merged lines": rows.lines - orders, "refunds": rows.refunds}
    counts |= {f"excluded: {reason}": n for reason, n in rows.excluded.items()}
    return pd.Series(counts, name="rows", dtype="int64")


def fit(
    learner: ShareLearner[S],
    frame: Any,  # noqa: ANN401 - a frame of any engine
    column: str,
    *,
    as_of: Day | None = None,
    unit: str | None = None,
) -> Bands[S]:
    """Learn where tiers begin from a column in an engine, exactly, without sorting it.

    The values are counted in at most 4,096 bins, and the bins that hold a boundary are cut into
    bins again, down to single minor units. Up to 1e12 minor units that is five passes over the
    column at most (for up to six boundaries), so a lazy frame is best stored first.

    Parameters
    ----------
    learner : TopShare or CumulativeShare
        What is to be learned.
    frame : frame of Polars, DuckDB, Dask, Spark, pyarrow or pandas
        One row per customer.
    column : str
        The values, whole numbers of minor units (``learner.decimals``); missing ones count nowhere.
    as_of : date or ISO string, optional
        The day the values are as of; the rule remembers it.
    unit : str, optional
        What the values are in, for explanations.

    Returns
    -------
    Bands
        Equal to ``learner.fit(values)``; the measure is named like the column.

    Raises
    ------
    InputError
        When values are infinite, too large or no whole minor units, or the column is lacking.
    TypeError
        When `learner` is another one, or the column holds no numbers.

    Examples
    --------
    >>> import polars as pl
    >>> import custvalue as cv
    >>> from custvalue import engines
    >>> customers = pl.DataFrame({"revenue": [500, 300, 150, 50, -20]})
    >>> engines.fit(cv.tiers.ABC, customers, "revenue").floors
    (150, 300)
    """
    values = FrameValues(open_frame(frame), column, _decimals_of(learner))
    return learn(learner, values, as_of=as_of, unit=unit)


def fit_blocks(
    learner: ShareLearner[S],
    blocks: Blocks,
    *,
    as_of: Day | None = None,
    measure: str = "value",
    unit: str | None = None,
) -> Bands[S]:
    """Learn where tiers begin from values that come block by block, more than memory holds.

    As `fit`, in memory: one block is held at a time, and each pass reads all of them again.

    Parameters
    ----------
    learner : TopShare or CumulativeShare
        What is to be learned.
    blocks : sequence of columns, or function that returns an iterable of them anew
        The values, in any number of lists, arrays or Series, the same on every pass. An iterator
        is refused, as it can be read only once.
    as_of : date or ISO string, optional
        The day the values are as of, as for `ShareLearner.fit`.
    measure, unit : str, optional
        What the values are, for explanations.

    Returns
    -------
    Bands
        Equal to ``learner.fit(values)``.

    Raises
    ------
    InputError
        When values are infinite, too large or no whole minor units, or differ between passes.
    TypeError
        When `learner` is another one, `blocks` can be read only once, or one holds no numbers.

    Examples
    --------
    >>> import custvalue as cv
    >>> from custvalue import engines
    >>> def parts():
    ...     yield [500, 300]
    ...     yield [150, 50, -20]
    >>> engines.fit_blocks(cv.tiers.ABC, parts).floors
    (150, 300)
    """
    values = BlockValues(blocks, measure, _decimals_of(learner))
    return learn(learner, values, as_of=as_of, unit=unit)


def concentration(
    frame: Any,  # noqa: ANN401 - a frame of any engine
    column: str,
    *,
    tops: Sequence[float] = (0.2,),
    holdings: Sequence[float] = (0.8,),
    decimals: int = 2,
) -> EngineConcentration:
    """Measure how unevenly a column in an engine is spread over customers, without sorting it.

    Parameters
    ----------
    frame : frame of Polars, DuckDB, Dask, Spark, pyarrow or pandas
        One row per customer.
    column : str
        The values, whole numbers of minor units.
    tops : sequence of float [share]
        Of the customers: what do the best of them hold?
    holdings : sequence of float [share]
        Of the net total: how few of the customers hold it?
    decimals : int, default 2
        Decimal places of the minor unit.

    Returns
    -------
    EngineConcentration
        The figures of `custvalue.inequality.concentration`, but for the Gini coefficient.

    Raises
    ------
    InputError
        When a share is not within 0 and 1; when values are infinite, no whole minor units, or
        together 2**53 of these or more; or the column is lacking.
    TypeError
        When the column holds no numbers.

    Examples
    --------
    >>> import polars as pl
    >>> from custvalue import engines
    >>> customers = pl.DataFrame({"revenue": [600, 200, 100, 60, 40]})
    >>> spread = engines.concentration(customers, "revenue", tops=(0.2, 0.4))
    >>> spread.share_of_top, spread.customers_for
    ({0.2: 0.6, 0.4: 0.8}, {0.8: 0.4})
    """
    return concentrate(FrameValues(open_frame(frame), column, decimals), tops, holdings)


def classify(
    rule: object,
    frame: Any,  # noqa: ANN401 - a frame of any engine
    *,
    column: str | None = None,
    into: str = "label",
    codes: bool = False,
) -> Any:  # noqa: ANN401 - a frame of the same engine
    """Return a frame with the label a rule gives each row, computed by the engine.

    Parameters
    ----------
    rule : Bands, Ladder, Table, SleepPolicy, LifecyclePolicy or ValueMatrix
        What decides.
    frame : frame of Polars, DuckDB, Dask, Spark, pyarrow or pandas
        One row per customer. It is counted through once, where its values could be impossible.
    column : str, optional
        What Bands or a SleepPolicy look at; by default the column named like their measure. Rules
        of several measures look at the columns of these names.
    into : str, default "label"
        What to call the new column; one of that name is replaced.
    codes : bool, default False
        Whether to give each label by its position (``rank``), -1 where it is missing.

    Returns
    -------
    frame of the same kind, with one more column
        The same labels as ``rule.classify``, as text; missing stays missing.

    Raises
    ------
    InputError
        When columns are lacking, numbers are infinite or impossible, or labels unknown. The
        sentence counts the rows and quotes some values.
    TypeError
        When engines cannot follow the rule, a column holds another kind of values, or a name is
        no text.

    Examples
    --------
    >>> import polars as pl
    >>> import custvalue as cv
    >>> from custvalue import engines
    >>> customers = pl.DataFrame({"revenue": [99.99, 100.0, None]})
    >>> rule = cv.Bands(cv.ABCTier, (100, 1000), measure="revenue")
    >>> engines.classify(rule, customers, into="tier")["tier"].to_list()
    ['C', 'B', None]
    """
    require_name(into, "into")
    if column is not None:
        require_name(column, "column")
    by_rank = read_flag(codes, "codes")
    rows = open_frame(frame)
    compiled = compile_rule(rule, rows, column)
    look(rows, compiled.checks)
    label = compiled.coded() if by_rank else compiled.labelled()
    return rows.map(lambda part: part.with_columns(label.alias(into))).native()


def _read_form(**how: Any) -> OrderFormat:  # noqa: ANN401 - as the callers say
    """Return how to read an order frame; what an engine has no use for is left out."""
    for name in ("customer", "date", "amount", "order_id"):
        if name != "order_id" or how[name] is not None:
            require_name(how[name], name)
    return OrderFormat(currency=None, history_starts=None, **how)


def _decimals_of(learner: ShareLearner[S]) -> int:
    if not isinstance(learner, TopShare | CumulativeShare):
        msg = f"learner must be a TopShare or a CumulativeShare, got {learner!r}"
        raise TypeError(msg)
    return learner.decimals
