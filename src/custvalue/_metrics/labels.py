"""What happened and what was predicted, read row by row."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pandas as pd

from custvalue._condition_makers import equals
from custvalue._conditions import kind_of, tag
from custvalue._containers import (
    Column,
    Mask,
    as_series,
    is_missing,
    is_number,
    is_word,
    missing_in,
    name_rows,
    plain,
    read_flags,
    require_same_index,
)
from custvalue._metrics.weights import Weights, read_weights
from custvalue._words import say_some, say_value
from custvalue.errors import InputError

CELLS = ("true_positives", "false_positives", "false_negatives", "true_negatives")
TP, FP, FN, TN = range(len(CELLS))
LEAVE_OUT = "leave these rows out, as with missing='exclude'"
MOST_LISTED = 5


@attrs.frozen(eq=False)
class Labels:
    """Who is real, who was predicted, and how much each row counts (None: 1).

    `kept` tells these rows among those that were given; None: they are all.
    """

    real: Mask
    named: Mask
    weights: Weights | None
    kept: Mask | None

    @property
    def excluded(self) -> int:
        """How many rows were left out."""
        return count_excluded(self.kept)

    def cells(self) -> npt.NDArray[np.int64]:
        """Return which of the four cells each row is in."""
        return np.where(self.real, np.where(self.named, TP, FN), np.where(self.named, FP, TN))

    def counts(self) -> list[int | float]:
        """Return how much each of the four cells holds."""
        if self.weights is not None:
            return list(self.weights.sums(self.cells(), len(CELLS)).tolist())
        real, named = int(np.count_nonzero(self.real)), int(np.count_nonzero(self.named))
        both = int(np.count_nonzero(self.real & self.named))
        return [both, named - both, real - both, len(self.real) - real - named + both]

    def squares(self) -> list[float] | None:
        """Return the sum of squared weights in each of the four cells."""
        if self.weights is None:
            return None
        return list(self.weights.squares(self.cells(), len(CELLS)).tolist())


def read_labels(
    *,
    actual: Column,
    predicted: Column,
    weight: Column | None,
    positive: object,
    missing: str = "raise",
) -> Labels:
    """Read columns about the same rows; where one lacks a value, raise or leave its row out."""
    given = {"actual": actual, "predicted": predicted}
    if weight is not None:
        given["weight"] = weight
    require_same_rows(given, "actual, predicted and weight")
    given, kept = complete_rows(given, missing)
    real = read_label(given["actual"], positive, "actual")
    named = read_label(given["predicted"], positive, "predicted")
    if not (real.any() or named.any()):
        require_possible(positive, {what: given[what] for what in ("actual", "predicted")})
    return Labels(real, named, read_weights(given["weight"]) if weight is not None else None, kept)


def complete_rows(given: dict[str, Column], missing: str) -> tuple[dict[str, Column], Mask | None]:
    """Return the rows to go on with, and which of those given they are; None: all of them."""
    if not is_word(missing, ("raise", "exclude")):
        msg = f"missing must be 'raise' or 'exclude', got {missing!r}"
        raise InputError(msg)
    if missing == "raise":
        return given, None
    columns = {name: as_series(column, name) for name, column in given.items()}
    kept = ~np.logical_or.reduce([missing_in(column) for column in columns.values()])
    if kept.all():
        return given, None
    return {name: column[kept] for name, column in columns.items()}, kept


def count_excluded(kept: Mask | None) -> int:
    """Return how many rows were left out."""
    return 0 if kept is None else len(kept) - int(np.count_nonzero(kept))


def require_same_rows(columns: dict[str, Column], what: str) -> None:
    """Raise when any two columns are not about the same rows in the same order."""
    for one, other in combinations(columns.values(), 2):
        require_same_index(one, other, what)


def read_label(labels: Column, positive: object, what: str, *, otherwise: str = LEAVE_OUT) -> Mask:
    """Return where a column holds the positive label; where some lack one, say what to do."""
    asked, label = _read_positive(positive)
    flags = _plain_flags(labels) if label in (0, 1) else None
    if flags is not None:
        return flags if label else ~flags
    column = as_series(labels, what)
    unknown = missing_in(column)
    if unknown.any():
        msg = (
            f"{what} must be known, got missing labels in {name_rows(unknown, column)}: {otherwise}"
        )
        raise InputError(msg)
    if isinstance(column.dtype, pd.CategoricalDtype):
        steps = column.cat.categories
        if column.cat.ordered and label not in steps:
            msg = (
                f"positive must be one of the labels in {what} ({', '.join(map(str, steps))}), "
                f"got {label!r}: say which label means yes"
            )
            raise InputError(msg)
        column = column.astype(column.cat.categories.dtype)
    held = kind_of(column)
    as_flags = "boolean" in (held, asked) and label in (0, 1) and "text" not in (held, asked)
    if len(column) and held != asked and not as_flags:
        msg = (
            f"positive must be one of the labels in {what}, got {label!r} where they are "
            f"{plain(column.iloc[0])!r} and the like: say which label means yes, as positive='yes'"
        )
        raise InputError(msg)
    if as_flags:
        flags = read_flags(column, what)
        return flags if label else ~flags
    return equals(label).mask(column)


def require_possible(positive: object, labels: Mapping[str, Column]) -> None:
    """Raise for a label no row has, unless it is one they could have had: it may be misspelt."""
    label = plain(positive)
    columns = [as_series(column, what) for what, column in labels.items()]
    dtypes = [column.dtype for column in columns]
    if any(
        isinstance(dtype, pd.CategoricalDtype) and label in dtype.categories for dtype in dtypes
    ):
        return
    seen = list(dict.fromkeys(plain(each) for column in columns for each in column.unique()))
    if label in (0, 1) and all(each in (0, 1) for each in seen):  # flags
        return
    if seen:
        said = say_some(list(map(repr, seen)), MOST_LISTED)
        msg = (
            f"positive must be a label in {' or '.join(labels)}, got {label!r} where there are "
            f"{said}: say which of these means yes, or give flags if nobody has it, as "
            f"{next(iter(labels))} == {label!r}"
        )
        raise InputError(msg)


def _read_positive(positive: object) -> tuple[str, Any]:
    """Return the label that means yes, with its kind."""
    label = plain(positive)
    if is_missing(label):
        msg = f"positive must be known, got {label!r}: say which label means yes"
        raise InputError(msg)
    if not isinstance(label, str | bool) and not is_number(label):
        msg = f"positive must be one label, as True, 'yes' or 3, got {say_value(label)}"
        raise TypeError(msg)
    return tag(label)


def _plain_flags(labels: Column) -> Mask | None:
    """Return the flags, or 0 and 1, of a plain numpy column; None for any other: the quick way."""
    if isinstance(labels, pd.Series) and isinstance(labels.dtype, np.dtype):
        labels = labels.to_numpy()
    if not isinstance(labels, np.ndarray) or labels.ndim != 1 or labels.dtype.kind not in "biu":
        return None
    true: Mask = labels == 1
    whole = labels.dtype.kind == "b" or np.count_nonzero(labels) == np.count_nonzero(true)
    return true if whole else None
