"""The product-limit curve of all silences beside lifelines, which needs an older pandas."""

from collections.abc import Iterator
from functools import partial

import numpy as np

import custvalue as cv
from benchmarks._compare import Row, Size, alternate, failed, find
from benchmarks._data import LAST_DAY, order_frame


def kaplan_meier(size: Size) -> Iterator[Row]:
    """Time the curve of a log against a fit to the silences of the same log, made beforehand."""
    name = "ReturnCurve.from_log, vs KaplanMeierFitter.fit"
    lifelines = find("lifelines")
    if isinstance(lifelines, str):
        yield failed(name, peer=lifelines)
        return
    log = cv.OrderLog.from_frame(order_frame(size.orders, size.customers))
    gaps = log.gaps(LAST_DAY)
    ours = partial(cv.ReturnCurve.from_log, log, as_of=LAST_DAY)
    theirs = partial(lifelines.KaplanMeierFitter().fit, gaps["days"], gaps["returned"])
    mine, fitted = ours().table["still_silent"], theirs().survival_function_["KM_estimate"]
    assert np.allclose(fitted.loc[mine.index], mine, rtol=1e-9)
    yield alternate(ours, theirs, rounds=size.rounds).row(name, target=1)
