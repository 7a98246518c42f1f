"""Counting outcomes and choosing a threshold, beside scikit-learn."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import custvalue as cv
from benchmarks._compare import Row, Size, alternate, failed, find

FASTEST = 1 / 30  # a target: at most so much of precision_score and recall_score together
CAPS = {"max_false_discovery_rate": 0.6, "max_miss_rate": 0.5}


def metrics(size: Size) -> Iterator[Row]:
    """Time `Confusion.from_labels` on as many labels as orders, thresholds on a tenth of them."""
    peer = find("sklearn.metrics")
    if isinstance(peer, str):
        yield failed("metrics, vs scikit-learn", peer=peer)
        return
    yield from _outcomes(size, peer)
    yield from _thresholds(size, peer)


def _outcomes(size: Size, peer: Any) -> Iterator[Row]:  # noqa: ANN401 - an optional module
    """Time both ratios of the same labels, as flags and as 0 and 1."""
    flags = _labels(size.orders)
    for dtype in (np.bool_, np.int8, np.int64):
        actual, predicted = (column.astype(dtype) for column in flags)

        def ours(actual: NDArray[Any] = actual, predicted: NDArray[Any] = predicted) -> list[float]:
            outcome = cv.Confusion.from_labels(actual=actual, predicted=predicted)
            return [outcome.precision, outcome.recall]

        def theirs(
            actual: NDArray[Any] = actual, predicted: NDArray[Any] = predicted
        ) -> list[float]:
            return [score(actual, predicted) for score in (peer.precision_score, peer.recall_score)]

        assert np.allclose(ours(), theirs(), rtol=1e-12), "ratios differ"
        pair = alternate(ours, theirs, rounds=size.rounds)
        name = f"Confusion, {size.orders:,} {np.dtype(dtype)}, vs scikit-learn"
        yield pair.row(name, target=round(FASTEST, 3))


def _thresholds(size: Size, peer: Any) -> Iterator[Row]:  # noqa: ANN401 - an optional module
    """Time a choice under two caps, and the table, beside the curve one would choose from."""
    count = size.orders // 10
    actual, _ = _labels(count)
    score = np.random.default_rng(1971).random(count) + 0.4 * actual
    curve = partial(peer.precision_recall_curve, actual, score)
    columns = {"actual": actual, "score": score}
    precision, recall, _ = curve()
    within = 1 - precision[:-1] <= CAPS["max_false_discovery_rate"]
    within &= 1 - recall[:-1] <= CAPS["max_miss_rate"]
    chosen = cv.choose_threshold(**columns, **CAPS).confusion
    assert abs(chosen.recall - recall[:-1][within].max()) < 1e-12, "choices differ"
    table = cv.threshold_table(**columns)
    assert np.allclose(table["precision"], precision[-2::-1], rtol=1e-12), "curves differ"
    runs = {
        "choose_threshold": (partial(cv.choose_threshold, **columns, **CAPS), 1),
        "threshold_table": (partial(cv.threshold_table, **columns), None),
    }
    for name, (run, target) in runs.items():
        pair = alternate(run, curve, rounds=size.rounds)
        yield pair.row(f"{name}, {count:,}, vs scikit-learn", target=target)


def _labels(count: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what happened to customers, a fifth of them real, and a prediction of it."""
    random = np.random.default_rng(1979)
    actual = random.random(count) < 0.2
    return actual, random.random(count) < np.where(actual, 0.6, 0.15)
