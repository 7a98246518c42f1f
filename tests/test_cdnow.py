"""The order log on CDNOW, held to published figures and to other people's files.

Sources: P. S. Fader and B. G. S. Hardie (2001), Forecasting repeat sales at CDNOW, Interfaces
31(3), S94-S107, whose sample this is; and the calibration summary shipped beside it.
"""

import datetime as dt
from importlib.metadata import distribution

import pandas as pd
import pytest

from custvalue.orders import OrderLog
from sql_orders import sql_customers, sql_gaps

CALIBRATION_END = "1997-09-30"
END = "1998-06-30"


@pytest.fixture
def log(cdnow_sample: pd.DataFrame) -> OrderLog:
    """Return the log of the sample."""
    return OrderLog.from_frame(cdnow_sample)


def test_the_sample_is_the_published_one(log: OrderLog, cdnow_sample: pd.DataFrame) -> None:
    """6,919 orders of 2,357 customers for 244,091.94, eight of them for nothing."""
    table = log.customers(END)
    assert log.ledger.to_dict()["orders"] == log.ledger.sum() == 6_919
    assert len(table) == 2_357
    assert (cdnow_sample["amount"] == 0).sum() == 8
    assert table["orders"].sum() == 6_919
    assert table["order_days"].sum() == 6_696
    assert round(table["revenue"].sum(), 2) == 244_091.94
    assert (table["refunded"] == 0).all()
    assert (log.start, log.end) == (dt.date(1997, 1, 1), dt.date(1998, 6, 30))


def test_calibration_summary(log: OrderLog) -> None:
    """Frequency, recency and T in weeks equal the summary file to its two decimals."""
    ours = log.to_btyd(CALIBRATION_END, unit="W")
    name = "lifetimes/datasets/cdnow_customers_summary.csv"
    path = distribution("lifetimes").locate_file(name)
    theirs = pd.read_csv(str(path), index_col="ID")
    assert ours.index.tolist() == theirs.index.tolist()
    assert ours["frequency"].tolist() == theirs["frequency"].tolist()
    for column in ("recency", "T"):
        assert ours[column].round(2).tolist() == theirs[column].tolist()


def test_repeat_purchases(log: OrderLog) -> None:
    """How many customers bought how often again by week 39, and what they spent."""
    summary = log.to_btyd(CALIBRATION_END)
    repeats = summary["frequency"].clip(upper=7).value_counts().sort_index()
    assert repeats.tolist() == [1_411, 439, 214, 100, 62, 38, 29, 64]
    buyers = summary[summary["frequency"] > 0]
    assert len(buyers) == 946
    assert summary["frequency"].sum() == 2_457
    assert round(buyers["monetary_value"].mean(), 2) == 35.08


def test_gaps_between_order_days(log: OrderLog) -> None:
    """4,339 gaps in 78 weeks, half of them at most 34 days long."""
    gaps = log.gaps(END)
    ended = gaps.loc[gaps["returned"], "days"]
    assert len(ended) == 4_339
    assert ended.median() == 34
    assert round(ended.mean(), 2) == 70.86
    assert ended.quantile([0.8, 0.9]).tolist() == [117, 196]
    assert (~gaps["returned"]).sum() == 2_357


def test_sql_agrees_on_all_customers(cdnow_master: pd.DataFrame) -> None:
    """The second implementation gives the same tables for all 23,570 customers."""
    log = OrderLog.from_frame(cdnow_master, history_starts="1997-02-01")
    ours, theirs = log.customers(CALIBRATION_END), sql_customers(cdnow_master, CALIBRATION_END)
    assert len(ours) == 23_570
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    theirs = sql_gaps(cdnow_master, END, history_starts="1997-02-01")
    pd.testing.assert_frame_equal(log.gaps(END), theirs)


def test_batches_are_the_whole(cdnow_master: pd.DataFrame) -> None:
    """Monthly batches, in and out of order, make the log that one frame makes."""
    months = [rows for _, rows in cdnow_master.groupby(cdnow_master["date"].dt.month)]
    whole = OrderLog.from_frame(cdnow_master)
    for batches in (months, months[::-1]):
        log = OrderLog.from_batches(batches)
        assert log.ledger.to_dict() == whole.ledger.to_dict()
        pd.testing.assert_frame_equal(log.customers(END), whole.customers(END), check_exact=True)
